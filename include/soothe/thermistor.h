/* Thermistors: ohms or an ADC ratio -> milli-degrees Celsius, or what is wrong with the sensor.
 *
 * Every NTC curve that soothe knows is one of two shapes, both between ln(R) and 1/T (kelvin), where an NTC is almost a
 * straight line:
 *
 *   coefficients   1/T = k0 + k1 L + k2 L^2 + k3 L^3,  L = ln(R / ref_ohm)
 *                  Steinhart-Hart and Beta are special cases, see thermistor_steinhart and thermistor_beta.
 *   table          points (degrees Celsius, ohm); between two of them the Beta equation through both. With points 5 K
 *                  apart that is within 0.005 K of the true curve of a 10 k part, with 10 K apart within 0.025 K.
 *
 * The range is -20 to 85 degrees Celsius. A resistance outside it is an open or a shorted sensor, never a temperature.
 */
#ifndef SOOTHE_THERMISTOR_H
#define SOOTHE_THERMISTOR_H

#include "soothe/reading.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define THERMISTOR_MIN_MC     (-20000)
#define THERMISTOR_MAX_MC     85000
#define THERMISTOR_EDGE_MC    50 /* a curve may be this far off: up to here beyond an end of the range is the end */
#define THERMISTOR_POINTS_MAX 64
#define THERMISTOR_POINTS_MIN 2

/* How far outside [0, supply] a divider's voltage may read, as a share of the supply, and still mean a short or an open
 * sensor (offset of the ADC near ground, noise at the rail). Farther out it is implausible. */
#define THERMISTOR_OVERRANGE 0.05

enum thermistor_kind {
    THERMISTOR_NONE, /* all-zero: not a curve; every conversion answers READING_IMPLAUSIBLE or -EINVAL */
    THERMISTOR_COEFFICIENTS,
    THERMISTOR_TABLE,
};

struct thermistor_point {
    double c;   /* degrees Celsius */
    double ohm; /* > 0 */
};

/* Plain data, without pointers: copy it, keep it. Fill it by hand or with a function below, then ask thermistor_check.
 */
struct thermistor_curve {
    enum thermistor_kind kind;
    double ref_ohm; /* coefficients: what R is divided by before the logarithm; > 0 */
    double k[4];    /* coefficients: in 1/kelvin */
    size_t point_count;
    struct thermistor_point points[THERMISTOR_POINTS_MAX]; /* table: coldest first, so `c` rises and `ohm` falls */
};

/* A named part with its maker's curve, e.g. "NTCLE100E3103"; sources in docs/thermistors.md. The name is the part's
 * base number, compared exactly: what follows it in an order code (tolerance, leads, packing) does not change the
 * curve. 0 and `curve` filled, or -ENOENT. */
int thermistor_part_find(const char *name, struct thermistor_curve *curve);

/* The names that thermistor_part_find knows, for messages and the schema: index 0, 1, ... until NULL. Static. */
const char *thermistor_part_name(size_t index);

/* Steinhart-Hart: 1/T = a + b ln(R) + c ln(R)^3, R in ohm, T in kelvin. */
struct thermistor_curve thermistor_steinhart(double a, double b, double c);

/* The four-coefficient form that Vishay and others print: 1/T = a + b L + c L^2 + d L^3, L = ln(R / r25_ohm). */
struct thermistor_curve thermistor_steinhart4(double r25_ohm, double a, double b, double c, double d);

/* Beta: 1/T = 1/298.15 + ln(R / r25_ohm) / beta_k. About 0.3 K off at 45 and 0.8 K at 0 degrees Celsius when beta is a
 * B25/85: prefer the named part. */
struct thermistor_curve thermistor_beta(double r25_ohm, double beta_k);

/* Is this a curve to work with? 0, or
 *   -EINVAL  no curve, a number that is not finite or not positive where it must be, fewer than 2 or more than 64
 * points, points not in order, or a curve on which two resistances have one temperature -ERANGE  it does not reach from
 * -20 to 85 degrees Celsius between 1 ohm and 100 Mohm The conversions below expect a curve that passed. With one that
 * did not they still neither crash nor hang. */
int thermistor_check(const struct thermistor_curve *curve);

/* The temperature at a resistance. READING_OK and `mc` set (-20000 to 85000, rounded to the nearest), or with `mc`
 * untouched READING_OPEN         colder than -20 degrees Celsius, infinite READING_SHORT        hotter than 85, zero,
 * negative READING_IMPLAUSIBLE  not a number, or no curve */
enum reading_status thermistor_ohms_to_mc(const struct thermistor_curve *curve, double ohm, int32_t *mc);

/* The other way, for the simulated pad and for checks. From -40 to 125 degrees Celsius: outside the range of readings
 * the curve is continued as it ends. 0 and `ohm` set, or untouched with -ERANGE (outside -40000 to 125000, or the curve
 * does not reach there between 1 ohm and 100 Mohm) or -EINVAL (no curve). */
int thermistor_mc_to_ohms(const struct thermistor_curve *curve, int32_t mc, double *ohm);

/* The divider that the thermistor sits in:
 *
 *   ntc_to_ground true:   supply --[series_ohm]--+--[NTC]-- ground
 *   ntc_to_ground false:  supply --[NTC]--+--[series_ohm]-- ground        + = what the ADC sees */
struct thermistor_divider {
    double series_ohm; /* > 0 */
    bool ntc_to_ground;
    double supply_min; /* what the supply may be, in the unit of `v` (volts, or codes of the same ADC range): */
    double supply_max; /* outside it, nothing that is measured against it can be believed */
};

/* The resistance from the divider's voltage and its supply, both measured in the same unit: only their ratio counts, so
 * that neither the reference of the ADC nor a sagging supply matters. READING_OK and `ohm` set (finite, > 0), or with
 * `ohm` untouched
 *   READING_SHORT, READING_OPEN  the voltage is at or slightly beyond ground or supply (which is which depends on the
 *                                side of the NTC)
 *   READING_IMPLAUSIBLE          a supply outside supply_min..supply_max or not positive, a voltage farther out than
 *                                THERMISTOR_OVERRANGE, anything not finite, series_ohm not positive */
enum reading_status thermistor_ratio_to_ohms(const struct thermistor_divider *divider, double v, double v_supply,
                                             double *ohm);

#endif
