#include "supervisor_internal.h"

#define NEVER INT64_MIN

/* A session is over for good: whatever comes now is a new one. */
static void session_over(struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    if (state->powered_session != 0) {
        state->memory.last_off_ms = tick->now_ms;
        state->memory.strikes = 0;
        state->powered_session = 0;
        state->had_band = false;
        state->lost_mc_ms = 0;
    }
}

/* A person comes then: strikes and collapses that led here, or did not, are over with it. */
static void lock(struct supervisor_tick *tick, const struct supervisor_finding *cause, struct supervisor_output *output)
{
    session_over(tick);
    tick->state->memory.strikes = 0;
    if (cause->rule->fault == FAULT_SUPPLY_COLLAPSE) {
        tick->state->memory.collapses = 0;
    }
    tick->state->session_ended = tick->state->session > 0;
    tick->state->memory.lockout = cause->rule->fault;
    tick->state->memory.lockout_at_ms = tick->now_ms;
    tick->state->lockout_sensor = cause->sensor;
    output->locked = true;
}

static void trip(struct supervisor_tick *tick, const struct supervisor_finding *cause, struct supervisor_output *output)
{
    struct supervisor_state *state = tick->state;
    bool counted = cause->rule->trips_max > 0 && state->session > 0;
    bool strikes = cause->rule->kind == KIND_TWICE && state->powered_session != 0;
    if ((counted && state->sensor_trips >= cause->rule->trips_max) || (strikes && state->memory.strikes > 0)) {
        lock(tick, cause, output);
        return;
    }
    if (strikes) {
        session_over(tick);
        state->session_ended = true;
        state->memory.strikes = 1;
        output->ends_session = true;
    }
    state->sensor_trips += counted;
    state->trip = cause->rule->fault;
    state->trip_sensor = cause->sensor;
    state->clear_since_ms = NEVER;
    output->tripped = true;
}

static void acknowledge(struct supervisor_tick *tick, const struct supervisor_findings *found,
                        struct supervisor_output *output)
{
    struct supervisor_memory *memory = &tick->state->memory;
    if (!tick->input->acknowledge) {
        return;
    }
    if (memory->lockout == FAULT_NONE || !tick->time_ok || !supervisor_rule_of(memory->lockout)->calm(tick) ||
        found->lockout.rule) {
        output->acknowledge_refused = true;
        return;
    }
    if (memory->lockout == FAULT_STORE_LOST) {
        memory->last_off_ms = tick->now_ms; /* nobody knows when it was on: the off time starts here */
    }
    memory->lockout = FAULT_NONE;
    tick->state->lockout_sensor = -1;
    output->unlocked = true;
}

static void clear(struct supervisor_tick *tick, struct supervisor_output *output)
{
    struct supervisor_state *state = tick->state;
    if (state->trip == FAULT_NONE) {
        return;
    }
    const struct supervisor_rule *rule = supervisor_rule_of(state->trip);
    if (!tick->time_ok || !rule->calm(tick)) {
        state->clear_since_ms = NEVER;
    } else if (state->clear_since_ms == NEVER || tick->gap) {
        state->clear_since_ms = tick->now_ms;
    } else if (state->clear_since_ms <= tick->now_ms - rule->clear_ms) {
        state->trip = FAULT_NONE;
        state->trip_sensor = -1;
        output->trip_cleared = true;
    }
}

/* What stands after this tick. The first fault named stays the name, and what waits behind it comes a tick later. */
static void name(struct supervisor_tick *tick, const struct supervisor_findings *found,
                 struct supervisor_output *output)
{
    const struct supervisor_state *state = tick->state;
    if (state->memory.lockout != FAULT_NONE || output->unlocked) {
        return;
    }
    if (found->lockout.rule) {
        lock(tick, &found->lockout, output);
    } else if (found->trip.rule && state->trip == FAULT_NONE && !output->trip_cleared) {
        trip(tick, &found->trip, output);
    }
}

static bool resting(const struct supervisor_tick *tick)
{
    const struct supervisor_memory *memory = &tick->state->memory;
    int64_t rest_ms = memory->rest_ms > SUPERVISOR_TIME_MAX_MS ? SUPERVISOR_TIME_MAX_MS : memory->rest_ms;
    rest_ms = rest_ms < 0 ? 0 : rest_ms;
    bool runs = memory->session_on_ms > tick->now_ms - rest_ms ||
                memory->last_off_ms > tick->now_ms - SUPERVISOR_OFF_TIME_MIN_MS;
    return tick->state->session_ended || (tick->state->powered_session == 0 && runs);
}

