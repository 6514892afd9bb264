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

/* Both texts of a fault in one state: sentences, and what happened is told behind the state's own words. */
static void check_fault(const char *language, enum fault fault, enum daemon_state state)
{
    struct status s = in_language(language);
    char bare[256];
    s.engine.state = state;
    (void)snprintf(bare, sizeof bare, "%s", message(&s));
    s.engine.trip = fault;
    s.engine.locked = state == STATE_LOCKED;
    CU_ASSERT_TRUE(is_sentence(message(&s)) && is_sentence(advice(&s)));
    CU_ASSERT_TRUE(strncmp(message(&s), bare, strlen(bare)) == 0 && strlen(message(&s)) > strlen(bare) + 10);
    CU_ASSERT_EQUAL(strstr(advice(&s), "`soothe ack`") != NULL, s.engine.locked || fault == FAULT_STORE_LOST);
}

static void every_fault_says_what_happened_and_what_to_do(void)
{
    static const enum daemon_state where[] = {STATE_TRIPPED, STATE_LOCKED, STATE_PAUSED, STATE_RUNNING};
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
            for (size_t w = 0; w < sizeof where / sizeof where[0]; w++) {
                check_fault(languages[l], (enum fault)i, where[w]);
            }
        }
    }
}

static void no_two_faults_are_told_alike(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        char told[FAULT_COUNT][256];
        for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
            struct status s = in_language(languages[l]);
            s.engine.trip = (enum fault)i;
            (void)snprintf(told[i], sizeof told[i], "%s", message(&s));
            for (int k = FAULT_NONE + 1; k < i; k++) {
                CU_ASSERT_STRING_NOT_EQUAL(told[i], told[k]);
            }
        }
    }
}

static void a_lockout_says_how_to_acknowledge_it(void)
{
    struct status s = in_language("en");
    s.engine.state = STATE_LOCKED;
    s.engine.locked = true;
    s.engine.trip = FAULT_HEAT_WHEN_OFF;
    CU_ASSERT_STRING_EQUAL(advice(&s), "Unplug the pad now and take it off. Its switch does not open: have it replaced "
                                       "before you plug it in again. Then press the button for 5 s, or run `soothe "
                                       "ack`.");
    s.engine.locked = false;
    CU_ASSERT_PTR_NULL(strstr(advice(&s), "ack"));
}

static void a_failed_self_test_is_told_with_its_fault(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
            struct status s = in_language(languages[l]);
            s.engine.state = STATE_DUE;
            s.engine.block = BLOCK_ARMING_FAILED;
            s.engine.arming_fault = (enum fault)i;
            CU_ASSERT_TRUE(is_sentence(message(&s)) && is_sentence(advice(&s)));
            s.engine.block = BLOCK_REST; /* told only while it holds a session back */
            CU_ASSERT_STRING_EQUAL(advice(&s), "");
        }
    }
}

static void a_self_test_that_fails_in_a_session_is_told_too(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
            struct status s = in_language(languages[l]);
            char with[256];
            s.engine.state = STATE_ARMING;
            s.engine.session_started_ms = 0;
            s.engine.arming_fault = (enum fault)i;
            (void)snprintf(with, sizeof with, "%s", message(&s));
            CU_ASSERT_TRUE(is_sentence(with) && is_sentence(advice(&s)));
            CU_ASSERT_TRUE(status_self_test_failed(&s.engine));
            s.engine.session_started_ms = PLAN_NEVER; /* another try before the power-on, with what the last one left */
            CU_ASSERT_STRING_NOT_EQUAL(message(&s), with);
            CU_ASSERT_FALSE(status_self_test_failed(&s.engine));
            s.engine.session_started_ms = 0;
            s.engine.state = STATE_RUNNING;
            CU_ASSERT_FALSE(status_self_test_failed(&s.engine));
        }
    }
}

/* The others are told by the state's message or by the fault. */
static bool needs_no_advice(enum block block)
{
    return block == BLOCK_NONE || block == BLOCK_LOCKOUT || block == BLOCK_TRIP || block == BLOCK_REST ||
           block == BLOCK_SKIP || block == BLOCK_NOT_DUE;
}

static void every_block_that_a_person_can_lift_has_advice(void)
{
    for (size_t l = 0; l < LANGUAGES; l++) {
        for (int i = 0; i < BLOCK_COUNT; i++) {
            struct status s = in_language(languages[l]);
            s.engine.state = STATE_DUE;
            s.engine.block = (enum block)i;
            CU_ASSERT_TRUE(needs_no_advice((enum block)i) ? advice(&s)[0] == '\0' : is_sentence(advice(&s)));
        }
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

static bool is_problem(enum daemon_state state, enum block block)
{
    struct status s = in_language("en");
    char document[STATUS_JSON_MAX];
    s.engine.state = state;
    s.engine.block = block;
    CU_ASSERT_TRUE(status_render(&s, document, sizeof document) > 0);
    return strstr(document, "\"problem\":\"ON\"") != NULL;
}

static void an_implausible_sensor_is_a_problem_when_it_holds_a_session_back(void)
{
    CU_ASSERT_TRUE(is_problem(STATE_DUE, BLOCK_SENSOR_IMPLAUSIBLE));
    CU_ASSERT_FALSE(is_problem(STATE_RESTING, BLOCK_SENSOR_IMPLAUSIBLE)); /* a pad in the fridge */
    CU_ASSERT_FALSE(is_problem(STATE_DUE, BLOCK_QUIET_HOURS));
}

static void little_room_cuts(void)
{
    struct status s = in_language("en");
    char text[8] = "xxxxxxx";
    status_message(&s, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "No plan");
}

static const struct suite_test tests[] = {
    {"every state has a message of at most 200 characters",             every_state_has_a_message                      },
    {"every fault says what happened and what to do",                   every_fault_says_what_happened_and_what_to_do  },
    {"no two faults are told alike",                                    no_two_faults_are_told_alike                   },
    {"a lockout says how to acknowledge it",                            a_lockout_says_how_to_acknowledge_it           },
    {"a failed self-test is told with its fault",                       a_failed_self_test_is_told_with_its_fault      },
    {"a self-test that fails in a session is told too",                 a_self_test_that_fails_in_a_session_is_told_too},
    {"every block that a person can lift has advice",                   every_block_that_a_person_can_lift_has_advice  },
    {"dead time is told while it holds a session back",                 dead_time_is_told_while_it_holds_a_session_back},
    {"each language has words of its own, others English",              both_languages_say_something_else              },
    {"times are local times",                                           times_are_local                                },
    {"without a next session no time is named",                         without_a_next_session_there_is_no_time        },
    {"in a session the pad, or a pack, is put on",                      in_a_session_the_pad_is_put_on                 },
    {"a fault goes before all else",                                    a_fault_goes_before_all_else                   },
    {"after a lost record the injury is asked for",                     a_lost_record_asks_for_the_injury              },
    {"an implausible sensor is a problem when it holds a session back",
     an_implausible_sensor_is_a_problem_when_it_holds_a_session_back                                                   },
    {"where there is little room it is cut",                            little_room_cuts                               },
};

int main(void)
{
    (void)setenv("TZ", "Europe/Berlin", 1);
    tzset();
    return suite_run("words", tests, sizeof tests / sizeof tests[0]);
}
