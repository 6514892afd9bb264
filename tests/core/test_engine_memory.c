#include "engine_bench.h"

/* The first record of a session, as it lies in the store while the pad is powered. */
static struct session_record open_record(struct bench *b, int64_t injured_ms)
{
    CU_ASSERT_EQUAL(bench_value(b, COMMAND_START, injured_ms), REFUSED_NOT);
    struct session_record open = b->record;
    CU_ASSERT_TRUE(bench_until(b, EVENT_SESSION_STARTED, 10 * SECOND_MS));
    return open;
}

static struct session_record recover(struct bench *b, const struct engine_memory *memory,
                                     const struct session_record *open, int64_t now_ms)
{
    struct session_record record;
    engine_init(&b->e, memory, false);
    engine_recover(&b->e, open, END_POWER_CUT, now_ms, now_ms + 7, &record);
    b->in.now_ms = now_ms;
    b->out = (struct engine_output){.next_tick_ms = ENGINE_TICK_REST_MS};
    b->on_ms = PLAN_NEVER;
    return record;
}

static void a_session_cut_short_has_ended_and_is_never_resumed(void)
{
    struct bench b = bench_new();
    struct session_record open = open_record(&b, HEAT_BEGAN);
    struct engine_memory stored = b.e.memory;
    int64_t now_ms = open.began_ms + 5 * MINUTE_MS;
    struct session_record record = recover(&b, &stored, &open, now_ms);
    CU_ASSERT_EQUAL(record.id, open.id);
    CU_ASSERT_EQUAL(record.end, END_POWER_CUT);
    CU_ASSERT_EQUAL(record.ended_ms, now_ms);
    CU_ASSERT_EQUAL(record.wall_ended_ms, now_ms + 7);
    CU_ASSERT_TRUE(record.powered);
    CU_ASSERT_EQUAL(record.ucem, dose_held_ucem(40500, 30 * MINUTE_MS));
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.memory_changed);
    CU_ASSERT_EQUAL(b.e.status.session, 0);
    CU_ASSERT_EQUAL(b.e.status.dose_ucem, record.ucem);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_REST);
    CU_ASSERT_EQUAL(b.e.status.next_ms, open.began_ms + 3 * HOUR_MS);
    check_next_power(&b, open.began_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b.record.id, open.id + 1);
}

static void the_rest_holds_even_where_the_memory_is_older_than_the_record(void)
{
    struct bench b = bench_new();
    bench_value(&b, COMMAND_START, INJURED_MS);
    struct session_record open = b.record;
    struct engine_memory stored = b.e.memory; /* before power */
    CU_ASSERT_EQUAL(stored.calendar.rest_until_ms, PLAN_NEVER);
    recover(&b, &stored, &open, open.began_ms + 40 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, open.began_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, open.began_ms);
    CU_ASSERT_EQUAL(b.e.memory.safety.last_off_ms, open.began_ms + 30 * MINUTE_MS);
    check_next_power(&b, open.began_ms + 3 * HOUR_MS);
}

static void what_was_seen_later_than_the_record_counts(void)
{
    struct bench b = bench_new();
    struct session_record open = open_record(&b, INJURED_MS);
    struct engine_memory stored = b.e.memory;
    stored.safety.session_on_ms = open.began_ms + 1;
    stored.safety.last_off_ms = open.began_ms + 45 * MINUTE_MS;
    stored.safety.rest_ms = 4 * HOUR_MS;
    stored.last_session = open.id + 5;
    recover(&b, &stored, &open, open.began_ms + HOUR_MS);
    CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, open.began_ms + 1);
    CU_ASSERT_EQUAL(b.e.memory.safety.last_off_ms, open.began_ms + 45 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.e.memory.safety.rest_ms, 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.memory.last_session, open.id + 5);
}

static void a_cut_within_arming_ends_no_earlier_than_it_could_have_begun(void)
{
    struct bench b = bench_new();
    bench_value(&b, COMMAND_START, INJURED_MS);
    struct session_record open = b.record;
    struct engine_memory stored = b.e.memory;
    struct session_record record = recover(&b, &stored, &open, open.began_ms - 3 * SECOND_MS);
    CU_ASSERT_EQUAL(record.ended_ms, open.began_ms);
    CU_ASSERT_EQUAL(b.e.memory.calendar.base_ms, open.began_ms);
}

