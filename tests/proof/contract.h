/* What the parts of a step promise each other: assumed where the other part is left out, proved where it is in. */
#ifndef SOOTHE_TESTS_PROOF_CONTRACT_H
#define SOOTHE_TESTS_PROOF_CONTRACT_H

#include "ghost.h"

/* supervisor_sensors_step: each sensor that is bad in this tick, or beyond a limit, has a run. */
static inline bool sensors_told(const struct supervisor_tick *tick, const struct goods *goods)
{
    const struct supervisor_config *limits = tick->limits;
    bool told = sensors_fit(tick->state);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        const struct reading *reading = &tick->input->readings[i];
        const struct supervisor_run *runs = tick->state->sensors[i].runs;
        bool hot_side = limits->sensors[i].role == SENSOR_HOT_SIDE;
        int32_t high_mc = hot_side ? limits->hot_side_trip_mc : limits->too_hot_trip_mc;
        bool good = goods->of[i];
        bool high = good & (reading->mc >= high_mc);
        bool low = good & (reading->mc <= limits->too_cold_trip_mc);
        bool said = ((tick->unusable[i] == FAULT_NONE) == good) & (good | (runs[WATCH_UNUSABLE].count > 0)) &
                    (!high | (runs[WATCH_HIGH_TRIP].count > 0)) & (!low | (runs[WATCH_LOW_TRIP].count > 0));
        for (size_t watch = 0; watch < WATCH_COUNT; watch++) {
            said = said & ((runs[watch].count == 0) | ON(tick->runs[watch]));
        }
        told = told & ((i >= tick->sensor_count) | said);
    }
    return told;
}

/* supervisor_judge: whatever forbids power is at least a doubt. `allowed` is readings_allow(), or nothing wanted. */
static inline bool must_doubt(const struct supervisor_tick *tick, const struct supervisor_config *config, bool allowed)
{
    const struct supervisor_input *in = tick->input;
    bool doubt = !tick->time_ok | ON(tick->late) | ON(in->store_lost) | (ON(in->heat_on) & ON(in->cool_on));
    doubt = doubt | (tick->state->readback_bad > 0) | (tick->state->sense_ticks > 0);
    doubt = doubt | ((in->test == TEST_DEAD_MAN) & ON(config->sense) & ON(in->sense_live));
    return doubt | !allowed;
}

static inline bool must_lock(const struct supervisor_tick *tick)
{
    return ON(tick->input->store_lost) | (ON(tick->input->heat_on) & ON(tick->input->cool_on)) |
           (tick->state->readback_bad >= SUPERVISOR_READBACK_TICKS) |
           (tick->state->sense_ticks >= SUPERVISOR_SENSE_TICKS);
}

/* The bytes of the state that supervisor.c keeps; between them lie the sensors, behind them the trends. It resets three
 * of those: warmed, had_band and lost_mc_ms. */
static inline bool is_of_books(size_t byte)
{
    return (byte < offsetof(struct supervisor_state, sensors)) |
           ((byte >= offsetof(struct supervisor_state, trip)) & (byte < offsetof(struct supervisor_state, mark_ms)));
}

/* Trends and response leave alone what the rules judge by: the runs, what is unusable, and the books. */
struct kept {
    struct supervisor_state state;
    struct supervisor_tick tick;
};

static inline bool tick_is_kept(const struct supervisor_tick *was, const struct supervisor_tick *is)
{
    bool kept = (was->limits == is->limits) & (was->state == is->state) & (was->input == is->input);
    kept = kept & (was->now_ms == is->now_ms) & (was->time_ok == is->time_ok) & (was->config_ok == is->config_ok);
    kept = kept & (was->sensor_count == is->sensor_count) & (was->mode == is->mode) & (was->late == is->late);
    kept = kept & (was->energised == is->energised) & (was->gap == is->gap);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        kept = kept & (was->unusable[i] == is->unusable[i]);
    }
    for (size_t watch = 0; watch < WATCH_COUNT; watch++) {
        kept = kept & (was->runs[watch] == is->runs[watch]);
    }
    return kept;
}

static inline bool runs_are_kept(const struct supervisor_state *was, const struct supervisor_state *is)
{
    bool kept = true;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        kept = kept & (was->sensors[i].bad_fault == is->sensors[i].bad_fault);
        for (size_t watch = 0; watch < WATCH_COUNT; watch++) {
            kept = kept & (was->sensors[i].runs[watch].count == is->sensors[i].runs[watch].count);
        }
    }
    return kept;
}

static inline bool is_of_both(size_t byte)
{
    size_t warmed = offsetof(struct supervisor_state, warmed);
    return ((byte >= warmed) & (byte < warmed + sizeof(bool))) | (byte >= offsetof(struct supervisor_state, had_band));
}

static inline void prove_kept(const struct kept *was, const struct supervisor_state *state,
                              const struct supervisor_tick *tick)
{
    size_t any;
    ASSUME(any < sizeof *state && is_of_books(any));
    PROVE(((const char *)state)[any] == ((const char *)&was->state)[any], "the books are left alone");
    PROVE(runs_are_kept(&was->state, state), "the runs are left alone");
    PROVE(tick_is_kept(&was->tick, tick), "the tick is left alone");
}

static inline bool finding_fits(const struct supervisor_finding *finding)
{
    return (finding->sensor >= -1) & (finding->sensor < SENSORS_MAX);
}

static inline bool locks(const struct supervisor_rule *rule)
{
    return (rule->kind == KIND_LOCKOUT) & is_fault(rule->fault) & (rule->fault != FAULT_NONE);
}

static inline bool trips(const struct supervisor_rule *rule)
{
    return is_trip(rule->fault) & (rule->kind == (is_twice(rule->fault) ? KIND_TWICE : KIND_TRIP)) &
           (rule->trips_max == (is_counted(rule->fault) ? 3 : 0));
}

static inline bool doubts(const struct supervisor_rule *rule)
{
    return is_fault(rule->fault) & (rule->fault != FAULT_NONE);
}

#endif
