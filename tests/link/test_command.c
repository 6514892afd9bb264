#include "suite.h"

#include "soothe/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOON INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

static enum refusal parse(const char *name, const char *payload, struct command *command)
{
    static char why[256];
    enum refusal refusal = command_parse(name, strlen(name), payload, strlen(payload), command, why, sizeof why);
    CU_ASSERT_TRUE((why[0] != '\0') == (refusal != REFUSED_NOT));
    return refusal;
}

static void every_command_has_a_name(void)
{
    static const char *const values[COMMAND_COUNT] = {[COMMAND_PAIN] = "3", [COMMAND_INJECT] = "too_hot"};
    struct command command;
    for (int i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        const char *name = command_name((enum command_name)i);
        CU_ASSERT_EQUAL(parse(name, values[i] ? values[i] : "", &command), REFUSED_NOT);
        CU_ASSERT_EQUAL(command.name, (enum command_name)i);
        CU_ASSERT_EQUAL(command.origin, ORIGIN_REMOTE);
        CU_ASSERT_EQUAL(command.client, 0);
    }
}

static void names_that_are_none(void)
{
    static const char *const names[] = {"", "none", "Stop", "stop ", " stop", "stopstopstopstopstop", "unknown", "st"};
    struct command command;
    char why[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CU_ASSERT_EQUAL(parse(names[i], "", &command), REFUSED_UNKNOWN_COMMAND);
        CU_ASSERT_EQUAL(command.name, COMMAND_NONE);
    }
    CU_ASSERT_EQUAL(command_parse("stop\0x", 6, "", 0, &command, why, sizeof why), REFUSED_UNKNOWN_COMMAND);
    CU_ASSERT_EQUAL(command_parse("stop", 4, NULL, 0, &command, why, sizeof why), REFUSED_NOT);
}

static void numbers_within_their_bounds(void)
{
    static const struct {
        const char *name;
        const char *payload;
        enum refusal refusal;
        int64_t value;
    } cases[] = {
        {"pain",  "0",                         REFUSED_NOT,       0  },
        {"pain",  "10",                        REFUSED_NOT,       10 },
        {"pain",  "11",                        REFUSED_BAD_VALUE, 0  },
        {"pain",  "-1",                        REFUSED_BAD_VALUE, 0  },
        {"pain",  "",                          REFUSED_BAD_VALUE, 0  },
        {"pain",  "4.5",                       REFUSED_BAD_VALUE, 0  },
        {"pain",  "+4",                        REFUSED_BAD_VALUE, 0  },
        {"pain",  "0x4",                       REFUSED_BAD_VALUE, 0  },
        {"pain",  "4 5",                       REFUSED_BAD_VALUE, 0  },
        {"pain",  " 4\r\n",                    REFUSED_NOT,       4  },
        {"pain",  "99999999999999999999",      REFUSED_BAD_VALUE, 0  },
        {"pain",  "{\"value\":7}",             REFUSED_NOT,       7  },
        {"pain",  "{\"value\":\"7\"}",         REFUSED_NOT,       7  },
        {"pain",  "{\"value\":7.0}",           REFUSED_NOT,       7  },
        {"pain",  "{\"value\":7.5}",           REFUSED_BAD_VALUE, 0  },
        {"pain",  "{\"value\":1e30}",          REFUSED_BAD_VALUE, 0  },
        {"pain",  "{\"value\":true}",          REFUSED_BAD_VALUE, 0  },
        {"pain",  "{\"value\":[7]}",           REFUSED_BAD_VALUE, 0  },
        {"pain",  "{\"value\":null}",          REFUSED_BAD_VALUE, 0  },
        {"pain",  "{\"value\":\"5\\u00007\"}", REFUSED_BAD_VALUE, 0  },
        {"pause", "1",                         REFUSED_NOT,       1  },
        {"pause", "0",                         REFUSED_BAD_VALUE, 0  },
        {"pause", "720",                       REFUSED_NOT,       720},
        {"pause", "721",                       REFUSED_BAD_VALUE, 0  },
    };
    struct command command;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(parse(cases[i].name, cases[i].payload, &command), cases[i].refusal);
        if (cases[i].refusal == REFUSED_NOT) {
            CU_ASSERT_TRUE(command.has_value);
            CU_ASSERT_EQUAL(command.value, cases[i].value);
        }
    }
}

