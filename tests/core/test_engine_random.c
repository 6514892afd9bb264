#include "engine_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Random readings, commands, clocks, storage, reloads, restarts and cuts against what may never be, in terms of input
 * and output alone. SOOTHE_TEST_SEED=n replays a run. */

#define STEPS 300000

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

/* What the model remembers; it outlives the engine's restarts. */
struct watch {
    int64_t on_ms;   /* power-on of the newest session that had power */
    int64_t rest_ms; /* from it to the next, by the phase as it was then */
    int64_t off_ms;  /* last step with power */
    int64_t session; /* that had it */
    int64_t driven_ms[DRIVE_MODE_COUNT];
    int64_t ends_ms; /* of the open session, as shown */
    int64_t shown;   /* the session it was shown for */
    bool held;       /* stopped, or paused until somebody on the spot resumes, as the commands say */
    bool locked;
    int64_t powered; /* counters: that the run was no idle one */
    int64_t sessions;
    int64_t trips;
    int64_t lockouts;
    int64_t restarts;
    int64_t credits;
};

static bool is_good(const struct bench *b, size_t i)
{
    const struct reading *r = &b->in.readings[i];
    return r->status == READING_OK && r->at_ms <= b->in.now_ms && r->at_ms > b->in.now_ms - 600;
}

/* Why power would be wrong now; NULL: it would not be. */
static const char *wrong_to_power(const struct bench *b, const struct watch *w)
{
    const struct engine_status *s = &b->e.status;
    enum drive_mode mode = b->out.drive.mode;
    enum drive_mode other = mode == DRIVE_HEAT ? DRIVE_COOL : DRIVE_HEAT;
    bool fresh = s->session != w->session;
    const char *const why[] = {
        !is_good(b, PAD) || !is_good(b, HOT_SIDE) ? "a reading is not good" : NULL,
        b->in.readings[PAD].mc >= 43000 || b->in.readings[PAD].mc <= 5000 ? "the pad is beyond its limits" : NULL,
        s->session == 0 || s->state != STATE_RUNNING ? "no session runs" : NULL,
        s->remind ? "it only reminds" : NULL,
        b->in.stored_session != s->session ? "the session is not recorded" : NULL,
        !b->config.wired || b->in.lines_failed ? "there are no lines" : NULL,
        b->in.readback_bad ? "a line is not what was written" : NULL,
        w->held ? "the plan is held" : NULL,
        w->locked || s->locked ? "it is locked" : NULL,
        w->driven_ms[other] > b->in.now_ms - 60000 ? "the other output was on within a minute" : NULL,
        fresh && w->on_ms != PLAN_NEVER && b->in.now_ms - w->on_ms < w->rest_ms ? "the rest runs" : NULL,
        fresh && w->on_ms != PLAN_NEVER && b->in.now_ms - w->off_ms < 2 * HOUR_MS ? "two hours off are not over" : NULL,
        !fresh && b->in.now_ms - w->on_ms >= 45 * MINUTE_MS ? "the session is longer than 45 minutes" : NULL,
        b->in.now_ms >= s->session_ends_ms ? "the session's end is past" : NULL,
        b->out.drive.duty_percent < 0 || b->out.drive.duty_percent > 100 ? "the duty is none" : NULL,
    };
    for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) {
        if (why[i]) {
            return why[i];
        }
    }
    return NULL;
}

