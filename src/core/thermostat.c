#include "soothe/thermostat.h"

#include <errno.h>
#include <math.h>

#define GAP_MAX_MS 10000

static int64_t elapsed_ms(int64_t now_ms, int64_t since_ms)
{
    if (now_ms <= since_ms) {
        return 0;
    }
    uint64_t elapsed = (uint64_t)now_ms - (uint64_t)since_ms;
    return elapsed < INT64_MAX ? (int64_t)elapsed : INT64_MAX;
}

static bool in_range(int64_t value, int64_t min, int64_t max)
{
    return value >= min && value <= max;
}

/* How far the pad still has to go: positive before the target, negative past it. */
static int64_t to_go_mc(enum drive_mode mode, int32_t target_mc, int32_t pad_mc)
{
    int64_t warmer_mc = (int64_t)target_mc - pad_mc;
    return mode == DRIVE_COOL ? -warmer_mc : warmer_mc;
}

struct thermostat_config thermostat_default(enum thermostat_kind kind, enum drive_mode mode, int32_t tolerance_mc)
{
    return (struct thermostat_config){
        .kind = kind,
        .mode = mode,
        .limit_mc = tolerance_mc * 4 / 5,
        .pwm_period_ms = 2000,
        .kp = 40.0,
        .ki = 0.2,
        .hysteresis_mc = tolerance_mc / 5,
        .min_on_ms = 30000,
        .min_off_ms = 30000,
    };
}

static bool pwm_usable(const struct thermostat_config *config)
{
    return in_range(config->pwm_period_ms, THERMOSTAT_PERIOD_MIN_MS, THERMOSTAT_PERIOD_MAX_MS) && config->kp > 0.0 &&
           config->kp <= THERMOSTAT_KP_MAX && config->ki >= 0.0 && config->ki <= THERMOSTAT_KI_MAX;
}

static bool two_point_usable(const struct thermostat_config *config)
{
    return in_range(config->hysteresis_mc, 1, config->limit_mc) &&
           in_range(config->min_on_ms, 0, THERMOSTAT_MIN_TIME_MAX_MS) &&
           in_range(config->min_off_ms, 0, THERMOSTAT_MIN_TIME_MAX_MS);
}

int thermostat_check(const struct thermostat_config *config)
{
    bool powered = config->mode == DRIVE_HEAT || config->mode == DRIVE_COOL;
    if (!powered || !in_range(config->limit_mc, 1, THERMOSTAT_LIMIT_MAX_MC)) {
        return -EINVAL;
    }
    switch (config->kind) {
    case THERMOSTAT_PWM:
        return pwm_usable(config) ? 0 : -EINVAL;
    case THERMOSTAT_TWO_POINT:
        return two_point_usable(config) ? 0 : -EINVAL;
    case THERMOSTAT_NONE:
    default:
        return -EINVAL;
    }
}

void thermostat_reset(struct thermostat_state *state, int64_t now_ms)
{
    *state = (struct thermostat_state){.changed_ms = now_ms};
}

void thermostat_off(struct thermostat_state *state, int64_t now_ms)
{
    if (state->on) {
        state->changed_ms = now_ms;
    }
    state->on = false;
    state->running = false;
    state->integral = 0.0;
}

/* No wind-up on the long way from a cold pad: the integral moves only while the output is not saturated. It lies within
 * the range of the output, so where the output is saturated the error always pushes further in, and nothing gets stuck.
 */
static int32_t pi_duty(const struct thermostat_config *config, struct thermostat_state *state, double error_k,
                       double dt_s)
{
    double proportional = config->kp * error_k;
    double output = proportional + state->integral;
    if (output > 0.0 && output < 100.0) {
        state->integral = fmin(fmax(state->integral + config->ki * error_k * dt_s, 0.0), 100.0);
    }
    output = proportional + state->integral;
    if (!isfinite(output)) {
        state->integral = 0.0;
        return 0;
    }
    return (int32_t)lround(fmin(fmax(output, 0.0), 100.0));
}

static int32_t pwm_step(const struct thermostat_config *config, struct thermostat_state *state, int64_t togo_mc,
                        int64_t now_ms)
{
    int64_t dt_ms = state->running ? elapsed_ms(now_ms, state->step_ms) : 0;
    state->running = true;
    state->step_ms = now_ms;
    int32_t duty =
        pi_duty(config, state, (double)togo_mc / 1000.0, (double)(dt_ms < GAP_MAX_MS ? dt_ms : GAP_MAX_MS) / 1000.0);
    return togo_mc < -config->limit_mc ? 0 : duty;
}

static bool relay_wanted(const struct thermostat_config *config, const struct thermostat_state *state, int64_t togo_mc,
                         int64_t now_ms)
{
    int64_t since_change_ms = elapsed_ms(now_ms, state->changed_ms);
    if (state->on) {
        bool there = togo_mc <= -config->hysteresis_mc && since_change_ms >= config->min_on_ms;
        return !there && togo_mc >= -config->limit_mc;
    }
    return togo_mc >= config->hysteresis_mc && since_change_ms >= config->min_off_ms;
}

static int32_t two_point_step(const struct thermostat_config *config, struct thermostat_state *state, int64_t togo_mc,
                              int64_t now_ms)
{
    bool on = relay_wanted(config, state, togo_mc, now_ms);
    if (on != state->on) {
        state->on = on;
        state->changed_ms = now_ms;
    }
    return on ? 100 : 0;
}

int32_t thermostat_step(const struct thermostat_config *config, struct thermostat_state *state, int32_t target_mc,
                        int32_t pad_mc, int64_t now_ms)
{
    if (thermostat_check(config) != 0) {
        thermostat_off(state, now_ms);
        return 0;
    }
    int64_t togo_mc = to_go_mc(config->mode, target_mc, pad_mc);
    if (config->kind == THERMOSTAT_PWM) {
        return pwm_step(config, state, togo_mc, now_ms);
    }
    return two_point_step(config, state, togo_mc, now_ms);
}

bool thermostat_pwm_level(int32_t duty_percent, int64_t period_ms, int64_t phase_ms)
{
    if (duty_percent <= 0 || period_ms <= 0 || phase_ms < 0) {
        return false;
    }
    if (duty_percent >= 100) {
        return true;
    }
    int64_t on_ms = period_ms / 100 * duty_percent + period_ms % 100 * duty_percent / 100;
    return phase_ms % period_ms < on_ms;
}
