#include "simpad_rig.h"
#include "suite.h"

#include <errno.h>
#include <stdint.h>

static void rest(struct rig *rig, int64_t seconds)
{
    for (int64_t i = 0; i < seconds * 1000 / TICK_MS; i++) {
        rig_drive(rig, DRIVE_OFF, 0, TICK_MS);
    }
}

static struct reading latest(const struct rig *rig, size_t index)
{
    struct reading reading;
    sampler_latest(rig->sampler, index, &reading);
    return reading;
}

static void the_sensor_follows_the_pad_with_a_lag(void)
{
    struct rig rig;
    struct simpad_truth truth;
    rig_open(&rig, 5, NULL);
    for (int i = 0; i < 300; i++) {
        rig_drive(&rig, DRIVE_HEAT, 100, TICK_MS);
    }
    simpad_truth(rig.pad, &truth);
    CU_ASSERT(truth.pad_mc - rig.reading.mc > 100 && truth.pad_mc - rig.reading.mc < 2000);
    rig_close(&rig);
}

static void a_faulty_sensor_reads_as_its_fault_says(void)
{
    const struct {
        const char *fault;
        enum reading_status status;
        int32_t from_mc, to_mc;
        int32_t error;
    } cases[] = {
        {"sensor_open",        READING_OPEN,        0,     0,     0        },
        {"sensor_short",       READING_SHORT,       0,     0,     0        },
        {"sensor_error",       READING_ERROR,       0,     0,     EREMOTEIO},
        {"sensor_latch",       READING_ERROR,       0,     0,     EINVAL   },
        {"sensor_implausible", READING_IMPLAUSIBLE, 0,     0,     0        },
        {"too_hot",            READING_OK,          44000, 44900, 0        },
        {"too_cold",           READING_OK,          3000,  4000,  0        },
        {"too_hot_lockout",    READING_OK,          45500, 46900, 0        },
        {"too_cold_lockout",   READING_OK,          500,   1500,  0        },
        {"wrong_part",         READING_OK,          38500, 42500, 0        },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        rig_open(&rig, 8, NULL);
        CU_ASSERT_EQUAL(simpad_inject(rig.pad, cases[i].fault), 0);
        CU_ASSERT_TRUE(simpad_injected(rig.pad, cases[i].fault));
        for (int second = 0; second < 60; second++) {
            rig_drive(&rig, DRIVE_OFF, 0, 1000);
        }
        CU_ASSERT_EQUAL(rig.reading.status, cases[i].status);
        CU_ASSERT_EQUAL(rig.reading.error, cases[i].error);
        CU_ASSERT_EQUAL(latest(&rig, 2).status, cases[i].status);
        CU_ASSERT_EQUAL(latest(&rig, 1).status, READING_OK);
        CU_ASSERT(rig.reading.mc >= cases[i].from_mc && rig.reading.mc <= cases[i].to_mc);
        CU_ASSERT_EQUAL(simpad_inject(rig.pad, "none"), 0);
        CU_ASSERT_FALSE(simpad_injected(rig.pad, cases[i].fault));
        for (int second = 0; second < 60; second++) {
            rig_drive(&rig, DRIVE_OFF, 0, 1000);
        }
        CU_ASSERT(rig.reading.status == READING_OK && abs(rig.reading.mc - 22000) < 200);
        rig_close(&rig);
    }
}

static void a_hot_side_fault_leaves_the_pad_sensor_alone(void)
{
    struct rig rig;
    struct reading hot;
    rig_open(&rig, 9, NULL);
    simpad_inject(rig.pad, "hot_side");
    for (int second = 0; second < 60; second++) {
        rig_drive(&rig, DRIVE_OFF, 0, 1000);
    }
    sampler_latest(rig.sampler, 1, &hot);
    CU_ASSERT(hot.mc > 64000 && hot.mc < 66000);
    CU_ASSERT(abs(rig.reading.mc - 22000) < 100);
    rig_close(&rig);
}