/* What else may never be. */
static const char *wrong_to_show(const struct bench *b, const struct watch *w, bool quiet)
{
    const struct engine_status *s = &b->e.status;
    bool began = b->out.record_session && b->out.record.ended_ms == PLAN_NEVER;
    const char *const why[] = {
        (unsigned)s->state >= STATE_COUNT ? "no such state" : NULL,
        (unsigned)s->block >= BLOCK_COUNT ? "no such block" : NULL,
        (unsigned)s->trip >= FAULT_COUNT ? "no such fault" : NULL,
        (unsigned)s->phase >= PHASE_NAME_COUNT ? "no such phase" : NULL,
        (unsigned)b->out.refusal >= REFUSED_COUNT ? "no such refusal" : NULL,
        b->out.event_count > ENGINE_EVENTS_MAX - 2 ? "too many events" : NULL,
        s->session != 0 && s->session == w->shown && s->session_ends_ms > w->ends_ms ? "the end moved later" : NULL,
        began && quiet ? "it began in quiet hours" : NULL,
        began && w->held ? "it began while held" : NULL,
        s->in_band_ms < 0 || s->in_band_today_ms < 0 || s->sessions_done < 0 ? "a count is negative" : NULL,
        b->out.record_session && b->out.record.end == END_NOT_POWERED && b->out.record.powered ? "powered" : NULL,
        b->out.next_tick_ms != ENGINE_TICK_ACTIVE_MS && b->out.next_tick_ms != ENGINE_TICK_REST_MS ? "no tick" : NULL,
    };
    for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) {
        if (why[i]) {
            return why[i];
        }
    }
    return NULL;
}

static void remember(const struct bench *b, struct watch *w)
{
    const struct engine_status *s = &b->e.status;
    if (b->out.drive.mode != DRIVE_OFF) {
        if (s->session != w->session) {
            w->on_ms = b->in.now_ms;
            w->rest_ms = b->e.session.record.rest_ms;
            w->session = s->session;
            w->sessions++;
        }
        w->off_ms = b->in.now_ms;
        w->driven_ms[b->out.drive.mode] = b->in.now_ms;
        w->powered++;
    }
    w->shown = s->session_ends_ms == PLAN_NEVER ? 0 : s->session;
    w->ends_ms = s->session_ends_ms;
    w->locked = s->locked;
    for (size_t i = 0; i < b->out.event_count; i++) {
        w->trips += b->out.events[i].type == EVENT_TRIP;
        w->lockouts += b->out.events[i].type == EVENT_LOCKOUT;
    }
}

/* A pad that follows its drive, with a fault now and then. */
static void sense(struct bench *b)
{
    int32_t mc = b->in.readings[PAD].mc;
    int32_t to_mc = b->out.drive.mode == DRIVE_HEAT ? 41500 : b->out.drive.mode == DRIVE_COOL ? 9000 : 28000;
    mc += (to_mc - mc) / 100 + (int32_t)between(-30, 30);
    bool bad = b->in.readings[PAD].status != READING_OK;
    if (one_in(bad ? 20 : 3000)) {
        b->in.readings[PAD].status = bad ? READING_OK : (enum reading_status)between(1, READING_STATUS_COUNT - 1);
    }
    b->in.readings[PAD].mc = one_in(20000) ? (int32_t)between(-20000, 80000) : mc;
    b->in.readings[HOT_SIDE].mc = one_in(50000) ? 61000 : 30000;
    for (size_t i = 0; i < BENCH_SENSORS; i++) {
        b->in.readings[i].at_ms = one_in(3000) ? b->in.now_ms - between(-100, 5000) : b->in.now_ms;
    }
    b->in.readback_bad = one_in(b->in.readback_bad ? 3 : 60000);
    b->in.lines_failed = one_in(b->in.lines_failed ? 50 : 40000) != b->in.lines_failed;
    b->in.storage_failed = one_in(b->in.storage_failed ? 50 : 20000) != b->in.storage_failed;
    b->in.clock_trusted = one_in(20000) != b->in.clock_trusted;
    b->store_works = one_in(b->store_works ? 20000 : 100) != b->store_works;
}

static void command(struct bench *b)
{
    static const enum command_name names[] = {COMMAND_START,  COMMAND_START,  COMMAND_STOP, COMMAND_PAUSE,
                                              COMMAND_RESUME, COMMAND_RESUME, COMMAND_SKIP, COMMAND_NOW,
                                              COMMAND_END,    COMMAND_FINISH, COMMAND_PAIN, COMMAND_ACK,
                                              COMMAND_ACK,    COMMAND_CLOCK,  COMMAND_NOW};
    b->in.command.name = names[draw() % (sizeof names / sizeof names[0])];
    b->in.command.origin = (enum command_origin)between(0, 2);
    b->in.command.has_value = one_in(2);
    b->in.command.value =
        b->in.command.name == COMMAND_START ? b->in.now_ms - between(-HOUR_MS, 11 * DAY_MS) : between(-2, 20);
    if (one_in(3)) { /* most are rare, so that plans live */
        b->in.command.name = b->in.command.name == COMMAND_FINISH ? COMMAND_NONE : b->in.command.name;
    }
}

