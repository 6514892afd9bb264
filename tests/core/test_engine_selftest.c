#include "engine_rig.h"

static void sound_switches_let_power_through(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    int64_t recorded_ms = r.b.in.now_ms + 200;
    rig_run(&r, 200 + TEST_TAKES_MS - 200);
    CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_ARMING);
    CU_ASSERT_EQUAL(r.first_edge_ms, recorded_ms);
    CU_ASSERT_EQUAL(r.heartbeats, 7);
    CU_ASSERT_EQUAL(r.edge_ms, recorded_ms + 1200);
    CU_ASSERT_EQUAL(r.pulses, 1);
    CU_ASSERT_EQUAL(r.pulse_ms, recorded_ms + 4000);
    CU_ASSERT_TRUE(r.pulse_ms - r.last_edge_ms >= ENGINE_DEAD_MAN_DROPS_MS);
    rig_after(&r, 200);
    CU_ASSERT_EQUAL(r.b.on_ms, recorded_ms + TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.b.out.drive.mode, DRIVE_HEAT);
    CU_ASSERT_TRUE(r.b.out.heartbeat);
    CU_ASSERT_EQUAL(r.b.e.status.session_started_ms, r.b.in.now_ms);
    rig_run(&r, MINUTE_MS);
    CU_ASSERT_EQUAL(r.pulses, 1);
    CU_ASSERT_EQUAL(r.b.said[EVENT_TRIP] + r.b.said[EVENT_LOCKOUT], 0);
}

static void the_pulse_is_of_the_sessions_output(void)
{
    struct rig r = rig_started(INJURED_MS);
    rig_run(&r, 200 + 4000);
    CU_ASSERT_EQUAL(r.b.out.test, TEST_DEAD_MAN);
    CU_ASSERT_EQUAL(r.b.out.drive.mode, DRIVE_COOL);
    rig_run(&r, SECOND_MS);
    CU_ASSERT_EQUAL(r.b.out.drive.mode, DRIVE_COOL);
    CU_ASSERT_TRUE(bench_driven(&r.b));
}

static void a_shorted_channel_locks(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.channel_shorted = true;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_LOCKOUT, 2 * SECOND_MS));
    CU_ASSERT_EQUAL(r.b.last[EVENT_LOCKOUT].fault, FAULT_HEAT_WHEN_OFF);
    CU_ASSERT_FALSE(r.b.out.heartbeat);
    CU_ASSERT_EQUAL(r.b.record.end, END_NOT_POWERED);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_LOCKED);
    rig_run(&r, HOUR_MS);
    CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(r.pulses, 0);
}

static void a_shorted_channel_locks_without_a_dead_man_too(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.b.config.heartbeat = false;
    r.dead_man_shorted = true; /* a bridge in its place */
    r.channel_shorted = true;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_LOCKOUT, 2 * SECOND_MS));
    CU_ASSERT_EQUAL(r.b.last[EVENT_LOCKOUT].fault, FAULT_HEAT_WHEN_OFF);
    CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
}

/* A line that reads on excuses the voltage; when the dead man has let go for want of edges there is none to see. */
static void a_channel_is_not_passed_on_a_dead_man_that_let_go(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.channel_shorted = true;
    for (int64_t end_ms = r.b.in.now_ms + ENGINE_ARMING_MS - SECOND_MS; r.b.in.now_ms < end_ms;) {
        r.b.out.drive = (struct drive){DRIVE_HEAT, 50}; /* the bench reads it back */
        rig_after(&r, ENGINE_TICK_ACTIVE_MS);
        CU_ASSERT_EQUAL(r.b.e.status.state, STATE_ARMING);
    }
    CU_ASSERT_EQUAL(r.pulses, 0);
}

static void a_dead_man_that_conducts_fails_every_ten_minutes_and_is_skipped(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.dead_man_shorted = true;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_ARMING_FAILED, ENGINE_ARMING_MS));
    CU_ASSERT_EQUAL(r.b.last[EVENT_ARMING_FAILED].fault, FAULT_DEAD_MAN);
    CU_ASSERT_EQUAL(r.b.in.now_ms, r.pulse_ms + 200);
    CU_ASSERT_EQUAL(r.b.record.end, END_NOT_POWERED);
    CU_ASSERT_EQUAL(r.b.e.status.block, BLOCK_ARMING_FAILED);
    CU_ASSERT_EQUAL(r.b.e.status.arming_fault, FAULT_DEAD_MAN);
    CU_ASSERT_EQUAL(r.b.e.memory.calendar.rest_until_ms, PLAN_NEVER);
    int64_t failed_ms = r.b.in.now_ms;
    rig_run(&r, ENGINE_ARMING_RETRY_MS - 1);
    CU_ASSERT_EQUAL(r.b.begun, 1);
    rig_after(&r, 1);
    CU_ASSERT_EQUAL(r.b.begun, 2);
    CU_ASSERT_EQUAL(r.b.in.now_ms, failed_ms + ENGINE_ARMING_RETRY_MS);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_SKIPPED, 2 * HOUR_MS));
    CU_ASSERT_EQUAL(r.b.last[EVENT_SESSION_SKIPPED].fault, FAULT_DEAD_MAN);
    CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(r.pulses, r.b.said[EVENT_ARMING_FAILED]);
}