static void nothing_and_press_are_the_same(void)
{
    static const char *const nothing[] = {
        "", "  ", "PRESS", "{}", "{\"value\":\"\"}", "{\"value\":null}", "{\"value\":\"PRESS\"}"};
    struct command command;
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        CU_ASSERT_EQUAL(parse("skip", nothing[i], &command), REFUSED_NOT);
        CU_ASSERT_EQUAL(parse("pause", nothing[i], &command), REFUSED_NOT);
        CU_ASSERT_FALSE(command.has_value);
        CU_ASSERT_EQUAL(parse("start", nothing[i], &command), REFUSED_NOT);
        CU_ASSERT_EQUAL(command.injured, INJURED_NOW);
    }
    CU_ASSERT_EQUAL(parse("skip", "1", &command), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(parse("skip", "press", &command), REFUSED_BAD_VALUE);
}

static void a_stop_is_a_stop(void)
{
    char large[COMMAND_PAYLOAD_MAX + 2];
    char why[256];
    struct command command;
    memset(large, '{', sizeof large);
    CU_ASSERT_EQUAL(command_parse("stop", 4, large, sizeof large, &command, why, sizeof why), REFUSED_NOT);
    CU_ASSERT_EQUAL(command_parse("stop", 4, "\0\xff\n", 3, &command, why, sizeof why), REFUSED_NOT);
    CU_ASSERT_EQUAL(parse("stop", "not now", &command), REFUSED_NOT);
    CU_ASSERT_EQUAL(parse("stop", "{\"id\":\"s\",\"ts\":-5,\"why\":1}", &command), REFUSED_NOT);
    CU_ASSERT_STRING_EQUAL(command.id, "s");
}

