#include "supervisor_bench.h"

static void check_limits(const struct supervisor_config *is, const struct supervisor_config *expected)
{
    CU_ASSERT_EQUAL(is->too_hot_trip_mc, expected->too_hot_trip_mc);
    CU_ASSERT_EQUAL(is->too_hot_lockout_mc, expected->too_hot_lockout_mc);
    CU_ASSERT_EQUAL(is->too_cold_trip_mc, expected->too_cold_trip_mc);
    CU_ASSERT_EQUAL(is->too_cold_lockout_mc, expected->too_cold_lockout_mc);
    CU_ASSERT_EQUAL(is->hot_side_trip_mc, expected->hot_side_trip_mc);
    CU_ASSERT_EQUAL(is->hot_side_lockout_mc, expected->hot_side_lockout_mc);
    CU_ASSERT_EQUAL(is->session_max_ms, expected->session_max_ms);
}

static void limits_are_tightened_to_the_ceilings(void)
{
    struct supervisor_config tight = bench_config();
    tight.too_hot_trip_mc = 20000;
    tight.too_hot_lockout_mc = 20000;
    tight.too_cold_trip_mc = 20000;
    tight.too_cold_lockout_mc = 20000;
    tight.hot_side_trip_mc = 20000;
    tight.hot_side_lockout_mc = 20000;
    tight.session_max_ms = 1;
    struct supervisor_config clamped = tight;
    supervisor_limits_clamp(&clamped);
    check_limits(&clamped, &tight);

    struct supervisor_config ceilings = bench_config();
    ceilings.session_max_ms = SUPERVISOR_SESSION_CEILING_MS;
    clamped = ceilings;
    supervisor_limits_clamp(&clamped);
    check_limits(&clamped, &ceilings);

    static const int32_t nonsense[][6] = {
        {43001,     45001,     4999,      1999,      60001,     70001    },
        {19999,     42999,     20001,     5001,      19999,     59999    },
        {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX},
        {INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN},
    };
    for (size_t i = 0; i < 4; i++) {
        clamped = ceilings;
        clamped.too_hot_trip_mc = nonsense[i][0];
        clamped.too_hot_lockout_mc = nonsense[i][1];
        clamped.too_cold_trip_mc = nonsense[i][2];
        clamped.too_cold_lockout_mc = nonsense[i][3];
        clamped.hot_side_trip_mc = nonsense[i][4];
        clamped.hot_side_lockout_mc = nonsense[i][5];
        clamped.session_max_ms = i % 2 ? 0 : SUPERVISOR_SESSION_CEILING_MS + 1;
        supervisor_limits_clamp(&clamped);
        check_limits(&clamped, &ceilings);
    }
}

static void tighter_limits_hold_and_looser_ones_are_the_ceiling(void)
{
    struct bench b = bench_powered(DRIVE_HEAT);
    b.config.too_hot_trip_mc = 41000;
    bench_sense(&b, HEAT_PAD, READING_OK, 41000);
    check_doubt(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
    b = bench_powered(DRIVE_HEAT);
    b.config.too_hot_trip_mc = 90000;
    bench_sense(&b, HEAT_PAD, READING_OK, 43000);
    check_doubt(bench_tick(&b), FAULT_TOO_HOT, HEAT_PAD);
}

static const struct suite_test tests[] = {
    {"limits are tightened to the ceilings",                limits_are_tightened_to_the_ceilings               },
    {"tighter limits hold and looser ones are the ceiling", tighter_limits_hold_and_looser_ones_are_the_ceiling},
};

int main(void)
{
    return suite_run("supervisor_limits", tests, sizeof tests / sizeof tests[0]);
}