static void a_pulse_that_was_not_made_tests_nothing(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.guard_makes_no_pulse = true;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_ARMING_FAILED, ENGINE_ARMING_MS));
    CU_ASSERT_EQUAL(r.b.last[EVENT_ARMING_FAILED].fault, FAULT_READBACK);
    CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
}

static void without_a_heartbeat_line_only_the_channel_is_tested(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.b.config.heartbeat = false;
    int64_t recorded_ms = r.b.in.now_ms + 200;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, ENGINE_ARMING_MS));
    CU_ASSERT_EQUAL(r.b.in.now_ms, recorded_ms + 1600);
    CU_ASSERT_EQUAL(r.pulses, 0);
}

static void without_a_sense_line_no_switch_is_tested(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.b.config.limits.sense = false;
    int64_t recorded_ms = r.b.in.now_ms + 200;
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, ENGINE_ARMING_MS));
    CU_ASSERT_EQUAL(r.b.in.now_ms, recorded_ms + 200);
    CU_ASSERT_EQUAL(r.first_edge_ms, r.b.in.now_ms);
    CU_ASSERT_EQUAL(r.pulses, 0);
}

static void reminding_tests_no_switch(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    rig_tell(&r, COMMAND_FINISH);
    r.b.config.plan.phases[1].remind = true;
    r.heartbeats = 0;
    r.b.in.command = (struct engine_command){.name = COMMAND_START, .has_value = true, .value = HEAT_BEGAN};
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, 5 * SECOND_MS));
    rig_run(&r, MINUTE_MS);
    rig_tell(&r, COMMAND_PAUSE);
    rig_run(&r, MINUTE_MS);
    rig_tell(&r, COMMAND_RESUME);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_RUNNING);
    rig_run(&r, HOUR_MS);
    CU_ASSERT_EQUAL(r.heartbeats + r.pulses, 0);
}

static void nothing_is_tested_before_the_record_is_durable(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    r.b.store_works = false;
    r.b.in.stored_session = 0;
    rig_run(&r, ENGINE_ARMING_MS - SECOND_MS);
    CU_ASSERT_EQUAL(r.heartbeats + r.pulses, 0);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_ARMING_FAILED, 2 * SECOND_MS));
    CU_ASSERT_EQUAL(r.b.last[EVENT_ARMING_FAILED].fault, FAULT_NONE);
}

static void unwire(struct bench *b)
{
    b->config.wired = false;
}

static void lose_the_record(struct bench *b)
{
    b->store_works = false;
    b->in.stored_session = 0;
}

static void fail_the_storage(struct bench *b)
{
    b->in.storage_failed = true;
}

static void fail_the_lines(struct bench *b)
{
    b->in.lines_failed = true;
}

static void fail_the_sensor(struct bench *b)
{
    bench_bad(b, READING_ERROR);
}

/* In every tick of the test: what is ordered ends in the same tick, and no power comes of what was tested before. */
static void whatever_fails_on_the_way_ends_the_test_at_once(void)
{
    static void (*const fail[])(struct bench *) = {unwire, lose_the_record, fail_the_storage, fail_the_lines,
                                                   fail_the_sensor};
    for (size_t i = 0; i < sizeof fail / sizeof fail[0]; i++) {
        for (int64_t after_ms = 200; after_ms < 200 + TEST_TAKES_MS; after_ms += 200) {
            struct rig r = rig_started(HEAT_BEGAN);
            rig_run(&r, after_ms);
            fail[i](&r.b);
            rig_after(&r, 200);
            CU_ASSERT_FALSE(r.b.out.heartbeat);
            CU_ASSERT_EQUAL(r.b.out.drive.mode, DRIVE_OFF);
            CU_ASSERT_TRUE(rig_until(&r, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
            CU_ASSERT_EQUAL(r.b.on_ms, PLAN_NEVER);
        }
    }
}

static void what_passes_by_lets_the_test_begin_anew(void)
{
    for (int64_t after_ms = 200; after_ms < 200 + TEST_TAKES_MS; after_ms += 200) {
        struct rig r = rig_started(HEAT_BEGAN);
        rig_run(&r, after_ms);
        r.b.in.storage_failed = true;
        rig_after(&r, 200);
        r.b.in.storage_failed = false;
        int64_t again_ms = r.b.in.now_ms + 200;
        CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, ENGINE_ARMING_MS));
        CU_ASSERT_EQUAL(r.b.in.now_ms, again_ms + TEST_TAKES_MS);
    }
}

