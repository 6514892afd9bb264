#include "oracle.h"

#include <math.h>
#include <string.h>

#define TWO_HOURS_MS INT64_C(7200000)
#define CEILING_MS   INT64_C(2700000)
#define DEAD_TIME_MS 60000
#define DAY_MS       INT64_C(86400000)
#define DOSE_CEILING 2.0
#define DAY_CEILING  9.0
#define DOSE_SLACK   1.03 /* the integer sum, and ticks that see the temperature a little earlier or later */
#define LATE_MS      600
#define NOW_HOLDS_MS 1000

/* What the phases of that name allow at most, since two may have one name: how long a session lasts, how short its rest
 * is. */
static void phase_bounds(const struct engine_config *config, enum plan_phase_name name, int64_t *max_ms,
                         int64_t *rest_ms)
{
    *max_ms = 0;
    *rest_ms = INT64_MAX;
    for (size_t i = 0; i < config->plan.phase_count; i++) {
        const struct plan_phase *p = &config->plan.phases[i];
        if (p->name == name) {
            *max_ms = p->session_max_ms > *max_ms ? p->session_max_ms : *max_ms;
            *rest_ms = p->every_min_ms < *rest_ms ? p->every_min_ms : *rest_ms;
        }
    }
    *max_ms = *max_ms < config->limits.session_max_ms ? *max_ms : config->limits.session_max_ms;
    *max_ms = *max_ms < CEILING_MS ? *max_ms : CEILING_MS;
}

static double day_dose(const struct oracle *o)
{
    double sum = o->session_over ? 0.0 : o->session_dose;
    for (size_t i = 0; i < 64; i++) {
        sum += o->dose_day_ms[i] > o->now_ms - DAY_MS ? o->dose_day[i] : 0.0;
    }
    return sum;
}

static int64_t ice_ends_ms(const struct oracle *o)
{
    int64_t at_ms = o->kept.injured_ms;
    for (size_t i = 0; i < o->config->plan.phase_count; i++) {
        const struct plan_phase *p = &o->config->plan.phases[i];
        at_ms += p->name == PHASE_ICE ? p->length_ms : 0;
    }
    return at_ms;
}

/* Of a session that has no power yet. */
static const char *rest_wrong(const struct oracle *o)
{
    if (o->session_on_ms != LONG_AGO && o->now_ms - o->session_on_ms < o->session_rest_ms) {
        return "rest: power before the phase's rest is over";
    }
    if (o->off_ms != LONG_AGO && o->now_ms - o->off_ms < TWO_HOURS_MS) {
        return "rest: power within 2 h of power";
    }
    if (o->now_ms < o->rest_anew_ms) {
        return "rest: power before the rest after a lost store is over";
    }
    return o->now_ms < o->not_before_ms ? "a remote resume began a session unannounced" : NULL;
}

static const char *session_wrong(const struct oracle *o, const struct oracle_look *look)
{
    const struct engine_status *s = look->status;
    if (s->session == 0 || look->in->stored_session != s->session || look->durable_session != s->session) {
        return "no record, no power: the session is not durable";
    }
    if (s->remind || !look->config->wired) {
        return "power in a reminding session, or a pad that is not wired";
    }
    if (o->kept.stopped || o->kept.paused || look->in->command.name == COMMAND_STOP) {
        return "power while the plan is held";
    }
    if (!o->kept.plan) {
        return "power without a plan";
    }
    if (o->dark && o->dark_session == s->session) {
        return "a session was powered up again from afar";
    }
    if (o->session != s->session) {
        return rest_wrong(o);
    }
    if (o->session_over) {
        return "power in a session that has ended";
    }
    return o->now_ms - o->session_on_ms >= o->session_max_ms ? "over_time: the session is longer than it may be" : NULL;
}

static const char *dose_wrong(const struct oracle *o, const struct oracle_look *look)
{
    double session = fmin((double)look->config->session_dose_max_ucem / 1e6, DOSE_CEILING) * DOSE_SLACK;
    double day = fmin((double)look->config->day_dose_max_ucem / 1e6, DAY_CEILING) * DOSE_SLACK;
    if (o->session == look->status->session && o->session_dose > session) {
        return "dose: more than a session may have";
    }
    return day_dose(o) > day ? "dose: more than 24 h may have" : NULL;
}

