#include "engine_internal.h"

#include "soothe/dose.h"

bool engine_session_open(const struct engine *e)
{
    return e->session.record.id != 0;
}

bool engine_held(const struct engine *e)
{
    return e->memory.stopped || e->memory.paused;
}

int64_t engine_day_dose(const struct engine *e, int64_t now_ms)
{
    int64_t sum = engine_session_open(e) ? e->session.record.ucem : 0;
    for (size_t i = 0; i < ENGINE_DOSES; i++) {
        const struct engine_dose *dose = &e->memory.doses[i];
        if (dose->ended_ms != PLAN_NEVER && dose->ended_ms > now_ms - ENGINE_DAY_MS) {
            sum = dose_add_ucem(sum, dose->ucem);
        }
    }
    return sum;
}

/* Only heat counts: a pad that cools does no thermal damage, and one that only reminds does nothing. */
bool engine_day_dose_spent(const struct engine_work *w)
{
    return engine_day_dose(w->e, w->now_ms) >= w->config->day_dose_max_ucem;
}

static int32_t within(int32_t mc, int32_t low_mc, int32_t high_mc)
{
    return mc < low_mc ? low_mc : mc > high_mc ? high_mc : mc;
}

static int64_t session_limit_ms(const struct engine_config *config)
{
    struct supervisor_config limits = config->limits;
    supervisor_limits_clamp(&limits);
    return limits.session_max_ms;
}

/* The configuration was checked; the ceilings hold without it too. */
static struct plan_phase within_ceilings(const struct engine_config *config, size_t index)
{
    struct plan_phase phase = config->plan.phases[index];
    bool heat = phase.mode == DRIVE_HEAT;
    phase.session_max_ms = stamp_earlier_ms(phase.session_max_ms, session_limit_ms(config));
    phase.target_mc = heat ? within(phase.target_mc, PLAN_HEAT_TARGET_MIN_MC, PLAN_HEAT_TARGET_MAX_MC)
                           : within(phase.target_mc, PLAN_COOL_TARGET_MIN_MC, PLAN_COOL_TARGET_MAX_MC);
    return phase;
}

void engine_session_begin(struct engine_work *w)
{
    struct engine *e = w->e;
    size_t index = plan_phase_at(&w->config->plan, e->memory.calendar.injured_ms, w->now_ms);
    const struct plan_phase phase = within_ceilings(w->config, index);
    e->memory.last_session++;
    e->session = (struct engine_session){
        .record = {.id = e->memory.last_session,
                   .phase = phase.name,
                   .mode = phase.mode,
                   .remind = phase.remind,
                   .late = w->now_ms > w->window.by_ms,
                   .target_mc = phase.target_mc,
                   .began_ms = w->now_ms + ENGINE_ARMING_MS,
                   .rest_ms = phase.every_min_ms,
                   .max_ms = phase.session_max_ms,
                   .wall_began_ms = engine_wall_ms(w),
                   .wall_trusted = w->in->clock_trusted,
                   .ended_ms = PLAN_NEVER},
        .began_ms = w->now_ms,
        .phase = phase,
    };
    struct session_record *record = &e->session.record;
    if (phase.mode == DRIVE_HEAT && !phase.remind) {
        record->worst_ucem = dose_held_ucem(phase.target_mc + phase.tolerance_mc, phase.session_max_ms);
    }
    w->out->record = *record;
    w->out->record_session = true;
}

/* Not tested: a missing sensor while nothing is in doubt, because the supervisor doubts it first. */
bool engine_session_sound(const struct engine_work *w)
{
    const struct engine_session *s = &w->e->session;
    return !w->in->lines_failed && !w->in->storage_failed && w->verdict.doubt == FAULT_NONE &&
           w->verdict.block == BLOCK_NONE && !w->verdict.implausible &&
           supervisor_controlling(&w->config->limits, w->in->readings, s->record.mode) >= 0;
}

static void power_up(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_session *s = &e->session;
    s->armed = true;
    s->record.began_ms = w->now_ms;
    s->record.wall_began_ms = engine_wall_ms(w);
    s->record.powered = !s->record.remind;
    plan_powered(&s->phase, &e->memory.calendar, w->now_ms);
    e->memory.calendar.skip = false;
    if (s->record.powered) {
        engine_forget_true_rest(&e->memory);
    }
    e->arming_failed = false;
    e->arming_fault = FAULT_NONE;
    e->arm_again_ms = PLAN_NEVER;
    e->dirty = true;
    engine_look_ahead(w);
    struct engine_event *said = engine_say(w, EVENT_SESSION_STARTED);
    said->late = s->record.late;
    said->until_ms = w->now_ms + s->phase.session_max_ms;
}

