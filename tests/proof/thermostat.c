/* thermostat.c: any configuration, any memory (NaN and infinity too), any temperatures and times give a duty of 0 to
 * 100; 0 past the target by more than the limit; and off stays off. */
#include "ghost.h"

#include "soothe/thermostat.h"

/* CBMC knows no body of it. */
int __builtin_isfinite(double value)
{
    return value - value == 0.0;
}

void harness(void)
{
    struct thermostat_config config;
    struct thermostat_state state;
    int32_t target_mc, pad_mc;
    int64_t now_ms;
    int32_t duty = thermostat_step(&config, &state, target_mc, pad_mc, now_ms);
    PROVE((duty >= 0) & (duty <= 100), "a duty of 0 to 100");
    PROVE(duty == 0 || is_output(config.mode), "a duty of an output");
    int64_t past_mc = (int64_t)pad_mc - target_mc;
    past_mc = config.mode == DRIVE_COOL ? -past_mc : past_mc;
    PROVE(duty == 0 || past_mc <= config.limit_mc, "none past the limit");
    PROVE(duty == 0 || (config.limit_mc >= 1 && config.limit_mc <= 5000), "none with a limit that cannot be");
    PROVE(config.kind != THERMOSTAT_TWO_POINT || duty == 0 || duty == 100, "a relay is on or off");
    thermostat_off(&state, now_ms);
    PROVE(!state.on && !state.running && state.integral == 0.0, "off forgets");
    int32_t percent;
    int64_t period_ms, phase_ms;
    bool level = thermostat_pwm_level(percent, period_ms, phase_ms);
    PROVE(!level || (percent > 0 && period_ms > 0 && phase_ms >= 0), "no level without a duty");
}
