#include "button.h"

#include "elapsed.h"
#include "soothe/guard.h"

static void note_raw(struct button *button, bool pressed, int64_t now_ms)
{
    if (!button->known) {
        *button = (struct button){.known = true, .raw = pressed, .raw_ms = now_ms, .pressed = true};
    } else if (pressed != button->raw) {
        button->raw = pressed;
        button->raw_ms = now_ms;
    }
}

static void note_change(struct button *button)
{
    button->pressed = button->raw;
    if (button->pressed) {
        button->pressed_ms = button->raw_ms;
        return;
    }
    if (button->armed) {
        bool is_long = elapsed_ms(button->pressed_ms, button->raw_ms) >= GUARD_BUTTON_LONG_MS;
        button->long_presses += is_long;
        button->short_presses += !is_long;
    }
    button->armed = true;
}

void button_step(struct button *button, bool pressed, int64_t now_ms)
{
    note_raw(button, pressed, now_ms);
    if (button->raw != button->pressed && elapsed_ms(button->raw_ms, now_ms) >= GUARD_DEBOUNCE_MS) {
        note_change(button);
    }
}
