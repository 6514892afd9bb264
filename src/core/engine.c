#include "soothe/engine.h"

#include "engine_internal.h"

#include <string.h>

/* Time that passes between two steps counts up to this: after a longer gap nobody saw the pad. */
#define COUNT_MAX_MS 2000

struct engine_event *engine_say(struct engine_work *w, enum event_type type)
{
    struct engine_output *out = w->out;
    /* No step can say this much; should one, its last events are lost and not its first. */
    size_t place = out->event_count < ENGINE_EVENTS_MAX ? out->event_count++ : ENGINE_EVENTS_MAX - 1;
    struct engine_event *event = &out->events[place];
    *event = (struct engine_event){
        .type = type,
        .phase = w->e->session.record.id != 0 ? w->e->session.record.phase : w->e->status.phase,
        .session = w->e->session.record.id,
        .until_ms = PLAN_NEVER,
        .sensor = -1,
    };
    return event;
}

/* A window that is open while it is quiet, because something else held the session back before, opens again when the
 * quiet hours end; one that would have closed in them stays open after them as long as any. */
static void defer_open_window(struct engine_work *w)
{
    const struct plan_config *plan = &w->config->plan;
    int64_t injured_ms = w->e->memory.calendar.injured_ms;
    size_t index = plan_phase_at(plan, injured_ms, w->now_ms);
    int64_t ends_ms;
    w->has_window = index < plan->phase_count;
    if (!w->has_window || w->window.from_ms > w->now_ms) {
        return;
    }
    const struct plan_phase *phase = &plan->phases[index];
    if (plan_quiet(phase, &w->in->local, w->window.by_ms, &ends_ms)) {
        w->window.by_ms = stamp_moved_ms(ends_ms, phase->every_max_ms - phase->every_min_ms);
    }
    if (plan_quiet(phase, &w->in->local, w->now_ms, &ends_ms)) {
        w->window.from_ms = stamp_earlier_ms(ends_ms, plan_phase_ends_ms(plan, injured_ms, index));
        w->window.phase = plan_phase_at(plan, injured_ms, w->window.from_ms);
        w->has_window = w->window.phase < plan->phase_count;
    }
}

void engine_look_ahead(struct engine_work *w)
{
    w->has_window = plan_next(&w->config->plan, &w->e->memory.calendar, &w->in->local, &w->window) == 0;
    if (w->has_window) {
        defer_open_window(w);
        w->window.from_ms = stamp_later_ms(w->window.from_ms, w->e->not_before_ms);
        w->window.by_ms = stamp_later_ms(w->window.by_ms, w->window.from_ms);
    }
}

int64_t engine_wall_ms(const struct engine_work *w)
{
    return stamp_moved_ms(w->now_ms, w->in->local.wall_minus_plan_ms);
}

static int64_t local_day(const struct engine_work *w)
{
    const struct plan_local *local = &w->in->local;
    int64_t wall_s = engine_wall_ms(w) / 1000;
    int64_t local_s = wall_s + (local->utc_offset_s ? local->utc_offset_s(local->context, wall_s) : 0);
    return local_s / 86400 - (local_s % 86400 < 0);
}

static void turn_the_day(struct engine_work *w)
{
    struct engine_memory *m = &w->e->memory;
    int64_t day = local_day(w);
    if (day != m->day) {
        m->day = day;
        m->sessions_today = 0;
        m->in_band_today_ms = 0;
    }
}

static void turn_the_phase(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_memory *m = &e->memory;
    if (!m->calendar.active) {
        return;
    }
    size_t index = plan_phase_at(&w->config->plan, m->calendar.injured_ms, w->now_ms);
    if (index >= w->config->plan.phase_count) {
        if (!engine_session_open(e)) {
            m->calendar.active = false;
            m->complete = true;
            engine_let_go(w);
            engine_say(w, EVENT_PLAN_COMPLETED);
            engine_look_ahead(w);
        }
        return;
    }
    enum plan_phase_name name = w->config->plan.phases[index].name;
    if (m->phase_told != (int32_t)name) {
        m->phase_told = (int32_t)name;
        e->dirty = true;
        engine_say(w, EVENT_PHASE_CHANGED)->phase = name;
    }
}

