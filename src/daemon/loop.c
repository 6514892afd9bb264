#include "daemon.h"
#include "log.h"
#include "notify.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define TICK_MIN_MS       20                      /* between two ticks, however many commands wait */
#define RENEW_MS          (GUARD_DEADLINE_MS / 2) /* between two ticks at rest */
#define STORE_PATIENCE_MS 1000                    /* a stepped clock waits this long for the store before it goes on */

enum { FD_SIGNALS, FD_INBOX, FD_STORE, FD_RELOAD, FD_COUNT };

struct loop {
    struct daemon *d;
    struct pollfd fds[FD_COUNT];
    bool ended;
    bool woken; /* something wants a tick now */
    int64_t woken_ms;
};

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t monotonic_ms(void)
{
    return monotonic_us() / 1000;
}

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    /* Already blocked in main, before the first thread. */
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void refuse_reload(struct daemon *d, const char *why)
{
    (void)snprintf(d->config_problem, sizeof d->config_problem, "%s", why);
    memcpy(d->status.config_problem, d->config_problem, sizeof d->status.config_problem);
    struct engine_event event = {.type = EVENT_CONFIG_REFUSED, .until_ms = PLAN_NEVER, .sensor = -1};
    daemon_tell(d, &event);
}

static void refuse_file(struct daemon *d, const struct config_errors *errors)
{
    char why[sizeof d->config_problem];
    const struct config_error *first = &errors->items[0];
    (void)snprintf(why, sizeof why, "line %d: %.40s: %.90s", first->line, first->path, first->what);
    for (size_t i = 0; i < errors->count && i < CONFIG_ERRORS_MAX; i++) {
        const struct config_error *e = &errors->items[i];
        log_line(LOG_ERR, "%s:%d:%d: %s: %s", d->options.config_path, e->line, e->column, e->path, e->what);
    }
    refuse_reload(d, why);
}

static void tell_delays(const struct daemon *d)
{
    char text[160];
    delays_text(&d->delays, text, sizeof text);
    log_line(LOG_INFO, "%s", text);
}

static void begin_reload(struct daemon *d)
{
    char lines[64];
    (void)snprintf(lines, sizeof lines, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)monotonic_us());
    (void)notify_send(lines);
    if (reload_ask(&d->reload) < 0) {
        refuse_reload(d, "no thread could be started to read the file");
        daemon_be_ready(d);
    }
}

static void hear_signals(struct loop *loop)
{
    struct signalfd_siginfo signal;
    while (read(loop->fds[FD_SIGNALS].fd, &signal, sizeof signal) == (ssize_t)sizeof signal) {
        if (signal.ssi_signo == SIGHUP) {
            begin_reload(loop->d);
        } else if (signal.ssi_signo == SIGUSR1) {
            tell_delays(loop->d);
            loop->d->delays = (struct delays){0};
        } else {
            loop->ended = true;
        }
    }
}

static void take_reload(struct daemon *d)
{
    if (!reload_take(&d->reload)) {
        return;
    }
    if (d->reload.result < 0) {
        refuse_file(d, &d->reload.errors);
    } else {
        struct config fresh = d->reload.fresh;
        fresh.pad.wired = fresh.pad.wired || d->options.simulate;
        bool restart = config_apply_reload(&d->config, &fresh);
        (void)snprintf(d->config_problem, sizeof d->config_problem, "%s",
                       restart ? "device, pad, sensors or mqtt changed: that needs a restart" : "");
        engine_config_from(&d->config, &d->engine_config);
        use_timezone(d->config.timezone);
        engine_reloaded(&d->engine, &d->engine_config);
        if (d->mqtt) {
            mqtt_reloaded(d->mqtt, &d->config);
        }
        struct engine_event event = {.type = EVENT_CONFIG_RELOADED, .until_ms = PLAN_NEVER, .sensor = -1};
        daemon_tell(d, &event);
    }
    daemon_be_ready(d);
}

static void wake(struct loop *loop)
{
    if (!loop->woken) {
        loop->woken = true;
        loop->woken_ms = monotonic_ms();
    }
}

static int64_t later(int64_t a_ms, int64_t b_ms)
{
    return a_ms > b_ms ? a_ms : b_ms;
}

static void wait_for(struct loop *loop, int64_t wait_ms)
{
    int timeout = wait_ms > 0 ? (int)wait_ms : 0;
    if (poll(loop->fds, FD_COUNT, timeout) <= 0) {
        return;
    }
    hear_signals(loop);
    take_reload(loop->d);
    if (loop->fds[FD_INBOX].revents != 0) {
        wake(loop);
    }
    if (loop->fds[FD_STORE].revents != 0) {
        uint64_t count;
        (void)!read(loop->fds[FD_STORE].fd, &count, sizeof count);
        if (loop->d->engine.status.state == STATE_ARMING) {
            wake(loop);
        }
    }
}

