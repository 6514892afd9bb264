/* The daemon's inside: the only place that knows all the rooms. */
#ifndef SOOTHE_DAEMON_DAEMON_H
#define SOOTHE_DAEMON_DAEMON_H

#include "clocks.h"
#include "delays.h"
#include "inbox.h"
#include "marker.h"
#include "reload.h"
#include "soothe/config.h"
#include "soothe/control.h"
#include "soothe/engine.h"
#include "soothe/guard.h"
#include "soothe/mqtt.h"
#include "soothe/sampler.h"
#include "soothe/simpad.h"
#include "soothe/store.h"

#include <stdbool.h>
#include <stdint.h>

#define BACKLOG_MAX 8

struct options {
    const char *config_path;
    const char *state_dir;
    const char *socket_path;
    bool simulate;
    uint64_t seed;
    double speed; /* 0: real time */
};

struct daemon {
    struct options options;
    struct config config; /* the running one */
    struct engine_config engine_config;
    char config_problem[160];
    struct clocks clocks;
    struct timebase base;
    struct engine engine;
    struct engine_input last_input;
    struct simpad *simpad; /* NULL: real hardware */
    struct sampler *sampler;
    struct guard *guard; /* NULL: not wired, or the lines could not be had (lines_failed) */
    bool lines_failed;
    int64_t lines_again_ms;
    struct guard_report report; /* of the last tick */
    int64_t button_from_ms;     /* the guard's first look at the button that was seen here */
    bool button_known;          /* a press is believed at once */
    bool button_paused;         /* the press that lasts, or just ended, paused the plan */
    struct guard_order order;   /* the newest one */
    struct marker marker;       /* of the lockout `marked` */
    enum fault marked;
    struct store *store;
    int64_t last_ticket;    /* of the newest job handed over */
    int64_t session_ticket; /* of the newest session's first record */
    int64_t session_of_ticket;
    bool storage_told;
    bool unstorable;                       /* a value was out of the store's range: no session until a restart */
    struct store_job backlog[BACKLOG_MAX]; /* what did not fit into the store's queue */
    size_t backlog_count;
    int64_t checkpoint_ms; /* plan time of the last one stored */
    struct mqtt *mqtt;     /* NULL: none configured */
    struct control *control;
    struct inbox inbox;
    struct reload reload;
    struct status status;
    int64_t watchdog_ms; /* CLOCK_MONOTONIC: when it was fed last */
    char told[160];      /* the STATUS line that systemd has */
    bool ready_owed;     /* READY=1 could not be sent yet */
    bool guard_seen;     /* there is one, since guard_seen_ms */
    int64_t guard_seen_ms;
    bool guard_late;         /* in this tick its thread had not answered for GUARD_DEADLINE_MS */
    bool guard_hangs;        /* in the tick before as well */
    struct delays delays;    /* of the ticks in real time */
    struct inbox_item asked; /* the command of this tick */
    bool has_asked;
};

/* daemon.c: open the rooms in order, close them in reverse. 0, or a negative errno after a line in the log. */
int daemon_open(struct daemon *d, const struct options *options, const struct config *config);
void daemon_close(struct daemon *d);
/* Begin to speak, after the first tick: before it there is nothing true to say. 0, or a negative errno after a line in
 * the log. */
int daemon_start_links(struct daemon *d);

/* loop.c: run until a signal ends it. */
int daemon_run(struct daemon *d);

/* tick.c: one tick; returns how long until the next one in ms. */
int64_t daemon_tick(struct daemon *d);
/* The last step: off, the open session's end recorded. */
void daemon_last_tick(struct daemon *d);
/* Between two ticks at rest: fan and LED would end at the guard's deadline, which comes before the next tick. Gives
 * nothing that has power or moves the heartbeat a longer time. */
void daemon_renew_rest(struct daemon *d);
void daemon_put(struct daemon *d, struct store_job *job);
void daemon_refresh_status(struct daemon *d);
/* READY=1 to systemd, now or with the next food for the watchdog. */
void daemon_be_ready(struct daemon *d);

/* lines.c: have the lines, or try again later. */
void daemon_have_lines(struct daemon *d);

/* answers.c: commands in, answers out. */
void daemon_next_command(struct daemon *d, struct engine_command *command);
void daemon_answer(struct daemon *d, const struct engine_output *out);
bool daemon_hear_remote(void *context, const struct command *command);
bool daemon_hear_local(void *context, const struct command *command);
void daemon_hear_refused(void *context, const struct command *command, enum refusal refusal);

/* tell.c: events to the log, to MQTT, to those who watch, and trips and pain to the history. */
void daemon_tell(struct daemon *d, const struct engine_event *event);

/* setup.c */
void engine_config_from(const struct config *config, struct engine_config *engine);
void use_timezone(const char *name);
int32_t utc_offset_s(const void *context, int64_t wall_s);

/* outputs_off.c */
int outputs_off(const char *config_path, const char *socket_path);
/* Leave the list of lines beside the control socket, for outputs_off with a broken config. */
int outputs_note(const struct config_pad *pad, const char *socket_path);

#endif
