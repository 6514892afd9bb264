#include "mqtt_twin.h"

#include <cjson/cJSON.h>
#include <string.h>

#define INFO_SIZE_MAX 65536

void mqtt_twin_told(struct mqtt_twin *twin)
{
    twin->told = true;
    twin->cleared = false;
}

static void keep_printable(const char *text, char *kept, size_t size)
{
    size_t used = 0;
    for (; *text != '\0' && used + 1 < size; text++) {
        kept[used++] = *text >= ' ' && *text <= '~' ? *text : '?';
    }
    kept[used] = '\0';
}

bool mqtt_twin_info(struct mqtt_twin *twin, const char *instance, const void *bytes, size_t length)
{
    if (!twin->told || twin->cleared || length == 0 || length > INFO_SIZE_MAX) {
        return false;
    }
    cJSON *info = cJSON_ParseWithLength(bytes, length);
    const char *other = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(info, "instance"));
    bool give_way = other && strcmp(other, instance) != 0;
    if (give_way) {
        keep_printable(other, twin->other, sizeof twin->other);
        twin->watching = true;
        twin->alive = false;
        twin->until_ms = INT64_MAX;
    }
    cJSON_Delete(info);
    return give_way;
}

void mqtt_twin_watch(struct mqtt_twin *twin, int64_t now_ms)
{
    twin->until_ms = now_ms + MQTT_TWIN_WATCH_MS;
}

bool mqtt_twin_heard(struct mqtt_twin *twin, bool offline, int64_t now_ms)
{
    bool first = !offline && !twin->alive;
    twin->alive = !offline;
    twin->until_ms = offline ? now_ms : now_ms + MQTT_TWIN_WATCH_MS;
    return first;
}

bool mqtt_twin_over(struct mqtt_twin *twin, int64_t now_ms)
{
    if (!twin->watching || now_ms < twin->until_ms) {
        return false;
    }
    twin->watching = false;
    twin->cleared = true;
    return true;
}
