/* The parts of the simulated pad: simpad.c (clock, physics, faults), simpad_sensors.c (thermistors and ADC) and
 * simpad_lines.c (lines, dead man, trace). Internal to the pad room. Everything below is with the lock held. */
#ifndef SOOTHE_PAD_SIMPAD_INTERNAL_H
#define SOOTHE_PAD_SIMPAD_INTERNAL_H

#include "simpad_model.h"
#include "soothe/simpad.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define FAULTS(X)                                                                                                      \
    X(SIM_SENSOR_OPEN, "sensor_open")                                                                                  \
    X(SIM_SENSOR_SHORT, "sensor_short")                                                                                \
    X(SIM_SENSOR_ERROR, "sensor_error")                                                                                \
    X(SIM_SENSOR_LATCH, "sensor_latch")                                                                                \
    X(SIM_SENSOR_STALE, "sensor_stale")                                                                                \
    X(SIM_SENSOR_IMPLAUSIBLE, "sensor_implausible")                                                                    \
    X(SIM_SENSOR_STUCK, "sensor_stuck")                                                                                \
    X(SIM_SENSOR_JUMP, "sensor_jump")                                                                                  \
    X(SIM_SENSOR_DISAGREE, "sensor_disagree")                                                                          \
    X(SIM_WRONG_PART, "wrong_part")                                                                                    \
    X(SIM_TOO_HOT, "too_hot")                                                                                          \
    X(SIM_TOO_HOT_LOCKOUT, "too_hot_lockout")                                                                          \
    X(SIM_TOO_COLD, "too_cold")                                                                                        \
    X(SIM_TOO_COLD_LOCKOUT, "too_cold_lockout")                                                                        \
    X(SIM_HOT_SIDE, "hot_side")                                                                                        \
    X(SIM_HOT_SIDE_LOCKOUT, "hot_side_lockout")                                                                        \
    X(SIM_HEAT_WHEN_OFF, "heat_when_off")                                                                              \
    X(SIM_COOL_WHEN_OFF, "cool_when_off")                                                                              \
    X(SIM_HEAT_STUCK, "heat_stuck")                                                                                    \
    X(SIM_HEAT_WELDED, "heat_welded")                                                                                  \
    X(SIM_COOL_WELDED, "cool_welded")                                                                                  \
    X(SIM_DEAD_MAN, "dead_man")                                                                                        \
    X(SIM_NO_RESPONSE, "no_response")                                                                                  \
    X(SIM_WRONG_WAY, "wrong_way")                                                                                      \
    X(SIM_LOST_BAND, "lost_band")                                                                                      \
    X(SIM_WEAK_PAD, "weak_pad")                                                                                        \
    X(SIM_OFF_BODY, "off_body")                                                                                        \
    X(SIM_ON_BODY, "on_body")                                                                                          \
    X(SIM_READBACK, "readback")                                                                                        \
    X(SIM_BOTH_ON, "both_on")                                                                                          \
    X(SIM_BUTTON, "button")                                                                                            \
    X(SIM_BUTTON_LONG, "button_long")                                                                                  \
    X(SIM_SUPPLY_COLLAPSE, "supply_collapse")                                                                          \
    X(SIM_POWER_CUT, "power_cut")                                                                                      \
    X(SIM_LATE_TICK, "late_tick")                                                                                      \
    X(SIM_STORE_FULL, "store_full")                                                                                    \
    X(SIM_CLOCK_UNTRUSTED, "clock_untrusted")

#define FAULT_ENUM(id, name) id,

enum sim_fault { FAULTS(FAULT_ENUM) SIM_FAULT_COUNT };

struct simpad_sensor {
    struct config_sensor config;
    double lag_s;
    double offset_c;
    double at_c;    /* what the bead has followed to */
    double shift_c; /* by sensor_jump, sensor_disagree */
    double shift_to_c;
    bool ohm_known; /* inverting a curve is a long search, and at rest it is the same temperature for hours */
    int32_t ohm_mc;
    double ohm;
    bool frozen;
    struct adc_sample sample; /* the newest */
};

struct simpad {
    pthread_mutex_t lock; /* over everything below */
    struct config_line lines[LINE_COUNT];
    size_t sensor_count;
    struct simpad_sensor sensors[SENSORS_MAX];
    struct simpad_model model;
    bool clock_set;
    bool real_time;
    int64_t now_ms;
    int64_t worn_until_ms;
    int64_t pressed_until_ms;
    int64_t held_until_ms; /* the dead man lets go then, unless another edge of the heartbeat comes */
    struct lines_levels outputs;
    uint64_t random;
    FILE *trace;
    bool trace_goes_on; /* the trace is an earlier run's: whatever that left on is off now, and has to say so */
    bool lead_traced;
    _Atomic uint64_t faults; /* bit per sim_fault; read without the lock too */
};

bool simpad_has(const struct simpad *pad, enum sim_fault fault);

/* Take the lock, and with the real clock let the physics run to now. */
void simpad_lock(struct simpad *pad);
void simpad_unlock(struct simpad *pad);

void simpad_sensors_init(struct simpad *pad, const struct config *config);
/* The beads follow what is around them for `step_s` seconds. */
void simpad_sensors_step(struct simpad *pad, double step_s);
/* Where sensor_jump and sensor_disagree shift the sensors to, by the faults that stand now. */
void simpad_sensors_shift(struct simpad *pad);
/* How many have the role `pad`. */
size_t simpad_pad_sensors(const struct simpad *pad);

/* Whether voltage is on the heater's (LINE_HEAT) or the cooler's (LINE_COOL) part of the lead; on any. */
bool simpad_is_live(const struct simpad *pad, enum pad_line channel);
bool simpad_lead_is_live(const struct simpad *pad);
/* When the dead man will let go; INT64_MAX: it does not depend on time now. */
int64_t simpad_lets_go_ms(const struct simpad *pad);
FILE *simpad_trace_open(const char *path, bool *goes_on);
/* A row of an injection; of `lead` if that has changed. */
void simpad_trace_fault(struct simpad *pad, const char *fault, bool level);
void simpad_trace_lead(struct simpad *pad);

#endif