static const char *fault_wrong(struct oracle *o, const struct oracle_look *look, const char *what)
{
    if (o->kept.lockout != FAULT_NONE || look->status->locked) {
        return "power while locked";
    }
    if (look->status->trip != FAULT_NONE) {
        return "power while a trip stands";
    }
    for (int f = 1; f < FAULT_COUNT; f++) {
        if (o->causes[f].off) {
            (void)snprintf(o->wrong, sizeof o->wrong, "%s: %s in its very tick", fault_name((enum fault)f), what);
            return o->wrong;
        }
    }
    return NULL;
}

/* Power, and a pulse of the self-test too. */
static const char *any_power_wrong(struct oracle *o, const struct oracle_look *look, const char *what)
{
    enum drive_mode mode = look->out->drive.mode;
    const char *wrong = session_wrong(o, look);
    wrong = wrong ? wrong : fault_wrong(o, look, what);
    if (wrong) {
        return wrong;
    }
    if (mode != DRIVE_HEAT && mode != DRIVE_COOL) {
        return "a drive that is none";
    }
    if (look->in->lines_failed) {
        return "power without lines";
    }
    enum drive_mode other = mode == DRIVE_HEAT ? DRIVE_COOL : DRIVE_HEAT;
    if (o->now_ms - o->driven_ms[other] < DEAD_TIME_MS) {
        return "dead_time: heat and cool within 60 s";
    }
    if (mode == DRIVE_HEAT && o->now_ms < ice_ends_ms(o) && o->session != look->status->session) {
        return "heat before the ice is over";
    }
    return mode == DRIVE_HEAT ? dose_wrong(o, look) : NULL;
}

static const char *test_wrong(struct oracle *o, const struct oracle_look *look)
{
    const struct engine_output *out = look->out;
    if (!is_pulsed(look)) {
        return NULL;
    }
    if (out->drive.duty_percent != 0 || out->heartbeat || !look->config->limits.sense || !look->config->heartbeat) {
        return "self-test: a pulse with duty, with a heartbeat, or on a pad that cannot be tested";
    }
    if (o->now_ms - o->beat_ms < 2000) {
        return "self-test: a pulse while the dead man may still hold";
    }
    return any_power_wrong(o, look, "a pulse");
}

/* What power needs of the self-test: all since the session began, was held, or tripped. */
static const char *untested_wrong(const struct oracle *o, const struct oracle_look *look)
{
    if (!look->config->limits.sense || o->powered) {
        return NULL;
    }
    if (!o->tested_channel) {
        return "self-test: power without a look at the channels";
    }
    return look->config->heartbeat && !o->tested_dead_man ? "self-test: power without a test of the dead man" : NULL;
}

static const char *beat_wrong(const struct oracle *o, const struct oracle_look *look)
{
    const struct engine_status *s = look->status;
    if (!look->out->heartbeat) {
        return NULL;
    }
    bool off = false;
    for (int f = 1; f < FAULT_COUNT; f++) {
        off = off || o->causes[f].off;
    }
    if (s->session == 0 || s->remind || s->locked || s->trip != FAULT_NONE || off) {
        return "heartbeat: an edge in a tick that neither drives nor tests, or found something wrong";
    }
    return o->kept.stopped || o->kept.paused ? "heartbeat: an edge while the plan is held" : NULL;
}

static bool is_quiet(const struct plan_phase *p, const struct plan_local *local, int64_t plan_ms)
{
    int64_t wall_s = (plan_ms + local->wall_minus_plan_ms) / 1000;
    int64_t at_s = wall_s + (local->utc_offset_s ? local->utc_offset_s(local->context, wall_s) : 0);
    int64_t minute = ((at_s / 60) % 1440 + 1440) % 1440;
    if (!p->quiet.set || p->quiet.from_min == p->quiet.to_min) {
        return false;
    }
    return p->quiet.from_min < p->quiet.to_min ? minute >= p->quiet.from_min && minute < p->quiet.to_min
                                               : minute >= p->quiet.from_min || minute < p->quiet.to_min;
}

