#include "soothe/command.h"
#include "soothe/status.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const refusal_texts[REFUSED_COUNT] = {
    [REFUSED_NOT] = "done",
    [REFUSED_UNKNOWN_COMMAND] = "there is no such command",
    [REFUSED_BAD_VALUE] = "that value is not allowed",
    [REFUSED_TOO_LARGE] = "that is too long",
    [REFUSED_RETAINED] = "a retained message is never carried out; publish it without the retain flag",
    [REFUSED_NO_TIMESTAMP] = "from afar this needs a ts, the time at which it was sent",
    [REFUSED_TOO_OLD] = "its ts is not within 10 seconds of now",
    [REFUSED_CLOCK] = "nobody vouches for the clock of this machine; on the spot, `soothe clock --confirm` does",
    [REFUSED_REMOTE_START] = "remote start is off; mqtt.remote_start in the configuration allows it",
    [REFUSED_LOCAL_ONLY] = "this is only done on the spot, not from afar",
    [REFUSED_BUSY] = "too many commands at once; send it again",
    [REFUSED_NO_PLAN] = "no plan is active; `soothe start` begins one",
    [REFUSED_PLAN_ACTIVE] = "a plan is active already; `soothe finish` ends it for good",
    [REFUSED_IN_FUTURE] = "that is in the future",
    [REFUSED_PLAN_OVER] = "the injury is longer ago than the plan lasts",
    [REFUSED_REST] = "the rest between two sessions is not over",
    [REFUSED_RUNNING] = "a session is running already",
    [REFUSED_NO_SESSION] = "no session is running",
    [REFUSED_ALREADY_SKIPPED] = "the next session is left out already",
    [REFUSED_ALREADY_HELD] = "the plan is stopped already",
    [REFUSED_NOT_HELD] = "nothing is paused or stopped",
    [REFUSED_BLOCKED] = "something else holds it back; `soothe status` says what",
    [REFUSED_NOTHING_TO_ACK] = "nothing is locked",
    [REFUSED_CAUSE_PRESENT] = "the cause is still there",
    [REFUSED_NOT_SIMULATED] = "faults are injected only with --simulate, on the spot",
};

const char *command_refusal_text(enum refusal refusal)
{
    return (unsigned)refusal < REFUSED_COUNT ? refusal_texts[refusal] : "refused";
}

static void add_or_null(cJSON *object, const char *key, const char *text)
{
    if (text[0] != '\0') {
        cJSON_AddStringToObject(object, key, text);
    } else {
        cJSON_AddNullToObject(object, key);
    }
}

int command_answer_render(const struct command *command, enum refusal refusal, const char *why, int64_t until_wall_ms,
                          char *text, size_t size)
{
    char until[STATUS_TIME_MAX];
    cJSON *object = cJSON_CreateObject();
    add_or_null(object, "id", command->id);
    cJSON_AddStringToObject(object, "cmd", command_name(command->name));
    cJSON_AddStringToObject(object, "status", refusal == REFUSED_NOT ? "ok" : "refused");
    cJSON_AddStringToObject(object, "reason", refusal_name(refusal));
    cJSON_AddStringToObject(object, "message", why && why[0] != '\0' ? why : command_refusal_text(refusal));
    if (until_wall_ms != PLAN_NEVER) {
        cJSON_AddStringToObject(object, "until", status_time(until_wall_ms, until));
    }
    bool printed = size > 0 && size <= 65536 && cJSON_PrintPreallocated(object, text, (int)size, false);
    cJSON_Delete(object);
    return printed ? (int)strlen(text) : -ENOSPC;
}

enum replies_found replies_ask(struct replies *replies, const char *id, const char **text)
{
    if (id[0] == '\0') {
        return REPLY_NEW;
    }
    for (size_t i = 0; i < REPLIES_KEPT; i++) {
        if (strcmp(replies->kept[i].id, id) == 0) {
            *text = replies->kept[i].text;
            return replies->kept[i].answered ? REPLY_KNOWN : REPLY_PENDING;
        }
    }
    size_t place = replies->next;
    replies->next = (place + 1) % REPLIES_KEPT;
    replies->kept[place].answered = false;
    (void)snprintf(replies->kept[place].id, sizeof replies->kept[place].id, "%s", id);
    return REPLY_NEW;
}

void replies_tell(struct replies *replies, const char *id, const char *text)
{
    for (size_t i = 0; id[0] != '\0' && i < REPLIES_KEPT; i++) {
        if (strcmp(replies->kept[i].id, id) == 0) {
            replies->kept[i].answered = true;
            (void)snprintf(replies->kept[i].text, sizeof replies->kept[i].text, "%s", text);
            return;
        }
    }
}

void replies_forget(struct replies *replies, const char *id)
{
    for (size_t i = 0; id[0] != '\0' && i < REPLIES_KEPT; i++) {
        if (strcmp(replies->kept[i].id, id) == 0) {
            replies->kept[i].id[0] = '\0';
            replies->kept[i].answered = false;
        }
    }
}
