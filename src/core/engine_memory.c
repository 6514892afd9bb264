#include "engine_internal.h"

#include <string.h>

/* Zero bytes first: what is stored and compared has no stray padding. */
void engine_memory_init(struct engine_memory *m)
{
    memset(m, 0, sizeof *m);
    m->calendar.base_ms = PLAN_NEVER;
    m->calendar.rest_until_ms = PLAN_NEVER;
    m->safety.session_on_ms = PLAN_NEVER;
    m->safety.last_off_ms = PLAN_NEVER;
    m->paused_until_ms = PLAN_NEVER;
    m->held_since_ms = PLAN_NEVER;
    m->pain = -1;
    m->true_on_ms = PLAN_NEVER;
    m->true_off_ms = PLAN_NEVER;
    m->true_rest_until_ms = PLAN_NEVER;
    for (size_t i = 0; i < ENGINE_DOSES; i++) {
        m->doses[i].ended_ms = PLAN_NEVER;
    }
}

void engine_init(struct engine *engine, const struct engine_memory *memory, bool store_lost)
{
    memset(engine, 0, sizeof *engine);
    engine->memory = *memory;
    engine->store_lost = store_lost;
    engine->step_ms = PLAN_NEVER;
    engine->not_before_ms = PLAN_NEVER;
    engine->arm_again_ms = PLAN_NEVER;
    engine->soon_told_ms = PLAN_NEVER;
    engine->cooled_ms = PLAN_NEVER;
    supervisor_init(&engine->supervisor, &memory->safety);
}

/* In place of the oldest one; a free slot is older than any. */
void engine_keep_dose(struct engine_memory *m, int64_t ended_ms, int64_t ucem)
{
    size_t oldest = 0;
    for (size_t i = 1; i < ENGINE_DOSES; i++) {
        oldest = m->doses[i].ended_ms < m->doses[oldest].ended_ms ? i : oldest;
    }
    m->doses[oldest] = (struct engine_dose){.ended_ms = ended_ms, .ucem = ucem};
}

void engine_forget_true_rest(struct engine_memory *m)
{
    m->true_on_ms = PLAN_NEVER;
    m->true_off_ms = PLAN_NEVER;
    m->true_rest_until_ms = PLAN_NEVER;
}

void engine_recover(struct engine *engine, const struct session_record *open, enum end_reason end, int64_t now_ms,
                    int64_t wall_ms, struct session_record *record)
{
    struct engine_memory *m = &engine->memory;
    int64_t began_ms = open->began_ms == PLAN_NEVER ? now_ms : open->began_ms;
    int64_t longest_ms = stamp_moved_ms(began_ms, open->max_ms);
    *record = *open;
    record->began_ms = began_ms;
    record->end = end;
    record->ended_ms = stamp_later_ms(began_ms, stamp_earlier_ms(now_ms, longest_ms));
    record->wall_ended_ms = stamp_moved_ms(wall_ms, stamp_span_ms(now_ms, record->ended_ms));
    record->powered = !open->remind;
    m->last_session = stamp_later_ms(m->last_session, open->id);
    m->calendar.base_ms = stamp_later_ms(m->calendar.base_ms, began_ms);
    m->calendar.rest_until_ms = stamp_later_ms(m->calendar.rest_until_ms, stamp_moved_ms(began_ms, open->rest_ms));
    if (record->powered) {
        record->ucem = open->worst_ucem;
        plan_unpowered(&m->calendar, record->ended_ms);
        m->safety.session_on_ms = stamp_later_ms(m->safety.session_on_ms, began_ms);
        m->safety.rest_ms = stamp_later_ms(m->safety.rest_ms, open->rest_ms);
        m->safety.last_off_ms = stamp_later_ms(m->safety.last_off_ms, record->ended_ms);
        supervisor_recover(&m->safety, open->id, end == END_POWER_CUT);
        engine_keep_dose(m, record->ended_ms, record->ucem);
        engine_forget_true_rest(m);
        m->true_off_ms = longest_ms; /* the time off may not be counted yet, so `now` is no witness of the end */
    }
    engine->dirty = true;
    supervisor_init(&engine->supervisor, &m->safety);
}

