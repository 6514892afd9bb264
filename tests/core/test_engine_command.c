#include "engine_bench.h"

static void start_begins_at_once_and_only_once(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(b.e.status.state, STATE_WAITING);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NO_PLAN);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_START), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.said[EVENT_PLAN_STARTED], 1);
    CU_ASSERT_EQUAL(b.last[EVENT_PLAN_STARTED].phase, PHASE_ICE);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_ARMING);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_START), REFUSED_PLAN_ACTIVE);
}

static void start_refuses_the_future_and_a_plan_that_is_over(void)
{
    struct bench b = bench_new();
    int64_t next_ms = b.in.now_ms + b.out.next_tick_ms;
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, next_ms + 1), REFUSED_IN_FUTURE);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, INT64_MAX), REFUSED_IN_FUTURE);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, INT64_MIN), REFUSED_PLAN_OVER);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, INT64_MIN + 1), REFUSED_PLAN_OVER);
    next_ms = b.in.now_ms + b.out.next_tick_ms;
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, next_ms - 10 * DAY_MS), REFUSED_PLAN_OVER);
    next_ms = b.in.now_ms + b.out.next_tick_ms;
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, next_ms - 10 * DAY_MS + 1), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.phase, PHASE_HEAT);
}

static enum plan_phase_name phase_when_injured_before(int64_t ms)
{
    struct bench b = bench_new();
    bench_value(&b, COMMAND_START, b.in.now_ms + b.out.next_tick_ms - ms);
    CU_ASSERT_EQUAL(b.e.status.phase, b.last[EVENT_PLAN_STARTED].phase);
    return b.e.status.phase;
}

static void beyond_72_hours_start_begins_in_heat(void)
{
    CU_ASSERT_EQUAL(phase_when_injured_before(3 * DAY_MS - 1), PHASE_ICE);
    CU_ASSERT_EQUAL(phase_when_injured_before(3 * DAY_MS), PHASE_HEAT);
}

static void start_in_a_rest_waits_for_its_end_and_says_so(void)
{
    struct bench b = bench_rested();
    int64_t rest_ends_ms = b.on_ms + 3 * HOUR_MS;
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_FINISH), REFUSED_NOT);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_START), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RESTING);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_REST);
    CU_ASSERT_EQUAL(b.e.status.next_ms, rest_ends_ms);
    CU_ASSERT_EQUAL(b.e.status.next_by_ms, rest_ends_ms + HOUR_MS);
    check_next_power(&b, rest_ends_ms);
}

static void start_is_refused_while_locked(void)
{
    struct bench b = bench_new();
    b.in.readback_bad = true;
    bench_run(&b, 3 * SECOND_MS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_START), REFUSED_BLOCKED);
}

static void stop_is_off_now_and_holds_until_resume_on_the_spot(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_STOP, ORIGIN_REMOTE), REFUSED_NOT);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_STOP);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_STOPPED);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_STOP), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.said[EVENT_STOPPED], 1);
    bench_run(&b, 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.begun, 1);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_STOPPED);
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_RESUME, ORIGIN_REMOTE), REFUSED_LOCAL_ONLY);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_BLOCKED);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_PAUSE), REFUSED_ALREADY_HELD);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.begun, 2);
    CU_ASSERT_TRUE(b.record.late);
}

static void stop_is_obeyed_without_a_plan_and_locked(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_STOP), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_WAITING);
    b = bench_cooling();
    b.in.readback_bad = true;
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_STOP), REFUSED_NOT);
    CU_ASSERT_TRUE(b.e.memory.stopped);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_LOCKED);
}

static void check_abandoned_while_arming(enum command_name command)
{
    struct bench b = bench_new();
    b.store_works = false;
    bench_order(&b, COMMAND_START);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_ARMING);
    CU_ASSERT_EQUAL(bench_order(&b, command), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.ended, 1);
    CU_ASSERT_EQUAL(b.record.end, END_NOT_POWERED);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_ENDED], 0);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, PLAN_NEVER);
}

static void a_session_abandoned_while_arming_leaves_no_rest(void)
{
    check_abandoned_while_arming(COMMAND_STOP);
    check_abandoned_while_arming(COMMAND_PAUSE);
    check_abandoned_while_arming(COMMAND_END);
    check_abandoned_while_arming(COMMAND_SKIP);
    check_abandoned_while_arming(COMMAND_FINISH);
}

static void a_pause_lets_the_clock_of_the_session_run(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    bench_run(&b, 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_PAUSE), REFUSED_NOT);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.status.state, STATE_PAUSED);
    bench_run(&b, 5 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.in_band_ms, 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.session_ends_ms, b.on_ms + 30 * MINUTE_MS);
    bench_bad(&b, READING_STALE);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_ARMING);
    bench_run(&b, 400);
    CU_ASSERT_FALSE(bench_driven(&b));
    bench_pad(&b, 10000);
    bench_run(&b, 15 * SECOND_MS);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.supervisor.memory.session_on_ms, b.on_ms);
    bench_run(&b, 11 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_EQUAL(b.record.in_band_ms, 20 * MINUTE_MS);
    check_next_power(&b, b.record.began_ms + 3 * HOUR_MS);
}

