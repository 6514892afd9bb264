#include "plan_sample.h"
#include "suite.h"

#include <errno.h>

#define UNTOUCHED (-77)

static void check_no_window(const struct plan_config *config, const struct plan_calendar *calendar,
                            const struct plan_local *local)
{
    struct plan_window window = {.phase = 99, .from_ms = UNTOUCHED, .by_ms = UNTOUCHED};
    CU_ASSERT_EQUAL(plan_next(config, calendar, local, &window), -ENOENT);
    CU_ASSERT_EQUAL(window.phase, 99);
    CU_ASSERT_EQUAL(window.from_ms, UNTOUCHED);
    CU_ASSERT_EQUAL(window.by_ms, UNTOUCHED);
}

static void ice_for_72_hours_then_heat_for_7_days(void)
{
    struct plan_config plan = sample_plan();
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, INJURED_MS - DAY_MS), 0);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, INJURED_MS), 0);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, ICE_ENDS_MS - 1), 0);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, ICE_ENDS_MS), 1);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, PLAN_ENDS_MS - 1), 1);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, PLAN_ENDS_MS), 2);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, INT64_MAX), 2);
}

static void each_phase_says_when_it_ends(void)
{
    struct plan_config plan = sample_plan();
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, INJURED_MS, 0), ICE_ENDS_MS);
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, INJURED_MS, 1), PLAN_ENDS_MS);
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, INJURED_MS, 2), PLAN_ENDS_MS);
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, INJURED_MS, SIZE_MAX), PLAN_ENDS_MS);
    plan.phase_count = 1;
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, INJURED_MS, 1), ICE_ENDS_MS);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, ICE_ENDS_MS), 1);
}

static void what_has_never_been_is_in_no_phase(void)
{
    struct plan_config plan = sample_plan();
    CU_ASSERT_EQUAL(plan_phase_at(&plan, PLAN_NEVER, INJURED_MS), 2);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INJURED_MS, PLAN_NEVER), 2);
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, PLAN_NEVER, 0), PLAN_NEVER);
}

static void times_at_the_edge_do_not_wrap(void)
{
    struct plan_config plan = sample_plan();
    CU_ASSERT_EQUAL(plan_phase_ends_ms(&plan, INT64_MAX - 1, 1), INT64_MAX);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INT64_MAX - 1, INT64_MAX - 1), 0);
    CU_ASSERT_EQUAL(plan_phase_at(&plan, INT64_MAX - 1, INT64_MAX), 2);
    struct plan_calendar calendar = calendar_from(INT64_MAX - HOUR_MS);
    calendar.injured_ms = INT64_MAX - 2 * HOUR_MS;
    struct plan_local local = local_in(&zone_utc);
    check_no_window(&plan, &calendar, &local);
}

static void the_first_session_is_due_at_the_start(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = {.rest_until_ms = PLAN_NEVER};
    plan_begin(&calendar, INJURED_MS, INJURED_MS + 5 * HOUR_MS);
    CU_ASSERT_TRUE(calendar.active);
    CU_ASSERT_EQUAL(calendar.base_ms, PLAN_NEVER);
    check_window(&plan, &calendar, 0, INJURED_MS + 5 * HOUR_MS, INJURED_MS + 6 * HOUR_MS);
}

static void an_injury_72_hours_ago_begins_in_heat(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = {.rest_until_ms = PLAN_NEVER};
    plan_begin(&calendar, INJURED_MS, ICE_ENDS_MS - 1);
    check_window(&plan, &calendar, 0, ICE_ENDS_MS - 1, ICE_ENDS_MS - 1 + HOUR_MS);
    plan_begin(&calendar, INJURED_MS, ICE_ENDS_MS);
    check_window(&plan, &calendar, 1, ICE_ENDS_MS, ICE_ENDS_MS + HOUR_MS);
}

static void a_new_start_keeps_the_rest_and_forgets_the_rest_of_the_old_plan(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(INJURED_MS - DAY_MS);
    calendar.skip = true;
    calendar.rest_until_ms = INJURED_MS + 2 * HOUR_MS;
    plan_begin(&calendar, INJURED_MS, INJURED_MS);
    struct plan_calendar expected = calendar_from(PLAN_NEVER);
    expected.rest_until_ms = INJURED_MS + 2 * HOUR_MS;
    check_same(&calendar, &expected);
    check_window(&plan, &calendar, 0, INJURED_MS + 2 * HOUR_MS, INJURED_MS + 3 * HOUR_MS);
}

static void the_next_is_due_from_3_to_4_hours_after_power_on(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(INJURED_MS + HOUR_MS);
    check_window(&plan, &calendar, 0, INJURED_MS + 4 * HOUR_MS, INJURED_MS + 5 * HOUR_MS);
}

