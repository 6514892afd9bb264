#include "supervisor_bench.h"

/* A session of this id gets power and `fault` of the kind "trip, twice" is named in it. */
static void bench_struck(struct bench *b, int64_t session, enum fault fault)
{
    bench_want(b, session, DRIVE_HEAT);
    b->in.target_mc = 40000;
    b->in.tolerance_mc = 500;
    b->in.duty_percent = 100;
    b->in.readings[HEAT_PAD].fine = fault == FAULT_SENSOR_STUCK;
    CU_ASSERT_TRUE(bench_tick(b)->may_energise);
    while (b->out.may_energise) {
        bench_tick(b);
    }
    b->in.readings[HEAT_PAD].fine = false;
    CU_ASSERT_EQUAL(b->out.lockout == FAULT_NONE ? b->out.trip : b->out.lockout, fault);
}

static void bench_rest(struct bench *b)
{
    bench_want(b, 0, DRIVE_OFF);
    bench_tick(b);
    bench_tick_after(b, 3 * HOUR);
    bench_run(b, 2 * MINUTE);
    CU_ASSERT_EQUAL(b->out.trip, FAULT_NONE);
}

static void a_second_session_in_a_row_that_ends_by_such_a_fault_locks(void)
{
    static const enum fault faults[][2] = {
        {FAULT_NO_RESPONSE,  FAULT_NO_RESPONSE },
        {FAULT_SENSOR_STUCK, FAULT_NO_RESPONSE },
        {FAULT_NO_RESPONSE,  FAULT_SENSOR_STUCK},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct bench b = bench_new();
        bench_struck(&b, 1, faults[i][0]);
        CU_ASSERT_TRUE(b.out.ends_session);
        CU_ASSERT_TRUE(b.out.tripped);
        CU_ASSERT_EQUAL(b.state.memory.strikes, 1);
        CU_ASSERT_EQUAL(b.state.memory.last_off_ms, b.in.now_ms);
        bench_run(&b, 2 * MINUTE);
        CU_ASSERT_EQUAL(b.out.trip, FAULT_NONE);
        CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
        bench_rest(&b);
        bench_struck(&b, 2, faults[i][1]);
        check_locked(&b.out, faults[i][1], faults[i][1] == FAULT_SENSOR_STUCK ? HEAT_PAD : -1);
        CU_ASSERT_FALSE(b.out.ends_session);
        CU_ASSERT_EQUAL(b.state.memory.strikes, 0);
        bench_run(&b, 1000);
        b.in.acknowledge = true;
        CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
        bench_rest(&b);
        bench_struck(&b, 3, FAULT_NO_RESPONSE);
        CU_ASSERT_TRUE(b.out.ends_session);
    }
}

static void a_strike_survives_a_restart(void)
{
    struct bench b = bench_new();
    bench_struck(&b, 1, FAULT_NO_RESPONSE);
    bench_restart(&b, &b.state.memory);
    bench_rest(&b);
    bench_struck(&b, 2, FAULT_NO_RESPONSE);
    check_locked(&b.out, FAULT_NO_RESPONSE, -1);
}

static void a_session_that_ends_well_takes_the_strike_away(void)
{
    struct bench b = bench_new();
    bench_struck(&b, 1, FAULT_NO_RESPONSE);
    bench_rest(&b);
    bench_want(&b, 2, DRIVE_HEAT);
    check_fine(bench_tick(&b));
    CU_ASSERT_EQUAL(b.state.memory.strikes, 1);
    bench_rest(&b);
    CU_ASSERT_EQUAL(b.state.memory.strikes, 0);
    bench_struck(&b, 3, FAULT_NO_RESPONSE);
    CU_ASSERT_TRUE(b.out.ends_session);
    bench_rest(&b);

    bench_want(&b, 4, DRIVE_HEAT);
    check_fine(bench_tick(&b));
    b.in.heat_on = true;
    b.in.cool_on = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.locked);
    CU_ASSERT_EQUAL(b.state.memory.strikes, 0);
}

static void a_session_that_was_ended_gets_no_power_again_and_a_lockout_takes_the_strike(void)
{
    struct bench b = bench_new();
    bench_struck(&b, 1, FAULT_NO_RESPONSE);
    bench_run(&b, 2 * MINUTE);
    bench_tick_after(&b, 4 * HOUR);
    bench_run(&b, 2000);
    CU_ASSERT_FALSE(b.out.may_energise);
    CU_ASSERT_EQUAL(b.out.block, BLOCK_REST);
    bench_want(&b, 0, DRIVE_OFF);
    CU_ASSERT_EQUAL(b.state.memory.strikes, 1);
    b.in.heat_on = true;
    b.in.cool_on = true;
    CU_ASSERT_TRUE(bench_tick(&b)->locked);
    CU_ASSERT_EQUAL(b.state.memory.strikes, 0);
}

