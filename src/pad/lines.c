#include "soothe/lines.h"

#include "lines_internal.h"
#include "why.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* The outputs are the first request: they must be inactive also when an input cannot be had. */
enum { OUTPUTS, SENSE, BUTTON, REQUESTS };

static const int request_of[LINE_COUNT] = {
    [LINE_HEAT] = OUTPUTS, [LINE_COOL] = OUTPUTS,  [LINE_FAN] = OUTPUTS, [LINE_HEARTBEAT] = OUTPUTS,
    [LINE_SENSE] = SENSE,  [LINE_BUTTON] = BUTTON, [LINE_LED] = OUTPUTS,
};

/* In the configuration. */
static const char *const keys[LINE_COUNT] = {
    [LINE_HEAT] = "pad.heat",   [LINE_COOL] = "pad.cool",
    [LINE_FAN] = "pad.fan",     [LINE_HEARTBEAT] = "pad.heartbeat",
    [LINE_SENSE] = "pad.sense", [LINE_BUTTON] = "pad.button",
    [LINE_LED] = "pad.led",
};

/* The button is closed to ground at rest, so that a broken wire reads as a press; nothing on the sense line is low. */
static const enum backend_kind kinds[REQUESTS] = {
    [OUTPUTS] = BACKEND_OUTPUT, [SENSE] = BACKEND_INPUT_PULL_DOWN, [BUTTON] = BACKEND_INPUT_PULL_UP};

struct group {
    size_t count;
    enum pad_line lines[LINE_COUNT];
    unsigned offsets[LINE_COUNT];
    struct backend_request *request; /* NULL while there is none, and in a group without lines */
};

struct lines {
    struct backend_chip *chip;
    bool active_low[LINE_COUNT];
    struct group groups[REQUESTS];
};

static_assert(LINE_COUNT <= BACKEND_LINES_MAX, "all outputs must fit one request");

static void values_of(const struct lines *lines, const struct group *group, const struct lines_levels *levels,
                      int *values)
{
    for (size_t i = 0; i < group->count; i++) {
        enum pad_line line = group->lines[i];
        values[i] = levels->active[line] != lines->active_low[line];
    }
}

static int lines_write(void *self, const struct lines_levels *levels)
{
    struct lines *lines = self;
    struct group *outputs = &lines->groups[OUTPUTS];
    int values[LINE_COUNT];
    values_of(lines, outputs, levels, values);
    return outputs->request ? backend_set(outputs->request, values) : 0;
}

static int read_group(const struct lines *lines, const struct group *group, struct lines_levels *levels)
{
    int values[LINE_COUNT];
    int error = group->request ? backend_get(group->request, values) : 0;
    for (size_t i = 0; error == 0 && group->request && i < group->count; i++) {
        enum pad_line line = group->lines[i];
        levels->active[line] = (values[i] != 0) != lines->active_low[line];
    }
    return error;
}

static int lines_read(void *self, struct lines_levels *levels)
{
    const struct lines *lines = self;
    struct lines_levels seen = {0};
    int error = 0;
    for (size_t i = 0; error == 0 && i < REQUESTS; i++) {
        error = read_group(lines, &lines->groups[i], &seen);
    }
    if (error == 0) {
        *levels = seen;
    }
    return error;
}

static void lines_close(void *self)
{
    static const struct lines_levels inactive;
    struct lines *lines = self;
    if (!lines) {
        return;
    }
    /* Some pin drivers let a released line keep its level. */
    (void)lines_write(lines, &inactive);
    for (size_t i = 0; i < REQUESTS; i++) {
        backend_release(lines->groups[i].request);
    }
    backend_chip_close(lines->chip);
    free(lines);
}

static int find_line(struct lines *lines, enum pad_line line, const struct config_line *wanted, unsigned *offset,
                     char *why, size_t size)
{
    size_t count = backend_chip_line_count(lines->chip);
    const char *name = backend_chip_name(lines->chip);
    const char *label = backend_chip_label(lines->chip);
    if (wanted->name[0] != '\0') {
        int error = backend_chip_find(lines->chip, wanted->name, offset);
        if (error < 0) {
            why_add(why, size, "%s: %s \"%s\" has no line named \"%s\"; gpioinfo lists its names", keys[line], name,
                    label, wanted->name);
        }
        return error;
    }
    if (wanted->offset < 0 || (size_t)wanted->offset >= count) {
        why_add(why, size, "%s: %s \"%s\" has no line %d; it has 0 to %zu", keys[line], name, label,
                (int)wanted->offset, count > 0 ? count - 1 : 0);
        return -ENOENT;
    }
    *offset = (unsigned)wanted->offset;
    return 0;
}