static void payloads_have_a_length(void)
{
    char payload[COMMAND_PAYLOAD_MAX + 1];
    char why[256];
    struct command command;
    memset(payload, ' ', sizeof payload);
    CU_ASSERT_EQUAL(command_parse("skip", 4, payload, COMMAND_PAYLOAD_MAX, &command, why, sizeof why), REFUSED_NOT);
    CU_ASSERT_EQUAL(command_parse("skip", 4, payload, COMMAND_PAYLOAD_MAX + 1, &command, why, sizeof why),
                    REFUSED_TOO_LARGE);
    CU_ASSERT_EQUAL(command_parse("skip", 4, "a\0b", 3, &command, why, sizeof why), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(command_parse("skip", 4, "\0", 1, &command, why, sizeof why), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(parse("inject", "\x1b[2J", &command), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(parse("inject", "\xc3\xa4", &command), REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(parse("inject", "sixty-four-bytes-are-one-too-many-for-the-name-of-a-fault-xxxxxx", &command),
                    REFUSED_BAD_VALUE);
    CU_ASSERT_EQUAL(parse("inject", "sixty-three-bytes-still-fit-into-the-place-for-a-name-xxxxxxxxx", &command),
                    REFUSED_NOT);
}

static void json_that_is_refused(void)
{
    static const char *const payloads[] = {"{",
                                           "{\"value\":5",
                                           "{\"value\":5}}",
                                           "{\"value\":5} x",
                                           "{\"Value\":5}",
                                           "{\"minutes\":5}",
                                           "{\"id\":5}",
                                           "{\"id\":\"\\u00e4\"}",
                                           "{\"id\":\"a\\nb\"}",
                                           "{\"ts\":\"\"}",
                                           "{\"ts\":\"-36h\"}",
                                           "{\"ts\":\"2026-11-22 12:00\"}",
                                           "{\"ts\":-1}",
                                           "{\"ts\":1e300}",
                                           "{\"ts\":null}",
                                           "{\"ts\":[]}"};
    struct command command;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        CU_ASSERT_EQUAL(parse("pause", payloads[i], &command), REFUSED_BAD_VALUE);
        CU_ASSERT_EQUAL(command.name, COMMAND_PAUSE);
    }
}

static void ids_come_back_with_a_refusal(void)
{
    char payload[256];
    char id[COMMAND_ID_MAX + 2];
    struct command command;
    memset(id, 'i', sizeof id);
    id[COMMAND_ID_MAX] = '\0';
    (void)snprintf(payload, sizeof payload, "{\"id\":\"%s\"}", id);
    CU_ASSERT_EQUAL(parse("skip", payload, &command), REFUSED_NOT);
    CU_ASSERT_STRING_EQUAL(command.id, id);
    (void)snprintf(payload, sizeof payload, "{\"id\":\"%si\"}", id);
    CU_ASSERT_EQUAL(parse("skip", payload, &command), REFUSED_BAD_VALUE);
    CU_ASSERT_STRING_EQUAL(command.id, "");
    CU_ASSERT_EQUAL(parse("pain", "{\"id\":\"x\",\"value\":11}", &command), REFUSED_BAD_VALUE);
    CU_ASSERT_STRING_EQUAL(command.id, "x");
    CU_ASSERT_EQUAL(parse("pain", "{\"score\":1,\"id\":\"x\"}", &command), REFUSED_BAD_VALUE);
    CU_ASSERT_STRING_EQUAL(command.id, "x");
    CU_ASSERT_EQUAL(parse("pain", "{\"id\":\"x\",\"ts\":true}", &command), REFUSED_BAD_VALUE);
    CU_ASSERT_STRING_EQUAL(command.id, "x");
}

static void timestamps(void)
{
    struct command command;
    CU_ASSERT_EQUAL(parse("now", "{\"ts\":1795348800.25}", &command), REFUSED_NOT);
    CU_ASSERT_TRUE(command.has_ts);
    CU_ASSERT_EQUAL(command.ts_ms, NOON + 250);
    CU_ASSERT_EQUAL(parse("now", "{\"ts\":\"2026-11-22T13:00:00+01:00\"}", &command), REFUSED_NOT);
    CU_ASSERT_EQUAL(command.ts_ms, NOON);
    CU_ASSERT_EQUAL(parse("now", "", &command), REFUSED_NOT);
    CU_ASSERT_FALSE(command.has_ts);
}

static void times_of_the_injury(void)
{
    static const struct {
        const char *text;
        enum command_injured injured;
        int64_t ms;
    } cases[] = {
        {"2026-11-22T12:00:00Z",      INJURED_AT,  NOON            },
        {"2026-11-22t12:00:00z",      INJURED_AT,  NOON            },
        {"2026-11-22 12:00:00Z",      INJURED_AT,  NOON            },
        {"2026-11-22T12:00:00.999Z",  INJURED_AT,  NOON            },
        {"2026-11-22T06:30:00-05:30", INJURED_AT,  NOON            },
        {"2026-11-22 13:00",          INJURED_AT,  NOON            }, /* Berlin in winter */
        {"2026-07-01 14:00",          INJURED_AT,  1782907200000   }, /* and in summer */
        {"2024-02-29 01:00",          INJURED_AT,  1709164800000   },
        {"-36h",                      INJURED_AGO, 36 * 3600000LL  },
        {"-90m",                      INJURED_AGO, 90 * 60000LL    },
        {"-2d",                       INJURED_AGO, 48 * 3600000LL  },
        {"-0m",                       INJURED_AGO, 0               },
        {"-366d",                     INJURED_AGO, 366 * 86400000LL},
    };
    enum command_injured injured = INJURED_NOW;
    int64_t ms = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(command_time_parse(cases[i].text, &injured, &ms), 0);
        CU_ASSERT_EQUAL(injured, cases[i].injured);
        CU_ASSERT_EQUAL(ms, cases[i].ms);
    }
}

static void times_that_are_none(void)
{
    static const char *const texts[] = {
        "",
        "now",
        "-",
        "-h",
        "-36",
        "-36s",
        "-36hh",
        "--36h",
        "- 36h",
        "-1.5h",
        "-367d",
        "-99999999999999999999h",
        "36h",
        "2026-11-22",
        "2026-11-22T12:00:00",
        "2026-11-22 12:00 ",
        "2026-11-22T12:00Z",
        "2026-13-01 12:00",
        "2026-00-01 12:00",
        "2026-02-30 12:00",
        "2025-02-29 12:00",
        "2026-11-31 12:00",
        "2026-11-00 12:00",
        "2026-11-22 24:00",
        "2026-11-22 12:60",
        "2026-11-22T12:00:60Z",
        "2026-11-22T12:00:00.Z",
        "2026-11-22T12:00:00+1:00",
        "26-11-22 12:00",
        "1969-12-31 12:00",
        "2026-11-22T12:00:00+24:00",
        "2026-11-22T12:00:00Zx",
        "2026/11/22 12:00",
        "2026-11-22T1:00:00Z",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        enum command_injured injured = INJURED_NOW;
        int64_t ms = 4711;
        CU_ASSERT_EQUAL(command_time_parse(texts[i], &injured, &ms), -EINVAL);
        CU_ASSERT_EQUAL(injured, INJURED_NOW);
        CU_ASSERT_EQUAL(ms, 4711);
    }
}

static void what_a_sender_from_afar_may(void)
{
    const struct command_rules rules = {.remote_start = true, .clock_trusted = true, .wall_ms = NOON};
    const struct command_rules none = {.wall_ms = NOON};
    struct command_rules retained = rules;
    retained.retained = true;
    for (int i = COMMAND_NONE + 1; i < COMMAND_COUNT; i++) {
        const struct command command = {.name = (enum command_name)i, .has_ts = true, .ts_ms = NOON};
        bool local = i == COMMAND_FINISH || i == COMMAND_ACK || i == COMMAND_CLOCK || i == COMMAND_INJECT;
        bool energises = i == COMMAND_START || i == COMMAND_NOW;
        CU_ASSERT_EQUAL(command_admit(&command, &retained), REFUSED_RETAINED);
        CU_ASSERT_EQUAL(command_admit(&command, &rules), local ? REFUSED_LOCAL_ONLY : REFUSED_NOT);
        CU_ASSERT_EQUAL(command_admit(&command, &none), local       ? REFUSED_LOCAL_ONLY
                                                        : energises ? REFUSED_REMOTE_START
                                                                    : REFUSED_NOT);
    }
}

static void what_may_energise_has_to_be_fresh(void)
{
    struct command_rules rules = {.remote_start = true, .clock_trusted = true, .wall_ms = NOON};
    struct command command = {.name = COMMAND_START};
    CU_ASSERT_EQUAL(command_admit(&command, &rules), REFUSED_NO_TIMESTAMP);
    static const struct {
        int64_t age_ms;
        enum refusal refusal;
    } cases[] = {
        {0,                       REFUSED_NOT    },
        {COMMAND_AGE_MAX_MS,      REFUSED_NOT    },
        {COMMAND_AGE_MAX_MS + 1,  REFUSED_TOO_OLD},
        {-COMMAND_AGE_MAX_MS,     REFUSED_NOT    },
        {-COMMAND_AGE_MAX_MS - 1, REFUSED_TOO_OLD},
    };
    command.has_ts = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        command.ts_ms = NOON - cases[i].age_ms;
        CU_ASSERT_EQUAL(command_admit(&command, &rules), cases[i].refusal);
    }
    command.ts_ms = NOON;
    rules.clock_trusted = false;
    CU_ASSERT_EQUAL(command_admit(&command, &rules), REFUSED_CLOCK);
    command = (struct command){.name = COMMAND_STOP, .has_ts = true, .ts_ms = 0};
    CU_ASSERT_EQUAL(command_admit(&command, &rules), REFUSED_NOT);
}

static void any_bytes_do_no_harm(void)
{
    static const char alphabet[] = "{}[]\":,idtsvalue0123456789-+.eE\\u \n\0\xff";
    unsigned seed = (unsigned)time(NULL);
    (void)printf("(seed %u) ", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        char payload[48];
        char why[256];
        struct command command;
        size_t length = (size_t)rand() % sizeof payload;
        for (size_t i = 0; i < length; i++) {
            payload[i] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
        }
        const char *name = command_name((enum command_name)(rand() % COMMAND_COUNT));
        enum refusal refusal = command_parse(name, strlen(name), payload, length, &command, why, sizeof why);
        CU_ASSERT_TRUE((unsigned)refusal < REFUSED_COUNT);
        CU_ASSERT_TRUE(command.id[COMMAND_ID_MAX] == '\0');
    }
}

static const struct suite_test tests[] = {
    {"every command is known by its name",                       every_command_has_a_name         },
    {"a name that is none is refused",                           names_that_are_none              },
    {"numbers are taken within their bounds only",               numbers_within_their_bounds      },
    {"nothing, PRESS and an empty object are the same",          nothing_and_press_are_the_same   },
    {"a stop is a stop whatever comes with it",                  a_stop_is_a_stop                 },
    {"payloads and texts have a length, and no NUL byte",        payloads_have_a_length           },
    {"JSON that says something else is refused",                 json_that_is_refused             },
    {"the id comes back with a refusal",                         ids_come_back_with_a_refusal     },
    {"a ts is Unix time or RFC 3339",                            timestamps                       },
    {"the time of the injury is read in each of its forms",      times_of_the_injury              },
    {"a time that does not exist is refused, outputs untouched", times_that_are_none              },
    {"from afar: nothing retained, nothing local, no start",     what_a_sender_from_afar_may      },
    {"what may energise needs a fresh ts and a trusted clock",   what_may_energise_has_to_be_fresh},
    {"any bytes do no harm",                                     any_bytes_do_no_harm             },
};

int main(void)
{
    (void)setenv("TZ", "Europe/Berlin", 1);
    tzset();
    return suite_run("command", tests, sizeof tests / sizeof tests[0]);
}
