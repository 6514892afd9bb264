#include "engine_bench.h"

/* The engine against whatever the supervisor may say: each step's question is seen here, and the answer may be changed
 * before the engine has it. Linked with --wrap=supervisor_step. */

void __real_supervisor_step(const struct supervisor_config *config, struct supervisor_state *state,
                            const struct supervisor_input *input, struct supervisor_output *output);
void __wrap_supervisor_step(const struct supervisor_config *config, struct supervisor_state *state,
                            const struct supervisor_input *input, struct supervisor_output *output);

static struct supervisor_input asked;
static void (*amend)(struct supervisor_state *state, struct supervisor_output *output); /* NULL: let it be */

void __wrap_supervisor_step(const struct supervisor_config *config, struct supervisor_state *state,
                            const struct supervisor_input *input, struct supervisor_output *output)
{
    asked = *input;
    __real_supervisor_step(config, state, input, output);
    if (amend) {
        amend(state, output);
    }
}

static void end_the_session(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)state;
    output->ends_session = true;
}

static void find_it_implausible(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)state;
    output->implausible = true;
}

static void forbid_the_test(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)state;
    output->may_test = false;
}

static void forbid_power(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)state;
    output->may_energise = false;
}

static void allow_power(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)state;
    output->may_energise = true;
}

/* As the supervisor does with the first of two ticks. */
static void doubt_what_sense_says(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)state;
    output->doubt = asked.sense_live ? FAULT_HEAT_WHEN_OFF : output->doubt;
}

static void strike(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)output;
    state->memory.strikes = 1;
}

static void collapse(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)output;
    state->memory.collapses = 2;
}

static void prove(struct supervisor_state *state, struct supervisor_output *output)
{
    (void)output;
    state->memory.proven_session = 7;
}

static void a_trip_that_ends_the_session_ends_it(void)
{
    struct bench b = bench_cooling();
    bench_run(&b, 5 * MINUTE_MS);
    amend = end_the_session;
    bench_tick(&b);
    amend = NULL;
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_TRIP);
    CU_ASSERT_EQUAL(b.e.status.session, 0);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 0);
    check_next_power(&b, b.on_ms + 3 * HOUR_MS);
}

static void nothing_but_a_begun_session_is_ended_by_it(void)
{
    struct bench b = bench_new();
    amend = end_the_session;
    bench_order(&b, COMMAND_START);
    bench_tick(&b);
    amend = NULL;
    CU_ASSERT_EQUAL(b.ended, 0);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, SECOND_MS));
}

static void an_implausible_sensor_blocks_until_it_is_plausible(void)
{
    struct bench b = bench_rested();
    int64_t due_ms = b.on_ms + 3 * HOUR_MS;
    amend = find_it_implausible;
    bench_run_to(&b, due_ms + MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_SENSOR_IMPLAUSIBLE);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_DUE);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_BLOCKED);
    b.in.storage_failed = true;
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_STORAGE);
    b.in.storage_failed = false;
    CU_ASSERT_EQUAL(b.begun, 1);
    amend = NULL;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, 3 * SECOND_MS));
}

static void it_holds_back_no_reminder(void)
{
    struct bench b = bench_new();
    b.config.plan.phases[0].remind = true;
    amend = find_it_implausible;
    bench_order(&b, COMMAND_START);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, 3 * SECOND_MS));
    amend = NULL;
}

static void implausible_while_arming_fails_by_that_name(void)
{
    struct bench b = bench_new();
    bench_order(&b, COMMAND_START);
    amend = find_it_implausible;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
    amend = NULL;
    CU_ASSERT_EQUAL(b.last[EVENT_ARMING_FAILED].fault, FAULT_SENSOR_IMPLAUSIBLE);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
}

/* With lines for the whole self-test; `sense` is dead throughout. */
static struct bench arming(void)
{
    struct bench b = bench_new();
    b.config.limits.sense = true;
    b.config.heartbeat = true;
    b.in.pulse_made = true;
    CU_ASSERT_EQUAL(bench_value(&b, COMMAND_START, HEAT_BEGAN), REFUSED_NOT);
    return b;
}

static bool until_asked(struct bench *b, enum drive_test test, int64_t ms)
{
    for (int64_t end_ms = b->in.now_ms + ms; asked.test != test && b->in.now_ms < end_ms;) {
        bench_tick(b);
    }
    return asked.test == test;
}

static void no_pulse_without_the_supervisors_yes(void)
{
    struct bench b = arming();
    amend = forbid_the_test;
    while (b.said[EVENT_ARMING_FAILED] == 0) {
        bench_tick(&b);
        CU_ASSERT_EQUAL(b.out.test, TEST_NONE);
        CU_ASSERT_EQUAL(b.out.drive.mode, DRIVE_OFF);
    }
    amend = NULL;
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    b = arming();
    CU_ASSERT_TRUE(until_asked(&b, TEST_DEAD_MAN, ENGINE_ARMING_MS));
    CU_ASSERT_EQUAL(b.out.test, TEST_DEAD_MAN);
    amend = forbid_the_test;
    bench_tick(&b);
    amend = NULL;
    CU_ASSERT_EQUAL(b.out.test, TEST_NONE);
    CU_ASSERT_EQUAL(b.out.drive.mode, DRIVE_OFF);
}

