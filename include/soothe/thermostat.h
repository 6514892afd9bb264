/* The thermostat: pad temperature and target -> duty, for one output.
 *
 * Two kinds, chosen per output:
 *   PWM        slow pulse-width modulation of a MOSFET by a PI controller with anti-windup; duty 0 to 100
 *   two-point  a relay: on below, off above target -/+ hysteresis, with minimum on and off times; duty 0 or 100
 *
 * It only proposes: the supervisor may refuse, and the caller must then call thermostat_off, which is obeyed whatever
 * the minimum on time says. Which reading controls (the hottest for heat, the coldest for cool) is the caller's choice.
 *
 * "Past the target" means hotter for heat, colder for cool. Nothing this module does keeps a pad on that is past the
 * target by more than `limit_mc`: not the integral, not the minimum on time. */
#ifndef SOOTHE_THERMOSTAT_H
#define SOOTHE_THERMOSTAT_H

#include "soothe/drive.h"

#include <stdbool.h>
#include <stdint.h>

enum thermostat_kind {
    THERMOSTAT_NONE, /* all-zero: never on */
    THERMOSTAT_PWM,
    THERMOSTAT_TWO_POINT,
};

#define THERMOSTAT_PERIOD_MIN_MS   200
#define THERMOSTAT_PERIOD_MAX_MS   60000
#define THERMOSTAT_MIN_TIME_MAX_MS 600000 /* longest minimum on or off time */
#define THERMOSTAT_LIMIT_MAX_MC    5000
#define THERMOSTAT_KP_MAX          1000.0
#define THERMOSTAT_KI_MAX          100.0

struct thermostat_config {
    enum thermostat_kind kind;
    enum drive_mode mode;  /* DRIVE_HEAT or DRIVE_COOL; DRIVE_OFF is never on */
    int32_t limit_mc;      /* past the target by more than this: off, whatever else holds; 1 to 5000 */
    int64_t pwm_period_ms; /* PWM: for the guard, see thermostat_pwm_level; 200 to 60000 */
    double kp;             /* PWM: percent of duty per kelvin; > 0, at most 1000 */
    double ki;             /* PWM: percent of duty per kelvin and second; 0 to 100 */
    int32_t hysteresis_mc; /* two-point: half the width between on and off; 1 to limit_mc */
    int64_t min_on_ms;     /* two-point: 0 to 600000 */
    int64_t min_off_ms;    /* two-point: 0 to 600000; kept across sessions, see thermostat_off */
};

/* One output's memory. Belongs to the caller, is written only here. */
struct thermostat_state {
    double integral;    /* PWM: percent of duty; 0 to 100 */
    bool running;       /* a step came since the last off */
    bool on;            /* two-point: the relay is asked for */
    int64_t step_ms;    /* PWM: when the last step was */
    int64_t changed_ms; /* two-point: when `on` last changed, or when it was last switched off from outside */
};

/* What suits the output, for a band of target +/- tolerance_mc (heat 500, cool 1500): the sample's numbers. Gains and
 * times were found on the pads of tests/core/test_thermostat_plant.c: PWM stays within 0.5 K past the target from a
 * thin mat to a gel pad, with 300 to 2000 W/m2. A relay with 30 s of minimum on and off holds cooling within 1.5 K from
 * about 12 kJ/(K m2) of pad (3 mm of water) up, and heating within 0.5 K only where pad and heater are slow (9 kJ/(K
 * m2) at 350 W/m2): heat with a MOSFET. kind NONE or mode OFF gives a config that never switches on. */
struct thermostat_config thermostat_default(enum thermostat_kind kind, enum drive_mode mode, int32_t tolerance_mc);

/* 0, or -EINVAL when a number that this kind uses lies outside the range given above. */
int thermostat_check(const struct thermostat_config *config);

/* At start-up. Nobody knows when the relay was last on, so it counts as switched off now. */
void thermostat_reset(struct thermostat_state *state, int64_t now_ms);

/* Off, now, from outside: a session's end, a trip, a pause. Forgets the integral and, where the relay was on, starts
 * the minimum off time. May be called every tick while off. */
void thermostat_off(struct thermostat_state *state, int64_t now_ms);

/* One step of control: the duty to ask for, 0 to 100. Call it each tick of a session with a good reading (on a bad one
 * call thermostat_off). `now_ms` is monotonic; a step back counts as no time, a gap over 10 s as 10 s. 0 for a config
 * without kind or mode, and whenever a number is not finite. */
int32_t thermostat_step(const struct thermostat_config *config, struct thermostat_state *state, int32_t target_mc,
                        int32_t pad_mc, int64_t now_ms);

/* For the guard: is the line on at `phase_ms` after some start of a period? duty <= 0, a period <= 0 or a negative
 * phase: off; duty >= 100: on. The on part comes first in each period. */
bool thermostat_pwm_level(int32_t duty_percent, int64_t period_ms, int64_t phase_ms);

#endif
