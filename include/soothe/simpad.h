/* The simulated pad: a fake, for want of a pad. Two thermal masses (pad and skin), a heater, a Peltier with a hot side,
 * ADC noise and quantisation; seeded, so that a run can be replayed. It is an ADC driver and a lines driver, and faults
 * are injected here (ohms, errno, line), never in core. Tests compare the daemon's history with its pin trace. */
#ifndef SOOTHE_SIMPAD_H
#define SOOTHE_SIMPAD_H

#include "soothe/adc.h"
#include "soothe/config.h"
#include "soothe/lines.h"

#include <stdint.h>

struct simpad;

/* `trace_path`: file to append every change of a line that carries power to, as CSV `time_ms,line,level` (line: heat,
 * cool, fan; level 0 or 1; header row when the file is new), flushed per row; NULL: no trace. The heartbeat and the LED
 * change with every tick and are left out. NULL on no memory or when the trace cannot be opened (errno says). Pad, hot
 * side and sensors start at room temperature (22 degrees C), bare skin at 34.
 *
 * The patient is modelled too: the pad lies on the body from the first power of a session until 10 minutes after the
 * last, so between sessions it goes back to room temperature. */
struct simpad *simpad_new(const struct config *config, uint64_t seed, const char *trace_path);

/* Let the physics run to `now_ms`, in steps of 100 ms while something is powered, of 1 s at rest, of 10 s over a gap of
 * more than an hour; of a gap of more than a day the last day counts. Never backwards; the first call only sets the
 * clock. Thread-safe, as are the drivers: sampler and guard may sit in threads. */
void simpad_advance(struct simpad *pad, int64_t now_ms);

/* The same at every driver call by itself, on CLOCK_BOOTTIME: for --simulate without --speed. */
void simpad_use_real_time(struct simpad *pad);

/* The drivers: an ADC of 16 bits at 4.096 V with +/- 2 LSB of noise on a 3.3 V rail, and lines that do as they are
 * told. They refer to `pad`, which has to outlive them. Their close does not free the pad. */
struct adc_driver simpad_adc(struct simpad *pad);
struct lines_driver simpad_lines(struct simpad *pad);

/* Inject a fault by name; several may stand; "none" clears all. 0, or -EINVAL for an unknown name. Those of the sensor
 * are of every sensor with the role `pad`.
 *
 *   sensor_open, sensor_short   the resistance is infinite, zero
 *   sensor_error                the ADC answers EREMOTEIO
 *   sensor_stale                the ADC has nothing new (EAGAIN): the last reading ages
 *   sensor_stuck                the ADC gives the same code for ever
 *   too_hot, too_cold           the sensor is carried to 44.5, 3.5 degrees C with its lag of 5 s: a trip, no lockout
 *   hot_side                    the hot side's sensor to 65 degrees C, likewise
 *   readback                    the line that is driven (heat or cool) reads inactive; with none driven, heat reads on
 *   heat_when_off               the heater's switch is welded: full power, voltage on the lead, while the line obeys
 *   weak_pad                    heater and Peltier have 30 % of their power: the band is never reached
 *   off_body                    the pad lies beside the patient
 *   button, button_long         a press of 2.5 s, of 7 s; ends by itself
 *   store_full, clock_untrusted only kept here, for the daemon to ask with simpad_injected (never blocks)
 *
 * simpad_fault_names: all names, "none" last, with a space between; static. */
int simpad_inject(struct simpad *pad, const char *fault);
const char *simpad_fault_names(void);
bool simpad_injected(const struct simpad *pad, const char *fault);

/* True temperatures in milli-degrees Celsius, for tests and the demo. */
struct simpad_truth {
    int32_t pad_mc, skin_mc, hot_side_mc;
};
void simpad_truth(struct simpad *pad, struct simpad_truth *truth);

void simpad_free(struct simpad *pad);

#endif
