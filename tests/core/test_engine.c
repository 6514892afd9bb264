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

static void now_in_the_moment_the_plan_ends_is_refused(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 10 * DAY_MS + 4 * HOUR_MS);
    bench_order(&b, COMMAND_STOP);
    bench_run_to(&b, INJURED_MS + 4 * HOUR_MS - b.out.next_tick_ms);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_STOPPED);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_BLOCKED);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_COMPLETE);
    CU_ASSERT_EQUAL(b.begun, 1);
}

static void no_window_at_the_plans_end_is_no_session(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 10 * DAY_MS + 2 * HOUR_MS);
    bench_order(&b, COMMAND_END);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NOT_DUE);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RESTING);
    CU_ASSERT_EQUAL(b.e.status.next_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_BLOCKED);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_REST);
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
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_LINES);
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

static void ticks_are_short_in_a_session_and_long_at_rest(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_REST_MS);
    bench_order(&b, COMMAND_START);
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_ACTIVE_MS);
    bench_order(&b, COMMAND_STOP);
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_REST_MS);
}

static void the_heartbeat_runs_only_with_power(void)
{
    struct bench b = bench_new();
    CU_ASSERT_FALSE(b.out.heartbeat);
    bench_order(&b, COMMAND_START);
    CU_ASSERT_FALSE(b.out.heartbeat);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, SECOND_MS));
    CU_ASSERT_TRUE(b.out.heartbeat);
    bench_pad(&b, 8500); /* duty 0 in the band: it is still driven */
    bench_run(&b, MINUTE_MS);
    CU_ASSERT_EQUAL(b.out.drive.duty_percent, 0);
    CU_ASSERT_TRUE(b.out.heartbeat);
    bench_bad(&b, READING_ERROR);
    bench_tick(&b);
    CU_ASSERT_FALSE(b.out.heartbeat);
    bench_pad(&b, 10000);
    bench_run(&b, 2 * SECOND_MS);
    CU_ASSERT_TRUE(b.out.heartbeat);
    bench_order(&b, COMMAND_PAUSE);
    CU_ASSERT_FALSE(b.out.heartbeat);
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
    {"now in the moment the plan ends is refused",                           now_in_the_moment_the_plan_ends_is_refused          },
    {"no window before the plan's end is no session",                        no_window_at_the_plans_end_is_no_session            },
    {"the notice comes once, five minutes before",                           the_notice_comes_once_five_minutes_before           },
    {"the notice comes once while the wall clock is slewed",                 the_notice_comes_once_while_the_wall_clock_is_slewed},
    {"no notice of a session that something else holds back",                no_notice_of_what_will_not_come                     },
    {"a pad that is not wired is never driven",                              a_pad_that_is_not_wired_is_never_driven             },
    {"lines that fail in a session take the power",                          lines_that_fail_in_a_session_take_the_power         },
    {"a sensor that is bad at rest blocks until it is good",                 a_sensor_that_is_bad_at_rest_blocks_until_it_is_good},
    {"a trip that clears under a lockout keeps its name",                    a_trip_that_clears_under_a_lockout_keeps_its_name   },
    {"storage that fails blocks the next session",                           storage_that_fails_blocks_the_next_session          },
    {"ticks are short in a session and long at rest",                        ticks_are_short_in_a_session_and_long_at_rest       },
    {"the heartbeat runs only with power",                                   the_heartbeat_runs_only_with_power                  },
};

int main(void)
{
    return suite_run("engine", tests, sizeof tests / sizeof tests[0]);
}
