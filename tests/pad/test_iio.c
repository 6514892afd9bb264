#include "iio.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUS "bus/iio/devices"
#define ADS "devices/i2c-1/1-0048/iio:device0"
#define MCP "devices/spi0/spi0.0/iio:device1"

static char root[64];
static char why[256];
static int64_t clock_ms;
static int interrupted; /* so many reads are, by a signal */
static int read_error;  /* what the kernel answers each read of an attribute; 0: what is in the file */
static struct adc_driver driver;

static int64_t now_ms(void)
{
    return clock_ms;
}

static ssize_t read_attribute(int fd, void *buffer, size_t size, off_t offset)
{
    if (interrupted > 0) {
        interrupted--;
        errno = EINTR;
        return -1;
    }
    if (read_error != 0) {
        errno = read_error;
        return -1;
    }
    return pread(fd, buffer, size, offset);
}

static const struct iio_ports ports = {.now_ms = now_ms, .read = read_attribute};

static void path_of(const char *name, char *path, size_t size)
{
    CU_ASSERT_TRUE_FATAL((size_t)snprintf(path, size, "%s/%s", root, name) < size);
}

static void make_directories(const char *name)
{
    char path[256];
    path_of(name, path, sizeof path);
    for (char *slash = strchr(path + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    (void)mkdir(path, 0700);
}

/* As sysfs does: the file stays, its text changes. */
static void put(const char *device, const char *attribute, const char *text)
{
    char name[192];
    char path[256];
    (void)snprintf(name, sizeof name, "%s/%s", device, attribute);
    path_of(name, path, sizeof path);
    FILE *file = fopen(path, "we");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    (void)fclose(file);
}

static void take_away(const char *device, const char *attribute)
{
    char name[192];
    char path[256];
    (void)snprintf(name, sizeof name, "%s/%s", device, attribute);
    path_of(name, path, sizeof path);
    CU_ASSERT_EQUAL(unlink(path), 0);
}

static void link_device(const char *device)
{
    char name[192];
    char target[192];
    char path[256];
    (void)snprintf(name, sizeof name, "%s/%s", BUS, strrchr(device, '/') + 1);
    (void)snprintf(target, sizeof target, "../../../%s", device);
    path_of(name, path, sizeof path);
    CU_ASSERT_EQUAL_FATAL(symlink(target, path), 0);
}

static void unlink_device(const char *device)
{
    take_away(BUS, strrchr(device, '/') + 1);
}

/* An ADS1115 with all channels at +-4.096 V, on a 3.3 V rail: the thermistor on 0, the rail on 3. */
static void make_ads1115(const char *device)
{
    static const char *const raws[] = {"13200\n", "100\n", "-3\n", "26400\n"};
    make_directories(device);
    put(device, "name", "ads1015\n");
    put(device, "scale_available", "0.187500 0.125000 0.062500 0.031250 0.015625 0.007813\n");
    for (int i = 0; i < 4; i++) {
        char attribute[32];
        (void)snprintf(attribute, sizeof attribute, "in_voltage%d_raw", i);
        put(device, attribute, raws[i]);
        (void)snprintf(attribute, sizeof attribute, "in_voltage%d_scale", i);
        put(device, attribute, "0.125000000\n");
    }
    link_device(device);
}

static void make_mcp3008(const char *device, const char *scale)
{
    make_directories(device);
    put(device, "name", "mcp3008\n");
    put(device, "in_voltage0_raw", "512\n");
    put(device, "in_voltage1_raw", "1023\n");
    put(device, "in_voltage_scale", scale);
    link_device(device);
}

static void set_up(void)
{
    (void)snprintf(root, sizeof root, "/tmp/soothe-iio-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
    make_directories(BUS);
    clock_ms = 1000000;
    read_error = 0;
    driver = (struct adc_driver){0};
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void tear_down(void)
{
    if (driver.close) {
        driver.close(driver.self);
    }
    CU_ASSERT_EQUAL(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static struct config one_sensor(const char *iio, int32_t channel, int32_t supply_channel)
{
    struct config config = {.sensor_count = 1};
    (void)snprintf(config.sensors[0].iio, sizeof config.sensors[0].iio, "%s", iio);
    config.sensors[0].channel = channel;
    config.sensors[0].supply_channel = supply_channel;
    config.sensors[0].supply_v = 3.3;
    return config;
}

static int open_iio(const struct config *config, bool later)
{
    return iio_open_with(&ports, config, root, later, &driver, why, sizeof why);
}

static int open_one(const char *iio, int32_t channel, int32_t supply_channel, bool later)
{
    struct config config = one_sensor(iio, channel, supply_channel);
    return open_iio(&config, later);
}

static struct adc_sample read_sensor(size_t index)
{
    struct adc_sample sample = {.error = -1};
    driver.read(driver.self, index, &sample);
    return sample;
}

static bool says(const char *words)
{
    if (!strstr(why, words)) {
        fprintf(stderr, "\"%s\" is not in: %s\n", words, why);
    }
    return strstr(why, words) != NULL;
}

static size_t open_descriptors(void)
{
    size_t count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

static void a_sensor_is_read_in_volts_beside_its_supply(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, false), 0);
    CU_ASSERT_STRING_EQUAL(why, "");
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_EQUAL(sample.error, 0);
    CU_ASSERT_EQUAL(sample.raw, 13200);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, 1.65, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sample.supply_v, 3.3, 1e-12);
    put(ADS, "in_voltage0_raw", "8000\n");
    put(ADS, "in_voltage3_raw", "24000");
    sample = read_sensor(0);
    CU_ASSERT_EQUAL(sample.raw, 8000);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, 1.0, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sample.supply_v, 3.0, 1e-12);
    tear_down();
}

static void a_code_below_ground_is_negative(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 2, 3, false), 0);
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_EQUAL(sample.raw, -3);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, -0.000375, 1e-12);
    tear_down();
}

