#include "soothe/guard.h"

#include "fixture.h"
#include "suite.h"

#include <errno.h>
#include <stdlib.h>

#define T0 INT64_C(1000000)

static struct fixture_lines lines;
static struct config config;
static struct guard *guard;
static struct guard_report report;

static void set_up(void)
{
    config = fixture_config();
    guard = guard_new(&config.pad, fixture_driver(&lines));
}

static void order(enum drive_mode mode, int32_t duty, int64_t deadline_ms)
{
    guard_order(guard, &(struct guard_order){
                           .drive = {mode, duty},
                             .deadline_ms = deadline_ms
    });
}

static void order_pulse(enum drive_mode mode, int64_t deadline_ms)
{
    guard_order(guard, &(struct guard_order){.drive = {.mode = mode}, .pulse = true, .deadline_ms = deadline_ms});
}

static void step(int64_t now_ms)
{
    guard_step(guard, now_ms);
    guard_report(guard, &report);
}

static bool is_on(enum pad_line line)
{
    return lines.levels.active[line];
}

static bool any_output(void)
{
    return is_on(LINE_HEAT) || is_on(LINE_COOL) || is_on(LINE_FAN) || is_on(LINE_HEARTBEAT) || is_on(LINE_LED);
}

static void nothing_is_on_before_the_first_order(void)
{
    set_up();
    guard_report(guard, &report);
    CU_ASSERT_EQUAL(report.step_ms, INT64_MIN);
    step(T0);
    CU_ASSERT_FALSE(any_output());
    CU_ASSERT_EQUAL(lines.write_count, 1);
    CU_ASSERT_EQUAL(report.step_ms, T0);
    guard_free(guard);
}

static void an_order_holds_until_just_before_its_deadline(void)
{
    set_up();
    guard_order(
        guard,
        &(struct guard_order){
            .drive = {DRIVE_HEAT, 100},
              .fan = true, .heartbeat = true, .led = LED_SESSION, .deadline_ms = T0 + 600
    });
    step(T0);
    CU_ASSERT_TRUE(is_on(LINE_HEAT) && is_on(LINE_FAN) && is_on(LINE_HEARTBEAT) && is_on(LINE_LED));
    CU_ASSERT_TRUE(report.heat_on);
    CU_ASSERT_EQUAL(report.pulses, 0);
    step(T0 + 599);
    CU_ASSERT_TRUE(is_on(LINE_HEAT));
    CU_ASSERT_EQUAL(report.expired, 0);
    step(T0 + 600);
    CU_ASSERT_FALSE(any_output());
    CU_ASSERT_FALSE(report.heat_on);
    CU_ASSERT_EQUAL(report.expired, 1);
    step(T0 + 620);
    CU_ASSERT_EQUAL(report.expired, 1);
    guard_free(guard);
}

static void a_deadline_too_far_ahead_is_cut(void)
{
    const int64_t deadlines[] = {T0 + 601, T0 + INT64_C(1262304000000), INT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        set_up();
        order(DRIVE_HEAT, 100, deadlines[i]);
        step(T0);
        CU_ASSERT_TRUE(is_on(LINE_HEAT));
        step(T0 + 599);
        CU_ASSERT_TRUE(is_on(LINE_HEAT));
        step(T0 + 600);
        CU_ASSERT_FALSE(is_on(LINE_HEAT));
        guard_free(guard);
    }
}

static void a_deadline_in_the_past_never_gives_power(void)
{
    const int64_t deadlines[] = {T0, T0 - 1, 0, INT64_MIN};
    for (size_t i = 0; i < 4; i++) {
        set_up();
        order(DRIVE_COOL, 100, deadlines[i]);
        step(T0);
        CU_ASSERT_FALSE(is_on(LINE_COOL));
        CU_ASSERT_EQUAL(report.expired, 1);
        guard_free(guard);
    }
}

static void absurd_times_end_in_off(void)
{
    const int64_t times[] = {INT64_MAX, INT64_MIN, 0, INT64_MAX - 1, INT64_MIN + 1, -1};
    set_up();
    for (size_t i = 0; i < 6; i++) {
        order(DRIVE_HEAT, 100, INT64_MAX);
        step(times[i]);
        step(times[i] > 0 ? INT64_MAX : times[i] + 600);
        CU_ASSERT_FALSE(is_on(LINE_HEAT));
    }
    guard_free(guard);
}

static void time_that_runs_backwards_is_off_until_the_next_order(void)
{
    set_up();
    order(DRIVE_HEAT, 100, T0 + 600);
    step(T0);
    step(T0 - 1);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    step(T0 + 20);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    order(DRIVE_HEAT, 100, T0 + 600);
    step(T0 + 40);
    CU_ASSERT_TRUE(is_on(LINE_HEAT));
    guard_free(guard);
}

