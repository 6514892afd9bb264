#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PIECE 65536

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0 when the descriptor is ready, -ETIMEDOUT past `until_ms`. */
static int wait_for(int fd, short events, int64_t until_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    for (;;) {
        int64_t left_ms = until_ms - now_ms();
        int ready = poll(&poll_fd, 1, left_ms > 0 ? (int)left_ms : 0);
        if (ready > 0) {
            return 0;
        }
        if (ready == 0) {
            return -ETIMEDOUT;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
}

/* A full backlog answers EAGAIN at once on a Unix socket. */
static int connect_until(int fd, const struct sockaddr_un *address, int64_t until_ms)
{
    for (;;) {
        if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) {
            return 0;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return -errno;
        }
        if (now_ms() >= until_ms) {
            return -ETIMEDOUT;
        }
        (void)poll(NULL, 0, 50);
    }
}

static enum cli_exit explain_connect(int error, const char *path, char *why, size_t size)
{
    if (error == -ENOENT || error == -ECONNREFUSED || error == -ENOTSOCK || error == -ENOTDIR) {
        (void)snprintf(why, size, "no daemon at %s; is soothed running? `systemctl status soothed` tells", path);
        return CLI_NO_DAEMON;
    }
    if (error == -EACCES || error == -EPERM) {
        (void)snprintf(why, size, "%s: you may not speak to the daemon; members of the group of that socket may", path);
    } else if (error == -ETIMEDOUT) {
        (void)snprintf(why, size, "%s: the daemon does not answer", path);
    } else {
        (void)snprintf(why, size, "%s: %s", path, strerror(-error));
    }
    return CLI_FAILED;
}

enum cli_exit client_open(struct client *client, const char *path, int64_t wait_ms, char *why, size_t size)
{
    *client = (struct client){.fd = -1};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        (void)snprintf(why, size, "%s: the path of a socket has at most %zu bytes", path, sizeof address.sun_path - 1);
        return CLI_NO_DAEMON;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = fd < 0 ? -errno : connect_until(fd, &address, now_ms() + wait_ms);
    if (error < 0) {
        if (fd >= 0) {
            close(fd);
        }
        return explain_connect(error, path, why, size);
    }
    client->fd = fd;
    return CLI_DONE;
}

static int send_all(int fd, const char *bytes, size_t length, int64_t until_ms)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes += sent;
            length -= (size_t)sent;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            int error = wait_for(fd, POLLOUT, until_ms);
            if (error < 0) {
                return error;
            }
        } else if (errno != EINTR) {
            return errno == EPIPE ? -ECONNRESET : -errno;
        }
    }
    return 0;
}

int client_send(struct client *client, const char *line)
{
    int64_t until_ms = now_ms() + CLIENT_WAIT_MS;
    int error = send_all(client->fd, line, strlen(line), until_ms);
    return error < 0 ? error : send_all(client->fd, "\n", 1, until_ms);
}

static int make_room(struct client *client)
{
    if (client->size - client->length >= PIECE) {
        return 0;
    }
    size_t size = client->size == 0 ? PIECE : client->size * 2;
    if (size > CLIENT_LINE_MAX) {
        return -EMSGSIZE;
    }
    char *bytes = realloc(client->bytes, size);
    if (!bytes) {
        return -ENOMEM;
    }
    client->bytes = bytes;
    client->size = size;
    return size - client->length >= PIECE ? 0 : make_room(client);
}

static int receive_some(struct client *client)
{
    int error = make_room(client);
    if (error < 0) {
        return error;
    }
    ssize_t got = recv(client->fd, client->bytes + client->length, client->size - client->length, 0);
    if (got > 0) {
        client->length += (size_t)got;
        return 0;
    }
    if (got == 0) {
        return -ECONNRESET;
    }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
}

bool client_has_line(const struct client *client)
{
    return client->length > client->taken &&
           memchr(client->bytes + client->taken, '\n', client->length - client->taken) != NULL;
}

static char *take_line(struct client *client)
{
    char *end = client->length > 0 ? memchr(client->bytes, '\n', client->length) : NULL;
    if (end) {
        *end = '\0';
        client->taken = (size_t)(end - client->bytes) + 1;
    }
    return end;
}

int client_receive(struct client *client, int64_t wait_ms, const char **line)
{
    int64_t until_ms = now_ms() + wait_ms;
    if (client->taken > 0) {
        client->length -= client->taken;
        memmove(client->bytes, client->bytes + client->taken, client->length);
        client->taken = 0;
    }
    while (!take_line(client)) {
        int error = wait_for(client->fd, POLLIN, until_ms);
        error = error < 0 ? error : receive_some(client);
        if (error < 0) {
            return error;
        }
    }
    *line = client->bytes;
    return 0;
}

const char *client_error_text(int error)
{
    switch (error) {
    case -ETIMEDOUT:
        return "the daemon did not answer within 10 seconds; if anything seems wrong, unplug the pad";
    case -ECONNRESET:
        return "the daemon closed the connection";
    case -EMSGSIZE:
        return "the daemon's answer is too long; ask for fewer days";
    default:
        return strerror(-error);
    }
}

void client_close(struct client *client)
{
    if (client->fd >= 0) {
        close(client->fd);
    }
    free(client->bytes);
    *client = (struct client){.fd = -1};
}

enum cli_exit client_ask(const char *path, const char *request, char **answer)
{
    struct client client;
    const char *line = NULL;
    char why[256];
    enum cli_exit code = client_open(&client, path, CLIENT_WAIT_MS, why, sizeof why);
    if (code != CLI_DONE) {
        return cli_fail(code, "%s", why);
    }
    int error = client_send(&client, request);
    if (error == 0 || error == -ECONNRESET) { /* who is turned away at the door is told why before it is shut */
        error = client_receive(&client, CLIENT_WAIT_MS, &line);
    }
    char *copy = error == 0 ? strdup(line) : NULL;
    client_close(&client);
    if (!copy) {
        return cli_fail(CLI_FAILED, "%s", client_error_text(error == 0 ? -ENOMEM : error));
    }
    *answer = copy;
    return CLI_DONE;
}