/* Real time: ticks at their times, earlier when a command or the store has something. */
static void run_real(struct loop *loop, int64_t wait_ms)
{
    int64_t last_ms = monotonic_ms();
    while (!loop->ended) {
        int64_t now_ms = monotonic_ms();
        int64_t due_ms = last_ms + wait_ms;
        if (loop->woken) {
            int64_t asked_ms = later(last_ms + TICK_MIN_MS, loop->woken_ms);
            due_ms = asked_ms < due_ms ? asked_ms : due_ms;
        }
        if (now_ms < due_ms) {
            /* While a tick is wanted at once, its wake-up must not make poll return for nothing. */
            loop->fds[FD_INBOX].events = loop->woken ? 0 : POLLIN;
            wait_for(loop, due_ms - now_ms < RENEW_MS ? due_ms - now_ms : RENEW_MS);
            if (monotonic_ms() < due_ms) {
                daemon_renew_rest(loop->d);
            }
            continue;
        }
        wait_for(loop, 0); /* a signal is heard even where every tick takes longer than its period */
        delays_add(&loop->d->delays, monotonic_us() - due_ms * 1000);
        /* On the grid where possible: a late wake-up does not make the next tick late. */
        last_ms = now_ms > due_ms + wait_ms ? now_ms : due_ms;
        loop->woken = false;
        wait_ms = daemon_tick(loop->d);
    }
}

static bool store_is_behind(const struct daemon *d)
{
    return store_failing(d->store) == 0 && store_settled(d->store) < d->last_ticket;
}

/* A stepped clock: whole ticks, `speed` times as fast as real time, never past something that waits for the store. */
static void run_stepped(struct loop *loop, int64_t wait_ms)
{
    struct daemon *d = loop->d;
    double speed = d->options.speed;
    int64_t real_ms = monotonic_ms();
    int64_t simulated_ms = clocks_boot_ms(&d->clocks);
    while (!loop->ended) {
        int64_t patience_ms = monotonic_ms() + STORE_PATIENCE_MS;
        wait_for(loop, 0);
        while (!loop->ended && store_is_behind(d) && monotonic_ms() < patience_ms) {
            wait_for(loop, 10);
        }
        *d->clocks.simulated_ms += wait_ms;
        double ahead_ms = (double)(*d->clocks.simulated_ms - simulated_ms) / speed - (double)(monotonic_ms() - real_ms);
        while (!loop->ended && ahead_ms >= 1 && !loop->woken) {
            wait_for(loop, ahead_ms < 200 ? (int64_t)ahead_ms : 200);
            ahead_ms = (double)(*d->clocks.simulated_ms - simulated_ms) / speed - (double)(monotonic_ms() - real_ms);
        }
        if (ahead_ms < -1000) { /* it cannot keep up: do not race to catch up later */
            real_ms = monotonic_ms();
            simulated_ms = *d->clocks.simulated_ms;
        }
        loop->woken = false;
        wait_ms = loop->ended ? 0 : daemon_tick(d);
    }
}

int daemon_run(struct daemon *d)
{
    struct loop loop = {.d = d};
    const int fds[FD_COUNT] = {[FD_SIGNALS] = open_signals(),
                               [FD_INBOX] = d->inbox.fd,
                               [FD_STORE] = store_fd(d->store),
                               [FD_RELOAD] = d->reload.fd};
    for (int i = 0; i < FD_COUNT; i++) {
        loop.fds[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    }
    if (fds[FD_SIGNALS] < 0) {
        log_line(LOG_ERR, "signals cannot be heard: %s", strerror(errno));
        return -EMFILE;
    }
    struct engine_event event = {.type = EVENT_STARTED, .until_ms = PLAN_NEVER, .sensor = -1};
    daemon_tell(d, &event);
    int64_t wait_ms = daemon_tick(d);
    int error = daemon_start_links(d);
    if (error < 0) {
        close(fds[FD_SIGNALS]);
        return error;
    }
    daemon_be_ready(d);
    if (d->clocks.simulated_ms) {
        run_stepped(&loop, wait_ms);
    } else {
        run_real(&loop, wait_ms);
    }
    (void)notify_send("STOPPING=1");
    daemon_last_tick(d);
    if (d->delays.count > 0) {
        tell_delays(d);
    }
    close(fds[FD_SIGNALS]);
    return 0;
}
