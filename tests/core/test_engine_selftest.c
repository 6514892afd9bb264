#include "engine_bench.h"

/* The pad of sheets 1 and 3: a channel and, in series with it, the relay of the dead man, as hardware/deadman.cir has
 * it at its slowest; `sense` sees voltage behind both. What is known since the last tick goes into the engine's input.
 */
struct rig {
    struct bench b;
    bool channel_shorted;
    bool dead_man_shorted;
    bool guard_makes_no_pulse;
    bool pulse_spent; /* one for as long as orders say so */
    int edges;        /* in a row, none further apart than the relay holds */
    int64_t edge_ms;
    int64_t last_edge_ms; /* the newest edge before the newest pulse */
    int pulses;           /* ticks that began one */
    int64_t pulse_ms;
    int cut_short; /* pulses whose order ended before they did */
    int heartbeats;
    int64_t first_edge_ms;
};

#define HOLDS_MS      1500
#define PULLS_EDGES   4
#define PULSE_MS      100
#define TEST_TAKES_MS 4600 /* from the record to power */

static void follow_order(struct rig *r)
{
    const struct engine_output *out = &r->b.out;
    int64_t now_ms = r->b.in.now_ms;
    if (out->heartbeat) {
        r->edges = r->edge_ms > now_ms - HOLDS_MS ? r->edges + 1 : 1;
        r->first_edge_ms = r->heartbeats == 0 ? now_ms : r->first_edge_ms;
        r->edge_ms = now_ms;
        r->heartbeats++;
    }
    bool ordered = out->test == TEST_DEAD_MAN;
    bool pulse = ordered && !r->pulse_spent && !r->guard_makes_no_pulse;
    if (ordered && !r->pulse_spent) {
        r->pulses++;
        r->pulse_ms = now_ms;
        r->last_edge_ms = r->edge_ms;
    }
    r->cut_short += r->pulse_spent && !ordered && r->pulse_ms > now_ms - PULSE_MS;
    r->pulse_spent = ordered;
    bool on = bench_driven(&r->b) && out->drive.duty_percent > 0;
    bool relay = r->dead_man_shorted || (r->edges >= PULLS_EDGES && r->edge_ms > now_ms - HOLDS_MS);
    r->b.in.sense_live = relay && (on || pulse || r->channel_shorted);
    r->b.in.pulse_made = pulse;
}

static void check_order(const struct bench *b)
{
    bool test = b->out.test != TEST_NONE;
    CU_ASSERT_FALSE(test && b->out.heartbeat);
    CU_ASSERT_FALSE(test && b->out.drive.duty_percent != 0);
    CU_ASSERT_FALSE(test && (b->out.test != TEST_DEAD_MAN || b->out.drive.mode == DRIVE_OFF));
    CU_ASSERT_FALSE(test && b->in.stored_session != b->e.session.record.id);
    CU_ASSERT_FALSE(test && b->e.status.powered != DRIVE_OFF);
    CU_ASSERT_FALSE(test && b->out.fan);
}

static void rig_after(struct rig *r, int64_t ms)
{
    bench_after(&r->b, ms);
    check_order(&r->b);
    follow_order(r);
}

static void rig_run(struct rig *r, int64_t ms)
{
    for (int64_t end_ms = r->b.in.now_ms + ms; r->b.in.now_ms < end_ms;) {
        int64_t left_ms = end_ms - r->b.in.now_ms;
        rig_after(r, left_ms < r->b.out.next_tick_ms ? left_ms : r->b.out.next_tick_ms);
    }
}

static bool rig_until(struct rig *r, enum event_type type, int64_t ms)
{
    int before = r->b.said[type];
    for (int64_t end_ms = r->b.in.now_ms + ms; r->b.said[type] == before && r->b.in.now_ms < end_ms;) {
        rig_after(r, r->b.out.next_tick_ms);
    }
    return r->b.said[type] > before;
}

static enum refusal rig_tell(struct rig *r, enum command_name name)
{
    r->b.in.command = (struct engine_command){.name = name, .origin = ORIGIN_LOCAL};
    rig_after(r, r->b.out.next_tick_ms);
    return r->b.out.refusal;
}

/* Just told to start; its record is durable at the next tick, now + 200 ms. */
static struct rig rig_started(int64_t injured_ms)
{
    struct rig r = {.b = bench_new(), .edge_ms = PLAN_NEVER, .pulse_ms = PLAN_NEVER};
    r.b.config.limits.sense = true;
    r.b.config.heartbeat = true;
    r.b.in.command = (struct engine_command){.name = COMMAND_START, .has_value = true, .value = injured_ms};
    rig_after(&r, SECOND_MS);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_ARMING);
    return r;
}

static struct rig rig_heating(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, ENGINE_ARMING_MS));
    return r;
}

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
    {"sound switches let power through 4.6 s after the record",                       sound_switches_let_power_through                   },
    {"the pulse is of the session's output",                                          the_pulse_is_of_the_sessions_output                },
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
    {"after a pause the switches are tested again",                                   after_a_pause_the_switches_are_tested_again        },
    {"after a trip the switches are tested again",                                    after_a_trip_the_switches_are_tested_again         },
    {"a pause ends a pulse in the same tick",                                         a_pause_ends_a_pulse_in_the_same_tick              },
    {"within a session a failed test is repeated while it lasts",
     within_a_session_a_failed_test_is_repeated_while_it_lasts                                                                           },
    {"a session whose test keeps failing ends as trip",                               a_session_whose_test_keeps_failing_ends_as_trip    },
    {"a resume repeats a failed test at once",                                        a_resume_repeats_a_failed_test_at_once             },
};

int main(void)
{
    return suite_run("engine_selftest", tests, sizeof tests / sizeof tests[0]);
}
