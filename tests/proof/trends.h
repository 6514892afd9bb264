/* The invariant of the books that supervisor_trends.c and supervisor_response.c keep: ranges, so that nothing
 * overflows.
 */
#ifndef SOOTHE_TESTS_PROOF_TRENDS_H
#define SOOTHE_TESTS_PROOF_TRENDS_H

#include "contract.h"

static inline bool is_mc(int32_t mc)
{
    return (mc >= -SUPERVISOR_MC_MAX) & (mc <= SUPERVISOR_MC_MAX);
}

static inline bool is_mark(int32_t mc)
{
    return is_mc(mc) | (mc == SUPERVISOR_NO_MC);
}

static inline bool is_past(int64_t at_ms, int64_t now_ms)
{
    return (at_ms == NEVER) | ((at_ms >= 0) & (at_ms <= now_ms));
}

static inline bool is_stamp(int64_t at_ms)
{
    return (at_ms >= -10000) & (at_ms <= SUPERVISOR_TIME_MAX_MS);
}

static inline bool samples_fit(const struct supervisor_state *state)
{
    bool fits = true;
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        const struct supervisor_sensor_state *sensor = &state->sensors[i];
        fits = fits & (sensor->samples >= 0) & (sensor->samples <= SUPERVISOR_SAMPLES);
        fits = fits & (sensor->medians >= 0) & (sensor->medians <= SUPERVISOR_MEDIANS);
        fits = fits & is_stamp(sensor->good_ms);
        for (size_t k = 0; k < SUPERVISOR_SAMPLES; k++) {
            fits = fits & is_mc(sensor->samples_mc[k]);
        }
        for (size_t k = 0; k < SUPERVISOR_MEDIANS; k++) {
            fits = fits & is_mc(sensor->medians_mc[k]) & is_stamp(sensor->medians_ms[k]);
        }
        for (size_t k = 0; k < SUPERVISOR_MARKS; k++) {
            fits = fits & is_mark(sensor->marks_mc[k]);
        }
    }
    return fits;
}

static inline bool trends_fit(const struct supervisor_state *state, int64_t now_ms)
{
    bool fits = is_past(state->mark_ms, now_ms) & (state->off_marks >= 0) & (state->off_marks <= SUPERVISOR_MARKS);
    fits = fits & (state->drift_sensor >= -1) & (state->drift_sensor < SENSORS_MAX);
    fits = fits & is_past(state->driven_ms[DRIVE_HEAT], now_ms) & is_past(state->driven_ms[DRIVE_COOL], now_ms);
    return fits & is_past(state->apart_ms[DRIVE_HEAT], now_ms) & is_past(state->apart_ms[DRIVE_COOL], now_ms);
}

static inline bool response_fits(const struct supervisor_state *state, int64_t now_ms)
{
    bool fits = is_past(state->power_ms, now_ms) & is_past(state->stretch_ms, now_ms);
    fits = fits & ((unsigned)state->response < RESPONSE_COUNT);
    fits = fits & (state->slope_mc >= -2 * SUPERVISOR_MC_MAX) & (state->slope_mc <= 2 * SUPERVISOR_MC_MAX);
    fits =
        fits & (state->response_low_mc >= -8 * SUPERVISOR_MC_MAX) & (state->response_low_mc <= 8 * SUPERVISOR_MC_MAX);
    fits =
        fits & (state->response_high_mc >= -8 * SUPERVISOR_MC_MAX) & (state->response_high_mc <= 8 * SUPERVISOR_MC_MAX);
    fits = fits & (state->lost_mc_ms >= 0) & (state->lost_mc_ms <= SUPERVISOR_LOST_MC_MS);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        fits = fits & ((state->sensors[i].turn_ms == NEVER) | is_mc(state->sensors[i].turn_mc));
    }
    return fits;
}

#endif
