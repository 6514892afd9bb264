/* Telling systemd: sd_notify(3) that never waits.
 *
 * The library's own waits while the manager's queue is full, and the control loop must not: it would stop together with
 * a manager that is busy or hangs. What does not fit is dropped; the watchdog's next message comes a second later. */
#ifndef SOOTHE_DAEMON_NOTIFY_H
#define SOOTHE_DAEMON_NOTIFY_H

/* Lines of NAME=VALUE. 0: sent, or nobody is told ($NOTIFY_SOCKET is not set); else a negative errno, -EAGAIN when the
 * queue is full. */
int notify_send(const char *lines);

#endif
