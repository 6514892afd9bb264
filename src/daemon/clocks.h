/* The clocks of this machine, or the simulated one. */
#ifndef SOOTHE_DAEMON_CLOCKS_H
#define SOOTHE_DAEMON_CLOCKS_H

#include "soothe/timebase.h"

#include <stdbool.h>
#include <stdint.h>

#define BOOT_ID_SIZE 37

struct clocks {
    bool simulated_trust;          /* --simulate: trusted unless injected otherwise */
    _Atomic int64_t *simulated_ms; /* --speed: the simulated clock, shared with the file it is kept in; NULL: the real
                                      ones. Only the control loop moves it */
    _Atomic int64_t *simulated_boots; /* beside it: the boots that simpad's power cuts made */
    bool vouched;                     /* a person vouched for the clock in this boot */
    bool rtc_valid;    /* the kernel took its time from a battery-backed clock that could be right; looked up once */
    int64_t looked_ms; /* when the trust was looked up last */
    enum timebase_trust trust;
    char boot_id[BOOT_ID_SIZE];
};

/* `directory` is not NULL for a simulated clock: its time is kept there, in the file simulated-clock, at every tick, so
 * that it goes on after a kill -9 too; a time that cannot be is replaced by the real one. 0 or a negative errno. Asks
 * the hardware clock, which may take a while over a slow bus. */
int clocks_open(struct clocks *clocks, bool simulate, const char *directory);
void clocks_close(struct clocks *clocks);

/* The simulated machine loses its power: the next start is another boot. Nothing without a simulated clock. */
void clocks_power_cut(struct clocks *clocks);

/* The same, and this process is gone with it: nothing is closed, stored or said any more. */
_Noreturn void clocks_lose_power(struct clocks *clocks);

/* CLOCK_BOOTTIME in ms, or the simulated time. */
int64_t clocks_boot_ms(const struct clocks *clocks);

/* Unix time in ms, or the simulated time. From any thread. */
int64_t clocks_wall_ms(const struct clocks *clocks);

/* One look. Whether the clock can be trusted is looked up every ten seconds: a stat and an adjtimex. */
void clocks_look(struct clocks *clocks, bool distrust, struct timebase_clocks *look);

#endif
