#include "plan_sample.h"
#include "suite.h"

#define UNTOUCHED (-77)

static struct plan_phase phase_with(struct quiet_hours quiet)
{
    return (struct plan_phase){.quiet = quiet};
}

/* Asserts that it is quiet from `from_ms` to just before `to_ms`, and that each moment of it names `to_ms` as the end.
 */
static void check_quiet(struct quiet_hours quiet, const struct zone *zone, int64_t from_ms, int64_t to_ms)
{
    struct plan_phase phase = phase_with(quiet);
    struct plan_local local = local_in(zone);
    int64_t ends_ms = UNTOUCHED;
    CU_ASSERT_FALSE(plan_quiet(&phase, &local, from_ms - 1, &ends_ms));
    CU_ASSERT_FALSE(plan_quiet(&phase, &local, to_ms, &ends_ms));
    CU_ASSERT_EQUAL(ends_ms, UNTOUCHED);
    const int64_t moments_ms[] = {from_ms, from_ms + 1, from_ms + (to_ms - from_ms) / 2, to_ms - 1};
    for (size_t i = 0; i < sizeof moments_ms / sizeof moments_ms[0]; i++) {
        ends_ms = UNTOUCHED;
        CU_ASSERT_TRUE(plan_quiet(&phase, &local, moments_ms[i], &ends_ms));
        CU_ASSERT_EQUAL(ends_ms, to_ms);
    }
}

static void quiet_hours_within_a_day(void)
{
    check_quiet(quiet_from_to(13, 0, 14, 30), &zone_utc, at(2026, 11, 22, 13, 0), at(2026, 11, 22, 14, 30));
    check_quiet(quiet_from_to(0, 0, 0, 1), &zone_utc, at(2026, 11, 22, 0, 0), at(2026, 11, 22, 0, 1));
    check_quiet(quiet_from_to(23, 59, 0, 0), &zone_utc, at(2026, 11, 22, 23, 59), at(2026, 11, 23, 0, 0));
}

static void quiet_hours_over_midnight(void)
{
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_utc, at(2026, 11, 22, 23, 0), at(2026, 11, 23, 7, 0));
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_berlin, at(2026, 11, 22, 22, 0), at(2026, 11, 23, 6, 0));
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_new_york, at(2026, 11, 23, 4, 0), at(2026, 11, 23, 12, 0));
    check_quiet(quiet_from_to(7, 1, 7, 0), &zone_utc, at(2026, 11, 22, 7, 1), at(2026, 11, 23, 7, 0));
}

static void no_quiet_hours_are_never_quiet(void)
{
    struct quiet_hours off = quiet_from_to(23, 0, 7, 0);
    off.set = false;
    const struct plan_phase phases[] = {phase_with(off), phase_with(quiet_from_to(7, 0, 7, 0))};
    struct plan_local local = local_in(&zone_utc);
    int64_t ends_ms = UNTOUCHED;
    for (int hour = 0; hour < 24; hour++) {
        CU_ASSERT_FALSE(plan_quiet(&phases[0], &local, at(2026, 11, 22, hour, 0), &ends_ms));
        CU_ASSERT_FALSE(plan_quiet(&phases[1], &local, at(2026, 11, 22, hour, 0), &ends_ms));
    }
    CU_ASSERT_EQUAL(ends_ms, UNTOUCHED);
}

static void the_end_may_be_left_out(void)
{
    struct plan_phase phase = phase_with(quiet_from_to(23, 0, 7, 0));
    struct plan_local local = {0};
    CU_ASSERT_TRUE(plan_quiet(&phase, &local, at(2026, 11, 22, 23, 0), NULL));
    CU_ASSERT_FALSE(plan_quiet(&phase, &local, at(2026, 11, 22, 22, 59), NULL));
}

