/* The MQTT thread's inside. Everything below `outbox` belongs to that thread alone. */
#ifndef SOOTHE_LINK_MQTT_INTERNAL_H
#define SOOTHE_LINK_MQTT_INTERNAL_H

#include "mqtt_backoff.h"
#include "mqtt_outbox.h"
#include "mqtt_twin.h"
#include "soothe/mqtt.h"

#include <mosquitto.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MQTT_QOS 1
#define MQTT_KEEPALIVE_S                                                                                               \
    20 /* a broker that fell silent is noticed after 40 s; the broker sends the will after 30 s                        \
        */
#define MQTT_ANSWER_MS      10000 /* for the broker to take the connection and the subscriptions */
#define MQTT_IN_FLIGHT_MAX  16  /* unacknowledged publishes; below the library's own 20, so that nothing queues in it */
#define MQTT_STATE_GAP_MS   100 /* between two state documents, also when simulated time races */
#define MQTT_ONLINE_GAP_MS  1000 /* between two corrections of a foreign `offline` */
#define MQTT_LEAVE_MS       1000 /* for the broker to acknowledge `offline` */
#define MQTT_FREE_MS        2000
#define MQTT_REFUSALS_PER_S 5 /* told one by one; the rest is counted */
#define MQTT_CLIENT         1 /* struct command.client of all that comes by MQTT */

enum stage {
    STAGE_AWAY,        /* no connection; until next_ms */
    STAGE_CONNECTING,  /* until the CONNACK */
    STAGE_ACCEPTED,    /* it came; the subscriptions are due */
    STAGE_SUBSCRIBING, /* until the SUBACKs */
    STAGE_READY,
    STAGE_WATCHING, /* we gave way to another instance: see mqtt_twin.h */
    STAGE_LEAVING   /* `offline` is on its way */
};

enum subscription { SUB_INFO, SUB_AVAILABILITY, SUB_COMMANDS, SUB_STATE, SUB_COUNT };

struct mqtt_topics {
    char base[48]; /* "soothe/<id>" */
    char availability[64];
    char state[64];
    char event[64];
    char info[64];
    char response[64];
    char commands[64]; /* ".../cmd/#" */
};

struct refusal_limit {
    int64_t began_ms; /* of the running second */
    unsigned told;
    size_t untold;
};

struct mqtt {
    struct config_mqtt config;
    char device_id[sizeof((struct config *)0)->device_id];
    char instance[MQTT_INSTANCE_MAX];
    bool simulated;
    struct mqtt_topics topics;
    struct mqtt_hooks hooks;
    pthread_mutex_t hooks_lock; /* held while a hook runs: after mqtt_free none does */
    bool hooks_gone;
    pthread_mutex_t ended_lock;
    pthread_cond_t ended_wake;
    bool ended;
    bool started;
    pthread_t thread;
    atomic_bool ready;
    struct outbox outbox;

    struct mosquitto
        *client; /* NULL while away; a new one for each connection, so that nothing of an old one is sent again */
    enum stage stage;
    int64_t next_ms;        /* away: when to connect */
    int64_t deadline_ms;    /* connecting, subscribing, leaving */
    int64_t ready_since_ms; /* -1: not ready in this connection */
    bool watcher;           /* this connection only watches */
    bool writable_seen;
    bool lost; /* the connection is to be given up, for `reason` */
    char reason[256];
    char complaint[160]; /* the newest error line of the library */
    char told[320];      /* the newest line about the connection: not said twice in a row */
    struct mqtt_backoff backoff;
    struct mqtt_twin twin;
    int sub_mids[SUB_COUNT]; /* 0: none outstanding */
    int in_flight;
    int info_mid;
    bool info_due;
    bool online_due;
    int64_t online_ms;
    struct status status; /* the newest, and its number */
    uint64_t status_number;
    struct status published; /* the newest that was published in this connection */
    uint64_t published_number;
    int64_t published_ms;
    uint64_t judged_number;
    struct replies replies;
    struct refusal_limit limit;
    int64_t lost_told_ms; /* 0: dropped events were not told yet */
};

int64_t mqtt_now_ms(void);

/* mqtt.c: the hooks, unless mqtt_free has given up on the thread. */
void mqtt_say(struct mqtt *mqtt, int priority, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool mqtt_hand_over(struct mqtt *mqtt, const struct command *command);
void mqtt_tell_refused(struct mqtt *mqtt, const struct command *command, enum refusal refusal);

/* mqtt_wire.c: one connection. */
void mqtt_connect(struct mqtt *mqtt);
/* Give the connection up, say why, and set when to try again. */
void mqtt_give_up(struct mqtt *mqtt, const char *reason);
/* Wait for the socket and the outbox, at most wait_ms, and let the library work. */
void mqtt_wait(struct mqtt *mqtt, int64_t wait_ms);
/* DISCONNECT, so that the broker sends no will, and connect anew at next_ms. */
void mqtt_part(struct mqtt *mqtt, int64_t next_ms);
/* What is due, `offline`, then DISCONNECT; bounded. */
void mqtt_leave(struct mqtt *mqtt);

/* mqtt_events.c: what the library tells. */
void mqtt_set_callbacks(struct mqtt *mqtt);
void mqtt_subscribe(struct mqtt *mqtt);
bool mqtt_subscribed(const struct mqtt *mqtt);

/* mqtt_publish.c: what is due goes out, as far as it may be in flight. Returns after how many ms to look again. */
int64_t mqtt_publish_due(struct mqtt *mqtt);
int mqtt_publish(struct mqtt *mqtt, const char *topic, const char *text, bool retain);

/* mqtt_commands.c: a message on cmd/<name>, and the end of a flood of refusals. */
bool mqtt_is_command(const struct mqtt *mqtt, const char *topic);
void mqtt_take_command(struct mqtt *mqtt, const struct mosquitto_message *message);
void mqtt_end_flood(struct mqtt *mqtt);

#endif
