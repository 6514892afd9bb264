#include "soothe/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AGO_MAX_MS (INT64_C(366) * 24 * 3600 * 1000)

/* "-36h", "-90m", "-2d": a whole number and a unit. */
static int parse_ago(const char *text, int64_t *ms)
{
    char *end = NULL;
    errno = 0;
    long count = strtol(text + 1, &end, 10);
    if (errno != 0 || end == text + 1 || text[1] < '0' || text[1] > '9' || strlen(end) != 1) {
        return -EINVAL;
    }
    int64_t unit_ms = *end == 'd' ? 86400000 : *end == 'h' ? 3600000 : *end == 'm' ? 60000 : 0;
    if (unit_ms == 0 || count > AGO_MAX_MS / unit_ms) {
        return -EINVAL;
    }
    *ms = count * unit_ms;
    return 0;
}

/* Exactly `count` digits at *text, which moves on. */
static bool digits(const char **text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9') {
            return false;
        }
        *value = *value * 10 + (**text - '0');
    }
    return true;
}

static bool one_of(const char **text, const char *allowed)
{
    bool found = **text != '\0' && strchr(allowed, **text) != NULL;
    *text += found;
    return found;
}

static bool parse_date_and_minute(const char **text, struct tm *tm)
{
    int year = 0;
    int month = 0;
    bool ok = digits(text, 4, &year) && one_of(text, "-") && digits(text, 2, &month) && one_of(text, "-") &&
              digits(text, 2, &tm->tm_mday) && one_of(text, "Tt ") && digits(text, 2, &tm->tm_hour) &&
              one_of(text, ":") && digits(text, 2, &tm->tm_min);
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    return ok && year >= 1970 && month >= 1 && month <= 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31 &&
           tm->tm_hour <= 23 && tm->tm_min <= 59;
}

/* "Z" or "+01:00". */
static bool parse_zone(const char **text, int *offset_s)
{
    *offset_s = 0;
    if (one_of(text, "Zz")) {
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    bool ok = one_of(text, "+-") && digits(text, 2, &hours) && one_of(text, ":") && digits(text, 2, &minutes);
    *offset_s = sign * (hours * 3600 + minutes * 60);
    return ok && hours <= 23 && minutes <= 59;
}

/* timegm and mktime carry an impossible day into the next month: then the day comes back changed. */
static int to_ms(struct tm tm, bool utc, int offset_s, int64_t *ms)
{
    int day = tm.tm_mday;
    tm.tm_isdst = -1;
    time_t at = utc ? timegm(&tm) : mktime(&tm);
    if (at == (time_t)-1 || tm.tm_mday != day) {
        return -EINVAL;
    }
    *ms = ((int64_t)at - offset_s) * 1000;
    return 0;
}

static int parse_at(const char *text, int64_t *ms)
{
    struct tm tm = {0};
    int offset_s = 0;
    if (!parse_date_and_minute(&text, &tm)) {
        return -EINVAL;
    }
    if (*text == '\0') {
        return to_ms(tm, false, 0, ms);
    }
    if (!one_of(&text, ":") || !digits(&text, 2, &tm.tm_sec) || tm.tm_sec > 59) {
        return -EINVAL;
    }
    if (one_of(&text, ".")) {
        size_t fraction = strspn(text, "0123456789");
        if (fraction == 0) {
            return -EINVAL;
        }
        text += fraction;
    }
    return parse_zone(&text, &offset_s) && *text == '\0' ? to_ms(tm, true, offset_s, ms) : -EINVAL;
}

int command_time_parse(const char *text, enum command_injured *injured, int64_t *ms)
{
    bool ago = text[0] == '-';
    int error = ago ? parse_ago(text, ms) : parse_at(text, ms);
    if (error == 0) {
        *injured = ago ? INJURED_AGO : INJURED_AT;
    }
    return error;
}
