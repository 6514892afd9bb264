#include "lines_backend.h"
#include "soothe/lines.h"

#include <assert.h>
#include <errno.h>
#include <gpiod.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static_assert(BACKEND_LINES_MAX <= GPIOD_LINE_BULK_MAX_LINES, "a request must fit a bulk");

struct backend_chip {
    struct gpiod_chip *chip;
};

struct backend_request {
    struct gpiod_line_bulk bulk;
};

static const int types[] = {[BACKEND_OUTPUT] = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
                            [BACKEND_INPUT_PULL_UP] = GPIOD_LINE_REQUEST_DIRECTION_INPUT,
                            [BACKEND_INPUT_PULL_DOWN] = GPIOD_LINE_REQUEST_DIRECTION_INPUT};

static const int flags[] = {[BACKEND_OUTPUT] = 0,
                            [BACKEND_INPUT_PULL_UP] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
                            [BACKEND_INPUT_PULL_DOWN] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN};

static char version[32];

static void note_version(void)
{
    (void)snprintf(version, sizeof version, "libgpiod %s", gpiod_version_string());
}

const char *lines_backend(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, note_version);
    return version;
}

/* The error of a library call that has just failed; never 0. */
static int failure(void)
{
    return errno > 0 ? -errno : -EIO;
}

int backend_chip_open(const char *path, struct backend_chip **chip)
{
    struct backend_chip *opened = malloc(sizeof *opened);
    if (!opened) {
        return -ENOMEM;
    }
    opened->chip = gpiod_chip_open(path);
    if (!opened->chip) {
        int error = failure();
        free(opened);
        return error;
    }
    *chip = opened;
    return 0;
}

void backend_chip_close(struct backend_chip *chip)
{
    if (chip) {
        gpiod_chip_close(chip->chip);
        free(chip);
    }
}

const char *backend_chip_name(const struct backend_chip *chip)
{
    return gpiod_chip_name(chip->chip);
}

const char *backend_chip_label(const struct backend_chip *chip)
{
    return gpiod_chip_label(chip->chip);
}

size_t backend_chip_line_count(const struct backend_chip *chip)
{
    return gpiod_chip_num_lines(chip->chip);
}

int backend_chip_find(struct backend_chip *chip, const char *name, unsigned *offset)
{
    errno = ENOENT;
    struct gpiod_line *line = gpiod_chip_find_line(chip->chip, name);
    if (!line) {
        return failure();
    }
    *offset = gpiod_line_offset(line);
    return 0;
}

bool backend_chip_used(struct backend_chip *chip, unsigned offset, char *user, size_t size)
{
    struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);
    bool used = line && gpiod_line_is_used(line);
    const char *consumer = used ? gpiod_line_consumer(line) : NULL;
    (void)snprintf(user, size, "%s", consumer ? consumer : "");
    return used;
}

static int fill_bulk(struct backend_chip *chip, const unsigned *offsets, size_t count, struct gpiod_line_bulk *bulk)
{
    gpiod_line_bulk_init(bulk);
    for (size_t i = 0; i < count; i++) {
        struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offsets[i]);
        if (!line) {
            return failure();
        }
        gpiod_line_bulk_add(bulk, line);
    }
    return 0;
}

int backend_request(struct backend_chip *chip, enum backend_kind kind, const unsigned *offsets, size_t count,
                    const int *values, struct backend_request **request)
{
    if (count == 0 || count > BACKEND_LINES_MAX) {
        return -EINVAL;
    }
    const struct gpiod_line_request_config config = {
        .consumer = BACKEND_CONSUMER, .request_type = types[kind], .flags = flags[kind]};
    struct backend_request *made = malloc(sizeof *made);
    if (!made) {
        return -ENOMEM;
    }
    int error = fill_bulk(chip, offsets, count, &made->bulk);
    if (error == 0 && gpiod_line_request_bulk(&made->bulk, &config, values) < 0) {
        error = failure();
    }
    if (error < 0) {
        free(made);
        return error;
    }
    *request = made;
    return 0;
}

int backend_set(struct backend_request *request, const int *values)
{
    return gpiod_line_set_value_bulk(&request->bulk, values) < 0 ? failure() : 0;
}

int backend_get(struct backend_request *request, int *values)
{
    return gpiod_line_get_value_bulk(&request->bulk, values) < 0 ? failure() : 0;
}

void backend_release(struct backend_request *request)
{
    if (request) {
        gpiod_line_release_bulk(&request->bulk);
        free(request);
    }
}
