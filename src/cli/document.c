#include "document.h"

#include "soothe/command.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEGREES_MAX 200

void document_plain(const char *text, char *plain, size_t size)
{
    size_t used = 0;
    for (; *text != '\0' && used + 1 < size; text++) {
        unsigned char byte = (unsigned char)*text;
        plain[used++] = byte < 0x20 || byte == 0x7f ? ' ' : *text;
    }
    /* not half a character at the end */
    while (*text != '\0' && used > 0 && ((unsigned char)*text & 0xc0) == 0x80) {
        text = &plain[--used];
    }
    plain[used] = '\0';
}

static void read_text(const cJSON *object, const char *key, char *text, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    document_plain(cJSON_IsString(item) ? item->valuestring : "unknown", text, size);
}

static bool is(const cJSON *object, const char *key, const char *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(item) && strcmp(item->valuestring, value) == 0;
}

static double read_number(const cJSON *object, const char *key, double unknown)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) && fabs(item->valuedouble) < 1e9 ? item->valuedouble : unknown;
}

/* What no pad can have would stretch the curve's scale without end. */
static double read_degrees(const cJSON *object, const char *key)
{
    double c = read_number(object, key, NAN);
    return fabs(c) <= DEGREES_MAX ? c : NAN;
}

static int64_t read_time(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    enum command_injured kind = INJURED_NOW;
    int64_t ms = 0;
    bool read = cJSON_IsString(item) && command_time_parse(item->valuestring, &kind, &ms) == 0 && kind == INJURED_AT;
    return read ? ms / 1000 : DOCUMENT_UNKNOWN;
}

static void read_words(const cJSON *o, struct document *d)
{
    read_text(o, "state", d->state, sizeof d->state);
    read_text(o, "phase", d->phase, sizeof d->phase);
    read_text(o, "blocked_by", d->blocked_by, sizeof d->blocked_by);
    read_text(o, "trip", d->trip, sizeof d->trip);
    read_text(o, "message", d->message, sizeof d->message);
    read_text(o, "advice", d->advice, sizeof d->advice);
    read_text(o, "config", d->config, sizeof d->config);
    read_text(o, "timezone", d->timezone, sizeof d->timezone);
    d->fahrenheit = is(o, "units", "F");
    d->clock_trusted = is(o, "clock", "trusted");
    d->heating = is(o, "heating", "ON");
    d->cooling = is(o, "cooling", "ON");
    d->in_band = is(o, "in_band", "ON");
    d->problem = is(o, "problem", "ON");
}

static void read_figures(const cJSON *o, struct document *d)
{
    d->pad_c = read_degrees(o, "pad_c");
    d->hot_side_c = read_degrees(o, "hot_side_c");
    d->target_c = read_degrees(o, "target_c");
    d->dose_cem43 = read_number(o, "dose_cem43", NAN);
    d->duty = (int)fmin(fmax(read_number(o, "duty", 0), 0), 100);
    d->pain = (int)read_number(o, "pain", -1);
    d->sessions_done = (int)read_number(o, "sessions_done", 0);
    d->sessions_today = (int)read_number(o, "sessions_today", 0);
    d->in_band_s = (int64_t)read_number(o, "in_band_s", 0);
    d->in_band_today_s = (int64_t)read_number(o, "in_band_today_s", 0);
    d->phase_ends_s = read_time(o, "phase_ends");
    d->session_started_s = read_time(o, "session_started");
    d->session_ends_s = read_time(o, "session_ends");
    d->next_session_s = read_time(o, "next_session");
    d->next_session_by_s = read_time(o, "next_session_by");
    d->ts_s = read_time(o, "ts");
}

int document_read(const char *line, struct document *document)
{
    cJSON *object = cJSON_ParseWithOpts(line, NULL, true);
    bool state = cJSON_IsString(cJSON_GetObjectItemCaseSensitive(object, "state"));
    if (state) {
        read_words(object, document);
        read_figures(object, document);
    }
    cJSON_Delete(object);
    return state ? 0 : -EINVAL;
}

void document_use_zone(const struct document *document)
{
    static char used[sizeof document->timezone]; /* what we put into TZ ourselves */
    const char *set = getenv("TZ");
    bool ours = !set || strcmp(set, used) == 0;
    bool known = document->timezone[0] != '\0' && strcmp(document->timezone, "unknown") != 0;
    if (!ours || strcmp(known ? document->timezone : "", used) == 0) {
        return;
    }
    (void)snprintf(used, sizeof used, "%s", known ? document->timezone : "");
    (void)(known ? setenv("TZ", used, 1) : unsetenv("TZ"));
    tzset();
}

char *document_refusal(const char *line, char *text, size_t size)
{
    char whole[320];
    cJSON *object = cJSON_Parse(line);
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(object, "message");
    if (cJSON_IsString(message)) {
        document_plain(message->valuestring, text, size);
    } else {
        (void)snprintf(whole, sizeof whole, "the daemon's answer is not understood: %.200s", line);
        document_plain(whole, text, size);
    }
    cJSON_Delete(object);
    return text;
}

bool document_alarm(const struct document *document)
{
    return strcmp(document->trip, "none") != 0 || strcmp(document->state, "locked") == 0 ||
           strcmp(document->state, "tripped") == 0;
}

bool document_held_back(const struct document *document)
{
    static const char *const calm[] = {"none", "not_due", "rest", "no_plan"};
    if (strcmp(document->blocked_by, "dead_time") == 0 && strcmp(document->state, "due") != 0) {
        return false; /* over long before the session */
    }
    for (size_t i = 0; i < sizeof calm / sizeof calm[0]; i++) {
        if (strcmp(document->blocked_by, calm[i]) == 0) {
            return false;
        }
    }
    return true;
}

char *document_degrees(double celsius, bool fahrenheit, bool ascii, char *text, size_t size)
{
    if (isnan(celsius)) {
        (void)snprintf(text, size, "unknown");
        return text;
    }
    double shown = fahrenheit ? celsius * 1.8 + 32 : celsius;
    (void)snprintf(text, size, "%.1f %s%c", shown, ascii ? "" : "\xc2\xb0", fahrenheit ? 'F' : 'C');
    return text;
}

char *document_time(int64_t at_s, int64_t now_s, char *text, size_t size)
{
    struct tm at;
    struct tm now;
    time_t at_time = (time_t)at_s;
    time_t now_time = (time_t)now_s;
    (void)snprintf(text, size, "unknown");
    if (at_s == DOCUMENT_UNKNOWN || !localtime_r(&at_time, &at)) {
        return text;
    }
    bool today = now_s != DOCUMENT_UNKNOWN && localtime_r(&now_time, &now) && now.tm_yday == at.tm_yday &&
                 now.tm_year == at.tm_year;
    (void)strftime(text, size, today ? "%H:%M" : "%a %d %b %H:%M", &at);
    return text;
}

char *document_span(int64_t seconds, char *text, size_t size)
{
    int64_t minutes = seconds > 0 ? seconds / 60 : 0;
    if (minutes == 0) {
        (void)snprintf(text, size, "%" PRId64 " s", seconds > 0 ? seconds : 0);
    } else if (minutes < 60) {
        (void)snprintf(text, size, "%" PRId64 " min", minutes);
    } else if (minutes < 1440) {
        (void)snprintf(text, size, "%" PRId64 " h %02" PRId64 " min", minutes / 60, minutes % 60);
    } else {
        (void)snprintf(text, size, "%" PRId64 " d %" PRId64 " h", minutes / 1440, minutes / 60 % 24);
    }
    return text;
}
