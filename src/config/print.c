#include "reader.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number in as few digits as give it again. */
static cJSON *number_node(double value)
{
    char text[40];
    for (int digits = 7; digits < 18; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    char *comma = strstr(text, localeconv()->decimal_point);
    if (comma) {
        *comma = '.';
    }
    return cJSON_CreateRaw(text);
}

static cJSON *list_node(const double *numbers, size_t count)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON_AddItemToArray(list, number_node(numbers[i]));
    }
    return list;
}

static cJSON *text_node(const char *text)
{
    return cJSON_CreateString(text);
}

static cJSON *quiet_node(const struct quiet_hours *quiet)
{
    cJSON *list = cJSON_CreateArray();
    const int times[] = {quiet->from_min, quiet->to_min};
    for (size_t i = 0; quiet->set && i < 2; i++) {
        char text[16];
        snprintf(text, sizeof text, "%02d:%02d", times[i] / 60, times[i] % 60);
        cJSON_AddItemToArray(list, text_node(text));
    }
    return list;
}

static cJSON *line_node(const struct config_line *line)
{
    return line->offset >= 0 ? number_node(line->offset) : text_node(line->name);
}

static cJSON *outputs_node(const struct supervisor_sensor *sensor)
{
    cJSON *list = cJSON_CreateArray();
    if (sensor->of_heat) {
        cJSON_AddItemToArray(list, text_node("heat"));
    }
    if (sensor->of_cool) {
        cJSON_AddItemToArray(list, text_node("cool"));
    }
    return list;
}

static cJSON *points_node(const struct draft_curve *curve)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < curve->point_count; i++) {
        const double pair[] = {curve->points[i].ohm, curve->points[i].c};
        cJSON_AddItemToArray(list, list_node(pair, 2));
    }
    return list;
}

static cJSON *object_node(const struct key *parent, const struct draft *draft, size_t index);

static cJSON *objects_node(const struct key *list, const struct draft *draft)
{
    cJSON *node = cJSON_CreateArray();
    for (size_t i = 0; i < key_list_length(list, draft); i++) {
        cJSON_AddItemToArray(node, object_node(list, draft, i));
    }
    return node;
}

static cJSON *value_node(const struct key *key, const struct draft *draft, size_t index)
{
    const void *place = key_place_const(key, draft, index);
    switch (key->kind) {
    case KEY_OBJECT:
        return object_node(key, draft, index);
    case KEY_LIST:
        return objects_node(key, draft);
    case KEY_BOOL:
        return cJSON_CreateBool(*(const bool *)place);
    case KEY_NUMBER:
    case KEY_INTEGER:
        return number_node(key->store == STORE_NONE ? key->min : key_number(key, draft, index, false));
    case KEY_TEXT:
        return text_node(place);
    case KEY_CHOICE:
        return text_node(key_choice_kept(key, draft, index)->word);
    case KEY_RANGE: {
        const double ends[] = {key_number(key, draft, index, false), key_number(key, draft, index, true)};
        return list_node(ends, 2);
    }
    case KEY_QUIET:
        return quiet_node(place);
    case KEY_LINE:
        return line_node(place);
    case KEY_OUTPUTS:
        return outputs_node(place);
    case KEY_COEFFICIENTS:
        return list_node(place, 3);
    case KEY_POINTS:
        return points_node(&draft->curves[index]);
    case KEY_IGNORED:
    case KEY_KIND_COUNT:
    default:
        return NULL;
    }
}

static bool is(const struct key *key, const char *path)
{
    return strcmp(key->path, path) == 0;
}

static bool starts(const struct key *key, const char *path)
{
    return strncmp(key->path, path, strlen(path)) == 0;
}

static bool ends(const struct key *key, const char *name)
{
    size_t length = strlen(key->path);
    return length >= strlen(name) && strcmp(key->path + length - strlen(name), name) == 0;
}

static bool shown_in_pad(const struct key *key, const struct draft *draft)
{
    static const char *const objects[LINE_COUNT] = {
        [LINE_HEAT] = "pad.heat",   [LINE_COOL] = "pad.cool",
        [LINE_FAN] = "pad.fan",     [LINE_HEARTBEAT] = "pad.heartbeat",
        [LINE_SENSE] = "pad.sense", [LINE_BUTTON] = "pad.button",
        [LINE_LED] = "pad.led",
    };
    const struct draft_output *output = starts(key, "pad.heat.") ? &draft->heat : &draft->cool;
    for (size_t i = 0; i < LINE_COUNT; i++) {
        if (is(key, objects[i])) {
            return draft->config.pad.lines[i].used;
        }
    }
    if (ends(key, ".pwm_period_s")) {
        return output->kind == THERMOSTAT_PWM;
    }
    if (ends(key, ".min_on_s") || ends(key, ".min_off_s")) {
        return output->kind == THERMOSTAT_TWO_POINT;
    }
    return true;
}

static bool shown_in_sensor(const struct key *key, const struct draft *draft, size_t index)
{
    static const char *const words[] = {
        [CURVE_PART] = "sensors[].part",
        [CURVE_STEINHART] = "sensors[].steinhart_hart",
        [CURVE_BETA] = "sensors[].beta",
        [CURVE_TABLE] = "sensors[].table",
    };
    const struct config_sensor *sensor = &draft->config.sensors[index];
    for (size_t word = CURVE_PART; word <= CURVE_TABLE; word++) {
        if (is(key, words[word])) {
            return draft->curves[index].word == word;
        }
    }
    if (is(key, "sensors[].of")) {
        return sensor->guard.role == SENSOR_PAD;
    }
    if (is(key, "sensors[].supply_channel")) {
        return sensor->supply_channel >= 0;
    }
    if (is(key, "sensors[].supply_v")) {
        return sensor->supply_channel < 0;
    }
    return true;
}

/* What has no effect in this configuration is not printed. */
static bool is_shown(const struct key *key, const struct draft *draft, size_t index)
{
    if (key->kind == KEY_IGNORED || is(key, "plan.quiet_hours")) {
        return false;
    }
    if (starts(key, "pad.")) {
        return shown_in_pad(key, draft);
    }
    if (starts(key, "sensors[].")) {
        return shown_in_sensor(key, draft, index);
    }
    if (is(key, "mqtt")) {
        return draft->config.mqtt.enabled;
    }
    return !is(key, "mqtt.tls") || draft->config.mqtt.tls;
}

static cJSON *object_node(const struct key *parent, const struct draft *draft, size_t index)
{
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < key_count; i++) {
        if (key_is_child(&keys[i], parent) && is_shown(&keys[i], draft, index)) {
            char name[64];
            key_name(&keys[i], name, sizeof name);
            cJSON_AddItemToObject(object, name, value_node(&keys[i], draft, index));
        }
    }
    return object;
}

int config_print(const struct config *config, FILE *out)
{
    struct draft draft;
    draft_from_config(config, &draft);
    cJSON *root = object_node(NULL, &draft, 0);
    char *text = cJSON_Print(root);
    cJSON_Delete(root);
    int error = !text || fprintf(out, "%s\n", text) < 0 || fflush(out) != 0 ? -EIO : 0;
    cJSON_free(text);
    return error;
}
