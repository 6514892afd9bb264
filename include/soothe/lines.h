/* The GPIO lines of the pad behind a table of functions: libgpiod 1.6, libgpiod 2.x, and the simulated pad.
 *
 * Levels are logical: true is active, whatever `active_low` says. Only the guard writes, from one thread. */
#ifndef SOOTHE_LINES_H
#define SOOTHE_LINES_H

#include "soothe/config.h"

#include <stdbool.h>

/* Which of the lines are outputs, in one request: heat, cool, fan, heartbeat, led. Inputs: sense, button. */
struct lines_levels {
    bool active[LINE_COUNT]; /* lines that are not configured are ignored on write and false on read */
};

struct lines_driver {
    const char *name;
    void *self;
    /* Write all outputs in one call, then return 0 or a negative errno. */
    int (*write)(void *self, const struct lines_levels *levels);
    /* Read every line back, outputs too, from the chip. 0 or a negative errno; `levels` untouched on failure. */
    int (*read)(void *self, struct lines_levels *levels);
    /* Drive every output inactive and release. NULL-safe self. */
    void (*close)(void *self);
};

/* Open the chip (label prefix) and request all lines: outputs in one request that has them inactive before they drive,
 * the sense line with pull-down, the button with pull-up. On failure a negative errno and in `why` (size bytes) a
 * sentence that names the chip or line and what is allowed: -ENODEV    no chip with that label -ENOTUNIQ  several, and
 * none of them is a Raspberry Pi's header -EACCES    no such chip among those that may be opened -ENOENT    no line of
 * that name or offset -EINVAL    two lines of the pad are one line of the chip -EBUSY     somebody else has the line or
 * what the kernel answered. After a failure every output that is to be had is inactive: a daemon that died may have
 * left it active. */
int lines_open(const struct config_pad *pad, struct lines_driver *driver, char *why, size_t size);

/* Version string of the backend, e.g. "libgpiod 1.6.3". Static. */
const char *lines_backend(void);

#endif
