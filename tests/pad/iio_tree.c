#include "iio_tree.h"

#include <CUnit/CUnit.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUS "bus/iio/devices"

char root[64];
char why[256];
int64_t clock_ms;
int interrupted;
int read_error;
struct adc_driver driver;

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

void path_of(const char *name, char *path, size_t size)
{
    CU_ASSERT_TRUE_FATAL((size_t)snprintf(path, size, "%s/%s", root, name) < size);
}

void make_directories(const char *name)
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

void put(const char *device, const char *attribute, const char *text)
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

void take_away(const char *device, const char *attribute)
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

void unlink_device(const char *device)
{
    take_away(BUS, strrchr(device, '/') + 1);
}

void make_ads1115(const char *device)
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

void make_mcp3008(const char *device, const char *scale)
{
    make_directories(device);
    put(device, "name", "mcp3008\n");
    put(device, "in_voltage0_raw", "512\n");
    put(device, "in_voltage1_raw", "1023\n");
    put(device, "in_voltage_scale", scale);
    link_device(device);
}

void set_up(void)
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

void tear_down(void)
{
    if (driver.close) {
        driver.close(driver.self);
    }
    CU_ASSERT_EQUAL(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct config one_sensor(const char *iio, int32_t channel, int32_t supply_channel)
{
    struct config config = {.sensor_count = 1};
    (void)snprintf(config.sensors[0].iio, sizeof config.sensors[0].iio, "%s", iio);
    config.sensors[0].channel = channel;
    config.sensors[0].supply_channel = supply_channel;
    config.sensors[0].supply_v = 3.3;
    return config;
}

int open_iio(const struct config *config, bool later)
{
    return iio_open_with(&ports, config, root, later, &driver, why, sizeof why);
}

int open_one(const char *iio, int32_t channel, int32_t supply_channel, bool later)
{
    struct config config = one_sensor(iio, channel, supply_channel);
    return open_iio(&config, later);
}

struct adc_sample read_sensor(size_t index)
{
    struct adc_sample sample = {.error = -1};
    driver.read(driver.self, index, &sample);
    return sample;
}

bool says(const char *words)
{
    if (!strstr(why, words)) {
        fprintf(stderr, "\"%s\" is not in: %s\n", words, why);
    }
    return strstr(why, words) != NULL;
}

size_t open_descriptors(void)
{
    size_t count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}
