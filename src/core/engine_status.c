#include "engine_internal.h"

#include <limits.h>

/* NULL when the plan is over. engine_look_ahead knows no window then, so that no block of the calendar is asked for:
 * the check against NULL is there so that a mistake elsewhere blocks nothing more than it has to and reads nothing. */
static const struct plan_phase *phase_now(const struct engine_work *w)
{
    const struct plan_config *plan = &w->config->plan;
    size_t index = plan_phase_at(plan, w->e->memory.calendar.injured_ms, w->now_ms);
    return index < plan->phase_count ? &plan->phases[index] : NULL;
}

/* A plan that is over is not tested: it has no window and engine_block does not ask. */
static bool quiet_now(const struct engine_work *w, bool *needs_clock)
{
    const struct plan_phase *phase = phase_now(w);
    bool has_quiet = phase && phase->quiet.set && phase->quiet.from_min != phase->quiet.to_min;
    *needs_clock = has_quiet && !w->in->clock_trusted;
    return has_quiet && plan_quiet(phase, &w->in->local, w->now_ms, NULL);
}

/* What a session that began now would power. */
static enum drive_mode powers_now(const struct engine_work *w)
{
    const struct plan_phase *phase = phase_now(w);
    return phase && !phase->remind ? phase->mode : DRIVE_OFF;
}

/* A relay that may not close yet would begin the session without power, and its rest too early. */
static bool relay_waits(const struct engine_work *w, enum drive_mode mode)
{
    const struct thermostat_config *thermostat = &w->config->thermostat[mode];
    return mode != DRIVE_OFF && thermostat->kind == THERMOSTAT_TWO_POINT &&
           w->e->thermostat[mode].changed_ms > w->now_ms - thermostat->min_off_ms;
}

/* A row says whether its block holds; their order is their precedence, as in SOOTHE_BLOCKS. */
static enum block block_by_pad(const struct engine_work *w)
{
    const struct engine *e = w->e;
    bool powers = powers_now(w) != DRIVE_OFF;
    const struct {
        bool holds;
        enum block block;
    } rows[] = {
        {e->supervisor.memory.lockout != FAULT_NONE,                   BLOCK_LOCKOUT           },
        {powers && !w->config->wired,                                  BLOCK_NOT_WIRED         },
        {powers && w->in->lines_failed,                                BLOCK_LINES             },
        {e->memory.stopped,                                            BLOCK_STOPPED           },
        {e->memory.paused,                                             BLOCK_PAUSED            },
        {powers && e->supervisor.trip != FAULT_NONE,                   BLOCK_TRIP              },
        {w->in->storage_failed || e->memory.last_session == INT64_MAX, BLOCK_STORAGE           },
        {powers && e->implausible,                                     BLOCK_SENSOR_IMPLAUSIBLE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].holds) {
            return rows[i].block;
        }
    }
    return BLOCK_NONE;
}

static enum block block_by_calendar(const struct engine_work *w)
{
    const struct engine *e = w->e;
    bool needs_clock = false;
    bool quiet = quiet_now(w, &needs_clock);
    enum drive_mode mode = powers_now(w);
    bool relay = relay_waits(w, mode);
    bool rests = mode != DRIVE_OFF && w->verdict.block == BLOCK_REST;
    const struct {
        bool holds;
        enum block block;
    } rows[] = {
        {needs_clock && !w->now_wanted,                                BLOCK_CLOCK        },
        {w->now_ms < e->memory.calendar.rest_until_ms || rests,        BLOCK_REST         },
        {mode == DRIVE_HEAT && engine_day_dose_spent(w),               BLOCK_DOSE         },
        {relay,                                                        BLOCK_DEAD_TIME    },
        {e->memory.calendar.skip,                                      BLOCK_SKIP         },
        {quiet && !w->now_wanted,                                      BLOCK_QUIET_HOURS  },
        {e->arm_again_ms != PLAN_NEVER && w->now_ms < e->arm_again_ms, BLOCK_ARMING_FAILED},
        {w->now_ms < w->window.from_ms && !w->now_wanted,              BLOCK_NOT_DUE      },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].holds) {
            return rows[i].block;
        }
    }
    return BLOCK_NONE;
}

enum block engine_block(const struct engine_work *w)
{
    enum block block = block_by_pad(w);
    if (block == BLOCK_LOCKOUT || block == BLOCK_TRIP) {
        return block;
    }
    if (!w->e->memory.calendar.active) {
        return BLOCK_NO_PLAN;
    }
    if (block != BLOCK_NONE) {
        return block;
    }
    /* Without a window no further session fits into the plan: it only has to end. */
    return w->has_window ? block_by_calendar(w) : BLOCK_NOT_DUE;
}

