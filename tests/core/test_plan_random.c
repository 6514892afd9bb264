/* Random plans, zones and calendars against what has to hold for each. The seed is printed; SOOTHE_TEST_SEED replays
 * it. */
#include "plan_sample.h"
#include "suite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 20000

static uint64_t random_state;

/* splitmix64 */
static uint64_t random_bits(void)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* From `low` to `high`, both included. */
static int64_t random_in(int64_t low, int64_t high)
{
    return low + (int64_t)(random_bits() % (uint64_t)(high - low + 1));
}

static struct plan_phase random_phase(void)
{
    int64_t every_ms = random_in(2 * HOUR_MS, 8 * HOUR_MS);
    return (struct plan_phase){
        .length_ms = random_in(HOUR_MS, 10 * DAY_MS),
        .session_max_ms = random_in(MINUTE_MS, PLAN_SESSION_CEILING_MS),
        .every_min_ms = every_ms,
        .every_max_ms = every_ms + random_in(0, 4 * HOUR_MS),
        .quiet =
            {
                    .set = random_in(0, 3) > 0,
                    .from_min = (int16_t)random_in(0, 1439),
                    .to_min = (int16_t)random_in(0, 1439),
                    },
    };
}

struct scene {
    struct plan_config plan;
    struct plan_calendar calendar;
    struct plan_local local;
    const struct zone *zone;
};

static struct scene random_scene(void)
{
    static const struct zone *const zones[] = {&zone_utc, &zone_berlin, &zone_new_york, &zone_lord_howe};
    static const int64_t near_s[] = {1774746000, 1792890000, 1772953200, 1793512800, 1775314800, 1791041400};
    struct scene scene = {.zone = zones[random_in(0, 3)]};
    scene.local = local_in(scene.zone);
    scene.local.wall_minus_plan_ms = random_in(0, 1) ? 0 : random_in(-30 * DAY_MS, 30 * DAY_MS);
    scene.plan.phase_count = (size_t)random_in(1, PLAN_PHASES_MAX);
    for (size_t i = 0; i < scene.plan.phase_count; i++) {
        scene.plan.phases[i] = random_phase();
    }
    int64_t base_ms =
        near_s[random_in(0, 5)] * 1000 + random_in(-2 * DAY_MS, 2 * DAY_MS) - scene.local.wall_minus_plan_ms;
    scene.calendar = (struct plan_calendar){
        .active = true,
        .injured_ms = base_ms - random_in(0, 12 * DAY_MS),
        .started_ms = base_ms,
        .base_ms = random_in(0, 9) ? base_ms : PLAN_NEVER,
        .rest_until_ms = random_in(0, 3) ? base_ms + random_in(-HOUR_MS, 12 * HOUR_MS) : PLAN_NEVER,
    };
    return scene;
}

/* Whether a session may not begin, worked out from the face of the clock alone. */
static bool held_back(const struct scene *scene, int64_t ms)
{
    size_t phase = plan_phase_at(&scene->plan, scene->calendar.injured_ms, ms);
    if (phase == scene->plan.phase_count || !scene->plan.phases[phase].quiet.set) {
        return false;
    }
    const struct quiet_hours *quiet = &scene->plan.phases[phase].quiet;
    int64_t minute = minute_of_day(scene->zone, ms + scene->local.wall_minus_plan_ms);
    bool after = quiet->from_min <= minute;
    bool before = minute < quiet->to_min;
    return quiet->from_min <= quiet->to_min ? after && before : after || before;
}

static int64_t earliest_ms(const struct scene *scene)
{
    const struct plan_calendar *calendar = &scene->calendar;
    bool first = calendar->base_ms == PLAN_NEVER;
    int64_t base_ms = first ? calendar->started_ms : calendar->base_ms;
    size_t phase = plan_phase_at(&scene->plan, calendar->injured_ms, base_ms);
    int64_t due_ms = first ? base_ms : base_ms + scene->plan.phases[phase].every_min_ms;
    return due_ms < calendar->rest_until_ms ? calendar->rest_until_ms : due_ms;
}

static bool over(const struct scene *scene, int64_t ms)
{
    return plan_phase_at(&scene->plan, scene->calendar.injured_ms, ms) == scene->plan.phase_count;
}

static bool next_of(const struct scene *scene, struct plan_window *window)
{
    return plan_next(&scene->plan, &scene->calendar, &scene->local, window) == 0;
}

