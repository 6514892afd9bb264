#include "soothe/guard.h"

#include "button.h"
#include "elapsed.h"
#include "mailbox.h"
#include "worker.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Every line that the guard writes; the rest are inputs. */
static const enum pad_line outputs[] = {LINE_HEAT, LINE_COOL, LINE_FAN, LINE_HEARTBEAT, LINE_LED};
#define OUTPUT_COUNT (sizeof outputs / sizeof outputs[0])

static const enum pad_line mode_line[DRIVE_MODE_COUNT] = {
    [DRIVE_OFF] = LINE_COUNT, [DRIVE_HEAT] = LINE_HEAT, [DRIVE_COOL] = LINE_COOL};

static const struct lines_levels all_inactive;

/* Of each period the LED is lit for the first `lit_ms`: a wink, a slow even beat, a hasty flicker. */
static const struct {
    int64_t lit_ms;
    int64_t period_ms;
} led_rhythms[] = {
    [LED_OFF] = {0,    1000},
    [LED_WAITING] = {100,  3000},
    [LED_SESSION] = {1000, 2000},
    [LED_LOCKOUT] = {120,  240 },
};
#define LED_COUNT (sizeof led_rhythms / sizeof led_rhythms[0])

struct guard {
    struct config_pad pad;
    struct lines_driver driver;
    struct worker worker;
    struct mailbox orders;  /* control loop -> guard */
    struct mailbox reports; /* guard -> control loop */
    _Atomic uint64_t refused;

    /* From here on only guard_step. */
    uint64_t order_number;
    struct guard_order order;
    bool live;            /* the order is in force */
    enum drive_mode mode; /* what the lines were written for */
    bool heartbeat;
    bool pulsing; /* the self-test's pulse is not over yet; once it is, only an order without `pulse` allows another */
    bool pulse_seen;
    int64_t pulse_ms; /* when it began */
    struct lines_levels written;
    int64_t written_ms; /* INT64_MIN: never */
    bool failed;        /* the last write or read back was not as it should be */
    int64_t failed_ms;  /* when that was last so; INT64_MIN: never */
    struct button button;
    struct guard_report report;
};

static bool has_power(const struct guard_order *order)
{
    return order->drive.mode != DRIVE_OFF && (order->drive.duty_percent > 0 || order->pulse);
}

static bool order_is_possible(const struct guard *guard, const struct guard_order *order)
{
    if ((unsigned)order->drive.mode >= DRIVE_MODE_COUNT || (unsigned)order->led >= LED_COUNT) {
        return false;
    }
    if (order->drive.duty_percent < 0 || order->drive.duty_percent > 100) {
        return false;
    }
    if (order->pulse && (order->heartbeat || order->drive.mode == DRIVE_OFF)) {
        return false;
    }
    return !has_power(order) || (guard->pad.wired && guard->pad.lines[mode_line[order->drive.mode]].used);
}

void guard_order(struct guard *guard, const struct guard_order *order)
{
    if (!order_is_possible(guard, order)) {
        atomic_fetch_add(&guard->refused, 1);
        return;
    }
    mailbox_post(&guard->orders, order, sizeof *order);
    worker_wake(&guard->worker);
}

void guard_report(const struct guard *guard, struct guard_report *report)
{
    struct guard_report copy = {.step_ms = INT64_MIN};
    mailbox_read(&guard->reports, &copy, sizeof copy);
    copy.refused = atomic_load(&guard->refused);
    *report = copy;
}

static void begin_pulse(struct guard *guard, const struct guard_order *next, int64_t now_ms)
{
    if (next->pulse && !guard->order.pulse) {
        guard->pulsing = true;
        guard->pulse_seen = false;
        guard->pulse_ms = now_ms;
    } else if (!next->pulse || next->drive.mode != guard->order.drive.mode) {
        guard->pulsing = false;
    }
}

