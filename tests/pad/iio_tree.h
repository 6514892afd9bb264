/* A tree of files that looks like sysfs with IIO devices, and a driver opened on it, for the tests of the IIO driver.
 */
#ifndef SOOTHE_TESTS_IIO_TREE_H
#define SOOTHE_TESTS_IIO_TREE_H

#include "iio.h"

#define ADS "devices/i2c-1/1-0048/iio:device0"
#define MCP "devices/spi0/spi0.0/iio:device1"

extern char root[64]; /* of the tree */
extern char why[256];
extern int64_t clock_ms;
extern int interrupted; /* so many reads of an attribute are ended by a signal */
extern int read_error;  /* what the kernel answers each read; 0: what is in the file */
extern struct adc_driver driver;

/* An empty tree in a new directory. tear_down closes the driver, unless its `close` was set to NULL. */
void set_up(void);
void tear_down(void);

/* An ADS1115 with all channels at +-4.096 V, on a 3.3 V rail: the thermistor on 0, the rail on 3. */
void make_ads1115(const char *device);
void make_mcp3008(const char *device, const char *scale);
void unlink_device(const char *device);
void make_directories(const char *name);
/* As sysfs does: the file stays, its text changes. */
void put(const char *device, const char *attribute, const char *text);
void take_away(const char *device, const char *attribute);
void path_of(const char *name, char *path, size_t size);

struct config one_sensor(const char *iio, int32_t channel, int32_t supply_channel);
int open_iio(const struct config *config, bool later);
int open_one(const char *iio, int32_t channel, int32_t supply_channel, bool later);
struct adc_sample read_sensor(size_t index);

bool says(const char *words); /* whether `why` does */
size_t open_descriptors(void);

#endif
