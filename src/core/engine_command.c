#include "engine_internal.h"

static void hold(struct engine_work *w, enum event_type event, int64_t minutes)
{
    struct engine_memory *m = &w->e->memory;
    m->held_since_ms = w->now_ms;
    w->e->held_long_told = false;
    w->e->dirty = true;
    struct engine_event *said = engine_say(w, event);
    said->value = (int32_t)minutes;
}

void engine_let_go(struct engine_work *w)
{
    struct engine_memory *m = &w->e->memory;
    m->stopped = false;
    m->paused = false;
    m->paused_until_ms = PLAN_NEVER;
    m->held_since_ms = PLAN_NEVER;
    w->e->dirty = true;
}

void engine_notice_first(struct engine_work *w)
{
    w->e->not_before_ms = stamp_moved_ms(w->now_ms, w->config->plan.notice_ms);
    engine_look_ahead(w);
}

static enum refusal obey_start(struct engine_work *w)
{
    struct engine_memory *m = &w->e->memory;
    const struct engine_command *command = &w->in->command;
    int64_t injured_ms = command->has_value ? command->value : w->now_ms;
    if (m->calendar.active) {
        return REFUSED_PLAN_ACTIVE;
    }
    if (m->safety.lockout != FAULT_NONE) {
        return REFUSED_BLOCKED;
    }
    if (injured_ms > w->now_ms) {
        return REFUSED_IN_FUTURE;
    }
    size_t phase = plan_phase_at(&w->config->plan, injured_ms, w->now_ms);
    if (phase >= w->config->plan.phase_count) {
        return REFUSED_PLAN_OVER;
    }
    plan_begin(&m->calendar, injured_ms, w->now_ms);
    m->complete = false;
    m->ask_injury = false;
    m->sessions_done = 0;
    m->weak_sessions = 0;
    m->phase_told = (int32_t)w->config->plan.phases[phase].name;
    w->e->arming_failed = false;
    w->e->arming_fault = FAULT_NONE;
    w->e->arm_again_ms = PLAN_NEVER;
    engine_let_go(w);
    engine_say(w, EVENT_PLAN_STARTED)->phase = w->config->plan.phases[phase].name;
    return REFUSED_NOT;
}

static enum refusal obey_stop(struct engine_work *w)
{
    struct engine_memory *m = &w->e->memory;
    if (engine_session_open(w->e)) {
        engine_session_end(w, END_STOP);
    }
    if (m->calendar.active && !m->stopped) {
        engine_let_go(w);
        m->stopped = true;
        hold(w, EVENT_STOPPED, 0);
    }
    return REFUSED_NOT;
}

static enum refusal obey_pause(struct engine_work *w)
{
    struct engine *e = w->e;
    const struct engine_command *command = &w->in->command;
    if (command->has_value && (command->value < 1 || command->value > ENGINE_PAUSE_MAX_MIN)) {
        return REFUSED_BAD_VALUE;
    }
    if (!e->memory.calendar.active) {
        return REFUSED_NO_PLAN;
    }
    if (e->memory.stopped) {
        return REFUSED_ALREADY_HELD;
    }
    int64_t minutes = command->has_value ? command->value : 0;
    if (engine_session_open(e) && !e->session.armed) {
        engine_session_end(w, END_NOT_POWERED);
    }
    e->session.paused = engine_session_open(e);
    e->session.was_held = e->session.paused;
    e->pause_powers = command->origin != ORIGIN_REMOTE;
    e->memory.paused = true;
    e->memory.paused_until_ms = minutes > 0 ? w->now_ms + minutes * 60000 : PLAN_NEVER;
    hold(w, EVENT_PAUSED, minutes);
    return REFUSED_NOT;
}

/* On the spot the session goes on after a self-test; from afar nobody knows who touches the pad now, so only the hold
 * is lifted: an open session stays without power, and one that is due is announced before it begins. */
static enum refusal obey_resume(struct engine_work *w)
{
    struct engine *e = w->e;
    bool remote = w->in->command.origin == ORIGIN_REMOTE;
    if (!e->memory.stopped && !e->memory.paused && !e->session.paused) {
        return REFUSED_NOT_HELD;
    }
    if (remote && (e->memory.stopped || !e->memory.paused)) {
        return REFUSED_LOCAL_ONLY;
    }
    engine_let_go(w);
    if (remote) {
        engine_notice_first(w);
    } else if (e->session.paused) {
        e->session.paused = false;
        e->session.rearm = true;
    }
    engine_say(w, EVENT_RESUMED);
    return REFUSED_NOT;
}

