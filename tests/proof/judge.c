/* supervisor_rules.c: what all rules say to one tick, whatever the sensors' runs and the trends are: the findings keep
 * the contract that books.c relies on, and every clearing condition is as strict as docs/safety.md has it. */
#include "contract.h"

static struct supervisor_config limits;
static struct supervisor_state state;
static struct supervisor_input in;
static struct supervisor_tick tick;
static struct goods good;

/* The parts that are left out: trends.c and response.c prove them. */

bool supervisor_frozen(const struct supervisor_tick *of, size_t index)
{
    bool any;
    PROVE((of == &tick) & (index < of->sensor_count), "a sensor that there is");
    return any;
}

bool supervisor_wrong_way(const struct supervisor_tick *of, size_t index)
{
    return supervisor_frozen(of, index);
}

bool supervisor_unmoved(const struct supervisor_tick *of, size_t index)
{
    return supervisor_frozen(of, index);
}

int supervisor_apart(const struct supervisor_tick *of, enum drive_mode mode)
{
    int any;
    PROVE((of == &tick) & is_output(mode), "an output");
    ASSUME((any >= -1) & (any < SENSORS_MAX));
    return any;
}

void supervisor_sample(struct supervisor_tick *of, size_t index, bool new_sample)
{
    (void)of;
    (void)index;
    (void)new_sample;
}

static void any_tick(void)
{
    tick.limits = &limits;
    tick.state = &state;
    tick.input = &in;
    tick.sensor_count = config_fits(&limits) ? limits.sensor_count : 0;
    ASSUME((tick.now_ms >= 0) & (tick.now_ms <= SUPERVISOR_TIME_MAX_MS));
    ASSUME(tick_fits(&tick) & (tick.late == is_late(&tick)));
    good = goods_of(&in, tick.now_ms, !tick.energised);
    ASSUME(sensors_told(&tick, &good));
    ASSUME((state.drift_sensor >= -1) & (state.drift_sensor < SENSORS_MAX));
}

static void prove_findings(void)
{
    bool allowed = !is_output(in.wanted) | readings_allow(&limits, &in, &good);
    struct supervisor_findings found = supervisor_judge(&tick);
    PROVE(!must_doubt(&tick, &limits, allowed) || found.doubt.rule, "what forbids power is a doubt");
    PROVE(!must_lock(&tick) || found.lockout.rule, "what locks is named");
    PROVE(found.doubt.rule || !(found.lockout.rule || found.trip.rule), "what is named is a doubt");
    PROVE(!found.lockout.rule || locks(found.lockout.rule), "a lockout is one");
    PROVE(!found.trip.rule || trips(found.trip.rule), "a trip is one");
    PROVE(!found.doubt.rule || doubts(found.doubt.rule), "a doubt has a name");
    PROVE(finding_fits(&found.lockout) & finding_fits(&found.trip) & finding_fits(&found.doubt), "a sensor of the pad");
}

static void prove_calm(enum fault fault)
{
    const struct supervisor_rule *rule = supervisor_rule_of(fault);
    PROVE(!is_trip(fault) | (rule->clear_ms >= clear_after_ms(fault)), "a trip clears after its time of calm");
    PROVE((rule->clear_ms >= 0) & (rule->clear_ms <= HOUR_MS), "a trip clears");
    bool calm = rule->calm(&tick);
    PROVE(!calm || is_calm(fault, &limits, &in, &good, tick.late), "calm is without the cause");
}

void harness(void)
{
    any_tick();
#ifdef PROVE_CALM
    prove_calm(PROVE_CALM);
#else
    prove_findings();
#endif
}
