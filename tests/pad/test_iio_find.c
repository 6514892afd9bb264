#include "iio_tree.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

static const struct suite_test tests[] = {
    {"a device is found by parent, by name and by path", a_device_is_found_by_parent_by_name_and_by_path},
    {"two devices of one name are refused and listed",   two_devices_of_one_name_are_refused_and_listed },
    {"a device that is not there lists the others",      a_device_that_is_not_there_lists_the_others    },
    {"a channel that is not there lists the others",     a_channel_that_is_not_there_lists_the_others   },
    {"what is no number is an error",                    what_is_no_number_is_an_error                  },
    {"a scale that is no positive number is an error",   a_scale_that_is_no_positive_number_is_an_error },
    {"an attribute that may not be read is an error",    an_attribute_that_may_not_be_read_is_an_error  },
    {"the first mistake is the one that is told",        the_first_mistake_is_the_one_that_is_told      },
    {"a read that a signal ends is done again",          a_read_that_a_signal_ends_is_done_again        },
    {"the name in front wins over a name attribute",     the_name_in_front_wins_over_a_name_attribute   },
    {"nothing stays open when opening fails",            nothing_stays_open_when_opening_fails          },
};

int main(void)
{
    return suite_run("iio_find", tests, sizeof tests / sizeof tests[0]);
}
