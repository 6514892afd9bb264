#include "delays.h"

#include <inttypes.h>
#include <stdio.h>

void delays_add(struct delays *delays, int64_t late_us)
{
    int64_t us = late_us > 0 ? late_us : 0;
    int64_t bin = us / DELAYS_BIN_US;
    delays->bins[bin < DELAYS_BINS ? bin : DELAYS_BINS]++;
    delays->count++;
    delays->longest_us = us > delays->longest_us ? us : delays->longest_us;
}

int64_t delays_per_mille(const struct delays *delays, unsigned per_mille)
{
    uint64_t share = per_mille < 1000 ? per_mille : 1000;
    uint64_t rank = delays->count * share; /* in thousandths, so that no tick is lost to rounding */
    uint64_t below = 0;
    for (int64_t bin = 0; bin < DELAYS_BINS; bin++) {
        below += delays->bins[bin];
        if (below * 1000 >= rank && below > 0) {
            int64_t end_us = (bin + 1) * DELAYS_BIN_US;
            return end_us < delays->longest_us ? end_us : delays->longest_us;
        }
    }
    return delays->longest_us;
}

void delays_text(const struct delays *delays, char *text, size_t size)
{
    (void)snprintf(
        text, size, "%" PRIu64 " ticks began late by %.1f ms (p50), %.1f ms (p99), %.1f ms (p99.9), at most %.1f ms",
        delays->count, (double)delays_per_mille(delays, 500) / 1000.0, (double)delays_per_mille(delays, 990) / 1000.0,
        (double)delays_per_mille(delays, 999) / 1000.0, (double)delays->longest_us / 1000.0);
}
