"""The supervisor, broken on purpose. Each change has to break what it names: a proof (with CBMC's status 10), or the unit
tests. Its text has to be in the file exactly once: what no longer fits fails, so that the list stays alive."""
import os
import shutil
import threading

# name: (file of src/core, text, its replacement, what it breaks)
MUTANTS = {
    "ceiling_twice": ("supervisor.c", "tick->now_ms - tick->limits->session_max_ms;",
                      "tick->now_ms - 2 * tick->limits->session_max_ms;", "power"),
    "ceiling_lifted": ("supervisor.c", "config->session_max_ms > SUPERVISOR_SESSION_CEILING_MS)",
                       "config->session_max_ms > 2 * SUPERVISOR_SESSION_CEILING_MS)", "power"),
    "dead_time_short": ("supervisor.c", "tick->now_ms - SUPERVISOR_DEAD_TIME_MS;",
                        "tick->now_ms - SUPERVISOR_DEAD_TIME_MS / 2;", "power"),
    "dead_time_of_itself": ("supervisor.c", "tick->mode == DRIVE_HEAT ? DRIVE_COOL : DRIVE_HEAT",
                            "tick->mode == DRIVE_HEAT ? DRIVE_HEAT : DRIVE_COOL", "power"),
    "cool_not_seen": ("supervisor.c", "state->driven == DRIVE_COOL || tick->input->cool_on", "tick->input->cool_on",
                      "fits_times"),
    "either_rest": ("supervisor.c", "tick->now_ms - rest_ms ||", "tick->now_ms - rest_ms &&", "power"),
    "off_time_short": ("supervisor.c", "tick->now_ms - SUPERVISOR_OFF_TIME_MIN_MS;",
                       "tick->now_ms - SUPERVISOR_OFF_TIME_MIN_MS / 2;", "power"),
    "power_cut_forgotten": ("supervisor.c", "long_ago ? memory->session_on_ms + SUPERVISOR_SESSION_CEILING_MS : tick->now_ms;",
                            "long_ago ? memory->session_on_ms : memory->session_on_ms;", "power"),
    "off_forgotten": ("supervisor.c", "if (state->driven != DRIVE_OFF) {\n            memory->last_off_ms = tick->now_ms;",
                      "if (state->driven != DRIVE_OFF && state->session == 0) {\n            memory->last_off_ms = tick->now_ms;",
                      "tests"),
    "session_goes_on": ("supervisor.c", "        session_over(tick);\n        state->session = session;",
                        "        state->session = session;", "fits_power"),
    "locked_session_goes_on": ("supervisor.c", "    session_over(tick);\n    tick->state->memory.strikes = 0;",
                               "    tick->state->memory.strikes = 0;", "fits_power"),
    "no_acknowledge_needed": ("supervisor.c", "if (!tick->input->acknowledge) {",
                              "if (!tick->input->acknowledge && !tick->input->session) {", "faults"),
    "acknowledged_with_cause": ("supervisor.c", "!supervisor_rule_of(memory->lockout)->calm(tick) ||", "", "faults"),
    "acknowledged_in_broken_time": ("supervisor.c", "memory->lockout == FAULT_NONE || !tick->time_ok ||",
                                    "memory->lockout == FAULT_NONE ||", "faults"),
    "lockout_unblocked": ("supervisor.c", "return BLOCK_LOCKOUT;", "return BLOCK_NONE;", "faults"),
    "trip_unblocked": ("supervisor.c", "return BLOCK_TRIP;", "return BLOCK_NONE;", "faults"),
    "clears_at_once": ("supervisor.c", "state->clear_since_ms <= tick->now_ms - rule->clear_ms",
                       "state->clear_since_ms <= tick->now_ms", "faults"),
    "clears_with_cause": ("supervisor.c", "!tick->time_ok || !rule->calm(tick)", "!tick->time_ok", "faults"),
    "trips_uncounted": ("supervisor.c", "state->sensor_trips += counted;", "", "fits_faults"),
    "strike_forgotten": ("supervisor.c", "state->memory.strikes = 1;", "state->memory.strikes = 0;", "fits_power"),
    "power_in_the_self_test": ("supervisor.c", "output->may_energise = may && tick->input->test == TEST_NONE;",
                               "output->may_energise = may;", "faults"),
    "self_test_unasked": ("supervisor.c", "may && tick->input->test == TEST_DEAD_MAN;",
                          "may && tick->input->test != TEST_NONE;", "faults"),
    "doubt_ignored": ("supervisor.c", "output->doubt == FAULT_NONE && !output->over_time;", "!output->over_time;",
                      "power"),
    "time_runs_back": ("supervisor.c", " && input->now_ms >= state->step_ms;", ";", "tick"),
    "a_sensor_too_many": ("supervisor.c", "config->sensor_count <= SENSORS_MAX;",
                          "config->sensor_count <= SENSORS_MAX + 1;", "tick"),
    "session_below_one": ("supervisor.c", "tick->input->session > 0 ? tick->input->session : 0",
                          "tick->input->session", "fits_power"),
    "too_hot_lifted": ("supervisor.c", "within(config->too_hot_trip_mc, SUPERVISOR_HOT_LIMIT_MIN_MC, SUPERVISOR_TOO_HOT_TRIP_MC,",
                       "within(config->too_hot_trip_mc, SUPERVISOR_HOT_LIMIT_MIN_MC, INT32_MAX,", "first"),
    "stored_lockout_unknown": ("supervisor.c", "(unsigned)memory->lockout >= FAULT_COUNT",
                               "(unsigned)memory->lockout > FAULT_COUNT", "first"),
    "store_lost_doubted": ("supervisor_rules.c", "tick->input->store_lost ? VERDICT_NAMED : VERDICT_FINE",
                           "tick->input->store_lost ? VERDICT_DOUBT : VERDICT_FINE", "judge"),
    "both_on_doubted": ("supervisor_rules.c", "tick->input->heat_on && tick->input->cool_on ? VERDICT_NAMED",
                        "tick->input->heat_on && tick->input->cool_on ? VERDICT_DOUBT", "judge"),
    "readback_late": ("supervisor_rules.c", "tick->state->readback_bad > 0 ?", "tick->state->readback_bad > 1 ?",
                      "judge"),
    "voltage_ignored": ("supervisor_rules.c", "tick->state->sense_ticks >= SUPERVISOR_SENSE_TICKS",
                        "tick->state->sense_ticks > SUPERVISOR_SENSE_TICKS", "judge"),
    "late_tick_ignored": ("supervisor_rules.c", "tick->late || !tick->time_ok ?", "!tick->time_ok ?", "judge"),
    "no_sensor_needed": ("supervisor_rules.c", "bool guarded = tick->mode == DRIVE_OFF;", "bool guarded = true;",
                         "judge"),
    "calm_while_too_hot": ("supervisor_rules.c", "tick->limits->too_hot_trip_mc - SUPERVISOR_LIMIT_CLEAR_MC",
                           "tick->limits->too_hot_trip_mc", "calm_too_hot"),
    "calm_while_cold": ("supervisor_rules.c", "tick->limits->too_cold_trip_mc + SUPERVISOR_LIMIT_CLEAR_MC",
                        "tick->limits->too_cold_trip_mc", "calm_too_cold"),
    "old_readings": ("supervisor_sensors.c", "tick->energised ? SUPERVISOR_STALE_ENERGISED_MS : SUPERVISOR_STALE_REST_MS",
                     "tick->energised ? SUPERVISOR_STALE_REST_MS : SUPERVISOR_STALE_REST_MS", "sensors"),
    "readings_from_the_future": ("supervisor_sensors.c", "if (reading->at_ms > tick->now_ms) {",
                                 "if (reading->at_ms > tick->now_ms + 1000) {", "sensors"),
    "above_the_limit": ("supervisor_sensors.c", "mc >= high_trip_mc,", "mc > high_trip_mc,", "sensors"),
    "below_the_limit": ("supervisor_sensors.c", "mc <= limits->too_cold_trip_mc,", "mc < limits->too_cold_trip_mc,",
                        "sensors"),
    "hot_side_as_a_pad": ("supervisor_sensors.c", "hot_side ? limits->hot_side_trip_mc : limits->too_hot_trip_mc",
                          "hot_side ? limits->hot_side_lockout_mc : limits->too_hot_trip_mc", "sensors"),
    "bad_and_unchanged": ("supervisor_sensors.c", "(new_sample || run->count == 0)", "new_sample", "sensors"),
    "good_at_once": ("supervisor_sensors.c", "run->good_since_ms <= now_ms - SUPERVISOR_SETTLE_MS",
                     "run->good_since_ms <= now_ms", "tests"),
    "any_number": ("supervisor_trends.c", "sensor->samples_mc[0] = bounded(reading->mc);",
                   "sensor->samples_mc[0] = reading->mc;", "sample"),
    "frozen_for_long": ("supervisor_trends.c", "moves ? SUPERVISOR_FROZEN_MS :", "moves ? 2 * SUPERVISOR_FROZEN_MS :", "tests"),
    "lost_without_end": ("supervisor_response.c", "lost < SUPERVISOR_LOST_MC_MS ? lost : SUPERVISOR_LOST_MC_MS;",
                         "lost;", "response"),
    "yes_not_needed": ("engine.c", "bool may = w->verdict.may_energise && ", "bool may = ", "drive"),
    "unrecorded": ("engine_session.c", "bool wants = begun && recorded && ", "bool wants = begun && ",
                   "drive"),
    "pulse_unasked": ("engine_selftest.c", "if (w->verdict.may_test) {", "if (true) {", "drive"),
    "heartbeat_in_doubt": ("engine.c", "bool satisfied = v->doubt == FAULT_NONE && ", "bool satisfied = ", "drive"),
    "past_the_limit": ("thermostat.c", "return togo_mc < -config->limit_mc ? 0 : duty;", "return duty;", "thermostat"),
    "wrong_way_late": ("supervisor_response.c", "tick->now_ms - SUPERVISOR_WRONG_WAY_MS)",
                       "tick->now_ms - 2 * SUPERVISOR_WRONG_WAY_MS)", "tests"),
}

