#include "supervisor_bench.h"

/* The reading moves to `mc` without a gap. */
static void bench_move(struct bench *b, size_t sensor, int32_t mc)
{
    b->in.readings[sensor].mc = mc;
}

static void bench_code(struct bench *b, size_t sensor, int32_t code, int32_t supply_code)
{
    b->in.readings[sensor].code = code;
    b->in.readings[sensor].supply_code = supply_code;
    b->in.readings[sensor].fine = true;
}

static void check_ends(const struct bench *b, enum fault fault, int sensor)
{
    check_tripped(&b->out, fault, sensor);
    CU_ASSERT_TRUE(b->out.ends_session);
}

static void a_frozen_adc_is_stuck_after_ten_seconds_of_power(void)
{
    for (size_t sensor = HEAT_PAD; sensor <= HOT_SIDE; sensor += HOT_SIDE) {
        struct bench b = bench_powered(DRIVE_HEAT);
        bench_code(&b, sensor, 1000, 20000);
        bench_tick(&b);
        check_fine(bench_run(&b, SUPERVISOR_FROZEN_MS - TICK_MS));
        bench_tick_after(&b, TICK_MS - 1);
        check_fine(&b.out);
        bench_tick_after(&b, 1);
        check_ends(&b, FAULT_SENSOR_STUCK, (int)sensor);
        bench_code(&b, sensor, 1001, 20000);
        bench_tick(&b);
        CU_ASSERT_FALSE(b.out.ends_session);
        bench_run(&b, SUPERVISOR_SENSOR_CLEAR_MS - TICK_MS);
        CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_STUCK);
        bench_code(&b, sensor, 1002, 20000);
        CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
        CU_ASSERT_FALSE(bench_run(&b, MINUTE)->may_energise);
    }
}

static void at_rest_an_adc_may_be_quiet_for_ten_minutes(void)
{
    struct bench b = bench_new();
    bench_code(&b, COOL_PAD, 1000, 0);
    bench_tick(&b);
    bench_run(&b, SUPERVISOR_FROZEN_REST_MS - TICK_MS);
    bench_tick_after(&b, TICK_MS - 1);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
    bench_tick_after(&b, 1);
    check_tripped(&b.out, FAULT_SENSOR_STUCK, COOL_PAD);
    CU_ASSERT_FALSE(b.out.ends_session);
    check_no_edge(bench_run(&b, 5 * MINUTE));
    CU_ASSERT_EQUAL(b.out.block, BLOCK_TRIP);
    bench_want(&b, 1, DRIVE_HEAT);
    CU_ASSERT_FALSE(bench_tick(&b)->may_energise);
}

static void what_was_quiet_at_rest_has_ten_seconds_of_power_to_move(void)
{
    struct bench b = bench_new();
    bench_code(&b, HEAT_PAD, 1000, 0);
    bench_run(&b, 5 * MINUTE);
    bench_want(&b, 1, DRIVE_HEAT);
    bench_tick(&b);
    check_fine(bench_run(&b, SUPERVISOR_FROZEN_MS - TICK_MS));
    bench_tick_after(&b, TICK_MS - 1);
    check_fine(&b.out);
    bench_tick_after(&b, 1);
    check_ends(&b, FAULT_SENSOR_STUCK, HEAT_PAD);
}

static void one_code_that_moves_is_a_live_adc(void)
{
    for (int which = 0; which < 2; which++) {
        struct bench b = bench_powered(DRIVE_HEAT);
        bench_code(&b, HEAT_PAD, 1000, 20000);
        bench_tick(&b);
        for (int i = 0; i < 6; i++) {
            check_fine(bench_run(&b, SUPERVISOR_FROZEN_MS - TICK_MS));
            b.in.readings[HEAT_PAD].code += which;
            b.in.readings[HEAT_PAD].supply_code += !which;
            check_fine(bench_tick(&b));
        }
    }
}

