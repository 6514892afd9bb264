#include "reader.h"

#define MINUTE_MS      INT64_C(60000)
#define HOUR_MS        (60 * MINUTE_MS)
#define DAY_MS         (24 * HOUR_MS)
#define PLAN_MAX_MS    (60 * DAY_MS)
#define TARGET_STEP_MC 100

#define TARGET  "plan.phases[].target_c"
#define SESSION "plan.phases[].session_minutes"
#define EVERY   "plan.phases[].every_hours"

static double degrees(int32_t mc)
{
    return mc / 1000.0;
}

static double minutes(int64_t ms)
{
    return (double)ms / (double)MINUTE_MS;
}

static double cem43(int64_t ucem)
{
    return (double)ucem / (double)DOSE_UCEM_PER_CEM;
}

static void check_mode(struct reader *reader, size_t index)
{
    const struct plan_phase *phase = &reader->draft->config.plan.phases[index];
    enum mode_word mode = reader->draft->phases[index].mode;
    enum mode_word fits = phase->name == PHASE_ICE ? MODE_COOL : MODE_HEAT;
    if (mode != fits && mode != MODE_REMIND) {
        reader_complain(reader, "plan.phases[].mode", index,
                        "does not fit the phase; allowed for \"%s\": \"%s\", \"remind\"",
                        plan_phase_string(phase->name), fits == MODE_COOL ? "cool" : "heat");
    }
}

static void check_days(struct reader *reader, size_t index)
{
    const struct plan_phase *phase = &reader->draft->config.plan.phases[index];
    if (reader_sound(reader, "plan.phases[].days", index) && phase->length_ms == 0) {
        reader_complain(reader, "plan.phases[].days", index,
                        "is missing here: how many days this phase lasts; only an ice phase that is not the last has a "
                        "default, 3");
    }
}

static void check_target(struct reader *reader, size_t index)
{
    const struct plan_phase *phase = &reader->draft->config.plan.phases[index];
    bool ice = phase->name == PHASE_ICE;
    int32_t min_mc = ice ? PLAN_COOL_TARGET_MIN_MC : PLAN_HEAT_TARGET_MIN_MC;
    int32_t max_mc = ice ? PLAN_COOL_TARGET_MAX_MC : PLAN_HEAT_TARGET_MAX_MC;
    if (!reader_given(reader, TARGET, index) && !phase->remind) {
        reader_complain(reader, TARGET, index, "is missing here: temperature of the pad, %g to %g degrees Celsius",
                        degrees(min_mc), degrees(max_mc));
    } else if (phase->target_mc < min_mc || phase->target_mc > max_mc) {
        reader_complain(reader, TARGET, index, "%g is too %s for %s; allowed: %g to %g degrees Celsius",
                        degrees(phase->target_mc), phase->target_mc < min_mc ? "cold" : "hot",
                        plan_phase_string(phase->name), degrees(min_mc), degrees(max_mc));
    }
}

/* What is written is what happens: the supervisor would hold the two hours anyway, and the sessions would then come
 * later than the file says. */
static void check_rest(struct reader *reader, size_t index)
{
    const struct plan_phase *phase = &reader->draft->config.plan.phases[index];
    int64_t least_ms = phase->session_max_ms + PLAN_OFF_TIME_MIN_MS;
    int64_t least_mh = (least_ms * 1000 + HOUR_MS - 1) / HOUR_MS; /* rounded up, so that it may be copied */
    if (phase->every_min_ms < least_ms) {
        reader_complain(
            reader, "plan.phases[].every_hours", index,
            "%.4g h is too soon after a session of up to %.4g minutes: the pad rests 2 h without power after "
            "each; allowed: %.4g h or more",
            (double)phase->every_min_ms / (double)HOUR_MS, minutes(phase->session_max_ms), (double)least_mh / 1000.0);
    }
}

static void check_session_limit(struct reader *reader, size_t index)
{
    const struct config *config = &reader->draft->config;
    int64_t session_ms = config->plan.phases[index].session_max_ms;
    if (session_ms > config->limits.session_max_ms) {
        reader_complain(reader, SESSION, index, "%g minutes are longer than limits.session_max_minutes, %g",
                        minutes(session_ms), minutes(config->limits.session_max_ms));
    }
}

/* The most sessions that can begin within 24 hours. */
static int64_t sessions_a_day(const struct plan_phase *phase)
{
    return (DAY_MS + phase->every_min_ms - 1) / phase->every_min_ms;
}

static bool dose_holds(const struct config *config, const struct plan_phase *phase, int32_t target_mc)
{
    int64_t session_ucem = dose_held_ucem(target_mc + phase->tolerance_mc, phase->session_max_ms);
    return session_ucem <= config->session_dose_max_ucem &&
           session_ucem <= config->day_dose_max_ucem / sessions_a_day(phase);
}

/* The hottest target that holds, in steps of 0.1 degrees; below PLAN_HEAT_TARGET_MIN_MC when none does. */
static int32_t target_that_holds_mc(const struct config *config, const struct plan_phase *phase)
{
    int32_t target_mc = PLAN_HEAT_TARGET_MAX_MC;
    while (target_mc >= PLAN_HEAT_TARGET_MIN_MC && !dose_holds(config, phase, target_mc)) {
        target_mc -= TARGET_STEP_MC;
    }
    return target_mc;
}

