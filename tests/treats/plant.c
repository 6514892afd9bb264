#include "plant.h"

#include <math.h>

/* ---- the body -------------------------------------------------------------------------------------------------------
 * Pennes' bio-heat equation (Pennes 1948) in slabs of the back: 2 mm of skin, 8 mm of fat, 20 mm of muscle.
 * Conductivity, heat capacity, density and blood flow at rest of the IT'IS tissue properties database, version 4: W/(m
 * K)   J/(kg K)   kg/m3   ml/(min kg) skin        0.37      3391      1109      106 fat         0.21      2348 911 33
 *   muscle      0.49      3421      1090       37 */
#define SKIN_M        0.002
#define FAT_M         0.004 /* a slab; there are two */
#define MUSCLE_M      0.010
#define SKIN_W_M_K    0.37
#define FAT_W_M_K     0.21
#define MUSCLE_W_M_K  0.49
#define SKIN_J_M2_K   (SKIN_M * 3391 * 1109)
#define FAT_J_M2_K    (FAT_M * 2348 * 911)
#define MUSCLE_J_M2_K (MUSCLE_M * 3421 * 1090)

#define BLOOD_J_M3_K      (3617.0 * 1050)
#define FLOW(ml_min_kg)   ((ml_min_kg)*1e-6 / 60.0) /* m3/(s kg) */
#define SKIN_BLOOD_W_M2_K (BLOOD_J_M3_K * FLOW(106) * 1109 * SKIN_M)
#define FAT_BLOOD_W_M2_K  (BLOOD_J_M3_K * FLOW(33) * 911 * FAT_M)
#define MUSC_BLOOD_W_M2_K (BLOOD_J_M3_K * FLOW(37) * 1090 * MUSCLE_M)

#define CORE_C     37.0
#define ARTERIAL_C 36.7 /* that reaches the skin of the trunk: a little has been given to the veins beside it */

/* Vessels of the skin: at rest at 33 degrees, six times as much at 42 (local heating opens them wholly; Charkoudian
 * 2003, Mayo Clin Proc 78:603), a tenth in the cold (Khoshnevis 2015 saw 10 to 20 % of baseline under cold packs). */
#define FLOW_REST_C    33.0
#define FLOW_PER_K     0.199 /* ln(6) / 9 K */
#define FLOW_MIN       0.1
#define FLOW_MAX       6.0
#define CLOTHED_W_M2_K 7.0 /* skin to room through a thin shirt: 0.3 clo are 22 W/(m2 K) (ISO 9920), then still air */

/* ---- pad and air ----------------------------------------------------------------------------------------------------
 */
#define CONTACT_W_M2_K 80.0 /* 0.5 to 1 mm of cloth (0.05 W/(m K)) and the pad's cover, pressed on */
#define AIR_W_M2_K     9.0  /* still air: 3.5 by convection, 5.5 by radiation (ASHRAE Fundamentals, ch. 9) */
#define ACROSS_W_K     0.05 /* from half to half: a strip of foil and cloth */

/* ---- coolers --------------------------------------------------------------------------------------------------------
 * Water: a tank of 3 l, held at 8 degrees by a small compressor (the hardware guide asks for 8 or more), and a pump of
 * 0.5 l/min, which is 35 W/K; the wrap takes up 60 % of that. */
#define TANK_J_K     (3.0 * 4186)
#define TANK_C       8.0
#define TANK_BAND_K  0.5
#define CHILLER_W    80.0
#define TANK_W_K     0.8
#define LOOP_W_K     20.0
#define TANK_START_C 8.2
/* Peltier: one 40 mm module of the 12706 kind at 12 V by the usual three numbers (Lineykin and Ben-Yaakov 2007), worked
 * out from its datasheet (dT 66 K, 6.4 A, 50 W at 25 degrees): Seebeck, resistance with leads, conductance. */
