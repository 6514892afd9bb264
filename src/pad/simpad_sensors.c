#include "simpad_internal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The ADC: like an ADS1115 at its range of 4.096 V, on a 3.3 V rail. */
#define ADC_BITS      16
#define ADC_LSB_V     (4.096 / 32768.0)
#define ADC_LSB_RATIO (1.0 / 32768.0) /* where it is ratiometric by itself */
#define ADC_CODE_MAX  32767
#define ADC_NOISE_LSB 2
#define RAIL_V        3.3
#define OPEN_OHM      1e12

/* A bead under the cover: between 1 s in oil and 15 s in air. Carried to another temperature it goes there evenly:
 * below the 5 K/s of sensor_jump, and past 38 or 10 degrees for less than the 5 s of wrong_way. */
#define LAG_S         5.0
#define CARRY_K_PER_S 3.5
#define NEXT_LAG_S    1.5 /* each further sensor of a role is slower by this */
#define NEXT_OFFSET_C 0.4 /* and reads higher, or lower, by this */

#define HOT_C              44.5 /* over the trip of 43, below the lockout of 45 */
#define HOT_LOCKOUT_C      46.0
#define COLD_C             3.5 /* under the trip of 5, above the lockout of 2 */
#define COLD_LOCKOUT_C     1.0
#define HOT_SIDE_C         65.0 /* over the trip of 60, below the lockout of 70 */
#define HOT_SIDE_LOCKOUT_C 75.0

#define JUMP_C            7.0
#define DISAGREE_C        8.0
#define SHIFT_K_PER_S     0.5  /* of the drift, and of the way back */
#define SHIFT_DOWN_FROM_C 25.0 /* a warm pad's sensors shift down and a cold one's up: away from the other limits */
#define WRONG_PART_SHARE  (1.0 / 2.15) /* of the resistance: with the common curves 22 degrees read as 40 */

struct carry {
    enum sim_fault fault;
    enum sensor_role role;
    double to_c;
};

static const struct carry carries[] = {
    {SIM_TOO_HOT_LOCKOUT,  SENSOR_PAD,      HOT_LOCKOUT_C     },
    {SIM_TOO_COLD_LOCKOUT, SENSOR_PAD,      COLD_LOCKOUT_C    },
    {SIM_TOO_HOT,          SENSOR_PAD,      HOT_C             },
    {SIM_TOO_COLD,         SENSOR_PAD,      COLD_C            },
    {SIM_HOT_SIDE_LOCKOUT, SENSOR_HOT_SIDE, HOT_SIDE_LOCKOUT_C},
    {SIM_HOT_SIDE,         SENSOR_HOT_SIDE, HOT_SIDE_C        },
};

