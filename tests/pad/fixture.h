/* What the tests of this room share: the sample's pad and lines that are only memory. */
#ifndef SOOTHE_TESTS_PAD_FIXTURE_H
#define SOOTHE_TESTS_PAD_FIXTURE_H

#include "soothe/config.h"
#include "soothe/lines.h"

#include <pthread.h>
#include <string.h>

#define FIXTURE_PERIOD_MS 2000

/* One pad sensor for heat and cool, one at the hot side; all lines used; heat is a slow PWM, cool a relay. */
static inline struct config fixture_config(void)
{
    struct config config = {.sensor_count = 2, .pad = {.wired = true}};
    for (int i = 0; i < LINE_COUNT; i++) {
        config.pad.lines[i] = (struct config_line){.used = true, .offset = i};
    }
    config.pad.heat = (struct config_output){.used = true};
    config.pad.heat.thermostat = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    config.pad.heat.thermostat.pwm_period_ms = FIXTURE_PERIOD_MS;
    config.pad.cool = (struct config_output){.used = true};
    config.pad.cool.thermostat = thermostat_default(THERMOSTAT_TWO_POINT, DRIVE_COOL, 1500);
    for (size_t i = 0; i < config.sensor_count; i++) {
        config.sensors[i] = (struct config_sensor){
            .channel = (int32_t)i, .supply_channel = 3, .supply_v = 3.3, .series_ohm = 4700, .ntc_to_ground = true};
        thermistor_part_find("NTCLE100E3103", &config.sensors[i].curve);
    }
    config.sensors[0].guard = (struct supervisor_sensor){.role = SENSOR_PAD, .of_heat = true, .of_cool = true};
    config.sensors[1].guard = (struct supervisor_sensor){.role = SENSOR_HOT_SIDE};
    return config;
}

#define FIXTURE_WRITES_MAX 4096

/* Lines in memory, with every write on record. `lock` and `changed` serve the tests with threads. */
struct fixture_lines {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct lines_levels levels; /* what a read gives */
    struct lines_levels writes[FIXTURE_WRITES_MAX];
    size_t write_count;
    int write_error; /* what the next writes return, and then they change nothing */
    int read_error;
    bool stuck[LINE_COUNT]; /* lines that no write changes */
    bool hang;              /* the next write waits until this is taken back */
    bool hung;              /* one waits */
    int closed;
};

static inline int fixture_write(void *self, const struct lines_levels *levels)
{
    struct fixture_lines *lines = self;
    pthread_mutex_lock(&lines->lock);
    while (lines->hang) {
        lines->hung = true;
        pthread_cond_broadcast(&lines->changed);
        pthread_cond_wait(&lines->changed, &lines->lock);
    }
    lines->hung = false;
    lines->writes[lines->write_count++ % FIXTURE_WRITES_MAX] = *levels;
    for (int i = 0; lines->write_error == 0 && i < LINE_COUNT; i++) {
        if (!lines->stuck[i] && i != LINE_SENSE && i != LINE_BUTTON) {
            lines->levels.active[i] = levels->active[i];
        }
    }
    int error = lines->write_error;
    pthread_cond_broadcast(&lines->changed);
    pthread_mutex_unlock(&lines->lock);
    return error;
}

static inline int fixture_read(void *self, struct lines_levels *levels)
{
    struct fixture_lines *lines = self;
    pthread_mutex_lock(&lines->lock);
    int error = lines->read_error;
    if (error == 0) {
        *levels = lines->levels;
    }
    pthread_mutex_unlock(&lines->lock);
    return error;
}

static inline void fixture_close(void *self)
{
    struct fixture_lines *lines = self;
    pthread_mutex_lock(&lines->lock);
    lines->closed++;
    pthread_cond_broadcast(&lines->changed);
    pthread_mutex_unlock(&lines->lock);
}

static inline struct lines_driver fixture_driver(struct fixture_lines *lines)
{
    memset(lines, 0, sizeof *lines);
    pthread_mutex_init(&lines->lock, NULL);
    pthread_cond_init(&lines->changed, NULL);
    return (struct lines_driver){
        .name = "fixture", .self = lines, .write = fixture_write, .read = fixture_read, .close = fixture_close};
}

#endif
