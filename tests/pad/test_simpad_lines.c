#include "simpad_rig.h"
#include "suite.h"

#include <errno.h>
#include <stdint.h>

#define HOLD_MS 1500

static void beat(struct rig *rig, const struct guard_order *order, int64_t step_ms)
{
    struct guard_order now = *order;
    rig->now_ms += step_ms;
    now.deadline_ms = rig->now_ms + GUARD_DEADLINE_MS;
    simpad_advance(rig->pad, rig->now_ms);
    guard_order(rig->guard, &now);
    guard_step(rig->guard, rig->now_ms);
    guard_report(rig->guard, &rig->report);
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

static void without_edges_no_power_reaches_the_lead(void)
{
    const struct guard_order heat = {
        .drive = {DRIVE_HEAT, 100}
    };
    struct rig rig;
    struct simpad_truth truth;
    rig_open(&rig, 40, NULL);
    for (int64_t i = 0; i < 5 * MINUTE / TICK_MS; i++) {
        beat(&rig, &heat, TICK_MS);
        CU_ASSERT_TRUE(rig.report.heat_on);
        CU_ASSERT_FALSE(rig.report.sense);
    }
    simpad_truth(rig.pad, &truth);
    CU_ASSERT(abs(truth.pad_mc - 22000) < 10);
    rig_close(&rig);
}

static void the_dead_man_holds_from_the_first_edge_until_1500_ms_after_the_last(void)
{
    const struct lines_levels high = {
        .active = {[LINE_HEAT] = true, [LINE_HEARTBEAT] = true}
    };
    const struct lines_levels low = {.active = {[LINE_HEAT] = true}};
    struct config config = fixture_config();
    struct simpad *pad = simpad_new(&config, 41, NULL);
    struct lines_driver lines = simpad_lines(pad);
    struct lines_levels seen;
    simpad_advance(pad, T0);
    lines.write(lines.self, &high);
    lines.read(lines.self, &seen);
    CU_ASSERT_TRUE(seen.active[LINE_SENSE]);
    simpad_advance(pad, T0 + 1000);
    lines.write(lines.self, &low);
    lines.write(lines.self, &low);
    for (int64_t after = HOLD_MS - 1; after <= HOLD_MS; after++) {
        simpad_advance(pad, T0 + 1000 + after);
        lines.write(lines.self, &low);
        lines.read(lines.self, &seen);
        CU_ASSERT_EQUAL(seen.active[LINE_SENSE], after < HOLD_MS);
        CU_ASSERT_TRUE(seen.active[LINE_HEAT]);
    }
    simpad_free(pad);
}

static void without_a_heartbeat_line_the_channel_alone_makes_the_lead_live(void)
{
    struct config config = fixture_config();
    config.pad.lines[LINE_HEARTBEAT].used = false;
    struct simpad *pad = simpad_new(&config, 42, NULL);
    struct lines_driver lines = simpad_lines(pad);
    struct lines_levels levels = {.active = {[LINE_COOL] = true}};
    lines.write(lines.self, &levels);
    lines.read(lines.self, &levels);
    CU_ASSERT_TRUE(levels.active[LINE_SENSE]);
    simpad_free(pad);
}

static bool lead_after(const char *fault, const struct guard_order *order)
{
    struct rig rig;
    rig_open(&rig, 43, NULL);
    CU_ASSERT_EQUAL(simpad_inject(rig.pad, fault), 0);
    for (int i = 0; i < 10; i++) {
        beat(&rig, order, TICK_MS);
    }
    CU_ASSERT_EQUAL(rig.report.sense_seen > 0, rig.report.sense);
    rig_close(&rig);
    return rig.report.sense;
}

static void a_welded_switch_shows_only_where_the_other_one_conducts(void)
{
    const struct guard_order still = {.led = LED_OFF};
    const struct guard_order beating = {.heartbeat = true};
    const struct guard_order heat = {
        .drive = {DRIVE_HEAT, 100}
    };
    const struct {
        const char *fault;
        bool still, beating, heat;
    } cases[] = {
        {"none",          false, false, false},
        {"heat_welded",   false, true,  false},
        {"cool_welded",   false, true,  false},
        {"dead_man",      false, false, true },
        {"heat_when_off", true,  true,  true },
        {"cool_when_off", true,  true,  true },
        {"late_tick",     false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(lead_after(cases[i].fault, &still), cases[i].still);
        CU_ASSERT_EQUAL(lead_after(cases[i].fault, &beating), cases[i].beating);
        CU_ASSERT_EQUAL(lead_after(cases[i].fault, &heat), cases[i].heat);
    }
}

/* The self-test's second half: the heartbeat still for two seconds, then a pulse. */
static void a_pulse_shows_a_dead_man_that_conducts(void)
{
    const enum drive_mode modes[] = {DRIVE_HEAT, DRIVE_COOL};
    for (int i = 0; i < 4; i++) {
        const struct guard_order beating = {.heartbeat = true};
        const struct guard_order still = {.led = LED_OFF};
        const struct guard_order pulse = {
            .drive = {modes[i % 2], 0},
              .pulse = true
        };
        struct rig rig;
        rig_open(&rig, 44, NULL);
        simpad_inject(rig.pad, i < 2 ? "none" : "dead_man");
        for (int tick = 0; tick < 10; tick++) {
            beat(&rig, &beating, TICK_MS);
        }
        for (int tick = 0; tick < 10; tick++) {
            beat(&rig, &still, TICK_MS);
        }
        CU_ASSERT_EQUAL(rig.report.sense_seen, 0);
        for (int step = 0; step < 50; step++) {
            beat(&rig, &pulse, GUARD_STEP_MS);
        }
        CU_ASSERT_EQUAL(rig.report.pulses, 1);
        CU_ASSERT_EQUAL(rig.report.sense_seen, i < 2 ? 0 : GUARD_PULSE_MS / GUARD_STEP_MS);
        rig_close(&rig);
    }
}

static void both_read_on_with_and_without_power_and_no_power_comes_of_it(void)
{
    struct rig rig;
    rig_open(&rig, 45, NULL);
    simpad_inject(rig.pad, "both_on");
    for (int i = 0; i < 10; i++) {
        rig_drive(&rig, i < 5 ? DRIVE_OFF : DRIVE_COOL, 100, TICK_MS);
        CU_ASSERT_TRUE(rig.report.heat_on && rig.report.cool_on && rig.report.readback_bad);
        CU_ASSERT_FALSE(rig.report.sense && i < 5);
    }
    rig_close(&rig);
}

static void a_broken_lead_is_live_and_does_not_warm(void)
{
    struct rig rig;
    rig_open(&rig, 46, NULL);
    simpad_inject(rig.pad, "off_body");
    simpad_inject(rig.pad, "no_response");
    for (int64_t i = 0; i < 3 * MINUTE / TICK_MS; i++) {
        rig_drive(&rig, DRIVE_HEAT, 100, TICK_MS);
    }
    CU_ASSERT_TRUE(rig.report.sense);
    CU_ASSERT(abs(rig.reading.mc - 22000) < 100);
    rig_close(&rig);
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

static void an_injection_is_a_row_of_the_trace_after_what_an_earlier_run_left_on(void)
{
    char path[32], text[512];
    temporary(path, sizeof path);
    for (int run = 0; run < 2; run++) {
        struct rig rig;
        rig_open(&rig, 48, path);
        simpad_inject(rig.pad, "sensor_open");
        simpad_inject(rig.pad, "none");
        rig_close(&rig);
    }
    read_file(path, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "time_ms,line,level\n1000000,inject:sensor_open,1\n1000000,inject:none,0\n"
                                 "1000000,heat,0\n1000000,cool,0\n1000000,fan,0\n1000000,lead,0\n"
                                 "1000000,inject:sensor_open,1\n1000000,inject:none,0\n");
    unlink(path);
}

static void the_lead_goes_dead_in_the_trace_when_the_dead_man_lets_go(void)
{
    char path[32], text[512];
    struct rig rig;
    temporary(path, sizeof path);
    rig_open(&rig, 47, path);
    const struct guard_order beating = {
        .drive = {DRIVE_HEAT, 100},
          .heartbeat = true
    };
    const struct guard_order still = {
        .drive = {DRIVE_HEAT, 100}
    };
    beat(&rig, &still, 0);
    beat(&rig, &beating, 70);
    simpad_advance(rig.pad, T0 + 105); /* its steps do not end when the dead man lets go */
    simpad_advance(rig.pad, T0 + 10000);
    simpad_inject(rig.pad, "dead_man");
    rig_close(&rig);
    read_file(path, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "time_ms,line,level\n1000000,heat,1\n1000070,lead,1\n1001570,lead,0\n"
                                 "1010000,inject:dead_man,1\n1010000,lead,1\n1010000,heat,0\n1010000,lead,0\n");
    unlink(path);
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

static const struct suite_test tests[] = {
    {"a wrong read-back is seen with and without power",                      a_wrong_read_back_is_seen_with_and_without_power },
    {"a welded switch heats with its line inactive",                          a_welded_switch_heats_with_its_line_inactive     },
    {"without edges no power reaches the lead",                               without_edges_no_power_reaches_the_lead          },
    {"the dead man holds from the first edge until 1500 ms after the last",
     the_dead_man_holds_from_the_first_edge_until_1500_ms_after_the_last                                                       },
    {"without a heartbeat line the channel alone makes the lead live",
     without_a_heartbeat_line_the_channel_alone_makes_the_lead_live                                                            },
    {"a welded switch shows only where the other one conducts",
     a_welded_switch_shows_only_where_the_other_one_conducts                                                                   },
    {"a pulse shows a dead man that conducts",                                a_pulse_shows_a_dead_man_that_conducts           },
    {"both read on with and without power, and no power comes of it",
     both_read_on_with_and_without_power_and_no_power_comes_of_it                                                              },
    {"a broken lead is live and does not warm",                               a_broken_lead_is_live_and_does_not_warm          },
    {"the trace has a row for each edge of a power line",                     the_trace_has_a_row_for_each_edge_of_a_power_line},
    {"an injection is a row of the trace, after what an earlier run left on",
     an_injection_is_a_row_of_the_trace_after_what_an_earlier_run_left_on                                                      },
    {"the lead goes dead in the trace when the dead man lets go",
     the_lead_goes_dead_in_the_trace_when_the_dead_man_lets_go                                                                 },
    {"lines that are not configured stay off",                                lines_that_are_not_configured_stay_off           },
};

int main(void)
{
    return suite_run("simpad_lines", tests, sizeof tests / sizeof tests[0]);
}
