/* MQTT: one thread that owns libmosquitto, runs its loop itself and backs off with jitter.
 *
 * The ready-made thread of libmosquitto can end silently and its connect can block for minutes; here every call into
 * the library is made by one thread that nobody waits for. The control loop only hands over copies. While the broker is
 * away nothing is queued: events and answers of that time are dropped, and one snapshot (availability, info, state) is
 * published after it returns. */
#ifndef SOOTHE_MQTT_H
#define SOOTHE_MQTT_H

#include "soothe/command.h"
#include "soothe/config.h"
#include "soothe/status.h"

struct mqtt;

struct mqtt_hooks {
    void *context;
    /* A command that passed the grammar and command_admit. Called in the MQTT thread; must not block. false: the inbox
     * is full, it is answered as `busy`. */
    bool (*command)(void *context, const struct command *command);
    /* A line for the log, syslog priority. Called in the MQTT thread. */
    void (*say)(void *context, int priority, const char *text);
    /* Something was refused before it reached the control loop (retained, malformed, ...): for the event. */
    void (*refused)(void *context, const struct command *command, enum refusal refusal);
};

/* `instance` tells two daemons with one device.id apart. Copies what it needs of config. NULL on no memory, errno set.
 */
struct mqtt *mqtt_new(const struct config *config, const char *instance, bool simulated,
                      const struct mqtt_hooks *hooks);

/* Start the thread; connects by itself, now and for ever. 0 or a negative errno. */
int mqtt_start(struct mqtt *mqtt);

/* The newest status: published when status_due says so. Copied; never blocks longer than a copy takes. */
void mqtt_status(struct mqtt *mqtt, const struct status *status);

/* One event, not retained; dropped while the broker is away, and when 64 wait (counted, logged once). */
void mqtt_event(struct mqtt *mqtt, const struct status *status, const struct engine_event *event);

/* The answer to a command that came by MQTT (command->client says so); kept for repeated ids. */
void mqtt_answer(struct mqtt *mqtt, const struct command *command, enum refusal refusal, const char *why,
                 int64_t until_wall_ms);

/* The configuration was reloaded (name, plan): info is published anew. */
void mqtt_reloaded(struct mqtt *mqtt, const struct config *config);

bool mqtt_connected(const struct mqtt *mqtt);

/* Publish `offline`, disconnect, end the thread: bounded to 2 s, then the thread is left behind (only at process end).
 * NULL-safe. */
void mqtt_free(struct mqtt *mqtt);

#endif
