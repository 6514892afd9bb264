#include "soothe/simpad.h"

#include "fixture.h"
#include "soothe/guard.h"
#include "soothe/sampler.h"
#include "suite.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define T0      INT64_C(1000000)
#define MINUTE  INT64_C(60000)
#define TICK_MS 200

/* The pad with sampler, thermostat and guard around it, on a hand-set clock: what the daemon does, without its rules.
 */
struct rig {
    struct config config;
    struct simpad *pad;
    struct sampler *sampler;
    struct guard *guard;
    struct thermostat_state thermostat;
    int64_t now_ms;
    int32_t duty;
    bool fan;
    struct reading reading;
    struct guard_report report;
};

static void rig_open(struct rig *rig, uint64_t seed, const char *trace)
{
    *rig = (struct rig){.config = fixture_config(), .now_ms = T0, .fan = true};
    rig->pad = simpad_new(&rig->config, seed, trace);
    simpad_advance(rig->pad, T0);
    rig->sampler = sampler_new(&rig->config, simpad_adc(rig->pad));
    rig->guard = guard_new(&rig->config.pad, simpad_lines(rig->pad));
    thermostat_reset(&rig->thermostat, T0 - MINUTE);
}

static void rig_close(struct rig *rig)
{
    guard_free(rig->guard);
    sampler_free(rig->sampler);
    simpad_free(rig->pad);
}

static void rig_drive(struct rig *rig, enum drive_mode mode, int32_t duty, int64_t step_ms)
{
    rig->now_ms += step_ms;
    simpad_advance(rig->pad, rig->now_ms);
    sampler_step(rig->sampler, rig->now_ms);
    sampler_latest(rig->sampler, 0, &rig->reading);
    guard_order(rig->guard, &(struct guard_order){
                                .drive = {mode, duty},
                                .fan = rig->fan && mode == DRIVE_COOL,
                                .heartbeat = mode != DRIVE_OFF,
                                .deadline_ms = rig->now_ms + GUARD_DEADLINE_MS
    });
    guard_step(rig->guard, rig->now_ms);
    guard_report(rig->guard, &rig->report);
}

static void rig_control(struct rig *rig, enum drive_mode mode, int32_t target_mc)
{
    const struct config_output *output = mode == DRIVE_HEAT ? &rig->config.pad.heat : &rig->config.pad.cool;
    if (rig->reading.status == READING_OK) {
        rig->duty = thermostat_step(&output->thermostat, &rig->thermostat, target_mc, rig->reading.mc, rig->now_ms);
    }
    rig_drive(rig, mode, rig->duty, TICK_MS);
}

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
    CU_ASSERT(truth.hot_side_mc > 40000 && truth.hot_side_mc < 50000);
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

static void a_faulty_sensor_reads_as_its_fault_says(void)
{
    const struct {
        const char *fault;
        enum reading_status status;
        int32_t from_mc, to_mc;
    } cases[] = {
        {"sensor_open",  READING_OPEN,  0,     0    },
        {"sensor_short", READING_SHORT, 0,     0    },
        {"sensor_error", READING_ERROR, 0,     0    },
        {"too_hot",      READING_OK,    44000, 44900},
        {"too_cold",     READING_OK,    3000,  4000 },
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
        CU_ASSERT_EQUAL(rig.reading.error, cases[i].status == READING_ERROR ? EREMOTEIO : 0);
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
    adc.read(adc.self, 2, &sample);
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

static void a_wrong_read_back_is_seen_with_and_without_power(void)
{
    const enum drive_mode modes[] = {DRIVE_OFF, DRIVE_HEAT, DRIVE_COOL};
    for (size_t i = 0; i < 3; i++) {
        struct rig rig;
        rig_open(&rig, 14, NULL);
        simpad_inject(rig.pad, "readback");
        rig_drive(&rig, modes[i], 100, TICK_MS);
        CU_ASSERT_TRUE(rig.report.readback_bad);
        CU_ASSERT_FALSE(rig.report.heat_on && rig.report.cool_on);
        rig_close(&rig);
    }
}

static void a_welded_switch_heats_with_its_line_inactive(void)
{
    struct rig rig;
    rig_open(&rig, 15, NULL);
    simpad_inject(rig.pad, "heat_when_off");
    for (int second = 0; second < 600; second++) {
        rig_drive(&rig, DRIVE_OFF, 0, 1000);
    }
    CU_ASSERT_FALSE(rig.report.heat_on);
    CU_ASSERT_FALSE(rig.report.readback_bad);
    CU_ASSERT_TRUE(rig.report.sense);
    CU_ASSERT(rig.reading.mc > 38000);
    rig_close(&rig);
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
    CU_ASSERT_EQUAL(count, 34);
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
    clock_t begun = clock();
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
    CU_ASSERT(clock() - begun < 2 * CLOCKS_PER_SEC); /* 40 years step by step would be 20 s and more */
}

static size_t read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, size - 1, file) : 0;
    text[length] = '\0';
    if (file) {
        fclose(file);
    }
    return length;
}

