#include "box_internal.h"

#include <stdlib.h>

/* The sample plan. A pad without a cooler leaves the ice to an ice pack: its ice sessions are announced only. */
static const char plan_text[] =
    "{ \"version\": 1, \"device\": { \"id\": \"treats\" }, \"plan\": { \"notice_minutes\": 5, \"phases\": ["
    "{ \"name\": \"ice\", \"mode\": \"%s\", \"days\": 3, \"session_minutes\": [20, 30], \"every_hours\": [3, 4],"
    "  \"target_c\": 10 },"
    "{ \"name\": \"heat\", \"mode\": \"heat\", \"days\": 7, \"session_minutes\": [20, 30], \"every_hours\": [3, 4],"
    "  \"target_c\": 40, \"quiet_hours\": [\"23:00\", \"07:00\"] } ] },"
    "\"pad\": { \"wired\": true, \"chip\": \"sim\", \"heat\": { \"line\": 17, \"kind\": \"mosfet\", \"pwm_period_s\": "
    "2 }";

#define COOL_TEXT                                                                                                      \
    ", \"cool\": { \"line\": 27, \"kind\": \"relay\", \"min_on_s\": 30, \"min_off_s\": 30 }, \"fan\": { \"line\": 22 " \
    "}"
#define HEARTBEAT_TEXT ", \"heartbeat\": { \"line\": 23 }"
#define SENSE_TEXT     ", \"sense\": { \"line\": 25 }"
#define SENSOR_TEXT                                                                                                    \
    "{ \"iio\": \"adc\", \"channel\": %d, %s\"part\": \"NTCLE100E3103\", \"series_ohm\": 4700, \"role\": \"%s\"%s }"

#define SENSE_SHARE     0.5
#define SECOND_SHARE    0.5
#define HEARTBEAT_SHARE 0.7

static void put_sensor(struct box *box, FILE *text, int half, bool cools)
{
    size_t index = 0;
    while (index < SENSORS_MAX && box->halves[index] != -2) {
        index++;
    }
    box->halves[index] = half;
    const char *of = half < 0 ? "" : cools ? ", \"of\": [\"heat\", \"cool\"]" : ", \"of\": [\"heat\"]";
    fprintf(text, index > 0 ? ", " : "");
    fprintf(text, SENSOR_TEXT, (int)index, box->adc.ratiometric ? "" : "\"supply_channel\": 3, ",
            half < 0 ? "hot_side" : "pad", of);
}

static void write_config(struct box *box, const struct plant_spec *spec, FILE *text)
{
    bool cools = spec->cooler != COOLER_NONE;
    fprintf(text, plan_text, cools ? "cool" : "remind");
    if (cools) {
        fprintf(text, COOL_TEXT);
    }
    if (chance_of(&box->chance, HEARTBEAT_SHARE)) {
        fprintf(text, HEARTBEAT_TEXT);
    }
    if (chance_of(&box->chance, SENSE_SHARE)) {
        fprintf(text, SENSE_TEXT);
    }
    fprintf(text, " }, \"sensors\": [ ");
    put_sensor(box, text, 0, cools);
    if (chance_of(&box->chance, SECOND_SHARE)) {
        put_sensor(box, text, 1, cools);
    }
    if (spec->cooler == COOLER_PELTIER) {
        put_sensor(box, text, -1, cools);
    }
    fprintf(text, " ] }");
}

static void engine_from(const struct config *config, struct engine_config *engine)
{
    *engine = (struct engine_config){
        .plan = config->plan,
        .limits = config->limits,
        .thermostat = {[DRIVE_HEAT] = config->pad.heat.thermostat, [DRIVE_COOL] = config->pad.cool.thermostat},
        .session_dose_max_ucem = config->session_dose_max_ucem,
        .day_dose_max_ucem = config->day_dose_max_ucem,
        .wired = config->pad.wired,
        .heartbeat = config->pad.lines[LINE_HEARTBEAT].used,
    };
    supervisor_limits_clamp(&engine->limits);
}

void box_configure(struct box *box, enum plant_kind kind)
{
    static struct config_errors errors;
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) {
        abort();
    }
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        box->halves[i] = -2;
    }
    write_config(box, plant_spec(kind), stream);
    fclose(stream);
    if (config_parse(text, length, &box->config, &errors) != 0) {
        config_errors_print(&errors, "plan", stderr);
        abort();
    }
    free(text);
    engine_from(&box->config, &box->engine_config);
}
