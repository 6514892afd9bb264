#include "suite.h"

#include "soothe/status.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOON INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

static struct status at_rest(void)
{
    struct status s = {.now_ms = NOON, .clock_trusted = true, .wired = true, .language = "en"};
    s.engine = (struct engine_status){.state = STATE_RESTING,
                                      .phase = PHASE_ICE,
                                      .phase_ends_ms = NOON + 86400000,
                                      .pad_mc = 21950,
                                      .hot_side_mc = INT32_MIN,
                                      .target_mc = INT32_MIN,
                                      .session_started_ms = PLAN_NEVER,
                                      .session_ends_ms = PLAN_NEVER,
                                      .next_ms = NOON + 3600000,
                                      .next_by_ms = NOON + 7200000,
                                      .paused_until_ms = PLAN_NEVER,
                                      .block = BLOCK_REST,
                                      .pain = -1};
    return s;
}

static cJSON *render(const struct status *s)
{
    char text[STATUS_JSON_MAX];
    int length = status_render(s, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(length, (int)strlen(text));
    CU_ASSERT_PTR_NULL(strchr(text, '\n'));
    cJSON *o = cJSON_ParseWithOpts(text, NULL, true);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    return o;
}

static const char *text_at(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);
    return cJSON_IsString(item) ? item->valuestring : cJSON_IsNull(item) ? "null" : "(not a string)";
}

static double number_at(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);
    return cJSON_IsNumber(item) ? item->valuedouble : -1e9;
}

static void has_every_field(void)
{
    static const char *const fields[] = {
        "state",           "phase",           "phase_ends",      "pad_c",        "hot_side_c",
        "target_c",        "heating",         "cooling",         "duty",         "in_band",
        "in_band_s",       "in_band_today_s", "session_started", "session_ends", "next_session",
        "next_session_by", "sessions_done",   "sessions_today",  "blocked_by",   "trip",
        "problem",         "message",         "advice",          "dose_cem43",   "pain",
        "clock",           "config",          "units",           "timezone",     "ts"};
    struct status s = at_rest();
    cJSON *o = render(&s);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        CU_ASSERT_TRUE(cJSON_HasObjectItem(o, fields[i]));
    }
    CU_ASSERT_STRING_EQUAL(text_at(o, "units"), "C");
    CU_ASSERT_STRING_EQUAL(text_at(o, "timezone"), "null");
    cJSON_Delete(o);
    s.fahrenheit = true;
    (void)snprintf(s.timezone, sizeof s.timezone, "Europe/Berlin");
    o = render(&s);
    CU_ASSERT_STRING_EQUAL(text_at(o, "units"), "F");
    CU_ASSERT_STRING_EQUAL(text_at(o, "timezone"), "Europe/Berlin");
    cJSON_Delete(o);
}

static void at_rest_unknown_is_null(void)
{
    struct status s = at_rest();
    cJSON *o = render(&s);
    CU_ASSERT_STRING_EQUAL(text_at(o, "state"), "resting");
    CU_ASSERT_STRING_EQUAL(text_at(o, "phase_ends"), "2026-11-23T12:00:00Z");
    CU_ASSERT_STRING_EQUAL(text_at(o, "next_session"), "2026-11-22T13:00:00Z");
    CU_ASSERT_STRING_EQUAL(text_at(o, "ts"), "2026-11-22T12:00:00Z");
    CU_ASSERT_STRING_EQUAL(text_at(o, "session_started"), "null");
    CU_ASSERT_STRING_EQUAL(text_at(o, "target_c"), "null");
    CU_ASSERT_STRING_EQUAL(text_at(o, "hot_side_c"), "null");
    CU_ASSERT_STRING_EQUAL(text_at(o, "pain"), "null");
    CU_ASSERT_STRING_EQUAL(text_at(o, "trip"), "none");
    CU_ASSERT_STRING_EQUAL(text_at(o, "config"), "ok");
    CU_ASSERT_DOUBLE_EQUAL(number_at(o, "pad_c"), 22.0, 1e-9);
    cJSON_Delete(o);
}