static void reload(struct bench *b)
{
    for (size_t i = 0; i < b->config.plan.phase_count; i++) {
        struct plan_phase *phase = &b->config.plan.phases[i];
        phase->every_min_ms = between(2 * 60, 5 * 60) * MINUTE_MS;
        phase->every_max_ms = phase->every_min_ms + between(0, 120) * MINUTE_MS;
        phase->session_max_ms = between(10, 45) * MINUTE_MS;
        phase->session_min_ms = between(5, 30) * MINUTE_MS;
        phase->remind = one_in(8);
        phase->quiet.set = one_in(2);
    }
    b->config.limits.session_max_ms = between(20, 45) * MINUTE_MS;
    engine_reloaded(&b->e, &b->config);
}

/* The daemon ends, in order or not, and begins again; a cut takes the memory back to the last that was stored. */
static void restart(struct bench *b, struct watch *w, const struct engine_memory *stored,
                    const struct session_record *open)
{
    struct session_record record;
    struct engine_memory memory = *stored;
    bool orderly = one_in(2);
    if (orderly) {
        engine_close(&b->e, &b->config, &b->in, &b->out);
        memory = b->e.memory;
    }
    engine_init(&b->e, &memory, one_in(50));
    if (!orderly && open->id != 0) {
        engine_recover(&b->e, open, END_POWER_CUT, b->in.now_ms, b->in.now_ms, &record);
    }
    int64_t boot_ms = b->in.now_ms;
    if (one_in(2)) {
        engine_rest_anew(&b->e, boot_ms);
        if (one_in(2)) {
            int64_t credit_ms = between(0, 3 * HOUR_MS);
            engine_credit(&b->e, &b->config, boot_ms, credit_ms);
            w->on_ms -= w->on_ms == PLAN_NEVER ? 0 : credit_ms;
            w->off_ms -= w->off_ms == PLAN_NEVER ? 0 : credit_ms;
            w->credits++;
        }
    }
    b->out = (struct engine_output){.next_tick_ms = ENGINE_TICK_REST_MS};
    b->in.stored_session = 0;
    w->shown = 0;
    w->restarts++;
}

/* What the store holds after this step: the memory with each record, and whenever it changed. */
static void store(const struct bench *b, struct engine_memory *stored, struct session_record *open)
{
    if (b->out.record_session || b->out.memory_changed) {
        *stored = b->e.memory;
    }
    if (b->out.record_session) {
        *open = b->out.record;
        open->id = open->ended_ms == PLAN_NEVER ? open->id : 0;
    }
}

static void follow_hold(const struct bench *b, struct watch *w, const struct engine_command *given)
{
    if (given->name == COMMAND_STOP && b->e.status.plan_active) {
        w->held = true;
    }
    if (w->held && b->out.refusal == REFUSED_NOT && given->name == COMMAND_RESUME) {
        CU_ASSERT_NOT_EQUAL(given->origin, ORIGIN_REMOTE);
        w->held = false;
    }
    w->held = w->held && b->e.status.plan_active;
}

static bool quiet_for_a_session(const struct bench *b, const struct engine_command *given)
{
    size_t index = plan_phase_at(&b->config.plan, b->e.memory.calendar.injured_ms, b->in.now_ms);
    bool now = given->name == COMMAND_NOW;
    return !now && index < b->config.plan.phase_count &&
           plan_quiet(&b->config.plan.phases[index], &b->in.local, b->in.now_ms, NULL);
}