static enum daemon_state state_of_session(const struct engine *e)
{
    if (e->supervisor.trip != FAULT_NONE && !e->session.record.remind) {
        return STATE_TRIPPED;
    }
    if (e->session.paused) {
        return STATE_PAUSED;
    }
    return e->session.armed && !e->session.rearm ? STATE_RUNNING : STATE_ARMING;
}

static enum daemon_state state_of(const struct engine_work *w, enum block block)
{
    const struct engine *e = w->e;
    if (e->supervisor.memory.lockout != FAULT_NONE) {
        return STATE_LOCKED;
    }
    if (engine_session_open(e)) {
        return state_of_session(e);
    }
    if (e->memory.stopped) {
        return STATE_STOPPED;
    }
    if (e->memory.paused) {
        return STATE_PAUSED;
    }
    if (e->supervisor.trip != FAULT_NONE) {
        return STATE_TRIPPED;
    }
    if (!e->memory.calendar.active) {
        return e->memory.complete ? STATE_COMPLETE : STATE_WAITING;
    }
    bool due = w->has_window && w->now_ms >= w->window.from_ms && block != BLOCK_REST;
    return due ? STATE_DUE : STATE_RESTING;
}

static int32_t reading_of(const struct engine_work *w, int sensor)
{
    return sensor >= 0 ? w->in->readings[sensor].mc : INT32_MIN;
}

/* More sensors than there are is not tested: the supervisor answers off to such a configuration. */
static int hot_side_sensor(const struct engine_work *w)
{
    for (size_t i = 0; i < w->config->limits.sensor_count && i < SENSORS_MAX; i++) {
        if (w->config->limits.sensors[i].role == SENSOR_HOT_SIDE && w->in->readings[i].status == READING_OK) {
            return (int)i;
        }
    }
    return -1;
}

static void tell_session(const struct engine_work *w, struct engine_status *s)
{
    const struct engine_session *session = &w->e->session;
    bool open = engine_session_open(w->e);
    s->session = session->record.id;
    s->remind = session->record.remind;
    s->in_band_ms = session->record.in_band_ms;
    s->target_mc = open ? session->record.target_mc : INT32_MIN;
    s->session_started_ms = open && session->armed ? session->record.began_ms : PLAN_NEVER;
    s->session_ends_ms = open && session->armed ? session->record.began_ms + session->phase.session_max_ms : PLAN_NEVER;
    s->powered = w->out->test == TEST_NONE ? w->out->drive.mode : DRIVE_OFF;
    s->duty_percent = w->out->drive.duty_percent;
    if (!open) {
        s->in_band = false;
    }
}

static void tell_next(const struct engine_work *w, struct engine_status *s)
{
    struct plan_calendar calendar = w->e->memory.calendar;
    struct plan_window window = w->window;
    bool has = w->has_window;
    if (has && calendar.skip) {
        plan_pass_over(&calendar, &window);
        has = plan_next(&w->config->plan, &calendar, &w->in->local, &window) == 0;
    }
    bool shown = has && !engine_session_open(w->e);
    s->next_ms = shown ? window.from_ms : PLAN_NEVER;
    s->next_by_ms = shown ? window.by_ms : PLAN_NEVER;
}

static void tell_plan(const struct engine_work *w, struct engine_status *s)
{
    const struct engine_memory *m = &w->e->memory;
    const struct plan_config *plan = &w->config->plan;
    size_t index = plan_phase_at(plan, m->calendar.injured_ms, w->now_ms);
    bool in_phase = m->calendar.active && index < plan->phase_count;
    s->plan_active = m->calendar.active;
    s->phase = in_phase ? plan->phases[index].name : PHASE_NONE;
    s->phase_ends_ms = in_phase ? plan_phase_ends_ms(plan, m->calendar.injured_ms, index) : PLAN_NEVER;
    s->sessions_done = m->sessions_done;
    s->sessions_today = m->sessions_today;
    s->in_band_today_ms = m->in_band_today_ms;
    s->weak = m->weak_sessions >= ENGINE_WEAK_SESSIONS;
    s->ask_injury = m->ask_injury;
    s->paused_until_ms = m->paused_until_ms;
    s->pain = m->pain;
}

void engine_tell_status(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_status *s = &e->status;
    enum drive_mode mode = engine_session_open(e) ? e->session.record.mode : DRIVE_OFF;
    int pad = supervisor_controlling(&w->config->limits, w->in->readings, mode);
    tell_plan(w, s);
    tell_session(w, s);
    tell_next(w, s);
    s->pad_mc = reading_of(w, pad);
    s->hot_side_mc = reading_of(w, hot_side_sensor(w));
    s->block = engine_session_open(e) ? BLOCK_NONE : engine_block(w);
    s->state = state_of(w, s->block);
    s->locked = e->supervisor.memory.lockout != FAULT_NONE;
    s->trip = s->locked ? e->supervisor.memory.lockout : e->supervisor.trip;
    s->dose_ucem = engine_day_dose(e, w->now_ms);
    s->arming_fault = e->arming_fault;
}
