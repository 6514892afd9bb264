#include "world.h"

#include <string.h>

#define NO_END INT64_MIN

void acts_begin(struct world *w)
{
    w->change_ms = INT64_MAX;
    w->now = (struct conditions){.weak = 1.0};
    for (size_t i = 0; i < ACTS_MAX; i++) {
        w->due_ms[i] = INT64_MAX;
        w->ends_ms[i] = NO_END;
    }
    acts_trigger(w, WHEN_BEGUN);
}

static void next_change(struct world *w)
{
    w->change_ms = INT64_MAX;
    w->command_ms = INT64_MAX;
    for (size_t i = 0; i < w->script->act_count; i++) {
        if (w->due_ms[i] < w->change_ms) {
            w->change_ms = w->due_ms[i];
        }
        if (w->due_ms[i] < w->command_ms && w->script->acts[i].kind == ACT_COMMAND) {
            w->command_ms = w->due_ms[i];
        }
        if (w->ends_ms[i] != NO_END && w->ends_ms[i] < w->change_ms) {
            w->change_ms = w->ends_ms[i];
        }
    }
}

void acts_trigger(struct world *w, enum act_when when)
{
    int64_t nth = ++w->count[when];
    for (size_t i = 0; i < w->script->act_count; i++) {
        const struct act *act = &w->script->acts[i];
        if (!act->left_out && act->when == when && (when == WHEN_BEGUN || act->nth == 0 || act->nth == nth)) {
            w->due_ms[i] = w->now_ms + act->at_ms;
        }
    }
    next_change(w);
}

/* Each kind of act that concerns sensors, for one of them. */
static void hold_sensor(struct world *w, const struct act *act, size_t i, int64_t began_ms)
{
    struct conditions *c = &w->now;
    switch ((int)act->kind) {
    case ACT_STATUS:
        c->sensor[i].status = (enum reading_status)act->how;
        break;
    case ACT_STALE:
        c->sensor[i].stale = true;
        break;
    case ACT_FUTURE:
        c->sensor[i].future_ms = act->much;
        break;
    case ACT_FREEZE:
        c->sensor[i].freeze = true;
        break;
    case ACT_FREEZE_CODE:
        c->sensor[i].freeze_code = true;
        break;
    case ACT_SHIFT:
        c->sensor[i].shift_mc += (int32_t)act->much;
        break;
    case ACT_RAMP:
        c->sensor[i].ramp_mc_min = act->much;
        c->sensor[i].ramp_from_ms = began_ms;
        break;
    case ACT_VALUE:
        c->sensor[i].has_value = true;
        c->sensor[i].value_mc = (int32_t)act->much;
        break;
    case ACT_ASIDE:
        c->aside |= 1U << i;
        break;
    default:
        break;
    }
}

static void hold_lines(struct conditions *c, const struct act *act)
{
    switch ((int)act->kind) {
    case ACT_READBACK:
        c->readback = true;
        break;
    case ACT_READS_ON:
        c->reads_on[DRIVE_HEAT] |= act->who != DRIVE_COOL;
        c->reads_on[DRIVE_COOL] |= act->who != DRIVE_HEAT;
        break;
    case ACT_WELDED:
        c->welded[act->who] = true;
        break;
    case ACT_WELDED_DEAD_MAN:
        c->welded_dead_man = true;
        break;
    case ACT_SENSE_LIVE:
        c->sense_live = true;
        break;
    case ACT_SENSE_DEAD:
        c->sense_dead = true;
        break;
    case ACT_NO_LINES:
        c->no_lines = true;
        break;
    case ACT_STORE_FAILS:
        c->store_fails = true;
        break;
    case ACT_STORE_SLOW:
        c->store_ms = act->much;
        break;
    case ACT_SLOW:
        c->slow_ms = act->much;
        break;
    case ACT_COLLAPSE:
        c->collapse_ms = act->much;
        break;
    default:
        break;
    }
}

static void hold_pad(struct conditions *c, const struct act *act)
{
    switch ((int)act->kind) {
    case ACT_LIFTED:
        c->lifted = true;
        break;
    case ACT_BLANKET:
        c->blanket = true;
        break;
    case ACT_UNPLUGGED:
        c->unplugged = true;
        break;
    case ACT_WEAK:
        c->weak = (double)act->much / 100.0;
        break;
    case ACT_REVERSED:
        c->reversed = true;
        break;
    case ACT_CROSSED:
        c->crossed = true;
        break;
    case ACT_FAN_STUCK:
        c->fan_stuck = true;
        break;
    case ACT_SUN:
        c->sun_w = (double)act->much;
        break;
    case ACT_FREEZER:
        c->in_freezer = true;
        c->freezer_c = (double)act->much / 1000.0;
        break;
    default:
        break;
    }
}

