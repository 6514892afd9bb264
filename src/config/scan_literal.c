#include "scanner.h"

#include <string.h>

static bool hex4(const struct scanner *s, size_t at, unsigned *value)
{
    *value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = at + i < s->length ? s->text[at + i] : '\0';
        unsigned digit = scanner_is_digit(c)    ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16U;
        if (digit == 16U) {
            return false;
        }
        *value = *value * 16U + digit;
    }
    return true;
}

/* At the `u` of `\uXXXX`. */
static bool scan_unicode_escape(struct scanner *s)
{
    size_t from = s->at - 1;
    unsigned high = 0;
    unsigned low = 0;
    if (!hex4(s, s->at + 1, &high)) {
        return scanner_fail(s, from, "`\\u` needs four hexadecimal digits");
    }
    if (high == 0) {
        return scanner_fail(s, from, "`\\u0000` is not allowed in a string");
    }
    s->at += 5;
    if (high < 0xD800 || high > 0xDFFF) {
        return true;
    }
    if (high >= 0xDC00 || !scanner_starts_with(s, "\\u") || !hex4(s, s->at + 2, &low) || low < 0xDC00 || low > 0xDFFF) {
        return scanner_fail(s, from, "half of a surrogate pair: write the character itself");
    }
    s->at += 6;
    return true;
}

static bool scan_escape(struct scanner *s)
{
    s->at++;
    char c = scanner_peek(s);
    if (c == 'u') {
        return scan_unicode_escape(s);
    }
    if (c == '\0' || !strchr("\"\\/bfnrt", c)) {
        return scanner_fail(s, s->at - 1,
                            "unknown escape in a string: allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    }
    s->at++;
    return true;
}

bool scan_string(struct scanner *s)
{
    size_t from = s->at++;
    for (;;) {
        char c = scanner_peek(s);
        if (c == '\0' || c == '\n' || c == '\r') {
            return scanner_fail(s, from, "this string is not closed on its line: `\"` is missing");
        }
        if (c == '\t') {
            return scanner_fail(s, s->at, "a tab in a string: write \\t");
        }
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c != '\\') {
            s->at++;
        } else if (!scan_escape(s)) {
            return false;
        }
    }
}

static size_t skip_digits(struct scanner *s)
{
    size_t from = s->at;
    while (scanner_is_digit(scanner_peek(s))) {
        s->at++;
    }
    return s->at - from;
}

bool scan_number(struct scanner *s)
{
    size_t from = s->at;
    s->at += scanner_peek(s) == '-';
    bool zero = scanner_peek(s) == '0';
    size_t digits = skip_digits(s);
    if (digits == 0) {
        return scanner_starts_with(s, "Inf") || scanner_starts_with(s, "inf") || scanner_starts_with(s, "NaN") ||
                       scanner_starts_with(s, "nan")
                   ? scanner_fail(s, from, "not a finite number: infinity and NaN are not allowed")
                   : scanner_fail(s, from, "a number needs digits after `-`");
    }
    if (zero && digits > 1) {
        return scanner_fail(s, from, "a number does not begin with a needless 0");
    }
    if (scanner_peek(s) == '.') {
        s->at++;
        if (skip_digits(s) == 0) {
            return scanner_fail(s, from, "a number needs digits after its decimal point");
        }
    }
    if (scanner_peek(s) == 'e' || scanner_peek(s) == 'E') {
        s->at++;
        s->at += scanner_peek(s) == '+' || scanner_peek(s) == '-';
        if (skip_digits(s) == 0) {
            return scanner_fail(s, from, "a number needs digits after its `e`");
        }
    }
    if (scanner_is_word(scanner_peek(s)) || scanner_peek(s) == '.') {
        return scanner_fail(s, from, "not a number: numbers are written 17, 0.5 or -1.5e3, without a unit");
    }
    if (s->at - from > SCAN_NUMBER_MAX) {
        return scanner_fail(s, from, "a number of more than %d characters", SCAN_NUMBER_MAX);
    }
    return true;
}

bool scan_word(struct scanner *s)
{
    static const char *const words[] = {"true", "false", "null"};
    static const char *const endless[] = {"NaN", "nan", "Infinity", "infinity", "inf", "Inf"};
    size_t length = scanner_word_length(s);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == length && scanner_starts_with(s, words[i])) {
            s->at += length;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
        if (strlen(endless[i]) == length && scanner_starts_with(s, endless[i])) {
            return scanner_fail(s, s->at, "not a finite number: infinity and NaN are not allowed");
        }
    }
    return scanner_fail(s, s->at,
                        "unknown word `%.*s`: text is written in double quotes; bare words are true, false and null",
                        (int)(length > 30 ? 30 : length), s->text + s->at);
}
