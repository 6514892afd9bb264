#include "soothe/control.h"

#include "control_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX  32
#define FREE_WAIT_S 2

int64_t control_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool somebody_answers(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = fd < 0 ? errno : connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? 0 : errno;
    bool answers = error == 0 || error == EAGAIN; /* EAGAIN: it listens, and many wait in front of it */
    if (fd >= 0) {
        close(fd);
    }
    return answers;
}

static int bind_socket(const char *path, int *listener, char *why, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat there;
    if (strlen(path) >= sizeof address.sun_path) {
        (void)snprintf(why, size, "%s: the path of the control socket has at most %zu bytes", path,
                       sizeof address.sun_path - 1);
        return -ENAMETOOLONG;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (stat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) {
        (void)snprintf(why, size, "%s is there and is no socket", path);
        return -EEXIST;
    }
    if (somebody_answers(&address)) {
        (void)snprintf(why, size, "%s: another soothed answers there; give each its own --socket", path);
        return -EADDRINUSE;
    }
    (void)unlink(path);
    *listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0117);
    int bound = *listener < 0 ? -1 : bind(*listener, (const struct sockaddr *)&address, sizeof address);
    int error = errno;
    (void)umask(mask);
    if (bound < 0 || listen(*listener, CONTROL_CLIENTS_MAX) < 0) {
        error = bound < 0 ? error : errno;
        (void)snprintf(why, size, "%s: %s", path, strerror(error));
        return -error;
    }
    return 0;
}

static int add_to_epoll(struct control *c)
{
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event listener = {.events = EPOLLIN, .data.ptr = &c->listener};
    struct epoll_event wake = {.events = EPOLLIN, .data.ptr = &c->wake};
    bool added = c->epoll >= 0 && c->wake >= 0 && epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->listener, &listener) == 0 &&
                 epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->wake, &wake) == 0;
    return added ? 0 : -errno;
}

int control_open(const char *path, const struct control_hooks *hooks, struct control **control, char *why, size_t size)
{
    struct control *c = calloc(1, sizeof *c);
    if (!c) {
        (void)snprintf(why, size, "no memory");
        return -ENOMEM;
    }
    c->hooks = *hooks;
    c->idle_ms = CONTROL_IDLE_MS;
    c->listener = -1;
    c->epoll = -1;
    c->wake = -1;
    pthread_mutex_init(&c->lock, NULL);
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        c->clients[i].fd = -1;
    }
    int error = bind_socket(path, &c->listener, why, size);
    if (error == 0) {
        (void)snprintf(c->path, sizeof c->path, "%s", path);
        error = add_to_epoll(c);
    }
    if (error < 0) {
        control_free(c);
        return error;
    }
    *control = c;
    return 0;
}

static void hand_out(struct control *c, const struct control_outgoing *line)
{
    if (line->client != 0) {
        struct control_client *client = control_client_find(c, line->client);
        if (client) {
            client->asked = false;
            control_client_send(c, client, line->text);
        }
        return;
    }
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (c->clients[i].fd >= 0 && c->clients[i].watching) {
            control_client_send(c, &c->clients[i], line->text);
        }
    }
}

/* Who has not read the last state yet is not given another: the next one to come is newer than both. */
static void hand_out_state(struct control *c, const char *text)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct control_client *client = &c->clients[i];
        if (client->fd >= 0 && client->watching && client->out_length == 0) {
            control_client_send(c, client, text);
        }
    }
}

bool control_newest(struct control *c, struct status *status)
{
    pthread_mutex_lock(&c->lock);
    bool has = c->has_status;
    if (has) {
        *status = c->status;
    }
    pthread_mutex_unlock(&c->lock);
    return has;
}

static void hand_out_all(struct control *c)
{
    uint64_t count;
    (void)!read(c->wake, &count, sizeof count);
    for (;;) {
        struct control_outgoing line;
        pthread_mutex_lock(&c->lock);
        bool any = c->outgoing_count > 0;
        if (any) {
            line = c->outgoing[0];
            c->outgoing_count--;
            memmove(&c->outgoing[0], &c->outgoing[1], c->outgoing_count * sizeof c->outgoing[0]);
        }
        pthread_mutex_unlock(&c->lock);
        if (!any) {
            return;
        }
        hand_out(c, &line);
    }
}

