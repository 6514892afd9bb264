#include "mqtt_backoff.h"
#include "suite.h"

#define NEVER_READY (-1)

static void the_first_wait_is_a_second_and_the_next_ones_double_up_to_a_minute(void)
{
    struct mqtt_backoff backoff = {0};
    const int64_t shortest_ms[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    for (size_t i = 0; i < sizeof shortest_ms / sizeof shortest_ms[0]; i++) {
        CU_ASSERT_EQUAL(mqtt_backoff_next(&backoff, NEVER_READY, 0), shortest_ms[i]);
    }
}

static void chance_never_leads_out_of_one_to_sixty_seconds(void)
{
    for (uint32_t chance = 0; chance < 4000000000U; chance += 39916801U) {
        struct mqtt_backoff backoff = {0};
        for (int i = 0; i < 200; i++) {
            int64_t wait_ms = mqtt_backoff_next(&backoff, i % 2 == 0 ? NEVER_READY : 10, chance);
            CU_ASSERT_TRUE(wait_ms >= MQTT_BACKOFF_MIN_MS && wait_ms <= MQTT_BACKOFF_MAX_MS);
        }
    }
}

static void two_clients_with_different_chance_do_not_come_back_in_step(void)
{
    struct mqtt_backoff one = {0};
    struct mqtt_backoff other = {0};
    for (int i = 0; i < 10; i++) {
        CU_ASSERT_NOT_EQUAL(mqtt_backoff_next(&one, NEVER_READY, 100), mqtt_backoff_next(&other, NEVER_READY, 400));
    }
}

static void only_a_connection_that_lasted_a_minute_resets_it(void)
{
    struct mqtt_backoff backoff = {0};
    (void)mqtt_backoff_next(&backoff, NEVER_READY, 0);
    (void)mqtt_backoff_next(&backoff, NEVER_READY, 0);
    CU_ASSERT_EQUAL(mqtt_backoff_next(&backoff, MQTT_STABLE_MS - 1, 0), 4000);
    CU_ASSERT_EQUAL(mqtt_backoff_next(&backoff, MQTT_STABLE_MS, 0), 1000);
}

static void three_short_lived_connections_in_a_row_are_suspicious_once(void)
{
    struct mqtt_backoff backoff = {0};
    const bool expected[] = {false, false, true, false, false};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        (void)mqtt_backoff_next(&backoff, 500, 0);
        CU_ASSERT_EQUAL(mqtt_backoff_suspicious(&backoff), expected[i]);
    }
}

static void an_absent_broker_in_between_is_no_other_client(void)
{
    struct mqtt_backoff backoff = {0};
    (void)mqtt_backoff_next(&backoff, 500, 0);
    (void)mqtt_backoff_next(&backoff, 500, 0);
    (void)mqtt_backoff_next(&backoff, NEVER_READY, 0);
    (void)mqtt_backoff_next(&backoff, 500, 0);
    CU_ASSERT_FALSE(mqtt_backoff_suspicious(&backoff));
}

int main(void)
{
    static const struct suite_test tests[] = {
        {"the first wait is a second, and the next ones double up to a minute",
         the_first_wait_is_a_second_and_the_next_ones_double_up_to_a_minute                                                     },
        {"chance never leads out of 1 to 60 seconds",                           chance_never_leads_out_of_one_to_sixty_seconds  },
        {"two clients with different chance do not come back in step",
         two_clients_with_different_chance_do_not_come_back_in_step                                                             },
        {"only a connection that lasted a minute resets it",                    only_a_connection_that_lasted_a_minute_resets_it},
        {"three short-lived connections in a row are suspicious, once",
         three_short_lived_connections_in_a_row_are_suspicious_once                                                             },
        {"an absent broker in between is no other client",                      an_absent_broker_in_between_is_no_other_client  },
    };
    return suite_run("mqtt_backoff", tests, sizeof tests / sizeof tests[0]);
}
