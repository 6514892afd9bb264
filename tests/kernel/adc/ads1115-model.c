// SPDX-License-Identifier: GPL-2.0
/*
 * An I2C bus with an ADS1115 on it, as the bus number 1 and address 0x48 of a Raspberry Pi with
 * dtoverlay=ads1115,cha_enable,chb_enable,chc_enable,chd_enable: the kernel's own ti-ads1015 driver binds to it.
 *
 * It models the registers (datasheet TI SBAS444, section 8.6): inputs in microvolts, multiplexer, gain, data rate,
 * the OS bit, single-shot and continuous mode, and the power-on values. So what the driver makes of a chip that lost
 * its supply for a moment shows here as it shows on a desk. Not modelled: comparator, high-speed mode, general call.
 *
 * Set from outside, under /sys/bus/i2c/devices/i2c-1/:
 *   in0_uv .. in3_uv  input voltages
 *   noise_uv          half width of the noise added to each conversion
 *   fail_errno        transfers fail with this errno (121 = no acknowledge, 110 = bus stuck), 0 = none
 *   fail_next         how many transfers fail before fail_errno goes back to 0; -1 = all
 *   delay_ms          each transfer takes this much longer
 *   brownout          1: the registers lose their content before the next transfer
 *   frozen            1: each input's conversions repeat its newest code from before
 *   present           0: the chip is gone, as after `echo 0x48 >delete_device`; 1: it is there
 *   transfers         read only: transfers since loading
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/i2c.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/property.h>

#define MODEL_BUS        1
#define MODEL_ADDRESS    0x48
#define MODEL_INPUTS     4
#define MODEL_NOISE_SEED 1115

enum model_register { REG_CONVERSION, REG_CONFIG, REG_LOW, REG_HIGH, REG_COUNT };

#define CONFIG_OS           0x8000
#define CONFIG_SINGLE_SHOT  0x0100
#define CONFIG_MUX(config)  (((config) >> 12) & 7)
#define CONFIG_GAIN(config) (((config) >> 9) & 7)
#define CONFIG_RATE(config) (((config) >> 5) & 7)

static const u16 power_on_value[REG_COUNT] = {0x0000, 0x8583, 0x8000, 0x7fff};
static const u32 rate_hz[] = {8, 16, 32, 64, 128, 250, 475, 860};
static const s32 full_scale_uv[] = {6144000, 4096000, 2048000, 1024000, 512000, 256000, 256000, 256000};

#define GROUND MODEL_INPUTS
static const struct {
    u8 plus, minus;
} mux_inputs[] = {
    {0, 1     },
    {0, 3     },
    {1, 3     },
    {2, 3     },
    {0, GROUND},
    {1, GROUND},
    {2, GROUND},
    {3, GROUND}
};

/* The chip: touched under the bus lock only. */
static u16 registers[REG_COUNT];
static u8 pointer;
static bool converting;
static u64 done_at_ns;
static struct rnd_state noise_state;
static u16 newest_code[8]; /* by multiplexer setting */

/* The knobs: written by sysfs at any time, one word each. */
static int input_uv[MODEL_INPUTS];
static int noise_uv, fail_errno, fail_next = -1, delay_ms, brownout, stuck, transfers;

static struct i2c_client *chip;
static DEFINE_MUTEX(chip_lock);

static s32 voltage_uv(u8 input)
{
    return input == GROUND ? 0 : READ_ONCE(input_uv[input]);
}

static s32 noise(void)
{
    u32 half = clamp(READ_ONCE(noise_uv), 0, 1000000);

    return half ? (s32)(prandom_u32_state(&noise_state) % (2 * half + 1)) - (s32)half : 0;
}

static u16 convert(void)
{
    u16 config = registers[REG_CONFIG];
    u16 mux = CONFIG_MUX(config);
    s64 volts = (s64)voltage_uv(mux_inputs[mux].plus) - voltage_uv(mux_inputs[mux].minus) + noise();
    s64 code = div_s64(volts * 32768, full_scale_uv[CONFIG_GAIN(config)]);

    if (!READ_ONCE(stuck))
        newest_code[mux] = (u16)clamp_t(s64, code, S16_MIN, S16_MAX);
    return newest_code[mux];
}

