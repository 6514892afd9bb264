#include "engine_bench.h"

static void sessions_follow_every_three_hours(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS);
    bench_pad(&b, 10000);
    for (int i = 0; i < 5; i++) {
        int64_t began_ms = b.e.status.session_started_ms;
        CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_ENDED, 31 * MINUTE_MS));
        CU_ASSERT_EQUAL(b.e.status.next_ms, began_ms + 3 * HOUR_MS);
        CU_ASSERT_EQUAL(b.e.status.next_by_ms, began_ms + 4 * HOUR_MS);
        check_next_power(&b, began_ms + 3 * HOUR_MS);
        CU_ASSERT_FALSE(b.record.late);
    }
}

/* Paused when it is due, resumed `after_ms` past the window's opening. */
static bool late_when_resumed_after(int64_t after_ms)
{
    struct bench b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    bench_order(&b, COMMAND_PAUSE);
    bench_run_to(&b, due_ms + after_ms - b.out.next_tick_ms);
    CU_ASSERT_EQUAL(b.begun, 1);
    bench_order(&b, COMMAND_RESUME);
    CU_ASSERT_EQUAL(b.in.now_ms, due_ms + after_ms);
    CU_ASSERT_EQUAL(b.begun, 2);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_STARTED].late, b.record.late);
    return b.record.late;
}

static void past_the_window_a_session_is_late(void)
{
    CU_ASSERT_FALSE(late_when_resumed_after(HOUR_MS));
    CU_ASSERT_TRUE(late_when_resumed_after(HOUR_MS + 1));
}

static void blocked_for_days_is_one_session(void)
{
    struct bench b = bench_rested();
    bench_order(&b, COMMAND_STOP);
    bench_run(&b, 30 * HOUR_MS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, SECOND_MS));
    int64_t began_ms = b.in.now_ms;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_ENDED, 31 * MINUTE_MS));
    check_next_power(&b, began_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SKIPPED], 0);
}

static void a_skip_after_days_leaves_out_one_session(void)
{
    struct bench b = bench_rested();
    bench_order(&b, COMMAND_STOP);
    bench_run(&b, 30 * HOUR_MS);
    bench_order(&b, COMMAND_SKIP);
    int64_t skipped_ms = b.in.now_ms;
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SKIPPED], 1);
    bench_order(&b, COMMAND_RESUME);
    check_next_power(&b, skipped_ms + 3 * HOUR_MS);
}

static void a_running_session_finishes_past_the_phase_switch(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 3 * DAY_MS + 10 * MINUTE_MS);
    bench_pad(&b, 10000);
    bench_run(&b, 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_PHASE_CHANGED], 1);
    CU_ASSERT_EQUAL(b.last_ms[EVENT_PHASE_CHANGED], INJURED_MS + 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.last[EVENT_PHASE_CHANGED].phase, PHASE_HEAT);
    CU_ASSERT_EQUAL(b.out.drive.mode, DRIVE_COOL);
    CU_ASSERT_EQUAL(b.e.status.phase, PHASE_HEAT);
    bench_run(&b, 11 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_EQUAL(b.record.phase, PHASE_ICE);
    bench_pad(&b, 25000);
    check_next_power(&b, b.record.began_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b.out.drive.mode, DRIVE_HEAT);
    CU_ASSERT_EQUAL(b.record.phase, PHASE_HEAT);
}

static void the_end_of_the_plan_completes_it(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 10 * DAY_MS + 10 * MINUTE_MS);
    bench_run(&b, 15 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_PLAN_COMPLETED], 0);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_run(&b, 16 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_PLAN_COMPLETED], 1);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_COMPLETE);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NO_PLAN);
    CU_ASSERT_EQUAL(b.e.status.phase, PHASE_NONE);
    CU_ASSERT_EQUAL(b.e.status.next_ms, PLAN_NEVER);
    bench_run(&b, 5 * HOUR_MS);
    CU_ASSERT_EQUAL(b.begun, 1);
    CU_ASSERT_EQUAL(b.said[EVENT_PLAN_COMPLETED], 1);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_START), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.begun, 2);
}