static void a_reminding_session_cut_short_charges_nothing(void)
{
    struct bench b = bench_new();
    b.config.plan.phases[1].remind = true;
    struct session_record open = open_record(&b, HEAT_BEGAN);
    struct engine_memory stored = b.e.memory;
    struct session_record record = recover(&b, &stored, &open, open.began_ms + MINUTE_MS);
    CU_ASSERT_FALSE(record.powered);
    CU_ASSERT_EQUAL(record.ucem, 0);
    CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, open.began_ms + 3 * HOUR_MS);
    engine_rest_anew(&b.e, open.began_ms + 2 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, open.began_ms + 4 * HOUR_MS);
}

static void a_skip_given_within_the_session_outlives_the_cut(void)
{
    struct bench b = bench_new();
    struct session_record open = open_record(&b, INJURED_MS);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_SKIP), REFUSED_NOT);
    struct engine_memory stored = b.e.memory;
    recover(&b, &stored, &open, b.in.now_ms + MINUTE_MS);
    check_next_power(&b, open.began_ms + 6 * HOUR_MS);
}

static void a_record_of_any_numbers_is_survived(void)
{
    static const int64_t ends[] = {PLAN_NEVER, INT64_MIN + 1, -1, 0, INT64_MAX};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        for (size_t j = 0; j < sizeof ends / sizeof ends[0]; j++) {
            struct bench b = bench_new();
            struct engine_memory stored = b.e.memory;
            const struct session_record open = {
                .id = INT64_MAX, .began_ms = ends[i], .rest_ms = ends[j], .max_ms = ends[j], .worst_ucem = ends[j]};
            struct session_record record;
            engine_init(&b.e, &stored, false);
            engine_recover(&b.e, &open, END_RESTART, ends[j], ends[i], &record);
            CU_ASSERT_TRUE(record.ended_ms >= record.began_ms);
            engine_rest_anew(&b.e, ends[i]);
            engine_credit(&b.e, &b.config, ends[j], INT64_MAX);
            b.in.now_ms = ends[i];
            b.in.local.wall_minus_plan_ms = ends[j];
            bench_step(&b);
            CU_ASSERT_FALSE(bench_driven(&b));
        }
    }
}

static void an_orderly_end_ends_the_session_as_restart(void)
{
    struct bench b = bench_cooling();
    bench_run(&b, MINUTE_MS);
    int64_t began_ms = b.on_ms;
    b.in.now_ms += 100;
    engine_close(&b.e, &b.config, &b.in, &b.out);
    bench_collect(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_RESTART);
    CU_ASSERT_TRUE(b.record.powered);
    CU_ASSERT_TRUE(b.out.memory_changed);
    CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, began_ms);
    CU_ASSERT_EQUAL(b.e.memory.safety.last_off_ms, b.in.now_ms);
    bench_reborn(&b);
    check_next_power(&b, began_ms + 3 * HOUR_MS);
}

static void an_orderly_end_while_arming_leaves_no_rest(void)
{
    struct bench b = bench_new();
    b.store_works = false;
    bench_order(&b, COMMAND_START);
    bench_tick(&b);
    engine_close(&b.e, &b.config, &b.in, &b.out);
    CU_ASSERT_EQUAL(b.out.record.end, END_NOT_POWERED);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, PLAN_NEVER);
    engine_close(&b.e, &b.config, &b.in, &b.out);
    CU_ASSERT_FALSE(b.out.record_session);
}

static void the_rest_survives_a_restart_in_every_form(void)
{
    struct bench b = bench_rested();
    int64_t began_ms = b.on_ms;
    bench_run(&b, MINUTE_MS);
    bench_reborn(&b);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_NOW), REFUSED_REST);
    CU_ASSERT_EQUAL(b.out.refused_until_ms, began_ms + 3 * HOUR_MS);
    check_next_power(&b, began_ms + 3 * HOUR_MS);
}

static void after_two_hours_of_rest_the_off_time_still_counts(void)
{
    struct bench b = bench_new();
    b.config.plan.phases[0].every_min_ms = 2 * HOUR_MS;
    b.config.plan.phases[0].every_max_ms = 3 * HOUR_MS;
    bench_begin(&b, INJURED_MS);
    bench_run(&b, 31 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
    CU_ASSERT_EQUAL(b.e.status.next_ms, b.record.ended_ms + 2 * HOUR_MS);
    check_next_power(&b, b.record.ended_ms + 2 * HOUR_MS);
}

static void without_a_trusted_clock_the_rest_starts_anew(void)
{
    struct bench b = bench_rested();
    bench_run(&b, HOUR_MS);
    bench_reborn(&b);
    int64_t now_ms = b.in.now_ms;
    engine_rest_anew(&b.e, now_ms);
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.memory_changed);
    CU_ASSERT_EQUAL(b.e.status.next_ms, now_ms + 3 * HOUR_MS);
    bench_reborn(&b);
    check_next_power(&b, now_ms + 3 * HOUR_MS);
}

