#include "supervisor_bench.h"

/* One row of the table in docs/safety.md that looks at a temperature. */
static const struct {
    enum fault fault;
    enum drive_mode mode;
    int sensor;
    int32_t trip_mc;
    int32_t lockout_mc;
    int32_t worse; /* direction */
} limits[] = {
    {FAULT_TOO_HOT,  DRIVE_HEAT, HEAT_PAD, 43000, 45000, 1 },
    {FAULT_TOO_HOT,  DRIVE_COOL, COOL_PAD, 43000, 45000, 1 },
    {FAULT_TOO_COLD, DRIVE_COOL, COOL_PAD, 5000,  2000,  -1},
    {FAULT_TOO_COLD, DRIVE_HEAT, HEAT_PAD, 5000,  2000,  -1},
    {FAULT_HOT_SIDE, DRIVE_COOL, HOT_SIDE, 60000, 70000, 1 },
    {FAULT_HOT_SIDE, DRIVE_HEAT, HOT_SIDE, 60000, 70000, 1 },
};

#define LIMITS (sizeof limits / sizeof limits[0])

static void just_inside_a_limit_runs_and_just_at_it_is_off(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        struct bench b = bench_powered(limits[i].mode);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].trip_mc - limits[i].worse);
        check_fine(bench_run(&b, 2000));
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].trip_mc);
        check_doubt(bench_tick(&b), limits[i].fault, limits[i].sensor);
        check_doubt(bench_tick(&b), limits[i].fault, limits[i].sensor);
        check_tripped(bench_tick(&b), limits[i].fault, limits[i].sensor);
        check_no_edge(bench_run(&b, 5 * MINUTE));
        CU_ASSERT_EQUAL(b.out.trip, limits[i].fault);
    }
}

static void just_inside_a_lockout_trips_and_just_at_it_locks(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        struct bench b = bench_powered(limits[i].mode);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].lockout_mc - limits[i].worse);
        bench_run(&b, 400);
        check_tripped(bench_tick(&b), limits[i].fault, limits[i].sensor);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].lockout_mc);
        bench_run(&b, 400);
        CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
        check_locked(bench_tick(&b), limits[i].fault, limits[i].sensor);
        CU_ASSERT_EQUAL(b.state.memory.lockout, limits[i].fault);
        CU_ASSERT_EQUAL(b.state.memory.lockout_at_ms, b.in.now_ms);
        CU_ASSERT_FALSE(bench_tick(&b)->locked);
    }
}

static void one_spike_beyond_a_lockout_is_off_but_locks_nothing(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        struct bench b = bench_powered(limits[i].mode);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].lockout_mc + 20000 * limits[i].worse);
        check_doubt(bench_tick(&b), limits[i].fault, limits[i].sensor);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, 25000);
        check_doubt(bench_run(&b, 1000), limits[i].fault, limits[i].sensor);
        check_fine(bench_tick(&b));
    }
}

static void a_limit_clears_after_a_minute_inside_by_one_degree(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        struct bench b = bench_powered(limits[i].mode);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].trip_mc);
        bench_run(&b, 600);
        int32_t inside_mc = limits[i].trip_mc - 1000 * limits[i].worse;
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, inside_mc + limits[i].worse);
        check_no_edge(bench_run(&b, 2 * MINUTE));
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, inside_mc);
        bench_tick(&b);
        check_no_edge(bench_run(&b, MINUTE - TICK_MS));
        CU_ASSERT_EQUAL(b.out.trip, limits[i].fault);
        bench_tick(&b);
        CU_ASSERT_TRUE(b.out.trip_cleared);
        CU_ASSERT_TRUE(b.out.may_energise);
        check_fine(bench_tick(&b));
    }
}

static void without_power_and_session_a_limit_blocks_but_never_locks(void)
{
    for (size_t i = 0; i < LIMITS; i++) {
        struct bench b = bench_new();
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, limits[i].lockout_mc + limits[i].worse * 5000);
        bench_run(&b, 400);
        check_tripped(bench_tick(&b), limits[i].fault, limits[i].sensor);
        bench_run(&b, 10 * MINUTE);
        CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
        CU_ASSERT_EQUAL(b.out.block, BLOCK_TRIP);
        bench_sense(&b, (size_t)limits[i].sensor, READING_OK, 25000);
        bench_tick(&b);
        bench_run(&b, MINUTE - TICK_MS);
        CU_ASSERT_FALSE(b.out.trip_cleared);
        CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
        CU_ASSERT_EQUAL(b.out.block, BLOCK_NONE);
    }
}

