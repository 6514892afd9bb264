/* The supervisor: may the pad be energised at all? Every safety rule lives here and nowhere else.
 *
 * It sees what was really driven and what is wanted, trusts no caller, and answers each tick. A rule is a row of one
 * table in supervisor.c (name, hazard, detection, reaction, what clears it); docs/safety.md holds the same table.
 * Everything is an integer: milli-degrees and milliseconds, compared as `x <= now - K` so that the rules can be proved. */
#ifndef SOOTHE_SUPERVISOR_H
#define SOOTHE_SUPERVISOR_H

#include "soothe/drive.h"
#include "soothe/names.h"
#include "soothe/reading.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Compiled-in limits. A configuration may only be tighter; supervisor_limits_clamp enforces it again at run time. */
#define SUPERVISOR_TOO_HOT_TRIP_MC      43000 /* IEC 60601-1 table 24: 43 degrees C for contact of 10 min and more */
#define SUPERVISOR_TOO_HOT_LOCKOUT_MC   45000
#define SUPERVISOR_TOO_COLD_TRIP_MC     5000
#define SUPERVISOR_TOO_COLD_LOCKOUT_MC  2000
#define SUPERVISOR_HOT_SIDE_TRIP_MC     60000
#define SUPERVISOR_HOT_SIDE_LOCKOUT_MC  70000
#define SUPERVISOR_SESSION_CEILING_MS   (INT64_C(45) * 60 * 1000)
#define SUPERVISOR_OFF_TIME_MIN_MS      (INT64_C(2) * 60 * 60 * 1000)
#define SUPERVISOR_DEAD_TIME_MS         60000 /* between heat and cool */
#define SUPERVISOR_STALE_ENERGISED_MS   600
#define SUPERVISOR_STALE_REST_MS        3500
#define SUPERVISOR_BAD_READINGS         3 /* the first bad reading takes the power away, the third names the trip */
#define SUPERVISOR_SENSOR_CLEAR_MS      10000
#define SUPERVISOR_SENSOR_TRIPS_MAX     3 /* a session; the next one is a lockout */
#define SUPERVISOR_LIMIT_CLEAR_MS       60000
#define SUPERVISOR_LIMIT_CLEAR_MC       1000 /* inside by this much */
#define SUPERVISOR_LATE_TICK_MS         600
#define SUPERVISOR_LATE_TICKS           3
#define SUPERVISOR_LATE_TICKS_WINDOW_MS 60000
#define SUPERVISOR_READBACK_TICKS       2

struct supervisor_sensor {
    enum sensor_role role;
    bool of_heat; /* a pad sensor that guards and controls heating */
    bool of_cool; /* ... cooling */
};

struct supervisor_config {
    size_t sensor_count; /* 1 to SENSORS_MAX */
    struct supervisor_sensor sensors[SENSORS_MAX];
    int32_t too_hot_trip_mc;
    int32_t too_hot_lockout_mc;
    int32_t too_cold_trip_mc;
    int32_t too_cold_lockout_mc;
    int32_t hot_side_trip_mc;
    int32_t hot_side_lockout_mc;
    int64_t session_max_ms; /* powered time span of a session, from its power-on */
};

/* What a rest and a lockout need over a restart: stored, and given back before the first step. */
struct supervisor_memory {
    enum fault lockout;    /* FAULT_NONE: not locked */
    int64_t lockout_at_ms; /* plan clock */
    int64_t session_on_ms; /* power-on of the newest session that had power; INT64_MIN: never */
    int64_t last_off_ms;   /* when power last went off for good in a session; INT64_MIN: never */
    int64_t rest_ms;       /* rest of that session, from power-on to the next power-on; >= 0 */
};

struct supervisor_sensor_state {
    int32_t bad_count;      /* saturating; consecutive bad samples by their time stamp, not by the tick */
    enum fault bad_fault;   /* the first that was seen of this run of bad ones */
    int64_t bad_at_ms;      /* time stamp of the newest bad sample */
    int64_t good_since_ms;  /* INT64_MIN: not good */
};

struct supervisor_state {
    struct supervisor_memory memory;
    struct supervisor_sensor_state sensors[SENSORS_MAX];
    enum fault trip;        /* FAULT_NONE: none; the first fault named stays the name until it clears */
    int64_t clear_since_ms; /* since when the trip's clearing condition holds; INT64_MIN: it does not */
    int32_t sensor_trips;   /* of this session */
    int64_t session;        /* the session of the last step; 0: none */
    int64_t step_ms;        /* time of the last step; INT64_MIN: none yet */
    enum drive_mode driven; /* what the last step allowed */
    int64_t driven_ms[DRIVE_MODE_COUNT]; /* when that output was last driven; INT64_MIN: never */
    int64_t late_ms[SUPERVISOR_LATE_TICKS]; /* the newest late ticks */
    int32_t readback_bad;   /* ticks in a row */
};

struct supervisor_input {
    int64_t now_ms;                         /* plan clock */
    struct reading readings[SENSORS_MAX];   /* the first sensor_count are read */
    int64_t session;                        /* > 0: id of the open session; 0: none is open */
    int64_t session_rest_ms;                /* the rest that this session starts with its power-on */
    enum drive_mode wanted;                 /* what would be driven now; DRIVE_OFF: nothing */
    bool heat_on;                           /* read back from the guard: what the lines said since the last tick */
    bool cool_on;
    bool readback_bad;                      /* a line did not read back as written */
    bool acknowledge;                       /* a person on the spot, for this tick */
    bool store_lost;                        /* the database was damaged (given once, at start) */
};

struct supervisor_output {
    bool may_energise;        /* for `wanted`, in this very tick; false when wanted is DRIVE_OFF */
    enum block block;         /* why not: lockout, trip, rest, dead_time, or none */
    enum fault trip;          /* the trip that stands */
    enum fault lockout;       /* the lockout that stands */
    enum fault doubt;         /* a reason for off that has not been named as a trip yet (first bad reading, one late tick) */
    bool tripped;             /* edges of this tick */
    bool trip_cleared;
    bool locked;
    bool unlocked;
    bool acknowledge_refused; /* `acknowledge` was given and the cause is still there, or nothing was locked */
    bool over_time;           /* the session's powered span is used up: it has to end */
    int sensor;               /* which sensor the trip, lockout or doubt is about; -1: none */
};

/* Tighten every limit to the compiled-in ceilings; a value that is looser or out of range becomes the ceiling. */
void supervisor_limits_clamp(struct supervisor_config *config);

/* A state for a fresh daemon, with what survived. */
void supervisor_init(struct supervisor_state *state, const struct supervisor_memory *memory);

/* One tick. Never fails; on input that cannot be (time backwards, roles out of range) the answer is off. */
void supervisor_step(const struct supervisor_config *config, struct supervisor_state *state,
                     const struct supervisor_input *input, struct supervisor_output *output);

/* The reading that controls `mode`: the hottest good pad sensor of the output for heat, the coldest for cool; -1 when any
 * of them is not good or none serves that output. For DRIVE_OFF: the hottest good pad sensor of either, -1 if none is good. */
int supervisor_controlling(const struct supervisor_config *config, const struct reading *readings, enum drive_mode mode);

#endif
