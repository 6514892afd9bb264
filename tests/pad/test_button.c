#include "button.h"

#include "soothe/guard.h"
#include "suite.h"

#define T0 INT64_C(5000)

static struct button released(void)
{
    struct button button = {0};
    button_step(&button, false, T0 - 1000);
    button_step(&button, false, T0 - 1000 + GUARD_DEBOUNCE_MS);
    return button;
}

static void a_press_shorter_than_the_debounce_time_is_none(void)
{
    struct button button = released();
    button_step(&button, true, T0);
    button_step(&button, true, T0 + GUARD_DEBOUNCE_MS - 1);
    CU_ASSERT_FALSE(button.pressed);
    button_step(&button, false, T0 + GUARD_DEBOUNCE_MS);
    button_step(&button, false, T0 + 1000);
    CU_ASSERT_EQUAL(button.short_presses, 0);
}

static void a_short_press_counts_on_its_release(void)
{
    struct button button = released();
    button_step(&button, true, T0);
    button_step(&button, true, T0 + GUARD_DEBOUNCE_MS);
    CU_ASSERT_TRUE(button.pressed);
    CU_ASSERT_EQUAL(button.short_presses, 0);
    button_step(&button, false, T0 + 300);
    button_step(&button, false, T0 + 300 + GUARD_DEBOUNCE_MS - 1);
    CU_ASSERT_EQUAL(button.short_presses, 0);
    button_step(&button, false, T0 + 300 + GUARD_DEBOUNCE_MS);
    CU_ASSERT_EQUAL(button.short_presses, 1);
    CU_ASSERT_EQUAL(button.long_presses, 0);
}

static void bounces_at_both_ends_are_one_press(void)
{
    struct button button = released();
    for (int64_t now = T0; now < T0 + 40; now += 10) {
        button_step(&button, (now / 10) % 2 == 0, now);
    }
    button_step(&button, true, T0 + 40);
    button_step(&button, true, T0 + 400);
    for (int64_t now = T0 + 400; now < T0 + 440; now += 10) {
        button_step(&button, (now / 10) % 2 == 1, now);
    }
    button_step(&button, false, T0 + 440);
    button_step(&button, false, T0 + 500);
    CU_ASSERT_EQUAL(button.short_presses, 1);
}

static struct button held_for(int64_t held_ms)
{
    struct button button = released();
    button_step(&button, true, T0);
    button_step(&button, true, T0 + GUARD_DEBOUNCE_MS);
    button_step(&button, false, T0 + held_ms);
    button_step(&button, false, T0 + held_ms + GUARD_DEBOUNCE_MS);
    return button;
}

static void a_long_press_counts_on_its_release(void)
{
    struct button just_short = held_for(GUARD_BUTTON_LONG_MS - 1);
    CU_ASSERT_EQUAL(just_short.short_presses, 1);
    CU_ASSERT_EQUAL(just_short.long_presses, 0);
    struct button just_long = held_for(GUARD_BUTTON_LONG_MS);
    CU_ASSERT_EQUAL(just_long.short_presses, 0);
    CU_ASSERT_EQUAL(just_long.long_presses, 1);
}

static void a_wire_that_breaks_shows_as_pressed_and_counts_nothing(void)
{
    struct button button = released();
    for (int64_t now = T0; now < T0 + INT64_C(10) * GUARD_BUTTON_LONG_MS; now += 20) {
        button_step(&button, true, now);
    }
    CU_ASSERT_TRUE(button.pressed);
    CU_ASSERT_EQUAL(button.short_presses + button.long_presses, 0);
}

static void a_button_that_is_open_from_the_start_counts_no_press(void)
{
    struct button button = {0};
    for (int64_t now = T0; now < T0 + 20000; now += 20) {
        button_step(&button, true, now);
    }
    CU_ASSERT_TRUE(button.pressed);
    button_step(&button, false, T0 + 20000);
    button_step(&button, false, T0 + 20100);
    CU_ASSERT_FALSE(button.pressed);
    CU_ASSERT_EQUAL(button.short_presses + button.long_presses, 0);
    button_step(&button, true, T0 + 21000);
    button_step(&button, true, T0 + 21100);
    button_step(&button, false, T0 + 21200);
    button_step(&button, false, T0 + 21300);
    CU_ASSERT_EQUAL(button.short_presses, 1);
}

static void looks_a_second_apart_see_a_press_of_two_seconds(void)
{
    struct button button = released();
    for (int64_t now = T0; now < T0 + 6000; now += 1000) {
        button_step(&button, now >= T0 + 1000 && now < T0 + 3000, now);
    }
    CU_ASSERT_EQUAL(button.short_presses, 1);
}

static void time_that_runs_backwards_counts_nothing(void)
{
    struct button button = released();
    button_step(&button, true, INT64_MAX);
    button_step(&button, true, INT64_MIN);
    button_step(&button, false, 0);
    CU_ASSERT_EQUAL(button.short_presses + button.long_presses, 0);
}

static const struct suite_test tests[] = {
    {"a press shorter than the debounce time is none",         a_press_shorter_than_the_debounce_time_is_none        },
    {"a short press counts on its release",                    a_short_press_counts_on_its_release                   },
    {"bounces at both ends are one press",                     bounces_at_both_ends_are_one_press                    },
    {"a long press counts on its release",                     a_long_press_counts_on_its_release                    },
    {"a wire that breaks shows as pressed and counts nothing", a_wire_that_breaks_shows_as_pressed_and_counts_nothing},
    {"a button that is open from the start counts no press",   a_button_that_is_open_from_the_start_counts_no_press  },
    {"looks a second apart see a press of two seconds",        looks_a_second_apart_see_a_press_of_two_seconds       },
    {"time that runs backwards counts nothing",                time_that_runs_backwards_counts_nothing               },
};

int main(void)
{
    return suite_run("button", tests, sizeof tests / sizeof tests[0]);
}
