#include "iio.h"

#include "why.h"
#include "worker.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCALE_CUT     1e-6 /* sysfs cuts a scale off after nine digits: 12 bits of 3.3 V come to 3.29999999 V */
#define REFERENCE_OFF 0.1  /* nominal reference against nominal supply, as a share: beyond it they are not one */

struct measured {
    int32_t raw;
    double lsb_v;
};

struct sensor {
    char iio[sizeof((struct config_sensor *)0)->iio];
    int32_t channel;
    int32_t supply_channel;
    double supply_v; /* nominal */
    struct iio_chip chip;
    struct iio_channel input;
    struct iio_channel beside; /* the supply's; or one that only keeps the ADC from freezing, or none */
    bool opened;
    int error;       /* of the last look, while not open */
    int64_t look_ms; /* when that was */
};

struct iio {
    struct iio_ports ports;
    char *root;
    size_t sensor_count;
    struct sensor sensors[SENSORS_MAX];
};

static void close_sensor(struct sensor *sensor)
{
    iio_channel_close(&sensor->input);
    iio_channel_close(&sensor->beside);
    sensor->opened = false;
}

/* The channel to read beside the sensor's own; -1: none. */
static int32_t number_beside(const struct sensor *sensor)
{
    if (sensor->supply_channel < 0 && sensor->chip.freezes_alone) {
        return sensor->channel == 0 ? 1 : 0;
    }
    return sensor->supply_channel;
}

static int open_channels(struct sensor *sensor, const struct iio_place *place, char *why, size_t size)
{
    int32_t number = sensor->channel;
    int error = iio_channel_open(place, number, &sensor->input);
    if (error == 0 && number_beside(sensor) >= 0) {
        number = number_beside(sensor);
        error = iio_channel_open(place, number, &sensor->beside);
    }
    if (error < 0) {
        iio_channel_explain(place, number, error, why, size);
    }
    return error;
}

static int look(const struct iio *iio, struct sensor *sensor, char *why, size_t size)
{
    struct iio_place place;
    int error = iio_find(iio->root, sensor->iio, &place, why, size);
    if (error == 0) {
        iio_chip_of(&iio->ports, &place, &sensor->chip);
        error = open_channels(sensor, &place, why, size);
    }
    if (error < 0) {
        close_sensor(sensor);
        return error;
    }
    sensor->opened = true;
    return 0;
}

/* The codes first, one right after the other. The scales come from the driver's memory; they are read each time,
 * because a range that somebody has changed would be a wrong temperature without any error. */
static int measure(const struct iio *iio, const struct sensor *sensor, struct measured *input, struct measured *supply)
{
    int error = iio_attr_int(&iio->ports, sensor->input.raw_fd, &input->raw);
    if (error == 0 && sensor->beside.raw_fd >= 0) {
        error = iio_attr_int(&iio->ports, sensor->beside.raw_fd, &supply->raw);
    }
    if (error == 0) {
        error = iio_channel_lsb(&iio->ports, &sensor->input, &input->lsb_v);
    }
    if (error == 0 && sensor->beside.raw_fd >= 0) {
        error = iio_channel_lsb(&iio->ports, &sensor->beside, &supply->lsb_v);
    }
    return error;
}

/* Whether the chip's reference is something else than the divider's supply. */
static bool is_other_reference(const struct sensor *sensor, double lsb_v)
{
    return fabs(sensor->chip.codes * lsb_v / sensor->supply_v - 1.0) > REFERENCE_OFF;
}

/* Whether a channel's range ends below what may be on it. */
static bool is_clipped(const struct sensor *sensor, double lsb_v, double most_v)
{
    return sensor->chip.codes > 0 && sensor->chip.codes * lsb_v < most_v * (1.0 - SCALE_CUT);
}

static int to_sample(const struct sensor *sensor, const struct measured *input, const struct measured *supply,
                     struct adc_sample *sample)
{
    const struct iio_chip *chip = &sensor->chip;
    struct adc_sample result = {
        .raw = input->raw, .bits = chip->bits, .volts = input->raw * input->lsb_v, .supply_v = sensor->supply_v};
    if (sensor->supply_channel >= 0) {
        result.supply_raw = supply->raw;
        result.supply_v = supply->raw * supply->lsb_v;
        if (chip->codes > 0 && supply->raw >= chip->codes - 1) {
            return -ERANGE;
        }
    } else if (chip->own_supply) {
        if (is_other_reference(sensor, input->lsb_v)) {
            return -ERANGE;
        }
        result.volts = input->raw / chip->codes;
        result.supply_v = 1.0;
        *sample = result;
        return 0;
    }
    if (is_clipped(sensor, input->lsb_v, result.supply_v)) {
        return -ERANGE;
    }
    *sample = result;
    return 0;
}

static int take(const struct iio *iio, struct sensor *sensor, struct adc_sample *sample)
{
    struct measured input = {0};
    struct measured supply = {0};
    int error = measure(iio, sensor, &input, &supply);
    if (error == -ENODEV || error == -ENOENT) {
        close_sensor(sensor);
        sensor->error = -ENODEV;
        sensor->look_ms = iio->ports.now_ms();
        return -ENODEV;
    }
    return error == 0 ? to_sample(sensor, &input, &supply, sample) : error;
}

static int look_again(const struct iio *iio, struct sensor *sensor)
{
    int64_t now_ms = iio->ports.now_ms();
    if (now_ms - sensor->look_ms >= IIO_LOOK_MS) {
        sensor->look_ms = now_ms;
        sensor->error = look(iio, sensor, NULL, 0);
    }
    return sensor->error;
}

