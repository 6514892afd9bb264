#include "reader.h"

#include <string.h>

#define ICE_DAYS_DEFAULT_MS (INT64_C(72) * 60 * 60 * 1000)

static const struct phase_default {
    enum drive_mode mode;
    int32_t target_mc;
    int32_t tolerance_mc;
} phase_defaults[PHASE_NAME_COUNT] = {
    [PHASE_ICE] = {DRIVE_COOL, 10000, 1500},
    [PHASE_HEAT] = {DRIVE_HEAT, 40000, 500 },
};

static void finish_phase(struct reader *reader, size_t index)
{
    struct plan_phase *phase = &reader->draft->config.plan.phases[index];
    const struct phase_default *normal = &phase_defaults[phase->name];
    bool last = index + 1 == reader->draft->config.plan.phase_count;
    phase->mode = normal->mode;
    phase->remind = reader->draft->phases[index].mode == MODE_REMIND;
    if (!reader_given(reader, "plan.phases[].days", index) && phase->name == PHASE_ICE && !last) {
        phase->length_ms = ICE_DAYS_DEFAULT_MS;
    }
    if (!reader_given(reader, "plan.phases[].target_c", index) && phase->remind) {
        phase->target_mc = normal->target_mc;
    }
    if (!reader_given(reader, "plan.phases[].tolerance_c", index)) {
        phase->tolerance_mc = normal->tolerance_mc;
    }
    if (!reader_given(reader, "plan.phases[].quiet_hours", index)) {
        phase->quiet.set = reader->draft->quiet_hours.set;
        phase->quiet.from_min = reader->draft->quiet_hours.from_min;
        phase->quiet.to_min = reader->draft->quiet_hours.to_min;
    }
}

/* The narrowest band that the output has to keep. */
static int32_t output_tolerance_mc(const struct plan_config *plan, enum drive_mode mode)
{
    int32_t tolerance_mc =
        mode == DRIVE_HEAT ? phase_defaults[PHASE_HEAT].tolerance_mc : phase_defaults[PHASE_ICE].tolerance_mc;
    for (size_t i = 0; i < plan->phase_count; i++) {
        const struct plan_phase *phase = &plan->phases[i];
        if (!phase->remind && phase->mode == mode && phase->tolerance_mc < tolerance_mc) {
            tolerance_mc = phase->tolerance_mc;
        }
    }
    return tolerance_mc;
}

static void finish_output(const struct draft_output *read, const struct plan_config *plan, enum drive_mode mode,
                          struct config_output *output)
{
    struct thermostat_config normal = thermostat_default(read->kind, mode, output_tolerance_mc(plan, mode));
    bool pwm = read->kind == THERMOSTAT_PWM;
    output->thermostat.kind = normal.kind;
    output->thermostat.mode = normal.mode;
    output->thermostat.limit_mc = normal.limit_mc;
    output->thermostat.kp = normal.kp;
    output->thermostat.ki = normal.ki;
    output->thermostat.hysteresis_mc = normal.hysteresis_mc;
    output->thermostat.pwm_period_ms = pwm ? read->pwm_period_ms : normal.pwm_period_ms;
    output->thermostat.min_on_ms = pwm ? normal.min_on_ms : read->min_on_ms;
    output->thermostat.min_off_ms = pwm ? normal.min_off_ms : read->min_off_ms;
    output->used = true;
}

static void finish_pad(struct reader *reader)
{
    static const char *const paths[LINE_COUNT] = {
        [LINE_HEAT] = "pad.heat",   [LINE_COOL] = "pad.cool",
        [LINE_FAN] = "pad.fan",     [LINE_HEARTBEAT] = "pad.heartbeat",
        [LINE_SENSE] = "pad.sense", [LINE_BUTTON] = "pad.button",
        [LINE_LED] = "pad.led",
    };
    struct draft *draft = reader->draft;
    struct config_pad *pad = &draft->config.pad;
    for (size_t i = 0; i < LINE_COUNT; i++) {
        pad->lines[i].used = reader_given(reader, paths[i], 0);
    }
    if (pad->lines[LINE_HEAT].used) {
        finish_output(&draft->heat, &draft->config.plan, DRIVE_HEAT, &pad->heat);
    }
    if (pad->lines[LINE_COOL].used) {
        finish_output(&draft->cool, &draft->config.plan, DRIVE_COOL, &pad->cool);
    }
}

/* Field by field, here as elsewhere: two equal configurations are equal byte by byte, padding too. */
static void keep_curve(struct thermistor_curve *kept, const struct thermistor_curve *curve)
{
    kept->kind = curve->kind;
    kept->ref_ohm = curve->ref_ohm;
    memcpy(kept->k, curve->k, sizeof kept->k);
    kept->point_count = curve->point_count;
    memcpy(kept->points, curve->points, sizeof kept->points);
}

