#include "reader.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

typedef bool value_reader(struct reader *reader, const struct key *key, size_t index, struct item item);

/* "0 to 60 min" */
static const char *span(const struct key *key, char text[64])
{
    const char *space = key->unit ? " " : "";
    const char *unit = key->unit ? key->unit : "";
    if (key->min == key->max) {
        snprintf(text, 64, "%.10g%s%s", key->min, space, unit);
    } else {
        snprintf(text, 64, "%.10g to %.10g%s%s", key->min, key->max, space, unit);
    }
    return text;
}

/* A number within the key's bounds, from `item`, which may be an element of the key's value. */
static bool number_in_span(struct reader *reader, const struct key *key, size_t index, struct item item, double *value)
{
    char text[64];
    if (!cJSON_IsNumber(item.json)) {
        return item_complain(reader, key, index, item, "must be a number; allowed: %s", span(key, text));
    }
    *value = item.json->valuedouble;
    if (!isfinite(*value)) {
        return item_complain(reader, key, index, item, "not a finite number; allowed: %s", span(key, text));
    }
    if (*value < key->min || *value > key->max) {
        return item_complain(reader, key, index, item, "%.10g is too %s; allowed: %s", *value,
                             *value < key->min ? "small" : "large", span(key, text));
    }
    return true;
}

static bool read_ignored(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    return cJSON_IsString(item.json) || item_complain(reader, key, index, item, "must be text in double quotes");
}

static bool read_bool(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    if (!cJSON_IsBool(item.json)) {
        return item_complain(reader, key, index, item, "must be true or false, without quotes");
    }
    *(bool *)key_place(key, reader->draft, index) = cJSON_IsTrue(item.json);
    return true;
}

static bool read_number(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    double value = 0.0;
    if (!number_in_span(reader, key, index, item, &value)) {
        return false;
    }
    key_set_number(key, reader->draft, index, false, value);
    return true;
}

static bool read_integer(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    char text[64];
    double value = 0.0;
    if (!number_in_span(reader, key, index, item, &value)) {
        return false;
    }
    if (value != floor(value)) {
        return item_complain(reader, key, index, item, "%.10g is no whole number; allowed: %s", value, span(key, text));
    }
    key_set_number(key, reader->draft, index, false, value);
    return true;
}

static bool has_control(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7F || (c[0] == 0xC2 && c[1] < 0xA0)) {
            return true;
        }
    }
    return false;
}

static bool read_text(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    char quoted[REPORT_QUOTE_SIZE];
    char allowed[200];
    const char *text = item.json->valuestring;
    if (!cJSON_IsString(item.json)) {
        return item_complain(reader, key, index, item, "must be text in double quotes: %s", key->help);
    }
    size_t least = key->text && key->text[0] == '\0' ? 0 : 1;
    if (strlen(text) < least || strlen(text) >= key->size) {
        return item_complain(reader, key, index, item, "has %zu bytes; allowed: %zu to %zu", strlen(text), least,
                             key->size - 1);
    }
    if (has_control(text)) {
        return item_complain(reader, key, index, item, "holds a control character");
    }
    if (text[0] != '\0' && !rule_holds(key->rule, text)) {
        rule_allowed(key->rule, allowed, sizeof allowed);
        return item_complain(reader, key, index, item, "%s is not allowed here: %s", report_quote(text, quoted),
                             allowed);
    }
    memcpy(key_place(key, reader->draft, index), text, strlen(text) + 1);
    return true;
}

static bool read_choice(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    char quoted[REPORT_QUOTE_SIZE];
    char allowed[128] = "";
    const char *words[8];
    size_t count = 0;
    for (; key->choices[count].word; count++) {
        words[count] = key->choices[count].word;
        report_append(allowed, sizeof allowed, "%s\"%s\"", count ? ", " : "", words[count]);
    }
    if (!cJSON_IsString(item.json)) {
        return item_complain(reader, key, index, item, "must be one of %s", allowed);
    }
    const struct key_choice *choice = key_choice_find(key, item.json->valuestring);
    if (!choice) {
        const char *near = report_nearest(item.json->valuestring, words, count);
        report_quote(item.json->valuestring, quoted);
        return near ? item_complain(reader, key, index, item, "%s is not known: did you mean \"%s\"? Allowed: %s",
                                    quoted, near, allowed)
                    : item_complain(reader, key, index, item, "%s is not known; allowed: %s", quoted, allowed);
    }
    key_set_choice(key, reader->draft, index, choice);
    return true;
}

