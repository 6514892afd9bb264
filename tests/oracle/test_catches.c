#include "suite.h"
#include "world.h"

#include <string.h>

/* The oracle against an engine that misbehaves: each misbehaviour is planted between the engine and the world in an
 * else well-behaved run, and has to be found. A run without one has to pass. */

static struct world world;
static struct script script;

/* A plain pad for ice or for heat that nobody disturbs; the tests add acts. */
static void plain(bool ice, int64_t length_ms)
{
    script_make(&script, 11, length_ms);
    script.act_count = 0;
    script.pad = (struct pad_traits){
        .pad_j_k = 500.0,
        .heat_w = 80.0,
        .cool_w = 110.0,
        .skin_w_k = 5.0,
        .body_w_k = 1.5,
        .room_w_k = 0.8,
        .sink_w_k = 10.0,
        .room_c = 22.0,
        .lag_s = 3.0,
        .fine = {true, true, true, true},
        .store_ms = 20,
        .care_ms = MINUTE_MS,
    };
    struct engine_config *c = &script.config;
    c->wired = c->heartbeat = c->limits.sense = true;
    c->limits.sensor_count = 2;
    c->limits.sensors[0] = (struct supervisor_sensor){SENSOR_PAD, true, true};
    c->limits.sensors[1] = (struct supervisor_sensor){SENSOR_HOT_SIDE, false, false};
    supervisor_limits_clamp(&c->limits);
    c->limits.session_max_ms = 45 * MINUTE_MS;
    c->session_dose_max_ucem = 2000000;
    c->day_dose_max_ucem = 9000000;
    c->plan = (struct plan_config){.notice_ms = 5 * MINUTE_MS, .phase_count = 1};
    c->plan.phases[0] = (struct plan_phase){.name = ice ? PHASE_ICE : PHASE_HEAT,
                                            .mode = ice ? DRIVE_COOL : DRIVE_HEAT,
                                            .length_ms = 7 * DAY_MS,
                                            .session_min_ms = 20 * MINUTE_MS,
                                            .session_max_ms = 30 * MINUTE_MS,
                                            .every_min_ms = 3 * HOUR_MS,
                                            .every_max_ms = 4 * HOUR_MS,
                                            .target_mc = ice ? 10000 : 40000,
                                            .tolerance_mc = ice ? 1500 : 500};
    c->thermostat[DRIVE_HEAT] = thermostat_default(THERMOSTAT_PWM, DRIVE_HEAT, 500);
    c->thermostat[DRIVE_COOL] = thermostat_default(THERMOSTAT_PWM, DRIVE_COOL, 1500);
}

static void add(enum act_kind kind, enum act_when when, int64_t at_ms, int64_t for_ms, int32_t who, int64_t much)
{
    script.acts[script.act_count++] =
        (struct act){.kind = kind, .when = when, .nth = 1, .at_ms = at_ms, .for_ms = for_ms, .who = who, .much = much};
}

/* The run passes by itself, and fails for a reason that begins with `why` with the misbehaviour. */
static void check_caught(twist *misbehaviour, const char *why)
{
    const char *wrong = world_run(&world, &script, NULL, NULL);
    CU_ASSERT_PTR_NULL(wrong);
    if (wrong) {
        printf("without: %s ... ", wrong);
    }
    CU_ASSERT_TRUE(world.oracle.counts.sessions > 0);
    wrong = world_run(&world, &script, misbehaviour, NULL);
    CU_ASSERT_PTR_NOT_NULL(wrong);
    CU_ASSERT_TRUE(wrong && strstr(wrong, why) == wrong);
    if (wrong && strstr(wrong, why) != wrong) {
        printf("but: %s ... ", wrong);
    }
}

static bool is_on(const struct engine_output *out)
{
    return out->drive.mode != DRIVE_OFF && out->test == TEST_NONE;
}

/* Power as in the tick before, where the engine took it away. The world's own count says how often. */
static void hold_power(struct world *w, struct engine_output *out, struct engine_status *status, int64_t ticks)
{
    if (is_on(out)) {
        w->twisted = 0;
        return;
    }
    if (w->was_powered && w->twisted < ticks) {
        w->twisted++;
        out->drive = (struct drive){status->phase == PHASE_ICE ? DRIVE_COOL : DRIVE_HEAT, 50};
        out->fan = true;
        out->next_tick_ms = ENGINE_TICK_ACTIVE_MS;
        status->state = STATE_RUNNING;
        status->session = w->armed_session;
    }
}

static void one_tick_too_long(struct world *w, struct engine_output *out, struct engine_status *status)
{
    hold_power(w, out, status, 1);
}

static void power_after_a_trip_is_caught(void)
{
    plain(false, HOUR_MS);
    add(ACT_STATUS, WHEN_POWER, 5 * MINUTE_MS, 5 * SECOND_MS, 0, 0);
    script.acts[0].how = READING_OPEN;
    check_caught(one_tick_too_long, "sensor_open: power in its very tick");
}

