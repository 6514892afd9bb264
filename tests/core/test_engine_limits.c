#include "engine_bench.h"

static void the_dose_of_a_session_ends_it(void)
{
    struct bench b = bench_heating();
    bench_pad(&b, 40000);
    int64_t minute_ucem = dose_held_ucem(40000, MINUTE_MS);
    b.config.session_dose_max_ucem = 10 * minute_ucem;
    bench_run_to(&b, b.on_ms + 10 * MINUTE_MS - SECOND_MS);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_run(&b, 2 * SECOND_MS);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.record.end, END_DOSE);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 1);
    CU_ASSERT_TRUE(b.e.status.dose_ucem >= 10 * minute_ucem);
    CU_ASSERT_EQUAL(b.record.worst_ucem, dose_held_ucem(40500, 30 * MINUTE_MS));
}

static void the_dose_of_a_day_ends_a_session_and_blocks_the_next(void)
{
    struct bench b = bench_heating();
    bench_pad(&b, 40000);
    int64_t session_ucem = dose_held_ucem(40000, 20 * MINUTE_MS);
    b.config.day_dose_max_ucem = session_ucem + session_ucem / 2;
    bench_run(&b, 20 * MINUTE_MS + SECOND_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    int64_t ended_ms = b.record.ended_ms;
    CU_ASSERT_TRUE(bench_until(&b, EVENT_SESSION_ENDED, 4 * HOUR_MS));
    CU_ASSERT_EQUAL(b.record.end, END_DOSE);
    bench_run(&b, 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_DOSE);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_DUE);
    bench_run_to(&b, ended_ms + DAY_MS - SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_DOSE);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_NOT_EQUAL(b.e.status.block, BLOCK_DOSE);
}

static void dose_does_not_hold_back_cold(void)
{
    struct bench b = bench_new();
    b.e.memory.doses[0] = (struct engine_dose){.ended_ms = INJURED_MS - HOUR_MS, .ucem = DOSE_MAX_UCEM};
    bench_begin(&b, INJURED_MS);
    bench_run(&b, MINUTE_MS);
    CU_ASSERT_TRUE(bench_driven(&b));
}

static void a_trip_takes_power_clears_and_goes_on_after_a_self_test(void)
{
    struct bench b = bench_heating();
    bench_pad(&b, 40000);
    bench_run(&b, 5 * MINUTE_MS);
    bench_pad(&b, 43000);
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_TRIPPED);
    CU_ASSERT_EQUAL(b.last[EVENT_TRIP].fault, FAULT_TOO_HOT);
    CU_ASSERT_EQUAL(b.last[EVENT_TRIP].value, 43000);
    CU_ASSERT_EQUAL(b.last[EVENT_TRIP].sensor, PAD);
    int64_t in_band_ms = b.e.status.in_band_ms;
    int64_t ends_ms = b.e.status.session_ends_ms;
    bench_pad(&b, 40000);
    CU_ASSERT_TRUE(bench_until(&b, EVENT_TRIP_CLEARED, 2 * MINUTE_MS));
    CU_ASSERT_EQUAL(b.last[EVENT_TRIP_CLEARED].fault, FAULT_TOO_HOT);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.status.in_band_ms, in_band_ms);
    bench_tick(&b);
    CU_ASSERT_TRUE(bench_driven(&b));
    CU_ASSERT_EQUAL(b.e.status.session_ends_ms, ends_ms);
    bench_run(&b, 31 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_EQUAL(b.record.ended_ms - b.record.began_ms,
                    20 * MINUTE_MS + (b.last_ms[EVENT_TRIP_CLEARED] - b.record.began_ms - in_band_ms));
}

static void a_session_whose_time_ends_in_a_trip_ends_as_trip(void)
{
    struct bench b = bench_heating();
    bench_bad(&b, READING_OPEN);
    bench_run(&b, 30 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_TRIP);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_ENDED].fault, FAULT_SENSOR_OPEN);
    CU_ASSERT_EQUAL(b.e.status.sessions_done, 0);
    CU_ASSERT_EQUAL(b.last[EVENT_TRIP].value, INT32_MIN);
}

static void the_first_bad_reading_takes_the_power_in_the_same_tick(void)
{
    struct bench b = bench_cooling();
    bench_bad(&b, READING_ERROR);
    bench_tick(&b);
    CU_ASSERT_FALSE(bench_driven(&b));
    CU_ASSERT_FALSE(b.out.heartbeat);
    CU_ASSERT_EQUAL(b.said[EVENT_TRIP], 0);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.said[EVENT_TRIP], 1);
}

