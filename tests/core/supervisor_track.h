/* A sensor's samples as a model of the supervisor keeps them, sharing no code with it. */
#ifndef SOOTHE_TESTS_SUPERVISOR_TRACK_H
#define SOOTHE_TESTS_SUPERVISOR_TRACK_H

#include "soothe/reading.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 16

/* The newest good samples of a sensor without a gap, newest first. */
struct track {
    int count;
    int32_t mc[KEPT];
    int64_t at_ms[KEPT];
    int64_t code_ms; /* since when an ADC that cannot be so quiet says the same */
    int32_t code;
    int32_t supply_code;
    int64_t seen_ms;
};

static inline int by_size(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static inline int32_t median_of(const int32_t *mc)
{
    int32_t sorted[3] = {mc[0], mc[1], mc[2]};
    qsort(sorted, 3, sizeof sorted[0], by_size);
    return sorted[1];
}

static inline void track_step(struct track *t, const struct reading *reading, bool good)
{
    if (!good) {
        t->count = 0;
    } else if (reading->at_ms != t->seen_ms) {
        int64_t gap_ms = t->count > 0 ? reading->at_ms - t->at_ms[0] : 0;
        bool follows = gap_ms > 0 && gap_ms <= 1500;
        t->count = follows ? (t->count < KEPT - 1 ? t->count : KEPT - 1) : 0;
        memmove(t->mc + 1, t->mc, sizeof t->mc - sizeof t->mc[0]);
        memmove(t->at_ms + 1, t->at_ms, sizeof t->at_ms - sizeof t->at_ms[0]);
        t->mc[0] = reading->mc;
        t->at_ms[0] = reading->at_ms;
        t->count++;
        if (!follows || !reading->fine || reading->code != t->code || reading->supply_code != t->supply_code) {
            t->code_ms = reading->at_ms;
        }
        t->code = reading->code;
        t->supply_code = reading->supply_code;
    }
    t->seen_ms = reading->at_ms;
}

/* With the newest sample, which has to be one of this step. */
static inline bool track_jumps(const struct track *t)
{
    for (int i = 1; i <= 5 && i + 3 <= t->count; i++) {
        int64_t span_ms = t->at_ms[0] - t->at_ms[i];
        int64_t apart_mc = llabs((int64_t)median_of(t->mc) - median_of(t->mc + i));
        if (span_ms <= 1500 && apart_mc >= 5 * (span_ms < 1000 ? 1000 : span_ms)) {
            return true;
        }
    }
    return false;
}

#endif
