/* The simulated pad: a fake, for want of a pad. Two thermal masses (pad and skin), a heater, a Peltier with a hot side,
 * ADC noise and quantisation; seeded, so that a run can be replayed. It is an ADC driver and a lines driver, and faults
 * are injected here (ohms, errno, line), never in core. Its pin trace is what tests compare the daemon's history with. */
#ifndef SOOTHE_SIMPAD_H
#define SOOTHE_SIMPAD_H

#include "soothe/adc.h"
#include "soothe/config.h"
#include "soothe/lines.h"

#include <stdint.h>

struct simpad;

/* `trace_path`: file to append every change of an output line to, as CSV `time_ms,line,level` (line: heat, cool, ...;
 * header row when the file is new), flushed per row; NULL: no trace. NULL on no memory or when the trace cannot be opened
 * (errno says). Every part of the model starts at room temperature. */
struct simpad *simpad_new(const struct config *config, uint64_t seed, const char *trace_path);

/* Let the physics run to `now_ms` (steps of at most 100 ms inside; a longer gap than an hour is settled in coarse steps;
 * never backwards). Thread-safe, as are the drivers: sampler and guard may sit in threads. */
void simpad_advance(struct simpad *pad, int64_t now_ms);

/* The same at every driver call by itself, on CLOCK_BOOTTIME: for --simulate without --speed. */
void simpad_use_real_time(struct simpad *pad);

/* The drivers; they refer to `pad`, which has to outlive them. Their close does not free the pad. */
struct adc_driver simpad_adc(struct simpad *pad);
struct lines_driver simpad_lines(struct simpad *pad);

/* Inject a fault by name; "none" clears all. 0, or -EINVAL for an unknown name. Names (space-separated list for messages
 * by simpad_fault_names): sensor_open sensor_short sensor_error sensor_stale sensor_stuck too_hot too_cold hot_side
 * readback heat_when_off weak_pad off_body button button_long store_full clock_untrusted. The last two are only
 * remembered here for the daemon to ask with simpad_injected. */
int simpad_inject(struct simpad *pad, const char *fault);
const char *simpad_fault_names(void);
bool simpad_injected(const struct simpad *pad, const char *fault);

/* True temperatures in milli-degrees, for tests and the demo. */
struct simpad_truth { int32_t pad_mc, skin_mc, hot_side_mc; };
void simpad_truth(struct simpad *pad, struct simpad_truth *truth);

void simpad_free(struct simpad *pad);

#endif
