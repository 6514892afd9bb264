#include "soothe/simpad.h"

#include "simpad_rig.h"
#include "suite.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t minutes_until_band(struct rig *rig, enum drive_mode mode, int32_t target_mc, int32_t tolerance_mc)
{
    rig_drive(rig, DRIVE_OFF, 0, TICK_MS);
    int64_t begun_ms = rig->now_ms;
    while (abs(rig->reading.mc - target_mc) > tolerance_mc && rig->now_ms - begun_ms < 60 * MINUTE) {
        rig_control(rig, mode, target_mc);
    }
    return (rig->now_ms - begun_ms) / MINUTE;
}

/* Share of 20 minutes in the band, and the share of the time that the output was on. */
static void hold(struct rig *rig, enum drive_mode mode, int32_t target_mc, int32_t tolerance_mc, int *in_band, int *on)
{
    int64_t ticks = 20 * MINUTE / TICK_MS, band_ticks = 0, on_ticks = 0;
    for (int64_t i = 0; i < ticks; i++) {
        rig_control(rig, mode, target_mc);
        band_ticks += abs(rig->reading.mc - target_mc) <= tolerance_mc;
        on_ticks += mode == DRIVE_HEAT ? rig->report.heat_on : rig->report.cool_on;
    }
    *in_band = (int)(band_ticks * 100 / ticks);
    *on = (int)(on_ticks * 100 / ticks);
}

static void all_starts_at_room_temperature(void)
{
    struct rig rig;
    struct simpad_truth truth;
    rig_open(&rig, 1, NULL);
    rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
    simpad_truth(rig.pad, &truth);
    CU_ASSERT(abs(truth.pad_mc - 22000) < 10 && abs(truth.hot_side_mc - 22000) < 10);
    CU_ASSERT(rig.reading.status == READING_OK && abs(rig.reading.mc - 22000) < 100);
    rig_close(&rig);
}

static void a_thermostat_reaches_and_holds_the_heat_band(void)
{
    struct rig rig;
    int in_band, on;
    rig_open(&rig, 2, NULL);
    int64_t minutes = minutes_until_band(&rig, DRIVE_HEAT, 40000, 500);
    hold(&rig, DRIVE_HEAT, 40000, 500, &in_band, &on);
    printf("\n    band after %d min, held %d %% at duty %d %% ", (int)minutes, in_band, on);
    CU_ASSERT(minutes >= 4 && minutes < 12);
    CU_ASSERT(in_band >= 80);
    CU_ASSERT(on >= 40 && on <= 60);
    rig_close(&rig);
}

static void a_thermostat_reaches_and_holds_the_ice_band(void)
{
    struct rig rig;
    struct simpad_truth truth;
    int in_band, on;
    rig_open(&rig, 3, NULL);
    int64_t minutes = minutes_until_band(&rig, DRIVE_COOL, 10000, 1500);
    simpad_truth(rig.pad, &truth);
    hold(&rig, DRIVE_COOL, 10000, 1500, &in_band, &on);
    printf("\n    band after %d min, held %d %% at duty %d %%, hot side %d mC ", (int)minutes, in_band, on,
           truth.hot_side_mc);
    CU_ASSERT(minutes >= 4 && minutes < 12);
    CU_ASSERT(in_band >= 80);
    CU_ASSERT(on >= 30 && on <= 60);
    CU_ASSERT(truth.hot_side_mc > 44000 && truth.hot_side_mc < 48000);
    rig_close(&rig);
}

static void without_its_fan_the_hot_side_passes_60_degrees(void)
{
    struct rig rig;
    struct simpad_truth truth;
    rig_open(&rig, 4, NULL);
    rig.fan = false;
    for (int64_t i = 0; i < 10 * MINUTE / TICK_MS; i++) {
        rig_drive(&rig, DRIVE_COOL, 100, TICK_MS);
    }
    simpad_truth(rig.pad, &truth);
    CU_ASSERT(truth.hot_side_mc > 60000);
    rig_close(&rig);
}

static void a_weak_pad_never_reaches_the_band(void)
{
    struct rig rig;
    rig_open(&rig, 6, NULL);
    simpad_inject(rig.pad, "weak_pad");
    CU_ASSERT_EQUAL(minutes_until_band(&rig, DRIVE_HEAT, 40000, 500), 60);
    rig_close(&rig);
    rig_open(&rig, 6, NULL);
    simpad_inject(rig.pad, "weak_pad");
    CU_ASSERT_EQUAL(minutes_until_band(&rig, DRIVE_COOL, 10000, 1500), 60);
    rig_close(&rig);
}

static void off_the_body_the_pad_cools_much_faster(void)
{
    int64_t minutes[2];
    for (int i = 0; i < 2; i++) {
        struct rig rig;
        rig_open(&rig, 7, NULL);
        simpad_inject(rig.pad, i ? "off_body" : "none");
        minutes[i] = minutes_until_band(&rig, DRIVE_COOL, 10000, 1500);
        rig_close(&rig);
    }
    CU_ASSERT(minutes[1] * 2 < minutes[0]);
}