static enum fault fault_of_arming(const struct engine_work *w)
{
    const struct {
        bool holds;
        enum fault fault;
    } rows[] = {
        {w->verdict.trip != FAULT_NONE,  w->verdict.trip         },
        {w->verdict.doubt != FAULT_NONE, w->verdict.doubt        },
        {w->in->lines_failed,            FAULT_READBACK          },
        {w->verdict.implausible,         FAULT_SENSOR_IMPLAUSIBLE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].holds) {
            return rows[i].fault;
        }
    }
    return FAULT_NONE;
}

static void arming_failed(struct engine_work *w, enum fault fault)
{
    struct engine *e = w->e;
    e->arming_failed = true;
    e->arming_fault = fault;
    e->arm_again_ms = w->now_ms + ENGINE_ARMING_RETRY_MS;
    engine_say(w, EVENT_ARMING_FAILED)->fault = fault;
    engine_session_end(w, END_NOT_POWERED);
}

/* No power after the latest power-on that the stored record speaks of. */
static bool arming_time_is_over(const struct engine_work *w)
{
    return w->e->session.began_ms < w->now_ms - ENGINE_ARMING_MS;
}

/* A session that arms has not begun, so it fails; one that has begun stays off, and tries again while its time lasts.
 */
static void rearm(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_session *s = &e->session;
    struct engine_selftest *test = &s->selftest;
    s->rearm = s->rearm && !s->record.remind; /* nothing to test: it powers nothing */
    if (!s->rearm || s->paused) {
        *test = (struct engine_selftest){0};
        return;
    }
    if (test->failed && w->now_ms < test->again_ms) {
        return;
    }
    enum fault fault = engine_selftest_step(w);
    if (fault != FAULT_NONE) {
        *test = (struct engine_selftest){.failed = true, .again_ms = w->now_ms + ENGINE_ARMING_RETRY_MS};
        e->arming_fault = fault;
        engine_say(w, EVENT_ARMING_FAILED)->fault = fault;
    } else if (test->stage == SELFTEST_PASSED) {
        s->rearm = false;
        e->arming_fault = FAULT_NONE;
    }
}

/* The record and the self-test come first, then the supervisor is asked, and only its yes begins the session. */
void engine_session_arm(struct engine_work *w)
{
    struct engine_session *s = &w->e->session;
    if (s->armed) {
        rearm(w);
        return;
    }
    bool recorded = w->in->stored_session == s->record.id;
    if (arming_time_is_over(w)) {
        arming_failed(w, fault_of_arming(w));
    } else if (s->record.remind ? recorded : s->selftest.stage == SELFTEST_PASSED && w->verdict.may_energise) {
        power_up(w);
    } else {
        enum fault fault = engine_selftest_step(w);
        if (fault != FAULT_NONE) {
            arming_failed(w, fault);
        }
    }
}

/* `wired` false is not tested here: no powered session begins without it, and the pad needs a restart to change. */
enum drive_mode engine_session_wants(const struct engine_work *w)
{
    const struct engine_session *s = &w->e->session;
    bool recorded = w->in->stored_session == s->record.id;
    bool tested = s->selftest.stage == SELFTEST_PASSED && !w->in->storage_failed && !arming_time_is_over(w);
    bool begun = s->armed ? !s->tripped && !s->rearm && !s->paused : tested;
    bool wants = begun && recorded && !s->record.remind && w->config->wired && !w->in->lines_failed;
    return wants ? s->record.mode : DRIVE_OFF;
}

static bool in_band(const struct engine_work *w)
{
    const struct engine_session *s = &w->e->session;
    if (s->record.remind) {
        return true;
    }
    int sensor = supervisor_controlling(&w->config->limits, w->in->readings, s->record.mode);
    if (sensor < 0) {
        return false;
    }
    int32_t mc = w->in->readings[sensor].mc;
    return mc >= s->record.target_mc - s->phase.tolerance_mc && mc <= s->record.target_mc + s->phase.tolerance_mc;
}

