/* The parts of the IIO driver. Internal to the pad room.
 *
 * iio_find.c looks for devices, iio_channel.c and
 * iio_attr.c read attributes, iio_chip.c knows what the ADCs' names mean, iio.c puts
 * them together. Every int is 0 or a negative errno unless it says otherwise; outputs are untouched on failure. */
#ifndef SOOTHE_PAD_IIO_H
#define SOOTHE_PAD_IIO_H

#include "soothe/sampler.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define IIO_LOOK_MS  1000 /* a missing device is looked for no oftener */
#define IIO_NAME_MAX 32
#define IIO_PATH_MAX 512

/* What a test replaces: the clock, and what a read of an attribute gives (the kernel's errors cannot be had from files
 * in a directory). */
struct iio_ports {
    int64_t (*now_ms)(void);
    ssize_t (*read)(int fd, void *buffer, size_t size, off_t offset); /* as pread(2) */
};

/* iio_open() with other ports. */
int iio_open_with(const struct iio_ports *ports, const struct config *config, const char *sysfs_root, bool later,
                  struct adc_driver *driver, char *why, size_t size);

struct iio_place {
    char path[IIO_PATH_MAX]; /* the device's directory, links resolved: it names the bus address too */
    char name[IIO_NAME_MAX]; /* its `name` attribute, "" where it has none */
};

/* The device that `wanted` means: an absolute path to it or to its parent, the name of its parent ("1-0048"), or its
 * `name` attribute, in this order. -ENODEV: there is none; -ENOTUNIQ: several are meant. */
int iio_find(const char *sysfs_root, const char *wanted, struct iio_place *place, char *why, size_t size);

/* Open the attribute `name` of the device at `directory`. A descriptor or a negative errno. */
int iio_attr_open(const char *directory, const char *name);
/* The text of an attribute without its line end. -EBADMSG: longer than size - 1, empty, or with a NUL in it. */
int iio_attr_text(const struct iio_ports *ports, int fd, char *text, size_t size);
/* The number in an attribute. -EBADMSG: that is none. */
int iio_attr_int(const struct iio_ports *ports, int fd, int32_t *value);
int iio_attr_decimal(const struct iio_ports *ports, int fd, double *value);

/* "-12": a sign, digits, nothing else, within int32_t. */
bool iio_parse_int(const char *text, int32_t *value);
/* "0.125000000": digits, a point and digits or not, nothing else, at most 18 digits, above 0. In every locale. */
bool iio_parse_decimal(const char *text, double *value);

struct iio_channel {
    int raw_fd; /* -1: not open */
    int scale_fd;
};

#define IIO_NO_CHANNEL ((struct iio_channel){.raw_fd = -1, .scale_fd = -1})

/* The code and the scale of channel `number`; the scale is its own or one for all channels. -ENXIO: it has none. */
int iio_channel_open(const struct iio_place *place, int32_t number, struct iio_channel *channel);
void iio_channel_close(struct iio_channel *channel);
/* Why iio_channel_open() failed, with the channels that there are. */
void iio_channel_explain(const struct iio_place *place, int32_t number, int error, char *why, size_t size);
/* Volts for one code. */
int iio_channel_lsb(const struct iio_ports *ports, const struct iio_channel *channel, double *lsb_v);

struct iio_chip {
    double codes;       /* codes from 0 V to the end of the range, 32768 for an ADS1115; 0: unknown */
    int32_t bits;       /* 16 for an ADS1115, that has as many below 0 V; 0: unknown */
    bool own_supply;    /* its range is its reference input: ratiometric where that is the divider's supply */
    bool freezes_alone; /* after a brown-out it repeats one old code without an error, unless its driver reads two
                           channels in turn: only another channel makes the driver set the chip up again */
};

void iio_chip_of(const struct iio_ports *ports, const struct iio_place *place, struct iio_chip *chip);

#endif
