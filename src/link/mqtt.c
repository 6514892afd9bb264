#include "soothe/mqtt.h"

#include "mqtt_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>

void mqtt_say(struct mqtt *mqtt, int priority, const char *format, ...)
{
    char line[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    pthread_mutex_lock(&mqtt->hooks_lock);
    if (!mqtt->hooks_gone && mqtt->hooks.say) {
        mqtt->hooks.say(mqtt->hooks.context, priority, line);
    }
    pthread_mutex_unlock(&mqtt->hooks_lock);
}

bool mqtt_hand_over(struct mqtt *mqtt, const struct command *command)
{
    pthread_mutex_lock(&mqtt->hooks_lock);
    bool taken = !mqtt->hooks_gone && mqtt->hooks.command && mqtt->hooks.command(mqtt->hooks.context, command);
    pthread_mutex_unlock(&mqtt->hooks_lock);
    return taken;
}

void mqtt_tell_refused(struct mqtt *mqtt, const struct command *command, enum refusal refusal)
{
    pthread_mutex_lock(&mqtt->hooks_lock);
    if (!mqtt->hooks_gone && mqtt->hooks.refused) {
        mqtt->hooks.refused(mqtt->hooks.context, command, refusal);
    }
    pthread_mutex_unlock(&mqtt->hooks_lock);
}

static void be_ready(struct mqtt *mqtt, int64_t now_ms)
{
    mqtt->stage = STAGE_READY;
    mqtt->ready_since_ms = now_ms;
    mqtt->online_due = true;
    mqtt->online_ms = now_ms - MQTT_ONLINE_GAP_MS;
    mqtt->info_due = true;
    mqtt->published_number = 0;
    mqtt->judged_number = 0;
    mqtt->told[0] = '\0';
    atomic_store(&mqtt->ready, true);
    mqtt_say(mqtt, LOG_NOTICE, "MQTT: connected to %s:%d as soothe-%s", mqtt->config.host, mqtt->config.port,
             mqtt->device_id);
}

static void settle_in(struct mqtt *mqtt, int64_t now_ms)
{
    if (mqtt->watcher) {
        mqtt->stage = STAGE_WATCHING;
        mqtt_twin_watch(&mqtt->twin, now_ms);
    } else if (mqtt->twin.watching) {
        mqtt_say(mqtt, LOG_WARNING,
                 "MQTT: another daemon (instance %s) has published under the device.id \"%s\" since this one did; "
                 "listening whether it is alive",
                 mqtt->twin.other, mqtt->device_id);
        mqtt_part(mqtt, now_ms);
    } else {
        be_ready(mqtt, now_ms);
    }
}

static void watch(struct mqtt *mqtt, int64_t now_ms)
{
    if (mqtt_twin_over(&mqtt->twin, now_ms)) {
        mqtt_say(mqtt, LOG_NOTICE, "MQTT: the other daemon with the device.id \"%s\" is silent; coming back",
                 mqtt->device_id);
        mqtt_part(mqtt, now_ms);
    }
}

static void step(struct mqtt *mqtt)
{
    int64_t now_ms = mqtt_now_ms();
    switch (mqtt->stage) {
    case STAGE_AWAY:
        if (now_ms >= mqtt->next_ms) {
            mqtt_connect(mqtt);
        }
        break;
    case STAGE_ACCEPTED:
        outbox_set_open(&mqtt->outbox, !mqtt->watcher);
        mqtt->stage = STAGE_SUBSCRIBING;
        mqtt_subscribe(mqtt);
        break;
    case STAGE_SUBSCRIBING:
        if (mqtt_subscribed(mqtt)) {
            settle_in(mqtt, now_ms);
            break;
        }
        __attribute__((fallthrough));
    case STAGE_CONNECTING:
        if (now_ms >= mqtt->deadline_ms) {
            mqtt_give_up(mqtt, "the broker does not answer");
        }
        break;
    case STAGE_WATCHING:
        watch(mqtt, now_ms);
        break;
    case STAGE_READY:
    case STAGE_LEAVING:
    default:
        break;
    }
}

/* How long nothing is to be done if nobody wakes us. */
static int64_t patience_ms(const struct mqtt *mqtt, int64_t publish_ms)
{
    int64_t now_ms = mqtt_now_ms();
    if (mqtt->stage == STAGE_AWAY) {
        return mqtt->next_ms - now_ms;
    }
    bool has_deadline = mqtt->stage == STAGE_CONNECTING || mqtt->stage == STAGE_SUBSCRIBING;
    int64_t left_ms = has_deadline ? mqtt->deadline_ms - now_ms : publish_ms;
    return mqtt->stage == STAGE_ACCEPTED ? 0 : left_ms < publish_ms ? left_ms : publish_ms;
}

static void *run(void *argument)
{
    struct mqtt *mqtt = argument;
    while (!outbox_stopped(&mqtt->outbox)) {
        step(mqtt);
        int64_t publish_ms = mqtt_publish_due(mqtt);
        mqtt_end_flood(mqtt);
        mqtt_wait(mqtt, patience_ms(mqtt, publish_ms));
    }
    mqtt_leave(mqtt);
    pthread_mutex_lock(&mqtt->ended_lock);
    mqtt->ended = true;
    pthread_cond_signal(&mqtt->ended_wake);
    pthread_mutex_unlock(&mqtt->ended_lock);
    return NULL;
}

static void name_topics(struct mqtt_topics *topics, const char *id)
{
    (void)snprintf(topics->base, sizeof topics->base, "soothe/%s", id);
    (void)snprintf(topics->availability, sizeof topics->availability, "%s/availability", topics->base);
    (void)snprintf(topics->state, sizeof topics->state, "%s/state", topics->base);
    (void)snprintf(topics->event, sizeof topics->event, "%s/event", topics->base);
    (void)snprintf(topics->info, sizeof topics->info, "%s/info", topics->base);
    (void)snprintf(topics->response, sizeof topics->response, "%s/response", topics->base);
    (void)snprintf(topics->commands, sizeof topics->commands, "%s/cmd/#", topics->base);
}

static int init_locks(struct mqtt *mqtt)
{
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    if (error != 0) {
        return error;
    }
    error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    error = error ? error : pthread_cond_init(&mqtt->ended_wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (error == 0) {
        (void)pthread_mutex_init(&mqtt->ended_lock, NULL); /* the default kind cannot fail */
        (void)pthread_mutex_init(&mqtt->hooks_lock, NULL);
    }
    return error;
}

static void free_locks(struct mqtt *mqtt)
{
    pthread_mutex_destroy(&mqtt->hooks_lock);
    pthread_mutex_destroy(&mqtt->ended_lock);
    pthread_cond_destroy(&mqtt->ended_wake);
}

static struct mqtt *fail(struct mqtt *mqtt, int error)
{
    free(mqtt);
    errno = error;
    return NULL;
}

struct mqtt *mqtt_new(const struct config *config, const char *instance, bool simulated, const struct mqtt_hooks *hooks)
{
    struct mqtt *mqtt = calloc(1, sizeof *mqtt);
    if (!mqtt) {
        return NULL;
    }
    mqtt->config = config->mqtt;
    mqtt->simulated = simulated;
    mqtt->hooks = *hooks;
    mqtt->ready_since_ms = -1;
    (void)snprintf(mqtt->device_id, sizeof mqtt->device_id, "%s", config->device_id);
    (void)snprintf(mqtt->instance, sizeof mqtt->instance, "%s", instance);
    name_topics(&mqtt->topics, mqtt->device_id);
    int length = status_render_info(config, mqtt->instance, simulated, mqtt->outbox.info, sizeof mqtt->outbox.info);
    int error = length < 0 ? -length : -outbox_init(&mqtt->outbox);
    if (error != 0) {
        return fail(mqtt, error);
    }
    error = init_locks(mqtt);
    if (error == 0 && mosquitto_lib_init() == MOSQ_ERR_SUCCESS) {
        return mqtt;
    }
    outbox_close(&mqtt->outbox);
    return fail(mqtt, error ? error : ENOMEM);
}

/* Signals are for the other threads; a SIGPIPE that TLS may raise here stays blocked, and the write fails with EPIPE.
 */
int mqtt_start(struct mqtt *mqtt)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&mqtt->thread, NULL, run, mqtt);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) {
        (void)pthread_setname_np(mqtt->thread, "mqtt");
        mqtt->started = true;
    }
    return -error;
}

