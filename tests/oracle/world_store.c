#include "world.h"

#include <string.h>

#define CHECKPOINT_EVERY_MS (15 * MINUTE_MS)
#define BOOT_LEAST_MS       12000 /* CLOCK_BOOTTIME when the daemon begins */
#define TRIES_AGAIN_MS      1000

struct timebase_clocks clocks_look(const struct world *w)
{
    return (struct timebase_clocks){
        .boot_ms = w->now_ms - w->boot_began_ms + BOOT_LEAST_MS,
        .wall_ms = w->script->began_wall_ms + w->now_ms + w->wall_error_ms,
        .trust = w->trust,
    };
}

static struct checkpoint checkpoint_now(const struct world *w)
{
    struct timebase_clocks look = clocks_look(w);
    return (struct checkpoint){
        .valid = true,
        .plan_ms = timebase_plan_ms(&w->base, look.boot_ms),
        .boot_ms = look.boot_ms,
        .wall_ms = look.boot_ms + w->base.wall_minus_boot_ms,
        .wall_trusted = w->base.trust > TRUST_NONE,
        .boot = w->boot,
    };
}

/* A job that holds no session is superseded by the next; so is the last place of a queue that is full. */
static struct job *place(struct world *w)
{
    struct job *last = w->job_count > 0 ? &w->jobs[w->job_count - 1] : NULL;
    if (last && w->job_count > 1 && (!last->has_session || w->job_count == JOBS_MAX)) {
        return last;
    }
    last = &w->jobs[w->job_count++];
    last->has_session = false;
    return last;
}

static void put(struct world *w, const struct session_record *record)
{
    struct job *job = place(w);
    int64_t ms = w->now.store_ms > 0 ? w->now.store_ms : w->script->pad.store_ms;
    job->ticket = ++w->ticket;
    job->settles_ms = w->now_ms + dice_between(&w->chance, 1, ms + 1);
    job->memory = w->engine.memory;
    job->checkpoint = checkpoint_now(w);
    job->kept = w->oracle.kept;
    w->checkpoint_ms = w->now_ms;
    if (!record) {
        return;
    }
    job->has_session = true;
    job->session = *record;
    if (record->ended_ms == PLAN_NEVER) {
        w->session_ticket = job->ticket;
        w->session_of_ticket = record->id;
    }
}

void store_keep(struct world *w)
{
    bool due = w->checkpoint_ms <= w->now_ms - CHECKPOINT_EVERY_MS;
    if (w->out.record_session || w->out.memory_changed || due) {
        put(w, w->out.record_session ? &w->out.record : NULL);
    }
}

static void settle_first(struct world *w)
{
    const struct job *job = &w->jobs[0];
    w->settled = job->ticket;
    w->disk.has_memory = true;
    w->lost = false;
    w->disk.memory = job->memory;
    w->disk.checkpoint = job->checkpoint;
    w->disk.kept = job->kept;
    if (job->has_session) {
        w->disk.session = job->session;
    }
    w->job_count--;
    memmove(w->jobs, w->jobs + 1, w->job_count * sizeof w->jobs[0]);
}

void store_settle(struct world *w)
{
    while (w->job_count > 0 && !w->now.store_fails && w->jobs[0].settles_ms <= w->now_ms) {
        settle_first(w);
    }
    if (w->job_count > 0 && w->now.store_fails && w->jobs[0].settles_ms <= w->now_ms) {
        w->jobs[0].settles_ms = w->now_ms + TRIES_AGAIN_MS;
        w->in.storage_failed = true;
    }
    if (w->job_count == 0) {
        w->in.storage_failed = false;
    }
    w->in.stored_session = w->session_ticket != 0 && w->settled >= w->session_ticket ? w->session_of_ticket : 0;
}

