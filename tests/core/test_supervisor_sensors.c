#include "supervisor_bench.h"

#include <errno.h>

static const struct {
    enum reading_status status;
    enum fault fault;
} bad_readings[] = {
    {READING_OPEN,                              FAULT_SENSOR_OPEN       },
    {READING_SHORT,                             FAULT_SENSOR_SHORT      },
    {READING_STALE,                             FAULT_SENSOR_STALE      },
    {READING_ERROR,                             FAULT_SENSOR_ERROR      },
    {READING_IMPLAUSIBLE,                       FAULT_SENSOR_IMPLAUSIBLE},
    {(enum reading_status)99,                   FAULT_SENSOR_ERROR      },
    {(enum reading_status)INT32_MIN,            FAULT_SENSOR_ERROR      },
    {(enum reading_status)READING_STATUS_COUNT, FAULT_SENSOR_ERROR      },
};

#define BAD_READINGS (sizeof bad_readings / sizeof bad_readings[0])

static void first_bad_reading_is_off_and_third_names_it(void)
{
    for (size_t i = 0; i < BAD_READINGS; i++) {
        struct bench b = bench_powered(DRIVE_HEAT);
        bench_sense(&b, HEAT_PAD, bad_readings[i].status, 25000);
        int64_t first_ms = b.in.now_ms + TICK_MS;
        check_doubt(bench_tick(&b), bad_readings[i].fault, HEAT_PAD);
        check_doubt(bench_tick(&b), bad_readings[i].fault, HEAT_PAD);
        check_tripped(bench_tick(&b), bad_readings[i].fault, HEAT_PAD);
        CU_ASSERT(b.in.now_ms <= first_ms + 800);
        check_no_edge(bench_tick(&b));
        CU_ASSERT_EQUAL(b.out.trip, bad_readings[i].fault);
    }
}

