/* Which GPIO chip is the one with the header's pins. Internal to the pad room. */
#ifndef SOOTHE_PAD_LINES_CHIP_H
#define SOOTHE_PAD_LINES_CHIP_H

#include "lines_backend.h"

/* Open the chip under `directory` ("/dev") whose label begins with `prefix`. Of several it is the one whose label is
 * the prefix itself, else the one with the pins of a Raspberry Pi's header. 0, or in `why` a sentence that lists the
 * chips found and: -ENODEV there is none, -ENOTUNIQ several are as good, -EACCES none that may be opened. */
int lines_chip_open(const char *directory, const char *prefix, struct backend_chip **chip, char *why, size_t size);

#endif
