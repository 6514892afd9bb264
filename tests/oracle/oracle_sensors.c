#include "oracle.h"

#include <string.h>

#define STALE_POWER_MS 600
#define STALE_REST_MS  3500
#define SETTLE_MS      1000
#define GAP_MS         1500
#define JUMP_MC        5000

void sensors_forget(struct oracle *o)
{
    memset(o->sensors, 0, sizeof o->sensors);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        o->sensors[i].foggy_ms = LONG_AGO;
    }
}

bool sensor_guards(const struct oracle *o, size_t i, enum drive_mode mode)
{
    const struct supervisor_sensor *s = &o->config->limits.sensors[i];
    return s->role == SENSOR_PAD && (mode == DRIVE_HEAT ? s->of_heat : s->of_cool);
}

/* Surely counts, whatever was wanted. */
bool sensor_counts(const struct oracle *o, const struct oracle_look *look, size_t i)
{
    const struct supervisor_sensor *s = &look->config->limits.sensors[i];
    if (s->role != SENSOR_PAD) {
        return s->role == SENSOR_HOT_SIDE;
    }
    if (is_powered(look)) {
        return look->out->drive.mode == DRIVE_HEAT ? s->of_heat : s->of_cool;
    }
    return (look->status->session == 0 && o->shown_session == 0) || (s->of_heat && s->of_cool);
}

bool controlling(const struct oracle *o, enum drive_mode mode, int32_t *mc)
{
    bool any = false;
    for (size_t i = 0; i < o->config->limits.sensor_count; i++) {
        const struct seen_sensor *s = &o->sensors[i];
        if (!sensor_guards(o, i, mode)) {
            continue;
        }
        if (!s->has_median) {
            return false;
        }
        bool further = mode == DRIVE_HEAT ? s->median > *mc : s->median < *mc;
        *mc = !any || further ? s->median : *mc;
        any = true;
    }
    return any;
}

static void run(struct bad_run *r, bool bad, bool good, enum fault fault, int64_t stamp, int64_t now_ms)
{
    if (bad) {
        if (r->samples == 0 || stamp != r->stamp) {
            r->fault = r->samples == 0 ? fault : r->fault;
            r->since_ms = r->samples == 0 ? now_ms : r->since_ms;
            r->samples++;
            r->stamp = stamp;
        }
        r->good_since_ms = LONG_AGO;
    } else if (r->samples > 0 && good) {
        r->good_since_ms = r->good_since_ms == LONG_AGO ? now_ms : r->good_since_ms;
        if (now_ms - r->good_since_ms >= SETTLE_MS) {
            *r = (struct bad_run){0};
        }
    }
}

static void forget_samples(struct seen_sensor *s)
{
    s->kept = 0;
    s->has_median = false;
    s->medians = 0;
}

static int32_t middle(const int32_t v[3])
{
    int32_t high = v[0] > v[1] ? v[0] : v[1];
    int32_t low = v[0] > v[1] ? v[1] : v[0];
    return v[2] > high ? high : v[2] < low ? low : v[2];
}

static void look_for_jump(struct seen_sensor *s, int64_t stamp)
{
    for (int32_t k = 0; k < s->medians; k++) {
        int64_t ms = stamp - s->old_median_ms[k];
        int64_t apart = s->median > s->old_median[k] ? s->median - s->old_median[k] : s->old_median[k] - s->median;
        s->jumped = s->jumped || (ms <= GAP_MS && apart >= JUMP_MC && apart * 1000 >= JUMP_MC * ms);
    }
    memmove(s->old_median + 1, s->old_median, sizeof s->old_median - sizeof s->old_median[0]);
    memmove(s->old_median_ms + 1, s->old_median_ms, sizeof s->old_median_ms - sizeof s->old_median_ms[0]);
    s->old_median[0] = s->median;
    s->old_median_ms[0] = stamp;
    s->medians += s->medians < MEDIANS;
}

/* Codes that repeat themselves. `anew`: what was before does not count. */
static void follow_codes(struct seen_sensor *s, const struct reading *r, bool anew, bool moving)
{
    bool same = !anew && r->code == s->code;
    if (!same) {
        s->code_from_ms = r->at_ms;
        s->moving = moving;
    }
    if (!same || r->supply_code != s->supply_code || !r->fine || !s->code_fine) {
        s->frozen_from_ms = r->at_ms;
    }
    s->code = r->code;
    s->supply_code = r->supply_code;
    s->code_fine = r->fine;
}

