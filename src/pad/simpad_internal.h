/* What simpad.c (physics, clock, faults) and simpad_drivers.c (ADC and lines) share. Internal to the pad room. */
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
    X(SIM_SENSOR_STALE, "sensor_stale")                                                                                \
    X(SIM_SENSOR_STUCK, "sensor_stuck")                                                                                \
    X(SIM_TOO_HOT, "too_hot")                                                                                          \
    X(SIM_TOO_COLD, "too_cold")                                                                                        \
    X(SIM_HOT_SIDE, "hot_side")                                                                                        \
    X(SIM_READBACK, "readback")                                                                                        \
    X(SIM_HEAT_WHEN_OFF, "heat_when_off")                                                                              \
    X(SIM_WEAK_PAD, "weak_pad")                                                                                        \
    X(SIM_OFF_BODY, "off_body")                                                                                        \
    X(SIM_BUTTON, "button")                                                                                            \
    X(SIM_BUTTON_LONG, "button_long")                                                                                  \
    X(SIM_STORE_FULL, "store_full")                                                                                    \
    X(SIM_CLOCK_UNTRUSTED, "clock_untrusted")

#define FAULT_ENUM(id, name) id,

enum sim_fault { FAULTS(FAULT_ENUM) SIM_FAULT_COUNT };

/* The resistance of a sensor at the temperature that it was last asked for. */
struct simpad_memo {
    bool known;
    int32_t mc;
    double ohm;
};

struct simpad {
    pthread_mutex_t lock; /* over everything below */
    struct config_line lines[LINE_COUNT];
    size_t sensor_count;
    struct config_sensor sensors[SENSORS_MAX];
    struct simpad_model model;
    bool clock_set;
    bool real_time;
    int64_t now_ms;
    int64_t worn_until_ms;
    int64_t pressed_until_ms;
    struct lines_levels outputs;
    struct simpad_memo memos[SENSORS_MAX];
    bool frozen[SENSORS_MAX];
    struct adc_sample frozen_samples[SENSORS_MAX];
    uint64_t random;
    FILE *trace;
    bool trace_goes_on;      /* the trace is an earlier run's: whatever that left on is off now, and has to say so */
    _Atomic uint32_t faults; /* bit per sim_fault; read without the lock too */
};

bool simpad_has(const struct simpad *pad, enum sim_fault fault);

/* A powered output, or the welded switch. With the lock held. */
bool simpad_is_powered(const struct simpad *pad);

/* Take the lock, and with the real clock let the physics run to now. */
void simpad_lock(struct simpad *pad);
void simpad_unlock(struct simpad *pad);

#endif