static void the_plan_clock_is_not_the_wall_clock(void)
{
    struct plan_phase phase = phase_with(quiet_from_to(23, 0, 7, 0));
    int64_t behind_ms = 5 * DAY_MS + 3 * HOUR_MS + 250;
    struct plan_local local = {.wall_minus_plan_ms = behind_ms};
    int64_t ends_ms = UNTOUCHED;
    CU_ASSERT_FALSE(plan_quiet(&phase, &local, at(2026, 11, 22, 23, 0) - behind_ms - 1, &ends_ms));
    CU_ASSERT_TRUE(plan_quiet(&phase, &local, at(2026, 11, 22, 23, 0) - behind_ms, &ends_ms));
    CU_ASSERT_EQUAL(ends_ms, at(2026, 11, 23, 7, 0) - behind_ms);
}

static void a_wall_clock_before_1970_still_has_nights(void)
{
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_utc, -HOUR_MS, 7 * HOUR_MS);
    check_quiet(quiet_from_to(22, 0, 23, 0), &zone_utc, -2 * HOUR_MS - 9 * DAY_MS, -HOUR_MS - 9 * DAY_MS);
    check_quiet(quiet_from_to(22, 0, 23, 0), &zone_new_york, 3 * HOUR_MS - 9 * DAY_MS, 4 * HOUR_MS - 9 * DAY_MS);
}

static void a_night_with_the_clock_put_forward_is_an_hour_shorter(void)
{
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_berlin, at(2026, 3, 28, 22, 0), at(2026, 3, 29, 5, 0));
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_new_york, at(2026, 3, 8, 4, 0), at(2026, 3, 8, 11, 0));
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_lord_howe, at(2026, 10, 3, 12, 30), at(2026, 10, 3, 20, 0));
}

static void a_night_with_the_clock_put_back_is_an_hour_longer(void)
{
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_berlin, at(2026, 10, 24, 21, 0), at(2026, 10, 25, 6, 0));
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_new_york, at(2026, 11, 1, 3, 0), at(2026, 11, 1, 12, 0));
    check_quiet(quiet_from_to(23, 0, 7, 0), &zone_lord_howe, at(2026, 4, 4, 12, 0), at(2026, 4, 4, 20, 30));
}

static void an_end_in_the_hour_left_out_is_the_change(void)
{
    check_quiet(quiet_from_to(23, 0, 2, 30), &zone_berlin, at(2026, 3, 28, 22, 0), at(2026, 3, 29, 1, 0));
    check_quiet(quiet_from_to(23, 0, 2, 0), &zone_berlin, at(2026, 3, 28, 22, 0), at(2026, 3, 29, 1, 0));
    check_quiet(quiet_from_to(23, 0, 3, 0), &zone_berlin, at(2026, 3, 28, 22, 0), at(2026, 3, 29, 1, 0));
    check_quiet(quiet_from_to(23, 0, 3, 1), &zone_berlin, at(2026, 3, 28, 22, 0), at(2026, 3, 29, 1, 1));
    check_quiet(quiet_from_to(23, 0, 2, 30), &zone_new_york, at(2026, 3, 8, 4, 0), at(2026, 3, 8, 7, 0));
}

static void a_beginning_in_the_hour_left_out_is_the_change(void)
{
    check_quiet(quiet_from_to(2, 30, 7, 0), &zone_berlin, at(2026, 3, 29, 1, 0), at(2026, 3, 29, 5, 0));
}

static void quiet_hours_within_the_hour_left_out_do_not_come(void)
{
    struct plan_phase phase = phase_with(quiet_from_to(2, 15, 2, 45));
    struct plan_local local = local_in(&zone_berlin);
    for (int64_t ms = at(2026, 3, 28, 12, 0); ms < at(2026, 3, 29, 12, 0); ms += MINUTE_MS) {
        CU_ASSERT_FALSE(plan_quiet(&phase, &local, ms, NULL));
    }
}

static void a_day_whose_only_open_hour_is_left_out_is_quiet_through(void)
{
    check_quiet(quiet_from_to(3, 0, 2, 0), &zone_berlin, at(2026, 3, 28, 2, 0), at(2026, 3, 30, 0, 0));
}

