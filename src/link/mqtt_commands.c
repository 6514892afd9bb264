#include "mqtt_internal.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

/* Freshness is about the network between the sender and here: real time, in a simulation too. */
static int64_t wall_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* At most MQTT_REFUSALS_PER_S are answered and told; a flood costs neither log nor broker. */
static bool may_tell(struct mqtt *mqtt)
{
    mqtt_end_flood(mqtt);
    if (mqtt->limit.told == MQTT_REFUSALS_PER_S) {
        mqtt->limit.untold++;
        return false;
    }
    mqtt->limit.told++;
    return true;
}

void mqtt_end_flood(struct mqtt *mqtt)
{
    int64_t now_ms = mqtt_now_ms();
    if (now_ms - mqtt->limit.began_ms < 1000) {
        return;
    }
    if (mqtt->limit.untold > 0) {
        mqtt_say(mqtt, LOG_WARNING, "MQTT: %zu more commands were refused within a second, and not answered",
                 mqtt->limit.untold);
    }
    mqtt->limit = (struct refusal_limit){.began_ms = now_ms};
}

static void refuse(struct mqtt *mqtt, const struct command *command, enum refusal refusal, const char *why)
{
    if (!may_tell(mqtt)) {
        replies_forget(&mqtt->replies, command->id);
        return;
    }
    struct outbox_answer answer = {.command = *command, .refusal = refusal, .until_wall_ms = PLAN_NEVER};
    (void)snprintf(answer.why, sizeof answer.why, "%s", why);
    outbox_put_answer(&mqtt->outbox, &answer);
    const struct engine_event event = {.type = EVENT_COMMAND_REFUSED,
                                       .until_ms = PLAN_NEVER,
                                       .sensor = -1,
                                       .command = command->name,
                                       .refusal = refusal};
    mqtt->status_number = outbox_status(&mqtt->outbox, mqtt->status_number, &mqtt->status);
    if (mqtt->status_number != 0) {
        outbox_put_event(&mqtt->outbox, &mqtt->status, &event);
    }
    mqtt_tell_refused(mqtt, command, refusal);
}

/* Whether this id was there before: then its first answer is all it gets. Never so for `stop`. */
static bool repeated(struct mqtt *mqtt, const struct command *command)
{
    const char *text = NULL;
    enum replies_found found = replies_ask(&mqtt->replies, command->id, &text);
    if (found == REPLY_NEW || command->name == COMMAND_STOP) {
        return false;
    }
    if (found == REPLY_KNOWN && mqtt->stage == STAGE_READY && mqtt->in_flight < MQTT_IN_FLIGHT_MAX && may_tell(mqtt)) {
        (void)mqtt_publish(mqtt, mqtt->topics.response, text, false);
    }
    return true;
}

static enum refusal judge(struct mqtt *mqtt, const struct command *command)
{
    mqtt->status_number = outbox_status(&mqtt->outbox, mqtt->status_number, &mqtt->status);
    const struct command_rules rules = {
        .remote_start = mqtt->config.remote_start,
        .clock_trusted = mqtt->status_number != 0 && mqtt->status.clock_trusted,
        .wall_ms = wall_ms(),
    };
    return command_admit(command, &rules);
}

/* The filter "cmd/#" matches "cmd" too. */
bool mqtt_is_command(const struct mqtt *mqtt, const char *topic)
{
    size_t length = strlen(mqtt->topics.commands) - strlen("/#");
    return strncmp(topic, mqtt->topics.commands, length) == 0 && (topic[length] == '/' || topic[length] == '\0');
}

void mqtt_take_command(struct mqtt *mqtt, const struct mosquitto_message *message)
{
    size_t before = strlen(mqtt->topics.commands) - strlen("#");
    const char *name = strlen(message->topic) > before ? message->topic + before : "";
    char why[256];
    struct command command;
    enum refusal refusal =
        command_parse(name, strlen(name), message->payload, (size_t)message->payloadlen, &command, why, sizeof why);
    command.client = MQTT_CLIENT;
    if (message->retain) {
        command.id[0] = '\0'; /* what is kept on the broker must not spoil the id of a live command */
        refuse(mqtt, &command, REFUSED_RETAINED, "");
        return;
    }
    if (repeated(mqtt, &command)) {
        return;
    }
    if (refusal == REFUSED_NOT) {
        refusal = judge(mqtt, &command);
    }
    if (refusal == REFUSED_NOT && !mqtt_hand_over(mqtt, &command)) {
        replies_forget(&mqtt->replies, command.id); /* it may be sent again with the same id */
        refusal = REFUSED_BUSY;
    }
    if (refusal != REFUSED_NOT) {
        refuse(mqtt, &command, refusal, why);
    }
}