static void check_dose(struct reader *reader, size_t index)
{
    const struct config *config = &reader->draft->config;
    const struct plan_phase *phase = &config->plan.phases[index];
    char advice[96] = "no target holds: shorten the session";
    if (phase->every_min_ms <= 0 || dose_holds(config, phase, phase->target_mc)) {
        return;
    }
    int64_t session_ucem = dose_held_ucem(phase->target_mc + phase->tolerance_mc, phase->session_max_ms);
    int32_t holds_mc = target_that_holds_mc(config, phase);
    if (holds_mc >= PLAN_HEAT_TARGET_MIN_MC) {
        snprintf(advice, sizeof advice, "a target of %g or less holds", degrees(holds_mc));
    }
    reader_complain(
        reader, TARGET, index,
        "too much heat: %g + %g for %g min is %.2f CEM43 a session (allowed: %g), up to %d a day %.2f (allowed: "
        "%g); %s",
        degrees(phase->target_mc), degrees(phase->tolerance_mc), minutes(phase->session_max_ms), cem43(session_ucem),
        cem43(config->session_dose_max_ucem), (int)sessions_a_day(phase), cem43(session_ucem * sessions_a_day(phase)),
        cem43(config->day_dose_max_ucem), advice);
}

static void check_band(struct reader *reader, size_t index)
{
    const struct config *config = &reader->draft->config;
    const struct plan_phase *phase = &config->plan.phases[index];
    bool heat = phase->mode == DRIVE_HEAT;
    int32_t edge_mc = heat ? phase->target_mc + phase->tolerance_mc : phase->target_mc - phase->tolerance_mc;
    int32_t trip_mc = heat ? config->limits.too_hot_trip_mc : config->limits.too_cold_trip_mc;
    if (heat ? edge_mc >= trip_mc : edge_mc <= trip_mc) {
        reader_complain(reader, TARGET, index, "the band, %g %s %g, reaches the cutoff at %g (limits.%s): keep it %s",
                        degrees(phase->target_mc), heat ? "+" : "-", degrees(phase->tolerance_mc), degrees(trip_mc),
                        heat ? "too_hot_trip_c" : "too_cold_trip_c", heat ? "below" : "above");
    }
}

static void check_times(struct reader *reader, size_t index)
{
    bool session = reader_sound(reader, SESSION, index);
    if (reader_sound(reader, "plan.phases[].name", index)) {
        check_days(reader, index);
    }
    if (session && reader_sound(reader, "limits.session_max_minutes", 0)) {
        check_session_limit(reader, index);
    }
    if (session && reader_sound(reader, EVERY, index)) {
        check_rest(reader, index);
    }
}

static void check_temperatures(struct reader *reader, size_t index)
{
    const struct plan_phase *phase = &reader->draft->config.plan.phases[index];
    bool heat = phase->mode == DRIVE_HEAT;
    check_target(reader, index);
    if (phase->remind || !reader_given(reader, TARGET, index) ||
        !reader_sound(reader, "plan.phases[].tolerance_c", index)) {
        return;
    }
    if (reader_sound(reader, heat ? "limits.too_hot_trip_c" : "limits.too_cold_trip_c", 0)) {
        check_band(reader, index);
    }
    if (heat && reader_sound(reader, SESSION, index) && reader_sound(reader, EVERY, index) &&
        reader_sound(reader, "limits.session_dose_cem43", 0) && reader_sound(reader, "limits.day_dose_cem43", 0)) {
        check_dose(reader, index);
    }
}

/* Heat on a fresh injury makes the swelling worse, so it never comes before ice. */
static void check_order(struct reader *reader, size_t index)
{
    const struct plan_phase *phases = reader->draft->config.plan.phases;
    if (index > 0 && phases[index].name == PHASE_ICE && phases[index - 1].name == PHASE_HEAT) {
        reader_complain(reader, "plan.phases[].name", index, "\"ice\" after \"heat\"; allowed: all ice phases first");
    }
}

static void check_phase(struct reader *reader, size_t index)
{
    check_times(reader, index);
    if (!reader_sound(reader, "plan.phases[].name", index) || !reader_sound(reader, "plan.phases[].mode", index)) {
        return;
    }
    check_mode(reader, index);
    check_order(reader, index);
    if (reader_sound(reader, TARGET, index)) {
        check_temperatures(reader, index);
    }
}

void check_plan(struct reader *reader)
{
    const struct plan_config *plan = &reader->draft->config.plan;
    int64_t length_ms = 0;
    for (size_t i = 0; i < plan->phase_count; i++) {
        check_phase(reader, i);
        length_ms += plan->phases[i].length_ms;
    }
    if (length_ms > PLAN_MAX_MS) {
        reader_complain(reader, "plan.phases[]", 0, "the phases last %.4g days together; allowed: 60",
                        (double)length_ms / (double)DAY_MS);
    }
}

void check_limits(struct reader *reader)
{
    const struct supervisor_config *limits = &reader->draft->config.limits;
    const struct pair {
        const char *trip, *lockout;
        int32_t trip_mc, lockout_mc;
        bool above;
    } pairs[] = {
        {"limits.too_hot_trip_c",  "limits.too_hot_lockout_c",  limits->too_hot_trip_mc,  limits->too_hot_lockout_mc,
         true },
        {"limits.too_cold_trip_c", "limits.too_cold_lockout_c", limits->too_cold_trip_mc, limits->too_cold_lockout_mc,
         false},
        {"limits.hot_side_trip_c", "limits.hot_side_lockout_c", limits->hot_side_trip_mc, limits->hot_side_lockout_mc,
         true },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct pair *pair = &pairs[i];
        bool beyond = pair->above ? pair->lockout_mc > pair->trip_mc : pair->lockout_mc < pair->trip_mc;
        if (!beyond && reader_sound(reader, pair->trip, 0) && reader_sound(reader, pair->lockout, 0)) {
            reader_complain(reader, pair->lockout, 0, "the lockout at %g must lie %s the trip at %g (%s)",
                            degrees(pair->lockout_mc), pair->above ? "above" : "below", degrees(pair->trip_mc),
                            pair->trip);
        }
    }
}
