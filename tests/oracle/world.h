/* The world of one run: a pad, a store, clocks and people around the engine, which is driven as the daemon drives it.
 * After each tick the oracle is told what went in and what came out. */
#ifndef SOOTHE_TESTS_ORACLE_WORLD_H
#define SOOTHE_TESTS_ORACLE_WORLD_H

#include "oracle.h"
#include "plant.h"
#include "script.h"
#include "soothe/timebase.h"

#define JOBS_MAX 32

/* Where the plan clock stood, as the store keeps it. */
struct checkpoint {
    bool valid;
    int64_t plan_ms;
    int64_t boot_ms;
    int64_t wall_ms;
    bool wall_trusted;
    int64_t boot; /* which boot it was */
};

struct job {
    int64_t ticket;
    int64_t settles_ms;
    bool has_session;
    struct session_record session;
    struct engine_memory memory;
    struct checkpoint checkpoint;
    struct oracle_kept kept;
};

struct disk {
    bool has_memory;
    struct engine_memory memory;
    struct session_record session; /* the newest; id 0: none */
    struct checkpoint checkpoint;
    struct oracle_kept kept;
};

/* What stands, worked out from the acts that last. */
struct conditions {
    struct {
        enum reading_status status; /* READING_OK: as it is */
        bool stale, freeze, freeze_code, has_value;
        int64_t future_ms;
        int32_t shift_mc, value_mc;
        int64_t ramp_mc_min, ramp_from_ms;
    } sensor[SENSORS_MAX];
    bool readback, reads_on[DRIVE_MODE_COUNT], welded[DRIVE_MODE_COUNT], welded_dead_man;
    bool sense_live, sense_dead, no_lines;
    bool lifted, blanket, unplugged, reversed, crossed, fan_stuck, in_freezer;
    double weak, sun_w, freezer_c;
    unsigned aside;
    bool store_fails;
    int64_t store_ms, slow_ms, collapse_ms;
};

/* Who watches a run: each event, and from `from_ms` on each tick. With `to_ms` it goes on until then, past what is
 * wrong. */
struct view {
    FILE *out;
    int64_t from_ms;
    int64_t to_ms;
};

struct world;

/* Misbehaviour for the oracle's own test: may change what the engine answered before anybody sees it. */
typedef void twist(struct world *world, struct engine_output *out, struct engine_status *status);

struct world {
    const struct script *script;
    struct dice noise, chance, people;
    struct engine engine;
    struct engine_config config;
    struct engine_input in;
    struct engine_output out;
    struct engine_status status; /* as the oracle sees it */
    struct oracle oracle;
    twist *twist;
    int64_t twisted; /* the twist's own count */

    int64_t now_ms;  /* true time since the run began */
    int64_t tick_ms; /* when the last tick was */
    int64_t boot;    /* counts up */
    int64_t boot_began_ms;
    int64_t wall_error_ms;
    enum timebase_trust trust;
    struct timebase base;
    bool started; /* the engine lives */

    struct plant plant;
    struct plant_push push;
    int64_t power_ms; /* when the pad last had power; INT64_MIN: never */
    int64_t beat_ms;  /* last edge of the heartbeat */
    int32_t edges;    /* without a pause */
    bool pulse_made;
    enum drive_test tested; /* the order before this one */
    bool sense_seen;
    int64_t sample_ms; /* when the sampler last read */
    struct reading last[SENSORS_MAX];

    struct disk disk;
    struct job jobs[JOBS_MAX];
    size_t job_count;
    bool lost; /* the database was, and nothing was stored since */
    int64_t ticket, settled, session_ticket, session_of_ticket;
    int64_t checkpoint_ms;

    struct conditions now;
    int64_t due_ms[ACTS_MAX];  /* INT64_MAX: not */
    int64_t ends_ms[ACTS_MAX]; /* INT64_MIN: does not last */
    int64_t began_ms[ACTS_MAX];
    int64_t change_ms; /* when the next act begins or ends */
    int64_t command_ms;
    bool lasting; /* any act does */
    struct engine_command command;
    int64_t late_ms;
    bool reload;
    uint64_t reload_seed;
    int64_t count[WHEN_COUNT];
    int64_t cut_at_ms; /* a supply that will collapse then */
    bool was_powered, was_in_band;
    int64_t armed_session;
    int64_t wish_ms; /* when somebody next looks after the pad */

    const struct view *view;
};

/* Run it to its end or to the first violation, which the result names; NULL: none. `world` is scratch space. */
const char *world_run(struct world *world, const struct script *script, twist *twist, const struct view *view);

/* world_acts.c: happenings. */
void acts_begin(struct world *w);
void acts_trigger(struct world *w, enum act_when when);
void acts_due(struct world *w);
void acts_repair(struct world *w);
void acts_people(struct world *w);
int64_t acts_next_command_ms(const struct world *w);

/* world_pad.c: the pad, its sensors and its lines. */
void pad_begin(struct world *w);
void pad_run(struct world *w, int64_t to_ms);
void pad_read(struct world *w);

/* world_store.c: disk, clocks, and how the engine begins and ends. */
void store_keep(struct world *w);
void store_settle(struct world *w);
void daemon_begin(struct world *w);
void daemon_end(struct world *w, enum act_kind how, int64_t off_ms, enum timebase_trust trust);
struct timebase_clocks clocks_look(const struct world *w);

#endif
