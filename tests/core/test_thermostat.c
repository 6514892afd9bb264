#include "soothe/thermostat.h"

#include "suite.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TICK_MS      200
#define LONG_AGO_MS  (-1000000)

static struct thermostat_state fresh(void)
{
    struct thermostat_state state;
    thermostat_reset(&state, LONG_AGO_MS);
    return state;
}

/* ---- PWM, step by step ---- */

static void a_cold_pad_gets_full_duty_and_a_hot_one_none(void)
{
    struct thermostat_config heat = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_config cool = thermostat_default(THERMOSTAT_PWM, DRIVE_COOL, 1500);
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 22000, 0), 100);
    state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 45000, 0), 0);
    state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 22000, 0), 100);
    state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 5000, 0), 0);
}

static void the_duty_is_proportional_near_the_target(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    config.ki = 0.0;
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 39000, 0), 40);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 39500, 200), 20);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 40000, 400), 0);
}

static void a_long_way_from_the_target_winds_nothing_up(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_state state = fresh();
    for (int64_t ms = 0; ms < 20 * 60 * 1000; ms += TICK_MS) {
        thermostat_step(&config, &state, 40000, 25000, ms);
    }
    CU_ASSERT_EQUAL(state.integral, 0.0);
    for (int64_t ms = 20 * 60 * 1000; ms < 40 * 60 * 1000; ms += TICK_MS) {
        thermostat_step(&config, &state, 40000, 45000, ms);
    }
    CU_ASSERT_EQUAL(state.integral, 0.0);
}

static void the_integral_stays_within_the_output(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    config.ki = 10.0;
    struct thermostat_state state = fresh();
    int32_t duty = 0;
    for (int64_t ms = 0; ms < 600000; ms += TICK_MS) {
        duty = thermostat_step(&config, &state, 40000, 39900, ms);
        CU_ASSERT_TRUE(state.integral >= 0.0 && state.integral <= 100.0);
    }
    CU_ASSERT_EQUAL(duty, 100);
    for (int64_t ms = 600000; ms < 1200000; ms += TICK_MS) {
        duty = thermostat_step(&config, &state, 40000, 40100, ms);
        CU_ASSERT_TRUE(state.integral >= 0.0 && state.integral <= 100.0);
    }
    CU_ASSERT_EQUAL(duty, 0);
}

static void past_the_limit_the_integral_has_no_say(void)
{
    struct thermostat_config heat = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_config cool = thermostat_default(THERMOSTAT_PWM, DRIVE_COOL, 500);
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(heat.limit_mc, 400);
    state.integral = 90.0;
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 40400, 0), 74);
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 40401, 0), 0);
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 9600, 0), 74);
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 9599, 0), 0);
}

static void a_gap_counts_ten_seconds_and_a_step_back_nothing(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_state state = fresh();
    thermostat_step(&config, &state, 40000, 39000, 0);
    CU_ASSERT_EQUAL(state.integral, 0.0);
    thermostat_step(&config, &state, 40000, 39000, 10000);
    CU_ASSERT_DOUBLE_EQUAL(state.integral, 2.0, 1e-9);
    thermostat_step(&config, &state, 40000, 39000, INT64_MAX);
    CU_ASSERT_DOUBLE_EQUAL(state.integral, 4.0, 1e-9);
    thermostat_step(&config, &state, 40000, 39000, INT64_MIN);
    CU_ASSERT_DOUBLE_EQUAL(state.integral, 4.0, 1e-9);
    thermostat_step(&config, &state, 40000, 39000, INT64_MAX);
    CU_ASSERT_DOUBLE_EQUAL(state.integral, 6.0, 1e-9);
}

static void the_time_between_sessions_is_not_integrated(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_state state = fresh();
    thermostat_step(&config, &state, 40000, 39000, 0);
    thermostat_step(&config, &state, 40000, 39000, 5000);
    CU_ASSERT_TRUE(state.integral > 0.0);
    thermostat_off(&state, 5200);
    CU_ASSERT_EQUAL(state.integral, 0.0);
    thermostat_step(&config, &state, 40000, 39000, 9000);
    CU_ASSERT_EQUAL(state.integral, 0.0);
}