static bool dead_time(const struct supervisor_tick *tick)
{
    enum drive_mode other = tick->mode == DRIVE_HEAT ? DRIVE_COOL : DRIVE_HEAT;
    return tick->mode != DRIVE_OFF && tick->state->driven_ms[other] > tick->now_ms - SUPERVISOR_DEAD_TIME_MS;
}

/* Nothing heated or cooled it for an hour, so it is as warm as a room or a body. */
static bool implausible(const struct supervisor_tick *tick)
{
    const struct supervisor_state *state = tick->state;
    int64_t since_ms = tick->now_ms - SUPERVISOR_IMPLAUSIBLE_MS;
    if (state->driven_ms[DRIVE_HEAT] > since_ms || state->driven_ms[DRIVE_COOL] > since_ms ||
        state->memory.last_off_ms > since_ms) {
        return false;
    }
    for (size_t i = 0; i < tick->sensor_count; i++) {
        int32_t mc = supervisor_median(tick, i);
        if (tick->limits->sensors[i].role == SENSOR_PAD && mc != SUPERVISOR_NO_MC &&
            (mc < SUPERVISOR_IMPLAUSIBLE_LOW_MC || mc > SUPERVISOR_IMPLAUSIBLE_HIGH_MC)) {
            return true;
        }
    }
    return false;
}

static enum block block_of(const struct supervisor_tick *tick)
{
    if (tick->state->memory.lockout != FAULT_NONE) {
        return BLOCK_LOCKOUT;
    }
    if (tick->state->trip != FAULT_NONE) {
        return BLOCK_TRIP;
    }
    if (resting(tick)) {
        return BLOCK_REST;
    }
    return dead_time(tick) ? BLOCK_DEAD_TIME : BLOCK_NONE;
}

static void answer(const struct supervisor_tick *tick, const struct supervisor_findings *found,
                   struct supervisor_output *output)
{
    const struct supervisor_state *state = tick->state;
    output->block = block_of(tick);
    output->trip = state->trip;
    output->lockout = state->memory.lockout;
    output->over_time =
        state->powered_session != 0 && state->memory.session_on_ms <= tick->now_ms - tick->limits->session_max_ms;
    if (output->lockout != FAULT_NONE) {
        output->sensor = state->lockout_sensor;
    } else if (output->trip != FAULT_NONE) {
        output->sensor = state->trip_sensor;
    } else if (found->doubt.rule) {
        output->doubt = found->doubt.rule->fault;
        output->sensor = found->doubt.sensor;
    }
    bool may = tick->mode != DRIVE_OFF && state->session > 0 && output->block == BLOCK_NONE &&
               output->doubt == FAULT_NONE && !output->over_time;
    output->may_energise = may && tick->input->test == TEST_NONE;
    output->may_test = may && tick->input->test == TEST_DEAD_MAN;
    output->implausible = implausible(tick);
}

/* Keep the books of power: what this tick allows begins now, what it no longer allows was on until now. */
static void account(struct supervisor_tick *tick, bool may_energise)
{
    struct supervisor_state *state = tick->state;
    struct supervisor_memory *memory = &state->memory;
    if (!may_energise) {
        if (state->driven != DRIVE_OFF) {
            memory->last_off_ms = tick->now_ms;
        }
        state->driven = DRIVE_OFF;
        return;
    }
    if (state->driven == DRIVE_OFF) {
        supervisor_power_up(tick);
    }
    if (state->powered_session == 0) {
        state->powered_session = state->session;
        memory->session_on_ms = tick->now_ms;
        memory->rest_ms = tick->input->session_rest_ms < 0 ? 0 : tick->input->session_rest_ms;
    }
    if (memory->session_on_ms <= tick->now_ms - SUPERVISOR_PROVEN_MS) {
        memory->proven_session = state->session;
        memory->collapses = 0;
    }
    memory->last_off_ms = NEVER;
    state->driven = tick->mode;
    state->driven_ms[tick->mode] = tick->now_ms;
}

static void session_step(struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    struct supervisor_memory *memory = &state->memory;
    int64_t session = tick->input->session > 0 ? tick->input->session : 0;
    if (session != state->session) {
        session_over(tick);
        state->session = session;
        state->session_ended = false;
        state->sensor_trips = 0;
    }
    if (tick->input->store_lost) {
        memory->last_off_ms = tick->now_ms;
    }
    if (tick->time_ok && state->powered_session == 0 && memory->last_off_ms < memory->session_on_ms) {
        bool long_ago = memory->session_on_ms <= tick->now_ms - SUPERVISOR_SESSION_CEILING_MS;
        memory->last_off_ms = long_ago ? memory->session_on_ms + SUPERVISOR_SESSION_CEILING_MS : tick->now_ms;
    }
}

