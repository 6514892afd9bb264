#include "oracle.h"

#include <string.h>

#define MINUTE      60000
#define MARK_MS     30000
#define BREAK_MS    3500
#define HARD        90
#define APART_MC    5000
#define APART_MS    900000
#define RESPONSE_MS 180000
#define LOST        1500.0
#define FROZEN_MS   10000
#define QUIET_MS    600000 /* at rest an ADC may repeat itself for so long */
#define FAR_MC      4000
#define SLOPE_MC    1000
#define WARMED_MC   1000

void trends_forget(struct oracle *o)
{
    o->mark_count = 0;
    o->trend = false;
    o->warmed = true; /* nobody knows of a cooling before the daemon began */
    o->apart_since_ms = LONG_AGO;
    o->stretch_ms = LONG_AGO;
    o->power_up_ms = LONG_AGO;
    o->first_stretch = o->watching = o->broken_off = o->watch_foggy = false;
    o->lost = 0.0;
    o->band_session = 0;
}

static bool foggy(const struct oracle *o, size_t i, int64_t ms)
{
    return o->now_ms - o->sensors[i].foggy_ms < ms;
}

/* Heat or cold while it is off, seen from mark to mark. */
static bool mark_tells(const struct oracle *o, size_t i)
{
    const struct supervisor_sensor *s = &o->config->limits.sensors[i];
    const struct mark *new = &o->marks[0];
    const struct mark *old = &o->marks[MARKS - 1];
    if (s->role != SENSOR_PAD || !new->has[i] || !old->has[i]) {
        return false;
    }
    return (s->of_heat && new->median[i] > 38500 && new->median[i] - old->median[i] >= 500) ||
           (s->of_cool && !o->warmed && new->median[i] < 8000 && old->median[i] - new->median[i] >= 1250);
}

/* It warmed at some time since it was cooled: whatever cools it now is no welded cooler. */
static void follow_warmth(struct oracle *o)
{
    const struct mark *new = &o->marks[0];
    for (size_t i = 0; new->off &&i < o->config->limits.sensor_count; i++) {
        for (int32_t k = 1; k < o->mark_count && sensor_guards(o, i, DRIVE_COOL) && new->has[i]; k++) {
            const struct mark *old = &o->marks[k];
            o->warmed = o->warmed || (old->has[i] && new->median[i] - old->median[i] >= WARMED_MC);
        }
    }
}

static void set_mark(struct oracle *o)
{
    memmove(o->marks + 1, o->marks, (MARKS - 1) * sizeof o->marks[0]);
    struct mark *m = &o->marks[0];
    m->at_ms = o->now_ms;
    m->off = o->now_ms - o->idle_ms >= MINUTE;
    m->off_surely = o->now_ms - o->idle_ms >= MINUTE + 1500;
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        m->has[i] = o->sensors[i].has_median;
        m->median[i] = o->sensors[i].median;
    }
    o->mark_count += o->mark_count < MARKS;
    follow_warmth(o);
    bool off = o->mark_count == MARKS;
    o->trend_surely = off;
    for (int32_t k = 0; k < o->mark_count; k++) {
        off = off && o->marks[k].off;
        o->trend_surely = o->trend_surely && o->marks[k].off_surely;
    }
    o->trend = false;
    for (size_t i = 0; off && i < o->config->limits.sensor_count; i++) {
        o->trend = o->trend || mark_tells(o, i);
    }
}

static void follow_marks(struct oracle *o, const struct oracle_look *look)
{
    if ((o->powered && o->mode == DRIVE_COOL) || look->in->cool_on) {
        o->warmed = false;
    }
    bool gap = !o->first && o->now_ms - o->last_ms >= BREAK_MS;
    if (o->first || gap) {
        o->mark_count = 0;
    }
    if (o->mark_count == 0 || o->now_ms - o->marks[0].at_ms >= MARK_MS) {
        set_mark(o);
    }
    if (o->trend) {
        cause_is(o, FAULT_HEAT_WHEN_OFF, o->trend_surely, true);
    }
}

