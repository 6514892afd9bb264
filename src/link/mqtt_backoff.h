/* How long to wait before the next connection. Pure: time and chance are arguments.
 *
 * 1 s after the first failure, doubled up to 60 s, with up to half of jitter so that a house full of clients does not
 * come back in step. Only a connection that lasted MQTT_STABLE_MS resets it: one that is thrown out again and again
 * (another client with the same client id, a broker that closes at once) is not a success. */
#ifndef SOOTHE_LINK_MQTT_BACKOFF_H
#define SOOTHE_LINK_MQTT_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define MQTT_BACKOFF_MIN_MS  1000
#define MQTT_BACKOFF_MAX_MS  60000
#define MQTT_STABLE_MS       60000
#define MQTT_SHORT_LIVED_MAX 3 /* connections in a row that did not last: then it is worth a line in the log */

struct mqtt_backoff {
    int failures;    /* in a row */
    int short_lived; /* connections in a row that were made and did not last */
};

/* The time to wait after a failed or lost connection. `ready_for_ms`: how long it was usable, negative: never. `chance`
 * is any random number. MQTT_BACKOFF_MIN_MS to MQTT_BACKOFF_MAX_MS. */
int64_t mqtt_backoff_next(struct mqtt_backoff *backoff, int64_t ready_for_ms, uint32_t chance);

/* Whether the short-lived connections have just become worth a line. */
bool mqtt_backoff_suspicious(const struct mqtt_backoff *backoff);

#endif
