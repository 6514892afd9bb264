#include "bench.h"

#include <signal.h>
#include <sys/wait.h>

/* What the child says through the pipe: which session has settled, begun or ended. */
struct said {
    int64_t id;
    bool ended;
};

static void child(const struct bench *at, int pipe_fd, int64_t first)
{
    struct bench bench = *at;
    if (!bench_run(&bench)) {
        _exit(1);
    }
    for (int64_t id = first;; id++) {
        int64_t now_ms = BENCH_T0_MS + id * 10800000;
        struct store_job job = bench_job(now_ms, id);
        struct said said = {id, false};
        const struct store_job clock = {.checkpoint = bench_checkpoint(now_ms + 900000)};
        if (!bench_store(&bench, &job) || write(pipe_fd, &said, sizeof said) != sizeof said) {
            _exit(2);
        }
        store_put(bench.store, &clock);
        bench_end_session(&job.session, now_ms + 1800000);
        job.note = bench_note(STORE_NOTE_PAIN, now_ms, 3).note;
        job.checkpoint = bench_checkpoint(now_ms + 1800000);
        said.ended = true;
        if (!bench_store(&bench, &job) || write(pipe_fd, &said, sizeof said) != sizeof said) {
            _exit(3);
        }
    }
}

/* Let the child run until it is killed at a random moment; what it said last comes back. */
static struct said run_and_kill(const struct bench *bench, struct said said)
{
    int ends[2];
    int64_t first = said.id + 1;
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(bench, ends[1], first);
    }
    close(ends[1]);
    struct timespec pause = {.tv_nsec = (long)(bench_random() % 40000000)};
    if (bench_random() % 8 == 0) {
        pause.tv_nsec /= 20; /* while it opens */
    }
    ppoll(NULL, 0, &pause, NULL);
    kill(pid, SIGKILL);
    for (struct said heard; read(ends[0], &heard, sizeof heard) == sizeof heard;) {
        said = heard;
    }
    int status = 0;
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    close(ends[0]);
    return said;
}

/* The newest session in the database is the one that was settled last, or the step after it. */
static bool matches(const struct store_loaded *loaded, const struct said *said)
{
    int64_t newest = loaded->has_memory ? loaded->memory.last_session : 0;
    bool open = loaded->has_open_session;
    bool same = newest == said->id && (said->id == 0 || open == !said->ended);
    bool one_further = open ? newest == said->id + 1 : newest == said->id;
    return !loaded->fresh && !loaded->lost && (!open || loaded->open_session.id == newest) && (same || one_further);
}

static void what_was_settled_survives_a_kill_at_any_moment(void)
{
    struct bench bench;
    struct said said = {0, true};
    const char *count = getenv("SOOTHE_KILLS");
    long kills = count ? atol(count) : 150;
    bench_begin(&bench);
    CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
    bench_close(&bench);
    bench_seed();
    for (long i = 0; i < kills; i++) {
        said = run_and_kill(&bench, said);
        CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
        bool good = matches(&bench.loaded, &said);
        if (!good) {
            printf("    kill %ld: said %" PRId64 " ended %d; found %" PRId64 " open %d fresh %d lost %d\n", i, said.id,
                   said.ended, bench.loaded.memory.last_session, bench.loaded.has_open_session, bench.loaded.fresh,
                   bench.loaded.lost);
        }
        CU_ASSERT_FATAL(good);
        said = (struct said){bench.loaded.memory.last_session, !bench.loaded.has_open_session};
        bench_close(&bench);
    }
    printf("    %ld kills, %" PRId64 " sessions ", kills, said.id);
    CU_ASSERT_EQUAL(bench_count(&bench, STORE_FILE ".damaged-"), 0);
    bench_end(&bench);
}

static void a_kill_during_the_first_start_leaves_a_first_start_or_a_database(void)
{
    bench_seed();
    for (int i = 0; i < 40; i++) {
        struct bench bench;
        bench_begin(&bench);
        const struct said said = run_and_kill(&bench, (struct said){0, true});
        CU_ASSERT_EQUAL_FATAL(bench_open(&bench), 0);
        CU_ASSERT(!bench.loaded.lost);
        CU_ASSERT(bench.loaded.fresh ? said.id == 0 : matches(&bench.loaded, &said));
        bench_end(&bench);
    }
}

static const struct suite_test tests[] = {
    {"what was settled survives a kill at any moment",                   what_was_settled_survives_a_kill_at_any_moment},
    {"a kill during the first start leaves a first start or a database",
     a_kill_during_the_first_start_leaves_a_first_start_or_a_database                                                  },
};

int main(void)
{
    return suite_run("kill", tests, sizeof tests / sizeof tests[0]);
}
