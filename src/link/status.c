#include "soothe/status.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WALL_MAX_MS INT64_C(253402300799999) /* the end of the year 9999 */

char *status_time(int64_t wall_ms, char text[STATUS_TIME_MAX])
{
    struct tm tm;
    time_t at = (time_t)(wall_ms / 1000);
    text[0] = '\0';
    if (wall_ms >= 0 && wall_ms <= WALL_MAX_MS && gmtime_r(&at, &tm)) {
        (void)strftime(text, STATUS_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
    }
    return text;
}

/* A number with fixed decimals: cJSON would print a tenth as 0.10000000000000001. */
static void add_fixed(cJSON *object, const char *key, double value, int decimals)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.*f", decimals, value);
    cJSON_AddRawToObject(object, key, text);
}

static void add_mc(cJSON *object, const char *key, int32_t mc)
{
    if (mc == INT32_MIN) {
        cJSON_AddNullToObject(object, key);
        return;
    }
    int32_t tenths = (mc >= 0 ? mc + 50 : mc - 50) / 100;
    add_fixed(object, key, tenths / 10.0, 1);
}

static void add_time(cJSON *object, const char *key, const struct status *s, int64_t plan_ms)
{
    char text[STATUS_TIME_MAX] = "";
    if (plan_ms != PLAN_NEVER) {
        status_time(plan_ms + s->wall_minus_plan_ms, text);
    }
    if (text[0] != '\0') {
        cJSON_AddStringToObject(object, key, text);
    } else {
        cJSON_AddNullToObject(object, key);
    }
}

static void add_seconds(cJSON *object, const char *key, int64_t ms)
{
    int64_t whole_s = ms / 1000;
    cJSON_AddNumberToObject(object, key, (double)whole_s);
}

static void add_switch(cJSON *object, const char *key, bool on)
{
    cJSON_AddStringToObject(object, key, on ? "ON" : "OFF");
}

static bool problem(const struct status *s)
{
    return s->engine.trip != FAULT_NONE || s->engine.weak || s->storage_failed || s->engine.ask_injury ||
           status_self_test_failed(&s->engine) || s->engine.block == BLOCK_LINES ||
           ((s->engine.block == BLOCK_CLOCK || s->engine.block == BLOCK_SENSOR_IMPLAUSIBLE) &&
            s->engine.state == STATE_DUE);
}

static void add_words(cJSON *object, const char *key, const char *text)
{
    if (text[0] != '\0') {
        cJSON_AddStringToObject(object, key, text);
    } else {
        cJSON_AddStringToObject(object, key, "none");
    }
}

static void add_session(cJSON *o, const struct status *s)
{
    const struct engine_status *e = &s->engine;
    add_mc(o, "pad_c", e->pad_mc);
    add_mc(o, "hot_side_c", e->hot_side_mc);
    add_mc(o, "target_c", e->target_mc);
    add_switch(o, "heating", e->powered == DRIVE_HEAT);
    add_switch(o, "cooling", e->powered == DRIVE_COOL);
    cJSON_AddNumberToObject(o, "duty", e->duty_percent);
    add_switch(o, "in_band", e->in_band);
    add_seconds(o, "in_band_s", e->in_band_ms);
    add_seconds(o, "in_band_today_s", e->in_band_today_ms);
    add_time(o, "session_started", s, e->session_started_ms);
    add_time(o, "session_ends", s, e->session_ends_ms);
    add_time(o, "next_session", s, e->next_ms);
    add_time(o, "next_session_by", s, e->next_by_ms);
    cJSON_AddNumberToObject(o, "sessions_done", e->sessions_done);
    cJSON_AddNumberToObject(o, "sessions_today", e->sessions_today);
}

static void add_rest(cJSON *o, const struct status *s)
{
    const struct engine_status *e = &s->engine;
    char words[256];
    cJSON_AddStringToObject(o, "blocked_by", block_name(e->block));
    cJSON_AddStringToObject(o, "trip", fault_name(e->trip));
    add_switch(o, "problem", problem(s));
    status_message(s, words, sizeof words);
    add_words(o, "message", words);
    status_advice(s, words, sizeof words);
    add_words(o, "advice", words);
    add_fixed(o, "dose_cem43", (double)e->dose_ucem / 1e6, 2);
    if (e->pain >= 0) {
        cJSON_AddNumberToObject(o, "pain", e->pain);
    } else {
        cJSON_AddNullToObject(o, "pain");
    }
    cJSON_AddStringToObject(o, "clock", s->clock_trusted ? "trusted" : "untrusted");
    cJSON_AddStringToObject(o, "config", s->config_problem[0] != '\0' ? s->config_problem : "ok");
    cJSON_AddStringToObject(o, "units", s->fahrenheit ? "F" : "C");
    if (s->timezone[0] != '\0') {
        cJSON_AddStringToObject(o, "timezone", s->timezone);
    } else {
        cJSON_AddNullToObject(o, "timezone");
    }
    add_time(o, "ts", s, s->now_ms);
}

static int print(cJSON *object, char *text, size_t size)
{
    bool printed = size > 0 && size <= INT_MAX && cJSON_PrintPreallocated(object, text, (int)size, false);
    cJSON_Delete(object);
    return printed ? (int)strlen(text) : -ENOSPC;
}

