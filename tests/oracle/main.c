/* Many random runs in parallel, judged by the oracle; replay and shrinking of one that failed. */
#include "shrink.h"
#include "world.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHORT_MS     (26 * HOUR_MS)
#define LONG_MS      (14 * DAY_MS)
#define LONG_SEEDS   UINT64_C(1000000000000) /* a seed above it, modulo twice it, is of a long run */
#define JOBS_AT_MOST 64
#define FAILURES_MAX 200 /* more are only counted */

struct options {
    int64_t short_runs;
    int64_t long_runs;
    uint64_t seed;
    int jobs;
    bool replay;
    bool partial; /* a fraction of the figures: coverage is told, not asked for */
};

/* What the jobs share. */
struct board {
    int64_t next;
    int64_t done;
    int64_t failed;
    struct oracle_counts counts[JOBS_AT_MOST];
};

static int64_t length_of(uint64_t seed)
{
    return seed >= LONG_SEEDS ? LONG_MS : SHORT_MS;
}

static uint64_t nth_seed(const struct options *options, int64_t n)
{
    /* The long runs first, so that no job is left alone with them at the end. */
    return n < options->long_runs ? LONG_SEEDS + options->seed + (uint64_t)n
                                  : options->seed + (uint64_t)(n - options->long_runs);
}

static void note_failure(struct board *board, uint64_t seed, const char *wrong)
{
    int64_t n = __atomic_fetch_add(&board->failed, 1, __ATOMIC_SEQ_CST);
    if (n < FAILURES_MAX) {
        char line[300];
        int length = snprintf(line, sizeof line, "failed: tests/oracle/run --replay %" PRIu64 "   # %s\n", seed, wrong);
        (void)!write(STDOUT_FILENO, line, (size_t)length);
    }
}

static void work(const struct options *options, struct board *board, int job)
{
    static struct world world;
    static struct script script;
    int64_t runs = options->short_runs + options->long_runs;
    for (;;) {
        int64_t n = __atomic_fetch_add(&board->next, 1, __ATOMIC_SEQ_CST);
        if (n >= runs) {
            return;
        }
        uint64_t seed = nth_seed(options, n);
        script_make(&script, seed, length_of(seed));
        const char *wrong = world_run(&world, &script, NULL, NULL);
        oracle_counts_add(&board->counts[job], &world.oracle.counts);
        if (wrong) {
            note_failure(board, seed, wrong);
        }
        __atomic_fetch_add(&board->done, 1, __ATOMIC_SEQ_CST);
    }
}

static void progress(const struct options *options, const struct board *board, const char *word)
{
    printf("oracle: %s%" PRId64 " of %" PRId64 " runs, %" PRId64 " failed\n", word,
           __atomic_load_n(&board->done, __ATOMIC_SEQ_CST), options->short_runs + options->long_runs,
           __atomic_load_n(&board->failed, __ATOMIC_SEQ_CST));
    fflush(stdout);
}

/* Waits for the jobs, with a sign of life every 5 s. Returns how many of them died. */
static int wait_for(const struct options *options, const struct board *board)
{
    int died = 0;
    int left = options->jobs;
    int quarters = 0;
    while (left > 0) {
        int status;
        pid_t child = waitpid(-1, &status, WNOHANG);
        if (child > 0) {
            left--;
            died += !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            continue;
        }
        const struct timespec quarter = {.tv_nsec = 250000000};
        nanosleep(&quarter, NULL);
        if (++quarters % 20 == 0) {
            progress(options, board, "");
        }
    }
    return died;
}

static int fork_jobs(const struct options *options, struct board *board)
{
    fflush(NULL);
    for (int job = 0; job < options->jobs; job++) {
        pid_t child = fork();
        if (child < 0) {
            perror("fork");
            return -1;
        }
        if (child == 0) {
            work(options, board, job);
            _exit(0);
        }
    }
    return wait_for(options, board);
}

static int run_all(const struct options *options)
{
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    struct timespec began;
    struct timespec ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    printf("oracle: %" PRId64 " runs of 26 h, %" PRId64 " of 14 days, base seed %" PRIu64 ", %d jobs\n",
           options->short_runs, options->long_runs, options->seed, options->jobs);
    int died = fork_jobs(options, board);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    progress(options, board, "done: ");
    struct oracle_counts sum = {0};
    for (int job = 0; job < options->jobs; job++) {
        oracle_counts_add(&sum, &board->counts[job]);
    }
    int never = oracle_counts_print(&sum, stdout);
    double s = (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
    printf("%.0f s, %.0f ns a tick and job\n", s, sum.ticks ? s * options->jobs * 1e9 / (double)sum.ticks : 0.0);
    if (never > 0 && !options->partial) {
        printf("failed: %d faults were never provoked or never named\n", never);
    }
    int failed = (int)board->failed + (died != 0) + (never > 0 && !options->partial);
    printf("%" PRId64 " passed, %d failed\n", board->done - board->failed, failed);
    return failed == 0 && board->done == options->short_runs + options->long_runs ? 0 : 1;
}

static int replay(uint64_t seed)
{
    static struct world world;
    static struct script script;
    script_make(&script, seed, length_of(seed));
    script_print(&script, stdout);
    const char *wrong = world_run(&world, &script, NULL, NULL);
    if (!wrong) {
        printf("seed %" PRIu64 ": nothing wrong\n", seed);
        return 0;
    }
    shrink(&world, &script, wrong);
    printf("\nthe smallest script that still fails:\n");
    script_print(&script, stdout);
    (void)world_run(&world, &script, NULL, NULL);
    printf("\nfrom 4 s before to 2 s after it:\n");
    const struct view view = {stdout, world.now_ms - 4000, world.now_ms + 2000};
    (void)world_run(&world, &script, NULL, &view);
    return 1;
}

static bool read_number(const char *text, int64_t low, int64_t *number)
{
    char *end;
    errno = 0;
    long long read = strtoll(text, &end, 10);
    *number = read;
    return errno == 0 && end != text && *end == '\0' && read >= low;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        int64_t number;
        if (strcmp(argv[i], "--partial") == 0) {
            options->partial = true;
            continue;
        }
        if (i + 1 >= argc || !read_number(argv[i + 1], 0, &number)) {
            return false;
        }
        if (strcmp(argv[i], "--short") == 0) {
            options->short_runs = number;
        } else if (strcmp(argv[i], "--long") == 0) {
            options->long_runs = number;
        } else if (strcmp(argv[i], "--seed") == 0 || strcmp(argv[i], "--replay") == 0) {
            options->seed = (uint64_t)number;
            options->replay = strcmp(argv[i], "--replay") == 0;
        } else if (strcmp(argv[i], "--jobs") == 0 && number >= 1 && number <= JOBS_AT_MOST) {
            options->jobs = (int)number;
        } else {
            return false;
        }
        i++;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.short_runs = 10000, .long_runs = 300, .jobs = 2};
    options.seed = (uint64_t)time(NULL) % 1000000 * 100000;
    if (!read_options(argc, argv, &options)) {
        fprintf(stderr, "usage: oracle [--short N] [--long M] [--seed S] [--jobs J] [--partial] | --replay SEED\n");
        return 2;
    }
    return options.replay ? replay(options.seed) : run_all(&options);
}
