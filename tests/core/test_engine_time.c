#include "engine_bench.h"

static void quiet_hours_defer_without_lateness(void)
{
    struct bench b = bench_heating();
    bench_run_to(&b, at(2026, 11, 22, 20, 30));
    CU_ASSERT_TRUE(b.begun >= 5);
    bench_order(&b, COMMAND_STOP);
    bench_order(&b, COMMAND_RESUME);
    bench_run_to(&b, at(2026, 11, 22, 23, 30));
    CU_ASSERT_EQUAL(b.e.status.next_ms, at(2026, 11, 23, 7, 0));
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RESTING);
    bench_run_to(&b, at(2026, 11, 23, 3, 0));
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_QUIET_HOURS);
    check_next_power(&b, at(2026, 11, 23, 7, 0));
    CU_ASSERT_FALSE(b.record.late);
}

/* Due at 20:00, paused until `hour`, in the quiet hours; whether it was late when it began at 07:00. */
static bool late_when_paused_into_quiet_hours(int64_t resumed_ms)
{
    struct bench b = bench_heating();
    bench_run_to(&b, at(2026, 11, 22, 18, 0));
    int64_t due_ms = b.e.status.next_ms;
    CU_ASSERT_TRUE(due_ms >= at(2026, 11, 22, 20, 0) && due_ms < at(2026, 11, 22, 20, 1));
    b.config.plan.phases[1].quiet = quiet_from_to(20, 30, 7, 0);
    bench_order(&b, COMMAND_PAUSE);
    bench_run_to(&b, resumed_ms);
    bench_order(&b, COMMAND_RESUME);
    CU_ASSERT_EQUAL(b.e.status.next_ms, at(2026, 11, 23, 7, 0));
    int soon = b.said[EVENT_SESSION_SOON];
    check_next_power(&b, at(2026, 11, 23, 7, 0));
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], soon + 1);
    return b.record.late;
}

static void held_back_into_quiet_hours_is_deferred(void)
{
    CU_ASSERT_FALSE(late_when_paused_into_quiet_hours(at(2026, 11, 22, 20, 40)));
    CU_ASSERT_FALSE(late_when_paused_into_quiet_hours(at(2026, 11, 23, 3, 0)));
}

/* The window closes at 21:00, before the quiet hours. */
static void late_before_quiet_hours_stays_late(void)
{
    struct bench b = bench_heating();
    bench_run_to(&b, at(2026, 11, 22, 18, 0));
    bench_order(&b, COMMAND_PAUSE);
    bench_run_to(&b, at(2026, 11, 23, 3, 0));
    bench_order(&b, COMMAND_RESUME);
    check_next_power(&b, at(2026, 11, 23, 7, 0));
    CU_ASSERT_TRUE(b.record.late);
}

/* The plan ends at 06:00, in the quiet hours: what they hold back does not come any more. */
static void deferred_past_the_plans_end_is_no_session(void)
{
    struct bench b = bench_new();
    bench_begin(&b, at(2026, 11, 23, 6, 0) - 10 * DAY_MS);
    bench_run_to(&b, at(2026, 11, 22, 22, 0));
    bench_order(&b, COMMAND_STOP);
    bench_run_to(&b, at(2026, 11, 23, 3, 0));
    bench_order(&b, COMMAND_RESUME);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NOT_DUE);
    bench_run(&b, 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_COMPLETE);
}

static void a_session_that_runs_into_quiet_hours_finishes(void)
{
    struct bench b = bench_heating();
    b.config.plan.phases[1].quiet = quiet_from_to(8, 10, 9, 0);
    bench_pad(&b, 40000);
    bench_run(&b, 20 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
}

static void quiet_hours_are_local_time(void)
{
    static const struct zone three_hours_east = {.name = "east", .first_offset_s = 3 * 3600};
    struct bench b = bench_heating();
    b.in.local = local_in(&three_hours_east);
    bench_run_to(&b, at(2026, 11, 22, 20, 30));
    CU_ASSERT_EQUAL(b.e.status.next_ms, at(2026, 11, 23, 4, 0));
    check_next_power(&b, at(2026, 11, 23, 4, 0));
}

static void an_untrusted_clock_blocks_a_phase_with_quiet_hours_only(void)
{
    struct bench b = bench_new();
    b.in.clock_trusted = false;
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, HEAT_BEGAN), REFUSED_NOT);
    bench_run(&b, HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_CLOCK);
    CU_ASSERT_EQUAL(b.begun, 0);
    b.config.plan.phases[1].quiet.to_min = b.config.plan.phases[1].quiet.from_min;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.begun, 1);
    b = bench_new();
    b.in.clock_trusted = false;
    bench_begin(&b, INJURED_MS);
    CU_ASSERT_FALSE(b.record.wall_trusted);
}