FLAGS = ["-std=c17", "-O1", "-Werror=implicit-function-declaration"]
built = threading.Lock()
objects = []


def unit_tests(run, source, build):
    """The object files of the supervisor's unit tests, compiled once."""
    with built:
        if not objects:
            where = f"{build}/tests"
            os.makedirs(where, exist_ok=True)
            for name in sorted(os.listdir(f"{source}/tests/core")):
                if name.startswith("test_supervisor") and name.endswith(".c"):
                    made = f"{where}/{name[:-2]}.o"
                    status, _, _ = run(["gcc", *FLAGS, "-I", f"{source}/include", "-I", f"{source}/src/core", "-I",
                                        f"{source}/tests/support", "-c", f"{source}/tests/core/{name}", "-o", made],
                                       f"{made}.log")
                    if status != 0:
                        raise RuntimeError(f"{name} does not compile: {made}.log")
                    objects.append(made)
    return objects


def broken_test(run, tree, source, build):
    """The first unit test that the tree's supervisor fails; None: it passes all of them."""
    sources = [f"{tree}/src/core/{name}" for name in sorted(os.listdir(f"{tree}/src/core"))
               if name.startswith("supervisor") and name.endswith(".c")]
    sources += [f"{tree}/src/core/reading.c", f"{tree}/src/core/names.c"]
    made = []
    for file in sources:
        made.append(f"{tree}/{os.path.basename(file)[:-2]}.o")
        status, _, _ = run(["gcc", *FLAGS, "-I", f"{tree}/include", "-I", f"{tree}/src/core", "-c", file, "-o", made[-1]],
                           f"{made[-1]}.log")
        if status != 0:
            raise RuntimeError(f"{file} does not compile: {made[-1]}.log")
    for test in unit_tests(run, source, build):
        name = os.path.basename(test)[:-2]
        status, _, _ = run(["gcc", test, *made, "-lcunit", "-lm", "-o", f"{tree}/{name}"], f"{tree}/{name}.log")
        if status != 0:
            raise RuntimeError(f"{name} does not link: {tree}/{name}.log")
        status, _, _ = run([f"{tree}/{name}"], f"{tree}/{name}.log", 60, tree)
        if status != 0:
            return name
    return None


