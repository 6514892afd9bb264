#include "oracle.h"

#define WAITS_MS     3000 /* a name may come so much after its cause, plus what another name kept it waiting */
#define CLEARS_IN_MS 5000 /* ... and a trip may stand so much longer than its clearing takes */

static bool is_twice(enum fault f)
{
    return f == FAULT_SENSOR_STUCK || f == FAULT_SENSOR_DISAGREE || f == FAULT_NO_RESPONSE || f == FAULT_LOST_BAND;
}

static bool is_sensor_trip(enum fault f)
{
    return f == FAULT_SENSOR_OPEN || f == FAULT_SENSOR_SHORT || f == FAULT_SENSOR_ERROR || f == FAULT_SENSOR_STALE ||
           f == FAULT_SENSOR_IMPLAUSIBLE || f == FAULT_SENSOR_JUMP;
}

static const char *say(struct oracle *o, enum fault f, const char *what)
{
    (void)snprintf(o->wrong, sizeof o->wrong, "%s: %s", fault_name(f), what);
    return o->wrong;
}

/* Since when a name could have been given: a name that stood before kept it waiting. */
static int64_t waited_since_ms(const struct oracle *o)
{
    int64_t gap_ms = o->first ? 0 : o->now_ms - o->last_ms;
    return o->now_ms - gap_ms - WAITS_MS;
}

static bool in_session(const struct oracle *o)
{
    return o->session != 0 && !o->session_over && o->shown_session == o->session;
}

static const char *trip_wrong(struct oracle *o, enum fault f)
{
    if (o->causes[f].may_ms < waited_since_ms(o)) {
        return say(o, f, "a trip without a cause");
    }
    if (is_twice(f) && in_session(o)) {
        if (o->kept.strikes > 0) {
            return say(o, f, "only a trip, though the session before ended so too");
        }
        o->kept.strikes = 1;
        o->kept.struck = o->session;
        o->struck_now = o->session;
    }
    if (is_sensor_trip(f) && in_session(o) && ++o->sensor_trips > 3) {
        return say(o, f, "only a trip, though it is the fourth of this session");
    }
    o->trip = f;
    o->not_clear_ms[f] = o->now_ms;
    return NULL;
}

static const char *lockout_wrong(struct oracle *o, enum fault f)
{
    bool cause = o->causes[f].lock_ms >= waited_since_ms(o);
    bool twice = is_twice(f) && o->kept.strikes > 0 && o->causes[f].may_ms >= waited_since_ms(o);
    bool fourth = is_sensor_trip(f) && o->sensor_trips >= 3 && o->causes[f].may_ms >= waited_since_ms(o);
    if (!cause && !twice && !fourth) {
        return say(o, f, "a lockout without a cause");
    }
    o->kept.lockout = f;
    o->kept.strikes = 0;
    o->locked_session = o->shown_session;
    return NULL;
}

static const char *cleared_wrong(struct oracle *o, enum fault f)
{
    if (o->trip != f) {
        return say(o, f, "cleared without having been named");
    }
    o->trip = FAULT_NONE;
    o->cleared_ms = o->now_ms;
    return o->now_ms - o->not_clear_ms[f] < clear_for_ms(f) ? say(o, f, "cleared too early") : NULL;
}

static int64_t longest_rest_ms(const struct engine_config *config)
{
    int64_t longest_ms = INT64_C(7200000);
    for (size_t i = 0; i < config->plan.phase_count; i++) {
        int64_t rest_ms = config->plan.phases[i].every_min_ms;
        longest_ms = rest_ms > longest_ms ? rest_ms : longest_ms;
    }
    return longest_ms;
}

static const char *acknowledged_wrong(struct oracle *o, const struct oracle_look *look)
{
    enum fault f = o->kept.lockout;
    bool acknowledged = look->in->command.name == COMMAND_ACK && look->out->refusal == REFUSED_NOT;
    if (look->in->command.name == COMMAND_ACK && look->in->command.origin != ORIGIN_REMOTE && f != FAULT_NONE &&
        look->out->refusal != REFUSED_NOT && o->now_ms - o->lock_stands_ms > clear_for_ms(f) + CLEARS_IN_MS &&
        o->now_ms - o->not_fresh_ms > clear_for_ms(f) + CLEARS_IN_MS) {
        return say(o, f, "an acknowledgement was refused, and its cause is long gone");
    }
    if (!acknowledged) {
        return NULL;
    }
    if (f == FAULT_NONE) {
        return "an acknowledgement of nothing was taken";
    }
    if (!cause_gone(o, look, f)) {
        return say(o, f, "acknowledged while its cause is there");
    }
    if (f == FAULT_STORE_LOST || o->rest_anew_ms == INT64_MAX) {
        o->rest_anew_ms = o->now_ms + longest_rest_ms(look->config);
    }
    if (f == FAULT_SUPPLY_COLLAPSE) {
        o->kept.collapses = o->kept.collapses_most = 0;
    }
    o->kept.lockout = FAULT_NONE;
    o->cleared_ms = o->now_ms;
    return NULL;
}