static void a_pad_put_on_early_is_at_rest_when_it_is_powered(void)
{
    struct rig rig;
    rig_open(&rig, 24, NULL);
    simpad_inject(rig.pad, "on_body");
    simpad_inject(rig.pad, "no_response");
    for (int64_t i = 0; i < 15 * MINUTE / 1000; i++) {
        rig_drive(&rig, DRIVE_OFF, 0, 1000);
    }
    int32_t before_mc = rig.reading.mc;
    for (int64_t i = 0; i < 3 * MINUTE / TICK_MS; i++) {
        rig_drive(&rig, DRIVE_HEAT, 100, TICK_MS);
    }
    CU_ASSERT(before_mc > 29000 && before_mc < 34000);
    CU_ASSERT(abs(rig.reading.mc - before_mc) < 700);
    rig_close(&rig);
}

static void a_reversed_peltier_and_crossed_wires_go_the_wrong_way_within_three_minutes(void)
{
    const struct {
        enum drive_mode mode;
        int32_t passed_mc;
    } cases[] = {
        {DRIVE_COOL, 38000},
        {DRIVE_HEAT, 10000},
    };
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        rig_open(&rig, 26, NULL);
        simpad_inject(rig.pad, "wrong_way");
        bool warms = cases[i].mode == DRIVE_COOL;
        int64_t begun_ms = rig.now_ms;
        rig_drive(&rig, cases[i].mode, 100, TICK_MS);
        while (warms ? rig.reading.mc < cases[i].passed_mc : rig.reading.mc > cases[i].passed_mc) {
            rig_drive(&rig, cases[i].mode, 100, TICK_MS);
        }
        int32_t passed_mc = rig.reading.mc;
        CU_ASSERT(rig.now_ms - begun_ms < 2 * MINUTE);
        for (int second = 0; second < 10; second++) {
            rig_drive(&rig, cases[i].mode, 100, 1000);
        }
        CU_ASSERT(warms ? rig.reading.mc > passed_mc + 500 : rig.reading.mc < passed_mc - 500);
        rig_close(&rig);
    }
}

static void a_fifth_of_the_power_loses_the_band(void)
{
    const enum drive_mode modes[] = {DRIVE_HEAT, DRIVE_COOL};
    const int32_t targets_mc[] = {40000, 10000};
    const int32_t tolerances_mc[] = {500, 1500};
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        int in_band, on;
        rig_open(&rig, 27, NULL);
        minutes_until_band(&rig, modes[i], targets_mc[i], tolerances_mc[i]);
        simpad_inject(rig.pad, "lost_band");
        hold(&rig, modes[i], targets_mc[i], tolerances_mc[i], &in_band, &on);
        CU_ASSERT(in_band < 30);
        CU_ASSERT(abs(rig.reading.mc - targets_mc[i]) > tolerances_mc[i]);
        rig_close(&rig);
    }
}

static void a_press_is_counted_at_one_look_a_second(void)
{
    struct rig rig;
    rig_open(&rig, 16, NULL);
    for (int second = 0; second < 3; second++) {
        rig_drive(&rig, DRIVE_OFF, 0, 1000);
    }
    simpad_inject(rig.pad, "button");
    for (int second = 0; second < 10; second++) {
        rig_drive(&rig, DRIVE_OFF, 0, 1000);
    }
    CU_ASSERT(rig.report.short_presses == 1 && rig.report.long_presses == 0);
    CU_ASSERT_FALSE(simpad_injected(rig.pad, "button"));
    simpad_inject(rig.pad, "button_long");
    for (int second = 0; second < 10; second++) {
        rig_drive(&rig, DRIVE_OFF, 0, 1000);
    }
    CU_ASSERT(rig.report.short_presses == 1 && rig.report.long_presses == 1);
    rig_close(&rig);
}

static void every_fault_has_a_name_and_nothing_else_is_one(void)
{
    struct config config = fixture_config();
    config.sensors[config.sensor_count++] = config.sensors[0];
    struct simpad *pad = simpad_new(&config, 17, NULL);
    char names[1024];
    int count = 0;
    snprintf(names, sizeof names, "%s", simpad_fault_names());
    for (char *name = strtok(names, " "); name; name = strtok(NULL, " ")) {
        CU_ASSERT_EQUAL(simpad_inject(pad, name), 0);
        CU_ASSERT_EQUAL(simpad_injected(pad, name), strcmp(name, "none") != 0);
        count++;
    }
    CU_ASSERT_EQUAL(count, 38);
    const char *const wrong[] = {"", "sensor", "sensor_open ", "NONE", "sensor_openx"};
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(simpad_inject(pad, wrong[i]), -EINVAL);
        CU_ASSERT_FALSE(simpad_injected(pad, wrong[i]));
    }
    simpad_free(pad);
}