#define SEEBECK_V_K      0.050
#define MODULE_OHM       2.0
#define MODULE_W_K       0.50
#define MODULE_V         12.0
#define PLATE_J_K        100.0 /* 110 g of aluminium and the water in its channel */
#define PELTIER_LOOP_W_K 15.0
#define SINK_J_K         400.0 /* 450 g of aluminium, a processor's cooler */
#define SINK_FAN_W_K     3.4   /* 0.29 K/W */
#define SINK_W_K         0.8   /* 1.25 K/W without the fan */
#define STILL_LOOP       0.01  /* of the conductance is left while the pump stands */
#define HOT_SENSOR_S     5.0

/* 350 W/m2 is what the hardware guide says to buy. Gel is mostly water: 3.6 MJ/(m3 K), 0.55 W/(m K). */
static const struct plant_spec light = {
    .name = "light",
    .words = "heater pad, light",
    .area_m2 = 0.12, /* 30 x 40 cm */
    .heater_w_m2 = 350.0,
    .back_j_m2_k = 1400.0, /* 0.8 mm of silicone foil */
    .face_j_m2_k = 1200.0, /* 0.8 kg/m2 of cloth */
    .inside_w_m2_k = 150.0,
    .outside_w_m2_k = 8.0, /* cloth, then still air */
    .sensor_s = 5.0,
    .sensor_face = 1.0,
};

static const struct plant_spec heavy = {
    .name = "heavy",
    .words = "heater pad, heavy",
    .area_m2 = 0.12,
    .heater_w_m2 = 350.0,
    .back_j_m2_k = 5400.0, /* 1.0 mm of foil and 1 mm of the gel */
    .face_j_m2_k = 7200.0, /* the other 2 mm of it */
    .inside_w_m2_k = 270.0,
    .outside_w_m2_k = 7.0, /* 1 mm of felt, then still air */
    .sensor_s = 8.0,
    .sensor_face = 1.0,
};

static const struct plant_spec wrap = {
    .name = "wrap",
    .words = "chilled-water wrap",
    .cooler = COOLER_WATER,
    .area_m2 = 0.06, /* 20 x 30 cm */
    .heater_w_m2 = 400.0,
    .back_j_m2_k = 6300.0, /* 3 mm of water between its two skins */
    .face_j_m2_k = 6300.0,
    .inside_w_m2_k = 400.0,
    .outside_w_m2_k = 4.0,
    .sensor_s = 5.0,
    .sensor_face = 1.0,
};

static const struct plant_spec peltier = {
    .name = "peltier",
    .words = "Peltier pad",
    .cooler = COOLER_PELTIER,
    .area_m2 = 0.03, /* 15 x 20 cm: what one module can hold */
    .heater_w_m2 = 350.0,
    .back_j_m2_k = 3600.0, /* foil, coolant channel */
    .face_j_m2_k = 3600.0, /* 1 mm of gel */
    .inside_w_m2_k = 350.0,
    .outside_w_m2_k = 4.0,
    .sensor_s = 5.0,
    .sensor_face = 1.0,
};

static const struct plant_spec bad_sensor = {
    .name = "bad-sensor",
    .words = "badly placed sensor",
    .cooler = COOLER_PELTIER,
    .area_m2 = 0.03,
    .heater_w_m2 = 350.0,
    .back_j_m2_k = 3600.0,
    .face_j_m2_k = 3600.0,
    .inside_w_m2_k = 350.0,
    .outside_w_m2_k = 4.0,
    .sensor_s = 40.0, /* under the cover of the back, with a drop of glue */
    .sensor_face = 0.0,
    .sensor_air = 0.12,
};

static const struct plant_spec *const specs[PLANT_COUNT] = {
    [PLANT_LIGHT] = &light,     [PLANT_HEAVY] = &heavy,           [PLANT_WRAP] = &wrap,
    [PLANT_PELTIER] = &peltier, [PLANT_BAD_SENSOR] = &bad_sensor,
};

const struct plant_spec *plant_spec(enum plant_kind kind)
{
    return (unsigned)kind < PLANT_COUNT ? specs[kind] : NULL;
}

static double in_series(double a_w_m2_k, double b_w_m2_k)
{
    return 1.0 / (1.0 / a_w_m2_k + 1.0 / b_w_m2_k);
}

