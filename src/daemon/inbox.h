/* Commands on their way from the link's threads to the control loop: bounded, copied, never waited for. */
#ifndef SOOTHE_DAEMON_INBOX_H
#define SOOTHE_DAEMON_INBOX_H

#include "soothe/command.h"

#include <pthread.h>
#include <stdbool.h>

#define INBOX_MAX 32

struct inbox_item {
    struct command command;
    bool remote; /* answered over MQTT, else over the socket */
};

struct inbox {
    pthread_mutex_t lock; /* held for a copy only */
    int fd;               /* eventfd: readable while something waits */
    bool stop_waits;      /* `stop` has a place of its own and goes first: no flood can keep it out */
    struct inbox_item stop;
    size_t head;
    size_t count;
    struct inbox_item items[INBOX_MAX];
};

int inbox_open(struct inbox *inbox);
void inbox_close(struct inbox *inbox);

/* false when it is full; a `stop` then still fits, unless one waits already, which does the same. */
bool inbox_put(struct inbox *inbox, const struct inbox_item *item);
bool inbox_take(struct inbox *inbox, struct inbox_item *item);

#endif
