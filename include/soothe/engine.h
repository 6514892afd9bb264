/* The engine: one step. Readings, commands and time in; a drive, events and records out.
 *
 * It asks the supervisor first, then the plan, then the thermostat, and keeps no secret: everything that has to survive
 * a restart is in `struct engine_memory`, everything that people see is in `struct engine_status`. Pure: no I/O, no
 * clock. */
#ifndef SOOTHE_ENGINE_H
#define SOOTHE_ENGINE_H

#include "soothe/drive.h"
#include "soothe/names.h"
#include "soothe/plan.h"
#include "soothe/reading.h"
#include "soothe/supervisor.h"
#include "soothe/thermostat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENGINE_TICK_ACTIVE_MS  200   /* while arming, running or tripped in a session */
#define ENGINE_TICK_REST_MS    1000  /* otherwise: at rest too a welded relay must be seen */
#define ENGINE_ARMING_MS       15000 /* self-test (4.6 s at most) and record have to be done by then */
#define ENGINE_ARMING_RETRY_MS 600000
#define ENGINE_HELD_LONG_MS    (INT64_C(12) * 3600 * 1000)
#define ENGINE_WEAK_SESSIONS   3 /* in a row without reaching the band: a `problem` */
#define ENGINE_DAY_MS          (INT64_C(24) * 3600 * 1000)
#define ENGINE_DOSES           16 /* sessions of the last 24 h: at most 12 fit, with 2 h between them */
#define ENGINE_EVENTS_MAX      16 /* of one step */
#define ENGINE_PAUSE_MAX_MIN   720
#define ENGINE_SOON_AGAIN_MS   900000 /* a window that moves by less is the one that session_soon was sent for */
#define ENGINE_FAN_AFTER_MS    120000 /* the Peltier's hot side cools down after cooling */

/* Times of the self-test, from the circuit of hardware/deadman.cir: with one edge a tick, and every tolerance towards
 * the late side, its relay has pulled in 0.6 s (four edges) after the first edge, and lets go 1.5 s after the last. */
#define ENGINE_DEAD_MAN_PULLS_MS 1000
#define ENGINE_DEAD_MAN_EDGES    5
#define ENGINE_DEAD_MAN_DROPS_MS 2500
#define ENGINE_TEST_LOOK_MS      (INT64_C(2) * ENGINE_TICK_ACTIVE_MS) /* `sense` is looked at for so long */
#define ENGINE_TEST_LOOKS        2 /* ... of the channel in so many ticks: the supervisor believes no single one */

struct engine_config {
    struct plan_config plan;
    struct supervisor_config limits;
    struct thermostat_config thermostat[DRIVE_MODE_COUNT]; /* by DRIVE_HEAT, DRIVE_COOL */
    int64_t session_dose_max_ucem;
    int64_t day_dose_max_ucem;
    bool wired;     /* false: nothing but reminding sessions */
    bool heartbeat; /* the pad has a heartbeat line: the dead man can be tested where there is a sense line too */
};

struct engine_dose {
    int64_t ended_ms; /* PLAN_NEVER: slot is free */
    int64_t ucem;     /* micro-CEM43-minutes */
};

/* What survives a restart. Times are on the plan clock. Only the store reads it field by field (one table there). */
struct engine_memory {
    struct plan_calendar calendar;
    struct supervisor_memory safety;
    bool complete; /* the plan ran to its end */
    bool stopped;
    bool paused;
    int64_t paused_until_ms; /* PLAN_NEVER: until `resume` */
    int64_t held_since_ms;   /* stopped or paused since; PLAN_NEVER: not held */
    bool ask_injury;         /* the store was lost: the time of the injury is asked for again */
    int64_t last_session;    /* id of the newest session that was recorded; 0: none */
    int32_t sessions_done;   /* of this plan: ended done, over_time or dose */
    int32_t weak_sessions;   /* in a row that never reached the band */
    int32_t pain;            /* 0 to 10; -1: never told */
    int64_t day;             /* local day number that the two below belong to */
    int32_t sessions_today;
    int64_t in_band_today_ms;
    int32_t phase_told;  /* enum plan_phase_name of the last phase_changed or plan_started */
    int64_t true_on_ms;  /* what a rest that was started anew would go back to (safety.session_on_ms, last_off_ms and */
    int64_t true_off_ms; /* calendar.rest_until_ms before engine_rest_anew); PLAN_NEVER: it was not */
    int64_t true_rest_until_ms;
    struct engine_dose doses[ENGINE_DOSES];
};

