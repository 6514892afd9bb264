/* The parts of the GPIO lines driver. Internal to the pad room. */
#ifndef SOOTHE_PAD_LINES_INTERNAL_H
#define SOOTHE_PAD_LINES_INTERNAL_H

#include "lines_backend.h"
#include "soothe/lines.h"

/* Open the chip under `directory` whose label begins with `prefix`. Of several it is the one whose label is the prefix
 * itself, else the one with the pins of a Raspberry Pi's header. Links are passed over: on a Pi 5 /dev/gpiochip4 is one
 * to the chip that once had that number. 0, or in `why` a sentence that lists the chips found and: -ENODEV there is
 * none, -ENOTUNIQ several are as good, -EACCES none that may be opened. */
int lines_chip_open(const char *directory, const char *prefix, struct backend_chip **chip, char *why, size_t size);

/* lines_open() with the chips of another directory than /dev. */
int lines_open_in(const char *directory, const struct config_pad *pad, struct lines_driver *driver, char *why,
                  size_t size);

#endif
