#include "soothe/timebase.h"
#include "suite.h"

#include <stdint.h>

#define SECOND INT64_C(1000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)
#define WALL   INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */
#define PLAN   (WALL - HOUR)          /* a plan clock that is an hour behind the wall */
#define UP     (5 * HOUR)             /* CLOCK_BOOTTIME at the last checkpoint */

static const struct timebase_checkpoint none = {.valid = false};

static struct timebase_clocks clocks_at(int64_t boot_ms, int64_t wall_ms, enum timebase_trust trust)
{
    return (struct timebase_clocks){.boot_ms = boot_ms, .wall_ms = wall_ms, .trust = trust};
}

static struct timebase_checkpoint checkpoint(bool trusted, bool same_boot)
{
    return (struct timebase_checkpoint){.valid = true,
                                        .plan_ms = PLAN,
                                        .boot_ms = UP,
                                        .wall_ms = WALL,
                                        .wall_trusted = trusted,
                                        .same_boot = same_boot};
}

static struct timebase_news step(struct timebase *base, int64_t boot_ms, int64_t wall_ms, enum timebase_trust trust)
{
    struct timebase_clocks look = clocks_at(boot_ms, wall_ms, trust);
    struct timebase_news news;
    timebase_step(base, &look, &news);
    return news;
}

/* A reboot: 9 s after power-on the daemon looks at the clocks, `off_ms` after the last checkpoint. */
static bool reboot(struct timebase *base, bool trusted_then, int64_t off_ms, enum timebase_trust trust)
{
    struct timebase_checkpoint last = checkpoint(trusted_then, false);
    struct timebase_clocks look = clocks_at(9 * SECOND, WALL + off_ms, trust);
    return timebase_init(base, &last, &look);
}

static void the_first_plan_time_reads_like_the_wall(void)
{
    struct timebase base;
    struct timebase_clocks look = clocks_at(UP, WALL, TRUST_NONE);
    CU_ASSERT_FALSE(timebase_init(&base, &none, &look));
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, UP), WALL);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), 0);
    look.wall_ms = -1;
    timebase_init(&base, &none, &look);
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, UP), 0);
    look.wall_ms = TIMEBASE_FIRST_MAX_MS + 1;
    timebase_init(&base, &none, &look);
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, UP), TIMEBASE_FIRST_MAX_MS);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), 1);
}

static void within_a_boot_the_wall_moves_nothing(void)
{
    static const int64_t walls[] = {WALL + 40 * 365 * DAY, WALL - 40 * 365 * DAY, 0, INT64_MIN, INT64_MAX, WALL};
    struct timebase base;
    struct timebase_clocks look = clocks_at(UP, WALL, TRUST_SYNCHRONISED);
    timebase_init(&base, &none, &look);
    for (size_t i = 0; i < sizeof walls / sizeof walls[0]; i++) {
        int64_t boot_ms = UP + (int64_t)(i + 1) * SECOND;
        CU_ASSERT_TRUE(step(&base, boot_ms, walls[i], TRUST_SYNCHRONISED).stepped);
        CU_ASSERT_EQUAL(timebase_plan_ms(&base, boot_ms), WALL + (int64_t)(i + 1) * SECOND);
        CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), 0);
    }
}

static void a_step_is_told_once_with_its_size(void)
{
    struct timebase base;
    struct timebase_clocks look = clocks_at(UP, WALL, TRUST_SYNCHRONISED);
    timebase_init(&base, &none, &look);
    CU_ASSERT_FALSE(step(&base, UP, WALL + TIMEBASE_STEP_MS, TRUST_SYNCHRONISED).stepped);
    struct timebase_news news = step(&base, UP, WALL + 2 * TIMEBASE_STEP_MS + 1, TRUST_SYNCHRONISED);
    CU_ASSERT_TRUE(news.stepped);
    CU_ASSERT_EQUAL(news.step_ms, TIMEBASE_STEP_MS + 1);
    CU_ASSERT_FALSE(step(&base, UP, WALL + 2 * TIMEBASE_STEP_MS + 1, TRUST_SYNCHRONISED).stepped);
    news = step(&base, UP, WALL, TRUST_SYNCHRONISED);
    CU_ASSERT_TRUE(news.stepped);
    CU_ASSERT_EQUAL(news.step_ms, -2 * TIMEBASE_STEP_MS - 1);
}

static void slow_drift_is_followed_without_trust_lost(void)
{
    struct timebase base;
    struct timebase_clocks look = clocks_at(UP, WALL, TRUST_SYNCHRONISED);
    timebase_init(&base, &none, &look);
    for (int64_t i = 1; i <= 100; i++) {
        CU_ASSERT_FALSE(step(&base, UP + i * SECOND, WALL + i * SECOND + i * 100, TRUST_NONE).stepped);
    }
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), 10 * SECOND);
    CU_ASSERT_EQUAL(base.trust, TRUST_SYNCHRONISED);
}