static void take_sample(struct oracle *o, size_t i, const struct reading *r)
{
    struct seen_sensor *s = &o->sensors[i];
    bool anew = s->kept == 0 || r->at_ms < s->at_ms[0] || r->at_ms - s->at_ms[0] > GAP_MS;
    if (anew) {
        forget_samples(s);
    }
    memmove(s->at_ms + 1, s->at_ms, 2 * sizeof s->at_ms[0]);
    memmove(s->mc + 1, s->mc, 2 * sizeof s->mc[0]);
    s->at_ms[0] = r->at_ms;
    s->mc[0] = r->mc;
    s->kept += s->kept < 3;
    if (s->kept == 3) {
        s->median = middle(s->mc);
        s->has_median = true;
        look_for_jump(s, r->at_ms);
    }
    const struct mark *m = o->mark_count >= 3 ? &o->marks[2] : NULL;
    bool moving =
        s->has_median && m && m->has[i] && (s->median - m->median[i] >= 500 || m->median[i] - s->median >= 500);
    follow_codes(s, r, anew, moving);
    s->sampled = true;
}

static void look_at_limits(const struct oracle *o, struct seen_sensor *s, enum sensor_role role,
                           const struct reading *r)
{
    const struct supervisor_config *c = &o->config->limits;
    bool hot = role == SENSOR_HOT_SIDE;
    bool good = s->good;
    int64_t now = o->now_ms;
    int32_t trip = hot ? c->hot_side_trip_mc : c->too_hot_trip_mc;
    int32_t lock = hot ? c->hot_side_lockout_mc : c->too_hot_lockout_mc;
    run(&s->high, good && r->mc >= trip, good, FAULT_NONE, r->at_ms, now);
    run(&s->higher, good && r->mc >= lock, good, FAULT_NONE, r->at_ms, now);
    if (!hot) {
        run(&s->low, good && r->mc <= c->too_cold_trip_mc, good, FAULT_NONE, r->at_ms, now);
        run(&s->lower, good && r->mc <= c->too_cold_lockout_mc, good, FAULT_NONE, r->at_ms, now);
    }
}

static void look_at(struct oracle *o, const struct oracle_look *look, size_t i)
{
    struct seen_sensor *s = &o->sensors[i];
    const struct reading *r = &look->in->readings[i];
    int64_t now = look->in->now_ms;
    bool on = look->in->heat_on || look->in->cool_on;
    bool at_power = is_powered(look) || o->powered || on || look->status->state == STATE_RUNNING;
    bool unsure = look->status->session != 0 && !is_powered(look);
    bool future = r->at_ms > now;
    int64_t age = r->at_ms == INT64_MIN ? INT64_MAX : now - r->at_ms;
    bool usable = r->status == READING_OK && !future;
    s->sampled = false;
    s->jumped = false;
    s->fresh = usable && age < STALE_POWER_MS;
    s->good = usable && age < (at_power ? STALE_POWER_MS : STALE_REST_MS);
    if (unsure && usable && age >= STALE_POWER_MS && age < STALE_REST_MS) {
        s->foggy_ms = o->now_ms;
    }
    enum fault fault = r->status == READING_OPEN          ? FAULT_SENSOR_OPEN
                       : r->status == READING_SHORT       ? FAULT_SENSOR_SHORT
                       : r->status == READING_ERROR       ? FAULT_SENSOR_ERROR
                       : r->status == READING_IMPLAUSIBLE ? FAULT_SENSOR_IMPLAUSIBLE
                       : future                           ? FAULT_SENSOR_ERROR
                                                          : FAULT_SENSOR_STALE;
    /* A stamp from the future is bad anew in each tick. */
    run(&s->unusable, !s->good, s->good, fault, future ? o->now_ms : r->at_ms, o->now_ms);
    look_at_limits(o, s, o->config->limits.sensors[i].role, r);
    if (!s->good) {
        forget_samples(s);
    } else if (!s->any || r->at_ms != s->stamp) {
        take_sample(o, i, r);
    }
    s->any = true;
    s->stamp = r->at_ms;
}

void sensors_look(struct oracle *o, const struct oracle_look *look)
{
    for (size_t i = 0; i < look->config->limits.sensor_count; i++) {
        if (look->config->limits.sensors[i].role != SENSOR_ROOM) {
            look_at(o, look, i);
        }
    }
}
