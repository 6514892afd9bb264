/* The oracle: says after each tick whether what the engine did was allowed, and whether what it named was so.
 *
 * Written from docs/safety.md, docs/semantics.md and the headers' contracts alone. It shares no code with the
 * supervisor and keeps its own history of what was read, driven, sensed, recorded and commanded, in true time: time
 * that runs on through crashes, power cuts and whatever the clocks of the machine believe. */
#ifndef SOOTHE_TESTS_ORACLE_ORACLE_H
#define SOOTHE_TESTS_ORACLE_ORACLE_H

#include "soothe/engine.h"

#include <stdio.h>

#define LONG_AGO (INT64_MIN / 4)

/* One tick as the world saw it. */
struct oracle_look {
    int64_t true_ms;
    const struct engine_config *config;
    const struct engine_input *in;
    const struct engine_output *out;
    const struct engine_status *status;
    int64_t durable_session; /* the open session whose first record is on the disk; 0: none */
};

/* What a daemon may forget when it dies before it was durable. */
struct oracle_kept {
    enum fault lockout;
    bool stopped;
    bool paused;
    int64_t resumes_ms; /* a timed pause's end; INT64_MAX: none */
    bool plan;          /* one is active */
    int64_t injured_ms; /* true time */
    int32_t strikes;
    int64_t struck;                    /* the session that ended by the strike */
    int32_t collapses, collapses_most; /* at least, at most */
    int64_t proven;                    /* newest session that had a minute of power */
};

/* A run of bad samples of one kind at one sensor. */
struct bad_run {
    int32_t samples;       /* by their stamps */
    int64_t stamp;         /* of the newest that was counted */
    int64_t since_ms;      /* the first bad look */
    int64_t good_since_ms; /* LONG_AGO: bad at the last look */
    enum fault fault;      /* what the first one was */
    bool foggy;            /* it depends on what the engine wanted, which nobody outside knows */
};

#define MEDIANS 5

struct seen_sensor {
    bool any;      /* it had a reading in the step before */
    int64_t stamp; /* ... of that time */
    bool good;     /* by the age that holds for power or for rest, whichever it is */
    bool fresh;    /* good by the age that holds for power */
    bool sampled;  /* a new sample in this step */
    struct bad_run unusable, high, higher, low, lower;
    int32_t kept; /* samples for the median */
    int64_t at_ms[3];
    int32_t mc[3];
    bool has_median;
    int32_t median;
    int32_t medians; /* the newest ones before this, newest first */
    int32_t old_median[MEDIANS];
    int64_t old_median_ms[MEDIANS];
    bool jumped; /* in this step */
    int32_t code, supply_code;
    bool code_fine;
    int64_t frozen_from_ms, code_from_ms; /* stamps */
    bool moving;                          /* when that code came */
    bool in_wrong;                        /* beyond 38 or 10 degrees C while hard */
    int32_t extreme;
    int64_t extreme_ms;
    int64_t foggy_ms; /* last moment when it was doubtful which age holds */
};

#define MARKS 5

struct mark {
    int64_t at_ms;
    bool off; /* it was off for a minute */
    bool off_surely;
    bool has[SENSORS_MAX];
    int32_t median[SENSORS_MAX];
};

/* A fault as the oracle sees it in this tick. */
struct cause {
    bool off;        /* no power in this tick */
    bool due;        /* it has to be named */
    bool lock;       /* ... as a lockout */
    bool may;        /* naming it is no false alarm */
    int64_t may_ms;  /* when naming it last was in order */
    int64_t lock_ms; /* ... as a lockout */
    bool was_off;
};

struct oracle_counts {
    int64_t ticks;
    int64_t powered_ms;
    int64_t sessions;
    int64_t restarts;
    int64_t power_cuts;
    int64_t provoked[FAULT_COUNT]; /* onsets of a cause that takes the power or has to be named */
    int64_t taken[FAULT_COUNT];    /* ends of power in a tick in which that fault was seen */
    int64_t tripped[FAULT_COUNT];
    int64_t locked[FAULT_COUNT];
    int64_t arming_failed[FAULT_COUNT];
    int64_t acknowledged;
    int64_t refused_acknowledgements;
    int64_t blocked[BLOCK_COUNT]; /* ticks */
    int64_t ended[END_COUNT];
    int64_t pulses;
};

struct oracle {
    struct oracle_counts counts;
    struct oracle_kept kept;
    const struct engine_config *config; /* of this tick */
    int64_t now_ms;
    int64_t last_ms;  /* the tick before; LONG_AGO after a begin */
    int64_t begun_ms; /* the daemon's */
    int64_t ended_ms; /* the last daemon's */
    bool first;       /* no tick since the daemon began */

    /* What was driven. */
    bool powered;         /* the last tick drove */
    enum drive_mode mode; /* what */
    int32_t duty;
    int64_t driven_ms[DRIVE_MODE_COUNT]; /* when that output last was driven or read on */
    int64_t off_ms;                      /* when power last was; LONG_AGO: never */
    int64_t idle_ms;                     /* since when neither driven, pulsed nor read on */
    int64_t session;                     /* the newest that had power */
    int64_t session_on_ms;               /* its power-on */
    int64_t session_rest_ms;
    int64_t session_max_ms;
    bool session_over;   /* its end was recorded */
    double session_dose; /* CEM43 */
    double dose_day[64]; /* of the newest sessions, with their ends */
    int64_t dose_day_ms[64];
    size_t dose_next;
    int64_t shown_session;
    int64_t shown_end_ms;