static void long_gaps_settle_and_time_never_runs_back(void)
{
    const int64_t gaps_ms[] = {INT64_C(3) * 3600 * 1000, INT64_C(30) * 86400 * 1000, INT64_C(40) * 365 * 86400 * 1000};
    struct rig rig;
    struct simpad_truth truth, again;
    rig_open(&rig, 18, NULL);
    for (size_t i = 0; i < 3; i++) {
        minutes_until_band(&rig, DRIVE_HEAT, 40000, 500);
        rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
        rig_drive(&rig, DRIVE_OFF, 0, gaps_ms[i]);
        simpad_truth(rig.pad, &truth);
        CU_ASSERT(abs(truth.pad_mc - 22000) < 300);
        CU_ASSERT(truth.skin_mc > 33000 && truth.skin_mc < 36000);
        simpad_advance(rig.pad, rig.now_ms - MINUTE);
        simpad_truth(rig.pad, &again);
        CU_ASSERT_EQUAL(memcmp(&truth, &again, sizeof truth), 0);
    }
    rig_close(&rig);
}

static size_t record_run(uint64_t seed, int32_t *readings, size_t count, char *trace, size_t size)
{
    struct rig rig;
    char path[32];
    temporary(path, sizeof path);
    rig_open(&rig, seed, path);
    for (size_t i = 0; i < count; i++) {
        rig_control(&rig, i < count / 2 ? DRIVE_HEAT : DRIVE_OFF, 40000);
        readings[i] = rig.reading.mc;
    }
    rig_close(&rig);
    size_t length = read_file(path, trace, size);
    unlink(path);
    return length;
}

static void the_same_seed_gives_the_same_run_to_the_byte(void)
{
    enum { COUNT = 6000, SIZE = 65536 };
    static int32_t readings[3][COUNT];
    static char traces[3][SIZE];
    size_t length = record_run(20, readings[0], COUNT, traces[0], SIZE);
    record_run(20, readings[1], COUNT, traces[1], SIZE);
    record_run(21, readings[2], COUNT, traces[2], SIZE);
    CU_ASSERT(length > 1000);
    CU_ASSERT_EQUAL(memcmp(readings[0], readings[1], sizeof readings[0]), 0);
    CU_ASSERT_STRING_EQUAL(traces[0], traces[1]);
    CU_ASSERT_NOT_EQUAL(memcmp(readings[0], readings[2], sizeof readings[0]), 0);
}

static int64_t boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void threads_and_the_real_clock_drive_it_too(void)
{
    struct config config = fixture_config();
    struct simpad *pad = simpad_new(&config, 23, NULL);
    simpad_use_real_time(pad);
    struct sampler *sampler = sampler_new(&config, simpad_adc(pad));
    struct guard *guard = guard_new(&config.pad, simpad_lines(pad));
    struct reading reading = {.status = READING_STALE};
    struct guard_report report = {0};
    CU_ASSERT_EQUAL(sampler_start(sampler), 0);
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    int64_t until_ms = boot_ms() + 60000;
    while ((reading.status != READING_OK || !report.cool_on) && boot_ms() < until_ms) {
        guard_order(guard, &(struct guard_order){
                               .drive = {DRIVE_COOL, 100},
                                 .heartbeat = true, .deadline_ms = boot_ms() + 600
        });
        sampler_latest(sampler, 0, &reading);
        guard_report(guard, &report);
        simpad_inject(pad, "store_full");
    }
    CU_ASSERT_EQUAL(reading.status, READING_OK);
    CU_ASSERT_TRUE(report.cool_on && report.sense);
    guard_free(guard);
    sampler_free(sampler);
    simpad_free(pad);
}

static const struct suite_test tests[] = {
    {"all starts at room temperature",                                             all_starts_at_room_temperature                  },
    {"a thermostat reaches and holds the heat band",                               a_thermostat_reaches_and_holds_the_heat_band    },
    {"a thermostat reaches and holds the ice band",                                a_thermostat_reaches_and_holds_the_ice_band     },
    {"without its fan the hot side passes 60 degrees",                             without_its_fan_the_hot_side_passes_60_degrees  },
    {"a weak pad never reaches the band",                                          a_weak_pad_never_reaches_the_band               },
    {"off the body the pad cools much faster",                                     off_the_body_the_pad_cools_much_faster          },
    {"a pad put on early is at rest when it is powered",                           a_pad_put_on_early_is_at_rest_when_it_is_powered},
    {"a reversed Peltier and crossed wires go the wrong way within three minutes",
     a_reversed_peltier_and_crossed_wires_go_the_wrong_way_within_three_minutes                                                    },
    {"a fifth of the power loses the band",                                        a_fifth_of_the_power_loses_the_band             },
    {"a press is counted at one look a second",                                    a_press_is_counted_at_one_look_a_second         },
    {"every fault has a name and nothing else is one",                             every_fault_has_a_name_and_nothing_else_is_one  },
    {"long gaps settle and time never runs back",                                  long_gaps_settle_and_time_never_runs_back       },
    {"the same seed gives the same run to the byte",                               the_same_seed_gives_the_same_run_to_the_byte    },
    {"threads and the real clock drive it too",                                    threads_and_the_real_clock_drive_it_too         },
};

int main(void)
{
    return suite_run("simpad", tests, sizeof tests / sizeof tests[0]);
}