static void a_session_may_end_in_its_pause(void)
{
    struct bench b = bench_cooling();
    bench_order(&b, COMMAND_PAUSE);
    bench_run_to(&b, b.on_ms + 30 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_PAUSED);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_PAUSED);
    bench_run(&b, 5 * HOUR_MS);
    CU_ASSERT_EQUAL(b.begun, 1);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 0);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.begun, 2);
}

static void a_remote_resume_lifts_the_hold_but_powers_nothing_up(void)
{
    struct bench b = bench_cooling();
    bench_order(&b, COMMAND_PAUSE);
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_RESUME, ORIGIN_REMOTE), REFUSED_NOT);
    CU_ASSERT_FALSE(b.e.memory.paused);
    bench_run(&b, MINUTE_MS);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.status.state, STATE_PAUSED);
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_RESUME, ORIGIN_REMOTE), REFUSED_LOCAL_ONLY);
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_RESUME, ORIGIN_BUTTON), REFUSED_NOT);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT_HELD);
}

/* Who says `now` answers for the hour: quiet hours need no clock then. */
static void now_needs_no_trusted_clock(void)
{
    struct bench b = bench_new();
    b.in.clock_trusted = false;
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, HEAT_BEGAN), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_CLOCK);
    CU_ASSERT_EQUAL(b.begun, 0);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.begun, 1);
}

static void after_a_remote_resume_a_session_that_is_due_is_announced_first(void)
{
    struct bench b = bench_rested();
    bench_order(&b, COMMAND_PAUSE);
    bench_run_to(&b, b.on_ms + 4 * HOUR_MS);
    int begun = b.begun;
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_RESUME, ORIGIN_REMOTE), REFUSED_NOT);
    int64_t lifted_ms = b.in.now_ms;
    CU_ASSERT_EQUAL(b.e.status.next_ms, lifted_ms + 5 * MINUTE_MS);
    bench_run_to(&b, lifted_ms + 5 * MINUTE_MS - SECOND_MS);
    CU_ASSERT_EQUAL(b.begun, begun);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 1);
    bench_run_to(&b, lifted_ms + 5 * MINUTE_MS + SECOND_MS);
    CU_ASSERT_EQUAL(b.begun, begun + 1);
}

static void a_timed_pause_ends_by_itself(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAUSE, 5), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.last[EVENT_PAUSED].value, 5);
    int64_t paused_ms = b.in.now_ms;
    CU_ASSERT_EQUAL(b.e.status.paused_until_ms, paused_ms + 5 * MINUTE_MS);
    bench_run_to(&b, paused_ms + 5 * MINUTE_MS - 200);
    CU_ASSERT_EQUAL(b.said[EVENT_RESUMED], 0);
    bench_run(&b, 600);
    CU_ASSERT_EQUAL(b.said[EVENT_RESUMED], 1);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.status.paused_until_ms, PLAN_NEVER);
}

static void a_timed_pause_from_afar_powers_nothing_up(void)
{
    struct bench b = bench_cooling();
    b.in.command =
        (struct engine_command){.name = COMMAND_PAUSE, .origin = ORIGIN_REMOTE, .has_value = true, .value = 1};
    bench_tick(&b);
    bench_run(&b, 2 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_RESUMED], 1);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.status.state, STATE_PAUSED);
}

static void a_timed_pause_from_afar_ends_with_a_notice(void)
{
    struct bench b = bench_rested();
    bench_order(&b, COMMAND_PAUSE);
    bench_run_to(&b, b.on_ms + 4 * HOUR_MS);
    int begun = b.begun;
    b.in.command =
        (struct engine_command){.name = COMMAND_PAUSE, .origin = ORIGIN_REMOTE, .has_value = true, .value = 1};
    bench_tick(&b);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_RESUMED, 2 * MINUTE_MS));
    int64_t lifted_ms = b.in.now_ms;
    CU_ASSERT_EQUAL(b.e.status.next_ms, lifted_ms + 5 * MINUTE_MS);
    bench_run_to(&b, lifted_ms + 5 * MINUTE_MS - SECOND_MS);
    CU_ASSERT_EQUAL(b.begun, begun);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 1);
    bench_run_to(&b, lifted_ms + 5 * MINUTE_MS + SECOND_MS);
    CU_ASSERT_EQUAL(b.begun, begun + 1);
}

