#include "config_cases.h"

#define EXPECT(cases) expect_mistakes(cases, sizeof cases / sizeof cases[0])
#define MINUTE_MS     INT64_C(60000)
#define HOUR_MS       (60 * MINUTE_MS)

/* For a mistake that shows elsewhere than where the edit was made. */
static void expect_mistake_at(const char *find, const char *put, int line, int column, const char *path,
                              const char *what)
{
    struct config config;
    struct config_errors errors;
    size_t mark = 0;
    char *text = edited_text(find, put, &mark);
    CU_ASSERT_EQUAL(config_parse(text, strlen(text), &config, &errors), -EINVAL);
    CU_ASSERT_EQUAL(errors.count, 1);
    CU_ASSERT(error_is(&errors.items[0], line, column, path, what));
    free(text);
}

static void modes_fit_their_phase(void)
{
    static const struct config_case cases[] = {
        {"\"cool\", \"days\"",            "@\"heat\", \"days\"", "plan.phases[0].mode",
         "allowed for \"ice\": \"cool\", \"remind\""                                                                   },
        {"[\"23:00\", \"07:00\"] } ] },",
         "[\"23:00\", \"07:00\"] }, { \"name\": @\"ice\", \"mode\": \"cool\", \"days\": 1, \"session_minutes\": [20, "
         "30], "
         "\"every_hours\": [3, 4], \"target_c\": 10 } ] },",     "plan.phases[2].name", "allowed: all ice phases first"},
        {"\"mode\": \"heat\"",            "\"mode\": @\"cool\"", "plan.phases[1].mode",
         "allowed for \"heat\": \"heat\", \"remind\""                                                                  },
    };
    EXPECT(cases);
}

static void targets_are_judged_by_their_phase(void)
{
    struct config config;
    static const struct config_case cases[] = {
        {"\"target_c\": 10",                                          "\"target_c\": @20.1", "plan.phases[0].target_c",
         "20.1 is too hot for ice; allowed: 8 to 20"                                                                                                                       },
        {"\"target_c\": 40",                                          "\"target_c\": @29.9", "plan.phases[1].target_c",
         "29.9 is too cold for heat; allowed: 30 to 41"                                                                                                                    },
        {"{ \"name\": \"heat\", \"mode\": \"heat\", \"days\": 7, \"session_minutes\": [15, 25],\n"
         "      \"every_hours\": [4, 5], \"target_c\": 40,", "@{ \"name\": \"heat\", \"mode\": \"heat\", \"days\": 7, \"session_minutes\": [15, 25], \"every_hours\": [4, "
         "5],",         "plan.phases[1].target_c", "is missing here: temperature of the pad, 30 to 41"},
    };
    EXPECT(cases);
    expect_good("\"target_c\": 10", "\"target_c\": 20", &config);
    CU_ASSERT_EQUAL(config.plan.phases[0].target_mc, 20000);
    expect_good("\"target_c\": 10", "\"target_c\": 8", &config);
    expect_good("\"target_c\": 40", "\"target_c\": 30", &config);
}

static void the_off_time_of_two_hours_fits_between_sessions(void)
{
    struct config config;
    static const struct config_case cases[] = {
        {"[3, 4]", "@[2.49, 4]", "plan.phases[0].every_hours",
         "2.49 h is too soon after a session of up to 30 minutes: the pad rests 2 h without power after each; allowed: "
         "2.5 h or more"                                                                 },
        {"[4, 5]", "@[2.4, 5]",  "plan.phases[1].every_hours", "allowed: 2.417 h or more"},
    };
    EXPECT(cases);
    expect_good("[3, 4]", "[2.5, 2.5]", &config);
    CU_ASSERT_EQUAL(config.plan.phases[0].every_min_ms, HOUR_MS * 5 / 2);
    CU_ASSERT_EQUAL(config.plan.phases[0].every_max_ms, HOUR_MS * 5 / 2);
    expect_good("[4, 5], \"target_c\": 40", "[2.417, 5], \"target_c\": 39", &config);
}

static void a_dose_that_cannot_hold_names_the_target_that_would(void)
{
    struct config config;
    static const struct config_case cases[] = {
  /* 41.5 degrees for 25 min: 3.125 CEM43 a session */
        {"\"target_c\": 40",         "\"target_c\": @41",         "plan.phases[1].target_c",
         "41 + 0.5 for 25 min is 3.12 CEM43 a session (allowed: 2), up to 6 a day 18.75 (allowed: 9); a target of 40.4 "
         "or "
         "less holds"                                                                                                        },
        {"[4, 5], \"target_c\": 40", "[5, 6], \"target_c\": @41", "plan.phases[1].target_c", "up to 5 a day"                 },
        {"\"target_c\": 40",         "\"target_c\": @40.5",       "plan.phases[1].target_c", "a target of 40.4 or less holds"},
    };
    EXPECT(cases);
    expect_good("\"target_c\": 40", "\"target_c\": 40.4", &config);
    expect_good("[15, 25]", "[15, 16]", &config);
}