static void a_coarse_adc_may_repeat_itself(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    check_fine(bench_run(&b, 10 * MINUTE));
    bench_code(&b, HEAT_PAD, 0, 0);
    check_fine(bench_run(&b, SUPERVISOR_FROZEN_MS - TICK_MS));
    b.in.readings[HEAT_PAD].fine = false;
    check_fine(bench_tick(&b));
    b.in.readings[HEAT_PAD].fine = true;
    check_fine(bench_run(&b, SUPERVISOR_FROZEN_MS - TICK_MS));
    bench_tick(&b);
    check_ends(&b, FAULT_SENSOR_STUCK, HEAT_PAD);
}

static void a_gap_and_a_bad_reading_begin_the_frozen_time_anew(void)
{
    for (int which = 0; which < 2; which++) {
        struct bench b = bench_new();
        bench_code(&b, HEAT_PAD, 1000, 20000);
        bench_tick(&b);
        bench_run(&b, SUPERVISOR_FROZEN_REST_MS - TICK_MS);
        b.in.readings[HEAT_PAD].status = which ? READING_OPEN : READING_OK;
        bench_tick_after(&b, which ? TICK_MS : SUPERVISOR_SAMPLE_GAP_MS + 1);
        b.in.readings[HEAT_PAD].status = READING_OK;
        bench_run(&b, SUPERVISOR_FROZEN_REST_MS - TICK_MS);
        CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
    }
}

/* Three samples are needed for a median, and two of the new kind to move it. */
static void a_reading_that_jumps_five_degrees_in_a_second_trips(void)
{
    for (int direction = -1; direction <= 1; direction += 2) {
        struct bench b = bench_powered(DRIVE_HEAT);
        bench_run(&b, 2000);
        bench_move(&b, HEAT_PAD, 25000 + direction * 4999);
        check_fine(bench_run(&b, 5000));
        bench_move(&b, HEAT_PAD, 25000 - direction);
        check_fine(bench_tick(&b));
        check_tripped(bench_tick(&b), FAULT_SENSOR_JUMP, HEAT_PAD);
        CU_ASSERT_FALSE(b.out.ends_session);
        bench_run(&b, 1000);
        check_no_edge(bench_run(&b, SUPERVISOR_SENSOR_CLEAR_MS - TICK_MS));
        CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
        CU_ASSERT_TRUE(b.out.may_energise);
    }
}

/* 1 degree a sample is 5 a second; a little less is not, however long. */
static void a_slope_of_five_degrees_a_second_is_a_jump(void)
{
    for (int32_t step_mc = 999; step_mc <= 1000; step_mc++) {
        struct bench b = bench_powered(DRIVE_HEAT);
        bool tripped = false;
        for (int i = 0; i < 12; i++) {
            b.in.readings[HEAT_PAD].mc += step_mc;
            tripped = bench_tick(&b)->tripped || tripped;
        }
        CU_ASSERT_EQUAL(tripped, step_mc == 1000);
        CU_ASSERT_EQUAL(b.out.trip, tripped ? FAULT_SENSOR_JUMP : FAULT_NONE);
    }
}

static void at_rest_a_jump_is_seen_from_one_second_to_the_next(void)
{
    for (int32_t step_mc = 5999; step_mc <= 6000; step_mc++) {
        struct bench b = bench_new();
        for (int i = 0; i < 10; i++) {
            bench_tick_after(&b, 1200);
        }
        bench_move(&b, COOL_PAD, 25000 - step_mc);
        bench_tick_after(&b, 1200);
        CU_ASSERT_FALSE(b.out.tripped);
        bench_tick_after(&b, 1200);
        CU_ASSERT_EQUAL(b.out.tripped, step_mc == 6000);
    }
}

