/* supervisor_response.c: no undefined behaviour for any readings, target, duty and state that fits, and its books fit
 * again. */
#include "trends.h"

static struct supervisor_config limits;
static struct supervisor_state state;
static struct supervisor_input in;
static struct supervisor_tick tick;

int32_t supervisor_median(const struct supervisor_tick *of, size_t index)
{
    int32_t any;
    PROVE((of == &tick) & (index < of->sensor_count), "a sensor that there is");
    ASSUME(is_mark(any));
    return any;
}

bool supervisor_serves(const struct supervisor_sensor *sensor, enum drive_mode mode)
{
    return is_of(sensor, mode);
}

static bool response_fits(void)
{
    bool fits = is_past(state.power_ms, tick.now_ms) & is_past(state.stretch_ms, tick.now_ms);
    fits = fits & ((unsigned)state.response < RESPONSE_COUNT);
    fits = fits & (state.slope_mc >= -2 * SUPERVISOR_MC_MAX) & (state.slope_mc <= 2 * SUPERVISOR_MC_MAX);
    fits = fits & (state.response_low_mc >= -8 * SUPERVISOR_MC_MAX) & (state.response_low_mc <= 8 * SUPERVISOR_MC_MAX);
    fits =
        fits & (state.response_high_mc >= -8 * SUPERVISOR_MC_MAX) & (state.response_high_mc <= 8 * SUPERVISOR_MC_MAX);
    fits = fits & (state.lost_mc_ms >= 0) & (state.lost_mc_ms <= SUPERVISOR_LOST_MC_MS);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        fits = fits & ((state.sensors[i].turn_ms == NEVER) | is_mc(state.sensors[i].turn_mc));
    }
    return fits;
}

void harness(void)
{
    tick.limits = &limits;
    tick.state = &state;
    tick.input = &in;
    tick.sensor_count = config_fits(&limits) ? limits.sensor_count : 0;
    ASSUME((tick.now_ms >= 0) & (tick.now_ms <= SUPERVISOR_TIME_MAX_MS));
    ASSUME(tick_fits(&tick) & sensors_fit(&state) & samples_fit(&state) & response_fits());
    const struct kept was = {state, tick};
#ifdef PROVE_POWER_UP
    supervisor_power_up(&tick);
#else
    supervisor_response_step(&tick);
    size_t index;
    if (index < tick.sensor_count) {
        (void)supervisor_unmoved(&tick, index);
    }
#endif
    PROVE(response_fits(), "the response fits again");
    PROVE(sensors_fit(&state) & samples_fit(&state), "the sensors fit again");
    prove_kept(&was, &state, &tick);
}
