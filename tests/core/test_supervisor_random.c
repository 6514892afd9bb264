#include "supervisor_bench.h"
#include "supervisor_track.h"

#include <stdio.h>
#include <time.h>

/* Random input against a model that shares no code with the supervisor: what may never be, in terms of input alone.
 * SOOTHE_SEED=n replays a run. */

#define STEPS 200000

static uint64_t random_state;

/* xorshift64* */
static uint64_t draw(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

static bool one_in(uint64_t n)
{
    return draw() % n == 0;
}

static int64_t between(int64_t low, int64_t high)
{
    return low + (int64_t)(draw() % (uint64_t)(high - low + 1));
}

/* What the model remembers. */
struct watch {
    struct track tracks[BENCH_SENSORS];
    int64_t start_ms;
    int64_t power_ms; /* when unbroken power began */
    int64_t line_ms;  /* when a line last read on */
    int64_t struck;   /* the last session with power that `ends_session` ended, while no other had any since; 0: none */
    int64_t on_ms;    /* power-on of the newest session that had power */
    int64_t rest_ms;
    int64_t off_ms;  /* when its power was seen off at the latest */
    int64_t ended;   /* session that a lockout ended, while it is open without a break; 0: none */
    int64_t session; /* of that power-on, while it was open without a break */
    int64_t driven_ms[DRIVE_MODE_COUNT];
    int64_t now_ms; /* of the last step with a possible time */
    enum drive_mode driven;
    enum fault trip;
    enum fault lockout;
    int64_t energised; /* counters: that the run was no idle one */
    int64_t sessions;
    int64_t trips;
    int64_t lockouts;
    int64_t ends;
    int64_t tests;
};

static bool is_fresh(const struct reading *reading, int64_t now_ms)
{
    return reading->status == READING_OK && reading->at_ms <= now_ms && reading->at_ms > now_ms - 600;
}

/* The readings of this step, taken as the supervisor takes them; what a pad sensor's track says is wrong, or NULL. */
static const char *wrong_track(const struct bench *b, struct watch *w)
{
    const struct supervisor_input *in = &b->in;
    const char *wrong = NULL;
    bool possible = in->now_ms >= w->now_ms && in->now_ms >= 0 && in->now_ms <= SUPERVISOR_TIME_MAX_MS;
    for (size_t i = 0; i < BENCH_SENSORS; i++) {
        const struct supervisor_sensor *sensor = &b->config.sensors[i];
        struct track *t = &w->tracks[i];
        bool sample = in->readings[i].at_ms != t->seen_ms;
        track_step(t, &in->readings[i], possible && is_fresh(&in->readings[i], in->now_ms));
        bool pad = sensor->role == SENSOR_PAD && (in->wanted == DRIVE_HEAT ? sensor->of_heat : sensor->of_cool);
        if (pad && sample && track_jumps(t)) {
            wrong = "a reading jumped";
        }
        bool counts = pad || sensor->role == SENSOR_HOT_SIDE;
        bool moves = w->driven != DRIVE_OFF && in->now_ms - w->power_ms >= 10000;
        if (counts && t->count > 0 && in->readings[i].fine && moves && t->at_ms[0] - t->code_ms >= 10000) {
            wrong = "the ADC is frozen";
        }
    }
    return wrong;
}

static bool voltage_while_off(const struct bench *b, const struct watch *w)
{
    int64_t on_ms = w->line_ms;
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        on_ms = w->driven_ms[mode] > on_ms ? w->driven_ms[mode] : on_ms;
    }
    on_ms = w->start_ms > on_ms ? w->start_ms : on_ms;
    bool off = w->driven == DRIVE_OFF && !b->in.heat_on && !b->in.cool_on && b->in.now_ms - on_ms >= 60000;
    return b->config.sense && b->in.sense_live && off;
}