static void a_tighter_dose_limit_is_held_too(void)
{
    static const struct config_case cases[] = {
        {"\"target_c\": 40, \"quiet_hours\": [\"23:00\", \"07:00\"] } ] },",
         "\"target_c\": @40, \"quiet_hours\": [] } ] }, \"limits\": { \"session_dose_cem43\": 0.5 },", "plan.phases[1].target_c", "(allowed: 0.5)"},
        {"\"target_c\": 40, \"quiet_hours\": [\"23:00\", \"07:00\"] } ] },",
         "\"target_c\": @40, \"quiet_hours\": [] } ] }, \"limits\": { \"session_dose_cem43\": 0.01 , "
         "\"day_dose_cem43\": 0.01 },",                                                                "plan.phases[1].target_c", "a target of 3" },
    };
    EXPECT(cases);
}

static void limits_lie_beyond_the_band_and_lockouts_beyond_trips(void)
{
    struct config config;
    static const struct config_case cases[] = {
        {"\"target_c\": 10", "\"target_c\": @8, \"tolerance_c\": 3",                        "plan.phases[0].target_c",
         "the band, 8 - 3, reaches the cutoff at 5 (limits.too_cold_trip_c): keep it above"},
        {"\"version\": 1",   "\"limits\": { \"too_hot_lockout_c\": @43 }, \"version\": 1",  "limits.too_hot_lockout_c",
         "the lockout at 43 must lie above the trip at 43"                                 },
        {"\"version\": 1",   "\"limits\": { \"too_cold_lockout_c\": @5 }, \"version\": 1",  "limits.too_cold_lockout_c",
         "must lie below the trip at 5"                                                    },
        {"\"version\": 1",   "\"limits\": { \"hot_side_lockout_c\": @59 }, \"version\": 1", "limits.hot_side_lockout_c",
         "must lie above the trip at 60"                                                   },
    };
    EXPECT(cases);
    expect_mistake_at("\"version\": 1", "\"limits\": { \"too_hot_trip_c\": 40.5 }, \"version\": 1", 8, 42,
                      "plan.phases[1].target_c",
                      "the band, 40 + 0.5, reaches the cutoff at 40.5 (limits.too_hot_trip_c): keep it below");
    expect_good("\"target_c\": 10", "\"target_c\": 8, \"tolerance_c\": 2.9", &config);
    CU_ASSERT_EQUAL(config.plan.phases[0].tolerance_mc, 2900);
    expect_good("\"version\": 1", "\"limits\": { \"too_hot_trip_c\": 40.6, \"too_hot_lockout_c\": 41 }, \"version\": 1",
                &config);
    CU_ASSERT_EQUAL(config.limits.too_hot_trip_mc, 40600);
}

static void sessions_keep_within_the_limit(void)
{
    static const struct config_case cases[] = {
        {"\"version\": 1,\n  \"device\": { \"id\": \"back-pad\" },\n"
         "  \"plan\": { \"phases\": [\n"
         "    { \"name\": \"ice\", \"mode\": \"cool\", \"days\": 3, \"session_minutes\": [20, 30],", "\"limits\": { \"session_max_minutes\": 29 }, \"version\": 1, \"device\": { \"id\": \"x\" }, \"plan\": { "
         "\"phases\": [\n"
         "    { \"name\": \"ice\", \"mode\": \"cool\", \"days\": 3, \"session_minutes\": @[20, 30],", "plan.phases[0].session_minutes", "30 minutes are longer than limits.session_max_minutes, 29"},
    };
    EXPECT(cases);
}

static void the_last_phase_needs_days_and_all_together_are_limited(void)
{
    struct config config;
    static const struct config_case cases[] = {
        {"{ \"name\": \"heat\", \"mode\": \"heat\", \"days\": 7,",                  "@{ \"name\": \"heat\", \"mode\": \"heat\", ",
         "plan.phases[1].days",                                                                                                                   "is missing here: how many days"},
        {"\"phases\": [\n    { \"name\": \"ice\", \"mode\": \"cool\", \"days\": 3",
         "\"phases\": @[\n    { \"name\": \"ice\", \"mode\": \"cool\", \"days\": 53.1",                                            "plan.phases",
         "the phases last 60.1 days together; allowed: 60"                                                                                                                        },
    };
    EXPECT(cases);
    expect_good("\"days\": 3, ", "", &config);
    CU_ASSERT_EQUAL(config.plan.phases[0].length_ms, 72 * HOUR_MS);
    expect_good("\"days\": 3", "\"days\": 53", &config);
}

