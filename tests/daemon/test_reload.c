#include "reload.h"
#include "suite.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct reload reload; /* too large for a stack */
static char path[64];

static void write_file(const char *text)
{
    (void)snprintf(path, sizeof path, "/tmp/soothe-reload-%d.jsonc", (int)getpid());
    FILE *out = fopen(path, "we");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_TRUE(fputs(text, out) >= 0);
    CU_ASSERT_EQUAL(fclose(out), 0);
}

static bool wait_for_result(void)
{
    struct pollfd fd = {.fd = reload.fd, .events = POLLIN};
    return poll(&fd, 1, 20000) == 1;
}

static void nothing_asked_is_nothing_to_take(void)
{
    CU_ASSERT_EQUAL_FATAL(reload_open(&reload, "/no/such/file"), 0);
    CU_ASSERT_FALSE(reload_take(&reload));
    reload_close(&reload);
    reload_close(&reload);
}

static void a_file_that_is_not_there_is_a_result_with_its_reason(void)
{
    CU_ASSERT_EQUAL_FATAL(reload_open(&reload, "/no/such/file"), 0);
    CU_ASSERT_EQUAL(reload_ask(&reload), 0);
    CU_ASSERT_TRUE_FATAL(wait_for_result());
    CU_ASSERT_TRUE(reload_take(&reload));
    CU_ASSERT_TRUE(reload.result < 0);
    CU_ASSERT_EQUAL(reload.errors.count, 1);
    CU_ASSERT_FALSE(reload_take(&reload));
    reload_close(&reload);
}

static void asked_again_while_it_runs_it_reads_once_more(void)
{
    write_file("{");
    CU_ASSERT_EQUAL_FATAL(reload_open(&reload, path), 0);
    CU_ASSERT_EQUAL(reload_ask(&reload), 0);
    CU_ASSERT_EQUAL(reload_ask(&reload), 0);
    CU_ASSERT_EQUAL(reload_ask(&reload), 0);
    CU_ASSERT_TRUE_FATAL(wait_for_result());
    write_file("[]");
    CU_ASSERT_FALSE(reload_take(&reload)); /* the first result is old by now */
    CU_ASSERT_TRUE_FATAL(wait_for_result());
    CU_ASSERT_TRUE(reload_take(&reload));
    CU_ASSERT_TRUE(reload.result < 0);
    CU_ASSERT_EQUAL(reload.errors.items[0].line, 1);
    CU_ASSERT_FALSE(reload.running);
    reload_close(&reload);
    (void)unlink(path);
}

static const struct suite_test tests[] = {
    {"nothing asked is nothing to take",                     nothing_asked_is_nothing_to_take                    },
    {"a file that is not there is a result with its reason", a_file_that_is_not_there_is_a_result_with_its_reason},
    {"asked again while it runs it reads once more",         asked_again_while_it_runs_it_reads_once_more        },
};

int main(void)
{
    return suite_run("reload", tests, sizeof tests / sizeof tests[0]);
}