/* Who else of the pad has that line; LINE_COUNT: nobody. */
static enum pad_line owner_of(const struct lines *lines, unsigned offset)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct group *group = &lines->groups[i];
        for (size_t k = 0; k < group->count; k++) {
            if (group->offsets[k] == offset) {
                return group->lines[k];
            }
        }
    }
    return LINE_COUNT;
}

static int add_line(struct lines *lines, enum pad_line line, const struct config_line *wanted, char *why, size_t size)
{
    unsigned offset = 0;
    int error = find_line(lines, line, wanted, &offset, why, size);
    if (error < 0) {
        return error;
    }
    enum pad_line owner = owner_of(lines, offset);
    if (owner != LINE_COUNT) {
        why_add(why, size, "%s and %s are both line %u: each needs its own", keys[owner], keys[line], offset);
        return -EINVAL;
    }
    struct group *group = &lines->groups[request_of[line]];
    group->lines[group->count] = line;
    group->offsets[group->count] = offset;
    group->count++;
    lines->active_low[line] = wanted->active_low;
    return 0;
}

/* Goes on after a line that cannot be found: the others may have to be switched off. The first error is the answer. */
static int add_lines(struct lines *lines, const struct config_pad *pad, char *why, size_t size)
{
    int first = 0;
    for (enum pad_line line = 0; line < LINE_COUNT; line++) {
        if (pad->lines[line].used) {
            int error = add_line(lines, line, &pad->lines[line], why, first == 0 ? size : 0);
            first = first == 0 ? error : first;
        }
    }
    return first;
}

static void explain_request(struct lines *lines, const struct group *group, int error, char *why, size_t size)
{
    char user[64];
    why_add(why, size, "%s \"%s\": ", backend_chip_name(lines->chip), backend_chip_label(lines->chip));
    for (size_t i = 0; i < group->count; i++) {
        if (error == -EBUSY && backend_chip_used(lines->chip, group->offsets[i], user, sizeof user)) {
            why_add(why, size, "line %u (%s) is in use by \"%s\"; each line needs to be free", group->offsets[i],
                    keys[group->lines[i]], user[0] ? user : "?");
            return;
        }
    }
    why_add(why, size, "the kernel refuses %s (%s)", group->count == 1 ? "the line" : "the lines",
            keys[group->lines[0]]);
    for (size_t i = 1; i < group->count; i++) {
        why_add(why, size, ", %s", keys[group->lines[i]]);
    }
}

static int request_group(struct lines *lines, size_t index, char *why, size_t size)
{
    static const struct lines_levels inactive;
    struct group *group = &lines->groups[index];
    int values[LINE_COUNT];
    if (group->count == 0) {
        return 0;
    }
    values_of(lines, group, &inactive, values);
    int error = backend_request(lines->chip, kinds[index], group->offsets, group->count,
                                index == OUTPUTS ? values : NULL, &group->request);
    if (error < 0) {
        explain_request(lines, group, error, why, size);
    }
    return error;
}

/* A daemon that died may have left its lines active. When they cannot be had together, what can be had alone is made
 * inactive. */
static void quieten(struct lines *lines)
{
    static const struct lines_levels inactive;
    const struct group *group = &lines->groups[OUTPUTS];
    int values[LINE_COUNT];
    values_of(lines, group, &inactive, values);
    for (size_t i = 0; !group->request && i < group->count; i++) {
        struct backend_request *alone = NULL;
        if (backend_request(lines->chip, BACKEND_OUTPUT, &group->offsets[i], 1, &values[i], &alone) == 0) {
            backend_release(alone);
        }
    }
}

static int request_all(struct lines *lines, const struct config_pad *pad, char *why, size_t size)
{
    int error = add_lines(lines, pad, why, size);
    for (size_t i = 0; error == 0 && i < REQUESTS; i++) {
        error = request_group(lines, i, why, size);
    }
    if (error < 0) {
        quieten(lines);
    }
    return error;
}

int lines_open_in(const char *directory, const struct config_pad *pad, struct lines_driver *driver, char *why,
                  size_t size)
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (size > 0) {
        why[0] = '\0';
    }
    if (!lines) {
        why_add(why, size, "not enough memory");
        return -ENOMEM;
    }
    int error = lines_chip_open(directory, pad->chip, &lines->chip, why, size);
    if (error == 0) {
        error = request_all(lines, pad, why, size);
    }
    if (error < 0) {
        lines_close(lines);
        return error;
    }
    *driver = (struct lines_driver){
        .name = lines_backend(), .self = lines, .write = lines_write, .read = lines_read, .close = lines_close};
    return 0;
}

int lines_open(const struct config_pad *pad, struct lines_driver *driver, char *why, size_t size)
{
    return lines_open_in("/dev", pad, driver, why, size);
}
