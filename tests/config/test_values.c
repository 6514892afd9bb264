#include "config_cases.h"

#include <errno.h>

#define EXPECT(cases) expect_mistakes(cases, sizeof cases / sizeof cases[0])

static void the_text_that_the_cases_edit_is_good(void)
{
    struct config config;
    expect_good("back-pad", "back-pad", &config);
    CU_ASSERT_STRING_EQUAL(config.device_id, "back-pad");
    CU_ASSERT_STRING_EQUAL(config.device_name, "back-pad");
}

static void unknown_keys_name_the_nearest_and_the_allowed_ones(void)
{
    static const struct config_case cases[] = {
        {"\"version\": 1,",      "\"version\": 1, @\"limts\": {},",                 "limts",
         "did you mean \"limits\"? Allowed: $schema, version"                                                                                    },
        {"\"version\": 1,",      "\"version\": 1, @\"Plan\": {},",                  "Plan",                          "did you mean \"plan\"?"    },
        {"\"version\": 1,",      "\"version\": 1, @\"zzzzzzzzz\": 1,",              "zzzzzzzzz",                     "unknown key; allowed: "    },
        {"\"version\": 1,",      "\"version\": 1, @\"plan.phases\": 1,",            "plan.phases",                   "unknown key"               },
        {"\"version\": 1,",      "\"version\": 1, @\"\": 1,",                       "",                              "unknown key"               },
        {"\"version\": 1,",      "\"version\": 1, @\"a\\u001bb\": 1,",              "a?b",                           "unknown key"               },
        {"\"days\": 3",          "\"days\": 3, @\"sesion_minutes\": [1, 2]",        "plan.phases[0].sesion_minutes",
         "did you mean \"session_minutes\"?"                                                                                                     },
        {"\"days\": 7",          "\"days\": 7, @\"taregt_c\": 40",                  "plan.phases[1].taregt_c",       "did you mean \"target_c\"?"},
        {"\"host\": \"broker\"", "\"host\": \"broker\", @\"pasword_file\": \"/x\"", "mqtt.pasword_file",
         "did you mean \"password_file\"?"                                                                                                       },
        {"\"line\": 17",         "\"line\": 17, @\"fan\": {\"fan\": 1}",            "pad.heat.fan",
         "unknown key; allowed: line, active_low, kind"                                                                                          },
    };
    EXPECT(cases);
}

static void a_key_may_stand_once_however_it_is_written(void)
{
    static const struct config_case cases[] = {
        {"\"version\": 1,", "\"version\": 1,\n @\"version\": 1,",     "version",             "already given on line 2"},
        {"\"version\": 1,", "\"version\": 1, @\"\\u0076ersion\": 1,", "version",             "already given on line 2"},
        {"\"days\": 7",     "\"days\": 7, @\"days\": 700",            "plan.phases[1].days", "already given on line 7"},
    };
    EXPECT(cases);
}

static void missing_keys_are_named_with_their_meaning(void)
{
    static const struct config_case cases[] = {
        {"{\n  \"version\": 1,",                      "@{\n",                      "version",             "is missing here: the format of this file"},
        {"{ \"id\": \"back-pad\" }",                  "@{}",                       "device.id",           "is missing here"                         },
        {"{ \"name\": \"ice\",",                      "@{ ",                       "plan.phases[0].name", "is missing here"                         },
        {"{ \"name\": \"heat\", \"mode\": \"heat\",", "@{ \"name\": \"heat\",",    "plan.phases[1].mode",
         "is missing here"                                                                                                                          },
        {"{ \"line\": 17, \"kind\": \"mosfet\" }",    "@{ \"line\": 17 }",         "pad.heat.kind",
         "is missing here: what switches"                                                                                                           },
        {"{ \"line\": 17, \"kind\": \"mosfet\" }",    "@{ \"kind\": \"mosfet\" }", "pad.heat.line",       "is missing here"                         },
        {"{ \"host\": \"broker\" }",                  "@{}",                       "mqtt.host",           "is missing here"                         },
    };
    EXPECT(cases);
}