static bool read_range(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    char text[64];
    double ends[2] = {0.0, 0.0};
    if (!cJSON_IsArray(item.json) || cJSON_GetArraySize(item.json) != 2) {
        return item_complain(reader, key, index, item, "must be a list of two numbers, each %s: %s", span(key, text),
                             key->help);
    }
    struct item first = item_first(reader, item);
    if (!number_in_span(reader, key, index, first, &ends[0]) ||
        !number_in_span(reader, key, index, item_next(reader, first), &ends[1])) {
        return false;
    }
    if (ends[0] > ends[1]) {
        return item_complain(reader, key, index, item, "the first number, %.10g, is larger than the second, %.10g",
                             ends[0], ends[1]);
    }
    key_set_number(key, reader->draft, index, false, ends[0]);
    key_set_number(key, reader->draft, index, true, ends[1]);
    return true;
}

/* Minutes since midnight, or -1. */
static int time_of_day(const cJSON *json)
{
    const char *text = cJSON_IsString(json) ? json->valuestring : "";
    if (strlen(text) != 5 || text[2] != ':' || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]) ||
        !isdigit((unsigned char)text[3]) || !isdigit((unsigned char)text[4])) {
        return -1;
    }
    int hours = (text[0] - '0') * 10 + text[1] - '0';
    int minutes = (text[3] - '0') * 10 + text[4] - '0';
    return hours < 24 && minutes < 60 ? hours * 60 + minutes : -1;
}

static bool read_quiet(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    struct quiet_hours *quiet = key_place(key, reader->draft, index);
    int size = cJSON_GetArraySize(item.json);
    if (cJSON_IsNull(item.json) || (cJSON_IsArray(item.json) && size == 0)) {
        quiet->set = false;
        return true;
    }
    if (!cJSON_IsArray(item.json) || size != 2) {
        return item_complain(reader, key, index, item,
                             "must be [\"HH:MM\", \"HH:MM\"], from and to in local time, or [] for none");
    }
    int times[2];
    struct item each = item_first(reader, item);
    for (int i = 0; i < 2; i++, each = item_next(reader, each)) {
        times[i] = time_of_day(each.json);
        if (times[i] < 0) {
            return item_complain(reader, key, index, each,
                                 "is no time of day; allowed: \"00:00\" to \"23:59\", always with two digits");
        }
    }
    if (times[0] == times[1]) {
        return item_complain(reader, key, index, item,
                             "begin and end at the same time: it could mean the whole day; [] for no quiet hours");
    }
    quiet->set = true;
    quiet->from_min = (int16_t)times[0];
    quiet->to_min = (int16_t)times[1];
    return true;
}

static bool read_line(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    struct config_line *line = key_place(key, reader->draft, index);
    if (cJSON_IsString(item.json)) {
        const char *name = item.json->valuestring;
        if (name[0] == '\0' || strlen(name) >= sizeof line->name || has_control(name)) {
            return item_complain(reader, key, index, item, "a line's name has 1 to %zu printable bytes",
                                 sizeof line->name - 1);
        }
        memcpy(line->name, name, strlen(name) + 1);
        line->offset = -1;
        return true;
    }
    double offset = 0.0;
    if (!cJSON_IsNumber(item.json)) {
        return item_complain(reader, key, index, item,
                             "must be the line's offset, %g to %g, or its name in double quotes", key->min, key->max);
    }
    if (!number_in_span(reader, key, index, item, &offset)) {
        return false;
    }
    if (offset != floor(offset)) {
        return item_complain(reader, key, index, item, "%.10g is no whole number", offset);
    }
    line->offset = (int32_t)offset;
    return true;
}

