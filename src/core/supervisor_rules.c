#include "supervisor_internal.h"

#define NEVER INT64_MIN

/* The checks: does the rule see its hazard in this tick? */

static enum supervisor_verdict check_store_lost(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                                int *sensor)
{
    (void)rule;
    (void)sensor;
    return tick->input->store_lost ? VERDICT_NAMED : VERDICT_FINE;
}

static enum supervisor_verdict check_both_on(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                             int *sensor)
{
    (void)rule;
    (void)sensor;
    return tick->input->heat_on && tick->input->cool_on ? VERDICT_NAMED : VERDICT_FINE;
}

static enum supervisor_verdict check_readback(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                              int *sensor)
{
    (void)rule;
    (void)sensor;
    if (tick->state->readback_bad >= SUPERVISOR_READBACK_TICKS) {
        return VERDICT_NAMED;
    }
    return tick->state->readback_bad > 0 ? VERDICT_DOUBT : VERDICT_FINE;
}

static enum supervisor_verdict check_sense(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                           int *sensor)
{
    (void)rule;
    (void)sensor;
    if (tick->state->sense_ticks >= SUPERVISOR_SENSE_TICKS) {
        return VERDICT_NAMED;
    }
    return tick->state->sense_ticks > 0 ? VERDICT_DOUBT : VERDICT_FINE;
}

static enum supervisor_verdict check_drift(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                           int *sensor)
{
    (void)rule;
    *sensor = tick->state->drift_sensor;
    return *sensor >= 0 ? VERDICT_NAMED : VERDICT_FINE;
}

/* A lockout that stands comes first: its acknowledgement must not wait for one that nobody has been told of. */
static enum supervisor_verdict check_supply(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                            int *sensor)
{
    (void)rule;
    (void)sensor;
    const struct supervisor_memory *memory = &tick->state->memory;
    bool collapses = memory->collapses >= SUPERVISOR_COLLAPSES_MAX && memory->lockout == FAULT_NONE;
    return collapses ? VERDICT_NAMED : VERDICT_FINE;
}

/* Only ever a doubt: the engine's arming has failed then, and it tries again. */
static enum supervisor_verdict check_dead_man(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                              int *sensor)
{
    (void)rule;
    (void)sensor;
    bool live = tick->input->test == TEST_DEAD_MAN && tick->limits->sense && tick->input->sense_live;
    return live ? VERDICT_DOUBT : VERDICT_FINE;
}

static enum supervisor_verdict check_each(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                          int *sensor)
{
    for (size_t i = 0; i < tick->sensor_count; i++) {
        if (rule->seen(tick, i)) {
            *sensor = (int)i;
            return VERDICT_NAMED;
        }
    }
    return VERDICT_FINE;
}

static bool seen_frozen(const struct supervisor_tick *tick, size_t index)
{
    return supervisor_counts(tick, index) && supervisor_frozen(tick, index);
}

static bool seen_jump(const struct supervisor_tick *tick, size_t index)
{
    return tick->limits->sensors[index].role == SENSOR_PAD && supervisor_counts(tick, index) && tick->jumped[index];
}

static enum supervisor_verdict check_disagree(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                              int *sensor)
{
    (void)rule;
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        int64_t since_ms = tick->state->apart_ms[mode];
        bool counts = tick->mode == DRIVE_OFF || (int)tick->mode == mode;
        if (counts && since_ms != NEVER && since_ms <= tick->now_ms - SUPERVISOR_DISAGREE_MS) {
            *sensor = supervisor_apart(tick, (enum drive_mode)mode);
            return VERDICT_NAMED;
        }
    }
    return VERDICT_FINE;
}

static enum supervisor_verdict check_response(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                              int *sensor)
{
    (void)rule;
    (void)sensor;
    const struct supervisor_state *state = tick->state;
    bool none = state->response == RESPONSE_WATCHED && state->stretch_ms <= tick->now_ms - SUPERVISOR_RESPONSE_MS;
    return none ? VERDICT_NAMED : VERDICT_FINE;
}