/* A guard past its deadline moves the heartbeat and ends a pulse. */
static void a_late_tick_lets_the_test_begin_anew(void)
{
    for (int64_t after_ms = 200; after_ms < 200 + TEST_TAKES_MS - 200; after_ms += 200) {
        for (int64_t gap_ms = 599; gap_ms <= 600; gap_ms++) {
            struct rig r = rig_started(HEAT_BEGAN);
            rig_run(&r, after_ms);
            rig_after(&r, gap_ms);
            int64_t again_ms = r.b.in.now_ms + 200;
            CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, ENGINE_ARMING_MS));
            CU_ASSERT_EQUAL(r.b.in.now_ms == again_ms + TEST_TAKES_MS, gap_ms == 600);
        }
    }
}

static void early_ticks_shorten_no_part_of_the_test(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    int64_t recorded_ms = r.b.in.now_ms + 20;
    while (r.b.on_ms == PLAN_NEVER && r.b.in.now_ms < recorded_ms + ENGINE_ARMING_MS) {
        rig_after(&r, 20);
    }
    CU_ASSERT_EQUAL(r.pulses, 1);
    CU_ASSERT_TRUE(r.pulse_ms - r.last_edge_ms >= ENGINE_DEAD_MAN_DROPS_MS);
    CU_ASSERT_TRUE(r.pulse_ms - r.first_edge_ms >=
                   ENGINE_DEAD_MAN_PULLS_MS + ENGINE_TEST_LOOK_MS + ENGINE_DEAD_MAN_DROPS_MS - 20);
    CU_ASSERT_TRUE(r.b.on_ms - r.pulse_ms >= ENGINE_TEST_LOOK_MS);
    CU_ASSERT_TRUE(r.b.on_ms - recorded_ms < TEST_TAKES_MS);
    CU_ASSERT_EQUAL(r.cut_short, 0);
}

/* Fewer edges a second: the relay takes longer to pull in, and a shorted channel shows no earlier. */
static void slow_ticks_hide_no_shorted_channel(void)
{
    for (int64_t tick_ms = 100; tick_ms < 600; tick_ms += 50) {
        struct rig r = rig_started(HEAT_BEGAN);
        r.channel_shorted = true;
        for (int i = 0; i < 50 && r.b.said[EVENT_LOCKOUT] == 0; i++) {
            rig_after(&r, tick_ms);
        }
        CU_ASSERT_EQUAL(r.b.said[EVENT_LOCKOUT], 1);
        CU_ASSERT_EQUAL(r.pulses, 0);
    }
}

static const struct suite_test tests[] = {
    {"sound switches let power through 4.6 s after the record",                       sound_switches_let_power_through                   },
    {"the pulse is of the session's output",                                          the_pulse_is_of_the_sessions_output                },
    {"a channel is not passed on a dead man that let go",                             a_channel_is_not_passed_on_a_dead_man_that_let_go  },
    {"a shorted channel locks before any power",                                      a_shorted_channel_locks                            },
    {"a shorted channel locks without a dead man too",                                a_shorted_channel_locks_without_a_dead_man_too     },
    {"a dead man that conducts fails every ten minutes, then the session is skipped",
     a_dead_man_that_conducts_fails_every_ten_minutes_and_is_skipped                                                                     },
    {"a pulse that was not made tests nothing",                                       a_pulse_that_was_not_made_tests_nothing            },
    {"without a heartbeat line only the channel is tested",                           without_a_heartbeat_line_only_the_channel_is_tested},
    {"without a sense line no switch is tested",                                      without_a_sense_line_no_switch_is_tested           },
    {"reminding tests no switch",                                                     reminding_tests_no_switch                          },
    {"nothing is tested before the record is durable",                                nothing_is_tested_before_the_record_is_durable     },
    {"whatever fails on the way ends the test in the same tick",                      whatever_fails_on_the_way_ends_the_test_at_once    },
    {"what passes by lets the test begin anew",                                       what_passes_by_lets_the_test_begin_anew            },
    {"a late tick lets the test begin anew",                                          a_late_tick_lets_the_test_begin_anew               },
    {"early ticks shorten no part of the test",                                       early_ticks_shorten_no_part_of_the_test            },
    {"slow ticks hide no shorted channel",                                            slow_ticks_hide_no_shorted_channel                 },
};

int main(void)
{
    return suite_run("engine_selftest", tests, sizeof tests / sizeof tests[0]);
}
