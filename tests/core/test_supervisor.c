#include "supervisor_bench.h"

static void a_session_with_all_well_is_energised_and_rest_needs_nothing(void)
{
    struct bench b = bench_new();
    CU_ASSERT_FALSE(b.out.may_energise);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_NONE);
    CU_ASSERT_EQUAL(b.out.sensor, -1);
    bench_want(&b, 1, DRIVE_HEAT);
    check_fine(bench_tick(&b));
    CU_ASSERT_EQUAL(b.state.memory.session_on_ms, b.in.now_ms);
    CU_ASSERT_EQUAL(b.state.memory.rest_ms, 3 * HOUR);
    check_fine(bench_run(&b, MINUTE));
}

static void nothing_is_energised_without_a_session_or_a_wish(void)
{
    static const int64_t sessions[] = {0, -1, INT64_MIN};
    for (size_t i = 0; i < 3; i++) {
        struct bench b = bench_new();
        bench_want(&b, sessions[i], DRIVE_HEAT);
        CU_ASSERT_FALSE(bench_tick(&b)->may_energise);
        CU_ASSERT_EQUAL(b.state.memory.session_on_ms, NEVER);
    }
    static const int modes[] = {DRIVE_OFF, DRIVE_MODE_COUNT, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < 5; i++) {
        struct bench b = bench_new();
        bench_want(&b, 1, (enum drive_mode)modes[i]);
        CU_ASSERT_FALSE(bench_tick(&b)->may_energise);
        CU_ASSERT_EQUAL(b.out.block, BLOCK_NONE);
    }
}

static void a_session_ends_at_its_configured_length(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    int64_t on_ms = b.in.now_ms;
    bench_run(&b, 30 * MINUTE - TICK_MS);
    check_fine(bench_tick_after(&b, TICK_MS - 1));
    CU_ASSERT_FALSE(b.out.over_time);
    bench_tick_after(&b, 1);
    CU_ASSERT_EQUAL(b.in.now_ms, on_ms + 30 * MINUTE);
    CU_ASSERT_TRUE(b.out.over_time);
    CU_ASSERT_FALSE(b.out.may_energise);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
    CU_ASSERT_TRUE(bench_run(&b, MINUTE)->over_time);
    bench_want(&b, 0, DRIVE_OFF);
    CU_ASSERT_FALSE(bench_tick(&b)->over_time);
}

static void no_configuration_lifts_the_ceiling_of_45_minutes(void)
{
    static const int64_t maxima[] = {0, -1, INT64_MIN, SUPERVISOR_SESSION_CEILING_MS + 1, INT64_MAX};
    for (size_t i = 0; i < 5; i++) {
        struct bench b = bench_powered(DRIVE_COOL);
        b.config.session_max_ms = maxima[i];
        bench_run(&b, SUPERVISOR_SESSION_CEILING_MS - TICK_MS);
        check_fine(bench_tick_after(&b, TICK_MS - 1));
        CU_ASSERT_TRUE(bench_tick_after(&b, 1)->over_time);
    }
}

static void a_pause_neither_ends_a_session_nor_stops_its_clock(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.wanted = DRIVE_OFF;
    CU_ASSERT_FALSE(bench_tick(&b)->may_energise);
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, b.in.now_ms);
    bench_run(&b, 10 * MINUTE);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_NONE);
    b.in.wanted = DRIVE_HEAT;
    check_fine(bench_tick(&b));
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, NEVER);
    bench_run(&b, 19 * MINUTE);
    CU_ASSERT_FALSE(b.out.over_time);
    CU_ASSERT_TRUE(bench_run(&b, MINUTE)->over_time);
}

static void a_new_session_waits_for_the_rest(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    int64_t on_ms = b.in.now_ms;
    bench_run(&b, 20 * MINUTE);
    bench_want(&b, 0, DRIVE_OFF);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    bench_want(&b, 2, DRIVE_HEAT);
    b.in.session_rest_ms = 0;
    bench_tick_after(&b, on_ms + 3 * HOUR - 1 - b.in.now_ms);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    CU_ASSERT_FALSE(b.out.may_energise);
    check_fine(bench_tick_after(&b, 1));
    CU_ASSERT_EQUAL(b.state.memory.session_on_ms, on_ms + 3 * HOUR);
}