static void a_rest_that_ends_later_moves_the_window(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(INJURED_MS);
    calendar.rest_until_ms = INJURED_MS + 3 * HOUR_MS;
    check_window(&plan, &calendar, 0, INJURED_MS + 3 * HOUR_MS, INJURED_MS + 4 * HOUR_MS);
    calendar.rest_until_ms = INJURED_MS + 3 * HOUR_MS + 1;
    check_window(&plan, &calendar, 0, INJURED_MS + 3 * HOUR_MS + 1, INJURED_MS + 4 * HOUR_MS + 1);
}

static void quiet_hours_move_the_whole_window(void)
{
    struct plan_config plan = sample_plan();
    const int64_t quiet_ms = at(2026, 11, 26, 23, 0);
    const int64_t morning_ms = at(2026, 11, 27, 7, 0);
    struct plan_calendar calendar = calendar_from(quiet_ms - 3 * HOUR_MS - 1);
    check_window(&plan, &calendar, 1, quiet_ms - 1, quiet_ms - 1 + HOUR_MS);
    calendar = calendar_from(quiet_ms - 3 * HOUR_MS);
    check_window(&plan, &calendar, 1, morning_ms, morning_ms + HOUR_MS);
    calendar = calendar_from(morning_ms - 3 * HOUR_MS - 1);
    check_window(&plan, &calendar, 1, morning_ms, morning_ms + HOUR_MS);
    calendar = calendar_from(morning_ms - 3 * HOUR_MS + 1);
    check_window(&plan, &calendar, 1, morning_ms + 1, morning_ms + 1 + HOUR_MS);
}

static void the_interval_is_that_of_the_phase_of_the_last_power_on(void)
{
    struct plan_config plan = sample_plan();
    plan.phases[1].every_min_ms = 5 * HOUR_MS;
    plan.phases[1].every_max_ms = 7 * HOUR_MS;
    struct plan_calendar calendar = calendar_from(ICE_ENDS_MS - 1);
    check_window(&plan, &calendar, 1, ICE_ENDS_MS - 1 + 3 * HOUR_MS, ICE_ENDS_MS - 1 + 4 * HOUR_MS);
    calendar = calendar_from(ICE_ENDS_MS);
    check_window(&plan, &calendar, 1, ICE_ENDS_MS + 5 * HOUR_MS, ICE_ENDS_MS + 7 * HOUR_MS);
}

static void the_rest_holds_over_the_phase_switch(void)
{
    struct plan_config plan = sample_plan();
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    plan_powered(&plan.phases[0], &calendar, ICE_ENDS_MS - HOUR_MS);
    plan_unpowered(&calendar, ICE_ENDS_MS - HOUR_MS / 2);
    check_window(&plan, &calendar, 1, ICE_ENDS_MS + 2 * HOUR_MS, ICE_ENDS_MS + 3 * HOUR_MS);
}

static void a_deferral_into_the_next_phase_asks_its_quiet_hours_too(void)
{
    struct plan_config plan = sample_plan();
    plan.phases[0].quiet = quiet_from_to(6, 0, 9, 0);
    plan.phases[1].quiet = quiet_from_to(8, 0, 10, 0);
    struct plan_calendar calendar = calendar_from(at(2026, 11, 25, 4, 0));
    check_window(&plan, &calendar, 1, at(2026, 11, 25, 10, 0), at(2026, 11, 25, 11, 0));
}

static void a_deferral_ends_with_its_phase_where_the_next_is_not_quiet(void)
{
    struct plan_config plan = sample_plan();
    plan.phases[0].quiet = quiet_from_to(6, 0, 9, 0);
    plan.phases[1].quiet.set = false;
    struct plan_calendar calendar = calendar_from(at(2026, 11, 25, 4, 0));
    check_window(&plan, &calendar, 1, ICE_ENDS_MS, ICE_ENDS_MS + HOUR_MS);
    plan.phases[0].quiet = quiet_from_to(6, 0, 7, 59);
    check_window(&plan, &calendar, 0, ICE_ENDS_MS - MINUTE_MS, ICE_ENDS_MS - MINUTE_MS + HOUR_MS);
}

static void a_deferral_goes_through_every_phase(void)
{
    struct plan_config plan = {.phase_count = PLAN_PHASES_MAX};
    for (size_t i = 0; i < PLAN_PHASES_MAX; i++) {
        plan.phases[i] = sample_plan().phases[1];
        plan.phases[i].length_ms = HOUR_MS;
        plan.phases[i].quiet = quiet_from_to(7, 0, 11, 59);
    }
    struct plan_calendar calendar = calendar_from(PLAN_NEVER);
    check_window(&plan, &calendar, 3, INJURED_MS + 4 * HOUR_MS - MINUTE_MS, INJURED_MS + 5 * HOUR_MS - MINUTE_MS);
}