static void in_a_session(void)
{
    struct status s = at_rest();
    s.engine.state = STATE_RUNNING;
    s.engine.powered = DRIVE_COOL;
    s.engine.duty_percent = 60;
    s.engine.in_band = true;
    s.engine.in_band_ms = 61999;
    s.engine.target_mc = 10000;
    s.engine.session_started_ms = NOON - 600000;
    s.engine.session_ends_ms = NOON + 1200000;
    s.engine.dose_ucem = 1234567;
    s.engine.pain = 0;
    s.wall_minus_plan_ms = 3600000;
    s.clock_trusted = false;
    cJSON *o = render(&s);
    CU_ASSERT_STRING_EQUAL(text_at(o, "cooling"), "ON");
    CU_ASSERT_STRING_EQUAL(text_at(o, "heating"), "OFF");
    CU_ASSERT_STRING_EQUAL(text_at(o, "in_band"), "ON");
    CU_ASSERT_STRING_EQUAL(text_at(o, "session_started"), "2026-11-22T12:50:00Z");
    CU_ASSERT_STRING_EQUAL(text_at(o, "clock"), "untrusted");
    CU_ASSERT_DOUBLE_EQUAL(number_at(o, "in_band_s"), 61, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(number_at(o, "duty"), 60, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(number_at(o, "dose_cem43"), 1.23, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(number_at(o, "pain"), 0, 1e-9);
    cJSON_Delete(o);
}

static void temperatures_are_rounded_to_tenths(void)
{
    static const struct {
        int32_t mc;
        const char *text;
    } cases[] = {
        {37249,  "\"pad_c\":37.2," },
        {37250,  "\"pad_c\":37.3," },
        {-49,    "\"pad_c\":0.0,"  },
        {-50,    "\"pad_c\":-0.1," },
        {-20000, "\"pad_c\":-20.0,"},
        {100,    "\"pad_c\":0.1,"  },
    };
    char text[STATUS_JSON_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct status s = at_rest();
        s.engine.pad_mc = cases[i].mc;
        CU_ASSERT_TRUE(status_render(&s, text, sizeof text) > 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, cases[i].text));
    }
}

static void names_come_from_the_lists(void)
{
    for (int i = 0; i < STATE_COUNT; i++) {
        for (int j = 0; j < BLOCK_COUNT; j++) {
            struct status s = at_rest();
            s.engine.state = (enum daemon_state)i;
            s.engine.block = (enum block)j;
            cJSON *o = render(&s);
            CU_ASSERT_STRING_EQUAL(text_at(o, "state"), state_name((enum daemon_state)i));
            CU_ASSERT_STRING_EQUAL(text_at(o, "blocked_by"), block_name((enum block)j));
            cJSON_Delete(o);
        }
    }
}

static void what_is_a_problem(void)
{
    struct status s = at_rest();
    cJSON *o = render(&s);
    CU_ASSERT_STRING_EQUAL(text_at(o, "problem"), "OFF");
    cJSON_Delete(o);
    struct status ill[5] = {s, s, s, s, s};
    ill[0].engine.trip = FAULT_TOO_HOT;
    ill[1].engine.weak = true;
    ill[2].storage_failed = true;
    ill[3].engine.ask_injury = true;
    ill[4].engine.block = BLOCK_ARMING_FAILED;
    for (size_t i = 0; i < sizeof ill / sizeof ill[0]; i++) {
        o = render(&ill[i]);
        CU_ASSERT_STRING_EQUAL(text_at(o, "problem"), "ON");
        cJSON_Delete(o);
    }
}

static void the_longest_fits_and_less_room_is_an_error(void)
{
    char text[STATUS_JSON_MAX];
    struct status s = at_rest();
    memset(s.config_problem, '"', sizeof s.config_problem - 1);
    s.engine.trip = FAULT_STORE_LOST;
    (void)snprintf(s.language, sizeof s.language, "de");
    CU_ASSERT_TRUE(status_render(&s, text, sizeof text) > 0);
    CU_ASSERT_EQUAL(status_render(&s, text, 200), -ENOSPC);
    CU_ASSERT_EQUAL(status_render(&s, text, 0), -ENOSPC);
}

static void events_have_the_fields_of_their_type(void)
{
    const struct engine_event none = {.until_ms = PLAN_NEVER, .sensor = -1};
    struct engine_event trip = none;
    trip.type = EVENT_TRIP;
    trip.fault = FAULT_TOO_HOT;
    trip.sensor = 0;
    trip.value = 43100;
    struct engine_event unknown = trip;
    unknown.value = INT32_MIN;
    struct engine_event ended = none;
    ended.type = EVENT_SESSION_ENDED;
    ended.session = 7;
    ended.phase = PHASE_HEAT;
    ended.end = END_DONE;
    ended.in_band_ms = 1200000;
    struct engine_event soon = none;
    soon.type = EVENT_SESSION_SOON;
    soon.until_ms = NOON + 300000;
    struct engine_event paused = none;
    paused.type = EVENT_PAUSED;
    paused.value = 30;
    const struct {
        const struct engine_event *event;
        const char *part;
    } cases[] = {
        {&trip,    "\"event_type\":\"trip\",\"fault\":\"too_hot\",\"sensor\":0,\"sensor_c\":43.1,"},
        {&unknown, "\"sensor_c\":null,"                                                           },
        {&ended,   "\"session\":7,\"phase\":\"heat\",\"reason\":\"done\",\"in_band_s\":1200,"     },
        {&soon,    "\"event_type\":\"session_soon\",\"at\":\"2026-11-22T12:05:00Z\","             },
        {&paused,  "\"minutes\":30,"                                                              },
    };
    char text[STATUS_JSON_MAX];
    struct status s = at_rest();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_TRUE(status_render_event(&s, cases[i].event, text, sizeof text) > 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, cases[i].part));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"ts\":\"2026-11-22T12:00:00Z\"}"));
    }
}

