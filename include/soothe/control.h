/* The control socket: a Unix stream socket through which `soothe` speaks to the daemon. One thread, epoll.
 *
 * A line of JSON a request, a line of JSON an answer:
 *   {"cmd":"pause","value":"5","id":"..."}   -> the answer document of soothe/command.h
 *   {"cmd":"status"}                         -> the state document
 *   {"cmd":"watch"}                          -> the state document now, and again each time it changes, events between
 *   {"cmd":"history","days":N,"format":"csv"|"json"|"text"} -> {"status":"ok","text":"..."}
 * A client that sends a line over CONTROL_LINE_MAX, sends nothing for CONTROL_IDLE_MS, or does not read, is told why
 * where possible and closed; others do not notice. At most CONTROL_CLIENTS_MAX at a time. Who may connect is decided by
 * the socket's mode 0660 and group. */
#ifndef SOOTHE_CONTROL_H
#define SOOTHE_CONTROL_H

#include "soothe/command.h"
#include "soothe/status.h"

#define CONTROL_DEFAULT_PATH "/run/soothe/control.sock"
#define CONTROL_LINE_MAX     4096
#define CONTROL_IDLE_MS      10000
#define CONTROL_CLIENTS_MAX  16

struct control;

struct control_hooks {
    void *context;
    /* A command, origin ORIGIN_LOCAL. In the control socket's thread; must not block. false: `busy`. */
    bool (*command)(void *context, const struct command *command);
    /* The history as text, malloc'ed in *text (freed by control). In the socket's thread, may take its time. 0 or
     * -errno. */
    int (*history)(void *context, int32_t days, const char *format, char **text);
    void (*say)(void *context, int priority, const char *text);
};

/* Bind `path`: a stale socket file is replaced, one that somebody answers on is -EADDRINUSE; too long a path
 * -ENAMETOOLONG. On failure a negative errno and a sentence in `why`. */
int control_open(const char *path, const struct control_hooks *hooks, struct control **control, char *why, size_t size);
int control_start(struct control *control);

/* The newest status, for status and watch. Copied; never blocks longer than a copy takes. */
void control_status(struct control *control, const struct status *status);
/* One event, for those who watch. */
void control_event(struct control *control, const struct status *status, const struct engine_event *event);
/* The answer to a command that came by this socket. */
void control_answer(struct control *control, const struct command *command, enum refusal refusal, const char *why,
                    int64_t until_wall_ms);

/* Close all, unlink the socket, end the thread (bounded to 2 s). NULL-safe. */
void control_free(struct control *control);

#endif
