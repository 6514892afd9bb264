#include "soothe/thermistor.h"

#include "suite.h"
#include "thermistor_expect.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static void steinhart_hart_through_three_points_meets_them(void)
{
    /* Through the maker's 103AT points at 0, 25 and 50 degrees. */
    double l[3] = {log(27280.0), log(10000.0), log(4160.0)};
    double y[3] = {1.0 / 273.15, 1.0 / 298.15, 1.0 / 323.15};
    double g2 = (y[1] - y[0]) / (l[1] - l[0]);
    double g3 = (y[2] - y[0]) / (l[2] - l[0]);
    double c = (g3 - g2) / (l[2] - l[1]) / (l[0] + l[1] + l[2]);
    double b = g2 - c * (l[0] * l[0] + l[0] * l[1] + l[1] * l[1]);
    struct thermistor_curve curve = thermistor_steinhart(y[0] - (b + l[0] * l[0] * c) * l[0], b, c);
    CU_ASSERT_EQUAL(thermistor_check(&curve), 0);
    expect_near(&curve, 27280.0, 0.0, 1);
    expect_near(&curve, 10000.0, 25.0, 1);
    expect_near(&curve, 4160.0, 50.0, 1);
    expect_near(&curve, 5827.0, 40.0, PROMISED_MC);
}

static void beta_is_exact_at_25_and_off_by_what_the_header_says(void)
{
    struct thermistor_curve curve = thermistor_beta(10000.0, 3977.0);
    CU_ASSERT_EQUAL(thermistor_check(&curve), 0);
    expect_near(&curve, 10000.0, 25.0, 0);
    expect_near(&curve, 32554.0, 0.76, PROMISED_MC);
    expect_near(&curve, 4372.0, 45.0 - 0.28, PROMISED_MC);
}

static void a_resistance_beyond_the_range_is_open_or_short(void)
{
    static const char *const names[] = {"NTCLE100E3103", "NCP18XH103"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct thermistor_curve curve = part(names[i]);
        double cold;
        double hot;
        double beyond_cold;
        double beyond_hot;
        int32_t mc = 7;
        CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, THERMISTOR_MIN_MC, &cold), 0);
        CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, THERMISTOR_MAX_MC, &hot), 0);
        CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, THERMISTOR_MIN_MC - THERMISTOR_EDGE_MC, &beyond_cold), 0);
        CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, THERMISTOR_MAX_MC + THERMISTOR_EDGE_MC, &beyond_hot), 0);
        CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, beyond_cold * 1.0001, &mc), READING_OPEN);
        CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, beyond_hot * 0.9999, &mc), READING_SHORT);
        CU_ASSERT_EQUAL(mc, 7);
        expect_near(&curve, beyond_cold, -20.0, 0);
        expect_near(&curve, beyond_hot, 85.0, 0);
        expect_near(&curve, cold, -20.0, 0);
        expect_near(&curve, hot, 85.0, 0);
    }
}

static void impossible_resistances_have_their_names(void)
{
    static const struct {
        double ohm;
        enum reading_status status;
    } cases[] = {
        {0.0,         READING_SHORT      },
        {-0.0,        READING_SHORT      },
        {-1.0,        READING_SHORT      },
        {1e-300,      READING_SHORT      },
        {-INFINITY,   READING_SHORT      },
        {1e9,         READING_OPEN       },
        {1e300,       READING_OPEN       },
        {INFINITY,    READING_OPEN       },
        {NAN,         READING_IMPLAUSIBLE},
        {0.999,       READING_SHORT      },
        {100000001.0, READING_OPEN       },
    };
    for (size_t p = 0; thermistor_part_name(p); p++) {
        struct thermistor_curve curve = part(thermistor_part_name(p));
        for (size_t i = 0; i < COUNT(cases); i++) {
            int32_t mc = 7;
            CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, cases[i].ohm, &mc), cases[i].status);
            CU_ASSERT_EQUAL(mc, 7);
        }
    }
}