static void without_a_powered_session_there_is_no_strike(void)
{
    struct bench b = bench_new();
    b.in.readings[HEAT_PAD].fine = true;
    for (int session = 0; session < 2; session++) {
        bench_want(&b, session, DRIVE_OFF);
        bench_run(&b, SUPERVISOR_FROZEN_REST_MS + TICK_MS);
        CU_ASSERT_EQUAL(b.out.trip, FAULT_SENSOR_STUCK);
        CU_ASSERT_EQUAL(b.state.memory.strikes, 0);
    }
    b.in.readings[HEAT_PAD].fine = false;
    bench_run(&b, 2 * SUPERVISOR_SENSOR_CLEAR_MS);
    bench_struck(&b, 2, FAULT_NO_RESPONSE);
    CU_ASSERT_EQUAL(b.state.memory.strikes, 1);
    bench_want(&b, 3, DRIVE_OFF);
    bench_tick(&b);
    bench_rest(&b);
    CU_ASSERT_EQUAL(b.state.memory.strikes, 1);
}

static void a_session_is_proven_after_a_minute_with_power(void)
{
    struct bench b = bench_new();
    b.state.memory.collapses = 2;
    bench_want(&b, 7, DRIVE_HEAT);
    bench_tick(&b);
    bench_run(&b, SUPERVISOR_PROVEN_MS - TICK_MS);
    bench_tick_after(&b, TICK_MS - 1);
    CU_ASSERT_EQUAL(b.state.memory.proven_session, 0);
    CU_ASSERT_EQUAL(b.state.memory.collapses, 2);
    bench_tick_after(&b, 1);
    CU_ASSERT_EQUAL(b.state.memory.proven_session, 7);
    CU_ASSERT_EQUAL(b.state.memory.collapses, 0);

    b = bench_new();
    bench_want(&b, 7, DRIVE_HEAT);
    bench_tick(&b);
    b.in.wanted = DRIVE_OFF;
    bench_run(&b, 2 * MINUTE);
    CU_ASSERT_EQUAL(b.state.memory.proven_session, 0);
}

static void what_ends_an_open_session_is_counted_or_starts_the_count_anew(void)
{
    struct supervisor_memory memory = SUPERVISOR_MEMORY_NONE;
    for (int32_t i = 1; i <= 5; i++) {
        supervisor_recover(&memory, i, true);
        CU_ASSERT_EQUAL(memory.collapses, i < SUPERVISOR_COLLAPSES_MAX ? i : SUPERVISOR_COLLAPSES_MAX);
    }
    supervisor_recover(&memory, 6, false);
    CU_ASSERT_EQUAL(memory.collapses, 0);
    memory.collapses = 2;
    memory.proven_session = 7;
    supervisor_recover(&memory, 7, true);
    CU_ASSERT_EQUAL(memory.collapses, 0);
    static const int32_t garbage[] = {-1, INT32_MIN, 4, INT32_MAX};
    for (size_t i = 0; i < 4; i++) {
        memory.collapses = garbage[i];
        supervisor_recover(&memory, 8, true);
        CU_ASSERT_EQUAL(memory.collapses, SUPERVISOR_COLLAPSES_MAX);
    }
}

static void three_sessions_cut_before_they_are_proven_lock(void)
{
    struct supervisor_memory memory = SUPERVISOR_MEMORY_NONE;
    for (int64_t session = 1; session <= 3; session++) {
        struct bench b = bench_new();
        supervisor_recover(&memory, session, true);
        bench_restart(&b, &memory);
        bench_tick(&b);
        CU_ASSERT_EQUAL(b.out.locked, session == 3);
        CU_ASSERT_EQUAL(b.out.lockout, session == 3 ? FAULT_SUPPLY_COLLAPSE : FAULT_NONE);
        CU_ASSERT_EQUAL(b.state.memory.collapses, session == 3 ? 0 : session);
        b.in.acknowledge = true;
        CU_ASSERT_EQUAL(bench_tick(&b)->unlocked, session == 3);
    }
}

static void a_collapse_waits_for_the_lockout_that_stands(void)
{
    struct supervisor_memory memory = SUPERVISOR_MEMORY_NONE;
    memory.lockout = FAULT_READBACK;
    memory.collapses = SUPERVISOR_COLLAPSES_MAX;
    struct bench b = bench_new();
    bench_restart(&b, &memory);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.out.lockout, FAULT_READBACK);
    b.in.acknowledge = true;
    CU_ASSERT_TRUE(bench_tick(&b)->unlocked);
    check_locked(bench_tick(&b), FAULT_SUPPLY_COLLAPSE, -1);
}