static void temporary(char *path, size_t size)
{
    snprintf(path, size, "/tmp/soothe-simpad-XXXXXX");
    close(mkstemp(path));
}

static void the_trace_has_a_row_for_each_edge_of_a_power_line(void)
{
    char path[32], text[512];
    temporary(path, sizeof path);
    for (int run = 0; run < 2; run++) {
        struct rig rig;
        rig_open(&rig, 19, path);
        rig_drive(&rig, DRIVE_COOL, 100, 0);
        rig_drive(&rig, DRIVE_COOL, 100, TICK_MS);
        rig_drive(&rig, DRIVE_OFF, 0, TICK_MS);
        rig_close(&rig);
    }
    read_file(path, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "time_ms,line,level\n"
                                 "1000000,cool,1\n1000000,fan,1\n1000000,lead,1\n"
                                 "1000400,cool,0\n1000400,fan,0\n1000400,lead,0\n"
                                 /* whatever a run left on is off */
                                 "1000000,heat,0\n1000000,cool,0\n1000000,fan,0\n1000000,lead,0\n"
                                 "1000000,cool,1\n1000000,fan,1\n1000000,lead,1\n"
                                 "1000400,cool,0\n1000400,fan,0\n1000400,lead,0\n");
    unlink(path);
    struct config config = fixture_config();
    CU_ASSERT_PTR_NULL(simpad_new(&config, 1, "/nonexistent/trace.csv"));
    CU_ASSERT_EQUAL(errno, ENOENT);
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

static void lines_that_are_not_configured_stay_off(void)
{
    struct config config = fixture_config();
    config.pad.lines[LINE_HEAT].used = false;
    config.pad.lines[LINE_SENSE].used = false;
    struct simpad *pad = simpad_new(&config, 22, NULL);
    struct lines_driver lines = simpad_lines(pad);
    struct lines_levels levels = {
        .active = {[LINE_HEAT] = true, [LINE_COOL] = true, [LINE_BUTTON] = true}
    };
    CU_ASSERT_EQUAL(lines.write(lines.self, &levels), 0);
    CU_ASSERT_EQUAL(lines.read(lines.self, &levels), 0);
    CU_ASSERT_FALSE(levels.active[LINE_HEAT] || levels.active[LINE_SENSE] || levels.active[LINE_BUTTON]);
    CU_ASSERT_TRUE(levels.active[LINE_COOL]);
    lines.close(lines.self);
    lines.read(lines.self, &levels);
    CU_ASSERT_FALSE(levels.active[LINE_COOL]);
    lines.close(NULL);
    simpad_adc(pad).close(NULL);
    simpad_free(pad);
    simpad_free(NULL);
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
    int64_t until_ms = boot_ms() + 10000;
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
    {"all starts at room temperature",                                  all_starts_at_room_temperature                   },
    {"a thermostat reaches and holds the heat band",                    a_thermostat_reaches_and_holds_the_heat_band     },
    {"a thermostat reaches and holds the ice band",                     a_thermostat_reaches_and_holds_the_ice_band      },
    {"without its fan the hot side passes 60 degrees",                  without_its_fan_the_hot_side_passes_60_degrees   },
    {"the sensor follows the pad with a lag",                           the_sensor_follows_the_pad_with_a_lag            },
    {"a weak pad never reaches the band",                               a_weak_pad_never_reaches_the_band                },
    {"off the body the pad cools much faster",                          off_the_body_the_pad_cools_much_faster           },
    {"a faulty sensor reads as its fault says",                         a_faulty_sensor_reads_as_its_fault_says          },
    {"a hot side fault leaves the pad sensor alone",                    a_hot_side_fault_leaves_the_pad_sensor_alone     },
    {"a stale sensor gives nothing new",                                a_stale_sensor_gives_nothing_new                 },
    {"a stuck sensor gives one code for ever",                          a_stuck_sensor_gives_one_code_for_ever           },
    {"the ADC is noisy by two codes",                                   the_adc_is_noisy_by_two_codes                    },
    {"an ADC that is ratiometric by itself reads the same temperature",
     an_adc_that_is_ratiometric_by_itself_reads_the_same_temperature                                                     },
    {"a wrong read-back is seen with and without power",                a_wrong_read_back_is_seen_with_and_without_power },
    {"a welded switch heats with its line inactive",                    a_welded_switch_heats_with_its_line_inactive     },
    {"a press is counted at one look a second",                         a_press_is_counted_at_one_look_a_second          },
    {"every fault has a name and nothing else is one",                  every_fault_has_a_name_and_nothing_else_is_one   },
    {"long gaps settle and time never runs back",                       long_gaps_settle_and_time_never_runs_back        },
    {"the trace has a row for each edge of a power line",               the_trace_has_a_row_for_each_edge_of_a_power_line},
    {"the same seed gives the same run to the byte",                    the_same_seed_gives_the_same_run_to_the_byte     },
    {"lines that are not configured stay off",                          lines_that_are_not_configured_stay_off           },
    {"threads and the real clock drive it too",                         threads_and_the_real_clock_drive_it_too          },
};

int main(void)
{
    return suite_run("simpad", tests, sizeof tests / sizeof tests[0]);
}
