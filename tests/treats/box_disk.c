#include "box_internal.h"

#include <assert.h>

static void fill_checkpoint(const struct box *box, struct timebase_checkpoint *checkpoint)
{
    int64_t boot_ms = box->now_ms - box->boot_ms;
    *checkpoint = (struct timebase_checkpoint){
        .valid = true,
        .plan_ms = timebase_plan_ms(&box->base, boot_ms),
        .boot_ms = boot_ms,
        .wall_ms = boot_ms + box->base.wall_minus_boot_ms,
        .wall_trusted = box->base.trust > TRUST_NONE,
    };
}

/* A card's fsync: 5 to 200 ms. Jobs settle in order. */
void box_put(struct box *box, const struct session_record *session)
{
    assert(box->job_count < BOX_QUEUE);
    struct box_job *job = &box->jobs[box->job_count++];
    *job = (struct box_job){
        .settles_ms = box->now_ms + (int64_t)chance_spread(&box->chance, 5, 200),
        .memory = box->engine.memory,
        .has_session = session,
    };
    if (session) {
        job->session = *session;
    }
    fill_checkpoint(box, &job->checkpoint);
    box->checkpoint_ms = box->now_ms;
}

static void write_job(struct box *box, const struct box_job *job)
{
    struct box_disk *disk = &box->disk;
    disk->has_memory = true;
    disk->memory = job->memory;
    disk->checkpoint = job->checkpoint;
    if (job->has_session) {
        disk->has_open_session = job->session.ended_ms == PLAN_NEVER;
        disk->open_session = job->session;
        box->durable_session = disk->has_open_session ? job->session.id : box->durable_session;
    }
}

void box_settle(struct box *box)
{
    size_t written = 0;
    while (written < box->job_count && box->jobs[written].settles_ms <= box->now_ms) {
        write_job(box, &box->jobs[written++]);
    }
    for (size_t i = written; i < box->job_count; i++) {
        box->jobs[i - written] = box->jobs[i];
    }
    box->job_count -= written;
}

static bool begin_timebase(struct box *box, bool same_boot)
{
    struct timebase_checkpoint checkpoint = box->disk.checkpoint;
    checkpoint.same_boot = same_boot;
    const struct timebase_clocks look = {
        .boot_ms = box->now_ms - box->boot_ms,
        .wall_ms = box->now_ms + box->wall_off_ms,
        .trust = box->trust,
    };
    return timebase_init(&box->base, &checkpoint, &look);
}

void box_begin(struct box *box, bool same_boot)
{
    bool rest_anew = begin_timebase(box, same_boot);
    struct engine_memory memory;
    engine_memory_init(&memory);
    engine_init(&box->engine, box->disk.has_memory ? &box->disk.memory : &memory, false);
    int64_t plan_ms = timebase_plan_ms(&box->base, box->now_ms - box->boot_ms);
    box->durable_session = 0;
    box->command_count = 0;
    box->out = (struct engine_output){.next_tick_ms = ENGINE_TICK_REST_MS};
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        box->readings[i] = (struct reading){.status = READING_STALE, .at_ms = INT64_MIN};
    }
    box->sampled_ms = INT64_MIN;
    if (box->disk.has_open_session) {
        struct session_record record;
        engine_recover(&box->engine, &box->disk.open_session, same_boot ? END_RESTART : END_POWER_CUT, plan_ms,
                       plan_ms + timebase_wall_minus_plan_ms(&box->base), &record);
        score_ended(box->score, &record);
        box_put(box, &record);
    }
    if (rest_anew) {
        engine_rest_anew(&box->engine, plan_ms);
    }
}
