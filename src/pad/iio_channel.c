#include "iio.h"
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define CHANNELS_SHOWN 16

static void close_fd(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

void iio_channel_close(struct iio_channel *channel)
{
    close_fd(channel->raw_fd);
    close_fd(channel->scale_fd);
    *channel = IIO_NO_CHANNEL;
}

static int open_attr(const struct iio_place *place, int32_t channel, const char *what)
{
    char name[48];
    (void)snprintf(name, sizeof name, "in_voltage%d_%s", (int)channel, what);
    return iio_attr_open(place->path, name);
}

int iio_channel_open(const struct iio_place *place, int32_t number, struct iio_channel *channel)
{
    struct iio_channel opened = {.raw_fd = open_attr(place, number, "raw"),
                                 .scale_fd = open_attr(place, number, "scale")};
    if (opened.scale_fd == -ENOENT) {
        opened.scale_fd = iio_attr_open(place->path, "in_voltage_scale");
    }
    int error = opened.raw_fd < 0 ? opened.raw_fd : opened.scale_fd;
    if (error < 0) {
        iio_channel_close(&opened);
        return error == -ENOENT ? -ENXIO : error;
    }
    *channel = opened;
    return 0;
}

void iio_channel_explain(const struct iio_place *place, int32_t number, int error, char *why, size_t size)
{
    if (error != -ENXIO) {
        why_add(why, size, "%s: channel %d cannot be opened", place->path, (int)number);
        return;
    }
    why_add(why, size, "%s (%s) has no channel %d; it has", place->path, place->name, (int)number);
    for (int32_t i = 0; i < CHANNELS_SHOWN; i++) {
        int fd = open_attr(place, i, "raw");
        if (fd >= 0) {
            why_add(why, size, " %d", (int)i);
            close_fd(fd);
        }
    }
}

int iio_channel_lsb(const struct iio_ports *ports, const struct iio_channel *channel, double *lsb_v)
{
    double scale_mv = 0;
    int error = iio_attr_decimal(ports, channel->scale_fd, &scale_mv);
    if (error == 0) {
        *lsb_v = scale_mv / 1000.0;
    }
    return error;
}
