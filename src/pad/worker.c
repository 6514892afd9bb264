#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int64_t worker_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void worker_init(struct worker *worker, const struct worker_job *job)
{
    *worker = (struct worker){.job = *job, .timer_fd = -1, .wake_fd = -1, .done_fd = -1};
}

static void close_fds(struct worker *worker)
{
    int *const fds[] = {&worker->timer_fd, &worker->wake_fd, &worker->done_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0) {
            close(*fds[i]);
        }
        *fds[i] = -1;
    }
}

static int open_fds(struct worker *worker)
{
    struct timespec period = {.tv_sec = worker->job.period_ms / 1000,
                              .tv_nsec = (long)(worker->job.period_ms % 1000) * 1000000};
    struct itimerspec timer = {.it_interval = period, .it_value = period};
    worker->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    worker->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    worker->done_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    bool opened = worker->timer_fd >= 0 && worker->wake_fd >= 0 && worker->done_fd >= 0;
    if (opened && timerfd_settime(worker->timer_fd, 0, &timer, NULL) == 0) {
        return 0;
    }
    int error = errno;
    close_fds(worker);
    return -error;
}

static void post(int fd)
{
    ssize_t written = write(fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)written; /* EAGAIN: the counter is full, so it is awake already */
}

static void drain(int fd)
{
    uint64_t count;
    ssize_t got = read(fd, &count, sizeof count);
    (void)got; /* EAGAIN: the other descriptor woke it */
}

static void *run(void *context)
{
    struct worker *worker = context;
    struct pollfd fds[] = {
        {.fd = worker->timer_fd, .events = POLLIN},
        {.fd = worker->wake_fd,  .events = POLLIN}
    };
    pthread_setname_np(pthread_self(), worker->job.name);
    while (!atomic_load(&worker->stop)) {
        worker->job.step(worker->job.self, worker_now_ms());
        poll(fds, 2, worker->job.period_ms);
        drain(worker->timer_fd);
        drain(worker->wake_fd);
    }
    if (atomic_exchange(&worker->left, true)) {
        close_fds(worker);
        worker->job.destroy(worker->job.self);
    } else {
        post(worker->done_fd);
    }
    return NULL;
}

int worker_start(struct worker *worker)
{
    if (worker->started) {
        return -EALREADY;
    }
    int error = open_fds(worker);
    if (error != 0) {
        return error;
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = -pthread_create(&worker->thread, NULL, run, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    worker->started = error == 0;
    if (error != 0) {
        close_fds(worker);
    }
    return error;
}

void worker_wake(struct worker *worker)
{
    if (worker->wake_fd >= 0) {
        post(worker->wake_fd);
    }
}

static void wait_for_end(struct worker *worker)
{
    struct pollfd done = {.fd = worker->done_fd, .events = POLLIN};
    int64_t until_ms = worker_now_ms() + WORKER_JOIN_MS;
    int64_t left_ms = WORKER_JOIN_MS;
    while (left_ms > 0 && poll(&done, 1, (int)left_ms) < 0 && errno == EINTR) {
        left_ms = until_ms - worker_now_ms();
    }
}

void worker_end(struct worker *worker)
{
    if (worker->started) {
        pthread_t thread = worker->thread;
        atomic_store(&worker->stop, true);
        worker_wake(worker);
        wait_for_end(worker);
        if (!atomic_exchange(&worker->left, true)) {
            pthread_detach(thread);
            return;
        }
        pthread_join(thread, NULL);
    }
    close_fds(worker);
    worker->job.destroy(worker->job.self);
}