static enum supervisor_verdict check_band(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                          int *sensor)
{
    (void)rule;
    (void)sensor;
    return tick->state->lost_mc_ms >= SUPERVISOR_LOST_MC_MS ? VERDICT_NAMED : VERDICT_FINE;
}

static bool powered(const struct supervisor_tick *tick)
{
    int64_t since_ms = tick->now_ms - SUPERVISOR_AFTERGLOW_MS;
    return tick->state->session > 0 || tick->state->driven_ms[DRIVE_HEAT] > since_ms ||
           tick->state->driven_ms[DRIVE_COOL] > since_ms;
}

/* Heat burns whatever is wanted: the other output's switch may be the one that failed. Cold is slow, and a pad that
 * waits in a refrigerator for its phase is no fault. */
static bool limit_counts(const struct supervisor_tick *tick, const struct supervisor_rule *rule, size_t index)
{
    bool high = rule->watch == WATCH_HIGH_TRIP || rule->watch == WATCH_HIGH_LOCKOUT;
    return tick->limits->sensors[index].role == rule->role && (high || supervisor_counts(tick, index));
}

/* A pad that lies in the sun or comes out of a freezer may pass every limit: without power and session it only trips.
 */
static enum supervisor_verdict check_limit(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                           int *sensor)
{
    enum supervisor_verdict worst = VERDICT_FINE;
    if (!tick->runs[rule->watch] || (rule->kind == KIND_LOCKOUT && !powered(tick))) {
        return worst;
    }
    for (size_t i = 0; i < tick->sensor_count; i++) {
        int32_t count = tick->state->sensors[i].runs[rule->watch].count;
        enum supervisor_verdict verdict = count >= SUPERVISOR_BAD_READINGS ? VERDICT_NAMED : VERDICT_DOUBT;
        if (count > 0 && verdict > worst && limit_counts(tick, rule, i)) {
            worst = verdict;
            *sensor = (int)i;
        }
    }
    return worst;
}

static enum supervisor_verdict check_unusable(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                              int *sensor)
{
    enum supervisor_verdict worst = VERDICT_FINE;
    for (size_t i = 0; tick->runs[WATCH_UNUSABLE] && i < tick->sensor_count; i++) {
        const struct supervisor_sensor_state *state = &tick->state->sensors[i];
        int32_t count = state->runs[WATCH_UNUSABLE].count;
        enum supervisor_verdict verdict = count >= SUPERVISOR_BAD_READINGS ? VERDICT_NAMED : VERDICT_DOUBT;
        if (count > 0 && verdict > worst && state->bad_fault == rule->fault && supervisor_counts(tick, i)) {
            worst = verdict;
            *sensor = (int)i;
        }
    }
    return worst;
}

/* Only ever a doubt: a pad without a sensor is a configuration that should not have come so far. */
static enum supervisor_verdict check_unguarded(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                               int *sensor)
{
    (void)rule;
    (void)sensor;
    bool guarded = tick->mode == DRIVE_OFF;
    for (size_t i = 0; i < tick->sensor_count; i++) {
        guarded = guarded || (tick->limits->sensors[i].role == SENSOR_PAD && supervisor_counts(tick, i));
    }
    return tick->config_ok && guarded ? VERDICT_FINE : VERDICT_DOUBT;
}

static enum supervisor_verdict check_late_tick(const struct supervisor_tick *tick, const struct supervisor_rule *rule,
                                               int *sensor)
{
    (void)rule;
    (void)sensor;
    if (tick->state->late_ms[SUPERVISOR_LATE_TICKS - 1] > tick->now_ms - SUPERVISOR_LATE_TICKS_WINDOW_MS) {
        return VERDICT_NAMED;
    }
    return tick->late || !tick->time_ok ? VERDICT_DOUBT : VERDICT_FINE;
}

/* The clearing conditions: is the cause absent in this tick? */

static bool calm_store(const struct supervisor_tick *tick)
{
    return !tick->input->store_lost;
}

static bool calm_both_on(const struct supervisor_tick *tick)
{
    return !(tick->input->heat_on && tick->input->cool_on);
}

static bool calm_readback(const struct supervisor_tick *tick)
{
    return !tick->input->readback_bad;
}

