#include "curve.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LABEL_COLUMNS 7
#define APART_S       2
#define TICK_COLUMNS  12
#define DOTS_MAX      1000000

/* How the area maps to degrees and seconds. */
struct scale {
    int row;
    int column;
    int rows; /* of the plot alone */
    int columns;
    int dots_x; /* dots in a character */
    int dots_y;
    double low;
    double high;
    double step;
    int64_t from_s;
    int64_t span_s;
    bool fahrenheit;
};

static const struct curve_sample *sample_at(const struct curve *curve, size_t index)
{
    return &curve->samples[(curve->first + index) % CURVE_SAMPLES];
}

void curve_add(struct curve *curve, const struct curve_sample *sample)
{
    if (curve->count > 0) {
        int64_t last_s = sample_at(curve, curve->count - 1)->at_s;
        if (sample->at_s < last_s) {
            curve->count = 0;
        } else if (sample->at_s < last_s + APART_S) {
            return;
        }
    }
    if (curve->count == CURVE_SAMPLES) {
        curve->first = (curve->first + 1) % CURVE_SAMPLES;
        curve->count--;
    }
    curve->samples[(curve->first + curve->count++) % CURVE_SAMPLES] = *sample;
}

void curve_break(struct curve *curve)
{
    if (curve->count > 0) {
        curve->samples[(curve->first + curve->count - 1) % CURVE_SAMPLES].c = NAN;
    }
}

static double shown(double c, bool fahrenheit)
{
    return fahrenheit ? c * 1.8 + 32 : c;
}

static void widen(double c, double *low, double *high)
{
    if (!isnan(c)) {
        *low = fmin(*low, c);
        *high = fmax(*high, c);
    }
}

/* The first sample that matters: the last one at or before the left edge. */
static size_t first_in(const struct curve *curve, int64_t from_s)
{
    size_t low = 0;
    size_t high = curve->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sample_at(curve, middle)->at_s <= from_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? low - 1 : 0;
}

static void choose_degrees(const struct curve *curve, struct scale *s)
{
    static const double steps[] = {1, 2, 5, 10, 20, 50};
    double low = INFINITY;
    double high = -INFINITY;
    for (size_t i = first_in(curve, s->from_s); i < curve->count; i++) {
        const struct curve_sample *sample = sample_at(curve, i);
        widen(shown(sample->c, s->fahrenheit), &low, &high);
        widen(shown(sample->target_c - sample->tolerance_c, s->fahrenheit), &low, &high);
        widen(shown(sample->target_c + sample->tolerance_c, s->fahrenheit), &low, &high);
    }
    if (!(low <= high)) {
        low = shown(10, s->fahrenheit);
        high = shown(40, s->fahrenheit);
    }
    double least = s->fahrenheit ? 18 : 10;
    double lack = fmax(least - (high - low), 0);
    low -= lack / 2;
    high += lack / 2;
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof steps[0] && (high - low) / steps[i] * 2 > s->rows) {
        i++;
    }
    s->step = steps[i];
    s->low = floor(low / s->step) * s->step;
    s->high = ceil(high / s->step) * s->step;
}

/* In dots from the top; outside the plot where the value is. */
static int dot_y(const struct scale *s, double value)
{
    int dots = s->rows * s->dots_y - 1;
    return (int)lrint((s->high - value) / (s->high - s->low) * dots);
}

/* A clock that was set by years must not make a line of years of dots. */
static int dot_x(const struct scale *s, int64_t at_s)
{
    int64_t x = (at_s - s->from_s) * (s->columns * s->dots_x - 1) / s->span_s;
    return (int)(x < -DOTS_MAX ? -DOTS_MAX : x > DOTS_MAX ? DOTS_MAX : x);
}

/* The bits of a braille character, by row and column of its dots. */
static const unsigned char braille_bits[4][2] = {
    {0x01, 0x08},
    {0x02, 0x10},
    {0x04, 0x20},
    {0x40, 0x80}
};

static bool is_braille(const char *glyph)
{
    return (unsigned char)glyph[0] == 0xe2 && ((unsigned char)glyph[1] & 0xfc) == 0xa0;
}

