#include "engine_bench.h"

static void a_session_shows_its_times_target_and_drive(void)
{
    struct bench b = bench_heating();
    bench_run(&b, MINUTE_MS);
    const struct engine_status *s = &b.e.status;
    CU_ASSERT_EQUAL(s->session, b.record.id);
    CU_ASSERT_EQUAL(s->phase, PHASE_HEAT);
    CU_ASSERT_EQUAL(s->phase_ends_ms, HEAT_BEGAN + 10 * DAY_MS);
    CU_ASSERT_EQUAL(s->target_mc, 40000);
    CU_ASSERT_EQUAL(s->powered, DRIVE_HEAT);
    CU_ASSERT_EQUAL(s->duty_percent, 100);
    CU_ASSERT_EQUAL(s->session_started_ms, b.on_ms);
    CU_ASSERT_EQUAL(s->session_ends_ms, b.on_ms + 30 * MINUTE_MS);
    CU_ASSERT_EQUAL(s->block, BLOCK_NONE);
    CU_ASSERT_EQUAL(s->next_ms, PLAN_NEVER);
    CU_ASSERT_FALSE(s->in_band);
    bench_order(&b, COMMAND_END);
    CU_ASSERT_EQUAL(s->session, 0);
    CU_ASSERT_EQUAL(s->target_mc, INT32_MIN);
    CU_ASSERT_EQUAL(s->powered, DRIVE_OFF);
    CU_ASSERT_EQUAL(s->duty_percent, 0);
    CU_ASSERT_EQUAL(s->session_started_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(s->session_ends_ms, PLAN_NEVER);
}

static void the_controlling_sensor_and_the_hot_side_are_shown_or_unknown(void)
{
    struct bench b = bench_cooling();
    const struct engine_status *s = &b.e.status;
    bench_pad(&b, 12345);
    b.in.readings[HOT_SIDE].mc = 54321;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->pad_mc, 12345);
    CU_ASSERT_EQUAL(s->hot_side_mc, 54321);
    bench_bad(&b, READING_OPEN);
    b.in.readings[HOT_SIDE].status = READING_ERROR;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->pad_mc, INT32_MIN);
    CU_ASSERT_EQUAL(s->hot_side_mc, INT32_MIN);
}

/* In the order of their precedence, each lifted in turn. */
static void the_first_block_is_the_one_shown(void)
{
    struct bench b = bench_heating();
    const struct engine_status *s = &b.e.status;
    bench_run_to(&b, at(2026, 11, 23, 2, 0));
    bench_order(&b, COMMAND_PAUSE);
    b.e.memory.calendar.rest_until_ms = b.in.now_ms + HOUR_MS;
    b.e.memory.doses[3] = (struct engine_dose){.ended_ms = b.in.now_ms, .ucem = DOSE_MAX_UCEM};
    b.e.memory.stopped = true;
    b.in.clock_trusted = false;
    b.in.storage_failed = true;
    bench_bad(&b, READING_OPEN);
    bench_run(&b, 5 * SECOND_MS);
    b.in.lines_failed = true;
    b.e.supervisor.memory.lockout = FAULT_TOO_HOT;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_LOCKOUT);
    b.e.supervisor.memory.lockout = FAULT_NONE;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_LINES);
    b.in.lines_failed = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_STOPPED);
    b.e.memory.stopped = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_PAUSED);
    b.e.memory.paused = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_TRIP);
    bench_pad(&b, 25000);
    bench_run(&b, 15 * SECOND_MS);
    CU_ASSERT_EQUAL(s->block, BLOCK_STORAGE);
    b.in.storage_failed = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_CLOCK);
    b.in.clock_trusted = true;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_REST);
    b.e.memory.calendar.rest_until_ms = PLAN_NEVER;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_DOSE);
    b.e.memory.doses[3].ucem = 0;
    b.e.memory.calendar.skip = true;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_SKIP);
    b.e.memory.calendar.skip = false;
    bench_tick(&b);
    CU_ASSERT_EQUAL(s->block, BLOCK_QUIET_HOURS);
}

/* Power that the relay's minimum off time takes back would begin the session, and its rest, without cold. */
static void a_relay_that_may_not_close_yet_holds_the_session_back(void)
{
    struct bench b = bench_new();
    bench_reborn(&b);
    bench_tick(&b);
    int64_t first_ms = b.in.now_ms;
    bench_order(&b, COMMAND_START);
    bench_run_to(&b, first_ms + 30 * SECOND_MS - 1);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_DEAD_TIME);
    CU_ASSERT_EQUAL(b.begun, 0);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.begun, 1);
}

static void nothing_wrong_is_not_due(void)
{
    struct bench b = bench_rested();
    bench_order(&b, COMMAND_SKIP);
    bench_run_to(&b, b.on_ms + 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NOT_DUE);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_RESTING);
}

/* Only the supervisor knows of this rest; it wins. */
static void a_rest_that_only_the_supervisor_knows_of_holds(void)
{
    struct bench b = bench_new();
    b.e.supervisor.memory.last_off_ms = INJURED_MS - HOUR_MS;
    bench_order(&b, COMMAND_START);
    bench_run_to(&b, INJURED_MS + HOUR_MS - 1);
    CU_ASSERT_EQUAL(b.begun, 0);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_REST);
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.begun, 1);
}

static void a_trip_without_a_plan_shows(void)
{
    struct bench b = bench_new();
    bench_bad(&b, READING_OPEN);
    bench_run(&b, 5 * SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_TRIPPED);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_NO_PLAN);
    CU_ASSERT_FALSE(b.out.heartbeat);
}

static void a_skip_shows_the_session_after_or_none(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS - 10 * DAY_MS + 5 * HOUR_MS);
    bench_order(&b, COMMAND_END);
    CU_ASSERT_EQUAL(b.e.status.next_ms, b.on_ms + 3 * HOUR_MS);
    bench_order(&b, COMMAND_SKIP);
    CU_ASSERT_EQUAL(b.e.status.next_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.e.status.next_by_ms, PLAN_NEVER);
}

static const struct suite_test tests[] = {
    {"a session shows its times, target and drive",                   a_session_shows_its_times_target_and_drive           },
    {"the controlling sensor and the hot side are shown, or unknown",
     the_controlling_sensor_and_the_hot_side_are_shown_or_unknown                                                          },
    {"of several blocks the first in their list is shown",            the_first_block_is_the_one_shown                     },
    {"a relay that may not close yet holds the session back",         a_relay_that_may_not_close_yet_holds_the_session_back},
    {"with nothing wrong the block is not_due",                       nothing_wrong_is_not_due                             },
    {"a rest that only the supervisor knows of holds",                a_rest_that_only_the_supervisor_knows_of_holds       },
    {"a trip without a plan shows",                                   a_trip_without_a_plan_shows                          },
    {"a skip shows the session after, or none",                       a_skip_shows_the_session_after_or_none               },
};

int main(void)
{
    return suite_run("engine_status", tests, sizeof tests / sizeof tests[0]);
}