static void what_is_not_a_number_is_off(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_state state = fresh();
    static const double poison[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT(poison); i++) {
        state.integral = poison[i];
        CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 39900, 0), 0);
        CU_ASSERT_EQUAL(state.integral, 0.0);
        struct thermostat_config bad = config;
        bad.kp = poison[i];
        CU_ASSERT_EQUAL(thermostat_step(&bad, &state, 40000, 22000, 0), 0);
        bad = config;
        bad.ki = poison[i];
        CU_ASSERT_EQUAL(thermostat_step(&bad, &state, 40000, 22000, 0), 0);
    }
}

static void extreme_temperatures_do_not_overflow(void)
{
    static const enum thermostat_kind kinds[] = {THERMOSTAT_PWM, THERMOSTAT_TWO_POINT};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct thermostat_config heat = thermostat_default(kinds[i], DRIVE_HEAT, 500);
        struct thermostat_config cool = thermostat_default(kinds[i], DRIVE_COOL, 1500);
        struct thermostat_state state = fresh();
        CU_ASSERT_EQUAL(thermostat_step(&heat, &state, INT32_MIN, INT32_MAX, 0), 0);
        CU_ASSERT_EQUAL(thermostat_step(&cool, &state, INT32_MAX, INT32_MIN, 0), 0);
        CU_ASSERT_EQUAL(thermostat_step(&heat, &state, INT32_MAX, INT32_MIN, 0), 100);
        thermostat_off(&state, 0);
        CU_ASSERT_EQUAL(thermostat_step(&cool, &state, INT32_MIN, INT32_MAX, 30000), 100);
    }
}

/* ---- two-point, step by step ---- */

static struct thermostat_config relay(enum drive_mode mode)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_TWO_POINT, mode, 1500);
    CU_ASSERT_EQUAL(config.hysteresis_mc, 300);
    CU_ASSERT_EQUAL(config.limit_mc, 1200);
    return config;
}

static void a_relay_switches_at_its_hysteresis(void)
{
    struct thermostat_config heat = relay(DRIVE_HEAT);
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 39701, 0), 0);
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 39700, 200), 100);
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 40299, 60000), 100);
    CU_ASSERT_EQUAL(thermostat_step(&heat, &state, 40000, 40300, 60200), 0);

    struct thermostat_config cool = relay(DRIVE_COOL);
    state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 10299, 0), 0);
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 10300, 200), 100);
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 9701, 60000), 100);
    CU_ASSERT_EQUAL(thermostat_step(&cool, &state, 10000, 9700, 60200), 0);
}

static void a_relay_keeps_its_minimum_times(void)
{
    struct thermostat_config config = relay(DRIVE_COOL);
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 11000, 0), 100);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 9500, 29999), 100);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 9500, 30000), 0);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 11000, 59999), 0);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 11000, 60000), 100);
}

static void the_minimum_on_time_gives_way_past_the_limit(void)
{
    struct thermostat_config config = relay(DRIVE_COOL);
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 11000, 0), 100);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 8800, 1000), 100);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 8799, 1200), 0);
}

static void an_off_from_outside_is_obeyed_at_once_and_starts_the_minimum_off_time(void)
{
    struct thermostat_config config = relay(DRIVE_HEAT);
    struct thermostat_state state = fresh();
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 30000, 0), 100);
    thermostat_off(&state, 1000);
    CU_ASSERT_FALSE(state.on);
    thermostat_off(&state, 20000); /* said again each tick: the time runs from the first */
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 30000, 30999), 0);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 30000, 31000), 100);
}

static void after_a_start_the_relay_counts_as_just_switched_off(void)
{
    struct thermostat_config config = relay(DRIVE_COOL);
    struct thermostat_state state;
    thermostat_reset(&state, 5000);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 25000, 34999), 0);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 10000, 25000, 35000), 100);
}

static void a_clock_that_steps_back_keeps_the_relay_off(void)
{
    struct thermostat_config config = relay(DRIVE_HEAT);
    struct thermostat_state state;
    thermostat_reset(&state, INT64_MAX);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 30000, 0), 0);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 30000, INT64_MIN), 0);
    thermostat_reset(&state, INT64_MIN);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 30000, INT64_MAX), 100);
}

/* ---- configuration and the guard's helper ---- */

static void the_defaults_are_usable(void)
{
    static const int32_t tolerances_mc[] = {500, 1500};
    for (size_t i = 0; i < COUNT(tolerances_mc); i++) {
        for (int mode = DRIVE_HEAT; mode <= DRIVE_COOL; mode++) {
            for (int kind = THERMOSTAT_PWM; kind <= THERMOSTAT_TWO_POINT; kind++) {
                struct thermostat_config config =
                    thermostat_default((enum thermostat_kind)kind, (enum drive_mode)mode, tolerances_mc[i]);
                CU_ASSERT_EQUAL(thermostat_check(&config), 0);
                CU_ASSERT_TRUE(config.limit_mc < tolerances_mc[i]);
                CU_ASSERT_TRUE(config.hysteresis_mc < config.limit_mc);
            }
        }
    }
}

