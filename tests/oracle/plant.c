#include "plant.h"

#define SKIN_J_K    500.0
#define BODY_C      36.5
#define HOT_J_K     250.0
#define STILL_W_K   1.0 /* hot side without its fan */
#define PELTIER_MAX 65.0
#define PELTIER_W   60.0 /* that it takes itself */
#define STEP_S      1.0

void plant_begin(struct plant *plant, const struct script *script)
{
    double room_c = script->pad.room_c;
    *plant = (struct plant){.pad_c = room_c, .skin_c = 34.0, .hot_c = room_c};
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        plant->sensor_c[i] = room_c;
    }
}

static double towards(double from, double to, double share)
{
    return from + (to - from) * (share < 1.0 ? share : 1.0);
}

static void step(struct plant *p, const struct pad_traits *t, const struct plant_push *push, double s)
{
    double carried_w = t->cool_w * push->cool * (1.0 - (p->hot_c - p->pad_c) / PELTIER_MAX);
    double skin_w = push->on_body ? t->skin_w_k * (p->skin_c - p->pad_c) : 0.0;
    double room_w = t->room_w_k * (push->blanket ? 0.1 : 1.0) * (t->room_c - p->pad_c);
    double cooled_w = push->reversed ? -t->cool_w * push->cool : carried_w > 0.0 ? carried_w : 0.0;
    double out_w = (push->fan ? t->sink_w_k : STILL_W_K) * (p->hot_c - t->room_c);
    p->pad_c += s / t->pad_j_k * (t->heat_w * push->heat + push->sun_w + skin_w + room_w - cooled_w);
    p->skin_c += s / SKIN_J_K * (t->body_w_k * (BODY_C - p->skin_c) - skin_w);
    p->hot_c += s / HOT_J_K * (cooled_w + PELTIER_W * push->cool - out_w);
    if (push->in_freezer) {
        p->pad_c = towards(p->pad_c, push->freezer_c, s / 120.0);
    }
    p->pad_c = p->pad_c < -15.0 ? -15.0 : p->pad_c > 80.0 ? 80.0 : p->pad_c;
    p->hot_c = p->hot_c > 84.0 ? 84.0 : p->hot_c;
}

static void feel(struct plant *p, const struct script *script, const struct plant_push *push, double s)
{
    for (size_t i = 0; i < script->config.limits.sensor_count; i++) {
        enum sensor_role role = script->config.limits.sensors[i].role;
        double true_c = role == SENSOR_HOT_SIDE          ? p->hot_c
                        : role == SENSOR_ROOM            ? script->pad.room_c
                        : ((push->aside >> i) & 1U) != 0 ? script->pad.room_c
                                                         : p->pad_c + script->pad.offset_c[i];
        p->sensor_c[i] = towards(p->sensor_c[i], true_c, s / script->pad.lag_s);
    }
}

void plant_run(struct plant *plant, const struct script *script, const struct plant_push *push, int64_t ms)
{
    double left_s = (double)ms / 1000.0;
    if (left_s > 6.0 * 3600.0) { /* off for long: everything is at its rest long before */
        left_s = 6.0 * 3600.0;
    }
    while (left_s > 0.0) {
        double s = left_s < STEP_S ? left_s : STEP_S;
        step(plant, &script->pad, push, s);
        feel(plant, script, push, s);
        left_s -= STEP_S;
    }
}