static void a_rest_that_is_over_does_not_start_anew(void)
{
    struct bench b = bench_rested();
    int64_t rest_ends_ms = b.e.memory.calendar.rest_until_ms;
    bench_reborn(&b);
    engine_rest_anew(&b.e, rest_ends_ms);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, rest_ends_ms);
    engine_rest_anew(&b.e, rest_ends_ms - 1);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, rest_ends_ms - 1 + 3 * HOUR_MS);
    b = bench_new();
    engine_rest_anew(&b.e, INJURED_MS);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, PLAN_NEVER);
}

static void credited_time_takes_a_new_rest_back(void)
{
    struct bench b = bench_rested();
    int64_t began_ms = b.on_ms;
    bench_reborn(&b);
    int64_t boot_ms = b.in.now_ms;
    engine_rest_anew(&b.e, boot_ms);
    bench_run(&b, 10 * MINUTE_MS);
    int64_t injured_ms = b.e.memory.calendar.injured_ms;
    engine_credit(&b.e, &b.config, boot_ms, HOUR_MS);
    CU_ASSERT_EQUAL(b.e.memory.calendar.injured_ms, injured_ms - HOUR_MS);
    CU_ASSERT_EQUAL(b.e.memory.true_rest_until_ms, PLAN_NEVER);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.e.status.next_ms, began_ms + 2 * HOUR_MS);
    check_next_power(&b, began_ms + 2 * HOUR_MS);
}

static void credit_moves_every_stamp_from_before_and_no_other(void)
{
    struct bench b = bench_rested();
    bench_value(&b, COMMAND_PAUSE, 30);
    struct engine_memory before = b.e.memory;
    int64_t boot_ms = b.in.now_ms + 1;
    engine_credit(&b.e, &b.config, boot_ms, HOUR_MS);
    const struct engine_memory *m = &b.e.memory;
    CU_ASSERT_EQUAL(m->calendar.rest_until_ms, before.calendar.rest_until_ms - HOUR_MS);
    CU_ASSERT_EQUAL(m->safety.session_on_ms, before.safety.session_on_ms - HOUR_MS);
    CU_ASSERT_EQUAL(m->safety.last_off_ms, before.safety.last_off_ms - HOUR_MS);
    CU_ASSERT_EQUAL(m->held_since_ms, before.held_since_ms - HOUR_MS);
    CU_ASSERT_EQUAL(m->paused_until_ms, before.paused_until_ms - HOUR_MS);
    CU_ASSERT_EQUAL(m->doses[0].ended_ms, before.doses[0].ended_ms - HOUR_MS);
    CU_ASSERT_EQUAL(m->doses[1].ended_ms, PLAN_NEVER);
    CU_ASSERT_EQUAL(b.e.supervisor.memory.session_on_ms, m->safety.session_on_ms);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.said[EVENT_RESUMED], 1);
    b = bench_rested();
    bench_value(&b, COMMAND_PAUSE, 30);
    before = b.e.memory;
    engine_credit(&b.e, &b.config, b.record.began_ms, HOUR_MS);
    CU_ASSERT_EQUAL(m->calendar.rest_until_ms, before.calendar.rest_until_ms);
    CU_ASSERT_EQUAL(m->safety.session_on_ms, before.safety.session_on_ms);
    CU_ASSERT_EQUAL(m->paused_until_ms, before.paused_until_ms);
}

/* Power was cut 25 minutes into a session, the last checkpoint is its power-on, and the time off is credited late: the
 * two hours of off time count from when it may have been on last, not from the checkpoint. */