static bool calm_sensors(const struct supervisor_tick *tick)
{
    return supervisor_inside(tick, SENSOR_PAD, INT32_MIN, INT32_MAX);
}

static bool calm_too_hot(const struct supervisor_tick *tick)
{
    return supervisor_inside(tick, SENSOR_PAD, INT32_MIN, tick->limits->too_hot_trip_mc - SUPERVISOR_LIMIT_CLEAR_MC);
}

static bool calm_too_cold(const struct supervisor_tick *tick)
{
    return supervisor_inside(tick, SENSOR_PAD, tick->limits->too_cold_trip_mc + SUPERVISOR_LIMIT_CLEAR_MC, INT32_MAX);
}

static bool calm_hot_side(const struct supervisor_tick *tick)
{
    return supervisor_inside(tick, SENSOR_HOT_SIDE, INT32_MIN,
                             tick->limits->hot_side_trip_mc - SUPERVISOR_LIMIT_CLEAR_MC);
}

static bool calm_late_tick(const struct supervisor_tick *tick)
{
    return !tick->late;
}

static bool calm_drift(const struct supervisor_tick *tick)
{
    return tick->state->drift_sensor < 0 && !(tick->limits->sense && tick->input->sense_live);
}

static bool calm_codes(const struct supervisor_tick *tick)
{
    bool calm = calm_sensors(tick);
    for (size_t i = 0; i < tick->sensor_count; i++) {
        calm = calm && !(supervisor_guards(tick, i) && supervisor_frozen(tick, i));
    }
    return calm;
}

static bool calm_jump(const struct supervisor_tick *tick)
{
    bool calm = calm_sensors(tick);
    for (size_t i = 0; i < tick->sensor_count; i++) {
        calm = calm && !(tick->limits->sensors[i].role == SENSOR_PAD && tick->jumped[i]);
    }
    return calm;
}

static bool calm_disagree(const struct supervisor_tick *tick)
{
    return calm_sensors(tick) && supervisor_apart(tick, DRIVE_HEAT) < 0 && supervisor_apart(tick, DRIVE_COOL) < 0;
}

/* What only power can show is not there without it. */
static bool calm_unpowered(const struct supervisor_tick *tick)
{
    (void)tick;
    return true;
}

/* Every safety rule, in the order in which one of several is named; docs/safety.md has the same rows with hazard,
 * reason and source. Two rows of one fault share their clearing condition. */
#define ROW(name, is, sees, over)       .fault = FAULT_##name, .kind = KIND_##is, .check = check_##sees, .calm = calm_##over
#define TIMED_ROW(name, sees, after_ms) ROW(name, TRIP, sees, sees), .clear_ms = (after_ms)
#define SENSOR_ROW(name, sees, over)                                                                                   \
    ROW(name, TRIP, sees, over), .clear_ms = SUPERVISOR_SENSOR_CLEAR_MS, .trips_max = SUPERVISOR_SENSOR_TRIPS_MAX
#define EACH_ROW(name, is, sees, over) ROW(name, is, each, over), .seen = (sees)
#define LIMIT_ROW(name, is, at, side, over)                                                                            \
    ROW(name, is, limit, over), .clear_ms = SUPERVISOR_LIMIT_CLEAR_MS, .role = SENSOR_##at, .watch = WATCH_##side##_##is