static void between_heat_and_cool_both_are_written_off(void)
{
    const enum drive_mode from[] = {DRIVE_HEAT, DRIVE_COOL};
    const enum drive_mode to[] = {DRIVE_COOL, DRIVE_HEAT};
    for (int i = 0; i < 2; i++) {
        set_up();
        order(from[i], 100, T0 + 600);
        step(T0);
        order(to[i], 100, T0 + 620);
        step(T0 + 20);
        CU_ASSERT_FALSE(any_output());
        CU_ASSERT_EQUAL(lines.write_count, 2);
        step(T0 + 40);
        CU_ASSERT_EQUAL(is_on(LINE_HEAT), to[i] == DRIVE_HEAT);
        CU_ASSERT_EQUAL(is_on(LINE_COOL), to[i] == DRIVE_COOL);
        guard_free(guard);
    }
}

static void cool_does_not_come_while_the_heat_line_cannot_be_cleared(void)
{
    set_up();
    order(DRIVE_HEAT, 100, T0 + 600);
    step(T0);
    lines.stuck[LINE_HEAT] = true;
    for (int64_t now = T0 + 20; now < T0 + 5000; now += 20) {
        order(DRIVE_COOL, 100, now + 600);
        step(now);
        CU_ASSERT_FALSE(is_on(LINE_COOL));
        CU_ASSERT_TRUE(report.readback_bad);
    }
    guard_free(guard);
}

static int64_t heat_on_ms_of_a_period(int32_t duty)
{
    int64_t on_ms = 0;
    for (int64_t now = T0; now < T0 + FIXTURE_PERIOD_MS; now += GUARD_STEP_MS) {
        order(DRIVE_HEAT, duty, now + 600);
        step(now);
        on_ms += is_on(LINE_HEAT) ? GUARD_STEP_MS : 0;
    }
    return on_ms;
}

static void the_duty_is_that_share_of_each_pwm_period(void)
{
    const int32_t duties[] = {0, 1, 25, 50, 99, 100};
    for (size_t i = 0; i < 6; i++) {
        set_up();
        CU_ASSERT_EQUAL(heat_on_ms_of_a_period(duties[i]), (int64_t)duties[i] * FIXTURE_PERIOD_MS / 100);
        guard_free(guard);
    }
}

static void flapping_orders_do_not_restart_the_period(void)
{
    set_up();
    int64_t on_ms = 0;
    for (int64_t now = T0; now < T0 + FIXTURE_PERIOD_MS; now += GUARD_STEP_MS) {
        order((now / 100) % 2 ? DRIVE_HEAT : DRIVE_OFF, 10, now + 600);
        step(now);
        on_ms += is_on(LINE_HEAT) ? GUARD_STEP_MS : 0;
    }
    CU_ASSERT(on_ms <= 10 * FIXTURE_PERIOD_MS / 100);
    guard_free(guard);
}

static void a_relay_is_on_at_any_duty_above_zero(void)
{
    const int32_t duties[] = {0, 1, 100};
    for (size_t i = 0; i < 3; i++) {
        set_up();
        order(DRIVE_COOL, duties[i], T0 + 600);
        step(T0 + 500);
        CU_ASSERT_EQUAL(is_on(LINE_COOL), duties[i] > 0);
        guard_free(guard);
    }
}

static void an_output_without_a_kind_is_never_on(void)
{
    set_up();
    guard_free(guard);
    config.pad.heat.thermostat.kind = THERMOSTAT_NONE;
    guard = guard_new(&config.pad, fixture_driver(&lines));
    order(DRIVE_HEAT, 100, T0 + 600);
    step(T0);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    guard_free(guard);
}

static void lines_are_written_on_a_change_and_once_a_second(void)
{
    set_up();
    for (int64_t now = T0; now < T0 + 1000; now += GUARD_STEP_MS) {
        step(now);
    }
    CU_ASSERT_EQUAL(lines.write_count, 1);
    step(T0 + 1000);
    CU_ASSERT_EQUAL(lines.write_count, 2);
    order(DRIVE_COOL, 100, T0 + 1600);
    step(T0 + 1001);
    CU_ASSERT_EQUAL(lines.write_count, 3);
    step(T0 + 1021);
    CU_ASSERT_EQUAL(lines.write_count, 3);
    guard_free(guard);
}

static void a_failed_write_is_reported_and_off_is_tried(void)
{
    set_up();
    order(DRIVE_HEAT, 100, T0 + 600);
    lines.write_error = -EIO;
    step(T0);
    CU_ASSERT_TRUE(report.readback_bad);
    CU_ASSERT_EQUAL(report.error, EIO);
    CU_ASSERT_EQUAL(lines.write_count, 2);
    CU_ASSERT_FALSE(lines.writes[1].active[LINE_HEAT]);
    lines.write_error = 0;
    guard_free(guard);
}