static void turn_the_pause(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_memory *m = &e->memory;
    if (m->paused && m->paused_until_ms != PLAN_NEVER && m->paused_until_ms <= w->now_ms) {
        engine_let_go(w);
        if (!e->pause_powers) {
            engine_notice_first(w);
        } else if (e->session.paused) {
            e->session.paused = false;
            e->session.rearm = true;
        }
        engine_say(w, EVENT_RESUMED);
    }
    bool long_held =
        engine_held(e) && m->held_since_ms != PLAN_NEVER && m->held_since_ms <= w->now_ms - ENGINE_HELD_LONG_MS;
    if (long_held && !e->held_long_told) {
        e->held_long_told = true;
        engine_say(w, EVENT_HELD_LONG);
    }
}

static bool only_time_blocks(enum block block)
{
    return block == BLOCK_REST || block == BLOCK_QUIET_HOURS || block == BLOCK_NOT_DUE;
}

/* The end of quiet hours moves by milliseconds as the wall clock is slewed: that is no new window. Not tested: a
 * late credit of time off that moves the window to an earlier time, which is then told anew. */
static bool soon_was_told(const struct engine_work *w)
{
    int64_t told_ms = w->e->soon_told_ms;
    return told_ms != PLAN_NEVER && told_ms > w->window.from_ms - ENGINE_SOON_AGAIN_MS &&
           told_ms < w->window.from_ms + ENGINE_SOON_AGAIN_MS;
}

/* Announce the next session, begin it, or let it go. */
static void turn_the_window(struct engine_work *w)
{
    struct engine *e = w->e;
    /* One record a step: a session that ended in this one is followed by another in the next at the earliest. */
    if (!w->has_window || engine_session_open(e) || w->out->record_session) {
        return;
    }
    bool open = w->now_ms >= w->window.from_ms;
    if (open && (e->memory.calendar.skip || (e->arming_failed && w->now_ms > w->window.by_ms))) {
        engine_pass_over(w);
        return;
    }
    enum block block = engine_block(w);
    if (block == BLOCK_NONE) {
        engine_session_begin(w);
    } else if (!open && !e->memory.calendar.skip && only_time_blocks(block) && !soon_was_told(w) &&
               w->now_ms >= w->window.from_ms - w->config->plan.notice_ms) {
        e->soon_told_ms = w->window.from_ms;
        engine_say(w, EVENT_SESSION_SOON)->until_ms = w->window.from_ms;
    }
}

static void ask_supervisor(struct engine_work *w)
{
    struct engine *e = w->e;
    const struct engine_session *s = &e->session;
    bool lines_work = !w->in->lines_failed && !w->in->readback_bad;
    w->asked = engine_selftest_asks(w);
    w->wanted = w->asked == TEST_NONE ? engine_session_wants(w) : DRIVE_OFF;
    struct supervisor_input in = {
        .now_ms = w->now_ms,
        .session = s->selftest.stage != SELFTEST_WAITS || s->armed ? s->record.id : 0,
        .session_rest_ms = s->record.rest_ms,
        .target_mc = s->record.target_mc,
        .tolerance_mc = s->phase.tolerance_mc,
        .duty_percent = lines_work ? e->duty_percent : 0,
        .test = w->asked,
        .sense_live = w->in->sense_live,
        .wanted = w->asked == TEST_NONE ? w->wanted : s->record.mode,
        .heat_on = w->in->heat_on,
        .cool_on = w->in->cool_on,
        .readback_bad = w->in->readback_bad,
        .acknowledge = w->acknowledge,
        .store_lost = e->store_lost,
    };
    in.session = s->record.remind ? 0 : in.session;
    memcpy(in.readings, w->in->readings, sizeof in.readings);
    w->trip_before = e->supervisor.trip;
    w->lockout_before = e->supervisor.memory.lockout;
    supervisor_step(&w->config->limits, &e->supervisor, &in, &w->verdict);
}

