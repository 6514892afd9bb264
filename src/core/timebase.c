#include "soothe/timebase.h"

#include "stamp.h"

static bool credible(int64_t off_ms)
{
    return off_ms >= 0 && off_ms <= TIMEBASE_CREDIT_MAX_MS;
}

static bool offset_moved(int64_t a_ms, int64_t b_ms)
{
    int64_t by_ms = stamp_span_ms(b_ms, a_ms);
    return by_ms > TIMEBASE_STEP_MS || by_ms < -TIMEBASE_STEP_MS;
}

/* How long the machine was off: from the last checkpoint to the beginning of this boot's clock reading. */
static int64_t time_off_ms(const struct timebase *base, int64_t wall_minus_boot_ms)
{
    return stamp_span_ms(base->off_since_wall_ms, stamp_moved_ms(base->boot_began_ms, wall_minus_boot_ms));
}

static void begin_other_boot(struct timebase *base, const struct timebase_checkpoint *checkpoint,
                             const struct timebase_clocks *clocks)
{
    base->off_since_wall_ms = checkpoint->wall_ms;
    int64_t away_ms = time_off_ms(base, base->wall_minus_boot_ms);
    base->credited = checkpoint->wall_trusted && clocks->trust > TRUST_NONE && credible(away_ms);
    base->pending = checkpoint->wall_trusted && !base->credited && clocks->trust < TRUST_SYNCHRONISED;
    base->began_ms = stamp_moved_ms(checkpoint->plan_ms, base->credited ? away_ms : 0);
    base->plan_minus_boot_ms = stamp_span_ms(clocks->boot_ms, base->began_ms);
}

/* The wall clock may have been set in this boot while nobody looked; what was believed goes on, unless the clock is
 * synchronised, which is better than anything believed. */
static void begin_same_boot(struct timebase *base, const struct timebase_checkpoint *checkpoint,
                            const struct timebase_clocks *clocks)
{
    base->plan_minus_boot_ms = stamp_span_ms(checkpoint->boot_ms, checkpoint->plan_ms);
    base->began_ms = timebase_plan_ms(base, clocks->boot_ms);
    if (checkpoint->wall_trusted && clocks->trust == TRUST_VOUCHED) {
        base->wall_minus_boot_ms = stamp_span_ms(checkpoint->boot_ms, checkpoint->wall_ms);
    }
}

/* The first plan time of all reads like the wall clock, as far as the supervisor takes it for a time. */
static int64_t first_plan_ms(int64_t wall_ms)
{
    return wall_ms < 0 ? 0 : stamp_earlier_ms(wall_ms, TIMEBASE_FIRST_MAX_MS);
}

bool timebase_init(struct timebase *base, const struct timebase_checkpoint *checkpoint,
                   const struct timebase_clocks *clocks)
{
    int64_t offset_ms = stamp_span_ms(clocks->boot_ms, clocks->wall_ms);
    int64_t first_ms = first_plan_ms(clocks->wall_ms);
    *base = (struct timebase){
        .wall_minus_boot_ms = offset_ms,
        .seen_wall_minus_boot_ms = offset_ms,
        .trust = clocks->trust,
        .boot_began_ms = clocks->boot_ms,
        .began_ms = first_ms,
        .plan_minus_boot_ms = stamp_span_ms(clocks->boot_ms, first_ms),
    };
    if (!checkpoint->valid) {
        return false;
    }
    if (checkpoint->same_boot && clocks->boot_ms >= checkpoint->boot_ms) {
        begin_same_boot(base, checkpoint, clocks);
        return false;
    }
    begin_other_boot(base, checkpoint, clocks);
    return !base->credited;
}

/* A clock that somebody vouched for may still be wrong: what it makes incredible waits for a synchronised one. */
static void credit(struct timebase *base, struct timebase_news *news)
{
    int64_t off_ms = time_off_ms(base, base->wall_minus_boot_ms);
    base->pending = !credible(off_ms) && base->trust < TRUST_SYNCHRONISED;
    if (credible(off_ms)) {
        news->credited = true;
        news->credit_ms = off_ms;
    }
}

/* Trust in the wall clock only rises within a boot: having been synchronised once, CLOCK_BOOTTIME carries it on. A
 * source that is better than the one believed so far is believed from now on, steps of an equal or worse one are only
 * told. */
static void follow_wall(struct timebase *base, const struct timebase_clocks *clocks, struct timebase_news *news)
{
    int64_t offset_ms = stamp_span_ms(clocks->boot_ms, clocks->wall_ms);
    if (offset_moved(offset_ms, base->seen_wall_minus_boot_ms)) {
        news->stepped = true;
        news->step_ms = stamp_span_ms(base->seen_wall_minus_boot_ms, offset_ms);
    }
    base->seen_wall_minus_boot_ms = offset_ms;
    bool better = clocks->trust > base->trust;
    if (better || base->trust == TRUST_NONE || !offset_moved(offset_ms, base->wall_minus_boot_ms)) {
        base->wall_minus_boot_ms = offset_ms;
    }
    news->trusted = better;
    base->trust = better ? clocks->trust : base->trust;
}

void timebase_step(struct timebase *base, const struct timebase_clocks *clocks, struct timebase_news *news)
{
    *news = (struct timebase_news){0};
    follow_wall(base, clocks, news);
    if (base->pending && base->trust > TRUST_NONE) {
        credit(base, news);
    }
}

int64_t timebase_plan_ms(const struct timebase *base, int64_t boot_ms)
{
    return stamp_moved_ms(boot_ms, base->plan_minus_boot_ms);
}

int64_t timebase_wall_minus_plan_ms(const struct timebase *base)
{
    return stamp_span_ms(base->plan_minus_boot_ms, base->wall_minus_boot_ms);
}