static void a_window_opens_as_early_as_it_may_and_no_earlier(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene = random_scene();
        struct plan_window window;
        if (!next_of(&scene, &window)) {
            continue;
        }
        int64_t earliest = earliest_ms(&scene);
        CU_ASSERT_TRUE(earliest <= window.from_ms);
        CU_ASSERT_TRUE(window.from_ms <= window.by_ms);
        CU_ASSERT_FALSE(held_back(&scene, window.from_ms));
        CU_ASSERT_EQUAL(window.phase, plan_phase_at(&scene.plan, scene.calendar.injured_ms, window.from_ms));
        for (int64_t ms = earliest; ms < window.from_ms; ms += random_in(1, 20 * MINUTE_MS)) {
            CU_ASSERT_TRUE(held_back(&scene, ms));
        }
        CU_ASSERT_TRUE(window.from_ms == earliest || held_back(&scene, window.from_ms - 1));
    }
}

static void no_window_means_that_the_plan_is_over_by_then(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene = random_scene();
        struct plan_window window;
        int64_t base_ms = scene.calendar.started_ms;
        if (over(&scene, base_ms) || next_of(&scene, &window)) {
            continue;
        }
        for (int64_t ms = earliest_ms(&scene); !over(&scene, ms); ms += random_in(1, 20 * MINUTE_MS)) {
            CU_ASSERT_TRUE(held_back(&scene, ms));
        }
    }
}

static void a_longer_rest_or_a_later_base_never_opens_earlier(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene = random_scene();
        struct scene later = scene;
        struct plan_window window;
        struct plan_window later_window;
        if (over(&scene, scene.calendar.started_ms)) {
            continue;
        }
        later.calendar.rest_until_ms = earliest_ms(&scene) + random_in(0, DAY_MS);
        if (scene.calendar.base_ms != PLAN_NEVER) {
            later.calendar.base_ms += random_in(0, HOUR_MS);
        }
        if (next_of(&later, &later_window)) {
            CU_ASSERT_TRUE(next_of(&scene, &window));
            CU_ASSERT_TRUE(window.from_ms <= later_window.from_ms);
        }
    }
}

static void power_never_returns_within_the_rest(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene = random_scene();
        struct plan_window window;
        if (!next_of(&scene, &window)) {
            continue;
        }
        const struct plan_phase *phase = &scene.plan.phases[window.phase];
        int64_t off_ms = window.from_ms + random_in(0, phase->session_max_ms);
        int64_t on_ms = window.from_ms;
        plan_powered(phase, &scene.calendar, on_ms);
        plan_unpowered(&scene.calendar, off_ms);
        int64_t old_ms = phase->every_min_ms;
        int64_t new_ms = random_in(2 * HOUR_MS, 8 * HOUR_MS);
        scene.plan.phases[window.phase].every_min_ms = new_ms;
        plan_reloaded(&scene.plan, &scene.calendar);
        if (next_of(&scene, &window)) {
            CU_ASSERT_TRUE(old_ms <= window.from_ms - on_ms);
            CU_ASSERT_TRUE(new_ms <= window.from_ms - on_ms);
            CU_ASSERT_TRUE(PLAN_OFF_TIME_MIN_MS <= window.from_ms - off_ms);
        }
    }
}

static void the_end_of_quiet_is_the_first_minute_that_is_not(void)
{
    for (int round = 0; round < ROUNDS / 10; round++) {
        struct scene scene = random_scene();
        scene.plan.phase_count = 1;
        scene.plan.phases[0].length_ms = 100 * DAY_MS;
        int64_t ms = scene.calendar.started_ms;
        int64_t ends_ms = ms;
        bool quiet = plan_quiet(&scene.plan.phases[0], &scene.local, ms, &ends_ms);
        CU_ASSERT_EQUAL(quiet, held_back(&scene, ms));
        int64_t part_ms = (ms + scene.local.wall_minus_plan_ms) % MINUTE_MS;
        int64_t expected_ms = ms;
        for (int64_t step_ms = MINUTE_MS - part_ms; held_back(&scene, expected_ms); step_ms = MINUTE_MS) {
            expected_ms += step_ms;
        }
        CU_ASSERT_EQUAL(ends_ms, expected_ms);
    }
}

static const struct suite_test tests[] = {
    {"a window opens as early as it may and no earlier",     a_window_opens_as_early_as_it_may_and_no_earlier },
    {"no window means that the plan is over by then",        no_window_means_that_the_plan_is_over_by_then    },
    {"a longer rest or a later base never opens earlier",    a_longer_rest_or_a_later_base_never_opens_earlier},
    {"power never returns within the rest, reloaded or not", power_never_returns_within_the_rest              },
    {"the end of quiet is the first minute that is not",     the_end_of_quiet_is_the_first_minute_that_is_not },
};

int main(void)
{
    const char *given = getenv("SOOTHE_TEST_SEED");
    random_state = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    printf("SOOTHE_TEST_SEED=%" PRIu64 "\n", random_state);
    return suite_run("plan: random", tests, sizeof tests / sizeof tests[0]);
}
