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

void harness(void)
{
    tick.limits = &limits;
    tick.state = &state;
    tick.input = &in;
    tick.sensor_count = config_fits(&limits) ? limits.sensor_count : 0;
    ASSUME((tick.now_ms >= 0) & (tick.now_ms <= SUPERVISOR_TIME_MAX_MS));
    ASSUME(tick_fits(&tick) & sensors_fit(&state) & samples_fit(&state) & response_fits(&state, tick.now_ms));
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
    PROVE(response_fits(&state, tick.now_ms), "the response fits again");
    PROVE(sensors_fit(&state) & samples_fit(&state), "the sensors fit again");
    prove_kept(&was, &state, &tick);
}