/* What the time since the last step was worth: minutes in the band, and thermal dose, which goes on through a pause. */
void engine_session_count(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_session *s = &e->session;
    e->status.in_band = false;
    if (!s->armed) {
        return;
    }
    int hottest = supervisor_controlling(&w->config->limits, w->in->readings, DRIVE_OFF);
    if (hottest >= 0 && !s->record.remind) {
        s->record.ucem = dose_add_ucem(s->record.ucem, dose_step_ucem(w->in->readings[hottest].mc, w->dt_ms));
    }
    if (s->paused || s->rearm || s->tripped || !in_band(w)) {
        return;
    }
    e->status.in_band = true;
    s->record.in_band_ms += w->dt_ms;
    e->memory.in_band_today_ms = stamp_moved_ms(e->memory.in_band_today_ms, w->dt_ms);
    if (!s->band_reached && !s->record.remind) {
        s->band_reached = true;
        engine_say(w, EVENT_BAND_REACHED);
    }
}

void engine_session_check_end(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_session *s = &e->session;
    if (w->verdict.lockout != FAULT_NONE) {
        engine_session_end(w, END_LOCKOUT);
        return;
    }
    if (!s->armed) {
        return;
    }
    if (w->verdict.ends_session) {
        engine_session_end(w, END_TRIP);
        return;
    }
    s->phase.session_max_ms = stamp_earlier_ms(s->phase.session_max_ms, session_limit_ms(w->config));
    bool heats = s->record.powered && s->record.mode == DRIVE_HEAT;
    /* The supervisor's clock of the session began with ours; should they ever differ, the earlier end counts. */
    bool spent = s->record.began_ms <= w->now_ms - s->phase.session_max_ms;
    if (s->record.in_band_ms >= s->phase.session_min_ms) {
        engine_session_end(w, END_DONE);
    } else if (spent || w->verdict.over_time) {
        engine_session_end(w, s->tripped || s->selftest.failed ? END_TRIP : END_OVER_TIME);
    } else if (heats && (s->record.ucem >= w->config->session_dose_max_ucem || engine_day_dose_spent(w))) {
        engine_session_end(w, END_DOSE);
    }
}

/* A reminding session that never reached the band is not tested: nobody measures it, so it always has. */
static void judge_band(struct engine_work *w, enum end_reason end)
{
    struct engine *e = w->e;
    if (e->session.band_reached) {
        e->memory.weak_sessions = 0;
    } else if (end == END_OVER_TIME && !e->session.was_held && e->session.record.powered) {
        e->memory.weak_sessions += e->memory.weak_sessions < ENGINE_WEAK_SESSIONS;
        engine_say(w, EVENT_BAND_NOT_REACHED);
    }
}

static void count_session(struct engine_memory *m, enum end_reason end)
{
    bool held = end == END_DONE || end == END_OVER_TIME || end == END_DOSE;
    m->sessions_done += held && m->sessions_done < INT32_MAX;
    m->sessions_today += held && m->sessions_today < INT32_MAX;
}

void engine_session_end(struct engine_work *w, enum end_reason end)
{
    struct engine *e = w->e;
    struct session_record *record = &e->session.record;
    record->ended_ms = w->now_ms;
    record->wall_ended_ms = engine_wall_ms(w);
    record->end = e->session.armed ? end : END_NOT_POWERED;
    if (e->session.armed) {
        count_session(&e->memory, end);
        if (record->powered) {
            plan_unpowered(&e->memory.calendar, w->now_ms);
            engine_keep_dose(&e->memory, w->now_ms, record->ucem);
        }
        judge_band(w, end);
        struct engine_event *said = engine_say(w, EVENT_SESSION_ENDED);
        said->end = end;
        said->in_band_ms = record->in_band_ms;
        said->fault = w->verdict.lockout != FAULT_NONE ? w->verdict.lockout : w->verdict.trip;
        if (said->fault == FAULT_NONE && e->session.selftest.failed) {
            said->fault = e->arming_fault;
        }
    }
    w->out->record = *record;
    w->out->record_session = true;
    e->dirty = true;
    e->session = (struct engine_session){0};
    engine_look_ahead(w);
}

/* The session of this window will not be: by a person's wish, or because arming failed until the window closed. */
void engine_pass_over(struct engine_work *w)
{
    struct engine *e = w->e;
    struct engine_event *said = engine_say(w, EVENT_SESSION_SKIPPED);
    said->fault = e->arming_failed ? e->arming_fault : FAULT_NONE;
    /* Blocked for days is one session left out, not one for each that would have been. */
    int64_t interval_ms = w->config->plan.phases[w->window.phase].every_min_ms;
    if (w->window.from_ms <= w->now_ms - interval_ms) {
        w->window.from_ms = w->now_ms;
    }
    plan_pass_over(&e->memory.calendar, &w->window);
    e->arming_failed = false;
    e->arm_again_ms = PLAN_NEVER;
    e->dirty = true;
    engine_look_ahead(w);
}
