/* What lines.c needs of libgpiod, the same over 1.6 (lines_gpiod1.c) and 2.x (lines_gpiod2.c). Internal to the pad
 * room.
 *
 * Values are physical levels, 1 high: active_low is not handed on, because 1.6 knows it only for all lines of a request
 * at once. A chip and a request belong to one thread at a time. Every int is 0 or a negative errno. */
#ifndef SOOTHE_PAD_LINES_BACKEND_H
#define SOOTHE_PAD_LINES_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#define BACKEND_CONSUMER  "soothed"
#define BACKEND_LINES_MAX 16 /* in one request */

enum backend_kind { BACKEND_OUTPUT, BACKEND_INPUT_PULL_UP, BACKEND_INPUT_PULL_DOWN };

struct backend_chip;
struct backend_request;

/* Open the chip at `path`. -ENOTTY or -ENODEV: that is no GPIO chip. */
int backend_chip_open(const char *path, struct backend_chip **chip);
/* Requests are freed before their chip is closed. NULL-safe. */
void backend_chip_close(struct backend_chip *chip);
const char *backend_chip_name(const struct backend_chip *chip);  /* "gpiochip0" */
const char *backend_chip_label(const struct backend_chip *chip); /* "pinctrl-bcm2711" */
size_t backend_chip_line_count(const struct backend_chip *chip);

/* The line of that name; of two the lower one. -ENOENT: there is none. */
int backend_chip_find(struct backend_chip *chip, const char *name, unsigned *offset);

/* Whether somebody has the line, and who (cut to `size`; "" where the kernel does not tell). */
bool backend_chip_used(struct backend_chip *chip, unsigned offset, char *user, size_t size);

/* Request `count` lines (1 to BACKEND_LINES_MAX) as one. Outputs take `values` before they begin to drive; NULL for
 * inputs. -EBUSY: somebody has one of them. */
int backend_request(struct backend_chip *chip, enum backend_kind kind, const unsigned *offsets, size_t count,
                    const int *values, struct backend_request **request);
/* All lines of the request with one ioctl, in the order of the request. */
int backend_set(struct backend_request *request, const int *values);
int backend_get(struct backend_request *request, int *values);
/* Releases the lines; what they do then is up to the pin driver. NULL-safe. */
void backend_release(struct backend_request *request);

#endif