static void for_a_minute_after_power_and_while_a_line_is_on_a_limit_still_locks(void)
{
    for (int i = 0; i < 4; i++) {
        struct bench b = bench_powered(i % 2 ? DRIVE_COOL : DRIVE_HEAT);
        bench_want(&b, 0, DRIVE_OFF);
        bench_tick(&b);
        int64_t off_ms = b.in.now_ms;
        bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_LOCKOUT_MC);
        if (i < 2) {
            bench_run(&b, 400);
            check_locked(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
            continue;
        }
        bench_sense(&b, HEAT_PAD, READING_OK, 25000);
        bench_run(&b, off_ms + SUPERVISOR_AFTERGLOW_MS - b.in.now_ms);
        bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_LOCKOUT_MC);
        bench_run(&b, 600);
        CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
        b.in.heat_on = i == 2;
        b.in.cool_on = i == 3;
        check_locked(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
    }
}

static void in_a_session_a_limit_locks_however_long_the_power_is_off(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.wanted = DRIVE_OFF;
    bench_run(&b, 10 * MINUTE);
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_LOCKOUT_MC);
    bench_run(&b, 400);
    check_locked(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
}

static void too_hot_counts_at_every_pad_sensor_whatever_is_wanted(void)
{
    for (enum drive_mode mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        int other = mode == DRIVE_HEAT ? COOL_PAD : HEAT_PAD;
        struct bench b = bench_powered(mode);
        bench_sense(&b, (size_t)other, READING_OK, SUPERVISOR_TOO_HOT_TRIP_MC - 1);
        check_fine(bench_run(&b, MINUTE));
        bench_sense(&b, (size_t)other, READING_OK, SUPERVISOR_TOO_HOT_TRIP_MC);
        check_doubt(bench_tick(&b), FAULT_TOO_HOT, other);
        bench_tick(&b);
        check_tripped(bench_tick(&b), FAULT_TOO_HOT, other);
        bench_sense(&b, (size_t)other, READING_OK, SUPERVISOR_TOO_HOT_LOCKOUT_MC);
        bench_run(&b, 400);
        check_locked(bench_tick(&b), FAULT_TOO_HOT, other);
    }
}

static void too_cold_counts_at_the_wanted_output_and_the_first_sensor_is_named(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, COOL_PAD, READING_OK, SUPERVISOR_TOO_COLD_LOCKOUT_MC);
    check_fine(bench_run(&b, MINUTE));
    bench_want(&b, 0, DRIVE_OFF);
    bench_run(&b, 200);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_TOO_COLD);
    CU_ASSERT_EQUAL(b.out.sensor, COOL_PAD);

    b = bench_new();
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_COLD_TRIP_MC);
    bench_sense(&b, COOL_PAD, READING_OK, SUPERVISOR_TOO_COLD_TRIP_MC);
    bench_run(&b, 400);
    check_tripped(bench_tick(&b), FAULT_TOO_COLD, HEAT_PAD);
}

static void a_sensor_trip_clears_after_10_s_of_good_readings(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_run(&b, 600);
    CU_ASSERT_TRUE(b.out.tripped);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_run(&b, 9800);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_tick(&b);
    bench_tick_after(&b, SUPERVISOR_SENSOR_CLEAR_MS / 4);
    bench_tick_after(&b, SUPERVISOR_SENSOR_CLEAR_MS / 4);
    bench_tick_after(&b, SUPERVISOR_SENSOR_CLEAR_MS / 4);
    bench_tick_after(&b, SUPERVISOR_SENSOR_CLEAR_MS / 4 - 1);
    check_no_edge(&b.out);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_OPEN);
    bench_tick_after(&b, 1);
    CU_ASSERT_TRUE(b.out.trip_cleared);
    CU_ASSERT_FALSE(b.out.tripped);
    CU_ASSERT_TRUE(b.out.may_energise);
    check_fine(bench_tick(&b));
}

static void a_gap_in_which_nobody_looked_starts_the_clearing_anew(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_run(&b, 600);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_tick(&b);
    bench_tick_after(&b, 10 * MINUTE);
    CU_ASSERT_FALSE(b.out.trip_cleared);
    bench_run(&b, 9800);
    CU_ASSERT_FALSE(b.out.trip_cleared);
    CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
}

static void bench_sensor_trip(struct bench *b)
{
    bench_sense(b, HEAT_PAD, READING_OPEN, 0);
    bench_run(b, 600);
    bench_sense(b, HEAT_PAD, READING_OK, 25000);
}

