#include "soothe/command.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX         128
#define LOCAL_TIME_LENGTH 16 /* "YYYY-MM-DD HH:MM" says no zone: too vague for a ts */

/* What a payload says, before the command decides whether it may. */
struct payload {
    bool has_value;
    char value[VALUE_MAX];
};

typedef enum refusal (*take_fn)(const struct payload *payload, struct command *command);

static enum refusal take_nothing(const struct payload *payload, struct command *command)
{
    (void)command;
    return payload->has_value ? REFUSED_BAD_VALUE : REFUSED_NOT;
}

static enum refusal take_anything(const struct payload *payload, struct command *command)
{
    (void)payload;
    (void)command;
    return REFUSED_NOT;
}

static enum refusal take_number(const char *text, int64_t low, int64_t high, int64_t *value)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool begins_well = text[0] >= '0' && text[0] <= '9';
    if (errno != 0 || !begins_well || *end != '\0' || number < low || number > high) {
        return REFUSED_BAD_VALUE;
    }
    *value = number;
    return REFUSED_NOT;
}

static enum refusal take_minutes(const struct payload *payload, struct command *command)
{
    command->has_value = payload->has_value;
    return payload->has_value ? take_number(payload->value, 1, ENGINE_PAUSE_MAX_MIN, &command->value) : REFUSED_NOT;
}

static enum refusal take_score(const struct payload *payload, struct command *command)
{
    command->has_value = payload->has_value;
    return payload->has_value ? take_number(payload->value, 0, 10, &command->value) : REFUSED_BAD_VALUE;
}

static enum refusal take_injury(const struct payload *payload, struct command *command)
{
    if (!payload->has_value) {
        command->injured = INJURED_NOW;
        return REFUSED_NOT;
    }
    return command_time_parse(payload->value, &command->injured, &command->injured_ms) == 0 ? REFUSED_NOT
                                                                                            : REFUSED_BAD_VALUE;
}

static enum refusal take_fault(const struct payload *payload, struct command *command)
{
    if (!payload->has_value || strlen(payload->value) >= sizeof command->text) {
        return REFUSED_BAD_VALUE;
    }
    memcpy(command->text, payload->value, strlen(payload->value) + 1);
    return REFUSED_NOT;
}

static const struct {
    take_fn take;
    const char *allowed;
} grammar[COMMAND_COUNT] = {
    [COMMAND_START] = {take_injury,   "when the injury was: RFC 3339 (2026-11-22T08:00:00Z), local time "
                                    "(2026-11-22 08:00), or how long ago (-36h, -90m, -2d); or nothing for now"},
    [COMMAND_STOP] = {take_anything, "anything"                                                                                                  },
    [COMMAND_PAUSE] = {take_minutes,  "minutes from 1 to 720, or nothing to pause until resume"                                                   },
    [COMMAND_RESUME] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_SKIP] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_NOW] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_END] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_FINISH] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_PAIN] = {take_score,    "a whole number from 0 to 10"                                                                               },
    [COMMAND_ACK] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_CLOCK] = {take_nothing,  "no value"                                                                                                  },
    [COMMAND_INJECT] = {take_fault,    "the name of a fault, or none"                                                                              },
};

static bool printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

static bool set_value(struct payload *payload, const char *text)
{
    if (strlen(text) >= sizeof payload->value || !printable(text)) {
        return false;
    }
    payload->has_value = text[0] != '\0' && strcmp(text, "PRESS") != 0;
    memcpy(payload->value, text, strlen(text) + 1);
    return true;
}

static bool read_ts(const cJSON *ts, struct command *command)
{
    if (!ts) {
        return true;
    }
    command->has_ts = true;
    if (cJSON_IsNumber(ts)) {
        double ms = ts->valuedouble * 1000.0;
        if (!(ms >= 0 && ms <= 9e15)) {
            return false;
        }
        command->ts_ms = llrint(ms);
        return true;
    }
    enum command_injured kind = INJURED_NOW;
    return cJSON_IsString(ts) && strlen(ts->valuestring) > LOCAL_TIME_LENGTH &&
           command_time_parse(ts->valuestring, &kind, &command->ts_ms) == 0 && kind == INJURED_AT;
}

static bool read_id(const cJSON *id, struct command *command)
{
    if (!id) {
        return true;
    }
    if (!cJSON_IsString(id) || strlen(id->valuestring) > COMMAND_ID_MAX || !printable(id->valuestring)) {
        return false;
    }
    memcpy(command->id, id->valuestring, strlen(id->valuestring) + 1);
    return true;
}

static bool read_value(const cJSON *value, struct payload *payload)
{
    if (!value || cJSON_IsNull(value)) {
        return true;
    }
    if (cJSON_IsString(value)) {
        return set_value(payload, value->valuestring);
    }
    if (!cJSON_IsNumber(value) || value->valuedouble != (double)value->valueint) {
        return false;
    }
    char text[16];
    (void)snprintf(text, sizeof text, "%d", value->valueint);
    return set_value(payload, text);
}