/* A session begins, and does not yet ask for power. */
static const char *begin_wrong(const struct oracle *o, const struct oracle_look *look)
{
    const struct engine_status *s = look->status;
    if (s->session == 0 || s->session == o->shown_session) {
        return NULL;
    }
    if (o->kept.stopped || o->kept.paused || !o->kept.plan) {
        return "a session began while the plan is held, or without one";
    }
    if (look->in->storage_failed && !(look->out->record_session && look->out->record.ended_ms != PLAN_NEVER)) {
        return "storage: a session began that cannot be recorded";
    }
    if (o->implausible && !s->remind) {
        return "sensor_implausible: a session began";
    }
    bool quiet = true;
    for (size_t i = 0; i < look->config->plan.phase_count; i++) {
        const struct plan_phase *p = &look->config->plan.phases[i];
        quiet = quiet && (p->name != s->phase || is_quiet(p, &look->in->local, look->in->now_ms));
    }
    return quiet && o->now_ms - o->now_asked_ms > NOW_HOLDS_MS ? "quiet_hours: a session began in them" : NULL;
}

static const char *shown_wrong(const struct oracle *o, const struct oracle_look *look)
{
    const struct engine_status *s = look->status;
    const struct drive *d = &look->out->drive;
    if (d->duty_percent < 0 || d->duty_percent > 100 || (unsigned)d->mode >= DRIVE_MODE_COUNT) {
        return "a duty that is none";
    }
    if (look->out->next_tick_ms != ENGINE_TICK_ACTIVE_MS && look->out->next_tick_ms != ENGINE_TICK_REST_MS) {
        return "no tick that is known";
    }
    if (is_powered(look) && look->out->next_tick_ms != ENGINE_TICK_ACTIVE_MS) {
        return "power without five ticks a second";
    }
    if (s->session != 0 && s->session == o->shown_session && o->shown_end_ms != PLAN_NEVER &&
        s->session_ends_ms > o->shown_end_ms) {
        return "a session's shown end moved later";
    }
    if (is_powered(look) && d->mode == DRIVE_COOL && d->duty_percent > 0 && !look->out->fan) {
        return "cooling without the fan";
    }
    const struct session_record *r = look->out->record_session ? &look->out->record : NULL;
    bool ended = r && r->ended_ms != PLAN_NEVER && r->id == o->session;
    if (o->session != 0 && !o->session_over && s->session != o->session && !ended) {
        return "a session with power is gone, and no record says how it ended";
    }
    if (ended && is_powered(look) && s->session == r->id) {
        return "power in a session whose end is recorded";
    }
    return is_powered(look) && s->state != STATE_RUNNING ? "power in a state that says otherwise" : NULL;
}

const char *power_wrong(struct oracle *o, const struct oracle_look *look)
{
    const char *wrong = shown_wrong(o, look);
    wrong = wrong ? wrong : begin_wrong(o, look);
    wrong = wrong ? wrong : test_wrong(o, look);
    wrong = wrong ? wrong : beat_wrong(o, look);
    if (!wrong && is_powered(look)) {
        wrong = any_power_wrong(o, look, "power");
        wrong = wrong ? wrong : untested_wrong(o, look);
    }
    return wrong;
}

static void begin_session(struct oracle *o, const struct oracle_look *look)
{
    o->session = look->status->session;
    o->session_on_ms = o->now_ms;
    o->session_over = false;
    o->session_dose = 0.0;
    o->counts.sessions++;
    phase_bounds(look->config, look->status->phase, &o->session_max_ms, &o->session_rest_ms);
    if (o->begun_rest_ms < o->session_rest_ms) { /* a reload while it armed changes nothing of it */
        o->session_rest_ms = o->begun_rest_ms;
    }
    o->session_max_ms = o->begun_max_ms > o->session_max_ms ? o->begun_max_ms : o->session_max_ms;
}