static void temperature_falls_as_resistance_rises(void)
{
    for (size_t p = 0; thermistor_part_name(p); p++) {
        struct thermistor_curve curve = part(thermistor_part_name(p));
        int32_t last = INT32_MAX;
        for (double ohm = 1100.0; ohm < 100000.0; ohm *= 1.0005) {
            int32_t mc;
            if (thermistor_ohms_to_mc(&curve, ohm, &mc) == READING_OK) {
                CU_ASSERT_TRUE(mc < last || last == THERMISTOR_MAX_MC || mc == THERMISTOR_MIN_MC);
                last = mc;
            }
        }
        CU_ASSERT_EQUAL(last, THERMISTOR_MIN_MC);
    }
}

static void ohms_and_degrees_go_back_and_forth(void)
{
    for (size_t p = 0; thermistor_part_name(p); p++) {
        struct thermistor_curve curve = part(thermistor_part_name(p));
        for (int32_t mc = THERMISTOR_MIN_MC; mc <= THERMISTOR_MAX_MC; mc += 777) {
            double ohm = 0.0;
            CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, mc, &ohm), 0);
            expect_near(&curve, ohm, mc / 1000.0, 0);
        }
    }
}

static void the_inverse_goes_on_beyond_the_readings_but_not_for_ever(void)
{
    struct thermistor_curve curve = part("103AT-2");
    double ohm = 47.0;
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, -40001, &ohm), -ERANGE);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, 125001, &ohm), -ERANGE);
    CU_ASSERT_EQUAL(ohm, 47.0);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, -40000, &ohm), 0);
    CU_ASSERT_DOUBLE_EQUAL(ohm, 188500.0, 0.04 * 188500.0);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, 110000, &ohm), 0);
    CU_ASSERT_DOUBLE_EQUAL(ohm, 757.6, 0.04 * 757.6);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, 125000, &ohm), 0);

    struct thermistor_curve low = thermistor_beta(10.0, 3977.0);
    struct thermistor_curve high = thermistor_beta(1e7, 4500.0);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&low, 125000, &ohm), -ERANGE);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&high, -40000, &ohm), -ERANGE);
}

static void without_a_curve_nothing_is_believed(void)
{
    struct thermistor_curve none = {0};
    struct thermistor_curve odd = {.kind = (enum thermistor_kind)99};
    struct thermistor_curve empty = {.kind = THERMISTOR_TABLE};
    struct thermistor_curve crowded = {.kind = THERMISTOR_TABLE, .point_count = THERMISTOR_POINTS_MAX + 1};
    struct thermistor_curve endless = thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, NAN, 0.0);
    const struct thermistor_curve *const curves[] = {&none, &odd, &empty, &crowded, &endless};
    for (size_t i = 0; i < COUNT(curves); i++) {
        int32_t mc = 7;
        double ohm = 47.0;
        CU_ASSERT_EQUAL(thermistor_check(curves[i]), -EINVAL);
        CU_ASSERT_EQUAL(thermistor_ohms_to_mc(curves[i], 10000.0, &mc), READING_IMPLAUSIBLE);
        CU_ASSERT_EQUAL(thermistor_mc_to_ohms(curves[i], 25000, &ohm), -EINVAL);
        CU_ASSERT_EQUAL(mc, 7);
        CU_ASSERT_EQUAL(ohm, 47.0);
    }
}

static void coefficients_that_cannot_be_are_refused(void)
{
    const struct thermistor_curve refused[] = {
        thermistor_steinhart4(0.0, 3.354e-3, 2.57e-4, 2.6e-6, 6.4e-8),
        thermistor_steinhart4(-10000.0, 3.354e-3, 2.57e-4, 2.6e-6, 6.4e-8),
        thermistor_steinhart4(NAN, 3.354e-3, 2.57e-4, 2.6e-6, 6.4e-8),
        thermistor_steinhart4(INFINITY, 3.354e-3, 2.57e-4, 2.6e-6, 6.4e-8),
        thermistor_steinhart4(10000.0, NAN, 2.57e-4, 2.6e-6, 6.4e-8),
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, 2.6e-6, INFINITY),
        thermistor_steinhart4(10000.0, 3.354e-3, -2.57e-4, 0.0, 0.0),  /* resistance rises with temperature */
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, 0.0, -2e-6), /* turns at both ends */
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, -2e-5, 0.0), /* turns at the cold end only */
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, 2e-5, 0.0),  /* turns at the hot end only */
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, 6e-5, 4e-6), /* turns in the middle only */
        thermistor_beta(10000.0, 0.0),
        thermistor_beta(10000.0, -3977.0),
        thermistor_beta(10000.0, NAN),
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        CU_ASSERT_EQUAL(thermistor_check(&refused[i]), -EINVAL);
    }
}