static const struct supervisor_rule rules[] = {
    {ROW(STORE_LOST,                          LOCKOUT,                   store_lost,                               store)},
    {ROW(BOTH_ON,                                       LOCKOUT,                                                      both_on,                                                 both_on)},
    {ROW(READBACK,                               LOCKOUT,                                                        readback,                                     readback)},
    {ROW(HEAT_WHEN_OFF,                               LOCKOUT,sense,drift)},
    {ROW(HEAT_WHEN_OFF,  LOCKOUT,                               drift,                                                                      drift)},
    {EACH_ROW(WRONG_WAY,                       LOCKOUT,                                        supervisor_wrong_way,                                             unpowered)},
    {ROW(SUPPLY_COLLAPSE,                                       LOCKOUT,                                               supply,                                                          unpowered)},
    {ROW(DEAD_MAN,                             TRIP,                                                      dead_man,                                unpowered)},
    {SENSOR_ROW(SENSOR_ERROR,                                 unguarded,  sensors)},
    {SENSOR_ROW(SENSOR_OPEN,       unusable,sensors)},
    {SENSOR_ROW(SENSOR_SHORT,                 unusable, sensors)                               },
    {SENSOR_ROW(SENSOR_ERROR,                  unusable,                             sensors)                                                                                          },
    {SENSOR_ROW(SENSOR_STALE,                 unusable,                  sensors)                                                 },
    {SENSOR_ROW(SENSOR_IMPLAUSIBLE,                 unusable,                 sensors)                    },
    {EACH_ROW(SENSOR_STUCK,                 TWICE,                  seen_frozen,                                 codes), .clear_ms = SUPERVISOR_SENSOR_CLEAR_MS},
    {EACH_ROW(SENSOR_STUCK,           TWICE,            supervisor_unmoved,                            codes), .clear_ms = SUPERVISOR_SENSOR_CLEAR_MS},
    {SENSOR_ROW(SENSOR_JUMP,                   each,                       jump),                                   .seen = seen_jump},
    {ROW(SENSOR_DISAGREE, TWICE,                          disagree,                                              disagree), .clear_ms = SUPERVISOR_SENSOR_CLEAR_MS},
    {LIMIT_ROW(TOO_HOT,                     LOCKOUT,                             PAD,    HIGH, too_hot)},
    {LIMIT_ROW(TOO_HOT,                  TRIP,                     PAD,                                  HIGH, too_hot)},
    {LIMIT_ROW(TOO_COLD,                                       LOCKOUT,                                              PAD,                                                                                 LOW, too_cold)},
    {LIMIT_ROW(TOO_COLD,                              TRIP,                 PAD,            LOW, too_cold)},
    {LIMIT_ROW(HOT_SIDE,            LOCKOUT,      HOT_SIDE,                                       HIGH, hot_side)},
    {LIMIT_ROW(HOT_SIDE,                                       TRIP,                                                HOT_SIDE,                                                                   HIGH, hot_side)},
    {ROW(NO_RESPONSE,                                   TWICE,                                                    response,                                                           unpowered), .clear_ms = SUPERVISOR_LIMIT_CLEAR_MS},
    {ROW(LOST_BAND,TWICE,band,unpowered), .clear_ms = SUPERVISOR_LIMIT_CLEAR_MS},
    {TIMED_ROW(LATE_TICK,                                       late_tick,                                               SUPERVISOR_LATE_TICKS_WINDOW_MS)                                                     },
};

#define RULES (sizeof rules / sizeof rules[0])

/* A fault without a row (a lockout that an older version stored) clears like a sensor fault. */
static const struct supervisor_rule unknown_rule = {.calm = calm_sensors, .clear_ms = SUPERVISOR_LIMIT_CLEAR_MS};

const struct supervisor_rule *supervisor_rule_of(enum fault fault)
{
    for (size_t i = 0; i < RULES; i++) {
        if (rules[i].fault == fault) {
            return &rules[i];
        }
    }
    return &unknown_rule;
}

static void note(struct supervisor_finding *finding, const struct supervisor_rule *rule, int sensor)
{
    if (!finding->rule) {
        *finding = (struct supervisor_finding){.rule = rule, .sensor = sensor};
    }
}

struct supervisor_findings supervisor_judge(const struct supervisor_tick *tick)
{
    struct supervisor_findings found = {
        .lockout = {NULL, -1},
          .trip = {NULL, -1},
          .doubt = {NULL, -1}
    };
    for (size_t i = 0; i < RULES; i++) {
        int sensor = -1;
        enum supervisor_verdict verdict = rules[i].check(tick, &rules[i], &sensor);
        if (verdict == VERDICT_NAMED) {
            note(rules[i].kind == KIND_LOCKOUT ? &found.lockout : &found.trip, &rules[i], sensor);
        }
        if (verdict != VERDICT_FINE) {
            note(&found.doubt, &rules[i], sensor);
        }
    }
    return found;
}
