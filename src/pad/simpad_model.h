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
    double hot_c;        /* hot side of the Peltier */
    double pad_sensor_c; /* what the thermistor in the pad has followed to */
    double hot_sensor_c;
};

struct simpad_input {
    double heat; /* share of the heater's full power, 0 to 1 */
    double cool; /* share of the Peltier's, 0 to 1 */
    bool fan;
    bool worn;              /* the pad lies on the body */
    double pad_sensor_at_c; /* something else than the pad warms its sensor: this; NAN: nothing does */
    double hot_sensor_at_c;
};

/* Pad, hot side and sensors at room temperature; bare skin as it is in such a room. */
void simpad_model_init(struct simpad_model *model);

/* Let `step_s` seconds pass, at most 10 (the fastest mass, the hot side, needs a minute). */
void simpad_model_step(struct simpad_model *model, const struct simpad_input *input, double step_s);

#endif