static void a_pause_has_1_to_720_minutes_and_needs_a_plan(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_PAUSE), REFUSED_NO_PLAN);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_RESUME), REFUSED_NOT_HELD);
    bench_begin(&b, INJURED_MS);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAUSE, 0), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAUSE, 721), REFUSED_BAD_VALUE);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAUSE, 720), REFUSED_NOT);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAUSE, 1), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.paused_until_ms, b.in.now_ms + MINUTE_MS);
}

static void held_for_12_hours_is_told_once(void)
{
    struct bench b = bench_rested();
    bench_order(&b, COMMAND_PAUSE);
    int64_t held_ms = b.in.now_ms;
    bench_run_to(&b, held_ms + 12 * HOUR_MS - 1);
    CU_ASSERT_EQUAL(b.said[EVENT_HELD_LONG], 0);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.said[EVENT_HELD_LONG], 1);
    bench_run(&b, 13 * HOUR_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_HELD_LONG], 1);
    bench_order(&b, COMMAND_STOP);
    bench_run(&b, 12 * HOUR_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_HELD_LONG], 2);
    b = bench_rested();
    b.e.memory.paused = true; /* a store that does not say since when */
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.said[EVENT_HELD_LONG], 0);
}

static void end_ends_this_session_only(void)
{
    struct bench b = bench_cooling();
    int64_t began_ms = b.on_ms;
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_END), REFUSED_NOT);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_USER);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 0);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_END), REFUSED_NO_SESSION);
    check_next_power(&b, began_ms + 3 * HOUR_MS);
}

static void skip_leaves_out_the_next_session_once(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_NO_PLAN);
    b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_NOT);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_ALREADY_SKIPPED);
    CU_ASSERT_EQUAL(b.e.status.next_ms, due_ms + 3 * HOUR_MS);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_SKIPPED, 3 * HOUR_MS));
    CU_ASSERT_TRUE(b.in.now_ms >= due_ms && b.in.now_ms < due_ms + SECOND_MS);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_SKIPPED].fault, FAULT_NONE);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_SOON], 0);
    check_next_power(&b, due_ms + 3 * HOUR_MS);
}

static void a_skip_within_a_session_is_for_the_one_after(void)
{
    struct bench b = bench_cooling();
    int64_t began_ms = b.on_ms;
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_NOT);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_run(&b, 31 * MINUTE_MS);
    check_next_power(&b, began_ms + 6 * HOUR_MS);
}

static void now_lifts_quiet_hours_skip_and_pause(void)
{
    struct bench b = bench_rested();
    bench_run_to(&b, b.on_ms + 3 * HOUR_MS - SECOND_MS);
    bench_order(&b, COMMAND_SKIP);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_PAUSE), REFUSED_NOT);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_NOT);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_ARMING);
    CU_ASSERT_EQUAL(b.said[EVENT_RESUMED], 1);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, SECOND_MS));
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_RUNNING);
    b = bench_heating();
    bench_run_to(&b, at(2026, 11, 22, 23, 30));
    bench_run_to(&b, at(2026, 11, 23, 2, 0));
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_QUIET_HOURS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NOT);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, SECOND_MS));
    CU_ASSERT_FALSE(b.record.late);
}

static void now_is_a_wish_of_one_moment(void)
{
    struct bench b = bench_heating();
    bench_run_to(&b, at(2026, 11, 23, 2, 0));
    b.store_works = false;
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NOT);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
    b.store_works = true;
    int begun = b.begun;
    bench_run_to(&b, at(2026, 11, 23, 7, 0) - 1);
    CU_ASSERT_EQUAL(b.begun, begun);
}

static void now_inside_the_rest_is_refused_with_the_time(void)
{
    struct bench b = bench_rested();
    int64_t rest_ends_ms = b.on_ms + 3 * HOUR_MS;
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_REST);
    CU_ASSERT_EQUAL(b.out.refused_until_ms, rest_ends_ms);
    bench_run_to(&b, rest_ends_ms - SECOND_MS - 1);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_REST);
    bench_order(&b, COMMAND_SKIP);
    CU_ASSERT_EQUAL(b.out.refused_until_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_ARMING);
    b = bench_new();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_NO_PLAN);
}

static void now_is_refused_for_other_blocks(void)
{
    struct bench b = bench_rested();
    bench_run_to(&b, b.on_ms + 3 * HOUR_MS - 2 * SECOND_MS);
    b.in.storage_failed = true;
    bench_run(&b, 10 * SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_STORAGE);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_BLOCKED);
    bench_order(&b, COMMAND_PAUSE);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_BLOCKED);
    CU_ASSERT_TRUE(b.e.memory.paused);
}

static void finish_ends_the_plan_on_the_spot_only(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_FINISH, ORIGIN_REMOTE), REFUSED_LOCAL_ONLY);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_FINISH), REFUSED_NOT);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_FINISH);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_WAITING);
    CU_ASSERT_EQUAL(b.said[EVENT_PLAN_FINISHED], 1);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_FINISH), REFUSED_NO_PLAN);
}

