#include "bench.h"

#include <pthread.h>
#include <time.h>

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Every member set to something of its own. */
static struct engine_memory full_memory(void)
{
    struct engine_memory memory = bench_memory(BENCH_T0_MS, 8);
    memory.calendar.skip = true;
    memory.safety.lockout = FAULT_TOO_HOT;
    memory.safety.lockout_at_ms = BENCH_T0_MS + 1;
    memory.safety.last_off_ms = BENCH_T0_MS + 2;
    memory.complete = memory.stopped = memory.paused = memory.ask_injury = true;
    memory.paused_until_ms = BENCH_T0_MS + 3;
    memory.held_since_ms = BENCH_T0_MS + 4;
    memory.weak_sessions = 2;
    memory.pain = 10;
    memory.sessions_today = 4;
    memory.phase_told = PHASE_HEAT;
    memory.true_on_ms = BENCH_T0_MS + 5;
    memory.true_off_ms = BENCH_T0_MS + 6;
    memory.true_rest_until_ms = PLAN_NEVER;
    for (size_t i = 0; i < ENGINE_DOSES; i++) {
        memory.doses[i] = (struct engine_dose){BENCH_T0_MS + (int64_t)i, INT64_MAX - (int64_t)i};
    }
    return memory;
}

static void memory_session_and_checkpoint_come_back_as_they_were(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    CU_ASSERT(bench.loaded.fresh && !bench.loaded.lost && !bench.loaded.has_memory && !bench.loaded.checkpoint.valid);
    struct store_job job = bench_job(BENCH_T0_MS, 8);
    job.memory = full_memory();
    job.session.remind = job.session.late = true;
    CU_ASSERT(bench_store(&bench, &job));
    CU_ASSERT_EQUAL(bench_close(&bench), 0);
    CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.fresh && !bench.loaded.lost && bench.loaded.has_memory && bench.loaded.has_open_session);
    CU_ASSERT(same_memory(&bench.loaded.memory, &job.memory));
    CU_ASSERT(memcmp(&bench.loaded.open_session, &job.session, sizeof job.session) == 0);
    const struct store_checkpoint *found = &bench.loaded.checkpoint;
    CU_ASSERT(found->valid && found->wall_trusted && found->plan_ms == job.checkpoint.plan_ms);
    CU_ASSERT(found->boot_ms == job.checkpoint.boot_ms && found->wall_ms == job.checkpoint.wall_ms);
    CU_ASSERT_STRING_EQUAL(found->boot_id, job.checkpoint.boot_id);
    bench_end(&bench);
}

static void a_session_that_has_ended_is_not_open(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    CU_ASSERT(bench_store(&bench, &job));
    bench_end_session(&job.session, BENCH_T0_MS + 1800000);
    CU_ASSERT(bench_store(&bench, &job));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(bench.loaded.has_memory && !bench.loaded.has_open_session);
    bench_end(&bench);
}

static void a_checkpoint_alone_keeps_memory_and_is_the_newest_after_a_restart(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    const struct store_job job = bench_job(BENCH_T0_MS, 1);
    const struct store_job later = {.checkpoint = bench_checkpoint(BENCH_T0_MS + 900000)};
    CU_ASSERT(bench_store(&bench, &job));
    CU_ASSERT(bench_store(&bench, &later));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT_EQUAL(bench.loaded.checkpoint.plan_ms, BENCH_T0_MS + 900000);
    CU_ASSERT(same_memory(&bench.loaded.memory, &job.memory));
    bench_end(&bench);
}

static void a_value_out_of_its_range_is_refused_and_nothing_is_queued(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    job.memory.pain = 11;
    CU_ASSERT_EQUAL(store_put(bench.store, &job), -EINVAL);
    job.memory.pain = 10;
    job.session.id = 0;
    CU_ASSERT_EQUAL(store_put(bench.store, &job), -EINVAL);
    CU_ASSERT_EQUAL(bench_close(&bench), 0);
    bench_end(&bench);
}

