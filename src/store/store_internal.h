/* What the files of the store share: the store itself, and how a database is opened. */
#ifndef SOOTHE_STORE_INTERNAL_H
#define SOOTHE_STORE_INTERNAL_H

#include "clockfile.h"
#include "db.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#define STORE_LOCK_FILE "soothe.lock"

struct store_entry {
    int64_t ticket;
    struct store_job job;
};

/* Everything on disk that one store holds open. Used by store_open, then by the writing thread alone. */
struct store_files {
    char path[PATH_MAX];
    int directory_fd;
    int lock_fd;
    int clock_fd;
    struct db db;
    struct store_state state; /* as it is durable */
};

struct store {
    struct store_files files;
    int event_fd;
    atomic_int_fast64_t settled;
    atomic_int failing;
    atomic_int injected;
    pthread_t thread;
    bool started;

    pthread_mutex_t mutex; /* guards what is below; never held during a system call that can wait for a disk */
    pthread_cond_t wake;   /* CLOCK_MONOTONIC; for the thread: a job or the end; for store_close: it has ended */
    struct store_entry queue[STORE_QUEUE_JOBS];
    size_t first;
    size_t count;
    bool writing; /* queue[first] is being written: it must not change */
    bool ending;
    bool ended;
    bool abandoned; /* store_close went away: the thread frees the store */
    int64_t end_by_ms;
    int64_t ticket; /* the newest that was given */
};

/* Lock, check, set aside, create: see store_open. On failure nothing is left open. */
int files_open(struct store_files *files, const char *directory, struct store_loaded *loaded, char *why, size_t size);

/* Write one job durably: database, then clock file. `committed` says whether the database has this job already (in: of
 * an earlier try; out). May be repeated. 0 or a negative errno. */
int files_write(struct store_files *files, const struct store_job *job, bool *committed);

void files_close(struct store_files *files);

#endif
