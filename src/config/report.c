#include "report.h"

#include <string.h>

#define WORD_MAX 32 /* longer words are never near */

void report_begin(struct report *report, struct config_errors *errors)
{
    *report = (struct report){.errors = errors};
    errors->count = 0;
}

void report_addv(struct report *report, size_t at, const char *path, const char *format, va_list arguments)
{
    struct config_errors *errors = report->errors;
    size_t kept = errors->count < CONFIG_ERRORS_MAX ? errors->count : CONFIG_ERRORS_MAX;
    size_t place = kept;
    errors->count++;
    while (place > 0 && report->at[place - 1] > at) {
        place--;
    }
    if (place == CONFIG_ERRORS_MAX) {
        return;
    }
    size_t moved = kept == CONFIG_ERRORS_MAX ? kept - place - 1 : kept - place;
    memmove(&errors->items[place + 1], &errors->items[place], moved * sizeof errors->items[0]);
    memmove(&report->at[place + 1], &report->at[place], moved * sizeof report->at[0]);
    struct config_error *item = &errors->items[place];
    report->at[place] = at;
    item->line = 0;
    item->column = 0;
    snprintf(item->path, sizeof item->path, "%s", path);
    int length = vsnprintf(item->what, sizeof item->what, format, arguments);
    if (length >= (int)sizeof item->what) {
        memcpy(item->what + sizeof item->what - 4, "...", 4);
    }
}

void report_add(struct report *report, size_t at, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report_addv(report, at, path, format, arguments);
    va_end(arguments);
}

void report_end(struct report *report, const char *text, size_t length)
{
    struct config_errors *errors = report->errors;
    size_t kept = errors->count < CONFIG_ERRORS_MAX ? errors->count : CONFIG_ERRORS_MAX;
    size_t line_at = 0;
    size_t at = 0;
    int line = 1;
    for (size_t i = 0; i < kept && report->at[i] != REPORT_NOWHERE; i++) {
        for (; at < report->at[i] && at < length; at++) {
            if (text[at] == '\n') {
                line++;
                line_at = at + 1;
            }
        }
        errors->items[i].line = line;
        errors->items[i].column = (int)(at - line_at) + 1;
    }
}

const char *report_quote(const char *text, char quoted[REPORT_QUOTE_SIZE])
{
    size_t length = strlen(text);
    size_t shown = length;
    if (length > 40) {
        for (shown = 40; (text[shown] & 0xC0) == 0x80; shown--) {
        }
    }
    quoted[0] = '"';
    for (size_t i = 0; i < shown; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool control = byte < 0x20 || byte == 0x7F || (byte == 0xC2 && (unsigned char)text[i + 1] < 0xA0);
        quoted[1 + i] = text[i];
        if (control) {
            quoted[1 + i] = '?';
        }
        if (control && byte == 0xC2) {
            i++;
            quoted[1 + i] = '?';
        }
    }
    snprintf(quoted + 1 + shown, REPORT_QUOTE_SIZE - 1 - shown, "%s", shown < length ? "...\"" : "\"");
    return quoted;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, where a swap of neighbours counts as one step too. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    if (length_a > WORD_MAX || length_b > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t j = 0; j <= length_b; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], two_above[j - 2] + 1);
            }
        }
    }
    return rows[length_a % 3][length_b];
}

const char *report_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t best = 1 + strlen(word) / 4;
    for (size_t i = 0; i < count; i++) {
        size_t steps = distance(word, words[i]);
        if (steps <= best && steps < strlen(words[i])) {
            nearest = words[i];
            best = steps - (steps > 0);
        }
    }
    return nearest;
}

void report_append(char *buffer, size_t size, const char *format, ...)
{
    size_t used = strlen(buffer);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer + used, size - used, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length >= size - used && size > 4) {
        memcpy(buffer + size - 4, "...", 4);
    }
}
