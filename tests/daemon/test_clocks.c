#include "clocks.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char directory[64];
static char path[96];

static void make_place(void)
{
    (void)snprintf(directory, sizeof directory, "/tmp/soothe-clocks-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/simulated-clock", directory);
}

static void remove_place(void)
{
    (void)unlink(path);
    (void)rmdir(directory);
}

static void write_clock(int64_t ms)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(write(fd, &ms, sizeof ms), (ssize_t)sizeof ms);
    (void)close(fd);
}

static bool is_about_now(int64_t ms)
{
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    return ms > now_ms - 60000 && ms < now_ms + 60000;
}

static void the_simulated_time_goes_on_where_it_was(void)
{
    struct clocks clocks;
    make_place();
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    CU_ASSERT_TRUE(is_about_now(clocks_boot_ms(&clocks)));
    *clocks.simulated_ms = 1767225600000;
    clocks_close(&clocks);
    clocks_close(&clocks);
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    CU_ASSERT_EQUAL(clocks_boot_ms(&clocks), 1767225600000);
    CU_ASSERT_EQUAL(clocks_wall_ms(&clocks), 1767225600000);
    clocks_close(&clocks);
    remove_place();
}

static void a_simulated_power_cut_is_another_boot_and_a_restart_is_none(void)
{
    struct clocks clocks;
    char before[BOOT_ID_SIZE];
    make_place();
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    memcpy(before, clocks.boot_id, sizeof before);
    clocks_close(&clocks);
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    CU_ASSERT_STRING_EQUAL(clocks.boot_id, before);
    clocks_power_cut(&clocks);
    clocks_close(&clocks);
    clocks_power_cut(&clocks);
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    CU_ASSERT_STRING_NOT_EQUAL(clocks.boot_id, before);
    clocks_close(&clocks);
    remove_place();
}

static void a_simulated_time_that_cannot_be_is_replaced(void)
{
    const int64_t times[] = {INT64_MIN, -1, 0, INT64_C(7258118400001), INT64_MAX};
    make_place();
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct clocks clocks;
        write_clock(times[i]);
        CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
        CU_ASSERT_TRUE(is_about_now(clocks_boot_ms(&clocks)));
        clocks_close(&clocks);
    }
    struct clocks clocks;
    write_clock(INT64_C(7258118400000));
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    CU_ASSERT_EQUAL(clocks_boot_ms(&clocks), INT64_C(7258118400000));
    clocks_close(&clocks);
    remove_place();
}

static void a_place_that_cannot_be_is_an_error(void)
{
    struct clocks clocks;
    char name[600];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CU_ASSERT_EQUAL(clocks_open(&clocks, true, name), -ENAMETOOLONG);
    CU_ASSERT_EQUAL(clocks_open(&clocks, true, "/no/such/place"), -ENOENT);
}

static void the_simulated_clock_is_trusted_unless_told_otherwise(void)
{
    struct clocks clocks;
    struct timebase_clocks look;
    make_place();
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, true, directory), 0);
    clocks_look(&clocks, false, &look);
    CU_ASSERT_EQUAL(look.trust, TRUST_SYNCHRONISED);
    CU_ASSERT_EQUAL(look.boot_ms, look.wall_ms);
    clocks_look(&clocks, true, &look);
    CU_ASSERT_EQUAL(look.trust, TRUST_NONE);
    CU_ASSERT_STRING_EQUAL(clocks.boot_id, "simulated-0");
    clocks_close(&clocks);
    remove_place();
}

static void the_real_clocks_know_their_boot(void)
{
    struct clocks clocks;
    CU_ASSERT_EQUAL_FATAL(clocks_open(&clocks, false, NULL), 0);
    CU_ASSERT_EQUAL(strlen(clocks.boot_id), BOOT_ID_SIZE - 1);
    int64_t before_ms = clocks_boot_ms(&clocks);
    struct timebase_clocks look;
    clocks_look(&clocks, false, &look);
    CU_ASSERT_TRUE(look.boot_ms >= before_ms);
    CU_ASSERT_TRUE(is_about_now(look.wall_ms));
    clocks_look(&clocks, true, &look);
    CU_ASSERT_EQUAL(look.trust, TRUST_NONE);
    clocks.vouched = true;
    clocks.looked_ms = INT64_MIN;
    clocks_look(&clocks, false, &look);
    CU_ASSERT_TRUE(look.trust >= TRUST_VOUCHED);
    clocks_close(&clocks);
}

static const struct suite_test tests[] = {
    {"the simulated time goes on where it was",                     the_simulated_time_goes_on_where_it_was             },
    {"a simulated power cut is another boot and a restart is none",
     a_simulated_power_cut_is_another_boot_and_a_restart_is_none                                                        },
    {"a simulated time that cannot be is replaced",                 a_simulated_time_that_cannot_be_is_replaced         },
    {"a place that cannot be is an error",                          a_place_that_cannot_be_is_an_error                  },
    {"the simulated clock is trusted unless told otherwise",        the_simulated_clock_is_trusted_unless_told_otherwise},
    {"the real clocks know their boot",                             the_real_clocks_know_their_boot                     },
};

int main(void)
{
    return suite_run("clocks", tests, sizeof tests / sizeof tests[0]);
}