static void without_a_supply_channel_the_supply_is_what_the_file_says(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, -1, false), 0);
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, 1.65, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sample.supply_v, 3.3, 1e-12);
    tear_down();
}

static void an_ads_without_a_supply_channel_reads_another_one_beside(void)
{
    set_up();
    make_ads1115(ADS);
    size_t before = open_descriptors();
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, -1, false), 0);
    CU_ASSERT_EQUAL(open_descriptors(), before + 4);
    put(ADS, "in_voltage1_raw", "x\n");
    CU_ASSERT_EQUAL(read_sensor(0).error, EBADMSG);
    driver.close(driver.self);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 2, -1, false), 0);
    CU_ASSERT_EQUAL(read_sensor(0).raw, -3);
    driver.close(driver.self);
    driver.close = NULL;
    make_mcp3008(MCP, "3.222656250\n");
    CU_ASSERT_EQUAL_FATAL(open_one("mcp3008", 0, -1, false), 0);
    CU_ASSERT_EQUAL(open_descriptors(), before + 2);
    tear_down();
}

static void an_mcp3008_is_ratiometric_by_itself(void)
{
    set_up();
    make_mcp3008(MCP, "3.222656250\n");
    CU_ASSERT_EQUAL_FATAL(open_one("mcp3008", 0, -1, false), 0);
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_EQUAL(sample.error, 0);
    CU_ASSERT_EQUAL(sample.raw, 512);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, 0.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sample.supply_v, 1.0, 1e-12);
    tear_down();
}

static void a_reference_that_is_not_the_dividers_supply_is_refused(void)
{
    set_up();
    make_mcp3008(MCP, "4.882812500\n");
    CU_ASSERT_EQUAL(open_one("spi0.0", 0, -1, false), -ERANGE);
    CU_ASSERT_TRUE(says("reference is 5 V"));
    CU_ASSERT_TRUE(says("supply_v 3.3 V"));
    struct config config = one_sensor("spi0.0", 0, -1);
    config.sensors[0].supply_v = 5.0;
    CU_ASSERT_EQUAL(open_iio(&config, false), 0);
    CU_ASSERT_DOUBLE_EQUAL(read_sensor(0).volts, 0.5, 1e-12);
    put(MCP, "in_voltage_scale", "3.222656250\n");
    CU_ASSERT_EQUAL(read_sensor(0).error, ERANGE);
    tear_down();
}

