/* The thermostat in a closed loop: does it do on a pad what the design promises? */
#include "soothe/thermostat.h"

#include "suite.h"

#include <math.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TICK_MS      200
#define LONG_AGO_MS  (-1000000)

/* ---- a pad on a body, per square metre: heater or cooler -> pad -> skin -> blood, and pad -> room; a slow sensor ----
 */

struct plant {
    double watt;    /* W/m2, positive */
    double pad_j_k; /* heat capacity of the pad */
    double to_skin; /* W/(m2 K) between pad and skin */
    double to_room; /* W/(m2 K) through the insulation */
    double room_c;
    double pad_c;
    double skin_c;
    double sensor_c;
};

#define SKIN_J_K   15000.0
#define TO_BLOOD   25.0
#define BLOOD_C    36.5
#define SENSOR_S   8.0
#define PLANT_MS   50
#define SESSION_MS (30 * 60 * 1000)

static void plant_step(struct plant *plant, double watt)
{
    double dt_s = PLANT_MS / 1000.0;
    double to_skin = plant->to_skin * (plant->pad_c - plant->skin_c);
    double to_room = plant->to_room * (plant->pad_c - plant->room_c);
    plant->pad_c += dt_s * (watt - to_skin - to_room) / plant->pad_j_k;
    plant->skin_c += dt_s * (to_skin - TO_BLOOD * (plant->skin_c - BLOOD_C)) / SKIN_J_K;
    plant->sensor_c += dt_s * (plant->pad_c - plant->sensor_c) / SENSOR_S;
}

struct outcome {
    int64_t in_band_ms; /* when the sensor first was in the band; -1: never */
    double past_c;      /* farthest that sensor and pad went past the target */
    double pad_past_c;
    double short_c; /* farthest that the sensor fell short of the target two minutes after it was in the band */
    int64_t shortest_on_ms;
    int64_t shortest_off_ms;
    bool level;
    int64_t changed_ms;
};

static void note_change(struct outcome *outcome, bool level, int64_t now_ms)
{
    if (level == outcome->level) {
        return;
    }
    int64_t *shortest = outcome->level ? &outcome->shortest_on_ms : &outcome->shortest_off_ms;
    if (now_ms - outcome->changed_ms < *shortest) {
        *shortest = now_ms - outcome->changed_ms;
    }
    outcome->level = level;
    outcome->changed_ms = now_ms;
}

static void note_error(struct outcome *outcome, double sensor_past_c, double pad_past_c, double band_c, int64_t now_ms)
{
    outcome->past_c = fmax(outcome->past_c, sensor_past_c);
    outcome->pad_past_c = fmax(outcome->pad_past_c, pad_past_c);
    if (outcome->in_band_ms < 0 && fabs(sensor_past_c) <= band_c) {
        outcome->in_band_ms = now_ms;
    }
    if (outcome->in_band_ms >= 0 && now_ms > outcome->in_band_ms + 120000) {
        outcome->short_c = fmax(outcome->short_c, -sensor_past_c);
    }
}

static struct outcome session(const struct thermostat_config *config, struct plant plant, double target_c,
                              double band_c)
{
    struct thermostat_state state;
    thermostat_reset(&state, LONG_AGO_MS);
    struct outcome outcome = {.in_band_ms = -1, .past_c = -99.0, .pad_past_c = -99.0, .changed_ms = LONG_AGO_MS};
    outcome.shortest_on_ms = INT64_MAX;
    outcome.shortest_off_ms = INT64_MAX;
    double sign = config->mode == DRIVE_COOL ? -1.0 : 1.0;
    int32_t duty = 0;
    for (int64_t ms = 0; ms < SESSION_MS; ms += PLANT_MS) {
        if (ms % TICK_MS == 0) {
            duty = thermostat_step(config, &state, (int32_t)lround(target_c * 1000.0),
                                   (int32_t)lround(plant.sensor_c * 1000.0), ms);
        }
        bool level = thermostat_pwm_level(duty, config->pwm_period_ms, ms);
        note_change(&outcome, level, ms);
        plant_step(&plant, level ? sign * plant.watt : 0.0);
        note_error(&outcome, sign * (plant.sensor_c - target_c), sign * (plant.pad_c - target_c), band_c, ms);
    }
    return outcome;
}

static void pwm_heat_settles_without_overshoot(void)
{
    static const struct {
        double watt;
        double pad_j_k;
        double to_skin;
    } pads[] = {
        {300.0, 4000.0, 30.0 },
        {300.0, 4000.0, 60.0 },
        {300.0, 2500.0, 60.0 },
        {300.0, 2500.0, 120.0},
        {500.0, 4000.0, 60.0 },
        {500.0, 8000.0, 60.0 },
        {500.0, 2500.0, 30.0 },
        {500.0, 8000.0, 120.0},
        {800.0, 2500.0, 120.0},
        {800.0, 4000.0, 60.0 },
        {800.0, 8000.0, 30.0 },
        {800.0, 2500.0, 30.0 },
    };
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    for (size_t i = 0; i < COUNT(pads); i++) {
        struct plant plant = {pads[i].watt, pads[i].pad_j_k, pads[i].to_skin, 4.0, 22.0, 22.0, 33.0, 22.0};
        struct outcome outcome = session(&config, plant, 40.0, 0.5);
        CU_ASSERT_TRUE(outcome.past_c < 0.5);
        CU_ASSERT_TRUE(outcome.pad_past_c < 0.5);
        CU_ASSERT_TRUE(outcome.in_band_ms >= 0 && outcome.in_band_ms < 600000);
        CU_ASSERT_TRUE(outcome.short_c < 0.5);
    }
}

