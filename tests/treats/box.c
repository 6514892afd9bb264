#include "box_internal.h"

#include <inttypes.h>
#include <string.h>

#define DAY_MS        (INT64_C(24) * 3600 * 1000)
#define PLAN_DAYS     10
#define LIVE_DAYS_MAX 13
#define CHECKPOINT_MS (INT64_C(15) * 60 * 1000)

/* 2026-11-22, 06:00 UTC: a plan begins between then and 24 h later. */
#define FIRST_MS INT64_C(1795327200000)

/* How late a tick is on a Pi that has other things to do: a millisecond or two, seldom much more. */
#define HICCUP_SHARE 1e-5
#define HICCUP_MS    450

static void tell(const struct box *box, const struct engine_event *event)
{
    if (!box->told) {
        return;
    }
    fprintf(box->told, "%" PRId64 "   %s", box->now_ms, event_name(event->type));
    if (event->fault != FAULT_NONE) {
        fprintf(box->told, " %s sensor %d", fault_name(event->fault), event->sensor);
    }
    if (event->type == EVENT_SESSION_ENDED) {
        fprintf(box->told, " %s in_band %" PRId64 " s", end_name(event->end), event->in_band_ms / 1000);
    }
    const struct plant_half *half = box->plant.halves;
    fprintf(box->told, " (pad %.2f %.2f skin %.2f %.2f hot %.1f)\n", half[0].sensor_c, half[1].sensor_c,
            half[0].surface_c, half[1].surface_c, box->plant.hot_c);
}

static bool is_ice(const struct box *box)
{
    return box->engine.status.phase == PHASE_ICE && box->plant.spec->cooler != COOLER_NONE;
}

/* A person knows when the next one is, without any announcement. */
static int64_t next_in_ms(const struct box *box, int64_t plan_ms)
{
    int64_t next_ms = box->engine.status.next_ms;
    return next_ms == PLAN_NEVER || next_ms < plan_ms ? 0 : next_ms - plan_ms;
}

static void hear(struct box *box, const struct engine_event *event, int64_t plan_ms)
{
    tell(box, event);
    score_event(box->score, event, box->skip_by_person, plan_ms);
    if (event->type == EVENT_SESSION_SKIPPED) {
        box->skip_by_person = false;
    } else if (event->type == EVENT_SESSION_SOON) {
        life_hear_soon(&box->life, box->now_ms, event->until_ms - plan_ms, is_ice(box));
    } else if (event->type == EVENT_SESSION_STARTED) {
        box->skip_by_person = false;
        life_hear_begun(&box->life, box->now_ms, is_ice(box));
    } else if (event->type == EVENT_SESSION_ENDED) {
        life_hear_ended(&box->life, box->now_ms, next_in_ms(box, plan_ms));
    } else if (event->type == EVENT_LOCKOUT) { /* counted; the person looks, finds nothing, and acknowledges */
        life_plan(&box->life, box->now_ms + 1800000, ACT_COMMAND, COMMAND_ACK, 0);
    } else if (event->type == EVENT_PLAN_COMPLETED) {
        box->done = true;
    }
}

static void follow_clocks(struct box *box)
{
    const struct timebase_clocks look = {
        .boot_ms = box->now_ms - box->boot_ms,
        .wall_ms = box->now_ms + box->wall_off_ms,
        .trust = box->trust,
    };
    struct timebase_news news;
    timebase_step(&box->base, &look, &news);
    if (news.credited) {
        engine_credit(&box->engine, &box->engine_config, box->base.began_ms, news.credit_ms);
    }
}

static void fill_input(struct box *box, struct engine_input *in)
{
    int64_t boot_ms = box->now_ms - box->boot_ms;
    *in = (struct engine_input){
        .now_ms = timebase_plan_ms(&box->base, boot_ms),
        .local = {.wall_minus_plan_ms = timebase_wall_minus_plan_ms(&box->base)},
        .clock_trusted = box->base.trust > TRUST_NONE,
        .heat_on = box->heat_on,
        .cool_on = box->cool_on,
        .sense_live = box->config.limits.sense && box->sense_live,
        .pulse_made = box->pulse_made,
        .stored_session = box->durable_session,
    };
    if (box->command_count > 0) {
        in->command = box->commands[0];
        box->command_count--;
        memmove(&box->commands[0], &box->commands[1], box->command_count * sizeof box->commands[0]);
    }
    box_sample(box, boot_ms, in);
}

static void record(struct box *box)
{
    const struct engine_output *out = &box->out;
    if (out->record_session) {
        score_ended(box->score, &out->record);
    }
    if (out->record_session || out->memory_changed || box->checkpoint_ms <= box->now_ms - CHECKPOINT_MS) {
        box_put(box, out->record_session ? &out->record : NULL);
    }
}