static void a_held_plan_completes_too(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 10 * DAY_MS + HOUR_MS);
    bench_order(&b, COMMAND_STOP);
    bench_run(&b, HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_COMPLETE);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT_HELD);
    bench_run(&b, 13 * HOUR_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_HELD_LONG], 0);
}

static void no_window_at_the_plans_end_is_no_session(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 10 * DAY_MS + 2 * HOUR_MS);
    bench_order(&b, COMMAND_END);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NO_PLAN);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RESTING);
    CU_ASSERT_EQUAL(b.e.status.next_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_NO_PLAN);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NO_PLAN);
}

static void the_notice_comes_once_five_minutes_before(void)
{
    struct bench b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    bench_run_to(&b, due_ms - 5 * MINUTE_MS - 1);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 0);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 1);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_SOON].until_ms, due_ms);
    bench_run(&b, 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.begun, 2);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 1);
    bench_run(&b, 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 2);
}

static void the_notice_comes_once_while_the_wall_clock_is_slewed(void)
{
    struct bench b = bench_heating();
    bench_run_to(&b, at(2026, 11, 23, 6, 50));
    int soon = b.said[EVENT_SESSION_SOON];
    for (int i = 0; i < 9 * 60; i++) {
        b.in.local.wall_minus_plan_ms += i % 3 - 1;
        bench_tick(&b);
    }
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], soon + 1);
    b.in.local.wall_minus_plan_ms -= 20 * MINUTE_MS;
    bench_run(&b, 21 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], soon + 2);
}

static void no_notice_of_what_will_not_come(void)
{
    struct bench b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    b.in.storage_failed = true;
    bench_run_to(&b, due_ms - MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 0);
    b.in.storage_failed = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 1);
}

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
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NO_PLAN);
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
    b.in.local.wall_minus_plan_ms = -b.in.now_ms - SECOND_MS;
    bench_step(&b);
    CU_ASSERT_EQUAL(b.e.memory.day, -1);
    bench_after(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.e.memory.day, 0);
}

static void a_pad_that_is_not_wired_is_never_driven(void)
{
    struct bench b = bench_new();
    b.config.wired = false;
    bench_order(&b, COMMAND_START);
    bench_run(&b, HOUR_MS);
    CU_ASSERT_EQUAL(b.begun, 0);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NOT_WIRED);
    b.config.wired = true;
    b.in.lines_failed = true;
    bench_run(&b, HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NOT_WIRED);
    CU_ASSERT_EQUAL(b.begun, 0);
    b.in.lines_failed = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.begun, 1);
}

static void lines_that_fail_in_a_session_take_the_power(void)
{
    struct bench b = bench_cooling();
    b.in.lines_failed = true;
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
}

static void a_sensor_that_is_bad_at_rest_blocks_until_it_is_good(void)
{
    struct bench b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    bench_run(&b, HOUR_MS);
    bench_bad(&b, READING_SHORT);
    bench_run_to(&b, due_ms + 2 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_TRIPPED);
    CU_ASSERT_EQUAL(b.e.status.trip, FAULT_SENSOR_SHORT);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_TRIP);
    CU_ASSERT_EQUAL(b.said[EVENT_TRIP], 1);
    CU_ASSERT_EQUAL(b.begun, 1);
    bench_pad(&b, 25000);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, MINUTE_MS));
    CU_ASSERT_TRUE(b.record.late);
}

static void a_trip_that_clears_under_a_lockout_keeps_its_name(void)
{
    struct bench b = bench_rested();
    bench_bad(&b, READING_OPEN);
    bench_run(&b, 5 * SECOND_MS);
    b.in.readback_bad = true;
    bench_run(&b, 5 * SECOND_MS);
    bench_pad(&b, 25000);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_TRIP_CLEARED, MINUTE_MS));
    CU_ASSERT_EQUAL(b.last[EVENT_TRIP_CLEARED].fault, FAULT_SENSOR_OPEN);
    CU_ASSERT_EQUAL(b.e.status.trip, FAULT_READBACK);
}

