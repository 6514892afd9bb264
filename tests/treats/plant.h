/* Five pads on a person's back, as physics. Nothing here knows of the code under test.
 *
 *                    around: air of its place, blanket, mattress
 *                      |
 *   heater, cooler --> back --inside--> face --contact--> skin --> fat --> muscle --> core
 *                                        |                 |       |        |
 *                                     sensor             blood   blood    blood
 *
 * A pad has two halves with a sensor each, because it may lie half on the body. All parameters and where they come from
 * are in plant.c. Temperatures in degrees Celsius, powers in watts, times in seconds. */
#ifndef SOOTHE_TREATS_PLANT_H
#define SOOTHE_TREATS_PLANT_H

#include <stdbool.h>
#include <stddef.h>

enum plant_kind {
    PLANT_LIGHT,      /* heating foil in cloth */
    PLANT_HEAVY,      /* heating foil behind gel */
    PLANT_WRAP,       /* water wrap with a chiller, and a foil */
    PLANT_PELTIER,    /* gel pad with a Peltier cooler, and a foil */
    PLANT_BAD_SENSOR, /* the same with its thermistors behind the back instead of at the face */
    PLANT_COUNT
};

#define PLANT_HALVES 2

enum plant_cooler { COOLER_NONE, COOLER_WATER, COOLER_PELTIER };

/* Areal figures are per square metre of pad. */
struct plant_spec {
    const char *name;  /* one word, for the command line */
    const char *words; /* for people */
    enum plant_cooler cooler;
    double area_m2;
    double heater_w_m2;
    double back_j_m2_k;
    double face_j_m2_k;
    double inside_w_m2_k;  /* from back to face */
    double outside_w_m2_k; /* from back to the air */
    double sensor_s;       /* its lag */
    double sensor_face;    /* share of the face in what warms it; the rest of 1 is the back and ... */
    double sensor_air;     /* ... the air behind */
};

/* Where the pad lies. */
struct plant_around {
    double room_c;
    double air_c;                 /* of the pad's place: the room, or a fridge */
    double contact[PLANT_HALVES]; /* with the skin: 0 none, 1 worn, up to 1.6 with the body's weight on it */
    double cover;                 /* what is left of the losses to the air: 1 free, less under a blanket or a body */
};

struct plant_drive {
    double heat; /* share of the time that the heater has power, 0 to 1 */
    double cool;
    bool fan;
};

/* How far this one is from the drawing: factors near 1. */
struct plant_parts {
    double heater;
    double cooler;
    double contact;
    double blood;
};

#define PLANT_FAT    2
#define PLANT_MUSCLE 2

struct plant_half {
    double back_c;
    double face_c;
    double sensor_c;
    double skin_c; /* middle of the skin */
    double fat_c[PLANT_FAT];
    double muscle_c[PLANT_MUSCLE];
    double surface_c; /* of the skin, towards the pad */
    double to_body_w_m2;
};

struct plant {
    const struct plant_spec *spec;
    struct plant_parts parts;
    struct plant_half halves[PLANT_HALVES];
    double source_c; /* water in the chiller's tank, or the Peltier's cold plate */
    double hot_c;    /* Peltier's hot side */
    double hot_sensor_c;
    bool chilling;      /* the chiller's own thermostat */
    double heater_w_m2; /* of the last step */
};

const struct plant_spec *plant_spec(enum plant_kind kind);

/* Everything at room temperature, the skin as it is under clothes. */
void plant_init(struct plant *plant, enum plant_kind kind, const struct plant_parts *parts, double room_c);

/* Let `step_s` pass, at most 1 s: the fastest mass needs 5. */
void plant_step(struct plant *plant, const struct plant_drive *drive, const struct plant_around *around, double step_s);

/* The hottest place of the skin. */
double plant_skin_max_c(const struct plant *plant);

#endif
