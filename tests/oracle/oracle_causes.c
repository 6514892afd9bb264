#include "oracle.h"

#include <string.h>

#define MINUTE         60000
#define AFTERGLOW_MS   MINUTE
#define SEEN_MS        200
#define STALE_NAMED_MS 800
#define REST_NAMED_MS  3700
#define LATE_MS        600
#define BREAK_MS       3500

void causes_forget(struct oracle *o)
{
    memset(o->causes, 0, sizeof o->causes);
    for (int f = 0; f < FAULT_COUNT; f++) {
        o->causes[f].may_ms = o->causes[f].lock_ms = LONG_AGO;
        o->not_clear_ms[f] = o->now_ms;
    }
    o->not_fresh_ms = o->now_ms;
    for (int k = 0; k < 3; k++) {
        o->late_ms[k] = o->late_at_most_ms[k] = LONG_AGO;
    }
    o->was_powered = false;
    o->readback = 0;
    o->live = 0;
    trends_forget(o);
}

/* It stands in this tick: no power, and a name is in order. `due`: the name has to come now. */
void cause_is(struct oracle *o, enum fault fault, bool due, bool lock)
{
    struct cause *c = &o->causes[fault];
    c->off = true;
    c->may = true;
    c->may_ms = o->now_ms;
    c->due = c->due || due;
    if (lock) {
        c->lock = c->lock || due;
        c->lock_ms = o->now_ms;
    }
}

void cause_at(struct oracle *o, enum fault fault, bool counts, bool due)
{
    bool off = o->causes[fault].off;
    cause_is(o, fault, counts && due, false);
    o->causes[fault].off = off || counts;
}

static void doubt(struct oracle *o, enum fault fault)
{
    o->causes[fault].off = true;
}

static void look_at_usable(struct oracle *o, const struct oracle_look *look, size_t i)
{
    const struct seen_sensor *s = &o->sensors[i];
    const struct reading *r = &look->in->readings[i];
    const struct bad_run *run = &s->unusable;
    bool counts = sensor_counts(o, look, i);
    if (run->samples == 0) {
        return;
    }
    if (counts) {
        doubt(o, run->fault);
    }
    bool foggy = o->now_ms - s->foggy_ms < 5000;
    /* Of a sensor that was never read: since the daemon began. */
    int64_t age = r->at_ms == INT64_MIN ? o->now_ms - o->begun_ms : look->in->now_ms - r->at_ms;
    bool on = look->in->heat_on || look->in->cool_on;
    bool open = look->status->session != 0 || o->shown_session != 0 || on;
    bool aged = age >= REST_NAMED_MS || (age >= STALE_NAMED_MS && open);
    bool old = age >= REST_NAMED_MS || (age >= STALE_NAMED_MS && look->status->state == STATE_RUNNING && o->powered);
    if (run->samples >= (foggy ? 2 : 3) || aged) {
        /* "Named 0.2 s later": past the age, and past the step that saw it first. */
        bool seen = o->now_ms - run->since_ms >= SEEN_MS;
        bool due = counts && !foggy && (run->samples >= 3 || (old && seen)) && run->good_since_ms == LONG_AGO;
        cause_at(o, run->fault, counts, due);
        if (foggy || aged) { /* then it may be known by its age or by what it answered */
            o->causes[FAULT_SENSOR_STALE].may_ms = o->now_ms;
        }
    }
}

/* The pad itself may be what passed the limit. */
static bool locks_surely(const struct oracle *o, const struct oracle_look *look)
{
    return o->powered || is_powered(look) || look->in->heat_on || look->in->cool_on;
}

static bool may_lock(const struct oracle *o, const struct oracle_look *look)
{
    bool afterglow =
        o->now_ms - o->driven_ms[DRIVE_HEAT] <= AFTERGLOW_MS || o->now_ms - o->driven_ms[DRIVE_COOL] <= AFTERGLOW_MS;
    return locks_surely(o, look) || look->status->session != 0 || o->shown_session != 0 || afterglow;
}

