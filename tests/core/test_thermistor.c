#include "soothe/thermistor.h"

#include "suite.h"
#include "thermistor_vectors.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The promise of the issue: within 0.05 K of the maker's table. */
#define PROMISED_MC 50

static struct thermistor_curve part(const char *name)
{
    struct thermistor_curve curve = {0};
    CU_ASSERT_EQUAL_FATAL(thermistor_part_find(name, &curve), 0);
    return curve;
}

static void expect_near(const struct thermistor_curve *curve, double ohm, double c, int32_t within_mc)
{
    int32_t mc = INT32_MIN;
    enum reading_status status = thermistor_ohms_to_mc(curve, ohm, &mc);
    bool near = status == READING_OK && labs(mc - lround(c * 1000.0)) <= within_mc;
    if (!near) {
        fprintf(stderr, "%.1f ohm: status %d, %d instead of %.3f degrees\n", ohm, (int)status, (int)mc, c);
    }
    CU_ASSERT_TRUE(near);
}

static void expect_table(const struct thermistor_curve *curve, const double *value, size_t count, double unit_ohm,
                         int from_c, int step_c)
{
    for (size_t i = 0; i < count; i++) {
        expect_near(curve, value[i] * unit_ohm, from_c + (int)i * step_c, PROMISED_MC);
    }
}

static void vishay_follows_the_maker(void)
{
    struct thermistor_curve curve = part("NTCLE100E3103");
    CU_ASSERT_EQUAL(COUNT(vishay_29049_ohm), 18);
    expect_table(&curve, vishay_29049_ohm, COUNT(vishay_29049_ohm), 1.0, 0, 5);
}

static void vishay_follows_the_makers_formula(void)
{
    struct thermistor_curve curve = part("NTCLE100E3103");
    const double *k = vishay_29049_r_of_t;
    for (int c = -20; c <= 85; c++) {
        double t = c + 273.15;
        expect_near(&curve, 10000.0 * exp(k[0] + k[1] / t + k[2] / (t * t) + k[3] / (t * t * t)), c, PROMISED_MC);
    }
}

static void tdk_follows_the_maker(void)
{
    static const char *const names[] = {"B57861S0103", "B57862S0103", "B57863S0103"};
    CU_ASSERT_EQUAL(COUNT(tdk_8016_ratio), 22);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct thermistor_curve curve = part(names[i]);
        expect_table(&curve, tdk_8016_ratio, COUNT(tdk_8016_ratio), 10000.0, -20, 5);
    }
}

static void murata_follows_the_maker_at_every_degree(void)
{
    static const char *const names[] = {"NCP18XH103", "NCP15XH103", "NCP21XH103"};
    CU_ASSERT_EQUAL(COUNT(murata_xh103_ohm), 106);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct thermistor_curve curve = part(names[i]);
        expect_table(&curve, murata_xh103_ohm, COUNT(murata_xh103_ohm), 1.0, -20, 1);
    }
}

static void semitec_follows_the_maker(void)
{
    static const char *const names[] = {"103AT-2", "103AT-11"};
    CU_ASSERT_EQUAL(COUNT(semitec_103at_kohm), 22);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct thermistor_curve curve = part(names[i]);
        expect_table(&curve, semitec_103at_kohm, COUNT(semitec_103at_kohm), 1000.0, -20, 5);
    }
}

/* A table of every second point of a 5 K table, the two ends included. */
static struct thermistor_curve every_second(const double *value, double unit_ohm)
{
    struct thermistor_curve curve = {.kind = THERMISTOR_TABLE};
    for (int i = 0; i < 22; i++) {
        if (i % 2 == 0 || i == 21) {
            curve.points[curve.point_count++] = (struct thermistor_point){-20.0 + 5.0 * i, value[i] * unit_ohm};
        }
    }
    return curve;
}

static void a_table_predicts_points_it_has_not_seen(void)
{
    double murata_5k[22];
    for (size_t i = 0; i < COUNT(murata_5k); i++) {
        murata_5k[i] = murata_xh103_ohm[5 * i];
    }
    const struct {
        const double *value;
        double unit_ohm;
    } makers[] = {
        {tdk_8016_ratio,     10000.0},
        {semitec_103at_kohm, 1000.0 },
        {murata_5k,          1.0    }
    };
    for (size_t i = 0; i < COUNT(makers); i++) {
        struct thermistor_curve curve = every_second(makers[i].value, makers[i].unit_ohm);
        CU_ASSERT_EQUAL(thermistor_check(&curve), 0);
        expect_table(&curve, makers[i].value, 22, makers[i].unit_ohm, -20, 5);
    }
}

