#!/usr/bin/env python3
"""The fault matrix: every named fault, in every state that the daemon can be in, through the whole daemon.

Each cell is a daemon of its own on the simulated pad, with a real broker. It is brought into the state, the fault is
injected, and the simulated pad's own pin trace says when heat and cool were high for the last time: that is the time
until off, from the injection on. Then: the name that the broker got, whether it stays, and what clears it.

    tests/faults/run                       the whole matrix
    tests/faults/run --only too_hot        rows whose name has this in it
    tests/faults/run --docs                also writes docs/fault-matrix.md and docs/images/fault-matrix.svg
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import picture  # noqa: E402
from rig import HEAT_NOW, ROOT, Broker, Daemon, die_with_parent, heat_config, until  # noqa: E402
from rows import COLUMNS, ROWS  # noqa: E402

SPEED = 100
ARMING_SPEED = 8  # the self-test takes 5 s: slow enough to look at it
LOOK_S = 120.0  # real time; a machine under load may stand still for long
STAYS_MS = 20000  # so long the pins are watched after they have to be off
RISES_MS = 5000  # ... where the fault passes by itself: what it tripped may clear 10 s later
SOAK_MS = 25 * 60 * 1000  # a pad that was put on so long before the plan is as warm as the body makes it


class Listener(threading.Thread):
    """What the broker got, by device."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.got = {}
        self.process = subprocess.Popen(
            ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", "soothe/+/state", "-t", "soothe/+/event",
             "-F", "%t %p"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=die_with_parent)
        self.start()

    def run(self):
        for line in self.process.stdout:
            topic, payload = line.rstrip("\n").split(" ", 1)
            _, device, kind = topic.split("/")
            self.got.setdefault((device, kind), []).append(json.loads(payload))

    def documents(self, device, kind):
        return list(self.got.get((device, kind), []))


def config_for(port, device):
    """The sample with a second pad sensor and one at the hot side."""
    config = heat_config(port)
    config["device"]["id"] = device
    first = config["sensors"][0]
    hot_side = {key: value for key, value in {**first, "channel": 2, "role": "hot_side"}.items() if key != "of"}
    config["sensors"] = [first, {**first, "channel": 1}, hot_side]
    return config