static void expect_refused(struct thermostat_config config)
{
    struct thermostat_state state = fresh();
    state.integral = 50.0;
    state.on = true;
    CU_ASSERT_EQUAL(thermostat_check(&config), -EINVAL);
    CU_ASSERT_EQUAL(thermostat_step(&config, &state, 40000, 20000, 0), 0);
    CU_ASSERT_FALSE(state.on);
    CU_ASSERT_EQUAL(state.integral, 0.0);
}

static void a_config_without_kind_or_mode_never_switches_on(void)
{
    struct thermostat_config config = {0};
    expect_refused(config);
    expect_refused(thermostat_default(THERMOSTAT_NONE, DRIVE_HEAT, 500));
    expect_refused(thermostat_default((enum thermostat_kind)9, DRIVE_HEAT, 500));
    expect_refused(thermostat_default(THERMOSTAT_PWM, DRIVE_OFF, 500));
    expect_refused(thermostat_default(THERMOSTAT_TWO_POINT, (enum drive_mode)9, 500));
    expect_refused(thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 0));
    expect_refused(thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 10000));
}

static void numbers_out_of_range_are_refused(void)
{
    struct thermostat_config pwm = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    struct thermostat_config two = thermostat_default(THERMOSTAT_TWO_POINT, DRIVE_COOL, 1500);
#define REFUSED(base, field, value)                                                                                    \
    do {                                                                                                               \
        struct thermostat_config config = base;                                                                        \
        config.field = (value);                                                                                        \
        expect_refused(config);                                                                                        \
    } while (0)
    REFUSED(pwm, limit_mc, 0);
    REFUSED(pwm, limit_mc, THERMOSTAT_LIMIT_MAX_MC + 1);
    REFUSED(pwm, pwm_period_ms, THERMOSTAT_PERIOD_MIN_MS - 1);
    REFUSED(pwm, pwm_period_ms, THERMOSTAT_PERIOD_MAX_MS + 1);
    REFUSED(pwm, kp, 0.0);
    REFUSED(pwm, kp, THERMOSTAT_KP_MAX + 1.0);
    REFUSED(pwm, ki, -0.1);
    REFUSED(pwm, ki, THERMOSTAT_KI_MAX + 1.0);
    REFUSED(two, hysteresis_mc, 0);
    REFUSED(two, hysteresis_mc, two.limit_mc + 1);
    REFUSED(two, min_on_ms, -1);
    REFUSED(two, min_on_ms, THERMOSTAT_MIN_TIME_MAX_MS + 1);
    REFUSED(two, min_off_ms, -1);
    REFUSED(two, min_off_ms, THERMOSTAT_MIN_TIME_MAX_MS + 1);
#undef REFUSED
}

static void the_ends_of_the_ranges_are_accepted(void)
{
    struct thermostat_config least = {THERMOSTAT_PWM, DRIVE_HEAT, 1, THERMOSTAT_PERIOD_MIN_MS, 0.001, 0.0, 1, 0, 0};
    struct thermostat_config most = {THERMOSTAT_PWM,
                                     DRIVE_COOL,
                                     THERMOSTAT_LIMIT_MAX_MC,
                                     THERMOSTAT_PERIOD_MAX_MS,
                                     THERMOSTAT_KP_MAX,
                                     THERMOSTAT_KI_MAX,
                                     THERMOSTAT_LIMIT_MAX_MC,
                                     THERMOSTAT_MIN_TIME_MAX_MS,
                                     THERMOSTAT_MIN_TIME_MAX_MS};
    CU_ASSERT_EQUAL(thermostat_check(&least), 0);
    CU_ASSERT_EQUAL(thermostat_check(&most), 0);
    least.kind = THERMOSTAT_TWO_POINT;
    most.kind = THERMOSTAT_TWO_POINT;
    CU_ASSERT_EQUAL(thermostat_check(&least), 0);
    CU_ASSERT_EQUAL(thermostat_check(&most), 0);
}

