#include "simpad_internal.h"

#include "elapsed.h"
#include "worker.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps of the model: short while something is powered, so that PWM edges count. */
#define STEP_POWERED_MS 100
#define STEP_RESTING_MS 1000
#define STEP_COARSE_MS  10000 /* for gaps over an hour */
#define COARSE_GAP_MS   (INT64_C(3600) * 1000)
#define SETTLE_MS       (INT64_C(24) * COARSE_GAP_MS) /* of a longer gap the last day counts: it is settled by then */

/* The patient puts the pad on when it is powered and takes it off this long after. */
#define WORN_AFTER_MS (INT64_C(10) * 60 * 1000)

#define WEAK_SHARE     0.3  /* of full power: does not carry the pad into the band */
#define LOST_SHARE     0.2  /* does not keep it there */
#define PRESS_SHORT_MS 2500 /* seen pressed at two looks a second apart, and well below GUARD_BUTTON_LONG_MS */
#define PRESS_LONG_MS  7000

#define FAULT_NAME(id, name)  [id] = (name),
#define FAULT_WORDS(id, name) name " "

#define BIT(fault) (UINT64_C(1) << (fault))
static_assert(SIM_FAULT_COUNT <= 64, "a bit for each fault");

static const char *const fault_names[SIM_FAULT_COUNT] = {FAULTS(FAULT_NAME)};

bool simpad_has(const struct simpad *pad, enum sim_fault fault)
{
    return (atomic_load(&pad->faults) & BIT(fault)) != 0;
}

/* Of full power, what reaches heater and cooler while there is voltage on the lead. */
static double power_share(const struct simpad *pad)
{
    if (simpad_has(pad, SIM_NO_RESPONSE)) {
        return 0.0;
    }
    if (simpad_has(pad, SIM_LOST_BAND)) {
        return LOST_SHARE;
    }
    return simpad_has(pad, SIM_WEAK_PAD) ? WEAK_SHARE : 1.0;
}

static bool is_worn(const struct simpad *pad)
{
    bool put_on = simpad_has(pad, SIM_ON_BODY) || pad->now_ms < pad->worn_until_ms;
    return put_on && !simpad_has(pad, SIM_OFF_BODY);
}

static struct simpad_input model_input(const struct simpad *pad)
{
    double share = power_share(pad);
    return (struct simpad_input){
        .heat = simpad_is_live(pad, LINE_HEAT) ? share : 0.0,
        .cool = simpad_is_live(pad, LINE_COOL) ? share : 0.0,
        .wrong_way = simpad_has(pad, SIM_WRONG_WAY),
        .fan = pad->outputs.active[LINE_FAN] || simpad_has(pad, SIM_COOL_WHEN_OFF),
        .worn = is_worn(pad),
    };
}

static void end_press(struct simpad *pad)
{
    if (pad->now_ms >= pad->pressed_until_ms) {
        atomic_fetch_and(&pad->faults, ~(BIT(SIM_BUTTON) | BIT(SIM_BUTTON_LONG)));
    }
}

static int64_t next_step_ms(const struct simpad *pad, int64_t now_ms, bool coarse)
{
    int64_t fine_ms = simpad_lead_is_live(pad) ? STEP_POWERED_MS : STEP_RESTING_MS;
    int64_t until_ms = pad->now_ms + (coarse ? STEP_COARSE_MS : fine_ms);
    until_ms = until_ms < now_ms ? until_ms : now_ms;
    until_ms = until_ms < simpad_lets_go_ms(pad) ? until_ms : simpad_lets_go_ms(pad);
    return until_ms - pad->now_ms;
}

static void pass(struct simpad *pad, int64_t step_ms)
{
    if (simpad_lead_is_live(pad)) {
        pad->worn_until_ms = pad->now_ms + WORN_AFTER_MS;
    }
    struct simpad_input input = model_input(pad);
    simpad_model_step(&pad->model, &input, (double)step_ms / 1000.0);
    simpad_sensors_step(pad, (double)step_ms / 1000.0);
    pad->now_ms += step_ms;
    simpad_trace_lead(pad);
}

