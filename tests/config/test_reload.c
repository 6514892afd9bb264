#include "config_cases.h"

static void expect_reload(const char *find, const char *put, bool restart, struct config *running)
{
    struct config fresh;
    expect_good("back-pad", "back-pad", running);
    expect_good(find, put, &fresh);
    CU_ASSERT_EQUAL(config_apply_reload(running, &fresh), restart);
}

static void a_changed_schedule_applies_at_once(void)
{
    struct config running;
    expect_reload("[3, 4]", "[4, 5.5]", false, &running);
    CU_ASSERT_EQUAL(running.plan.phases[0].every_min_ms, INT64_C(14400000));
    expect_reload("\"target_c\": 10", "\"target_c\": 12, \"tolerance_c\": 1", false, &running);
    CU_ASSERT_EQUAL(running.plan.phases[0].target_mc, 12000);
    CU_ASSERT_EQUAL(running.pad.cool.thermostat.hysteresis_mc,
                    thermostat_default(THERMOSTAT_TWO_POINT, DRIVE_COOL, 1000).hysteresis_mc);
}

static void limits_language_units_zone_and_name_apply_at_once(void)
{
    struct config running;
    expect_reload(
        "\"version\": 1",
        "\"version\": 1, \"limits\": { \"too_hot_trip_c\": 42, \"session_dose_cem43\": 1.5, \"day_dose_cem43\": 8 }, "
        "\"language\": \"de\", \"units\": \"F\", \"timezone\": \"Europe/Berlin\"",
        false, &running);
    CU_ASSERT_EQUAL(running.limits.too_hot_trip_mc, 42000);
    CU_ASSERT_EQUAL(running.session_dose_max_ucem, 1500000);
    CU_ASSERT_EQUAL(running.day_dose_max_ucem, 8000000);
    CU_ASSERT_STRING_EQUAL(running.language, "de");
    CU_ASSERT_STRING_EQUAL(running.timezone, "Europe/Berlin");
    CU_ASSERT(running.fahrenheit);
    expect_reload("\"back-pad\"", "\"back-pad\", \"name\": \"Pad\"", false, &running);
    CU_ASSERT_STRING_EQUAL(running.device_name, "Pad");
}

static void wiring_sensors_broker_and_id_wait_for_a_restart(void)
{
    static const struct {
        const char *find, *put;
    } cases[] = {
        {"\"back-pad\"",                            "\"other\""                                            },
        {"\"heat\": {",                             "\"wired\": true, \"heat\": {"                         },
        {"\"heat\": {",                             "\"chip\": \"x\", \"heat\": {"                         },
        {"\"heat\": {",                             "\"led\": { \"line\": 5 }, \"heat\": {"                },
        {"\"line\": 17",                            "\"line\": 18"                                         },
        {"\"line\": 17",                            "\"line\": \"GPIO17\""                                 },
        {"\"line\": 17",                            "\"line\": 17, \"active_low\": true"                   },
        {"\"kind\": \"relay\"",                     "\"kind\": \"mosfet\""                                 },
        {"\"kind\": \"relay\"",                     "\"kind\": \"relay\", \"min_on_s\": 31"                },
        {"\"channel\": 0",                          "\"channel\": 1"                                       },
        {"4700",                                    "4701"                                                 },
        {"NCP18XH103",                              "103AT-2"                                              },
        {"\"part\": \"NCP18XH103\"",                "\"beta\": { \"r25_ohm\": 10000, \"beta_k\": 3380 }"   },
        {"\"of\": [\"heat\", \"cool\"] }",          "\"of\": [\"heat\", \"cool\"] }, { \"iio\": \"a\", \"channel\": 1, "
                                           "\"part\": \"103AT-2\", \"series_ohm\": 1000, "
                                           "\"role\": \"room\" }"},
        {"\"broker\"",                              "\"other\""                                            },
        {"\"host\"",                                "\"tls\": {}, \"host\""                                },
        {",\n  \"mqtt\": { \"host\": \"broker\" }", ""                                                     },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config running;
        struct config before;
        expect_good("back-pad", "back-pad", &before);
        expect_reload(cases[i].find, cases[i].put, true, &running);
        CU_ASSERT_STRING_EQUAL(running.device_id, before.device_id);
        CU_ASSERT(memcmp(&running.pad, &before.pad, sizeof running.pad) == 0);
        CU_ASSERT(memcmp(&running.sensors, &before.sensors, sizeof running.sensors) == 0);
        CU_ASSERT(memcmp(&running.limits, &before.limits, sizeof running.limits) == 0);
        CU_ASSERT(memcmp(&running.mqtt, &before.mqtt, sizeof running.mqtt) == 0);
    }
}

static void the_same_file_changes_nothing(void)
{
    struct config running;
    struct config before;
    expect_good("back-pad", "back-pad", &before);
    expect_reload("back-pad", "back-pad", false, &running);
    CU_ASSERT(memcmp(&running, &before, sizeof running) == 0);
}

static const struct suite_test tests[] = {
    {"a changed schedule applies at once",                   a_changed_schedule_applies_at_once               },
    {"limits, language, units, zone and name apply at once", limits_language_units_zone_and_name_apply_at_once},
    {"wiring, sensors, broker and id wait for a restart",    wiring_sensors_broker_and_id_wait_for_a_restart  },
    {"the same file changes nothing",                        the_same_file_changes_nothing                    },
};

int main(void)
{
    return suite_run("config reload", tests, sizeof tests / sizeof tests[0]);
}
