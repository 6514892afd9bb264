#include "soothe/plan.h"

#include <errno.h>
#include <string.h>

#define DAY_S    INT64_C(86400)
#define HOPS_MAX 4 /* changes of the UTC offset looked past for one quiet end; no time zone has two within two days */

static const char *const phase_names[PHASE_NAME_COUNT] = {
    [PHASE_NONE] = "none",
    [PHASE_ICE] = "ice",
    [PHASE_HEAT] = "heat",
};

/* Saturates, and never makes or moves a PLAN_NEVER. */
static int64_t shifted_ms(int64_t at_ms, int64_t by_ms)
{
    if (at_ms == PLAN_NEVER) {
        return PLAN_NEVER;
    }
    if (by_ms > 0 && at_ms > INT64_MAX - by_ms) {
        return INT64_MAX;
    }
    if (by_ms < 0 && at_ms <= INT64_MIN - by_ms) {
        return INT64_MIN + 1;
    }
    return at_ms + by_ms;
}

static int64_t earlier_ms(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

/* PLAN_NEVER is before everything. */
static int64_t later_ms(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? b_ms : a_ms;
}

size_t plan_phase_at(const struct plan_config *config, int64_t injured_ms, int64_t now_ms)
{
    if (injured_ms == PLAN_NEVER || now_ms == PLAN_NEVER) {
        return config->phase_count;
    }
    int64_t ends_ms = injured_ms;
    for (size_t i = 0; i < config->phase_count; i++) {
        ends_ms = shifted_ms(ends_ms, config->phases[i].length_ms);
        if (now_ms < ends_ms) {
            return i;
        }
    }
    return config->phase_count;
}

int64_t plan_phase_ends_ms(const struct plan_config *config, int64_t injured_ms, size_t index)
{
    int64_t ends_ms = injured_ms;
    for (size_t i = 0; i < config->phase_count && i <= index; i++) {
        ends_ms = shifted_ms(ends_ms, config->phases[i].length_ms);
    }
    return ends_ms;
}

static int32_t offset_at_s(const struct plan_local *local, int64_t wall_s)
{
    return local->utc_offset_s ? local->utc_offset_s(local->context, wall_s) : 0;
}

static int64_t second_of_day(const struct plan_local *local, int64_t wall_s)
{
    int64_t second = (wall_s + offset_at_s(local, wall_s)) % DAY_S;
    return second < 0 ? second + DAY_S : second;
}

static bool is_quiet(const struct quiet_hours *quiet, const struct plan_local *local, int64_t wall_s)
{
    if (!quiet->set || quiet->from_min == quiet->to_min) {
        return false;
    }
    int64_t minute = second_of_day(local, wall_s) / 60;
    if (quiet->from_min < quiet->to_min) {
        return quiet->from_min <= minute && minute < quiet->to_min;
    }
    return quiet->from_min <= minute || minute < quiet->to_min;
}

/* The first second in (before_s, after_s] whose offset is not that of before_s; after_s is one. */
static int64_t offset_change_s(const struct plan_local *local, int64_t before_s, int64_t after_s)
{
    int32_t offset_s = offset_at_s(local, before_s);
    while (before_s < after_s - 1) {
        int64_t middle_s = before_s + (after_s - before_s) / 2;
        if (offset_at_s(local, middle_s) == offset_s) {
            before_s = middle_s;
        } else {
            after_s = middle_s;
        }
    }
    return after_s;
}

/* While the offset stays, the quiet ends when the local clock shows `to`. Where the offset changes before that, go on
 * from the change: it may end the quiet at once (`to` fell into the hour that is left out) or show quiet time a second
 * time. With an offset that is no time zone's the result may be quiet still: plan_next asks again. */
static int64_t quiet_end_s(const struct quiet_hours *quiet, const struct plan_local *local, int64_t wall_s)
{
    for (int hop = 0; hop < HOPS_MAX; hop++) {
        int64_t left_s = quiet->to_min * INT64_C(60) - second_of_day(local, wall_s);
        int64_t end_s = wall_s + (left_s > 0 ? left_s : left_s + DAY_S);
        if (offset_at_s(local, end_s) == offset_at_s(local, wall_s)) {
            return end_s;
        }
        wall_s = offset_change_s(local, wall_s, end_s);
        if (!is_quiet(quiet, local, wall_s)) {
            break;
        }
    }
    return wall_s;
}

bool plan_quiet(const struct plan_phase *phase, const struct plan_local *local, int64_t at_ms, int64_t *ends_ms)
{
    int64_t wall_ms = shifted_ms(at_ms, local->wall_minus_plan_ms);
    int64_t part_ms = wall_ms % 1000 < 0 ? wall_ms % 1000 + 1000 : wall_ms % 1000;
    int64_t wall_s = wall_ms / 1000 - (wall_ms % 1000 < 0 ? 1 : 0);
    if (!is_quiet(&phase->quiet, local, wall_s)) {
        return false;
    }
    if (ends_ms) {
        int64_t left_s = quiet_end_s(&phase->quiet, local, wall_s) - wall_s;
        *ends_ms = shifted_ms(at_ms, left_s * 1000 - part_ms);
    }
    return true;
}

/* The first instant from *from_ms on that is outside the quiet hours of its own phase. A deferral ends either outside
 * them or in a later phase, so there are no more turns than phases, and one to find it free. */
static int defer(const struct plan_config *config, int64_t injured_ms, const struct plan_local *local, int64_t *from_ms,
                 size_t *phase)
{
    int64_t at_ms = *from_ms;
    for (int turn = 0; turn <= PLAN_PHASES_MAX; turn++) {
        int64_t ends_ms;
        size_t index = plan_phase_at(config, injured_ms, at_ms);
        if (index == config->phase_count) {
            break;
        }
        if (!plan_quiet(&config->phases[index], local, at_ms, &ends_ms)) {
            *from_ms = at_ms;
            *phase = index;
            return 0;
        }
        at_ms = earlier_ms(ends_ms, plan_phase_ends_ms(config, injured_ms, index));
    }
    return -ENOENT;
}

int plan_next(const struct plan_config *config, const struct plan_calendar *calendar, const struct plan_local *local,
              struct plan_window *window)
{
    if (!calendar->active) {
        return -ENOENT;
    }
    bool first = calendar->base_ms == PLAN_NEVER;
    int64_t anchor_ms = first ? calendar->started_ms : calendar->base_ms;
    size_t index = plan_phase_at(config, calendar->injured_ms, anchor_ms);
    if (index == config->phase_count) {
        return -ENOENT;
    }
    const struct plan_phase *phase = &config->phases[index];
    int64_t due_ms = first ? anchor_ms : shifted_ms(anchor_ms, phase->every_min_ms);
    int64_t from_ms = later_ms(due_ms, calendar->rest_until_ms);
    int error = defer(config, calendar->injured_ms, local, &from_ms, &index);
    if (error) {
        return error;
    }
    *window = (struct plan_window){
        .phase = index,
        .from_ms = from_ms,
        .by_ms = shifted_ms(from_ms, phase->every_max_ms - phase->every_min_ms),
    };
    return 0;
}

void plan_begin(struct plan_calendar *calendar, int64_t injured_ms, int64_t now_ms)
{
    *calendar = (struct plan_calendar){
        .active = true,
        .injured_ms = injured_ms,
        .started_ms = now_ms,
        .base_ms = PLAN_NEVER,
        .rest_until_ms = calendar->rest_until_ms,
    };
}

void plan_powered(const struct plan_phase *phase, struct plan_calendar *calendar, int64_t now_ms)
{
    int64_t rest_ms = later_ms(phase->every_min_ms, PLAN_OFF_TIME_MIN_MS);
    calendar->base_ms = now_ms;
    calendar->rest_until_ms = later_ms(calendar->rest_until_ms, shifted_ms(now_ms, rest_ms));
    calendar->skip = false;
}

void plan_unpowered(struct plan_calendar *calendar, int64_t now_ms)
{
    calendar->rest_until_ms = later_ms(calendar->rest_until_ms, shifted_ms(now_ms, PLAN_OFF_TIME_MIN_MS));
}

void plan_pass_over(struct plan_calendar *calendar, const struct plan_window *window)
{
    calendar->base_ms = window->from_ms;
    calendar->skip = false;
}

void plan_reloaded(const struct plan_config *config, struct plan_calendar *calendar)
{
    /* A power-on rests until after itself; a session that was passed over opened no earlier than the rest before it
     * ended. */
    bool powered = calendar->base_ms < calendar->rest_until_ms;
    size_t index = plan_phase_at(config, calendar->injured_ms, calendar->base_ms);
    if (powered && index < config->phase_count) {
        int64_t rest_until_ms = shifted_ms(calendar->base_ms, config->phases[index].every_min_ms);
        calendar->rest_until_ms = later_ms(calendar->rest_until_ms, rest_until_ms);
    }
}

static int64_t credited_ms(int64_t stamp_ms, int64_t before_ms, int64_t credit_ms)
{
    return stamp_ms < before_ms ? shifted_ms(stamp_ms, -credit_ms) : stamp_ms;
}

void plan_credit(struct plan_calendar *calendar, int64_t before_ms, int64_t credit_ms)
{
    if (credit_ms <= 0) {
        return;
    }
    bool rests_along = calendar->base_ms != PLAN_NEVER && calendar->base_ms < before_ms;
    int64_t rest_before_ms = rests_along ? INT64_MAX : before_ms;
    calendar->injured_ms = credited_ms(calendar->injured_ms, before_ms, credit_ms);
    calendar->started_ms = credited_ms(calendar->started_ms, before_ms, credit_ms);
    calendar->base_ms = credited_ms(calendar->base_ms, before_ms, credit_ms);
    calendar->rest_until_ms = credited_ms(calendar->rest_until_ms, rest_before_ms, credit_ms);
}

size_t plan_timetable(const struct plan_config *config, const struct plan_local *local, int64_t start_ms,
                      int64_t days_ms, struct plan_row *rows, size_t capacity)
{
    struct plan_calendar calendar = {.rest_until_ms = PLAN_NEVER};
    struct plan_window window;
    int64_t until_ms = shifted_ms(start_ms, days_ms);
    size_t count = 0;
    plan_begin(&calendar, start_ms, start_ms);
    while (plan_next(config, &calendar, local, &window) == 0 && window.from_ms < until_ms) {
        const struct plan_phase *phase = &config->phases[window.phase];
        int64_t end_by_ms = shifted_ms(window.from_ms, phase->session_max_ms);
        if (count < capacity) {
            rows[count] = (struct plan_row){.start_ms = window.from_ms, .end_by_ms = end_by_ms, .phase = window.phase};
        }
        count++;
        plan_powered(phase, &calendar, window.from_ms);
        plan_unpowered(&calendar, end_by_ms);
    }
    return count;
}

const char *plan_phase_string(enum plan_phase_name name)
{
    return (unsigned)name < PHASE_NAME_COUNT ? phase_names[name] : "unknown";
}

enum plan_phase_name plan_phase_from_name(const char *name)
{
    for (unsigned i = 0; name && i < PHASE_NAME_COUNT; i++) {
        if (strcmp(phase_names[i], name) == 0) {
            return (enum plan_phase_name)i;
        }
    }
    return PHASE_NAME_COUNT;
}
