/* The store: remembers in SQLite what has to survive a power cut. It has a thread of its own; the control loop never
 * waits.
 *
 * No record, no power: a session's first record is durable (ticket settled) before the pad is energised. Jobs are
 * written in order, each in one transaction; a job that fails (disk full, I/O error) is tried again every second until
 * it works and nothing after it is written before it. */
#ifndef SOOTHE_STORE_H
#define SOOTHE_STORE_H

#include "soothe/engine.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* In the state directory: the database with its -wal and -shm, `soothe.clock` (the newest checkpoint, and the witness
 * of how many transactions the database must know: a missing -wal or an old copy put back is noticed by it) and
 * `soothe.lock` (one daemon a directory). Page size 512, WAL, synchronous=FULL: about 44 KB are written per day of
 * plan. */
#define STORE_FILE       "soothe.db"
#define STORE_QUEUE_JOBS 64

/* Where the plan clock stood: how it goes on after a restart is decided from this (core/timebase). */
struct store_checkpoint {
    bool valid;
    int64_t plan_ms;
    int64_t boot_ms; /* CLOCK_BOOTTIME */
    int64_t wall_ms; /* Unix time */
    bool wall_trusted;
    char boot_id[37]; /* /proc/sys/kernel/random/boot_id */
};

enum store_note_kind {
    STORE_NOTE_NONE,
    STORE_NOTE_TRIP,
    STORE_NOTE_LOCKOUT,
    STORE_NOTE_CLEARED,
    STORE_NOTE_ACK,
    STORE_NOTE_PAIN
};

/* A row that is only for the history: a trip, a lockout, what ended it, or a pain score. */
struct store_note {
    enum store_note_kind kind;
    enum fault fault;
    int64_t plan_ms;
    int64_t wall_ms;
    int64_t session; /* 0: none */
    int32_t value;   /* pain: 0 to 10; trip: milli-degrees of the sensor, INT32_MIN unknown */
    int32_t sensor;  /* -1: none */
};

/* One transaction. The checkpoint always goes along; a job that is nothing but a checkpoint costs 192 bytes and touches
 * only the clock file, any other about 1 KB. */
struct store_job {
    bool has_memory;
    struct engine_memory memory;
    bool has_session;
    struct session_record session; /* inserted, or replaced by its id */
    struct store_note note;        /* STORE_NOTE_NONE: none */
    struct store_checkpoint checkpoint;
};

struct store_loaded {
    bool fresh; /* there was no database: the first start */
    bool lost; /* there was one and it was damaged: it now has another name, see `aside`. Stays true over restarts until
                  a job with memory has settled: a crash before the lockout was stored does not hide the loss */
    char aside[256];
    bool has_memory;
    struct engine_memory memory;
    bool has_open_session; /* the newest session has a first record and no last one */
    struct session_record open_session;
    struct store_checkpoint checkpoint;
};

struct store;

/* Open (create, migrate, check) the database in `directory` and load it; starts no thread. The check is PRAGMA
 * quick_check plus the ranges of everything that is read. A damaged file is set aside under another name together with
 * its -wal, never deleted. On failure a negative errno and a sentence in `why`. *store is freed with store_close. */
int store_open(const char *directory, struct store **store, struct store_loaded *loaded, char *why, size_t size);

/* Start the writing thread. 0 or a negative errno. */
int store_start(struct store *store);

/* Hand over one job; copied, never blocks. Returns its ticket (> 0, counting up) or -EAGAIN when the queue is full:
 * then a job that only holds memory and checkpoint may be dropped by the caller, it is superseded by the next. -EINVAL:
 * a value that a database could not give back (a mistake of ours; the field tables hold the ranges); nothing was
 * queued. A waiting job without session and note is replaced by the next one; its ticket then settles together with the
 * newer. */
int64_t store_put(struct store *store, const struct store_job *job);

/* The newest ticket that is durable. Never blocks. */
int64_t store_settled(const struct store *store);

/* 0 while all is well; the positive errno (ENOSPC, EROFS, EIO...) while the oldest job cannot be written. */
int store_failing(const struct store *store);

/* Wake-up: an eventfd that becomes readable whenever a ticket settles or failing changes. Owned by the store. */
int store_fd(const struct store *store);

/* For tests and the simulated pad: every write fails with this errno until it is called with 0. */
void store_inject(struct store *store, int error);

/* Write what is queued, for at most `wait_ms`, end the thread, close. NULL-safe. Returns how many jobs were left
 * unwritten. A write that hangs is left behind 500 ms after that: its thread frees the store when the disk answers. */
size_t store_close(struct store *store, int64_t wait_ms);

/* History, by a read-only connection of its own: callable from any thread but the control loop's.
 * Rows since `since_wall_ms`, oldest first, as CSV (one table: time,kind,...), as one JSON document
 * `{"sessions":[...],"trips":[...],"pain":[...]}`, or as lines for people. Times are RFC 3339 UTC. The newest 10,000
 * sessions and notes are kept. 0 or a negative errno: -ENOENT no database, -EIO `out` cannot be written. */
enum store_format { STORE_CSV, STORE_JSON, STORE_TEXT };
int store_history(const char *directory, int64_t since_wall_ms, enum store_format format, FILE *out);

#endif