static u64 period_ns(u16 config)
{
    return NSEC_PER_SEC / rate_hz[CONFIG_RATE(config)];
}

static void catch_up(u64 now_ns)
{
    if (!converting || now_ns < done_at_ns)
        return;
    registers[REG_CONVERSION] = convert();
    converting = !(registers[REG_CONFIG] & CONFIG_SINGLE_SHOT);
    done_at_ns = now_ns + period_ns(registers[REG_CONFIG]);
}

/* In continuous mode the running conversion is finished with the old setting first. */
static void write_config(u16 config, u64 now_ns)
{
    bool was_continuous = converting && !(registers[REG_CONFIG] & CONFIG_SINGLE_SHOT);
    u64 begin_ns = was_continuous ? done_at_ns : now_ns;

    registers[REG_CONFIG] = config & ~CONFIG_OS;
    converting = !(config & CONFIG_SINGLE_SHOT) || (config & CONFIG_OS);
    done_at_ns = begin_ns + period_ns(config);
}

static void write_register(u16 value, u64 now_ns)
{
    if (pointer == REG_CONFIG)
        write_config(value, now_ns);
    else if (pointer != REG_CONVERSION)
        registers[pointer] = value;
}

static u16 read_register(void)
{
    u16 idle = pointer == REG_CONFIG && !converting ? CONFIG_OS : 0;

    return registers[pointer] | idle;
}

static void power_on(void)
{
    memcpy(registers, power_on_value, sizeof(registers));
    registers[REG_CONFIG] &= ~CONFIG_OS;
    pointer = 0;
    converting = false;
}

static void transfer(struct i2c_msg *message)
{
    u64 now_ns = ktime_get_ns();
    u16 i, value;

    catch_up(now_ns);
    if (message->flags & I2C_M_RD) {
        value = read_register();
        for (i = 0; i < message->len; i++)
            message->buf[i] = i % 2 ? value & 0xff : value >> 8;
        return;
    }
    if (message->len >= 1)
        pointer = message->buf[0] % REG_COUNT;
    if (message->len >= 3)
        write_register((u16)(message->buf[1] << 8 | message->buf[2]), now_ns);
}

static int injected_error(void)
{
    int error = clamp(READ_ONCE(fail_errno), 0, MAX_ERRNO);

    if (error && fail_next > 0 && --fail_next == 0) {
        fail_errno = 0;
        fail_next = -1;
    }
    return -error;
}

/* It ends as soon as the knob is turned back. */
static void be_slow(void)
{
    u64 begun_ns = ktime_get_ns();

    while (ktime_get_ns() < begun_ns + (u64)max(READ_ONCE(delay_ms), 0) * NSEC_PER_MSEC)
        usleep_range(1000, 2000);
}

static int model_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
    int i, error;

    transfers++;
    be_slow();
    error = injected_error();
    if (error)
        return error;
    if (xchg(&brownout, 0))
        power_on();
    for (i = 0; i < count; i++) {
        if (messages[i].addr != MODEL_ADDRESS)
            return -EREMOTEIO;
        transfer(&messages[i]);
    }
    return count;
}

static u32 model_functionality(struct i2c_adapter *adapter)
{
    return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
    .master_xfer = model_transfer,
    .functionality = model_functionality,
};

#define KNOB(name, mode, variable)                                                                                     \
    static struct dev_ext_attribute knob_##name = {                                                                    \
        __ATTR(name, mode, device_show_int, (mode)&0200 ? device_store_int : NULL), &(variable)}

KNOB(in0_uv, 0644, input_uv[0]);
KNOB(in1_uv, 0644, input_uv[1]);
KNOB(in2_uv, 0644, input_uv[2]);
KNOB(in3_uv, 0644, input_uv[3]);
KNOB(noise_uv, 0644, noise_uv);
KNOB(fail_errno, 0644, fail_errno);
KNOB(fail_next, 0644, fail_next);
KNOB(delay_ms, 0644, delay_ms);
KNOB(brownout, 0644, brownout);
KNOB(frozen, 0644, stuck);
KNOB(transfers, 0444, transfers);

