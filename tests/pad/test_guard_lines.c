#include "guard_rig.h"

#include "suite.h"

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
    for (int64_t now = T0 + 20; now < T0 + INT64_C(2) * GUARD_BAD_HOLD_MS; now += GUARD_STEP_MS) {
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

static const struct suite_test tests[] = {
    {"lines are written on a change and once a second",            lines_are_written_on_a_change_and_once_a_second      },
    {"a failed write is reported and off is tried",                a_failed_write_is_reported_and_off_is_tried          },
    {"a wrong level takes the power away for the hold time",       a_wrong_level_takes_the_power_away_for_the_hold_time },
    {"a line that turns on by itself is seen within a step",       a_line_that_turns_on_by_itself_is_seen_within_a_step },
    {"a failed read is as bad as a wrong level",                   a_failed_read_is_as_bad_as_a_wrong_level             },
    {"a failed read is reported at rest too",                      a_failed_read_is_reported_at_rest_too                },
    {"a line that is not configured cannot read back wrong",       a_line_that_is_not_configured_cannot_read_back_wrong },
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
};

int main(void)
{
    return suite_run("guard_lines", tests, sizeof tests / sizeof tests[0]);
}