void mqtt_status(struct mqtt *mqtt, const struct status *status)
{
    outbox_put_status(&mqtt->outbox, status);
}

void mqtt_event(struct mqtt *mqtt, const struct status *status, const struct engine_event *event)
{
    outbox_put_event(&mqtt->outbox, status, event);
}

void mqtt_answer(struct mqtt *mqtt, const struct command *command, enum refusal refusal, const char *why,
                 int64_t until_wall_ms)
{
    struct outbox_answer answer = {.command = *command, .refusal = refusal, .until_wall_ms = until_wall_ms};
    (void)snprintf(answer.why, sizeof answer.why, "%s", why ? why : "");
    outbox_put_answer(&mqtt->outbox, &answer);
}

void mqtt_reloaded(struct mqtt *mqtt, const struct config *config)
{
    char info[STATUS_JSON_MAX];
    if (status_render_info(config, mqtt->instance, mqtt->simulated, info, sizeof info) >= 0) {
        outbox_put_info(&mqtt->outbox, info);
    }
}

bool mqtt_connected(const struct mqtt *mqtt)
{
    return atomic_load(&mqtt->ready);
}

/* false: the thread did not end in time. */
static bool wait_for_end(struct mqtt *mqtt)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += MQTT_FREE_MS / 1000;
    int error = 0;
    pthread_mutex_lock(&mqtt->ended_lock);
    while (!mqtt->ended && error == 0) {
        error = pthread_cond_timedwait(&mqtt->ended_wake, &mqtt->ended_lock, &until);
    }
    bool ended = mqtt->ended;
    pthread_mutex_unlock(&mqtt->ended_lock);
    return ended;
}

/* A thread that hangs in the resolver cannot be ended: it keeps its memory and loses the hooks. */
static void leave_behind(struct mqtt *mqtt)
{
    mqtt_say(mqtt, LOG_WARNING, "MQTT: the thread did not end in time and is left behind");
    pthread_mutex_lock(&mqtt->hooks_lock);
    mqtt->hooks_gone = true;
    pthread_mutex_unlock(&mqtt->hooks_lock);
    pthread_detach(mqtt->thread);
}

void mqtt_free(struct mqtt *mqtt)
{
    if (!mqtt) {
        return;
    }
    if (mqtt->started) {
        outbox_stop(&mqtt->outbox);
        if (!wait_for_end(mqtt)) {
            leave_behind(mqtt);
            return;
        }
        pthread_join(mqtt->thread, NULL);
    }
    (void)mosquitto_lib_cleanup();
    free_locks(mqtt);
    outbox_close(&mqtt->outbox);
    free(mqtt);
}