bool supervisor_off_for(const struct supervisor_tick *tick, int64_t ms)
{
    const struct supervisor_state *state = tick->state;
    int64_t since_ms = tick->now_ms - ms;
    return state->driven_ms[DRIVE_HEAT] <= since_ms && state->driven_ms[DRIVE_COOL] <= since_ms &&
           state->start_ms <= since_ms;
}

/* After the lines: what they say now counts. */
static void sense_step(struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    const struct supervisor_input *input = tick->input;
    bool still = state->driven == DRIVE_OFF && !input->heat_on && !input->cool_on;
    bool must_be_dead = supervisor_off_for(tick, SUPERVISOR_OFF_MS) || (still && input->test == TEST_CHANNEL);
    if (!tick->limits->sense || !input->sense_live || !must_be_dead) {
        state->sense_ticks = 0;
    } else if (state->sense_ticks < SUPERVISOR_SENSE_TICKS) {
        state->sense_ticks++;
    }
}

static void lines_step(struct supervisor_tick *tick)
{
    struct supervisor_state *state = tick->state;
    if (state->driven == DRIVE_HEAT || tick->input->heat_on) {
        state->driven_ms[DRIVE_HEAT] = tick->now_ms;
    }
    if (state->driven == DRIVE_COOL || tick->input->cool_on) {
        state->driven_ms[DRIVE_COOL] = tick->now_ms;
        state->warmed = false;
    }
    if (!tick->input->readback_bad) {
        state->readback_bad = 0;
    } else if (state->readback_bad < SUPERVISOR_READBACK_TICKS) {
        state->readback_bad++;
    }
    tick->late = state->driven != DRIVE_OFF && state->step_ms <= tick->now_ms - SUPERVISOR_LATE_TICK_MS;
    if (tick->late) {
        for (size_t i = SUPERVISOR_LATE_TICKS - 1; i > 0; i--) {
            state->late_ms[i] = state->late_ms[i - 1];
        }
        state->late_ms[0] = tick->now_ms;
    }
}

static bool config_ok(const struct supervisor_config *config)
{
    bool ok = config->sensor_count >= 1 && config->sensor_count <= SENSORS_MAX;
    for (size_t i = 0; ok && i < config->sensor_count; i++) {
        enum sensor_role role = config->sensors[i].role;
        ok = role == SENSOR_PAD || role == SENSOR_HOT_SIDE || role == SENSOR_ROOM;
    }
    return ok;
}

static struct supervisor_tick begin(const struct supervisor_config *limits, struct supervisor_state *state,
                                    const struct supervisor_input *input)
{
    bool time_ok = input->now_ms >= 0 && input->now_ms <= SUPERVISOR_TIME_MAX_MS && input->now_ms >= state->step_ms;
    struct supervisor_tick tick = {.limits = limits, .state = state, .input = input, .time_ok = time_ok};
    tick.now_ms = time_ok ? input->now_ms : state->step_ms;
    if (tick.now_ms == NEVER) {
        tick.now_ms = 0;
    }
    tick.config_ok = config_ok(limits);
    tick.gap = state->step_ms <= tick.now_ms - SUPERVISOR_CLEAR_GAP_MS;
    tick.sensor_count = tick.config_ok ? limits->sensor_count : 0;
    tick.mode = input->wanted == DRIVE_HEAT || input->wanted == DRIVE_COOL ? input->wanted : DRIVE_OFF;
    tick.energised = tick.mode != DRIVE_OFF || state->driven != DRIVE_OFF || input->heat_on || input->cool_on;
    if (state->start_ms == NEVER) {
        state->start_ms = tick.now_ms;
    }
    return tick;
}

void supervisor_step(const struct supervisor_config *config, struct supervisor_state *state,
                     const struct supervisor_input *input, struct supervisor_output *output)
{
    struct supervisor_config limits = *config;
    supervisor_limits_clamp(&limits);
    struct supervisor_tick tick = begin(&limits, state, input);
    *output = (struct supervisor_output){.sensor = -1};
    lines_step(&tick);
    sense_step(&tick);
    session_step(&tick);
    supervisor_sensors_step(&tick);
    supervisor_trends_step(&tick);
    supervisor_response_step(&tick);
    struct supervisor_findings found = supervisor_judge(&tick);
    acknowledge(&tick, &found, output);
    clear(&tick, output);
    name(&tick, &found, output);
    answer(&tick, &found, output);
    account(&tick, output->may_energise);
    state->step_ms = tick.now_ms;
}