static void a_change_across_a_gap_is_no_jump(void)
{
    for (int64_t gap_ms = SUPERVISOR_SAMPLE_GAP_MS; gap_ms <= SUPERVISOR_SAMPLE_GAP_MS + 1; gap_ms++) {
        struct bench b = bench_new();
        bench_run(&b, 2000);
        bench_move(&b, HEAT_PAD, 40000);
        bench_tick_after(&b, gap_ms);
        bench_run(&b, 2000);
        CU_ASSERT_EQUAL(b.out.trip, gap_ms == SUPERVISOR_SAMPLE_GAP_MS ? FAULT_SENSOR_JUMP : FAULT_NONE);
    }
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_run(&b, 2000);
    b.in.readings[HEAT_PAD].status = READING_OPEN;
    bench_tick(&b);
    b.in.readings[HEAT_PAD].status = READING_OK;
    bench_move(&b, HEAT_PAD, 33000);
    bench_run(&b, 2000);
    check_fine(&b.out);
}

static void a_stamp_that_goes_back_forgets_the_samples_before(void)
{
    struct bench b = bench_new();
    bench_run(&b, 2000);
    b.in.now_ms += 100;
    b.in.readings[HEAT_PAD].at_ms -= 100;
    bench_move(&b, HEAT_PAD, 35000);
    bench_step(&b);
    bench_run(&b, 2000);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
}

static void a_single_wild_sample_is_no_jump(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    for (int i = 0; i < 20; i++) {
        bench_run(&b, 600);
        bench_move(&b, HEAT_PAD, i % 2 ? 42000 : 6000);
        check_fine(bench_tick(&b));
        bench_move(&b, HEAT_PAD, 25000);
    }
}

static void the_hot_side_and_sensors_that_do_not_count_may_jump(void)
{
    static const size_t sensors[] = {COOL_PAD, HOT_SIDE, ROOM};
    for (size_t i = 0; i < 3; i++) {
        struct bench b = bench_powered(DRIVE_HEAT);
        bench_run(&b, 2000);
        bench_move(&b, sensors[i], 40000);
        check_fine(bench_run(&b, 2000));
    }
}

/* Two sensors of heat, and one of cool that is as cold as it likes. */
static struct bench bench_pair(void)
{
    struct bench b = bench_new();
    b.config.session_max_ms = SUPERVISOR_SESSION_CEILING_MS;
    b.config.sensors[ROOM] = (struct supervisor_sensor){.role = SENSOR_PAD, .of_heat = true};
    bench_want(&b, 1, DRIVE_HEAT);
    bench_run(&b, 1000);
    check_fine(&b.out);
    return b;
}

static void two_sensors_five_degrees_apart_for_a_quarter_of_an_hour_trip(void)
{
    for (int which = 0; which < 2; which++) {
        struct bench b = bench_pair();
        bench_sense(&b, ROOM, READING_OK, which ? 20001 : 29999);
        check_fine(bench_run(&b, 10 * MINUTE));
        bench_sense(&b, ROOM, READING_OK, which ? 20000 : 30000);
        bench_run(&b, 3 * TICK_MS);
        check_fine(bench_run(&b, SUPERVISOR_DISAGREE_MS - TICK_MS));
        bench_tick_after(&b, TICK_MS - 1);
        check_fine(&b.out);
        bench_tick_after(&b, 1);
        check_ends(&b, FAULT_SENSOR_DISAGREE, which ? HEAT_PAD : ROOM);
        check_no_edge(bench_run(&b, 5 * MINUTE));
        CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_DISAGREE);
        bench_sense(&b, ROOM, READING_OK, 25000);
        bench_tick(&b);
        bench_run(&b, SUPERVISOR_SENSOR_CLEAR_MS - TICK_MS);
        CU_ASSERT_FALSE(b.out.trip_cleared);
        CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
    }
}

static void one_agreement_begins_the_disagreement_anew(void)
{
    struct bench b = bench_pair();
    bench_want(&b, 0, DRIVE_OFF);
    for (int i = 0; i < 4; i++) {
        bench_sense(&b, ROOM, READING_OK, 30000);
        bench_run(&b, 10 * MINUTE);
        bench_sense(&b, ROOM, READING_OK, 25000);
        bench_run(&b, 1000);
        CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
    }
    bench_sense(&b, ROOM, READING_OK, 30000);
    bench_run(&b, 10 * MINUTE);
    bench_tick_after(&b, SUPERVISOR_CLEAR_GAP_MS);
    bench_run(&b, 10 * MINUTE);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
    bench_run(&b, 6 * MINUTE);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_DISAGREE);
}

