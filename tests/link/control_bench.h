/* A control socket of its own for a test, and clients that wait at most 5 s for what they expect. */
#ifndef SOOTHE_TESTS_CONTROL_BENCH_H
#define SOOTHE_TESTS_CONTROL_BENCH_H

#include "control_internal.h"
#include "suite.h"

#include "soothe/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct bench {
    char directory[64];
    char path[100];
    struct control *control;
    pthread_mutex_t lock;
    pthread_cond_t heard;
    int commands;
    struct command last;
    bool full;   /* the command hook says busy */
    bool silent; /* nobody answers a command */
    int history_error;
    char history_format[16];
};

static inline bool bench_command(void *context, const struct command *command)
{
    struct bench *b = context;
    pthread_mutex_lock(&b->lock);
    bool taken = !b->full;
    bool answer = taken && !b->silent;
    if (taken) {
        b->commands++;
        b->last = *command;
        pthread_cond_broadcast(&b->heard);
    }
    pthread_mutex_unlock(&b->lock);
    if (answer) {
        control_answer(b->control, command, REFUSED_NOT, NULL, PLAN_NEVER);
    }
    return taken;
}

static inline int bench_history(void *context, int32_t days, const char *format, char **text)
{
    struct bench *b = context;
    (void)snprintf(b->history_format, sizeof b->history_format, "%s/%d", format, (int)days);
    if (b->history_error < 0) {
        return b->history_error;
    }
    *text = strdup("one\ntwo \"quoted\"\n");
    return *text ? 0 : -ENOMEM;
}

static inline struct status bench_status(void)
{
    struct status status = {.now_ms = INT64_C(1795334400000), .clock_trusted = true, .language = "en"};
    status.engine = (struct engine_status){.state = STATE_RESTING,
                                           .phase = PHASE_ICE,
                                           .pad_mc = 22000,
                                           .hot_side_mc = INT32_MIN,
                                           .target_mc = INT32_MIN,
                                           .phase_ends_ms = PLAN_NEVER,
                                           .session_started_ms = PLAN_NEVER,
                                           .session_ends_ms = PLAN_NEVER,
                                           .next_ms = PLAN_NEVER,
                                           .next_by_ms = PLAN_NEVER,
                                           .paused_until_ms = PLAN_NEVER,
                                           .pain = -1};
    return status;
}

/* `b` has to stay where it is until bench_close. */
static inline void bench_open(struct bench *b)
{
    char why[256] = "";
    *b = (struct bench){.lock = PTHREAD_MUTEX_INITIALIZER, .heard = PTHREAD_COND_INITIALIZER};
    (void)snprintf(b->directory, sizeof b->directory, "/tmp/soothe-control-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(b->directory));
    (void)snprintf(b->path, sizeof b->path, "%s/s", b->directory);
    const struct control_hooks hooks = {.context = b, .command = bench_command, .history = bench_history};
    CU_ASSERT_EQUAL_FATAL(control_open(b->path, &hooks, &b->control, why, sizeof why), 0);
}

static inline void bench_run(struct bench *b)
{
    struct status status = bench_status();
    bench_open(b);
    control_status(b->control, &status);
    CU_ASSERT_EQUAL_FATAL(control_start(b->control), 0);
}

static inline void bench_close(struct bench *b)
{
    control_free(b->control);
    CU_ASSERT_NOT_EQUAL(access(b->path, F_OK), 0);
    CU_ASSERT_EQUAL(rmdir(b->directory), 0);
}

static inline int bench_connect(const struct bench *b)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", b->path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval patience = {.tv_sec = 60};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* False when the other side is gone. */
static inline bool bench_send(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

static inline void bench_say(int fd, const char *text)
{
    CU_ASSERT_TRUE(bench_send(fd, text, strlen(text)));
}

/* A line without its end; "" when there is none: closed, or 5 s are over. */
static inline const char *bench_line(int fd)
{
    static char line[65536];
    size_t length = 0;
    while (length + 1 < sizeof line && recv(fd, line + length, 1, 0) == 1 && line[length] != '\n') {
        length++;
    }
    line[length] = '\0';
    return line;
}

static inline bool bench_has(const char *line, const char *part)
{
    if (!strstr(line, part)) {
        (void)printf("\n    `%s` is not in `%.300s`\n", part, line);
        return false;
    }
    return true;
}

static inline bool bench_closed(int fd)
{
    char byte;
    ssize_t got = recv(fd, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

#endif