static const char *events_wrong(struct oracle *o, const struct oracle_look *look)
{
    const char *wrong = NULL;
    for (size_t i = 0; i < look->out->event_count && !wrong; i++) {
        const struct engine_event *e = &look->out->events[i];
        if (e->type == EVENT_TRIP_CLEARED) {
            wrong = cleared_wrong(o, e->fault);
        } else if (e->type == EVENT_TRIP) {
            wrong = trip_wrong(o, e->fault);
        } else if (e->type == EVENT_LOCKOUT) {
            wrong = lockout_wrong(o, e->fault);
        } else if (e->type == EVENT_ARMING_FAILED && e->fault == FAULT_DEAD_MAN &&
                   o->causes[FAULT_DEAD_MAN].may_ms < waited_since_ms(o)) {
            wrong = say(o, e->fault, "the self-test failed without a cause");
        }
    }
    return wrong;
}

/* What is wrong and has no name. A lockout needs none beside it, a trip keeps others waiting. */
static const char *unnamed_wrong(struct oracle *o, const struct oracle_look *look)
{
    for (int f = 1; f < FAULT_COUNT; f++) {
        const struct cause *c = &o->causes[f];
        if (c->lock && !look->status->locked && o->cleared_ms != o->now_ms) {
            return say(o, (enum fault)f, "not locked");
        }
        if (c->due && look->status->trip == FAULT_NONE && o->cleared_ms != o->now_ms) {
            return say(o, (enum fault)f, "not named in time");
        }
    }
    return NULL;
}

static const char *standing_wrong(struct oracle *o, const struct oracle_look *look)
{
    const struct engine_status *s = look->status;
    if (s->locked != (o->kept.lockout != FAULT_NONE)) {
        return s->locked ? "locked, and nobody said why" : "unlocked without an acknowledgement";
    }
    if (s->locked && s->trip != o->kept.lockout) {
        return say(o, o->kept.lockout, "the lockout goes by another name");
    }
    if (!s->locked && s->trip != o->trip) {
        return say(o, s->trip, "the trip goes by another name, or nobody said it");
    }
    if (s->locked && s->block != BLOCK_LOCKOUT) {
        return "locked, but not said to block";
    }
    int64_t since_ms = o->not_clear_ms[o->trip] > o->not_fresh_ms ? o->not_clear_ms[o->trip] : o->not_fresh_ms;
    if (o->trip != FAULT_NONE && o->now_ms - since_ms > clear_for_ms(o->trip) + CLEARS_IN_MS && !o->first) {
        return say(o, o->trip, "does not clear");
    }
    return NULL;
}

/* A session that ended otherwise takes the strike away. */
static void follow_strikes(struct oracle *o, const struct oracle_look *look)
{
    const struct session_record *r = &look->out->record;
    if (look->out->record_session && r->ended_ms != PLAN_NEVER && r->powered) {
        if (r->id != o->kept.struck && r->end != END_POWER_CUT && r->end != END_RESTART) {
            o->kept.strikes = 0;
        }
    }
    if (look->out->record_session && r->ended_ms != PLAN_NEVER && r->end != END_POWER_CUT) {
        o->kept.collapses = 0; /* "in a row" */
        o->kept.collapses_most = o->kept.proven == r->id ? 0 : o->kept.collapses_most;
    }
}

const char *names_wrong(struct oracle *o, const struct oracle_look *look)
{
    if (look->status->session != 0 && look->status->session != o->sensor_trips_session) {
        o->sensor_trips_session = look->status->session;
        o->sensor_trips = 0;
    }
    const char *wrong = acknowledged_wrong(o, look);
    wrong = wrong ? wrong : events_wrong(o, look);
    wrong = wrong ? wrong : unnamed_wrong(o, look);
    wrong = wrong ? wrong : standing_wrong(o, look);
    follow_strikes(o, look);
    if (!wrong && is_powered(look)) {
        if (o->struck_now != 0 && o->struck_now == look->status->session) {
            return "power in a session that a fault of the kind \"trip, twice\" ended";
        }
        if (o->locked_session != 0 && o->locked_session == look->status->session) {
            return "power in a session that a lockout ended";
        }
    }
    return wrong;
}