/* A lost store knew of no rest: assume that power was on until now, and ask for the time of the injury. */
static void assume_full_rest(struct engine_work *w)
{
    struct engine_memory *m = &w->e->memory;
    struct supervisor_memory *safety = &w->e->supervisor.memory;
    int64_t rest_ms = PLAN_OFF_TIME_MIN_MS;
    for (size_t i = 0; i < w->config->plan.phase_count; i++) {
        int64_t every_ms = w->config->plan.phases[i].every_min_ms;
        rest_ms = every_ms > rest_ms ? every_ms : rest_ms;
    }
    m->calendar.rest_until_ms = stamp_later_ms(m->calendar.rest_until_ms, w->now_ms + rest_ms);
    safety->session_on_ms = w->now_ms;
    safety->last_off_ms = w->now_ms;
    safety->rest_ms = stamp_later_ms(safety->rest_ms, rest_ms);
    m->ask_injury = true;
    w->e->dirty = true;
}

static void tell_verdict(struct engine_work *w)
{
    struct engine *e = w->e;
    const struct supervisor_output *v = &w->verdict;
    const struct {
        bool happened;
        enum event_type type;
        enum fault fault;
    } rows[] = {
        {v->tripped,      EVENT_TRIP,                 v->trip          },
        {v->locked,       EVENT_LOCKOUT,              v->lockout       },
        {v->trip_cleared, EVENT_TRIP_CLEARED,         w->trip_before   },
        {v->unlocked,     EVENT_LOCKOUT_ACKNOWLEDGED, w->lockout_before},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].happened) {
            struct engine_event *said = engine_say(w, rows[i].type);
            bool has_value = v->sensor >= 0 && w->in->readings[v->sensor].status == READING_OK;
            said->fault = rows[i].fault;
            said->sensor = v->sensor;
            said->value = has_value ? w->in->readings[v->sensor].mc : INT32_MIN;
        }
    }
    if (v->unlocked && w->lockout_before == FAULT_STORE_LOST) {
        assume_full_rest(w);
    }
    if (v->acknowledge_refused) {
        w->out->refusal = REFUSED_CAUSE_PRESENT;
    }
    e->store_lost = false;
}

/* After a trip has cleared by itself: the self-test again, then the rest of the session's time. */
static void follow_trip(const struct engine_work *w, struct engine_session *s)
{
    if (!s->armed || s->record.remind) {
        return;
    }
    bool trips = w->verdict.trip != FAULT_NONE;
    s->was_held = s->was_held || trips;
    s->rearm = s->rearm || (s->tripped && !trips);
    s->tripped = trips;
}

/* That session_on_ms differs is not tested: it comes with a power-up, which has marked the memory as changed already.
 */
static bool same_safety(const struct supervisor_memory *a, const struct supervisor_memory *b)
{
    return a->lockout == b->lockout && a->session_on_ms == b->session_on_ms && a->last_off_ms == b->last_off_ms &&
           a->strikes == b->strikes && a->collapses == b->collapses && a->proven_session == b->proven_session;
}

static void follow_verdict(struct engine_work *w)
{
    struct engine *e = w->e;
    tell_verdict(w);
    e->implausible = w->verdict.implausible;
    if (engine_session_open(e)) {
        follow_trip(w, &e->session);
        engine_session_count(w);
        engine_session_check_end(w);
    }
    if (engine_session_open(e)) {
        engine_session_arm(w);
    }
    const struct supervisor_memory *safety = &e->supervisor.memory;
    e->dirty = e->dirty || !same_safety(safety, &e->memory.safety);
    e->memory.safety = *safety;
}

static int32_t ask_thermostat(struct engine_work *w, enum drive_mode mode)
{
    int sensor = supervisor_controlling(&w->config->limits, w->in->readings, mode);
    /* The supervisor said yes, so there is one that is good; without one the duty would be 0. */
    const struct reading *reading = sensor >= 0 ? &w->in->readings[sensor] : NULL;
    return reading ? thermostat_step(&w->config->thermostat[mode], &w->e->thermostat[mode],
                                     w->e->session.record.target_mc, reading->mc, w->now_ms)
                   : 0;
}

/* The self-test's pulse has no duty: the guard makes it as short as it has to be. */
static void choose_test(struct engine_work *w)
{
    if (w->test_pulse) {
        w->out->test = TEST_DEAD_MAN;
        w->out->drive.mode = w->e->session.record.mode;
    }
}