static enum refusal read_json(const cJSON *object, struct payload *payload, struct command *command, char *why,
                              size_t size)
{
    static const char *const keys[] = {"id", "ts", "value"};
    bool has_id = read_id(cJSON_GetObjectItemCaseSensitive(object, "id"), command);
    for (const cJSON *item = object->child; item; item = item->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            known = known || strcmp(item->string, keys[i]) == 0;
        }
        if (!known) {
            (void)snprintf(why, size, "a JSON payload has the keys id, ts and value, and no others");
            return REFUSED_BAD_VALUE;
        }
    }
    if (!has_id) {
        (void)snprintf(why, size, "id is a string of at most %d printable ASCII characters", COMMAND_ID_MAX);
        return REFUSED_BAD_VALUE;
    }
    if (!read_ts(cJSON_GetObjectItemCaseSensitive(object, "ts"), command)) {
        (void)snprintf(why, size, "ts is the Unix time in seconds, or RFC 3339");
        return REFUSED_BAD_VALUE;
    }
    if (!read_value(cJSON_GetObjectItemCaseSensitive(object, "value"), payload)) {
        (void)snprintf(why, size, "value is a whole number or a short string of printable ASCII characters");
        return REFUSED_BAD_VALUE;
    }
    return REFUSED_NOT;
}

static enum refusal read_payload(const char *bytes, size_t length, struct payload *payload, struct command *command,
                                 char *why, size_t size)
{
    char text[COMMAND_PAYLOAD_MAX + 1];
    size_t begin = 0;
    while (begin < length && strchr(" \t\r\n", bytes[begin]) && bytes[begin] != '\0') {
        begin++;
    }
    while (length > begin && strchr(" \t\r\n", bytes[length - 1]) && bytes[length - 1] != '\0') {
        length--;
    }
    memcpy(text, bytes + begin, length - begin);
    text[length - begin] = '\0';
    if (strlen(text) != length - begin) {
        (void)snprintf(why, size, "the payload has a NUL byte in it");
        return REFUSED_BAD_VALUE;
    }
    if (text[0] != '{') {
        if (!set_value(payload, text)) {
            (void)snprintf(why, size, "a plain payload is at most %d printable ASCII characters", VALUE_MAX - 1);
            return REFUSED_BAD_VALUE;
        }
        return REFUSED_NOT;
    }
    cJSON *object = strstr(text, "\\u0000") ? NULL : cJSON_ParseWithOpts(text, NULL, true); /* cJSON would cut there */
    if (!object) {
        (void)snprintf(why, size, "the payload begins like JSON and is none");
        return REFUSED_BAD_VALUE;
    }
    enum refusal refusal = read_json(object, payload, command, why, size);
    cJSON_Delete(object);
    return refusal;
}

static enum refusal read_name(const char *name, size_t length, struct command *command, char *why, size_t size)
{
    char text[16] = "";
    if (length < sizeof text) {
        memcpy(text, name, length);
    }
    enum command_name known = strlen(text) == length && length > 0 ? command_from_name(text) : COMMAND_COUNT;
    if (known == COMMAND_COUNT || known == COMMAND_NONE) {
        (void)snprintf(why, size,
                       "there is no such command; there are start, stop, pause, resume, skip, now, end, "
                       "finish, pain, ack and clock");
        return REFUSED_UNKNOWN_COMMAND;
    }
    command->name = known;
    return REFUSED_NOT;
}

enum refusal command_parse(const char *name, size_t name_length, const void *bytes, size_t length,
                           struct command *command, char *why, size_t size)
{
    *command = (struct command){.origin = ORIGIN_REMOTE};
    why[0] = '\0';
    struct payload payload = {.has_value = false};
    enum refusal refusal = read_name(name, name_length, command, why, size);
    if (refusal != REFUSED_NOT) {
        return refusal;
    }
    if (length > COMMAND_PAYLOAD_MAX) {
        (void)snprintf(why, size, "a payload has at most %d bytes", COMMAND_PAYLOAD_MAX);
        refusal = REFUSED_TOO_LARGE;
    } else {
        refusal = read_payload(length > 0 ? bytes : "", length, &payload, command, why, size);
    }
    if (command->name == COMMAND_STOP) {
        why[0] = '\0';
        return REFUSED_NOT;
    }
    if (refusal == REFUSED_NOT) {
        refusal = grammar[command->name].take(&payload, command);
        if (refusal != REFUSED_NOT) {
            (void)snprintf(why, size, "%s takes %s", command_name(command->name), grammar[command->name].allowed);
        }
    }
    return refusal;
}

static bool local_only(enum command_name name)
{
    return name == COMMAND_FINISH || name == COMMAND_ACK || name == COMMAND_CLOCK || name == COMMAND_INJECT;
}

static bool may_energise(enum command_name name)
{
    return name == COMMAND_START || name == COMMAND_NOW;
}

static enum refusal admit_energising(const struct command *command, const struct command_rules *rules)
{
    if (!rules->remote_start) {
        return REFUSED_REMOTE_START;
    }
    if (!command->has_ts) {
        return REFUSED_NO_TIMESTAMP;
    }
    if (!rules->clock_trusted) {
        return REFUSED_CLOCK;
    }
    bool fresh =
        command->ts_ms >= rules->wall_ms - COMMAND_AGE_MAX_MS && command->ts_ms <= rules->wall_ms + COMMAND_AGE_MAX_MS;
    return fresh ? REFUSED_NOT : REFUSED_TOO_OLD;
}

enum refusal command_admit(const struct command *command, const struct command_rules *rules)
{
    if (rules->retained) {
        return REFUSED_RETAINED;
    }
    if (command->name == COMMAND_STOP) {
        return REFUSED_NOT;
    }
    if (local_only(command->name)) {
        return REFUSED_LOCAL_ONLY;
    }
    return may_energise(command->name) ? admit_energising(command, rules) : REFUSED_NOT;
}
