#include "script.h"

#include "soothe/dose.h"

static int64_t minutes(struct dice *dice, int64_t low, int64_t high)
{
    return dice_between(dice, low, high) * MINUTE_MS;
}

static bool dose_holds(const struct engine_config *config, const struct plan_phase *phase)
{
    int64_t session_ucem = dose_held_ucem(phase->target_mc + phase->tolerance_mc, phase->session_max_ms);
    int64_t a_day = (DAY_MS + phase->every_min_ms - 1) / phase->every_min_ms;
    return session_ucem <= config->session_dose_max_ucem && session_ucem * a_day <= config->day_dose_max_ucem;
}

static void draw_times(const struct engine_config *config, struct plan_phase *phase, struct dice *dice)
{
    bool usual = !dice_one_in(dice, 3);
    int64_t longest = config->limits.session_max_ms / MINUTE_MS;
    int64_t max = usual ? 30 : dice_between(dice, 1, 45);
    max = max < longest ? max : longest;
    phase->session_max_ms = max * MINUTE_MS;
    phase->session_min_ms = usual && max == 30 ? 20 * MINUTE_MS : minutes(dice, 1, max);
    int64_t least_ms = phase->session_max_ms + PLAN_OFF_TIME_MIN_MS;
    phase->every_min_ms = usual ? 3 * HOUR_MS : least_ms + minutes(dice, 0, 240);
    phase->every_max_ms = phase->every_min_ms + (usual ? HOUR_MS : minutes(dice, 0, 240));
}

static void draw_quiet(struct plan_phase *phase, struct dice *dice)
{
    phase->quiet = (struct quiet_hours){0};
    if (dice_one_in(dice, phase->name == PHASE_HEAT ? 2 : 6)) {
        phase->quiet.set = true;
        phase->quiet.from_min = (int16_t)dice_between(dice, 0, 1439);
        phase->quiet.to_min = (int16_t)((phase->quiet.from_min + dice_between(dice, 60, 600)) % 1440);
    }
}

/* Targets that limits and dose allow, by trying: the milder, the sooner. */
static void draw_target(const struct engine_config *config, struct plan_phase *phase, struct dice *dice)
{
    bool heat = phase->mode == DRIVE_HEAT;
    bool usual = !dice_one_in(dice, 3);
    int32_t step = usual ? 500 : 100;
    phase->tolerance_mc = usual ? (heat ? 500 : 1500) : (int32_t)dice_between(dice, 1, 30) * 100;
    phase->target_mc = heat    ? usual ? 40000 : (int32_t)dice_between(dice, 300, 410) * 100
                       : usual ? 10000
                               : (int32_t)dice_between(dice, 80, 200) * 100;
    while (heat && phase->target_mc > PLAN_HEAT_TARGET_MIN_MC &&
           (phase->target_mc + phase->tolerance_mc >= config->limits.too_hot_trip_mc || !dose_holds(config, phase))) {
        phase->target_mc -= step;
        phase->tolerance_mc = phase->tolerance_mc > 500 ? 500 : phase->tolerance_mc;
    }
    while (!heat && phase->target_mc < PLAN_COOL_TARGET_MAX_MC &&
           phase->target_mc - phase->tolerance_mc <= config->limits.too_cold_trip_mc) {
        phase->target_mc += step;
        phase->tolerance_mc = phase->tolerance_mc > 1000 ? 1000 : phase->tolerance_mc;
    }
    if (heat && phase->target_mc < PLAN_HEAT_TARGET_MIN_MC) {
        phase->target_mc = PLAN_HEAT_TARGET_MIN_MC;
    }
}

static void draw_phase(const struct engine_config *config, struct plan_phase *phase, enum plan_phase_name name,
                       struct dice *dice)
{
    phase->name = name;
    phase->mode = name == PHASE_ICE ? DRIVE_COOL : DRIVE_HEAT;
    phase->remind = dice_one_in(dice, 12);
    draw_times(config, phase, dice);
    draw_target(config, phase, dice);
    draw_quiet(phase, dice);
}

static void draw_plan(struct engine_config *config, struct dice *dice)
{
    struct plan_config *plan = &config->plan;
    int64_t shape = dice_between(dice, 0, 9);
    size_t ice = shape == 0 ? 0 : shape == 9 ? 2 : 1;
    size_t heat = shape == 1 ? 0 : shape == 8 ? 2 : 1;
    plan->notice_ms = dice_one_in(dice, 3) ? minutes(dice, 0, 60) : 5 * MINUTE_MS;
    plan->phase_count = ice + heat;
    for (size_t i = 0; i < plan->phase_count; i++) {
        struct plan_phase *phase = &plan->phases[i];
        draw_phase(config, phase, i < ice ? PHASE_ICE : PHASE_HEAT, dice);
        phase->length_ms = dice_one_in(dice, 2) ? 3 * DAY_MS : minutes(dice, 15, 4 * 1440);
    }
}

