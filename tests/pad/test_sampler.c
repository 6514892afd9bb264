#include "soothe/sampler.h"

#include "fixture.h"
#include "suite.h"

#include <errno.h>
#include <math.h>
#include <time.h>

#define T0 INT64_C(1000000)

/* An ADC in memory. `lock` and `changed` serve the tests with threads. */
struct fake_adc {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct adc_sample samples[SENSORS_MAX];
    size_t order[64]; /* which sensor was read when */
    size_t reads;
    bool hang;
    bool hung;
    int closed;
};

static struct fake_adc adc;

static void fake_read(void *self, size_t sensor, struct adc_sample *sample)
{
    struct fake_adc *fake = self;
    pthread_mutex_lock(&fake->lock);
    fake->order[fake->reads++ % 64] = sensor;
    while (fake->hang) {
        fake->hung = true;
        pthread_cond_broadcast(&fake->changed);
        pthread_cond_wait(&fake->changed, &fake->lock);
    }
    fake->hung = false;
    *sample = fake->samples[sensor];
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static void fake_close(void *self)
{
    struct fake_adc *fake = self;
    pthread_mutex_lock(&fake->lock);
    fake->closed++;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static const struct adc_sample body_warm = {.volts = 3.3 * 5330.0 / (5330.0 + 4700.0), .supply_v = 3.3};

static struct sampler *new_sampler(void)
{
    struct config config = fixture_config();
    adc = (struct fake_adc){0};
    pthread_mutex_init(&adc.lock, NULL);
    pthread_cond_init(&adc.changed, NULL);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        adc.samples[i] = body_warm;
    }
    return sampler_new(&config,
                       (struct adc_driver){.name = "fake", .self = &adc, .read = fake_read, .close = fake_close});
}

static struct reading convert(int32_t supply_channel, double volts, double supply_v, int error)
{
    struct config config = fixture_config();
    struct reading reading = {0};
    config.sensors[0].supply_channel = supply_channel;
    sampler_convert(&config.sensors[0], &(struct adc_sample){.error = error, .volts = volts, .supply_v = supply_v}, T0,
                    &reading);
    return reading;
}

static void a_voltage_becomes_the_temperature_of_the_part(void)
{
    struct reading reading = convert(3, body_warm.volts, 3.3, 0);
    CU_ASSERT_EQUAL(reading.status, READING_OK);
    CU_ASSERT(reading.mc > 39950 && reading.mc < 40050);
    CU_ASSERT_EQUAL(reading.at_ms, T0);
    CU_ASSERT_EQUAL(reading.error, 0);
}

static void the_codes_come_along_and_are_fine_from_16_bits_with_a_supply_channel(void)
{
    const struct {
        int32_t supply_channel;
        int32_t bits;
        bool fine;
    } cases[] = {
        {3,  16, true },
        {3,  15, false},
        {3,  0,  false},
        {-1, 16, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config config = fixture_config();
        struct adc_sample sample = body_warm;
        struct reading reading;
        config.sensors[0].supply_channel = cases[i].supply_channel;
        sample.raw = 14000;
        sample.supply_raw = 26400;
        sample.bits = cases[i].bits;
        sampler_convert(&config.sensors[0], &sample, T0, &reading);
        CU_ASSERT_EQUAL(reading.code, 14000);
        CU_ASSERT_EQUAL(reading.supply_code, 26400);
        CU_ASSERT_EQUAL(reading.fine, cases[i].fine);
        sample.error = EIO;
        sampler_convert(&config.sensors[0], &sample, T0, &reading);
        CU_ASSERT(reading.code == 0 && reading.supply_code == 0 && !reading.fine);
    }
}

static void only_the_ratio_to_the_supply_counts(void)
{
    struct reading full = convert(3, body_warm.volts, 3.3, 0);
    struct reading sagged = convert(3, body_warm.volts * 0.9, 3.3 * 0.9, 0);
    struct reading ratio = convert(-1, body_warm.volts / 3.3, 1.0, 0);
    CU_ASSERT_EQUAL(full.mc, sagged.mc);
    CU_ASSERT_EQUAL(full.mc, ratio.mc);
}

static void a_supply_that_cannot_be_makes_the_reading_implausible(void)
{
    const struct {
        double supply_v;
        enum reading_status status;
    } cases[] = {
        {0.0,      READING_IMPLAUSIBLE},
        {-3.3,     READING_IMPLAUSIBLE},
        {2.49,     READING_IMPLAUSIBLE},
        {2.5,      READING_OK         },
        {5.5,      READING_OK         },
        {5.51,     READING_IMPLAUSIBLE},
        {NAN,      READING_IMPLAUSIBLE},
        {INFINITY, READING_IMPLAUSIBLE}
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double volts = isfinite(cases[i].supply_v) ? cases[i].supply_v / 2 : 1.65;
        CU_ASSERT_EQUAL(convert(3, volts, cases[i].supply_v, 0).status, cases[i].status);
    }
    CU_ASSERT_EQUAL(convert(3, NAN, 3.3, 0).status, READING_IMPLAUSIBLE);
    CU_ASSERT_EQUAL(convert(-1, 0.5, 0.0, 0).status, READING_IMPLAUSIBLE);
}

static void the_rails_are_an_open_and_a_shorted_sensor(void)
{
    CU_ASSERT_EQUAL(convert(3, 3.3, 3.3, 0).status, READING_OPEN);
    CU_ASSERT_EQUAL(convert(3, 3.3 + 0.0004, 3.3, 0).status, READING_OPEN);
    CU_ASSERT_EQUAL(convert(3, 0.0, 3.3, 0).status, READING_SHORT);
    CU_ASSERT_EQUAL(convert(3, -0.0004, 3.3, 0).status, READING_SHORT);
}

static void an_error_keeps_its_errno(void)
{
    struct reading reading = convert(3, 1.0, 3.3, EINVAL);
    CU_ASSERT_EQUAL(reading.status, READING_ERROR);
    CU_ASSERT_EQUAL(reading.error, EINVAL);
}

static void a_slot_without_a_reading_is_stale(void)
{
    struct sampler *sampler = new_sampler();
    struct reading reading = {0};
    sampler_latest(sampler, 0, &reading);
    CU_ASSERT(reading.status == READING_STALE && reading.at_ms == INT64_MIN);
    sampler_step(sampler, T0);
    for (size_t index = 2; index < 100; index += 97) {
        sampler_latest(sampler, index, &reading);
        CU_ASSERT(reading.status == READING_STALE && reading.at_ms == INT64_MIN);
    }
    sampler_free(sampler);
}

static void a_round_reads_every_sensor_in_turn(void)
{
    struct sampler *sampler = new_sampler();
    struct reading reading;
    sampler_step(sampler, T0);
    sampler_step(sampler, T0 + 200);
    CU_ASSERT_EQUAL(adc.reads, 4);
    CU_ASSERT(adc.order[0] == 0 && adc.order[1] == 1 && adc.order[2] == 0 && adc.order[3] == 1);
    sampler_latest(sampler, 1, &reading);
    CU_ASSERT(reading.status == READING_OK && reading.at_ms == T0 + 200);
    sampler_free(sampler);
    CU_ASSERT_EQUAL(adc.closed, 1);
    sampler_free(NULL);
}

static void one_bad_sensor_does_not_touch_the_other(void)
{
    struct sampler *sampler = new_sampler();
    struct reading reading;
    adc.samples[0] = (struct adc_sample){.error = EREMOTEIO};
    sampler_step(sampler, T0);
    sampler_latest(sampler, 0, &reading);
    CU_ASSERT(reading.status == READING_ERROR && reading.error == EREMOTEIO);
    sampler_latest(sampler, 1, &reading);
    CU_ASSERT_EQUAL(reading.status, READING_OK);
    sampler_free(sampler);
}

static void an_adc_with_nothing_new_lets_the_reading_age(void)
{
    struct sampler *sampler = new_sampler();
    struct reading reading;
    sampler_step(sampler, T0);
    adc.samples[0] = (struct adc_sample){.error = EAGAIN};
    sampler_step(sampler, T0 + 200);
    sampler_latest(sampler, 0, &reading);
    CU_ASSERT(reading.status == READING_OK && reading.at_ms == T0);
    sampler_latest(sampler, 1, &reading);
    CU_ASSERT_EQUAL(reading.at_ms, T0 + 200);
    sampler_free(sampler);
}

static int64_t boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for_reads(size_t count)
{
    pthread_mutex_lock(&adc.lock);
    while (adc.reads < count) {
        pthread_cond_wait(&adc.changed, &adc.lock);
    }
    pthread_mutex_unlock(&adc.lock);
}

static void set_hang(bool hang)
{
    pthread_mutex_lock(&adc.lock);
    adc.hang = hang;
    pthread_cond_broadcast(&adc.changed);
    while (hang && !adc.hung) {
        pthread_cond_wait(&adc.changed, &adc.lock);
    }
    pthread_mutex_unlock(&adc.lock);
}

static int64_t time_of_four_rounds_ms(void)
{
    struct sampler *sampler = new_sampler();
    struct reading reading;
    int64_t begun_ms = boot_ms();
    CU_ASSERT_EQUAL(sampler_start(sampler), 0);
    wait_for_reads(7); /* the last of them is in the fourth round, 600 ms after the first */
    int64_t took_ms = boot_ms() - begun_ms;
    sampler_latest(sampler, 0, &reading);
    CU_ASSERT(reading.at_ms >= begun_ms && reading.at_ms <= boot_ms());
    sampler_free(sampler);
    CU_ASSERT_EQUAL(adc.closed, 1);
    return took_ms;
}

static void the_thread_samples_five_times_a_second(void)
{
    int64_t took_ms = time_of_four_rounds_ms();
    for (int again = 0; again < 2 && took_ms >= 3000; again++) { /* the machine may be busy, but not each time */
        took_ms = time_of_four_rounds_ms();
    }
    CU_ASSERT(took_ms >= 550 && took_ms < 3000);
}

static void a_read_that_hangs_does_not_stop_who_asks(void)
{
    struct sampler *sampler = new_sampler();
    struct reading reading, first;
    CU_ASSERT_EQUAL(sampler_start(sampler), 0);
    wait_for_reads(4);
    set_hang(true);
    sampler_latest(sampler, 0, &first);
    for (int i = 0; i < 100000; i++) {
        sampler_latest(sampler, 0, &reading);
    }
    CU_ASSERT_EQUAL(reading.at_ms, first.at_ms);
    set_hang(false);
    sampler_free(sampler);
}

static void the_end_is_bounded_and_a_hung_read_is_cleaned_up_after(void)
{
    struct sampler *sampler = new_sampler();
    CU_ASSERT_EQUAL(sampler_start(sampler), 0);
    set_hang(true);
    int64_t begun_ms = boot_ms();
    sampler_free(sampler);
    CU_ASSERT(boot_ms() - begun_ms < 20000);
    pthread_mutex_lock(&adc.lock);
    CU_ASSERT_EQUAL(adc.closed, 0);
    adc.hang = false;
    pthread_cond_broadcast(&adc.changed);
    while (adc.closed == 0) {
        pthread_cond_wait(&adc.changed, &adc.lock);
    }
    pthread_mutex_unlock(&adc.lock);
}

static const struct suite_test tests[] = {
    {"a voltage becomes the temperature of the part",                         a_voltage_becomes_the_temperature_of_the_part         },
    {"the codes come along, and are fine from 16 bits with a supply channel",
     the_codes_come_along_and_are_fine_from_16_bits_with_a_supply_channel                                                           },
    {"only the ratio to the supply counts",                                   only_the_ratio_to_the_supply_counts                   },
    {"a supply that cannot be makes the reading implausible",                 a_supply_that_cannot_be_makes_the_reading_implausible },
    {"the rails are an open and a shorted sensor",                            the_rails_are_an_open_and_a_shorted_sensor            },
    {"an error keeps its errno",                                              an_error_keeps_its_errno                              },
    {"a slot without a reading is stale",                                     a_slot_without_a_reading_is_stale                     },
    {"a round reads every sensor in turn",                                    a_round_reads_every_sensor_in_turn                    },
    {"one bad sensor does not touch the other",                               one_bad_sensor_does_not_touch_the_other               },
    {"an ADC with nothing new lets the reading age",                          an_adc_with_nothing_new_lets_the_reading_age          },
    {"the thread samples five times a second",                                the_thread_samples_five_times_a_second                },
    {"a read that hangs does not stop who asks",                              a_read_that_hangs_does_not_stop_who_asks              },
    {"the end is bounded, and a hung read is cleaned up after",               the_end_is_bounded_and_a_hung_read_is_cleaned_up_after},
};

int main(void)
{
    return suite_run("sampler", tests, sizeof tests / sizeof tests[0]);
}
