/* supervisor.c: one whole step from any state that fits, for any configuration and any input. The rules' findings are
 * any that their contract (judge.c) allows; trends and sensors are their own parts. */
#include "contract.h"

static struct supervisor_config config;
static struct supervisor_state state;
static struct supervisor_input in;
static struct supervisor_output out;
static struct ghost g;

static bool time_fits(void)
{
    return (in.now_ms >= 0) & (in.now_ms <= SUPERVISOR_TIME_MAX_MS) & (in.now_ms >= g.now_ms);
}

static int64_t time_now(void)
{
    return time_fits() ? in.now_ms : g.now_ms == NEVER ? 0 : g.now_ms;
}

/* What the readings say is for the other parts to prove; here it is any answer. `allowed` stands for readings_allow()
 * of ghost.h, calm_of for is_calm(). */
static bool allowed;
static bool calm_of[FAULT_COUNT];

static bool calm_now(enum fault fault)
{
    return time_fits() & ON(calm_of[fault]);
}

/* The parts that are left out. */

static struct supervisor_rule locking, tripping, doubting, standing;
static enum fault asked;

#ifdef PROVE_TICK
static void prove_tick(const struct supervisor_tick *tick)
{
    PROVE(tick_fits(tick), "the parts are given what they rely on");
    PROVE(tick->late == is_late(tick), "the parts are told of a late tick");
    PROVE(tick->time_ok == time_fits(), "the parts are told of a time that cannot be");
    bool same = (tick->limits->sensor_count == config.sensor_count) & (tick->limits->sense == config.sense);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        same = same & (tick->limits->sensors[i].role == config.sensors[i].role);
        same = same & (tick->limits->sensors[i].of_heat == config.sensors[i].of_heat);
        same = same & (tick->limits->sensors[i].of_cool == config.sensors[i].of_cool);
    }
    PROVE(same & (tick->input == &in) & (tick->state == &state), "the parts are given the configured sensors");
}
#endif

struct supervisor_findings supervisor_judge(const struct supervisor_tick *tick)
{
    struct supervisor_findings found;
    struct supervisor_finding some[3];
    bool named[3];
#ifdef PROVE_TICK
    prove_tick(tick);
#endif
    struct supervisor_rule rules[3];
    locking = rules[0];
    tripping = rules[1];
    doubting = rules[2];
    ASSUME(locks(&locking) & trips(&tripping) & doubts(&doubting));
    ASSUME(finding_fits(&some[0]) & finding_fits(&some[1]) & finding_fits(&some[2]));
    ASSUME(!must_doubt(tick, &config, ON(allowed)) || named[2]);
    ASSUME(!must_lock(tick) || named[0]);
    ASSUME(named[2] || !(named[0] || named[1]));
    found.lockout.rule = named[0] ? &locking : NULL;
    found.lockout.sensor = some[0].sensor;
    found.trip.rule = named[1] ? &tripping : NULL;
    found.trip.sensor = some[1].sensor;
    found.doubt.rule = named[2] ? &doubting : NULL;
    found.doubt.sensor = some[2].sensor;
    return found;
}

static bool some_calm(const struct supervisor_tick *tick)
{
    bool calm;
    (void)tick;
    ASSUME(!calm || !time_fits() || calm_now(asked));
    return calm;
}

const struct supervisor_rule *supervisor_rule_of(enum fault fault)
{
    struct supervisor_rule any;
    asked = fault;
    standing = any;
    standing.calm = some_calm;
    ASSUME(!is_trip(fault) | (standing.clear_ms >= clear_after_ms(fault)));
    ASSUME((standing.clear_ms >= 0) & (standing.clear_ms <= HOUR_MS));
    return &standing;
}

void supervisor_sensors_step(struct supervisor_tick *tick)
{
    (void)tick;
}

void supervisor_trends_step(struct supervisor_tick *tick)
{
    (void)tick;
}

void supervisor_response_step(struct supervisor_tick *tick)
{
    (void)tick;
}

void supervisor_power_up(const struct supervisor_tick *tick)
{
    (void)tick;
}

int32_t supervisor_median(const struct supervisor_tick *tick, size_t index)
{
    int32_t any;
    PROVE(index < tick->sensor_count, "a sensor that there is");
    return any;
}

/* The invariant. */

static bool is_time(int64_t at_ms)
{
    return (at_ms == NEVER) | ((at_ms >= 0) & (at_ms <= g.now_ms));
}

static int64_t rest_within(int64_t rest_ms)
{
    return rest_ms < 0 ? 0 : rest_ms > SUPERVISOR_TIME_MAX_MS ? SUPERVISOR_TIME_MAX_MS : rest_ms;
}