static bool read_outputs(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    bool heat = false;
    bool cool = false;
    if (!cJSON_IsArray(item.json) || !item.json->child) {
        return item_complain(reader, key, index, item, "must be a list of \"heat\", \"cool\" or both");
    }
    for (struct item each = item_first(reader, item); each.json; each = item_next(reader, each)) {
        const char *word = cJSON_IsString(each.json) ? each.json->valuestring : "";
        bool *seen = strcmp(word, "heat") == 0 ? &heat : strcmp(word, "cool") == 0 ? &cool : NULL;
        if (!seen || *seen) {
            return item_complain(reader, key, index, each, "%s; allowed: \"heat\", \"cool\" or both",
                                 seen ? "is named twice" : "is no output");
        }
        *seen = true;
    }
    struct supervisor_sensor *sensor = key_place(key, reader->draft, index);
    sensor->of_heat = heat;
    sensor->of_cool = cool;
    return true;
}

static bool read_coefficients(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    double values[3] = {0.0, 0.0, 0.0};
    if (!cJSON_IsArray(item.json) || cJSON_GetArraySize(item.json) != 3) {
        return item_complain(reader, key, index, item, "must be a list of three numbers, [a, b, c]");
    }
    struct item each = item_first(reader, item);
    for (size_t i = 0; i < 3; i++, each = item_next(reader, each)) {
        if (!number_in_span(reader, key, index, each, &values[i])) {
            return false;
        }
    }
    memcpy(key_place(key, reader->draft, index), values, sizeof values);
    return true;
}

static bool read_point(struct reader *reader, const struct key *key, size_t index, struct item item,
                       struct thermistor_point *point)
{
    const cJSON *ohm = item.json->child;
    const cJSON *c = ohm ? ohm->next : NULL;
    if (!cJSON_IsArray(item.json) || !c || !cJSON_IsNumber(ohm) || !cJSON_IsNumber(c) || c->next) {
        return item_complain(reader, key, index, item, "each point must be two numbers, [ohm, degrees Celsius]");
    }
    *point = (struct thermistor_point){.c = c->valuedouble, .ohm = ohm->valuedouble};
    if (!(point->ohm >= 1.0 && point->ohm <= 1e8)) {
        return item_complain(reader, key, index, item, "a resistance of %g ohm; allowed: 1 to 100000000", point->ohm);
    }
    if (!(point->c >= -100.0 && point->c <= 300.0)) {
        return item_complain(reader, key, index, item, "%g degrees Celsius; allowed: -100 to 300", point->c);
    }
    return true;
}

static bool read_points(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    struct thermistor_point points[THERMISTOR_POINTS_MAX] = {
        {0.0, 0.0}
    };
    int size = cJSON_GetArraySize(item.json);
    if (!cJSON_IsArray(item.json) || size < (int)key->min || size > (int)key->max) {
        return item_complain(reader, key, index, item, "must be a list of %g to %g points, [ohm, degrees Celsius]",
                             key->min, key->max);
    }
    size_t count = 0;
    for (struct item each = item_first(reader, item); each.json; each = item_next(reader, each)) {
        struct thermistor_point point = {0.0, 0.0};
        if (!read_point(reader, key, index, each, &point)) {
            return false;
        }
        size_t place = count++;
        for (; place > 0 && points[place - 1].c > point.c; place--) {
            points[place] = points[place - 1];
        }
        points[place] = point;
    }
    struct draft_curve *curve = &reader->draft->curves[index];
    memcpy(curve->points, points, count * sizeof points[0]);
    curve->point_count = count;
    return true;
}

bool value_read(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    static value_reader *const readers[KEY_KIND_COUNT] = {
        [KEY_IGNORED] = read_ignored, [KEY_BOOL] = read_bool,     [KEY_NUMBER] = read_number,
        [KEY_INTEGER] = read_integer, [KEY_TEXT] = read_text,     [KEY_CHOICE] = read_choice,
        [KEY_RANGE] = read_range,     [KEY_QUIET] = read_quiet,   [KEY_LINE] = read_line,
        [KEY_OUTPUTS] = read_outputs, [KEY_POINTS] = read_points, [KEY_COEFFICIENTS] = read_coefficients,
    };
    return readers[key->kind](reader, key, index, item);
}
