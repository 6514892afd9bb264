/* Time between two moments, safe against any pair of values. Internal to the pad room. */
#ifndef SOOTHE_PAD_ELAPSED_H
#define SOOTHE_PAD_ELAPSED_H

#include <stdint.h>

/* From `from_ms` to `to_ms`: 0 when that lies backwards, INT64_MAX when it is too far (from INT64_MIN, "never"). */
static inline int64_t elapsed_ms(int64_t from_ms, int64_t to_ms)
{
    int64_t difference;
    if (to_ms <= from_ms) {
        return 0;
    }
    return __builtin_sub_overflow(to_ms, from_ms, &difference) ? INT64_MAX : difference;
}

#endif
