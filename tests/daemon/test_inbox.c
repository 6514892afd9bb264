#include "inbox.h"
#include "suite.h"

#include <poll.h>

static struct inbox_item item(enum command_name name, int64_t value)
{
    return (struct inbox_item){
        .command = {.name = name, .value = value}
    };
}

static bool readable(const struct inbox *inbox)
{
    struct pollfd fd = {.fd = inbox->fd, .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

static void commands_come_out_in_the_order_in_which_they_came(void)
{
    struct inbox inbox;
    struct inbox_item got;
    CU_ASSERT_EQUAL_FATAL(inbox_open(&inbox), 0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < INBOX_MAX; i++) {
            const struct inbox_item put = item(COMMAND_PAIN, i);
            CU_ASSERT_TRUE(inbox_put(&inbox, &put));
        }
        for (int i = 0; i < INBOX_MAX; i++) {
            CU_ASSERT_TRUE(inbox_take(&inbox, &got));
            CU_ASSERT_EQUAL(got.command.value, i);
        }
        CU_ASSERT_FALSE(inbox_take(&inbox, &got));
    }
    inbox_close(&inbox);
}

static void one_too_many_is_refused_and_harms_none_of_the_others(void)
{
    struct inbox inbox;
    struct inbox_item got;
    CU_ASSERT_EQUAL_FATAL(inbox_open(&inbox), 0);
    for (int i = 0; i < INBOX_MAX; i++) {
        const struct inbox_item put = item(COMMAND_PAIN, i);
        CU_ASSERT_TRUE(inbox_put(&inbox, &put));
    }
    const struct inbox_item more = item(COMMAND_PAIN, 99);
    CU_ASSERT_FALSE(inbox_put(&inbox, &more));
    for (int i = 0; i < INBOX_MAX; i++) {
        CU_ASSERT_TRUE(inbox_take(&inbox, &got));
        CU_ASSERT_EQUAL(got.command.value, i);
    }
    CU_ASSERT_FALSE(inbox_take(&inbox, &got));
    inbox_close(&inbox);
}

static void a_stop_fits_into_a_full_one_and_goes_first(void)
{
    struct inbox inbox;
    struct inbox_item got;
    CU_ASSERT_EQUAL_FATAL(inbox_open(&inbox), 0);
    for (int i = 0; i < INBOX_MAX; i++) {
        const struct inbox_item put = item(COMMAND_RESUME, i);
        CU_ASSERT_TRUE(inbox_put(&inbox, &put));
    }
    const struct inbox_item stop = item(COMMAND_STOP, 7);
    CU_ASSERT_TRUE(inbox_put(&inbox, &stop));
    CU_ASSERT_FALSE(inbox_put(&inbox, &stop)); /* a second one would do the same */
    CU_ASSERT_TRUE(inbox_take(&inbox, &got));
    CU_ASSERT_EQUAL(got.command.name, COMMAND_STOP);
    CU_ASSERT_TRUE(inbox_take(&inbox, &got));
    CU_ASSERT_EQUAL(got.command.name, COMMAND_RESUME);
    inbox_close(&inbox);
}

static void it_is_readable_until_it_was_found_empty(void)
{
    struct inbox inbox;
    struct inbox_item got;
    CU_ASSERT_EQUAL_FATAL(inbox_open(&inbox), 0);
    CU_ASSERT_FALSE(readable(&inbox));
    const struct inbox_item put = item(COMMAND_PAIN, 1);
    CU_ASSERT_TRUE(inbox_put(&inbox, &put));
    CU_ASSERT_TRUE(inbox_put(&inbox, &put));
    CU_ASSERT_TRUE(inbox_take(&inbox, &got));
    CU_ASSERT_TRUE(readable(&inbox));
    CU_ASSERT_TRUE(inbox_take(&inbox, &got));
    CU_ASSERT_FALSE(inbox_take(&inbox, &got));
    CU_ASSERT_FALSE(readable(&inbox));
    inbox_close(&inbox);
    inbox_close(&inbox);
}

static const struct suite_test tests[] = {
    {"commands come out in the order in which they came",    commands_come_out_in_the_order_in_which_they_came   },
    {"one too many is refused and harms none of the others", one_too_many_is_refused_and_harms_none_of_the_others},
    {"a stop fits into a full one and goes first",           a_stop_fits_into_a_full_one_and_goes_first          },
    {"it is readable until it was found empty",              it_is_readable_until_it_was_found_empty             },
};

int main(void)
{
    return suite_run("inbox", tests, sizeof tests / sizeof tests[0]);
}
