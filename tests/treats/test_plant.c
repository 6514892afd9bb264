/* The plants against figures that are known of real pads: does the model behave as one does? */
#include "plant.h"

#include "suite.h"

#include <math.h>

static const struct plant_parts as_drawn = {1.0, 1.0, 1.0, 1.0};

static struct plant_around at_room(double room_c, double contact)
{
    return (struct plant_around){
        .room_c = room_c, .air_c = room_c, .contact = {contact, contact},
                .cover = 1.0
    };
}

static void run(struct plant *plant, struct plant_drive drive, const struct plant_around *around, double for_s)
{
    for (double s = 0; s < for_s; s += 0.2) {
        plant_step(plant, &drive, around, 0.2);
    }
}

/* Full power below the target and none above it, as good as a thermostat for a mean power. Mean W/m2 of the heater. */
static double hold_c(struct plant *plant, double target_c, const struct plant_around *around, double for_s)
{
    double sum = 0.0;
    for (double s = 0; s < for_s; s += 0.2) {
        struct plant_drive drive = {.heat = plant->halves[0].face_c < target_c ? 1.0 : 0.0};
        plant_step(plant, &drive, around, 0.2);
        sum += 0.2 * plant->heater_w_m2;
    }
    return sum / for_s;
}

static void a_pad_laid_on_a_back_warms_by_2_to_10_degrees_in_a_minute(void)
{
    struct plant_around worn = at_room(21.0, 1.0);
    for (int kind = 0; kind < PLANT_COUNT; kind++) {
        struct plant plant;
        plant_init(&plant, (enum plant_kind)kind, &as_drawn, 21.0);
        run(&plant, (struct plant_drive){0}, &worn, 60.0);
        double rise_k = plant.halves[0].face_c - 21.0;
        printf("  %s: %.1f K\n", plant.spec->name, rise_k);
        CU_ASSERT_TRUE(rise_k >= 2.0 && rise_k <= 10.0);
    }
}

static void a_pad_of_30_by_40_cm_needs_about_300_watt_per_square_metre(void)
{
    struct plant_around worn = at_room(21.0, 1.0);
    for (int kind = PLANT_LIGHT; kind <= PLANT_HEAVY; kind++) {
        struct plant plant;
        plant_init(&plant, (enum plant_kind)kind, &as_drawn, 21.0);
        CU_ASSERT_DOUBLE_EQUAL(plant.spec->area_m2, 0.12, 1e-9);
        plant.parts.heater = 2.0; /* that it is not the heater that decides */
        hold_c(&plant, 40.0, &worn, 300.0);
        double mean_w_m2 = hold_c(&plant, 40.0, &worn, 1200.0);
        printf("  %s: %.0f W/m2, skin %.1f\n", plant.spec->name, mean_w_m2, plant_skin_max_c(&plant));
        CU_ASSERT_TRUE(mean_w_m2 >= 220.0 && mean_w_m2 <= 380.0);
    }
}

static void a_peltiers_hot_side_sits_at_44_to_48_degrees(void)
{
    struct plant plant;
    struct plant_around worn = at_room(22.0, 1.0);
    plant_init(&plant, PLANT_PELTIER, &as_drawn, 22.0);
    run(&plant, (struct plant_drive){.cool = 1.0, .fan = true}, &worn, 600.0);
    printf("  hot side %.1f, plate %.1f, face %.1f\n", plant.hot_c, plant.source_c, plant.halves[0].face_c);
    CU_ASSERT_TRUE(plant.hot_c >= 44.0 && plant.hot_c <= 48.0);
    for (double s = 0; s < 900.0; s += 0.2) {
        bool on = plant.halves[0].face_c > 10.0;
        plant_step(&plant, &(struct plant_drive){.cool = on, .fan = true}, &worn, 0.2);
    }
    printf("  holding 10: hot side %.1f, face %.1f, skin %.1f\n", plant.hot_c, plant.halves[0].face_c,
           plant.halves[0].surface_c);
}

static void coolers_hold_10_degrees_on_a_body(void)
{
    static const enum plant_kind kinds[] = {PLANT_WRAP, PLANT_PELTIER};
    struct plant_around worn = at_room(22.0, 1.0);
    for (size_t i = 0; i < 2; i++) {
        struct plant plant;
        plant_init(&plant, kinds[i], &as_drawn, 22.0);
        run(&plant, (struct plant_drive){.cool = 1.0, .fan = true}, &worn, 1200.0);
        printf("  %s: face %.1f, skin %.1f, %.0f W/m2\n", plant.spec->name, plant.halves[0].face_c,
               plant.halves[0].surface_c, -plant.halves[0].to_body_w_m2);
        CU_ASSERT_TRUE(plant.halves[0].face_c < 11.5);
        CU_ASSERT_TRUE(plant.halves[0].surface_c > plant.halves[0].face_c);
    }
}

static void the_skin_under_clothes_stays_near_33_degrees(void)
{
    struct plant plant;
    struct plant_around off = at_room(22.0, 0.0);
    plant_init(&plant, PLANT_LIGHT, &as_drawn, 22.0);
    run(&plant, (struct plant_drive){0}, &off, 7200.0);
    printf("  skin %.1f\n", plant.halves[0].skin_c);
    CU_ASSERT_TRUE(plant.halves[0].skin_c > 32.0 && plant.halves[0].skin_c < 35.0);
    CU_ASSERT_DOUBLE_EQUAL(plant.halves[0].face_c, 22.0, 0.01);
}

static void the_skin_is_colder_than_a_pad_of_40_degrees(void)
{
    struct plant plant;
    struct plant_around worn = at_room(21.0, 1.0);
    plant_init(&plant, PLANT_LIGHT, &as_drawn, 21.0);
    hold_c(&plant, 40.0, &worn, 1800.0);
    CU_ASSERT_TRUE(plant_skin_max_c(&plant) > 38.0 && plant_skin_max_c(&plant) < 40.0);
}

static void a_half_that_is_lifted_goes_its_own_way(void)
{
    struct plant plant;
    struct plant_around worn = at_room(21.0, 1.0);
    plant_init(&plant, PLANT_LIGHT, &as_drawn, 21.0);
    run(&plant, (struct plant_drive){0}, &worn, 1200.0);
    worn.contact[1] = 0.0;
    run(&plant, (struct plant_drive){0}, &worn, 300.0);
    CU_ASSERT_TRUE(plant.halves[0].face_c > plant.halves[1].face_c + 3.0);
}

static const struct suite_test tests[] = {
    {"a pad of 21 degrees laid on a back warms by 2 to 10 degrees in a minute",
     a_pad_laid_on_a_back_warms_by_2_to_10_degrees_in_a_minute                                                              },
    {"a pad of 30 by 40 cm needs about 300 W/m2 for 40 degrees on a body",
     a_pad_of_30_by_40_cm_needs_about_300_watt_per_square_metre                                                             },
    {"a Peltier's hot side sits at 44 to 48 degrees",                           a_peltiers_hot_side_sits_at_44_to_48_degrees},
    {"wrap and Peltier can hold 10 degrees on a body",                          coolers_hold_10_degrees_on_a_body           },
    {"the skin under clothes stays near 33 degrees",                            the_skin_under_clothes_stays_near_33_degrees},
    {"the skin is colder than a pad of 40 degrees",                             the_skin_is_colder_than_a_pad_of_40_degrees },
    {"a half that is lifted goes its own way",                                  a_half_that_is_lifted_goes_its_own_way      },
};

int main(void)
{
    return suite_run("plant", tests, sizeof tests / sizeof tests[0]);
}