static void numbers_have_a_type_a_range_and_a_unit(void)
{
    static const struct config_case cases[] = {
        {"\"version\": 1",   "\"version\": @2",                                           "version",                    "2 is too large; allowed: 1"              },
        {"\"version\": 1",   "\"version\": @\"1\"",                                       "version",                    "must be a number; allowed: 1"            },
        {"\"plan\": {",      "\"plan\": { \"notice_minutes\": @61,",                      "plan.notice_minutes",
         "61 is too large; allowed: 0 to 60 min"                                                                                                                  },
        {"\"plan\": {",      "\"plan\": { \"notice_minutes\": @-1,",                      "plan.notice_minutes",        "-1 is too small"                         },
        {"\"plan\": {",      "\"plan\": { \"notice_minutes\": @1e999,",                   "plan.notice_minutes",        "not a finite number"                     },
        {"\"plan\": {",      "\"plan\": { \"notice_minutes\": @null,",                    "plan.notice_minutes",        "must be a number"                        },
        {"\"days\": 7",      "\"days\": @0",                                              "plan.phases[1].days",        "0 is too small; allowed: 0.01 to 60 days"},
        {"\"target_c\": 40", "\"target_c\": @41.001",                                     "plan.phases[1].target_c",    "41.001 is too large"                     },
        {"\"target_c\": 10", "\"target_c\": @7.999",                                      "plan.phases[0].target_c",    "7.999 is too small"                      },
        {"\"target_c\": 10", "\"target_c\": 10, \"tolerance_c\": @0",                     "plan.phases[0].tolerance_c", "0.1 to 3"                                },
        {"\"channel\": 0",   "\"channel\": @0.5",                                         "sensors[0].channel",         "0.5 is no whole number; allowed: 0 to 31"},
        {"4700",             "@99.9",                                                     "sensors[0].series_ohm",      "allowed: 100 to 1000000 ohm"             },
        {"4700",             "@1000001",                                                  "sensors[0].series_ohm",      "1000001 is too large"                    },
        {"\"host\"",         "\"port\": @0, \"host\"",                                    "mqtt.port",                  "allowed: 1 to 65535"                     },
        {"\"host\"",         "\"port\": @65536, \"host\"",                                "mqtt.port",                  "65536 is too large"                      },
        {"\"mosfet\"",       "\"mosfet\", \"pwm_period_s\": @0.9",                        "pad.heat.pwm_period_s",      "1 to 10 s"                               },
        {"\"relay\"",        "\"relay\", \"min_off_s\": @9",                              "pad.cool.min_off_s",         "10 to 600 s"                             },
        {"\"version\": 1",   "\"limits\": { \"too_hot_trip_c\": @43.1 }, \"version\": 1", "limits.too_hot_trip_c",
         "31 to 43"                                                                                                                                               },
        {"\"version\": 1",   "\"limits\": { \"too_cold_trip_c\": @4.9 }, \"version\": 1", "limits.too_cold_trip_c",
         "5 to 19"                                                                                                                                                },
        {"\"version\": 1",   "\"limits\": { \"day_dose_cem43\": @9.5 }, \"version\": 1",  "limits.day_dose_cem43",
         "CEM43"                                                                                                                                                  },
    };
    EXPECT(cases);
}

static void ranges_are_two_numbers_in_order(void)
{
    static const struct config_case cases[] = {
        {"[20, 30]", "@[30, 20]",     "plan.phases[0].session_minutes",
         "the first number, 30, is larger than the second, 20"                                                           },
        {"[20, 30]", "@[20]",         "plan.phases[0].session_minutes", "must be a list of two numbers, each 1 to 45 min"},
        {"[20, 30]", "@20",           "plan.phases[0].session_minutes", "must be a list of two numbers"                  },
        {"[20, 30]", "@[20, 25, 30]", "plan.phases[0].session_minutes", "must be a list of two numbers"                  },
        {"[20, 30]", "[20, @45.1]",   "plan.phases[0].session_minutes", "45.1 is too large; allowed: 1 to 45 min"        },
        {"[20, 30]", "[@0.5, 30]",    "plan.phases[0].session_minutes", "0.5 is too small"                               },
        {"[3, 4]",   "[@\"3\", 4]",   "plan.phases[0].every_hours",     "must be a number; allowed: 2 to 48 h"           },
        {"[3, 4]",   "[@1.9, 4]",     "plan.phases[0].every_hours",     "1.9 is too small"                               },
    };
    EXPECT(cases);
}