static void take_order(struct guard *guard, int64_t now_ms)
{
    struct guard_order order;
    uint64_t number = mailbox_read(&guard->orders, &order, sizeof order);
    if (number == guard->order_number) {
        return;
    }
    int64_t latest_ms;
    if (__builtin_add_overflow(now_ms, (int64_t)GUARD_DEADLINE_MS, &latest_ms)) {
        latest_ms = INT64_MAX;
    }
    if (order.deadline_ms > latest_ms) {
        order.deadline_ms = latest_ms;
    }
    begin_pulse(guard, &order, now_ms);
    guard->order = order;
    guard->order_number = number;
    guard->live = true;
    guard->heartbeat = guard->heartbeat != order.heartbeat;
}

static void check_deadline(struct guard *guard, int64_t now_ms)
{
    if (guard->live && now_ms >= guard->order.deadline_ms) {
        guard->report.expired += has_power(&guard->order);
        guard->live = false;
    }
    if (now_ms < guard->report.step_ms) {
        guard->live = false;
    }
    guard->pulsing = guard->pulsing && guard->live && elapsed_ms(guard->pulse_ms, now_ms) < GUARD_PULSE_MS;
}

static bool is_held(const struct guard *guard, int64_t now_ms)
{
    return guard->failed || (guard->failed_ms != INT64_MIN && elapsed_ms(guard->failed_ms, now_ms) < GUARD_BAD_HOLD_MS);
}

/* The part of a period that `now_ms` is in, counted from a fixed beat: so that no change of orders restarts it. */
static int64_t phase_ms(int64_t now_ms, int64_t period_ms)
{
    int64_t phase = period_ms > 0 ? now_ms % period_ms : 0;
    return phase < 0 ? phase + period_ms : phase;
}

static bool output_level(const struct guard *guard, const struct config_output *output, int64_t now_ms)
{
    int64_t period_ms = output->thermostat.pwm_period_ms;
    int32_t duty_percent = guard->pulsing ? 100 : guard->order.drive.duty_percent;
    if (guard->order.pulse && !guard->pulsing) {
        return false;
    }
    switch (output->thermostat.kind) {
    case THERMOSTAT_PWM:
        return thermostat_pwm_level(duty_percent, period_ms, phase_ms(now_ms, period_ms));
    case THERMOSTAT_TWO_POINT:
        return duty_percent > 0;
    case THERMOSTAT_NONE:
    default:
        return false;
    }
}

/* Between heat and cool lies at least one step in which both were written off. */
static enum drive_mode next_mode(enum drive_mode current, enum drive_mode ordered)
{
    return current == DRIVE_OFF || ordered == current ? ordered : DRIVE_OFF;
}

static struct lines_levels wanted_levels(struct guard *guard, int64_t now_ms)
{
    struct lines_levels wanted = all_inactive;
    const struct guard_order *order = &guard->order;
    if (!guard->live || !guard->pad.wired) {
        guard->mode = DRIVE_OFF;
        guard->heartbeat = false;
        return wanted;
    }
    bool held = is_held(guard, now_ms);
    guard->mode = held ? DRIVE_OFF : next_mode(guard->mode, order->drive.mode);
    guard->heartbeat = guard->heartbeat && !held; /* each failed step clears all: a level kept here would be a pump */
    if (guard->mode == DRIVE_HEAT) {
        wanted.active[LINE_HEAT] = output_level(guard, &guard->pad.heat, now_ms);
    } else if (guard->mode == DRIVE_COOL) {
        wanted.active[LINE_COOL] = output_level(guard, &guard->pad.cool, now_ms);
    }
    wanted.active[LINE_FAN] = order->fan;
    wanted.active[LINE_HEARTBEAT] = guard->heartbeat;
    wanted.active[LINE_LED] = phase_ms(now_ms, led_rhythms[order->led].period_ms) < led_rhythms[order->led].lit_ms;
    return wanted;
}

static bool levels_agree(const struct guard *guard, const struct lines_levels *a, const struct lines_levels *b)
{
    bool agree = true;
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        agree = agree && (!guard->pad.lines[outputs[i]].used || a->active[outputs[i]] == b->active[outputs[i]]);
    }
    return agree;
}

