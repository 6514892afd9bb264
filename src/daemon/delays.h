/* How late the ticks of the control loop begin: a histogram of fixed size, so that counting costs no time of its own.
 */
#ifndef SOOTHE_DAEMON_DELAYS_H
#define SOOTHE_DAEMON_DELAYS_H

#include <stddef.h>
#include <stdint.h>

#define DELAYS_BIN_US 100
#define DELAYS_BINS                                                                                                    \
    5000 /* up to 500 ms, close to where the guard takes the power away; later ones share one more bin */

struct delays {
    uint64_t count;
    int64_t longest_us;
    uint32_t bins[DELAYS_BINS + 1];
};

/* One tick began `late_us` after it was due; negative counts as 0. */
void delays_add(struct delays *delays, int64_t late_us);

/* The delay that `per_mille` of a thousand ticks did not exceed, in microseconds, rounded up to the end of its bin and
 * never above the longest. 0 when nothing was counted; per_mille above 1000 is the longest. */
int64_t delays_per_mille(const struct delays *delays, unsigned per_mille);

/* "1200 ticks began late by 0.1 ms (p50), 0.4 ms (p99), 1.0 ms (p99.9), at most 1.3 ms"; nothing is lost when it is cut
 * to `size`. */
void delays_text(const struct delays *delays, char *text, size_t size);

#endif