static void a_range_that_clips_the_divider_is_refused_by_name(void)
{
    set_up();
    make_ads1115(ADS);
    put(ADS, "in_voltage0_scale", "0.062500000\n");
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ERANGE);
    CU_ASSERT_TRUE(says("range of channel 0 ends at 2.048 V"));
    CU_ASSERT_TRUE(says("cha_enable and cha_gain=1"));
    put(ADS, "in_voltage0_scale", "0.125\n");
    put(ADS, "in_voltage3_scale", "0.0625\n");
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ERANGE);
    CU_ASSERT_TRUE(says("range of channel 3 ends at 2.048 V"));
    CU_ASSERT_TRUE(says("chd_enable and chd_gain=1"));
    tear_down();
}

static void a_range_that_is_changed_later_is_an_error_until_it_is_right_again(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    put(ADS, "in_voltage0_scale", "0.062500000\n");
    CU_ASSERT_EQUAL(read_sensor(0).error, ERANGE);
    put(ADS, "in_voltage0_scale", "0.187500000\n");
    CU_ASSERT_EQUAL(read_sensor(0).error, 0);
    CU_ASSERT_DOUBLE_EQUAL(read_sensor(0).volts, 2.475, 1e-12);
    tear_down();
}

static void a_supply_at_the_end_of_its_range_is_an_error(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, false), 0);
    put(ADS, "in_voltage3_raw", "32766\n");
    CU_ASSERT_EQUAL(read_sensor(0).error, 0);
    put(ADS, "in_voltage3_raw", "32767\n");
    CU_ASSERT_EQUAL(read_sensor(0).error, ERANGE);
    tear_down();
}

static void an_ads1015_is_told_from_an_ads1115_by_its_steps(void)
{
    set_up();
    make_ads1115(ADS);
    put(ADS, "scale_available", "3 2 1 0.5 0.25 0.125\n");
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ERANGE); /* 0.125 mV is +-0.256 V there */
    put(ADS, "in_voltage0_scale", "2.000000000\n");
    put(ADS, "in_voltage3_scale", "2.000000000\n");
    put(ADS, "in_voltage0_raw", "825\n");
    put(ADS, "in_voltage3_raw", "1650\n");
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, false), 0);
    CU_ASSERT_DOUBLE_EQUAL(read_sensor(0).volts, 1.65, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(read_sensor(0).supply_v, 3.3, 1e-12);
    tear_down();
}

static void a_device_is_found_by_parent_by_name_and_by_path(void)
{
    static const char *const paths[] = {ADS, "devices/i2c-1/1-0048", "bus/iio/devices/iio:device0"};
    set_up();
    make_ads1115(ADS);
    make_mcp3008(MCP, "3.222656250\n");
    CU_ASSERT_EQUAL(open_one("ads1015", 0, 3, false), 0);
    CU_ASSERT_EQUAL(read_sensor(0).raw, 13200);
    driver.close(driver.self);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char path[192];
        path_of(paths[i], path, sizeof path);
        CU_ASSERT_EQUAL_FATAL(open_one(path, 0, 3, false), 0);
        CU_ASSERT_EQUAL(read_sensor(0).raw, 13200);
        driver.close(driver.self);
    }
    driver.close = NULL;
    tear_down();
}

static void two_devices_of_one_name_are_refused_and_listed(void)
{
    set_up();
    make_ads1115(ADS);
    make_ads1115("devices/i2c-1/1-0049/iio:device1");
    CU_ASSERT_EQUAL(open_one("ads1015", 0, 3, false), -ENOTUNIQ);
    CU_ASSERT_TRUE(says("iio:device0 (1-0048 ads1015), iio:device1 (1-0049 ads1015)"));
    CU_ASSERT_EQUAL(open_one("1-0049", 0, 3, false), 0);
    tear_down();
}

