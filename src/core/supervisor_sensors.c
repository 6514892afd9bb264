#include "supervisor_internal.h"

#define NEVER INT64_MIN

bool supervisor_guards(const struct supervisor_tick *tick, size_t index)
{
    enum sensor_role role = tick->limits->sensors[index].role;
    return role == SENSOR_PAD || role == SENSOR_HOT_SIDE;
}

bool supervisor_serves(const struct supervisor_sensor *sensor, enum drive_mode mode)
{
    if (sensor->role != SENSOR_PAD) {
        return false;
    }
    switch (mode) {
    case DRIVE_OFF:
        return true;
    case DRIVE_HEAT:
        return sensor->of_heat;
    case DRIVE_COOL:
        return sensor->of_cool;
    case DRIVE_MODE_COUNT:
    default:
        return false;
    }
}

bool supervisor_counts(const struct supervisor_tick *tick, size_t index)
{
    const struct supervisor_sensor *sensor = &tick->limits->sensors[index];
    return sensor->role == SENSOR_HOT_SIDE || supervisor_serves(sensor, tick->mode);
}

static int64_t stale_ms(const struct supervisor_tick *tick)
{
    return tick->energised ? SUPERVISOR_STALE_ENERGISED_MS : SUPERVISOR_STALE_REST_MS;
}

static enum fault fault_of(const struct supervisor_tick *tick, const struct reading *reading)
{
    if (reading->status != READING_OK) {
        return reading_fault(reading->status);
    }
    if (reading->at_ms > tick->now_ms) {
        return FAULT_SENSOR_ERROR;
    }
    return reading->at_ms <= tick->now_ms - stale_ms(tick) ? FAULT_SENSOR_STALE : FAULT_NONE;
}

static void run_bad(struct supervisor_run *run, bool new_sample)
{
    run->good_since_ms = NEVER;
    if (run->count < SUPERVISOR_BAD_READINGS && (new_sample || run->count == 0)) {
        run->count++;
    }
}

static void run_good(struct supervisor_run *run, int64_t now_ms)
{
    if (run->good_since_ms == NEVER) {
        run->good_since_ms = now_ms;
    }
    if (run->good_since_ms <= now_ms - SUPERVISOR_SETTLE_MS) {
        run->count = 0;
    }
}

/* A reading that does not change is no new sample: its age names it, but not in the tick that first saw it, and not
 * before a sensor had that long since the first step. */
static void name_by_age(const struct supervisor_tick *tick, struct supervisor_run *run, int64_t at_ms)
{
    int64_t oldest_ms = tick->now_ms - stale_ms(tick) - SUPERVISOR_STALE_NAME_MS;
    if (at_ms <= oldest_ms && tick->state->start_ms <= oldest_ms) {
        run->count = SUPERVISOR_BAD_READINGS;
    }
}

static void sensor_unusable(struct supervisor_tick *tick, size_t index, bool new_sample)
{
    struct supervisor_sensor_state *sensor = &tick->state->sensors[index];
    struct supervisor_run *run = &sensor->runs[WATCH_UNUSABLE];
    if (run->count == 0) {
        sensor->bad_fault = tick->unusable[index];
    } else if (!new_sample) {
        name_by_age(tick, run, tick->input->readings[index].at_ms);
    }
    run_bad(run, new_sample);
    for (int watch = WATCH_HIGH_TRIP; watch < WATCH_COUNT; watch++) {
        sensor->runs[watch].good_since_ms = NEVER;
    }
}

static void sensor_usable(struct supervisor_tick *tick, size_t index, bool new_sample)
{
    const struct supervisor_config *limits = tick->limits;
    bool hot_side = limits->sensors[index].role == SENSOR_HOT_SIDE;
    int32_t high_trip_mc = hot_side ? limits->hot_side_trip_mc : limits->too_hot_trip_mc;
    int32_t high_lockout_mc = hot_side ? limits->hot_side_lockout_mc : limits->too_hot_lockout_mc;
    int32_t mc = tick->input->readings[index].mc;
    const bool beyond[WATCH_COUNT] = {
        [WATCH_HIGH_TRIP] = mc >= high_trip_mc,
        [WATCH_HIGH_LOCKOUT] = mc >= high_lockout_mc,
        [WATCH_LOW_TRIP] = mc <= limits->too_cold_trip_mc,
        [WATCH_LOW_LOCKOUT] = mc <= limits->too_cold_lockout_mc,
    };
    for (int watch = WATCH_UNUSABLE; watch < WATCH_COUNT; watch++) {
        struct supervisor_run *run = &tick->state->sensors[index].runs[watch];
        if (beyond[watch]) {
            run_bad(run, new_sample);
        } else {
            run_good(run, tick->now_ms);
        }
    }
}

void supervisor_sensors_step(struct supervisor_tick *tick)
{
    for (size_t i = 0; i < tick->sensor_count; i++) {
        const struct reading *reading = &tick->input->readings[i];
        struct supervisor_sensor_state *sensor = &tick->state->sensors[i];
        bool new_sample = reading->at_ms != sensor->at_ms || reading->at_ms > tick->now_ms;
        tick->unusable[i] = fault_of(tick, reading);
        if (tick->unusable[i] != FAULT_NONE) {
            sensor_unusable(tick, i, new_sample);
        } else {
            sensor_usable(tick, i, new_sample);
        }
        for (int watch = WATCH_UNUSABLE; watch < WATCH_COUNT; watch++) {
            tick->runs[watch] = tick->runs[watch] || sensor->runs[watch].count > 0;
        }
        supervisor_sample(tick, i, new_sample);
        sensor->at_ms = reading->at_ms;
    }
}

bool supervisor_inside(const struct supervisor_tick *tick, enum sensor_role role, int32_t low_mc, int32_t high_mc)
{
    for (size_t i = 0; i < tick->sensor_count; i++) {
        int32_t mc = tick->input->readings[i].mc;
        bool outside = tick->limits->sensors[i].role == role && (mc < low_mc || mc > high_mc);
        if (supervisor_guards(tick, i) && (tick->unusable[i] != FAULT_NONE || outside)) {
            return false;
        }
    }
    return tick->config_ok;
}

int supervisor_controlling(const struct supervisor_config *config, const struct reading *readings, enum drive_mode mode)
{
    size_t count = config->sensor_count <= SENSORS_MAX ? config->sensor_count : 0;
    int best = -1;
    for (size_t i = 0; i < count; i++) {
        if (!supervisor_serves(&config->sensors[i], mode)) {
            continue;
        }
        if (readings[i].status != READING_OK) {
            if (mode != DRIVE_OFF) {
                return -1;
            }
            continue;
        }
        bool colder = best >= 0 && readings[i].mc < readings[best].mc;
        bool hotter = best >= 0 && readings[i].mc > readings[best].mc;
        if (best < 0 || (mode == DRIVE_COOL ? colder : hotter)) {
            best = (int)i;
        }
    }
    return best;
}
