#include "bench.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <time.h>

/* SQLite's own file functions with one change: fsync of the -wal can fail, or hang until it is released. */
enum disk { DISK_WORKS, DISK_FAILS, DISK_HANGS };

static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static sqlite3_io_methods methods;
static const sqlite3_io_methods *real_methods;
static atomic_int disk;
static atomic_int syncs;
static int gate[2];    /* a byte lets a hanging fsync go on */
static int hanging[2]; /* a byte says that one hangs */

static int disk_sync(sqlite3_file *file, int flags)
{
    char byte = 0;
    switch ((enum disk)atomic_load(&disk)) {
    case DISK_FAILS:
        errno = EIO;
        return SQLITE_IOERR_FSYNC;
    case DISK_HANGS:
        if (write(hanging[1], &byte, 1) != 1 || read(gate[0], &byte, 1) != 1) {
            return SQLITE_IOERR_FSYNC;
        }
        break;
    case DISK_WORKS:
    default:
        break;
    }
    int code = real_methods->xSync(file, flags);
    atomic_fetch_add(&syncs, code == SQLITE_OK);
    return code;
}

static int disk_open(sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *file, int flags, int *out)
{
    (void)self;
    int code = real_vfs->xOpen(real_vfs, name, file, flags, out);
    if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL)) {
        if (!real_methods) {
            real_methods = file->pMethods;
            methods = *real_methods;
            methods.xSync = disk_sync;
        }
        file->pMethods = &methods;
    }
    return code;
}

static bool use_this_disk(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "soothe-test-disk";
    vfs.xOpen = disk_open;
    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK && pipe(gate) == 0 && pipe(hanging) == 0;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void no_session_settles_without_a_sync_of_its_own(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    for (int64_t id = 1; id <= 20; id++) {
        const struct store_job job = bench_job(BENCH_T0_MS, id);
        int before = atomic_load(&syncs);
        CU_ASSERT(bench_store(&bench, &job));
        CU_ASSERT(atomic_load(&syncs) > before);
    }
    bench_end(&bench);
}

static void a_sync_that_fails_settles_nothing_and_is_tried_again(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    CU_ASSERT(bench_store(&bench, &job));
    atomic_store(&disk, DISK_FAILS);
    job = bench_job(BENCH_T0_MS + 1, 2);
    job.note = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS, 4).note;
    int64_t ticket = store_put(bench.store, &job);
    CU_ASSERT(bench_failing(&bench, EIO));
    CU_ASSERT(store_settled(bench.store) < ticket);
    atomic_store(&disk, DISK_WORKS);
    CU_ASSERT(bench_settle(&bench, ticket));
    CU_ASSERT(bench_failing(&bench, 0));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.lost && bench.loaded.open_session.id == 2);
    char text[4096] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    CU_ASSERT_EQUAL(store_history(bench.directory, 0, STORE_CSV, out), 0);
    fclose(out);
    const char *pain = strstr(text, ",pain,");
    CU_ASSERT_PTR_NOT_NULL_FATAL(pain);
    CU_ASSERT_PTR_NULL(strstr(pain + 1, ",pain,")); /* not twice, though it was written twice */
    bench_end(&bench);
}

static void a_write_that_hangs_holds_up_nobody_and_close_leaves_it(void)
{
    struct bench bench;
    char byte = 0;
    char path[PATH_MAX];
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    atomic_store(&disk, DISK_HANGS);
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    store_put(bench.store, &job);
    CU_ASSERT_EQUAL(read(hanging[0], &byte, 1), 1);
    int64_t began_ms = monotonic_ms();
    for (int64_t id = 2; id < 2 + STORE_QUEUE_JOBS; id++) {
        job = bench_job(BENCH_T0_MS, id);
        int64_t ticket = store_put(bench.store, &job);
        CU_ASSERT(ticket == (id <= STORE_QUEUE_JOBS ? id : -EAGAIN));
    }
    CU_ASSERT_EQUAL(store_settled(bench.store), 0);
    CU_ASSERT(monotonic_ms() - began_ms < 10000);
    CU_ASSERT_EQUAL(store_close(bench.store, 50), STORE_QUEUE_JOBS);
    CU_ASSERT(monotonic_ms() - began_ms < 20000);
    bench.store = NULL;
    CU_ASSERT_EQUAL(bench_open(&bench), -EBUSY);
    atomic_store(&disk, DISK_WORKS);
    CU_ASSERT_EQUAL(write(gate[1], &byte, 1), 1);
    bench_path(&bench, "soothe.lock", path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CU_ASSERT_EQUAL(flock(fd, LOCK_EX), 0); /* once the thread has ended */
    close(fd);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.lost && bench.loaded.has_open_session);
    bench_end(&bench);
}

static void memory_that_comes_while_older_memory_is_being_written_is_written_too(void)
{
    struct bench bench;
    char byte = 0;
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    atomic_store(&disk, DISK_HANGS);
    struct store_job job = bench_job(BENCH_T0_MS, 0);
    store_put(bench.store, &job);
    CU_ASSERT_EQUAL(read(hanging[0], &byte, 1), 1);
    job.memory.sessions_done = 77;
    int64_t ticket = store_put(bench.store, &job);
    atomic_store(&disk, DISK_WORKS);
    CU_ASSERT_EQUAL(write(gate[1], &byte, 1), 1);
    CU_ASSERT_EQUAL(bench_close(&bench), 0);
    CU_ASSERT_EQUAL(ticket, 2);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT_EQUAL(bench.loaded.memory.sessions_done, 77);
    bench_end(&bench);
}

static const struct suite_test tests[] = {
    {"no session settles without a sync of its own",                         no_session_settles_without_a_sync_of_its_own          },
    {"a sync that fails settles nothing and is tried again",                 a_sync_that_fails_settles_nothing_and_is_tried_again  },
    {"memory that comes while older memory is being written is written too",
     memory_that_comes_while_older_memory_is_being_written_is_written_too                                                          },
    {"a write that hangs holds up nobody, and close leaves it",              a_write_that_hangs_holds_up_nobody_and_close_leaves_it},
};

int main(void)
{
    return use_this_disk() ? suite_run("store_disk", tests, sizeof tests / sizeof tests[0]) : 1;
}
