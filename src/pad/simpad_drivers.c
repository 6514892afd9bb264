#include "simpad_internal.h"

#include <errno.h>
#include <math.h>

/* The ADC: like an ADS1115 at its range of 4.096 V, on a 3.3 V rail. */
#define ADC_LSB_V     (4.096 / 32768.0)
#define ADC_LSB_RATIO (1.0 / 32768.0) /* where it is ratiometric by itself */
#define ADC_CODE_MAX  32767
#define ADC_NOISE_LSB 2
#define RAIL_V        3.3
#define OPEN_OHM      1e12

/* The outputs in the trace: what carries power. The heartbeat and the LED change with every tick and are left out. */
static const struct {
    enum pad_line line;
    const char *name;
} traced[] = {
    {LINE_HEAT, "heat"},
    {LINE_COOL, "cool"},
    {LINE_FAN,  "fan" }
};

/* splitmix64 (Steele, Lea and Flood 2014): every seed is a good one. */
static uint64_t next_random(struct simpad *pad)
{
    uint64_t z = pad->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double sensor_c(const struct simpad *pad, enum sensor_role role)
{
    switch (role) {
    case SENSOR_PAD:
        return pad->model.pad_sensor_c;
    case SENSOR_HOT_SIDE:
        return pad->model.hot_sensor_c;
    case SENSOR_ROOM:
    default:
        return SIMPAD_ROOM_C;
    }
}

/* Inverting a curve is a long search, and at rest the temperature is the same to the milli-degree for hours. */
static double curve_ohm(struct simpad *pad, size_t index, int32_t mc)
{
    struct simpad_memo *memo = &pad->memos[index];
    if (!memo->known || memo->mc != mc) {
        *memo = (struct simpad_memo){.known = true, .mc = mc, .ohm = OPEN_OHM};
        thermistor_mc_to_ohms(&pad->sensors[index].curve, mc, &memo->ohm);
    }
    return memo->ohm;
}

static double sensor_ohm(struct simpad *pad, size_t index)
{
    enum sensor_role role = pad->sensors[index].guard.role;
    if (role == SENSOR_PAD && simpad_has(pad, SIM_SENSOR_OPEN)) {
        return OPEN_OHM;
    }
    if (role == SENSOR_PAD && simpad_has(pad, SIM_SENSOR_SHORT)) {
        return 0.0;
    }
    return curve_ohm(pad, index, (int32_t)lround(sensor_c(pad, role) * 1000.0));
}

static int32_t code_of(struct simpad *pad, double value, double lsb)
{
    int64_t noise = (int64_t)(next_random(pad) % (2 * ADC_NOISE_LSB + 1)) - ADC_NOISE_LSB;
    int64_t code = llround(value / lsb) + noise;
    return (int32_t)(code > ADC_CODE_MAX ? ADC_CODE_MAX : code);
}

static struct adc_sample convert(struct simpad *pad, size_t index)
{
    const struct config_sensor *sensor = &pad->sensors[index];
    double ohm = sensor_ohm(pad, index);
    double share = (sensor->ntc_to_ground ? ohm : sensor->series_ohm) / (ohm + sensor->series_ohm);
    bool by_itself = sensor->supply_channel < 0;
    double lsb = by_itself ? ADC_LSB_RATIO : ADC_LSB_V;
    struct adc_sample sample = {.raw = code_of(pad, by_itself ? share : share * RAIL_V, lsb), .supply_v = 1.0};
    sample.volts = sample.raw * lsb;
    if (!by_itself) {
        sample.supply_v = code_of(pad, RAIL_V, lsb) * lsb;
    }
    return sample;
}

static struct adc_sample sample_sensor(struct simpad *pad, size_t index)
{
    bool faulty = pad->sensors[index].guard.role == SENSOR_PAD;
    if (faulty && simpad_has(pad, SIM_SENSOR_ERROR)) {
        return (struct adc_sample){.error = EREMOTEIO};
    }
    if (faulty && simpad_has(pad, SIM_SENSOR_STALE)) {
        return (struct adc_sample){.error = EAGAIN};
    }
    bool stuck = faulty && simpad_has(pad, SIM_SENSOR_STUCK);
    if (!stuck || !pad->frozen[index]) {
        pad->frozen_samples[index] = convert(pad, index);
        pad->frozen[index] = stuck;
    }
    return pad->frozen_samples[index];
}

static void adc_read(void *self, size_t sensor, struct adc_sample *sample)
{
    struct simpad *pad = self;
    simpad_lock(pad);
    *sample = sensor < pad->sensor_count ? sample_sensor(pad, sensor) : (struct adc_sample){.error = ENODEV};
    simpad_unlock(pad);
}

static void adc_close(void *self)
{
    (void)self;
}

static void trace_restart(struct simpad *pad)
{
    for (size_t i = 0; i < sizeof traced / sizeof traced[0]; i++) {
        if (pad->lines[traced[i].line].used) {
            fprintf(pad->trace, "%lld,%s,0\n", (long long)pad->now_ms, traced[i].name);
        }
    }
    fflush(pad->trace);
    pad->trace_goes_on = false;
}

static void trace_changes(struct simpad *pad, const struct lines_levels *levels)
{
    if (pad->trace_goes_on) {
        trace_restart(pad);
    }
    for (size_t i = 0; pad->trace && i < sizeof traced / sizeof traced[0]; i++) {
        bool level = levels->active[traced[i].line];
        if (pad->lines[traced[i].line].used && level != pad->outputs.active[traced[i].line]) {
            fprintf(pad->trace, "%lld,%s,%d\n", (long long)pad->now_ms, traced[i].name, level);
            fflush(pad->trace);
        }
    }
}

static int lines_write(void *self, const struct lines_levels *levels)
{
    struct simpad *pad = self;
    simpad_lock(pad);
    trace_changes(pad, levels);
    for (size_t i = 0; i < LINE_COUNT; i++) {
        pad->outputs.active[i] = levels->active[i] && pad->lines[i].used && i != LINE_SENSE && i != LINE_BUTTON;
    }
    simpad_unlock(pad);
    return 0;
}

static int lines_read(void *self, struct lines_levels *levels)
{
    struct simpad *pad = self;
    simpad_lock(pad);
    *levels = pad->outputs;
    if (simpad_has(pad, SIM_READBACK)) {
        enum pad_line wrong = levels->active[LINE_COOL] ? LINE_COOL : LINE_HEAT;
        levels->active[wrong] = !levels->active[wrong];
    }
    levels->active[LINE_SENSE] = pad->lines[LINE_SENSE].used && simpad_is_powered(pad);
    levels->active[LINE_BUTTON] = pad->lines[LINE_BUTTON].used && pad->now_ms < pad->pressed_until_ms;
    simpad_unlock(pad);
    return 0;
}

static void lines_close(void *self)
{
    static const struct lines_levels inactive;
    if (self) {
        lines_write(self, &inactive);
    }
}

struct adc_driver simpad_adc(struct simpad *pad)
{
    return (struct adc_driver){.name = "simpad", .self = pad, .read = adc_read, .close = adc_close};
}

struct lines_driver simpad_lines(struct simpad *pad)
{
    return (struct lines_driver){
        .name = "simpad", .self = pad, .write = lines_write, .read = lines_read, .close = lines_close};
}