static ssize_t present_show(struct device *device, struct device_attribute *attribute, char *text);
static ssize_t present_store(struct device *device, struct device_attribute *attribute, const char *text, size_t size);
static DEVICE_ATTR_RW(present);

static struct attribute *model_attrs[] = {
    &knob_in0_uv.attr.attr,
    &knob_in1_uv.attr.attr,
    &knob_in2_uv.attr.attr,
    &knob_in3_uv.attr.attr,
    &knob_noise_uv.attr.attr,
    &knob_fail_errno.attr.attr,
    &knob_fail_next.attr.attr,
    &knob_delay_ms.attr.attr,
    &knob_brownout.attr.attr,
    &knob_frozen.attr.attr,
    &knob_transfers.attr.attr,
    &dev_attr_present.attr,
    NULL,
};
ATTRIBUTE_GROUPS(model);

static struct i2c_adapter adapter = {
    .owner = THIS_MODULE,
    .name = "ADS1115 register model",
    .nr = MODEL_BUS,
    .algo = &algorithm,
    .dev.groups = model_groups,
};

/* The overlay's part: four single-ended channels at +-4.096 V and 860 samples a second, its defaults. */
#define CHANNEL(number)                                                                                                \
    {                                                                                                                  \
        PROPERTY_ENTRY_U32("reg", number), PROPERTY_ENTRY_U32("ti,gain", 1), PROPERTY_ENTRY_U32("ti,datarate", 7),     \
        {                                                                                                              \
        }                                                                                                              \
    }
static const struct property_entry channel_properties[MODEL_INPUTS][4] = {CHANNEL(4), CHANNEL(5), CHANNEL(6),
                                                                          CHANNEL(7)};
static const struct software_node chip_node = {.name = "ads1115"};
static const struct software_node channel_nodes[MODEL_INPUTS] = {
    {.name = "channel@4", .parent = &chip_node, .properties = channel_properties[0]},
    {.name = "channel@5", .parent = &chip_node, .properties = channel_properties[1]},
    {.name = "channel@6", .parent = &chip_node, .properties = channel_properties[2]},
    {.name = "channel@7", .parent = &chip_node, .properties = channel_properties[3]},
};
static const struct software_node *nodes[] = {&chip_node,        &channel_nodes[0], &channel_nodes[1],
                                              &channel_nodes[2], &channel_nodes[3], NULL};
static const struct i2c_board_info chip_info = {I2C_BOARD_INFO("ads1115", MODEL_ADDRESS), .swnode = &chip_node};

static int set_present(bool present)
{
    int error = 0;

    mutex_lock(&chip_lock);
    if (present && !chip) {
        chip = i2c_new_client_device(&adapter, &chip_info);
        error = PTR_ERR_OR_ZERO(chip);
        if (error)
            chip = NULL;
    } else if (!present && chip) {
        i2c_unregister_device(chip);
        chip = NULL;
    }
    mutex_unlock(&chip_lock);
    return error;
}

static ssize_t present_show(struct device *device, struct device_attribute *attribute, char *text)
{
    return sysfs_emit(text, "%d\n", READ_ONCE(chip) != NULL);
}

static ssize_t present_store(struct device *device, struct device_attribute *attribute, const char *text, size_t size)
{
    bool present;
    int error = kstrtobool(text, &present);

    if (!error)
        error = set_present(present);
    return error ? error : (ssize_t)size;
}

static int __init model_init(void)
{
    int error = software_node_register_node_group(nodes);

    if (error)
        return error;
    prandom_seed_state(&noise_state, MODEL_NOISE_SEED);
    power_on();
    error = i2c_add_numbered_adapter(&adapter);
    if (error)
        goto unregister_nodes;
    error = set_present(true);
    if (!error)
        return 0;
    i2c_del_adapter(&adapter);
unregister_nodes:
    software_node_unregister_node_group(nodes);
    return error;
}

static void __exit model_exit(void)
{
    set_present(false);
    i2c_del_adapter(&adapter);
    software_node_unregister_node_group(nodes);
}

module_init(model_init);
module_exit(model_exit);
MODULE_DESCRIPTION("ADS1115 on an I2C bus of its own, for tests");
MODULE_LICENSE("GPL");