static void quiet_hours_are_two_times_of_day(void)
{
    static const struct config_case cases[] = {
        {"[\"23:00\", \"07:00\"]", "[@\"24:00\", \"07:00\"]",             "plan.phases[1].quiet_hours", "is no time of day"             },
        {"[\"23:00\", \"07:00\"]", "[\"23:00\", @\"07:60\"]",             "plan.phases[1].quiet_hours", "is no time of day"             },
        {"[\"23:00\", \"07:00\"]", "[\"23:00\", @\"7:00\"]",              "plan.phases[1].quiet_hours", "two digits"                    },
        {"[\"23:00\", \"07:00\"]", "[\"23:00\", @7]",                     "plan.phases[1].quiet_hours", "is no time of day"             },
        {"[\"23:00\", \"07:00\"]", "@[\"23:00\", \"23:00\"]",             "plan.phases[1].quiet_hours", "at the same time"              },
        {"[\"23:00\", \"07:00\"]", "@[\"23:00\"]",                        "plan.phases[1].quiet_hours", "must be [\"HH:MM\", \"HH:MM\"]"},
        {"[\"23:00\", \"07:00\"]", "@\"23:00-07:00\"",                    "plan.phases[1].quiet_hours", "must be [\"HH:MM\", \"HH:MM\"]"},
        {"\"plan\": {",            "\"plan\": { \"quiet_hours\": @true,", "plan.quiet_hours",           "must be"                       },
    };
    EXPECT(cases);
}

static void words_come_from_closed_lists(void)
{
    static const struct config_case cases[] = {
        {"\"ice\"",              "@\"icee\"",                              "plan.phases[0].name",
         "\"icee\" is not known: did you mean \"ice\"? Allowed: \"ice\", \"heat\""                                                          },
        {"\"cool\", \"days\"",   "@\"chill\", \"days\"",                   "plan.phases[0].mode",
         "allowed: \"cool\", \"heat\", \"remind\""                                                                                          },
        {"\"mosfet\"",           "@\"ssr\"",                               "pad.heat.kind",       "allowed: \"mosfet\", \"relay\""          },
        {"\"role\": \"pad\"",    "\"role\": @\"skin\"",                    "sensors[0].role",     "allowed: \"pad\", \"hot_side\", \"room\""},
        {"[\"heat\", \"cool\"]", "[\"heat\", @\"fan\"]",                   "sensors[0].of",
         "is no output; allowed: \"heat\", \"cool\" or both"                                                                                },
        {"[\"heat\", \"cool\"]", "[\"heat\", @\"heat\"]",                  "sensors[0].of",       "is named twice"                          },
        {"[\"heat\", \"cool\"]", "@[]",                                    "sensors[0].of",       "must be a list of"                       },
        {"[\"heat\", \"cool\"]", "@\"heat\"",                              "sensors[0].of",       "must be a list of"                       },
        {"\"version\": 1",       "\"units\": @\"K\", \"version\": 1",      "units",               "allowed: \"C\", \"F\""                   },
        {"\"version\": 1",       "\"language\": @\"fr\", \"version\": 1",  "language",            "allowed: \"en\", \"de\""                 },
        {"\"host\"",             "\"discovery\": @true, \"host\"",         "mqtt.discovery",      "must be one of \"device\", \"off\""      },
        {"\"host\"",             "\"remote_start\": @\"false\", \"host\"", "mqtt.remote_start",
         "must be true or false, without quotes"                                                                                            },
        {"\"heat\": {",          "\"wired\": @1, \"heat\": {",             "pad.wired",           "must be true or false"                   },
    };
    EXPECT(cases);
}