static void what_failed_is_written_in_order_when_it_works_again(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    store_inject(bench.store, ENOSPC);
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    int64_t first = store_put(bench.store, &job);
    CU_ASSERT(bench_failing(&bench, ENOSPC));
    int64_t last = first;
    for (int64_t id = 2; id <= 5; id++) {
        job = bench_job(BENCH_T0_MS + id, id);
        int64_t ticket = store_put(bench.store, &job);
        CU_ASSERT(ticket > last);
        last = ticket;
    }
    CU_ASSERT_EQUAL(store_settled(bench.store), 0);
    store_inject(bench.store, EROFS);
    CU_ASSERT(bench_failing(&bench, EROFS));
    store_inject(bench.store, 0);
    int64_t before = 0;
    while (before < last) {
        CU_ASSERT_FATAL(bench_settle(&bench, before + 1));
        CU_ASSERT(store_settled(bench.store) > before);
        before = store_settled(bench.store);
    }
    CU_ASSERT(bench_failing(&bench, 0));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT_EQUAL(bench.loaded.open_session.id, 5);
    CU_ASSERT(same_memory(&bench.loaded.memory, &job.memory));
    bench_end(&bench);
}

static void a_full_queue_says_so_and_takes_jobs_again_later(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    store_inject(bench.store, EIO);
    struct store_job job = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS, 3);
    for (int i = 0; i < STORE_QUEUE_JOBS; i++) {
        CU_ASSERT_EQUAL(store_put(bench.store, &job), i + 1);
    }
    CU_ASSERT_EQUAL(store_put(bench.store, &job), -EAGAIN);
    CU_ASSERT(bench_failing(&bench, EIO));
    store_inject(bench.store, 0);
    CU_ASSERT(bench_settle(&bench, STORE_QUEUE_JOBS));
    CU_ASSERT_EQUAL(store_put(bench.store, &job), STORE_QUEUE_JOBS + 1);
    CU_ASSERT_EQUAL(bench_close(&bench), 0);
    bench_end(&bench);
}

static void memory_that_waits_is_superseded_and_its_ticket_settles_with_the_newer(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    store_inject(bench.store, EIO);
    struct store_job job = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS, 3);
    CU_ASSERT_EQUAL(store_put(bench.store, &job), 1);
    CU_ASSERT(bench_failing(&bench, EIO));
    struct store_job memory = bench_job(BENCH_T0_MS, 0);
    for (int i = 0; i < 10 * STORE_QUEUE_JOBS; i++) {
        memory.memory.sessions_done = i;
        CU_ASSERT_EQUAL(store_put(bench.store, &memory), i + 2);
    }
    const struct store_job clock = {.checkpoint = bench_checkpoint(BENCH_T0_MS + 77)};
    int64_t last = store_put(bench.store, &clock);
    store_inject(bench.store, 0);
    CU_ASSERT(bench_settle(&bench, last));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(same_memory(&bench.loaded.memory, &memory.memory));
    CU_ASSERT_EQUAL(bench.loaded.checkpoint.plan_ms, BENCH_T0_MS + 77);
    bench_end(&bench);
}

static void close_waits_no_longer_than_told_and_counts_what_is_left(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    store_inject(bench.store, EIO);
    const struct store_job job = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS, 3);
    store_put(bench.store, &job);
    store_put(bench.store, &job);
    int64_t began_ms = monotonic_ms();
    CU_ASSERT_EQUAL(store_close(bench.store, 100), 2);
    bench.store = NULL;
    CU_ASSERT(monotonic_ms() - began_ms < 20000);
    bench_end(&bench);
}

static void closing_writes_what_is_queued(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    struct store_job job;
    for (int64_t id = 1; id <= 20; id++) {
        job = bench_job(BENCH_T0_MS + id, id);
        store_put(bench.store, &job);
    }
    CU_ASSERT_EQUAL(bench_close(&bench), 0);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT_EQUAL(bench.loaded.open_session.id, 20);
    bench_end(&bench);
    store_close(NULL, 0);
}

static void a_removed_clock_file_is_made_anew(void)
{
    struct bench bench;
    char path[PATH_MAX];
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    bench_path(&bench, "soothe.clock", path);
    CU_ASSERT_EQUAL(unlink(path), 0);
    const struct store_job job = bench_job(BENCH_T0_MS, 1);
    CU_ASSERT(bench_store(&bench, &job));
    CU_ASSERT_EQUAL(access(path, R_OK), 0);
    bench_end(&bench);
}

static void a_database_that_is_removed_under_us_is_a_failure_and_then_lost(void)
{
    struct bench bench;
    char path[PATH_MAX];
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    CU_ASSERT(bench_store(&bench, &job));
    bench_path(&bench, STORE_FILE, path);
    CU_ASSERT_EQUAL(unlink(path), 0);
    job = bench_job(BENCH_T0_MS + 1, 2);
    int64_t ticket = store_put(bench.store, &job);
    CU_ASSERT(bench_failing(&bench, ESTALE) || bench_failing(&bench, ENOENT));
    CU_ASSERT(store_settled(bench.store) < ticket);
    CU_ASSERT_EQUAL(store_close(bench.store, 0), 1);
    bench.store = NULL;
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(bench.loaded.lost && !bench.loaded.fresh && !bench.loaded.has_memory);
    bench_end(&bench);
}