static void no_power_without_the_supervisors_yes(void)
{
    struct bench b = bench_new();
    amend = forbid_power;
    bench_order(&b, COMMAND_START);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_ARMING_FAILED, ENGINE_ARMING_MS + SECOND_MS));
    amend = NULL;
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.record.end, END_NOT_POWERED);
}

static void a_yes_that_was_not_asked_for_gives_no_power(void)
{
    struct bench b = arming();
    bool tested = false;
    amend = allow_power;
    for (int i = 0; i < 40; i++) {
        bench_tick(&b);
        tested = tested || asked.test == TEST_DEAD_MAN;
        CU_ASSERT_FALSE(bench_driven(&b) && (asked.wanted != DRIVE_HEAT || asked.test != TEST_NONE));
        CU_ASSERT_FALSE(bench_driven(&b) && !tested);
    }
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_order(&b, COMMAND_PAUSE);
    CU_ASSERT_FALSE(bench_driven(&b));
    bench_order(&b, COMMAND_RESUME);
    CU_ASSERT_FALSE(bench_driven(&b));
    b.config.limits.sense = false;
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b) && asked.wanted != DRIVE_HEAT);
    bench_order(&b, COMMAND_END);
    CU_ASSERT_FALSE(bench_driven(&b));
    amend = NULL;
}

/* Ticks may come early or late: the relay needs both its time and its edges, and the supervisor two ticks. */
static void the_channel_is_watched_when_the_dead_man_has_pulled_in(void)
{
    for (int64_t tick_ms = 20; tick_ms < 600; tick_ms += 20) {
        struct bench b = arming();
        int64_t began_ms = PLAN_NEVER;
        int edges = 0;
        int looks = 0;
        for (int i = 0; i < 400 && asked.test != TEST_DEAD_MAN; i++) {
            edges += b.out.heartbeat;
            bench_after(&b, tick_ms);
            began_ms = b.out.heartbeat && began_ms == PLAN_NEVER ? b.in.now_ms : began_ms;
            bool first = asked.test == TEST_CHANNEL && looks == 0;
            looks += asked.test == TEST_CHANNEL;
            CU_ASSERT_FALSE(first && b.in.now_ms - began_ms < ENGINE_DEAD_MAN_PULLS_MS);
            CU_ASSERT_FALSE(first && edges < ENGINE_DEAD_MAN_EDGES);
        }
        CU_ASSERT_EQUAL(asked.test, TEST_DEAD_MAN);
        CU_ASSERT_TRUE(looks >= 2);
    }
}

static void a_channel_in_doubt_is_watched_on(void)
{
    struct bench b = arming();
    amend = doubt_what_sense_says;
    CU_ASSERT_TRUE(until_asked(&b, TEST_CHANNEL, ENGINE_ARMING_MS));
    b.in.sense_live = true;
    bench_tick(&b);
    CU_ASSERT_EQUAL(asked.test, TEST_CHANNEL);
    CU_ASSERT_FALSE(b.out.heartbeat);
    b.in.sense_live = false;
    int looks = 0;
    while (asked.test == TEST_CHANNEL && looks < 10) {
        bench_tick(&b);
        looks += asked.test == TEST_CHANNEL;
    }
    amend = NULL;
    CU_ASSERT_EQUAL(looks, ENGINE_TEST_LOOKS);
}

static void it_is_asked_for_the_sessions_output_in_each_test(void)
{
    static const enum drive_test kinds[] = {TEST_CHANNEL, TEST_DEAD_MAN};
    struct bench b = arming();
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_TRUE(until_asked(&b, kinds[i], ENGINE_ARMING_MS));
        CU_ASSERT_EQUAL(asked.wanted, DRIVE_HEAT);
        CU_ASSERT_EQUAL(asked.session, b.e.session.record.id);
        CU_ASSERT_EQUAL(asked.duty_percent, 0);
        CU_ASSERT_EQUAL(asked.target_mc, 40000);
        CU_ASSERT_EQUAL(asked.tolerance_mc, 500);
    }
}

static void it_hears_what_sense_said(void)
{
    struct bench b = bench_new();
    b.in.sense_live = true;
    bench_tick(&b);
    CU_ASSERT_TRUE(asked.sense_live);
    b.in.sense_live = false;
    bench_tick(&b);
    CU_ASSERT_FALSE(asked.sense_live);
    CU_ASSERT_EQUAL(asked.test, TEST_NONE);
    CU_ASSERT_EQUAL(asked.session, 0);
    CU_ASSERT_EQUAL(asked.target_mc, 0);
}

