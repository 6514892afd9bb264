#include "engine_bench.h"

static void done_after_its_minutes_in_the_band(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    bench_run_to(&b, b.on_ms + 20 * MINUTE_MS - 200);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RUNNING);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.said[EVENT_BAND_REACHED], 1);
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_EQUAL(b.record.in_band_ms, 20 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.ended_ms, b.on_ms + 20 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_ENDED], 1);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_ENDED].in_band_ms, 20 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 1);
    CU_ASSERT_EQUAL(b.e.status.sessions_today, 1);
    CU_ASSERT_EQUAL(b.e.status.in_band_today_ms, 20 * MINUTE_MS);
}

static void minutes_in_the_band_accumulate(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 8500);
    bench_run(&b, 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.in_band_ms, 10 * MINUTE_MS);
    bench_pad(&b, 8499);
    bench_run(&b, 3 * MINUTE_MS);
    CU_ASSERT_FALSE(b.e.status.in_band);
    bench_pad(&b, 11501);
    bench_run(&b, 3 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.in_band_ms, 10 * MINUTE_MS);
    bench_pad(&b, 11500);
    bench_run(&b, 10 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_EQUAL(b.record.ended_ms, b.on_ms + 26 * MINUTE_MS);
}

static void the_maximum_ends_it_whatever_was_in_the_band(void)
{
    struct bench b = bench_cooling();
    bench_run(&b, 12 * MINUTE_MS);
    bench_pad(&b, 10000);
    bench_run_to(&b, b.on_ms + 30 * MINUTE_MS - 200);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
    CU_ASSERT_EQUAL(b.record.in_band_ms, 18 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_BAND_NOT_REACHED], 0);
}

static void a_band_never_reached_is_held_and_told(void)
{
    struct bench b = bench_cooling();
    bench_run(&b, 31 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
    CU_ASSERT_EQUAL(b.record.in_band_ms, 0);
    CU_ASSERT_EQUAL(b.said[EVENT_BAND_NOT_REACHED], 1);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 1);
    CU_ASSERT_EQUAL(b.e.status.trip, FAULT_NONE);
    CU_ASSERT_FALSE(b.e.status.weak);
    check_next_power(&b, b.on_ms + 3 * HOUR_MS);
}

/* In the step that ends it the supervisor has said yes: a tick of rest after it would be a late one. */
static void the_tick_after_a_session_comes_at_once(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_ENDED, HOUR_MS));
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_ACTIVE_MS);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.next_tick_ms, ENGINE_TICK_REST_MS);
}

static void three_without_the_band_are_a_problem_until_one_reaches_it(void)
{
    struct bench b = bench_cooling();
    for (int i = 1; i <= 4; i++) {
        CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_ENDED, 4 * HOUR_MS));
        CU_ASSERT_EQUAL(b.e.status.weak, i >= 3);
    }
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, 4 * HOUR_MS));
    bench_pad(&b, 10000);
    bench_run(&b, 21 * MINUTE_MS);
    CU_ASSERT_FALSE(b.e.status.weak);
}

static void a_session_that_was_held_says_nothing_about_the_pad(void)
{
    struct bench b = bench_cooling();
    bench_order(&b, COMMAND_PAUSE);
    bench_order(&b, COMMAND_RESUME);
    CU_ASSERT_FALSE(bench_driven(&b)); /* the self-test's tick */
    bench_tick(&b);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_run(&b, 31 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
    CU_ASSERT_EQUAL(b.said[EVENT_BAND_NOT_REACHED], 0);
}

static void no_power_before_the_record_is_durable(void)
{
    struct bench b = bench_new();
    b.store_works = false;
    bench_order(&b, COMMAND_START);
    CU_ASSERT_EQUAL(b.begun, 1);
    CU_ASSERT_EQUAL(b.record.ended_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.record.began_ms, b.in.now_ms + ENGINE_ARMING_MS);
    bench_run(&b, 8 * SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_ARMING);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    b.in.stored_session = b.record.id - 1;
    bench_tick(&b);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    b.in.stored_session = b.record.id;
    bench_tick(&b);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.on_ms, b.in.now_ms);
    CU_ASSERT_TRUE(b.on_ms <= b.record.began_ms);
    b.in.stored_session = 0;
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
}