static void the_fourth_sensor_trip_of_a_session_is_a_lockout(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    for (int i = 0; i < SUPERVISOR_SENSOR_TRIPS_MAX; i++) {
        bench_sensor_trip(&b);
        check_tripped(&b.out, FAULT_SENSOR_OPEN, HEAT_PAD);
        bench_run(&b, 10200);
        CU_ASSERT_TRUE(b.out.trip_cleared);
    }
    bench_sensor_trip(&b);
    check_locked(&b.out, FAULT_SENSOR_OPEN, HEAT_PAD);
    CU_ASSERT_FALSE(b.out.tripped);
    b.in.acknowledge = true;
    b.in.readings[HEAT_PAD].status = READING_OPEN;
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    b.in.acknowledge = true;
    b.in.readings[HEAT_PAD].status = READING_OK;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
}

static void sensor_trips_at_rest_are_not_counted_and_a_new_session_counts_anew(void)
{
    struct bench b = bench_new();
    for (int i = 0; i < 6; i++) {
        if (i == 5) {
            bench_want(&b, 1, DRIVE_HEAT);
        }
        bench_sensor_trip(&b);
        check_tripped(&b.out, FAULT_SENSOR_OPEN, HEAT_PAD);
        bench_run(&b, 10200);
    }
    CU_ASSERT_EQUAL(b.state.sensor_trips, 1);
    bench_want(&b, 2, DRIVE_HEAT);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.state.sensor_trips, 0);
}

static void the_first_fault_named_stays_and_the_next_follows_a_step_after_it_cleared(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_run(&b, 600);
    bench_sense(&b, HEAT_PAD, READING_OK, 44000);
    bench_run(&b, 10000);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_OPEN);
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.trip_cleared);
    check_doubt(&b.out, FAULT_TOO_HOT, HEAT_PAD);
    check_tripped(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
    CU_ASSERT_FALSE(b.out.trip_cleared);
}

static void both_lines_on_locks_at_once(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.heat_on = true;
    check_fine(bench_tick(&b));
    b.in.cool_on = true;
    check_locked(bench_tick(&b), FAULT_BOTH_ON, -1);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    b.in.heat_on = false;
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
}

static void a_bad_readback_is_off_at_once_and_locks_at_the_second_tick(void)
{
    struct bench b = bench_powered(DRIVE_COOL);
    b.in.readback_bad = true;
    check_doubt(bench_tick(&b), FAULT_READBACK, -1);
    b.in.readback_bad = false;
    check_fine(bench_tick(&b));
    b.in.readback_bad = true;
    check_doubt(bench_tick(&b), FAULT_READBACK, -1);
    check_locked(bench_tick(&b), FAULT_READBACK, -1);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    b.in.readback_bad = false;
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
}

static void a_lost_store_locks_and_leaves_two_hours_off_behind(void)
{
    struct bench b = bench_new();
    b.in.store_lost = true;
    check_locked(bench_tick(&b), FAULT_STORE_LOST, -1);
    bench_tick_after(&b, 5 * HOUR);
    b.in.acknowledge = true;
    b.in.store_lost = true;
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    bench_tick_after(&b, SUPERVISOR_OFF_TIME_MIN_MS - 1);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    bench_tick_after(&b, 1);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_NONE);
}

static void a_tick_is_late_at_600_ms_of_power(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    check_fine(bench_tick_after(&b, SUPERVISOR_LATE_TICK_MS - 1));
    check_doubt(bench_tick_after(&b, SUPERVISOR_LATE_TICK_MS), FAULT_LATE_TICK, -1);
    check_fine(bench_tick_after(&b, SUPERVISOR_LATE_TICK_MS));
}

static void a_late_tick_without_power_is_none(void)
{
    struct bench b = bench_new();
    bench_tick_after(&b, HOUR);
    CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
}

/* Three late ticks, the first and the last of them `span_ms` apart. */
static struct bench bench_late(int64_t span_ms)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    check_doubt(bench_tick_after(&b, 1000), FAULT_LATE_TICK, -1);
    int64_t first_ms = b.in.now_ms;
    bench_tick(&b);
    check_doubt(bench_tick_after(&b, 1000), FAULT_LATE_TICK, -1);
    bench_tick(&b);
    while (b.in.now_ms < first_ms + span_ms - 1000) {
        check_fine(bench_tick(&b));
    }
    bench_tick_after(&b, first_ms + span_ms - b.in.now_ms);
    return b;
}