static void a_wrong_level_takes_the_power_away_for_the_hold_time(void)
{
    set_up();
    lines.stuck[LINE_HEAT] = true;
    order(DRIVE_HEAT, 100, T0 + 600);
    step(T0);
    CU_ASSERT_TRUE(report.readback_bad);
    CU_ASSERT_EQUAL(report.error, 0);
    lines.stuck[LINE_HEAT] = false;
    order(DRIVE_HEAT, 100, T0 + GUARD_BAD_HOLD_MS + 500);
    step(T0 + GUARD_BAD_HOLD_MS - 1);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    CU_ASSERT_TRUE(report.readback_bad);
    step(T0 + GUARD_BAD_HOLD_MS);
    CU_ASSERT_TRUE(is_on(LINE_HEAT));
    CU_ASSERT_FALSE(report.readback_bad);
    guard_free(guard);
}

static void a_line_that_turns_on_by_itself_is_seen_within_a_step(void)
{
    set_up();
    step(T0);
    lines.levels.active[LINE_HEAT] = true;
    step(T0 + 20);
    CU_ASSERT_TRUE(report.readback_bad);
    CU_ASSERT_TRUE(report.heat_on);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    guard_free(guard);
}

static void a_failed_read_is_as_bad_as_a_wrong_level(void)
{
    set_up();
    order(DRIVE_COOL, 100, T0 + 600);
    lines.read_error = -EREMOTEIO;
    step(T0);
    CU_ASSERT_TRUE(report.readback_bad);
    CU_ASSERT_EQUAL(report.error, EREMOTEIO);
    CU_ASSERT_FALSE(is_on(LINE_COOL));
    guard_free(guard);
}

static void a_failed_read_is_reported_at_rest_too(void)
{
    set_up();
    lines.read_error = -EIO;
    step(T0);
    CU_ASSERT_TRUE(report.readback_bad);
    lines.read_error = 0;
    step(T0 + GUARD_BAD_HOLD_MS - 1);
    CU_ASSERT_TRUE(report.readback_bad);
    step(T0 + GUARD_BAD_HOLD_MS);
    CU_ASSERT_FALSE(report.readback_bad);
    guard_free(guard);
}

static void a_line_that_is_not_configured_cannot_read_back_wrong(void)
{
    set_up();
    guard_free(guard);
    config.pad.lines[LINE_LED].used = false;
    guard = guard_new(&config.pad, fixture_driver(&lines));
    lines.stuck[LINE_LED] = true;
    guard_order(guard, &(struct guard_order){.led = LED_SESSION, .deadline_ms = T0 + 600});
    step(T0);
    CU_ASSERT_FALSE(report.readback_bad);
    guard_free(guard);
}

static void an_impossible_order_is_refused_and_the_one_before_stays(void)
{
    const struct guard_order impossible[] = {
        {.drive = {DRIVE_MODE_COUNT, 10}}, {.drive = {(enum drive_mode) - 1, 10}},
        {.drive = {DRIVE_HEAT, 101}},      {.drive = {DRIVE_HEAT, -1}},
        {.led = (enum guard_led)4},        {.led = (enum guard_led) - 1},
    };
    set_up();
    order(DRIVE_HEAT, 100, T0 + 600);
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        guard_order(guard, &impossible[i]);
        step(T0 + 1 + (int64_t)i);
        CU_ASSERT_EQUAL(report.refused, i + 1);
        CU_ASSERT_TRUE(is_on(LINE_HEAT));
    }
    guard_free(guard);
}

static void power_on_an_output_without_a_line_is_refused(void)
{
    set_up();
    guard_free(guard);
    config.pad.lines[LINE_COOL].used = false;
    guard = guard_new(&config.pad, fixture_driver(&lines));
    order(DRIVE_COOL, 100, T0 + 600);
    order(DRIVE_COOL, 0, T0 + 600);
    step(T0);
    CU_ASSERT_EQUAL(report.refused, 1);
    CU_ASSERT_FALSE(any_output());
    guard_free(guard);
}

static void no_line_is_driven_until_the_pad_is_wired(void)
{
    set_up();
    guard_free(guard);
    config.pad.wired = false;
    guard = guard_new(&config.pad, fixture_driver(&lines));
    order(DRIVE_HEAT, 100, T0 + 600);
    guard_order(guard,
                &(struct guard_order){.fan = true, .heartbeat = true, .led = LED_SESSION, .deadline_ms = T0 + 600});
    step(T0);
    CU_ASSERT_FALSE(any_output());
    CU_ASSERT_EQUAL(report.refused, 1);
    guard_free(guard);
}

