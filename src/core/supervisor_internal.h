/* What the parts of the supervisor share: one tick being judged. */
#ifndef SOOTHE_CORE_SUPERVISOR_INTERNAL_H
#define SOOTHE_CORE_SUPERVISOR_INTERNAL_H

#include "soothe/supervisor.h"

/* What holds of a state between two steps, whatever the input was, and from supervisor_init on:
 *
 *   every time of the state itself that is not INT64_MIN lies in 0 to step_ms; of a sensor's samples, medians and codes
 *       above -SUPERVISOR_STALE_REST_MS and not after step_ms; at_ms, and memory's session_on_ms, last_off_ms, rest_ms
 *       and lockout_at_ms may be anything
 *   counts and enums lie in the range that their comment gives, sensors in -1 to SENSORS_MAX - 1
 *   samples_mc, medians_mc, turn_mc, response_low_mc and response_high_mc lie within +/- SUPERVISOR_MC_MAX, marks_mc
 * too or is SUPERVISOR_NO_MC, slope_mc within twice that; response_low_mc <= response_high_mc medians > 0 only with
 * SUPERVISOR_SAMPLES samples; the medians_ms that count go down; code_ms, codes_ms <= good_ms powered_session is 0 or
 * the open session, and then session_on_ms <= step_ms had_band only with a powered_session, lost_mc_ms > 0 only with
 * had_band driven other than DRIVE_OFF only with a powered_session, without trip and lockout, and with last_off_ms
 * INT64_MIN strikes is 0 or 1, collapses 0 to SUPERVISOR_COLLAPSES_MAX, proven_session >= 0
 *
 * Sums of times are only ever `now_ms - K` with a small K, so none of them overflows. */

struct supervisor_tick {
    const struct supervisor_config *limits; /* clamped */
    struct supervisor_state *state;
    const struct supervisor_input *input;
    int64_t now_ms; /* input's, or the last good one while that cannot be */
    bool time_ok;
    bool config_ok;                   /* sensor_count and every role are within their range */
    size_t sensor_count;              /* 0 when config_ok is false */
    enum drive_mode mode;             /* what is wanted; anything that is no output is DRIVE_OFF */
    bool energised;                   /* wanted or powered: the short limit of age holds */
    bool late;                        /* this tick came too late for what was driven */
    bool gap;                         /* no step for SUPERVISOR_CLEAR_GAP_MS, or never before */
    bool hard;                        /* since the last tick it was driven with all it has, or nearly */
    enum fault unusable[SENSORS_MAX]; /* what is wrong with each reading in this tick; FAULT_NONE: it is good */
    bool runs[WATCH_COUNT];           /* some sensor has a run of it: most ticks have none, and no row has to look */
    bool jumped[SENSORS_MAX];         /* with the sample of this tick */
};

/* What is wanted and what must be judged may differ: a sensor serves an output, DRIVE_OFF stands for either. */
bool supervisor_serves(const struct supervisor_sensor *sensor, enum drive_mode mode);

/* Whether sensor `index` guards the pad at all, and whether its run counts for what is wanted now. */
bool supervisor_guards(const struct supervisor_tick *tick, size_t index);
bool supervisor_counts(const struct supervisor_tick *tick, size_t index);

/* Judge each reading of this tick and carry the runs of bad samples on. */
void supervisor_sensors_step(struct supervisor_tick *tick);

/* Whether every guarding sensor is good, and those of `role` lie within low to high. */
bool supervisor_inside(const struct supervisor_tick *tick, enum sensor_role role, int32_t low_mc, int32_t high_mc);

/* Neither driven nor read on for `ms`, as far as is known: not before the first step. */
bool supervisor_off_for(const struct supervisor_tick *tick, int64_t ms);

/* supervisor_trends.c: what the temperatures of several ticks say. The sample is that of sensor `index` in this tick.
 */
void supervisor_sample(struct supervisor_tick *tick, size_t index, bool new_sample);
void supervisor_trends_step(struct supervisor_tick *tick);
int32_t supervisor_median(const struct supervisor_tick *tick, size_t index); /* SUPERVISOR_NO_MC: none */
/* The same reading again and again from an ADC that cannot be so quiet. */
bool supervisor_frozen(const struct supervisor_tick *tick, size_t index);
/* The hottest of the output's sensors, when two of them are too far apart; -1: they are not. */
int supervisor_apart(const struct supervisor_tick *tick, enum drive_mode mode);

/* supervisor_response.c: what the pad makes of the power. */
void supervisor_response_step(struct supervisor_tick *tick);
void supervisor_power_up(const struct supervisor_tick *tick); /* before the books say that it is on */
bool supervisor_wrong_way(const struct supervisor_tick *tick, size_t index);
/* One code for long under full power, of a channel that could not repeat it. */
bool supervisor_unmoved(const struct supervisor_tick *tick, size_t index);

/* TWICE: a trip that ends the session; the second session in a row that ends so is a lockout. */
enum supervisor_kind { KIND_TRIP, KIND_TWICE, KIND_LOCKOUT };

enum supervisor_verdict { VERDICT_FINE, VERDICT_DOUBT, VERDICT_NAMED };

/* A row of the table of safety rules. */
struct supervisor_rule {
    enum fault fault;
    enum supervisor_kind kind;
    enum supervisor_verdict (*check)(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                     int *sensor);
    bool (*seen)(const struct supervisor_tick *tick, size_t index); /* by a check of each sensor */
    bool (*calm)(const struct supervisor_tick *tick);               /* the cause is absent */
    int64_t clear_ms;                                               /* a trip clears after so much calm in a row */
    int32_t trips_max; /* a session; the next one is a lockout. 0: no such rule */
    enum sensor_role role;
    enum supervisor_watch watch;
};

/* What the rules say together in one tick; rule NULL: nothing. */
struct supervisor_finding {
    const struct supervisor_rule *rule;
    int sensor;
};

struct supervisor_findings {
    struct supervisor_finding lockout;
    struct supervisor_finding trip;
    struct supervisor_finding doubt;
};

/* What all rules say to this tick: of each kind the first that is named, and the first that takes the power away. */
struct supervisor_findings supervisor_judge(const struct supervisor_tick *tick);

/* The row of a fault; one that clears like a sensor fault where there is none (a lockout that another version stored).
 */
const struct supervisor_rule *supervisor_rule_of(enum fault fault);

#endif