class Cell:
    """One fault in one state."""

    def __init__(self, bench, row, column):
        self.bench, self.row, self.column = bench, row, column
        self.spec = row.cell(column)
        self.id = f"{row.name}-{COLUMNS.index(column)}".replace("_", "-")[:32]
        speed = row.speed or (ARMING_SPEED if column == "arming" else SPEED)
        self.daemon = Daemon(bench.build, Path(bench.dir) / self.id, config_for(bench.broker.port, self.id), speed=speed,
                             seed=bench.seed)
        self.injected_ms = None
        self.off_ms = None
        self.name = "none"
        self.cleared = ""

    # The state ---------------------------------------------------------------------------------------------------

    def wait(self, what, look):
        return until(f"{self.id}: {what}", look, LOOK_S)

    def status_with(self, **wanted):
        status = self.daemon.status()
        return status if all(status[key] == value for key, value in wanted.items()) else None

    def until_status(self, **wanted):
        return self.wait(f"{wanted}", lambda: self.status_with(**wanted))

    def until_ms(self, ms):
        self.wait("time", lambda: self.daemon.clock_ms() >= ms)

    def start_plan(self, injured):
        answer = self.daemon.command("start", value=injured)
        assert answer["status"] == "ok", answer

    def reach(self):
        """Bring it into the column's state."""
        self.daemon.start(LOOK_S)
        for fault in self.row.before:
            self.inject(fault)
            self.until_ms(self.daemon.clock_ms() + SOAK_MS)
        cools = self.column.startswith("cooling") or self.column == "phase switch"
        self.start_plan(f"-{72 * 60 - 10}m" if self.column == "phase switch" else "-1h" if cools else HEAT_NOW)
        if self.column == "arming":
            self.until_status(state="arming")
            return
        line = "cool" if cools else "heat"
        self.wait(f"{line} is on", lambda: self.daemon.is_on(line))
        if self.column == "phase switch":
            self.wait("the phase changes", lambda: any(
                event["event_type"] == "phase_changed" for event in self.bench.listener.documents(self.id, "event")))
            self.until_status(state="running")
        elif self.column == "resting":
            self.daemon.command("end")
            self.until_status(state="resting")
        elif self.column.endswith("in the band"):
            self.until_status(in_band="ON")
        elif self.column == "paused":
            self.until_status(in_band="ON")
            self.daemon.command("pause")
            self.until_status(state="paused")

    # The judge: the pin trace -------------------------------------------------------------------------------------

    def inject(self, fault):
        answer = self.daemon.command("inject", value=fault)
        assert answer["status"] == "ok", answer

    def on_since(self, since_ms, until_ms=None):
        """The last moment from since_ms on at which a pin was high; since_ms where none was, None while one is."""
        last, levels = since_ms, {"lead": 0} if self.spec.lead else {"heat": 0, "cool": 0}
        for at_ms, line, level in self.daemon.trace():
            if line not in levels or (until_ms is not None and at_ms > until_ms):
                continue
            if levels[line] and not level and at_ms > since_ms:
                last = max(last, at_ms)
            levels[line] = level
        return None if any(levels.values()) else last

    def look(self):
        faults = self.spec.faults or self.row.faults
        for fault in faults:
            self.inject(fault)
        wanted = f"inject:{faults[-1]}"
        self.injected_ms = [at for at, line, _ in self.daemon.trace() if line == wanted][-1]
        if self.column == "arming":
            assert not any(level and line in ("heat", "cool") and not self.is_test_pulse(at)
                           for at, line, level in self.daemon.trace()), "it had armed before the fault came"
        if self.spec.end_session and self.column != "resting":
            self.until_ms(self.injected_ms + 2000)
            self.daemon.command("end")

    def is_test_pulse(self, at_ms):
        """The self-test's 100 ms: on, and off at the most 120 ms later."""
        return any(0 < off - at_ms <= 120 and not level for off, line, level in self.daemon.trace()
                   if line in ("heat", "cool"))

    def judge_name(self):
        if not self.spec.names:
            self.until_ms(self.injected_ms + self.spec.off_ms + STAYS_MS)
            self.name = self.daemon.status()["trip"]
            assert self.name == "none", f"named {self.name}, which nothing can show here"
            return
        def named():
            status = self.daemon.status()
            found = status["trip"] if self.spec.event == "" else self.event_fault()
            if found in self.spec.names and (not self.spec.locks or status["state"] == "locked"):
                return status
            assert found == "none" or found in self.spec.on_the_way or self.spec.locks, f"named {found}, not {self.spec.names}"
            assert self.daemon.clock_ms() <= self.injected_ms + self.spec.named_ms + SPEED * 1000, \
                f"not named within {self.spec.named_ms} ms"
            return None
        status = self.wait(f"named {self.spec.names}", named)
        self.name = status["trip"] if self.spec.event == "" else self.event_fault()
        self.locked = status["state"] == "locked"
        if self.spec.event == "":
            self.wait("the broker has the name", lambda: any(
                document["trip"] == self.name and document["advice"] and document["problem"] == "ON"
                for document in self.bench.listener.documents(self.id, "state")))

    def event_fault(self):
        events = [e for e in self.bench.listener.documents(self.id, "event") if e["event_type"] == self.spec.event]
        return events[-1].get("fault", "none") if events else "none"

    def judge_off(self):
        passes = self.spec.names and not (self.spec.stays or self.locked or self.spec.event)
        until_ms = self.injected_ms + self.spec.off_ms + RISES_MS if passes else \
            max(self.daemon.clock_ms(), self.injected_ms + self.spec.off_ms) + STAYS_MS
        self.until_ms(until_ms)
        last = self.on_since(self.injected_ms, until_ms)
        assert last is not None, "a pin is high"
        pulses = self.column == "arming" and last - self.injected_ms <= 6000 and self.is_test_pulse(last - 100)
        self.off_ms = 0 if pulses else last - self.injected_ms
        assert self.off_ms <= self.spec.off_ms, f"off after {self.off_ms} ms, allowed {self.spec.off_ms} ms"

    # What clears it ----------------------------------------------------------------------------------------------

    def judge_clearing(self):
        if self.name == "none":
            return
        if self.spec.event:
            self.inject("none")
            self.wait("it is tried again and runs", lambda: self.daemon.status()["state"] == "running")
            self.cleared = "next try"
            return
        if self.locked and self.spec.ack_refused:
            answer = self.daemon.command("ack")
            assert answer["status"] == "refused", f"acknowledged while the cause is there: {answer}"
        if not self.locked and self.spec.stays:
            assert self.daemon.status()["trip"] == self.name, "it cleared while the fault stands"
        self.inject("none")
        from_ms = self.daemon.clock_ms()
        if self.locked:
            self.wait("ack", lambda: self.daemon.command("ack")["status"] == "ok")
            self.cleared = "ack"
        self.wait("no fault any more", lambda: self.daemon.status()["trip"] != self.name)
        if not self.locked:
            self.cleared = f"{(self.daemon.clock_ms() - from_ms) // 1000} s"

    def run(self):
        try:
            self.locked = False
            self.reach()
            self.look()
            self.judge_name()
            self.judge_off()
            self.judge_clearing()
            return None
        except (AssertionError, OSError, KeyError, IndexError) as error:
            tail = self.daemon.text()[-1500:] if self.daemon.log.exists() else ""
            return f"{error or type(error).__name__}\n{tail}"
        finally:
            if self.daemon.process:
                self.daemon.stop()


