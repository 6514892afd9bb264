#include "soothe/thermistor.h"

#include <errno.h>
#include <math.h>

#define ZERO_C_IN_K 273.15
#define OHM_MIN     1.0
#define OHM_MAX     1e8
#define COLDEST_MC  (-40000)
#define HOTTEST_MC  125000

/* Past any thermistor, so that 1/T stays far from a division by zero. */
#define INVERSE_K_MIN (1.0 / 1000.0)

static double inverse_k(int32_t mc)
{
    return 1.0 / (mc / 1000.0 + ZERO_C_IN_K);
}

static double point_inverse_k(const struct thermistor_point *point)
{
    return 1.0 / (point->c + ZERO_C_IN_K);
}

static double polynomial(const double k[4], double l)
{
    return k[0] + l * (k[1] + l * (k[2] + l * k[3]));
}

struct thermistor_curve thermistor_steinhart4(double r25_ohm, double a, double b, double c, double d)
{
    return (struct thermistor_curve){
        .kind = THERMISTOR_COEFFICIENTS, .ref_ohm = r25_ohm, .k = {a, b, c, d}
    };
}

struct thermistor_curve thermistor_steinhart(double a, double b, double c)
{
    return thermistor_steinhart4(1.0, a, b, 0.0, c);
}

struct thermistor_curve thermistor_beta(double r25_ohm, double beta_k)
{
    return thermistor_steinhart4(r25_ohm, 1.0 / (25.0 + ZERO_C_IN_K), 1.0 / beta_k, 0.0, 0.0);
}

static double log_ratio(const struct thermistor_curve *curve, double ohm)
{
    return log(ohm / curve->ref_ohm);
}

/* The smallest slope of 1/T over ln(R) between OHM_MIN and OHM_MAX: at an end, or where the slope itself turns. */
static double least_slope(const struct thermistor_curve *curve)
{
    const double slope[4] = {curve->k[1], 2.0 * curve->k[2], 3.0 * curve->k[3], 0.0};
    double from = log_ratio(curve, OHM_MIN);
    double to = log_ratio(curve, OHM_MAX);
    double least = fmin(polynomial(slope, from), polynomial(slope, to));
    if (curve->k[3] > 0.0) {
        double turn = -slope[1] / (2.0 * slope[2]);
        if (turn > from && turn < to) {
            least = fmin(least, polynomial(slope, turn));
        }
    }
    return least;
}

static int check_coefficients(const struct thermistor_curve *curve)
{
    if (!isfinite(curve->ref_ohm) || curve->ref_ohm <= 0.0) {
        return -EINVAL;
    }
    for (int i = 0; i < 4; i++) {
        if (!isfinite(curve->k[i])) {
            return -EINVAL;
        }
    }
    if (!(least_slope(curve) > 0.0)) {
        return -EINVAL;
    }
    bool hot = polynomial(curve->k, log_ratio(curve, OHM_MIN)) <= inverse_k(THERMISTOR_MAX_MC);
    bool cold = polynomial(curve->k, log_ratio(curve, OHM_MAX)) >= inverse_k(THERMISTOR_MIN_MC);
    return hot && cold ? 0 : -ERANGE;
}

static bool point_usable(const struct thermistor_point *point)
{
    return isfinite(point->c) && point->c > -ZERO_C_IN_K && isfinite(point->ohm) && point->ohm > 0.0;
}

static bool point_count_usable(const struct thermistor_curve *curve)
{
    return curve->point_count >= THERMISTOR_POINTS_MIN && curve->point_count <= THERMISTOR_POINTS_MAX;
}

static int check_table(const struct thermistor_curve *curve)
{
    if (!point_count_usable(curve)) {
        return -EINVAL;
    }
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct thermistor_point *point = &curve->points[i];
        if (!point_usable(point)) {
            return -EINVAL;
        }
        if (i > 0 && (point->c <= point[-1].c || point->ohm >= point[-1].ohm)) {
            return -EINVAL;
        }
    }
    const struct thermistor_point *last = &curve->points[curve->point_count - 1];
    bool cold = curve->points[0].c * 1000.0 <= THERMISTOR_MIN_MC && curve->points[0].ohm <= OHM_MAX;
    bool hot = last->c * 1000.0 >= THERMISTOR_MAX_MC && last->ohm >= OHM_MIN;
    return cold && hot ? 0 : -ERANGE;
}

int thermistor_check(const struct thermistor_curve *curve)
{
    switch (curve->kind) {
    case THERMISTOR_COEFFICIENTS:
        return check_coefficients(curve);
    case THERMISTOR_TABLE:
        return check_table(curve);
    case THERMISTOR_NONE:
    default:
        return -EINVAL;
    }
}

