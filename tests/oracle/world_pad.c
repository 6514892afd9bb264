#include "world.h"

#include <errno.h>
#include <string.h>

#define GUARD_DEADLINE_MS 600
#define PULSE_MS          100
#define CHARGE_MS         1300 /* so long after an edge of the heartbeat the dead man holds */
#define EDGES             4    /* that it takes to pull in */
#define SAMPLER_MS        200
#define ON_BODY_MS        (10 * MINUTE_MS)

void pad_begin(struct world *w)
{
    plant_begin(&w->plant, w->script);
    w->power_ms = INT64_MIN / 2;
    w->beat_ms = INT64_MIN / 2;
    w->sample_ms = INT64_MIN / 2;
}

static bool ordered(const struct world *w, enum drive_mode mode)
{
    return w->started && !w->now.no_lines && !w->now.readback && w->out.drive.mode == mode &&
           w->out.drive.duty_percent > 0 && w->out.test == TEST_NONE;
}

static bool pulsed(const struct world *w, enum drive_mode mode)
{
    return w->started && !w->now.no_lines && !w->now.readback && w->out.test == TEST_DEAD_MAN &&
           w->tested != TEST_DEAD_MAN && w->out.drive.mode == mode;
}

static bool conducts(const struct world *w)
{
    return !w->config.heartbeat || w->now.welded_dead_man || (w->edges >= EDGES && w->now_ms - w->beat_ms < CHARGE_MS);
}

/* The share of the time up to `to_ms` that the output had power. */
static double share(struct world *w, enum drive_mode mode, int64_t ms)
{
    int64_t held_ms = ms < GUARD_DEADLINE_MS ? ms : GUARD_DEADLINE_MS;
    double on = w->now.welded[mode] ? 1.0 : 0.0;
    if (!w->now.welded[mode] && ordered(w, mode)) {
        on = w->out.drive.duty_percent / 100.0 * (double)held_ms / (double)ms;
    } else if (!w->now.welded[mode] && pulsed(w, mode)) {
        on = (double)PULSE_MS / (double)(ms > PULSE_MS ? ms : PULSE_MS);
    }
    if (on > 0.0 && conducts(w)) {
        w->sense_seen = true;
        return w->now.unplugged ? 0.0 : on * w->now.weak;
    }
    return 0.0;
}

static void push(struct world *w, int64_t ms)
{
    struct plant_push *p = &w->push;
    double heat = share(w, DRIVE_HEAT, ms);
    double cool = share(w, DRIVE_COOL, ms);
    if (heat > 0.0 || cool > 0.0) {
        w->power_ms = w->now_ms;
    }
    p->heat = w->now.crossed ? cool : heat;
    p->cool = w->now.crossed ? heat : cool;
    p->reversed = w->now.reversed;
    p->on_body = !w->now.lifted && w->now_ms - w->power_ms < ON_BODY_MS;
    p->blanket = w->now.blanket;
    p->fan = w->out.fan && !w->now.fan_stuck;
    p->sun_w = w->now.sun_w;
    p->in_freezer = w->now.in_freezer;
    p->freezer_c = w->now.freezer_c;
    p->aside = w->now.aside;
}

void pad_run(struct world *w, int64_t to_ms)
{
    int64_t ms = to_ms - w->now_ms;
    if (ms > 0) {
        push(w, ms);
        plant_run(&w->plant, w->script, &w->push, ms);
        w->now_ms = to_ms;
    }
}

/* Whether the line of `mode` is on at this moment, as the guard reads it. */
static bool reads_on(const struct world *w, enum drive_mode mode)
{
    bool fresh = w->now_ms - w->tick_ms < GUARD_DEADLINE_MS;
    bool on =
        ordered(w, mode) && fresh &&
        thermostat_pwm_level(w->out.drive.duty_percent, w->config.thermostat[mode].pwm_period_ms, w->now_ms % 2000);
    return w->now.reads_on[mode] || on;
}