/* In 200 ms steps; the last moment is ENGINE_ARMING_MS after arming began, which the record names. */
static int64_t power_when_stored_after(int64_t ms)
{
    struct bench b = bench_new();
    b.store_works = false;
    bench_order(&b, COMMAND_START);
    bench_run(&b, ms);
    b.in.stored_session = b.record.id;
    bench_run(&b, 2 * SECOND_MS);
    return b.on_ms == PLAN_NEVER ? PLAN_NEVER : b.on_ms - b.record.began_ms;
}

static void no_power_after_the_time_in_the_record(void)
{
    CU_ASSERT_EQUAL(power_when_stored_after(ENGINE_ARMING_MS - 400), 0);
    CU_ASSERT_EQUAL(power_when_stored_after(ENGINE_ARMING_MS - 200), PLAN_NEVER);
}

static void failed_arming_is_tried_every_ten_minutes_then_skipped(void)
{
    struct bench b = bench_rested();
    b.store_works = false;
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    b.on_ms = PLAN_NEVER;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, 3 * HOUR_MS));
    CU_ASSERT_TRUE(b.in.now_ms >= due_ms + ENGINE_ARMING_MS &&
                   b.in.now_ms <= due_ms + ENGINE_ARMING_MS + 2 * SECOND_MS);
    CU_ASSERT_EQUAL(b.record.end, END_NOT_POWERED);
    CU_ASSERT_FALSE(b.record.powered);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_ARMING_FAILED);
    int64_t failed_ms = b.in.now_ms;
    int begun = b.begun;
    bench_run_to(&b, failed_ms + 10 * MINUTE_MS - 1);
    CU_ASSERT_EQUAL(b.begun, begun);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.begun, begun + 1);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_SKIPPED, HOUR_MS));
    CU_ASSERT_TRUE(b.in.now_ms > due_ms + HOUR_MS &&
                   b.in.now_ms <= due_ms + HOUR_MS + ENGINE_ARMING_MS + 2 * SECOND_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_ARMING_FAILED], 6);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_ENDED], 1);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    b.store_works = true;
    check_next_power(&b, due_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.arming_fault, FAULT_NONE);
}

static void a_failed_self_test_names_its_fault(void)
{
    struct bench b = bench_new();
    bench_order(&b, COMMAND_START);
    bench_bad(&b, READING_OPEN);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
    CU_ASSERT_EQUAL(b.last[EVENT_ARMING_FAILED].fault, FAULT_SENSOR_OPEN);
    CU_ASSERT_EQUAL(b.e.status.arming_fault, FAULT_SENSOR_OPEN);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.e.status.next_ms, INJURED_MS + SECOND_MS);
    bench_run(&b, HOUR_MS);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_SKIPPED].fault, FAULT_SENSOR_OPEN);
}

static void lines_that_fail_while_arming_are_named(void)
{
    struct bench b = bench_new();
    bench_order(&b, COMMAND_START);
    b.in.lines_failed = true;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
    CU_ASSERT_EQUAL(b.last[EVENT_ARMING_FAILED].fault, FAULT_READBACK);
}

/* Its own record is durable, but something else cannot be stored: its end could not be either. */
static void storage_that_fails_while_arming_lets_no_power_through(void)
{
    struct bench b = bench_new();
    bench_order(&b, COMMAND_START);
    b.in.storage_failed = true;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
    CU_ASSERT_EQUAL(b.in.stored_session, b.record.id);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.record.end, END_NOT_POWERED);
}

static void a_lockout_while_arming_leaves_no_rest(void)
{
    struct bench b = bench_new();
    bench_order(&b, COMMAND_START);
    b.in.readback_bad = true;
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_LOCKED);
    CU_ASSERT_EQUAL(b.record.end, END_NOT_POWERED);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, PLAN_NEVER);
}

