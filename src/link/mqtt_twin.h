/* Two daemons with one device.id: who stays. Pure: time and messages are arguments.
 *
 * Both have the same client id, so the broker lets the newer one in and throws the older one out. The older one comes
 * back, finds a retained info document of another instance where its own had been acknowledged, and gives way: it
 * leaves without a word, and from then on only watches, under another client id and without a will. While the other is
 * heard (each daemon publishes its state every 30 s) it stays away; when that one says `offline`, or nothing for long
 * enough, it comes back. So the newest stays, and the two do not throw each other out for ever. A stale or forged info
 * document costs MQTT_TWIN_WATCH_MS and no more, because only live messages count as a sign of life. */
#ifndef SOOTHE_LINK_MQTT_TWIN_H
#define SOOTHE_LINK_MQTT_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MQTT_TWIN_WATCH_MS 45000 /* longer than the 30 s between two states */
#define MQTT_INSTANCE_MAX  128

struct mqtt_twin {
    bool told;                     /* our info document was acknowledged by the broker */
    bool watching;                 /* we gave way */
    bool cleared;                  /* we watched, and nobody was there */
    bool alive;                    /* it was heard while we watched */
    int64_t until_ms;              /* watching: when to come back if nothing is heard */
    char other[MQTT_INSTANCE_MAX]; /* the other's instance, printable */
};

/* Our info document was acknowledged. */
void mqtt_twin_told(struct mqtt_twin *twin);

/* A retained info document, seen on connecting and before ours is published. true: give way now. */
bool mqtt_twin_info(struct mqtt_twin *twin, const char *instance, const void *bytes, size_t length);

/* A watching connection is there: the time runs. */
void mqtt_twin_watch(struct mqtt_twin *twin, int64_t now_ms);

/* A live message of the other was heard, `offline` or anything else. true: it is the first sign of life. */
bool mqtt_twin_heard(struct mqtt_twin *twin, bool offline, int64_t now_ms);

/* Whether the watch is over: then `watching` ends and the next connection is a real one. */
bool mqtt_twin_over(struct mqtt_twin *twin, int64_t now_ms);

#endif