/* The vessels follow the skin's temperature; a table would be as good as this and not faster. */
static double blood_flow(double skin_c)
{
    return fmin(fmax(exp(FLOW_PER_K * (skin_c - FLOW_REST_C)), FLOW_MIN), FLOW_MAX);
}

static void body_step(struct plant_half *half, const struct plant_parts *parts, double to_skin_w_m2, double step_s)
{
    double *fat = half->fat_c;
    double *muscle = half->muscle_c;
    const double skin_fat = in_series(2 * SKIN_W_M_K / SKIN_M, 2 * FAT_W_M_K / FAT_M);
    const double fat_muscle = in_series(2 * FAT_W_M_K / FAT_M, 2 * MUSCLE_W_M_K / MUSCLE_M);
    double blood = parts->blood * SKIN_BLOOD_W_M2_K * blood_flow(half->skin_c);
    double down[4] = {
        skin_fat * (half->skin_c - fat[0]),
        FAT_W_M_K / FAT_M * (fat[0] - fat[1]),
        fat_muscle * (fat[1] - muscle[0]),
        MUSCLE_W_M_K / MUSCLE_M * (muscle[0] - muscle[1]),
    };
    half->skin_c += step_s / SKIN_J_M2_K * (to_skin_w_m2 - down[0] + blood * (ARTERIAL_C - half->skin_c));
    fat[0] += step_s / FAT_J_M2_K * (down[0] - down[1] + FAT_BLOOD_W_M2_K * (CORE_C - fat[0]));
    fat[1] += step_s / FAT_J_M2_K * (down[1] - down[2] + FAT_BLOOD_W_M2_K * (CORE_C - fat[1]));
    muscle[0] += step_s / MUSCLE_J_M2_K * (down[2] - down[3] + MUSC_BLOOD_W_M2_K * (CORE_C - muscle[0]));
    muscle[1] +=
        step_s / MUSCLE_J_M2_K * (down[3] + (2 * MUSCLE_W_M_K / MUSCLE_M + MUSC_BLOOD_W_M2_K) * (CORE_C - muscle[1]));
}

static void half_step(struct plant *plant, size_t index, double power_w_m2, const struct plant_around *around,
                      double step_s)
{
    const struct plant_spec *spec = plant->spec;
    struct plant_half *half = &plant->halves[index];
    double contact = around->contact[index];
    double bare = contact < 1.0 ? 1.0 - contact : 0.0;
    double touch_w_m2_k =
        contact > 0.0 ? in_series(contact * plant->parts.contact * CONTACT_W_M2_K, 2 * SKIN_W_M_K / SKIN_M) : 0.0;
    double to_body = touch_w_m2_k * (half->face_c - half->skin_c);
    double inside = spec->inside_w_m2_k * (half->back_c - half->face_c);
    double from_back = around->cover * spec->outside_w_m2_k * (half->back_c - around->air_c);
    double from_face = around->cover * bare * AIR_W_M2_K * (half->face_c - around->air_c);
    double sensor_at_c = spec->sensor_face * half->face_c + spec->sensor_air * around->air_c +
                         (1.0 - spec->sensor_face - spec->sensor_air) * half->back_c;
    half->back_c += step_s / spec->back_j_m2_k * (power_w_m2 - inside - from_back);
    half->face_c += step_s / spec->face_j_m2_k * (inside - to_body - from_face);
    half->sensor_c += step_s / (spec->sensor_s + step_s) * (sensor_at_c - half->sensor_c);
    half->to_body_w_m2 = to_body;
    half->surface_c = half->skin_c + to_body / (2 * SKIN_W_M_K / SKIN_M);
    body_step(half, &plant->parts, to_body + bare * CLOTHED_W_M2_K * (around->room_c - half->skin_c), step_s);
}

static double mean_back_c(const struct plant *plant)
{
    return (plant->halves[0].back_c + plant->halves[1].back_c) / 2;
}

