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

/* `trace_path`: file to append every change of what carries power to, as CSV `time_ms,line,level` (line: heat, cool,
 * fan, and lead; level 0 or 1; header row when the file is new), flushed per row; each injection is a row too (line
 * `inject:FAULT`); NULL: no trace. `lead` is the voltage on the lead to the pad, which is what may burn: the channel's
 * switch and the dead man's both conduct, welded ones too. The heartbeat and the LED change with every tick and are
 * left out. NULL on no memory or when the trace cannot be opened (errno says). Pad, hot side and sensors start at room
 * temperature (22 degrees C), bare skin at 34.
 *
 * Where there is a heartbeat line, voltage reaches the lead only while the dead man holds: from the first edge until
 * 1.5 s after the newest (hardware/deadman.cir: 1.0 s nominal, 1.5 s with every tolerance on the slow side). `sense`
 * reads the lead.
 *
 * A sensor follows with a lag of 5 s and by 3.5 degrees a second at most. The first of each role reads right; each
 * further one is 1.5 s slower and reads 0.4 degrees more, then less. The ADC has 16 bits.
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

/* Inject a fault by name; several may stand; "none" clears all. 0, or -EINVAL for an unknown name, and for
 * sensor_disagree where there is one pad sensor. Those of the sensor are of every sensor with the role `pad`.
 *
 *   sensor_open, sensor_short   the resistance is infinite, zero
 *   sensor_error                the ADC answers EREMOTEIO
 *   sensor_latch                the ADC answers EINVAL, as one whose driver has to be bound anew (a sensor_error)
 *   sensor_stale                the ADC has nothing new (EAGAIN): the last reading ages
 *   sensor_implausible          the divider's supply reads zero
 *   sensor_stuck                the ADC gives the same codes for ever, that of the supply too
 *   sensor_jump                 7 degrees at once, and it stays: down from above 25 degrees, else up
 *   sensor_disagree             the second pad sensor drifts 8 degrees away in 16 s, in that direction
 *   wrong_part                  a thermistor of 1/2.15 of the resistance: 22 degrees read as about 40, for the block
 *                               sensor_implausible
 *   too_hot, too_cold           the sensor is carried to 44.5, 3.5 degrees C, at 3.5 degrees a second: a trip alone
 *   too_hot_lockout, too_cold_lockout   the same to 46.0, 1.0 degrees C: the trip, and half a second on the lockout
 *   hot_side, hot_side_lockout  the hot side's sensor to 65, 75 degrees C, likewise
 *   heat_when_off, cool_when_off   full power and voltage on the lead, past both switches, while all lines obey; the
 *                               cooler's with its fan
 *   heat_stuck                  the heater's pin is high whatever is written, and reads so: power while the dead man
 *                               holds
 *   heat_welded, cool_welded    only the channel's own switch conducts: power while the dead man holds
 *   dead_man                    the dead man's switch conducts without the heartbeat
 *   no_response                 voltage on the lead, and neither heater nor Peltier gets any: broken behind it. A pad
 *                               put on at its power-on is warmed by the body: for heat put it on before, with on_body
 *   wrong_way                   the Peltier is reversed, and where the heater should be is a cooler too. On the body it
 *                               passes 38 after 47 s of cooling, 10 after 84 s of heating, from 22
 *   lost_band                   heater and Peltier have 20 % of their power: a band that was had is lost. A body keeps
 *                               a pad at 37 degrees, which is hardly lost: for heat with off_body
 *   weak_pad                    30 %: the band is never reached
 *   off_body, on_body           the pad lies beside the patient, powered or not; on the body, powered or not
 *   readback                    the line that is driven (heat or cool) reads inactive; with none driven, heat reads on
 *   both_on                     heat and cool read on, whatever is written; no power comes of it
 *   button, button_long         a press of 2.5 s, of 7 s; ends by itself
 *   supply_collapse             a power_cut as soon as the pad has power
 *   power_cut                   with --speed: the daemon is gone at once, and its next start is another boot
 *   late_tick, store_full, clock_untrusted   only kept here, for the daemon to ask with simpad_injected (which never
 *                               blocks)
 *
 * When they are cleared a shifted sensor comes back by 0.5 degrees a second, and a carried one follows its pad again.
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