static void nothing_that_may_never_be_comes_of_random_input(void)
{
    struct bench b = bench_new();
    struct watch w = {
        .on_ms = PLAN_NEVER, .off_ms = PLAN_NEVER, .driven_ms = {PLAN_NEVER, PLAN_NEVER, PLAN_NEVER}
    };
    struct engine_memory stored = b.e.memory;
    struct session_record open = {.id = 0};
    const char *wrong = NULL;
    for (int64_t i = 0; i < STEPS && !wrong; i++) {
        sense(&b);
        if (one_in(b.e.status.plan_active ? 2500 : 100)) {
            command(&b);
        }
        if (one_in(20000)) {
            reload(&b);
        }
        if (one_in(10000)) {
            restart(&b, &w, &stored, &open);
        }
        b.in.local.wall_minus_plan_ms = one_in(50000) ? between(-DAY_MS, DAY_MS) : b.in.local.wall_minus_plan_ms;
        const struct engine_command given = b.in.command;
        int64_t step_ms = one_in(5000) ? between(0, 2000) : b.out.next_tick_ms;
        b.in.now_ms += b.e.status.session == 0 && one_in(30) ? between(0, 10 * MINUTE_MS) : step_ms;
        for (size_t k = 0; k < BENCH_SENSORS; k++) {
            b.in.readings[k].at_ms += step_ms;
        }
        bench_step(&b);
        bool quiet = quiet_for_a_session(&b, &given);
        follow_hold(&b, &w, &given);
        wrong = bench_driven(&b) ? wrong_to_power(&b, &w) : NULL;
        wrong = wrong ? wrong : wrong_to_show(&b, &w, quiet);
        if (wrong) {
            printf("step %lld: %s\n", (long long)i, wrong);
        }
        remember(&b, &w);
        store(&b, &stored, &open);
    }
    printf("powered %lld steps, %lld sessions, %lld trips, %lld lockouts, %lld restarts, %lld credits ... ",
           (long long)w.powered, (long long)w.sessions, (long long)w.trips, (long long)w.lockouts,
           (long long)w.restarts, (long long)w.credits);
    CU_ASSERT_PTR_NULL(wrong);
    CU_ASSERT_TRUE(w.sessions > 5 && w.trips > 5 && w.restarts > 5);
}

/* Two engines, one of which goes through its memory at every chance, decide alike. */
static void a_copy_of_the_memory_decides_the_same_at_rest(void)
{
    for (int round = 0; round < 200; round++) {
        struct bench a = bench_rested();
        bench_run(&a, between(1, 170) * MINUTE_MS);
        struct bench b = a;
        bench_reborn(&b);
        b.out.next_tick_ms = a.out.next_tick_ms;
        int64_t until_ms = a.on_ms + 3 * HOUR_MS - 2 * MINUTE_MS;
        while (a.in.now_ms < until_ms) {
            a.in.command = (struct engine_command){.name = one_in(50) ? COMMAND_NOW : COMMAND_NONE};
            b.in.command = a.in.command;
            bench_after(&a, MINUTE_MS);
            bench_after(&b, MINUTE_MS);
            CU_ASSERT_EQUAL(a.out.refusal, b.out.refusal);
            CU_ASSERT_EQUAL(a.out.refused_until_ms, b.out.refused_until_ms);
            CU_ASSERT_EQUAL(a.e.status.next_ms, b.e.status.next_ms);
            CU_ASSERT_EQUAL(a.e.status.state, b.e.status.state);
            CU_ASSERT_FALSE(bench_driven(&b));
        }
    }
}

static const struct suite_test tests[] = {
    {"nothing that may never be comes of random input", nothing_that_may_never_be_comes_of_random_input},
    {"a copy of the memory decides the same at rest",   a_copy_of_the_memory_decides_the_same_at_rest  },
};

int main(void)
{
    const char *given = getenv("SOOTHE_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    printf("SOOTHE_TEST_SEED=%llu replays this run\n", (unsigned long long)seed);
    random_state = seed * 2 + 1;
    return suite_run("engine_random", tests, sizeof tests / sizeof tests[0]);
}