static bool anybody_watches(const struct control *c)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (c->clients[i].fd >= 0 && c->clients[i].watching) {
            return true;
        }
    }
    return false;
}

static void show_watchers(struct control *c, int64_t now_ms)
{
    if (c->watched_ms > now_ms - WATCH_MS || !anybody_watches(c)) {
        return;
    }
    struct status status;
    char text[STATUS_JSON_MAX];
    if (!control_newest(c, &status) || status_render(&status, text, sizeof text) < 0 || strcmp(text, c->watched) == 0) {
        return;
    }
    c->watched_ms = now_ms;
    memcpy(c->watched, text, strlen(text) + 1);
    hand_out_state(c, text);
}

/* Who sends nothing, or does not read what was sent, goes; who only watches or waits for an answer may be silent. */
static void drop_idle(struct control *c, int64_t now_ms)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct control_client *client = &c->clients[i];
        bool waits_for_us = (client->watching || client->asked) && client->out_length == 0;
        if (client->fd >= 0 && !waits_for_us && client->heard_ms <= now_ms - c->idle_ms) {
            control_client_drop(c, client);
        }
    }
}

static bool stopping(struct control *c)
{
    pthread_mutex_lock(&c->lock);
    bool stop = c->stop;
    pthread_mutex_unlock(&c->lock);
    return stop;
}

static void *serve(void *context)
{
    struct control *c = context;
    struct epoll_event events[EVENTS_MAX];
    while (!stopping(c)) {
        int count = epoll_wait(c->epoll, events, EVENTS_MAX, anybody_watches(c) ? WATCH_MS : 1000);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &c->listener) {
                control_accept(c);
            } else if (events[i].data.ptr == &c->wake) {
                hand_out_all(c);
            } else {
                control_client_event(c, events[i].data.ptr, events[i].events);
            }
        }
        int64_t now_ms = control_now_ms();
        show_watchers(c, now_ms);
        drop_idle(c, now_ms);
    }
    hand_out_all(c);
    return NULL;
}

int control_start(struct control *c)
{
    int error = pthread_create(&c->thread, NULL, serve, c);
    if (error == 0) {
        c->started = true;
        (void)pthread_setname_np(c->thread, "control");
    }
    return -error;
}

void control_status(struct control *c, const struct status *status)
{
    pthread_mutex_lock(&c->lock);
    c->status = *status;
    c->has_status = true;
    pthread_mutex_unlock(&c->lock);
}

static void wake(struct control *c)
{
    uint64_t one = 1;
    (void)!write(c->wake, &one, sizeof one);
}

static void put(struct control *c, uint64_t client, const char *text)
{
    pthread_mutex_lock(&c->lock);
    if (c->outgoing_count < (client != 0 ? OUTGOING_MAX : OUTGOING_EVENTS_MAX)) {
        struct control_outgoing *line = &c->outgoing[c->outgoing_count++];
        line->client = client;
        (void)snprintf(line->text, sizeof line->text, "%s", text);
    }
    pthread_mutex_unlock(&c->lock);
    wake(c);
}

void control_event(struct control *c, const struct status *status, const struct engine_event *event)
{
    char text[STATUS_JSON_MAX];
    if (status_render_event(status, event, text, sizeof text) >= 0) {
        put(c, 0, text);
    }
}

void control_answer(struct control *c, const struct command *command, enum refusal refusal, const char *why,
                    int64_t until_wall_ms)
{
    char text[STATUS_JSON_MAX];
    if (command_answer_render(command, refusal, why, until_wall_ms, text, sizeof text) >= 0) {
        put(c, command->client, text);
    }
}

static bool join_thread(struct control *c)
{
    if (!c->started) {
        return true;
    }
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_mutex_unlock(&c->lock);
    wake(c);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FREE_WAIT_S;
    return pthread_timedjoin_np(c->thread, NULL, &until) == 0;
}

void control_free(struct control *c)
{
    if (!c) {
        return;
    }
    if (c->path[0] != '\0') {
        (void)unlink(c->path);
    }
    if (!join_thread(c)) {
        return; /* it reads a history from a slow card; the process ends now, and it keeps what it uses */
    }
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        control_client_drop(c, &c->clients[i]);
    }
    const int fds[] = {c->listener, c->epoll, c->wake};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    pthread_mutex_destroy(&c->lock);
    free(c);
}
