/* The box beside the bed: the core, driven as the daemon drives it (src/daemon/tick.c and daemon.c), with a store that
 * answers some milliseconds later, a guard, a sampler, clocks, and the hardware's charge pump. And a whole plan of a
 * life with it. */
#ifndef SOOTHE_TREATS_BOX_H
#define SOOTHE_TREATS_BOX_H

#include "life.h"
#include "plant.h"
#include "probe.h"
#include "score.h"
#include "soothe/config.h"
#include "soothe/engine.h"
#include "soothe/timebase.h"

#include <stdio.h>

#define BOX_QUEUE 16

/* One transaction on its way to the disk. */
struct box_job {
    int64_t settles_ms;
    struct engine_memory memory;
    bool has_session;
    struct session_record session;
    struct timebase_checkpoint checkpoint;
};

struct box_disk {
    bool has_memory;
    struct engine_memory memory;
    bool has_open_session;
    struct session_record open_session;
    struct timebase_checkpoint checkpoint;
};

struct box {
    struct chance chance;
    struct config config;
    struct engine_config engine_config;
    struct plant plant;
    struct life life;
    struct probe_adc adc;
    struct probe probes[SENSORS_MAX];
    int halves[SENSORS_MAX]; /* which half of the pad a sensor is in; -1: the hot side */

    int64_t now_ms;      /* true time, Unix */
    int64_t boot_ms;     /* true time of CLOCK_BOOTTIME 0 */
    int64_t wall_off_ms; /* the box's wall clock against the true time */
    enum timebase_trust trust;
    struct timebase base;
    struct engine engine;
    struct engine_input last_input;
    struct engine_output out;
    struct reading readings[SENSORS_MAX];
    int64_t sampled_ms; /* CLOCK_BOOTTIME of the newest round */
    int64_t phase_ms;   /* of the sampler against the tick */

    struct box_disk disk;
    struct box_job jobs[BOX_QUEUE];
    size_t job_count;
    int64_t checkpoint_ms;
    int64_t durable_session;

    double pump; /* charge of the dead man's pump, 0 to 1 */
    bool pump_holds;
    double pump_s; /* how fast it runs down */
    bool pulsing;
    bool heat_on, cool_on, sense_live, pulse_made; /* as the guard saw them since the last tick */

    struct engine_command commands[4];
    size_t command_count;
    bool skip_by_person;
    bool done;
    FILE *told;
    struct score *score;
};

/* Live through one whole plan. `told`: where a replay tells its events; NULL: nowhere. */
void box_live(enum plant_kind kind, uint64_t seed, FILE *told, struct score *score);

#endif
