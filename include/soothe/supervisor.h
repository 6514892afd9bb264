/* The supervisor: may the pad be energised at all? Every safety rule lives here and nowhere else.
 *
 * It sees what was really driven and what is wanted, trusts no caller, and answers each tick. A rule is a row of one
 * table in supervisor.c (name, hazard, detection, reaction, what clears it); docs/safety.md holds the same table.
 * Everything is an integer: milli-degrees and milliseconds, compared as `x <= now - K` so that the rules can be proved.
 */
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
#define SUPERVISOR_STALE_NAME_MS        200   /* past the age that makes a reading stale: then it is named */
#define SUPERVISOR_SETTLE_MS            1000  /* a run of bad samples is over after this much good; off until then */
#define SUPERVISOR_AFTERGLOW_MS         60000 /* so long after power a limit is passed by the pad, not by the sun */
#define SUPERVISOR_CLEAR_GAP_MS         3500  /* no step for so long: a clearing condition starts anew */

#define SUPERVISOR_PROVEN_MS     60000 /* a supply that carried the pad so long carries it */
#define SUPERVISOR_COLLAPSES_MAX 3     /* sessions in a row cut before that: lockout */

/* The rules that look at trends; docs/safety.md says for each number why it is that. */
#define SUPERVISOR_MC_MAX              1000000 /* trends take a reading beyond +/- this as this: differences fit 32 bits */
#define SUPERVISOR_SAMPLES             3       /* of a median */
#define SUPERVISOR_SAMPLE_GAP_MS       1500    /* between two samples: nothing is known across it */
#define SUPERVISOR_MEDIANS             6       /* a jump is seen against the five before the newest */
#define SUPERVISOR_JUMP_MC_PER_MS      5
#define SUPERVISOR_JUMP_MS             1000  /* the shortest span that a speed is reckoned over */
#define SUPERVISOR_FROZEN_MS           10000 /* of power */
#define SUPERVISOR_FROZEN_REST_MS      600000
#define SUPERVISOR_STUCK_MS            60000
#define SUPERVISOR_STUCK_MOVING_MC     500
#define SUPERVISOR_DISAGREE_MC         5000
#define SUPERVISOR_DISAGREE_MS         900000
#define SUPERVISOR_MARKS               5
#define SUPERVISOR_MARK_MS             30000
#define SUPERVISOR_MARKS_A_MINUTE      2
#define SUPERVISOR_SENSE_TICKS         2
#define SUPERVISOR_OFF_MS              60000 /* off for so long: voltage and trends are no echo of the power before */
#define SUPERVISOR_DRIFT_MC            500   /* in SUPERVISOR_MARKS - 1 marks */
#define SUPERVISOR_DRIFT_FALL_MC       1250  /* ... of a pad of cool: a refrigerator takes 1.0 at most */
#define SUPERVISOR_DRIFT_HOT_MC        38500
#define SUPERVISOR_DRIFT_COLD_MC       8000
#define SUPERVISOR_WARMED_MC           1000 /* between two marks that are kept: nothing cools it */
#define SUPERVISOR_WRONG_WAY_HOT_MC    38000
#define SUPERVISOR_WRONG_WAY_COLD_MC   10000
#define SUPERVISOR_WRONG_WAY_MC        300
#define SUPERVISOR_WRONG_WAY_MS        5000
#define SUPERVISOR_HARD_PERCENT        90
#define SUPERVISOR_RESPONSE_MC         1000
#define SUPERVISOR_RESPONSE_MS         180000
#define SUPERVISOR_RESPONSE_BEGIN_MS   60000 /* after the power-up: a relay may have to wait */
#define SUPERVISOR_RESPONSE_FAR_MC     4000  /* nearer to its band a pad may be where it stays */
#define SUPERVISOR_RESPONSE_SLOPE_MC   1000  /* a minute; faster, it has just been put somewhere else */
#define SUPERVISOR_LOST_FREE_MC        4000
#define SUPERVISOR_LOST_DEEP_MC        8000
#define SUPERVISOR_LOST_DEEP_FACTOR    9
#define SUPERVISOR_LOST_MC_MS          INT64_C(1500000000) /* 1,500 degrees C x s */
#define SUPERVISOR_IMPLAUSIBLE_LOW_MC  5000
#define SUPERVISOR_IMPLAUSIBLE_HIGH_MC 38000
#define SUPERVISOR_IMPLAUSIBLE_MS      (INT64_C(60) * 60 * 1000)
#define SUPERVISOR_NO_MC               INT32_MIN /* no median, no mark */

