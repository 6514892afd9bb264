/* Sentences that say why something could not be opened. Internal to the pad room. */
#ifndef SOOTHE_PAD_WHY_H
#define SOOTHE_PAD_WHY_H

#include <stddef.h>

/* Append to the text in `why` (`size` bytes, may be 0). What does not fit is cut off; the text always ends. */
__attribute__((format(printf, 3, 4))) void why_add(char *why, size_t size, const char *format, ...);

#endif
