/* What the proofs remember beside the supervisor, and the safety rules in terms of that memory and the input alone.
 *
 * A ghost is written by the harness only, from what went in and what came out, as a person with a notebook at the pad
 * would. books_fit() is the invariant that ties the supervisor's own books to the notebook: a step may begin in any
 * state that fits, with any configuration and any input; then the rules hold, and the state fits again.
 *
 * Conditions are joined with & instead of &&: no branches, so the formulas stay small. */
#ifndef SOOTHE_TESTS_PROOF_GHOST_H
#define SOOTHE_TESTS_PROOF_GHOST_H

#include "supervisor_internal.h"

#define NEVER                  INT64_MIN
#define PROVE(condition, name) __CPROVER_assert(condition, name)
#define ASSUME(condition)      __CPROVER_assume(condition)

/* A bool in the input may hold any byte: & wants 0 or 1. */
#define ON(flag) ((flag) != 0)

#define MINUTE_MS (INT64_C(60) * 1000)
#define HOUR_MS   (60 * MINUTE_MS)

struct ghost {
    int64_t start_ms;    /* of the first step; NEVER: none yet */
    int64_t now_ms;      /* of the last step */
    enum drive_mode was; /* what the last step allowed */
    int64_t on_ms;       /* power-on of the newest session that had power */
    int64_t rest_ms;     /* the rest that it started */
    int64_t off_ms;      /* until when power may have been on; while `was` says on, it still is */
    bool unseen;         /* nobody saw it go off: the first step with a time that can be tells when at the latest */
    int64_t until_ms[DRIVE_MODE_COUNT]; /* until when that output was driven, or seen on */
    int64_t open;                       /* the session that the last step was given; 0: none */
    bool powered;                       /* `open` had its power-on, and may go on */
    bool dead;                          /* `open` was ended by a fault */
    bool struck;                        /* the newest session that had power was ended by a fault of the kind "twice" */
    enum fault lockout;                 /* what stood after the last step */
    enum fault trip;
    int64_t uncalm_ms;    /* last step in which the cause of `trip` was there */
    int32_t sensor_trips; /* of `open` */
};

/* The faults, as docs/safety.md groups them. */

static inline bool is_fault(enum fault fault)
{
    return (unsigned)fault < FAULT_COUNT;
}

static inline bool is_bad_reading(enum fault fault)
{
    return (fault == FAULT_SENSOR_OPEN) | (fault == FAULT_SENSOR_SHORT) | (fault == FAULT_SENSOR_ERROR) |
           (fault == FAULT_SENSOR_STALE) | (fault == FAULT_SENSOR_IMPLAUSIBLE);
}

/* Three a session, the next one locks. */
static inline bool is_counted(enum fault fault)
{
    return is_bad_reading(fault) | (fault == FAULT_SENSOR_JUMP);
}

/* The session ends; the second in a row locks. */
static inline bool is_twice(enum fault fault)
{
    return (fault == FAULT_SENSOR_STUCK) | (fault == FAULT_SENSOR_DISAGREE) | (fault == FAULT_NO_RESPONSE) |
           (fault == FAULT_LOST_BAND);
}

static inline bool is_trip(enum fault fault)
{
    return is_counted(fault) | is_twice(fault) | (fault == FAULT_TOO_HOT) | (fault == FAULT_TOO_COLD) |
           (fault == FAULT_HOT_SIDE) | (fault == FAULT_LATE_TICK);
}

static inline int64_t clear_after_ms(enum fault fault)
{
    bool soon = is_counted(fault) | (fault == FAULT_SENSOR_STUCK) | (fault == FAULT_SENSOR_DISAGREE);
    return soon ? 10000 : 60000;
}

/* The input, as docs/safety.md reads it. */

static inline bool is_output(enum drive_mode mode)
{
    return (mode == DRIVE_HEAT) | (mode == DRIVE_COOL);
}

/* At rest a reading may be 3.5 s old, else 0.6 s. */
static inline bool is_good(const struct reading *reading, int64_t now_ms, bool rests)
{
    bool fresh = (reading->at_ms > now_ms - 600) | (rests & (reading->at_ms > now_ms - 3500));
    return (reading->status == READING_OK) & (reading->at_ms <= now_ms) & fresh;
}

static inline bool is_of(const struct supervisor_sensor *sensor, enum drive_mode mode)
{
    return (sensor->role == SENSOR_PAD) & (mode == DRIVE_HEAT ? ON(sensor->of_heat) : ON(sensor->of_cool));
}

static inline bool config_fits(const struct supervisor_config *config)
{
    bool fits = (config->sensor_count >= 1) & (config->sensor_count <= SENSORS_MAX);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        enum sensor_role role = config->sensors[i].role;
        bool known = (role == SENSOR_PAD) | (role == SENSOR_HOT_SIDE) | (role == SENSOR_ROOM);
        fits = fits & ((i >= config->sensor_count) | known);
    }
    return fits;
}

/* is_good of each sensor: once, so that the solver need not find out that two are the same. */
struct goods {
    bool of[SENSORS_MAX];
};

static inline struct goods goods_of(const struct supervisor_input *in, int64_t now_ms, bool rests)
{
    struct goods good;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        good.of[i] = is_good(&in->readings[i], now_ms, rests);
    }
    return good;
}

/* Every pad sensor of what is wanted and every hot-side sensor is good (and fresh, as nothing rests that is wanted) and
 * inside the ceilings; and there is a pad sensor. */