static void follow_agreement(struct oracle *o)
{
    bool apart = false;
    for (enum drive_mode mode = DRIVE_HEAT; mode <= DRIVE_COOL; mode++) {
        int32_t high = INT32_MIN;
        int32_t low = INT32_MAX;
        for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
            const struct seen_sensor *s = &o->sensors[i];
            if (sensor_guards(o, i, mode) && s->has_median) {
                high = s->median > high ? s->median : high;
                low = s->median < low ? s->median : low;
            }
        }
        apart = apart || (high != INT32_MIN && high - low >= APART_MC);
    }
    bool gap = !o->first && o->now_ms - o->last_ms >= BREAK_MS;
    if (!apart || gap) {
        o->apart_since_ms = apart ? o->now_ms : LONG_AGO;
    } else if (o->apart_since_ms == LONG_AGO) {
        o->apart_since_ms = o->now_ms;
    }
    if (o->apart_since_ms != LONG_AGO && o->now_ms - o->apart_since_ms >= APART_MS) {
        cause_is(o, FAULT_SENSOR_DISAGREE, true, false);
    }
}

static void follow_wrong_way(struct oracle *o, size_t i, bool hard)
{
    struct seen_sensor *s = &o->sensors[i];
    bool cool = o->mode == DRIVE_COOL;
    bool in = hard && s->has_median && sensor_guards(o, i, o->mode) && (cool ? s->median > 38000 : s->median < 10000);
    if (!in) {
        s->in_wrong = false;
        return;
    }
    int32_t gone = cool ? s->median - s->extreme : s->extreme - s->median;
    if (!s->in_wrong || gone <= 0) {
        s->in_wrong = true;
        s->extreme = s->median;
        s->extreme_ms = o->now_ms;
    } else if (gone >= 300 && o->now_ms - s->extreme_ms >= 5000) {
        cause_is(o, FAULT_WRONG_WAY, true, true);
    }
}

static void follow_stuck(struct oracle *o, const struct oracle_look *look, size_t i)
{
    const struct seen_sensor *s = &o->sensors[i];
    if (s->kept == 0) {
        return;
    }
    bool hot = o->powered && !o->first && o->now_ms - o->power_up_ms >= FROZEN_MS;
    if (s->code_fine && s->at_ms[0] - s->frozen_from_ms >= (hot ? FROZEN_MS : QUIET_MS)) {
        cause_at(o, FAULT_SENSOR_STUCK, sensor_counts(o, look, i), !foggy(o, i, 20000));
    }
    bool stretched = o->stretch_ms != LONG_AGO && o->now_ms - o->stretch_ms >= MINUTE;
    bool one_code = s->at_ms[0] - s->code_from_ms >= MINUTE;
    if (stretched && one_code && sensor_guards(o, i, o->mode) && (s->code_fine || s->moving)) {
        cause_is(o, FAULT_SENSOR_STUCK, !foggy(o, i, 100000), false);
    }
}

static void begin_watch(struct oracle *o, int32_t start)
{
    int64_t led = start + (int64_t)o->watch_slope * 3 / 2;
    o->watch_high = (int32_t)(led > start ? led : start);
    o->watch_low = (int32_t)(led < start ? led : start);
    o->watching = true;
}

static int32_t slope(const struct oracle *o, enum drive_mode mode)
{
    int32_t at[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        bool any = false;
        for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
            const struct mark *m = &o->marks[k * 2];
            if (!sensor_guards(o, i, mode)) {
                continue;
            }
            if (o->mark_count < 3 || !m->has[i]) {
                return 0;
            }
            bool further = mode == DRIVE_HEAT ? m->median[i] > at[k] : m->median[i] < at[k];
            at[k] = !any || further ? m->median[i] : at[k];
            any = true;
        }
    }
    return at[0] - at[1];
}

