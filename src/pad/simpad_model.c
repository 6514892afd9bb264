#include "simpad_model.h"

#include <math.h>

/* What the model is made of. Everything that scales with the face of the pad is given for its AREA_M2. */
#define AREA_M2 0.02 /* a pad of 10 x 20 cm */

/* Heat capacities in J/K. */
#define PAD_J_PER_K  (AREA_M2 * 0.0022 * 3.6e6) /* 2.2 mm of gel, mostly water: 3.6 MJ/(m3 K) */
#define SKIN_J_PER_K (AREA_M2 * 0.0020 * 3.7e6) /* 2 mm of skin, what follows the pad within minutes: 3.7 MJ/(m3 K) */
#define HOT_J_PER_K  200.0                      /* 220 g of aluminium at 0.9 J/(g K) */

/* Conductances in W/K. */
#define CONTACT_W_PER_K (AREA_M2 * 50.0) /* a cloth of 1 mm between pad and skin: the warnings ask for one */
#define BACK_W_PER_K    (AREA_M2 * 4.0)  /* back of the pad through 1 cm of foam, then still air */
#define FACE_W_PER_K    (AREA_M2 * 8.0)  /* bare face or skin to still air: convection and radiation */
#define SINK_W_PER_K    0.45             /* hot side that only has free convection: 2.2 K/W */
#define FAN_W_PER_K     2.0              /* the same sink in the fan's stream: 0.5 K/W */

/* Skin to core, W/(m2 K): vessels are narrow in cold skin and wide in warm skin; a straight line between the two. */
#define CORE_C            37.0
#define BLOOD_COLD_C      15.0
#define BLOOD_COLD_W_M2_K 12.0
#define BLOOD_WARM_C      39.0
#define BLOOD_WARM_W_M2_K 50.0

/* 6.6 W: the 300 W/m2 that carry a pad on a body to 40 degrees in 8 minutes, and a tenth more; 160 then keep it there.
 */
#define HEATER_W (AREA_M2 * 330.0)

/* One 40 mm module of the 12706 kind at half of its largest current. */
#define PELTIER_PUMP_W     26.0 /* with both sides equally warm */
#define PELTIER_SPAN_K     66.0 /* at this difference it pumps nothing any more */
#define PELTIER_ELECTRIC_W 36.0 /* 12 V at 3 A */

#define CROSSED_W 40.0 /* wrong_way: a cooler at its full current in the heater's place */

void simpad_model_init(struct simpad_model *model)
{
    *model = (struct simpad_model){.pad_c = SIMPAD_ROOM_C, .skin_c = 34.0, .hot_c = SIMPAD_ROOM_C};
}

static double blood_w_per_k(double skin_c)
{
    double share = (skin_c - BLOOD_COLD_C) / (BLOOD_WARM_C - BLOOD_COLD_C);
    share = fmin(fmax(share, 0.0), 1.0);
    return AREA_M2 * (BLOOD_COLD_W_M2_K + share * (BLOOD_WARM_W_M2_K - BLOOD_COLD_W_M2_K));
}

/* Heat that the Peltier carries; negative when the side that it goes to is too hot. Switched off it carries none: the
 * coolant between plate and pad stands still. */
static double carried_w(double from_c, double to_c, double cool)
{
    return cool * PELTIER_PUMP_W * (1.0 - (to_c - from_c) / PELTIER_SPAN_K);
}

/* What heater and Peltier bring to the pad and to the hot side. */
static void powers(const struct simpad_model *model, const struct simpad_input *input, double *pad_w, double *hot_w)
{
    double electric_w = PELTIER_ELECTRIC_W * input->cool;
    if (input->wrong_way) {
        double pump_w = carried_w(model->hot_c, model->pad_c, input->cool);
        *pad_w = pump_w + electric_w - CROSSED_W * input->heat;
        *hot_w = -pump_w;
    } else {
        double pump_w = carried_w(model->pad_c, model->hot_c, input->cool);
        *pad_w = HEATER_W * input->heat - pump_w;
        *hot_w = pump_w + electric_w;
    }
}

void simpad_model_step(struct simpad_model *model, const struct simpad_input *input, double step_s)
{
    double pad_w = 0;
    double hot_w = 0;
    powers(model, input, &pad_w, &hot_w);
    double to_skin_w = input->worn ? CONTACT_W_PER_K * (model->pad_c - model->skin_c) : 0.0;
    double bare_w_per_k = input->worn ? 0.0 : FACE_W_PER_K;
    pad_w -= to_skin_w + (BACK_W_PER_K + bare_w_per_k) * (model->pad_c - SIMPAD_ROOM_C);
    double skin_w = to_skin_w + blood_w_per_k(model->skin_c) * (CORE_C - model->skin_c) -
                    bare_w_per_k * (model->skin_c - SIMPAD_ROOM_C);
    hot_w -= (input->fan ? FAN_W_PER_K : SINK_W_PER_K) * (model->hot_c - SIMPAD_ROOM_C);
    model->pad_c += pad_w * step_s / PAD_J_PER_K;
    model->skin_c += skin_w * step_s / SKIN_J_PER_K;
    model->hot_c += hot_w * step_s / HOT_J_PER_K;
}