static void a_new_session_waits_for_two_hours_off(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.state.memory.rest_ms = -5;
    bench_run(&b, 20 * MINUTE);
    bench_want(&b, 0, DRIVE_OFF);
    bench_tick(&b);
    int64_t off_ms = b.in.now_ms;
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, off_ms);
    bench_want(&b, 2, DRIVE_COOL);
    bench_tick_after(&b, SUPERVISOR_OFF_TIME_MIN_MS - 1);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    check_fine(bench_tick_after(&b, 1));
}

static void a_session_that_was_paused_at_its_end_rests_from_its_end(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.wanted = DRIVE_OFF;
    bench_run(&b, 5 * MINUTE);
    bench_want(&b, 0, DRIVE_OFF);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, b.in.now_ms);
}

static void another_session_or_one_that_was_gone_is_a_new_one(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_want(&b, 2, DRIVE_HEAT);
    CU_ASSERT_EQUAL(bench_tick(&b)->block, BLOCK_REST);
    bench_want(&b, 1, DRIVE_HEAT);
    CU_ASSERT_EQUAL(bench_tick(&b)->block, BLOCK_REST);
    CU_ASSERT_FALSE(b.out.may_energise);
}

static void a_session_that_never_had_power_starts_no_rest(void)
{
    struct bench b = bench_new();
    bench_want(&b, 1, DRIVE_OFF);
    bench_run(&b, MINUTE);
    bench_want(&b, 2, DRIVE_HEAT);
    check_fine(bench_tick(&b));
}

static void heat_and_cool_are_a_minute_apart(void)
{
    for (int i = 0; i < 2; i++) {
        enum drive_mode first = i ? DRIVE_HEAT : DRIVE_COOL;
        struct bench b = bench_powered(first);
        b.in.wanted = i ? DRIVE_COOL : DRIVE_HEAT;
        bench_tick(&b);
        CU_ASSERT_EQUAL(b.out.block, BLOCK_DEAD_TIME);
        CU_ASSERT_FALSE(b.out.may_energise);
        check_no_edge(&b.out);
        bench_run(&b, SUPERVISOR_DEAD_TIME_MS - TICK_MS);
        bench_tick_after(&b, TICK_MS - 1);
        CU_ASSERT_EQUAL(b.out.block, BLOCK_DEAD_TIME);
        check_fine(bench_tick_after(&b, 1));
    }
}

static void a_line_that_reads_on_counts_for_the_dead_time(void)
{
    struct bench b = bench_new();
    b.in.cool_on = true;
    bench_tick(&b);
    b.in.cool_on = false;
    bench_want(&b, 1, DRIVE_HEAT);
    CU_ASSERT_EQUAL(bench_tick(&b)->block, BLOCK_DEAD_TIME);
    bench_want(&b, 2, DRIVE_COOL);
    check_fine(bench_tick(&b));
}

static void a_restart_forgets_no_rest(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    int64_t on_ms = b.in.now_ms;
    bench_run(&b, MINUTE);
    bench_restart(&b, &b.state.memory);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, b.in.now_ms);
    bench_want(&b, 1, DRIVE_HEAT);
    CU_ASSERT_FALSE(bench_tick(&b)->may_energise);
    bench_tick_after(&b, on_ms + 3 * HOUR - 1 - b.in.now_ms);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    check_fine(bench_tick_after(&b, 1));
}

static void an_end_that_nobody_saw_is_taken_as_late_as_it_can_have_been(void)
{
    struct supervisor_memory memory = {FAULT_NONE, NEVER, START_MS, NEVER, 0, 0, 0, 0};
    struct bench b = bench_new();
    b.in.now_ms = START_MS + SUPERVISOR_SESSION_CEILING_MS - 1;
    bench_restart(&b, &memory);
    bench_step(&b);
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, b.in.now_ms);
    b.in.now_ms = START_MS + HOUR;
    bench_restart(&b, &memory);
    bench_step(&b);
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, START_MS + SUPERVISOR_SESSION_CEILING_MS);
}

static void a_lockout_survives_a_restart_until_someone_acknowledges(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_LOCKOUT_MC);
    bench_run(&b, 600);
    check_locked(&b.out, FAULT_TOO_HOT, HEAT_PAD);
    bench_restart(&b, &b.state.memory);
    bench_sense(&b, HEAT_PAD, READING_OK, 42001);
    bench_want(&b, 2, DRIVE_HEAT);
    bench_run(&b, 24 * HOUR);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_TOO_HOT);
    CU_ASSERT_EQUAL(b.out.sensor, -1);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_LOCKOUT);
    CU_ASSERT_FALSE(b.out.locked);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    bench_sense(&b, HEAT_PAD, READING_OK, 42000);
    bench_sense(&b, COOL_PAD, READING_OPEN, 0);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
    bench_sense(&b, COOL_PAD, READING_OK, 25000);
    b.in.acknowledge = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.unlocked);
    CU_ASSERT_FALSE(b.out.acknowledge_refused);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
    check_fine(bench_tick(&b));
}