static void garbage_in_the_memory_is_read_as_the_safe_thing(void)
{
    static const int32_t garbage[] = {-1, INT32_MIN, 4, INT32_MAX};
    for (size_t i = 0; i < 4; i++) {
        struct supervisor_memory memory = SUPERVISOR_MEMORY_NONE;
        memory.strikes = garbage[i];
        memory.proven_session = -1 - (int64_t)i;
        struct bench b = bench_new();
        bench_restart(&b, &memory);
        CU_ASSERT_EQUAL(b.state.memory.strikes, 1);
        CU_ASSERT_EQUAL(b.state.memory.proven_session, 0);
        memory = SUPERVISOR_MEMORY_NONE;
        memory.collapses = garbage[i];
        bench_restart(&b, &memory);
        check_locked(bench_tick(&b), FAULT_SUPPLY_COLLAPSE, -1);
        memory.lockout = (enum fault)(FAULT_COUNT + (int)i);
        bench_restart(&b, &memory);
        CU_ASSERT_EQUAL(bench_tick(&b)->lockout, FAULT_STORE_LOST);
    }
}

static void a_pad_off_for_an_hour_outside_5_to_38_degrees_is_implausible(void)
{
    static const struct {
        int32_t mc;
        bool implausible;
    } cases[] = {
        {38000, false},
        {38001, true },
        {5000,  false},
        {4999,  true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t sensor = HEAT_PAD; sensor <= ROOM; sensor++) {
            struct bench b = bench_new();
            bench_sense(&b, sensor, READING_OK, cases[i].mc);
            bench_tick(&b);
            bench_tick(&b);
            CU_ASSERT_FALSE(b.out.implausible);
            bench_tick(&b);
            CU_ASSERT_EQUAL(b.out.implausible, cases[i].implausible && sensor <= COOL_PAD);
            CU_ASSERT_EQUAL(b.out.lockout, FAULT_NONE);
            bench_want(&b, 1, DRIVE_HEAT);
            bench_tick(&b);
            CU_ASSERT_EQUAL(b.out.may_energise, b.out.trip == FAULT_NONE && b.out.doubt == FAULT_NONE);
        }
    }
}

static void what_was_on_within_the_hour_may_be_as_it_is(void)
{
    for (int which = 0; which < 4; which++) {
        struct bench b = bench_new();
        bench_want(&b, 1, which == 0 ? DRIVE_HEAT : which == 1 ? DRIVE_COOL : DRIVE_OFF);
        b.in.heat_on = which == 2;
        bench_tick(&b);
        b.in.heat_on = false;
        bench_want(&b, 0, DRIVE_OFF);
        bench_sense(&b, HEAT_PAD, READING_OK, 39000);
        bench_tick(&b);
        int64_t off_ms = which == 2 ? b.in.now_ms - TICK_MS : b.in.now_ms;
        bench_run(&b, 2000);
        if (which == 3) {
            struct supervisor_memory memory = b.state.memory;
            memory.last_off_ms = off_ms;
            bench_restart(&b, &memory);
        }
        bench_tick_after(&b, off_ms + SUPERVISOR_IMPLAUSIBLE_MS - 2000 - b.in.now_ms);
        bench_run(&b, 1800);
        bench_tick_after(&b, 199);
        CU_ASSERT_FALSE(b.out.implausible);
        CU_ASSERT_TRUE(bench_tick_after(&b, 1)->implausible);
    }
}

static const struct suite_test tests[] = {
    {"a session that was ended gets no power again, and a lockout takes the strike",
     a_session_that_was_ended_gets_no_power_again_and_a_lockout_takes_the_strike                                                    },
    {"a second session in a row that ends by such a fault locks",
     a_second_session_in_a_row_that_ends_by_such_a_fault_locks                                                                      },
    {"a strike survives a restart",                                                  a_strike_survives_a_restart                    },
    {"a session that ends well takes the strike away",                               a_session_that_ends_well_takes_the_strike_away },
    {"without a powered session there is no strike",                                 without_a_powered_session_there_is_no_strike   },
    {"a session is proven after a minute with power",                                a_session_is_proven_after_a_minute_with_power  },
    {"what ends an open session is counted or starts the count anew",
     what_ends_an_open_session_is_counted_or_starts_the_count_anew                                                                  },
    {"three sessions cut before they are proven lock",                               three_sessions_cut_before_they_are_proven_lock },
    {"a collapse waits for the lockout that stands",                                 a_collapse_waits_for_the_lockout_that_stands   },
    {"garbage in the memory is read as the safe thing",                              garbage_in_the_memory_is_read_as_the_safe_thing},
    {"a pad off for an hour outside 5 to 38 degrees is implausible",
     a_pad_off_for_an_hour_outside_5_to_38_degrees_is_implausible                                                                   },
    {"what was on within the hour may be as it is",                                  what_was_on_within_the_hour_may_be_as_it_is    },
};

int main(void)
{
    return suite_run("supervisor_memory", tests, sizeof tests / sizeof tests[0]);
}