static void pwm_heat_reaches_every_target_above_the_skin(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    for (int target_c = 36; target_c <= 41; target_c++) {
        struct plant plant = {400.0, 4000.0, 60.0, 4.0, 22.0, 22.0, 33.0, 22.0};
        struct outcome outcome = session(&config, plant, target_c, 0.5);
        CU_ASSERT_TRUE(outcome.past_c < 0.5);
        CU_ASSERT_TRUE(outcome.in_band_ms >= 0 && outcome.in_band_ms < 600000);
    }
}

static void pwm_cool_settles_without_overshoot(void)
{
    static const double watts[] = {1000.0, 1200.0, 2000.0};
    static const double pads_j_k[] = {2500.0, 8000.0, 20000.0};
    struct thermostat_config config = thermostat_default(THERMOSTAT_PWM, DRIVE_COOL, 1500);
    for (size_t i = 0; i < COUNT(watts) * COUNT(pads_j_k); i++) {
        struct plant plant = {watts[i % 3], pads_j_k[i / 3], 50.0, 5.0, 24.0, 24.0, 33.0, 24.0};
        struct outcome outcome = session(&config, plant, 10.0, 1.5);
        CU_ASSERT_TRUE(outcome.past_c < 0.5);
        CU_ASSERT_TRUE(outcome.in_band_ms >= 0 && outcome.in_band_ms < 600000);
        CU_ASSERT_TRUE(outcome.short_c < 1.5);
    }
}

static void a_relay_holds_the_cooling_band_with_its_minimum_times(void)
{
    static const double watts[] = {1000.0, 1200.0, 1500.0};
    static const double pads_j_k[] = {12000.0, 20000.0};
    struct thermostat_config config = thermostat_default(THERMOSTAT_TWO_POINT, DRIVE_COOL, 1500);
    CU_ASSERT_EQUAL(config.min_on_ms, 30000);
    CU_ASSERT_EQUAL(config.min_off_ms, 30000);
    for (size_t i = 0; i < COUNT(watts) * COUNT(pads_j_k); i++) {
        struct plant plant = {watts[i % 3], pads_j_k[i / 3], 50.0, 5.0, 24.0, 24.0, 33.0, 24.0};
        struct outcome outcome = session(&config, plant, 10.0, 1.5);
        CU_ASSERT_TRUE(outcome.in_band_ms >= 0 && outcome.in_band_ms < 600000);
        CU_ASSERT_TRUE(outcome.past_c <= 1.5);
        CU_ASSERT_TRUE(outcome.short_c <= 1.5);
        CU_ASSERT_TRUE(outcome.shortest_on_ms >= 30000);
        CU_ASSERT_TRUE(outcome.shortest_off_ms >= 30000);
    }
}

static void a_relay_holds_the_heating_band_on_a_heavy_pad(void)
{
    struct thermostat_config config = thermostat_default(THERMOSTAT_TWO_POINT, DRIVE_HEAT, 500);
    struct plant plant = {350.0, 9000.0, 60.0, 4.0, 22.0, 22.0, 33.0, 22.0};
    struct outcome outcome = session(&config, plant, 40.0, 0.5);
    CU_ASSERT_TRUE(outcome.in_band_ms >= 0 && outcome.in_band_ms < 660000);
    CU_ASSERT_TRUE(outcome.past_c <= 0.5);
    CU_ASSERT_TRUE(outcome.short_c <= 0.5);
    CU_ASSERT_TRUE(outcome.shortest_off_ms >= 30000);
}

static const struct suite_test tests[] = {
    {"PWM heat settles on twelve pads: in the band within 10 min, never 0.5 K past the target",
     pwm_heat_settles_without_overshoot                                                                                                      },
    {"PWM heat reaches every target that is warmer than the skin",                              pwm_heat_reaches_every_target_above_the_skin },
    {"PWM cool settles without overshoot",                                                      pwm_cool_settles_without_overshoot           },
    {"a relay holds +/- 1.5 K of cooling with 30 s minimum times",
     a_relay_holds_the_cooling_band_with_its_minimum_times                                                                                   },
    {"a relay holds +/- 0.5 K of heating on a heavy pad",                                       a_relay_holds_the_heating_band_on_a_heavy_pad},
};

int main(void)
{
    return suite_run("thermostat_plant", tests, sizeof tests / sizeof tests[0]);
}
