/* The daemon's log: lines on stderr with a syslog priority that journald understands.
 *
 * The control loop never waits for a reader of the log: lines go through a bounded queue to a thread that writes them;
 * what does not fit is counted and told. Before log_start and after log_stop lines are written at once. */
#ifndef SOOTHE_DAEMON_LOG_H
#define SOOTHE_DAEMON_LOG_H

#include <stdarg.h>

int log_start(void);
void log_stop(void);

/* One line, at most 400 bytes. The same line twice in a row is told once. `priority` is a syslog level, LOG_ERR to
 * LOG_DEBUG. */
void log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The shape of the hooks of link. */
void log_say(void *context, int priority, const char *text);

#endif