/* Why power would be wrong now; NULL: it would not be. */
static const char *wrong_to_power(const struct bench *b, const struct watch *w)
{
    const struct supervisor_input *in = &b->in;
    if (in->wanted != DRIVE_HEAT && in->wanted != DRIVE_COOL) {
        return "nothing is wanted";
    }
    if (in->session <= 0) {
        return "no session is open";
    }
    if (in->now_ms < w->now_ms || in->now_ms < 0 || in->now_ms > SUPERVISOR_TIME_MAX_MS) {
        return "the time cannot be";
    }
    if (in->session == w->ended) {
        return "a lockout ended this session";
    }
    int pads = 0;
    for (size_t i = 0; i < BENCH_SENSORS; i++) {
        const struct supervisor_sensor *sensor = &b->config.sensors[i];
        bool pad = sensor->role == SENSOR_PAD && (in->wanted == DRIVE_HEAT ? sensor->of_heat : sensor->of_cool);
        pads += pad;
        if ((pad || sensor->role == SENSOR_HOT_SIDE) && !is_fresh(&in->readings[i], in->now_ms)) {
            return "a reading is not good";
        }
        bool fresh = is_fresh(&in->readings[i], in->now_ms);
        bool hot = sensor->role == SENSOR_PAD && fresh && in->readings[i].mc >= 43000;
        if (hot || (pad && in->readings[i].mc <= 5000)) {
            return "the pad is beyond its limits";
        }
        if (sensor->role == SENSOR_HOT_SIDE && in->readings[i].mc >= 60000) {
            return "the hot side is beyond its limit";
        }
    }
    if (pads == 0) {
        return "no sensor guards the output";
    }
    if ((in->heat_on && in->cool_on) || in->readback_bad) {
        return "a line is not what it should be";
    }
    enum drive_mode other = in->wanted == DRIVE_HEAT ? DRIVE_COOL : DRIVE_HEAT;
    if (w->driven_ms[other] > in->now_ms - 60000) {
        return "the other output was on within a minute";
    }
    bool same = w->session != 0 && w->session == in->session;
    if (same &&
        in->now_ms - w->on_ms >= (b->config.session_max_ms < 45 * MINUTE ? b->config.session_max_ms : 45 * MINUTE)) {
        return "the session's time is over";
    }
    if (!same && w->on_ms != NEVER && (in->now_ms - w->on_ms < w->rest_ms || in->now_ms - w->off_ms < 2 * HOUR)) {
        return "the rest runs";
    }
    if (w->driven != DRIVE_OFF && in->now_ms - w->now_ms >= 600) {
        return "the tick came late";
    }
    return voltage_while_off(b, w) ? "there is voltage while it is off" : NULL;
}

static bool edges_agree(const struct bench *b, const struct watch *w, bool acknowledge)
{
    const struct supervisor_output *out = &b->out;
    enum fault trip = out->trip_cleared ? FAULT_NONE : w->trip;
    enum fault lockout = out->unlocked ? FAULT_NONE : w->lockout;
    bool ok =
        (!out->trip_cleared || w->trip != FAULT_NONE) && (!out->unlocked || (w->lockout != FAULT_NONE && acknowledge));
    ok = ok && (out->tripped ? trip == FAULT_NONE && out->trip != FAULT_NONE : out->trip == trip);
    ok = ok && (out->locked ? lockout == FAULT_NONE && out->lockout != FAULT_NONE : out->lockout == lockout);
    ok = ok && (!out->acknowledge_refused || acknowledge) && !(out->acknowledge_refused && out->unlocked);
    return ok && out->lockout == b->state.memory.lockout;
}

/* Why the answer contradicts itself or the input; NULL: it does not. */
static const char *wrong_answer(const struct bench *b, const struct watch *w, bool acknowledge)
{
    const struct supervisor_output *out = &b->out;
    bool held = out->trip != FAULT_NONE || out->lockout != FAULT_NONE || out->doubt != FAULT_NONE || out->over_time;
    if (out->may_energise && (held || out->block != BLOCK_NONE)) {
        return "power in spite of a fault, a block or the end";
    }
    if ((out->may_energise || out->may_test) && b->in.test != (out->may_test ? TEST_DEAD_MAN : TEST_NONE)) {
        return "power in a test, or a test that nobody asked for";
    }
    if (out->ends_session && (!out->tripped || w->session == 0 || w->session != b->in.session || w->struck != 0)) {
        return "a session ends that had no power, or without its second strike";
    }
    if (out->sensor < -1 || out->sensor >= BENCH_SENSORS) {
        return "no such sensor";
    }
    return edges_agree(b, w, acknowledge) ? NULL : "an edge is missing or too many";
}

static void remember(struct watch *w, const struct bench *b)
{
    const struct supervisor_input *in = &b->in;
    bool possible = in->now_ms >= w->now_ms && in->now_ms >= 0 && in->now_ms <= SUPERVISOR_TIME_MAX_MS;
    w->now_ms = possible ? in->now_ms : w->now_ms;
    w->struck = w->session != 0 && w->session != in->session ? 0 : w->struck;
    w->session = in->session == w->session ? w->session : 0;
    w->ended = in->session == w->ended ? w->ended : 0;
    if (b->out.locked || b->out.ends_session) {
        w->struck = b->out.ends_session ? in->session : 0;
        w->session = 0;
        w->ended = in->session;
    }
    w->ends += b->out.ends_session;
    w->tests += b->out.may_test;
    w->line_ms = in->heat_on || in->cool_on ? w->now_ms : w->line_ms;
    if (w->driven != DRIVE_OFF) {
        w->driven_ms[w->driven] = w->now_ms;
        w->off_ms = w->now_ms;
    }
    if (b->out.may_energise) {
        if (w->session != in->session) {
            w->on_ms = in->now_ms;
            w->rest_ms = in->session_rest_ms;
            w->session = in->session;
            w->sessions++;
        }
        w->power_ms = w->driven == DRIVE_OFF ? in->now_ms : w->power_ms;
        w->driven_ms[in->wanted] = in->now_ms;
        w->off_ms = in->now_ms;
        w->energised++;
    }
    w->driven = b->out.may_energise ? in->wanted : DRIVE_OFF;
    w->trips += b->out.tripped;
    w->lockouts += b->out.locked;
    w->trip = b->out.trip;
    w->lockout = b->out.lockout;
}

