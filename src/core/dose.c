#include "soothe/dose.h"

#define KNEE_MC      43000
#define OCTAVE_STEPS 20
#define OCTAVE_MO    1000 /* milli-octaves in an octave */
#define STEP_MO      (OCTAVE_MO / OCTAVE_STEPS)

/* 10^9 / 60 * 2^(i/20): nano-CEM43 a second at 43 degrees Celsius and up to one octave above. */
static const int64_t octave_ncem_s[OCTAVE_STEPS + 1] = {
    16666667, 17254415, 17862891, 18492825, 19144973, 19820119, 20519074, 21242677, 21991799, 22767338, 23570226,
    24401428, 25261943, 26152803, 27075080, 28029881, 29018352, 30041682, 31101100, 32197878, 33333333,
};

static int64_t interpolate(int32_t mo)
{
    int64_t low = octave_ncem_s[mo / STEP_MO];
    int64_t high = octave_ncem_s[mo / STEP_MO + 1];
    return low + (high - low) * (mo % STEP_MO) / STEP_MO;
}

/* The rate doubles with each kelvin above the knee (one octave a kelvin) and falls to a quarter with each below (two).
 * Largest value: 16.7e6 ncem/s, 17 octaves up at DOSE_MAX_MC, times 3.6e6 ms is 7.9e18, below INT64_MAX. */
static int64_t dose_ncem_s_ms(int32_t mc, int64_t dt_ms)
{
    if (mc < DOSE_MIN_MC) {
        return 0;
    }
    if (mc >= KNEE_MC) {
        int32_t above_mo = (mc < DOSE_MAX_MC ? mc : DOSE_MAX_MC) - KNEE_MC;
        return (interpolate(above_mo % OCTAVE_MO) * dt_ms) << (above_mo / OCTAVE_MO);
    }
    int32_t below_mo = 2 * (KNEE_MC - mc);
    int32_t octaves = (below_mo + OCTAVE_MO - 1) / OCTAVE_MO;
    return (interpolate(octaves * OCTAVE_MO - below_mo) * dt_ms) >> octaves;
}

int64_t dose_step_ucem(int32_t mc, int64_t dt_ms)
{
    if (dt_ms <= 0) {
        return 0;
    }
    int64_t step_ms = dt_ms < DOSE_STEP_MAX_MS ? dt_ms : DOSE_STEP_MAX_MS;
    return (dose_ncem_s_ms(mc, step_ms) + 500000) / 1000000;
}

int64_t dose_held_ucem(int32_t mc, int64_t duration_ms)
{
    int64_t hour_ucem = dose_step_ucem(mc, DOSE_STEP_MAX_MS);
    int64_t hours = duration_ms > 0 ? duration_ms / DOSE_STEP_MAX_MS : 0;
    if (hour_ucem > 0 && hours > DOSE_MAX_UCEM / hour_ucem) {
        return DOSE_MAX_UCEM;
    }
    return dose_add_ucem(hours * hour_ucem, dose_step_ucem(mc, duration_ms % DOSE_STEP_MAX_MS));
}

int64_t dose_add_ucem(int64_t a_ucem, int64_t b_ucem)
{
    int64_t a = a_ucem > 0 ? a_ucem : 0;
    int64_t b = b_ucem > 0 ? b_ucem : 0;
    return b < DOSE_MAX_UCEM - a ? a + b : DOSE_MAX_UCEM;
}