static void put_many(struct store *store)
{
    for (int64_t i = 0; i < 300;) {
        struct store_job job = bench_job(BENCH_T0_MS + i, 0);
        if (i % 7 == 0) {
            job = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS + i, (int32_t)(i % 11));
        }
        i += store_put(store, &job) > 0;
    }
}

static void *put_many_thread(void *store)
{
    put_many(store);
    return NULL;
}

static void two_threads_may_put_while_a_third_looks(void)
{
    struct bench bench;
    pthread_t other;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    CU_ASSERT_EQUAL_FATAL(pthread_create(&other, NULL, put_many_thread, bench.store), 0);
    put_many(bench.store);
    FILE *out = fopen("/dev/null", "w");
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_EQUAL(store_history(bench.directory, 0, STORE_CSV, out), 0);
        CU_ASSERT_EQUAL(store_failing(bench.store), 0);
    }
    fclose(out);
    pthread_join(other, NULL);
    CU_ASSERT(bench_settle(&bench, 600));
    CU_ASSERT_EQUAL(bench_close(&bench), 0);
    bench_end(&bench);
}

/* Bytes that this process handed to write(2) and its kin so far. */
static int64_t bytes_written(void)
{
    int64_t bytes = 0;
    char line[128];
    FILE *io = fopen("/proc/self/io", "r");
    while (io && fgets(line, sizeof line, io)) {
        sscanf(line, "wchar: %" SCNd64, &bytes);
    }
    if (io) {
        fclose(io);
    }
    return bytes;
}

static void ten_days_of_plan_write_less_than_64_kib_a_day(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    int64_t before = bytes_written();
    int64_t session = 0;
    for (int64_t minute = 0; minute < 10 * 24 * 60; minute += 15) {
        int64_t now_ms = BENCH_T0_MS + minute * 60000;
        struct store_job job = {.checkpoint = bench_checkpoint(now_ms)};
        if (minute % 180 == 0) {
            job = bench_job(now_ms, ++session);
        } else if (minute % 180 == 30) {
            job = bench_job(now_ms, session);
            bench_end_session(&job.session, now_ms);
        } else if (minute % 240 == 60) {
            job = bench_note(STORE_NOTE_PAIN, now_ms, 4);
            job.has_memory = true;
            job.memory = bench_memory(now_ms, session);
        }
        CU_ASSERT(bench_store(&bench, &job));
    }
    bench_close(&bench);
    int64_t day = (bytes_written() - before) / 10;
    printf("\n    %" PRId64 " bytes a day by the process ", day);
    CU_ASSERT(day > 0 && day < 65536);
    bench_end(&bench);
}

static const struct suite_test tests[] = {
    {"memory, session and checkpoint come back as they were",                 memory_session_and_checkpoint_come_back_as_they_were},
    {"a session that has ended is not open",                                  a_session_that_has_ended_is_not_open                },
    {"a checkpoint alone keeps the memory and is the newest after a restart",
     a_checkpoint_alone_keeps_memory_and_is_the_newest_after_a_restart                                                            },
    {"a value out of its range is refused and nothing is queued",
     a_value_out_of_its_range_is_refused_and_nothing_is_queued                                                                    },
    {"what failed is written in order when it works again",                   what_failed_is_written_in_order_when_it_works_again },
    {"a full queue says so and takes jobs again later",                       a_full_queue_says_so_and_takes_jobs_again_later     },
    {"memory that waits is superseded and its ticket settles with the newer",
     memory_that_waits_is_superseded_and_its_ticket_settles_with_the_newer                                                        },
    {"close waits no longer than told and counts what is left",
     close_waits_no_longer_than_told_and_counts_what_is_left                                                                      },
    {"closing writes what is queued",                                         closing_writes_what_is_queued                       },
    {"a removed clock file is made anew",                                     a_removed_clock_file_is_made_anew                   },
    {"a database that is removed under us is a failure, and then lost",
     a_database_that_is_removed_under_us_is_a_failure_and_then_lost                                                               },
    {"two threads may put while a third looks",                               two_threads_may_put_while_a_third_looks             },
    {"ten days of plan write less than 64 KiB a day",                         ten_days_of_plan_write_less_than_64_kib_a_day       },
};

int main(void)
{
    return suite_run("store", tests, sizeof tests / sizeof tests[0]);
}