static void the_heartbeat_has_one_edge_for_each_order_that_asks_for_it(void)
{
    set_up();
    for (int i = 0; i < 6; i++) {
        bool before = is_on(LINE_HEARTBEAT);
        bool asked = i % 3 != 2;
        int64_t now = T0 + INT64_C(200) * i;
        guard_order(guard, &(struct guard_order){.heartbeat = asked, .deadline_ms = now + 600});
        step(now);
        CU_ASSERT_EQUAL(is_on(LINE_HEARTBEAT) != before, asked);
        bool after = is_on(LINE_HEARTBEAT);
        step(now + 20);
        step(now + 180);
        CU_ASSERT_EQUAL(is_on(LINE_HEARTBEAT), after);
    }
    for (int64_t now = T0 + 1600; now < T0 + 5000; now += 20) {
        step(now);
        CU_ASSERT_FALSE(is_on(LINE_HEARTBEAT));
    }
    guard_free(guard);
}

static void the_first_heartbeat_after_a_deadline_is_an_edge_again(void)
{
    set_up();
    for (int64_t now = T0; now < T0 + 5000; now += 1000) {
        guard_order(guard, &(struct guard_order){.heartbeat = true, .deadline_ms = now + 600});
        step(now);
        CU_ASSERT_TRUE(is_on(LINE_HEARTBEAT));
        step(now + 600);
        CU_ASSERT_FALSE(is_on(LINE_HEARTBEAT));
    }
    guard_free(guard);
}

/* Edges of the heartbeat in what was written since `from`. */
static int heartbeat_edges(size_t from, bool level)
{
    int edges = 0;
    for (size_t i = from; i < lines.write_count; i++) {
        bool next = lines.writes[i % FIXTURE_WRITES_MAX].active[LINE_HEARTBEAT];
        edges += next != level;
        level = next;
    }
    return edges;
}

/* A pin that is stuck high and a guard that pumps the dead man by trying to clear it would be one fault. */
static void lines_that_fail_get_no_heartbeat_from_the_guard(void)
{
    const struct {
        int write_error;
        int read_error;
        bool stuck;
    } rows[] = {
        {0,    0,    true },
        {-EIO, 0,    false},
        {0,    -EIO, false}
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_up();
        guard_order(guard, &(struct guard_order){.heartbeat = true, .deadline_ms = T0 + 600});
        step(T0);
        CU_ASSERT_TRUE(is_on(LINE_HEARTBEAT));
        lines.levels.active[LINE_HEAT] = rows[i].stuck;
        lines.stuck[LINE_HEAT] = rows[i].stuck;
        lines.write_error = rows[i].write_error;
        lines.read_error = rows[i].read_error;
        size_t from = lines.write_count;
        for (int64_t now = T0 + 20; now <= T0 + 200; now += 20) {
            order(DRIVE_OFF, 0, now + 600);
            step(now);
            CU_ASSERT_TRUE(report.readback_bad || rows[i].write_error != 0);
        }
        CU_ASSERT(heartbeat_edges(from, true) <= 1);
        lines.write_error = 0;
        guard_free(guard);
    }
}

static void held_lines_take_no_edge_until_they_are_good_again(void)
{
    set_up();
    step(T0);
    lines.stuck[LINE_HEAT] = true;
    lines.levels.active[LINE_HEAT] = true;
    step(T0 + 20);
    lines.stuck[LINE_HEAT] = false;
    size_t from = lines.write_count;
    for (int64_t now = T0 + 200; now < T0 + 20 + GUARD_BAD_HOLD_MS; now += 200) {
        guard_order(guard, &(struct guard_order){.heartbeat = true, .deadline_ms = now + 600});
        step(now);
    }
    CU_ASSERT_EQUAL(heartbeat_edges(from, false), 0);
    int64_t good_ms = T0 + 20 + GUARD_BAD_HOLD_MS;
    guard_order(guard, &(struct guard_order){.heartbeat = true, .deadline_ms = good_ms + 600});
    step(good_ms);
    CU_ASSERT_TRUE(is_on(LINE_HEARTBEAT));
    guard_free(guard);
}

static void a_pulse_ends_by_itself(void)
{
    const enum drive_mode modes[] = {DRIVE_HEAT, DRIVE_COOL};
    const enum pad_line channel[] = {LINE_HEAT, LINE_COOL};
    for (int i = 0; i < 2; i++) {
        set_up();
        order_pulse(modes[i], T0 + 600);
        step(T0);
        CU_ASSERT_TRUE(is_on(channel[i]));
        CU_ASSERT_EQUAL(report.pulses, 1);
        step(T0 + GUARD_PULSE_MS - 1);
        CU_ASSERT_TRUE(is_on(channel[i]));
        step(T0 + GUARD_PULSE_MS);
        CU_ASSERT_FALSE(any_output());
        step(T0 + 599);
        CU_ASSERT_FALSE(any_output());
        CU_ASSERT_EQUAL(report.pulses, 1);
        guard_free(guard);
    }
}