static void it_hears_the_duty_that_was_driven(void)
{
    struct bench b = bench_heating();
    bench_pad(&b, 39000);
    bench_tick(&b);
    int32_t duty_percent = b.out.drive.duty_percent;
    CU_ASSERT_TRUE(duty_percent > 0 && duty_percent < 100);
    bench_pad(&b, 25000);
    bench_tick(&b);
    CU_ASSERT_EQUAL(asked.duty_percent, duty_percent);
    CU_ASSERT_EQUAL(b.out.drive.duty_percent, 100);
    b.in.readback_bad = true; /* the guard holds everything off */
    bench_tick(&b);
    CU_ASSERT_EQUAL(asked.duty_percent, 0);
    b.in.readback_bad = false;
    b.in.lines_failed = true;
    bench_tick(&b);
    CU_ASSERT_EQUAL(asked.duty_percent, 0);
    b.in.lines_failed = false;
    bench_order(&b, COMMAND_PAUSE);
    bench_tick(&b);
    CU_ASSERT_EQUAL(asked.duty_percent, 0);
}

static void what_the_supervisor_has_to_remember_is_stored(void)
{
    static void (*const changes[])(struct supervisor_state *, struct supervisor_output *) = {strike, collapse, prove};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct bench b = bench_new();
        bench_tick(&b);
        CU_ASSERT_FALSE(b.out.memory_changed);
        amend = changes[i];
        bench_tick(&b);
        amend = NULL;
        CU_ASSERT_TRUE(b.out.memory_changed);
        bench_tick(&b);
        CU_ASSERT_FALSE(b.out.memory_changed);
    }
}

/* The session that was open is recorded, `end` is why the daemon ended. */
static int32_t collapses_after(int32_t before, enum end_reason end, bool proven, bool remind)
{
    struct bench b = bench_new();
    struct engine_memory memory = b.e.memory;
    struct session_record final;
    struct session_record open = {.id = 3,
                                  .mode = DRIVE_HEAT,
                                  .remind = remind,
                                  .began_ms = INJURED_MS - HOUR_MS,
                                  .max_ms = 30 * MINUTE_MS,
                                  .ended_ms = PLAN_NEVER};
    memory.safety.collapses = before;
    memory.safety.proven_session = proven ? 3 : 2;
    engine_init(&b.e, &memory, false);
    engine_recover(&b.e, &open, end, INJURED_MS, INJURED_MS, &final);
    CU_ASSERT_EQUAL(b.e.supervisor.memory.collapses, b.e.memory.safety.collapses);
    return b.e.memory.safety.collapses;
}

static void a_power_cut_early_in_a_session_counts_towards_supply_collapse(void)
{
    CU_ASSERT_EQUAL(collapses_after(0, END_POWER_CUT, false, false), 1);
    CU_ASSERT_EQUAL(collapses_after(2, END_POWER_CUT, false, false), 3);
    CU_ASSERT_EQUAL(collapses_after(2, END_POWER_CUT, true, false), 0);
    CU_ASSERT_EQUAL(collapses_after(2, END_RESTART, false, false), 0);
    CU_ASSERT_EQUAL(collapses_after(2, END_POWER_CUT, false, true), 2);
}

static const struct suite_test tests[] = {
    {"a trip that ends the session ends it, and its rest holds",      a_trip_that_ends_the_session_ends_it                  },
    {"nothing but a begun session is ended by it",                    nothing_but_a_begun_session_is_ended_by_it            },
    {"an implausible sensor blocks until it is plausible",            an_implausible_sensor_blocks_until_it_is_plausible    },
    {"an implausible sensor holds back no reminder",                  it_holds_back_no_reminder                             },
    {"implausible while arming fails by that name",                   implausible_while_arming_fails_by_that_name           },
    {"no pulse without the supervisor's yes",                         no_pulse_without_the_supervisors_yes                  },
    {"no power without the supervisor's yes",                         no_power_without_the_supervisors_yes                  },
    {"a yes that was not asked for gives no power",                   a_yes_that_was_not_asked_for_gives_no_power           },
    {"the channel is watched when the dead man has pulled in",        the_channel_is_watched_when_the_dead_man_has_pulled_in},
    {"a channel in doubt is watched on",                              a_channel_in_doubt_is_watched_on                      },
    {"the supervisor is asked for the session's output in each test", it_is_asked_for_the_sessions_output_in_each_test      },
    {"the supervisor hears what sense said",                          it_hears_what_sense_said                              },
    {"the supervisor hears the duty that was driven",                 it_hears_the_duty_that_was_driven                     },
    {"what the supervisor has to remember is stored",                 what_the_supervisor_has_to_remember_is_stored         },
    {"a power cut early in a session counts towards supply_collapse",
     a_power_cut_early_in_a_session_counts_towards_supply_collapse                                                          },
};

int main(void)
{
    return suite_run("engine_verdict", tests, sizeof tests / sizeof tests[0]);
}
