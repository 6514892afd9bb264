#include "plan_sample.h"
#include "suite.h"

static void power_on_starts_interval_and_rest(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    calendar.skip = true;
    plan_powered(&plan.phases[0], &calendar, INJURED_MS + HOUR_MS);
    struct plan_calendar expected = calendar_from(INJURED_MS + HOUR_MS);
    expected.rest_until_ms = INJURED_MS + 4 * HOUR_MS;
    check_same(&calendar, &expected);
}

static void power_on_never_shortens_a_rest(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    calendar.rest_until_ms = INJURED_MS + 9 * HOUR_MS;
    plan_powered(&plan.phases[0], &calendar, INJURED_MS);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 9 * HOUR_MS);
}

static void no_interval_is_shorter_than_2_hours(void)
{
    struct plan_config plan = sample_plan();
    plan.phases[0].every_min_ms = 0;
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    plan_powered(&plan.phases[0], &calendar, INJURED_MS);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 2 * HOUR_MS);
}

static void two_hours_of_off_time_follow_every_session(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    plan_powered(&plan.phases[0], &calendar, INJURED_MS);
    plan_unpowered(&calendar, INJURED_MS + HOUR_MS);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 3 * HOUR_MS);
    plan_unpowered(&calendar, INJURED_MS + HOUR_MS + 1);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 3 * HOUR_MS + 1);
}

static void a_session_passed_over_counts_but_starts_no_rest(void)
{
    struct plan_config plan = sample_plan();
    struct plan_local local = local_in(&zone_utc);
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    plan_powered(&plan.phases[0], &calendar, INJURED_MS);
    calendar.skip = true;
    struct plan_window window;
    CU_ASSERT_EQUAL(plan_next(&plan, &calendar, &local, &window), 0);
    plan_pass_over(&calendar, &window);
    CU_ASSERT_FALSE(calendar.skip);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 3 * HOUR_MS);
    check_window(&plan, &calendar, 0, INJURED_MS + 6 * HOUR_MS, INJURED_MS + 7 * HOUR_MS);
}

static void a_reload_only_lengthens_the_rest(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    plan_powered(&plan.phases[0], &calendar, INJURED_MS);
    plan.phases[0].every_min_ms = 2 * HOUR_MS;
    plan_reloaded(&plan, &calendar);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 3 * HOUR_MS);
    plan.phases[0].every_min_ms = 5 * HOUR_MS;
    plan_reloaded(&plan, &calendar);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 5 * HOUR_MS);
    CU_ASSERT_EQUAL(calendar.base_ms, INJURED_MS);
}

static void a_reload_gives_no_rest_to_a_session_that_had_no_power(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(INJURED_MS + 3 * HOUR_MS);
    calendar.rest_until_ms = INJURED_MS + 3 * HOUR_MS;
    plan_reloaded(&plan, &calendar);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, INJURED_MS + 3 * HOUR_MS);
    calendar = calendar_from(PLAN_NEVER);
    plan_reloaded(&plan, &calendar);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, PLAN_NEVER);
}

static void a_reload_keeps_the_rest_of_a_plan_that_it_ends(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    plan_powered(&plan.phases[1], &calendar, ICE_ENDS_MS + HOUR_MS);
    plan.phases[1].every_min_ms = 9 * HOUR_MS;
    plan.phase_count = 1;
    plan_reloaded(&plan, &calendar);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, ICE_ENDS_MS + 4 * HOUR_MS);
}

static void credit_moves_what_was_before(void)
{
    struct plan_calendar calendar = calendar_from(INJURED_MS + 10);
    calendar.rest_until_ms = INJURED_MS + 5;
    calendar.started_ms = INJURED_MS + 9;
    plan_credit(&calendar, INJURED_MS + 10, HOUR_MS);
    struct plan_calendar expected = {
        .active = true,
        .injured_ms = INJURED_MS - HOUR_MS,
        .started_ms = INJURED_MS + 9 - HOUR_MS,
        .base_ms = INJURED_MS + 10,
        .rest_until_ms = INJURED_MS + 5 - HOUR_MS,
    };
    check_same(&calendar, &expected);
}