class LostStore(Cell):
    """The database is damaged while the daemon is away: shows at its next start."""

    def look(self):
        self.injected_ms = self.daemon.clock_ms()
        self.daemon.kill()
        for path in self.daemon.state.glob("soothe.db*"):
            path.write_bytes(os.urandom(4096))
        self.daemon.start(LOOK_S)


class SupplyCollapse(Cell):
    """The machine is gone as soon as the pad has power, and starts again: three times."""

    def reach(self):
        self.daemon.start(LOOK_S)
        self.inject("supply_collapse")
        self.start_plan(HEAT_NOW)

    def look(self):
        for session in range(3):
            self.wait("the supply breaks down", lambda: self.daemon.process.poll() is not None)
            self.daemon.start(LOOK_S)
            if session < 2:
                self.inject("supply_collapse")
        self.injected_ms = self.daemon.clock_ms()


SPECIAL = {"store_lost": LostStore, "supply_collapse": SupplyCollapse}


class Bench:
    def __init__(self, build, directory, seed):
        self.build, self.dir, self.seed = build, directory, seed
        self.broker = Broker(directory).start()
        self.listener = Listener(self.broker.port)

    def close(self):
        self.listener.process.kill()
        self.listener.process.wait()
        self.broker.stop()


def cells(bench, only):
    for row in ROWS:
        for column in COLUMNS:
            if only in row.name and row.cell(column):
                yield SPECIAL.get(row.name, Cell)(bench, row, column)


def text_of(cell):
    return f"{cell.row.name:20} {cell.column:24} off {cell.off_ms if cell.off_ms is not None else '-':>7} ms  " \
           f"allowed {cell.spec.off_ms:>7}  {cell.name:20} {cell.cleared}"


def main():
    parser = argparse.ArgumentParser(description="Every named fault in every state, on the simulated pad.")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100000)
    parser.add_argument("--docs", action="store_true", help="write the table and the picture into docs/")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    done, failed = [], []
    with tempfile.TemporaryDirectory(prefix="soothe-faults-") as directory:
        bench = Bench(options.build, directory, options.seed)
        try:
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                runs = {pool.submit(cell.run): cell for cell in cells(bench, options.only)}
                for run in concurrent.futures.as_completed(runs):
                    cell, wrong = runs[run], run.result()
                    (failed if wrong else done).append(cell)
                    print(("ok     " if not wrong else "FAILED ") + text_of(cell) + (f"\n{wrong}" if wrong else ""), flush=True)
        finally:
            bench.close()
    table = picture.table(done)
    print("\n" + table)
    if options.docs and not failed:
        (ROOT / "docs/fault-matrix.md").write_text(picture.page(table, len(done)), encoding="utf-8")
        (ROOT / "docs/images/fault-matrix.svg").write_text(picture.svg(done), encoding="utf-8")
    print(f"{len(done)} passed, {len(failed)} failed")
    return 1 if failed or not done else 0


if __name__ == "__main__":
    sys.exit(main())