static void without_trust_the_wall_is_followed_anywhere(void)
{
    struct timebase base;
    struct timebase_clocks look = clocks_at(UP, WALL, TRUST_NONE);
    timebase_init(&base, &none, &look);
    CU_ASSERT_TRUE(step(&base, UP, WALL + DAY, TRUST_NONE).stepped);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), DAY);
}

static void only_a_better_trust_is_believed_anew(void)
{
    struct timebase base;
    struct timebase_clocks look = clocks_at(UP, WALL, TRUST_NONE);
    timebase_init(&base, &none, &look);
    CU_ASSERT_TRUE(step(&base, UP, WALL + HOUR, TRUST_VOUCHED).trusted);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), HOUR);
    CU_ASSERT_FALSE(step(&base, UP, WALL + DAY, TRUST_VOUCHED).trusted);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), HOUR);
    CU_ASSERT_TRUE(step(&base, UP, WALL + DAY, TRUST_SYNCHRONISED).trusted);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), DAY);
    CU_ASSERT_FALSE(step(&base, UP, WALL, TRUST_NONE).trusted);
    CU_ASSERT_EQUAL(base.trust, TRUST_SYNCHRONISED);
}

static void a_restart_in_the_same_boot_is_exact(void)
{
    struct timebase base;
    struct timebase_checkpoint last = checkpoint(false, true);
    struct timebase_clocks look = clocks_at(UP + 17, WALL - 40 * 365 * DAY, TRUST_NONE);
    CU_ASSERT_FALSE(timebase_init(&base, &last, &look));
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, UP + 17), PLAN + 17);
    look.boot_ms = UP;
    CU_ASSERT_FALSE(timebase_init(&base, &last, &look));
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, UP), PLAN);
    look.boot_ms = UP - 1;
    CU_ASSERT_TRUE(timebase_init(&base, &last, &look));
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, UP - 1), PLAN);
}

static void what_was_believed_outlives_a_restart(void)
{
    struct timebase base;
    struct timebase_checkpoint last = checkpoint(true, true);
    struct timebase_clocks look = clocks_at(UP + 17, WALL + DAY, TRUST_VOUCHED);
    timebase_init(&base, &last, &look);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), HOUR);
    look.trust = TRUST_SYNCHRONISED;
    timebase_init(&base, &last, &look);
    CU_ASSERT_EQUAL(timebase_wall_minus_plan_ms(&base), HOUR + DAY - 17);
}

static void a_trusted_reboot_credits_0_to_30_days(void)
{
    static const struct {
        int64_t off_ms;
        bool credited;
    } cases[] = {
        {-1,           false},
        {0,            true },
        {HOUR,         true },
        {30 * DAY,     true },
        {30 * DAY + 1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct timebase base;
        CU_ASSERT_EQUAL(reboot(&base, true, cases[i].off_ms, TRUST_SYNCHRONISED), !cases[i].credited);
        CU_ASSERT_EQUAL(base.credited, cases[i].credited);
        int64_t off_ms = cases[i].credited ? cases[i].off_ms : 0;
        CU_ASSERT_EQUAL(timebase_plan_ms(&base, 9 * SECOND), PLAN + off_ms);
        CU_ASSERT_FALSE(step(&base, 10 * SECOND, WALL + SECOND, TRUST_SYNCHRONISED).credited);
    }
}

static void an_untrusted_reboot_counts_nothing_and_is_credited_later_once(void)
{
    struct timebase base;
    CU_ASSERT_TRUE(reboot(&base, true, -50 * 365 * DAY, TRUST_NONE));
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, 9 * SECOND), PLAN);
    CU_ASSERT_FALSE(step(&base, 60 * SECOND, WALL, TRUST_NONE).credited);
    struct timebase_news news = step(&base, 69 * SECOND, WALL + 2 * HOUR + 60 * SECOND, TRUST_SYNCHRONISED);
    CU_ASSERT_TRUE(news.credited);
    CU_ASSERT_TRUE(news.trusted);
    CU_ASSERT_EQUAL(news.credit_ms, 2 * HOUR);
    CU_ASSERT_EQUAL(base.began_ms, PLAN);
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, 69 * SECOND), PLAN + 60 * SECOND);
    CU_ASSERT_FALSE(step(&base, 70 * SECOND, WALL + 2 * HOUR + 61 * SECOND, TRUST_SYNCHRONISED).credited);
}