static int32_t random_mc(void)
{
    static const int32_t edges[] = {42000, 42001, 42999, 43000, 44999, 45000,     5000,      5001, 6000,
                                    2000,  2001,  59999, 60000, 70000, INT32_MIN, INT32_MAX, 0};
    return one_in(2) ? edges[draw() % (sizeof edges / sizeof edges[0])] : (int32_t)between(-20000, 85000);
}

static void random_readings(struct bench *b)
{
    static bool frozen[SENSORS_MAX];
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        struct reading *reading = &b->in.readings[i];
        if (!one_in(400)) {
            reading->at_ms = b->in.now_ms - (one_in(4) ? between(0, one_in(50) ? 700 : 500) : 0);
        }
        if (one_in(3)) {
            reading->status = READING_OK;
            int64_t mc = reading->mc + between(-100, 100);
            reading->mc = mc >= 20000 && mc <= 40000 ? (int32_t)mc : 30000;
        }
        frozen[i] = one_in(4000) ? !frozen[i] : frozen[i] && !one_in(200);
        reading->code = reading->code % 1000 + !frozen[i];
        reading->supply_code = 0;
        reading->fine = true;
        if (one_in(3000)) {
            reading->mc += (int32_t)between(-12000, 12000);
        }
        if (one_in(800)) {
            reading->mc = random_mc();
        }
        if (one_in(800)) {
            reading->status = one_in(8) ? (enum reading_status)(int32_t)draw() : (enum reading_status)(draw() % 6);
        }
        if (one_in(2000)) {
            reading->at_ms = one_in(2) ? b->in.now_ms + 1 : (int64_t)draw();
        }
    }
}

static void random_input(struct bench *b, int64_t *now_ms)
{
    struct supervisor_input *in = &b->in;
    bool quick = !one_in(150);
    *now_ms += quick ? between(0, 500) : between(0, one_in(4) ? 4 * HOUR : MINUTE);
    in->now_ms = *now_ms;
    random_readings(b);
    if (one_in(500)) {
        in->now_ms = one_in(2) ? *now_ms - between(1, HOUR) : (int64_t)draw();
        *now_ms =
            in->now_ms >= 0 && in->now_ms <= SUPERVISOR_TIME_MAX_MS / 2 && in->now_ms > *now_ms ? in->now_ms : *now_ms;
    }
    if (one_in(300)) {
        in->session = one_in(10) ? (int64_t)draw() : between(0, 5);
        in->session_rest_ms = between(2 * HOUR, 4 * HOUR);
    }
    if (one_in(300)) {
        in->wanted = one_in(20) ? (enum drive_mode)(int32_t)draw() : (enum drive_mode)(draw() % DRIVE_MODE_COUNT);
    }
    if (one_in(300)) {
        in->target_mc = (int32_t)between(8000, 41000);
        in->tolerance_mc = 500;
    }
    in->duty_percent = one_in(100) ? (int32_t)between(0, 100) : 100;
    in->test = one_in(100) ? (enum drive_test)(draw() % (TEST_COUNT + 1)) : TEST_NONE;
    in->sense_live = one_in(2) ? in->wanted != DRIVE_OFF && one_in(2) : one_in(2000);
    in->heat_on = one_in(2) && in->wanted == DRIVE_HEAT;
    in->cool_on = (one_in(2) && in->wanted == DRIVE_COOL) || one_in(5000);
    in->readback_bad = one_in(1000);
    in->acknowledge = one_in(20);
    in->store_lost = one_in(20000);
}

