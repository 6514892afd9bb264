/* Random numbers that a seed gives again, on any machine (splitmix64). Each purpose has dice of its own, so that a
 * happening that is left out does not change what else is drawn. */
#ifndef SOOTHE_TESTS_ORACLE_DICE_H
#define SOOTHE_TESTS_ORACLE_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_draw(struct dice *dice)
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline struct dice dice_of(uint64_t seed, uint64_t purpose)
{
    struct dice dice = {seed * UINT64_C(0xd1342543de82ef95) + purpose};
    dice.state = dice_draw(&dice);
    return dice;
}

static inline bool dice_one_in(struct dice *dice, uint64_t n)
{
    return dice_draw(dice) % n == 0;
}

/* low to high, both included. */
static inline int64_t dice_between(struct dice *dice, int64_t low, int64_t high)
{
    return low + (int64_t)(dice_draw(dice) % (uint64_t)(high - low + 1));
}

/* The same with long stretches as likely as short ones; low > 0. */
static inline int64_t dice_stretch(struct dice *dice, int64_t low, int64_t high)
{
    int doublings = 0;
    while (low << (doublings + 1) <= high) {
        doublings++;
    }
    int64_t from = low << dice_between(dice, 0, doublings);
    int64_t to = from * 2 < high ? from * 2 : high;
    return dice_between(dice, from, to > from ? to : from);
}

static inline double dice_real(struct dice *dice, double low, double high)
{
    return low + (high - low) * ((double)(dice_draw(dice) >> 11) / 9007199254740992.0);
}

#endif