static bool power_fits(void)
{
    const struct supervisor_memory *memory = &state.memory;
    bool fits = (state.driven == g.was) & ((g.was == DRIVE_OFF) | is_output(g.was));
    fits = fits & (state.session == g.open) & (g.open >= 0);
    fits = fits & (state.powered_session == (g.powered ? g.open : 0));
    fits = fits & (!g.dead | (ON(state.session_ended) & (g.open > 0)));
    fits = fits & ((g.was == DRIVE_OFF) | g.powered) & (!g.powered | ((g.open > 0) & !g.dead));
    fits = fits & (g.on_ms == memory->session_on_ms) & (rest_within(g.rest_ms) == rest_within(memory->rest_ms));
    fits = fits & (!g.powered | ((g.on_ms >= 0) & (g.on_ms <= g.now_ms) & (g.off_ms <= g.now_ms) & !g.unseen));
    bool counted = memory->last_off_ms >= memory->session_on_ms;
    fits = fits & (g.powered | (g.unseen ? !counted : g.off_ms <= memory->last_off_ms));
    fits = fits & (g.powered | g.unseen | counted | (g.off_ms <= g.now_ms));
    return fits & ((memory->strikes == 0) | (memory->strikes == 1)) & (!g.struck | (memory->strikes == 1)) &
           (memory->collapses >= 0) & (memory->collapses <= SUPERVISOR_COLLAPSES_MAX);
}

static bool faults_fit(void)
{
    bool fits = is_fault(g.lockout) & (g.lockout == state.memory.lockout);
    fits = fits & ((g.trip == FAULT_NONE) | is_trip(g.trip)) & (g.trip == state.trip);
    fits = fits & ((g.lockout == FAULT_NONE) | !g.powered);
    fits = fits & (state.lockout_sensor >= -1) & (state.lockout_sensor < SENSORS_MAX);
    fits = fits & (state.trip_sensor >= -1) & (state.trip_sensor < SENSORS_MAX);
    bool clearing = (g.trip != FAULT_NONE) & (state.clear_since_ms != NEVER);
    fits = fits & is_time(state.clear_since_ms) & (!clearing | (g.uncalm_ms <= state.clear_since_ms));
    fits = fits & ((g.trip == FAULT_NONE) | (g.uncalm_ms <= g.now_ms));
    return fits & (state.sensor_trips == g.sensor_trips) & (g.sensor_trips >= 0) & (g.sensor_trips <= 3);
}

static bool times_fit(void)
{
    bool fits = (state.step_ms == g.now_ms) & (state.start_ms == g.start_ms);
    fits = fits & ((g.now_ms == NEVER) | ((g.now_ms >= 0) & (g.now_ms <= SUPERVISOR_TIME_MAX_MS)));
    fits = fits & is_time(g.start_ms) & ((g.start_ms == NEVER) == (g.now_ms == NEVER));
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        fits = fits & is_time(state.driven_ms[mode]) & (g.until_ms[mode] == state.driven_ms[mode]);
    }
    for (size_t i = 0; i < SUPERVISOR_LATE_TICKS; i++) {
        fits = fits & is_time(state.late_ms[i]);
    }
    fits = fits & (state.readback_bad >= 0) & (state.readback_bad <= SUPERVISOR_READBACK_TICKS);
    fits = fits & (state.sense_ticks >= 0) & (state.sense_ticks <= SUPERVISOR_SENSE_TICKS);
    return fits;
}

static bool books_fit(void)
{
    return times_fit() & power_fits() & faults_fit();
}

/* The notebook, before the step is judged: a power cut ended that session 45 minutes after its power-on at the latest;
 * and whatever was driven until now, or is seen on, was on until now. */
static void note_before(void)
{
    int64_t session = in.session > 0 ? in.session : 0;
    if (g.unseen && time_fits()) {
        bool long_ago = g.on_ms <= in.now_ms - 45 * MINUTE_MS;
        g.off_ms = long_ago ? g.on_ms + 45 * MINUTE_MS : in.now_ms;
        g.unseen = false;
    }
    if (session != g.open) {
        g.struck = g.struck & !g.powered;
        g.open = session;
        g.powered = false;
        g.dead = false;
        g.sensor_trips = 0;
    }
    if ((g.was == DRIVE_HEAT) | ON(in.heat_on)) {
        g.until_ms[DRIVE_HEAT] = time_now();
    }
    if ((g.was == DRIVE_COOL) | ON(in.cool_on)) {
        g.until_ms[DRIVE_COOL] = time_now();
    }
    g.start_ms = g.start_ms == NEVER ? time_now() : g.start_ms;
}

