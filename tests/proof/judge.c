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

#ifdef PROVE_REACHABLE
/* Each of these has to fail: each row of the table can speak. */
static void prove_reachable(void)
{
    struct supervisor_findings found = supervisor_judge(&tick);
    enum fault locks_by = found.lockout.rule ? found.lockout.rule->fault : FAULT_NONE;
    enum fault trips_by = found.trip.rule ? found.trip.rule->fault : FAULT_NONE;
    enum fault doubts_by = found.doubt.rule ? found.doubt.rule->fault : FAULT_NONE;
    PROVE(locks_by != FAULT_STORE_LOST, "lockout store_lost");
    PROVE(locks_by != FAULT_BOTH_ON, "lockout both_on");
    PROVE(locks_by != FAULT_READBACK, "lockout readback");
    PROVE(locks_by != FAULT_HEAT_WHEN_OFF, "lockout heat_when_off");
    PROVE(locks_by != FAULT_WRONG_WAY, "lockout wrong_way");
    PROVE(locks_by != FAULT_SUPPLY_COLLAPSE, "lockout supply_collapse");
    PROVE(locks_by != FAULT_TOO_HOT, "lockout too_hot");
    PROVE(locks_by != FAULT_TOO_COLD, "lockout too_cold");
    PROVE(locks_by != FAULT_HOT_SIDE, "lockout hot_side");
    PROVE(trips_by != FAULT_SENSOR_OPEN, "trip sensor_open");
    PROVE(trips_by != FAULT_SENSOR_SHORT, "trip sensor_short");
    PROVE(trips_by != FAULT_SENSOR_ERROR, "trip sensor_error");
    PROVE(trips_by != FAULT_SENSOR_STALE, "trip sensor_stale");
    PROVE(trips_by != FAULT_SENSOR_IMPLAUSIBLE, "trip sensor_implausible");
    PROVE(trips_by != FAULT_SENSOR_STUCK, "trip sensor_stuck");
    PROVE(trips_by != FAULT_SENSOR_JUMP, "trip sensor_jump");
    PROVE(trips_by != FAULT_SENSOR_DISAGREE, "trip sensor_disagree");
    PROVE(trips_by != FAULT_TOO_HOT, "trip too_hot");
    PROVE(trips_by != FAULT_TOO_COLD, "trip too_cold");
    PROVE(trips_by != FAULT_HOT_SIDE, "trip hot_side");
    PROVE(trips_by != FAULT_NO_RESPONSE, "trip no_response");
    PROVE(trips_by != FAULT_LOST_BAND, "trip lost_band");
    PROVE(trips_by != FAULT_LATE_TICK, "trip late_tick");
    PROVE(doubts_by != FAULT_DEAD_MAN, "doubt dead_man");
    PROVE((doubts_by != FAULT_NONE) | (tick.mode != DRIVE_HEAT), "nothing to say, and heat is wanted");
    PROVE((doubts_by != FAULT_NONE) | (tick.mode != DRIVE_COOL), "nothing to say, and cold is wanted");
}
#endif

void harness(void)
{
    any_tick();
#if defined PROVE_REACHABLE
    prove_reachable();
#elif defined PROVE_CALM
    prove_calm(PROVE_CALM);
#else
    prove_findings();
#endif
}
