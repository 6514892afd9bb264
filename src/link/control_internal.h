/* What the two halves of the control socket share: the thread with its queue, and its clients. */
#ifndef SOOTHE_LINK_CONTROL_INTERNAL_H
#define SOOTHE_LINK_CONTROL_INTERNAL_H

#include "soothe/control.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTGOING_MAX        64
#define OUTGOING_EVENTS_MAX (OUTGOING_MAX - CONTROL_CLIENTS_MAX) /* events leave room for answers */
#define CLIENT_WAITING_MAX  ((size_t)256 * 1024) /* bytes unread; above it nothing is added, the client is dropped */
#define WATCH_MS            200                  /* those who watch get a new state this often at most */

struct control_client {
    int fd; /* -1: the place is free */
    uint64_t id;
    bool watching;
    bool asked;       /* a command of it is with the control loop */
    bool closing;     /* once all is written */
    int64_t heard_ms; /* last progress in either direction */
    size_t in_length;
    char in[CONTROL_LINE_MAX];
    char *out; /* malloc'ed, out_length bytes, the first out_done of them written */
    size_t out_length;
    size_t out_done;
};

/* A line that another thread handed over; client 0: for all who watch. */
struct control_outgoing {
    uint64_t client;
    char text[STATUS_JSON_MAX];
};

struct control {
    struct control_hooks hooks;
    char path[108];
    int listener;
    int epoll;
    int wake;
    int64_t idle_ms; /* CONTROL_IDLE_MS; shorter in tests */
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* of what follows; held for copies only */
    bool stop;
    bool has_status; /* the daemon told something at all */
    struct status status;
    size_t outgoing_count;
    struct control_outgoing outgoing[OUTGOING_MAX];
    /* The thread's own. */
    uint64_t last_id;
    int64_t watched_ms;
    char watched[STATUS_JSON_MAX]; /* what those who watch saw last */
    struct control_client clients[CONTROL_CLIENTS_MAX];
};

int64_t control_now_ms(void);

/* A copy of the newest status; false and untouched before there is one. */
bool control_newest(struct control *c, struct status *status);

/* control_client.c */
void control_accept(struct control *c);
void control_client_event(struct control *c, struct control_client *client, uint32_t events);
void control_client_send(struct control *c, struct control_client *client, const char *line);
void control_client_drop(struct control *c, struct control_client *client);
struct control_client *control_client_find(struct control *c, uint64_t id);

#endif
