#include "suite.h"

#include "soothe/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOON INT64_C(1795348800000) /* 2026-11-22T12:00:00Z, 13:00 in Berlin */

static const char *const languages[] = {"en", "de"};
#define LANGUAGES (sizeof languages / sizeof languages[0])

static struct status in_language(const char *language)
{
    struct status s = {.now_ms = NOON};
    (void)snprintf(s.language, sizeof s.language, "%s", language);
    s.engine.next_ms = NOON + 3600000;
    s.engine.session_ends_ms = NOON + 1800000;
    return s;
}

static const char *message(const struct status *s)
{
    static char text[256];
    status_message(s, text, sizeof text);
    return text;
}

static const char *advice(const struct status *s)
{
    static char text[256];
    status_advice(s, text, sizeof text);
    return text;
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static bool is_sentence(const char *text)
{
    bool ends_well = text[0] != '\0' && (text[strlen(text) - 1] == '.');
    if (!ends_well || characters(text) > 200 || strstr(text, "%s")) {
        (void)printf("\n    `%s`\n", text);
        return false;
    }
    return true;
}

static void every_state_has_a_message(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (int i = 0; i < STATE_COUNT; i++) {
            struct status s = in_language(languages[l]);
            s.engine.state = (enum daemon_state)i;
            CU_ASSERT_TRUE(is_sentence(message(&s)));
        }
    }
}

static void every_fault_has_advice(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
            struct status s = in_language(languages[l]);
            s.engine.trip = (enum fault)i;
            CU_ASSERT_TRUE(is_sentence(advice(&s)));
        }
    }
}

static void every_block_that_a_person_can_lift_has_advice(void)
{
    static const enum block blocks[] = {BLOCK_NOT_WIRED,   BLOCK_STOPPED,       BLOCK_PAUSED,
                                        BLOCK_STORAGE,     BLOCK_CLOCK,         BLOCK_DOSE,
                                        BLOCK_QUIET_HOURS, BLOCK_ARMING_FAILED, BLOCK_NO_PLAN};
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
            struct status s = in_language(languages[l]);
            s.engine.block = blocks[i];
            CU_ASSERT_TRUE(is_sentence(advice(&s)));
        }
        struct status calm = in_language(languages[l]);
        calm.engine.block = BLOCK_NOT_DUE;
        CU_ASSERT_STRING_EQUAL(advice(&calm), "");
    }
}

static void dead_time_is_told_while_it_holds_a_session_back(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        struct status s = in_language(languages[l]);
        s.engine.block = BLOCK_DEAD_TIME;
        s.engine.state = STATE_DUE;
        CU_ASSERT_TRUE(is_sentence(advice(&s)));
        s.engine.state = STATE_RESTING;
        CU_ASSERT_STRING_EQUAL(advice(&s), "");
    }
}

static void both_languages_say_something_else(void)
{
    for (int i = 0; i < STATE_COUNT; i++) {
        struct status s = in_language("en");
        char english[256];
        s.engine.state = (enum daemon_state)i;
        status_message(&s, english, sizeof english);
        (void)snprintf(s.language, sizeof s.language, "de");
        CU_ASSERT_STRING_NOT_EQUAL(message(&s), english);
    }
    struct status unknown = in_language("fr");
    CU_ASSERT_STRING_EQUAL(message(&unknown), "No plan is active.");
}

static void times_are_local(void)
{
    struct status s = in_language("en");
    s.engine.state = STATE_RESTING;
    CU_ASSERT_STRING_EQUAL(message(&s), "Resting. The next session is at 14:00.");
    s.wall_minus_plan_ms = 3600000;
    CU_ASSERT_STRING_EQUAL(message(&s), "Resting. The next session is at 15:00.");
    s.wall_minus_plan_ms = 0;
    s.engine.state = STATE_RUNNING;
    CU_ASSERT_STRING_EQUAL(message(&s), "A session is running, until 13:30 at the latest.");
}

static void without_a_next_session_there_is_no_time(void)
{
    struct status s = in_language("en");
    s.engine.state = STATE_RESTING;
    s.engine.next_ms = PLAN_NEVER;
    CU_ASSERT_STRING_EQUAL(message(&s), "Resting.");
}

static void in_a_session_the_pad_is_put_on(void)
{
    struct status s = in_language("en");
    s.engine.state = STATE_RUNNING;
    CU_ASSERT_TRUE(strncmp(advice(&s), "Put the pad on", 14) == 0);
    s.engine.remind = true;
    s.engine.phase = PHASE_ICE;
    CU_ASSERT_STRING_EQUAL(advice(&s), "Put an ice pack on, wrapped in cloth, until 13:30.");
    s.engine.phase = PHASE_HEAT;
    CU_ASSERT_STRING_EQUAL(advice(&s), "Put a heat pack on, wrapped in cloth, until 13:30.");
}

static void a_fault_goes_before_all_else(void)
{
    struct status s = in_language("en");
    s.engine.state = STATE_RUNNING;
    s.engine.weak = true;
    s.engine.trip = FAULT_TOO_HOT;
    CU_ASSERT_TRUE(strncmp(advice(&s), "Take the pad off", 16) == 0);
}

static void a_lost_record_asks_for_the_injury(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        struct status s = in_language(languages[l]);
        s.engine.ask_injury = true;
        s.engine.block = BLOCK_NO_PLAN;
        CU_ASSERT_TRUE(is_sentence(advice(&s)));
        CU_ASSERT_PTR_NOT_NULL(strstr(advice(&s), "--injured-at"));
    }
}

static void little_room_cuts(void)
{
    struct status s = in_language("en");
    char text[8] = "xxxxxxx";
    status_message(&s, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "No plan");
}

static const struct suite_test tests[] = {
    {"every state has a message of at most 200 characters", every_state_has_a_message                      },
    {"every fault has advice",                              every_fault_has_advice                         },
    {"every block that a person can lift has advice",       every_block_that_a_person_can_lift_has_advice  },
    {"dead time is told while it holds a session back",     dead_time_is_told_while_it_holds_a_session_back},
    {"each language has words of its own, others English",  both_languages_say_something_else              },
    {"times are local times",                               times_are_local                                },
    {"without a next session no time is named",             without_a_next_session_there_is_no_time        },
    {"in a session the pad, or a pack, is put on",          in_a_session_the_pad_is_put_on                 },
    {"a fault goes before all else",                        a_fault_goes_before_all_else                   },
    {"after a lost record the injury is asked for",         a_lost_record_asks_for_the_injury              },
    {"where there is little room it is cut",                little_room_cuts                               },
};

int main(void)
{
    (void)setenv("TZ", "Europe/Berlin", 1);
    tzset();
    return suite_run("words", tests, sizeof tests / sizeof tests[0]);
}