static void every_event_can_be_told(void)
{
    char text[STATUS_JSON_MAX];
    struct status s = at_rest();
    for (int i = EVENT_NONE; i < EVENT_COUNT; i++) {
        const struct engine_event event = {.type = (enum event_type)i, .until_ms = PLAN_NEVER, .sensor = -1};
        CU_ASSERT_TRUE(status_render_event(&s, &event, text, sizeof text) > 0);
        cJSON *o = cJSON_Parse(text);
        CU_ASSERT_STRING_EQUAL(text_at(o, "event_type"), event_name((enum event_type)i));
        cJSON_Delete(o);
    }
}

static void when_it_is_due(void)
{
    const struct status last = at_rest();
    struct status same = last;
    same.now_ms += 29999;
    CU_ASSERT_FALSE(status_due(&last, &same, 29999));
    CU_ASSERT_TRUE(status_due(&last, &same, 30000));
    struct status warmer = last;
    warmer.engine.pad_mc += 100;
    CU_ASSERT_FALSE(status_due(&last, &warmer, 4999));
    CU_ASSERT_TRUE(status_due(&last, &warmer, 5000));
    struct status hardly = last;
    hardly.engine.pad_mc += 10;
    CU_ASSERT_FALSE(status_due(&last, &hardly, 5000));
    struct status tripped = last;
    tripped.engine.trip = FAULT_SENSOR_OPEN;
    CU_ASSERT_TRUE(status_due(&last, &tripped, 0));
}

static void a_lost_sensor_is_told_within_5_seconds(void)
{
    const struct status last = at_rest();
    struct status lost = last;
    lost.engine.pad_mc = INT32_MIN;
    CU_ASSERT_TRUE(status_due(&last, &lost, 5000));
}

static void times_have_their_years(void)
{
    char text[STATUS_TIME_MAX];
    CU_ASSERT_STRING_EQUAL(status_time(0, text), "1970-01-01T00:00:00Z");
    CU_ASSERT_STRING_EQUAL(status_time(-1, text), "");
    CU_ASSERT_STRING_EQUAL(status_time(INT64_C(253402300799999), text), "9999-12-31T23:59:59Z");
    CU_ASSERT_STRING_EQUAL(status_time(INT64_C(253402300800000), text), "");
    CU_ASSERT_STRING_EQUAL(status_time(INT64_MIN, text), "");
    CU_ASSERT_STRING_EQUAL(status_time(NOON + 999, text), "2026-11-22T12:00:00Z");
}

static void info_says_what_it_is(void)
{
    static struct config config;
    char text[STATUS_JSON_MAX];
    (void)snprintf(config.device_name, sizeof config.device_name, "Back pad");
    config.plan.phase_count = 1;
    config.plan.phases[0] =
        (struct plan_phase){.name = PHASE_ICE, .mode = DRIVE_COOL, .length_ms = 259200000, .target_mc = 10000};
    CU_ASSERT_TRUE(status_render_info(&config, "0123", true, text, sizeof text) > 0);
    cJSON *o = cJSON_Parse(text);
    CU_ASSERT_DOUBLE_EQUAL(number_at(o, "api"), STATUS_API, 0);
    CU_ASSERT_STRING_EQUAL(text_at(o, "simulated"), "ON");
    CU_ASSERT_STRING_EQUAL(text_at(o, "instance"), "0123");
    const cJSON *phase = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(o, "phases"), 0);
    CU_ASSERT_STRING_EQUAL(text_at(phase, "mode"), "cool");
    CU_ASSERT_DOUBLE_EQUAL(number_at(phase, "days"), 3, 1e-9);
    cJSON_Delete(o);
}

static const struct suite_test tests[] = {
    {"the state document has every field",               has_every_field                           },
    {"at rest what is unknown is null",                  at_rest_unknown_is_null                   },
    {"in a session it tells of the session",             in_a_session                              },
    {"temperatures are rounded to tenths",               temperatures_are_rounded_to_tenths        },
    {"names come from the closed lists",                 names_come_from_the_lists                 },
    {"a problem is what a person should look at",        what_is_a_problem                         },
    {"the longest document fits, less room is an error", the_longest_fits_and_less_room_is_an_error},
    {"events have the fields of their type",             events_have_the_fields_of_their_type      },
    {"every event can be told",                          every_event_can_be_told                   },
    {"it is due at once, after 5 s, or after 30 s",      when_it_is_due                            },
    {"a sensor that is lost is told within 5 seconds",   a_lost_sensor_is_told_within_5_seconds    },
    {"times are told from 1970 to 9999",                 times_have_their_years                    },
    {"the info document says what it is",                info_says_what_it_is                      },
};

int main(void)
{
    return suite_run("status", tests, sizeof tests / sizeof tests[0]);
}