static void an_output_that_a_phase_needs_must_be_there(void)
{
    expect_mistake_at(", \"cool\": { \"line\": 27, \"kind\": \"relay\" } }", " }", 5, 30, "plan.phases[0].mode",
                      "needs the output pad.cool");
    expect_mistake_at("[\"heat\", \"cool\"]", "[\"heat\"]", 5, 30, "plan.phases[0].mode", "\"of\": [\"cool\"]");
}

static void a_plan_that_only_reminds_needs_no_hardware(void)
{
    static const char text[] =
        "{ \"version\": 1, \"device\": { \"id\": \"x\", \"name\": \"Rücken\" },\n"
        "\"plan\": { \"quiet_hours\": [\"22:00\", \"06:30\"], \"phases\": [\n"
        "{ \"name\": \"ice\", \"mode\": \"remind\", \"session_minutes\": [20, 20], \"every_hours\": [3, 4] },\n"
        "{ \"name\": \"heat\", \"mode\": \"remind\", \"days\": 2, \"session_minutes\": [20, 30], "
        "\"every_hours\": [3, 4], \"quiet_hours\": null } ] } }";
    struct config config;
    struct config_errors errors;
    CU_ASSERT_EQUAL_FATAL(config_parse(text, strlen(text), &config, &errors), 0);
    CU_ASSERT(config.plan.phases[0].remind && config.plan.phases[1].remind);
    CU_ASSERT_EQUAL(config.plan.phases[0].mode, DRIVE_COOL);
    CU_ASSERT_EQUAL(config.plan.phases[0].target_mc, 10000);
    CU_ASSERT_EQUAL(config.plan.phases[1].mode, DRIVE_HEAT);
    CU_ASSERT(config.plan.phases[0].quiet.set && config.plan.phases[0].quiet.from_min == 1320);
    CU_ASSERT_EQUAL(config.plan.phases[0].quiet.to_min, 390);
    CU_ASSERT_FALSE(config.plan.phases[1].quiet.set);
    CU_ASSERT_EQUAL(config.sensor_count, 0);
    CU_ASSERT_FALSE(config.mqtt.enabled);
    CU_ASSERT_FALSE(config.pad.wired);
    CU_ASSERT_FALSE(config.pad.heat.used);
    CU_ASSERT_EQUAL(config.pad.heat.thermostat.kind, THERMOSTAT_NONE);
    CU_ASSERT_STRING_EQUAL(config.device_name, "Rücken");
}

static void lines_and_kinds_agree(void)
{
    static const struct config_case cases[] = {
        {"\"line\": 27", "\"line\": @17",                           "pad.cool.line",         "is the same line as pad.heat.line"},
        {"\"heat\": {",  "\"led\": { \"line\": @27 }, \"heat\": {", "pad.led.line",          "is the same line as pad.cool.line"},
        {"\"mosfet\"",   "\"mosfet\", \"min_on_s\": @30",           "pad.heat.min_on_s",     "has no meaning for a mosfet"      },
        {"\"relay\"",    "\"relay\", \"pwm_period_s\": @2",         "pad.cool.pwm_period_s", "has no meaning for a relay"       },
    };
    EXPECT(cases);
}