/* `yes`: there is power in this very step. */
static void follow_power_up(struct oracle *o, const struct oracle_look *look)
{
    bool yes = is_powered(look);
    if (yes && !o->powered) {
        bool rested = o->off_ms == LONG_AGO || o->now_ms - o->off_ms >= MINUTE;
        o->watch_foggy =
            o->off_ms != LONG_AGO && o->now_ms - o->off_ms > MINUTE - 1500 && o->now_ms - o->off_ms < MINUTE + 1500;
        o->watch_slope = rested ? slope(o, look->out->drive.mode) : 0;
        o->first_stretch = rested || o->broken_off;
        o->broken_off = false;
        o->power_up_ms = o->now_ms;
        o->band_session = rested ? 0 : o->band_session; /* a break of a minute forgets the band */
        o->lost = rested ? 0.0 : o->lost;
    } else if (!yes && o->powered) {
        bool waited = o->first_stretch && o->now_ms - o->power_up_ms <= MINUTE + 1500;
        o->broken_off = o->watching || waited;
        o->watching = o->first_stretch = false;
    }
}

static void follow_response(struct oracle *o, bool stretched, int32_t value, int32_t lack)
{
    if (!stretched) {
        o->watching = false;
        return;
    }
    if (o->first_stretch && o->stretch_ms == o->now_ms) {
        o->first_stretch = false;
        bool still = o->watch_slope >= -SLOPE_MC && o->watch_slope <= SLOPE_MC;
        if (o->now_ms - o->power_up_ms <= MINUTE && lack >= FAR_MC && still) {
            begin_watch(o, value);
        }
    }
    if (o->watching && (value >= o->watch_high + 1000 || value <= o->watch_low - 1000)) {
        o->watching = false;
    }
    if (o->watching && o->now_ms - o->stretch_ms >= RESPONSE_MS) {
        cause_is(o, FAULT_NO_RESPONSE, !o->watch_foggy, false);
    }
}

static void follow_band(struct oracle *o, bool driven, bool stretched, int32_t lack, bool in_band)
{
    if (driven && in_band) {
        o->band_session = o->session;
        o->lost = 0.0;
    }
    if (o->band_session != o->session || !stretched) {
        return;
    }
    int64_t ms = o->now_ms - o->last_ms < 600 ? o->now_ms - o->last_ms : 600;
    double rate = (lack > 4000 ? lack - 4000 : 0) + 9.0 * (lack > 8000 ? lack - 8000 : 0);
    o->lost += rate / 1000.0 * (double)ms / 1000.0;
    if (o->lost >= LOST - 1e-6) {
        cause_is(o, FAULT_LOST_BAND, true, false);
    }
}

static void follow_drive(struct oracle *o, const struct oracle_look *look)
{
    int32_t value = 0;
    bool driven = o->powered && !o->first;
    bool known = driven && o->has_phase && controlling(o, o->mode, &value);
    /* What was ordered is not what was driven where the lines did not obey. */
    bool hard = driven && o->duty >= HARD && !look->in->lines_failed && !look->in->readback_bad;
    int32_t lack = 0;
    if (known) {
        lack = o->mode == DRIVE_HEAT ? o->target_mc - o->tolerance_mc - value : value - o->target_mc - o->tolerance_mc;
    }
    bool stretched = known && hard && lack > 0;
    bool in_band = known && value >= o->target_mc - o->tolerance_mc && value <= o->target_mc + o->tolerance_mc;
    if (!stretched) {
        o->stretch_ms = LONG_AGO;
    } else if (o->stretch_ms == LONG_AGO) {
        o->stretch_ms = o->now_ms;
    }
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        if (o->config->limits.sensors[i].role != SENSOR_ROOM) {
            follow_wrong_way(o, i, hard);
            follow_stuck(o, look, i);
        }
    }
    if (driven) {
        follow_response(o, stretched, value, lack);
        follow_band(o, driven, stretched, lack, in_band);
    }
}

void trends_look(struct oracle *o, const struct oracle_look *look)
{
    follow_marks(o, look);
    follow_agreement(o);
    follow_drive(o, look);
    follow_power_up(o, look);
}
