/* An engine on the bench: one pad with a sensor for heat and cold, a hot side, a store that answers a tick later, and a
 * clock set by hand. What it says is counted. */
#ifndef SOOTHE_TESTS_ENGINE_BENCH_H
#define SOOTHE_TESTS_ENGINE_BENCH_H

#include "plan_sample.h"
#include "soothe/dose.h"
#include "soothe/engine.h"

#include <string.h>

#define SECOND_MS  INT64_C(1000)
#define HEAT_BEGAN (INJURED_MS - 80 * HOUR_MS) /* an injury whose ice is over at the bench's start, 08:00 UTC */

enum { PAD, HOT_SIDE, BENCH_SENSORS };

struct bench {
    struct engine_config config;
    struct engine e;
    struct engine_input in;
    struct engine_output out;
    bool store_works;
    int said[EVENT_COUNT];
    struct engine_event last[EVENT_COUNT]; /* the newest of each type */
    int64_t last_ms[EVENT_COUNT];
    struct session_record record; /* the newest one given to the store */
    int begun;                    /* first records */
    int ended;                    /* final ones */
    int64_t on_ms;                /* first drive since `on_ms` was last set to PLAN_NEVER */
    bool stored_changes;
};

static inline struct engine_config bench_config(void)
{
    return (struct engine_config){
        .plan = sample_plan(),
        .limits = {.sensor_count = BENCH_SENSORS,
                   .sensors = {{.role = SENSOR_PAD, .of_heat = true, .of_cool = true}, {.role = SENSOR_HOT_SIDE}},
                   .too_hot_trip_mc = SUPERVISOR_TOO_HOT_TRIP_MC,
                   .too_hot_lockout_mc = SUPERVISOR_TOO_HOT_LOCKOUT_MC,
                   .too_cold_trip_mc = SUPERVISOR_TOO_COLD_TRIP_MC,
                   .too_cold_lockout_mc = SUPERVISOR_TOO_COLD_LOCKOUT_MC,
                   .hot_side_trip_mc = SUPERVISOR_HOT_SIDE_TRIP_MC,
                   .hot_side_lockout_mc = SUPERVISOR_HOT_SIDE_LOCKOUT_MC,
                   .session_max_ms = 45 * MINUTE_MS},
        .thermostat = {[DRIVE_HEAT] = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT,                                                               500),
                   [DRIVE_COOL] = thermostat_default(THERMOSTAT_TWO_POINT, DRIVE_COOL, 1500)},
        .session_dose_max_ucem = 2 * DOSE_UCEM_PER_CEM,
        .day_dose_max_ucem = 9 * DOSE_UCEM_PER_CEM,
        .wired = true,
    };
}

static inline bool bench_driven(const struct bench *b)
{
    return b->out.drive.mode != DRIVE_OFF && b->out.test == TEST_NONE;
}

static inline void bench_collect(struct bench *b)
{
    CU_ASSERT_FATAL(b->out.event_count <= ENGINE_EVENTS_MAX);
    for (size_t i = 0; i < b->out.event_count; i++) {
        const struct engine_event *event = &b->out.events[i];
        b->said[event->type]++;
        b->last[event->type] = *event;
        b->last_ms[event->type] = b->in.now_ms;
    }
    if (b->out.record_session) {
        b->record = b->out.record;
        b->begun += b->record.ended_ms == PLAN_NEVER;
        b->ended += b->record.ended_ms != PLAN_NEVER;
    }
    if (bench_driven(b) && b->on_ms == PLAN_NEVER) {
        b->on_ms = b->in.now_ms;
    }
    b->stored_changes = b->stored_changes || b->out.memory_changed;
}

/* Step at in.now_ms with the input as it stands; what the engine recorded is durable at the next step. */
static inline void bench_step(struct bench *b)
{
    b->in.heat_on = b->out.drive.mode == DRIVE_HEAT && b->out.drive.duty_percent > 0;
    b->in.cool_on = b->out.drive.mode == DRIVE_COOL && b->out.drive.duty_percent > 0;
    /* This pad has whatever temperature a test says: no trend is seen in it. */
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        b->e.supervisor.sensors[i].samples = 0;
    }
    engine_step(&b->e, &b->config, &b->in, &b->out);
    b->in.command = (struct engine_command){.name = COMMAND_NONE};
    bench_collect(b);
    if (b->store_works && b->e.session.record.id != 0) {
        b->in.stored_session = b->e.session.record.id;
    }
}

static inline void bench_after(struct bench *b, int64_t ms)
{
    b->in.now_ms += ms;
    for (size_t i = 0; i < BENCH_SENSORS; i++) {
        b->in.readings[i].at_ms = b->in.now_ms;
    }
    bench_step(b);
}

