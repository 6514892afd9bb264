/* Reading the config again, in a thread of its own: a file may lie on a card that answers after seconds. */
#ifndef SOOTHE_DAEMON_RELOAD_H
#define SOOTHE_DAEMON_RELOAD_H

#include "soothe/config.h"

#include <pthread.h>
#include <stdbool.h>

struct reload {
    int fd; /* eventfd: readable when a result is there */
    pthread_t thread;
    bool running;
    bool again; /* asked for once more while it ran */
    const char *path;
    int result; /* of config_load */
    struct config fresh;
    struct config_errors errors;
};

int reload_open(struct reload *reload, const char *path);
/* Begin to read, or note that it has to be read once more. 0, or a negative errno when no thread can be had. */
int reload_ask(struct reload *reload);
/* The thread has finished: true, and `result`, `fresh`, `errors` are there until the next reload_ask. */
bool reload_take(struct reload *reload);
void reload_close(struct reload *reload);

#endif
