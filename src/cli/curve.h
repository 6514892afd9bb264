/* The temperature over time, drawn with braille dots (two by four in a character) or, in ASCII, with stars. */
#ifndef SOOTHE_CLI_CURVE_H
#define SOOTHE_CLI_CURVE_H

#include "screen.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CURVE_SAMPLES 16384

struct curve_sample {
    int64_t at_s;
    float c;        /* NaN: unknown, the curve has a gap */
    float target_c; /* NaN: no session */
    float tolerance_c;
    enum screen_style style;
};

struct curve {
    size_t count;
    size_t first; /* the oldest of a ring */
    struct curve_sample samples[CURVE_SAMPLES];
};

struct curve_area {
    int row;
    int column;
    int rows; /* with the two of the time axis */
    int columns;
    int64_t until_s;
    int64_t span_s;
    bool fahrenheit;
};

/* Samples closer than 2 s to the last are left out; one that is older begins a new curve. */
void curve_add(struct curve *curve, const struct curve_sample *sample);

/* What comes next is not joined to what was. */
void curve_break(struct curve *curve);

/* Nothing is drawn in an area of under 4 rows or 20 columns. */
void curve_draw(const struct curve *curve, struct screen *screen, const struct curve_area *area);

#endif
