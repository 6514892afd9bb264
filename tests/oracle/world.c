#include "world.h"

#include <inttypes.h>
#include <string.h>

#define WAKE_MS 20 /* between two ticks, however much waits */

static int32_t central_europe(const void *context, int64_t wall_s)
{
    static const int64_t changes_s[] = {1774746000, 1792890000, 1806195600, 1824944400};
    (void)context;
    int32_t offset_s = 3600;
    for (size_t i = 0; i < 4 && changes_s[i] <= wall_s; i++) {
        offset_s = i % 2 == 0 ? 7200 : 3600;
    }
    return offset_s;
}

static void begin(struct world *w, const struct script *script)
{
    memset(w, 0, sizeof *w);
    w->script = script;
    w->noise = dice_of(script->seed, 2);
    w->chance = dice_of(script->seed, 3);
    w->people = dice_of(script->seed, 4);
    w->config = script->config;
    w->trust = (enum timebase_trust)(dice_one_in(&w->chance, 8) ? TRUST_NONE : dice_between(&w->chance, 1, 2));
    w->wall_error_ms = w->trust == TRUST_NONE ? -40 * DAY_MS : 0;
    w->status = (struct engine_status){0};
    w->wish_ms = INT64_MAX;
    w->cut_at_ms = INT64_MAX;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        w->last[i] = (struct reading){.status = READING_STALE, .at_ms = INT64_MIN};
    }
    pad_begin(w);
    acts_begin(w);
    oracle_begin(&w->oracle, &w->config);
    daemon_begin(w);
}

static void follow_clocks(struct world *w)
{
    struct timebase_clocks look = clocks_look(w);
    struct timebase_news news;
    timebase_step(&w->base, &look, &news);
    if (news.credited) {
        engine_credit(&w->engine, &w->config, w->base.began_ms, news.credit_ms);
    }
    w->in.now_ms = timebase_plan_ms(&w->base, look.boot_ms);
    w->in.local = (struct plan_local){.wall_minus_plan_ms = timebase_wall_minus_plan_ms(&w->base),
                                      .utc_offset_s = w->script->pad.zone ? central_europe : NULL};
    w->in.clock_trusted = w->base.trust > TRUST_NONE;
}

static void trigger(struct world *w)
{
    bool powered = w->out.drive.mode != DRIVE_OFF && w->out.test == TEST_NONE;
    if (w->status.session != 0 && w->status.session != w->armed_session) {
        w->armed_session = w->status.session;
        acts_trigger(w, WHEN_ARMING);
    }
    if (powered != w->was_powered) {
        acts_trigger(w, powered ? WHEN_POWER : WHEN_OFF);
        w->cut_at_ms = powered && w->now.collapse_ms > 0 ? w->now_ms + w->now.collapse_ms : INT64_MAX;
        w->was_powered = powered;
    }
    if (w->status.in_band != w->was_in_band) {
        w->was_in_band = w->status.in_band;
        if (w->was_in_band) {
            acts_trigger(w, WHEN_BAND);
        }
    }
}

static void trace(const struct world *w)
{
    const struct engine_status *s = &w->status;
    for (size_t i = 0; i < w->out.event_count; i++) {
        const struct engine_event *e = &w->out.events[i];
        fprintf(w->view->out, "%11.3f * %s %s sensor %d %s %s\n", (double)w->now_ms / 1000.0, event_name(e->type),
                e->fault ? fault_name(e->fault) : "", e->sensor, e->end ? end_name(e->end) : "",
                e->refusal ? refusal_name(e->refusal) : "");
    }
    if (w->in.command.name != COMMAND_NONE) {
        fprintf(w->view->out, "%11.3f > %s origin %d value %" PRId64 ": %s\n", (double)w->now_ms / 1000.0,
                command_name(w->in.command.name), (int)w->in.command.origin,
                w->in.command.has_value ? w->in.command.value : -1, refusal_name(w->out.refusal));
    }
    if (w->now_ms < w->view->from_ms) {
        return;
    }
    fprintf(w->view->out, "%11.3f %s/%s %s trip %s%s |", (double)w->now_ms / 1000.0, state_name(s->state),
            plan_phase_string(s->phase), block_name(s->block), fault_name(s->trip), s->locked ? " LOCKED" : "");
    for (size_t i = 0; i < w->config.limits.sensor_count; i++) {
        const struct reading *r = &w->in.readings[i];
        fprintf(w->view->out, " %d:%.2f@%" PRId64, (int)r->status, r->mc / 1000.0,
                r->at_ms == INT64_MIN ? -1 : w->in.now_ms - r->at_ms);
    }
    fprintf(w->view->out, " |%s%s%s%s | session %" PRId64 " stored %" PRId64 " drive %d %d%% test %d beat %d\n",
            w->in.heat_on ? " heat" : "", w->in.cool_on ? " cool" : "", w->in.sense_live ? " sense" : "",
            w->in.readback_bad ? " readback" : "", s->session, w->in.stored_session, (int)w->out.drive.mode,
            (int)w->out.drive.duty_percent, (int)w->out.test, (int)w->out.heartbeat);
}

