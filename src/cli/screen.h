/* A page of characters that is drawn in one go. Whatever is put outside it, or is no printable character of one column,
 * does no harm. */
#ifndef SOOTHE_CLI_SCREEN_H
#define SOOTHE_CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum screen_style {
    STYLE_PLAIN,
    STYLE_BOLD,
    STYLE_DIM,
    STYLE_ALARM, /* white on red */
    STYLE_GOOD,
    STYLE_HOT,
    STYLE_COLD,
    STYLE_WARN,
    STYLE_COUNT,
};

struct screen_cell {
    char glyph[5]; /* one character in UTF-8; "" is a blank */
    enum screen_style style;
};

struct screen {
    int rows;
    int columns;
    bool ascii;  /* the terminal has nothing else */
    bool colour; /* false: bold and reverse only (NO_COLOR) */
    struct screen_cell *cells;
};

/* A blank page of that size. 0 or -ENOMEM; `screen` starts as all zero. */
int screen_begin(struct screen *screen, int rows, int columns);

/* Text from there to the right, cut at column `end` (-1: the page's end). Returns the column after it. */
int screen_put(struct screen *screen, int row, int column, int end, enum screen_style style, const char *text);

/* Text broken between words into at most `lines` lines from there, each begun at `column`. Returns how many were used.
 */
int screen_wrap(struct screen *screen, int row, int column, int lines, enum screen_style style, const char *text);

/* One character; a `glyph` beyond ASCII only where the screen has it. */
void screen_glyph(struct screen *screen, int row, int column, enum screen_style style, const char *glyph);

/* The cell, or NULL outside the page. */
struct screen_cell *screen_at(struct screen *screen, int row, int column);

/* The page as one malloc'ed string of text and escape sequences, from the home position, its length in *length; NULL:
 * no memory. */
char *screen_render(const struct screen *screen, size_t *length);

void screen_free(struct screen *screen);

#endif
