/* The button: debounced, and counted as short and long presses. Internal to the pad room, pure.
 *
 * It is normally closed and "pressed" is an open circuit, so a broken wire is a press that does not end. A press counts
 * only on its release, and only when the button was seen released before it: a wire that breaks, or was broken from the
 * start, counts nothing. `pressed` shows it all the same. */
#ifndef SOOTHE_PAD_BUTTON_H
#define SOOTHE_PAD_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

/* All zero is a button that was never looked at. */
struct button {
    bool known;         /* it was looked at */
    bool raw;           /* as last read */
    int64_t raw_ms;     /* since when it reads so */
    bool pressed;       /* debounced; true until the first release was seen */
    bool armed;         /* it was released since the start: presses count */
    int64_t pressed_ms; /* when this press began */
    uint64_t short_presses;
    uint64_t long_presses;
};

void button_step(struct button *button, bool pressed, int64_t now_ms);

#endif