static void bad_samples_count_by_their_stamp_not_by_the_tick(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    check_doubt(bench_tick(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
    for (int i = 0; i < 10; i++) {
        b.in.now_ms += 10;
        check_doubt(bench_step(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
    }
    check_doubt(bench_tick(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
    check_tripped(bench_tick(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
}

static void the_first_kind_of_a_run_stays_its_name(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_SHORT, 0);
    check_doubt(bench_tick(&b), FAULT_SENSOR_SHORT, HEAT_PAD);
    bench_sense(&b, HEAT_PAD, READING_ERROR, 0);
    check_doubt(bench_tick(&b), FAULT_SENSOR_SHORT, HEAT_PAD);
    check_tripped(bench_tick(&b), FAULT_SENSOR_SHORT, HEAT_PAD);
}

static void a_single_bad_sample_keeps_the_pad_off_for_a_second_of_good_ones(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_tick(&b);
    int64_t good_ms = b.in.now_ms;
    b.in.now_ms = good_ms + SUPERVISOR_SETTLE_MS - 1;
    bench_stamp(&b);
    check_doubt(bench_step(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
    check_fine(bench_tick_after(&b, 1));
}

static void a_loose_contact_is_named_at_its_third_bad_sample(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    for (int i = 0; i < 2; i++) {
        bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
        check_doubt(bench_tick(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
        bench_sense(&b, HEAT_PAD, READING_OK, 25000);
        check_doubt(bench_run(&b, 800), FAULT_SENSOR_OPEN, HEAT_PAD);
    }
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    check_tripped(bench_tick(&b), FAULT_SENSOR_OPEN, HEAT_PAD);
}

static void a_reading_is_stale_at_600_ms_energised(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    int64_t at_ms = b.in.now_ms;
    b.in.now_ms = at_ms + SUPERVISOR_STALE_ENERGISED_MS / 2;
    check_fine(bench_step(&b));
    b.in.now_ms = at_ms + SUPERVISOR_STALE_ENERGISED_MS - 1;
    check_fine(bench_step(&b));
    b.in.now_ms = at_ms + SUPERVISOR_STALE_ENERGISED_MS;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    b.in.now_ms = at_ms + SUPERVISOR_STALE_ENERGISED_MS + SUPERVISOR_STALE_NAME_MS - 1;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    b.in.now_ms = at_ms + 800;
    check_tripped(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
}

static void a_reading_is_stale_at_3500_ms_at_rest(void)
{
    struct bench b = bench_new();
    int64_t at_ms = b.in.now_ms;
    b.in.now_ms = at_ms + SUPERVISOR_STALE_REST_MS - 1;
    bench_step(&b);
    CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
    b.in.now_ms = at_ms + SUPERVISOR_STALE_REST_MS;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    b.in.now_ms = at_ms + SUPERVISOR_STALE_REST_MS + SUPERVISOR_STALE_NAME_MS - 1;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    b.in.now_ms++;
    check_tripped(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
}

static void the_short_limit_of_age_holds_for_what_is_wanted_and_for_what_is_on(void)
{
    for (int i = 0; i < 3; i++) {
        struct bench b = bench_new();
        b.in.now_ms += 1000;
        bench_step(&b);
        CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
        if (i == 0) {
            bench_want(&b, 1, DRIVE_HEAT);
        }
        b.in.heat_on = i == 1;
        b.in.cool_on = i == 2;
        b.in.now_ms++;
        check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    }
    struct bench b = bench_powered(DRIVE_HEAT);
    b.in.wanted = DRIVE_OFF;
    b.in.now_ms += SUPERVISOR_STALE_ENERGISED_MS;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
}

static void a_slow_bus_is_named_by_age_though_it_answers_with_errors(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_tick(&b);
    b.in.now_ms += TICK_MS;
    bench_stamp(&b);
    b.in.readings[HEAT_PAD] = (struct reading){.status = READING_ERROR, .error = ETIMEDOUT, .at_ms = b.in.now_ms};
    check_doubt(bench_step(&b), FAULT_SENSOR_ERROR, HEAT_PAD);
    int64_t error_ms = b.in.now_ms;
    while (b.in.now_ms < error_ms + 800 - TICK_MS) {
        b.in.now_ms += TICK_MS;
        check_doubt(bench_step(&b), FAULT_SENSOR_ERROR, HEAT_PAD);
    }
    b.in.now_ms += TICK_MS;
    check_tripped(bench_step(&b), FAULT_SENSOR_ERROR, HEAT_PAD);
}

static void a_sensor_that_never_spoke_is_off_at_once_and_named_like_any_stale_one(void)
{
    struct bench b = bench_new();
    bench_restart(&b, &SUPERVISOR_MEMORY_NONE);
    b.in.readings[HEAT_PAD] = (struct reading){.status = READING_STALE, .at_ms = NEVER};
    b.in.now_ms += TICK_MS;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    int64_t first_ms = b.in.now_ms;
    b.in.now_ms = first_ms + SUPERVISOR_STALE_REST_MS - 1;
    check_doubt(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
    b.in.now_ms = first_ms + SUPERVISOR_STALE_REST_MS + SUPERVISOR_STALE_NAME_MS;
    check_tripped(bench_step(&b), FAULT_SENSOR_STALE, HEAT_PAD);
}

static void a_stamp_in_the_future_is_a_bad_sample_each_tick(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    int64_t future_ms[] = {1, INT64_MAX - START_MS - HOUR};
    for (size_t i = 0; i < 2; i++) {
        b = bench_powered(DRIVE_HEAT);
        int64_t at_ms = b.in.now_ms + INT64_C(3) * TICK_MS + future_ms[i];
        for (int tick = 0; tick < 3; tick++) {
            b.in.now_ms += TICK_MS;
            bench_stamp(&b);
            b.in.readings[HEAT_PAD].at_ms = at_ms;
            bench_step(&b);
            CU_ASSERT_FALSE(b.out.may_energise);
        }
        check_tripped(&b.out, FAULT_SENSOR_ERROR, HEAT_PAD);
    }
}

static void only_sensors_of_the_wanted_output_and_the_hot_side_count(void)
{
    static const struct {
        size_t sensor;
        enum drive_mode wanted;
        bool counts;
    } cases[] = {
        {HEAT_PAD, DRIVE_HEAT, true },
        {COOL_PAD, DRIVE_HEAT, false},
        {HOT_SIDE, DRIVE_HEAT, true },
        {ROOM,     DRIVE_HEAT, false},
        {HEAT_PAD, DRIVE_COOL, false},
        {COOL_PAD, DRIVE_COOL, true },
        {HOT_SIDE, DRIVE_COOL, true },
        {ROOM,     DRIVE_COOL, false},
        {HEAT_PAD, DRIVE_OFF,  true },
        {COOL_PAD, DRIVE_OFF,  true },
        {HOT_SIDE, DRIVE_OFF,  true },
        {ROOM,     DRIVE_OFF,  false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b = bench_new();
        bench_want(&b, 1, cases[i].wanted);
        bench_sense(&b, cases[i].sensor, READING_OPEN, 0);
        bench_tick(&b);
        CU_ASSERT_EQUAL(b.out.doubt, cases[i].counts ? FAULT_SENSOR_OPEN : FAULT_NONE);
        CU_ASSERT_EQUAL(b.out.may_energise, !cases[i].counts && cases[i].wanted != DRIVE_OFF);
    }
}

static void a_named_sensor_comes_before_one_in_doubt(void)
{
    struct bench b = bench_new();
    bench_sense(&b, COOL_PAD, READING_OPEN, 0);
    bench_tick(&b);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    check_tripped(bench_tick(&b), FAULT_SENSOR_OPEN, COOL_PAD);
}

static void a_limit_is_not_forgotten_while_its_sensor_is_silent(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_TRIP_MC);
    bench_tick(&b);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_TRIP_MC);
    check_tripped(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
}

static void silence_is_no_proof_that_a_limit_is_kept(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_TRIP_MC);
    bench_run(&b, 400);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    bench_tick(&b);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_tick_after(&b, SUPERVISOR_SETTLE_MS);
    bench_sense(&b, HEAT_PAD, READING_OK, SUPERVISOR_TOO_HOT_TRIP_MC);
    check_tripped(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
}

static void heat_is_controlled_by_the_hottest_and_cool_by_the_coldest(void)
{
    struct supervisor_config config = bench_config();
    config.sensors[ROOM] = (struct supervisor_sensor){SENSOR_PAD, true, true};
    struct reading readings[SENSORS_MAX] = {
        {.status = READING_OK, .mc = 30000},
        {.status = READING_OK, .mc = 29000},
        {.status = READING_OK, .mc = 50000},
        {.status = READING_OK, .mc = 31000}
    };
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_HEAT), ROOM);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_COOL), COOL_PAD);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_OFF), ROOM);
    readings[ROOM].mc = 28000;
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_HEAT), HEAT_PAD);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_COOL), ROOM);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_OFF), HEAT_PAD);
}

static void nothing_controls_an_output_with_a_bad_sensor_or_without_one(void)
{
    struct supervisor_config config = bench_config();
    struct reading readings[SENSORS_MAX] = {
        {.status = READING_OK,   .mc = 30000},
        {.status = READING_OPEN, .mc = 0    }
    };
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_HEAT), HEAT_PAD);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_COOL), -1);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_OFF), HEAT_PAD);
    readings[HEAT_PAD].status = READING_STALE;
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_OFF), -1);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, (enum drive_mode)77), -1);
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_MODE_COUNT), -1);
    config.sensor_count = SENSORS_MAX + 1;
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_HEAT), -1);
    config.sensor_count = 0;
    CU_ASSERT_EQUAL(supervisor_controlling(&config, readings, DRIVE_OFF), -1);
}

