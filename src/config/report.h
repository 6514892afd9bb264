/* Collecting mistakes: kept in file order, whatever the order in which they are found. */
#ifndef SOOTHE_CONFIG_REPORT_H
#define SOOTHE_CONFIG_REPORT_H

#include "soothe/config.h"

#include <stdarg.h>

#define REPORT_NOWHERE SIZE_MAX /* the mistake has no place in the text */

struct report {
    struct config_errors *errors;
    size_t at[CONFIG_ERRORS_MAX]; /* byte offset of each */
};

void report_begin(struct report *report, struct config_errors *errors);
__attribute__((format(printf, 4, 0))) void report_addv(struct report *report, size_t at, const char *path,
                                                       const char *format, va_list arguments);
__attribute__((format(printf, 4, 5))) void report_add(struct report *report, size_t at, const char *path,
                                                      const char *format, ...);

/* Lines and columns, once all are in. */
void report_end(struct report *report, const char *text, size_t length);

/* `text` as it may stand in a message, between double quotes: control characters replaced, cut after 40 bytes. */
#define REPORT_QUOTE_SIZE 56
const char *report_quote(const char *text, char quoted[REPORT_QUOTE_SIZE]);

/* The nearest of `count` words to `word` if it is near enough to be meant, or NULL. */
const char *report_nearest(const char *word, const char *const *words, size_t count);

/* Append to a NUL-terminated buffer; what does not fit ends in "...". */
__attribute__((format(printf, 3, 4))) void report_append(char *buffer, size_t size, const char *format, ...);

#endif
