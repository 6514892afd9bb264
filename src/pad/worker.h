/* A thread that runs one step again and again: every so many milliseconds of CLOCK_BOOTTIME, and at once when it is
 * woken.
 *
 * Internal to the pad room. A step may hang in a driver for ever, so the end is bounded: who gives up waiting leaves
 * the thread on its own, and the thread releases everything itself if its step ever returns. */
#ifndef SOOTHE_PAD_WORKER_H
#define SOOTHE_PAD_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define WORKER_JOIN_MS 2000

struct worker_job {
    const char *name; /* of the thread, at most 15 characters */
    int period_ms;
    void (*step)(void *self, int64_t now_ms);
    void (*destroy)(void *self); /* frees `self`, the worker in it too */
    void *self;
};

struct worker {
    struct worker_job job;
    pthread_t thread;
    bool started;
    int timer_fd;
    int wake_fd;
    int done_fd;
    atomic_bool stop;
    atomic_bool left; /* set by the first of owner and thread that is through with it; the second one destroys */
};

/* Milliseconds of CLOCK_BOOTTIME. */
int64_t worker_now_ms(void);

/* Set up without a thread. Never fails. */
void worker_init(struct worker *worker, const struct worker_job *job);

/* Start the thread, all signals blocked. 0, -EALREADY, or a negative errno of what the system refused. */
int worker_start(struct worker *worker);

/* Run the next step now. Never blocks; nothing happens when no thread runs. */
void worker_wake(struct worker *worker);

/* End the thread within WORKER_JOIN_MS and call `destroy`, here or, after a hang, in the thread. `worker` is gone. */
void worker_end(struct worker *worker);

#endif