static void note_power(int64_t now_ms)
{
    if (out.may_energise) {
        g.on_ms = g.powered ? g.on_ms : now_ms;
        g.rest_ms = g.powered ? g.rest_ms : in.session_rest_ms;
        g.powered = true;
        g.until_ms[in.wanted] = now_ms;
    } else if (g.was != DRIVE_OFF) {
        g.off_ms = now_ms;
    }
    if (ON(in.store_lost) | ((g.lockout == FAULT_STORE_LOST) & (out.lockout == FAULT_NONE))) {
        g.off_ms = now_ms; /* nobody knows when it was on */
        g.unseen = false;
    }
    g.was = out.may_energise ? in.wanted : DRIVE_OFF;
}

/* ... and after it. */
static void note_after(bool calm)
{
    int64_t now_ms = time_now();
    note_power(now_ms);
    if (out.locked | out.ends_session) {
        g.powered = false;
        g.dead = g.open > 0;
        g.struck = out.ends_session;
    }
    g.sensor_trips += out.tripped & is_counted(out.trip) & (g.open > 0);
    g.uncalm_ms = out.tripped | !calm ? now_ms : g.uncalm_ms;
    g.lockout = out.lockout;
    g.trip = out.trip;
    g.now_ms = now_ms;
}

static void prove_power(int64_t now_ms)
{
    enum drive_mode other = in.wanted == DRIVE_HEAT ? DRIVE_COOL : DRIVE_HEAT;
    PROVE(time_fits(), "energised: the time can be");
    PROVE(is_output(in.wanted), "energised: an output is wanted");
    PROVE(in.session > 0, "energised: a session is open");
    PROVE(ON(allowed), "energised: readings good, fresh and inside the ceilings");
    PROVE(!(ON(in.heat_on) & ON(in.cool_on)), "energised: not heat and cool");
    PROVE(!(in.wanted == DRIVE_HEAT ? ON(in.cool_on) : ON(in.heat_on)), "energised: the other output is off");
    PROVE(g.was != other, "energised: no switch from one output to the other");
    PROVE(g.until_ms[other] <= now_ms - MINUTE_MS, "energised: dead time");
    PROVE(!g.powered | (g.on_ms > now_ms - 45 * MINUTE_MS), "energised: session ceiling");
    PROVE(g.powered | (g.on_ms <= now_ms - rest_within(g.rest_ms)), "energised: rest from power-on to power-on");
    PROVE(g.powered | (g.off_ms <= now_ms - 2 * HOUR_MS), "energised: two hours off");
    PROVE(!g.dead, "energised: not a session that a fault ended");
    PROVE((g.was == DRIVE_OFF) | (g.now_ms > now_ms - 600), "energised: no late tick");
    PROVE(!in.readback_bad, "energised: lines read back as written");
    PROVE(!in.store_lost, "energised: the store is there");
    PROVE((out.lockout == FAULT_NONE) & (out.trip == FAULT_NONE) & (out.doubt == FAULT_NONE), "energised: no fault");
    PROVE((out.block == BLOCK_NONE) & !out.over_time, "energised: no block");
    bool off = (g.until_ms[DRIVE_HEAT] <= now_ms - MINUTE_MS) & (g.until_ms[DRIVE_COOL] <= now_ms - MINUTE_MS) &
               (g.start_ms <= now_ms - MINUTE_MS);
    PROVE(!(ON(config.sense) & ON(in.sense_live) & off), "energised: no voltage while it was off");
}

static void prove_lockout(void)
{
    bool unlocked = (g.lockout != FAULT_NONE) & (out.lockout == FAULT_NONE);
    PROVE((g.lockout == FAULT_NONE) | unlocked | (out.lockout == g.lockout), "locked: under its name");
    PROVE((g.lockout == FAULT_NONE) | ON(in.acknowledge) | (out.lockout == g.lockout), "locked: until acknowledged");
    PROVE((out.lockout == FAULT_NONE) | !(out.may_energise | out.may_test), "locked: off");
    PROVE((out.lockout == FAULT_NONE) | (out.block == BLOCK_LOCKOUT), "locked: blocks");
    PROVE(!unlocked | ON(in.acknowledge), "unlocked: by a person on the spot");
    PROVE(!unlocked | calm_now(g.lockout), "unlocked: the cause is gone");
    PROVE(out.unlocked == unlocked, "unlocked: an edge");
    PROVE(out.locked == ((g.lockout == FAULT_NONE) & (out.lockout != FAULT_NONE)), "locked: an edge");
    PROVE(!ON(in.store_lost) | (out.lockout != FAULT_NONE), "store_lost: locked");
    PROVE(!(ON(in.heat_on) & ON(in.cool_on)) | (out.lockout != FAULT_NONE), "both_on: locked");
}

