#include "soothe/thermistor.h"

#include "suite.h"
#include "thermistor_expect.h"
#include "thermistor_vectors.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

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

static const struct suite_test tests[] = {
    {"NTCLE100E3103 is within 0.05 K of Vishay's table from 0 to 85 degrees",            vishay_follows_the_maker                       },
    {"NTCLE100E3103 is within 0.05 K of Vishay's R(T) at every degree",                  vishay_follows_the_makers_formula              },
    {"B57861S0103 and its relatives are within 0.05 K of TDK's table",                   tdk_follows_the_maker                          },
    {"NCP18XH103 and its relatives are within 0.05 K of Murata's table at every degree",
     murata_follows_the_maker_at_every_degree                                                                                           },
    {"103AT-2 and its relative are within 0.05 K of Semitec's table",                    semitec_follows_the_maker                      },
    {"a table of every second point predicts the others within 0.05 K",                  a_table_predicts_points_it_has_not_seen        },
    {"every part is found by its name, is usable and has 10 kohm at 25 degrees",
     every_part_is_found_by_its_name_and_usable                                                                                         },
    {"an unknown part is refused and leaves the curve alone",                            an_unknown_part_is_refused_and_leaves_the_curve},
    {"a 3380 K part read as a 3977 K part shows 42 degrees at 45",
     the_wrong_part_reads_a_hot_pad_three_degrees_too_cold                                                                              },
};

int main(void)
{
    return suite_run("thermistor_parts", tests, sizeof tests / sizeof tests[0]);
}