static void the_pwm_level_is_on_first_and_for_its_share(void)
{
    CU_ASSERT_TRUE(thermostat_pwm_level(25, 2000, 0));
    CU_ASSERT_TRUE(thermostat_pwm_level(25, 2000, 499));
    CU_ASSERT_FALSE(thermostat_pwm_level(25, 2000, 500));
    CU_ASSERT_FALSE(thermostat_pwm_level(25, 2000, 1999));
    CU_ASSERT_TRUE(thermostat_pwm_level(25, 2000, 2000));
    CU_ASSERT_TRUE(thermostat_pwm_level(25, 2000, 2499));
    CU_ASSERT_FALSE(thermostat_pwm_level(25, 2000, 2500));
    for (int32_t duty = 0; duty <= 100; duty++) {
        int on_ms = 0;
        for (int64_t ms = 0; ms < 1990; ms++) {
            on_ms += thermostat_pwm_level(duty, 1990, ms) ? 1 : 0;
        }
        CU_ASSERT_EQUAL(on_ms, 1990 * duty / 100);
    }
}

static void the_pwm_level_is_off_on_any_doubt(void)
{
    CU_ASSERT_FALSE(thermostat_pwm_level(0, 2000, 0));
    CU_ASSERT_FALSE(thermostat_pwm_level(-1, 2000, 0));
    CU_ASSERT_FALSE(thermostat_pwm_level(INT32_MIN, 2000, 0));
    CU_ASSERT_FALSE(thermostat_pwm_level(100, 0, 0));
    CU_ASSERT_FALSE(thermostat_pwm_level(100, -1, 0));
    CU_ASSERT_FALSE(thermostat_pwm_level(100, 2000, -1));
    CU_ASSERT_TRUE(thermostat_pwm_level(100, 2000, 1999));
    CU_ASSERT_TRUE(thermostat_pwm_level(INT32_MAX, 2000, INT64_MAX));
    CU_ASSERT_TRUE(thermostat_pwm_level(50, INT64_MAX, INT64_MAX / 2 - 100));
    CU_ASSERT_FALSE(thermostat_pwm_level(50, INT64_MAX, INT64_MAX / 2 + 100));
}

static const struct suite_test tests[] = {
    {"a pad far from the target gets full duty, one past it none",            a_cold_pad_gets_full_duty_and_a_hot_one_none       },
    {"the duty is proportional near the target",                              the_duty_is_proportional_near_the_target           },
    {"a long way from the target winds nothing up",                           a_long_way_from_the_target_winds_nothing_up        },
    {"the integral stays within the output",                                  the_integral_stays_within_the_output               },
    {"past the limit the integral has no say",                                past_the_limit_the_integral_has_no_say             },
    {"a gap counts ten seconds and a step back nothing",                      a_gap_counts_ten_seconds_and_a_step_back_nothing   },
    {"the time between sessions is not integrated",                           the_time_between_sessions_is_not_integrated        },
    {"what is not a number is off",                                           what_is_not_a_number_is_off                        },
    {"extreme temperatures do not overflow",                                  extreme_temperatures_do_not_overflow               },
    {"a relay switches at its hysteresis",                                    a_relay_switches_at_its_hysteresis                 },
    {"a relay keeps its minimum times",                                       a_relay_keeps_its_minimum_times                    },
    {"the minimum on time gives way past the limit",                          the_minimum_on_time_gives_way_past_the_limit       },
    {"an off from outside is obeyed at once and starts the minimum off time",
     an_off_from_outside_is_obeyed_at_once_and_starts_the_minimum_off_time                                                       },
    {"after a start the relay counts as just switched off",                   after_a_start_the_relay_counts_as_just_switched_off},
    {"a clock that steps back keeps the relay off",                           a_clock_that_steps_back_keeps_the_relay_off        },
    {"the defaults are usable and stay inside the band",                      the_defaults_are_usable                            },
    {"a config without kind, mode or tolerance never switches on",            a_config_without_kind_or_mode_never_switches_on    },
    {"numbers out of range are refused and mean off",                         numbers_out_of_range_are_refused                   },
    {"the ends of the ranges are accepted",                                   the_ends_of_the_ranges_are_accepted                },
    {"the PWM level is on first and for its share of the period",             the_pwm_level_is_on_first_and_for_its_share        },
    {"the PWM level is off on any doubt",                                     the_pwm_level_is_off_on_any_doubt                  },
};

int main(void)
{
    return suite_run("thermostat", tests, sizeof tests / sizeof tests[0]);
}