static void prove_trip(int64_t now_ms)
{
    bool cleared = (g.trip != FAULT_NONE) & (out.trip == FAULT_NONE);
    PROVE(is_fault(out.lockout) & is_fault(out.trip) & is_fault(out.doubt) & ((unsigned)out.block < BLOCK_COUNT),
          "faults: names of the list");
    PROVE((out.sensor >= -1) & (out.sensor < SENSORS_MAX), "faults: a sensor of the pad");
    PROVE((g.trip == FAULT_NONE) | cleared | (out.trip == g.trip), "trip: the first name stays");
    PROVE((out.trip == FAULT_NONE) | !(out.may_energise | out.may_test), "trip: off");
    PROVE(!cleared | (g.uncalm_ms <= now_ms - clear_after_ms(g.trip)), "trip: clears after its time of calm");
    PROVE(!cleared | calm_now(g.trip), "trip: clears in calm");
    PROVE(out.trip_cleared == cleared, "trip: clearing is an edge");
    PROVE(out.tripped == ((g.trip == FAULT_NONE) & (out.trip != FAULT_NONE)), "trip: an edge");
    PROVE(!(out.tripped & is_counted(out.trip) & (g.open > 0)) | (g.sensor_trips < 3), "trip: three a session");
    PROVE(!(out.tripped & is_twice(out.trip) & g.powered) | out.ends_session, "trip twice: ends the session");
    PROVE(!out.ends_session | !g.struck, "trip twice: never in two sessions in a row");
    PROVE(!out.ends_session | (is_twice(out.trip) & g.powered), "trip twice: ends what had power");
}

static void prove_test(void)
{
    PROVE(!(out.may_test & out.may_energise), "self-test: never with power");
    PROVE(!out.may_energise | (in.test == TEST_NONE), "self-test: no power");
    PROVE(!out.may_test | (in.test == TEST_DEAD_MAN), "self-test: only when it is wanted");
    PROVE(!out.may_test | (ON(allowed) & time_fits()), "self-test: readings good");
    PROVE(!out.may_test | !(ON(config.sense) & ON(in.sense_live)), "self-test: no voltage seen");
    PROVE(!out.may_test | (out.block == BLOCK_NONE), "self-test: no block");
}

#ifdef PROVE_REACHABLE
/* Each of these has to fail: what they deny can be. */
static void prove_reachable(void)
{
    PROVE(!(out.may_energise & (in.wanted == DRIVE_HEAT)), "heat");
    PROVE(!(out.may_energise & (in.wanted == DRIVE_COOL)), "cool");
    PROVE(!(out.may_energise & !g.powered), "begin");
    PROVE(!(out.may_energise & (g.was != DRIVE_OFF)), "go on");
    PROVE(!(out.may_energise & (g.was == DRIVE_OFF) & g.powered), "go on after a pause");
    PROVE(!(!out.may_energise & (g.was != DRIVE_OFF)), "end");
    PROVE(!(out.over_time & g.powered), "over_time");
    PROVE(!out.may_test, "self-test");
    PROVE(!out.ends_session, "trip twice");
    PROVE(!(out.locked & g.struck), "strike twice");
    PROVE(!out.locked, "lock");
    PROVE(!out.unlocked, "unlock");
    PROVE(!out.acknowledge_refused, "refuse to unlock");
    PROVE(!out.tripped, "trip");
    PROVE(!out.trip_cleared, "clear");
    PROVE(!(out.block == BLOCK_REST), "rest");
    PROVE(!(out.block == BLOCK_DEAD_TIME), "dead time");
    PROVE(!(out.doubt != FAULT_NONE), "doubt");
    PROVE(!out.implausible, "implausible");
}
#endif

void harness(void)
{
#ifdef PROVE_FRAME
    struct supervisor_state before = state;
#endif
    g.unseen = ON(g.unseen);
    g.powered = ON(g.powered);
    g.dead = ON(g.dead);
    g.struck = ON(g.struck);
    ASSUME(books_fit());
    supervisor_step(&config, &state, &in, &out);
    note_before();
#if defined PROVE_REACHABLE
    prove_reachable();
#elif defined PROVE_TICK
#elif defined PROVE_POWER
    if (out.may_energise) {
        prove_power(in.now_ms);
    }
#elif defined PROVE_FAULTS
    prove_lockout();
    prove_trip(time_now());
    prove_test();
#elif defined PROVE_FRAME
    size_t any;
    ASSUME(any < sizeof state && !is_of_books(any) && !is_of_both(any));
    PROVE(((const char *)&state)[any] == ((const char *)&before)[any], "the books of the other parts are left alone");
    PROVE(state.lost_mc_ms == before.lost_mc_ms || state.lost_mc_ms == 0, "what was lost is forgotten at most");
#else
    note_after(calm_now(g.trip));
    PROVE(PROVE_FITS(), "the state fits again");
#endif
}