static void add_dose(struct oracle *o, const struct oracle_look *look, int64_t ms)
{
    double hottest = 0.0;
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        const struct supervisor_sensor *s = &o->config->limits.sensors[i];
        if (s->role == SENSOR_PAD && s->of_heat && o->sensors[i].good) {
            hottest = fmax(hottest, look->in->readings[i].mc / 1000.0);
        }
    }
    if (hottest > 36.0 && o->mode == DRIVE_HEAT) {
        o->session_dose +=
            (double)(ms < 1000 ? ms : 1000) / 60000.0 * exp2((hottest < 43.0 ? 2.0 : 1.0) * (hottest - 43.0));
    }
}

static void follow_test(struct oracle *o, const struct oracle_look *look)
{
    const struct engine_status *s = look->status;
    if (s->session != o->tested_session || s->trip != FAULT_NONE || o->kept.paused || o->kept.stopped) {
        o->tested_session = s->session;
        o->tested_channel = o->tested_dead_man = false;
    }
    bool beats = o->now_ms - o->beat_ms < 700; /* with the channels off, so that `sense` tells of them alone */
    o->beats_since_ms = !beats || o->powered ? o->now_ms : o->beats_since_ms;
    if (o->now_ms - o->beats_since_ms >= 1000 && !look->in->sense_live) {
        o->tested_channel = true;
    }
    if (look->in->pulse_made && o->now_ms - o->pulsed_ms < 1000) {
        o->tested_dead_man = !look->in->sense_live;
    }
    if (is_pulsed(look)) {
        o->pulsed_ms = o->now_ms;
    }
    o->test = look->out->test;
    o->beat_ms = look->out->heartbeat ? o->now_ms : o->beat_ms;
}

/* The phase that the session shown belongs to, as it was when it began. */
static void find_phase(struct oracle *o, const struct oracle_look *look)
{
    o->has_phase = false;
    for (size_t i = 0; i < look->config->plan.phase_count; i++) {
        const struct plan_phase *p = &look->config->plan.phases[i];
        if (p->name == look->status->phase && p->target_mc == look->status->target_mc) {
            o->has_phase = true;
            o->target_mc = p->target_mc;
            o->tolerance_mc = p->tolerance_mc;
        }
    }
}

void power_remember(struct oracle *o, const struct oracle_look *look)
{
    bool on = is_powered(look);
    int64_t ms = o->first ? 0 : o->now_ms - o->last_ms;
    if (look->status->session != o->shown_session) {
        find_phase(o, look);
        phase_bounds(look->config, look->status->phase, &o->begun_max_ms, &o->begun_rest_ms);
    }
    follow_test(o, look);
    o->shown_session = look->status->session;
    o->shown_end_ms = look->status->session_ends_ms;
    if (o->powered) {
        o->counts.powered_ms += ms < LATE_MS ? ms : LATE_MS;
        add_dose(o, look, ms);
    }
    if (on && look->status->session != o->session) {
        begin_session(o, look);
    }
    if (on && o->now_ms - o->session_on_ms >= 60000) {
        o->kept.proven = o->session;
    }
    o->powered = on;
    o->mode = look->out->drive.mode;
    o->duty = on ? look->out->drive.duty_percent : 0;
    if (on) { /* a pulse of 100 ms counts where the lines are read while it lasts */
        o->driven_ms[o->mode] = o->now_ms;
        o->off_ms = o->now_ms;
    }
    o->driven_ms[DRIVE_HEAT] = look->in->heat_on ? o->now_ms : o->driven_ms[DRIVE_HEAT];
    o->driven_ms[DRIVE_COOL] = look->in->cool_on ? o->now_ms : o->driven_ms[DRIVE_COOL];
    if (look->out->record_session && look->out->record.ended_ms != PLAN_NEVER && look->out->record.id == o->session &&
        !o->session_over) {
        o->session_over = true;
        o->dose_day[o->dose_next] = o->session_dose;
        o->dose_day_ms[o->dose_next] = o->now_ms;
        o->dose_next = (o->dose_next + 1) % 64;
    }
    if (look->config->limits.session_max_ms < o->session_max_ms) {
        o->session_max_ms = look->config->limits.session_max_ms;
    }
}