static void a_pulse_does_not_ask_for_the_duty_or_the_pwm_phase(void)
{
    for (int64_t phase = 0; phase < FIXTURE_PERIOD_MS; phase += GUARD_STEP_MS) {
        set_up();
        int64_t now = T0 + phase;
        guard_order(guard, &(struct guard_order){
                               .drive = {DRIVE_HEAT, 1},
                                 .pulse = true, .deadline_ms = now + 600
        });
        step(now);
        CU_ASSERT_TRUE(is_on(LINE_HEAT));
        step(now + GUARD_PULSE_MS);
        CU_ASSERT_FALSE(is_on(LINE_HEAT));
        guard_free(guard);
    }
}

static void a_run_of_orders_has_one_pulse(void)
{
    set_up();
    int64_t on_ms = 0;
    for (int64_t now = T0; now < T0 + 2000; now += GUARD_STEP_MS) {
        order_pulse(DRIVE_HEAT, now + 600);
        step(now);
        on_ms += is_on(LINE_HEAT) ? GUARD_STEP_MS : 0;
    }
    CU_ASSERT_EQUAL(on_ms, GUARD_PULSE_MS);
    order(DRIVE_OFF, 0, T0 + 2600);
    step(T0 + 2000);
    order_pulse(DRIVE_HEAT, T0 + 2620);
    step(T0 + 2020);
    CU_ASSERT_TRUE(is_on(LINE_HEAT));
    CU_ASSERT_EQUAL(report.pulses, 2);
    guard_free(guard);
}

static void a_pulse_ends_with_the_next_step_however_late(void)
{
    set_up();
    for (int i = 0; i < 5; i++) {
        int64_t now = T0 + INT64_C(200) * i;
        order_pulse(DRIVE_COOL, now + 600);
        step(now);
        CU_ASSERT_EQUAL(is_on(LINE_COOL), i == 0);
    }
    CU_ASSERT_EQUAL(report.pulses, 1);
    guard_free(guard);
}

static void an_order_without_a_pulse_ends_it(void)
{
    set_up();
    order_pulse(DRIVE_HEAT, T0 + 600);
    step(T0);
    order(DRIVE_HEAT, 0, T0 + 620);
    step(T0 + 20);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    guard_free(guard);
}

static void a_pulse_cut_short_does_not_come_again(void)
{
    set_up();
    order_pulse(DRIVE_HEAT, T0 + 50);
    step(T0);
    step(T0 + 49);
    CU_ASSERT_TRUE(is_on(LINE_HEAT));
    step(T0 + 50);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    order_pulse(DRIVE_HEAT, T0 + 660);
    step(T0 + 60);
    CU_ASSERT_FALSE(is_on(LINE_HEAT));
    guard_free(guard);

    set_up();
    order_pulse(DRIVE_HEAT, T0 + 600);
    step(T0);
    for (int64_t now = T0 + 20; now < T0 + 400; now += GUARD_STEP_MS) {
        order_pulse(DRIVE_COOL, now + 600);
        step(now);
        CU_ASSERT_FALSE(is_on(LINE_HEAT) || is_on(LINE_COOL));
    }
    guard_free(guard);
}

static void time_that_runs_backwards_ends_a_pulse_for_good(void)
{
    set_up();
    order_pulse(DRIVE_HEAT, T0 + 600);
    step(T0);
    for (int64_t now = T0 - 50000; now < T0 + 400; now += GUARD_STEP_MS) {
        order_pulse(DRIVE_HEAT, now + 600);
        step(now);
        CU_ASSERT_FALSE(is_on(LINE_HEAT));
    }
    guard_free(guard);
}

static void a_pulse_while_the_lines_are_bad_is_none_and_is_not_counted(void)
{
    set_up();
    lines.stuck[LINE_HEAT] = true;
    order_pulse(DRIVE_HEAT, T0 + 600);
    step(T0);
    CU_ASSERT_TRUE(report.readback_bad);
    lines.stuck[LINE_HEAT] = false;
    for (int64_t now = T0 + 20; now < T0 + 2 * GUARD_BAD_HOLD_MS; now += GUARD_STEP_MS) {
        order_pulse(DRIVE_HEAT, now + 600);
        step(now);
        CU_ASSERT_FALSE(is_on(LINE_HEAT));
    }
    CU_ASSERT_EQUAL(report.pulses, 0);
    guard_free(guard);
}