static void a_stale_sensor_gives_nothing_new(void)
{
    struct rig rig;
    rig_open(&rig, 10, NULL);
    rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
    int64_t at_ms = rig.reading.at_ms;
    simpad_inject(rig.pad, "sensor_stale");
    rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
    CU_ASSERT_EQUAL(rig.reading.at_ms, at_ms);
    rig_close(&rig);
}

static void a_stuck_sensor_gives_one_code_for_ever(void)
{
    struct rig rig;
    struct adc_sample first, next;
    rig_open(&rig, 11, NULL);
    struct adc_driver adc = simpad_adc(rig.pad);
    simpad_inject(rig.pad, "sensor_stuck");
    adc.read(adc.self, 0, &first);
    for (int i = 0; i < 100; i++) {
        rig_drive(&rig, DRIVE_HEAT, 100, TICK_MS);
        adc.read(adc.self, 0, &next);
        CU_ASSERT(next.raw == first.raw && next.volts == first.volts && next.supply_v == first.supply_v);
    }
    simpad_inject(rig.pad, "none");
    adc.read(adc.self, 0, &next);
    CU_ASSERT(next.raw != first.raw);
    rig_close(&rig);
}

static void the_adc_is_noisy_by_two_codes(void)
{
    struct rig rig;
    int32_t lowest = INT32_MAX, highest = INT32_MIN;
    struct adc_sample sample;
    rig_open(&rig, 12, NULL);
    struct adc_driver adc = simpad_adc(rig.pad);
    for (int i = 0; i < 1000; i++) {
        adc.read(adc.self, 0, &sample);
        lowest = sample.raw < lowest ? sample.raw : lowest;
        highest = sample.raw > highest ? sample.raw : highest;
    }
    CU_ASSERT_EQUAL(highest - lowest, 4);
    adc.read(adc.self, 3, &sample);
    CU_ASSERT_EQUAL(sample.error, ENODEV);
    rig_close(&rig);
}

static void an_adc_that_is_ratiometric_by_itself_reads_the_same_temperature(void)
{
    struct config config = fixture_config();
    config.sensors[0].supply_channel = -1;
    config.sensors[0].ntc_to_ground = false;
    struct simpad *pad = simpad_new(&config, 13, NULL);
    struct adc_driver adc = simpad_adc(pad);
    struct adc_sample sample;
    struct reading reading;
    adc.read(adc.self, 0, &sample);
    sampler_convert(&config.sensors[0], &sample, T0, &reading);
    CU_ASSERT_EQUAL(sample.supply_v, 1.0);
    CU_ASSERT(reading.status == READING_OK && abs(reading.mc - 22000) < 100);
    simpad_free(pad);
}

static void a_supply_of_zero_is_implausible_for_a_ratiometric_adc_too(void)
{
    struct config config = fixture_config();
    config.sensors[0].supply_channel = -1;
    struct simpad *pad = simpad_new(&config, 30, NULL);
    struct adc_driver adc = simpad_adc(pad);
    struct adc_sample sample;
    struct reading reading;
    simpad_inject(pad, "sensor_implausible");
    adc.read(adc.self, 0, &sample);
    sampler_convert(&config.sensors[0], &sample, T0, &reading);
    CU_ASSERT_EQUAL(reading.status, READING_IMPLAUSIBLE);
    simpad_free(pad);
}

/* What the rules will see: how far a reading goes in a second. */
static int32_t fastest_mc_per_s(struct rig *rig, size_t index, int64_t seconds)
{
    int32_t past[5] = {0};
    int32_t fastest = 0;
    for (int64_t i = 0; i < seconds * 5; i++) {
        rig_drive(rig, DRIVE_OFF, 0, TICK_MS);
        int32_t now_mc = latest(rig, index).mc;
        int32_t apart = i < 5 ? 0 : abs(now_mc - past[i % 5]);
        fastest = apart > fastest ? apart : fastest;
        past[i % 5] = now_mc;
    }
    return fastest;
}

