#include "fake_backend.h"
#include "soothe/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake fake;

struct backend_chip {
    const struct fake_chip *chip;
};

struct backend_request {
    struct fake_request asked;
};

const char *lines_backend(void)
{
    return "fake 0";
}

int backend_chip_open(const char *path, struct backend_chip **chip)
{
    const char *name = strrchr(path, '/') + 1;
    for (size_t i = 0; i < FAKE_CHIPS; i++) {
        if (fake.chips[i].name && strcmp(fake.chips[i].name, name) == 0) {
            if (fake.chips[i].open_error < 0) {
                return fake.chips[i].open_error;
            }
            *chip = malloc(sizeof **chip);
            (*chip)->chip = &fake.chips[i];
            fake.open_chips++;
            return 0;
        }
    }
    return -ENOTTY;
}

void backend_chip_close(struct backend_chip *chip)
{
    if (chip) {
        fake.open_chips--;
        free(chip);
    }
}

const char *backend_chip_name(const struct backend_chip *chip)
{
    return chip->chip->name;
}

const char *backend_chip_label(const struct backend_chip *chip)
{
    return chip->chip->label;
}

size_t backend_chip_line_count(const struct backend_chip *chip)
{
    return chip->chip->line_count;
}

int backend_chip_find(struct backend_chip *chip, const char *name, unsigned *offset)
{
    for (unsigned i = 0; i < chip->chip->line_count; i++) {
        if (fake.line_names[i] && strcmp(fake.line_names[i], name) == 0) {
            *offset = i;
            return 0;
        }
    }
    return -ENOENT;
}

bool backend_chip_used(struct backend_chip *chip, unsigned offset, char *user, size_t size)
{
    (void)chip;
    (void)snprintf(user, size, "%s", fake.users[offset] ? fake.users[offset] : "");
    return fake.users[offset] != NULL;
}

int backend_request(struct backend_chip *chip, enum backend_kind kind, const unsigned *offsets, size_t count,
                    const int *values, struct backend_request **request)
{
    (void)chip;
    struct fake_request asked = {.kind = kind, .count = count, .has_values = values != NULL};
    memcpy(asked.offsets, offsets, count * sizeof offsets[0]);
    if (values) {
        memcpy(asked.values, values, count * sizeof values[0]);
    }
    if (fake.request_count < FAKE_REQUESTS) {
        fake.requests[fake.request_count++] = asked;
    }
    for (size_t i = 0; i < count; i++) {
        if (fake.users[offsets[i]]) {
            return -EBUSY;
        }
    }
    if (fake.request_errors[kind] < 0) {
        return fake.request_errors[kind];
    }
    for (size_t i = 0; i < count; i++) {
        fake.users[offsets[i]] = BACKEND_CONSUMER;
        fake.levels[offsets[i]] = values ? values[i] : fake.levels[offsets[i]];
    }
    *request = malloc(sizeof **request);
    (*request)->asked = asked;
    fake.held_requests++;
    return 0;
}

int backend_set(struct backend_request *request, const int *values)
{
    fake.sets++;
    for (size_t i = 0; fake.set_error == 0 && i < request->asked.count; i++) {
        fake.levels[request->asked.offsets[i]] = values[i];
    }
    return fake.set_error;
}

int backend_get(struct backend_request *request, int *values)
{
    for (size_t i = 0; fake.get_error == 0 && i < request->asked.count; i++) {
        values[i] = fake.levels[request->asked.offsets[i]];
    }
    return fake.get_error;
}

void backend_release(struct backend_request *request)
{
    if (request) {
        for (size_t i = 0; i < request->asked.count; i++) {
            fake.users[request->asked.offsets[i]] = NULL;
        }
        fake.held_requests--;
        free(request);
    }
}
