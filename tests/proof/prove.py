"""Prove the supervisor, show that the proofs can fail, and break it on purpose. Started by tests/proof/run, in the
Debian 13 tree; see there. Arguments: names of proofs or mutants; none: everything."""
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import threading
import time

import mutants

SOURCE = "/srv/src"
BUILD = "/srv/build"
LIMIT_S = 240
JOBS = min(os.cpu_count() or 2, 8)

# A harness, and the files of src/core that it is about.
BOOKS = ("books.c", ["supervisor.c"])
JUDGE = ("judge.c", ["supervisor_rules.c", "supervisor_sensors.c", "reading.c"])
SENSORS = ("sensors.c", ["supervisor_sensors.c", "reading.c"])
TRENDS = ("trends.c", ["supervisor_trends.c"])
RESPONSE = ("response.c", ["supervisor_response.c"])
THERMOSTAT = ("thermostat.c", ["thermostat.c"])
DOSE = ("dose.c", ["dose.c"])
INIT = ("init.c", ["supervisor.c"])
WHOLE = ("whole.c", ["supervisor.c", "supervisor_rules.c", "supervisor_sensors.c", "supervisor_trends.c",
                     "supervisor_response.c", "reading.c"])
DRIVE = ("drive.c", ["engine.c", "engine_session.c", "engine_selftest.c"])

CALM = ["STORE_LOST", "BOTH_ON", "READBACK", "HEAT_WHEN_OFF", "WRONG_WAY", "SUPPLY_COLLAPSE", "DEAD_MAN", "SENSOR_OPEN",
        "SENSOR_SHORT", "SENSOR_ERROR", "SENSOR_STALE", "SENSOR_IMPLAUSIBLE", "SENSOR_STUCK", "SENSOR_JUMP",
        "SENSOR_DISAGREE", "TOO_HOT", "TOO_COLD", "HOT_SIDE", "NO_RESPONSE", "LOST_BAND", "LATE_TICK"]

PROOFS = {
    "fits_times": (BOOKS, ["-DPROVE_FITS=times_fit"]),
    "fits_power": (BOOKS, ["-DPROVE_FITS=power_fits"]),
    "fits_faults": (BOOKS, ["-DPROVE_FITS=faults_fit"]),
    "frame": (BOOKS, ["-DPROVE_FRAME"]),
    "power": (BOOKS, ["-DPROVE_POWER"]),
    "faults": (BOOKS, ["-DPROVE_FAULTS"]),
    "tick": (BOOKS, ["-DPROVE_TICK"]),
    "first": (INIT, ["-DPROVE_TICK", "--function", "first"]),
    "judge": (JUDGE, []),
    "sensors": (SENSORS, []),
    "sample": (TRENDS, ["-DPROVE_SAMPLE"]),
    "trends": (TRENDS, []),
    "response": (RESPONSE, []),
    "power_up": (RESPONSE, ["-DPROVE_POWER_UP"]),
    "thermostat": (THERMOSTAT, []),
    "dose": (DOSE, []),
    "drive": (DRIVE, []),
    **{f"calm_{fault.lower()}": (JUDGE, [f"-DPROVE_CALM=FAULT_{fault}"]) for fault in CALM},
}
ON_ARM64 = ["fits_times", "fits_power", "fits_faults", "power", "faults", "tick", "judge", "response"]

CHECKS = ["--bounds-check", "--pointer-check", "--signed-overflow-check", "--conversion-check", "--div-by-zero-check",
          "--undefined-shift-check", "--unwinding-assertions"]
# The engine's own overflows and indices need an invariant of its memory: not proved here. The thermostat subtracts times
# as unsigned numbers, with intent.
OTHER_CHECKS = {
    "drive": ["--no-bounds-check", "--no-pointer-check", "--no-signed-overflow-check", "--no-div-by-zero-check",
              "--no-undefined-shift-check", "--no-pointer-primitive-check", "--unwinding-assertions"],
    "drive_reach": ["--no-bounds-check", "--no-pointer-check", "--no-signed-overflow-check", "--no-div-by-zero-check",
                    "--no-undefined-shift-check", "--no-pointer-primitive-check", "--unwinding-assertions"],
    "thermostat": [check for check in CHECKS if check != "--conversion-check"],
}
# Five times round: sensors, runs, marks. A loop that goes further fails.
LOOPS = ["--unwind", "6", "--unwindset", "supervisor_judge.0:64,supervisor_rule_of.0:64,samples_fit.1:7,engine_day_dose.0:17"]

telling = threading.Lock()
began = time.monotonic()
told = began
running = []