/* As the daemon comes up: clocks, store, engine. */
void daemon_begin(struct world *w)
{
    const struct checkpoint *c = &w->disk.checkpoint;
    bool same_boot = c->valid && c->boot == w->boot;
    const struct timebase_checkpoint checkpoint = {c->valid,   c->plan_ms,      c->boot_ms,
                                                   c->wall_ms, c->wall_trusted, same_boot};
    struct timebase_clocks look = clocks_look(w);
    struct engine_memory memory;
    bool anew = timebase_init(&w->base, &checkpoint, &look);
    int64_t now_ms = timebase_plan_ms(&w->base, look.boot_ms);
    engine_memory_init(&memory);
    engine_init(&w->engine, w->disk.has_memory ? &w->disk.memory : &memory, w->lost);
    w->started = true;
    w->out = (struct engine_output){.next_tick_ms = ENGINE_TICK_REST_MS};
    if (w->disk.session.id != 0 && w->disk.session.ended_ms == PLAN_NEVER) {
        struct session_record record;
        engine_recover(&w->engine, &w->disk.session, same_boot ? END_RESTART : END_POWER_CUT, now_ms, look.wall_ms,
                       &record);
        put(w, &record);
    }
    if (anew) {
        engine_rest_anew(&w->engine, now_ms);
    }
}

static void end_orderly(struct world *w)
{
    struct engine_input in = w->in;
    struct timebase_clocks look = clocks_look(w);
    in.now_ms = timebase_plan_ms(&w->base, look.boot_ms);
    in.command = (struct engine_command){.name = COMMAND_NONE};
    engine_close(&w->engine, &w->config, &in, &w->out);
    store_keep(w);
    while (w->job_count > 0 && !w->now.store_fails) {
        settle_first(w);
    }
}

/* The session whose record on the disk is still open; a reminding one has no power that could be cut. */
static int64_t cut_short(const struct world *w)
{
    const struct session_record *r = &w->disk.session;
    return r->id != 0 && r->ended_ms == PLAN_NEVER && !r->remind ? r->id : 0;
}

/* The daemon ends, or the machine does, and comes back. What was not durable is gone. */
void daemon_end(struct world *w, enum act_kind how, int64_t off_ms, enum timebase_trust trust)
{
    bool cut = how == ACT_POWER_CUT || how == ACT_STORE_LOST;
    if (how == ACT_RESTART && w->oracle.first) { /* a daemon that has not ticked hears no signal */
        how = ACT_CRASH;
    }
    if (how == ACT_RESTART) {
        end_orderly(w);
    }
    bool orderly = how == ACT_RESTART && w->job_count == 0;
    w->job_count = 0;
    w->settled = w->ticket;
    w->session_ticket = 0;
    w->started = false;
    w->in.storage_failed = false;
    w->out = (struct engine_output){.next_tick_ms = ENGINE_TICK_REST_MS};
    w->status = (struct engine_status){0};
    w->was_powered = false;
    if (how == ACT_STORE_LOST) {
        struct checkpoint kept = w->disk.checkpoint;
        w->disk = (struct disk){.checkpoint = dice_one_in(&w->chance, 2) ? kept : (struct checkpoint){0}};
        w->lost = true;
    }
    bool other_boot = cut || w->disk.checkpoint.boot != w->boot; /* a crash before anything of this boot was stored */
    oracle_ended(&w->oracle, w->now_ms, orderly, other_boot, w->lost, cut_short(w), &w->disk.kept);
    pad_run(w, w->now_ms + (cut ? off_ms : dice_between(&w->chance, 300, 8000)));
    if (cut) {
        w->boot++;
        w->boot_began_ms = w->now_ms;
        w->trust = trust;
        w->wall_error_ms = trust > TRUST_NONE ? 0 : dice_between(&w->chance, -40 * DAY_MS, 40 * DAY_MS);
    } else if (w->trust > TRUST_NONE) { /* what is believed anew is right */
        w->wall_error_ms = 0;
    }
    w->sample_ms = INT64_MIN / 2;
    w->edges = 0;
    w->pulse_made = false;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        w->last[i] = (struct reading){.status = READING_STALE, .at_ms = INT64_MIN};
    }
    daemon_begin(w);
}
