/* The floor of the benchmark: a thread that does nothing but wait for its next tick, like the daemon's loop with all of
 * the daemon taken away. How late its ticks begin is what this machine does to any program at this moment.
 *
 *     tick_floor PERIOD_MS SECONDS */
#include "delays.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
    static struct delays delays;
    long period_ms = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    long seconds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (period_ms < 1 || seconds < 1) {
        (void)fputs("usage: tick_floor PERIOD_MS SECONDS\n", stderr);
        return 2;
    }
    int64_t due_ms = monotonic_us() / 1000 + period_ms;
    for (int64_t end_ms = due_ms + seconds * 1000; due_ms < end_ms; due_ms += period_ms) {
        int64_t now_ms;
        while ((now_ms = monotonic_us() / 1000) < due_ms) {
            (void)poll(NULL, 0, (int)(due_ms - now_ms));
        }
        delays_add(&delays, monotonic_us() - due_ms * 1000);
    }
    char text[160];
    delays_text(&delays, text, sizeof text);
    (void)puts(text);
    return 0;
}
