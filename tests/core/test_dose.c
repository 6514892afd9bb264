#include "soothe/dose.h"

#include "suite.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define MINUTE_MS 60000

static double cem43(int32_t mc, double minutes)
{
    double t = mc / 1000.0;
    return minutes * pow(t >= 43.0 ? 0.5 : 0.25, 43.0 - t);
}

static void expect_close(int64_t ucem, double cem, double share)
{
    CU_ASSERT_DOUBLE_EQUAL((double)ucem / 1e6, cem, cem * share);
}

/* Held for 20 and 30 minutes: the formula's values, worked out by hand. */
static const struct {
    int32_t mc;
    double cem_20_min;
    double cem_30_min;
} held[] = {
    {39000, 0.078125, 0.1171875},
    {40000, 0.3125,   0.46875  },
    {41000, 1.25,     1.875    },
    {42000, 5.0,      7.5      },
    {43000, 20.0,     30.0     },
    {44000, 40.0,     60.0     },
    {45000, 80.0,     120.0    },
    {46000, 160.0,    240.0    },
    {48000, 640.0,    960.0    },
};

static void a_held_temperature_gives_the_known_dose(void)
{
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
        expect_close(dose_held_ucem(held[i].mc, 20 * MINUTE_MS), held[i].cem_20_min, 0.0002);
        expect_close(dose_held_ucem(held[i].mc, 30 * MINUTE_MS), held[i].cem_30_min, 0.0002);
    }
}

static void the_ticks_of_a_session_add_up_to_the_same(void)
{
    static const int64_t ticks_ms[] = {200, 1000};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
            int64_t sum = 0;
            for (int64_t ms = 0; ms < 30 * MINUTE_MS; ms += ticks_ms[k]) {
                sum = dose_add_ucem(sum, dose_step_ucem(held[i].mc, ticks_ms[k]));
            }
            expect_close(sum, held[i].cem_30_min, 0.01);
        }
    }
}

static void it_takes_32_minutes_at_41_degrees_to_reach_2(void)
{
    CU_ASSERT_TRUE(dose_held_ucem(41000, 32 * MINUTE_MS - 1000) < 2 * DOSE_UCEM_PER_CEM);
    CU_ASSERT_TRUE(dose_held_ucem(41000, 32 * MINUTE_MS + 1000) > 2 * DOSE_UCEM_PER_CEM);
    CU_ASSERT_TRUE(dose_held_ucem(44000, 270 * 1000 - 1000) < 9 * DOSE_UCEM_PER_CEM);
    CU_ASSERT_TRUE(dose_held_ucem(44000, 270 * 1000 + 1000) > 9 * DOSE_UCEM_PER_CEM);
}

static void every_milli_degree_follows_the_formula(void)
{
    for (int32_t mc = 36000; mc <= DOSE_MAX_MC; mc++) {
        expect_close(dose_step_ucem(mc, DOSE_STEP_MAX_MS), cem43(mc, 60.0), 0.0003);
    }
}

static void the_dose_never_falls_when_temperature_rises(void)
{
    int64_t last = 0;
    for (int32_t mc = DOSE_MIN_MC - 2; mc <= DOSE_MAX_MC + 2; mc++) {
        int64_t now = dose_step_ucem(mc, DOSE_STEP_MAX_MS);
        CU_ASSERT_TRUE(now >= last);
        last = now;
    }
}

static void the_dose_never_falls_when_time_grows(void)
{
    for (int32_t mc = 30000; mc <= 62000; mc += 531) {
        int64_t last = 0;
        for (int64_t dt_ms = -5; dt_ms < 5000; dt_ms++) {
            int64_t now = dose_step_ucem(mc, dt_ms);
            CU_ASSERT_TRUE(now >= last);
            last = now;
        }
    }
}

static void cold_counts_nothing_and_extreme_heat_is_bounded(void)
{
    CU_ASSERT_EQUAL(dose_step_ucem(DOSE_MIN_MC - 1, DOSE_STEP_MAX_MS), 0);
    CU_ASSERT_TRUE(dose_step_ucem(DOSE_MIN_MC, DOSE_STEP_MAX_MS) > 0);
    CU_ASSERT_EQUAL(dose_step_ucem(INT32_MIN, INT64_MAX), 0);
    int64_t most = dose_step_ucem(DOSE_MAX_MC, DOSE_STEP_MAX_MS);
    CU_ASSERT_TRUE(dose_step_ucem(DOSE_MAX_MC - 1, DOSE_STEP_MAX_MS) < most);
    CU_ASSERT_EQUAL(dose_step_ucem(DOSE_MAX_MC + 1, DOSE_STEP_MAX_MS), most);
    CU_ASSERT_EQUAL(dose_step_ucem(INT32_MAX, INT64_MAX), most);
    expect_close(most, 60.0 * 131072.0, 0.0002);
}