static const struct suite_test tests[] = {
    {"the first bad reading is off in the same tick and the third names the fault",
     first_bad_reading_is_off_and_third_names_it                                                                                       },
    {"bad samples count by their time stamp, not by the tick",                      bad_samples_count_by_their_stamp_not_by_the_tick   },
    {"the first kind of a run of bad samples stays its name",                       the_first_kind_of_a_run_stays_its_name             },
    {"a single bad sample keeps the pad off for a second of good ones",
     a_single_bad_sample_keeps_the_pad_off_for_a_second_of_good_ones                                                                   },
    {"a loose contact is named at its third bad sample",                            a_loose_contact_is_named_at_its_third_bad_sample   },
    {"a reading is stale at 600 ms energised, named at 800",                        a_reading_is_stale_at_600_ms_energised             },
    {"a reading is stale at 3500 ms at rest",                                       a_reading_is_stale_at_3500_ms_at_rest              },
    {"the short limit of age holds for what is wanted and for what is on",
     the_short_limit_of_age_holds_for_what_is_wanted_and_for_what_is_on                                                                },
    {"a slow bus is named by age though it answers with errors",
     a_slow_bus_is_named_by_age_though_it_answers_with_errors                                                                          },
    {"a sensor that never spoke is off at once and named like any stale one",
     a_sensor_that_never_spoke_is_off_at_once_and_named_like_any_stale_one                                                             },
    {"a stamp in the future is a bad sample each tick",                             a_stamp_in_the_future_is_a_bad_sample_each_tick    },
    {"only sensors of the wanted output and the hot side count",
     only_sensors_of_the_wanted_output_and_the_hot_side_count                                                                          },
    {"a named sensor comes before one in doubt",                                    a_named_sensor_comes_before_one_in_doubt           },
    {"a limit is not forgotten while its sensor is silent",                         a_limit_is_not_forgotten_while_its_sensor_is_silent},
    {"silence is no proof that a limit is kept",                                    silence_is_no_proof_that_a_limit_is_kept           },
    {"heat is controlled by the hottest sensor and cool by the coldest",
     heat_is_controlled_by_the_hottest_and_cool_by_the_coldest                                                                         },
    {"nothing controls an output with a bad sensor or without one",
     nothing_controls_an_output_with_a_bad_sensor_or_without_one                                                                       },
};

int main(void)
{
    return suite_run("supervisor_sensors", tests, sizeof tests / sizeof tests[0]);
}