static void no_window_opens_at_or_after_the_end_of_the_plan(void)
{
    struct plan_config plan = sample_plan();
    struct plan_local local = local_in(&zone_utc);
    struct plan_calendar calendar = calendar_from(PLAN_ENDS_MS - 3 * HOUR_MS - 1);
    check_window(&plan, &calendar, 1, PLAN_ENDS_MS - 1, PLAN_ENDS_MS - 1 + HOUR_MS);
    calendar = calendar_from(PLAN_ENDS_MS - 3 * HOUR_MS);
    check_no_window(&plan, &calendar, &local);
    calendar = calendar_from(PLAN_ENDS_MS - 4 * HOUR_MS);
    plan.phases[1].quiet = quiet_from_to(6, 0, 8, 0);
    check_no_window(&plan, &calendar, &local);
}

static void no_window_without_a_plan(void)
{
    struct plan_config plan = sample_plan();
    struct plan_local local = local_in(&zone_utc);
    struct plan_calendar calendar = calendar_from(INJURED_MS);
    calendar.active = false;
    check_no_window(&plan, &calendar, &local);
    calendar = calendar_from(PLAN_NEVER);
    calendar.started_ms = PLAN_NEVER;
    check_no_window(&plan, &calendar, &local);
    calendar = calendar_from(PLAN_ENDS_MS);
    check_no_window(&plan, &calendar, &local);
}

/* A clock on which it is midnight for ever. */
static int32_t stopped_clock_offset_s(const void *context, int64_t wall_s)
{
    (void)context;
    return (int32_t) - (wall_s % (DAY_MS / 1000));
}

static void no_window_where_it_is_always_quiet(void)
{
    struct plan_config plan = sample_plan();
    struct plan_local local = {.utc_offset_s = stopped_clock_offset_s};
    struct plan_calendar calendar = calendar_from(ICE_ENDS_MS);
    check_no_window(&plan, &calendar, &local);
}

static void phase_names_are_words(void)
{
    CU_ASSERT_STRING_EQUAL(plan_phase_string(PHASE_NONE), "none");
    CU_ASSERT_STRING_EQUAL(plan_phase_string(PHASE_ICE), "ice");
    CU_ASSERT_STRING_EQUAL(plan_phase_string(PHASE_HEAT), "heat");
    for (unsigned i = 0; i < PHASE_NAME_COUNT; i++) {
        CU_ASSERT_EQUAL(plan_phase_from_name(plan_phase_string((enum plan_phase_name)i)), i);
    }
    CU_ASSERT_STRING_EQUAL(plan_phase_string(PHASE_NAME_COUNT), "unknown");
    CU_ASSERT_EQUAL(plan_phase_from_name("Ice"), PHASE_NAME_COUNT);
    CU_ASSERT_EQUAL(plan_phase_from_name(""), PHASE_NAME_COUNT);
    CU_ASSERT_EQUAL(plan_phase_from_name(NULL), PHASE_NAME_COUNT);
}

static const struct suite_test tests[] = {
    {"it is ice for 72 hours after the injury, then heat for 7 days", ice_for_72_hours_then_heat_for_7_days                          },
    {"each phase says when it ends",                                  each_phase_says_when_it_ends                                   },
    {"what has never been is in no phase",                            what_has_never_been_is_in_no_phase                             },
    {"times at the edge saturate",                                    times_at_the_edge_do_not_wrap                                  },
    {"the first session is due at the start",                         the_first_session_is_due_at_the_start                          },
    {"an injury 72 hours ago begins in heat",                         an_injury_72_hours_ago_begins_in_heat                          },
    {"a new start keeps the rest and nothing else",                   a_new_start_keeps_the_rest_and_forgets_the_rest_of_the_old_plan},
    {"the next session is due 3 to 4 hours after power-on",           the_next_is_due_from_3_to_4_hours_after_power_on               },
    {"a rest that ends later moves the window",                       a_rest_that_ends_later_moves_the_window                        },
    {"quiet hours move the whole window",                             quiet_hours_move_the_whole_window                              },
    {"the interval is that of the phase of the last power-on",        the_interval_is_that_of_the_phase_of_the_last_power_on         },
    {"the rest holds over the phase switch",                          the_rest_holds_over_the_phase_switch                           },
    {"a deferral into the next phase asks its quiet hours too",
     a_deferral_into_the_next_phase_asks_its_quiet_hours_too                                                                         },
    {"a deferral ends with its phase where the next is not quiet",
     a_deferral_ends_with_its_phase_where_the_next_is_not_quiet                                                                      },
    {"a deferral goes through every phase",                           a_deferral_goes_through_every_phase                            },
    {"no window opens at or after the end of the plan",               no_window_opens_at_or_after_the_end_of_the_plan                },
    {"no window opens without a plan",                                no_window_without_a_plan                                       },
    {"no window opens where it is always quiet",                      no_window_where_it_is_always_quiet                             },
    {"phase names are words that lead back",                          phase_names_are_words                                          },
};

int main(void)
{
    return suite_run("plan", tests, sizeof tests / sizeof tests[0]);
}
