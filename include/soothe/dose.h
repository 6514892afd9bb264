/* Thermal dose: CEM43, cumulative equivalent minutes at 43 degrees Celsius (Sapareto & Dewey 1984):
 *
 *   CEM43 = sum of dt * R^(43 - T),  R = 0.5 at 43 degrees and above, 0.25 below
 *
 * in micro-CEM43 (ucem): 1 000 000 ucem = one minute at 43 degrees. Integers only: the rate comes from a table of one
 * octave of 2^x, interpolated and shifted, within 0.02 % of the formula; so the dose is exact to replay, bounded, and
 * never falls when temperature or time rise.
 *
 * What the numbers mean (van Rhoon et al. 2013, Eur Radiol 23:2215): nobody is at risk up to 39 degrees; below 2 CEM43
 * is taken as safe in uncontrolled conditions, below 9 with a trained person present. */
#ifndef SOOTHE_DOSE_H
#define SOOTHE_DOSE_H

#include <stdint.h>

#define DOSE_UCEM_PER_CEM INT64_C(1000000)

#define DOSE_MIN_MC      33000   /* colder than this counts nothing (a whole day at 33 is 0.0014 CEM43) */
#define DOSE_MAX_MC      60000   /* hotter counts as this: 131 072 CEM43 a minute, past any limit at once */
#define DOSE_STEP_MAX_MS 3600000 /* a longer step counts as one hour */
#define DOSE_MAX_UCEM    INT64_C(1000000000000000) /* 10^9 CEM43: sums stay here */

/* What `dt_ms` at `mc` adds: 0 to about 7.9e12 ucem, rounded to the nearest ucem. dt_ms <= 0 adds nothing. At five
 * steps a second the rounding is below 0.005 CEM43 in half an hour. */
int64_t dose_step_ucem(int32_t mc, int64_t dt_ms);

/* What holding `mc` for `duration_ms`, of any length, comes to; saturates at DOSE_MAX_UCEM. For the checks of a plan
 * and for charging a session whose end nobody saw. */
int64_t dose_held_ucem(int32_t mc, int64_t duration_ms);

/* a + b within 0..DOSE_MAX_UCEM; what is negative counts as 0. */
int64_t dose_add_ucem(int64_t a_ucem, int64_t b_ucem);

#endif
