/* The simulated pad with sampler and guard around it, on a hand-set clock: what the daemon does, without its rules. */
#ifndef SOOTHE_TESTS_PAD_SIMPAD_RIG_H
#define SOOTHE_TESTS_PAD_SIMPAD_RIG_H

#include "fixture.h"
#include "soothe/guard.h"
#include "soothe/sampler.h"
#include "soothe/simpad.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define T0      INT64_C(1000000)
#define MINUTE  INT64_C(60000)
#define TICK_MS 200

/* Sensors: 0 of the pad, 1 at the hot side, 2 of the pad. `reading` is that of sensor 0. */
struct rig {
    struct config config;
    struct simpad *pad;
    struct sampler *sampler;
    struct guard *guard;
    struct thermostat_state thermostat;
    int64_t now_ms;
    int32_t duty;
    bool fan;
    struct reading reading;
    struct guard_report report;
};

static inline void rig_open(struct rig *rig, uint64_t seed, const char *trace)
{
    *rig = (struct rig){.config = fixture_config(), .now_ms = T0, .fan = true};
    rig->config.sensors[rig->config.sensor_count++] = rig->config.sensors[0];
    rig->pad = simpad_new(&rig->config, seed, trace);
    simpad_advance(rig->pad, T0);
    rig->sampler = sampler_new(&rig->config, simpad_adc(rig->pad));
    rig->guard = guard_new(&rig->config.pad, simpad_lines(rig->pad));
    thermostat_reset(&rig->thermostat, T0 - MINUTE);
}

static inline void rig_close(struct rig *rig)
{
    guard_free(rig->guard);
    sampler_free(rig->sampler);
    simpad_free(rig->pad);
}

static inline void rig_drive(struct rig *rig, enum drive_mode mode, int32_t duty, int64_t step_ms)
{
    rig->now_ms += step_ms;
    simpad_advance(rig->pad, rig->now_ms);
    sampler_step(rig->sampler, rig->now_ms);
    sampler_latest(rig->sampler, 0, &rig->reading);
    guard_order(rig->guard, &(struct guard_order){
                                .drive = {mode, duty},
                                .fan = rig->fan && mode == DRIVE_COOL,
                                .heartbeat = mode != DRIVE_OFF,
                                .deadline_ms = rig->now_ms + GUARD_DEADLINE_MS
    });
    guard_step(rig->guard, rig->now_ms);
    guard_report(rig->guard, &rig->report);
}

static inline void rig_control(struct rig *rig, enum drive_mode mode, int32_t target_mc)
{
    const struct config_output *output = mode == DRIVE_HEAT ? &rig->config.pad.heat : &rig->config.pad.cool;
    if (rig->reading.status == READING_OK) {
        rig->duty = thermostat_step(&output->thermostat, &rig->thermostat, target_mc, rig->reading.mc, rig->now_ms);
    }
    rig_drive(rig, mode, rig->duty, TICK_MS);
}

static inline size_t read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, size - 1, file) : 0;
    text[length] = '\0';
    if (file) {
        fclose(file);
    }
    return length;
}

static inline void temporary(char *path, size_t size)
{
    snprintf(path, size, "/tmp/soothe-simpad-XXXXXX");
    close(mkstemp(path));
}

#endif
