#include "control_internal.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#define HISTORY_DAYS_MAX 3650

/* Of one that is closing nothing more is read: what it still sends must not keep the thread awake. */
static void want(struct control *c, struct control_client *client, bool write)
{
    uint32_t events = (client->closing ? 0 : (uint32_t)EPOLLIN) | (write ? (uint32_t)EPOLLOUT : 0);
    struct epoll_event event = {.events = events, .data.ptr = client};
    (void)epoll_ctl(c->epoll, EPOLL_CTL_MOD, client->fd, &event);
}

void control_client_drop(struct control *c, struct control_client *client)
{
    if (client->fd >= 0) {
        (void)epoll_ctl(c->epoll, EPOLL_CTL_DEL, client->fd, NULL);
        close(client->fd);
    }
    free(client->out); /* NOLINT(clang-analyzer-unix.Malloc): it does not see that flush() leaves NULL */
    *client = (struct control_client){.fd = -1};
}

struct control_client *control_client_find(struct control *c, uint64_t id)
{
    for (size_t i = 0; id != 0 && i < CONTROL_CLIENTS_MAX; i++) {
        if (c->clients[i].fd >= 0 && c->clients[i].id == id) {
            return &c->clients[i];
        }
    }
    return NULL;
}

static void flush(struct control *c, struct control_client *client)
{
    while (client->out_done < client->out_length) {
        ssize_t sent = send(client->fd, client->out + client->out_done, client->out_length - client->out_done,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                want(c, client, true);
            } else {
                control_client_drop(c, client);
            }
            return;
        }
        client->out_done += (size_t)sent;
        client->heard_ms = control_now_ms();
    }
    free(client->out);
    client->out = NULL;
    client->out_length = 0;
    client->out_done = 0;
    if (client->closing) {
        control_client_drop(c, client);
    } else {
        want(c, client, false);
    }
}

void control_client_send(struct control *c, struct control_client *client, const char *line)
{
    size_t length = strlen(line);
    size_t waiting = client->out_length - client->out_done;
    if (waiting > CLIENT_WAITING_MAX) {
        control_client_drop(c, client);
        return;
    }
    if (waiting > 0) {
        memmove(client->out, client->out + client->out_done, waiting);
    }
    client->out_length = waiting;
    client->out_done = 0;
    char *out = realloc(client->out, waiting + length + 1);
    if (!out) {
        control_client_drop(c, client);
        return;
    }
    memcpy(out + client->out_length, line, length);
    out[client->out_length + length] = '\n';
    client->out = out;
    client->out_length += length + 1;
    flush(c, client);
}

static void refuse(struct control *c, struct control_client *client, const char *reason, const char *message)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "status", "refused");
    cJSON_AddStringToObject(o, "reason", reason);
    cJSON_AddStringToObject(o, "message", message);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (text) {
        control_client_send(c, client, text);
        cJSON_free(text);
    }
}

static void send_status(struct control *c, struct control_client *client)
{
    struct status status;
    char text[STATUS_JSON_MAX];
    if (!control_newest(c, &status)) {
        refuse(c, client, refusal_name(REFUSED_BUSY), "the daemon is still starting; ask again");
        return;
    }
    if (status_render(&status, text, sizeof text) >= 0) {
        control_client_send(c, client, text);
    }
}

static void start_watch(struct control *c, struct control_client *client)
{
    client->watching = true;
    send_status(c, client);
}

static void send_history(struct control *c, struct control_client *client, const cJSON *request)
{
    const cJSON *days = cJSON_GetObjectItemCaseSensitive(request, "days");
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(request, "format");
    const char *as = cJSON_IsString(format) ? format->valuestring : "text";
    int count = cJSON_IsNumber(days) ? days->valueint : 30;
    bool known = strcmp(as, "csv") == 0 || strcmp(as, "json") == 0 || strcmp(as, "text") == 0;
    if (!known || count < 1 || count > HISTORY_DAYS_MAX) {
        refuse(c, client, refusal_name(REFUSED_BAD_VALUE), "history takes days from 1 to 3650 and csv, json or text");
        return;
    }
    char *history = NULL;
    int error = c->hooks.history(c->hooks.context, count, as, &history);
    cJSON *o = error < 0 ? NULL : cJSON_CreateObject();
    if (o) {
        cJSON_AddStringToObject(o, "status", "ok");
        cJSON_AddStringToObject(o, "text", history);
    }
    char *text = o ? cJSON_PrintUnformatted(o) : NULL;
    if (text) {
        control_client_send(c, client, text);
        cJSON_free(text);
    } else {
        refuse(c, client, "storage", "the history cannot be read");
    }
    cJSON_Delete(o);
    free(history);
}