/* Power was last on at safety.session_on_ms; of the time since, only what this machine saw counts, and it saw none of
 * the time it was off. So the rest begins again now. */
void engine_rest_anew(struct engine *engine, int64_t now_ms)
{
    struct engine_memory *m = &engine->memory;
    struct supervisor_memory *safety = &m->safety;
    if (m->calendar.rest_until_ms == PLAN_NEVER || m->calendar.rest_until_ms <= now_ms) {
        return;
    }
    m->true_on_ms = safety->session_on_ms;
    m->true_off_ms = stamp_later_ms(m->true_off_ms, safety->last_off_ms);
    m->true_rest_until_ms = m->calendar.rest_until_ms;
    if (safety->session_on_ms != PLAN_NEVER) {
        safety->session_on_ms = stamp_later_ms(safety->session_on_ms, now_ms);
        safety->last_off_ms = stamp_later_ms(safety->last_off_ms, now_ms);
    }
    int64_t rest_ms = stamp_later_ms(safety->rest_ms, PLAN_OFF_TIME_MIN_MS);
    m->calendar.rest_until_ms = stamp_later_ms(m->calendar.rest_until_ms, stamp_moved_ms(now_ms, rest_ms));
    engine->dirty = true;
    supervisor_init(&engine->supervisor, safety);
}

static void move_back(int64_t *stamp_ms, int64_t before_ms, int64_t credit_ms)
{
    if (*stamp_ms < before_ms) {
        *stamp_ms = stamp_moved_ms(*stamp_ms, -credit_ms);
    }
}

/* What was on when the machine went off was off when it came back, at `before_ms`. */
static void undo_rest_anew(struct engine_memory *m, int64_t before_ms, int64_t credit_ms)
{
    m->safety.session_on_ms = stamp_moved_ms(m->true_on_ms, -credit_ms);
    m->safety.last_off_ms = stamp_earlier_ms(stamp_moved_ms(m->true_off_ms, -credit_ms), before_ms);
    /* By now plan_credit may have moved the rest; what was true before counts. */
    m->calendar.rest_until_ms = stamp_moved_ms(m->true_rest_until_ms, -credit_ms);
    plan_unpowered(&m->calendar, m->safety.last_off_ms);
    engine_forget_true_rest(m);
}

void engine_credit(struct engine *engine, const struct engine_config *config, int64_t before_ms, int64_t credit_ms)
{
    struct engine_memory *m = &engine->memory;
    plan_credit(&m->calendar, before_ms, credit_ms);
    if (m->true_rest_until_ms != PLAN_NEVER) {
        undo_rest_anew(m, before_ms, credit_ms);
        plan_reloaded(&config->plan, &m->calendar); /* a reload since then may have made the rest longer */
    } else {
        move_back(&m->safety.session_on_ms, before_ms, credit_ms);
        move_back(&m->safety.last_off_ms, before_ms, credit_ms);
    }
    move_back(&m->safety.lockout_at_ms, before_ms, credit_ms);
    /* A pause that was asked for before the time off ran on through it, wherever its end lies. */
    move_back(&m->paused_until_ms, m->held_since_ms < before_ms ? INT64_MAX : before_ms, credit_ms);
    move_back(&m->held_since_ms, before_ms, credit_ms);
    for (size_t i = 0; i < ENGINE_DOSES; i++) {
        move_back(&m->doses[i].ended_ms, before_ms, credit_ms);
    }
    engine->supervisor.memory = m->safety;
    engine->dirty = true;
}

void engine_reloaded(struct engine *engine, const struct engine_config *config)
{
    plan_reloaded(&config->plan, &engine->memory.calendar);
    engine->soon_told_ms = PLAN_NEVER;
    engine->dirty = true;
}
