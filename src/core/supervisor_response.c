#include "supervisor_internal.h"

#define NEVER INT64_MIN

/* What controls `mode`: the hottest median of its sensors for heat, the coldest for cool; those of now, or of a mark.
 */
static int32_t controlling(const struct supervisor_tick *tick, enum drive_mode mode, const size_t *mark)
{
    int32_t best_mc = SUPERVISOR_NO_MC;
    for (size_t i = 0; i < tick->sensor_count; i++) {
        if (!supervisor_serves(&tick->limits->sensors[i], mode)) {
            continue;
        }
        int32_t mc = mark ? tick->state->sensors[i].marks_mc[*mark] : supervisor_median(tick, i);
        if (mc == SUPERVISOR_NO_MC) {
            return mc;
        }
        bool farther = mode == DRIVE_COOL ? mc < best_mc : mc > best_mc;
        best_mc = best_mc == SUPERVISOR_NO_MC || farther ? mc : best_mc;
    }
    return best_mc;
}

static int32_t slope_mc(const struct supervisor_tick *tick)
{
    int32_t now_mc = controlling(tick, tick->mode, &(size_t){0});
    int32_t then_mc = controlling(tick, tick->mode, &(size_t){SUPERVISOR_MARKS_A_MINUTE});
    return now_mc == SUPERVISOR_NO_MC || then_mc == SUPERVISOR_NO_MC ? 0 : now_mc - then_mc;
}

void supervisor_power_up(const struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    bool rested = state->memory.last_off_ms <= tick->now_ms - SUPERVISOR_OFF_MS;
    state->power_ms = tick->now_ms;
    state->response = rested || state->response != RESPONSE_DONE ? RESPONSE_DUE : RESPONSE_DONE;
    state->slope_mc = rested ? slope_mc(tick) : 0;
    state->had_band = state->had_band && !rested;
    state->lost_mc_ms = rested ? 0 : state->lost_mc_ms;
}

/* A body or a room leads a pad along a curve that flattens: half of what a straight line says. */
static void watch_response(const struct supervisor_tick *tick, int32_t start_mc)
{
    struct supervisor_state *state = tick->state;
    int32_t led_mc = start_mc + state->slope_mc * 3 / 2;
    state->response_low_mc = led_mc < start_mc ? led_mc : start_mc;
    state->response_high_mc = led_mc < start_mc ? start_mc : led_mc;
    state->response = RESPONSE_WATCHED;
}

/* What `mc` lacks to the nearer end of the band; 0 in it and past it. */
static int64_t lacks_mc(const struct supervisor_tick *tick, int32_t mc)
{
    int64_t target_mc = tick->input->target_mc;
    int64_t tolerance_mc = tick->input->tolerance_mc;
    int64_t lacks = tick->state->driven == DRIVE_HEAT ? target_mc - tolerance_mc - mc : mc - target_mc - tolerance_mc;
    return lacks > 0 ? lacks : 0;
}

static bool in_band(const struct supervisor_tick *tick, int32_t mc)
{
    int64_t target_mc = tick->input->target_mc;
    int64_t tolerance_mc = tick->input->tolerance_mc;
    return mc >= target_mc - tolerance_mc && mc <= target_mc + tolerance_mc;
}

static void stretch_step(const struct supervisor_tick *tick, int32_t mc, int64_t lacks)
{
    struct supervisor_state *state = tick->state;
    if (state->stretch_ms == NEVER) {
        state->stretch_ms = tick->now_ms;
        bool in_time = state->power_ms >= tick->now_ms - SUPERVISOR_RESPONSE_BEGIN_MS;
        bool slow = state->slope_mc >= -SUPERVISOR_RESPONSE_SLOPE_MC && state->slope_mc <= SUPERVISOR_RESPONSE_SLOPE_MC;
        if (state->response == RESPONSE_DUE && in_time && slow && lacks >= SUPERVISOR_RESPONSE_FAR_MC) {
            watch_response(tick, mc);
        } else {
            state->response = RESPONSE_DONE;
        }
    }
    bool left =
        mc >= state->response_high_mc + SUPERVISOR_RESPONSE_MC || mc <= state->response_low_mc - SUPERVISOR_RESPONSE_MC;
    state->response = left ? RESPONSE_DONE : state->response;
}