static void set_dot(const struct scale *s, struct screen *screen, int x, int y, enum screen_style style)
{
    if (x < 0 || y < 0 || x >= s->columns * s->dots_x || y >= s->rows * s->dots_y) {
        return;
    }
    int row = s->row + y / s->dots_y;
    int column = s->column + x / s->dots_x;
    struct screen_cell *cell = screen_at(screen, row, column);
    if (!cell || screen->ascii) {
        screen_glyph(screen, row, column, style, "*");
        return;
    }
    unsigned bits = braille_bits[y % s->dots_y][x % s->dots_x];
    if (is_braille(cell->glyph)) {
        bits |= ((unsigned char)cell->glyph[1] & 3U) << 6 | ((unsigned char)cell->glyph[2] & 0x3fU);
    }
    const char glyph[] = {(char)0xe2, (char)(0xa0 | bits >> 6), (char)(0x80 | (bits & 0x3f)), '\0'};
    screen_glyph(screen, row, column, style, glyph);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void draw_line(const struct scale *s, struct screen *screen, const struct curve_sample *a,
                      const struct curve_sample *b)
{
    int x0 = dot_x(s, a->at_s);
    int y0 = dot_y(s, shown(a->c, s->fahrenheit));
    int dx = dot_x(s, b->at_s) - x0;
    int dy = dot_y(s, shown(b->c, s->fahrenheit)) - y0;
    int steps = larger(larger(abs(dx), abs(dy)), 1);
    int skip = x0 < 0 && dx > 0 ? (int)((int64_t)-x0 * steps / dx) : 0;
    for (int i = skip; i <= steps; i++) {
        set_dot(s, screen, x0 + (int)((int64_t)dx * i / steps), y0 + (int)((int64_t)dy * i / steps), b->style);
    }
}

static void draw_curve(const struct curve *curve, const struct scale *s, struct screen *screen)
{
    for (size_t i = first_in(curve, s->from_s); i < curve->count; i++) {
        const struct curve_sample *sample = sample_at(curve, i);
        const struct curve_sample *next = i + 1 < curve->count ? sample_at(curve, i + 1) : sample;
        if (!isnan(sample->c)) {
            draw_line(s, screen, sample, isnan(next->c) ? sample : next);
        }
    }
}

/* The band of a session, under the curve: the target's row, and the rows that the tolerance touches. */
static void draw_band(const struct curve *curve, const struct scale *s, struct screen *screen)
{
    for (size_t i = first_in(curve, s->from_s); i < curve->count; i++) {
        const struct curve_sample *sample = sample_at(curve, i);
        if (isnan(sample->target_c)) {
            continue;
        }
        int64_t to_s = i + 1 < curve->count ? sample_at(curve, i + 1)->at_s : sample->at_s;
        int from = larger(dot_x(s, sample->at_s), 0) / s->dots_x;
        int to = dot_x(s, to_s) / s->dots_x;
        int top = dot_y(s, shown(sample->target_c + sample->tolerance_c, s->fahrenheit)) / s->dots_y;
        int bottom = dot_y(s, shown(sample->target_c - sample->tolerance_c, s->fahrenheit)) / s->dots_y;
        int middle = dot_y(s, shown(sample->target_c, s->fahrenheit)) / s->dots_y;
        for (int column = from; column <= to && column < s->columns; column++) {
            for (int row = larger(top, 0); row <= bottom && row < s->rows; row++) {
                const char *glyph = screen->ascii ? (row == middle ? "-" : ".") : row == middle ? "\u2508" : "\u00b7";
                screen_glyph(screen, s->row + row, s->column + column, STYLE_DIM, glyph);
            }
        }
    }
}

static void draw_degrees(const struct scale *s, struct screen *screen)
{
    char label[16];
    for (int row = 0; row < s->rows; row++) {
        screen_glyph(screen, s->row + row, s->column - 1, STYLE_DIM, screen->ascii ? "|" : "\u2502");
    }
    int marks = (int)lrint((s->high - s->low) / s->step);
    for (int mark = 0; mark <= marks; mark++) {
        double value = s->low + mark * s->step;
        int row = dot_y(s, value) / s->dots_y;
        (void)snprintf(label, sizeof label, "%4.0f", value);
        (void)screen_put(screen, s->row + row, s->column - LABEL_COLUMNS + 1, s->column - 1, STYLE_DIM, label);
        screen_glyph(screen, s->row + row, s->column - 1, STYLE_DIM, screen->ascii ? "+" : "\u2524");
    }
    (void)screen_put(screen, s->row + s->rows, s->column - LABEL_COLUMNS + 1, s->column - 1, STYLE_DIM,
                     screen->ascii   ? (s->fahrenheit ? "   F" : "   C")
                     : s->fahrenheit ? "  \u00b0F"
                                     : "  \u00b0C");
}

static int64_t tick_of(const struct scale *s)
{
    static const int64_t minutes[] = {1, 2, 5, 10, 15, 30, 60, 120, 240, 360};
    size_t i = 0;
    while (i + 1 < sizeof minutes / sizeof minutes[0] && minutes[i] * 60 * s->columns < s->span_s * TICK_COLUMNS) {
        i++;
    }
    return minutes[i] * 60;
}

static void draw_times(const struct scale *s, struct screen *screen)
{
    char label[8];
    struct tm tm;
    time_t from = (time_t)s->from_s;
    int64_t offset_s = localtime_r(&from, &tm) ? tm.tm_gmtoff : 0;
    int64_t tick_s = tick_of(s);
    int row = s->row + s->rows;
    screen_glyph(screen, row, s->column - 1, STYLE_DIM, screen->ascii ? "+" : "\u2514");
    for (int column = 0; column < s->columns; column++) {
        screen_glyph(screen, row, s->column + column, STYLE_DIM, screen->ascii ? "-" : "\u2500");
    }
    int64_t first_s = s->from_s + tick_s - (s->from_s + offset_s) % tick_s;
    for (int64_t at_s = first_s; at_s <= s->from_s + s->span_s; at_s += tick_s) {
        int column = s->column + dot_x(s, at_s) / s->dots_x;
        time_t at = (time_t)at_s;
        screen_glyph(screen, row, column, STYLE_DIM, screen->ascii ? "+" : "\u2534");
        if (localtime_r(&at, &tm) && strftime(label, sizeof label, "%H:%M", &tm) > 0 &&
            column + 3 <= s->column + s->columns) {
            (void)screen_put(screen, row + 1, column - 2, -1, STYLE_DIM, label);
        }
    }
}

void curve_draw(const struct curve *curve, struct screen *screen, const struct curve_area *area)
{
    if (area->rows < 4 || area->columns < 20 || area->span_s <= 0) {
        return;
    }
    struct scale scale = {
        .row = area->row,
        .column = area->column + LABEL_COLUMNS,
        .rows = area->rows - 2,
        .columns = area->columns - LABEL_COLUMNS,
        .dots_x = screen->ascii ? 1 : 2,
        .dots_y = screen->ascii ? 1 : 4,
        .from_s = area->until_s - area->span_s,
        .span_s = area->span_s,
        .fahrenheit = area->fahrenheit,
    };
    choose_degrees(curve, &scale);
    draw_degrees(&scale, screen);
    draw_times(&scale, screen);
    draw_band(curve, &scale, screen);
    draw_curve(curve, &scale, screen);
}
