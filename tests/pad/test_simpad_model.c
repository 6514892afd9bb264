#include "simpad_model.h"

#include "suite.h"

#include <stdbool.h>
#include <stdio.h>

#define STEP_S      0.1
#define HEATER_W_M2 330.0 /* the model's heater at full power */

/* Until the pad has passed `at_c`; -1: not within `most_s`. */
static double seconds_until(struct simpad_model *model, const struct simpad_input *input, double at_c, double most_s)
{
    bool rises = model->pad_c < at_c;
    for (double s = 0; s < most_s; s += STEP_S) {
        simpad_model_step(model, input, STEP_S);
        if (rises ? model->pad_c >= at_c : model->pad_c <= at_c) {
            return s;
        }
    }
    return -1;
}

static void three_hundred_watts_a_square_metre_carry_a_pad_on_a_body_to_40_degrees(void)
{
    struct simpad_model model;
    simpad_model_init(&model);
    double s = seconds_until(&model, &(struct simpad_input){.heat = 300.0 / HEATER_W_M2, .worn = true}, 40.0, 1800);
    printf("\n    after %.0f s ", s);
    CU_ASSERT(s > 240 && s < 600);
    simpad_model_init(&model);
    CU_ASSERT(seconds_until(&model, &(struct simpad_input){.heat = 140.0 / HEATER_W_M2, .worn = true}, 40.0, 7200) < 0);
}

static void a_cool_pad_laid_on_a_back_warms_two_to_ten_degrees_in_a_minute(void)
{
    struct simpad_model model;
    simpad_model_init(&model);
    model.pad_c = 21.0;
    CU_ASSERT(seconds_until(&model, &(struct simpad_input){.worn = true}, 31.0, 60) < 0);
    simpad_model_init(&model);
    model.pad_c = 21.0;
    CU_ASSERT(seconds_until(&model, &(struct simpad_input){.worn = true}, 23.0, 60) > 0);
}

static void the_hot_side_sits_at_44_to_48_degrees_once_the_pad_is_cold(void)
{
    struct simpad_model model;
    simpad_model_init(&model);
    CU_ASSERT(seconds_until(&model, &(struct simpad_input){.cool = 1.0, .fan = true, .worn = true}, 10.0, 1800) > 0);
    CU_ASSERT(model.hot_c > 44.0 && model.hot_c < 48.0);
}

static void no_heat_comes_from_nothing(void)
{
    const bool both[] = {false, true};
    for (int i = 0; i < 8; i++) {
        struct simpad_model model;
        simpad_model_init(&model);
        struct simpad_input input = {.wrong_way = both[i & 1], .fan = both[i >> 1 & 1], .worn = both[i >> 2]};
        for (int step = 0; step < 8640; step++) {
            simpad_model_step(&model, &input, 10.0);
        }
        CU_ASSERT(model.hot_c > 21.9 && model.hot_c < 22.1);
        CU_ASSERT(model.pad_c > 21.9 && model.pad_c < 37.0);
    }
}

static const struct suite_test tests[] = {
    {"300 W/m2 carry a pad on a body to 40 degrees",
     three_hundred_watts_a_square_metre_carry_a_pad_on_a_body_to_40_degrees                      },
    {"a cool pad laid on a back warms two to ten degrees in a minute",
     a_cool_pad_laid_on_a_back_warms_two_to_ten_degrees_in_a_minute                              },
    {"the hot side sits at 44 to 48 degrees once the pad is cold",
     the_hot_side_sits_at_44_to_48_degrees_once_the_pad_is_cold                                  },
    {"no heat comes from nothing",                                     no_heat_comes_from_nothing},
};

int main(void)
{
    return suite_run("simpad_model", tests, sizeof tests / sizeof tests[0]);
}