/* What the loop takes out of the whole pad. */
static double water_step(struct plant *plant, double cool, const struct plant_around *around, double step_s)
{
    double taken = plant->parts.cooler * LOOP_W_K * fmax(cool, STILL_LOOP) * (mean_back_c(plant) - plant->source_c);
    if (plant->source_c > TANK_C + TANK_BAND_K) {
        plant->chilling = true;
    } else if (plant->source_c < TANK_C) {
        plant->chilling = false;
    }
    double chilled = plant->chilling ? plant->parts.cooler * CHILLER_W : 0.0;
    plant->source_c += step_s / TANK_J_K * (taken - chilled + TANK_W_K * (around->room_c - plant->source_c));
    return taken;
}

static double peltier_step(struct plant *plant, const struct plant_drive *drive, const struct plant_around *around,
                           double step_s)
{
    double across_k = plant->hot_c - plant->source_c;
    double ampere = drive->cool * fmax(MODULE_V - SEEBECK_V_K * across_k, 0.0) / MODULE_OHM * plant->parts.cooler;
    double joule = ampere * ampere * MODULE_OHM / 2;
    double pumped = SEEBECK_V_K * ampere * (plant->source_c + 273.15) - joule - MODULE_W_K * across_k;
    double electric = SEEBECK_V_K * ampere * across_k + 2 * joule;
    double taken = PELTIER_LOOP_W_K * fmax(drive->cool, STILL_LOOP) * (mean_back_c(plant) - plant->source_c);
    double sunk = (drive->fan ? SINK_FAN_W_K : SINK_W_K) * (plant->hot_c - around->room_c);
    plant->source_c += step_s / PLATE_J_K * (taken - pumped);
    plant->hot_c += step_s / SINK_J_K * (pumped + electric - sunk);
    plant->hot_sensor_c += step_s / (HOT_SENSOR_S + step_s) * (plant->hot_c - plant->hot_sensor_c);
    return taken;
}

void plant_step(struct plant *plant, const struct plant_drive *drive, const struct plant_around *around, double step_s)
{
    double taken_w = 0.0;
    if (plant->spec->cooler == COOLER_WATER) {
        taken_w = water_step(plant, drive->cool, around, step_s);
    } else if (plant->spec->cooler == COOLER_PELTIER) {
        taken_w = peltier_step(plant, drive, around, step_s);
    }
    plant->heater_w_m2 = drive->heat * plant->parts.heater * plant->spec->heater_w_m2;
    double across_w = ACROSS_W_K * (plant->halves[0].back_c - plant->halves[1].back_c);
    double half_m2 = plant->spec->area_m2 / PLANT_HALVES;
    for (size_t i = 0; i < PLANT_HALVES; i++) {
        /* The loop passes both halves: the warmer one gives more. */
        double own_k = plant->halves[i].back_c - plant->source_c;
        double all_k = plant->halves[0].back_c + plant->halves[1].back_c - 2 * plant->source_c;
        double share = all_k > 0.5 ? fmin(fmax(own_k / all_k, 0.0), 1.0) : 0.5;
        double power_w_m2 = plant->heater_w_m2 - taken_w * share / half_m2 + (i == 0 ? -across_w : across_w) / half_m2;
        half_step(plant, i, power_w_m2, around, step_s);
    }
}

void plant_init(struct plant *plant, enum plant_kind kind, const struct plant_parts *parts, double room_c)
{
    struct plant_half half = {
        .back_c = room_c,
        .face_c = room_c,
        .sensor_c = room_c,
        .skin_c = 33.5,
        .surface_c = 33.5,
    };
    half.fat_c[0] = 34.5;
    half.fat_c[1] = 35.6;
    half.muscle_c[0] = 36.4;
    half.muscle_c[1] = 36.8;
    *plant = (struct plant){
        .spec = plant_spec(kind),
        .parts = *parts,
        .source_c = plant_spec(kind)->cooler == COOLER_WATER ? TANK_START_C : room_c,
        .hot_c = room_c,
        .hot_sensor_c = room_c,
    };
    plant->halves[0] = half;
    plant->halves[1] = half;
}

double plant_skin_max_c(const struct plant *plant)
{
    return fmax(plant->halves[0].surface_c, plant->halves[1].surface_c);
}
