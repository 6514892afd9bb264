/* A supervisor on the bench: a pad with two sensors, one on its Peltier's hot side and one in the room, stepped by
 * hand. */
#ifndef SOOTHE_TESTS_SUPERVISOR_BENCH_H
#define SOOTHE_TESTS_SUPERVISOR_BENCH_H

#include "soothe/supervisor.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define NEVER    INT64_MIN
#define TICK_MS  200
#define MINUTE   (INT64_C(60) * 1000)
#define HOUR     (60 * MINUTE)
#define START_MS INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */

enum { HEAT_PAD, COOL_PAD, HOT_SIDE, ROOM, BENCH_SENSORS };

struct bench {
    struct supervisor_config config;
    struct supervisor_state state;
    struct supervisor_input in;
    struct supervisor_output out;
};

static inline struct supervisor_config bench_config(void)
{
    return (struct supervisor_config){
        .sensor_count = BENCH_SENSORS,
        .sensors = {{.role = SENSOR_PAD, .of_heat = true},
                    {.role = SENSOR_PAD, .of_cool = true},
                    {.role = SENSOR_HOT_SIDE},
                    {.role = SENSOR_ROOM}},
        .too_hot_trip_mc = SUPERVISOR_TOO_HOT_TRIP_MC,
        .too_hot_lockout_mc = SUPERVISOR_TOO_HOT_LOCKOUT_MC,
        .too_cold_trip_mc = SUPERVISOR_TOO_COLD_TRIP_MC,
        .too_cold_lockout_mc = SUPERVISOR_TOO_COLD_LOCKOUT_MC,
        .hot_side_trip_mc = SUPERVISOR_HOT_SIDE_TRIP_MC,
        .hot_side_lockout_mc = SUPERVISOR_HOT_SIDE_LOCKOUT_MC,
        .session_max_ms = 30 * MINUTE,
    };
}

/* Step at input.now_ms with the input as it stands. */
static inline const struct supervisor_output *bench_step(struct bench *b)
{
    supervisor_step(&b->config, &b->state, &b->in, &b->out);
    b->in.acknowledge = false;
    b->in.store_lost = false;
    return &b->out;
}

static inline void bench_stamp(struct bench *b)
{
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        b->in.readings[i].at_ms = b->in.now_ms;
    }
}

/* Step after `ms`, every sensor freshly sampled. */
static inline const struct supervisor_output *bench_tick_after(struct bench *b, int64_t ms)
{
    b->in.now_ms += ms;
    bench_stamp(b);
    return bench_step(b);
}

static inline const struct supervisor_output *bench_tick(struct bench *b)
{
    return bench_tick_after(b, TICK_MS);
}

/* Ticks until `ms` have passed; all of them. */
static inline const struct supervisor_output *bench_run(struct bench *b, int64_t ms)
{
    for (int64_t end_ms = b->in.now_ms + ms; b->in.now_ms < end_ms;) {
        bench_tick(b);
    }
    return &b->out;
}

static inline void bench_restart(struct bench *b, const struct supervisor_memory *memory)
{
    struct supervisor_memory kept = *memory;
    supervisor_init(&b->state, &kept);
}

/* At rest, every sensor at 25 degrees, the first step done. */
static inline struct bench bench_new(void)
{
    struct bench b = {.config = bench_config()};
    b.in.now_ms = START_MS;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        b.in.readings[i] = (struct reading){.status = READING_OK, .mc = 25000};
    }
    bench_restart(&b, &SUPERVISOR_MEMORY_NONE);
    bench_tick(&b);
    return b;
}

static inline void bench_want(struct bench *b, int64_t session, enum drive_mode wanted)
{
    b->in.session = session;
    b->in.session_rest_ms = 3 * HOUR;
    b->in.wanted = wanted;
}

/* Session 1 is energised. */
static inline struct bench bench_powered(enum drive_mode mode)
{
    struct bench b = bench_new();
    bench_want(&b, 1, mode);
    CU_ASSERT_TRUE(bench_tick(&b)->may_energise);
    return b;
}

/* From the next sample on, as if nothing was known of the time before: a change that large is a jump otherwise. */
static inline void bench_sense(struct bench *b, size_t sensor, enum reading_status status, int32_t mc)
{
    b->state.sensors[sensor].samples = 0;
    b->in.readings[sensor].status = status;
    b->in.readings[sensor].mc = mc;
}

/* Off, for a reason that is not named yet. */
static inline void check_doubt(const struct supervisor_output *out, enum fault fault, int sensor)
{
    CU_ASSERT_FALSE(out->may_energise);
    CU_ASSERT_EQUAL(out->doubt, fault);
    CU_ASSERT_EQUAL(out->trip, FAULT_NONE);
    CU_ASSERT_EQUAL(out->lockout, FAULT_NONE);
    CU_ASSERT_EQUAL(out->sensor, sensor);
    CU_ASSERT_FALSE(out->tripped || out->locked);
}

static inline void check_tripped(const struct supervisor_output *out, enum fault fault, int sensor)
{
    CU_ASSERT_FALSE(out->may_energise);
    CU_ASSERT_EQUAL(out->block, BLOCK_TRIP);
    CU_ASSERT_EQUAL(out->doubt, FAULT_NONE);
    CU_ASSERT_EQUAL(out->trip, fault);
    CU_ASSERT_EQUAL(out->lockout, FAULT_NONE);
    CU_ASSERT_EQUAL(out->sensor, sensor);
    CU_ASSERT_TRUE(out->tripped);
    CU_ASSERT_FALSE(out->locked);
}

static inline void check_locked(const struct supervisor_output *out, enum fault fault, int sensor)
{
    CU_ASSERT_FALSE(out->may_energise);
    CU_ASSERT_EQUAL(out->block, BLOCK_LOCKOUT);
    CU_ASSERT_EQUAL(out->lockout, fault);
    CU_ASSERT_EQUAL(out->sensor, sensor);
    CU_ASSERT_TRUE(out->locked);
    CU_ASSERT_FALSE(out->unlocked);
}

static inline void check_no_edge(const struct supervisor_output *out)
{
    CU_ASSERT_FALSE(out->tripped || out->trip_cleared || out->locked || out->unlocked || out->acknowledge_refused);
}

static inline void check_fine(const struct supervisor_output *out)
{
    CU_ASSERT_TRUE(out->may_energise);
    CU_ASSERT_EQUAL(out->block, BLOCK_NONE);
    CU_ASSERT_EQUAL(out->trip, FAULT_NONE);
    CU_ASSERT_EQUAL(out->lockout, FAULT_NONE);
    CU_ASSERT_EQUAL(out->doubt, FAULT_NONE);
    CU_ASSERT_EQUAL(out->sensor, -1);
    check_no_edge(out);
}

#endif