static void every_part_is_found_by_its_name_and_usable(void)
{
    size_t count = 0;
    for (const char *name; (name = thermistor_part_name(count)); count++) {
        struct thermistor_curve curve = part(name);
        CU_ASSERT_EQUAL(thermistor_check(&curve), 0);
        expect_near(&curve, 10000.0, 25.0, 1);
    }
    CU_ASSERT_EQUAL(count, 9);
    CU_ASSERT_PTR_NULL(thermistor_part_name(SIZE_MAX));
}

static void an_unknown_part_is_refused_and_leaves_the_curve(void)
{
    struct thermistor_curve curve = {.ref_ohm = 47.0};
    CU_ASSERT_EQUAL(thermistor_part_find("NTCLE100E3104", &curve), -ENOENT);
    CU_ASSERT_EQUAL(thermistor_part_find("", &curve), -ENOENT);
    CU_ASSERT_EQUAL(curve.ref_ohm, 47.0);
}

static void the_wrong_part_reads_a_hot_pad_three_degrees_too_cold(void)
{
    struct thermistor_curve wrong = part("NTCLE100E3103");
    expect_near(&wrong, 4917.0, 42.0, PROMISED_MC);
    struct thermistor_curve other_way = part("NCP18XH103");
    expect_near(&other_way, 4372.0, 48.5, PROMISED_MC);
}

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
        CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, beyond_cold * 1.0002, &mc), READING_OPEN);
        CU_ASSERT_EQUAL(thermistor_ohms_to_mc(&curve, beyond_hot * 0.9998, &mc), READING_SHORT);
        CU_ASSERT_EQUAL(mc, 7);
        expect_near(&curve, beyond_cold * 0.9999, -20.0, 0);
        expect_near(&curve, beyond_hot * 1.0001, 85.0, 0);
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
    const struct thermistor_curve *const curves[] = {&none, &odd, &empty, &crowded};
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
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, 0.0, -2e-6), /* turns at an end */
        thermistor_steinhart4(10000.0, 3.354e-3, 2.57e-4, 3e-5, 1e-6), /* turns in the middle */
        thermistor_beta(10000.0, 0.0),
        thermistor_beta(10000.0, -3977.0),
        thermistor_beta(10000.0, NAN),
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        CU_ASSERT_EQUAL(thermistor_check(&refused[i]), -EINVAL);
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
    {"NTCLE100E3103 is within 0.05 K of Vishay's table from 0 to 85 degrees",                           vishay_follows_the_maker                          },
    {"NTCLE100E3103 is within 0.05 K of Vishay's R(T) at every degree",                                 vishay_follows_the_makers_formula                 },
    {"B57861S0103 and its relatives are within 0.05 K of TDK's table",                                  tdk_follows_the_maker                             },
    {"NCP18XH103 and its relatives are within 0.05 K of Murata's table at every degree",
     murata_follows_the_maker_at_every_degree                                                                                                             },
    {"103AT-2 and its relative are within 0.05 K of Semitec's table",                                   semitec_follows_the_maker                         },
    {"a table of every second point predicts the others within 0.05 K",                                 a_table_predicts_points_it_has_not_seen           },
    {"every part is found by its name, is usable and has 10 kohm at 25 degrees",
     every_part_is_found_by_its_name_and_usable                                                                                                           },
    {"an unknown part is refused and leaves the curve alone",                                           an_unknown_part_is_refused_and_leaves_the_curve   },
    {"a 3380 K part read as a 3977 K part shows 42 degrees at 45",
     the_wrong_part_reads_a_hot_pad_three_degrees_too_cold                                                                                                },
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
    {"a curve that does not reach from -20 to 85 degrees is out of range",                              a_curve_that_does_not_reach_is_out_of_range       },
    {"tables out of order, too short or with impossible points are refused",                            tables_that_cannot_be_are_refused                 },
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