static void credit_of_nothing_moves_nothing(void)
{
    struct plan_calendar calendar = calendar_from(INJURED_MS);
    struct plan_calendar before = calendar;
    plan_credit(&calendar, INT64_MAX, 0);
    check_same(&calendar, &before);
    plan_credit(&calendar, INT64_MAX, -1);
    check_same(&calendar, &before);
    calendar = (struct plan_calendar){false, PLAN_NEVER, PLAN_NEVER, PLAN_NEVER, PLAN_NEVER, false};
    before = calendar;
    plan_credit(&calendar, INT64_MAX, DAY_MS);
    check_same(&calendar, &before);
}

static void credit_shortens_a_rest_that_began_before(void)
{
    const int64_t boot_ms = INJURED_MS + HOUR_MS;
    struct plan_calendar calendar = calendar_from(boot_ms - 1);
    calendar.rest_until_ms = boot_ms - 1 + 3 * HOUR_MS;
    plan_credit(&calendar, boot_ms, HOUR_MS);
    CU_ASSERT_EQUAL(calendar.base_ms, boot_ms - 1 - HOUR_MS);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, boot_ms - 1 + 2 * HOUR_MS);
}

static void credit_leaves_a_rest_that_began_since(void)
{
    const int64_t boot_ms = INJURED_MS + HOUR_MS;
    struct plan_calendar calendar = calendar_from(boot_ms);
    calendar.rest_until_ms = boot_ms + 3 * HOUR_MS;
    plan_credit(&calendar, boot_ms, HOUR_MS);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, boot_ms + 3 * HOUR_MS);
    calendar = calendar_from(PLAN_NEVER);
    calendar.rest_until_ms = boot_ms;
    plan_credit(&calendar, boot_ms, HOUR_MS);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, boot_ms);
}

static void credit_never_makes_a_never(void)
{
    struct plan_calendar calendar = calendar_from(INT64_MIN + 5);
    plan_credit(&calendar, INJURED_MS, INT64_MAX);
    CU_ASSERT_EQUAL(calendar.base_ms, INT64_MIN + 1);
    calendar = calendar_from(INT64_MIN + 5);
    plan_credit(&calendar, INJURED_MS, 4);
    CU_ASSERT_EQUAL(calendar.base_ms, INT64_MIN + 1);
    calendar = calendar_from(INT64_MIN + 5);
    plan_credit(&calendar, INJURED_MS, 5);
    CU_ASSERT_EQUAL(calendar.base_ms, INT64_MIN + 1);
    CU_ASSERT_EQUAL(calendar.rest_until_ms, PLAN_NEVER);
}

static const struct suite_test tests[] = {
    {"power-on starts the interval and the rest, and takes the skip mark", power_on_starts_interval_and_rest                    },
    {"power-on never shortens a rest",                                     power_on_never_shortens_a_rest                       },
    {"no rest is shorter than 2 hours",                                    no_interval_is_shorter_than_2_hours                  },
    {"two hours of off time follow every session",                         two_hours_of_off_time_follow_every_session           },
    {"a session passed over counts but starts no rest",                    a_session_passed_over_counts_but_starts_no_rest      },
    {"a reload only lengthens the rest",                                   a_reload_only_lengthens_the_rest                     },
    {"a reload gives no rest to a session that had no power",              a_reload_gives_no_rest_to_a_session_that_had_no_power},
    {"a reload keeps the rest of a plan that it ends",                     a_reload_keeps_the_rest_of_a_plan_that_it_ends       },
    {"credit moves what was before",                                       credit_moves_what_was_before                         },
    {"credit of nothing moves nothing",                                    credit_of_nothing_moves_nothing                      },
    {"credit shortens a rest that began before",                           credit_shortens_a_rest_that_began_before             },
    {"credit leaves a rest that began since",                              credit_leaves_a_rest_that_began_since                },
    {"credit never makes a never",                                         credit_never_makes_a_never                           },
};

int main(void)
{
    return suite_run("plan: rest", tests, sizeof tests / sizeof tests[0]);
}