static void text_has_a_length_and_a_rule(void)
{
    static const struct config_case cases[] = {
        {"\"back-pad\"",   "@\"Back pad\"",                                                 "device.id",          "\"Back pad\" is not allowed here: only a-z, 0-9, _ and -"},
        {"\"back-pad\"",   "@\"a/b\"",                                                      "device.id",          "only a-z"                                                },
        {"\"back-pad\"",   "@\"\"",                                                         "device.id",          "has 0 bytes; allowed: 1 to 32"                           },
        {"\"back-pad\"",   "@\"123456789012345678901234567890123\"",                        "device.id",          "has 33 bytes; allowed: 1 to 32"                          },
        {"\"back-pad\"",   "@7",                                                            "device.id",          "must be text in double quotes"                           },
        {"\"back-pad\"",   "\"x\", \"name\": @\"a\\nb\"",                                   "device.name",        "control character"                                       },
        {"\"back-pad\"",   "\"x\", \"name\": @\"a\\u009bb\"",                               "device.name",        "control character"                                       },
        {"\"broker\"",     "@\"mqtt://broker\"",                                            "mqtt.host",          "without scheme"                                          },
        {"\"broker\"",     "@\"\"",                                                         "mqtt.host",          "has 0 bytes; allowed: 1 to 255"                          },
        {"\"host\"",       "\"username\": \"u\", \"password_file\": @\"secret\", \"host\"", "mqtt.password_file",
         "absolute path"                                                                                                                                                    },
        {"\"host\"",       "\"tls\": { \"ca_file\": @\"ca.pem\" }, \"host\"",               "mqtt.tls.ca_file",   "absolute path"                                           },
        {"\"1-0048\"",     "@\"i2c/1-0048\"",                                               "sensors[0].iio",     "a name without /"                                        },
        {"\"1-0048\"",     "@\"/sys/bus/iio/../x\"",                                        "sensors[0].iio",     "without \"..\""                                          },
        {"\"NCP18XH103\"", "@\"NTC 10k\"",                                                  "sensors[0].part",    "one of NTCLE100E3103, B57861S0103"                       },
        {"\"version\": 1", "\"timezone\": @\"../../../etc/passwd\", \"version\": 1",        "timezone",           "time zone under"                                         },
        {"\"version\": 1", "\"timezone\": @\"../zoneinfo/Europe/Berlin\", \"version\": 1",  "timezone",
         "time zone under"                                                                                                                                                  },
        {"\"version\": 1", "\"timezone\": @\"/etc/localtime\", \"version\": 1",             "timezone",           "time zone under"                                         },
        {"\"version\": 1", "\"timezone\": @\"Europe\", \"version\": 1",                     "timezone",           "such as \"Europe/Berlin\""                               },
        {"\"version\": 1", "\"timezone\": @\"Europe/Nowhere\", \"version\": 1",             "timezone",           "\"Europe/Nowhere\""                                      },
        {"\"version\": 1", "\"$schema\": @1, \"version\": 1",                               "$schema",            "must be text"                                            },
    };
    EXPECT(cases);
}

static void lines_are_offsets_or_names(void)
{
    struct config config;
    static const struct config_case cases[] = {
        {"\"line\": 17", "\"line\": @64",   "pad.heat.line", "64 is too large; allowed: 0 to 63"},
        {"\"line\": 17", "\"line\": @-1",   "pad.heat.line", "-1 is too small"                  },
        {"\"line\": 17", "\"line\": @17.5", "pad.heat.line", "no whole number"                  },
        {"\"line\": 17", "\"line\": @[17]", "pad.heat.line", "its name in double quotes"        },
        {"\"line\": 17", "\"line\": @\"\"", "pad.heat.line", "1 to 31 printable bytes"          },
    };
    EXPECT(cases);
    expect_good("\"line\": 17", "\"line\": \"GPIO17\"", &config);
    CU_ASSERT_STRING_EQUAL(config.pad.lines[LINE_HEAT].name, "GPIO17");
    CU_ASSERT_EQUAL(config.pad.lines[LINE_HEAT].offset, -1);
    CU_ASSERT_EQUAL(config.pad.lines[LINE_COOL].offset, 27);
    CU_ASSERT_FALSE(config.pad.lines[LINE_FAN].used);
}

static void objects_and_lists_are_what_they_must_be(void)
{
    static const struct config_case cases[] = {
        {"{ \"id\": \"back-pad\" }",               "@[]",                      "device",   "must be an object"},
        {"{ \"host\": \"broker\" }",               "@\"broker\"",              "mqtt",     "must be an object"},
        {"{ \"line\": 17, \"kind\": \"mosfet\" }", "@17",                      "pad.heat", "must be an object"},
        {"\"host\"",                               "\"tls\": @true, \"host\"", "mqtt.tls", "{} is enough"     },
    };
    EXPECT(cases);
}

static void curves_of_ones_own_have_their_form(void)
{
    static const struct config_case cases[] = {
        {"\"part\": \"NCP18XH103\"", "\"steinhart_hart\": @[1, 2]",                      "sensors[0].steinhart_hart", "three numbers"   },
        {"\"part\": \"NCP18XH103\"", "\"steinhart_hart\": [1, @2, 0]",                   "sensors[0].steinhart_hart", "allowed: -1 to 1"},
        {"\"part\": \"NCP18XH103\"", "\"beta\": @{ \"r25_ohm\": 1e4 }",                  "sensors[0].beta.beta_k",    "is missing here" },
        {"\"part\": \"NCP18XH103\"", "\"beta\": { \"r25_ohm\": 1e4, \"beta_k\": @100 }", "sensors[0].beta.beta_k",
         "2000 to 6000 K"                                                                                                               },
        {"\"part\": \"NCP18XH103\"", "\"table\": @[[97070, -20]]",                       "sensors[0].table",          "2 to 64 points"  },
        {"\"part\": \"NCP18XH103\"", "\"table\": [[97070, -20], @[1]]",                  "sensors[0].table",          "two numbers"     },
        {"\"part\": \"NCP18XH103\"", "\"table\": [[97070, -20], @[0, 85]]",              "sensors[0].table",
         "a resistance of 0 ohm"                                                                                                        },
        {"\"part\": \"NCP18XH103\"", "\"table\": [[97070, -20], @[1072, 850]]",          "sensors[0].table",          "850 degrees"     },
    };
    EXPECT(cases);
}

