#include "soothe/timebase.h"

static bool credible(int64_t off_ms)
{
    return off_ms >= 0 && off_ms <= TIMEBASE_CREDIT_MAX_MS;
}

static bool offset_moved(int64_t a_ms, int64_t b_ms)
{
    return a_ms > b_ms + TIMEBASE_STEP_MS || a_ms < b_ms - TIMEBASE_STEP_MS;
}

/* How long the machine was off: from the last checkpoint to the beginning of this boot's clock reading. */
static int64_t time_off_ms(const struct timebase *base, int64_t wall_minus_boot_ms)
{
    return base->boot_began_ms + wall_minus_boot_ms - base->off_since_wall_ms;
}

static void begin_other_boot(struct timebase *base, const struct timebase_checkpoint *checkpoint,
                             const struct timebase_clocks *clocks)
{
    base->off_since_wall_ms = checkpoint->wall_ms;
    base->pending = checkpoint->wall_trusted;
    int64_t off_ms = 0;
    if (base->pending && clocks->trust > TRUST_NONE) {
        base->pending = false;
        int64_t away_ms = clocks->wall_ms - checkpoint->wall_ms;
        base->credited = credible(away_ms);
        off_ms = base->credited ? away_ms : 0;
    }
    base->began_ms = checkpoint->plan_ms + off_ms;
    base->plan_minus_boot_ms = base->began_ms - clocks->boot_ms;
}

bool timebase_init(struct timebase *base, const struct timebase_checkpoint *checkpoint,
                   const struct timebase_clocks *clocks)
{
    *base = (struct timebase){
        .wall_minus_boot_ms = clocks->wall_ms - clocks->boot_ms,
        .seen_wall_minus_boot_ms = clocks->wall_ms - clocks->boot_ms,
        .trust = clocks->trust,
        .boot_began_ms = clocks->boot_ms,
        .began_ms = clocks->wall_ms,
        .plan_minus_boot_ms = clocks->wall_ms - clocks->boot_ms,
    };
    if (!checkpoint->valid) {
        return false;
    }
    if (checkpoint->same_boot && clocks->boot_ms >= checkpoint->boot_ms) {
        base->plan_minus_boot_ms = checkpoint->plan_ms - checkpoint->boot_ms;
        base->began_ms = timebase_plan_ms(base, clocks->boot_ms);
        return false;
    }
    begin_other_boot(base, checkpoint, clocks);
    return !base->credited;
}

static void credit(struct timebase *base, struct timebase_news *news)
{
    base->pending = false;
    int64_t off_ms = time_off_ms(base, base->wall_minus_boot_ms);
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
    int64_t offset_ms = clocks->wall_ms - clocks->boot_ms;
    if (offset_moved(offset_ms, base->seen_wall_minus_boot_ms)) {
        news->stepped = true;
        news->step_ms = offset_ms - base->seen_wall_minus_boot_ms;
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
    return boot_ms + base->plan_minus_boot_ms;
}

int64_t timebase_wall_minus_plan_ms(const struct timebase *base)
{
    return base->wall_minus_boot_ms - base->plan_minus_boot_ms;
}