static void coefficients_may_turn_where_no_thermistor_is(void)
{
    const struct thermistor_curve accepted[] = {
        thermistor_steinhart4(1.0, 1.50e-3, 1e-4, 1e-5, 1e-7),  /* below 1 ohm */
        thermistor_steinhart4(1.0, 1.36e-3, 3e-4, -1e-5, 1e-7), /* above 100 Mohm */
    };
    for (size_t i = 0; i < COUNT(accepted); i++) {
        CU_ASSERT_EQUAL(thermistor_check(&accepted[i]), 0);
    }
}

static void a_curve_that_does_not_reach_is_out_of_range(void)
{
    struct thermistor_curve low = thermistor_beta(5.0, 3977.0);
    struct thermistor_curve high = thermistor_beta(2e7, 3977.0);
    struct thermistor_curve fine = thermistor_beta(100.0, 3977.0);
    CU_ASSERT_EQUAL(thermistor_check(&low), -ERANGE);
    CU_ASSERT_EQUAL(thermistor_check(&high), -ERANGE);
    CU_ASSERT_EQUAL(thermistor_check(&fine), 0);
}

static void tables_that_cannot_be_are_refused(void)
{
    const struct {
        struct thermistor_point points[3];
        size_t count;
        int error;
    } cases[] = {
        {{{-20.0, 97000.0}, {25.0, 10000.0}, {85.0, 1072.0}},  3, 0      },
        {{{-20.0, 97000.0}, {85.0, 1072.0}},                   2, 0      },
        {{{-20.0, 97000.0}},                                   1, -EINVAL},
        {{{-20.0, 97000.0}, {25.0, 1072.0}, {85.0, 1072.0}},   3, -EINVAL},
        {{{-20.0, 97000.0}, {-20.0, 10000.0}, {85.0, 1072.0}}, 3, -EINVAL},
        {{{85.0, 1072.0}, {25.0, 10000.0}, {-20.0, 97000.0}},  3, -EINVAL},
        {{{-20.0, 97000.0}, {25.0, NAN}, {85.0, 1072.0}},      3, -EINVAL},
        {{{-20.0, 97000.0}, {NAN, 10000.0}, {85.0, 1072.0}},   3, -EINVAL},
        {{{-20.0, 97000.0}, {25.0, 10000.0}, {85.0, 0.0}},     3, -EINVAL},
        {{{-274.0, 97000.0}, {25.0, 10000.0}, {85.0, 1072.0}}, 3, -EINVAL},
        {{{-20.0, INFINITY}, {25.0, 10000.0}, {85.0, 1072.0}}, 3, -EINVAL},
        {{{-19.9, 97000.0}, {25.0, 10000.0}, {85.0, 1072.0}},  3, -ERANGE},
        {{{-20.0, 97000.0}, {25.0, 10000.0}, {84.9, 1072.0}},  3, -ERANGE},
        {{{-20.0, 1.1e8}, {25.0, 10000.0}, {85.0, 1072.0}},    3, -ERANGE},
        {{{-20.0, 97000.0}, {25.0, 10000.0}, {85.0, 0.9}},     3, -ERANGE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct thermistor_curve curve = {.kind = THERMISTOR_TABLE, .point_count = cases[i].count};
        memcpy(curve.points, cases[i].points, sizeof cases[i].points);
        CU_ASSERT_EQUAL(thermistor_check(&curve), cases[i].error);
    }
}

static void a_table_may_have_64_points(void)
{
    struct thermistor_curve part_curve = part("NTCLE100E3103");
    struct thermistor_curve curve = {.kind = THERMISTOR_TABLE, .point_count = THERMISTOR_POINTS_MAX};
    for (int i = 0; i < THERMISTOR_POINTS_MAX; i++) {
        int32_t mc = -21000 + i * 1700;
        curve.points[i].c = mc / 1000.0;
        CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&part_curve, mc, &curve.points[i].ohm), 0);
    }
    CU_ASSERT_EQUAL(thermistor_check(&curve), 0);
    expect_near(&curve, 4372.0, 45.0, PROMISED_MC);
}