static void a_pulse_that_cannot_be_is_refused(void)
{
    const struct guard_order impossible[] = {
        {.drive = {DRIVE_HEAT, 0}, .pulse = true, .heartbeat = true,             .deadline_ms = T0 + 600},
        {.drive = {DRIVE_OFF, 0},                        .pulse = true,               .deadline_ms = T0 + 600       },
        {.drive = {DRIVE_MODE_COUNT, 0},                        .pulse = true,        .deadline_ms = T0 + 600},
        {.drive = {DRIVE_COOL, 0},                        .pulse = true,              .deadline_ms = T0 + 600             },
    };
    set_up();
    guard_free(guard);
    config.pad.lines[LINE_COOL].used = false;
    guard = guard_new(&config.pad, fixture_driver(&lines));
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        guard_order(guard, &impossible[i]);
        step(T0 + (int64_t)i);
        CU_ASSERT_EQUAL(report.refused, i + 1);
        CU_ASSERT_FALSE(any_output());
    }
    guard_free(guard);
    config.pad.wired = false;
    guard = guard_new(&config.pad, fixture_driver(&lines));
    order_pulse(DRIVE_HEAT, T0 + 600);
    step(T0);
    CU_ASSERT_EQUAL(report.refused, 1);
    CU_ASSERT_FALSE(any_output());
    guard_free(guard);
}

static void each_step_that_saw_voltage_is_counted(void)
{
    set_up();
    step(T0);
    CU_ASSERT_EQUAL(report.sense_seen, 0);
    lines.levels.active[LINE_SENSE] = true;
    step(T0 + 20);
    step(T0 + 40);
    CU_ASSERT_EQUAL(report.sense_seen, 2);
    lines.read_error = -EIO;
    step(T0 + 60);
    CU_ASSERT_EQUAL(report.sense_seen, 2);
    lines.read_error = 0;
    lines.levels.active[LINE_SENSE] = false;
    step(T0 + 80);
    CU_ASSERT_EQUAL(report.sense_seen, 2);
    guard_free(guard);
}

static int64_t lit_ms_of_six_seconds(enum guard_led led)
{
    int64_t lit_ms = 0;
    for (int64_t now = 0; now < 6000; now += GUARD_STEP_MS) {
        guard_order(guard, &(struct guard_order){.led = led, .deadline_ms = now + 600});
        step(now);
        lit_ms += is_on(LINE_LED) ? GUARD_STEP_MS : 0;
    }
    return lit_ms;
}

static void each_led_rhythm_is_lit_for_its_own_share(void)
{
    const int64_t lit_ms[] = {[LED_OFF] = 0, [LED_WAITING] = 200, [LED_SESSION] = 3000, [LED_LOCKOUT] = 3000};
    for (int led = LED_OFF; led <= LED_LOCKOUT; led++) {
        set_up();
        CU_ASSERT_EQUAL(lit_ms_of_six_seconds((enum guard_led)led), lit_ms[led]);
        guard_free(guard);
    }
}

