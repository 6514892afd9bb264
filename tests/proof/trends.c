/* supervisor_trends.c: no undefined behaviour for any readings and any state that fits, and its books fit again. */
#include "trends.h"

static struct supervisor_config limits;
static struct supervisor_state state;
static struct supervisor_input in;
static struct supervisor_tick tick;

bool supervisor_off_for(const struct supervisor_tick *of, int64_t ms)
{
    bool any;
    PROVE((of == &tick) & (ms >= 0), "a time that can be");
    return any;
}

bool supervisor_serves(const struct supervisor_sensor *sensor, enum drive_mode mode)
{
    return is_of(sensor, mode);
}

#ifdef PROVE_SAMPLE
static void prove_sample(size_t index)
{
    bool new_sample;
    ASSUME((tick.unusable[index] != FAULT_NONE) | is_good(&in.readings[index], tick.now_ms, true));
    supervisor_sample(&tick, index, new_sample);
    (void)supervisor_frozen(&tick, index);
    int32_t median_mc = supervisor_median(&tick, index);
    PROVE((median_mc == SUPERVISOR_NO_MC) | is_mc(median_mc), "a median within its range");
}
#endif

void harness(void)
{
    tick.limits = &limits;
    tick.state = &state;
    tick.input = &in;
    tick.sensor_count = config_fits(&limits) ? limits.sensor_count : 0;
    ASSUME((tick.now_ms >= 0) & (tick.now_ms <= SUPERVISOR_TIME_MAX_MS));
    ASSUME(tick_fits(&tick) & sensors_fit(&state) & samples_fit(&state) & trends_fit(&state, tick.now_ms));
    const struct kept was = {state, tick};
#ifdef PROVE_SAMPLE
    size_t sampled;
    for (size_t index = 0; index < SENSORS_MAX; index++) {
        if (index == sampled && index < tick.sensor_count) {
            prove_sample(index);
        }
    }
    PROVE(samples_fit(&state), "the samples fit again");
#else
    supervisor_trends_step(&tick);
    int apart = supervisor_apart(&tick, DRIVE_HEAT);
    PROVE((apart >= -1) & (apart < SENSORS_MAX), "a sensor of the pad");
    PROVE(trends_fit(&state, tick.now_ms), "the trends fit again");
    PROVE(samples_fit(&state), "the samples fit again");
#endif
    PROVE(sensors_fit(&state), "the runs fit again");
    prove_kept(&was, &state, &tick);
}