static void every_mistake_is_reported_at_once_in_file_order(void)
{
    static const char text[] = "{ \"version\": 3,\n"
                               "  \"device\": { \"id\": \"B\" }, \"plan\": { \"phases\": [] },\n"
                               "  \"sensors\": [ { } ],\n"
                               "  \"colour\": 1,\n"
                               "  \"mqtt\": { \"host\": \"\", \"port\": \"x\" } }\n";
    static const struct {
        int line, column;
        const char *path, *what;
    } expected[] = {
        {1, 14, "version",               "too large"                                               },
        {2, 21, "device.id",             "only a-z"                                                },
        {2, 48, "plan.phases",           "0 are given; allowed: 1 to 4"                            },
        {3, 16, "sensors[0].iio",        "is missing"                                              },
        {3, 16, "sensors[0].channel",    "is missing"                                              },
        {3, 16, "sensors[0].series_ohm", "is missing"                                              },
        {3, 16, "sensors[0].role",       "is missing"                                              },
        {3, 16, "sensors[0].part",       "is missing here: the thermistor's \"part\", or its curve"},
        {4, 3,  "colour",                "unknown key"                                             },
        {5, 21, "mqtt.host",             "has 0 bytes"                                             },
        {5, 33, "mqtt.port",             "must be a number"                                        },
    };
    struct config config;
    struct config_errors errors;
    CU_ASSERT_EQUAL(config_parse(text, strlen(text), &config, &errors), -EINVAL);
    CU_ASSERT_EQUAL(errors.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < errors.count && i < sizeof expected / sizeof expected[0]; i++) {
        CU_ASSERT(error_is(&errors.items[i], expected[i].line, expected[i].column, expected[i].path, expected[i].what));
    }
}

static void the_first_mistakes_of_very_many_are_kept(void)
{
    static char text[16384] = "{\n";
    struct config config;
    struct config_errors errors;
    for (int i = 0; i < 200; i++) {
        char line[32];
        snprintf(line, sizeof line, "\"key-%d\": 0,\n", i);
        strcat(text, line);
    }
    strcat(text, "\"version\": 1, \"device\": {\"id\": \"x\"}, \"plan\": {\"phases\": []} }");
    CU_ASSERT_EQUAL(config_parse(text, strlen(text), &config, &errors), -EINVAL);
    CU_ASSERT_EQUAL(errors.count, 201);
    CU_ASSERT_EQUAL(errors.items[0].line, 2);
    CU_ASSERT_EQUAL(errors.items[CONFIG_ERRORS_MAX - 1].line, CONFIG_ERRORS_MAX + 1);
}

static const struct suite_test tests[] = {
    {"the text that the cases edit is good",               the_text_that_the_cases_edit_is_good              },
    {"unknown keys name the nearest and the allowed ones", unknown_keys_name_the_nearest_and_the_allowed_ones},
    {"a key may stand once, however it is written",        a_key_may_stand_once_however_it_is_written        },
    {"missing keys are named with their meaning",          missing_keys_are_named_with_their_meaning         },
    {"numbers have a type, a range and a unit",            numbers_have_a_type_a_range_and_a_unit            },
    {"ranges are two numbers in order",                    ranges_are_two_numbers_in_order                   },
    {"quiet hours are two times of day",                   quiet_hours_are_two_times_of_day                  },
    {"words come from closed lists",                       words_come_from_closed_lists                      },
    {"text has a length and a rule",                       text_has_a_length_and_a_rule                      },
    {"lines are offsets or names",                         lines_are_offsets_or_names                        },
    {"objects and lists are what they must be",            objects_and_lists_are_what_they_must_be           },
    {"curves of one's own have their form",                curves_of_ones_own_have_their_form                },
    {"every mistake is reported at once, in file order",   every_mistake_is_reported_at_once_in_file_order   },
    {"the first mistakes of very many are kept",           the_first_mistakes_of_very_many_are_kept          },
};

int main(void)
{
    return suite_run("config values", tests, sizeof tests / sizeof tests[0]);
}
