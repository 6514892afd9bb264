/* Events as a line for people. */
#include "document.h"
#include "view.h"

#include "soothe/command.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static int64_t time_of(const cJSON *object, const char *key)
{
    const char *text = text_of(object, key);
    enum command_injured kind = INJURED_NOW;
    int64_t ms = 0;
    bool read = text && command_time_parse(text, &kind, &ms) == 0 && kind == INJURED_AT;
    return read ? ms / 1000 : DOCUMENT_UNKNOWN;
}

static void add_detail(const cJSON *event, char *detail, size_t size)
{
    const cJSON *pain = cJSON_GetObjectItemCaseSensitive(event, "pain");
    const cJSON *minutes = cJSON_GetObjectItemCaseSensitive(event, "minutes");
    const char *what = text_of(event, "fault");
    what = what ? what : text_of(event, "reason");
    what = what ? what : text_of(event, "phase");
    char when[32];
    detail[0] = '\0';
    if (time_of(event, "at") != DOCUMENT_UNKNOWN) {
        (void)snprintf(detail, size, ": %s",
                       document_time(time_of(event, "at"), time_of(event, "ts"), when, sizeof when));
    } else if (cJSON_IsNumber(pain)) {
        (void)snprintf(detail, size, ": %d of 10", pain->valueint);
    } else if (cJSON_IsNumber(minutes)) {
        (void)snprintf(detail, size, " for %d min", minutes->valueint);
    } else if (what) {
        (void)snprintf(detail, size, ": %.40s", what);
    }
}

int view_event_text(const char *line, char *text, size_t size)
{
    char when[32];
    char detail[64];
    char whole[160];
    cJSON *event = cJSON_Parse(line);
    const char *type = text_of(event, "event_type");
    int error = type ? 0 : -EINVAL;
    if (type) {
        int64_t at_s = time_of(event, "ts");
        add_detail(event, detail, sizeof detail);
        (void)snprintf(whole, sizeof whole, "%s  %.40s%s", document_time(at_s, at_s, when, sizeof when), type, detail);
        document_plain(whole, text, size);
    }
    cJSON_Delete(event);
    return error;
}
