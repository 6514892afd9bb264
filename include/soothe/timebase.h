/* The plan clock: how plan time runs within a boot and goes on over a restart. Pure.
 *
 * Within one boot it is CLOCK_BOOTTIME plus a constant, whatever the wall clock does. After a daemon restart in the
 * same boot it goes on exactly. After a reboot the time off is credited only when a trusted wall clock says how long it
 * was and that lies between 0 and 30 days; otherwise it counts as zero, and may be credited later, when trust comes
 * back. A clock that was only vouched for and gives an incredible time off leaves that open until a synchronised one
 * answers. The open question is not stored: when the daemon is restarted before trust is back, the time off counts as
 * zero for good (the rest and the ice last longer, nothing comes early).
 *
 * Every value of every argument is allowed; sums saturate. */
#ifndef SOOTHE_TIMEBASE_H
#define SOOTHE_TIMEBASE_H

#include <stdbool.h>
#include <stdint.h>

#define TIMEBASE_CREDIT_MAX_MS (INT64_C(30) * 24 * 3600 * 1000)
#define TIMEBASE_FIRST_MAX_MS                                                                                          \
    (INT64_C(1) << 42)        /* the first plan time is at most this (the year 2109), and at least 0 */
#define TIMEBASE_STEP_MS 2000 /* a wall clock that moved this much against CLOCK_BOOTTIME was stepped */

/* How far the wall clock can be believed; higher is better. */
enum timebase_trust { TRUST_NONE, TRUST_VOUCHED /* a person, or a valid RTC */, TRUST_SYNCHRONISED };

/* One look at the clocks of this machine. */
struct timebase_clocks {
    int64_t boot_ms; /* CLOCK_BOOTTIME */
    int64_t wall_ms; /* CLOCK_REALTIME */
    enum timebase_trust trust;
};

struct timebase {
    int64_t plan_minus_boot_ms;
    int64_t wall_minus_boot_ms;      /* as believed: latched when trust is gained, following slow drift */
    int64_t seen_wall_minus_boot_ms; /* as last seen, to notice steps */
    enum timebase_trust trust;
    int64_t began_ms;          /* plan time at which this boot (or first start) began: credit moves stamps before it */
    bool pending;              /* time off of the last reboot is not credited yet */
    int64_t off_since_wall_ms; /* wall time of the last checkpoint, trusted; meaningful while pending */
    int64_t boot_began_ms;     /* CLOCK_BOOTTIME when the clocks of this boot were first read */
    bool credited;             /* the time off was credited at once, in timebase_init */
};

struct timebase_news {
    bool stepped; /* the wall clock was set */
    int64_t step_ms;
    bool trusted;  /* trust was gained */
    bool credited; /* late, once: pass credit_ms to engine_credit with before_ms = began_ms */
    int64_t credit_ms;
};

struct timebase_checkpoint {
    bool valid;
    int64_t plan_ms;
    int64_t boot_ms;
    int64_t wall_ms;
    bool wall_trusted;
    bool same_boot;
};

/* Begin. `same_boot`: the checkpoint was taken in this boot; it is believed only if its boot_ms is not in the future,
 * and with a clock that is no more than vouched for the wall clock believed then is believed on. Returns true when the
 * rest has to start anew: a reboot whose length nobody knows. */
bool timebase_init(struct timebase *base, const struct timebase_checkpoint *checkpoint,
                   const struct timebase_clocks *clocks);

/* Look at the clocks again, once a tick. */
void timebase_step(struct timebase *base, const struct timebase_clocks *clocks, struct timebase_news *news);

/* Plan time of a moment of this boot. */
int64_t timebase_plan_ms(const struct timebase *base, int64_t boot_ms);

/* What to add to plan time to get wall time as believed. */
int64_t timebase_wall_minus_plan_ms(const struct timebase *base);

#endif