static void presses_and_inputs_are_in_the_report(void)
{
    set_up();
    step(T0);
    step(T0 + 50);
    CU_ASSERT_FALSE(report.button);
    lines.levels.active[LINE_BUTTON] = true;
    lines.levels.active[LINE_SENSE] = true;
    step(T0 + 100);
    step(T0 + 150);
    CU_ASSERT_TRUE(report.button && report.sense);
    step(T0 + 5100);
    CU_ASSERT_EQUAL(report.long_presses, 0);
    lines.levels.active[LINE_BUTTON] = false;
    step(T0 + 5200);
    step(T0 + 5250);
    CU_ASSERT_EQUAL(report.long_presses, 1);
    CU_ASSERT_EQUAL(report.short_presses, 0);
    guard_free(guard);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void check_invariants(int64_t now_ms, int64_t ordered_ms)
{
    const struct lines_levels *last = &lines.writes[(lines.write_count - 1) % FIXTURE_WRITES_MAX];
    const struct lines_levels *before = &lines.writes[(lines.write_count - 2) % FIXTURE_WRITES_MAX];
    CU_ASSERT_FALSE(last->active[LINE_HEAT] && last->active[LINE_COOL]);
    if (lines.write_count > 1) {
        CU_ASSERT_FALSE(before->active[LINE_HEAT] && last->active[LINE_COOL]);
        CU_ASSERT_FALSE(before->active[LINE_COOL] && last->active[LINE_HEAT]);
    }
    if (now_ms - ordered_ms >= GUARD_DEADLINE_MS) {
        CU_ASSERT_FALSE(last->active[LINE_HEAT] || last->active[LINE_COOL]);
    }
}

static void random_orders_and_faults_never_break_the_invariants(void)
{
    const char *given = getenv("SOOTHE_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20261122;
    printf("\n    seed %llu ", (unsigned long long)seed);
    set_up();
    int64_t now_ms = T0, ordered_ms = T0 - GUARD_DEADLINE_MS;
    for (int i = 0; i < 100000; i++) {
        now_ms += (int64_t)(next_random(&seed) % 100);
        if (next_random(&seed) % 8 == 0) {
            enum drive_mode mode = (enum drive_mode)(next_random(&seed) % 4);
            int32_t duty = (int32_t)(next_random(&seed) % 104) - 2;
            int64_t deadline_ms = now_ms - 100 + (int64_t)(next_random(&seed) % 2000);
            if (next_random(&seed) % 4 == 0) {
                order_pulse(mode, deadline_ms);
            } else {
                order(mode, duty, deadline_ms);
            }
            ordered_ms = now_ms;
        }
        lines.write_error = next_random(&seed) % 50 == 0 ? -EIO : 0;
        lines.read_error = next_random(&seed) % 50 == 0 ? -EIO : 0;
        lines.stuck[LINE_HEAT] = next_random(&seed) % 100 == 0;
        step(now_ms);
        check_invariants(now_ms, ordered_ms);
    }
    lines.write_error = 0;
    guard_free(guard);
}

static void the_end_is_all_inactive_and_the_driver_closed_once(void)
{
    set_up();
    order(DRIVE_HEAT, 100, T0 + 600);
    step(T0);
    guard_free(guard);
    CU_ASSERT_FALSE(any_output());
    CU_ASSERT_EQUAL(lines.closed, 1);
    guard_free(NULL);
}

static int64_t boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_until_cool_is_off(void)
{
    pthread_mutex_lock(&lines.lock);
    while (lines.levels.active[LINE_COOL]) {
        pthread_cond_wait(&lines.changed, &lines.lock);
    }
    pthread_mutex_unlock(&lines.lock);
}

/* Order cool until the thread has switched it on, however busy the machine is. Returns when the last order was given.
 */
static int64_t power_up(void)
{
    int64_t ordered_ms = 0;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    pthread_mutex_lock(&lines.lock);
    while (!lines.levels.active[LINE_COOL]) {
        pthread_mutex_unlock(&lines.lock);
        ordered_ms = boot_ms();
        order(DRIVE_COOL, 100, ordered_ms + GUARD_DEADLINE_MS);
        until.tv_sec += 1;
        pthread_mutex_lock(&lines.lock);
        if (!lines.levels.active[LINE_COOL]) {
            pthread_cond_timedwait(&lines.changed, &lines.lock, &until);
        }
    }
    pthread_mutex_unlock(&lines.lock);
    return ordered_ms;
}

static void set_hang(bool hang)
{
    pthread_mutex_lock(&lines.lock);
    lines.hang = hang;
    pthread_cond_broadcast(&lines.changed);
    while (hang && !lines.hung) {
        pthread_cond_wait(&lines.changed, &lines.lock);
    }
    pthread_mutex_unlock(&lines.lock);
}

static void the_thread_turns_off_what_nobody_renews(void)
{
    set_up();
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    CU_ASSERT_EQUAL(guard_start(guard), -EALREADY);
    int64_t ordered_ms = power_up();
    wait_until_cool_is_off();
    int64_t took_ms = boot_ms() - ordered_ms;
    CU_ASSERT(took_ms >= GUARD_DEADLINE_MS && took_ms < 20000);
    guard_free(guard);
    CU_ASSERT_EQUAL(lines.closed, 1);
}

static void a_write_that_hangs_does_not_stop_the_control_loop(void)
{
    set_up();
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    power_up();
    set_hang(true);
    guard_report(guard, &report);
    int64_t last_ms = report.step_ms;
    for (int i = 0; i < 100000; i++) {
        order(DRIVE_COOL, 100, boot_ms() + 600);
        guard_report(guard, &report);
    }
    CU_ASSERT_EQUAL(report.step_ms, last_ms);
    pthread_mutex_lock(&lines.lock);
    CU_ASSERT_TRUE(lines.hung);
    pthread_mutex_unlock(&lines.lock);
    set_hang(false);
    wait_until_cool_is_off();
    guard_free(guard);
    CU_ASSERT_EQUAL(lines.closed, 1);
}

static void the_end_is_bounded_and_a_hung_write_is_cleaned_up_after(void)
{
    set_up();
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    power_up();
    set_hang(true);
    int64_t begun_ms = boot_ms();
    guard_free(guard);
    CU_ASSERT(boot_ms() - begun_ms < 20000);
    CU_ASSERT_EQUAL(lines.closed, 0);
    pthread_mutex_lock(&lines.lock);
    lines.hang = false;
    pthread_cond_broadcast(&lines.changed);
    while (lines.closed == 0) {
        pthread_cond_wait(&lines.changed, &lines.lock);
    }
    CU_ASSERT_FALSE(is_on(LINE_COOL));
    pthread_mutex_unlock(&lines.lock);
}

static const struct suite_test tests[] = {
    {"nothing is on before the first order",                       nothing_is_on_before_the_first_order                 },
    {"an order holds until just before its deadline",              an_order_holds_until_just_before_its_deadline        },
    {"a deadline too far ahead is cut",                            a_deadline_too_far_ahead_is_cut                      },
    {"a deadline in the past never gives power",                   a_deadline_in_the_past_never_gives_power             },
    {"absurd times end in off",                                    absurd_times_end_in_off                              },
    {"time that runs backwards is off until the next order",       time_that_runs_backwards_is_off_until_the_next_order },
    {"between heat and cool both are written off",                 between_heat_and_cool_both_are_written_off           },
    {"cool does not come while the heat line cannot be cleared",
     cool_does_not_come_while_the_heat_line_cannot_be_cleared                                                           },
    {"the duty is that share of each PWM period",                  the_duty_is_that_share_of_each_pwm_period            },
    {"flapping orders do not restart the period",                  flapping_orders_do_not_restart_the_period            },
    {"a relay is on at any duty above zero",                       a_relay_is_on_at_any_duty_above_zero                 },
    {"an output without a kind is never on",                       an_output_without_a_kind_is_never_on                 },
    {"lines are written on a change and once a second",            lines_are_written_on_a_change_and_once_a_second      },
    {"a failed write is reported and off is tried",                a_failed_write_is_reported_and_off_is_tried          },
    {"a wrong level takes the power away for the hold time",       a_wrong_level_takes_the_power_away_for_the_hold_time },
    {"a line that turns on by itself is seen within a step",       a_line_that_turns_on_by_itself_is_seen_within_a_step },
    {"a failed read is as bad as a wrong level",                   a_failed_read_is_as_bad_as_a_wrong_level             },
    {"a failed read is reported at rest too",                      a_failed_read_is_reported_at_rest_too                },
    {"a line that is not configured cannot read back wrong",       a_line_that_is_not_configured_cannot_read_back_wrong },
    {"an impossible order is refused and the one before stays",
     an_impossible_order_is_refused_and_the_one_before_stays                                                            },
    {"power on an output without a line is refused",               power_on_an_output_without_a_line_is_refused         },
    {"no line is driven until the pad is wired",                   no_line_is_driven_until_the_pad_is_wired             },
    {"the heartbeat has one edge for each order that asks for it",
     the_heartbeat_has_one_edge_for_each_order_that_asks_for_it                                                         },
    {"the first heartbeat after a deadline is an edge again",      the_first_heartbeat_after_a_deadline_is_an_edge_again},
    {"lines that fail get no heartbeat from the guard",            lines_that_fail_get_no_heartbeat_from_the_guard      },
    {"held lines take no edge until they are good again",          held_lines_take_no_edge_until_they_are_good_again    },
    {"a pulse ends by itself",                                     a_pulse_ends_by_itself                               },
    {"a pulse does not ask for the duty or the PWM phase",         a_pulse_does_not_ask_for_the_duty_or_the_pwm_phase   },
    {"a run of orders has one pulse",                              a_run_of_orders_has_one_pulse                        },
    {"a pulse ends with the next step, however late",              a_pulse_ends_with_the_next_step_however_late         },
    {"an order without a pulse ends it",                           an_order_without_a_pulse_ends_it                     },
    {"a pulse cut short does not come again",                      a_pulse_cut_short_does_not_come_again                },
    {"time that runs backwards ends a pulse for good",             time_that_runs_backwards_ends_a_pulse_for_good       },
    {"a pulse while the lines are bad is none and is not counted",
     a_pulse_while_the_lines_are_bad_is_none_and_is_not_counted                                                         },
    {"a pulse that cannot be is refused",                          a_pulse_that_cannot_be_is_refused                    },
    {"each step that saw voltage is counted",                      each_step_that_saw_voltage_is_counted                },
    {"each LED rhythm is lit for its own share",                   each_led_rhythm_is_lit_for_its_own_share             },
    {"presses and inputs are in the report",                       presses_and_inputs_are_in_the_report                 },
    {"random orders and faults never break the invariants",        random_orders_and_faults_never_break_the_invariants  },
    {"the end is all inactive and the driver closed once",         the_end_is_all_inactive_and_the_driver_closed_once   },
    {"the thread turns off what nobody renews",                    the_thread_turns_off_what_nobody_renews              },
    {"a write that hangs does not stop the control loop",          a_write_that_hangs_does_not_stop_the_control_loop    },
    {"the end is bounded, and a hung write is cleaned up after",
     the_end_is_bounded_and_a_hung_write_is_cleaned_up_after                                                            },
};

int main(void)
{
    return suite_run("guard", tests, sizeof tests / sizeof tests[0]);
}
