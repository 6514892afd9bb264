#include "reader.h"

#include <string.h>

static bool needs_restart(const struct key *key)
{
    static const char *const sections[] = {"device.id", "pad.", "sensors[", "mqtt"};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (strncmp(key->path, sections[i], strlen(sections[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool value_differs(const struct key *key, const struct draft *a, const struct draft *b, size_t index)
{
    const void *place_a = key_place_const(key, a, index);
    const void *place_b = key_place_const(key, b, index);
    switch (key->kind) {
    case KEY_TEXT:
        return strcmp(place_a, place_b) != 0;
    case KEY_BOOL:
        return *(const bool *)place_a != *(const bool *)place_b;
    case KEY_CHOICE:
        return key_choice_kept(key, a, index) != key_choice_kept(key, b, index);
    case KEY_NUMBER:
    case KEY_INTEGER:
        return key->store != STORE_NONE && key_number(key, a, index, false) != key_number(key, b, index, false);
    case KEY_LIST:
        return key_list_length(key, a) != key_list_length(key, b);
    case KEY_LINE: {
        const struct config_line *line_a = place_a;
        const struct config_line *line_b = place_b;
        return line_a->used != line_b->used || line_a->offset != line_b->offset ||
               strcmp(line_a->name, line_b->name) != 0;
    }
    case KEY_OUTPUTS: {
        const struct supervisor_sensor *sensor_a = place_a;
        const struct supervisor_sensor *sensor_b = place_b;
        return sensor_a->of_heat != sensor_b->of_heat || sensor_a->of_cool != sensor_b->of_cool;
    }
    case KEY_COEFFICIENTS:
        return memcmp(place_a, place_b, sizeof a->curves[0].coefficients) != 0;
    case KEY_POINTS:
        return memcmp(place_a, place_b, sizeof a->curves[0].points) != 0;
    case KEY_OBJECT:
    case KEY_IGNORED:
    case KEY_RANGE:
    case KEY_QUIET:
    case KEY_KIND_COUNT:
    default:
        return false;
    }
}

static bool differs(const struct draft *a, const struct draft *b)
{
    for (size_t i = 0; i < key_count; i++) {
        size_t elements = keys[i].stride ? KEY_LIST_MAX : 1;
        for (size_t index = 0; needs_restart(&keys[i]) && index < elements; index++) {
            if (value_differs(&keys[i], a, b, index)) {
                return true;
            }
        }
    }
    return a->config.mqtt.tls != b->config.mqtt.tls; /* {} has no value of its own; a broker has a host */
}

/* What the plan's tolerance says about an output; the rest of it is wiring. */
static void take_band(struct thermostat_config *running, const struct thermostat_config *fresh)
{
    if (fresh->kind == running->kind) {
        running->limit_mc = fresh->limit_mc;
        running->hysteresis_mc = fresh->hysteresis_mc;
    }
}

static void take_limits(struct supervisor_config *running, const struct supervisor_config *fresh)
{
    struct supervisor_config taken = *fresh;
    taken.sensor_count = running->sensor_count;
    memcpy(taken.sensors, running->sensors, sizeof taken.sensors);
    *running = taken;
}

bool config_apply_reload(struct config *running, const struct config *fresh)
{
    struct draft drafts[2];
    draft_from_config(running, &drafts[0]);
    draft_from_config(fresh, &drafts[1]);
    running->plan = fresh->plan;
    take_limits(&running->limits, &fresh->limits);
    take_band(&running->pad.heat.thermostat, &fresh->pad.heat.thermostat);
    take_band(&running->pad.cool.thermostat, &fresh->pad.cool.thermostat);
    running->session_dose_max_ucem = fresh->session_dose_max_ucem;
    running->day_dose_max_ucem = fresh->day_dose_max_ucem;
    memcpy(running->device_name, fresh->device_name, sizeof running->device_name);
    memcpy(running->timezone, fresh->timezone, sizeof running->timezone);
    memcpy(running->language, fresh->language, sizeof running->language);
    running->fahrenheit = fresh->fahrenheit;
    return differs(&drafts[0], &drafts[1]);
}
