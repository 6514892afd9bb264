#!/usr/bin/env python3
"""The sample plan, all ten days, through the real daemon on the simulated pad in time-lapse.

What it did is judged by the simulated pad's own pin trace, not by what the daemon says: the history has to agree with it
row for row, and both with the plan. Then kill -9 in a session: nothing begins before the rest is over."""

import argparse
import datetime
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import Broker, Daemon, sample_config, until  # noqa: E402

HOUR = 3600.0
AGREE_S = 60.0


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def powered_spans(trace):
    """Sessions as the pins saw them: (line, first on, last off), a gap of half an hour parts two of them."""
    spans = []
    on = {}
    for time_ms, line, level in trace:
        if line not in ("heat", "cool"):
            continue
        at = time_ms / 1000
        if level:
            on[line] = at
            if spans and spans[-1][0] == line and at - spans[-1][2] < HOUR / 2:
                continue
            spans.append([line, at, at])
        elif line in on:
            spans[-1][2] = at
            del on[line]
    if on:
        raise AssertionError(f"still powered at the end of the trace: {on}")
    return spans


def both_on(trace):
    level = {"heat": 0, "cool": 0}
    for _, line, value in trace:
        if line in level:
            level[line] = value
            if all(level.values()):
                return True
    return False


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def that(self, sentence, holds, detail=""):
        self.passed += bool(holds)
        self.failed += not holds
        print(f"{'ok' if holds else 'FAILED'}: {sentence}{'' if holds else f' ({detail})'}", flush=True)


def check_rows(checks, sessions, spans):
    checks.that("history and pin trace have the same number of sessions", len(sessions) == len(spans),
                f"{len(sessions)} and {len(spans)}")
    lines = {"cool": "cool", "heat": "heat"}
    apart = []
    for row, (line, first, last) in zip(sessions, spans):
        apart.append((abs(seconds(row["start"]) - first), abs(seconds(row["end"]) - last), lines[row["mode"]] == line))
    worst_begin = max(a[0] for a in apart)
    worst_end = max(a[1] for a in apart)
    print(f"    worst difference: begin {worst_begin:.1f} s, end {worst_end:.1f} s")
    checks.that("every session begins within 60 s of the pin", worst_begin <= AGREE_S, worst_begin)
    checks.that("every session ends within 60 s of the pin", worst_end <= AGREE_S, worst_end)
    checks.that("every session used the output that it names", all(a[2] for a in apart))


def check_plan(checks, sessions, begun):
    starts = [seconds(row["start"]) for row in sessions]
    ice = [row for row in sessions if row["phase"] == "ice"]
    heat = [row for row in sessions if row["phase"] == "heat"]
    checks.that("72 hours of ice, then heat",
                all(seconds(r["start"]) < begun + 72 * HOUR for r in ice) and
                all(seconds(r["start"]) >= begun + 72 * HOUR for r in heat) and ice and heat)
    lengths = [seconds(r["end"]) - seconds(r["start"]) for r in sessions]
    checks.that("every session lasts 20 to 30 minutes", all(1200 <= length <= 1800 for length in lengths),
                (min(lengths), max(lengths)))
    checks.that("every session spent its 20 minutes in the band", all(r["in_band_s"] >= 1200 for r in sessions))
    gaps = list(zip(sessions[1:], (b - a for a, b in zip(starts, starts[1:]))))
    checks.that("no power-on earlier than 3 h after the last", all(gap >= 3 * HOUR for _, gap in gaps),
                min(gap for _, gap in gaps))
    # The host's zone decides the quiet hours: judged where they do not reach, and 8 h at most where they do.
    checks.that("ice begins 3 to 4 h apart", all(gap <= 4 * HOUR for row, gap in gaps if row["phase"] == "ice"))
    checks.that("heat begins 3 to 4 h apart, but for quiet hours",
                all(gap <= 4 * HOUR or gap <= 12 * HOUR and quiet_between(row) for row, gap in gaps if row["phase"] == "heat"))
    checks.that("no heat begins in the quiet hours", not any(in_quiet(seconds(r["start"])) for r in heat))


def in_quiet(at):
    local = datetime.datetime.fromtimestamp(at)
    return local.hour >= 23 or local.hour < 7


def quiet_between(row):
    """The session was deferred: it began when the quiet hours ended."""
    local = datetime.datetime.fromtimestamp(seconds(row["start"]))
    return local.hour == 7 and local.minute < 5


def whole_plan(checks, build, speed):
    with tempfile.TemporaryDirectory(prefix="soothe-plan-") as directory:
        broker = Broker(directory).start()
        daemon = Daemon(build, Path(directory) / "d", config=sample_config(broker.port), speed=speed).start()
        try:
            daemon.command("start")
            begun = seconds(daemon.status()["phase_ends"]) - 72 * HOUR
            told = set()

            def complete():
                status = daemon.status()
                if status["sessions_done"] // 10 not in told:
                    told.add(status["sessions_done"] // 10)
                    print(f"    {status['ts']} {status['phase']}: {status['sessions_done']} sessions", flush=True)
                return status["state"] == "complete" and status

            status = until("the plan is complete", complete, 10 * 86400 / speed * 4 + 300)
            sessions = [row for row in daemon.history()["sessions"] if row["powered"]]
            trace = daemon.trace()
        finally:
            code = daemon.stop()
            broker.stop()
        checks.that("the daemon ended in an orderly way", code == 0, code)
        checks.that("no trip, no lockout", status["trip"] == "none" and not daemon_trips(daemon))
        checks.that("heat and cool never together", not both_on(trace))
        check_rows(checks, sessions, powered_spans(trace))
        check_plan(checks, sessions, begun)


def daemon_trips(daemon):
    return [line for line in daemon.log.read_text().splitlines() if "trip" in line or "lockout" in line]


def killed_in_session(checks, build):
    with tempfile.TemporaryDirectory(prefix="soothe-kill-") as directory:
        daemon = Daemon(build, Path(directory) / "d", speed=100).start()  # so that it is killed before the session is over
        try:
            daemon.command("start")
            until("the pin goes high", lambda: any(level for _, line, level in daemon.trace() if line == "cool"))
            daemon.kill()
            killed_ms = int.from_bytes((daemon.state / "simulated-clock").read_bytes()[:8], "little")
            first_on = next(t for t, line, level in daemon.trace() if line == "cool" and level)
            before = len(daemon.trace())
            daemon.speed = 3000
            daemon.start()
            until("it energises again", lambda: any(level for _, line, level in daemon.trace()[before:] if line == "cool"), 60)
            again = next(t for t, line, level in daemon.trace()[before:] if line == "cool" and level)
            rows = daemon.history()["sessions"]
        finally:
            daemon.stop()
        print(f"    killed {(killed_ms - first_on) / 1000:.0f} s into the session; "
              f"energised again {(again - first_on) / 60000:.1f} min after its power-on")
        checks.that("after kill -9 the session has ended as `restart`", rows[0]["reason"] == "restart", rows[0])
        checks.that("nothing begins before the rest is over", again - first_on >= 3 * HOUR * 1000, again - first_on)
        checks.that("and at least 2 h off", again - killed_ms >= 2 * HOUR * 1000, again - killed_ms)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--speed", type=float, default=20000)
    options = parser.parse_args()
    checks = Checks()
    killed_in_session(checks, options.build)
    whole_plan(checks, options.build, options.speed)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
