#include "daemon.h"
#include "log.h"

#include <string.h>
#include <syslog.h>

#define LINES_AGAIN_MS 10000

/* Without the lines nothing can be driven, so asking for them again harms nobody; with them, they are held for good. */
void daemon_have_lines(struct daemon *d)
{
    if (!d->config.pad.wired || d->guard || (d->lines_failed && d->status.now_ms < d->lines_again_ms)) {
        return;
    }
    char why[256] = "";
    struct lines_driver driver;
    d->lines_again_ms = d->status.now_ms + LINES_AGAIN_MS;
    int error = lines_open(&d->config.pad, &driver, why, sizeof why);
    if (error < 0) {
        log_line(LOG_ERR, "no line can be driven: %s (%s)", why, strerror(-error));
        d->lines_failed = true;
        return;
    }
    d->guard = guard_new(&d->config.pad, driver);
    if (!d->guard) {
        driver.close(driver.self);
        d->lines_failed = true;
        return;
    }
    error = guard_start(d->guard);
    if (error < 0) {
        log_line(LOG_ERR, "the guard thread cannot start: %s", strerror(-error));
        guard_free(d->guard);
        d->guard = NULL;
        d->lines_failed = true;
        return;
    }
    if (d->lines_failed) {
        log_line(LOG_NOTICE, "the lines are there now");
    }
    d->lines_failed = false;
}