static void look_at_limit(struct oracle *o, const struct oracle_look *look, size_t i, enum fault fault,
                          const struct bad_run *trip, const struct bad_run *lock)
{
    bool counts = fault == FAULT_TOO_HOT || sensor_counts(o, look, i);
    bool sound = o->sensors[i].unusable.samples == 0; /* else what was good between is a question of the age */
    if (trip->samples > 0 && counts) {
        doubt(o, fault);
    }
    if (trip->samples >= 3) {
        cause_at(o, fault, counts, sound && trip->good_since_ms == LONG_AGO);
    }
    if (lock->samples >= 3 && may_lock(o, look)) {
        o->causes[fault].lock_ms = o->now_ms;
        bool due = counts && sound && locks_surely(o, look) && lock->good_since_ms == LONG_AGO;
        o->causes[fault].lock = o->causes[fault].lock || due;
    }
}

static void look_at_sensors(struct oracle *o, const struct oracle_look *look)
{
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        const struct seen_sensor *s = &o->sensors[i];
        enum sensor_role role = o->config->limits.sensors[i].role;
        if (role == SENSOR_ROOM) {
            continue;
        }
        look_at_usable(o, look, i);
        if (s->high.samples > 0) {
            look_at_limit(o, look, i, role == SENSOR_PAD ? FAULT_TOO_HOT : FAULT_HOT_SIDE, &s->high, &s->higher);
        }
        if (s->low.samples > 0) {
            look_at_limit(o, look, i, FAULT_TOO_COLD, &s->low, &s->lower);
        }
        if (s->jumped && role == SENSOR_PAD) {
            cause_at(o, FAULT_SENSOR_JUMP, sensor_counts(o, look, i), o->now_ms - s->foggy_ms > 10000);
        }
    }
}

static void look_at_lines(struct oracle *o, const struct oracle_look *look)
{
    const struct engine_input *in = look->in;
    if (in->heat_on && in->cool_on) {
        cause_is(o, FAULT_BOTH_ON, true, true);
    }
    o->readback = in->readback_bad ? o->readback + 1 : 0;
    if (o->readback > 0) {
        doubt(o, FAULT_READBACK);
    }
    if (o->readback >= 2) {
        cause_is(o, FAULT_READBACK, true, true);
    }
}

static void look_at_voltage(struct oracle *o, const struct oracle_look *look)
{
    bool live = look->config->limits.sense && look->in->sense_live;
    bool off = o->now_ms - o->idle_ms >= MINUTE;
    bool test =
        look->status->session != 0 || o->shown_session != 0; /* which ticks it looks in is not seen from outside */
    bool still = !o->powered && !look->in->heat_on && !look->in->cool_on;
    /* The supervisor may have said yes in the very step in which the engine ended the session. */
    bool surely = o->now_ms - o->idle_ms >= MINUTE + 1500;
    o->live = live && off ? o->live + 1 : 0;
    o->live_surely = live && surely ? o->live_surely + 1 : 0;
    o->live_test = live && still && test ? o->live_test + 1 : 0;
    if (o->live > 0) {
        doubt(o, FAULT_HEAT_WHEN_OFF);
    }
    if (o->live >= 2) {
        cause_is(o, FAULT_HEAT_WHEN_OFF, o->live_surely >= 2, true);
    }
    if (o->live + o->live_test >= 2) {
        o->causes[FAULT_HEAT_WHEN_OFF].may_ms = o->causes[FAULT_HEAT_WHEN_OFF].lock_ms = o->now_ms;
    }
    if (live && o->now_ms - o->pulsed_ms < 1000) {
        o->causes[FAULT_DEAD_MAN].may_ms = o->now_ms;
        o->counts.provoked[FAULT_DEAD_MAN]++;
    }
}

static bool third_within_a_minute(int64_t stamps[3], int64_t now_ms)
{
    memmove(stamps + 1, stamps, 2 * sizeof stamps[0]);
    stamps[0] = now_ms;
    return stamps[2] != LONG_AGO && now_ms - stamps[2] <= MINUTE;
}