/* Limits outside these are nonsense, not caution, and become the ceiling. */
#define SUPERVISOR_HOT_LIMIT_MIN_MC  20000
#define SUPERVISOR_COLD_LIMIT_MAX_MC 20000

/* now_ms outside 0 to this (the year 2248) cannot be: off. */
#define SUPERVISOR_TIME_MAX_MS (INT64_C(1) << 43)

struct supervisor_sensor {
    enum sensor_role role;
    bool of_heat; /* a pad sensor that guards and controls heating */
    bool of_cool; /* ... cooling */
};

struct supervisor_config {
    size_t sensor_count; /* 1 to SENSORS_MAX */
    struct supervisor_sensor sensors[SENSORS_MAX];
    bool sense; /* the pad has a `sense` line */
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
    enum fault lockout;     /* FAULT_NONE: not locked */
    int64_t lockout_at_ms;  /* plan clock */
    int64_t session_on_ms;  /* power-on of the newest session that had power; INT64_MIN: never */
    int64_t last_off_ms;    /* when power last went off, or that session ended; below session_on_ms: it is on, or nobody
                               saw it go off: then 45 minutes after session_on_ms, or now, are assumed */
    int64_t rest_ms;        /* rest of that session, from power-on to the next power-on; >= 0 */
    int32_t strikes;        /* sessions in a row, 0 or 1, that ended by a fault of the kind "trip, twice" */
    int32_t collapses;      /* sessions in a row that a power cut ended before they were proven; saturates at 3 */
    int64_t proven_session; /* newest session that had SUPERVISOR_PROVEN_MS since its power-on; 0: none */
};

/* What is watched at each pad and hot-side sensor. HIGH is too_hot at a pad sensor, hot_side at a hot-side sensor. */
enum supervisor_watch {
    WATCH_UNUSABLE, /* not a good reading: status, time stamp in the future, or too old */
    WATCH_HIGH_TRIP,
    WATCH_HIGH_LOCKOUT,
    WATCH_LOW_TRIP,
    WATCH_LOW_LOCKOUT,
    WATCH_COUNT
};

/* A run of bad samples. Any count above 0 keeps the pad off; SUPERVISOR_BAD_READINGS names the fault. */
struct supervisor_run {
    int32_t count;         /* samples by their time stamp, not by the tick; saturates at SUPERVISOR_BAD_READINGS */
    int64_t good_since_ms; /* INT64_MIN: bad at the last step. The run ends after SUPERVISOR_SETTLE_MS of good ones */
};

