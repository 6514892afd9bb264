/* The sampler: reads every sensor in turn and keeps the newest reading of each.
 *
 * An ADC read may block for a second, so it has a thread of its own; the control loop takes the newest reading and its
 * age and never waits. It polls at rest too, faster than once a second (an ADC that idles for 2 s can latch an error
 * for good), and alternates channels. EINVAL that persists is reported as it is: only a rebind of the driver heals
 * (adc_advice). */
#ifndef SOOTHE_SAMPLER_H
#define SOOTHE_SAMPLER_H

#include "soothe/adc.h"
#include "soothe/config.h"
#include "soothe/reading.h"

#define SAMPLER_PERIOD_MS 200

/* What the supply of a divider may read where it is measured on a channel of its own: a 3.3 V or 5 V rail, sagging.
 * Outside it every sensor on it is implausible. */
#define SAMPLER_SUPPLY_MIN_V 2.5
#define SAMPLER_SUPPLY_MAX_V 5.5

struct sampler;

/* `driver` is taken over (closed by sampler_free); `config` is copied as far as needed. NULL on no memory; then the
 * driver stays the caller's. */
struct sampler *sampler_new(const struct config *config, struct adc_driver driver);

/* Start the thread: a round over all sensors every SAMPLER_PERIOD_MS on CLOCK_BOOTTIME. 0 or a negative errno. */
int sampler_start(struct sampler *sampler);

/* The newest reading of sensor `index`, with the time its read was *begun* (CLOCK_BOOTTIME ms, or the simulated clock).
 * Before the first one, and for an index that is no sensor: READING_STALE with at_ms INT64_MIN. Never blocks. */
void sampler_latest(const struct sampler *sampler, size_t index, struct reading *reading);

/* One round at `now_ms`. Only for the simulated clock and tests; never with the thread running. */
void sampler_step(struct sampler *sampler, int64_t now_ms);

/* Thread ended and joined, driver closed. Bounded: a thread that hangs in a read for 2 s is left alone and releases the
 * driver itself if that read ever returns. NULL-safe. */
void sampler_free(struct sampler *sampler);

/* The conversion of one sample, pure: what `soothe thermistor` and the tests use too. A sample with an error is
 * READING_ERROR with that errno; a supply that cannot be, or a number that is not finite, is READING_IMPLAUSIBLE. */
void sampler_convert(const struct config_sensor *sensor, const struct adc_sample *sample, int64_t at_ms,
                     struct reading *reading);

/* Open the IIO devices of all configured sensors under `sysfs_root` ("/sys"). 0, or a negative errno and in `why` a
 * sentence that names the device looked for and those that are there:
 *   -ENODEV    no such device               -ENXIO   it has no such channel
 *   -ENOTUNIQ  the name means several       -EBADMSG its scale is no number
 *   -ERANGE    a range that ends below the divider's supply, or, without a supply channel, a reference of an MCP300x
 *              or MCP320x that is more than 10 % off `supply_v`
 * or what the system answered. Whatever is wrong now is no failure of the daemon: with `later` true the result is 0,
 * `why` still says it, and each read gives that error until it has gone. A missing device is looked for once a second,
 * and so is one that was lost (ENODEV).
 *
 * A read gives volts and the supply in volts, both by the channel's scale at that time; an MCP300x or MCP320x without
 * a supply channel gives its code as a ratio, since its range is its reference. Text that is no number is EBADMSG, a
 * code at the end of the supply's range ERANGE. EAGAIN is never given. */
int iio_open(const struct config *config, const char *sysfs_root, bool later, struct adc_driver *driver, char *why,
             size_t size);

#endif