/* In the tick after an end by the engine the supervisor, which had said yes, may still call a gap late. */
static void look_at_time(struct oracle *o)
{
    bool late = !o->first && o->now_ms - o->last_ms >= LATE_MS;
    if (late && (o->powered || o->was_powered)) {
        if (third_within_a_minute(o->late_at_most_ms, o->now_ms)) {
            o->causes[FAULT_LATE_TICK].may = true;
            o->causes[FAULT_LATE_TICK].may_ms = o->now_ms;
        }
    }
    if (late && o->powered) {
        doubt(o, FAULT_LATE_TICK);
        if (third_within_a_minute(o->late_ms, o->now_ms)) {
            cause_is(o, FAULT_LATE_TICK, o->now_ms - o->late_ms[2] < MINUTE, false);
        }
    }
    o->was_powered = o->powered;
}

/* When it was last driven or read on, or the daemon began. */
static void look_at_rest(struct oracle *o, const struct oracle_look *look)
{
    if (o->first || o->powered || look->in->heat_on || look->in->cool_on) {
        o->idle_ms = o->now_ms;
    }
}

static void look_at_memory(struct oracle *o)
{
    if (o->store_lost && o->first) {
        cause_is(o, FAULT_STORE_LOST, true, true);
        o->store_lost = false;
    }
    /* Due in the first step; behind a lockout that was named first it waits for as long as that one stands. */
    if (o->kept.collapses_most >= 3 && o->kept.lockout != FAULT_SUPPLY_COLLAPSE) {
        cause_is(o, FAULT_SUPPLY_COLLAPSE, o->first && o->kept.collapses >= 3 && o->kept.lockout == FAULT_NONE, true);
    }
}

int64_t clear_for_ms(enum fault fault)
{
    switch ((int)fault) {
    case FAULT_TOO_HOT:
    case FAULT_TOO_COLD:
    case FAULT_HOT_SIDE:
    case FAULT_NO_RESPONSE:
    case FAULT_LOST_BAND:
    case FAULT_LATE_TICK:
        return MINUTE;
    default:
        return 10000;
    }
}

/* Inside the limit by one degree, at every sensor that has it. */
static bool inside(const struct oracle_look *look, enum fault fault)
{
    const struct supervisor_config *c = &look->config->limits;
    bool inside = true;
    for (size_t i = 0; i < c->sensor_count; i++) {
        int32_t mc = look->in->readings[i].mc;
        if (c->sensors[i].role == SENSOR_PAD && fault == FAULT_TOO_HOT) {
            inside = inside && mc <= c->too_hot_trip_mc - 1000;
        } else if (c->sensors[i].role == SENSOR_PAD && fault == FAULT_TOO_COLD) {
            inside = inside && mc >= c->too_cold_trip_mc + 1000;
        } else if (c->sensors[i].role == SENSOR_HOT_SIDE && fault == FAULT_HOT_SIDE) {
            inside = inside && mc <= c->hot_side_trip_mc - 1000;
        }
    }
    return inside;
}

static bool all_usable(const struct oracle_look *look)
{
    for (size_t i = 0; i < look->config->limits.sensor_count; i++) {
        const struct reading *r = &look->in->readings[i];
        if (look->config->limits.sensors[i].role != SENSOR_ROOM &&
            (r->status != READING_OK || r->at_ms > look->in->now_ms || r->at_ms <= look->in->now_ms - BREAK_MS)) {
            return false;
        }
    }
    return true;
}

/* What has nothing to do with readings, or only shows with power, goes away without good ones. */
static bool needs_no_sensor(enum fault fault)
{
    switch ((int)fault) {
    case FAULT_STORE_LOST:
    case FAULT_BOTH_ON:
    case FAULT_READBACK:
    case FAULT_HEAT_WHEN_OFF:
    case FAULT_WRONG_WAY:
    case FAULT_SUPPLY_COLLAPSE:
    case FAULT_NO_RESPONSE:
    case FAULT_LOST_BAND:
    case FAULT_LATE_TICK:
        return true;
    default:
        return false;
    }
}