static void a_lockout_ends_the_session_for_good(void)
{
    struct bench b = bench_heating();
    bench_pad(&b, 45000);
    bench_run(&b, SECOND_MS);
    CU_ASSERT_EQUAL(b.record.end, END_LOCKOUT);
    CU_ASSERT_EQUAL(b.last[EVENT_SESSION_ENDED].fault, FAULT_TOO_HOT);
    CU_ASSERT_EQUAL(b.e.status.state, STATE_LOCKED);
    CU_ASSERT_EQUAL(b.e.status.block, BLOCK_LOCKOUT);
    CU_ASSERT_EQUAL(b.e.status.session, 0);
    b.on_ms = PLAN_NEVER;
    bench_pad(&b, 25000);
    bench_run(&b, 4 * HOUR_MS);
    CU_ASSERT_EQUAL(b.on_ms, PLAN_NEVER);
}

static void a_tighter_limit_shortens_a_running_session_for_good(void)
{
    struct bench b = bench_cooling();
    CU_ASSERT_EQUAL(b.e.status.session_ends_ms, b.on_ms + 30 * MINUTE_MS);
    b.config.limits.session_max_ms = 25 * MINUTE_MS;
    engine_reloaded(&b.e, &b.config);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.e.status.session_ends_ms, b.on_ms + 25 * MINUTE_MS);
    b.config.limits.session_max_ms = 45 * MINUTE_MS;
    engine_reloaded(&b.e, &b.config);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.e.status.session_ends_ms, b.on_ms + 25 * MINUTE_MS);
    bench_run_to(&b, b.on_ms + 25 * MINUTE_MS - 1);
    CU_ASSERT_TRUE(bench_driven(&b));
    bench_after(&b, 1);
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
}

static void a_reload_leaves_a_running_session_its_values(void)
{
    struct bench b = bench_cooling();
    bench_pad(&b, 10000);
    struct plan_phase *ice = &b.config.plan.phases[0];
    ice->target_mc = 15000;
    ice->tolerance_mc = 100;
    ice->session_min_ms = 5 * MINUTE_MS;
    ice->session_max_ms = 10 * MINUTE_MS;
    engine_reloaded(&b.e, &b.config);
    bench_run(&b, 15 * MINUTE_MS);
    CU_ASSERT_TRUE(b.e.status.in_band);
    CU_ASSERT_EQUAL(b.e.status.target_mc, 10000);
    bench_run(&b, 6 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_DONE);
    CU_ASSERT_EQUAL(b.record.in_band_ms, 20 * MINUTE_MS);
}

static void no_configuration_lifts_the_ceilings(void)
{
    struct bench b = bench_new();
    b.config.plan.phases[1].target_mc = 42000;
    b.config.plan.phases[1].session_max_ms = 60 * MINUTE_MS;
    b.config.limits.session_max_ms = 60 * MINUTE_MS;
    bench_begin(&b, HEAT_BEGAN);
    CU_ASSERT_EQUAL(b.e.status.target_mc, PLAN_HEAT_TARGET_MAX_MC);
    CU_ASSERT_EQUAL(b.e.status.session_ends_ms, b.on_ms + 45 * MINUTE_MS);
    bench_run_to(&b, b.on_ms + 45 * MINUTE_MS);
    CU_ASSERT_EQUAL(b.record.end, END_OVER_TIME);
    b = bench_new();
    b.config.plan.phases[0].target_mc = 0;
    bench_begin(&b, INJURED_MS);
    CU_ASSERT_EQUAL(b.e.status.target_mc, PLAN_COOL_TARGET_MIN_MC);
}

static const struct suite_test tests[] = {
    {"the thermal dose of a session ends it",                                     the_dose_of_a_session_ends_it                         },
    {"the thermal dose of 24 h ends a session and blocks the next",
     the_dose_of_a_day_ends_a_session_and_blocks_the_next                                                                               },
    {"thermal dose does not hold back cold",                                      dose_does_not_hold_back_cold                          },
    {"a trip takes the power, clears, and the session goes on after a self-test",
     a_trip_takes_power_clears_and_goes_on_after_a_self_test                                                                            },
    {"a session whose time ends in a trip ends as trip",                          a_session_whose_time_ends_in_a_trip_ends_as_trip      },
    {"the first bad reading takes the power in the same tick",                    the_first_bad_reading_takes_the_power_in_the_same_tick},
    {"a lockout ends the session for good",                                       a_lockout_ends_the_session_for_good                   },
    {"a tighter limit shortens a running session for good",                       a_tighter_limit_shortens_a_running_session_for_good   },
    {"a reload leaves a running session its values",                              a_reload_leaves_a_running_session_its_values          },
    {"no configuration lifts the ceilings",                                       no_configuration_lifts_the_ceilings                   },
};

int main(void)
{
    return suite_run("engine_limits", tests, sizeof tests / sizeof tests[0]);
}
