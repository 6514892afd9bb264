#include "delays.h"
#include "suite.h"

#include <string.h>

static void nothing_counted_is_zero(void)
{
    const struct delays delays = {0};
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 0), 0);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 999), 0);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 1000), 0);
}

static void a_tick_that_is_early_counts_as_on_time(void)
{
    struct delays delays = {0};
    delays_add(&delays, -5000);
    CU_ASSERT_EQUAL(delays.count, 1);
    CU_ASSERT_EQUAL(delays.bins[0], 1);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 1000), 0);
}

static void a_bin_begins_at_its_bound(void)
{
    struct delays delays = {0};
    delays_add(&delays, DELAYS_BIN_US - 1);
    delays_add(&delays, DELAYS_BIN_US);
    CU_ASSERT_EQUAL(delays.bins[0], 1);
    CU_ASSERT_EQUAL(delays.bins[1], 1);
}

static void what_is_later_than_all_bins_is_kept_as_the_longest(void)
{
    struct delays delays = {0};
    delays_add(&delays, (int64_t)DELAYS_BINS * DELAYS_BIN_US - 1);
    CU_ASSERT_EQUAL(delays.bins[DELAYS_BINS - 1], 1);
    CU_ASSERT_EQUAL(delays.bins[DELAYS_BINS], 0);
    delays_add(&delays, (int64_t)DELAYS_BINS * DELAYS_BIN_US);
    CU_ASSERT_EQUAL(delays.bins[DELAYS_BINS], 1);
    delays_add(&delays, INT64_MAX);
    CU_ASSERT_EQUAL(delays.bins[DELAYS_BINS], 2);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 999), INT64_MAX);
}

static void one_in_a_thousand_is_not_hidden_by_p999(void)
{
    struct delays delays = {0};
    for (int i = 0; i < 999; i++) {
        delays_add(&delays, 150);
    }
    delays_add(&delays, 90000);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 500), 200);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 999), 200);
    delays_add(&delays, 90000); /* two in 1001 are more than one in a thousand */
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 999), 90000);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 1000), 90000);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 5000), 90000);
}

static void the_end_of_a_bin_is_never_above_the_longest(void)
{
    struct delays delays = {0};
    delays_add(&delays, 310);
    CU_ASSERT_EQUAL(delays_per_mille(&delays, 500), 310);
}

static void the_text_names_all_four(void)
{
    struct delays delays = {0};
    char text[160];
    delays_add(&delays, 1200);
    delays_add(&delays, 40000);
    delays_text(&delays, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "2 ticks began late by 1.3 ms (p50), 40.0 ms (p99), 40.0 ms (p99.9), at most 40.0 ms");
    delays_text(&delays, text, 8);
    CU_ASSERT_EQUAL(strlen(text), 7);
}

static const struct suite_test tests[] = {
    {"nothing counted is zero",                            nothing_counted_is_zero                           },
    {"a tick that is early counts as on time",             a_tick_that_is_early_counts_as_on_time            },
    {"a bin begins at its bound",                          a_bin_begins_at_its_bound                         },
    {"what is later than all bins is kept as the longest", what_is_later_than_all_bins_is_kept_as_the_longest},
    {"one in a thousand is not hidden by p99.9",           one_in_a_thousand_is_not_hidden_by_p999           },
    {"the end of a bin is never above the longest",        the_end_of_a_bin_is_never_above_the_longest       },
    {"the text names all four",                            the_text_names_all_four                           },
};

int main(void)
{
    return suite_run("delays", tests, sizeof tests / sizeof tests[0]);
}