static void tick(struct box *box, int64_t step_ms)
{
    struct engine_input in;
    follow_clocks(box);
    fill_input(box, &in);
    box_settle(box);
    engine_step(&box->engine, &box->engine_config, &in, &box->out);
    if (in.command.name == COMMAND_SKIP && box->out.refusal == REFUSED_NOT) {
        box->skip_by_person = true;
    }
    box->last_input = in;
    record(box);
    for (size_t i = 0; i < box->out.event_count; i++) {
        hear(box, &box->out.events[i], in.now_ms);
    }
    score_step(box->score, &box->engine, in.now_ms, step_ms);
}

static void close_daemon(struct box *box)
{
    struct engine_output out;
    engine_close(&box->engine, &box->engine_config, &box->last_input, &out);
    box->out = out;
    record(box);
    int64_t now_ms = box->now_ms;
    box->now_ms += 1000; /* the store is closed in good order */
    box_settle(box);
    box->now_ms = now_ms;
}

static void restart(struct box *box, const struct life_item *item)
{
    bool cut = item->act == ACT_POWER_CUT;
    if (item->act == ACT_RESTART) {
        close_daemon(box);
    }
    box->job_count = 0;
    box_advance(box, item->more, false);
    if (cut) {
        box->boot_ms = box->now_ms;
        box->now_ms += 20000; /* until the daemon runs */
        bool right = life_clock_after_cut(&box->life, box->now_ms);
        box->wall_off_ms = right ? 0 : box->wall_off_ms - item->more;
        box->trust = right ? TRUST_SYNCHRONISED : TRUST_NONE;
    }
    box_begin(box, !cut);
}

static void obey_life(struct box *box, const struct life_item *item)
{
    if (item->act == ACT_COMMAND) {
        if (box->command_count < sizeof box->commands / sizeof box->commands[0]) {
            box->commands[box->command_count++] =
                (struct engine_command){.name = (enum command_name)item->value, .origin = ORIGIN_LOCAL};
        }
    } else if (item->act == ACT_CLOCK_SYNC) {
        box->wall_off_ms = 0;
        box->trust = TRUST_SYNCHRONISED;
    } else if (item->act == ACT_CLOCK_CONFIRM && box->trust == TRUST_NONE) {
        box->wall_off_ms = (int64_t)chance_between(&box->chance, -60e3, 60e3);
        box->trust = TRUST_VOUCHED;
    } else if (item->act == ACT_RESTART || item->act == ACT_KILL || item->act == ACT_POWER_CUT) {
        restart(box, item);
    }
}

static void draw(struct box *box, enum plant_kind kind, uint64_t seed)
{
    struct chance *chance = &box->chance;
    box->now_ms = FIRST_MS + (int64_t)chance_between(chance, 0.0, (double)DAY_MS);
    box->boot_ms = box->now_ms - (int64_t)chance_between(chance, 60e3, (double)DAY_MS);
    box->trust = TRUST_SYNCHRONISED;
    box->phase_ms = (int64_t)chance_between(chance, 0.0, 199.0);
    box->pump_s = chance_between(chance, 0.8, 1.35);
    probe_adc_draw(&box->adc, chance);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        probe_draw(&box->probes[i], chance);
    }
    box_configure(box, kind);
    const struct plant_parts parts = {
        .heater = chance_between(chance, 0.9, 1.1), /* foils are +/- 10 %, supplies +/- 5 % */
        .cooler = chance_between(chance, 0.85, 1.1),
        .contact = chance_between(chance, 0.7, 1.4), /* what is worn beneath */
        .blood = chance_between(chance, 0.7, 1.4),
    };
    life_begin(&box->life, seed, box->now_ms, PLAN_DAYS);
    box->life.told = box->told;
    plant_init(&box->plant, kind, &parts, box->life.room_mean_c);
}

void box_live(enum plant_kind kind, uint64_t seed, FILE *told, struct score *score)
{
    static struct box box;
    memset(&box, 0, sizeof box);
    box.chance.state = seed * PLANT_COUNT + (uint64_t)kind;
    box.told = told;
    box.score = score;
    *score = score_new();
    draw(&box, kind, seed);
    box_begin(&box, false);
    box.commands[box.command_count++] = (struct engine_command){.name = COMMAND_START, .origin = ORIGIN_LOCAL};
    int64_t end_ms = box.now_ms + LIVE_DAYS_MAX * DAY_MS;
    int64_t step_ms = 0;
    while (!box.done && box.now_ms < end_ms) {
        struct life_item item;
        while (life_next(&box.life, box.now_ms, &item)) {
            obey_life(&box, &item);
        }
        tick(&box, step_ms);
        step_ms = box.out.next_tick_ms + (int64_t)chance_between(&box.chance, 0.0, 2.0);
        step_ms += chance_of(&box.chance, HICCUP_SHARE) ? (int64_t)chance_between(&box.chance, 50.0, HICCUP_MS) : 0;
        box_advance(&box, step_ms, true);
    }
}