/* splitmix64 (Steele, Lea and Flood 2014): every seed is a good one. */
static uint64_t next_random(struct simpad *pad)
{
    uint64_t z = pad->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* How many sensors of the same role come before it. */
static size_t rank_of(const struct simpad *pad, size_t index)
{
    size_t rank = 0;
    for (size_t i = 0; i < index; i++) {
        rank += pad->sensors[i].config.guard.role == pad->sensors[index].config.guard.role;
    }
    return rank;
}

size_t simpad_pad_sensors(const struct simpad *pad)
{
    size_t count = 0;
    for (size_t i = 0; i < pad->sensor_count; i++) {
        count += pad->sensors[i].config.guard.role == SENSOR_PAD;
    }
    return count;
}

void simpad_sensors_init(struct simpad *pad, const struct config *config)
{
    pad->sensor_count = config->sensor_count < SENSORS_MAX ? config->sensor_count : SENSORS_MAX;
    for (size_t i = 0; i < pad->sensor_count; i++) {
        pad->sensors[i] = (struct simpad_sensor){.config = config->sensors[i], .at_c = SIMPAD_ROOM_C};
        size_t rank = rank_of(pad, i);
        pad->sensors[i].lag_s = LAG_S + NEXT_LAG_S * (double)rank;
        pad->sensors[i].offset_c = rank == 0 ? 0.0 : rank % 2 == 1 ? NEXT_OFFSET_C : -NEXT_OFFSET_C;
    }
}

static const struct carry *carry_of(const struct simpad *pad, enum sensor_role role)
{
    for (size_t i = 0; i < sizeof carries / sizeof carries[0]; i++) {
        if (carries[i].role == role && simpad_has(pad, carries[i].fault)) {
            return &carries[i];
        }
    }
    return NULL;
}

static double around_c(const struct simpad *pad, enum sensor_role role)
{
    switch (role) {
    case SENSOR_PAD:
        return pad->model.pad_c;
    case SENSOR_HOT_SIDE:
        return pad->model.hot_c;
    case SENSOR_ROOM:
    default:
        return SIMPAD_ROOM_C;
    }
}

static double towards(double from, double to, double most)
{
    return from + fmin(fmax(to - from, -most), most);
}

void simpad_sensors_step(struct simpad *pad, double step_s)
{
    for (size_t i = 0; i < pad->sensor_count; i++) {
        struct simpad_sensor *sensor = &pad->sensors[i];
        const struct carry *carry = carry_of(pad, sensor->config.guard.role);
        double around = carry ? carry->to_c : around_c(pad, sensor->config.guard.role);
        double share = carry ? 1.0 : 1.0 - exp(-step_s / sensor->lag_s);
        double to_c = sensor->at_c + share * (around - sensor->at_c);
        sensor->at_c = towards(sensor->at_c, to_c, CARRY_K_PER_S * step_s);
        sensor->shift_c = towards(sensor->shift_c, sensor->shift_to_c, SHIFT_K_PER_S * step_s);
    }
}

void simpad_sensors_shift(struct simpad *pad)
{
    for (size_t i = 0; i < pad->sensor_count; i++) {
        struct simpad_sensor *sensor = &pad->sensors[i];
        bool of_pad = sensor->config.guard.role == SENSOR_PAD;
        bool jumps = of_pad && simpad_has(pad, SIM_SENSOR_JUMP);
        bool drifts = of_pad && rank_of(pad, i) == 1 && simpad_has(pad, SIM_SENSOR_DISAGREE);
        bool shifted = sensor->shift_to_c != 0;
        double sign = sensor->at_c > SHIFT_DOWN_FROM_C ? -1.0 : 1.0;
        if (!jumps && !drifts) {
            sensor->shift_to_c = 0;
        } else if (!shifted) {
            sensor->shift_to_c = sign * (jumps ? JUMP_C : DISAGREE_C);
            sensor->shift_c = jumps ? sensor->shift_to_c : sensor->shift_c;
        }
    }
}

static double curve_ohm(struct simpad_sensor *sensor, int32_t mc)
{
    if (!sensor->ohm_known || sensor->ohm_mc != mc) {
        sensor->ohm_known = true;
        sensor->ohm_mc = mc;
        sensor->ohm = OPEN_OHM;
        thermistor_mc_to_ohms(&sensor->config.curve, mc, &sensor->ohm);
    }
    return sensor->ohm;
}

static double sensor_ohm(const struct simpad *pad, struct simpad_sensor *sensor)
{
    bool of_pad = sensor->config.guard.role == SENSOR_PAD;
    if (of_pad && simpad_has(pad, SIM_SENSOR_OPEN)) {
        return OPEN_OHM;
    }
    if (of_pad && simpad_has(pad, SIM_SENSOR_SHORT)) {
        return 0.0;
    }
    double c = sensor->at_c + sensor->offset_c + sensor->shift_c;
    double ohm = curve_ohm(sensor, (int32_t)lround(c * 1000.0));
    return of_pad && simpad_has(pad, SIM_WRONG_PART) ? ohm * WRONG_PART_SHARE : ohm;
}

static int32_t code_of(struct simpad *pad, double value, double lsb)
{
    int64_t noise = (int64_t)(next_random(pad) % (2 * ADC_NOISE_LSB + 1)) - ADC_NOISE_LSB;
    int64_t code = llround(value / lsb) + noise;
    return (int32_t)(code > ADC_CODE_MAX ? ADC_CODE_MAX : code);
}

static struct adc_sample convert(struct simpad *pad, struct simpad_sensor *sensor)
{
    const struct config_sensor *config = &sensor->config;
    double ohm = sensor_ohm(pad, sensor);
    double share = (config->ntc_to_ground ? ohm : config->series_ohm) / (ohm + config->series_ohm);
    bool by_itself = config->supply_channel < 0;
    double lsb = by_itself ? ADC_LSB_RATIO : ADC_LSB_V;
    struct adc_sample sample = {
        .raw = code_of(pad, by_itself ? share : share * RAIL_V, lsb), .supply_v = 1.0, .bits = ADC_BITS};
    sample.volts = sample.raw * lsb;
    if (!by_itself) {
        sample.supply_raw = code_of(pad, RAIL_V, lsb);
        sample.supply_v = sample.supply_raw * lsb;
    }
    if (config->guard.role == SENSOR_PAD && simpad_has(pad, SIM_SENSOR_IMPLAUSIBLE)) {
        sample.supply_raw = 0;
        sample.supply_v = 0.0;
    }
    return sample;
}

static int error_of(const struct simpad *pad, const struct simpad_sensor *sensor)
{
    if (sensor->config.guard.role != SENSOR_PAD) {
        return 0;
    }
    if (simpad_has(pad, SIM_SENSOR_ERROR)) {
        return EREMOTEIO;
    }
    if (simpad_has(pad, SIM_SENSOR_LATCH)) {
        return EINVAL;
    }
    return simpad_has(pad, SIM_SENSOR_STALE) ? EAGAIN : 0;
}

static struct adc_sample sample_sensor(struct simpad *pad, struct simpad_sensor *sensor)
{
    int error = error_of(pad, sensor);
    if (error != 0) {
        return (struct adc_sample){.error = error};
    }
    bool stuck = sensor->config.guard.role == SENSOR_PAD && simpad_has(pad, SIM_SENSOR_STUCK);
    if (!stuck || !sensor->frozen) {
        sensor->sample = convert(pad, sensor);
        sensor->frozen = stuck;
    }
    return sensor->sample;
}

static void adc_read(void *self, size_t index, struct adc_sample *sample)
{
    struct simpad *pad = self;
    simpad_lock(pad);
    *sample =
        index < pad->sensor_count ? sample_sensor(pad, &pad->sensors[index]) : (struct adc_sample){.error = ENODEV};
    simpad_unlock(pad);
}

static void adc_close(void *self)
{
    (void)self;
}

struct adc_driver simpad_adc(struct simpad *pad)
{
    return (struct adc_driver){.name = "simpad", .self = pad, .read = adc_read, .close = adc_close};
}
