#include "bench.h"

#include "clockfile.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

static void a_first_start_is_fresh_and_the_second_is_not(void)
{
    struct bench bench;
    bench_begin(&bench);
    CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
    CU_ASSERT(bench.loaded.fresh && !bench.loaded.lost && !bench.loaded.has_memory);
    bench_close(&bench);
    CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.fresh && !bench.loaded.lost && !bench.loaded.has_memory);
    bench_end(&bench);
}

static void a_missing_directory_is_made_private(void)
{
    struct bench bench;
    struct stat status;
    char parent[64];
    bench_begin(&bench);
    memcpy(parent, bench.directory, sizeof parent);
    CU_ASSERT(strlen(parent) + 3 < sizeof bench.directory);
    strcat(bench.directory, "/s");
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(stat(bench.directory, &status) == 0 && (status.st_mode & 07777) == 0700);
    char path[PATH_MAX];
    bench_path(&bench, STORE_FILE, path);
    CU_ASSERT(stat(path, &status) == 0 && (status.st_mode & 07777) == 0600);
    bench_end(&bench);
    rmdir(parent);
}

static void a_missing_parent_is_said(void)
{
    struct bench bench;
    memset(&bench, 0, sizeof bench);
    strcpy(bench.directory, "/nonexistent-soothe/state");
    CU_ASSERT_EQUAL(bench_open(&bench), -ENOENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.why, "/nonexistent-soothe/state"));
    strcpy(bench.directory, "/dev/null");
    CU_ASSERT_EQUAL(bench_open(&bench), -ENOTDIR);
}

static void a_second_store_in_the_same_directory_is_refused(void)
{
    struct bench bench;
    struct bench second;
    bench_begin(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    second = bench;
    CU_ASSERT_EQUAL(bench_open(&second), -EBUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(second.why, "another soothed"));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    bench_end(&bench);
}

/* Run as root in a mount namespace of its own, where a small file system can be full and read-only. */
static bool in_namespace(void (*test)(struct bench *))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct bench bench;
        bench_begin(&bench);
        if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
            mount("tmpfs", bench.directory, "tmpfs", 0, "size=256k") < 0) {
            rmdir(bench.directory);
            _exit(77);
        }
        test(&bench);
        unsigned failures = CU_get_number_of_failures();
        for (CU_pFailureRecord record = failures > 0 ? CU_get_failure_list() : NULL; record; record = record->pNext) {
            printf("\n    line %u: %s", record->uiLineNumber, record->strCondition);
        }
        umount2(bench.directory, MNT_DETACH);
        rmdir(bench.directory);
        fflush(stdout);
        _exit(failures > 0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    CU_ASSERT(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        printf("SKIPPED: needs root to mount a small file system ... ");
        return false;
    }
    return true;
}

