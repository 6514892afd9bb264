/* What the tests of the store share: a directory of their own, waiting without sleeping, sample data. */
#ifndef SOOTHE_TESTS_STORE_BENCH_H
#define SOOTHE_TESTS_STORE_BENCH_H

#include "fields.h"
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BENCH_T0_MS   INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */
#define BENCH_WAIT_MS 60000
#define UNUSED        __attribute__((unused))

struct bench {
    char directory[64];
    struct store *store;
    struct store_loaded loaded;
    char why[512];
};

static UNUSED void bench_path(const struct bench *bench, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", bench->directory, name);
}

static UNUSED void bench_begin(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    const char *base = getenv("TMPDIR");
    snprintf(bench->directory, sizeof bench->directory, "%.40s/soothe-store-XXXXXX", base && base[0] ? base : "/tmp");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(bench->directory));
}

static UNUSED void bench_empty(const char *directory)
{
    DIR *entries = opendir(directory);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char path[PATH_MAX];
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
            if (unlink(path) < 0) {
                rmdir(path);
            }
        }
    }
    if (entries) {
        closedir(entries);
    }
}

static UNUSED void bench_end(struct bench *bench)
{
    store_close(bench->store, 0);
    bench->store = NULL;
    bench_empty(bench->directory);
    rmdir(bench->directory);
}

static UNUSED int bench_open(struct bench *bench)
{
    memset(&bench->loaded, 0, sizeof bench->loaded);
    return store_open(bench->directory, &bench->store, &bench->loaded, bench->why, sizeof bench->why);
}

/* Open and start; false ends the test with the reason printed. */
static UNUSED bool bench_run(struct bench *bench)
{
    int error = bench_open(bench);
    if (error < 0) {
        printf("\n    %s\n", bench->why);
        return false;
    }
    return store_start(bench->store) == 0;
}

static UNUSED size_t bench_close(struct bench *bench)
{
    size_t left = store_close(bench->store, BENCH_WAIT_MS);
    bench->store = NULL;
    return left;
}

/* Wait on the store's eventfd until `ticket` has settled. */
static UNUSED bool bench_settle(const struct bench *bench, int64_t ticket)
{
    while (store_settled(bench->store) < ticket) {
        struct pollfd wake = {.fd = store_fd(bench->store), .events = POLLIN};
        uint64_t count = 0;
        if (poll(&wake, 1, BENCH_WAIT_MS) != 1 || read(wake.fd, &count, sizeof count) != sizeof count) {
            return store_settled(bench->store) >= ticket;
        }
    }
    return true;
}

/* Wait on the eventfd until failing() is `error`. */
static UNUSED bool bench_failing(const struct bench *bench, int error)
{
    while (store_failing(bench->store) != error) {
        struct pollfd wake = {.fd = store_fd(bench->store), .events = POLLIN};
        uint64_t count = 0;
        if (poll(&wake, 1, BENCH_WAIT_MS) != 1 || read(wake.fd, &count, sizeof count) != sizeof count) {
            return store_failing(bench->store) == error;
        }
    }
    return true;
}

static UNUSED bool bench_store(const struct bench *bench, const struct store_job *job)
{
    int64_t ticket = store_put(bench->store, job);
    return ticket > 0 && bench_settle(bench, ticket);
}

/* How many files in the directory have a name that begins so. */
static UNUSED size_t bench_count(const struct bench *bench, const char *prefix)
{
    size_t count = 0;
    DIR *entries = opendir(bench->directory);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        count += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
    }
    if (entries) {
        closedir(entries);
    }
    return count;
}

static UNUSED struct store_checkpoint bench_checkpoint(int64_t plan_ms)
{
    return (struct store_checkpoint){.valid = true,
                                     .plan_ms = plan_ms,
                                     .boot_ms = plan_ms - BENCH_T0_MS + 5000,
                                     .wall_ms = plan_ms + 123,
                                     .wall_trusted = true,
                                     .boot_id = "3f8a1c3e-6a51-4f0b-9d0e-0c6f1c2a7b10"};
}