static void a_broken_sensor_keeps_a_disagreement(void)
{
    struct bench b = bench_pair();
    bench_sense(&b, ROOM, READING_OK, 30000);
    bench_run(&b, SUPERVISOR_DISAGREE_MS + 3 * TICK_MS);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_DISAGREE);
    bench_sense(&b, ROOM, READING_OK, 25000);
    bench_sense(&b, HOT_SIDE, READING_OPEN, 25000);
    check_no_edge(bench_run(&b, MINUTE));
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_DISAGREE);
    bench_sense(&b, HOT_SIDE, READING_OK, 25000);
    bench_run(&b, SUPERVISOR_SENSOR_CLEAR_MS);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_DISAGREE);
    CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
}

/* The sampler went on for a while and nobody looked: the medians live, the quarter of an hour does not. */
static void a_gap_between_steps_begins_the_disagreement_anew(void)
{
    struct bench b = bench_pair();
    bench_want(&b, 0, DRIVE_OFF);
    bench_sense(&b, ROOM, READING_OK, 30000);
    bench_run(&b, 14 * MINUTE);
    bench_stamp(&b);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        b.in.readings[i].at_ms += SUPERVISOR_SAMPLE_GAP_MS;
    }
    b.in.now_ms += SUPERVISOR_CLEAR_GAP_MS;
    bench_step(&b);
    CU_ASSERT_EQUAL(b.state.apart_ms[DRIVE_HEAT], b.in.now_ms);
    bench_run(&b, 2 * MINUTE);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
}

static void sensors_of_different_outputs_may_disagree(void)
{
    struct bench b = bench_pair();
    bench_sense(&b, COOL_PAD, READING_OK, 12000);
    check_fine(bench_run(&b, 12 * MINUTE));
    b.config.sensors[ROOM] = (struct supervisor_sensor){.role = SENSOR_PAD, .of_cool = true};
    check_fine(bench_run(&b, 16 * MINUTE));
    b.in.wanted = DRIVE_OFF;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_DISAGREE);
    CU_ASSERT_EQUAL(b.out.sensor, ROOM);
    check_no_edge(bench_run(&b, MINUTE));
}

static struct bench bench_hard(enum drive_mode mode, int32_t mc)
{
    struct bench b = bench_new();
    bench_sense(&b, mode == DRIVE_HEAT ? HEAT_PAD : COOL_PAD, READING_OK, mc);
    bench_run(&b, 1000);
    bench_want(&b, 1, mode);
    b.in.target_mc = mode == DRIVE_HEAT ? 40000 : 10000;
    b.in.tolerance_mc = 500;
    b.in.duty_percent = 100;
    bench_run(&b, 1000);
    check_fine(&b.out);
    return b;
}

static void wrong_way_locks(enum drive_mode mode, size_t sensor, int32_t from_mc, int32_t way)
{
    struct bench b = bench_hard(mode, from_mc);
    bench_move(&b, sensor, from_mc + way * 299);
    check_fine(bench_run(&b, MINUTE));
    bench_move(&b, sensor, from_mc + way * 300);
    check_fine(bench_tick(&b));
    check_locked(bench_tick(&b), FAULT_WRONG_WAY, (int)sensor);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);

    b = bench_hard(mode, from_mc);
    bench_move(&b, sensor, from_mc + way * 2000);
    check_fine(bench_run(&b, SUPERVISOR_WRONG_WAY_MS - TICK_MS));
    bench_move(&b, sensor, from_mc);
    check_fine(bench_run(&b, 1000));
    bench_move(&b, sensor, from_mc + way * 2000);
    bench_tick(&b);
    check_fine(bench_run(&b, SUPERVISOR_WRONG_WAY_MS - TICK_MS));
    check_locked(bench_tick(&b), FAULT_WRONG_WAY, (int)sensor);

    b = bench_hard(mode, from_mc);
    b.in.duty_percent = SUPERVISOR_HARD_PERCENT - 1;
    bench_move(&b, sensor, from_mc + way * 2000);
    check_fine(bench_run(&b, MINUTE));

    b = bench_hard(mode, from_mc - way);
    bench_move(&b, sensor, from_mc - way);
    check_fine(bench_run(&b, MINUTE));
    bench_move(&b, sensor, from_mc + way * 200);
    bench_run(&b, 1000);
    bench_move(&b, sensor, from_mc + way * 400);
    check_fine(bench_run(&b, MINUTE));
}