static const char *tick(struct world *w)
{
    follow_clocks(w);
    store_settle(w);
    pad_read(w);
    if (w->reload) {
        script_reload(&w->config, w->reload_seed);
        engine_reloaded(&w->engine, &w->config);
        w->reload = false;
    }
    acts_people(w);
    w->in.command = w->command;
    w->command.name = COMMAND_NONE;
    w->tested = w->out.test;
    engine_step(&w->engine, &w->config, &w->in, &w->out);
    w->status = w->engine.status;
    if (w->twist) {
        w->twist(w, &w->out, &w->status);
    }
    const struct oracle_look look = {.true_ms = w->now_ms,
                                     .config = &w->config,
                                     .in = &w->in,
                                     .out = &w->out,
                                     .status = &w->status,
                                     .durable_session =
                                         w->disk.session.ended_ms == PLAN_NEVER ? w->disk.session.id : 0};
    const char *wrong = oracle_tick(&w->oracle, &look);
    w->tick_ms = w->now_ms;
    if (w->out.heartbeat) {
        w->edges = w->now_ms - w->beat_ms < 1000 ? w->edges + 1 : 1;
        w->beat_ms = w->now_ms;
    }
    if (w->view) {
        trace(w);
    }
    store_keep(w);
    trigger(w);
    return wrong;
}

/* When the next tick comes: as the engine asked, late now and then, earlier for a command or when a record of a session
 * that arms has become durable. */
static int64_t next_tick_ms(struct world *w)
{
    int64_t at_ms = w->now_ms + w->out.next_tick_ms;
    if (w->status.state == STATE_ARMING && w->job_count > 0 && w->jobs[0].settles_ms < at_ms) {
        at_ms = w->jobs[0].settles_ms;
    }
    if (w->command_ms < at_ms) {
        at_ms = w->command_ms;
    }
    at_ms = at_ms < w->now_ms + WAKE_MS ? w->now_ms + WAKE_MS : at_ms;
    at_ms += w->late_ms;
    w->late_ms = 0;
    if (w->now.slow_ms > 0) {
        at_ms += dice_between(&w->chance, 0, w->now.slow_ms);
    }
    return at_ms;
}

static void cut_power(struct world *w)
{
    w->cut_at_ms = INT64_MAX;
    daemon_end(w, ACT_POWER_CUT, dice_between(&w->chance, 3 * SECOND_MS, 20 * SECOND_MS), w->trust);
}

const char *world_run(struct world *w, const struct script *script, twist *with, const struct view *view)
{
    begin(w, script);
    w->twist = with;
    w->view = view;
    const char *wrong = NULL;
    int64_t to_ms = view && view->to_ms > 0 ? view->to_ms : script->length_ms;
    while ((!wrong || (view && view->to_ms > 0)) && w->now_ms < to_ms) {
        int64_t at_ms = next_tick_ms(w);
        if (at_ms >= w->cut_at_ms) {
            pad_run(w, w->cut_at_ms);
            cut_power(w);
            continue;
        }
        pad_run(w, at_ms);
        acts_due(w);
        wrong = tick(w);
        if (wrong && view) {
            fprintf(view->out, "%11.3f ! %s\n", (double)w->now_ms / 1000.0, wrong);
        }
    }
    return wrong;
}
