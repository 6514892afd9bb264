#include "suite.h"

#include "soothe/command.h"
#include "soothe/status.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void documents(void)
{
    char text[REPLY_TEXT_MAX];
    struct command command = {.name = COMMAND_STOP};
    int length = command_answer_render(&command, REFUSED_NOT, NULL, PLAN_NEVER, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text,
                           "{\"id\":null,\"cmd\":\"stop\",\"status\":\"ok\",\"reason\":\"none\",\"message\":\"done\"}");
    CU_ASSERT_EQUAL(length, (int)strlen(text));
    command = (struct command){.name = COMMAND_NOW, .id = "a\"b"};
    CU_ASSERT_TRUE(command_answer_render(&command, REFUSED_REST, "", INT64_C(1795348800000), text, sizeof text) > 0);
    CU_ASSERT_STRING_EQUAL(text, "{\"id\":\"a\\\"b\",\"cmd\":\"now\",\"status\":\"refused\",\"reason\":\"rest\","
                                 "\"message\":\"the rest between two sessions is not over\","
                                 "\"until\":\"2026-11-22T12:00:00Z\"}");
    CU_ASSERT_TRUE(command_answer_render(&command, REFUSED_BAD_VALUE, "no such fault", PLAN_NEVER, text, sizeof text) >
                   0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"message\":\"no such fault\""));
}

static void every_refusal_has_a_sentence(void)
{
    for (int i = 0; i < REFUSED_COUNT; i++) {
        const char *sentence = command_refusal_text((enum refusal)i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sentence);
        CU_ASSERT_TRUE(strlen(sentence) >= 4);
    }
    CU_ASSERT_STRING_EQUAL(command_refusal_text(REFUSED_COUNT), "refused");
}

static void the_worst_id_fits(void)
{
    char text[REPLY_TEXT_MAX];
    struct command command = {.name = COMMAND_FINISH};
    memset(command.id, '"', COMMAND_ID_MAX);
    for (int i = 0; i < REFUSED_COUNT; i++) {
        int length = command_answer_render(&command, (enum refusal)i, NULL, INT64_C(1795348800000), text, sizeof text);
        CU_ASSERT_TRUE(length > 0 && length < REPLY_TEXT_MAX);
        cJSON *parsed = cJSON_Parse(text);
        CU_ASSERT_PTR_NOT_NULL(parsed);
        cJSON_Delete(parsed);
    }
    CU_ASSERT_EQUAL(command_answer_render(&command, REFUSED_REST, NULL, PLAN_NEVER, text, 40), -ENOSPC);
    CU_ASSERT_EQUAL(command_answer_render(&command, REFUSED_REST, NULL, PLAN_NEVER, text, 0), -ENOSPC);
}

static void a_repeated_id_gets_the_first_answer(void)
{
    struct replies replies = {.next = 0};
    const char *text = NULL;
    CU_ASSERT_EQUAL(replies_ask(&replies, "a", &text), REPLY_NEW);
    CU_ASSERT_EQUAL(replies_ask(&replies, "a", &text), REPLY_PENDING);
    replies_tell(&replies, "a", "first");
    CU_ASSERT_EQUAL(replies_ask(&replies, "a", &text), REPLY_KNOWN);
    CU_ASSERT_STRING_EQUAL(text, "first");
    CU_ASSERT_EQUAL(replies_ask(&replies, "A", &text), REPLY_NEW);
    replies_tell(&replies, "never asked", "nothing");
    CU_ASSERT_EQUAL(replies_ask(&replies, "never asked", &text), REPLY_NEW);
}

static void no_id_is_always_new(void)
{
    struct replies replies = {.next = 0};
    const char *text = NULL;
    replies_tell(&replies, "", "nothing");
    CU_ASSERT_EQUAL(replies_ask(&replies, "", &text), REPLY_NEW);
    CU_ASSERT_EQUAL(replies_ask(&replies, "", &text), REPLY_NEW);
    CU_ASSERT_EQUAL(replies.next, 0);
}

static void the_oldest_id_makes_room(void)
{
    static struct replies replies;
    const char *text = NULL;
    char id[16];
    for (int i = 0; i <= REPLIES_KEPT; i++) {
        (void)snprintf(id, sizeof id, "%d", i);
        CU_ASSERT_EQUAL(replies_ask(&replies, id, &text), REPLY_NEW);
        replies_tell(&replies, id, id);
    }
    CU_ASSERT_EQUAL(replies_ask(&replies, "1", &text), REPLY_KNOWN);
    CU_ASSERT_STRING_EQUAL(text, "1");
    CU_ASSERT_EQUAL(replies_ask(&replies, "0", &text), REPLY_NEW);
    CU_ASSERT_EQUAL(replies_ask(&replies, "0", &text), REPLY_PENDING); /* not the answer of who had the place */
}

static const struct suite_test tests[] = {
    {"an answer is one line of JSON",                      documents                          },
    {"every refusal has a sentence",                       every_refusal_has_a_sentence       },
    {"the worst id fits, and too little room is an error", the_worst_id_fits                  },
    {"a repeated id gets the first answer again",          a_repeated_id_gets_the_first_answer},
    {"no id is always new",                                no_id_is_always_new                },
    {"the oldest id makes room for the newest",            the_oldest_id_makes_room           },
};

int main(void)
{
    return suite_run("answer", tests, sizeof tests / sizeof tests[0]);
}