/* Fill the file system to its last byte but `spare`. */
static void fill(const struct bench *bench, off_t spare)
{
    static const char bytes[4096];
    char path[PATH_MAX];
    bench_path(bench, "filler", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    while (write(fd, bytes, sizeof bytes) > 0) {
    }
    struct stat status;
    CU_ASSERT(fstat(fd, &status) == 0 && (spare == 0 || ftruncate(fd, status.st_size - spare) == 0));
    close(fd);
}

static void unfill(const struct bench *bench)
{
    char path[PATH_MAX];
    bench_path(bench, "filler", path);
    CU_ASSERT_EQUAL(truncate(path, 0), 0);
}

static void full_at_open(struct bench *bench)
{
    for (off_t spare = 0; spare <= 64 * 1024; spare += 4096) {
        fill(bench, spare);
        int error = bench_open(bench);
        CU_ASSERT(error == -ENOSPC || (error == 0 && bench->loaded.fresh));
        CU_ASSERT(error == 0 || strstr(bench->why, "No space left") != NULL);
        store_close(bench->store, 0);
        bench->store = NULL;
        CU_ASSERT_EQUAL(bench_count(bench, STORE_FILE ".damaged-"), 0);
        bench_empty(bench->directory);
    }
}

static void a_full_disk_at_the_first_start_is_said(void)
{
    in_namespace(full_at_open);
}

static void full_with_data(struct bench *bench)
{
    const struct store_job job = bench_job(BENCH_T0_MS, 3);
    unsigned opened = 0;
    CU_ASSERT_FATAL(bench_run(bench));
    CU_ASSERT(bench_store(bench, &job));
    bench_close(bench);
    for (off_t spare = 0; spare <= 64 * 1024; spare += 4096) {
        fill(bench, spare);
        int error = bench_open(bench);
        CU_ASSERT(error == -ENOSPC || error == 0);
        CU_ASSERT(error == 0 ? !bench->loaded.lost && same_memory(&bench->loaded.memory, &job.memory)
                             : strstr(bench->why, "No space left") != NULL);
        opened += error == 0;
        store_close(bench->store, 0);
        bench->store = NULL;
        unfill(bench);
        CU_ASSERT_EQUAL(bench_open(bench), 0);
        CU_ASSERT(!bench->loaded.lost && same_memory(&bench->loaded.memory, &job.memory));
        bench_close(bench);
    }
    CU_ASSERT(opened > 0);
    CU_ASSERT_EQUAL(bench_count(bench, STORE_FILE ".damaged-"), 0);
}

static void a_full_disk_is_never_taken_for_damage(void)
{
    in_namespace(full_with_data);
}

static void fills_up(struct bench *bench)
{
    CU_ASSERT_FATAL(bench_run(bench));
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    CU_ASSERT(bench_store(bench, &job));
    fill(bench, 0);
    int64_t ticket = 0;
    for (int64_t id = 2; id < 40; id++) {
        job = bench_job(BENCH_T0_MS + id, id);
        ticket = store_put(bench->store, &job);
        CU_ASSERT(ticket > 0);
    }
    CU_ASSERT(bench_failing(bench, ENOSPC));
    CU_ASSERT(store_settled(bench->store) < ticket);
    unfill(bench);
    CU_ASSERT(bench_settle(bench, ticket));
    CU_ASSERT(bench_failing(bench, 0));
    CU_ASSERT_EQUAL(bench_close(bench), 0);
    CU_ASSERT_EQUAL(bench_open(bench), 0);
    CU_ASSERT(!bench->loaded.lost && bench->loaded.open_session.id == 39);
    bench_close(bench);
}

static void a_disk_that_fills_up_holds_the_jobs_back_until_there_is_room(void)
{
    in_namespace(fills_up);
}

static void read_only(struct bench *bench)
{
    const struct store_job job = bench_job(BENCH_T0_MS, 3);
    CU_ASSERT_FATAL(bench_run(bench));
    CU_ASSERT(bench_store(bench, &job));
    bench_close(bench);
    CU_ASSERT_EQUAL(mount("none", bench->directory, "none", MS_REMOUNT | MS_RDONLY, NULL), 0);
    CU_ASSERT_EQUAL(bench_open(bench), -EROFS);
    CU_ASSERT_PTR_NOT_NULL(strstr(bench->why, "Read-only"));
    FILE *out = fopen("/dev/null", "w");
    CU_ASSERT_EQUAL(store_history(bench->directory, 0, STORE_CSV, out), 0);
    fclose(out);
    CU_ASSERT_EQUAL(mount("none", bench->directory, "none", MS_REMOUNT, NULL), 0);
    CU_ASSERT_EQUAL(bench_open(bench), 0);
    CU_ASSERT(!bench->loaded.lost && same_memory(&bench->loaded.memory, &job.memory));
    bench_close(bench);
}

static void a_read_only_file_system_is_said_and_its_history_can_be_read(void)
{
    in_namespace(read_only);
}

/* What a cut in the middle of a write leaves behind the last transaction is no damage. */
static void a_torn_tail_of_the_write_ahead_log_is_no_damage(void)
{
    struct bench bench;
    bench_begin(&bench);
    const struct store_job job = bench_job(BENCH_T0_MS, 3);
    CU_ASSERT_FATAL(bench_run(&bench));
    CU_ASSERT(bench_store(&bench, &job));
    fflush(stdout);
    char wal[PATH_MAX];
    char copy[65536] = {0}; /* what follows the log, when its torn tail is longer than it */
    char path[PATH_MAX];
    bench_path(&bench, STORE_FILE "-wal", wal);
    int fd = open(wal, O_RDONLY);
    ssize_t size = read(fd, copy, sizeof copy);
    close(fd);
    CU_ASSERT_FATAL(size > 600);
    bench_path(&bench, STORE_FILE, path);
    char main_copy[65536];
    fd = open(path, O_RDONLY);
    ssize_t main_size = read(fd, main_copy, sizeof main_copy);
    close(fd);
    for (ssize_t torn = 0; torn < 1200; torn += 100) {
        store_close(bench.store, 0);
        fd = open(path, O_WRONLY | O_TRUNC);
        CU_ASSERT_EQUAL(write(fd, main_copy, (size_t)main_size), main_size);
        close(fd);
        fd = open(wal, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        CU_ASSERT_EQUAL(write(fd, copy, (size_t)size), size);
        CU_ASSERT_EQUAL(write(fd, copy + 32, (size_t)torn), torn);
        close(fd);
        CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
        CU_ASSERT(!bench.loaded.lost && same_memory(&bench.loaded.memory, &job.memory));
    }
    bench_end(&bench);
}

static const struct suite_test tests[] = {
    {"a first start is fresh and the second is not",                 a_first_start_is_fresh_and_the_second_is_not   },
    {"a missing directory is made, private",                         a_missing_directory_is_made_private            },
    {"a missing parent is said",                                     a_missing_parent_is_said                       },
    {"a second store in the same directory is refused",              a_second_store_in_the_same_directory_is_refused},
    {"a full disk at the first start is said",                       a_full_disk_at_the_first_start_is_said         },
    {"a full disk is never taken for damage",                        a_full_disk_is_never_taken_for_damage          },
    {"a disk that fills up holds the jobs back until there is room",
     a_disk_that_fills_up_holds_the_jobs_back_until_there_is_room                                                   },
    {"a read-only file system is said and its history can be read",
     a_read_only_file_system_is_said_and_its_history_can_be_read                                                    },
    {"a torn tail of the write-ahead log is no damage",              a_torn_tail_of_the_write_ahead_log_is_no_damage},
};

int main(void)
{
    return suite_run("store_open", tests, sizeof tests / sizeof tests[0]);
}