static void unchecked_coefficients_have_no_inverse(void)
{
    double ohm = 47.0;
    struct thermistor_curve curve = thermistor_steinhart4(1.0, 1e-3, 0.0, 0.0, 1e308);
    CU_ASSERT_EQUAL(thermistor_mc_to_ohms(&curve, 25000, &ohm), -EINVAL);
    CU_ASSERT_EQUAL(ohm, 47.0);
}

static void an_unchecked_table_still_answers_something_safe(void)
{
    struct thermistor_curve curve = {.kind = THERMISTOR_TABLE, .point_count = 2};
    int32_t mc = 7;
    CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, 10000.0, &mc), READING_IMPLAUSIBLE);
    curve.points[0] = (struct thermistor_point){-300.0, 97000.0};
    curve.points[1] = (struct thermistor_point){-290.0, 1072.0};
    CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, 10000.0, &mc), READING_SHORT);
    CU_ASSERT_EQUAL(mc, 7);
}

static const struct thermistor_divider to_ground = {4700.0, true, 3.0, 3.6};
static const struct thermistor_divider to_supply = {4700.0, false, 3.0, 3.6};

static void the_ratio_gives_the_resistance_on_either_side(void)
{
    double ohm = 0.0;
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, 1.65, 3.3, &ohm), READING_OK);
    CU_ASSERT_DOUBLE_EQUAL(ohm, 4700.0, 1e-6);
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, 3.3 * 10000.0 / 14700.0, 3.3, &ohm), READING_OK);
    CU_ASSERT_DOUBLE_EQUAL(ohm, 10000.0, 1e-6);
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_supply, 3.3 * 4700.0 / 14700.0, 3.3, &ohm), READING_OK);
    CU_ASSERT_DOUBLE_EQUAL(ohm, 10000.0, 1e-6);
}

static void a_sagging_supply_changes_nothing(void)
{
    double ohm = 0.0;
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, 3.0 * 10000.0 / 14700.0, 3.0, &ohm), READING_OK);
    CU_ASSERT_DOUBLE_EQUAL(ohm, 10000.0, 1e-6);
}

static void at_and_beyond_the_rails_the_sensor_is_short_or_open(void)
{
    static const struct {
        double v;
        enum reading_status grounded;
        enum reading_status supplied;
    } cases[] = {
        {0.0,      READING_SHORT,       READING_OPEN       },
        {-0.01,    READING_SHORT,       READING_OPEN       },
        {-0.164,   READING_SHORT,       READING_OPEN       },
        {-0.166,   READING_IMPLAUSIBLE, READING_IMPLAUSIBLE},
        {3.3,      READING_OPEN,        READING_SHORT      },
        {3.31,     READING_OPEN,        READING_SHORT      },
        {3.464,    READING_OPEN,        READING_SHORT      },
        {3.466,    READING_IMPLAUSIBLE, READING_IMPLAUSIBLE},
        {NAN,      READING_IMPLAUSIBLE, READING_IMPLAUSIBLE},
        {INFINITY, READING_IMPLAUSIBLE, READING_IMPLAUSIBLE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        double ohm = 47.0;
        CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, cases[i].v, 3.3, &ohm), cases[i].grounded);
        CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_supply, cases[i].v, 3.3, &ohm), cases[i].supplied);
        CU_ASSERT_EQUAL(ohm, 47.0);
    }
}

