/* What the thermistor's test files share. */
#ifndef SOOTHE_TESTS_THERMISTOR_EXPECT_H
#define SOOTHE_TESTS_THERMISTOR_EXPECT_H

#include "soothe/thermistor.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The promise: within 0.05 K of the maker's table. */
#define PROMISED_MC 50

static inline struct thermistor_curve part(const char *name)
{
    struct thermistor_curve curve = {0};
    CU_ASSERT_EQUAL_FATAL(thermistor_part_find(name, &curve), 0);
    return curve;
}

static inline void expect_near(const struct thermistor_curve *curve, double ohm, double c, int32_t within_mc)
{
    int32_t mc = INT32_MIN;
    enum reading_status status = thermistor_ohms_to_mc(curve, ohm, &mc);
    bool near = status == READING_OK && labs(mc - lround(c * 1000.0)) <= within_mc;
    if (!near) {
        fprintf(stderr, "%.1f ohm: status %d, %d instead of %.3f degrees\n", ohm, (int)status, (int)mc, c);
    }
    CU_ASSERT_TRUE(near);
}

#endif