static void pain_is_0_to_10(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(b.e.status.pain, -1);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_PAIN), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAIN, -1), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAIN, 11), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAIN, 0), REFUSED_NOT);
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_PAIN, 10), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.e.status.pain, 10);
    CU_ASSERT_EQUAL(b.last[EVENT_PAIN].value, 10);
}

static void a_lockout_is_acknowledged_on_the_spot_without_its_cause(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_ACK), REFUSED_NOTHING_TO_ACK);
    b.in.readback_bad = true;
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.last[EVENT_LOCKOUT].fault, FAULT_READBACK);
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_ACK, ORIGIN_REMOTE), REFUSED_LOCAL_ONLY);
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_ACK, ORIGIN_BUTTON), REFUSED_CAUSE_PRESENT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_LOCKED);
    b.in.readback_bad = false;
    CU_ASSERT_EQUAL(bench_tell(&b, COMMAND_ACK, ORIGIN_BUTTON), REFUSED_NOT);
    CU_ASSERT_EQUAL(b.last[EVENT_LOCKOUT_ACKNOWLEDGED].fault, FAULT_READBACK);
    CU_ASSERT_FALSE(b.e.status.locked);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_REST);
}

static void a_command_that_is_not_ours_is_unknown(void)
{
    struct bench b = bench_new();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_CLOCK), REFUSED_UNKNOWN_COMMAND);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_COUNT), REFUSED_UNKNOWN_COMMAND);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.refusal, REFUSED_NOT);
}

static const struct suite_test tests[] = {
    {"start begins at once, and only once",                               start_begins_at_once_and_only_once                  },
    {"start refuses an injury in the future and one past the plan's end",
     start_refuses_the_future_and_a_plan_that_is_over                                                                         },
    {"beyond 72 hours start begins in heat",                              beyond_72_hours_start_begins_in_heat                },
    {"start in a rest waits for its end and says so",                     start_in_a_rest_waits_for_its_end_and_says_so       },
    {"start is refused while locked",                                     start_is_refused_while_locked                       },
    {"stop is off now and holds until resume on the spot",                stop_is_off_now_and_holds_until_resume_on_the_spot  },
    {"stop is obeyed without a plan and while locked",                    stop_is_obeyed_without_a_plan_and_locked            },
    {"a session abandoned while arming leaves no rest",                   a_session_abandoned_while_arming_leaves_no_rest     },
    {"a pause lets the clock of the session run",                         a_pause_lets_the_clock_of_the_session_run           },
    {"a session may end in its pause",                                    a_session_may_end_in_its_pause                      },
    {"now needs no trusted clock",                                        now_needs_no_trusted_clock                          },
    {"after a remote resume a session that is due is announced first",
     after_a_remote_resume_a_session_that_is_due_is_announced_first                                                           },
    {"a remote resume lifts the hold but powers nothing up",              a_remote_resume_lifts_the_hold_but_powers_nothing_up},
    {"a timed pause ends by itself",                                      a_timed_pause_ends_by_itself                        },
    {"a timed pause from afar powers nothing up",                         a_timed_pause_from_afar_powers_nothing_up           },
    {"a timed pause from afar ends with a notice",                        a_timed_pause_from_afar_ends_with_a_notice          },
    {"a pause has 1 to 720 minutes and needs a plan",                     a_pause_has_1_to_720_minutes_and_needs_a_plan       },
    {"held for 12 hours is told once",                                    held_for_12_hours_is_told_once                      },
    {"end ends this session only",                                        end_ends_this_session_only                          },
    {"skip leaves out the next session, once",                            skip_leaves_out_the_next_session_once               },
    {"a skip within a session is for the one after",                      a_skip_within_a_session_is_for_the_one_after        },
    {"now lifts quiet hours, skip and pause",                             now_lifts_quiet_hours_skip_and_pause                },
    {"now is a wish of one moment",                                       now_is_a_wish_of_one_moment                         },
    {"now inside the rest is refused with the time",                      now_inside_the_rest_is_refused_with_the_time        },
    {"now is refused for other blocks",                                   now_is_refused_for_other_blocks                     },
    {"finish ends the plan, on the spot only",                            finish_ends_the_plan_on_the_spot_only               },
    {"pain is 0 to 10",                                                   pain_is_0_to_10                                     },
    {"a lockout is acknowledged on the spot, without its cause",
     a_lockout_is_acknowledged_on_the_spot_without_its_cause                                                                  },
    {"a command that is not the engine's is unknown",                     a_command_that_is_not_ours_is_unknown               },
};

int main(void)
{
    return suite_run("engine_command", tests, sizeof tests / sizeof tests[0]);
}
