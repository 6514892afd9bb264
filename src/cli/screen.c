#include "screen.h"
#include "terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char *const coloured[STYLE_COUNT] = {
    [STYLE_PLAIN] = "\x1b[0m",         [STYLE_BOLD] = "\x1b[0;1m",  [STYLE_DIM] = "\x1b[0;2m",
    [STYLE_ALARM] = "\x1b[0;1;37;41m", [STYLE_GOOD] = "\x1b[0;32m", [STYLE_HOT] = "\x1b[0;31m",
    [STYLE_COLD] = "\x1b[0;36m",       [STYLE_WARN] = "\x1b[0;33m",
};

static const char *const colourless[STYLE_COUNT] = {
    [STYLE_PLAIN] = "\x1b[0m", [STYLE_BOLD] = "\x1b[0;1m", [STYLE_DIM] = "\x1b[0m",  [STYLE_ALARM] = "\x1b[0;1;7m",
    [STYLE_GOOD] = "\x1b[0m",  [STYLE_HOT] = "\x1b[0m",    [STYLE_COLD] = "\x1b[0m", [STYLE_WARN] = "\x1b[0;1m",
};

int screen_begin(struct screen *screen, int rows, int columns)
{
    if (rows != screen->rows || columns != screen->columns) {
        struct screen_cell *cells = calloc((size_t)rows * (size_t)columns, sizeof *cells);
        if (!cells) {
            return -ENOMEM;
        }
        free(screen->cells);
        screen->cells = cells;
        screen->rows = rows;
        screen->columns = columns;
        return 0;
    }
    memset(screen->cells, 0, (size_t)rows * (size_t)columns * sizeof *screen->cells);
    return 0;
}

struct screen_cell *screen_at(struct screen *screen, int row, int column)
{
    bool inside = row >= 0 && row < screen->rows && column >= 0 && column < screen->columns;
    return inside ? &screen->cells[row * screen->columns + column] : NULL;
}

/* How many bytes the character at `text` has, and its number; 1 and '?' for what is no UTF-8. */
static int decode(const char *text, wchar_t *number)
{
    const unsigned char *byte = (const unsigned char *)text;
    int length = byte[0] < 0x80 ? 1 : (byte[0] & 0xe0) == 0xc0 ? 2 : (byte[0] & 0xf0) == 0xe0 ? 3 : 4;
    unsigned value = length == 1 ? byte[0] : byte[0] & (0x7fU >> length);
    for (int i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            *number = L'?';
            return 1;
        }
        value = value << 6 | (byte[i] & 0x3fU);
    }
    *number = byte[0] == 0xff || byte[0] == 0xfe ? L'?' : (wchar_t)value;
    return length;
}

static bool drawable(const struct screen *screen, wchar_t number)
{
    if (number < 0x80) {
        return number >= 0x20 && number < 0x7f;
    }
    return !screen->ascii && wcwidth(number) == 1;
}

int screen_put(struct screen *screen, int row, int column, int end, enum screen_style style, const char *text)
{
    int limit = end < 0 || end > screen->columns ? screen->columns : end;
    while (*text != '\0' && column < limit) {
        wchar_t number = 0;
        int length = decode(text, &number);
        struct screen_cell *cell = screen_at(screen, row, column);
        if (cell) {
            bool whole = drawable(screen, number);
            (void)snprintf(cell->glyph, sizeof cell->glyph, "%.*s", whole ? length : 1, whole ? text : "?");
            cell->style = style;
        }
        text += length;
        column++;
    }
    return column;
}

/* Bytes of `text` that fill a line of `width` characters, up to the last blank where something is left. */
static size_t line_length(const char *text, int width)
{
    size_t length = 0;
    size_t blank = 0;
    for (int used = 0; text[length] != '\0' && used <= width; length++) {
        used += ((unsigned char)text[length] & 0xc0) != 0x80;
        if (used > width) {
            return blank > 0 ? blank : length;
        }
        blank = text[length] == ' ' ? length : blank;
    }
    return length;
}

int screen_wrap(struct screen *screen, int row, int column, int lines, enum screen_style style, const char *text)
{
    char line[TERMINAL_COLUMNS_MAX * 4 + 1];
    int used = 0;
    int width = screen->columns - column - 1;
    while (used < lines && *text != '\0' && width > 0) {
        size_t length = line_length(text, width);
        (void)snprintf(line, sizeof line, "%.*s", (int)length, text);
        (void)screen_put(screen, row + used++, column, -1, style, line);
        text += length;
        text += strspn(text, " ");
    }
    return used;
}

void screen_glyph(struct screen *screen, int row, int column, enum screen_style style, const char *glyph)
{
    struct screen_cell *cell = screen_at(screen, row, column);
    if (cell) {
        (void)snprintf(cell->glyph, sizeof cell->glyph, "%s", glyph);
        cell->style = style;
    }
}

static void write_row(const struct screen *screen, int row, FILE *out)
{
    enum screen_style style = STYLE_PLAIN;
    for (int column = 0; column < screen->columns; column++) {
        const struct screen_cell *cell = &screen->cells[row * screen->columns + column];
        if (cell->style != style) {
            style = cell->style;
            (void)fputs((screen->colour ? coloured : colourless)[style], out);
        }
        (void)fputs(cell->glyph[0] != '\0' ? cell->glyph : " ", out);
    }
    if (style != STYLE_PLAIN) {
        (void)fputs(coloured[STYLE_PLAIN], out);
    }
}

char *screen_render(const struct screen *screen, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out) {
        return NULL;
    }
    for (int row = 0; row < screen->rows; row++) {
        (void)fprintf(out, "\x1b[%d;1H", row + 1);
        write_row(screen, row, out);
    }
    bool failed = fflush(out) != 0 || ferror(out);
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

void screen_free(struct screen *screen)
{
    free(screen->cells);
    *screen = (struct screen){.rows = 0};
}