static void power_at_a_limit_is_caught(void)
{
    plain(false, HOUR_MS);
    add(ACT_VALUE, WHEN_POWER, 5 * MINUTE_MS, 200, 0, 43500);
    check_caught(one_tick_too_long, "too_hot: power in its very tick");
}

static void power_after_a_stop_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_COMMAND, WHEN_POWER, 5 * MINUTE_MS, 0, COMMAND_STOP, INT64_MIN);
    script.acts[0].how = ORIGIN_REMOTE;
    check_caught(one_tick_too_long, "power in a session whose end is recorded");
}

static void power_in_a_late_tick_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_LATE, WHEN_POWER, 5 * MINUTE_MS, 0, 0, 500);
    check_caught(one_tick_too_long, "late_tick: power in its very tick");
}

static void power_past_the_session_s_end_is_caught(void)
{
    plain(true, HOUR_MS);
    script.config.plan.phases[0].session_min_ms = 30 * MINUTE_MS;
    check_caught(one_tick_too_long, "power in a session whose end is recorded");
}

static void no_name(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)w;
    for (size_t i = 0; i < out->event_count; i++) {
        if (out->events[i].type == EVENT_TRIP || out->events[i].type == EVENT_TRIP_CLEARED) {
            out->events[i].type = EVENT_NONE;
        }
    }
    if (!status->locked) {
        status->trip = FAULT_NONE;
    }
}

static void a_missing_name_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_STATUS, WHEN_POWER, 5 * MINUTE_MS, 5 * SECOND_MS, 0, 0);
    script.acts[0].how = READING_SHORT;
    check_caught(no_name, "sensor_short: not named in time");
}

static void wrong_name(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)w;
    for (size_t i = 0; i < out->event_count; i++) {
        if (out->events[i].type == EVENT_TRIP) {
            out->events[i].fault = status->trip = FAULT_TOO_COLD;
        }
    }
}

static void a_false_alarm_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_STATUS, WHEN_POWER, 5 * MINUTE_MS, 5 * SECOND_MS, 0, 0);
    script.acts[0].how = READING_ERROR;
    check_caught(wrong_name, "too_cold: a trip without a cause");
}

static void trip_for_lockout(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)w;
    for (size_t i = 0; i < out->event_count; i++) {
        if (out->events[i].type == EVENT_LOCKOUT) {
            out->events[i].type = EVENT_TRIP;
        }
    }
    status->locked = false;
}

static void a_trip_in_place_of_a_lockout_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_READBACK, WHEN_POWER, 5 * MINUTE_MS, 3 * SECOND_MS, 0, 0);
    check_caught(trip_for_lockout, "readback: not locked");
}

static void forgets_lockout(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)out;
    if (w->oracle.counts.restarts > 0) {
        w->engine.memory.safety.lockout = FAULT_NONE;
        w->engine.supervisor.memory.lockout = FAULT_NONE;
        status->locked = false;
        status->trip = FAULT_NONE;
    }
}

static void a_lockout_that_a_restart_clears_is_caught(void)
{
    plain(true, HOUR_MS);
    script.pad.care_ms = DAY_MS;
    add(ACT_READBACK, WHEN_POWER, 5 * MINUTE_MS, 3 * SECOND_MS, 0, 0);
    add(ACT_CRASH, WHEN_POWER, 6 * MINUTE_MS, 0, 0, 0);
    check_caught(forgets_lockout, "unlocked without an acknowledgement");
}

static void forgets_rest(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)out;
    (void)status;
    struct engine_memory *m = &w->engine.memory;
    if (w->oracle.counts.restarts > 0 && w->twisted++ == 0) {
        m->safety.session_on_ms = m->safety.last_off_ms = PLAN_NEVER;
        m->calendar.base_ms = m->calendar.rest_until_ms = PLAN_NEVER;
        w->engine.supervisor.memory = m->safety;
    }
}

static void a_skipped_rest_is_caught(void)
{
    plain(true, 3 * HOUR_MS);
    add(ACT_CRASH, WHEN_POWER, 40 * MINUTE_MS, 0, 0, 0);
    check_caught(forgets_rest, "rest: power before the phase's rest is over");
}

static void no_record(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)status;
    if (out->record_session && out->record.ended_ms == PLAN_NEVER) {
        w->session_ticket = -1; /* believed to be durable; see store_settle */
        w->session_of_ticket = out->record.id;
        out->record_session = false;
    }
}

static void power_without_a_record_is_caught(void)
{
    plain(true, HOUR_MS);
    check_caught(no_record, "no record, no power");
}

static void other_mode(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)status;
    if (is_on(out) && w->oracle.counts.sessions > 0 && w->now_ms - w->oracle.session_on_ms > 3 * MINUTE_MS) {
        out->drive.mode = DRIVE_HEAT;
    }
}