def copy(source, tree):
    shutil.rmtree(tree, ignore_errors=True)
    for part in ("include", "src/core"):
        shutil.copytree(f"{source}/{part}", f"{tree}/{part}")


def break_it(name, run, cbmc, say, source, build):
    file, text, replacement, breaks = MUTANTS[name]
    tree = f"{build}/mutants/{name}"
    copy(source, tree)
    path = f"{tree}/src/core/{file}"
    with open(path, encoding="utf-8") as old:
        whole = old.read()
    if whole.count(text) != 1:
        say(f"mutant {name}: its text is {whole.count(text)} times in {file}, not once")
        return False
    with open(path, "w", encoding="utf-8") as new:
        new.write(whole.replace(text, replacement))
    if breaks == "tests":
        test = broken_test(run, tree, source, build)
        say(f"mutant {name}: {'broke ' + test if test else 'SURVIVED the unit tests'}")
        return test is not None
    status, seconds, _ = cbmc(breaks, tree, f"{tree}/cbmc.log", "--stop-on-fail")
    say(f"mutant {name}: {f'broke the proof {breaks}' if status == 10 else f'SURVIVED the proof {breaks}, status {status}'}, "
        f"{seconds:.0f} s")
    return status == 10


def unbroken(run, say, source, build):
    tree = f"{build}/mutants/none"
    copy(source, tree)
    test = broken_test(run, tree, source, build)
    say(f"no mutant: {'broke ' + test if test else 'passes the unit tests'}")
    return test is None


def jobs(run, cbmc, say, source, build):
    every = [("unbroken", lambda: unbroken(run, say, source, build))]
    return every + [(name, lambda name=name: break_it(name, run, cbmc, say, source, build)) for name in MUTANTS]