/* Beta equation through two neighbours, continued beyond the ends. */
static double table_inverse_k(const struct thermistor_curve *curve, double ohm)
{
    size_t i = 1;
    while (i < curve->point_count - 1 && ohm < curve->points[i].ohm) {
        i++;
    }
    const struct thermistor_point *cold = &curve->points[i - 1];
    const struct thermistor_point *hot = &curve->points[i];
    double share = log(ohm / cold->ohm) / log(hot->ohm / cold->ohm);
    return point_inverse_k(cold) + share * (point_inverse_k(hot) - point_inverse_k(cold));
}

/* NaN where there is no curve. */
static double curve_inverse_k(const struct thermistor_curve *curve, double ohm)
{
    switch (curve->kind) {
    case THERMISTOR_COEFFICIENTS:
        return polynomial(curve->k, log_ratio(curve, ohm));
    case THERMISTOR_TABLE:
        return point_count_usable(curve) ? table_inverse_k(curve, ohm) : NAN;
    case THERMISTOR_NONE:
    default:
        return NAN;
    }
}

static int32_t within_range(int32_t mc)
{
    if (mc < THERMISTOR_MIN_MC) {
        return THERMISTOR_MIN_MC;
    }
    return mc > THERMISTOR_MAX_MC ? THERMISTOR_MAX_MC : mc;
}

enum reading_status thermistor_ohms_to_mc(const struct thermistor_curve *curve, double ohm, int32_t *mc)
{
    if (isnan(ohm)) {
        return READING_IMPLAUSIBLE;
    }
    double per_k = curve_inverse_k(curve, fmin(fmax(ohm, OHM_MIN), OHM_MAX));
    if (!isfinite(per_k)) {
        return READING_IMPLAUSIBLE;
    }
    if (ohm < OHM_MIN || per_k < INVERSE_K_MIN) {
        return READING_SHORT;
    }
    if (ohm > OHM_MAX) {
        return READING_OPEN;
    }
    long rounded = lround((1.0 / per_k - ZERO_C_IN_K) * 1000.0);
    if (rounded < THERMISTOR_MIN_MC - THERMISTOR_EDGE_MC) {
        return READING_OPEN;
    }
    if (rounded > THERMISTOR_MAX_MC + THERMISTOR_EDGE_MC) {
        return READING_SHORT;
    }
    *mc = within_range((int32_t)rounded);
    return READING_OK;
}

/* The curve rises with ln(R): halve the span between the resistances until it is below one part in 10^12. */
int thermistor_mc_to_ohms(const struct thermistor_curve *curve, int32_t mc, double *ohm)
{
    double low = log(OHM_MIN);
    double high = log(OHM_MAX);
    double at_low = curve_inverse_k(curve, OHM_MIN);
    double at_high = curve_inverse_k(curve, OHM_MAX);
    if (!isfinite(at_low) || !isfinite(at_high)) {
        return -EINVAL;
    }
    if (mc < COLDEST_MC || mc > HOTTEST_MC || inverse_k(mc) < at_low || inverse_k(mc) > at_high) {
        return -ERANGE;
    }
    for (int i = 0; i < 48; i++) {
        double middle = (low + high) / 2.0;
        if (curve_inverse_k(curve, exp(middle)) < inverse_k(mc)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *ohm = exp(high);
    return 0;
}

enum reading_status thermistor_ratio_to_ohms(const struct thermistor_divider *divider, double v, double v_supply,
                                             double *ohm)
{
    double series_ohm = divider->series_ohm;
    if (!isfinite(series_ohm) || !isfinite(v) || !isfinite(v_supply)) {
        return READING_IMPLAUSIBLE;
    }
    bool supplied = v_supply > 0.0 && v_supply >= divider->supply_min && v_supply <= divider->supply_max;
    double ratio = v / v_supply;
    if (!supplied || !(series_ohm > 0.0) || ratio < -THERMISTOR_OVERRANGE || ratio > 1.0 + THERMISTOR_OVERRANGE) {
        return READING_IMPLAUSIBLE;
    }
    /* The NTC's share of the supply. */
    double share = divider->ntc_to_ground ? ratio : 1.0 - ratio;
    if (share <= 0.0) {
        return READING_SHORT;
    }
    if (share >= 1.0) {
        return READING_OPEN;
    }
    *ohm = series_ohm * share / (1.0 - share);
    return READING_OK;
}
