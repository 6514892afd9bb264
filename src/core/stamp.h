/* Sums of time stamps and spans that saturate instead of overflowing: what a store or a clock says may be anything. */
#ifndef SOOTHE_CORE_STAMP_H
#define SOOTHE_CORE_STAMP_H

#include <stdint.h>

/* at + by; INT64_MIN, a moment that has not been, stays and is never made. */
static inline int64_t stamp_moved_ms(int64_t at_ms, int64_t by_ms)
{
    int64_t sum_ms;
    if (at_ms == INT64_MIN) {
        return at_ms;
    }
    if (__builtin_add_overflow(at_ms, by_ms, &sum_ms) || sum_ms == INT64_MIN) {
        return by_ms < 0 ? INT64_MIN + 1 : INT64_MAX;
    }
    return sum_ms;
}

/* later - earlier */
static inline int64_t stamp_span_ms(int64_t earlier_ms, int64_t later_ms)
{
    int64_t span_ms;
    if (__builtin_sub_overflow(later_ms, earlier_ms, &span_ms) || span_ms == INT64_MIN) {
        return later_ms < earlier_ms ? INT64_MIN + 1 : INT64_MAX;
    }
    return span_ms;
}

static inline int64_t stamp_later_ms(int64_t a_ms, int64_t b_ms)
{
    return a_ms > b_ms ? a_ms : b_ms;
}

static inline int64_t stamp_earlier_ms(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

#endif
