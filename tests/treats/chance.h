/* Chance that can be replayed: splitmix64 (Steele, Lea and Flood 2014), every seed is a good one. */
#ifndef SOOTHE_TREATS_CHANCE_H
#define SOOTHE_TREATS_CHANCE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

static inline uint64_t chance_next(struct chance *chance)
{
    uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline double chance_between(struct chance *chance, double low, double high)
{
    return low + (high - low) * (double)(chance_next(chance) >> 11) * 0x1p-53;
}

/* As often between 1 and 10 as between 10 and 100. */
static inline double chance_spread(struct chance *chance, double low, double high)
{
    return low * pow(high / low, chance_between(chance, 0.0, 1.0));
}

static inline bool chance_of(struct chance *chance, double share)
{
    return chance_between(chance, 0.0, 1.0) < share;
}

/* Mean 0, standard deviation 1, never beyond 3.5: four 16-bit numbers, summed and scaled. */
static inline double chance_normal(struct chance *chance)
{
    uint64_t bits = chance_next(chance);
    double sum =
        (double)(bits & 0xffff) + (double)(bits >> 16 & 0xffff) + (double)(bits >> 32 & 0xffff) + (double)(bits >> 48);
    return (sum / 65536.0 - 2.0) * 1.7320508;
}

#endif
