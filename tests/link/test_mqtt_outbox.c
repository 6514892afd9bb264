#include "mqtt_outbox.h"
#include "suite.h"

#include <poll.h>
#include <string.h>

static struct outbox box;

static void begin(bool open)
{
    memset(&box, 0, sizeof box);
    CU_ASSERT_EQUAL_FATAL(outbox_init(&box), 0);
    outbox_set_open(&box, open);
}

static void put_events(int count)
{
    const struct status status = {.now_ms = 5};
    for (int i = 0; i < count; i++) {
        const struct engine_event event = {.type = EVENT_PAIN, .value = i};
        outbox_put_event(&box, &status, &event);
    }
}

static bool awake(void)
{
    struct pollfd fd = {.fd = box.wake_fd, .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

static void events_come_out_in_order_each_with_its_status(void)
{
    struct outbox_event event;
    begin(true);
    put_events(3);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_TRUE(outbox_take_event(&box, &event));
        CU_ASSERT_EQUAL(event.event.value, i);
        CU_ASSERT_EQUAL(event.status.now_ms, 5);
    }
    CU_ASSERT_FALSE(outbox_take_event(&box, &event));
    outbox_close(&box);
}

static void of_65_events_the_newest_is_dropped_and_counted_once(void)
{
    struct outbox_event event;
    int taken = 0;
    begin(true);
    put_events(OUTBOX_EVENTS_MAX);
    CU_ASSERT_EQUAL(outbox_lost(&box), 0);
    put_events(1);
    CU_ASSERT_EQUAL(outbox_lost(&box), 1);
    CU_ASSERT_EQUAL(outbox_lost(&box), 0);
    while (outbox_take_event(&box, &event)) {
        CU_ASSERT_EQUAL(event.event.value, taken);
        taken++;
    }
    CU_ASSERT_EQUAL(taken, OUTBOX_EVENTS_MAX);
    outbox_close(&box);
}

static void while_shut_events_are_dropped_and_are_no_loss(void)
{
    struct outbox_event event;
    begin(false);
    put_events(100);
    outbox_set_open(&box, true);
    CU_ASSERT_FALSE(outbox_take_event(&box, &event));
    CU_ASSERT_EQUAL(outbox_lost(&box), 0);
    outbox_close(&box);
}

static void shutting_drops_the_events_that_wait(void)
{
    struct outbox_event event;
    begin(true);
    put_events(3);
    outbox_set_open(&box, false);
    outbox_set_open(&box, true);
    CU_ASSERT_FALSE(outbox_take_event(&box, &event));
    outbox_close(&box);
}

static void answers_are_taken_while_shut_too(void)
{
    struct outbox_answer answer = {.command = {.name = COMMAND_STOP}};
    int taken = 0;
    begin(false);
    for (int i = 0; i < OUTBOX_ANSWERS_MAX + 1; i++) {
        outbox_put_answer(&box, &answer);
    }
    while (outbox_take_answer(&box, &answer)) {
        taken++;
    }
    CU_ASSERT_EQUAL(taken, OUTBOX_ANSWERS_MAX);
    CU_ASSERT_EQUAL(answer.command.name, COMMAND_STOP);
    outbox_close(&box);
}

static void the_newest_status_replaces_the_older_one(void)
{
    struct status status = {.now_ms = 1};
    struct status got = {.now_ms = -1};
    begin(true);
    CU_ASSERT_EQUAL(outbox_status(&box, 0, &got), 0);
    CU_ASSERT_EQUAL(got.now_ms, -1);
    outbox_put_status(&box, &status);
    status.now_ms = 2;
    outbox_put_status(&box, &status);
    uint64_t number = outbox_status(&box, 0, &got);
    CU_ASSERT_EQUAL(got.now_ms, 2);
    got.now_ms = -1;
    CU_ASSERT_EQUAL(outbox_status(&box, number, &got), number);
    CU_ASSERT_EQUAL(got.now_ms, -1);
    outbox_close(&box);
}

static void info_is_given_when_it_changed_or_is_asked_for(void)
{
    char info[STATUS_JSON_MAX] = "";
    begin(true);
    CU_ASSERT_FALSE(outbox_take_info(&box, false, info));
    outbox_put_info(&box, "{}");
    CU_ASSERT_TRUE(outbox_take_info(&box, false, info));
    CU_ASSERT_STRING_EQUAL(info, "{}");
    CU_ASSERT_FALSE(outbox_take_info(&box, false, info));
    CU_ASSERT_TRUE(outbox_take_info(&box, true, info));
    outbox_close(&box);
}

static void everything_put_in_wakes_and_draining_ends_that(void)
{
    const struct status status = {.now_ms = 1};
    begin(true);
    CU_ASSERT_FALSE(awake());
    outbox_put_status(&box, &status);
    CU_ASSERT_TRUE(awake());
    outbox_drain(&box);
    CU_ASSERT_FALSE(awake());
    CU_ASSERT_FALSE(outbox_stopped(&box));
    outbox_stop(&box);
    CU_ASSERT_TRUE(awake());
    CU_ASSERT_TRUE(outbox_stopped(&box));
    outbox_close(&box);
}

int main(void)
{
    static const struct suite_test tests[] = {
        {"events come out in order, each with its status",       events_come_out_in_order_each_with_its_status      },
        {"of 65 events the newest is dropped, and counted once", of_65_events_the_newest_is_dropped_and_counted_once},
        {"while it is shut events are dropped, and are no loss", while_shut_events_are_dropped_and_are_no_loss      },
        {"shutting drops the events that wait",                  shutting_drops_the_events_that_wait                },
        {"answers are taken while it is shut, too",              answers_are_taken_while_shut_too                   },
        {"the newest status replaces the older one",             the_newest_status_replaces_the_older_one           },
        {"info is given when it changed or is asked for",        info_is_given_when_it_changed_or_is_asked_for      },
        {"everything put in wakes, and draining ends that",      everything_put_in_wakes_and_draining_ends_that     },
    };
    return suite_run("mqtt_outbox", tests, sizeof tests / sizeof tests[0]);
}