def say(text):
    global told
    with telling:
        told = time.monotonic()
        print(f"{told - began:5.0f} s  {text}", flush=True)


def tell_of_silence():
    while True:
        time.sleep(1)
        if time.monotonic() - told >= 10:
            say(f"running: {', '.join(running)}")


def do(job):
    name, work = job
    running.append(name)
    try:
        return work()
    except (OSError, RuntimeError, ValueError) as error:
        say(f"{name}: {error}")
        return False
    finally:
        running.remove(name)


def run(command, log, limit_s=LIMIT_S, cwd=None):
    """Exit status (None: it took too long), seconds and megabytes. The output goes to the file `log`."""
    start = time.monotonic()
    with open(log, "wb") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=cwd,
                                 start_new_session=True)
    late = threading.Event()

    def end():
        late.set()
        os.killpg(child.pid, signal.SIGKILL)

    timer = threading.Timer(limit_s, end)
    timer.start()
    _, status, used = os.wait4(child.pid, 0)
    timer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    return None if late.is_set() else child.returncode, time.monotonic() - start, used.ru_maxrss / 1024


def cbmc(name, tree, log, *more):
    (harness, sources), flags = PROOFS[name]
    own = [] if "--function" in flags else ["--function", "harness"]
    files = [f"{tree}/src/core/{source}" for source in sources]
    return run(["cbmc", "--c17", "-I", f"{tree}/include", "-I", f"{tree}/src/core", "-I", f"{SOURCE}/tests/proof",
                "--nondet-static", "--no-array-field-sensitivity", *OTHER_CHECKS.get(name, CHECKS), *LOOPS, *own, *flags, *more, *files,
                f"{SOURCE}/tests/proof/{harness}"], log)


def prove(name, arch=None):
    label = f"{name}, {arch}" if arch else name
    status, seconds, megabytes = cbmc(name, SOURCE, f"{BUILD}/{name}{arch or ''}.log", *(["--arch", arch] if arch else []))
    result = "proved" if status == 0 else "took too long" if status is None else f"FAILED with status {status}"
    say(f"{label}: {result}, {seconds:.0f} s, {megabytes:.0f} MB")
    if status != 0:
        failed = re.findall(r"^\[.*: FAILURE$", open(f"{BUILD}/{name}{arch or ''}.log", errors="replace").read(), re.M)
        for line in failed[:20]:
            say(f"    {line}")
    return status == 0


def reach(name, unit):
    """Each assertion of prove_reachable() has to fail: what it denies can be."""
    log = f"{BUILD}/{name}.log"
    PROOFS[name] = (unit, ["-DPROVE_REACHABLE"])
    status, seconds, megabytes = cbmc(name, SOURCE, log)
    with open(f"{SOURCE}/tests/proof/{unit[0]}", encoding="utf-8") as file:
        text = file.read()
    text = text[text.index("static void prove_reachable"):text.index("void harness")]
    with open(log, encoding="utf-8", errors="replace") as file:
        answers = re.findall(r"^\[prove_reachable\.assertion\.\d+\] line \d+ (.*): (\w+)$", file.read(), re.M)
    denied = [what for what, answer in answers if answer != "FAILURE"]
    wanted = text.count(" PROVE(")
    say(f"{name}: {len(answers) - len(denied)} of {wanted} can be, {seconds:.0f} s, {megabytes:.0f} MB")
    for what in denied:
        say(f"    cannot be: {what}")
    return status == 10 and not denied and len(answers) == wanted


def main():
    os.makedirs(BUILD, exist_ok=True)
    wanted = sys.argv[1:]
    jobs = [("whole_reach", lambda: reach("whole_reach", WHOLE))]
    jobs += [(name, lambda name=name: prove(name)) for name in list(PROOFS)]
    jobs += [(f"{name}_arm64", lambda name=name: prove(name, "arm64")) for name in ON_ARM64]
    jobs += [("reach", lambda: reach("reach", BOOKS)), ("judge_reach", lambda: reach("judge_reach", JUDGE)),
             ("drive_reach", lambda: reach("drive_reach", DRIVE))]
    jobs += mutants.jobs(run, cbmc, say, SOURCE, BUILD)
    if wanted:
        jobs = [(name, job) for name, job in jobs if name in wanted]
    unknown = set(wanted) - {name for name, _ in jobs}
    if unknown:
        sys.exit(f"no such proof or mutant: {', '.join(sorted(unknown))}")
    threading.Thread(target=tell_of_silence, daemon=True).start()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = list(pool.map(do, jobs))
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed", flush=True)
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