static void finish_curve(const struct reader *reader, size_t index)
{
    struct config_sensor *sensor = &reader->draft->config.sensors[index];
    const struct draft_curve *read = &reader->draft->curves[index];
    struct thermistor_curve curve = {.kind = THERMISTOR_NONE};
    if (reader_given(reader, "sensors[].part", index)) {
        thermistor_part_find(sensor->part, &curve);
    } else if (reader_given(reader, "sensors[].steinhart_hart", index)) {
        curve = thermistor_steinhart(read->coefficients[0], read->coefficients[1], read->coefficients[2]);
    } else if (reader_given(reader, "sensors[].beta", index)) {
        curve = thermistor_beta(read->r25_ohm, read->beta_k);
    } else if (reader_given(reader, "sensors[].table", index)) {
        curve.kind = THERMISTOR_TABLE;
        curve.point_count = read->point_count;
        memcpy(curve.points, read->points, sizeof curve.points);
    }
    keep_curve(&sensor->curve, &curve);
}

static void finish_name(struct config *config, size_t index)
{
    static const char *const roles[] = {[SENSOR_PAD] = "pad", [SENSOR_HOT_SIDE] = "hot_side", [SENSOR_ROOM] = "room"};
    struct config_sensor *sensor = &config->sensors[index];
    size_t same = 1;
    for (size_t i = 0; i < index; i++) {
        same += config->sensors[i].guard.role == sensor->guard.role;
    }
    if (same == 1) {
        snprintf(sensor->name, sizeof sensor->name, "%s", roles[sensor->guard.role]);
    } else {
        snprintf(sensor->name, sizeof sensor->name, "%s-%zu", roles[sensor->guard.role], same);
    }
}

static void finish_sensors(struct reader *reader)
{
    struct config *config = &reader->draft->config;
    config->limits.sensor_count = config->sensor_count;
    config->limits.sense = config->pad.lines[LINE_SENSE].used;
    for (size_t i = 0; i < config->sensor_count; i++) {
        if (!reader_given(reader, "sensors[].name", i)) {
            finish_name(config, i);
        }
        finish_curve(reader, i);
        config->limits.sensors[i].role = config->sensors[i].guard.role;
        config->limits.sensors[i].of_heat = config->sensors[i].guard.of_heat;
        config->limits.sensors[i].of_cool = config->sensors[i].guard.of_cool;
    }
}

void draft_finish(struct reader *reader)
{
    struct config *config = &reader->draft->config;
    if (!reader_given(reader, "device.name", 0)) {
        snprintf(config->device_name, sizeof config->device_name, "%s", config->device_id);
    }
    for (size_t i = 0; i < config->plan.phase_count; i++) {
        finish_phase(reader, i);
    }
    finish_pad(reader);
    finish_sensors(reader);
    config->mqtt.enabled = reader_given(reader, "mqtt", 0);
    config->mqtt.tls = reader_given(reader, "mqtt.tls", 0);
}

static enum curve_word curve_word(const struct config_sensor *sensor)
{
    if (sensor->part[0] != '\0') {
        return CURVE_PART;
    }
    if (sensor->curve.kind == THERMISTOR_TABLE) {
        return CURVE_TABLE;
    }
    return sensor->curve.ref_ohm == 1.0 ? CURVE_STEINHART : CURVE_BETA;
}

/* The Beta that gives this curve again, in as few digits as that takes. */
static double beta_of(const struct thermistor_curve *curve)
{
    double beta_k = 1.0 / curve->k[1];
    for (int digits = 1; digits < 18; digits++) {
        char text[40];
        double candidate = 0.0;
        snprintf(text, sizeof text, "%.*g", digits, beta_k);
        sscanf(text, "%lf", &candidate);
        if (1.0 / candidate == curve->k[1]) {
            return candidate;
        }
    }
    return beta_k;
}

static void read_curve(const struct config_sensor *sensor, struct draft_curve *curve)
{
    curve->word = curve_word(sensor);
    if (curve->word == CURVE_STEINHART) {
        curve->coefficients[0] = sensor->curve.k[0];
        curve->coefficients[1] = sensor->curve.k[1];
        curve->coefficients[2] = sensor->curve.k[3];
    } else if (curve->word == CURVE_BETA) {
        curve->r25_ohm = sensor->curve.ref_ohm;
        curve->beta_k = beta_of(&sensor->curve);
    } else if (curve->word == CURVE_TABLE) {
        curve->point_count = sensor->curve.point_count;
        memcpy(curve->points, sensor->curve.points, sizeof curve->points);
    }
}

static void read_output(const struct config_output *output, struct draft_output *read)
{
    read->kind = output->thermostat.kind;
    read->pwm_period_ms = output->thermostat.pwm_period_ms;
    read->min_on_ms = output->thermostat.min_on_ms;
    read->min_off_ms = output->thermostat.min_off_ms;
}

void draft_from_config(const struct config *config, struct draft *draft)
{
    memset(draft, 0, sizeof *draft);
    draft->config = *config;
    for (size_t i = 0; i < config->plan.phase_count; i++) {
        const struct plan_phase *phase = &config->plan.phases[i];
        draft->phases[i].mode = phase->remind ? MODE_REMIND : phase->mode == DRIVE_HEAT ? MODE_HEAT : MODE_COOL;
    }
    for (size_t i = 0; i < config->sensor_count; i++) {
        read_curve(&config->sensors[i], &draft->curves[i]);
    }
    read_output(&config->pad.heat, &draft->heat);
    read_output(&config->pad.cool, &draft->cool);
}
