/* A pad, the skin under it and the hot side of its Peltier: three heat capacities, as plain as can be. */
#ifndef SOOTHE_TESTS_ORACLE_PLANT_H
#define SOOTHE_TESTS_ORACLE_PLANT_H

#include "script.h"

struct plant {
    double pad_c;
    double skin_c;
    double hot_c;
    double sensor_c[SENSORS_MAX]; /* with its lag, before the ADC */
};

/* What acts on it for a while. Powers are shares of what heater and Peltier can, 0 to 1. */
struct plant_push {
    double heat;
    double cool; /* the Peltier; warms the pad when `reversed` */
    bool reversed;
    bool on_body;
    bool blanket;
    bool fan;
    double sun_w;
    bool in_freezer;
    double freezer_c;
    unsigned aside; /* sensors that lie beside the pad, a bit each */
};

void plant_begin(struct plant *plant, const struct script *script);
void plant_run(struct plant *plant, const struct script *script, const struct plant_push *push, int64_t ms);

#endif