/* A session as it is recorded: once before the pad is energised, once when it has ended. */
struct session_record {
    int64_t id; /* > 0, counts up */
    enum plan_phase_name phase;
    enum drive_mode mode;
    bool remind;
    bool late; /* it began after the due window */
    int32_t target_mc;
    int64_t began_ms;      /* power-on; in the first record the latest possible one, so that no rest comes out short */
    int64_t rest_ms;       /* the rest that its power-on starts */
    int64_t max_ms;        /* the longest it could last */
    int64_t worst_ucem;    /* the dose charged when it ends unseen: target + tolerance for the full length */
    int64_t wall_began_ms; /* for people; Unix time in ms as believed then */
    bool wall_trusted;
    int64_t ended_ms;      /* PLAN_NEVER: it has not ended */
    int64_t wall_ended_ms; /* 0: it has not */
    enum end_reason end;
    bool powered; /* it ever had power */
    int64_t in_band_ms;
    int64_t ucem;
};

enum command_origin { ORIGIN_LOCAL, ORIGIN_BUTTON, ORIGIN_REMOTE };

/* A command that has passed the grammar and the rules for remote senders (link/command). */
struct engine_command {
    enum command_name name;
    enum command_origin origin;
    bool has_value;
    int64_t value; /* pause: minutes; pain: 0 to 10; start: the time of the injury on the plan clock (has_value false:
                      now) */
};

struct engine_event {
    enum event_type type;
    enum fault fault;    /* trip, trip_cleared, lockout, arming_failed */
    enum end_reason end; /* session_ended */
    enum plan_phase_name phase;
    int64_t session;
    int64_t until_ms;   /* session_soon: when; PLAN_NEVER where it does not apply */
    int64_t in_band_ms; /* session_ended */
    int32_t value;      /* pain; paused: minutes, 0 open-ended; trip: milli-degrees of the sensor */
    int32_t sensor;     /* -1: none */
    bool late;
    enum command_name command; /* command_refused */
    enum refusal refusal;
};

struct engine_input {
    int64_t now_ms; /* plan clock */
    struct plan_local local;
    bool clock_trusted;
    struct reading readings[SENSORS_MAX];
    bool heat_on; /* what the lines said since the last tick */
    bool cool_on;
    bool sense_live; /* the `sense` line was live at some moment since the last tick */
    bool pulse_made; /* the guard read the self-test's pulse back as on since the last tick */
    bool readback_bad;
    bool lines_failed;             /* no chip, or the lines could not be requested: nothing can be driven */
    bool storage_failed;           /* the newest record could not be stored yet */
    int64_t stored_session;        /* id of the newest session whose first record is durable */
    struct engine_command command; /* COMMAND_NONE: none in this tick */
};

/* What people see; link makes the state document from it. */
struct engine_status {
    enum daemon_state state;
    enum plan_phase_name phase;
    int64_t phase_ends_ms; /* PLAN_NEVER: unknown, also for the times below */
    bool plan_active;
    int32_t pad_mc; /* INT32_MIN: unknown */
    int32_t hot_side_mc;
    int32_t target_mc;
    enum drive_mode powered; /* of the session that runs: not the PWM edge */
    int32_t duty_percent;
    bool in_band;
    int64_t in_band_ms;
    int64_t in_band_today_ms;
    int64_t session; /* id; 0: none */
    bool remind;
    int64_t session_started_ms;
    int64_t session_ends_ms; /* the latest end; only moves earlier (a reload with a tighter limit) */
    int64_t next_ms;
    int64_t next_by_ms;
    int32_t sessions_done;
    int32_t sessions_today;
    enum block block;
    enum fault trip; /* the trip or lockout that stands */
    bool locked;
    bool weak; /* three sessions in a row never reached the band */
    bool ask_injury;
    int64_t paused_until_ms;
    int64_t dose_ucem;       /* last 24 h, the running session included */
    int32_t pain;            /* -1: never told */
    enum fault arming_fault; /* why the last self-test failed, before a session or in it; FAULT_NONE: it did not, or
                                storage did */
};

struct engine_output {
    struct drive drive;       /* valid until the guard's deadline */
    enum drive_test test;     /* TEST_DEAD_MAN: drive.mode is the channel to pulse, drive.duty_percent is 0 */
    bool fan;                 /* the Peltier's fan: while cooling and for a while after */
    bool heartbeat;           /* one edge: this tick was completed, found nothing wrong, and drives or tests */
    int64_t next_tick_ms;     /* ENGINE_TICK_ACTIVE_MS or ENGINE_TICK_REST_MS */
    enum refusal refusal;     /* of the command given; REFUSED_NOT: carried out */
    int64_t refused_until_ms; /* REFUSED_REST: when it may be given again; else PLAN_NEVER */
    bool memory_changed;      /* store `memory` soon */
    bool record_session;      /* store `record` (and the memory with it) */
    struct session_record record;
    size_t event_count;
    struct engine_event events[ENGINE_EVENTS_MAX];
};

