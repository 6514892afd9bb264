/* What the daemon tells: the state document, events, and the words for the patient. Pure rendering, JSON through cJSON.
 *
 * docs/mqtt.md lists every field. Times are RFC 3339 UTC, unknown is null, switches are "ON"/"OFF". */
#ifndef SOOTHE_STATUS_H
#define SOOTHE_STATUS_H

#include "soothe/config.h"
#include "soothe/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATUS_JSON_MAX 4096 /* bytes, with the final NUL: state and event documents always fit */
#define STATUS_API      1    /* counts breaking changes of topics and documents */

/* One look at the daemon, copied between threads as it is. */
struct status {
    struct engine_status engine;
    int64_t now_ms; /* plan clock */
    int64_t wall_minus_plan_ms;
    bool clock_trusted;
    bool storage_failed;
    bool wired;
    bool simulated;
    char language[8];
    bool fahrenheit;          /* how people want to see temperatures; the documents stay in Celsius */
    char timezone[64];        /* IANA name; "": the system's */
    char config_problem[160]; /* "" : ok; else why the last reload was refused, or that a restart is needed */
};

/* The state document. Returns its length, or -ENOSPC. */
int status_render(const struct status *status, char *text, size_t size);

/* One event: {"event_type": ..., ...} with the fields that this type has, and "ts". Returns its length, or -ENOSPC. */
int status_render_event(const struct status *status, const struct engine_event *event, char *text, size_t size);

/* The retained info document: version, api, instance, configuration summary, capabilities. */
int status_render_info(const struct config *config, const char *instance, bool simulated, char *text, size_t size);

/* Whether `now` has to be published after `last` was, `age_ms` ago: at once when a field changed; for pad_c (in steps
 * of 0.1), hot side, duty, dose and times in band after 5 s at the earliest; after 30 s always. */
bool status_due(const struct status *last, const struct status *now, int64_t age_ms);

/* What is happening, and what the patient should do; at most 200 characters each, in the configured language, from one
 * table (link/words.c). A fault that stands, or that the last self-test found, is part of both; the advice for a
 * lockout ends with how to acknowledge it. `text` gets "" where there is nothing to say. Times in local time of the
 * process's zone. */
void status_message(const struct status *status, char *text, size_t size);
void status_advice(const struct status *status, char *text, size_t size);

/* The newest self-test failed and keeps a session waiting for the next one: before its power-on, or after a pause or a
 * trip in it. */
bool status_self_test_failed(const struct engine_status *engine);

/* RFC 3339 UTC with seconds ("2026-11-22T08:00:00Z") of Unix time in ms; "" outside the years 1970 to 9999. Returns
 * text. */
#define STATUS_TIME_MAX 32
char *status_time(int64_t wall_ms, char text[STATUS_TIME_MAX]);

#endif