static void a_device_that_is_not_there_lists_the_others(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ENODEV);
    CU_ASSERT_TRUE(says("\"1-0048\""));
    CU_ASSERT_TRUE(says("none at all"));
    make_mcp3008(MCP, "3.222656250\n");
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ENODEV);
    CU_ASSERT_TRUE(says("iio:device1 (spi0.0 mcp3008)"));
    CU_ASSERT_EQUAL(open_one("/no/such/path", 0, 3, false), -ENODEV);
    tear_down();
}

static void a_channel_that_is_not_there_lists_the_others(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL(open_one("1-0048", 4, 3, false), -ENXIO);
    CU_ASSERT_TRUE(says("has no channel 4; it has 0 1 2 3"));
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 5, false), -ENXIO);
    CU_ASSERT_TRUE(says("has no channel 5"));
    tear_down();
}

static void a_missing_device_is_looked_for_once_a_second(void)
{
    set_up();
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    CU_ASSERT_TRUE(says("no IIO device"));
    CU_ASSERT_EQUAL(read_sensor(0).error, ENODEV);
    make_ads1115(ADS);
    clock_ms += IIO_LOOK_MS - 1;
    CU_ASSERT_EQUAL(read_sensor(0).error, ENODEV);
    clock_ms += 1;
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_EQUAL(sample.error, 0);
    CU_ASSERT_EQUAL(sample.raw, 13200);
    tear_down();
}

static void a_device_that_goes_is_found_again_under_another_number(void)
{
    set_up();
    make_ads1115(ADS);
    size_t before = open_descriptors();
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    CU_ASSERT_EQUAL(open_descriptors(), before + 4);
    clock_ms += 10 * IIO_LOOK_MS;
    read_error = ENODEV;
    unlink_device(ADS);
    CU_ASSERT_EQUAL(read_sensor(0).error, ENODEV);
    CU_ASSERT_EQUAL(open_descriptors(), before);
    read_error = 0;
    make_ads1115("devices/i2c-1/1-0048/iio:device3");
    put("devices/i2c-1/1-0048/iio:device3", "in_voltage0_raw", "4711\n");
    clock_ms += IIO_LOOK_MS - 1;
    CU_ASSERT_EQUAL(read_sensor(0).error, ENODEV);
    clock_ms += 1;
    CU_ASSERT_EQUAL(read_sensor(0).raw, 4711);
    CU_ASSERT_EQUAL(open_descriptors(), before + 4);
    driver.close(driver.self);
    driver.close = NULL;
    CU_ASSERT_EQUAL(open_descriptors(), before);
    tear_down();
}

static void an_error_of_the_bus_is_told_as_it_is_and_passes(void)
{
    static const int errors[] = {EREMOTEIO, ETIMEDOUT, EINVAL, EIO};
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        read_error = errors[i];
        CU_ASSERT_EQUAL(read_sensor(0).error, errors[i]);
    }
    read_error = 0;
    CU_ASSERT_EQUAL(read_sensor(0).error, 0);
    tear_down();
}

static void what_is_no_number_is_an_error(void)
{
    static const char *const garbage[] = {"",       "\n",           "abc\n",
                                          "12 \n",  " 12\n",        "1.5\n",
                                          "0x10\n", "12\n\n",       "--1\n",
                                          "-\n",    "2147483648\n", "1e3\n",
                                          "nan\n",  "+5\n",         "99999999999999999999999999999999999999999\n"};
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        put(ADS, "in_voltage0_raw", garbage[i]);
        CU_ASSERT_EQUAL(read_sensor(0).error, EBADMSG);
    }
    put(ADS, "in_voltage0_raw", "-2147483648\n");
    CU_ASSERT_EQUAL(read_sensor(0).raw, INT32_MIN);
    tear_down();
}

