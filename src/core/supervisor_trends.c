#include "supervisor_internal.h"

#define NEVER INT64_MIN

static int32_t middle(int32_t a, int32_t b, int32_t c)
{
    int32_t low = a < b ? a : b;
    int32_t high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

static int32_t bounded(int32_t mc)
{
    return mc < -SUPERVISOR_MC_MAX ? -SUPERVISOR_MC_MAX : mc > SUPERVISOR_MC_MAX ? SUPERVISOR_MC_MAX : mc;
}

static int32_t distance(int32_t a_mc, int32_t b_mc)
{
    return a_mc < b_mc ? b_mc - a_mc : a_mc - b_mc;
}

int32_t supervisor_median(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_sensor_state *sensor = &tick->state->sensors[index];
    return sensor->medians > 0 ? sensor->medians_mc[0] : SUPERVISOR_NO_MC;
}

static void take_median(struct supervisor_sensor_state *sensor, int64_t at_ms)
{
    for (size_t i = SUPERVISOR_MEDIANS - 1; i > 0; i--) {
        sensor->medians_mc[i] = sensor->medians_mc[i - 1];
        sensor->medians_ms[i] = sensor->medians_ms[i - 1];
    }
    sensor->medians_mc[0] = middle(sensor->samples_mc[0], sensor->samples_mc[1], sensor->samples_mc[2]);
    sensor->medians_ms[0] = at_ms;
    sensor->medians += sensor->medians < SUPERVISOR_MEDIANS;
}

static void take_sample(struct supervisor_sensor_state *sensor, const struct reading *reading)
{
    for (size_t i = SUPERVISOR_SAMPLES - 1; i > 0; i--) {
        sensor->samples_mc[i] = sensor->samples_mc[i - 1];
    }
    sensor->samples_mc[0] = bounded(reading->mc);
    sensor->samples += sensor->samples < SUPERVISOR_SAMPLES;
    if (sensor->samples == SUPERVISOR_SAMPLES) {
        take_median(sensor, reading->at_ms);
    }
}

/* At least 5 degrees, and 5 for each second where there is more than one between the two. */
static bool jumped(const struct supervisor_sensor_state *sensor)
{
    for (int32_t i = 1; i < sensor->medians; i++) {
        int32_t gone_mc = distance(sensor->medians_mc[0], sensor->medians_mc[i]);
        int64_t span_ms = sensor->medians_ms[0] - sensor->medians_ms[i];
        if (gone_mc >= SUPERVISOR_JUMP_MC_PER_MS * SUPERVISOR_JUMP_MS && span_ms <= SUPERVISOR_SAMPLE_GAP_MS &&
            gone_mc >= SUPERVISOR_JUMP_MC_PER_MS * span_ms) {
            return true;
        }
    }
    return false;
}

static bool on_its_way(const struct supervisor_sensor_state *sensor)
{
    int32_t mark_mc = sensor->marks_mc[SUPERVISOR_MARKS_A_MINUTE];
    return sensor->medians > 0 && mark_mc != SUPERVISOR_NO_MC &&
           distance(sensor->medians_mc[0], mark_mc) >= SUPERVISOR_STUCK_MOVING_MC;
}

static void take_codes(struct supervisor_sensor_state *sensor, const struct reading *reading, bool follows)
{
    bool same = follows && reading->code == sensor->code;
    if (!same) {
        sensor->code_ms = reading->at_ms;
        sensor->moving = on_its_way(sensor);
    }
    if (!same || !reading->fine || reading->supply_code != sensor->supply_code) {
        sensor->codes_ms = reading->at_ms;
    }
    sensor->code = reading->code;
    sensor->supply_code = reading->supply_code;
}

void supervisor_sample(struct supervisor_tick *tick, size_t index, bool new_sample)
{
    struct supervisor_sensor_state *sensor = &tick->state->sensors[index];
    const struct reading *reading = &tick->input->readings[index];
    if (tick->unusable[index] != FAULT_NONE) {
        sensor->samples = 0;
        sensor->medians = 0;
        return;
    }
    if (!new_sample) {
        return;
    }
    bool follows = sensor->samples > 0 && sensor->good_ms < reading->at_ms &&
                   sensor->good_ms >= reading->at_ms - SUPERVISOR_SAMPLE_GAP_MS;
    sensor->samples = follows ? sensor->samples : 0;
    sensor->medians = follows ? sensor->medians : 0;
    take_sample(sensor, reading);
    take_codes(sensor, reading, follows);
    sensor->good_ms = reading->at_ms;
    tick->jumped[index] = jumped(sensor);
}

bool supervisor_frozen(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_state *state = tick->state;
    const struct supervisor_sensor_state *sensor = &state->sensors[index];
    bool moves = state->driven != DRIVE_OFF && state->power_ms <= tick->now_ms - SUPERVISOR_FROZEN_MS;
    int64_t at_most_ms = moves ? SUPERVISOR_FROZEN_MS : SUPERVISOR_FROZEN_REST_MS;
    return sensor->samples > 0 && tick->input->readings[index].fine && sensor->codes_ms <= sensor->good_ms - at_most_ms;
}

int supervisor_apart(const struct supervisor_tick *tick, enum drive_mode mode)
{
    int hottest = -1;
    int32_t high_mc = -SUPERVISOR_MC_MAX;
    int32_t low_mc = SUPERVISOR_MC_MAX;
    for (size_t i = 0; i < tick->sensor_count; i++) {
        int32_t mc = supervisor_median(tick, i);
        if (mc == SUPERVISOR_NO_MC || !supervisor_serves(&tick->limits->sensors[i], mode)) {
            continue;
        }
        hottest = hottest < 0 || mc > high_mc ? (int)i : hottest;
        high_mc = mc > high_mc ? mc : high_mc;
        low_mc = mc < low_mc ? mc : low_mc;
    }
    return hottest >= 0 && high_mc - low_mc >= SUPERVISOR_DISAGREE_MC ? hottest : -1;
}

static void watch_apart(struct supervisor_tick *tick)
{
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        int64_t *since_ms = &tick->state->apart_ms[mode];
        if (supervisor_apart(tick, (enum drive_mode)mode) < 0) {
            *since_ms = NEVER;
        } else if (*since_ms == NEVER || tick->gap) {
            *since_ms = tick->now_ms;
        }
    }
}