static void an_acknowledgement_of_nothing_is_refused(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.acknowledge = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.acknowledge_refused);
    CU_ASSERT_FALSE(b.out.unlocked);
    CU_ASSERT_TRUE(b.out.may_energise);
}

static void an_acknowledgement_is_refused_while_another_lockout_waits(void)
{
    struct bench b = bench_new();
    b.in.store_lost = true;
    bench_tick(&b);
    b.in.heat_on = true;
    b.in.cool_on = true;
    b.in.acknowledge = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.acknowledge_refused);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_STORE_LOST);
}

static void a_trip_clears_by_itself_while_locked_and_none_is_named(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_run(&b, 600);
    b.in.heat_on = true;
    b.in.cool_on = true;
    check_locked(bench_tick(&b), FAULT_BOTH_ON, -1);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_OPEN);
    b.in.cool_on = false;
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_run(&b, 10000);
    CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_run(&b, MINUTE);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
    b.in.acknowledge = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.unlocked);
    check_doubt(&b.out, FAULT_SENSOR_OPEN, HEAT_PAD);
    check_tripped(bench_tick(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
}

static void a_lockout_ends_its_session_for_good(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.heat_on = true;
    b.in.cool_on = true;
    check_locked(bench_tick(&b), FAULT_BOTH_ON, -1);
    CU_ASSERT_EQUAL(b.state.memory.last_off_ms, b.in.now_ms);
    b.in.cool_on = false;
    b.in.acknowledge = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.unlocked);
    bench_tick_after(&b, 24 * HOUR);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    CU_ASSERT_FALSE(b.out.may_energise);
    bench_want(&b, 2, DRIVE_HEAT);
    check_fine(bench_tick(&b));
}

static void time_that_cannot_be_is_off(void)
{
    static const int64_t times[] = {-1, INT64_MIN, SUPERVISOR_TIME_MAX_MS + 1, INT64_MAX};
    for (size_t i = 0; i < 5; i++) {
        struct bench b = bench_powered(DRIVE_HEAT);
        int64_t good_ms = b.in.now_ms;
        b.in.now_ms = i < 4 ? times[i] : good_ms - 1;
        b.in.acknowledge = true;
        check_doubt(bench_step(&b), FAULT_LATE_TICK, -1);
        CU_ASSERT_TRUE(b.out.acknowledge_refused);
        CU_ASSERT_EQUAL(b.state.memory.last_off_ms, good_ms);
        CU_ASSERT_EQUAL(b.state.step_ms, good_ms);
        b.in.now_ms = good_ms;
        check_fine(bench_step(&b));
    }
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.now_ms = SUPERVISOR_TIME_MAX_MS - TICK_MS;
    bench_tick(&b);
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.over_time);
    b = bench_new();
    bench_restart(&b, &SUPERVISOR_MEMORY_NONE);
    bench_want(&b, 1, DRIVE_HEAT);
    b.in.now_ms = 0;
    bench_stamp(&b);
    check_fine(bench_step(&b));
}

static void time_that_cannot_be_locks_but_neither_unlocks_nor_clears(void)
{
    struct bench b = bench_new();
    bench_restart(&b, &SUPERVISOR_MEMORY_NONE);
    b.in.now_ms = -1;
    b.in.store_lost = true;
    check_locked(bench_step(&b), FAULT_STORE_LOST, -1);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_step(&b)->acknowledge_refused);
    b.in.now_ms = START_MS;
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);

    b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_run(&b, 600);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_run(&b, 10000);
    int64_t good_ms = b.in.now_ms;
    b.in.now_ms = INT64_MAX;
    CU_ASSERT_FALSE(bench_step(&b)->trip_cleared);
    b.in.now_ms = good_ms;
    CU_ASSERT_FALSE(bench_tick(&b)->trip_cleared);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_OPEN);
}