void supervisor_recover(struct supervisor_memory *memory, int64_t session, bool power_cut)
{
    bool collapsed = power_cut && memory->proven_session != session;
    bool possible = memory->collapses >= 0 && memory->collapses < SUPERVISOR_COLLAPSES_MAX;
    int32_t more = possible ? memory->collapses + 1 : SUPERVISOR_COLLAPSES_MAX;
    memory->collapses = collapsed ? more : 0;
}

void supervisor_init(struct supervisor_state *state, const struct supervisor_memory *memory)
{
    *state = (struct supervisor_state){
        .memory = *memory,
        .trip_sensor = -1,
        .lockout_sensor = -1,
        .clear_since_ms = NEVER,
        .start_ms = NEVER,
        .step_ms = NEVER,
        .driven_ms = {NEVER, NEVER, NEVER},
        .late_ms = {NEVER, NEVER, NEVER},
        .mark_ms = NEVER,
        .warmed = true,
        .drift_sensor = -1,
        .apart_ms = {NEVER, NEVER, NEVER},
        .power_ms = NEVER,
        .stretch_ms = NEVER,
    };
    struct supervisor_memory *kept = &state->memory;
    kept->strikes = kept->strikes < 0 || kept->strikes > 1 ? 1 : kept->strikes;
    bool counted = kept->collapses >= 0 && kept->collapses <= SUPERVISOR_COLLAPSES_MAX;
    kept->collapses = counted ? kept->collapses : SUPERVISOR_COLLAPSES_MAX;
    kept->proven_session = kept->proven_session < 0 ? 0 : kept->proven_session;
    if ((unsigned)memory->lockout >= FAULT_COUNT) {
        state->memory.lockout = FAULT_STORE_LOST;
    }
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        state->sensors[i].at_ms = NEVER;
        state->sensors[i].turn_ms = NEVER;
        for (size_t mark = 0; mark < SUPERVISOR_MARKS; mark++) {
            state->sensors[i].marks_mc[mark] = SUPERVISOR_NO_MC;
        }
        for (size_t watch = 0; watch < WATCH_COUNT; watch++) {
            state->sensors[i].runs[watch].good_since_ms = NEVER;
        }
    }
}

static int32_t within(int32_t mc, int32_t low_mc, int32_t high_mc, int32_t ceiling_mc)
{
    return mc >= low_mc && mc <= high_mc ? mc : ceiling_mc;
}

void supervisor_limits_clamp(struct supervisor_config *config)
{
    config->too_hot_trip_mc = within(config->too_hot_trip_mc, SUPERVISOR_HOT_LIMIT_MIN_MC, SUPERVISOR_TOO_HOT_TRIP_MC,
                                     SUPERVISOR_TOO_HOT_TRIP_MC);
    config->too_hot_lockout_mc = within(config->too_hot_lockout_mc, config->too_hot_trip_mc,
                                        SUPERVISOR_TOO_HOT_LOCKOUT_MC, SUPERVISOR_TOO_HOT_LOCKOUT_MC);
    config->too_cold_trip_mc = within(config->too_cold_trip_mc, SUPERVISOR_TOO_COLD_TRIP_MC,
                                      SUPERVISOR_COLD_LIMIT_MAX_MC, SUPERVISOR_TOO_COLD_TRIP_MC);
    config->too_cold_lockout_mc = within(config->too_cold_lockout_mc, SUPERVISOR_TOO_COLD_LOCKOUT_MC,
                                         config->too_cold_trip_mc, SUPERVISOR_TOO_COLD_LOCKOUT_MC);
    config->hot_side_trip_mc = within(config->hot_side_trip_mc, SUPERVISOR_HOT_LIMIT_MIN_MC,
                                      SUPERVISOR_HOT_SIDE_TRIP_MC, SUPERVISOR_HOT_SIDE_TRIP_MC);
    config->hot_side_lockout_mc = within(config->hot_side_lockout_mc, config->hot_side_trip_mc,
                                         SUPERVISOR_HOT_SIDE_LOCKOUT_MC, SUPERVISOR_HOT_SIDE_LOCKOUT_MC);
    if (config->session_max_ms < 1 || config->session_max_ms > SUPERVISOR_SESSION_CEILING_MS) {
        config->session_max_ms = SUPERVISOR_SESSION_CEILING_MS;
    }
}
