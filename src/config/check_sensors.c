#include "reader.h"

#include <errno.h>
#include <string.h>

static void check_curve(struct reader *reader, size_t index)
{
    static const char *const paths[] = {"sensors[].part", "sensors[].steinhart_hart", "sensors[].beta",
                                        "sensors[].table"};
    size_t given = 0;
    const char *path = NULL;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (!reader_sound(reader, paths[i], index)) {
            return;
        }
        if (reader_given(reader, paths[i], index)) {
            path = paths[i];
            given++;
        }
    }
    if (given == 0) {
        reader_complain(reader, paths[0], index,
                        "is missing here: the thermistor's \"part\", or its curve as \"steinhart_hart\", \"beta\" or "
                        "\"table\"; it has no default, since common 10 k parts differ by 3 degrees at 45");
    } else if (given > 1) {
        reader_complain(reader, path, index,
                        "one curve too many: allowed is one of \"part\", \"steinhart_hart\", \"beta\", \"table\"");
    } else if (reader_sound(reader, "sensors[].beta.r25_ohm", index) &&
               reader_sound(reader, "sensors[].beta.beta_k", index)) {
        int error = thermistor_check(&reader->draft->config.sensors[index].curve);
        if (error) {
            reader_complain(reader, path, index,
                            error == -ERANGE ? "the curve must reach from -20 to 85 degrees Celsius"
                                             : "is no curve of an NTC: with each resistance one temperature, and the "
                                               "higher the one, the lower the other");
        }
    }
}

static void check_supply(struct reader *reader, size_t index)
{
    const struct config_sensor *sensor = &reader->draft->config.sensors[index];
    if (!reader_given(reader, "sensors[].supply_channel", index)) {
        return;
    }
    if (reader_given(reader, "sensors[].channel", index) && sensor->supply_channel == sensor->channel) {
        reader_complain(reader, "sensors[].supply_channel", index, "is the thermistor's own channel, %d",
                        (int)sensor->channel);
    }
    if (reader_given(reader, "sensors[].supply_v", index)) {
        reader_complain(reader, "sensors[].supply_v", index,
                        "has no meaning beside \"supply_channel\", which measures the supply");
    }
}

static void check_role(struct reader *reader, size_t index)
{
    bool pad = reader->draft->config.sensors[index].guard.role == SENSOR_PAD;
    bool of = reader_given(reader, "sensors[].of", index);
    if (!reader_given(reader, "sensors[].role", index) || !reader_sound(reader, "sensors[].of", index)) {
        return;
    }
    if (pad && !of) {
        reader_complain(
            reader, "sensors[].of", index,
            "is missing here: the outputs that this sensor controls and guards, \"heat\", \"cool\" or both");
    } else if (!pad && of) {
        reader_complain(reader, "sensors[].of", index, "is only for sensors with \"role\": \"pad\"");
    }
}

static void check_same(struct reader *reader, size_t index)
{
    const struct config_sensor *sensors = reader->draft->config.sensors;
    const struct config_sensor *sensor = &sensors[index];
    for (size_t k = 0; k < index; k++) {
        bool read = reader_given(reader, "sensors[].channel", index) && reader_given(reader, "sensors[].channel", k) &&
                    reader_given(reader, "sensors[].iio", index) && reader_given(reader, "sensors[].iio", k);
        if (read && sensor->channel == sensors[k].channel && strcmp(sensor->iio, sensors[k].iio) == 0) {
            reader_complain(reader, "sensors[].channel", index, "is already read by sensors[%zu]", k);
        }
        if (reader_given(reader, "sensors[].name", index) && strcmp(sensor->name, sensors[k].name) == 0) {
            reader_complain(reader, "sensors[].name", index, "is already the name of sensors[%zu]", k);
        }
    }
}

void check_sensors(struct reader *reader)
{
    for (size_t i = 0; i < reader->draft->config.sensor_count; i++) {
        check_curve(reader, i);
        check_supply(reader, i);
        check_role(reader, i);
        check_same(reader, i);
    }
}

static bool set(const struct reader *reader, const char *path, const char *text)
{
    return reader_given(reader, path, 0) && text[0] != '\0';
}

void check_mqtt(struct reader *reader)
{
    const struct config_mqtt *mqtt = &reader->draft->config.mqtt;
    bool certificate = set(reader, "mqtt.tls.cert_file", mqtt->tls_cert_file);
    bool key = set(reader, "mqtt.tls.key_file", mqtt->tls_key_file);
    if (set(reader, "mqtt.password_file", mqtt->password_file) && !set(reader, "mqtt.username", mqtt->username) &&
        reader_sound(reader, "mqtt.username", 0)) {
        reader_complain(reader, "mqtt.password_file", 0, "a password needs \"username\" beside it");
    }
    if (certificate != key && reader_sound(reader, "mqtt.tls.cert_file", 0) &&
        reader_sound(reader, "mqtt.tls.key_file", 0)) {
        reader_complain(reader, certificate ? "mqtt.tls.key_file" : "mqtt.tls.cert_file", 0,
                        "is missing here: \"cert_file\" and \"key_file\" belong together");
    }
}