/* Whether what would clear it holds in this very tick. */
bool cause_gone(const struct oracle *o, const struct oracle_look *look, enum fault fault)
{
    if (!needs_no_sensor(fault) && !all_usable(look)) {
        return false;
    }
    switch ((int)fault) {
    case FAULT_TOO_HOT:
    case FAULT_TOO_COLD:
    case FAULT_HOT_SIDE:
        return inside(look, fault);
    case FAULT_BOTH_ON:
        return !(look->in->heat_on && look->in->cool_on);
    case FAULT_READBACK:
        return !look->in->readback_bad;
    case FAULT_HEAT_WHEN_OFF:
        return !o->trend && !(look->config->limits.sense && look->in->sense_live);
    case FAULT_SENSOR_STUCK:
    case FAULT_SENSOR_JUMP:
    case FAULT_SENSOR_DISAGREE:
        return o->apart_since_ms == LONG_AGO || fault != FAULT_SENSOR_DISAGREE ? !o->causes[fault].may : false;
    default:
        return true;
    }
}

static void follow_clearing(struct oracle *o, const struct oracle_look *look)
{
    bool gap = !o->first && o->now_ms - o->last_ms >= BREAK_MS;
    enum fault f = o->trip;
    if (f != FAULT_NONE && (gap || !cause_gone(o, look, f))) {
        o->not_clear_ms[f] = o->now_ms;
    }
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        if (o->config->limits.sensors[i].role != SENSOR_ROOM && !o->sensors[i].fresh) {
            o->not_fresh_ms = o->now_ms;
        }
    }
}

static void follow_lockout(struct oracle *o, const struct oracle_look *look)
{
    bool gap = !o->first && o->now_ms - o->last_ms >= BREAK_MS;
    bool other = false; /* what would lock at once again */
    for (int f = 1; f < FAULT_COUNT; f++) {
        other = other || o->causes[f].lock_ms == o->now_ms;
    }
    bool gone = o->kept.lockout != FAULT_NONE && cause_gone(o, look, o->kept.lockout);
    if (!gone || gap || o->first || other || !all_usable(look)) {
        o->lock_stands_ms = o->now_ms;
    }
}

static void follow_plausible(struct oracle *o)
{
    int64_t since_ms =
        o->driven_ms[DRIVE_HEAT] > o->driven_ms[DRIVE_COOL] ? o->driven_ms[DRIVE_HEAT] : o->driven_ms[DRIVE_COOL];
    bool was = o->odd;
    o->odd = false;
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        const struct seen_sensor *s = &o->sensors[i];
        bool outside = s->has_median && (s->median < 5000 || s->median > 38000);
        o->odd = o->odd || (o->config->limits.sensors[i].role == SENSOR_PAD && outside);
    }
    o->odd = o->odd && o->now_ms - since_ms > 60 * MINUTE && o->now_ms - o->off_ms > 60 * MINUTE;
    o->implausible = was && o->odd;
}

static void count_onsets(struct oracle *o)
{
    for (int f = 1; f < FAULT_COUNT; f++) {
        o->counts.provoked[f] += o->causes[f].may && !o->causes[f].was_off;
        o->causes[f].was_off = o->causes[f].may;
    }
}

void causes_look(struct oracle *o, const struct oracle_look *look)
{
    for (int f = 1; f < FAULT_COUNT; f++) {
        struct cause *c = &o->causes[f];
        c->off = c->due = c->lock = c->may = false;
    }
    look_at_rest(o, look);
    look_at_memory(o);
    look_at_sensors(o, look);
    look_at_lines(o, look);
    look_at_voltage(o, look);
    look_at_time(o);
    trends_look(o, look);
    follow_clearing(o, look);
    follow_lockout(o, look);
    follow_plausible(o);
    count_onsets(o);
}