static void three_late_ticks_within_a_minute_trip(void)
{
    struct bench b = bench_late(SUPERVISOR_LATE_TICKS_WINDOW_MS);
    check_doubt(&b.out, FAULT_LATE_TICK, -1);
    b = bench_late(SUPERVISOR_LATE_TICKS_WINDOW_MS - 1);
    check_tripped(&b.out, FAULT_LATE_TICK, -1);
    bench_tick(&b);
    check_no_edge(bench_run(&b, MINUTE - TICK_MS));
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.trip_cleared);
    CU_ASSERT_TRUE(b.out.may_energise);
}

static void a_lockout_of_an_unknown_kind_clears_like_a_sensor_fault(void)
{
    struct bench b = bench_new();
    struct supervisor_memory memory = SUPERVISOR_MEMORY_NONE;
    memory.lockout = FAULT_COUNT;
    bench_restart(&b, &memory);
    CU_ASSERT_EQUAL(bench_tick(&b)->lockout, FAULT_STORE_LOST);
    memory.lockout = (enum fault) - 5;
    bench_restart(&b, &memory);
    CU_ASSERT_EQUAL(bench_tick(&b)->lockout, FAULT_STORE_LOST);
    b.state.memory.lockout = (enum fault)77;
    b.in.acknowledge = true;
    bench_sense(&b, COOL_PAD, READING_OPEN, 0);
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    b.in.acknowledge = true;
    bench_sense(&b, COOL_PAD, READING_OK, 25000);
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
}

static const struct suite_test tests[] = {
    {"just inside a limit runs and just at it is off",                            just_inside_a_limit_runs_and_just_at_it_is_off       },
    {"just inside a lockout limit trips and just at it locks",                    just_inside_a_lockout_trips_and_just_at_it_locks     },
    {"one spike beyond a lockout limit is off but locks nothing",                 one_spike_beyond_a_lockout_is_off_but_locks_nothing  },
    {"a limit clears after a minute inside by one degree",                        a_limit_clears_after_a_minute_inside_by_one_degree   },
    {"without power and session a limit blocks but never locks",
     without_power_and_session_a_limit_blocks_but_never_locks                                                                          },
    {"for a minute after power, and while a line is on, a limit still locks",
     for_a_minute_after_power_and_while_a_line_is_on_a_limit_still_locks                                                               },
    {"in a session a limit locks however long the power is off",
     in_a_session_a_limit_locks_however_long_the_power_is_off                                                                          },
    {"too hot counts at every pad sensor, whatever is wanted",                    too_hot_counts_at_every_pad_sensor_whatever_is_wanted},
    {"too cold counts at the wanted output, and the first sensor is named",
     too_cold_counts_at_the_wanted_output_and_the_first_sensor_is_named                                                                },
    {"a sensor trip clears after 10 s of good readings",                          a_sensor_trip_clears_after_10_s_of_good_readings     },
    {"a gap in which nobody looked starts the clearing anew",                     a_gap_in_which_nobody_looked_starts_the_clearing_anew},
    {"the fourth sensor trip of a session is a lockout",                          the_fourth_sensor_trip_of_a_session_is_a_lockout     },
    {"sensor trips at rest are not counted and a new session counts anew",
     sensor_trips_at_rest_are_not_counted_and_a_new_session_counts_anew                                                                },
    {"the first fault named stays, and the next follows a step after it cleared",
     the_first_fault_named_stays_and_the_next_follows_a_step_after_it_cleared                                                          },
    {"both lines on locks at once",                                               both_lines_on_locks_at_once                          },
    {"a bad readback is off at once and locks at the second tick",
     a_bad_readback_is_off_at_once_and_locks_at_the_second_tick                                                                        },
    {"a lost store locks and leaves two hours off behind",                        a_lost_store_locks_and_leaves_two_hours_off_behind   },
    {"a tick is late at 600 ms of power",                                         a_tick_is_late_at_600_ms_of_power                    },
    {"a late tick without power is none",                                         a_late_tick_without_power_is_none                    },
    {"three late ticks within a minute trip",                                     three_late_ticks_within_a_minute_trip                },
    {"a lockout of an unknown kind clears like a sensor fault",
     a_lockout_of_an_unknown_kind_clears_like_a_sensor_fault                                                                           },
};

int main(void)
{
    return suite_run("supervisor_rules", tests, sizeof tests / sizeof tests[0]);
}
