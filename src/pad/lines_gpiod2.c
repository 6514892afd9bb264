#include "lines_backend.h"
#include "soothe/lines.h"

#include <errno.h>
#include <gpiod.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct backend_chip {
    struct gpiod_chip *chip;
    struct gpiod_chip_info *info;
};

struct backend_request {
    struct gpiod_line_request *request;
    size_t count;
};

static const enum gpiod_line_direction directions[] = {[BACKEND_OUTPUT] = GPIOD_LINE_DIRECTION_OUTPUT,
                                                       [BACKEND_INPUT_PULL_UP] = GPIOD_LINE_DIRECTION_INPUT,
                                                       [BACKEND_INPUT_PULL_DOWN] = GPIOD_LINE_DIRECTION_INPUT};

static const enum gpiod_line_bias biases[] = {[BACKEND_OUTPUT] = GPIOD_LINE_BIAS_AS_IS,
                                              [BACKEND_INPUT_PULL_UP] = GPIOD_LINE_BIAS_PULL_UP,
                                              [BACKEND_INPUT_PULL_DOWN] = GPIOD_LINE_BIAS_PULL_DOWN};

static char version[32];

static void note_version(void)
{
    (void)snprintf(version, sizeof version, "libgpiod %s", gpiod_api_version());
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
    struct backend_chip *opened = calloc(1, sizeof *opened);
    if (!opened) {
        return -ENOMEM;
    }
    opened->chip = gpiod_chip_open(path);
    opened->info = opened->chip ? gpiod_chip_get_info(opened->chip) : NULL;
    if (!opened->info) {
        int error = failure();
        backend_chip_close(opened);
        return error;
    }
    *chip = opened;
    return 0;
}

void backend_chip_close(struct backend_chip *chip)
{
    if (chip) {
        gpiod_chip_info_free(chip->info);
        if (chip->chip) {
            gpiod_chip_close(chip->chip);
        }
        free(chip);
    }
}

const char *backend_chip_name(const struct backend_chip *chip)
{
    return gpiod_chip_info_get_name(chip->info);
}

const char *backend_chip_label(const struct backend_chip *chip)
{
    return gpiod_chip_info_get_label(chip->info);
}

size_t backend_chip_line_count(const struct backend_chip *chip)
{
    return gpiod_chip_info_get_num_lines(chip->info);
}

int backend_chip_find(struct backend_chip *chip, const char *name, unsigned *offset)
{
    int found = gpiod_chip_get_line_offset_from_name(chip->chip, name);
    if (found < 0) {
        return failure();
    }
    *offset = (unsigned)found;
    return 0;
}

bool backend_chip_used(struct backend_chip *chip, unsigned offset, char *user, size_t size)
{
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip->chip, offset);
    bool used = info && gpiod_line_info_is_used(info);
    const char *consumer = used ? gpiod_line_info_get_consumer(info) : NULL;
    (void)snprintf(user, size, "%s", consumer ? consumer : "");
    gpiod_line_info_free(info);
    return used;
}

static enum gpiod_line_value value_of(int level)
{
    return level ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

static void values_of(const int *levels, size_t count, enum gpiod_line_value *values)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = value_of(levels[i]);
    }
}

static int fill_config(struct gpiod_line_config *config, struct gpiod_line_settings *settings, enum backend_kind kind,
                       const unsigned *offsets, size_t count, const int *levels)
{
    enum gpiod_line_value values[BACKEND_LINES_MAX];
    if (gpiod_line_settings_set_direction(settings, directions[kind]) < 0 ||
        gpiod_line_settings_set_bias(settings, biases[kind]) < 0 ||
        gpiod_line_config_add_line_settings(config, offsets, count, settings) < 0) {
        return failure();
    }
    if (levels) {
        values_of(levels, count, values);
        return gpiod_line_config_set_output_values(config, values, count) < 0 ? failure() : 0;
    }
    return 0;
}

int backend_request(struct backend_chip *chip, enum backend_kind kind, const unsigned *offsets, size_t count,
                    const int *values, struct backend_request **request)
{
    if (count == 0 || count > BACKEND_LINES_MAX) {
        return -EINVAL;
    }
    struct backend_request *made = calloc(1, sizeof *made);
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *general = gpiod_request_config_new();
    int error =
        made && settings && lines && general ? fill_config(lines, settings, kind, offsets, count, values) : -ENOMEM;
    if (error == 0) {
        gpiod_request_config_set_consumer(general, BACKEND_CONSUMER);
        made->count = count;
        made->request = gpiod_chip_request_lines(chip->chip, general, lines);
        error = made->request ? 0 : failure();
    }
    gpiod_request_config_free(general);
    gpiod_line_config_free(lines);
    gpiod_line_settings_free(settings);
    if (error < 0) {
        free(made);
        return error;
    }
    *request = made;
    return 0;
}

int backend_set(struct backend_request *request, const int *values)
{
    enum gpiod_line_value wanted[BACKEND_LINES_MAX];
    values_of(values, request->count, wanted);
    return gpiod_line_request_set_values(request->request, wanted) < 0 ? failure() : 0;
}

int backend_get(struct backend_request *request, int *values)
{
    enum gpiod_line_value seen[BACKEND_LINES_MAX];
    if (gpiod_line_request_get_values(request->request, seen) < 0) {
        return failure();
    }
    for (size_t i = 0; i < request->count; i++) {
        values[i] = seen[i] == GPIOD_LINE_VALUE_ACTIVE;
    }
    return 0;
}

void backend_release(struct backend_request *request)
{
    if (request) {
        gpiod_line_request_release(request->request);
        free(request);
    }
}