static void storage_that_fails_blocks_the_next_session(void)
{
    struct bench b = bench_cooling();
    b.in.storage_failed = true;
    bench_run(&b, MINUTE_MS);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_run(&b, 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_STORAGE);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_DUE);
    CU_ASSERT_EQUAL(b.begun, 1);
    b.in.storage_failed = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.begun, 2);
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
    CU_ASSERT_FALSE(b.out.satisfied);
}

/* A gap of 5 s counts as 2 s in the band: nobody saw the pad meanwhile. */
static void a_gap_counts_as_two_seconds_at_most(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    bench_after(&b, 5 * SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.in_band_ms, 2 * SECOND_MS);
}

static void ticks_are_short_in_a_session_and_long_at_rest(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_REST_MS);
    CU_ASSERT_TRUE(b.out.satisfied);
    bench_order(&b, COMMAND_START);
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_ACTIVE_MS);
    bench_order(&b, COMMAND_STOP);
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_REST_MS);
}

static const struct suite_test tests[] = {
    {"sessions follow three hours from power-on to power-on",                sessions_follow_every_three_hours                   },
    {"past the window a session is late",                                    past_the_window_a_session_is_late                   },
    {"blocked for days is one session, no catching up",                      blocked_for_days_is_one_session                     },
    {"a skip after days leaves out one session",                             a_skip_after_days_leaves_out_one_session            },
    {"a running session finishes past the phase switch, and its rest holds",
     a_running_session_finishes_past_the_phase_switch                                                                            },
    {"the end of the plan completes it, after the running session",          the_end_of_the_plan_completes_it                    },
    {"a held plan completes too",                                            a_held_plan_completes_too                           },
    {"no window before the plan's end is no session",                        no_window_at_the_plans_end_is_no_session            },
    {"the notice comes once, five minutes before",                           the_notice_comes_once_five_minutes_before           },
    {"the notice comes once while the wall clock is slewed",                 the_notice_comes_once_while_the_wall_clock_is_slewed},
    {"no notice of a session that something else holds back",                no_notice_of_what_will_not_come                     },
    {"quiet hours defer without lateness",                                   quiet_hours_defer_without_lateness                  },
    {"held back into quiet hours is deferred: announced, not late",          held_back_into_quiet_hours_is_deferred              },
    {"late before the quiet hours stays late",                               late_before_quiet_hours_stays_late                  },
    {"deferred past the plan's end is no session",                           deferred_past_the_plans_end_is_no_session           },
    {"a session that runs into quiet hours finishes",                        a_session_that_runs_into_quiet_hours_finishes       },
    {"quiet hours are local time",                                           quiet_hours_are_local_time                          },
    {"an untrusted clock blocks a phase with quiet hours only",
     an_untrusted_clock_blocks_a_phase_with_quiet_hours_only                                                                     },
    {"the wall clock moves nothing of the plan",                             the_wall_clock_moves_nothing_of_the_plan            },
    {"the counters of the day turn at local midnight",                       the_counters_of_the_day_turn_at_local_midnight      },
    {"days before 1970 are days too",                                        days_before_1970_are_days_too                       },
    {"a pad that is not wired is never driven",                              a_pad_that_is_not_wired_is_never_driven             },
    {"lines that fail in a session take the power",                          lines_that_fail_in_a_session_take_the_power         },
    {"a sensor that is bad at rest blocks until it is good",                 a_sensor_that_is_bad_at_rest_blocks_until_it_is_good},
    {"a trip that clears under a lockout keeps its name",                    a_trip_that_clears_under_a_lockout_keeps_its_name   },
    {"storage that fails blocks the next session",                           storage_that_fails_blocks_the_next_session          },
    {"time that cannot be is off and harmless",                              time_that_cannot_be_is_off_and_harmless             },
    {"a late tick is off",                                                   a_late_tick_is_off                                  },
    {"a gap counts as two seconds at most",                                  a_gap_counts_as_two_seconds_at_most                 },
    {"ticks are short in a session and long at rest",                        ticks_are_short_in_a_session_and_long_at_rest       },
};

int main(void)
{
    return suite_run("engine", tests, sizeof tests / sizeof tests[0]);
}