/* While a session arms, it is the one that comes next: it has had no power yet. */
static enum refusal obey_skip(struct engine_work *w)
{
    struct plan_calendar *calendar = &w->e->memory.calendar;
    if (engine_session_open(w->e) && !w->e->session.armed) {
        engine_session_end(w, END_NOT_POWERED);
        engine_pass_over(w);
        return REFUSED_NOT;
    }
    if (!calendar->active) {
        return REFUSED_NO_PLAN;
    }
    if (!w->has_window) {
        return REFUSED_BLOCKED;
    }
    if (calendar->skip) {
        return REFUSED_ALREADY_SKIPPED;
    }
    calendar->skip = true;
    w->e->dirty = true;
    return REFUSED_NOT;
}

/* What stands in the way once quiet hours, skip, pause and the wait for the next self-test are lifted. */
static enum block block_despite_now(const struct engine_work *w)
{
    struct engine wish = *w->e;
    wish.memory.paused = false;
    wish.memory.calendar.skip = false;
    wish.arm_again_ms = PLAN_NEVER;
    struct engine_work trial = *w;
    trial.e = &wish;
    trial.now_wanted = true;
    return engine_block(&trial);
}

static enum refusal obey_now(struct engine_work *w)
{
    struct engine *e = w->e;
    if (!e->memory.calendar.active) {
        return REFUSED_NO_PLAN;
    }
    if (engine_session_open(e)) {
        return REFUSED_RUNNING;
    }
    if (w->now_ms < e->memory.calendar.rest_until_ms) {
        w->out->refused_until_ms = e->memory.calendar.rest_until_ms;
        return REFUSED_REST;
    }
    if (!w->has_window || block_despite_now(w) != BLOCK_NONE) {
        return REFUSED_BLOCKED;
    }
    if (e->memory.paused) {
        engine_let_go(w);
        engine_say(w, EVENT_RESUMED);
    }
    e->memory.calendar.skip = false;
    e->dirty = true;
    w->now_wanted = true;
    e->arm_again_ms = PLAN_NEVER;
    return REFUSED_NOT;
}

static enum refusal obey_end(struct engine_work *w)
{
    if (!engine_session_open(w->e)) {
        return REFUSED_NO_SESSION;
    }
    bool powered = w->e->session.armed;
    engine_session_end(w, END_USER);
    if (!powered) {
        engine_pass_over(w);
    }
    return REFUSED_NOT;
}

static enum refusal obey_finish(struct engine_work *w)
{
    struct engine_memory *m = &w->e->memory;
    if (w->in->command.origin == ORIGIN_REMOTE) {
        return REFUSED_LOCAL_ONLY;
    }
    if (!m->calendar.active) {
        return REFUSED_NO_PLAN;
    }
    if (engine_session_open(w->e)) {
        engine_session_end(w, END_FINISH);
    }
    engine_let_go(w);
    m->calendar.active = false;
    engine_say(w, EVENT_PLAN_FINISHED);
    return REFUSED_NOT;
}

static enum refusal obey_pain(struct engine_work *w)
{
    const struct engine_command *command = &w->in->command;
    if (!command->has_value || command->value < 0 || command->value > 10) {
        return REFUSED_BAD_VALUE;
    }
    w->e->memory.pain = (int32_t)command->value;
    w->e->dirty = true;
    engine_say(w, EVENT_PAIN)->value = (int32_t)command->value;
    return REFUSED_NOT;
}

static enum refusal obey_ack(struct engine_work *w)
{
    if (w->in->command.origin == ORIGIN_REMOTE) {
        return REFUSED_LOCAL_ONLY;
    }
    if (w->e->memory.safety.lockout == FAULT_NONE) {
        return REFUSED_NOTHING_TO_ACK;
    }
    w->acknowledge = true;
    return REFUSED_NOT;
}

typedef enum refusal (*obey_fn)(struct engine_work *);

static const obey_fn obey[COMMAND_COUNT] = {
    [COMMAND_START] = obey_start,   [COMMAND_STOP] = obey_stop,     [COMMAND_PAUSE] = obey_pause,
    [COMMAND_RESUME] = obey_resume, [COMMAND_SKIP] = obey_skip,     [COMMAND_NOW] = obey_now,
    [COMMAND_END] = obey_end,       [COMMAND_FINISH] = obey_finish, [COMMAND_PAIN] = obey_pain,
    [COMMAND_ACK] = obey_ack,
};

void engine_obey(struct engine_work *w)
{
    enum command_name name = w->in->command.name;
    if (name == COMMAND_NONE) {
        return;
    }
    bool known = (unsigned)name < COMMAND_COUNT && obey[name];
    w->out->refusal = known ? obey[name](w) : REFUSED_UNKNOWN_COMMAND;
    engine_look_ahead(w);
}