static void random_input_never_powers_what_must_be_off(void)
{
    const char *replay = getenv("SOOTHE_SEED");
    uint64_t seed = replay ? strtoull(replay, NULL, 0) : (uint64_t)time(NULL);
    printf("SOOTHE_SEED=%llu ", (unsigned long long)seed);
    random_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    struct bench b = bench_new();
    struct watch w = {
        .on_ms = NEVER,
        .driven_ms = {-HOUR, -HOUR, -HOUR},
        .now_ms = b.in.now_ms,
        .start_ms = b.in.now_ms,
        .line_ms = -HOUR,
    };
    int64_t now_ms = b.in.now_ms;
    b.config.sense = true;
    for (int step = 0; step < STEPS; step++) {
        random_input(&b, &now_ms);
        bool acknowledge = b.in.acknowledge;
        if (one_in(3000)) {
            bench_restart(&b, &b.state.memory);
            for (size_t i = 0; i < BENCH_SENSORS; i++) {
                w.tracks[i] = (struct track){.seen_ms = NEVER};
            }
            w.start_ms = b.in.now_ms;
            w.struck = b.state.memory.strikes > 0 ? w.struck : 0;
            w.session = 0;
            w.ended = 0;
            w.trip = FAULT_NONE;
            w.off_ms = w.driven != DRIVE_OFF ? w.now_ms : w.off_ms;
            w.driven = DRIVE_OFF;
            w.now_ms = 0;
        }
        const char *wrong = wrong_to_power(&b, &w);
        const char *track = wrong_track(&b, &w);
        wrong = wrong ? wrong : track;
        supervisor_step(&b.config, &b.state, &b.in, &b.out);
        wrong = wrong && (b.out.may_energise || b.out.may_test) ? wrong : wrong_answer(&b, &w, acknowledge);
        if (wrong) {
            printf("step %d: %s\n", step, wrong);
            CU_FAIL("the supervisor is wrong");
            return;
        }
        remember(&w, &b);
    }
    printf("(%lld steps with power, %lld sessions, %lld trips, %lld lockouts, %lld strikes, %lld tests) ",
           (long long)w.energised, (long long)w.sessions, (long long)w.trips, (long long)w.lockouts, (long long)w.ends,
           (long long)w.tests);
    CU_ASSERT(w.energised > STEPS / 100);
    CU_ASSERT(w.sessions > 10);
    CU_ASSERT(w.trips > 10);
    CU_ASSERT(w.lockouts > 10);
    CU_ASSERT(w.tests > 10);
}

static void any_bytes_are_answered(void)
{
    struct bench b = bench_new();
    for (int step = 0; step < STEPS; step++) {
        struct supervisor_input *in = &b.in;
        in->now_ms = (int64_t)draw();
        in->session = (int64_t)draw();
        in->session_rest_ms = (int64_t)draw();
        in->wanted = (enum drive_mode)(int32_t)draw();
        in->target_mc = (int32_t)draw();
        in->tolerance_mc = (int32_t)draw();
        in->duty_percent = (int32_t)draw();
        in->test = one_in(3) ? (enum drive_test)(int32_t)draw() : TEST_NONE;
        in->sense_live = one_in(2);
        b.config.sense = one_in(2);
        for (size_t i = 0; i < SENSORS_MAX; i++) {
            in->readings[i] = (struct reading){.status = (enum reading_status)(int32_t)draw(),
                                               .mc = (int32_t)draw(),
                                               .error = (int32_t)draw(),
                                               .at_ms = one_in(2) ? in->now_ms : (int64_t)draw(),
                                               .code = (int32_t)draw(),
                                               .supply_code = (int32_t)draw(),
                                               .fine = one_in(2)};
            b.config.sensors[i].role = one_in(9) ? (enum sensor_role)(int32_t)draw() : (enum sensor_role)(draw() % 3);
        }
        b.config.sensor_count = one_in(3) ? (size_t)draw() : (size_t)(draw() % 6);
        b.config.too_hot_trip_mc = (int32_t)draw();
        b.config.too_cold_trip_mc = (int32_t)draw();
        b.config.hot_side_trip_mc = (int32_t)draw();
        b.config.session_max_ms = (int64_t)draw();
        if (one_in(100)) {
            struct supervisor_memory memory = {(enum fault)(int32_t)draw(),
                                               (int64_t)draw(),
                                               (int64_t)draw(),
                                               (int64_t)draw(),
                                               (int64_t)draw(),
                                               (int32_t)draw(),
                                               (int32_t)draw(),
                                               (int64_t)draw()};
            bench_restart(&b, &memory);
        }
        supervisor_step(&b.config, &b.state, in, &b.out);
        bool possible = in->wanted == DRIVE_HEAT || in->wanted == DRIVE_COOL;
        CU_ASSERT(!b.out.may_energise || (possible && b.out.block == BLOCK_NONE));
    }
}

static const struct suite_test tests[] = {
    {"random input never powers what must be off", random_input_never_powers_what_must_be_off},
    {"any bytes are answered",                     any_bytes_are_answered                    },
};

int main(void)
{
    return suite_run("supervisor_random", tests, sizeof tests / sizeof tests[0]);
}