static void a_scale_that_is_no_positive_number_is_an_error(void)
{
    static const char *const garbage[] = {"",
                                          "0\n",
                                          "0.000\n",
                                          "-0.125\n",
                                          "0,125\n",
                                          "0.125.1\n",
                                          ".5\n",
                                          "5.\n",
                                          "inf\n",
                                          "nan\n",
                                          "1e-1\n",
                                          "0.125 mV\n",
                                          "1234567890123456789\n"};
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        put(ADS, "in_voltage0_scale", garbage[i]);
        CU_ASSERT_EQUAL(read_sensor(0).error, EBADMSG);
    }
    driver.close(driver.self);
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, true), 0);
    CU_ASSERT_TRUE(says("scale of channel 0"));
    put(ADS, "in_voltage0_scale", "0.125");
    CU_ASSERT_EQUAL(read_sensor(0).error, 0);
    tear_down();
}

static void an_attribute_that_may_not_be_read_is_an_error(void)
{
    set_up();
    make_ads1115(ADS);
    take_away(ADS, "in_voltage0_raw");
    make_directories(ADS "/in_voltage0_raw"); /* opens, and each read fails: also for root */
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
    CU_ASSERT_EQUAL(read_sensor(0).error, EISDIR);
    tear_down();
}

static void each_sensor_has_its_own_fate(void)
{
    set_up();
    make_ads1115(ADS);
    struct config config = one_sensor("1-0048", 0, 3);
    config.sensor_count = 3;
    config.sensors[1] = one_sensor("1-0049", 0, 3).sensors[0];
    config.sensors[2] = one_sensor("1-0048", 1, 3).sensors[0];
    CU_ASSERT_EQUAL_FATAL(open_iio(&config, true), 0);
    CU_ASSERT_TRUE(says("1-0049"));
    CU_ASSERT_EQUAL(read_sensor(0).raw, 13200);
    CU_ASSERT_EQUAL(read_sensor(1).error, ENODEV);
    CU_ASSERT_EQUAL(read_sensor(2).raw, 100);
    CU_ASSERT_EQUAL(read_sensor(3).error, ENODEV);
    tear_down();
}

static void the_first_mistake_is_the_one_that_is_told(void)
{
    set_up();
    make_ads1115(ADS);
    struct config config = one_sensor("1-0048", 9, 3);
    config.sensor_count = 2;
    config.sensors[1] = one_sensor("1-0049", 0, 3).sensors[0];
    CU_ASSERT_EQUAL(open_iio(&config, false), -ENXIO);
    CU_ASSERT_TRUE(says("has no channel 9"));
    CU_ASSERT_PTR_NULL(strstr(why, "1-0049"));
    tear_down();
}

static void a_read_that_a_signal_ends_is_done_again(void)
{
    set_up();
    make_ads1115(ADS);
    CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, false), 0);
    interrupted = 3;
    CU_ASSERT_EQUAL(read_sensor(0).error, 0);
    CU_ASSERT_EQUAL(interrupted, 0);
    tear_down();
}

static void the_name_in_front_wins_over_a_name_attribute(void)
{
    set_up();
    make_ads1115("devices/platform/ads1015/iio:device0");
    make_ads1115("devices/i2c-1/1-0048/iio:device1");
    put("devices/platform/ads1015/iio:device0", "in_voltage0_raw", "77\n");
    CU_ASSERT_EQUAL_FATAL(open_one("ads1015", 0, 3, false), 0);
    CU_ASSERT_EQUAL(read_sensor(0).raw, 77);
    tear_down();
}

static void nothing_stays_open_when_opening_fails(void)
{
    set_up();
    make_ads1115(ADS);
    size_t before = open_descriptors();
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 5, false), -ENXIO);
    put(ADS, "in_voltage3_scale", "0.0625\n");
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ERANGE);
    take_away(ADS, "in_voltage3_scale");
    CU_ASSERT_EQUAL(open_one("1-0048", 0, 3, false), -ENXIO);
    CU_ASSERT_EQUAL(open_descriptors(), before);
    tear_down();
}

