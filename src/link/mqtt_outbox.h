/* What the control loop hands over: copies under a lock that is never held for more than a copy. */
#ifndef SOOTHE_LINK_MQTT_OUTBOX_H
#define SOOTHE_LINK_MQTT_OUTBOX_H

#include "soothe/command.h"
#include "soothe/status.h"

#include <pthread.h>

#define OUTBOX_EVENTS_MAX  64
#define OUTBOX_ANSWERS_MAX 64

struct outbox_event {
    struct status status;
    struct engine_event event;
};

struct outbox_answer {
    struct command command;
    enum refusal refusal;
    char why[256];
    int64_t until_wall_ms;
};

struct outbox {
    pthread_mutex_t lock;
    int wake_fd; /* readable when something was put in */
    bool open;   /* a connection is there: events are taken */
    bool stop;
    uint64_t status_number; /* 0: no status yet */
    struct status status;
    bool info_changed;
    char info[STATUS_JSON_MAX];
    size_t event_head, event_count, events_lost;
    struct outbox_event events[OUTBOX_EVENTS_MAX];
    size_t answer_head, answer_count;
    struct outbox_answer answers[OUTBOX_ANSWERS_MAX];
};

/* 0 or a negative errno. */
int outbox_init(struct outbox *outbox);
void outbox_close(struct outbox *outbox);

/* From any thread. Events are dropped while the outbox is shut, and counted when it is full. */
void outbox_put_status(struct outbox *outbox, const struct status *status);
void outbox_put_event(struct outbox *outbox, const struct status *status, const struct engine_event *event);
void outbox_put_answer(struct outbox *outbox, const struct outbox_answer *answer);
void outbox_put_info(struct outbox *outbox, const char *info);
void outbox_stop(struct outbox *outbox);

/* From the MQTT thread. Shut: what waits of events is dropped. */
void outbox_set_open(struct outbox *outbox, bool open);
bool outbox_take_event(struct outbox *outbox, struct outbox_event *event);
bool outbox_take_answer(struct outbox *outbox, struct outbox_answer *answer);
/* The number of the newest status; where it differs from `known`, the status is copied. 0: none yet. */
uint64_t outbox_status(struct outbox *outbox, uint64_t known, struct status *status);
/* The info document, when it changed since it was taken last or `anyway`. */
bool outbox_take_info(struct outbox *outbox, bool anyway, char info[STATUS_JSON_MAX]);
/* How many events were lost because it was full, since this was asked last. */
size_t outbox_lost(struct outbox *outbox);
bool outbox_stopped(struct outbox *outbox);
/* Make wake_fd unreadable again. */
void outbox_drain(struct outbox *outbox);

#endif
