#include "reader.h"

#include <string.h>

static const char *const line_paths[LINE_COUNT] = {
    [LINE_HEAT] = "pad.heat.line",   [LINE_COOL] = "pad.cool.line",
    [LINE_FAN] = "pad.fan.line",     [LINE_HEARTBEAT] = "pad.heartbeat.line",
    [LINE_SENSE] = "pad.sense.line", [LINE_BUTTON] = "pad.button.line",
    [LINE_LED] = "pad.led.line",
};

static bool same_line(const struct config_line *a, const struct config_line *b)
{
    return a->offset == b->offset && strcmp(a->name, b->name) == 0;
}

static void check_lines(struct reader *reader)
{
    const struct config_line *lines = reader->draft->config.pad.lines;
    for (size_t i = 0; i < LINE_COUNT; i++) {
        for (size_t k = 0; k < i; k++) {
            bool both = reader_given(reader, line_paths[i], 0) && reader_given(reader, line_paths[k], 0);
            if (both && same_line(&lines[i], &lines[k])) {
                reader_complain(reader, line_paths[i], 0, "is the same line as %s: each needs its own", line_paths[k]);
                break;
            }
        }
    }
}

/* A key without effect is a mistake: who wrote it counts on it. */
static void check_kind(struct reader *reader, const char *kind_path, enum thermostat_kind kind, const char *path,
                       enum thermostat_kind needed)
{
    if (reader_given(reader, kind_path, 0) && reader_given(reader, path, 0) && kind != needed) {
        reader_complain(reader, path, 0, "has no meaning for a %s: it is for a %s",
                        needed == THERMOSTAT_PWM ? "relay" : "mosfet", needed == THERMOSTAT_PWM ? "mosfet" : "relay");
    }
}

static void check_kinds(struct reader *reader)
{
    enum thermostat_kind heat = reader->draft->heat.kind;
    enum thermostat_kind cool = reader->draft->cool.kind;
    check_kind(reader, "pad.heat.kind", heat, "pad.heat.pwm_period_s", THERMOSTAT_PWM);
    check_kind(reader, "pad.heat.kind", heat, "pad.heat.min_on_s", THERMOSTAT_TWO_POINT);
    check_kind(reader, "pad.heat.kind", heat, "pad.heat.min_off_s", THERMOSTAT_TWO_POINT);
    check_kind(reader, "pad.cool.kind", cool, "pad.cool.pwm_period_s", THERMOSTAT_PWM);
    check_kind(reader, "pad.cool.kind", cool, "pad.cool.min_on_s", THERMOSTAT_TWO_POINT);
    check_kind(reader, "pad.cool.kind", cool, "pad.cool.min_off_s", THERMOSTAT_TWO_POINT);
}

static bool sensor_serves(const struct reader *reader, enum drive_mode mode)
{
    const struct config *config = &reader->draft->config;
    for (size_t i = 0; i < config->sensor_count; i++) {
        const struct supervisor_sensor *guard = &config->sensors[i].guard;
        if (!reader_sound(reader, "sensors[].role", i) || !reader_sound(reader, "sensors[].of", i)) {
            return true;
        }
        if (guard->role == SENSOR_PAD && (mode == DRIVE_HEAT ? guard->of_heat : guard->of_cool)) {
            return true;
        }
    }
    return !reader_sound(reader, "sensors[]", 0);
}

static void check_output(struct reader *reader, size_t index)
{
    const struct config *config = &reader->draft->config;
    enum mode_word mode = reader->draft->phases[index].mode;
    if (mode == MODE_REMIND || !reader_given(reader, "plan.phases[].mode", index)) {
        return;
    }
    const char *word = mode == MODE_HEAT ? "heat" : "cool";
    bool used = mode == MODE_HEAT ? config->pad.heat.used : config->pad.cool.used;
    if (!used && reader_sound(reader, "pad", 0) &&
        reader_sound(reader, mode == MODE_HEAT ? "pad.heat" : "pad.cool", 0)) {
        reader_complain(reader, "plan.phases[].mode", index, "this phase needs the output pad.%s, or mode \"remind\"",
                        word);
    }
    if (!sensor_serves(reader, mode == MODE_HEAT ? DRIVE_HEAT : DRIVE_COOL)) {
        reader_complain(reader, "plan.phases[].mode", index,
                        "this phase needs a sensor with \"role\": \"pad\" and \"of\": [\"%s\"]: without one nothing is "
                        "powered",
                        word);
    }
}

void check_pad(struct reader *reader)
{
    check_lines(reader);
    check_kinds(reader);
    for (size_t i = 0; i < reader->draft->config.plan.phase_count; i++) {
        check_output(reader, i);
    }
}
