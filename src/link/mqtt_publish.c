#include "mqtt_internal.h"

#include <string.h>
#include <syslog.h>

#define LOOK_AGAIN_MS      1000
#define LOST_TOLD_EVERY_MS 60000

/* The message's id, or a negative number: then the connection is as good as lost and the next wait will find out. */
int mqtt_publish(struct mqtt *mqtt, const char *topic, const char *text, bool retain)
{
    int mid = 0;
    int rc = mosquitto_publish(mqtt->client, &mid, topic, (int)strlen(text), text, MQTT_QOS, retain);
    if (rc != MOSQ_ERR_SUCCESS) {
        mqtt->lost = true;
        return -1;
    }
    mqtt->in_flight++;
    return mid;
}

static bool room(const struct mqtt *mqtt)
{
    return !mqtt->lost && mqtt->in_flight < MQTT_IN_FLIGHT_MAX;
}

static void publish_answers(struct mqtt *mqtt)
{
    struct outbox_answer answer;
    while (room(mqtt) && outbox_take_answer(&mqtt->outbox, &answer)) {
        char text[REPLY_TEXT_MAX];
        if (command_answer_render(&answer.command, answer.refusal, answer.why, answer.until_wall_ms, text,
                                  sizeof text) < 0) {
            continue;
        }
        if (answer.refusal != REFUSED_BUSY) {
            replies_tell(&mqtt->replies, answer.command.id, text);
        }
        if (mqtt->stage == STAGE_READY) {
            (void)mqtt_publish(mqtt, mqtt->topics.response, text, false);
        }
    }
}

static void publish_availability(struct mqtt *mqtt)
{
    int64_t now_ms = mqtt_now_ms();
    if (mqtt->online_due && room(mqtt) && now_ms - mqtt->online_ms >= MQTT_ONLINE_GAP_MS) {
        mqtt->online_due = false;
        mqtt->online_ms = now_ms;
        (void)mqtt_publish(mqtt, mqtt->topics.availability, "online", true);
    }
}

static void publish_info(struct mqtt *mqtt)
{
    char info[STATUS_JSON_MAX];
    if (room(mqtt) && outbox_take_info(&mqtt->outbox, mqtt->info_due, info)) {
        mqtt->info_due = false;
        mqtt->info_mid = mqtt_publish(mqtt, mqtt->topics.info, info, true);
    }
}

/* Only a status that is newer than the published one: a control loop that stands still must not look alive. */
static bool state_is_due(struct mqtt *mqtt, int64_t age_ms)
{
    bool news = mqtt->status_number != mqtt->judged_number;
    bool first = mqtt->published_number == 0;
    if (!news || (!first && age_ms < MQTT_STATE_GAP_MS)) {
        return false;
    }
    mqtt->judged_number = mqtt->status_number;
    return first || status_due(&mqtt->published, &mqtt->status, age_ms);
}

static void publish_state(struct mqtt *mqtt)
{
    char text[STATUS_JSON_MAX];
    int64_t now_ms = mqtt_now_ms();
    mqtt->status_number = outbox_status(&mqtt->outbox, mqtt->status_number, &mqtt->status);
    if (!room(mqtt) || !state_is_due(mqtt, now_ms - mqtt->published_ms)) {
        return;
    }
    mqtt->published = mqtt->status;
    mqtt->published_number = mqtt->status_number;
    mqtt->published_ms = now_ms;
    if (status_render(&mqtt->status, text, sizeof text) >= 0) {
        (void)mqtt_publish(mqtt, mqtt->topics.state, text, true);
    }
}

static void publish_events(struct mqtt *mqtt)
{
    struct outbox_event event;
    char text[STATUS_JSON_MAX];
    while (room(mqtt) && outbox_take_event(&mqtt->outbox, &event)) {
        if (status_render_event(&event.status, &event.event, text, sizeof text) >= 0) {
            (void)mqtt_publish(mqtt, mqtt->topics.event, text, false);
        }
    }
}

static void tell_lost(struct mqtt *mqtt)
{
    int64_t now_ms = mqtt_now_ms();
    if (mqtt->lost_told_ms != 0 && now_ms - mqtt->lost_told_ms < LOST_TOLD_EVERY_MS) {
        return;
    }
    size_t lost = outbox_lost(&mqtt->outbox);
    if (lost > 0) {
        mqtt->lost_told_ms = now_ms;
        mqtt_say(mqtt, LOG_WARNING, "MQTT: the broker is too slow: %zu events were dropped", lost);
    }
}

int64_t mqtt_publish_due(struct mqtt *mqtt)
{
    if (mqtt->stage == STAGE_ACCEPTED || mqtt->stage == STAGE_SUBSCRIBING) {
        return LOOK_AGAIN_MS;
    }
    if (mqtt->stage != STAGE_READY) {
        publish_answers(mqtt);
        return LOOK_AGAIN_MS;
    }
    publish_availability(mqtt);
    publish_info(mqtt);
    publish_answers(mqtt);
    publish_state(mqtt);
    publish_events(mqtt);
    tell_lost(mqtt);
    return mqtt->status_number != mqtt->judged_number || mqtt->online_due ? MQTT_STATE_GAP_MS : LOOK_AGAIN_MS;
}