static void no_time_or_time_backwards_adds_nothing(void)
{
    CU_ASSERT_EQUAL(dose_step_ucem(45000, 0), 0);
    CU_ASSERT_EQUAL(dose_step_ucem(45000, -1), 0);
    CU_ASSERT_EQUAL(dose_step_ucem(45000, INT64_MIN), 0);
    CU_ASSERT_EQUAL(dose_held_ucem(45000, 0), 0);
    CU_ASSERT_EQUAL(dose_held_ucem(45000, -1), 0);
    CU_ASSERT_EQUAL(dose_held_ucem(45000, INT64_MIN), 0);
    CU_ASSERT_TRUE(dose_step_ucem(45000, 1) > 0);
}

static void a_step_counts_an_hour_at_most_but_holding_counts_all(void)
{
    int64_t hour = dose_step_ucem(41000, DOSE_STEP_MAX_MS);
    CU_ASSERT_TRUE(dose_step_ucem(41000, DOSE_STEP_MAX_MS - 1000) < hour);
    CU_ASSERT_EQUAL(dose_step_ucem(41000, DOSE_STEP_MAX_MS + 1000), hour);
    CU_ASSERT_EQUAL(dose_held_ucem(41000, 3 * (int64_t)DOSE_STEP_MAX_MS), 3 * hour);
    CU_ASSERT_EQUAL(dose_held_ucem(41000, DOSE_STEP_MAX_MS + 1000), hour + dose_step_ucem(41000, 1000));
}

static void sums_stop_at_the_top(void)
{
    CU_ASSERT_EQUAL(dose_held_ucem(60000, INT64_MAX), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_held_ucem(20000, INT64_MAX), 0);
    CU_ASSERT_EQUAL(dose_add_ucem(1, 2), 3);
    CU_ASSERT_EQUAL(dose_add_ucem(DOSE_MAX_UCEM - 2, 1), DOSE_MAX_UCEM - 1);
    CU_ASSERT_EQUAL(dose_add_ucem(DOSE_MAX_UCEM - 1, 1), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(DOSE_MAX_UCEM - 1, 2), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(DOSE_MAX_UCEM / 2 + 1, DOSE_MAX_UCEM / 2 + 1), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(DOSE_MAX_UCEM, 0), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(DOSE_MAX_UCEM, 1), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(INT64_MAX, 0), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(INT64_MAX, INT64_MAX), DOSE_MAX_UCEM);
    CU_ASSERT_EQUAL(dose_add_ucem(-5, 7), 7);
    CU_ASSERT_EQUAL(dose_add_ucem(7, INT64_MIN), 7);
}

static const struct suite_test tests[] = {
    {"a temperature held for 20 or 30 minutes gives the known dose",                a_held_temperature_gives_the_known_dose             },
    {"the ticks of a session add up to the same within 1 %",                        the_ticks_of_a_session_add_up_to_the_same           },
    {"it takes 32 minutes at 41 degrees to reach 2 CEM43 and 4.5 at 44 to reach 9",
     it_takes_32_minutes_at_41_degrees_to_reach_2                                                                                       },
    {"every milli-degree follows the formula",                                      every_milli_degree_follows_the_formula              },
    {"the dose never falls when the temperature rises",                             the_dose_never_falls_when_temperature_rises         },
    {"the dose never falls when the time grows",                                    the_dose_never_falls_when_time_grows                },
    {"cold counts nothing and extreme heat is bounded",                             cold_counts_nothing_and_extreme_heat_is_bounded     },
    {"no time, or time backwards, adds nothing",                                    no_time_or_time_backwards_adds_nothing              },
    {"a step counts an hour at most, holding counts all of it",                     a_step_counts_an_hour_at_most_but_holding_counts_all},
    {"sums stop at the top and never go below zero",                                sums_stop_at_the_top                                },
};

int main(void)
{
    return suite_run("dose", tests, sizeof tests / sizeof tests[0]);
}