static void the_wall_clock_moves_nothing_of_the_plan(void)
{
    struct bench b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    static const int64_t walls[] = {40 * 365 * DAY_MS, -40 * 365 * DAY_MS, INT64_MAX, INT64_MIN, 0};
    for (size_t i = 0; i < sizeof walls / sizeof walls[0]; i++) {
        b.in.local.wall_minus_plan_ms = walls[i];
        bench_run(&b, MINUTE_MS);
        CU_ASSERT_EQUAL(b.e.status.next_ms, due_ms);
    }
    check_next_power(&b, due_ms);
}

static void the_counters_of_the_day_turn_at_local_midnight(void)
{
    static const struct zone one_hour_east = {.name = "east", .first_offset_s = 3600};
    struct bench b = bench_rested();
    b.in.local = local_in(&one_hour_east);
    b.config.plan.phases[0].every_min_ms = DAY_MS;
    bench_run_to(&b, at(2026, 11, 22, 23, 0) - 1);
    CU_ASSERT_EQUAL(b.e.status.sessions_today, 1);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.e.status.sessions_today, 0);
    CU_ASSERT_EQUAL(b.e.status.in_band_today_ms, 0);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 1);
}

static void days_before_1970_are_days_too(void)
{
    struct bench b = bench_new();
    b.in.local = (struct plan_local){.wall_minus_plan_ms = -b.in.now_ms - SECOND_MS};
    bench_step(&b);
    CU_ASSERT_EQUAL(b.e.memory.day, -1);
    bench_after(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.e.memory.day, 0);
}

static void time_that_cannot_be_is_off_and_harmless(void)
{
    const int64_t times[] = {INT64_MIN, INT64_MAX, -1, 0, SUPERVISOR_TIME_MAX_MS + 1, INJURED_MS - 1};
    struct bench b = bench_cooling();
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        b = bench_cooling();
        b.in.now_ms = times[i];
        bench_step(&b);
        CU_ASSERT_FALSE(bench_driven(&b));
        b.in.local.wall_minus_plan_ms = times[i];
        bench_step(&b);
        CU_ASSERT_FALSE(bench_driven(&b));
    }
}

static void a_late_tick_is_off(void)
{
    struct bench b = bench_cooling();
    bench_after(&b, 599);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_after(&b, 600);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_FALSE(b.out.heartbeat);
}

/* A gap of 5 s counts as 2 s in the band: nobody saw the pad meanwhile. */
static void a_gap_counts_as_two_seconds_at_most(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    bench_after(&b, 5 * SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.in_band_ms, 2 * SECOND_MS);
}

static const struct suite_test tests[] = {
    {"quiet hours defer without lateness",                          quiet_hours_defer_without_lateness            },
    {"held back into quiet hours is deferred: announced, not late", held_back_into_quiet_hours_is_deferred        },
    {"late before the quiet hours stays late",                      late_before_quiet_hours_stays_late            },
    {"deferred past the plan's end is no session",                  deferred_past_the_plans_end_is_no_session     },
    {"a session that runs into quiet hours finishes",               a_session_that_runs_into_quiet_hours_finishes },
    {"quiet hours are local time",                                  quiet_hours_are_local_time                    },
    {"an untrusted clock blocks a phase with quiet hours only",
     an_untrusted_clock_blocks_a_phase_with_quiet_hours_only                                                      },
    {"the wall clock moves nothing of the plan",                    the_wall_clock_moves_nothing_of_the_plan      },
    {"the counters of the day turn at local midnight",              the_counters_of_the_day_turn_at_local_midnight},
    {"days before 1970 are days too",                               days_before_1970_are_days_too                 },
    {"time that cannot be is off and harmless",                     time_that_cannot_be_is_off_and_harmless       },
    {"a late tick is off",                                          a_late_tick_is_off                            },
    {"a gap counts as two seconds at most",                         a_gap_counts_as_two_seconds_at_most           },
};

int main(void)
{
    return suite_run("engine_time", tests, sizeof tests / sizeof tests[0]);
}