static UNUSED struct engine_memory bench_memory(int64_t now_ms, int64_t last_session)
{
    struct engine_memory memory;
    memset(&memory, 0, sizeof memory);
    memory.calendar.active = true;
    memory.calendar.injured_ms = BENCH_T0_MS - 3600000;
    memory.calendar.started_ms = BENCH_T0_MS;
    memory.calendar.base_ms = now_ms;
    memory.calendar.rest_until_ms = now_ms + 3 * 3600000;
    memory.safety.session_on_ms = now_ms;
    memory.safety.last_off_ms = PLAN_NEVER;
    memory.safety.lockout_at_ms = PLAN_NEVER;
    memory.safety.rest_ms = 3 * 3600000;
    memory.paused_until_ms = PLAN_NEVER;
    memory.held_since_ms = PLAN_NEVER;
    memory.last_session = last_session;
    memory.sessions_done = (int32_t)last_session;
    memory.pain = -1;
    memory.day = 20779;
    memory.in_band_today_ms = 1200000;
    for (size_t i = 0; i < ENGINE_DOSES; i++) {
        bool used = i < (size_t)last_session && i < 8;
        memory.doses[i].ended_ms = used ? now_ms - (int64_t)i * 10800000 : PLAN_NEVER;
        memory.doses[i].ucem = used ? 1250000 + (int64_t)i : 0;
    }
    return memory;
}

static UNUSED struct session_record bench_session(int64_t id, int64_t now_ms)
{
    struct session_record record;
    memset(&record, 0, sizeof record);
    record.id = id;
    record.phase = PHASE_ICE;
    record.mode = DRIVE_COOL;
    record.target_mc = 10000;
    record.began_ms = now_ms;
    record.rest_ms = 3 * 3600000;
    record.worst_ucem = 2000;
    record.wall_began_ms = now_ms + 123;
    record.wall_trusted = true;
    record.ended_ms = PLAN_NEVER;
    return record;
}

static UNUSED void bench_end_session(struct session_record *record, int64_t now_ms)
{
    record->ended_ms = now_ms;
    record->wall_ended_ms = now_ms + 123;
    record->end = END_DONE;
    record->powered = true;
    record->in_band_ms = 20 * 60000;
    record->ucem = 1500;
}

static UNUSED struct store_job bench_job(int64_t now_ms, int64_t session)
{
    struct store_job job;
    memset(&job, 0, sizeof job);
    job.has_memory = true;
    job.memory = bench_memory(now_ms, session);
    job.has_session = session > 0;
    if (session > 0) {
        job.session = bench_session(session, now_ms);
    }
    job.checkpoint = bench_checkpoint(now_ms);
    return job;
}

static UNUSED struct store_job bench_note(enum store_note_kind kind, int64_t wall_ms, int32_t value)
{
    struct store_job job;
    memset(&job, 0, sizeof job);
    job.note = (struct store_note){.kind = kind, .plan_ms = wall_ms, .wall_ms = wall_ms, .value = value, .sensor = -1};
    job.checkpoint = bench_checkpoint(wall_ms);
    return job;
}

static UNUSED bool same_memory(const struct engine_memory *a, const struct engine_memory *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* A small generator with a printed seed: SOOTHE_SEED repeats a run. */
static uint64_t bench_random_state;

static UNUSED uint64_t bench_random(void)
{
    bench_random_state ^= bench_random_state << 13;
    bench_random_state ^= bench_random_state >> 7;
    bench_random_state ^= bench_random_state << 17;
    return bench_random_state;
}

static UNUSED void bench_seed(void)
{
    const char *given = getenv("SOOTHE_SEED");
    bench_random_state =
        (given ? (uint64_t)strtoull(given, NULL, 10) : (uint64_t)getpid() << 20 ^ (uint64_t)time(NULL)) | 1;
    printf("\n    SOOTHE_SEED=%" PRIu64 "\n", bench_random_state);
}

#endif