static void iio_read(void *self, size_t index, struct adc_sample *sample)
{
    struct iio *iio = self;
    struct adc_sample taken = {0};
    int error = -ENODEV;
    if (index < iio->sensor_count) {
        struct sensor *sensor = &iio->sensors[index];
        error = sensor->opened ? 0 : look_again(iio, sensor);
        error = error == 0 ? take(iio, sensor, &taken) : error;
    }
    *sample = error == 0 ? taken : (struct adc_sample){.error = -error};
}

static void iio_close(void *self)
{
    struct iio *iio = self;
    if (iio) {
        for (size_t i = 0; i < iio->sensor_count; i++) {
            close_sensor(&iio->sensors[i]);
        }
        free(iio->root);
        free(iio);
    }
}

/* Overlay ads1115 of the Raspberry Pi: slot a is channel 0, and so on; gain 1 is 4.096 V, 0 is 6.144 V. */
static void explain_cure(const struct sensor *sensor, int channel, char *why, size_t size)
{
    char slot = (char)('a' + channel % 4);
    if (sensor->chip.own_supply) {
        why_add(why, size, "the ADC's reference must not be lower than the divider's supply");
    } else {
        why_add(why, size, "enable it in config.txt with ch%c_enable and ch%c_gain=%d in the ADC's overlay", slot, slot,
                sensor->supply_v > 4.096 ? 0 : 1);
    }
}

static int check_range(const struct iio *iio, const struct sensor *sensor, bool of_supply, char *why, size_t size)
{
    const struct iio_channel *channel = of_supply ? &sensor->beside : &sensor->input;
    int number = of_supply ? sensor->supply_channel : sensor->channel;
    double lsb_v = 0;
    int error = iio_channel_lsb(&iio->ports, channel, &lsb_v);
    if (error < 0) {
        why_add(why, size, "%s: the scale of channel %d cannot be read", sensor->iio, number);
        return error;
    }
    double end_v = sensor->chip.codes * lsb_v;
    bool by_itself = sensor->chip.own_supply && sensor->supply_channel < 0;
    if (by_itself && is_other_reference(sensor, lsb_v)) {
        why_add(why, size,
                "%s: the ADC's reference is %.3g V and the divider's supply_v %.3g V: without a supply_channel "
                "they must be the same",
                sensor->iio, end_v, sensor->supply_v);
        return -ERANGE;
    }
    if (!by_itself && is_clipped(sensor, lsb_v, sensor->supply_v)) {
        why_add(why, size, "%s: the range of channel %d ends at %.4g V, below the divider's %.3g V: ", sensor->iio,
                number, end_v, sensor->supply_v);
        explain_cure(sensor, number, why, size);
        return -ERANGE;
    }
    return 0;
}

static int open_sensor(const struct iio *iio, struct sensor *sensor, char *why, size_t size)
{
    sensor->look_ms = iio->ports.now_ms();
    sensor->error = look(iio, sensor, why, size);
    int error = sensor->error;
    if (error == 0) {
        error = check_range(iio, sensor, false, why, size);
    }
    if (error == 0 && sensor->supply_channel >= 0) {
        error = check_range(iio, sensor, true, why, size);
    }
    return error;
}

static struct iio *iio_new(const struct iio_ports *ports, const struct config *config, const char *sysfs_root)
{
    struct iio *iio = calloc(1, sizeof *iio);
    char *root = strdup(sysfs_root);
    if (!iio || !root) {
        free(iio);
        free(root);
        return NULL;
    }
    iio->ports = *ports;
    iio->root = root;
    iio->sensor_count = config->sensor_count < SENSORS_MAX ? config->sensor_count : SENSORS_MAX;
    for (size_t i = 0; i < iio->sensor_count; i++) {
        const struct config_sensor *from = &config->sensors[i];
        struct sensor *sensor = &iio->sensors[i];
        *sensor = (struct sensor){.channel = from->channel,
                                  .supply_channel = from->supply_channel,
                                  .supply_v = from->supply_v,
                                  .input = IIO_NO_CHANNEL,
                                  .beside = IIO_NO_CHANNEL};
        memcpy(sensor->iio, from->iio, sizeof sensor->iio);
    }
    return iio;
}

/* All are opened; the first mistake is the one that is told. */
static int open_all(struct iio *iio, char *why, size_t size)
{
    int first = 0;
    for (size_t i = 0; i < iio->sensor_count; i++) {
        int error = open_sensor(iio, &iio->sensors[i], why, first == 0 ? size : 0);
        first = first == 0 ? error : first;
    }
    return first;
}

int iio_open_with(const struct iio_ports *ports, const struct config *config, const char *sysfs_root, bool later,
                  struct adc_driver *driver, char *why, size_t size)
{
    struct iio *iio = iio_new(ports, config, sysfs_root);
    if (size > 0) {
        why[0] = '\0';
    }
    if (!iio) {
        why_add(why, size, "not enough memory");
        return -ENOMEM;
    }
    int error = open_all(iio, why, size);
    if (error < 0 && !later) {
        iio_close(iio);
        return error;
    }
    *driver = (struct adc_driver){.name = "iio", .self = iio, .read = iio_read, .close = iio_close};
    return 0;
}

int iio_open(const struct config *config, const char *sysfs_root, bool later, struct adc_driver *driver, char *why,
             size_t size)
{
    static const struct iio_ports ports = {.now_ms = worker_now_ms, .read = pread};
    return iio_open_with(&ports, config, sysfs_root, later, driver, why, size);
}