static void lose(const struct supervisor_tick *tick, int64_t lacks)
{
    struct supervisor_state *state = tick->state;
    int64_t dt_ms = state->step_ms <= tick->now_ms - SUPERVISOR_LATE_TICK_MS ? SUPERVISOR_LATE_TICK_MS
                                                                             : tick->now_ms - state->step_ms;
    int64_t beyond = lacks > SUPERVISOR_LOST_FREE_MC ? lacks - SUPERVISOR_LOST_FREE_MC : 0;
    int64_t deep = lacks > SUPERVISOR_LOST_DEEP_MC ? lacks - SUPERVISOR_LOST_DEEP_MC : 0;
    int64_t lost = state->lost_mc_ms + dt_ms * (beyond + SUPERVISOR_LOST_DEEP_FACTOR * deep);
    state->lost_mc_ms = lost < SUPERVISOR_LOST_MC_MS ? lost : SUPERVISOR_LOST_MC_MS;
}

static void watch_power(const struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    int32_t mc = controlling(tick, state->driven, NULL);
    int64_t lacks = mc == SUPERVISOR_NO_MC ? 0 : lacks_mc(tick, mc);
    if (state->powered_session != 0 && mc != SUPERVISOR_NO_MC && in_band(tick, mc)) {
        state->had_band = true;
        state->lost_mc_ms = 0;
    }
    if (!tick->hard || lacks == 0) {
        state->stretch_ms = NEVER;
        state->response = state->response == RESPONSE_WATCHED ? RESPONSE_DONE : state->response;
        return;
    }
    stretch_step(tick, mc, lacks);
    if (state->had_band) {
        lose(tick, lacks);
    }
}

static void watch_turn(const struct supervisor_tick *tick, size_t index)
{
    struct supervisor_sensor_state *sensor = &tick->state->sensors[index];
    int32_t mc = supervisor_median(tick, index);
    bool cools = tick->state->driven == DRIVE_COOL;
    bool beyond = cools ? mc > SUPERVISOR_WRONG_WAY_HOT_MC : mc < SUPERVISOR_WRONG_WAY_COLD_MC;
    bool serves = supervisor_serves(&tick->limits->sensors[index], tick->state->driven);
    if (!tick->hard || !serves || mc == SUPERVISOR_NO_MC || !beyond) {
        sensor->turn_ms = NEVER;
    } else if (sensor->turn_ms == NEVER || (cools ? mc <= sensor->turn_mc : mc >= sensor->turn_mc)) {
        sensor->turn_mc = mc;
        sensor->turn_ms = tick->now_ms;
    }
}

void supervisor_response_step(struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    tick->hard = state->driven != DRIVE_OFF && tick->input->duty_percent >= SUPERVISOR_HARD_PERCENT;
    for (size_t i = 0; i < tick->sensor_count; i++) {
        watch_turn(tick, i);
    }
    if (state->driven != DRIVE_OFF) {
        watch_power(tick);
        return;
    }
    state->stretch_ms = NEVER;
    state->response = state->response == RESPONSE_WATCHED ? RESPONSE_DUE : state->response;
}

bool supervisor_wrong_way(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_sensor_state *sensor = &tick->state->sensors[index];
    if (sensor->turn_ms == NEVER || sensor->turn_ms > tick->now_ms - SUPERVISOR_WRONG_WAY_MS) {
        return false;
    }
    int32_t gone_mc = supervisor_median(tick, index) - sensor->turn_mc;
    gone_mc = tick->state->driven == DRIVE_COOL ? gone_mc : -gone_mc;
    return gone_mc >= SUPERVISOR_WRONG_WAY_MC;
}

/* Not tested: a stretch without samples, because it ends where the controlling value does. */
bool supervisor_unmoved(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_state *state = tick->state;
    const struct supervisor_sensor_state *sensor = &state->sensors[index];
    bool noisy = tick->input->readings[index].fine || sensor->moving;
    return state->stretch_ms != NEVER && state->stretch_ms <= tick->now_ms - SUPERVISOR_STUCK_MS &&
           supervisor_serves(&tick->limits->sensors[index], state->driven) && noisy && sensor->samples > 0 &&
           sensor->code_ms <= sensor->good_ms - SUPERVISOR_STUCK_MS;
}
