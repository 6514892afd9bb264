/* A mistake is put into a good configuration, and has to come back with its place and its words.
 *
 * A case replaces `find` (which must occur exactly once) by `put`; an @ in `put` marks where the mistake is to be
 * reported and is taken out. */
#ifndef SOOTHE_TESTS_CONFIG_CASES_H
#define SOOTHE_TESTS_CONFIG_CASES_H

#include "suite.h"

#include "soothe/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct config_case {
    const char *find;
    const char *put;
    const char *path;
    const char *what; /* a part of the message */
};

static const char good_text[] =
    "{\n"
    "  \"version\": 1,\n"
    "  \"device\": { \"id\": \"back-pad\" },\n"
    "  \"plan\": { \"phases\": [\n"
    "    { \"name\": \"ice\", \"mode\": \"cool\", \"days\": 3, \"session_minutes\": [20, 30],\n"
    "      \"every_hours\": [3, 4], \"target_c\": 10 },\n"
    "    { \"name\": \"heat\", \"mode\": \"heat\", \"days\": 7, \"session_minutes\": [15, 25],\n"
    "      \"every_hours\": [4, 5], \"target_c\": 40, \"quiet_hours\": [\"23:00\", \"07:00\"] } ] },\n"
    "  \"pad\": { \"heat\": { \"line\": 17, \"kind\": \"mosfet\" }, \"cool\": { \"line\": 27, \"kind\": \"relay\" } "
    "},\n"
    "  \"sensors\": [ { \"iio\": \"1-0048\", \"channel\": 0, \"supply_channel\": 3, \"part\": \"NCP18XH103\",\n"
    "    \"series_ohm\": 4700, \"role\": \"pad\", \"of\": [\"heat\", \"cool\"] } ],\n"
    "  \"mqtt\": { \"host\": \"broker\" }\n"
    "}\n";

/* good_text with the edit made; the caller frees it. `mark`: offset of the @, SIZE_MAX without one. */
static inline char *edited_text(const char *find, const char *put, size_t *mark)
{
    const char *at = strstr(good_text, find);
    size_t size = sizeof good_text + strlen(put) + 1;
    char *text = malloc(size);
    if (!text || !at || strstr(at + 1, find)) {
        fprintf(stderr, "bad case: %s\n", find);
        abort();
    }
    snprintf(text, size, "%.*s%s%s", (int)(at - good_text), good_text, put, at + strlen(find));
    char *sign = strchr(text, '@');
    *mark = sign ? (size_t)(sign - text) : SIZE_MAX;
    if (sign) {
        memmove(sign, sign + 1, strlen(sign));
    }
    return text;
}

static inline bool error_is(const struct config_error *error, int line, int column, const char *path, const char *what)
{
    bool same = error->line == line && error->column == column && strcmp(error->path, path) == 0 &&
                strstr(error->what, what) != NULL;
    if (!same) {
        printf("\n    expected %d:%d: %s: ...%s...\n    got      %d:%d: %s: %s\n", line, column, path, what,
               error->line, error->column, error->path, error->what);
    }
    return same;
}

/* Exactly one mistake, that one. */
static inline void expect_mistake(const struct config_case *one)
{
    struct config config;
    struct config before;
    struct config_errors errors;
    size_t mark = 0;
    char *text = edited_text(one->find, one->put, &mark);
    int line = 1;
    int column = 1;
    for (size_t i = 0; i < mark; i++) {
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    memset(&config, 0x5A, sizeof config);
    before = config;
    CU_ASSERT_EQUAL(config_parse(text, strlen(text), &config, &errors), -EINVAL);
    CU_ASSERT(memcmp(&config, &before, sizeof config) == 0);
    CU_ASSERT_EQUAL(errors.count, 1);
    if (errors.count != 1) {
        config_errors_print(&errors, one->put, stdout);
    }
    CU_ASSERT(errors.count > 0 && error_is(&errors.items[0], line, column, one->path, one->what));
    free(text);
}

static inline void expect_mistakes(const struct config_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_mistake(&cases[i]);
    }
}

static inline void expect_good(const char *find, const char *put, struct config *config)
{
    struct config_errors errors;
    size_t mark = 0;
    char *text = edited_text(find, put, &mark);
    int result = config_parse(text, strlen(text), config, &errors);
    CU_ASSERT_EQUAL(result, 0);
    CU_ASSERT_EQUAL(errors.count, 0);
    if (result) {
        config_errors_print(&errors, put, stdout);
    }
    free(text);
}

#endif