static void cooling_that_warms_a_hot_pad_for_five_seconds_locks(void)
{
    wrong_way_locks(DRIVE_COOL, COOL_PAD, 38001, 1);
}

static void heating_that_cools_a_cold_pad_for_five_seconds_locks(void)
{
    wrong_way_locks(DRIVE_HEAT, HEAT_PAD, 9999, -1);
}

static void the_wrong_way_is_not_looked_for_in_sensors_of_the_other_output(void)
{
    struct bench b = bench_hard(DRIVE_COOL, 30000);
    bench_sense(&b, HEAT_PAD, READING_OK, 39000);
    check_fine(bench_run(&b, 2000));
    bench_move(&b, HEAT_PAD, 41000);
    check_fine(bench_run(&b, MINUTE));
}

static const struct suite_test tests[] = {
    {"a frozen ADC is stuck after ten seconds of power",               a_frozen_adc_is_stuck_after_ten_seconds_of_power    },
    {"at rest an ADC may be quiet for ten minutes",                    at_rest_an_adc_may_be_quiet_for_ten_minutes         },
    {"what was quiet at rest has ten seconds of power to move",
     what_was_quiet_at_rest_has_ten_seconds_of_power_to_move                                                               },
    {"one code that moves is a live ADC",                              one_code_that_moves_is_a_live_adc                   },
    {"a coarse ADC may repeat itself",                                 a_coarse_adc_may_repeat_itself                      },
    {"a gap and a bad reading begin the frozen time anew",             a_gap_and_a_bad_reading_begin_the_frozen_time_anew  },
    {"a reading that jumps five degrees in a second trips",            a_reading_that_jumps_five_degrees_in_a_second_trips },
    {"a slope of five degrees a second is a jump",                     a_slope_of_five_degrees_a_second_is_a_jump          },
    {"at rest a jump is seen from one second to the next",             at_rest_a_jump_is_seen_from_one_second_to_the_next  },
    {"a change across a gap is no jump",                               a_change_across_a_gap_is_no_jump                    },
    {"a stamp that goes back forgets the samples before",              a_stamp_that_goes_back_forgets_the_samples_before   },
    {"a single wild sample is no jump",                                a_single_wild_sample_is_no_jump                     },
    {"the hot side and sensors that do not count may jump",            the_hot_side_and_sensors_that_do_not_count_may_jump },
    {"two sensors five degrees apart for a quarter of an hour trip",
     two_sensors_five_degrees_apart_for_a_quarter_of_an_hour_trip                                                          },
    {"one agreement begins the disagreement anew",                     one_agreement_begins_the_disagreement_anew          },
    {"a broken sensor keeps a disagreement",                           a_broken_sensor_keeps_a_disagreement                },
    {"a gap between steps begins the disagreement anew",               a_gap_between_steps_begins_the_disagreement_anew    },
    {"sensors of different outputs may disagree",                      sensors_of_different_outputs_may_disagree           },
    {"cooling that warms a hot pad for five seconds locks",            cooling_that_warms_a_hot_pad_for_five_seconds_locks },
    {"heating that cools a cold pad for five seconds locks",           heating_that_cools_a_cold_pad_for_five_seconds_locks},
    {"the wrong way is not looked for in sensors of the other output",
     the_wrong_way_is_not_looked_for_in_sensors_of_the_other_output                                                        },
};

int main(void)
{
    return suite_run("supervisor_trends", tests, sizeof tests / sizeof tests[0]);
}
