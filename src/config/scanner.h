/* What the two halves of the scanner share: scan.c (structure, comments) and scan_literal.c (strings, numbers, words).
 */
#ifndef SOOTHE_CONFIG_SCANNER_H
#define SOOTHE_CONFIG_SCANNER_H

#include "scan.h"

#include <stdbool.h>

struct scanner {
    const char *text;
    size_t length;
    size_t at;
    size_t depth;
    struct scan *out;
    struct scan_fault *fault;
    int error;
};

/* Record the fault and return false. */
__attribute__((format(printf, 3, 4))) bool scanner_fail(struct scanner *s, size_t at, const char *format, ...);

/* The byte at the cursor; 0 at the end: the text holds no NUL. */
char scanner_peek(const struct scanner *s);

bool scanner_starts_with(const struct scanner *s, const char *word);

/* Letters, digits and _ from the cursor on. */
size_t scanner_word_length(const struct scanner *s);
bool scanner_is_digit(char c);
bool scanner_is_word(char c);

/* Each begins at the cursor and leaves it behind what it read. False: the fault is recorded. */
bool scan_string(struct scanner *s);
bool scan_number(struct scanner *s);
bool scan_word(struct scanner *s);

#endif