static void heat_right_after_cold_is_caught(void)
{
    plain(true, HOUR_MS);
    check_caught(other_mode, "dead_time");
}

static void beat_at_rest(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)w;
    out->heartbeat = out->heartbeat || status->session == 0;
}

static void a_heartbeat_at_rest_is_caught(void)
{
    plain(true, HOUR_MS);
    check_caught(beat_at_rest, "heartbeat");
}

static void beat_in_pulse(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)w;
    (void)status;
    out->heartbeat = out->heartbeat || out->test == TEST_DEAD_MAN;
}

static void a_pulse_with_a_heartbeat_is_caught(void)
{
    plain(true, HOUR_MS);
    check_caught(beat_in_pulse, "self-test: a pulse with");
}

static void no_pulse(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)w;
    (void)status;
    if (out->test == TEST_DEAD_MAN) {
        w->engine.session.selftest.pulsed = true;
        out->test = TEST_NONE;
        out->drive.mode = DRIVE_OFF;
    }
}

static void power_without_the_test_of_the_dead_man_is_caught(void)
{
    plain(true, HOUR_MS);
    check_caught(no_pulse, "self-test: power without a test of the dead man");
}

static void clears_early(struct world *w, struct engine_output *out, struct engine_status *status)
{
    if (status->trip != FAULT_NONE && !status->locked && ++w->twisted == 10) {
        out->events[out->event_count++] = (struct engine_event){.type = EVENT_TRIP_CLEARED, .fault = status->trip};
        w->engine.supervisor.trip = status->trip = FAULT_NONE;
    }
}

static void a_trip_that_clears_too_early_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_STATUS, WHEN_POWER, 5 * MINUTE_MS, 1 * SECOND_MS, 0, 0);
    script.acts[0].how = READING_OPEN;
    check_caught(clears_early, "sensor_open: cleared too early");
}

static void takes_remote(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)status;
    if (w->in.command.name == COMMAND_ACK && w->in.command.origin == ORIGIN_REMOTE) {
        out->refusal = REFUSED_NOT;
    }
}

static void an_acknowledgement_from_afar_is_caught(void)
{
    plain(true, HOUR_MS);
    add(ACT_COMMAND, WHEN_POWER, 5 * MINUTE_MS, 0, COMMAND_ACK, INT64_MIN);
    script.acts[0].how = ORIGIN_REMOTE;
    check_caught(takes_remote, "a command that is for the spot only");
}

static void resumes_by_itself(struct world *w, struct engine_output *out, struct engine_status *status)
{
    (void)out;
    (void)status;
    w->engine.session.paused = w->engine.session.paused && w->in.command.name != COMMAND_RESUME;
}

static void a_session_powered_up_from_afar_is_caught(void)
{
    plain(true, HOUR_MS);
    script.pad.care_ms = DAY_MS;
    add(ACT_COMMAND, WHEN_POWER, 5 * MINUTE_MS, 0, COMMAND_PAUSE, INT64_MIN);
    add(ACT_COMMAND, WHEN_POWER, 6 * MINUTE_MS, 0, COMMAND_RESUME, INT64_MIN);
    script.acts[1].how = ORIGIN_REMOTE;
    check_caught(resumes_by_itself, "a session was powered up again from afar");
}

static const struct suite_test tests[] = {
    {"power after a trip is caught",                     power_after_a_trip_is_caught                    },
    {"power at a limit is caught",                       power_at_a_limit_is_caught                      },
    {"power after a stop is caught",                     power_after_a_stop_is_caught                    },
    {"power in a late tick is caught",                   power_in_a_late_tick_is_caught                  },
    {"power past the session's end is caught",           power_past_the_session_s_end_is_caught          },
    {"a missing name is caught",                         a_missing_name_is_caught                        },
    {"a false alarm is caught",                          a_false_alarm_is_caught                         },
    {"a trip in place of a lockout is caught",           a_trip_in_place_of_a_lockout_is_caught          },
    {"a lockout that a restart clears is caught",        a_lockout_that_a_restart_clears_is_caught       },
    {"a skipped rest is caught",                         a_skipped_rest_is_caught                        },
    {"power without a record is caught",                 power_without_a_record_is_caught                },
    {"heat right after cold is caught",                  heat_right_after_cold_is_caught                 },
    {"a heartbeat at rest is caught",                    a_heartbeat_at_rest_is_caught                   },
    {"a pulse with a heartbeat is caught",               a_pulse_with_a_heartbeat_is_caught              },
    {"power without the test of the dead man is caught", power_without_the_test_of_the_dead_man_is_caught},
    {"a trip that clears too early is caught",           a_trip_that_clears_too_early_is_caught          },
    {"an acknowledgement from afar is caught",           an_acknowledgement_from_afar_is_caught          },
    {"a session powered up from afar is caught",         a_session_powered_up_from_afar_is_caught        },
};

int main(void)
{
    return suite_run("oracle_catches", tests, sizeof tests / sizeof tests[0]);
}
