/* GPIO chips for tests of lines.c: lines_backend.h without a kernel. One process, one world. */
#ifndef SOOTHE_TESTS_FAKE_BACKEND_H
#define SOOTHE_TESTS_FAKE_BACKEND_H

#include "lines_backend.h"

#define FAKE_LINES    54
#define FAKE_CHIPS    3
#define FAKE_REQUESTS 16

struct fake_chip {
    const char *name; /* the last part of its path; NULL: no such chip */
    const char *label;
    size_t line_count; /* at most FAKE_LINES */
    int open_error;
};

struct fake_request {
    enum backend_kind kind;
    size_t count;
    unsigned offsets[BACKEND_LINES_MAX];
    int values[BACKEND_LINES_MAX];
    bool has_values;
};

/* Tests set it up and look at it. Levels stay as they are when a line is released, as on Raspberry Pi OS. */
struct fake {
    struct fake_chip chips[FAKE_CHIPS];
    const char *line_names[FAKE_LINES];
    const char *users[FAKE_LINES]; /* who has the line; "" for one whom the kernel does not name */
    int levels[FAKE_LINES];        /* physical */
    int request_errors[3];         /* for each kind */
    int set_error;
    int get_error;
    struct fake_request requests[FAKE_REQUESTS]; /* all that were tried, in order */
    size_t request_count;
    size_t sets;
    size_t open_chips;
    size_t held_requests;
};

extern struct fake fake;

#endif