int status_render(const struct status *s, char *text, size_t size)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "state", state_name(s->engine.state));
    cJSON_AddStringToObject(o, "phase", plan_phase_string(s->engine.phase));
    add_time(o, "phase_ends", s, s->engine.phase_ends_ms);
    add_session(o, s);
    add_rest(o, s);
    return print(o, text, size);
}

static void add_event_fields(cJSON *o, const struct status *s, const struct engine_event *e)
{
    if (e->session != 0) {
        cJSON_AddNumberToObject(o, "session", (double)e->session);
    }
    if (e->phase != PHASE_NONE) {
        cJSON_AddStringToObject(o, "phase", plan_phase_string(e->phase));
    }
    if (e->fault != FAULT_NONE) {
        cJSON_AddStringToObject(o, "fault", fault_name(e->fault));
        if (e->sensor >= 0) {
            cJSON_AddNumberToObject(o, "sensor", e->sensor);
            add_mc(o, "sensor_c", e->value);
        }
    }
    if (e->type == EVENT_SESSION_ENDED) {
        cJSON_AddStringToObject(o, "reason", end_name(e->end));
        add_seconds(o, "in_band_s", e->in_band_ms);
    }
    if (e->type == EVENT_COMMAND_REFUSED) {
        cJSON_AddStringToObject(o, "cmd", command_name(e->command));
        cJSON_AddStringToObject(o, "reason", refusal_name(e->refusal));
    }
    if (e->type == EVENT_CONFIG_REFUSED) {
        cJSON_AddStringToObject(o, "reason", s->config_problem);
    }
    if (e->type == EVENT_SESSION_STARTED) {
        add_switch(o, "late", e->late);
    }
    if (e->until_ms != PLAN_NEVER) {
        add_time(o, e->type == EVENT_SESSION_SOON ? "at" : "until", s, e->until_ms);
    }
    if (e->type == EVENT_PAIN) {
        cJSON_AddNumberToObject(o, "pain", e->value);
    }
    if (e->type == EVENT_PAUSED && e->value > 0) {
        cJSON_AddNumberToObject(o, "minutes", e->value);
    }
    if (e->type == EVENT_CLOCK_STEPPED || e->type == EVENT_TIME_CREDITED) {
        cJSON_AddNumberToObject(o, "seconds", e->value);
    }
}

int status_render_event(const struct status *s, const struct engine_event *e, char *text, size_t size)
{
    char words[256];
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "event_type", event_name(e->type));
    add_event_fields(o, s, e);
    status_message(s, words, sizeof words);
    add_words(o, "message", words);
    add_time(o, "ts", s, s->now_ms);
    return print(o, text, size);
}

static cJSON *phase_summary(const struct plan_phase *phase)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "name", plan_phase_string(phase->name));
    cJSON_AddStringToObject(o, "mode", phase->remind ? "remind" : phase->mode == DRIVE_HEAT ? "heat" : "cool");
    cJSON_AddNumberToObject(o, "days", (double)phase->length_ms / 86400000.0);
    add_mc(o, "target_c", phase->target_mc);
    return o;
}

int status_render_info(const struct config *config, const char *instance, bool simulated, char *text, size_t size)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "version", SOOTHE_VERSION);
    cJSON_AddNumberToObject(o, "api", STATUS_API);
    cJSON_AddStringToObject(o, "instance", instance);
    cJSON_AddStringToObject(o, "name", config->device_name);
    add_switch(o, "simulated", simulated);
    cJSON *phases = cJSON_AddArrayToObject(o, "phases");
    for (size_t i = 0; i < config->plan.phase_count; i++) {
        cJSON_AddItemToArray(phases, phase_summary(&config->plan.phases[i]));
    }
    cJSON *can = cJSON_AddObjectToObject(o, "capabilities");
    add_switch(can, "heat", config->pad.heat.used);
    add_switch(can, "cool", config->pad.cool.used);
    add_switch(can, "remote_start", config->mqtt.remote_start);
    cJSON_AddNumberToObject(can, "sensors", (double)config->sensor_count);
    return print(o, text, size);
}

/* Rendered, the two states can be compared field by field without a list of fields of its own. */
static cJSON *rendered(const struct status *s, bool without_slow)
{
    static const char *const slow[] = {"pad_c",     "hot_side_c",      "duty", "dose_cem43",
                                       "in_band_s", "in_band_today_s", "ts"};
    char text[STATUS_JSON_MAX];
    if (status_render(s, text, sizeof text) < 0) {
        return NULL;
    }
    cJSON *o = cJSON_Parse(text);
    for (size_t i = 0; without_slow && i < sizeof slow / sizeof slow[0]; i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(o, slow[i]);
    }
    if (!without_slow) {
        cJSON_DeleteItemFromObjectCaseSensitive(o, "ts");
    }
    return o;
}

static bool differ(const struct status *a, const struct status *b, bool without_slow)
{
    cJSON *old = rendered(a, without_slow);
    cJSON *now = rendered(b, without_slow);
    bool same = old && now && cJSON_Compare(old, now, true);
    cJSON_Delete(old);
    cJSON_Delete(now);
    return !same;
}

bool status_due(const struct status *last, const struct status *now, int64_t age_ms)
{
    if (age_ms >= 30000) {
        return true;
    }
    return differ(last, now, true) || (age_ms >= 5000 && differ(last, now, false));
}