static void read_lines(struct world *w)
{
    struct engine_input *in = &w->in;
    in->heat_on = reads_on(w, DRIVE_HEAT);
    in->cool_on = reads_on(w, DRIVE_COOL);
    in->readback_bad = w->now.readback;
    in->lines_failed = w->now.no_lines;
    in->sense_live = w->config.limits.sense && (w->now.sense_live || (w->sense_seen && !w->now.sense_dead));
    in->pulse_made = pulsed(w, DRIVE_HEAT) || pulsed(w, DRIVE_COOL);
    w->sense_seen = false;
}

static int32_t encode(bool fine, int32_t mc, uint64_t noise, int32_t *code)
{
    if (fine) {
        *code = 18000 - mc / 6 + (int32_t)(noise % 5) - 2;
        return (18000 - *code) * 6;
    }
    *code = 900 - mc / 100 + (noise % 16 == 0) - (noise % 16 == 1);
    return (900 - *code) * 100;
}

static void sample(struct world *w, size_t i, uint64_t noise)
{
    struct reading *r = &w->last[i];
    bool fine = w->script->pad.fine[i];
    int32_t mc = (int32_t)(w->plant.sensor_c[i] * 1000.0);
    if (w->lasting) {
        if (w->now.sensor[i].has_value) {
            mc = w->now.sensor[i].value_mc;
        }
        mc += w->now.sensor[i].shift_mc;
        mc += (int32_t)((w->now_ms - w->now.sensor[i].ramp_from_ms) * w->now.sensor[i].ramp_mc_min / MINUTE_MS);
        mc = mc < -19000 ? -19000 : mc > 84000 ? 84000 : mc;
    }
    r->status = READING_OK;
    r->error = 0;
    r->fine = fine;
    r->mc = encode(fine, mc, noise, &r->code);
    r->supply_code = fine ? 26400 + (int32_t)((noise >> 8) % 3) : 0;
}

/* A bad reading has any temperature, because nobody may look at it. */
static void spoil(struct world *w, size_t i, uint64_t noise)
{
    static const int errors[] = {ETIMEDOUT, EREMOTEIO, EINVAL, ENODEV};
    struct reading *r = &w->last[i];
    r->status = w->now.sensor[i].status;
    r->mc = (int32_t)(noise >> 40) % 60000;
    r->error = r->status == READING_ERROR ? errors[noise % 4] : 0;
    r->code = (int32_t)(noise >> 16) & 0x7fff;
}

static void read_sensor(struct world *w, size_t i, int64_t at_ms)
{
    struct reading *r = &w->last[i];
    struct reading was = *r;
    uint64_t noise = dice_draw(&w->noise);
    if (!w->lasting) {
        sample(w, i, noise);
        r->at_ms = at_ms;
        return;
    }
    if (w->now.sensor[i].stale) {
        return;
    }
    sample(w, i, noise);
    if (w->now.sensor[i].freeze || w->now.sensor[i].freeze_code) {
        int32_t supply_code = r->supply_code;
        *r = was;
        r->supply_code = w->now.sensor[i].freeze_code ? supply_code : was.supply_code;
    }
    if (w->now.sensor[i].status != READING_OK) {
        spoil(w, i, noise);
    }
    r->at_ms = at_ms + w->now.sensor[i].future_ms;
}

/* The sampler's round lies on a grid of its own; a tick sees the newest one. */
static void read_sensors(struct world *w)
{
    int64_t round_ms = w->now_ms - (w->now_ms - 37) % SAMPLER_MS;
    if (round_ms == w->sample_ms) {
        return;
    }
    w->sample_ms = round_ms;
    int64_t at_ms = round_ms - w->now_ms + w->in.now_ms;
    for (size_t i = 0; i < w->config.limits.sensor_count; i++) {
        read_sensor(w, i, at_ms);
    }
}

void pad_read(struct world *w)
{
    read_lines(w);
    read_sensors(w);
    memcpy(w->in.readings, w->last, sizeof w->in.readings);
}