static void sensors_have_one_curve_one_supply_and_their_own_channel(void)
{
    static const struct config_case cases[] = {
        {"\"part\": \"NCP18XH103\"",       "\"part\": \"NCP18XH103\", \"beta\": @{ \"r25_ohm\": 10000, \"beta_k\": 3950 }",
         "sensors[0].beta",                                                                                                                              "one curve too many"                        },
        {"\"part\": \"NCP18XH103\"",       "\"table\": @[[97070, -20], [10000, 25]]",                                       "sensors[0].table",          "from -20 to 85"                            },
        {"\"part\": \"NCP18XH103\"",       "\"table\": @[[1000, -20], [10000, 85]]",                                        "sensors[0].table",
         "no curve of an NTC"                                                                                                                                                                        },
        {"\"part\": \"NCP18XH103\"",       "\"steinhart_hart\": @[0, 0, 0]",                                                "sensors[0].steinhart_hart",
         "no curve of an NTC"                                                                                                                                                                        },
        {"\"supply_channel\": 3",          "\"supply_channel\": @0",                                                        "sensors[0].supply_channel", "own channel, 0"                            },
        {"\"supply_channel\": 3",          "\"supply_channel\": 3, \"supply_v\": @3.3",                                     "sensors[0].supply_v",
         "has no meaning beside"                                                                                                                                                                     },
        {"\"of\": [\"heat\", \"cool\"] }",
         "\"of\": [\"heat\", \"cool\"] }, { \"iio\": \"1-0048\", \"channel\": @0, \"part\": "
         "\"103AT-2\", \"series_ohm\": 1e4, \"role\": \"room\" }",                                                          "sensors[1].channel",        "is already read by sensors[0]"             },
        {"\"of\": [\"heat\", \"cool\"] }",
         "\"of\": [\"heat\", \"cool\"] }, { \"iio\": \"1-0048\", \"channel\": 1, \"part\": "
         "\"103AT-2\", \"series_ohm\": 1e4, \"role\": \"room\", \"name\": @\"pad\" }",                                      "sensors[1].name",           "is already the name of sensors[0]"         },
        {"\"of\": [\"heat\", \"cool\"] }",
         "\"of\": [\"heat\", \"cool\"] }, { \"iio\": \"1-0048\", \"channel\": 1, \"part\": "
         "\"103AT-2\", \"series_ohm\": 1e4, \"role\": \"room\", \"of\": @[\"heat\"] }",                                     "sensors[1].of",             "is only for sensors with \"role\": \"pad\""},
        {"\"of\": [\"heat\", \"cool\"] }",
         "\"of\": [\"heat\", \"cool\"] }, @{ \"iio\": \"1-0048\", \"channel\": 1, \"part\": "
         "\"103AT-2\", \"series_ohm\": 1e4, \"role\": \"pad\" }",                                                           "sensors[1].of",             "is missing here"                           },
    };
    EXPECT(cases);
}

static void a_table_may_be_written_in_either_direction(void)
{
    struct config up;
    struct config down;
    expect_good("\"part\": \"NCP18XH103\"", "\"table\": [[97070, -20], [10000, 25], [1072, 85]]", &up);
    expect_good("\"part\": \"NCP18XH103\"", "\"table\": [[1072, 85], [10000, 25], [97070, -20]]", &down);
    CU_ASSERT(memcmp(&up, &down, sizeof up) == 0);
    CU_ASSERT_EQUAL(up.sensors[0].curve.point_count, 3);
}

static void passwords_and_certificates_come_in_pairs(void)
{
    static const struct config_case cases[] = {
        {"\"host\"", "\"password_file\": @\"/etc/x\", \"host\"",      "mqtt.password_file", "needs \"username\""},
        {"\"host\"", "\"tls\": @{ \"cert_file\": \"/c\" }, \"host\"", "mqtt.tls.key_file",  "belong together"   },
        {"\"host\"", "\"tls\": @{ \"key_file\": \"/k\" }, \"host\"",  "mqtt.tls.cert_file", "belong together"   },
    };
    EXPECT(cases);
}

static const struct suite_test tests[] = {
    {"modes fit their phase",                                    modes_fit_their_phase                                 },
    {"targets are judged by their phase",                        targets_are_judged_by_their_phase                     },
    {"the off time of two hours fits between sessions",          the_off_time_of_two_hours_fits_between_sessions       },
    {"a dose that cannot hold names the target that would",      a_dose_that_cannot_hold_names_the_target_that_would   },
    {"a tighter dose limit is held too",                         a_tighter_dose_limit_is_held_too                      },
    {"limits lie beyond the band, and lockouts beyond trips",    limits_lie_beyond_the_band_and_lockouts_beyond_trips  },
    {"sessions keep within the limit",                           sessions_keep_within_the_limit                        },
    {"the last phase needs days, and all together are limited",  the_last_phase_needs_days_and_all_together_are_limited},
    {"an output that a phase needs must be there",               an_output_that_a_phase_needs_must_be_there            },
    {"a plan that only reminds needs no hardware",               a_plan_that_only_reminds_needs_no_hardware            },
    {"lines and kinds agree",                                    lines_and_kinds_agree                                 },
    {"sensors have one curve, one supply and their own channel",
     sensors_have_one_curve_one_supply_and_their_own_channel                                                           },
    {"a table may be written in either direction",               a_table_may_be_written_in_either_direction            },
    {"passwords and certificates come in pairs",                 passwords_and_certificates_come_in_pairs              },
};

int main(void)
{
    return suite_run("config checks", tests, sizeof tests / sizeof tests[0]);
}
