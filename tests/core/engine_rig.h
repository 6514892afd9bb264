/* The engine's bench with the switches of a pad: for the self-test. */
#ifndef SOOTHE_TESTS_ENGINE_RIG_H
#define SOOTHE_TESTS_ENGINE_RIG_H

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

static inline void follow_order(struct rig *r)
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

static inline void check_order(const struct bench *b)
{
    bool test = b->out.test != TEST_NONE;
    CU_ASSERT_FALSE(test && b->out.heartbeat);
    CU_ASSERT_FALSE(test && b->out.drive.duty_percent != 0);
    CU_ASSERT_FALSE(test && (b->out.test != TEST_DEAD_MAN || b->out.drive.mode == DRIVE_OFF));
    CU_ASSERT_FALSE(test && b->in.stored_session != b->e.session.record.id);
    CU_ASSERT_FALSE(test && b->e.status.powered != DRIVE_OFF);
    CU_ASSERT_FALSE(test && b->out.fan);
}

static inline void rig_after(struct rig *r, int64_t ms)
{
    bench_after(&r->b, ms);
    check_order(&r->b);
    follow_order(r);
}

static inline void rig_run(struct rig *r, int64_t ms)
{
    for (int64_t end_ms = r->b.in.now_ms + ms; r->b.in.now_ms < end_ms;) {
        int64_t left_ms = end_ms - r->b.in.now_ms;
        rig_after(r, left_ms < r->b.out.next_tick_ms ? left_ms : r->b.out.next_tick_ms);
    }
}

static inline bool rig_until(struct rig *r, enum event_type type, int64_t ms)
{
    int before = r->b.said[type];
    for (int64_t end_ms = r->b.in.now_ms + ms; r->b.said[type] == before && r->b.in.now_ms < end_ms;) {
        rig_after(r, r->b.out.next_tick_ms);
    }
    return r->b.said[type] > before;
}

static inline enum refusal rig_tell(struct rig *r, enum command_name name)
{
    r->b.in.command = (struct engine_command){.name = name, .origin = ORIGIN_LOCAL};
    rig_after(r, r->b.out.next_tick_ms);
    return r->b.out.refusal;
}

/* Just told to start; its record is durable at the next tick, now + 200 ms. */
static inline struct rig rig_started(int64_t injured_ms)
{
    struct rig r = {.b = bench_new(), .edge_ms = PLAN_NEVER, .pulse_ms = PLAN_NEVER};
    r.b.config.limits.sense = true;
    r.b.config.heartbeat = true;
    r.b.in.command = (struct engine_command){.name = COMMAND_START, .has_value = true, .value = injured_ms};
    rig_after(&r, SECOND_MS);
    CU_ASSERT_EQUAL(r.b.e.status.state, STATE_ARMING);
    return r;
}

static inline struct rig rig_heating(void)
{
    struct rig r = rig_started(HEAT_BEGAN);
    CU_ASSERT_TRUE(rig_until(&r, EVENT_SESSION_STARTED, ENGINE_ARMING_MS));
    return r;
}

#endif