/* Newest first, in all arrays. */
struct supervisor_sensor_state {
    int64_t at_ms;        /* time stamp of the sample of the last step; INT64_MIN: none */
    enum fault bad_fault; /* what the first sample of the WATCH_UNUSABLE run was */
    struct supervisor_run runs[WATCH_COUNT];
    int32_t samples; /* good ones without a gap, that samples_mc has; 0 to SUPERVISOR_SAMPLES */
    int32_t samples_mc[SUPERVISOR_SAMPLES];
    int32_t medians; /* that medians_mc and medians_ms have; 0 to SUPERVISOR_MEDIANS */
    int32_t medians_mc[SUPERVISOR_MEDIANS];
    int64_t medians_ms[SUPERVISOR_MEDIANS]; /* time stamp of the newest sample of each */
    int64_t good_ms;                        /* time stamp of the newest good sample; means nothing without samples */
    int32_t code;                           /* of that sample */
    int32_t supply_code;
    int64_t code_ms;  /* time stamp of the first good sample in a row with this code; not after good_ms */
    int64_t codes_ms; /* ... with both codes, all of them fine */
    bool moving;      /* the temperature was on its way when that code came */
    int32_t turn_mc;  /* wrong way: the farthest it got in the right direction */
    int64_t turn_ms;  /* when that was last seen; INT64_MIN: nothing to watch */
    int32_t marks_mc[SUPERVISOR_MARKS]; /* SUPERVISOR_NO_MC: none */
};

/* Whether the pad answers to the power. */
enum supervisor_response {
    RESPONSE_DONE,    /* seen, or nothing to be seen in this power-up */
    RESPONSE_DUE,     /* watched from the next stretch on that begins in time */
    RESPONSE_WATCHED, /* in this stretch */
    RESPONSE_COUNT
};

struct supervisor_state {
    struct supervisor_memory memory;
    struct supervisor_sensor_state sensors[SENSORS_MAX];
    enum fault trip;         /* FAULT_NONE: none; the first fault named stays the name until it clears */
    int trip_sensor;         /* -1: none */
    int lockout_sensor;      /* -1: none, or not known any more after a restart */
    int64_t clear_since_ms;  /* since when the trip's clearing condition holds; INT64_MIN: it does not */
    int32_t sensor_trips;    /* of this session */
    int64_t session;         /* the session of the last step; 0: none */
    int64_t powered_session; /* the session that memory.session_on_ms belongs to, while it may go on; 0: none */
    bool session_ended;      /* by a lockout: it gets no power again */
    int64_t start_ms;        /* time of the first step; INT64_MIN: none yet */
    int64_t step_ms;         /* time of the last step; INT64_MIN: none yet */
    enum drive_mode driven;  /* what the last step allowed */
    int64_t driven_ms[DRIVE_MODE_COUNT];    /* when that output was last driven; INT64_MIN: never */
    int64_t late_ms[SUPERVISOR_LATE_TICKS]; /* the newest late ticks */
    int32_t readback_bad;                   /* ticks in a row; 0 to SUPERVISOR_READBACK_TICKS */
    int32_t sense_ticks;                    /* live in a row where it must not; 0 to SUPERVISOR_SENSE_TICKS */
    int64_t mark_ms;                        /* time of the newest mark; INT64_MIN: none */
    int32_t off_marks;                      /* the newest so many were set while long off; 0 to SUPERVISOR_MARKS */
    bool warmed;                            /* since cooling, or since the start nobody knows: no cooler is on */
    int drift_sensor;                       /* the newest mark found it to drift while off; -1: none */
    int64_t apart_ms[DRIVE_MODE_COUNT];     /* since when that output's sensors disagree; INT64_MIN: they do not */
    int64_t power_ms;                       /* the newest power-up; INT64_MIN: none */
    int64_t stretch_ms; /* since when it is driven hard and short of the band; INT64_MIN: it is not */
    enum supervisor_response response;
    int32_t slope_mc;        /* where the minute before the power-up led, in that minute */
    int32_t response_low_mc; /* while watched: leaving this range is an answer */
    int32_t response_high_mc;
    bool had_band;      /* in this session, since the newest power-up after a minute off */
    int64_t lost_mc_ms; /* 0 to SUPERVISOR_LOST_MC_MS */
};