static void hold(struct world *w)
{
    w->now = (struct conditions){.weak = 1.0};
    w->lasting = false;
    for (size_t i = 0; i < w->script->act_count; i++) {
        if (w->ends_ms[i] == NO_END) {
            continue;
        }
        const struct act *act = &w->script->acts[i];
        w->lasting = true;
        hold_lines(&w->now, act);
        hold_pad(&w->now, act);
        for (size_t k = 0; k < SENSORS_MAX; k++) {
            if (act->who < 0 || (size_t)act->who == k) {
                hold_sensor(w, act, k, w->began_ms[i]);
            }
        }
    }
}

static void tell(struct world *w, const struct act *act)
{
    enum command_name name = (enum command_name)act->who;
    bool value = act->much != INT64_MIN && (name == COMMAND_PAUSE || name == COMMAND_PAIN || name == COMMAND_START) &&
                 act->much % 3 != 0;
    w->command = (struct engine_command){.name = name, .origin = (enum command_origin)act->how, .has_value = value};
    w->command.value = name == COMMAND_PAIN    ? act->much % 11
                       : name == COMMAND_START ? w->in.now_ms - act->much * 10 * MINUTE_MS
                                               : act->much + 1;
}

static void happen_at_once(struct world *w, const struct act *act)
{
    switch ((int)act->kind) {
    case ACT_COMMAND:
        tell(w, act);
        break;
    case ACT_RESTART:
    case ACT_CRASH:
    case ACT_POWER_CUT:
    case ACT_STORE_LOST:
        daemon_end(w, act->kind, act->much, (enum timebase_trust)act->how);
        break;
    case ACT_LATE:
        w->late_ms = act->much;
        break;
    case ACT_WALL_STEP:
        w->wall_error_ms += act->much;
        break;
    case ACT_TRUST:
        w->wall_error_ms = 0;
        w->trust = (enum timebase_trust)act->how;
        break;
    case ACT_RELOAD:
        w->reload = true;
        w->reload_seed = (uint64_t)act->much;
        break;
    default:
        break;
    }
}

void acts_due(struct world *w)
{
    if (w->now_ms < w->change_ms) {
        return;
    }
    for (size_t i = 0; i < w->script->act_count; i++) {
        const struct act *act = &w->script->acts[i];
        if (w->ends_ms[i] != NO_END && w->ends_ms[i] <= w->now_ms) {
            w->ends_ms[i] = NO_END;
        }
        if (w->due_ms[i] <= w->now_ms) {
            w->due_ms[i] = INT64_MAX;
            if (act->for_ms > 0) {
                w->began_ms[i] = w->now_ms;
                w->ends_ms[i] = w->now_ms + act->for_ms;
            }
            happen_at_once(w, act);
        }
    }
    hold(w);
    next_change(w);
}

void acts_repair(struct world *w)
{
    for (size_t i = 0; i < w->script->act_count; i++) {
        w->ends_ms[i] = NO_END;
    }
    hold(w);
    next_change(w);
}

static void say(struct world *w, enum command_name name, int64_t origin)
{
    w->command = (struct engine_command){.name = name, .origin = (enum command_origin)origin};
}

static void begin_plan(struct world *w)
{
    int64_t length_ms = 0;
    for (size_t i = 0; i < w->config.plan.phase_count; i++) {
        length_ms += w->config.plan.phases[i].length_ms;
    }
    say(w, COMMAND_START, ORIGIN_LOCAL);
    if (dice_one_in(&w->people, 3)) {
        w->command.has_value = true;
        w->command.value = w->in.now_ms - dice_between(&w->people, 0, length_ms);
    }
}

/* Whoever looks after the pad: begins plans, lifts holds, repairs and acknowledges, each in his own time, and from
 * another room too, which must not help. */
void acts_people(struct world *w)
{
    bool wanted = w->status.locked || !w->status.plan_active || w->engine.memory.stopped || w->engine.memory.paused;
    if (!wanted) {
        w->wish_ms = INT64_MAX;
        return;
    }
    if (w->wish_ms == INT64_MAX) {
        int64_t soon_ms = !w->status.plan_active && !w->status.locked ? MINUTE_MS : w->script->pad.care_ms;
        w->wish_ms = w->now_ms + dice_between(&w->people, 1, soon_ms);
    }
    if (w->now_ms < w->wish_ms || w->command.name != COMMAND_NONE) {
        return;
    }
    w->wish_ms = w->now_ms + dice_stretch(&w->people, SECOND_MS, 4 * MINUTE_MS);
    int64_t origin = dice_between(&w->people, ORIGIN_LOCAL, ORIGIN_REMOTE);
    if (w->status.locked) {
        if (!w->script->pad.cares_badly || dice_one_in(&w->people, 3)) {
            acts_repair(w);
        }
        say(w, COMMAND_ACK, origin);
    } else if (!w->status.plan_active) {
        begin_plan(w);
    } else {
        say(w, COMMAND_RESUME, origin);
    }
}