static void only_a_jump_jumps(void)
{
    const char *const carried[] = {"too_hot", "too_hot_lockout", "too_cold", "too_cold_lockout", "sensor_disagree"};
    for (size_t i = 0; i < 5; i++) {
        struct rig rig;
        rig_open(&rig, 31, NULL);
        simpad_inject(rig.pad, i < 2 ? "too_cold" : "too_hot");
        rest(&rig, 60);
        simpad_inject(rig.pad, "none");
        simpad_inject(rig.pad, carried[i]);
        for (size_t sensor = 0; sensor < 3; sensor++) {
            CU_ASSERT(fastest_mc_per_s(&rig, sensor, 20) < 4000);
        }
        rig_close(&rig);
    }
}

/* A rule that looks at a direction for five seconds must not get to name what is only too hot or too cold. */
static void a_carried_sensor_is_past_the_limits_of_wrong_way_within_two_seconds(void)
{
    const struct {
        const char *before, *fault;
        int32_t from_mc, to_mc;
    } cases[] = {
        {"too_cold", "too_hot",  38000, 43000},
        {"too_hot",  "too_cold", 10000, 5000 },
    };
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        int64_t from_ms = 0, to_ms = 0;
        rig_open(&rig, 37, NULL);
        simpad_inject(rig.pad, cases[i].before);
        rest(&rig, 60);
        simpad_inject(rig.pad, "none");
        simpad_inject(rig.pad, cases[i].fault);
        int32_t sign = i == 0 ? 1 : -1;
        for (int tick = 0; tick < 100; tick++) {
            rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
            from_ms += sign * rig.reading.mc < sign * cases[i].from_mc ? TICK_MS : 0;
            to_ms += sign * rig.reading.mc < sign * cases[i].to_mc ? TICK_MS : 0;
        }
        CU_ASSERT(to_ms < 100 * TICK_MS);
        CU_ASSERT(to_ms - from_ms < 2000);
        rig_close(&rig);
    }
}

static void a_jump_is_seven_degrees_at_once_and_stays(void)
{
    const struct {
        const char *before;
        int32_t by_mc;
    } cases[] = {
        {"none",    7000 },
        {"too_hot", -7000},
    };
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        rig_open(&rig, 32, NULL);
        simpad_inject(rig.pad, cases[i].before);
        rest(&rig, 60);
        int32_t before_mc = rig.reading.mc;
        simpad_inject(rig.pad, "sensor_jump");
        rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
        CU_ASSERT(abs(rig.reading.mc - before_mc - cases[i].by_mc) < 100);
        rest(&rig, 60);
        CU_ASSERT(abs(rig.reading.mc - before_mc - cases[i].by_mc) < 100);
        CU_ASSERT(abs(latest(&rig, 2).mc - rig.reading.mc) < 1000);
        rig_close(&rig);
    }
}

static void a_shifted_sensor_comes_back_slowly(void)
{
    struct rig rig;
    rig_open(&rig, 33, NULL);
    simpad_inject(rig.pad, "sensor_jump");
    rest(&rig, 5);
    simpad_inject(rig.pad, "none");
    CU_ASSERT(fastest_mc_per_s(&rig, 0, 16) < 700);
    CU_ASSERT(abs(rig.reading.mc - 22000) < 100);
    rig_close(&rig);
}

static void two_pad_sensors_differ_by_less_than_a_degree(void)
{
    struct rig rig;
    int32_t most = 0;
    rig_open(&rig, 34, NULL);
    rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
    for (int64_t i = 0; i < 20 * MINUTE / TICK_MS; i++) {
        rig_control(&rig, i < 10 * MINUTE / TICK_MS ? DRIVE_HEAT : DRIVE_COOL,
                    i < 10 * MINUTE / TICK_MS ? 40000 : 10000);
        int32_t apart = abs(latest(&rig, 2).mc - rig.reading.mc);
        most = apart > most ? apart : most;
    }
    CU_ASSERT(most > 400 && most < 1000);
    rig_close(&rig);
}

