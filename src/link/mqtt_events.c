/* What the library tells, in callbacks of the MQTT thread. They only take notes: on 2.0.11 the library holds a lock
 * while it calls them. */
#include "mqtt_internal.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#define SUBSCRIPTION_REFUSED 128

static const char *const refusals[] = {
    [1] = "it does not speak MQTT 3.1.1",
    [2] = "it does not take the client id",
    [3] = "it is not available now",
    [4] = "bad user name or password",
    [5] = "not authorised: user name or password?",
};

static void on_connect(struct mosquitto *client, void *context, int code)
{
    (void)client;
    struct mqtt *mqtt = context;
    if (code != 0) {
        bool named = code > 0 && (size_t)code < sizeof refusals / sizeof refusals[0];
        (void)snprintf(mqtt->reason, sizeof mqtt->reason, "the broker refuses the connection: %s",
                       named ? refusals[code] : "it does not say why");
        mqtt->lost = true;
        return;
    }
    mqtt->stage = STAGE_ACCEPTED;
    mqtt->deadline_ms = mqtt_now_ms() + MQTT_ANSWER_MS;
}

static const char *topic_of(const struct mqtt *mqtt, enum subscription which)
{
    switch (which) {
    case SUB_INFO:
        return mqtt->topics.info;
    case SUB_AVAILABILITY:
        return mqtt->topics.availability;
    case SUB_STATE:
        return mqtt->topics.state;
    case SUB_COMMANDS:
    case SUB_COUNT:
    default:
        return mqtt->topics.commands;
    }
}

/* info first: its retained document is then here before the last subscription is acknowledged. Who watches needs to
 * hear the other one, and no commands. */
void mqtt_subscribe(struct mqtt *mqtt)
{
    const enum subscription wanted[3] = {mqtt->watcher ? SUB_STATE : SUB_INFO, SUB_AVAILABILITY, SUB_COMMANDS};
    size_t count = mqtt->watcher ? 2 : 3;
    for (size_t i = 0; i < count; i++) {
        int rc = mosquitto_subscribe(mqtt->client, &mqtt->sub_mids[wanted[i]], topic_of(mqtt, wanted[i]), MQTT_QOS);
        mqtt->lost = mqtt->lost || rc != MOSQ_ERR_SUCCESS;
    }
}

bool mqtt_subscribed(const struct mqtt *mqtt)
{
    for (size_t i = 0; i < SUB_COUNT; i++) {
        if (mqtt->sub_mids[i] != 0) {
            return false;
        }
    }
    return true;
}

static void on_subscribe(struct mosquitto *client, void *context, int mid, int count, const int *granted)
{
    (void)client;
    struct mqtt *mqtt = context;
    for (size_t i = 0; i < SUB_COUNT; i++) {
        if (mqtt->sub_mids[i] != mid) {
            continue;
        }
        mqtt->sub_mids[i] = 0;
        if (count > 0 && granted[0] == SUBSCRIPTION_REFUSED) {
            mqtt_say(mqtt, LOG_WARNING, "MQTT: the broker refuses the subscription to %s",
                     topic_of(mqtt, (enum subscription)i));
        }
    }
}

static void on_publish(struct mosquitto *client, void *context, int mid)
{
    (void)client;
    struct mqtt *mqtt = context;
    mqtt->in_flight -= mqtt->in_flight > 0;
    if (mid == mqtt->info_mid) {
        mqtt->info_mid = 0;
        mqtt_twin_told(&mqtt->twin);
    }
}

static bool says_offline(const struct mosquitto_message *message)
{
    return message->payloadlen == 7 && memcmp(message->payload, "offline", 7) == 0;
}

static void hear_twin(struct mqtt *mqtt, const struct mosquitto_message *message)
{
    bool offline = strcmp(message->topic, mqtt->topics.availability) == 0 && says_offline(message);
    if (!message->retain && mqtt_twin_heard(&mqtt->twin, offline, mqtt_now_ms())) {
        mqtt_say(mqtt, LOG_ERR,
                 "MQTT: another daemon (instance %s) has the same device.id \"%s\" on this broker; this one stays away "
                 "from MQTT while that one is heard. Give one of them another device.id",
                 mqtt->twin.other, mqtt->device_id);
    }
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message)
{
    (void)client;
    struct mqtt *mqtt = context;
    if (mqtt->watcher) {
        hear_twin(mqtt, message);
    } else if (mqtt_is_command(mqtt, message->topic)) {
        mqtt_take_command(mqtt, message);
    } else if (strcmp(message->topic, mqtt->topics.availability) == 0) {
        mqtt->online_due = mqtt->online_due || (mqtt->stage == STAGE_READY && says_offline(message));
    } else if (mqtt->stage == STAGE_SUBSCRIBING && message->retain && strcmp(message->topic, mqtt->topics.info) == 0) {
        (void)mqtt_twin_info(&mqtt->twin, mqtt->instance, message->payload, (size_t)message->payloadlen);
    }
}

static void on_log(struct mosquitto *client, void *context, int level, const char *text)
{
    (void)client;
    struct mqtt *mqtt = context;
    if (level != MOSQ_LOG_ERR) {
        return;
    }
    (void)snprintf(mqtt->complaint, sizeof mqtt->complaint, "%s", text);
    for (char *c = mqtt->complaint; *c != '\0'; c++) {
        *c = *c >= ' ' && *c <= '~' ? *c : ' '; /* it may end in a line feed */
    }
}

void mqtt_set_callbacks(struct mqtt *mqtt)
{
    mosquitto_connect_callback_set(mqtt->client, on_connect);
    mosquitto_subscribe_callback_set(mqtt->client, on_subscribe);
    mosquitto_publish_callback_set(mqtt->client, on_publish);
    mosquitto_message_callback_set(mqtt->client, on_message);
    mosquitto_log_callback_set(mqtt->client, on_log);
}
