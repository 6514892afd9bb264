"""From a fault of the ADC to the heater's line: how long it takes, many times, as a distribution.

In the virtual kernel the time is the sum of all waits (the age of the newest sample, ticks, conversions, transfers that
hang) from a moment of the tick's cycle that a seed chooses: 40 runs of each, the same whatever the host is busy with.
In the real kernel two of each show what the CPU adds.
"""
import collections
import random
import time

import rig
from harness import IN_HEAT, scenario

RUNS = {"virtual": 40, "real": 2}
SEED = 20261122
AGE_MS, TICK_MS, GUARD_MS = 600, 200, 20  # docs/safety.md: the oldest reading that may energise, a tick, the guard's step
ROOM_MS = {"virtual": 0, "real": 100}     # for a host that is busy
STUCK_MS = 10_000                         # sensor_stuck: both channels repeat their codes for so long
NAMED_MS = 1000                           # from the line's fall to the name on MQTT: two more samples, or 0.2 s of age
TRIPS_A_SESSION = 3                       # of a sensor; the next one would be a lockout

Fault = collections.namedtuple("Fault", "what inject limit_ms names trips")


def no_acknowledge(adc):
    adc.knob("fail_errno", 121)


def times_out(adc):
    """As a Pi's adapter: a transfer waits for a second, then ETIMEDOUT."""
    adc.knob("fail_errno", 110)
    adc.knob("delay_ms", 1000)


def hangs(adc):
    adc.knob("delay_ms", 30_000)


def latches(adc):
    if not adc.latch():
        raise RuntimeError("the driver did not latch")


def is_removed(adc):
    adc.present(False)


def freezes(adc):
    adc.knob("frozen", 1)


SENSOR_MS = AGE_MS + TICK_MS + GUARD_MS
FAULTS = {
    "nack": Fault("no acknowledge: EREMOTEIO", no_acknowledge, SENSOR_MS, ("sensor_error",), TRIPS_A_SESSION),
    "timeout": Fault("bus stuck: 1 s, then ETIMEDOUT", times_out, SENSOR_MS, ("sensor_stale", "sensor_error"),
                     TRIPS_A_SESSION),
    "hang": Fault("a transfer that takes 30 s", hangs, SENSOR_MS, ("sensor_stale",), 1),
    "latch": Fault("a bad transfer, then EINVAL for ever", latches, SENSOR_MS, ("sensor_error",), TRIPS_A_SESSION),
    "removed": Fault("the device is gone: ENODEV", is_removed, SENSOR_MS, ("sensor_error", "sensor_stale"),
                     TRIPS_A_SESSION),
    "frozen": Fault("both channels repeat their codes", freezes, STUCK_MS + SENSOR_MS, ("sensor_stuck",), 1),
}


def fall_of(lines, limit_ms):
    """When the heater's line became low, looked at every millisecond (5 where it takes seconds); None after twice the
    limit."""
    end = rig.now_ms() + 2 * limit_ms
    while lines.level(rig.HEAT_LINE):
        if rig.now_ms() > end:
            return None
        time.sleep(0.001 if limit_ms < 2000 else 0.005)
    return rig.now_ms()


def quietly_powered(bench, name):
    """A fresh session with power, a slow pad far below its target; no checks of its own but one."""
    bench.pad.pace(0.03, 0.1, 0.0)
    bench.pad.release(30.0)
    daemon = bench.daemon(name)
    ready = daemon.wait_ready() and daemon.client("start", "--injured-at", IN_HEAT).returncode == 0
    if not ready or bench.lines.wait_power(rig.HEAT_LINE, 30) is None:
        bench.check(f"{name}: a session has power", False)
        return None
    return daemon


def one_run(bench, fault, chance):
    """(ms to the line's fall, ms to the name, the name); None for what did not come."""
    if fault is FAULTS["latch"]:
        bench.adc.autosuspend(20)
    time.sleep(2 + 2 * chance.random())
    began = rig.now_ms()
    if not bench.lines.level(rig.HEAT_LINE):
        return None, None, "no power"
    fault.inject(bench.adc)
    fell = fall_of(bench.lines, fault.limit_ms)
    named = fell and bench.broker.wait_state(5, trip=lambda trip: trip not in (None, "none"))
    at, name = rig.now_ms(), bench.broker.state.get("trip")
    return fell and fell - began, at - began if named else None, name


def run_again(bench, daemon, fault):
    """The same session with power once more, or None."""
    bench.adc.mend()
    if daemon and bench.broker.wait_state(30, trip="none") and bench.lines.wait_power(rig.HEAT_LINE, 30) is not None:
        return daemon
    bench.check(f"{fault.what}: a healthy ADC brings the session back", False)
    return None


def measure(bench, key, kernel, chance):
    """The rows (off, named, name) of all runs of one fault."""
    fault, rows, daemon, trips = FAULTS[key], [], None, 0
    for run in range(RUNS[kernel]):
        if daemon and trips < fault.trips:
            daemon = run_again(bench, daemon, fault)
        if daemon is None or trips >= fault.trips:
            bench.tidy()
            daemon, trips = quietly_powered(bench, f"{key}{run}"), 0
        rows.append(one_run(bench, fault, chance) if daemon else (None, None, "no power"))
        trips += 1
        if kernel == "real" or run % 5 == 4:
            print(f". {key}: {run + 1} of {RUNS[kernel]}", flush=True)
    bench.tidy()
    return rows


def judge(bench, key, kernel, rows):
    fault = FAULTS[key]
    limit = fault.limit_ms + ROOM_MS[kernel]
    off = sorted(row[0] for row in rows if row[0] is not None)
    late = len(rows) - sum(took <= limit for took in off)
    figures = f"{off[0]} to {off[-1]} ms, limit {limit} ms" if off else "never off"
    bench.check(f"{fault.what}: the line is low in time in {len(rows)} runs", late == 0, figures)
    wrong = sorted({str(name) for _, _, name in rows if name not in fault.names})
    slow = [row[1] for row in rows if row[0] is None or row[1] is None or row[1] - row[0] > NAMED_MS]
    bench.check(f"{fault.what}: MQTT names {' or '.join(fault.names)}", not wrong and not slow,
                f"{' '.join(wrong)} {slow}" if wrong or slow else f"after {max(row[1] for row in rows)} ms at most")


def react(bench, kernel):
    chance = random.Random(SEED)
    with open(f"{rig.OUT}/reaction.tsv", "w", encoding="ascii") as table:
        for key, fault in FAULTS.items():
            rows = measure(bench, key, kernel, chance)
            for off, named, name in rows:
                table.write(f"{kernel}\t{key}\t{fault.what}\t{fault.limit_ms}\t{off}\t{named}\t{name}\n")
            judge(bench, key, kernel, rows)


@scenario("reaction", "real", "from the ADC's fault to the line, a few times")
def react_really(bench):
    react(bench, "real")


@scenario("reaction", "virtual", "from the ADC's fault to the line, 240 times")
def react_virtually(bench):
    react(bench, "virtual")