struct supervisor_input {
    int64_t now_ms;                       /* plan clock */
    struct reading readings[SENSORS_MAX]; /* the first sensor_count are read */
    int64_t session;         /* > 0: id of the open session; 0: none, or arming: answers all but never yes */
    int64_t session_rest_ms; /* the rest that this session starts with its power-on */
    int32_t target_mc;       /* of the open session; its band is target_mc +/- tolerance_mc */
    int32_t tolerance_mc;
    int32_t duty_percent;   /* what was really driven since the last step, 0 to 100 */
    enum drive_test test;   /* the self-test wants this of the output `wanted`; then may_energise stays false */
    bool sense_live;        /* the `sense` line was seen live since the last step */
    enum drive_mode wanted; /* what would be driven now; DRIVE_OFF: nothing */
    bool heat_on;           /* read back from the guard: what the lines said since the last tick */
    bool cool_on;
    bool readback_bad; /* a line did not read back as written */
    bool acknowledge;  /* a person on the spot, for this tick */
    bool store_lost;   /* the database was damaged (given once, at start) */
};

struct supervisor_output {
    bool may_energise;  /* for `wanted`, in this very tick; false when wanted is DRIVE_OFF */
    enum block block;   /* why not: lockout, trip, rest, dead_time, or none */
    enum fault trip;    /* the trip that stands */
    enum fault lockout; /* the lockout that stands */
    enum fault doubt;   /* a reason for off that has not been named as a trip yet (first bad reading, one late tick) */
    bool tripped;       /* edges of this tick */
    bool trip_cleared;
    bool locked;
    bool unlocked;
    bool acknowledge_refused; /* `acknowledge` was given and the cause is still there, or nothing was locked */
    bool over_time;           /* the session's powered span is used up: it has to end */
    bool ends_session;        /* a trip of the kind "trip, twice": the session has to end */
    bool may_test;            /* the channel may be pulsed in this very tick (input.test TEST_DEAD_MAN) */
    bool implausible; /* at rest: off for an hour and a pad sensor outside 5 to 38 degrees C: no session may begin */
    int sensor;       /* which sensor the trip, lockout or doubt is about; -1: none */
};

/* Empty memory of a new installation: not locked, never powered. */
#define SUPERVISOR_MEMORY_NONE ((struct supervisor_memory){FAULT_NONE, INT64_MIN, INT64_MIN, INT64_MIN, 0, 0, 0, 0})

/* Tighten every limit to the compiled-in ceilings; a value that is looser or out of range becomes the ceiling. */
void supervisor_limits_clamp(struct supervisor_config *config);

/* A state for a fresh daemon, with what survived. What cannot be in `memory` is read as the safe thing: a fault outside
 * the list as a store_lost lockout, a negative rest as 0, a stamp in the future as a rest that still runs. */
void supervisor_init(struct supervisor_state *state, const struct supervisor_memory *memory);

/* The session that was open when the daemon ended: a power cut before it was proven counts towards supply_collapse,
 * everything else starts that count anew. Before the first step; the lockout itself comes with that step. */
void supervisor_recover(struct supervisor_memory *memory, int64_t session, bool power_cut);

/* One tick. Never fails; on input that cannot be the answer is off: time that runs backwards or lies outside 0 to
 * SUPERVISOR_TIME_MAX_MS (doubt late_tick; lockouts are still taken, nothing clears), sensor_count or a role out of
 * range or no pad sensor for `wanted` (doubt sensor_error without a sensor), a session id below 1, `wanted` outside its
 * enum.
 *
 * A session id is new unless it was the open one in every step since its power-on; a lockout ends it for good. Edges
 * are each true in exactly one step; a fault that waits behind the one that stands is named at the step after that
 * cleared. */
void supervisor_step(const struct supervisor_config *config, struct supervisor_state *state,
                     const struct supervisor_input *input, struct supervisor_output *output);

/* The reading that controls `mode`: the hottest good pad sensor of the output for heat, the coldest for cool; -1 when
 * any of them is not good or none serves that output. For DRIVE_OFF: the hottest good pad sensor of either, -1 if none
 * is good. */
int supervisor_controlling(const struct supervisor_config *config, const struct reading *readings,
                           enum drive_mode mode);

#endif
