#include "iio_tree.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
    CU_ASSERT_EQUAL(sample.supply_raw, 24000);
    CU_ASSERT_EQUAL(sample.bits, 16);
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
    CU_ASSERT_EQUAL(sample.supply_raw, 0);
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
    CU_ASSERT_EQUAL(sample.supply_raw, 0);
    CU_ASSERT_EQUAL(sample.bits, 10);
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
    CU_ASSERT_EQUAL(read_sensor(0).bits, 12);
    tear_down();
}

static void an_adc_that_does_not_tell_its_steps_has_no_known_resolution(void)
{
    const char *const steps[] = {"", "nonsense\n", "0.25 0.125\n"};
    for (size_t i = 0; i < 3; i++) {
        set_up();
        make_ads1115(ADS);
        put(ADS, "scale_available", steps[i]);
        CU_ASSERT_EQUAL_FATAL(open_one("1-0048", 0, 3, true), 0);
        CU_ASSERT_EQUAL(read_sensor(0).bits, 0);
        tear_down();
    }
}

static void an_mcp3208_has_twelve_bits(void)
{
    set_up();
    make_mcp3008(MCP, "0.805664062\n");
    put(MCP, "name", "mcp3208\n");
    CU_ASSERT_EQUAL_FATAL(open_one("mcp3208", 0, -1, false), 0);
    CU_ASSERT_EQUAL(read_sensor(0).bits, 12);
    CU_ASSERT_DOUBLE_EQUAL(read_sensor(0).volts, 512.0 / 4096.0, 1e-12);
    driver.close(driver.self);
    CU_ASSERT_EQUAL_FATAL(open_one("mcp3208", 0, 1, false), 0);
    put(MCP, "in_voltage_scale", "0.732421875\n"); /* 3.0 V is a reference that is too low for a 3.3 V divider */
    driver.close(driver.self);
    CU_ASSERT_EQUAL(open_one("mcp3208", 0, 1, false), -ERANGE);
    driver.close = NULL;
    CU_ASSERT_EQUAL(open_one("mcp3208", 0, -1, false), 0);
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

static void a_device_of_an_unknown_kind_is_read_by_its_scale(void)
{
    set_up();
    make_mcp3008(MCP, "0.5\n");
    put(MCP, "name", "some-adc\n");
    CU_ASSERT_EQUAL_FATAL(open_one("some-adc", 0, 1, false), 0);
    struct adc_sample sample = read_sensor(0);
    CU_ASSERT_DOUBLE_EQUAL(sample.volts, 0.256, 1e-12);
    CU_ASSERT_EQUAL(sample.bits, 0);
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
    {"an ADC that does not tell its steps has no known resolution",
     an_adc_that_does_not_tell_its_steps_has_no_known_resolution                                                                },
    {"an MCP3208 has twelve bits",                                        an_mcp3208_has_twelve_bits                            },
    {"a missing device is looked for once a second",                      a_missing_device_is_looked_for_once_a_second          },
    {"a device that goes is found again under another number",            a_device_that_goes_is_found_again_under_another_number},
    {"an error of the bus is told as it is and passes",                   an_error_of_the_bus_is_told_as_it_is_and_passes       },
    {"each sensor has its own fate",                                      each_sensor_has_its_own_fate                          },
    {"a device of an unknown kind is read by its scale",                  a_device_of_an_unknown_kind_is_read_by_its_scale      },
    {"the driver for sysfs opens and closes",                             the_driver_for_sysfs_opens_and_closes                 },
};

int main(void)
{
    return suite_run("iio", tests, sizeof tests / sizeof tests[0]);
}
