/* The physics of the simulated pad: a gel pad of 10 x 20 cm on a person's back, with a heating foil and a Peltier
 * cooler.
 *
 *      heater --> [ pad ] --contact--> [ skin ] --blood--> core of the body, 37 degrees
 *                  |   |                  |
 *      Peltier <---+   +--> room <--------+ (when the pad is off)
 *         |
 *         +--> [ hot side ] --heat sink, fan--> room
 *
 * Internal to the pad room; pure. Temperatures in degrees Celsius, powers in watts. */
#ifndef SOOTHE_PAD_SIMPAD_MODEL_H
#define SOOTHE_PAD_SIMPAD_MODEL_H

#include <stdbool.h>

#define SIMPAD_ROOM_C 22.0

struct simpad_model {
    double pad_c;
    double skin_c;
    double hot_c; /* hot side of the Peltier */
};

struct simpad_input {
    double heat;    /* share of the heater's full power, 0 to 1 */
    double cool;    /* share of the Peltier's, 0 to 1 */
    bool wrong_way; /* the Peltier is reversed, and where the heater should be is a cooler too */
    bool fan;
    bool worn; /* the pad lies on the body */
};

/* Pad and hot side at room temperature; bare skin as it is in such a room. */
void simpad_model_init(struct simpad_model *model);

/* Let `step_s` seconds pass, at most 10 (the fastest mass, the hot side, needs a minute). */
void simpad_model_step(struct simpad_model *model, const struct simpad_input *input, double step_s);

#endif
