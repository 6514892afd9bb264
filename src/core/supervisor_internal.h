/* What the parts of the supervisor share: one tick being judged. */
#ifndef SOOTHE_CORE_SUPERVISOR_INTERNAL_H
#define SOOTHE_CORE_SUPERVISOR_INTERNAL_H

#include "soothe/supervisor.h"

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
    enum fault unusable[SENSORS_MAX]; /* what is wrong with each reading in this tick; FAULT_NONE: it is good */
};

/* Whether sensor `index` guards the pad at all, and whether its run counts for what is wanted now. */
bool supervisor_guards(const struct supervisor_tick *tick, size_t index);
bool supervisor_counts(const struct supervisor_tick *tick, size_t index);

/* Judge each reading of this tick and carry the runs of bad samples on. */
void supervisor_sensors_step(struct supervisor_tick *tick);

/* Whether every guarding sensor is good, and those of `role` lie within low to high. */
bool supervisor_inside(const struct supervisor_tick *tick, enum sensor_role role, int32_t low_mc, int32_t high_mc);

enum supervisor_kind { KIND_TRIP, KIND_LOCKOUT };

enum supervisor_verdict { VERDICT_FINE, VERDICT_DOUBT, VERDICT_NAMED };

/* A row of the table of safety rules. */
struct supervisor_rule {
    enum fault fault;
    enum supervisor_kind kind;
    enum supervisor_verdict (*check)(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                     int *sensor);
    bool (*calm)(const struct supervisor_tick *tick); /* the cause is absent */
    int64_t clear_ms;                                 /* a trip clears after so much calm in a row */
    int32_t trips_max;                                /* a session; the next one is a lockout. 0: no such rule */
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
