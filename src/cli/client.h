/* The client's end of the control socket (soothe/control.h): lines of JSON, and never a wait without an end. */
#ifndef SOOTHE_CLI_CLIENT_H
#define SOOTHE_CLI_CLIENT_H

#include "cli.h"

#include <stddef.h>
#include <stdint.h>

#define CLIENT_WAIT_MS  10000                      /* then a daemon counts as stalled */
#define CLIENT_LINE_MAX ((size_t)64 * 1024 * 1024) /* bytes; a longer answer is refused */

struct client {
    int fd;      /* -1: not connected */
    char *bytes; /* malloc'ed: what was received and not yet taken */
    size_t length;
    size_t size;
    size_t taken; /* length of the line handed out last, with its end */
};

/* Connect within `wait_ms`. CLI_DONE, CLI_NO_DAEMON or CLI_FAILED with a sentence in `why`. */
enum cli_exit client_open(struct client *client, const char *path, int64_t wait_ms, char *why, size_t size);

/* Send one line (without its end). 0 or a negative errno; -ETIMEDOUT when the daemon does not take it. */
int client_send(struct client *client, const char *line);

/* The next line, NUL-terminated without its end, valid until the next call, waiting for at most `wait_ms` (0: only what
 * is there). 0; -ETIMEDOUT; -ECONNRESET when the daemon closed; -EMSGSIZE; -ENOMEM; another negative errno. */
int client_receive(struct client *client, int64_t wait_ms, const char **line);

/* Whether a whole line is there already: client_receive would not wait. */
bool client_has_line(const struct client *client);

/* What a negative errno of the two above means, as a sentence. */
const char *client_error_text(int error);

/* Safe on one that is not open. */
void client_close(struct client *client);

/* One request, one answer: the answer's line is malloc'ed in *answer. What goes wrong is said on stderr. */
enum cli_exit client_ask(const char *path, const char *request, char **answer);

#endif