static void a_cut_session_was_on_as_long_as_it_could_until_the_machine_came_back(void)
{
    for (int64_t away_ms = 25 * MINUTE_MS; away_ms <= HOUR_MS; away_ms += 35 * MINUTE_MS) {
        struct bench b = bench_new();
        b.config.plan.phases[0].every_min_ms = 2 * HOUR_MS;
        struct session_record open = open_record(&b, INJURED_MS);
        struct engine_memory stored = b.e.memory;
        int64_t boot_ms = open.began_ms + 1;
        recover(&b, &stored, &open, boot_ms);
        engine_rest_anew(&b.e, boot_ms);
        engine_credit(&b.e, &b.config, boot_ms, away_ms);
        int64_t off_ms = away_ms < 30 * MINUTE_MS ? boot_ms : open.began_ms - away_ms + 30 * MINUTE_MS;
        CU_ASSERT_EQUAL(b.e.memory.safety.session_on_ms, open.began_ms - away_ms);
        CU_ASSERT_EQUAL(b.e.memory.safety.last_off_ms, off_ms);
        CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, off_ms + 2 * HOUR_MS);
        check_next_power(&b, off_ms + 2 * HOUR_MS);
    }
}

static void power_since_then_forgets_the_old_rest(void)
{
    struct bench b = bench_rested();
    bench_reborn(&b);
    int64_t boot_ms = b.in.now_ms;
    engine_rest_anew(&b.e, boot_ms);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_STARTED, 4 * HOUR_MS));
    CU_ASSERT_EQUAL(b.e.memory.true_rest_until_ms, PLAN_NEVER);
    engine_credit(&b.e, &b.config, boot_ms, DAY_MS);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, b.in.now_ms + 3 * HOUR_MS);
}

/* The memory in the store is from before the power-on: it still knows of the rest that was started anew. */
static void power_that_only_the_record_knows_of_forgets_it_too(void)
{
    struct bench b = bench_rested();
    bench_reborn(&b);
    int64_t boot_ms = b.in.now_ms;
    engine_rest_anew(&b.e, boot_ms);
    while (b.begun < 2) {
        bench_tick(&b);
    }
    struct session_record open = b.record;
    struct engine_memory stored = b.e.memory;
    CU_ASSERT_NOT_EQUAL(stored.true_rest_until_ms, PLAN_NEVER);
    recover(&b, &stored, &open, open.began_ms + MINUTE_MS);
    engine_credit(&b.e, &b.config, boot_ms, DAY_MS);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, open.began_ms + 3 * HOUR_MS);
}

static void a_reload_only_lengthens_the_rest(void)
{
    struct bench b = bench_rested();
    int64_t began_ms = b.on_ms;
    struct plan_phase *ice = &b.config.plan.phases[0];
    ice->every_min_ms = 2 * HOUR_MS;
    engine_reloaded(&b.e, &b.config);
    bench_tick(&b);
    CU_ASSERT_TRUE(b.out.memory_changed);
    CU_ASSERT_EQUAL(b.e.status.next_ms, began_ms + 3 * HOUR_MS);
    ice->every_min_ms = 4 * HOUR_MS;
    ice->every_max_ms = 5 * HOUR_MS;
    engine_reloaded(&b.e, &b.config);
    ice->every_min_ms = 2 * HOUR_MS;
    engine_reloaded(&b.e, &b.config);
    check_next_power(&b, began_ms + 4 * HOUR_MS);
}

static void a_lockout_survives_a_restart(void)
{
    struct bench b = bench_heating();
    bench_pad(&b, 45000);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_TRUE(b.stored_changes);
    bench_reborn(&b);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_LOCKED);
    CU_ASSERT_EQUAL(b.e.status.trip, FAULT_TOO_HOT);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_ACK), REFUSED_CAUSE_PRESENT);
    bench_pad(&b, 41000);
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_ACK), REFUSED_NOT);
    CU_ASSERT_FALSE(b.e.status.locked);
}

static struct bench bench_with_lost_store(void)
{
    struct bench b = bench_new();
    struct engine_memory memory;
    engine_memory_init(&memory);
    engine_init(&b.e, &memory, true);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_LOCKED);
    CU_ASSERT_EQUAL(b.last[EVENT_LOCKOUT].fault, FAULT_STORE_LOST);
    return b;
}

