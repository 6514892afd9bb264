#include "mqtt_backoff.h"

#define DOUBLINGS_MAX 6

int64_t mqtt_backoff_next(struct mqtt_backoff *backoff, int64_t ready_for_ms, uint32_t chance)
{
    if (ready_for_ms >= MQTT_STABLE_MS) {
        *backoff = (struct mqtt_backoff){0};
    } else if (ready_for_ms >= 0) {
        backoff->short_lived += backoff->short_lived <= MQTT_SHORT_LIVED_MAX;
    } else {
        backoff->short_lived = 0;
    }
    int64_t base_ms = (int64_t)MQTT_BACKOFF_MIN_MS << backoff->failures;
    backoff->failures += backoff->failures < DOUBLINGS_MAX;
    int64_t wait_ms = base_ms + chance % (base_ms / 2);
    if (wait_ms > MQTT_BACKOFF_MAX_MS) {
        wait_ms = MQTT_BACKOFF_MAX_MS - chance % (MQTT_BACKOFF_MAX_MS / 3);
    }
    return wait_ms;
}

bool mqtt_backoff_suspicious(const struct mqtt_backoff *backoff)
{
    return backoff->short_lived == MQTT_SHORT_LIVED_MAX;
}
