#include "soothe/sampler.h"

#include "mailbox.h"
#include "worker.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FINE_BITS 16 /* the noise of its last bit shows */

struct sampler {
    struct adc_driver driver;
    struct worker worker;
    size_t sensor_count;
    struct config_sensor sensors[SENSORS_MAX];
    struct mailbox readings[SENSORS_MAX]; /* sampler -> control loop */
};

static struct thermistor_divider divider_of(const struct config_sensor *sensor)
{
    struct thermistor_divider divider = {.series_ohm = sensor->series_ohm,
                                         .ntc_to_ground = sensor->ntc_to_ground,
                                         .supply_min = SAMPLER_SUPPLY_MIN_V,
                                         .supply_max = SAMPLER_SUPPLY_MAX_V};
    if (sensor->supply_channel < 0) {
        divider.supply_min = 0; /* nothing was measured: it is 1.0 or what the file says */
    }
    return divider;
}

void sampler_convert(const struct config_sensor *sensor, const struct adc_sample *sample, int64_t at_ms,
                     struct reading *reading)
{
    struct reading result = {.status = READING_ERROR, .error = sample->error, .at_ms = at_ms};
    if (sample->error == 0) {
        struct thermistor_divider divider = divider_of(sensor);
        double ohm = NAN;
        result.code = sample->raw;
        result.supply_code = sample->supply_raw;
        result.fine = sensor->supply_channel >= 0 && sample->bits >= FINE_BITS;
        result.status = thermistor_ratio_to_ohms(&divider, sample->volts, sample->supply_v, &ohm);
        if (result.status == READING_OK) {
            result.status = thermistor_ohms_to_mc(&sensor->curve, ohm, &result.mc);
        }
    }
    *reading = result;
}

static void sample_one(struct sampler *sampler, size_t index, int64_t begun_ms)
{
    struct adc_sample sample = {.error = EIO};
    struct reading reading;
    sampler->driver.read(sampler->driver.self, index, &sample);
    if (sample.error == EAGAIN) {
        return;
    }
    sampler_convert(&sampler->sensors[index], &sample, begun_ms, &reading);
    mailbox_post(&sampler->readings[index], &reading, sizeof reading);
}

void sampler_step(struct sampler *sampler, int64_t now_ms)
{
    for (size_t i = 0; i < sampler->sensor_count; i++) {
        sample_one(sampler, i, now_ms);
    }
}

static void step(void *self, int64_t now_ms)
{
    struct sampler *sampler = self;
    for (size_t i = 0; i < sampler->sensor_count; i++) {
        sample_one(sampler, i, i == 0 ? now_ms : worker_now_ms());
    }
}

static void destroy(void *self)
{
    struct sampler *sampler = self;
    sampler->driver.close(sampler->driver.self);
    free(sampler);
}

void sampler_latest(const struct sampler *sampler, size_t index, struct reading *reading)
{
    struct reading latest = {.status = READING_STALE, .at_ms = INT64_MIN};
    if (index < sampler->sensor_count) {
        mailbox_read(&sampler->readings[index], &latest, sizeof latest);
    }
    *reading = latest;
}

struct sampler *sampler_new(const struct config *config, struct adc_driver driver)
{
    static_assert(sizeof(struct reading) <= MAILBOX_BYTES, "a letter must fit its mailbox");
    struct sampler *sampler = calloc(1, sizeof *sampler);
    if (sampler) {
        sampler->driver = driver;
        sampler->sensor_count = config->sensor_count < SENSORS_MAX ? config->sensor_count : SENSORS_MAX;
        memcpy(sampler->sensors, config->sensors, sizeof sampler->sensors);
        worker_init(
            &sampler->worker,
            &(struct worker_job){
                .name = "sampler", .period_ms = SAMPLER_PERIOD_MS, .step = step, .destroy = destroy, .self = sampler});
    }
    return sampler;
}

int sampler_start(struct sampler *sampler)
{
    return worker_start(&sampler->worker);
}

void sampler_free(struct sampler *sampler)
{
    if (sampler) {
        worker_end(&sampler->worker);
    }
}