static void a_configuration_that_cannot_be_is_off(void)
{
    for (int i = 0; i < 5; i++) {
        struct bench b = bench_powered(DRIVE_HEAT);
        switch (i) {
        case 0:
            b.config.sensor_count = 0;
            break;
        case 1:
            b.config.sensor_count = SENSORS_MAX + 1;
            break;
        case 2:
            b.config.sensor_count = SIZE_MAX;
            break;
        case 3:
            b.config.sensors[ROOM].role = (enum sensor_role)9;
            break;
        default:
            b.config.sensors[HEAT_PAD].of_heat = false;
            break;
        }
        check_doubt(bench_tick(&b), FAULT_SENSOR_ERROR, -1);
        check_doubt(bench_run(&b, MINUTE), FAULT_SENSOR_ERROR, -1);
        b.in.wanted = DRIVE_OFF;
        CU_ASSERT_EQUAL(bench_tick(&b)->doubt, i < 4 ? FAULT_SENSOR_ERROR : FAULT_NONE);
        bench_restart(&b, &(struct supervisor_memory){FAULT_TOO_HOT, 0, NEVER, NEVER, 0, 0, 0, 0});
        b.in.acknowledge = i < 4;
        CU_ASSERT_EQUAL(bench_tick(&b)->acknowledge_refused, i < 4);
    }
}

static void memory_of_any_value_keeps_the_rest(void)
{
    static const int64_t values[] = {INT64_MIN, INT64_MIN + 1, -1, 0, START_MS, INT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < 343; i++) {
        struct supervisor_memory memory = {FAULT_NONE, 0, values[i % 7], values[i / 7 % 7], values[i / 49], 0, 0, 0};
        struct bench b = bench_new();
        bench_restart(&b, &memory);
        bench_want(&b, 1, DRIVE_HEAT);
        b.in.session_rest_ms = values[i % 7];
        bench_tick(&b);
        bool rests = memory.session_on_ms > START_MS || memory.last_off_ms > START_MS - HOUR;
        CU_ASSERT_FALSE(rests && b.out.may_energise);
        CU_ASSERT_EQUAL(b.out.block, b.out.may_energise ? BLOCK_NONE : BLOCK_REST);
        CU_ASSERT(!b.out.may_energise || b.state.memory.rest_ms >= 0);
    }
}

static const struct suite_test tests[] = {
    {"a session with all well is energised",                        a_session_with_all_well_is_energised_and_rest_needs_nothing},
    {"nothing is energised without a session or a wish",            nothing_is_energised_without_a_session_or_a_wish           },
    {"a session ends at its configured length",                     a_session_ends_at_its_configured_length                    },
    {"no configuration lifts the ceiling of 45 minutes",            no_configuration_lifts_the_ceiling_of_45_minutes           },
    {"a pause neither ends a session nor stops its clock",          a_pause_neither_ends_a_session_nor_stops_its_clock         },
    {"a new session waits for the rest",                            a_new_session_waits_for_the_rest                           },
    {"a new session waits for two hours off",                       a_new_session_waits_for_two_hours_off                      },
    {"a session that was paused at its end rests from its end",
     a_session_that_was_paused_at_its_end_rests_from_its_end                                                                   },
    {"another session, or one that was gone, is a new one",         another_session_or_one_that_was_gone_is_a_new_one          },
    {"a session that never had power starts no rest",               a_session_that_never_had_power_starts_no_rest              },
    {"heat and cool are a minute apart",                            heat_and_cool_are_a_minute_apart                           },
    {"a line that reads on counts for the dead time",               a_line_that_reads_on_counts_for_the_dead_time              },
    {"a restart forgets no rest",                                   a_restart_forgets_no_rest                                  },
    {"an end that nobody saw is taken as late as it can have been",
     an_end_that_nobody_saw_is_taken_as_late_as_it_can_have_been                                                               },
    {"a lockout survives a restart until someone acknowledges",
     a_lockout_survives_a_restart_until_someone_acknowledges                                                                   },
    {"an acknowledgement of nothing is refused",                    an_acknowledgement_of_nothing_is_refused                   },
    {"an acknowledgement is refused while another lockout waits",
     an_acknowledgement_is_refused_while_another_lockout_waits                                                                 },
    {"a trip clears by itself while locked, and none is named",     a_trip_clears_by_itself_while_locked_and_none_is_named     },
    {"a lockout ends its session for good",                         a_lockout_ends_its_session_for_good                        },
    {"time that cannot be is off",                                  time_that_cannot_be_is_off                                 },
    {"time that cannot be locks, but neither unlocks nor clears",
     time_that_cannot_be_locks_but_neither_unlocks_nor_clears                                                                  },
    {"a configuration that cannot be is off",                       a_configuration_that_cannot_be_is_off                      },
    {"memory of any value keeps the rest",                          memory_of_any_value_keeps_the_rest                         },
};

int main(void)
{
    return suite_run("supervisor", tests, sizeof tests / sizeof tests[0]);
}