/* The rest of the request is the payload of the grammar that MQTT has too. */
static void pass_command(struct control *c, struct control_client *client, const char *name, cJSON *request)
{
    struct command command;
    char why[256];
    char answer[STATUS_JSON_MAX];
    cJSON_DeleteItemFromObjectCaseSensitive(request, "cmd");
    char *payload = cJSON_PrintUnformatted(request);
    enum refusal refusal = command_parse(name, strlen(name), payload ? payload : "", payload ? strlen(payload) : 0,
                                         &command, why, sizeof why);
    cJSON_free(payload);
    command.client = client->id;
    command.origin = ORIGIN_LOCAL;
    if (refusal == REFUSED_NOT) {
        client->asked = true;
        if (c->hooks.command(c->hooks.context, &command)) {
            return;
        }
        client->asked = false;
        refusal = REFUSED_BUSY;
    }
    if (command_answer_render(&command, refusal, why, PLAN_NEVER, answer, sizeof answer) >= 0) {
        control_client_send(c, client, answer);
    }
}

static void take_line(struct control *c, struct control_client *client, const char *line)
{
    cJSON *request = cJSON_ParseWithOpts(line, NULL, true);
    const cJSON *cmd = cJSON_GetObjectItemCaseSensitive(request, "cmd");
    if (!cJSON_IsObject(request) || !cJSON_IsString(cmd)) {
        client->closing = true;
        refuse(c, client, refusal_name(REFUSED_BAD_VALUE), "a request is one line of JSON with a \"cmd\"");
        cJSON_Delete(request);
        return;
    }
    char name[32];
    (void)snprintf(name, sizeof name, "%s", cmd->valuestring);
    if (strcmp(name, "status") == 0) {
        send_status(c, client);
    } else if (strcmp(name, "watch") == 0) {
        start_watch(c, client);
    } else if (strcmp(name, "history") == 0) {
        send_history(c, client, request);
    } else {
        pass_command(c, client, name, request);
    }
    cJSON_Delete(request);
}

/* Whole lines out of the buffer; `client` may be dropped by any of them. */
static void take_lines(struct control *c, struct control_client *client)
{
    char line[CONTROL_LINE_MAX];
    uint64_t id = client->id;
    for (;;) {
        char *end = memchr(client->in, '\n', client->in_length);
        if (!end) {
            break;
        }
        size_t length = (size_t)(end - client->in);
        memcpy(line, client->in, length);
        line[length] = '\0';
        client->in_length -= length + 1;
        memmove(client->in, end + 1, client->in_length);
        if (strlen(line) != length) {
            line[0] = '\0'; /* a NUL byte inside: no JSON */
        }
        take_line(c, client, line);
        if (client->fd < 0 || client->id != id || client->closing) {
            return;
        }
    }
    if (client->in_length == sizeof client->in) {
        client->closing = true;
        client->in_length = 0;
        refuse(c, client, refusal_name(REFUSED_TOO_LARGE), "a request has at most 4095 bytes");
    }
}

static void hear(struct control *c, struct control_client *client)
{
    ssize_t got = recv(client->fd, client->in + client->in_length, sizeof client->in - client->in_length, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        control_client_drop(c, client);
        return;
    }
    client->heard_ms = control_now_ms();
    client->in_length += (size_t)got;
    take_lines(c, client);
}

void control_client_event(struct control *c, struct control_client *client, uint32_t events)
{
    if (client->fd < 0) {
        return;
    }
    if ((events & EPOLLOUT) != 0) {
        uint64_t id = client->id;
        flush(c, client);
        if (client->fd < 0 || client->id != id) {
            return;
        }
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !client->closing) {
        hear(c, client);
    } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        control_client_drop(c, client);
    }
}

static struct control_client *free_place(struct control *c)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (c->clients[i].fd < 0) {
            return &c->clients[i];
        }
    }
    return NULL;
}

void control_accept(struct control *c)
{
    int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    struct control_client *client = free_place(c);
    if (!client) {
        static const char busy[] =
            "{\"status\":\"refused\",\"reason\":\"busy\",\"message\":\"too many clients at once\"}\n";
        (void)send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        close(fd);
        return;
    }
    *client = (struct control_client){.fd = fd, .id = ++c->last_id, .heard_ms = control_now_ms()};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        control_client_drop(c, client);
    }
}