static void reminding_announces_times_and_records_without_power(void)
{
    struct bench b = bench_new();
    b.config.plan.phases[0].remind = true;
    b.config.wired = false;
    bench_bad(&b, READING_OPEN);
    bench_run(&b, 5 * SECOND_MS);
    bench_order(&b, COMMAND_START);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, SECOND_MS));
    int64_t began_ms = b.in.now_ms;
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RUNNING);
    CU_ASSERT_TRUE(b.e.status.remind);
    bench_run_to(&b, began_ms + 20 * MINUTE_MS - 1);
    CU_ASSERT_EQUAL(b.ended, 0);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_FALSE(b.record.powered);
    CU_ASSERT_EQUAL(b.said[EVENT_BAND_REACHED], 0);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_SOON, 3 * HOUR_MS));
    CU_ASSERT_EQUAL(b.in.now_ms, began_ms + 3 * HOUR_MS - 5 * MINUTE_MS);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, HOUR_MS));
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
}

static void a_reminder_too_waits_for_its_record(void)
{
    struct bench b = bench_new();
    b.config.plan.phases[0].remind = true;
    b.store_works = false;
    bench_order(&b, COMMAND_START);
    bench_run(&b, ENGINE_ARMING_MS - SECOND_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_SESSION_STARTED], 0);
    bench_run(&b, 2 * SECOND_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_ARMING_FAILED], 1);
}

static void ids_that_are_used_up_block_as_storage(void)
{
    struct bench b = bench_new();
    b.e.memory.last_session = INT64_MAX;
    bench_order(&b, COMMAND_START);
    bench_run(&b, MINUTE_MS);
    CU_ASSERT_EQUAL(b.begun, 0);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_STORAGE);
}

static void counters_stop_at_their_ends(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    b.e.memory.sessions_done = INT32_MAX;
    b.e.memory.sessions_today = INT32_MAX;
    b.e.memory.in_band_today_ms = INT64_MAX;
    bench_run(&b, 21 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, INT32_MAX);
    CU_ASSERT_EQUAL(b.e.status.sessions_today, INT32_MAX);
    CU_ASSERT_EQUAL(b.e.status.in_band_today_ms, INT64_MAX);
}

static void the_fan_runs_on_after_cooling(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_TRUE(b.out.fan);
    bench_order(&b, COMMAND_END);
    int64_t off_ms = b.in.now_ms;
    bench_run_to(&b, off_ms + ENGINE_FAN_AFTER_MS - SECOND_MS);
    CU_ASSERT_TRUE(b.out.fan);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_FALSE(b.out.fan);
}

static const struct suite_test tests[] = {
    {"the tick after a session comes at once",                                  the_tick_after_a_session_comes_at_once               },
    {"a session is done after its minutes in the band",                         done_after_its_minutes_in_the_band                   },
    {"minutes in the band accumulate",                                          minutes_in_the_band_accumulate                       },
    {"the maximum since power-on ends a session",                               the_maximum_ends_it_whatever_was_in_the_band         },
    {"a band never reached is an event, counts as held and rests as usual",     a_band_never_reached_is_held_and_told                },
    {"three in a row without the band are a problem until one reaches it",
     three_without_the_band_are_a_problem_until_one_reaches_it                                                                       },
    {"a session that was held says nothing about the pad",                      a_session_that_was_held_says_nothing_about_the_pad   },
    {"no power before the record is durable",                                   no_power_before_the_record_is_durable                },
    {"no power after the latest power-on that the record names",                no_power_after_the_time_in_the_record                },
    {"a failed arming is tried every ten minutes, then the session is skipped",
     failed_arming_is_tried_every_ten_minutes_then_skipped                                                                           },
    {"a failed self-test names its fault",                                      a_failed_self_test_names_its_fault                   },
    {"lines that fail while arming are named",                                  lines_that_fail_while_arming_are_named               },
    {"storage that fails while arming lets no power through",                   storage_that_fails_while_arming_lets_no_power_through},
    {"a lockout while arming leaves no rest",                                   a_lockout_while_arming_leaves_no_rest                },
    {"remind mode announces, times and records without power",                  reminding_announces_times_and_records_without_power  },
    {"a reminder too waits for its record",                                     a_reminder_too_waits_for_its_record                  },
    {"session ids that are used up block as storage",                           ids_that_are_used_up_block_as_storage                },
    {"counters stop at their ends",                                             counters_stop_at_their_ends                          },
    {"the fan runs on after cooling",                                           the_fan_runs_on_after_cooling                        },
};

int main(void)
{
    return suite_run("engine_session", tests, sizeof tests / sizeof tests[0]);
}