static void choose_heartbeat(struct engine_work *w)
{
    const struct supervisor_output *v = &w->verdict;
    bool satisfied = v->doubt == FAULT_NONE && v->trip == FAULT_NONE && v->lockout == FAULT_NONE;
    bool drives = w->out->drive.mode != DRIVE_OFF && w->out->test == TEST_NONE;
    w->out->heartbeat = satisfied && (drives || w->test_edge);
}

static void choose_drive(struct engine_work *w)
{
    struct engine *e = w->e;
    enum drive_mode wanted = engine_session_wants(w);
    bool may = w->verdict.may_energise && wanted == w->wanted && (wanted == DRIVE_HEAT || wanted == DRIVE_COOL);
    w->out->drive = (struct drive){.mode = DRIVE_OFF};
    if (may) {
        w->out->drive.mode = wanted;
        w->out->drive.duty_percent = ask_thermostat(w, wanted);
    }
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        if (!may || mode != (int)wanted) {
            thermostat_off(&e->thermostat[mode], w->now_ms);
        }
    }
    bool cooling = w->out->drive.mode == DRIVE_COOL;
    e->cooled_ms = cooling ? w->now_ms : e->cooled_ms;
    e->duty_percent = w->out->drive.duty_percent;
    w->out->fan = cooling || (e->cooled_ms != PLAN_NEVER && e->cooled_ms > w->now_ms - ENGINE_FAN_AFTER_MS);
    choose_test(w);
    choose_heartbeat(w);
}

static void begin_step(struct engine_work *w)
{
    struct engine *e = w->e;
    *w->out = (struct engine_output){.refused_until_ms = PLAN_NEVER};
    if (e->step_ms == PLAN_NEVER) {
        for (int mode = 0; mode < DRIVE_MODE_COUNT; mode++) {
            thermostat_reset(&e->thermostat[mode], w->now_ms);
        }
    } else if (e->step_ms < w->now_ms) {
        int64_t gap_ms = w->now_ms - e->step_ms;
        w->dt_ms = gap_ms < COUNT_MAX_MS ? gap_ms : COUNT_MAX_MS;
    }
    e->step_ms = w->now_ms;
    engine_look_ahead(w);
}

static struct engine_work work_of(struct engine *engine, const struct engine_config *config,
                                  const struct engine_input *input, struct engine_output *output)
{
    int64_t now_ms = stamp_later_ms(stamp_earlier_ms(input->now_ms, ENGINE_TIME_MAX_MS), -ENGINE_TIME_MAX_MS);
    return (struct engine_work){.e = engine, .config = config, .in = input, .out = output, .now_ms = now_ms};
}

void engine_step(struct engine *engine, const struct engine_config *config, const struct engine_input *input,
                 struct engine_output *output)
{
    struct engine_work w = work_of(engine, config, input, output);
    begin_step(&w);
    turn_the_day(&w);
    engine_obey(&w);
    ask_supervisor(&w);
    follow_verdict(&w);
    turn_the_phase(&w);
    turn_the_pause(&w);
    turn_the_window(&w);
    choose_drive(&w);
    engine_tell_status(&w);
    output->memory_changed = engine->dirty;
    engine->dirty = false;
    /* A session that ended in the very step that was allowed power: the supervisor has to see at once that it is off,
     * since a tick of rest would be a late one. */
    bool active = engine_session_open(engine) || w.verdict.may_energise;
    output->next_tick_ms = active ? ENGINE_TICK_ACTIVE_MS : ENGINE_TICK_REST_MS;
}

void engine_close(struct engine *engine, const struct engine_config *config, const struct engine_input *input,
                  struct engine_output *output)
{
    struct engine_work w = work_of(engine, config, input, output);
    begin_step(&w);
    if (engine_session_open(engine)) {
        engine_session_end(&w, END_RESTART);
    }
    if (engine->memory.safety.last_off_ms < engine->memory.safety.session_on_ms) {
        engine->memory.safety.last_off_ms = w.now_ms;
        engine->supervisor.memory = engine->memory.safety;
    }
    choose_drive(&w);
    engine_tell_status(&w);
    output->memory_changed = true;
}