/* The self-test before power, in order. Each stage goes on only while the record is durable, the supervisor doubts
 * nothing, blocks nothing, and the lines work; otherwise all begins anew. Without a `sense` line only that is tested;
 * with one but without a heartbeat line the channels are tested, but no dead man.
 *
 *   0.0 s  CHANNEL  channels off, one edge a tick; from 1.0 s on TEST_CHANNEL is asked and `sense` has to be dead:
 * voltage now is a channel's switch that is shorted, which the supervisor names (heat_when_off, a lockout) 1.4 s  STILL
 * no edge for 2.5 s since the last: the dead man has let go 3.8 s  PULSE    TEST_DEAD_MAN is asked; with the
 * supervisor's yes the session's channel is pulsed, 4.0 s LOOK     for two ticks: voltage now is a dead man that
 * conducts without a heartbeat (dead_man: the self-test has failed) 4.4 s  PASSED   the supervisor is asked for power
 * in the next tick, 4.6 s
 */
enum engine_selftest_stage {
    SELFTEST_WAITS, /* for the record and for all else that it needs; nothing is ordered */
    SELFTEST_CHANNEL,
    SELFTEST_STILL,
    SELFTEST_PULSE,
    SELFTEST_LOOK,
    SELFTEST_PASSED
};

struct engine_selftest {
    enum engine_selftest_stage stage;
    int64_t since_ms; /* when this stage began */
    int64_t edge_ms;  /* the newest edge of the heartbeat in this test */
    int32_t edges;    /* in this stage */
    int32_t looks;    /* in CHANNEL: ticks in a row that found `sense` dead */
    bool pulsed;      /* in this stage: the guard made the pulse */
    bool failed;      /* within a session: no power until it is repeated at again_ms and passes */
    int64_t again_ms;
};

struct engine_session {
    struct session_record record; /* id 0: none open */
    int64_t began_ms;             /* when arming began */
    struct engine_selftest selftest;
    bool armed;  /* the supervisor allowed power (reminding: it was announced): it has begun */
    bool paused; /* within it, until `resume` on the spot */
    bool rearm;  /* after a pause or a cleared trip: self-test again */
    bool band_reached;
    bool was_held; /* a pause or a trip took time from it */
    bool tripped;
    struct plan_phase phase; /* its own values: a reload does not change a running session */
};

struct engine {
    struct engine_memory memory;
    struct supervisor_state supervisor;
    struct thermostat_state thermostat[DRIVE_MODE_COUNT];
    struct engine_session session;
    int64_t step_ms;         /* PLAN_NEVER: none yet */
    int64_t not_before_ms;   /* a hold was lifted from afar: announced first; PLAN_NEVER: nothing was */
    int64_t arm_again_ms;    /* not before, after a failed self-test; PLAN_NEVER: at once */
    bool arming_failed;      /* at least once in this due window */
    enum fault arming_fault; /* why, FAULT_NONE: the session could not be recorded */
    int64_t soon_told_ms;    /* window that session_soon was sent for */
    bool held_long_told;
    bool pause_powers;    /* the pause was asked for on the spot: at its end the session goes on by itself */
    bool store_lost;      /* to be named in the next step */
    bool implausible;     /* the supervisor said so in the last step */
    int32_t duty_percent; /* what the last step drove */
    int64_t cooled_ms;    /* when cooling last had power: the fan runs on; PLAN_NEVER: never */
    bool dirty;           /* memory changed in this step */
    struct engine_status status;
};

/* Begin with what was stored (or an empty memory: engine_memory_init). `store_lost`: the database was damaged. */
void engine_memory_init(struct engine_memory *memory);
void engine_init(struct engine *engine, const struct engine_memory *memory, bool store_lost);

/* The session that was open when the daemon ended: it has ended by `end` (power_cut or restart), is charged with its
 * worst dose, and its rest runs from its power-on. Fills `record` with its final form, to be stored. Call before the
 * first step. */
void engine_recover(struct engine *engine, const struct session_record *open, enum end_reason end, int64_t now_ms,
                    int64_t wall_ms, struct session_record *record);

/* After a reboot without a trusted clock: a rest that is not over starts anew at now_ms. */
void engine_rest_anew(struct engine *engine, int64_t now_ms);

/* Time off is credited (see plan_credit): all stamps before `before_ms` move back by `credit_ms`, and a rest that was
 * started anew goes back to what it was, less the credit, unless a session had power since. */
void engine_credit(struct engine *engine, const struct engine_config *config, int64_t before_ms, int64_t credit_ms);

/* The schedule or the limits were reloaded. A running session keeps its values; tighter limits apply at once. */
void engine_reloaded(struct engine *engine, const struct engine_config *config);

/* One step. The engine's status is current afterwards. */
void engine_step(struct engine *engine, const struct engine_config *config, const struct engine_input *input,
                 struct engine_output *output);

/* The daemon ends in an orderly way: an open session ends as `restart`, the drive is off. The input is the last one. */
void engine_close(struct engine *engine, const struct engine_config *config, const struct engine_input *input,
                  struct engine_output *output);

#endif