static void an_impossible_supply_makes_the_reading_implausible(void)
{
    static const double supplies[] = {0.0, -3.3, 2.999, 3.601, NAN, INFINITY};
    double ohm = 47.0;
    for (size_t i = 0; i < COUNT(supplies); i++) {
        CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, 1.65, supplies[i], &ohm), READING_IMPLAUSIBLE);
    }
    const struct thermistor_divider wide = {4700.0, true, -10.0, 10.0};
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&wide, -1.0, -3.3, &ohm), READING_IMPLAUSIBLE);
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&wide, 0.0, 0.0, &ohm), READING_IMPLAUSIBLE);
    CU_ASSERT_EQUAL(ohm, 47.0);
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, 1.5, 3.0, &ohm), READING_OK);
    CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&to_ground, 1.8, 3.6, &ohm), READING_OK);
}

static void an_impossible_series_resistor_makes_the_reading_implausible(void)
{
    static const double series_ohms[] = {0.0, -4700.0, NAN, INFINITY};
    double ohm = 47.0;
    for (size_t i = 0; i < COUNT(series_ohms); i++) {
        const struct thermistor_divider divider = {series_ohms[i], true, 3.0, 3.6};
        CU_ASSERT_EQUAL(thermistor_ratio_to_ohms(&divider, 1.65, 3.3, &ohm), READING_IMPLAUSIBLE);
    }
    CU_ASSERT_EQUAL(ohm, 47.0);
}

static const struct suite_test tests[] = {
    {"Steinhart-Hart through three points meets them",                                                  steinhart_hart_through_three_points_meets_them    },
    {"Beta is exact at 25 degrees and off elsewhere by what the header says",
     beta_is_exact_at_25_and_off_by_what_the_header_says                                                                                                  },
    {"beyond the range by more than the curve may be off is open or short, at its end it is a reading",
     a_resistance_beyond_the_range_is_open_or_short                                                                                                       },
    {"zero, negative, infinite and not-a-number ohms have their names",                                 impossible_resistances_have_their_names           },
    {"temperature falls as resistance rises",                                                           temperature_falls_as_resistance_rises             },
    {"ohms and degrees go back and forth without loss",                                                 ohms_and_degrees_go_back_and_forth                },
    {"the inverse goes on beyond the readings, but not for ever",
     the_inverse_goes_on_beyond_the_readings_but_not_for_ever                                                                                             },
    {"without a curve nothing is believed",                                                             without_a_curve_nothing_is_believed               },
    {"coefficients that cannot be a thermistor are refused",                                            coefficients_that_cannot_be_are_refused           },
    {"coefficients may turn where no thermistor is",                                                    coefficients_may_turn_where_no_thermistor_is      },
    {"a curve that does not reach from -20 to 85 degrees is out of range",                              a_curve_that_does_not_reach_is_out_of_range       },
    {"tables out of order, too short or with impossible points are refused",                            tables_that_cannot_be_are_refused                 },
    {"a table may have 64 points",                                                                      a_table_may_have_64_points                        },
    {"unchecked coefficients have no inverse",                                                          unchecked_coefficients_have_no_inverse            },
    {"an unchecked table still answers something safe",                                                 an_unchecked_table_still_answers_something_safe   },
    {"the ratio gives the resistance, whichever side the thermistor is on",
     the_ratio_gives_the_resistance_on_either_side                                                                                                        },
    {"a sagging supply changes nothing",                                                                a_sagging_supply_changes_nothing                  },
    {"at and slightly beyond the rails the sensor is short or open, farther out implausible",
     at_and_beyond_the_rails_the_sensor_is_short_or_open                                                                                                  },
    {"an impossible supply makes the reading implausible",                                              an_impossible_supply_makes_the_reading_implausible},
    {"an impossible series resistor makes the reading implausible",
     an_impossible_series_resistor_makes_the_reading_implausible                                                                                          },
};

int main(void)
{
    return suite_run("thermistor", tests, sizeof tests / sizeof tests[0]);
}