static bool warms(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_sensor *sensor = &tick->limits->sensors[index];
    const int32_t *marks_mc = tick->state->sensors[index].marks_mc;
    bool warmer = false;
    for (size_t mark = 1; mark < SUPERVISOR_MARKS && marks_mc[0] != SUPERVISOR_NO_MC; mark++) {
        warmer = warmer || (marks_mc[mark] != SUPERVISOR_NO_MC && marks_mc[0] - marks_mc[mark] >= SUPERVISOR_WARMED_MC);
    }
    return warmer && sensor->role == SENSOR_PAD && sensor->of_cool;
}

static bool drifts(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_sensor *sensor = &tick->limits->sensors[index];
    const int32_t *marks_mc = tick->state->sensors[index].marks_mc;
    int32_t now_mc = marks_mc[0];
    int32_t then_mc = marks_mc[SUPERVISOR_MARKS - 1];
    if (sensor->role != SENSOR_PAD || now_mc == SUPERVISOR_NO_MC || then_mc == SUPERVISOR_NO_MC) {
        return false;
    }
    bool hot = sensor->of_heat && now_mc > SUPERVISOR_DRIFT_HOT_MC && now_mc - then_mc >= SUPERVISOR_DRIFT_MC;
    bool cold = sensor->of_cool && !tick->state->warmed && now_mc < SUPERVISOR_DRIFT_COLD_MC &&
                then_mc - now_mc >= SUPERVISOR_DRIFT_FALL_MC;
    return hot || cold;
}

static void set_mark(struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    bool off = supervisor_off_for(tick, SUPERVISOR_OFF_MS);
    state->mark_ms = tick->now_ms;
    state->off_marks = !off ? 0 : state->off_marks < SUPERVISOR_MARKS ? state->off_marks + 1 : SUPERVISOR_MARKS;
    state->drift_sensor = -1;
    for (size_t i = 0; i < tick->sensor_count; i++) {
        int32_t *marks_mc = state->sensors[i].marks_mc;
        for (size_t mark = SUPERVISOR_MARKS - 1; mark > 0; mark--) {
            marks_mc[mark] = marks_mc[mark - 1];
        }
        marks_mc[0] = supervisor_median(tick, i);
        state->warmed = state->warmed || (off && warms(tick, i));
        if (state->drift_sensor < 0 && state->off_marks == SUPERVISOR_MARKS && drifts(tick, i)) {
            state->drift_sensor = (int)i;
        }
    }
}

static void forget_marks(struct supervisor_state *state)
{
    state->off_marks = 0;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        for (size_t mark = 0; mark < SUPERVISOR_MARKS; mark++) {
            state->sensors[i].marks_mc[mark] = SUPERVISOR_NO_MC;
        }
    }
}

void supervisor_trends_step(struct supervisor_tick *tick)
{
    watch_apart(tick);
    if (tick->gap) {
        forget_marks(tick->state);
    }
    if (tick->gap || tick->state->mark_ms <= tick->now_ms - SUPERVISOR_MARK_MS) {
        set_mark(tick);
    }
}
