#include "iio.h"

#include <string.h>
#include <unistd.h>

#define ADS_LARGEST_MV 6144.0 /* of the ranges of ADS1015 and ADS1115 */

/* Microchip's successive-approximation ADCs: the reference input is the end of the range. */
static const struct {
    const char *name;
    int32_t bits;
} by_reference[] = {
    {"mcp3001", 10},
    {"mcp3002", 10},
    {"mcp3004", 10},
    {"mcp3008", 10},
    {"mcp3201", 12},
    {"mcp3202", 12},
    {"mcp3204", 12},
    {"mcp3208", 12},
};

/* The largest number of "0.187500 0.125000 ...". 0: that is no such list. */
static double largest(char *list)
{
    double most = 0;
    char *rest = NULL;
    for (char *word = strtok_r(list, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        double value = 0;
        if (!iio_parse_decimal(word, &value)) {
            return 0;
        }
        most = value > most ? value : most;
    }
    return most;
}

/* An ADS1115 calls itself ads1015 too; the steps of its ranges tell how many codes it has. */
static double ads_codes(const struct iio_ports *ports, const char *directory)
{
    char text[128] = "";
    int fd = iio_attr_open(directory, "scale_available");
    if (fd < 0) {
        return 0;
    }
    int error = iio_attr_text(ports, fd, text, sizeof text);
    (void)close(fd);
    double step_mv = error == 0 ? largest(text) : 0;
    return step_mv > 0 ? ADS_LARGEST_MV / step_mv : 0;
}

/* Half of the codes are below 0 V. A driver that tells other steps than the two chips have is not trusted with any. */
static int32_t ads_bits(double codes)
{
    if (codes == 1 << 15) {
        return 16;
    }
    return codes == 1 << 11 ? 12 : 0;
}

void iio_chip_of(const struct iio_ports *ports, const struct iio_place *place, struct iio_chip *chip)
{
    *chip = (struct iio_chip){0};
    if (strcmp(place->name, "ads1015") == 0) {
        chip->codes = ads_codes(ports, place->path);
        chip->bits = ads_bits(chip->codes);
        chip->freezes_alone = true;
        return;
    }
    for (size_t i = 0; i < sizeof by_reference / sizeof by_reference[0]; i++) {
        if (strcmp(place->name, by_reference[i].name) == 0) {
            *chip =
                (struct iio_chip){.codes = 1 << by_reference[i].bits, .bits = by_reference[i].bits, .own_supply = true};
        }
    }
}