static inline bool readings_allow(const struct supervisor_config *config, const struct supervisor_input *in,
                                  const struct goods *good)
{
    bool guarded = false;
    bool fine = config_fits(config);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        int32_t mc = in->readings[i].mc;
        bool used = i < config->sensor_count;
        bool pad = used & is_of(&config->sensors[i], in->wanted);
        bool hot_side = used & (config->sensors[i].role == SENSOR_HOT_SIDE);
        guarded = guarded | pad;
        fine = fine & (!(pad | hot_side) | good->of[i]);
        fine = fine & (!pad | ((mc < 43000) & (mc > 5000))) & (!hot_side | (mc < 60000));
    }
    return fine & guarded;
}

/* Every guarding sensor is good, and those of `role` lie within low to high. */
static inline bool all_inside(const struct supervisor_config *config, const struct supervisor_input *in,
                              const struct goods *good, enum sensor_role role, int32_t low_mc, int32_t high_mc)
{
    bool inside = config_fits(config);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        int32_t mc = in->readings[i].mc;
        enum sensor_role is = config->sensors[i].role;
        bool used = i < config->sensor_count;
        bool guards = used & ((is == SENSOR_PAD) | (is == SENSOR_HOT_SIDE));
        inside = inside & (!guards | good->of[i]);
        inside = inside & (!(used & (is == role)) | ((mc >= low_mc) & (mc <= high_mc)));
    }
    return inside;
}

/* Is the cause of a fault away, as far as the input of this step shows? `late` is this tick. */
static inline bool is_calm(enum fault fault, const struct supervisor_config *config, const struct supervisor_input *in,
                           const struct goods *good, bool late)
{
    switch (fault) {
    case FAULT_STORE_LOST:
        return !in->store_lost;
    case FAULT_BOTH_ON:
        return !(in->heat_on && in->cool_on);
    case FAULT_READBACK:
        return !in->readback_bad;
    case FAULT_HEAT_WHEN_OFF:
        return !(config->sense && in->sense_live);
    case FAULT_WRONG_WAY:
    case FAULT_SUPPLY_COLLAPSE:
    case FAULT_DEAD_MAN:
    case FAULT_NO_RESPONSE:
    case FAULT_LOST_BAND:
        return true; /* only power can show it */
    case FAULT_LATE_TICK:
        return !late;
    case FAULT_TOO_HOT:
        return all_inside(config, in, good, SENSOR_PAD, INT32_MIN, 42000);
    case FAULT_TOO_COLD:
        return all_inside(config, in, good, SENSOR_PAD, 6000, INT32_MAX);
    case FAULT_HOT_SIDE:
        return all_inside(config, in, good, SENSOR_HOT_SIDE, INT32_MIN, 59000);
    default:
        return all_inside(config, in, good, SENSOR_PAD, INT32_MIN, INT32_MAX);
    }
}

/* The state's parts that supervisor_sensors.c keeps. */
static inline bool sensors_fit(const struct supervisor_state *state)
{
    bool fits = true;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        const struct supervisor_sensor_state *sensor = &state->sensors[i];
        fits = fits & ((sensor->runs[WATCH_UNUSABLE].count == 0) | is_bad_reading(sensor->bad_fault));
        for (size_t watch = 0; watch < WATCH_COUNT; watch++) {
            int32_t count = sensor->runs[watch].count;
            fits = fits & (count >= 0) & (count <= SUPERVISOR_BAD_READINGS);
        }
    }
    return fits;
}

/* What a step's parts may rely on. */
static inline bool limits_fit(const struct supervisor_config *limits)
{
    return (limits->too_hot_trip_mc <= 43000) & (limits->too_hot_trip_mc >= 20000) &
           (limits->too_cold_trip_mc >= 5000) & (limits->too_cold_trip_mc <= 20000) &
           (limits->hot_side_trip_mc <= 60000) & (limits->hot_side_trip_mc >= 20000) &
           (limits->too_hot_lockout_mc >= limits->too_hot_trip_mc) & (limits->too_hot_lockout_mc <= 45000) &
           (limits->too_cold_lockout_mc <= limits->too_cold_trip_mc) & (limits->too_cold_lockout_mc >= 2000) &
           (limits->hot_side_lockout_mc >= limits->hot_side_trip_mc) & (limits->hot_side_lockout_mc <= 70000) &
           (limits->session_max_ms >= 1) & (limits->session_max_ms <= 45 * MINUTE_MS);
}

static inline bool is_late(const struct supervisor_tick *tick)
{
    return (tick->state->driven != DRIVE_OFF) & (tick->state->step_ms <= tick->now_ms - 600);
}

/* begin() has judged the time, the configuration and the wish. */
static inline bool tick_fits(const struct supervisor_tick *tick)
{
    const struct supervisor_input *in = tick->input;
    const struct supervisor_state *state = tick->state;
    bool fine = config_fits(tick->limits);
    bool fits = limits_fit(tick->limits) & (tick->now_ms >= 0) & (tick->now_ms <= SUPERVISOR_TIME_MAX_MS);
    fits = fits & (tick->now_ms >= state->step_ms) & (state->start_ms >= 0) & (state->start_ms <= tick->now_ms);
    fits = fits & (!tick->time_ok | (tick->now_ms == in->now_ms));
    fits = fits & (tick->config_ok == fine) & (tick->sensor_count == (fine ? tick->limits->sensor_count : 0));
    fits = fits & (tick->mode == (is_output(in->wanted) ? in->wanted : DRIVE_OFF));
    fits = fits & (tick->energised ==
                   (is_output(in->wanted) | (state->driven != DRIVE_OFF) | ON(in->heat_on) | ON(in->cool_on)));
    fits = fits & (tick->gap == (state->step_ms <= tick->now_ms - SUPERVISOR_CLEAR_GAP_MS));
    return fits & ((state->driven == DRIVE_OFF) | is_output(state->driven));
}

#endif