static void an_end_that_is_passed_twice_counts_twice(void)
{
    check_quiet(quiet_from_to(23, 0, 2, 30), &zone_berlin, at(2026, 10, 24, 21, 0), at(2026, 10, 25, 0, 30));
    check_quiet(quiet_from_to(23, 0, 2, 30), &zone_berlin, at(2026, 10, 25, 1, 0), at(2026, 10, 25, 1, 30));
    check_quiet(quiet_from_to(23, 0, 1, 30), &zone_new_york, at(2026, 11, 1, 3, 0), at(2026, 11, 1, 5, 30));
    check_quiet(quiet_from_to(23, 0, 1, 30), &zone_new_york, at(2026, 11, 1, 6, 0), at(2026, 11, 1, 6, 30));
}

static void an_end_at_the_change_back_is_its_second_passing(void)
{
    check_quiet(quiet_from_to(23, 0, 3, 0), &zone_berlin, at(2026, 10, 24, 21, 0), at(2026, 10, 25, 2, 0));
    check_quiet(quiet_from_to(23, 0, 2, 0), &zone_berlin, at(2026, 10, 24, 21, 0), at(2026, 10, 25, 0, 0));
}

static void the_edge_of_time_does_not_wrap(void)
{
    struct plan_phase phase = phase_with(quiet_from_to(0, 1, 0, 0));
    const int64_t moments_ms[] = {INT64_MAX, INT64_MAX - 1, INT64_MIN + 1, INT64_MIN + DAY_MS};
    const int64_t shifts_ms[] = {0, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof moments_ms / sizeof moments_ms[0]; i++) {
        for (size_t k = 0; k < sizeof shifts_ms / sizeof shifts_ms[0]; k++) {
            struct plan_local local = {.wall_minus_plan_ms = shifts_ms[k]};
            int64_t ends_ms = moments_ms[i];
            plan_quiet(&phase, &local, moments_ms[i], &ends_ms);
            CU_ASSERT_TRUE(ends_ms >= moments_ms[i]);
        }
    }
}

static const struct suite_test tests[] = {
    {"quiet hours within a day hold from their first minute to their end",            quiet_hours_within_a_day                             },
    {"quiet hours over midnight hold in local time",                                  quiet_hours_over_midnight                            },
    {"quiet hours that are not set, or from and to the same minute, are never quiet", no_quiet_hours_are_never_quiet                       },
    {"whether it is quiet can be asked without the end",                              the_end_may_be_left_out                              },
    {"quiet hours follow the wall clock where the plan clock differs",                the_plan_clock_is_not_the_wall_clock                 },
    {"a wall clock before 1970 still has nights",                                     a_wall_clock_before_1970_still_has_nights            },
    {"a night with the clock put forward is shorter",                                 a_night_with_the_clock_put_forward_is_an_hour_shorter},
    {"a night with the clock put back is longer",                                     a_night_with_the_clock_put_back_is_an_hour_longer    },
    {"a quiet end in the hour left out is the change itself",                         an_end_in_the_hour_left_out_is_the_change            },
    {"a quiet beginning in the hour left out is the change itself",                   a_beginning_in_the_hour_left_out_is_the_change       },
    {"quiet hours within the hour left out do not come",                              quiet_hours_within_the_hour_left_out_do_not_come     },
    {"a day whose only open hour is left out is quiet through",
     a_day_whose_only_open_hour_is_left_out_is_quiet_through                                                                               },
    {"a quiet end that is passed twice counts both times",                            an_end_that_is_passed_twice_counts_twice             },
    {"a quiet end at the change back is its second passing",                          an_end_at_the_change_back_is_its_second_passing      },
    {"quiet hours at the edge of time do not wrap",                                   the_edge_of_time_does_not_wrap                       },
};

int main(void)
{
    return suite_run("plan: quiet hours", tests, sizeof tests / sizeof tests[0]);
}
