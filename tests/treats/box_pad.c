#include "box_internal.h"

#include "soothe/guard.h"
#include "soothe/sampler.h"

#include <math.h>

#define READ_MS 20 /* from the begin of a round to its readings: 860 samples a second, a slow bus */

/* The dead man's pump: an edge adds, time takes away; its relay pulls in and lets go at a part of the charge. Full, it
 * lets go after 1.1 to 1.9 s (pump_s 0.8 to 1.35). */
#define PUMP_EDGE  0.4
#define PUMP_PULLS 0.6
#define PUMP_LETS  0.25

static double true_c(const struct box *box, size_t index)
{
    int half = box->halves[index];
    return half < 0 ? box->plant.hot_sensor_c : box->plant.halves[half].sensor_c;
}

void box_sample(struct box *box, int64_t boot_ms, struct engine_input *in)
{
    int64_t rounds = (boot_ms - READ_MS - box->phase_ms) / SAMPLER_PERIOD_MS;
    int64_t at_ms = rounds * SAMPLER_PERIOD_MS + box->phase_ms;
    bool fresh = at_ms > box->sampled_ms && boot_ms >= READ_MS + box->phase_ms;
    for (size_t i = 0; i < box->config.sensor_count; i++) {
        if (fresh) {
            struct adc_sample sample;
            bool open = !box->life.plugged && box->halves[i] >= 0;
            probe_read(&box->probes[i], &box->adc, &box->chance, true_c(box, i), open, &sample);
            sampler_convert(&box->config.sensors[i], &sample, at_ms, &box->readings[i]);
            box->readings[i].code = sample.error == 0 ? sample.raw : 0;
            box->readings[i].supply_code = sample.error == 0 ? sample.supply_raw : 0;
            box->readings[i].fine = !box->adc.ratiometric;
        }
        in->readings[i] = box->readings[i];
        if (in->readings[i].at_ms != INT64_MIN) {
            in->readings[i].at_ms = timebase_plan_ms(&box->base, in->readings[i].at_ms);
        }
    }
    box->sampled_ms = fresh ? at_ms : box->sampled_ms;
}

/* How long a slow PWM has been on since some start of a period. */
static int64_t on_ms(int32_t duty_percent, int64_t period_ms, int64_t at_ms)
{
    int64_t each_ms = period_ms * duty_percent / 100;
    int64_t rest_ms = at_ms % period_ms;
    return at_ms / period_ms * each_ms + (rest_ms < each_ms ? rest_ms : each_ms);
}

struct level {
    double share; /* of the time */
    bool at_end;
};

static struct level level_of(const struct box *box, int64_t from_ms, int64_t to_ms)
{
    const struct drive *drive = &box->out.drive;
    const struct thermostat_config *thermostat = &box->engine_config.thermostat[drive->mode];
    int64_t period_ms = thermostat->pwm_period_ms;
    if (drive->mode == DRIVE_OFF || drive->duty_percent <= 0) {
        return (struct level){0.0, false};
    }
    if (thermostat->kind != THERMOSTAT_PWM || to_ms <= from_ms) {
        return (struct level){1.0, true};
    }
    int64_t lit_ms = on_ms(drive->duty_percent, period_ms, to_ms) - on_ms(drive->duty_percent, period_ms, from_ms);
    return (struct level){
        .share = (double)lit_ms / (double)(to_ms - from_ms),
        .at_end = thermostat_pwm_level(drive->duty_percent, period_ms, (to_ms - GUARD_STEP_MS) % period_ms),
    };
}

/* The pulse of the self-test: once for as long as orders ask for it. */
static struct level pulse_of(struct box *box, int64_t ms)
{
    bool asked = box->out.test == TEST_DEAD_MAN;
    bool begins = asked && !box->pulsing;
    box->pulsing = asked;
    double share = begins && ms > 0 ? fmin((double)GUARD_PULSE_MS / (double)ms, 1.0) : 0.0;
    box->pulse_made = box->pulse_made || begins;
    return (struct level){share, begins && ms < GUARD_PULSE_MS};
}

static void pump_edge(struct box *box)
{
    if (box->out.heartbeat) {
        box->pump += PUMP_EDGE * (1.0 - box->pump);
        box->out.heartbeat = false; /* one edge an order */
    }
    box->pump_holds = !box->engine_config.heartbeat || box->pump > (box->pump_holds ? PUMP_LETS : PUMP_PULLS);
}

/* One stretch in which everything stays as it is. */
static void stretch(struct box *box, int64_t ms, struct level level, enum drive_mode mode)
{
    double step_s = (double)ms / 1000.0;
    struct plant_around around;
    life_around(&box->life, box->now_ms, step_s, &around);
    double powered = box->pump_holds ? level.share : 0.0;
    box->heat_on = mode == DRIVE_HEAT && level.at_end;
    box->cool_on = mode == DRIVE_COOL && level.at_end;
    box->sense_live = box->sense_live || powered > 0.0;
    const struct plant_drive drive = {
        .heat = mode == DRIVE_HEAT && box->life.plugged ? powered : 0.0,
        .cool = mode == DRIVE_COOL ? powered : 0.0,
        .fan = box->out.fan,
    };
    plant_step(&box->plant, &drive, &around, step_s);
    box->pump *= exp(-step_s / box->pump_s);
    box->now_ms += ms;
    score_skin(box->score, &box->plant, step_s);
}

void box_advance(struct box *box, int64_t ms, bool alive)
{
    int64_t end_ms = box->now_ms + ms;
    int64_t deadline_ms = box->now_ms + GUARD_DEADLINE_MS;
    box->sense_live = false;
    box->pulse_made = false;
    if (!alive) {
        box->out = (struct engine_output){0};
        box->pulsing = false;
    }
    enum drive_mode mode = box->out.drive.mode;
    pump_edge(box);
    while (box->now_ms < end_ms) {
        bool expired = box->now_ms >= deadline_ms;
        int64_t to_ms = !expired && end_ms > deadline_ms ? deadline_ms : end_ms;
        to_ms = to_ms > box->now_ms + 1000 ? box->now_ms + 1000 : to_ms;
        int64_t from_ms = box->now_ms - box->boot_ms;
        struct level level = {0.0, false};
        if (!expired) {
            level = box->out.test == TEST_DEAD_MAN ? pulse_of(box, to_ms - box->now_ms)
                                                   : level_of(box, from_ms, to_ms - box->boot_ms);
        }
        stretch(box, to_ms - box->now_ms, level, mode);
    }
    box->pulsing = box->pulsing && box->out.test == TEST_DEAD_MAN;
}