    /* What stands. */
    enum fault trip;
    int64_t cleared_ms;   /* then what waits is named one tick later */
    bool store_lost;      /* for the world: tell the next daemon */
    int64_t rest_anew_ms; /* no power before: after a lost store */
    bool pause_local;
    int64_t now_asked_ms; /* when `now` was last obeyed */
    int64_t begun_max_ms; /* of the shown session, by the configuration when it began to arm */
    int64_t begun_rest_ms;
    enum drive_test test; /* asked in the last tick */
    int64_t tested_session;
    bool tested_channel;
    bool tested_dead_man;
    int64_t pulsed_ms;
    int64_t beats_since_ms;
    int64_t beat_ms; /* newest edge of the heartbeat */
    bool dark;       /* the open session was held and may not power up by itself */
    int64_t dark_session;
    int64_t not_before_ms; /* a remote resume has to announce first */
    int32_t sensor_trips;
    int64_t sensor_trips_session;
    int64_t struck_now;     /* the session that a fault "trip, twice" ended */
    int64_t locked_session; /* ... that a lockout did */

    /* What was seen. */
    struct seen_sensor sensors[SENSORS_MAX];
    struct mark marks[MARKS]; /* newest first */
    int32_t mark_count;
    bool warmed;
    bool trend_surely;
    bool trend; /* the newest look at the marks found heat or cold while off */
    struct cause causes[FAULT_COUNT];
    int64_t late_ms[3];
    int64_t late_at_most_ms[3];
    bool was_powered; /* in the tick before the last */
    int32_t readback; /* bad ticks in a row */
    int32_t live;     /* live ticks in a row, off for a minute */
    int32_t live_surely;
    int32_t live_test;      /* ... while the self-test looks at the channels */
    int64_t apart_since_ms; /* two pad sensors disagree; LONG_AGO: they do not */
    int64_t stretch_ms;     /* when the stretch began; LONG_AGO: none */
    int64_t power_up_ms;    /* first step of unbroken yes */
    bool first_stretch;     /* of this power-up is still to come, and is to be watched */
    bool watching;          /* no_response */
    bool broken_off;        /* the last power-up broke a watch off */
    bool watch_foggy;
    int32_t watch_slope, watch_high, watch_low;
    int64_t band_session; /* the session that had its band */
    double lost;          /* degrees x seconds */
    bool has_phase;       /* of the session shown */
    int32_t target_mc, tolerance_mc;
    int64_t not_clear_ms[FAULT_COUNT]; /* when what clears a fault last did not hold */
    int64_t lock_stands_ms;            /* when what keeps a lockout from its acknowledgement last was there */
    bool odd;                          /* off for an hour, and no temperature of a pad */
    bool implausible;                  /* since the tick before */
    int64_t not_fresh_ms; /* when some pad or hot-side sensor last was not good by the age that holds for power */

    char wrong[200];
};

void oracle_begin(struct oracle *o, const struct engine_config *config);

/* The daemon ended at `now_ms` and what was durable is `kept`; `open`: the session whose record is still open on the
 * disk. The next tick is of a new daemon. */
void oracle_ended(struct oracle *o, int64_t now_ms, bool orderly, bool power_cut, bool lost, int64_t open,
                  const struct oracle_kept *kept);

/* One tick. NULL, or which rule was broken: static or in o->wrong, good until the next call. */
const char *oracle_tick(struct oracle *o, const struct oracle_look *look);

/* Add the figures of one run to those of many. */
void oracle_counts_add(struct oracle_counts *sum, const struct oracle_counts *counts);

/* The table of what was provoked and named. Returns how many faults that the core can name were never provoked. */
int oracle_counts_print(const struct oracle_counts *counts, FILE *out);

/* oracle_sensors.c: what each reading means by itself. */
void sensors_look(struct oracle *o, const struct oracle_look *look);
void sensors_forget(struct oracle *o);
bool sensor_counts(const struct oracle *o, const struct oracle_look *look, size_t i);
bool sensor_guards(const struct oracle *o, size_t i, enum drive_mode mode);
/* The highest (heat) or lowest (cool) median of an output's pad sensors. */
bool controlling(const struct oracle *o, enum drive_mode mode, int32_t *mc);

/* oracle_trends.c: what they mean over time, and against the drive. */
void trends_look(struct oracle *o, const struct oracle_look *look);
void trends_forget(struct oracle *o);

/* oracle_causes.c: which faults there are in this tick, and what would clear them. */
void causes_look(struct oracle *o, const struct oracle_look *look);
void causes_forget(struct oracle *o);
void cause_is(struct oracle *o, enum fault fault, bool due, bool lock);
/* The same at one sensor, which may not count for what is wanted now. */
void cause_at(struct oracle *o, enum fault fault, bool counts, bool due);
/* Since when the condition that clears `fault` holds, and for how long it has to; INT64_MAX: no time clears it. */
int64_t clear_for_ms(enum fault fault);
bool cause_gone(const struct oracle *o, const struct oracle_look *look, enum fault fault);

/* oracle_power.c: may there be power now? */
const char *power_wrong(struct oracle *o, const struct oracle_look *look);
void power_remember(struct oracle *o, const struct oracle_look *look);

/* oracle_names.c: is what was named so, and what is so named? */
const char *names_wrong(struct oracle *o, const struct oracle_look *look);

static inline bool is_powered(const struct oracle_look *look)
{
    return look->out->drive.mode != DRIVE_OFF && look->out->test == TEST_NONE;
}

static inline bool is_pulsed(const struct oracle_look *look)
{
    return look->out->test == TEST_DEAD_MAN;
}

#endif
