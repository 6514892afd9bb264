#include "oracle.h"

#include <string.h>

#define CUT_DOSE 0.0 /* at least: the plan's own figure is not looked at */

void oracle_begin(struct oracle *o, const struct engine_config *config)
{
    memset(o, 0, sizeof *o);
    o->config = config;
    o->first = true;
    o->last_ms = o->begun_ms = o->ended_ms = LONG_AGO;
    o->pulsed_ms = o->beat_ms = o->now_asked_ms = o->off_ms = o->session_on_ms = o->rest_anew_ms = o->not_before_ms =
        LONG_AGO;
    o->idle_ms = 0;
    o->kept.resumes_ms = INT64_MAX;
    for (int mode = 0; mode < DRIVE_MODE_COUNT; mode++) {
        o->driven_ms[mode] = LONG_AGO;
    }
    sensors_forget(o);
    causes_forget(o);
}

static void forget_plan(struct oracle *o)
{
    o->kept.plan = false;
    o->kept.stopped = false;
    o->kept.paused = false;
    o->kept.resumes_ms = INT64_MAX;
}

/* A session whose end nobody recorded is charged with target + tolerance for its full length, whatever it had. */
static void charge_cut(struct oracle *o)
{
    double *dose = o->session_over ? &o->dose_day[(o->dose_next + 63) % 64] : &o->session_dose;
    *dose = *dose > CUT_DOSE ? CUT_DOSE : *dose;
}

void oracle_ended(struct oracle *o, int64_t now_ms, bool orderly, bool power_cut, bool lost, int64_t open,
                  const struct oracle_kept *kept)
{
    o->counts.restarts += !power_cut;
    o->counts.power_cuts += power_cut;
    if (!orderly) {
        o->kept = *kept;
    }
    if (lost) {
        o->kept = (struct oracle_kept){.resumes_ms = INT64_MAX};
        o->rest_anew_ms = INT64_MAX;
    }
    if (open != 0) { /* one that armed without power counts too */
        bool unproven = power_cut && kept->proven != open;
        o->kept.collapses = unproven ? o->kept.collapses + 1 : 0;
        o->kept.collapses_most = unproven ? o->kept.collapses_most + 1 : 0;
    }
    if (open != 0 && open == o->session) {
        charge_cut(o);
    }
    o->store_lost = o->store_lost || lost;
    o->ended_ms = now_ms;
    o->powered = false;
    o->duty = 0;
    o->first = true;
    o->last_ms = LONG_AGO;
    o->trip = FAULT_NONE;
    o->shown_session = 0;
    o->sensor_trips = 0;
    o->sensor_trips_session = o->struck_now = o->locked_session = 0;
    if (o->session != 0 && !o->session_over) {
        o->dose_day[o->dose_next] = o->session_dose;
        o->dose_day_ms[o->dose_next] = now_ms;
        o->dose_next = (o->dose_next + 1) % 64;
    }
    if (lost) {
        memset(o->dose_day, 0, sizeof o->dose_day);
        o->session_rest_ms = 0; /* from its acknowledgement on the plan's longest holds */
    }
    o->session_over = true;
    o->session = lost ? 0 : o->session; /* then ids begin anew */
    o->test = TEST_NONE;
    o->pulsed_ms = LONG_AGO;
    o->dark = false;
    sensors_forget(o);
    causes_forget(o);
}

static const char *hear_hold(struct oracle *o, const struct oracle_look *look, const struct engine_command *c)
{
    bool on_the_spot = c->origin != ORIGIN_REMOTE;
    if (c->name == COMMAND_STOP) {
        o->kept.stopped = look->status->plan_active;
    } else if (c->name == COMMAND_PAUSE) {
        o->kept.paused = true;
        o->pause_local = on_the_spot;
        o->kept.resumes_ms = c->has_value ? o->now_ms + c->value * 60000 : INT64_MAX;
        o->dark = look->status->session != 0;
        o->dark_session = look->status->session;
    } else if (c->name == COMMAND_RESUME) {
        if (o->kept.stopped && !on_the_spot) {
            return "stop: lifted from afar";
        }
        o->kept.stopped = o->kept.paused = false;
        o->dark = o->dark && !on_the_spot;
        o->not_before_ms = on_the_spot ? LONG_AGO : o->now_ms + look->config->plan.notice_ms;
    } else if (c->name == COMMAND_NOW) {
        o->kept.paused = false;
        o->not_before_ms = LONG_AGO;
        o->now_asked_ms = o->now_ms;
    }
    return NULL;
}

static const char *hear(struct oracle *o, const struct oracle_look *look)
{
    const struct engine_command *c = &look->in->command;
    if (c->name == COMMAND_NONE || (look->out->refusal != REFUSED_NOT && c->name != COMMAND_STOP)) {
        return NULL;
    }
    bool on_the_spot = c->origin != ORIGIN_REMOTE;
    if (!on_the_spot && (c->name == COMMAND_ACK || c->name == COMMAND_FINISH || c->name == COMMAND_CLOCK)) {
        return "a command that is for the spot only was taken from afar";
    }
    if (c->name == COMMAND_START) {
        o->kept.plan = true;
        o->kept.injured_ms = c->has_value ? o->now_ms + (c->value - look->in->now_ms) : o->now_ms;
        o->not_before_ms = LONG_AGO;
    } else if (c->name == COMMAND_FINISH) {
        forget_plan(o);
    }
    return hear_hold(o, look, c);
}

static void end_pause(struct oracle *o, const struct oracle_look *look)
{
    if (!o->kept.paused || o->now_ms < o->kept.resumes_ms) {
        return;
    }
    o->kept.paused = false;
    if (o->pause_local) {
        o->dark = false;
    } else {
        o->not_before_ms = o->now_ms + look->config->plan.notice_ms;
    }
    o->kept.resumes_ms = INT64_MAX;
}

static void count(struct oracle *o, const struct oracle_look *look)
{
    struct oracle_counts *n = &o->counts;
    n->ticks++;
    n->blocked[look->status->block]++;
    n->pulses += is_pulsed(look);
    for (int f = 1; f < FAULT_COUNT && o->powered && !is_powered(look); f++) {
        n->taken[f] += o->causes[f].off;
    }
    for (size_t i = 0; i < look->out->event_count; i++) {
        const struct engine_event *e = &look->out->events[i];
        n->tripped[e->fault] += e->type == EVENT_TRIP;
        n->locked[e->fault] += e->type == EVENT_LOCKOUT;
        n->arming_failed[e->fault] += e->type == EVENT_ARMING_FAILED;
        n->ended[e->end] += e->type == EVENT_SESSION_ENDED;
        if (e->type == EVENT_PLAN_COMPLETED) {
            forget_plan(o);
        }
    }
    if (look->in->command.name == COMMAND_ACK) {
        n->acknowledged += look->out->refusal == REFUSED_NOT;
        n->refused_acknowledgements += look->out->refusal != REFUSED_NOT;
    }
}

const char *oracle_tick(struct oracle *o, const struct oracle_look *look)
{
    o->now_ms = look->true_ms;
    o->config = look->config;
    if (o->first) {
        o->begun_ms = o->now_ms;
    }
    sensors_look(o, look);
    causes_look(o, look);
    end_pause(o, look);
    const char *wrong = hear(o, look);
    wrong = wrong ? wrong : power_wrong(o, look);
    wrong = wrong ? wrong : names_wrong(o, look);
    count(o, look);
    power_remember(o, look);
    o->first = false;
    o->last_ms = o->now_ms;
    return wrong;
}