static void a_device_of_an_unknown_kind_is_read_by_its_scale(void)
{
    set_up();
    make_mcp3008(MCP, "0.5\n");
    put(MCP, "name", "some-adc\n");
    CU_ASSERT_EQUAL_FATAL(open_one("some-adc", 0, 1, false), 0);
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, 0.256, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sample.supply_v, 0.5115, 1e-12);
    tear_down();
}

static void the_driver_for_sysfs_opens_and_closes(void)
{
    set_up();
    make_ads1115(ADS);
    struct config config = one_sensor("1-0048", 0, 3);
    CU_ASSERT_EQUAL_FATAL(iio_open(&config, root, false, &driver, why, sizeof why), 0);
    CU_ASSERT_STRING_EQUAL(driver.name, "iio");
    CU_ASSERT_EQUAL(read_sensor(0).raw, 13200);
    driver.close(driver.self);
    driver.close(NULL);
    CU_ASSERT_EQUAL(iio_open(&config, "/no/such/root", false, &driver, NULL, 0), -ENODEV);
    driver.close = NULL;
    tear_down();
}

static const struct suite_test tests[] = {
    {"a sensor is read in volts beside its supply",                       a_sensor_is_read_in_volts_beside_its_supply           },
    {"a code below ground is negative",                                   a_code_below_ground_is_negative                       },
    {"without a supply channel the supply is what the file says",
     without_a_supply_channel_the_supply_is_what_the_file_says                                                                  },
    {"an ADS without a supply channel reads another one beside",
     an_ads_without_a_supply_channel_reads_another_one_beside                                                                   },
    {"an MCP3008 is ratiometric by itself",                               an_mcp3008_is_ratiometric_by_itself                   },
    {"a reference that is not the divider's supply is refused",           a_reference_that_is_not_the_dividers_supply_is_refused},
    {"a range that clips the divider is refused by name",                 a_range_that_clips_the_divider_is_refused_by_name     },
    {"a range that is changed later is an error until it is right again",
     a_range_that_is_changed_later_is_an_error_until_it_is_right_again                                                          },
    {"a supply at the end of its range is an error",                      a_supply_at_the_end_of_its_range_is_an_error          },
    {"an ADS1015 is told from an ADS1115 by its steps",                   an_ads1015_is_told_from_an_ads1115_by_its_steps       },
    {"a device is found by parent, by name and by path",                  a_device_is_found_by_parent_by_name_and_by_path       },
    {"two devices of one name are refused and listed",                    two_devices_of_one_name_are_refused_and_listed        },
    {"a device that is not there lists the others",                       a_device_that_is_not_there_lists_the_others           },
    {"a channel that is not there lists the others",                      a_channel_that_is_not_there_lists_the_others          },
    {"a missing device is looked for once a second",                      a_missing_device_is_looked_for_once_a_second          },
    {"a device that goes is found again under another number",            a_device_that_goes_is_found_again_under_another_number},
    {"an error of the bus is told as it is and passes",                   an_error_of_the_bus_is_told_as_it_is_and_passes       },
    {"what is no number is an error",                                     what_is_no_number_is_an_error                         },
    {"a scale that is no positive number is an error",                    a_scale_that_is_no_positive_number_is_an_error        },
    {"an attribute that may not be read is an error",                     an_attribute_that_may_not_be_read_is_an_error         },
    {"each sensor has its own fate",                                      each_sensor_has_its_own_fate                          },
    {"the first mistake is the one that is told",                         the_first_mistake_is_the_one_that_is_told             },
    {"a read that a signal ends is done again",                           a_read_that_a_signal_ends_is_done_again               },
    {"the name in front wins over a name attribute",                      the_name_in_front_wins_over_a_name_attribute          },
    {"nothing stays open when opening fails",                             nothing_stays_open_when_opening_fails                 },
    {"a device of an unknown kind is read by its scale",                  a_device_of_an_unknown_kind_is_read_by_its_scale      },
    {"the driver for sysfs opens and closes",                             the_driver_for_sysfs_opens_and_closes                 },
};

int main(void)
{
    return suite_run("iio", tests, sizeof tests / sizeof tests[0]);
}