static void check_full_rest_after_ack(struct bench *b)
{
    CU_ASSERT_EQUAL(bench_order(b, COMMAND_ACK), REFUSED_NOT);
    CU_ASSERT_EQUAL(b->last[EVENT_LOCKOUT_ACKNOWLEDGED].fault, FAULT_STORE_LOST);
    int64_t acknowledged_ms = b->in.now_ms;
    CU_ASSERT_TRUE(b->e.status.ask_injury);
    bench_reborn(b);
    bench_tick(b);
    CU_ASSERT_EQUAL(bench_order(b, COMMAND_START), REFUSED_NOT);
    CU_ASSERT_FALSE(b->e.status.ask_injury);
    CU_ASSERT_EQUAL(b->e.status.next_ms, acknowledged_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(b->e.supervisor.memory.session_on_ms, acknowledged_ms);
    CU_ASSERT_EQUAL(b->e.supervisor.memory.rest_ms, 3 * HOUR_MS);
    check_next_power(b, acknowledged_ms + 3 * HOUR_MS);
}

static void a_lost_store_is_locked_then_rests_in_full_and_asks(void)
{
    struct bench b = bench_with_lost_store();
    CU_ASSERT_EQUAL(bench_order(&b, COMMAND_START), REFUSED_BLOCKED);
    check_full_rest_after_ack(&b);
    b = bench_with_lost_store();
    bench_reborn(&b);
    check_full_rest_after_ack(&b);
}

static void the_rest_after_a_lost_store_starts_anew_in_full(void)
{
    struct bench b = bench_with_lost_store();
    bench_order(&b, COMMAND_ACK);
    bench_run(&b, 2 * HOUR_MS);
    bench_reborn(&b);
    engine_rest_anew(&b.e, b.in.now_ms);
    CU_ASSERT_EQUAL(b.e.memory.calendar.rest_until_ms, b.in.now_ms + 3 * HOUR_MS);
}

static void the_oldest_dose_makes_room(void)
{
    struct bench b = bench_heating();
    for (int i = 0; i < ENGINE_DOSES; i++) {
        b.e.memory.doses[i] = (struct engine_dose){.ended_ms = INJURED_MS - (i + 30) * HOUR_MS, .ucem = 1};
    }
    bench_order(&b, COMMAND_END);
    CU_ASSERT_EQUAL(b.e.memory.doses[ENGINE_DOSES - 1].ended_ms, b.in.now_ms);
    CU_ASSERT_EQUAL(b.e.memory.doses[0].ucem, 1);
}

static const struct suite_test tests[] = {
    {"a session cut short has ended, is charged with its worst and is never resumed",
     a_session_cut_short_has_ended_and_is_never_resumed                                                                                 },
    {"the rest holds even where the memory is older than the record",
     the_rest_holds_even_where_the_memory_is_older_than_the_record                                                                      },
    {"what was seen later than the record counts",                                    what_was_seen_later_than_the_record_counts        },
    {"a cut within arming ends no earlier than it could have begun",
     a_cut_within_arming_ends_no_earlier_than_it_could_have_begun                                                                       },
    {"a reminding session cut short charges nothing",                                 a_reminding_session_cut_short_charges_nothing     },
    {"a skip given within the session outlives the cut",                              a_skip_given_within_the_session_outlives_the_cut  },
    {"a record of any numbers is survived",                                           a_record_of_any_numbers_is_survived               },
    {"an orderly end ends the session as restart",                                    an_orderly_end_ends_the_session_as_restart        },
    {"an orderly end while arming leaves no rest",                                    an_orderly_end_while_arming_leaves_no_rest        },
    {"the rest survives a restart",                                                   the_rest_survives_a_restart_in_every_form         },
    {"two hours of off time hold where the interval is short",                        after_two_hours_of_rest_the_off_time_still_counts },
    {"without a trusted clock the rest starts anew",                                  without_a_trusted_clock_the_rest_starts_anew      },
    {"a rest that is over does not start anew",                                       a_rest_that_is_over_does_not_start_anew           },
    {"credited time takes a rest begun anew back",                                    credited_time_takes_a_new_rest_back               },
    {"credit moves every stamp from before and no other",                             credit_moves_every_stamp_from_before_and_no_other },
    {"a cut session was on as long as it could be until the machine came back",
     a_cut_session_was_on_as_long_as_it_could_until_the_machine_came_back                                                               },
    {"power since then forgets the old rest",                                         power_since_then_forgets_the_old_rest             },
    {"power that only the record knows of forgets it too",                            power_that_only_the_record_knows_of_forgets_it_too},
    {"a reload only lengthens the rest",                                              a_reload_only_lengthens_the_rest                  },
    {"a lockout survives a restart",                                                  a_lockout_survives_a_restart                      },
    {"a lost store is locked, then rests in full and asks for the injury",
     a_lost_store_is_locked_then_rests_in_full_and_asks                                                                                 },
    {"the rest after a lost store starts anew in full",                               the_rest_after_a_lost_store_starts_anew_in_full   },
    {"the oldest dose makes room",                                                    the_oldest_dose_makes_room                        },
};

int main(void)
{
    return suite_run("engine_memory", tests, sizeof tests / sizeof tests[0]);
}