static inline void bench_tick(struct bench *b)
{
    bench_after(b, b->out.next_tick_ms);
}

static inline void bench_run_to(struct bench *b, int64_t at_ms)
{
    while (b->in.now_ms < at_ms) {
        int64_t left_ms = at_ms - b->in.now_ms;
        bench_after(b, left_ms < b->out.next_tick_ms ? left_ms : b->out.next_tick_ms);
    }
}

static inline void bench_run(struct bench *b, int64_t ms)
{
    bench_run_to(b, b->in.now_ms + ms);
}

/* Tick until it is said once more; false when it was not within `ms`. */
static inline bool bench_until(struct bench *b, enum event_type type, int64_t ms)
{
    int before = b->said[type];
    for (int64_t end_ms = b->in.now_ms + ms; b->said[type] == before && b->in.now_ms < end_ms;) {
        bench_tick(b);
    }
    return b->said[type] > before;
}

static inline enum refusal bench_tell(struct bench *b, enum command_name name, enum command_origin origin)
{
    b->in.command = (struct engine_command){.name = name, .origin = origin};
    bench_tick(b);
    return b->out.refusal;
}

static inline enum refusal bench_order(struct bench *b, enum command_name name)
{
    return bench_tell(b, name, ORIGIN_LOCAL);
}

static inline enum refusal bench_value(struct bench *b, enum command_name name, int64_t value)
{
    b->in.command = (struct engine_command){.name = name, .has_value = true, .value = value};
    bench_tick(b);
    return b->out.refusal;
}

static inline void bench_pad(struct bench *b, int32_t mc)
{
    b->in.readings[PAD] = (struct reading){.status = READING_OK, .mc = mc, .at_ms = b->in.readings[PAD].at_ms};
}

static inline void bench_bad(struct bench *b, enum reading_status status)
{
    b->in.readings[PAD].status = status;
}

/* A daemon that begins again with what was stored. */
static inline void bench_reborn(struct bench *b)
{
    struct engine_memory memory = b->e.memory;
    engine_init(&b->e, &memory, false);
    b->out = (struct engine_output){.next_tick_ms = ENGINE_TICK_REST_MS};
}

static inline struct bench bench_new(void)
{
    struct bench b = {.config = bench_config(), .store_works = true, .on_ms = PLAN_NEVER};
    struct engine_memory memory;
    engine_memory_init(&memory);
    engine_init(&b.e, &memory, false);
    /* A minute ago, so that a relay's minimum off time since the beginning is over. */
    b.in = (struct engine_input){.now_ms = INJURED_MS - MINUTE_MS, .local = local_in(&zone_utc), .clock_trusted = true};
    for (size_t i = 0; i < BENCH_SENSORS; i++) {
        b.in.readings[i] = (struct reading){.status = READING_OK, .mc = 25000, .at_ms = INJURED_MS - MINUTE_MS};
    }
    bench_step(&b);
    bench_after(&b, MINUTE_MS);
    return b;
}

/* The first session of the plan has power, since in.now_ms; on_ms says so too. */
static inline void bench_begin(struct bench *b, int64_t injured_ms)
{
    CU_ASSERT_EQUAL(bench_value(b, COMMAND_START, injured_ms), REFUSED_NOT);
    CU_ASSERT_TRUE(bench_until(b, EVENT_SESSION_STARTED, 10 * SECOND_MS));
    CU_ASSERT_EQUAL(b->on_ms, b->in.now_ms);
    CU_ASSERT_EQUAL(b->e.status.state, STATE_RUNNING);
}

static inline struct bench bench_cooling(void)
{
    struct bench b = bench_new();
    bench_begin(&b, INJURED_MS);
    return b;
}

static inline struct bench bench_heating(void)
{
    struct bench b = bench_new();
    bench_begin(&b, HEAT_BEGAN);
    return b;
}

/* ... and is over, by its time in the band. */
static inline struct bench bench_rested(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_ENDED, 31 * MINUTE_MS));
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    return b;
}

/* Tick until the next power-on, which has to be at `at_ms`. */
static inline void check_next_power(struct bench *b, int64_t at_ms)
{
    b->on_ms = PLAN_NEVER;
    bench_run_to(b, at_ms - SECOND_MS);
    CU_ASSERT_EQUAL(b->on_ms, PLAN_NEVER);
    CU_ASSERT_TRUE(bench_until(b, EVENT_SESSION_STARTED, 15 * SECOND_MS));
    CU_ASSERT_TRUE(b->on_ms >= at_ms);
    CU_ASSERT_TRUE(b->on_ms <= at_ms + 2 * SECOND_MS);
}

#endif
