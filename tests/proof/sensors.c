/* supervisor_sensors.c: each reading of a tick is judged, and its runs are carried on, from any state that fits. */
#include "contract.h"

static struct supervisor_config limits;
static struct supervisor_state state;
static struct supervisor_input in;
static struct supervisor_tick tick;

void supervisor_sample(struct supervisor_tick *of, size_t index, bool new_sample)
{
    (void)new_sample;
    PROVE((of == &tick) & (index < of->sensor_count), "a sensor that there is");
}

void harness(void)
{
    tick.limits = &limits;
    tick.state = &state;
    tick.input = &in;
    tick.sensor_count = config_fits(&limits) ? limits.sensor_count : 0;
    struct supervisor_state before = state;
    ASSUME((tick.now_ms >= 0) & (tick.now_ms <= SUPERVISOR_TIME_MAX_MS));
    ASSUME(tick_fits(&tick) & sensors_fit(&state));
    struct goods good = goods_of(&in, tick.now_ms, !tick.energised);
    supervisor_sensors_step(&tick);
    PROVE(sensors_told(&tick, &good), "what is bad has a run");
    enum drive_mode mode;
    int controlling = supervisor_controlling(&limits, in.readings, mode);
    PROVE((controlling >= -1) & (controlling < SENSORS_MAX), "a sensor of the pad controls");
    size_t any;
    ASSUME(any < sizeof state);
    size_t from = offsetof(struct supervisor_state, sensors);
    ASSUME((any < from) | (any >= from + sizeof state.sensors));
    PROVE(((const char *)&state)[any] == ((const char *)&before)[any], "the other books are not its own");
}