static void the_second_pad_sensor_drifts_and_the_first_does_not(void)
{
    struct rig rig;
    rig_open(&rig, 35, NULL);
    rest(&rig, 1);
    CU_ASSERT_EQUAL(simpad_inject(rig.pad, "sensor_disagree"), 0);
    rest(&rig, 15);
    CU_ASSERT(latest(&rig, 2).mc - rig.reading.mc < 8000);
    rest(&rig, 2);
    CU_ASSERT(abs(latest(&rig, 2).mc - rig.reading.mc - 8400) < 100);
    CU_ASSERT(abs(rig.reading.mc - 22000) < 100);
    rig_close(&rig);
    struct config config = fixture_config();
    struct simpad *pad = simpad_new(&config, 35, NULL);
    CU_ASSERT_EQUAL(simpad_inject(pad, "sensor_disagree"), -EINVAL);
    CU_ASSERT_FALSE(simpad_injected(pad, "sensor_disagree"));
    simpad_free(pad);
}

static void the_codes_behind_a_reading_are_live_until_it_is_stuck(void)
{
    struct rig rig;
    rig_open(&rig, 36, NULL);
    rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
    int moved = 0, moved_stuck = 0;
    for (int i = 0; i < 200; i++) {
        struct reading before = rig.reading;
        rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
        CU_ASSERT_TRUE(rig.reading.fine);
        moved += rig.reading.code != before.code || rig.reading.supply_code != before.supply_code;
    }
    simpad_inject(rig.pad, "sensor_stuck");
    rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
    for (int i = 0; i < 200; i++) {
        struct reading before = rig.reading;
        rig_drive(&rig, DRIVE_HEAT, 100, TICK_MS);
        moved_stuck += rig.reading.code != before.code || rig.reading.supply_code != before.supply_code;
    }
    CU_ASSERT(moved > 150);
    CU_ASSERT_EQUAL(moved_stuck, 0);
    CU_ASSERT(rig.reading.status == READING_OK && rig.reading.fine);
    rig_close(&rig);
}

static const struct suite_test tests[] = {
    {"the sensor follows the pad with a lag",                               the_sensor_follows_the_pad_with_a_lag                },
    {"a faulty sensor reads as its fault says",                             a_faulty_sensor_reads_as_its_fault_says              },
    {"a hot side fault leaves the pad sensor alone",                        a_hot_side_fault_leaves_the_pad_sensor_alone         },
    {"a stale sensor gives nothing new",                                    a_stale_sensor_gives_nothing_new                     },
    {"a stuck sensor gives one code for ever",                              a_stuck_sensor_gives_one_code_for_ever               },
    {"the ADC is noisy by two codes",                                       the_adc_is_noisy_by_two_codes                        },
    {"an ADC that is ratiometric by itself reads the same temperature",
     an_adc_that_is_ratiometric_by_itself_reads_the_same_temperature                                                             },
    {"a supply of zero is implausible for a ratiometric ADC too",
     a_supply_of_zero_is_implausible_for_a_ratiometric_adc_too                                                                   },
    {"only a jump jumps",                                                   only_a_jump_jumps                                    },
    {"a carried sensor is past the limits of wrong_way within two seconds",
     a_carried_sensor_is_past_the_limits_of_wrong_way_within_two_seconds                                                         },
    {"a jump is seven degrees at once and stays",                           a_jump_is_seven_degrees_at_once_and_stays            },
    {"a shifted sensor comes back slowly",                                  a_shifted_sensor_comes_back_slowly                   },
    {"two pad sensors differ by less than a degree",                        two_pad_sensors_differ_by_less_than_a_degree         },
    {"the second pad sensor drifts and the first does not",                 the_second_pad_sensor_drifts_and_the_first_does_not  },
    {"the codes behind a reading are live until it is stuck",               the_codes_behind_a_reading_are_live_until_it_is_stuck},
};

int main(void)
{
    return suite_run("simpad_sensors", tests, sizeof tests / sizeof tests[0]);
}