static void run_to(struct simpad *pad, int64_t now_ms)
{
    int64_t gap_ms = elapsed_ms(pad->now_ms, now_ms);
    if (!pad->clock_set) {
        pad->now_ms = now_ms;
        pad->clock_set = true;
    } else if (gap_ms > SETTLE_MS) {
        pad->now_ms = now_ms - SETTLE_MS;
    }
    while (pad->now_ms < now_ms) {
        pass(pad, next_step_ms(pad, now_ms, gap_ms > COARSE_GAP_MS));
    }
    end_press(pad);
}

void simpad_lock(struct simpad *pad)
{
    pthread_mutex_lock(&pad->lock);
    if (pad->real_time) {
        run_to(pad, worker_now_ms());
    }
}

void simpad_unlock(struct simpad *pad)
{
    pthread_mutex_unlock(&pad->lock);
}

void simpad_advance(struct simpad *pad, int64_t now_ms)
{
    pthread_mutex_lock(&pad->lock);
    run_to(pad, now_ms);
    simpad_unlock(pad);
}

void simpad_use_real_time(struct simpad *pad)
{
    pthread_mutex_lock(&pad->lock);
    pad->real_time = true;
    simpad_unlock(pad);
}

static enum sim_fault sim_fault_from_name(const char *name)
{
    enum sim_fault fault = 0;
    while (fault < SIM_FAULT_COUNT && strcmp(fault_names[fault], name) != 0) {
        fault++;
    }
    return fault;
}

int simpad_inject(struct simpad *pad, const char *name)
{
    bool clear = strcmp(name, "none") == 0;
    enum sim_fault fault = sim_fault_from_name(name);
    if (!clear && (fault == SIM_FAULT_COUNT || (fault == SIM_SENSOR_DISAGREE && simpad_pad_sensors(pad) < 2))) {
        return -EINVAL;
    }
    simpad_lock(pad);
    if (clear) {
        atomic_store(&pad->faults, 0);
        pad->pressed_until_ms = INT64_MIN;
    } else {
        atomic_fetch_or(&pad->faults, BIT(fault));
    }
    if (fault == SIM_BUTTON || fault == SIM_BUTTON_LONG) {
        pad->pressed_until_ms = pad->now_ms + (fault == SIM_BUTTON ? PRESS_SHORT_MS : PRESS_LONG_MS);
    }
    simpad_trace_fault(pad, name, !clear);
    simpad_sensors_shift(pad);
    simpad_trace_lead(pad);
    simpad_unlock(pad);
    return 0;
}

const char *simpad_fault_names(void)
{
    return FAULTS(FAULT_WORDS) "none";
}

bool simpad_injected(const struct simpad *pad, const char *fault)
{
    enum sim_fault found = sim_fault_from_name(fault);
    return found < SIM_FAULT_COUNT && simpad_has(pad, found);
}

void simpad_truth(struct simpad *pad, struct simpad_truth *truth)
{
    simpad_lock(pad);
    *truth = (struct simpad_truth){.pad_mc = (int32_t)lround(pad->model.pad_c * 1000.0),
                                   .skin_mc = (int32_t)lround(pad->model.skin_c * 1000.0),
                                   .hot_side_mc = (int32_t)lround(pad->model.hot_c * 1000.0)};
    simpad_unlock(pad);
}

struct simpad *simpad_new(const struct config *config, uint64_t seed, const char *trace_path)
{
    bool goes_on = false;
    FILE *trace = trace_path ? simpad_trace_open(trace_path, &goes_on) : NULL;
    struct simpad *pad = trace_path && !trace ? NULL : calloc(1, sizeof *pad);
    if (!pad) {
        if (trace) {
            fclose(trace);
        }
        return NULL;
    }
    pthread_mutex_init(&pad->lock, NULL);
    memcpy(pad->lines, config->pad.lines, sizeof pad->lines);
    simpad_sensors_init(pad, config);
    pad->worn_until_ms = INT64_MIN;
    pad->pressed_until_ms = INT64_MIN;
    pad->held_until_ms = INT64_MIN;
    pad->random = seed;
    pad->trace = trace;
    pad->trace_goes_on = goes_on;
    simpad_model_init(&pad->model);
    return pad;
}

void simpad_free(struct simpad *pad)
{
    if (!pad) {
        return;
    }
    if (pad->trace) {
        fclose(pad->trace);
    }
    pthread_mutex_destroy(&pad->lock);
    free(pad);
}
