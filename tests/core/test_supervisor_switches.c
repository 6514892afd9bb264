#include "supervisor_bench.h"

static struct bench bench_with_sense(void)
{
    struct bench b = bench_new();
    b.config.sense = true;
    return b;
}

static struct bench bench_powered_with_sense(enum drive_mode mode)
{
    struct bench b = bench_powered(mode);
    b.config.sense = true;
    return b;
}

static void a_live_sense_line_locks_at_the_second_tick_once_it_is_off_for_a_minute(void)
{
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        struct bench b = bench_powered_with_sense((enum drive_mode)mode);
        b.in.sense_live = true;
        check_fine(bench_run(&b, 2 * MINUTE));
        b.in.wanted = DRIVE_OFF;
        bench_tick(&b);
        bench_run(&b, SUPERVISOR_OFF_MS - TICK_MS);
        bench_tick_after(&b, TICK_MS - 1);
        CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
        check_doubt(bench_tick_after(&b, 1), FAULT_HEAT_WHEN_OFF, -1);
        check_locked(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
        b.in.acknowledge = true;
        CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
        b.in.sense_live = false;
        b.in.acknowledge = true;
        CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
    }
}

static void one_live_tick_is_off_and_locks_nothing(void)
{
    struct bench b = bench_with_sense();
    bench_run(&b, MINUTE);
    for (int i = 0; i < 5; i++) {
        b.in.sense_live = true;
        bench_want(&b, 1, DRIVE_HEAT);
        check_doubt(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
        b.in.sense_live = false;
        bench_want(&b, 0, DRIVE_OFF);
        bench_tick(&b);
        CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
    }
}

static void a_line_that_reads_on_explains_the_voltage(void)
{
    struct bench b = bench_with_sense();
    bench_run(&b, 2 * MINUTE);
    b.in.sense_live = true;
    b.in.heat_on = true;
    bench_run(&b, 2000);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
    b.in.heat_on = false;
    bench_run(&b, SUPERVISOR_OFF_MS - TICK_MS);
    CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
    bench_tick(&b);
    check_locked(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
}

static void the_minute_counts_from_the_start_of_the_daemon_too(void)
{
    struct bench b = bench_with_sense();
    b.in.sense_live = true;
    bench_run(&b, SUPERVISOR_OFF_MS - TICK_MS);
    CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
    bench_tick(&b);
    check_locked(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
}

static void the_test_of_the_channel_locks_at_the_second_live_tick_at_once(void)
{
    struct bench b = bench_with_sense();
    bench_want(&b, 1, DRIVE_HEAT);
    b.in.test = TEST_CHANNEL;
    b.in.sense_live = true;
    check_doubt(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
    CU_ASSERT_FALSE(b.out.may_test);
    check_locked(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
    CU_ASSERT_FALSE(b.out.may_test);

    static const struct {
        bool heat_on;
        bool cool_on;
        enum drive_test test;
    } explained[] = {
        {true,  false, TEST_CHANNEL },
        {false, true,  TEST_CHANNEL },
        {false, false, TEST_DEAD_MAN},
        {false, false, TEST_NONE    },
    };
    for (size_t i = 0; i < sizeof explained / sizeof explained[0]; i++) {
        b = bench_with_sense();
        b.in.heat_on = explained[i].heat_on;
        b.in.cool_on = explained[i].cool_on;
        b.in.test = explained[i].test;
        b.in.sense_live = true;
        bench_run(&b, 2000);
        CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
    }
    b = bench_powered_with_sense(DRIVE_HEAT);
    b.in.sense_live = true;
    b.in.test = TEST_CHANNEL;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.doubt, FAULT_NONE);
    check_doubt(bench_tick(&b), FAULT_HEAT_WHEN_OFF, -1);
}

static void a_pad_without_a_sense_line_has_no_voltage_to_see(void)
{
    struct bench b = bench_new();
    b.in.sense_live = true;
    bench_run(&b, 5 * MINUTE);
    bench_want(&b, 1, DRIVE_HEAT);
    b.in.test = TEST_CHANNEL;
    bench_run(&b, 2000);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
    b.in.test = TEST_DEAD_MAN;
    CU_ASSERT_TRUE(bench_tick(&b)->may_test);
    b.in.test = TEST_NONE;
    check_fine(bench_tick(&b));
}

/* From `from_mc` for as long as the marks need, evenly by `mc` in 120 s. */
static void bench_slope(struct bench *b, size_t sensor, int32_t from_mc, int32_t mc, int64_t ms)
{
    int64_t began_ms = b->in.now_ms;
    while (b->in.now_ms < began_ms + ms) {
        b->in.readings[sensor].mc = from_mc + (int32_t)((b->in.now_ms - began_ms) * mc / 120000);
        bench_tick_after(b, 1000);
    }
}

static void a_pad_that_warms_while_it_is_off_locks_after_two_minutes_of_it(void)
{
    static const struct {
        size_t sensor;
        int32_t from_mc;
        int32_t mc;
        bool locks;
    } cases[] = {
        {HEAT_PAD, 38300, 510,  true },
        {HEAT_PAD, 38300, 490,  false},
        {HEAT_PAD, 36000, 1000, false},
        {COOL_PAD, 38300, 510,  false},
        {ROOM,     38300, 510,  false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b = bench_new();
        bench_slope(&b, cases[i].sensor, cases[i].from_mc, cases[i].mc, 3 * MINUTE - 1000);
        CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
        bench_slope(&b, cases[i].sensor, b.in.readings[cases[i].sensor].mc, cases[i].mc, 2000);
        CU_ASSERT_EQUAL(b.out.lockout, cases[i].locks ? FAULT_HEAT_WHEN_OFF : FAULT_NONE);
        CU_ASSERT_EQUAL(b.out.sensor, cases[i].locks ? HEAT_PAD : -1);
        bench_slope(&b, cases[i].sensor, b.in.readings[cases[i].sensor].mc, cases[i].mc, MINUTE);
        b.in.acknowledge = true;
        CU_ASSERT_TRUE(bench_tick(&b)->acknowledge_refused);
        bench_slope(&b, cases[i].sensor, b.in.readings[cases[i].sensor].mc, 0, 4 * MINUTE);
        b.in.acknowledge = true;
        CU_ASSERT_EQUAL(bench_tick(&b)->unlocked, cases[i].locks);
    }
}

static void a_pad_that_cools_on_after_cooling_locks_until_it_has_warmed_once(void)
{
    for (int32_t warms_mc = 990; warms_mc <= 1010; warms_mc += 20) { /* in a minute */
        struct bench b = bench_powered(DRIVE_COOL);
        b.in.readings[COOL_PAD].mc = 8000;
        bench_want(&b, 0, DRIVE_OFF);
        bench_slope(&b, COOL_PAD, 8000, 0, 2 * MINUTE);
        bench_slope(&b, COOL_PAD, 8000, 2 * warms_mc, MINUTE);
        bench_slope(&b, COOL_PAD, 8000 + warms_mc, 0, 5 * MINUTE);
        bench_slope(&b, COOL_PAD, 8000 + warms_mc, -1300, 5 * MINUTE);
        CU_ASSERT_EQUAL(b.out.lockout, warms_mc < 1000 ? FAULT_HEAT_WHEN_OFF : FAULT_NONE);
        CU_ASSERT_EQUAL(b.out.sensor, warms_mc < 1000 ? COOL_PAD : -1);
    }
}

static void a_refrigerator_cools_a_pad_more_slowly_than_a_welded_cooler(void)
{
    for (int32_t fall_mc = 1240; fall_mc <= 1260; fall_mc += 20) {
        struct bench b = bench_powered(DRIVE_COOL);
        b.in.readings[COOL_PAD].mc = 8000;
        bench_want(&b, 0, DRIVE_OFF);
        bench_slope(&b, COOL_PAD, 8000, 0, 3 * MINUTE);
        bench_slope(&b, COOL_PAD, 8000, -fall_mc, 4 * MINUTE);
        CU_ASSERT_EQUAL(b.out.lockout, fall_mc < 1250 ? FAULT_NONE : FAULT_HEAT_WHEN_OFF);
    }
}

static void a_cooler_that_was_on_again_is_watched_again(void)
{
    struct bench b = bench_new();
    bench_slope(&b, COOL_PAD, 8600, -1300, 5 * MINUTE);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
    b.in.cool_on = true;
    bench_tick(&b);
    b.in.cool_on = false;
    bench_slope(&b, COOL_PAD, 5350, 0, 3 * MINUTE);
    bench_slope(&b, COOL_PAD, 5350, -1300, 3 * MINUTE);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_HEAT_WHEN_OFF);
}

static void a_pad_of_heat_may_get_as_cold_as_it_likes(void)
{
    struct bench b = bench_powered(DRIVE_COOL);
    bench_want(&b, 0, DRIVE_OFF);
    bench_slope(&b, HEAT_PAD, 8600, -1300, 5 * MINUTE);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
}

static void a_body_that_warms_a_pad_after_ice_is_no_fault(void)
{
    for (int32_t mc_a_minute = 2000; mc_a_minute <= 10000; mc_a_minute += 2000) {
        struct bench b = bench_powered(DRIVE_COOL);
        bench_want(&b, 0, DRIVE_OFF);
        bench_sense(&b, HEAT_PAD, READING_OK, 10000);
        bench_sense(&b, COOL_PAD, READING_OK, 10000);
        for (int i = 0; i < 600; i++) {
            int32_t mc = b.in.readings[HEAT_PAD].mc + mc_a_minute / 60;
            b.in.readings[HEAT_PAD].mc = mc < 35000 ? mc : 35000;
            b.in.readings[COOL_PAD].mc = b.in.readings[HEAT_PAD].mc;
            bench_tick_after(&b, 1000);
            CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
            CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
        }
    }
}

static void what_a_pad_does_in_the_first_minute_after_power_is_no_fault(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, 39000);
    bench_want(&b, 0, DRIVE_OFF);
    bench_slope(&b, HEAT_PAD, 39000, 2000, MINUTE);
    bench_slope(&b, HEAT_PAD, 40000, 400, 10 * MINUTE);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
}

static void a_gap_forgets_the_marks(void)
{
    struct bench b = bench_new();
    bench_slope(&b, HEAT_PAD, 38000, 0, 3 * MINUTE);
    bench_tick_after(&b, SUPERVISOR_CLEAR_GAP_MS);
    bench_slope(&b, HEAT_PAD, 42000, 0, 5 * MINUTE);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
}

static void the_dead_man_is_in_doubt_while_its_test_sees_voltage(void)
{
    struct bench b = bench_with_sense();
    bench_want(&b, 1, DRIVE_HEAT);
    b.in.test = TEST_DEAD_MAN;
    CU_ASSERT_TRUE(bench_tick(&b)->may_test);
    CU_ASSERT_FALSE(b.out.may_energise);
    b.in.heat_on = true;
    b.in.sense_live = true;
    for (int i = 0; i < 10; i++) {
        check_doubt(bench_tick(&b), FAULT_DEAD_MAN, -1);
        CU_ASSERT_FALSE(b.out.may_test);
    }
    b.in.heat_on = false;
    b.in.sense_live = false;
    b.in.test = TEST_NONE;
    check_fine(bench_tick(&b));
}

static void a_test_may_do_what_power_may_and_starts_no_session(void)
{
    struct bench b = bench_new();
    bench_want(&b, 1, DRIVE_HEAT);
    static const enum drive_test tests[] = {TEST_CHANNEL, TEST_DEAD_MAN, TEST_COUNT, (enum drive_test)99};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        b.in.test = tests[i];
        bench_tick(&b);
        CU_ASSERT_FALSE(b.out.may_energise);
        CU_ASSERT_EQUAL(b.out.may_test, tests[i] == TEST_DEAD_MAN);
        CU_ASSERT_EQUAL(b.state.powered_session, 0);
        CU_ASSERT_EQUAL(b.state.memory.session_on_ms, NEVER);
    }
    b.in.test = TEST_DEAD_MAN;
    b.in.session = 0;
    CU_ASSERT_FALSE(bench_tick(&b)->may_test);
    b.in.session = 1;
    b.in.wanted = DRIVE_OFF;
    CU_ASSERT_FALSE(bench_tick(&b)->may_test);
    b.in.wanted = DRIVE_HEAT;
    bench_sense(&b, HEAT_PAD, READING_OPEN, 0);
    CU_ASSERT_FALSE(bench_tick(&b)->may_test);
    bench_sense(&b, HEAT_PAD, READING_OK, 25000);
    bench_run(&b, 2000);
    b.in.readback_bad = true;
    CU_ASSERT_FALSE(bench_tick(&b)->may_test);
    b.in.readback_bad = false;
    b.in.cool_on = true;
    bench_tick(&b);
    b.in.cool_on = false;
    CU_ASSERT_FALSE(bench_tick(&b)->may_test);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_DEAD_TIME);
}

static const struct suite_test tests[] = {
    {"a live sense line locks at the second tick once it is off for a minute",
     a_live_sense_line_locks_at_the_second_tick_once_it_is_off_for_a_minute                                                        },
    {"one live tick is off and locks nothing",                                 one_live_tick_is_off_and_locks_nothing              },
    {"a line that reads on explains the voltage",                              a_line_that_reads_on_explains_the_voltage           },
    {"the minute counts from the start of the daemon too",                     the_minute_counts_from_the_start_of_the_daemon_too  },
    {"the test of the channel locks at the second live tick at once",
     the_test_of_the_channel_locks_at_the_second_live_tick_at_once                                                                 },
    {"a pad without a sense line has no voltage to see",                       a_pad_without_a_sense_line_has_no_voltage_to_see    },
    {"a pad that warms while it is off locks after two minutes of it",
     a_pad_that_warms_while_it_is_off_locks_after_two_minutes_of_it                                                                },
    {"a pad that cools on after cooling locks until it has warmed once",
     a_pad_that_cools_on_after_cooling_locks_until_it_has_warmed_once                                                              },
    {"a refrigerator cools a pad more slowly than a welded cooler",
     a_refrigerator_cools_a_pad_more_slowly_than_a_welded_cooler                                                                   },
    {"a cooler that was on again is watched again",                            a_cooler_that_was_on_again_is_watched_again         },
    {"a pad of heat may get as cold as it likes",                              a_pad_of_heat_may_get_as_cold_as_it_likes           },
    {"a body that warms a pad after ice is no fault",                          a_body_that_warms_a_pad_after_ice_is_no_fault       },
    {"what a pad does in the first minute after power is no fault",
     what_a_pad_does_in_the_first_minute_after_power_is_no_fault                                                                   },
    {"a gap forgets the marks",                                                a_gap_forgets_the_marks                             },
    {"the dead man is in doubt while its test sees voltage",                   the_dead_man_is_in_doubt_while_its_test_sees_voltage},
    {"a test may do what power may and starts no session",                     a_test_may_do_what_power_may_and_starts_no_session  },
};

int main(void)
{
    return suite_run("supervisor_switches", tests, sizeof tests / sizeof tests[0]);
}