static int32_t tightened(struct dice *dice, int32_t ceiling_mc, int32_t by_mc)
{
    return dice_one_in(dice, 6) ? ceiling_mc + (int32_t)(by_mc * dice_between(dice, 1, 10) / 10) : ceiling_mc;
}

static void draw_limits(struct engine_config *config, struct dice *dice)
{
    struct supervisor_config *limits = &config->limits;
    limits->too_hot_trip_mc = tightened(dice, SUPERVISOR_TOO_HOT_TRIP_MC, -4000);
    limits->too_hot_lockout_mc = tightened(dice, SUPERVISOR_TOO_HOT_LOCKOUT_MC, -1500);
    limits->too_cold_trip_mc = tightened(dice, SUPERVISOR_TOO_COLD_TRIP_MC, 3000);
    limits->too_cold_lockout_mc = tightened(dice, SUPERVISOR_TOO_COLD_LOCKOUT_MC, 2500);
    limits->hot_side_trip_mc = tightened(dice, SUPERVISOR_HOT_SIDE_TRIP_MC, -5000);
    limits->hot_side_lockout_mc = tightened(dice, SUPERVISOR_HOT_SIDE_LOCKOUT_MC, -9000);
    if (limits->too_hot_lockout_mc <= limits->too_hot_trip_mc) {
        limits->too_hot_lockout_mc = limits->too_hot_trip_mc + 500;
    }
    if (limits->too_cold_lockout_mc >= limits->too_cold_trip_mc) {
        limits->too_cold_lockout_mc = limits->too_cold_trip_mc - 500;
    }
    limits->session_max_ms = dice_one_in(dice, 5) ? minutes(dice, 5, 45) : 45 * MINUTE_MS;
    config->session_dose_max_ucem = dice_one_in(dice, 8) ? dice_between(dice, 5, 20) * 100000 : 2000000;
    config->day_dose_max_ucem = dice_one_in(dice, 8) ? dice_between(dice, 20, 90) * 100000 : 9000000;
}

/* At least one pad sensor for each output; then perhaps a hot side, a second pad sensor, a room. */
static void draw_sensors(struct supervisor_config *limits, struct dice *dice)
{
    struct supervisor_sensor *s = limits->sensors;
    size_t n = 0;
    if (dice_one_in(dice, 8)) {
        s[n++] = (struct supervisor_sensor){SENSOR_PAD, true, false};
        s[n++] = (struct supervisor_sensor){SENSOR_PAD, false, true};
    } else {
        s[n++] = (struct supervisor_sensor){SENSOR_PAD, true, true};
        if (dice_one_in(dice, 2)) {
            s[n++] = (struct supervisor_sensor){SENSOR_PAD, true, true};
        }
    }
    if (!dice_one_in(dice, 3)) {
        s[n++] = (struct supervisor_sensor){SENSOR_HOT_SIDE, false, false};
    }
    if (n < SENSORS_MAX && dice_one_in(dice, 3)) {
        s[n++] = (struct supervisor_sensor){SENSOR_ROOM, false, false};
    }
    limits->sensor_count = n;
}

static struct thermostat_config draw_output(enum drive_mode mode, int32_t tolerance_mc, struct dice *dice)
{
    bool relay = dice_one_in(dice, mode == DRIVE_HEAT ? 5 : 2);
    struct thermostat_config t = thermostat_default(relay ? THERMOSTAT_TWO_POINT : THERMOSTAT_PWM, mode, tolerance_mc);
    t.pwm_period_ms = dice_one_in(dice, 3) ? dice_between(dice, 1, 10) * 1000 : t.pwm_period_ms;
    t.min_on_ms = dice_one_in(dice, 4) ? dice_between(dice, 10, 120) * 1000 : t.min_on_ms;
    t.min_off_ms = dice_one_in(dice, 4) ? dice_between(dice, 10, 120) * 1000 : t.min_off_ms;
    return t;
}

void script_config(struct engine_config *config, struct dice *dice)
{
    *config = (struct engine_config){.wired = !dice_one_in(dice, 60)};
    draw_limits(config, dice);
    draw_sensors(&config->limits, dice);
    config->limits.sense = !dice_one_in(dice, 4);
    config->heartbeat = !dice_one_in(dice, 4);
    draw_plan(config, dice);
    config->thermostat[DRIVE_HEAT] = draw_output(DRIVE_HEAT, 500, dice);
    config->thermostat[DRIVE_COOL] = draw_output(DRIVE_COOL, 1500, dice);
}

void script_reload(struct engine_config *config, uint64_t seed)
{
    struct dice dice = dice_of(seed, 77);
    struct supervisor_config was = config->limits;
    draw_limits(config, &dice);
    config->limits.sensor_count = was.sensor_count;
    for (size_t i = 0; i < config->plan.phase_count; i++) {
        struct plan_phase *phase = &config->plan.phases[i];
        draw_phase(config, phase, phase->name, &dice);
    }
}
