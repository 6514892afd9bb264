#include "mqtt_twin.h"
#include "suite.h"

#include <string.h>

#define NOW 1000000

static bool info(struct mqtt_twin *twin, const char *text)
{
    return mqtt_twin_info(twin, "mine", text, strlen(text));
}

static void an_info_from_before_ours_was_told_is_an_earlier_boot(void)
{
    struct mqtt_twin twin = {0};
    CU_ASSERT_FALSE(info(&twin, "{\"instance\":\"other\"}"));
    CU_ASSERT_FALSE(twin.watching);
}

static void another_instance_where_ours_was_told_makes_us_give_way(void)
{
    struct mqtt_twin twin = {0};
    mqtt_twin_told(&twin);
    CU_ASSERT_FALSE(info(&twin, "{\"instance\":\"mine\"}"));
    CU_ASSERT_TRUE(info(&twin, "{\"instance\":\"o\\u0007ther\"}"));
    CU_ASSERT_TRUE(twin.watching);
    CU_ASSERT_STRING_EQUAL(twin.other, "o?ther");
}

static void what_is_no_info_document_changes_nothing(void)
{
    static const char *const texts[] = {"", "{", "null", "[]", "{}", "{\"instance\":7}", "{\"instance\":null}", "\xff"};
    struct mqtt_twin twin = {0};
    mqtt_twin_told(&twin);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CU_ASSERT_FALSE(info(&twin, texts[i]));
    }
    CU_ASSERT_FALSE(twin.watching);
}

static void a_long_instance_is_cut_and_a_huge_document_ignored(void)
{
    static char huge[70000];
    struct mqtt_twin twin = {0};
    mqtt_twin_told(&twin);
    memset(huge, 'x', sizeof huge);
    memcpy(huge, "{\"instance\":\"", 13);
    memcpy(huge + 1000, "\"}", 2);
    CU_ASSERT_FALSE(mqtt_twin_info(&twin, "mine", huge, sizeof huge));
    CU_ASSERT_TRUE(mqtt_twin_info(&twin, "mine", huge, 1002));
    CU_ASSERT_EQUAL(strlen(twin.other), MQTT_INSTANCE_MAX - 1);
}

static void make_watching(struct mqtt_twin *twin)
{
    mqtt_twin_told(twin);
    (void)info(twin, "{\"instance\":\"other\"}");
    CU_ASSERT_FALSE(mqtt_twin_over(twin, INT64_MAX - 1)); /* the time runs from the connection on */
    mqtt_twin_watch(twin, NOW);
}

static void the_watch_is_over_after_silence_and_the_next_info_does_not_count(void)
{
    struct mqtt_twin twin = {0};
    make_watching(&twin);
    CU_ASSERT_FALSE(mqtt_twin_over(&twin, NOW + MQTT_TWIN_WATCH_MS - 1));
    CU_ASSERT_TRUE(mqtt_twin_over(&twin, NOW + MQTT_TWIN_WATCH_MS));
    CU_ASSERT_FALSE(twin.watching);
    CU_ASSERT_FALSE(info(&twin, "{\"instance\":\"other\"}"));
    mqtt_twin_told(&twin);
    CU_ASSERT_TRUE(info(&twin, "{\"instance\":\"other\"}"));
}

static void each_sign_of_life_prolongs_the_watch_and_only_the_first_is_news(void)
{
    struct mqtt_twin twin = {0};
    make_watching(&twin);
    CU_ASSERT_TRUE(mqtt_twin_heard(&twin, false, NOW + 30000));
    CU_ASSERT_FALSE(mqtt_twin_heard(&twin, false, NOW + 60000));
    CU_ASSERT_FALSE(mqtt_twin_over(&twin, NOW + 60000 + MQTT_TWIN_WATCH_MS - 1));
    CU_ASSERT_TRUE(mqtt_twin_over(&twin, NOW + 60000 + MQTT_TWIN_WATCH_MS));
}

static void offline_ends_the_watch_at_once(void)
{
    struct mqtt_twin twin = {0};
    make_watching(&twin);
    (void)mqtt_twin_heard(&twin, false, NOW + 10);
    CU_ASSERT_FALSE(mqtt_twin_heard(&twin, true, NOW + 20));
    CU_ASSERT_TRUE(mqtt_twin_over(&twin, NOW + 20));
}

static void who_does_not_watch_has_no_watch_to_end(void)
{
    struct mqtt_twin twin = {0};
    CU_ASSERT_FALSE(mqtt_twin_over(&twin, INT64_MAX));
}

int main(void)
{
    static const struct suite_test tests[] = {
        {"an info from before ours was told is an earlier boot",              an_info_from_before_ours_was_told_is_an_earlier_boot},
        {"another instance where ours was told makes us give way",
         another_instance_where_ours_was_told_makes_us_give_way                                                                   },
        {"what is no info document changes nothing",                          what_is_no_info_document_changes_nothing            },
        {"a long instance is cut, and a huge document ignored",               a_long_instance_is_cut_and_a_huge_document_ignored  },
        {"the watch is over after silence, and the next info does not count",
         the_watch_is_over_after_silence_and_the_next_info_does_not_count                                                         },
        {"each sign of life prolongs the watch, and only the first is news",
         each_sign_of_life_prolongs_the_watch_and_only_the_first_is_news                                                          },
        {"offline ends the watch at once",                                    offline_ends_the_watch_at_once                      },
        {"who does not watch has no watch to end",                            who_does_not_watch_has_no_watch_to_end              },
    };
    return suite_run("mqtt_twin", tests, sizeof tests / sizeof tests[0]);
}