static void a_late_credit_too_lies_within_0_and_30_days(void)
{
    struct timebase base;
    reboot(&base, true, 0, TRUST_NONE);
    CU_ASSERT_FALSE(step(&base, 9 * SECOND, WALL - 1, TRUST_SYNCHRONISED).credited);
    CU_ASSERT_FALSE(step(&base, 9 * SECOND, WALL + HOUR, TRUST_SYNCHRONISED).credited);
    reboot(&base, true, 0, TRUST_NONE);
    CU_ASSERT_FALSE(step(&base, 9 * SECOND, WALL + 30 * DAY + 1, TRUST_SYNCHRONISED).credited);
    reboot(&base, true, 0, TRUST_NONE);
    CU_ASSERT_TRUE(step(&base, 9 * SECOND, WALL + 30 * DAY, TRUST_SYNCHRONISED).credited);
}

static void a_time_nobody_vouched_for_is_never_credited(void)
{
    struct timebase base;
    CU_ASSERT_TRUE(reboot(&base, false, HOUR, TRUST_SYNCHRONISED));
    CU_ASSERT_EQUAL(timebase_plan_ms(&base, 9 * SECOND), PLAN);
    CU_ASSERT_FALSE(step(&base, 10 * SECOND, WALL + HOUR + SECOND, TRUST_SYNCHRONISED).credited);
}

static void a_vouched_clock_that_is_wrong_waits_for_a_synchronised_one(void)
{
    struct timebase base;
    CU_ASSERT_TRUE(reboot(&base, true, -DAY, TRUST_VOUCHED));
    CU_ASSERT_FALSE(step(&base, 10 * SECOND, WALL - DAY, TRUST_VOUCHED).credited);
    struct timebase_news news = step(&base, 9 * SECOND, WALL + HOUR, TRUST_SYNCHRONISED);
    CU_ASSERT_TRUE(news.credited);
    CU_ASSERT_EQUAL(news.credit_ms, HOUR);
    CU_ASSERT_FALSE(reboot(&base, true, HOUR, TRUST_VOUCHED));
    CU_ASSERT_FALSE(step(&base, 10 * SECOND, WALL + DAY, TRUST_SYNCHRONISED).credited);
}

/* Nothing to compare with: UndefinedBehaviorSanitizer watches the sums, and time off stays within its bounds. */
static void any_numbers_are_survived(void)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, WALL, INT64_MAX};
    enum { ENDS = sizeof ends / sizeof ends[0] };
    for (size_t i = 0; i < (size_t)ENDS * ENDS * ENDS * 12; i++) {
        struct timebase_checkpoint last = checkpoint(i % 2 == 0, i % 4 < 2);
        last.plan_ms = ends[i / 12 % ENDS];
        last.boot_ms = ends[i / 12 / ENDS % ENDS];
        last.wall_ms = ends[i / 12 / ENDS / ENDS % ENDS];
        for (size_t j = 0; j < (size_t)ENDS * ENDS; j++) {
            struct timebase base;
            struct timebase_clocks look = clocks_at(ends[j % ENDS], ends[j / ENDS], (enum timebase_trust)(i % 12 / 4));
            (void)timebase_init(&base, &last, &look);
            struct timebase_news news = step(&base, ends[j / ENDS], ends[j % ENDS], TRUST_SYNCHRONISED);
            CU_ASSERT_FATAL(news.credit_ms >= 0 && news.credit_ms <= TIMEBASE_CREDIT_MAX_MS);
            (void)timebase_plan_ms(&base, ends[j % ENDS]);
            (void)timebase_wall_minus_plan_ms(&base);
        }
    }
}

static const struct suite_test tests[] = {
    {"the first plan time reads like the wall clock, within bounds",    the_first_plan_time_reads_like_the_wall    },
    {"within a boot the wall clock moves nothing",                      within_a_boot_the_wall_moves_nothing       },
    {"a step is told once, with its size",                              a_step_is_told_once_with_its_size          },
    {"slow drift is followed, and trust is not lost",                   slow_drift_is_followed_without_trust_lost  },
    {"without trust the wall clock is followed anywhere",               without_trust_the_wall_is_followed_anywhere},
    {"only a better trust is believed anew",                            only_a_better_trust_is_believed_anew       },
    {"a restart in the same boot is exact",                             a_restart_in_the_same_boot_is_exact        },
    {"what was believed outlives a restart",                            what_was_believed_outlives_a_restart       },
    {"a trusted reboot credits 0 to 30 days",                           a_trusted_reboot_credits_0_to_30_days      },
    {"an untrusted reboot counts nothing, and is credited later, once",
     an_untrusted_reboot_counts_nothing_and_is_credited_later_once                                                 },
    {"a late credit too lies within 0 and 30 days",                     a_late_credit_too_lies_within_0_and_30_days},
    {"a time that nobody vouched for is never credited",                a_time_nobody_vouched_for_is_never_credited},
    {"a vouched clock that is wrong waits for a synchronised one",
     a_vouched_clock_that_is_wrong_waits_for_a_synchronised_one                                                    },
    {"any numbers are survived",                                        any_numbers_are_survived                   },
};

int main(void)
{
    return suite_run("timebase", tests, sizeof tests / sizeof tests[0]);
}