static int write_levels(struct guard *guard, const struct lines_levels *wanted, int64_t now_ms)
{
    bool due = guard->failed || guard->written_ms == INT64_MIN || now_ms < guard->written_ms ||
               elapsed_ms(guard->written_ms, now_ms) >= GUARD_REWRITE_MS;
    if (!due && levels_agree(guard, wanted, &guard->written)) {
        return 0;
    }
    guard->written = *wanted;
    guard->written_ms = now_ms;
    return guard->driver.write(guard->driver.self, wanted);
}

static void note_failure(struct guard *guard, int error, int64_t now_ms)
{
    guard->failed = true;
    guard->failed_ms = now_ms;
    guard->report.error = -error;
    guard->mode = DRIVE_OFF;
    guard->written = all_inactive;
    error = guard->driver.write(guard->driver.self, &all_inactive);
    if (error != 0) {
        guard->report.error = -error;
    }
}

static void note_pulse(struct guard *guard, const struct lines_levels *seen)
{
    if (guard->pulsing && !guard->pulse_seen && guard->mode != DRIVE_OFF && seen->active[mode_line[guard->mode]]) {
        guard->pulse_seen = true;
        guard->report.pulses++;
    }
}

static void note_inputs(struct guard *guard, const struct lines_levels *seen, int64_t now_ms)
{
    guard->report.heat_on = seen->active[LINE_HEAT];
    guard->report.cool_on = seen->active[LINE_COOL];
    guard->report.sense = seen->active[LINE_SENSE];
    guard->report.sense_seen += seen->active[LINE_SENSE];
    if (guard->pad.lines[LINE_BUTTON].used) {
        button_step(&guard->button, seen->active[LINE_BUTTON], now_ms);
        guard->report.button = guard->button.pressed;
        guard->report.short_presses = guard->button.short_presses;
        guard->report.long_presses = guard->button.long_presses;
    }
}

void guard_step(struct guard *guard, int64_t now_ms)
{
    take_order(guard, now_ms);
    check_deadline(guard, now_ms);
    struct lines_levels wanted = wanted_levels(guard, now_ms);
    struct lines_levels seen = all_inactive;
    int write_error = write_levels(guard, &wanted, now_ms);
    int read_error = guard->driver.read(guard->driver.self, &seen);
    if (read_error == 0) {
        note_inputs(guard, &seen, now_ms);
        note_pulse(guard, &seen);
    }
    if (write_error != 0 || read_error != 0 || !levels_agree(guard, &wanted, &seen)) {
        note_failure(guard, write_error != 0 ? write_error : read_error, now_ms);
    } else {
        guard->failed = false;
    }
    guard->report.readback_bad = is_held(guard, now_ms);
    guard->report.step_ms = now_ms;
    mailbox_post(&guard->reports, &guard->report, sizeof guard->report);
}

static void step(void *self, int64_t now_ms)
{
    guard_step(self, now_ms);
}

static void destroy(void *self)
{
    struct guard *guard = self;
    guard->driver.write(guard->driver.self, &all_inactive);
    guard->driver.close(guard->driver.self);
    free(guard);
}

struct guard *guard_new(const struct config_pad *pad, struct lines_driver driver)
{
    static_assert(sizeof(struct guard_order) <= MAILBOX_BYTES && sizeof(struct guard_report) <= MAILBOX_BYTES,
                  "a letter must fit its mailbox");
    struct guard *guard = calloc(1, sizeof *guard);
    if (guard) {
        guard->pad = *pad;
        guard->driver = driver;
        guard->written_ms = INT64_MIN;
        guard->failed_ms = INT64_MIN;
        guard->report.step_ms = INT64_MIN;
        worker_init(&guard->worker,
                    &(struct worker_job){
                        .name = "guard", .period_ms = GUARD_STEP_MS, .step = step, .destroy = destroy, .self = guard});
    }
    return guard;
}

int guard_start(struct guard *guard)
{
    return worker_start(&guard->worker);
}

void guard_free(struct guard *guard)
{
    if (guard) {
        worker_end(&guard->worker);
    }
}
