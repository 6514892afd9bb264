#include "engine_rig.h"

/* The self-test within a session: after a pause, after a trip. */

static void after_a_pause_the_switches_are_tested_again(void)
{
    struct rig r = rig_heating();
    rig_run(&r, MINUTE_MS);
    rig_tell(&r, COMMAND_PAUSE);
    CU_ASSERT_FALSE(r.b.out.heartbeat);
    rig_run(&r, MINUTE_MS);
    CU_ASSERT_EQUAL(r.pulses, 1);
    rig_tell(&r, COMMAND_RESUME);
    int64_t resumed_ms = r.b.in.now_ms;
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_ARMING);
    r.b.on_ms = PLAN_NEVER;
    rig_run(&r, TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.pulses, 2);
    CU_ASSERT_EQUAL(r.b.on_ms, resumed_ms + TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_RUNNING);
    CU_ASSERT_EQUAL(r.b.begun, 1);
}

static void after_a_trip_the_switches_are_tested_again(void)
{
    struct rig r = rig_heating();
    bench_bad(&r.b, READING_ERROR);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_TRIP, 2 * SECOND_MS));
    bench_pad(&r.b, 25000);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_TRIP_CLEARED, MINUTE_MS));
    int64_t cleared_ms = r.b.in.now_ms;
    r.b.on_ms = PLAN_NEVER;
    rig_run(&r, TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.pulses, 2);
    CU_ASSERT_EQUAL(r.b.on_ms, cleared_ms + TEST_TAKES_MS);
}

static void a_pause_ends_a_pulse_in_the_same_tick(void)
{
    struct rig r = rig_heating();
    rig_tell(&r, COMMAND_PAUSE);
    rig_tell(&r, COMMAND_RESUME);
    rig_run(&r, 4000);
    CU_ASSERT_EQUAL(r.b.out.test, TEST_DEAD_MAN);
    rig_tell(&r, COMMAND_PAUSE);
    CU_ASSERT_EQUAL(r.b.out.test, TEST_NONE);
    CU_ASSERT_EQUAL(r.b.out.drive.mode, DRIVE_OFF);
    rig_tell(&r, COMMAND_RESUME);
    r.b.on_ms = PLAN_NEVER;
    int64_t resumed_ms = r.b.in.now_ms;
    rig_run(&r, TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.b.on_ms, resumed_ms + TEST_TAKES_MS);
}

static void within_a_session_a_failed_test_is_repeated_while_it_lasts(void)
{
    struct rig r = rig_heating();
    int64_t ends_ms = r.b.e.status.session_ends_ms;
    rig_tell(&r, COMMAND_PAUSE);
    r.dead_man_shorted = true;
    rig_tell(&r, COMMAND_RESUME);
    r.b.on_ms = PLAN_NEVER;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_ARMING_FAILED, 10 * SECOND_MS));
    int64_t failed_ms = r.b.in.now_ms;
    CU_ASSERT_EQUAL(r.b.e.status.arming_fault, FAULT_DEAD_MAN);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_ARMING);
    CU_ASSERT_EQUAL(r.b.e.status.session_ends_ms, ends_ms);
    CU_ASSERT_EQUAL(r.b.ended, 0);
    int pulses = r.pulses;
    rig_run(&r, ENGINE_ARMING_RETRY_MS);
    CU_ASSERT_EQUAL(r.pulses, pulses);
    CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
    r.dead_man_shorted = false;
    rig_run(&r, TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.pulses, pulses + 1);
    CU_ASSERT_EQUAL(r.b.on_ms, failed_ms + ENGINE_ARMING_RETRY_MS + TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.b.e.status.arming_fault, FAULT_NONE);
}

static void a_session_whose_test_keeps_failing_ends_as_trip(void)
{
    struct rig r = rig_heating();
    rig_tell(&r, COMMAND_PAUSE);
    r.dead_man_shorted = true;
    rig_tell(&r, COMMAND_RESUME);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_ENDED, HOUR_MS));
    CU_ASSERT_EQUAL(r.b.said[EVENT_ARMING_FAILED], 3);
    CU_ASSERT_EQUAL(r.b.last[EVENT_SESSION_ENDED].end, END_TRIP);
    CU_ASSERT_EQUAL(r.b.last[EVENT_SESSION_ENDED].fault, FAULT_DEAD_MAN);
    CU_ASSERT_EQUAL(r.b.e.status.sessions_done, 0);
    CU_ASSERT_EQUAL(r.b.said[EVENT_BAND_NOT_REACHED], 0);
    r.dead_man_shorted = false;
    r.b.on_ms = PLAN_NEVER;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, 4 * HOUR_MS));
    CU_ASSERT_TRUE(bench_driven(&r.b));
}

/* On the spot a person wants it now. */
static void a_resume_repeats_a_failed_test_at_once(void)
{
    struct rig r = rig_heating();
    rig_tell(&r, COMMAND_PAUSE);
    r.dead_man_shorted = true;
    rig_tell(&r, COMMAND_RESUME);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_ARMING_FAILED, 10 * SECOND_MS));
    r.dead_man_shorted = false;
    rig_tell(&r, COMMAND_PAUSE);
    rig_tell(&r, COMMAND_RESUME);
    r.b.on_ms = PLAN_NEVER;
    int64_t resumed_ms = r.b.in.now_ms;
    rig_run(&r, TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.b.on_ms, resumed_ms + TEST_TAKES_MS);
}

static const struct suite_test tests[] = {
    {"after a pause the switches are tested again",               after_a_pause_the_switches_are_tested_again    },
    {"after a trip the switches are tested again",                after_a_trip_the_switches_are_tested_again     },
    {"a pause ends a pulse in the same tick",                     a_pause_ends_a_pulse_in_the_same_tick          },
    {"within a session a failed test is repeated while it lasts",
     within_a_session_a_failed_test_is_repeated_while_it_lasts                                                   },
    {"a session whose test keeps failing ends as trip",           a_session_whose_test_keeps_failing_ends_as_trip},
    {"a resume repeats a failed test at once",                    a_resume_repeats_a_failed_test_at_once         },
};

int main(void)
{
    return suite_run("engine_rearm", tests, sizeof tests / sizeof tests[0]);
}
