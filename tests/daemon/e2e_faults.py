#!/usr/bin/env python3
"""Every fault of the simulated pad through the whole daemon: the pin goes low in time, the fault has its name, it clears
or stays as docs/safety.md says. The pin trace is the judge, on the simulated clock."""

import datetime
import json
import socket
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import HEAT_NOW, DaemonTest, heat_config, until  # noqa: E402

SPEED = 40
TICK_MS = 200


def config_with_hot_side():
    config = heat_config()
    hot_side = {**config["sensors"][0], "channel": 1, "role": "hot_side"}
    del hot_side["of"]
    config["sensors"].append(hot_side)
    return config


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Watcher(threading.Thread):
    """Collects what `watch` tells."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.client = socket.socket(socket.AF_UNIX)
        self.client.connect(str(path))
        self.client.sendall(b'{"cmd":"watch"}\n')
        self.lines = []
        self.start()

    def run(self):
        for line in self.client.makefile():
            self.lines.append(json.loads(line))

    def events(self, kind):
        return [line for line in list(self.lines) if line.get("event_type") == kind]


class Faults(DaemonTest):
    def heating(self):
        """A daemon in its heat phase, the heater on."""
        daemon = self.daemon(config=config_with_hot_side(), speed=SPEED)
        daemon.start()
        self.watcher = Watcher(daemon.socket)
        self.addCleanup(self.watcher.client.close)
        self.assertEqual(daemon.command("start", value=HEAT_NOW)["status"], "ok")
        daemon.until_powered("heat")
        return daemon

    def inject(self, daemon, fault):
        """The simulated time when it was there: it is answered in its tick, and a busy machine brings the answer later."""
        self.assertEqual(daemon.command("inject", value=fault)["status"], "ok")
        return daemon.clock_ms()

    def last_on_ms(self, daemon, since_ms):
        """How long after since_ms the heater had power for the last time."""
        rows = [(t, level) for t, line, level in daemon.trace() if line == "heat"]
        self.assertEqual(rows[-1][1], 0, "the heater is off")
        return max(rows[-1][0] - since_ms, 0)

    def trips(self, fault, off_within_ms, clears_within_s, goes_on=True):
        daemon = self.heating()
        injected_ms = self.inject(daemon, fault)
        status = until(f"{fault} is named", lambda: next((s for s in [daemon.status()] if s["trip"] == fault), None))
        self.assertEqual(status["state"], "tripped")
        self.assertEqual((status["heating"], status["duty"]), ("OFF", 0))
        off_ms = self.last_on_ms(daemon, injected_ms)
        self.assertLessEqual(off_ms, off_within_ms + 2 * TICK_MS)
        rows = len(daemon.trace())
        held_ms = daemon.clock_ms()
        until("two minutes pass", lambda: daemon.clock_ms() > held_ms + 120000)
        self.assertFalse([r for r in daemon.trace()[rows:] if r[1] in ("heat", "cool") and r[2]],
                         "no power while the fault stands")
        told = until("the event is told", lambda: self.watcher.events("trip"))
        self.assertEqual(told[0]["fault"], fault)
        self.assertEqual([e["fault"] for e in self.watcher.events("trip")], [fault], "told once")
        rows = len(daemon.trace())
        cleared_ms = self.inject(daemon, "none")
        cleared_s = seconds(daemon.status()["ts"])
        until("it clears", lambda: daemon.status()["trip"] == "none")
        if goes_on:
            until("the heater has power again", lambda: daemon.is_on("heat"))
            on_ms = next(t for t, line, level in daemon.trace()[rows:] if line == "heat" and level)
            self.assertLessEqual(on_ms - cleared_ms, clears_within_s * 1000)
        told = until("that is told", lambda: self.watcher.events("trip_cleared"))
        self.assertLessEqual(seconds(told[0]["ts"]) - cleared_s, clears_within_s)
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(daemon.is_on("heat"))

    def test_sensor_open(self):
        self.trips("sensor_open", TICK_MS, 30)

    def test_sensor_short(self):
        self.trips("sensor_short", TICK_MS, 30)

    def test_sensor_error(self):
        self.trips("sensor_error", TICK_MS, 30)

    def test_sensor_stale(self):
        self.trips("sensor_stale", 600, 30)

    def test_too_hot(self):
        # The sensor is carried from 22 to 44.5 degrees with a lag of 5 s: it passes 43 after 13.5 s at the latest.
        # Two minutes there are more dose than a session may have, so it does not go on.
        self.trips("too_hot", 13500 + TICK_MS, 120, goes_on=False)
        self.assertEqual(self.watcher.events("session_ended")[0]["reason"], "dose")

    def test_too_cold(self):
        # From 40 at most to 3.5: it passes 5 after 16 s at the latest.
        self.trips("too_cold", 16000 + TICK_MS, 120)

    def test_hot_side(self):
        # From 22 to 65: it passes 60 after 10.8 s.
        self.trips("hot_side", 10800 + TICK_MS, 120)

    def test_a_readback_locks_until_it_is_acknowledged_on_the_spot(self):
        daemon = self.heating()
        injected_ms = self.inject(daemon, "readback")
        status = daemon.until_state("locked")
        self.assertEqual((status["trip"], status["blocked_by"]), ("readback", "lockout"))
        self.assertLessEqual(self.last_on_ms(daemon, injected_ms), 3 * TICK_MS)
        self.assertEqual(until("it is told", lambda: self.watcher.events("lockout"))[0]["fault"], "readback")
        self.assertEqual(until("the end is told", lambda: self.watcher.events("session_ended"))[0]["reason"], "lockout")
        refused = daemon.command("ack")
        self.assertEqual((refused["status"], refused["reason"]), ("refused", "cause_present"))
        daemon.kill()
        daemon.start()
        status = daemon.until_state("locked")
        self.assertEqual(status["trip"], "readback", "it outlives kill -9")
        self.assertEqual(daemon.command("now")["status"], "refused")
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        daemon.until_state("locked")
        self.assertEqual(daemon.history()["sessions"][-1]["reason"], "lockout")
        until("the cause is known to be gone", lambda: daemon.command("ack")["status"] == "ok")
        self.assertEqual(until("it is free", lambda: next((s for s in [daemon.status()] if s["trip"] == "none"), None))
                         ["blocked_by"], "rest")
        self.assertFalse(daemon.is_on("heat"))
        self.assertEqual(daemon.stop(), 0)

    def test_the_fourth_fault_of_a_sensor_in_a_session_is_a_lockout(self):
        daemon = self.heating()
        for _ in range(3):
            self.inject(daemon, "sensor_open")
            until("it is named", lambda: daemon.status()["trip"] == "sensor_open")
            self.inject(daemon, "none")
            until("it clears", lambda: daemon.status()["trip"] == "none")
            until("the heater has power again", lambda: daemon.is_on("heat"))
        self.inject(daemon, "sensor_open")
        self.assertEqual(daemon.until_state("locked")["trip"], "sensor_open")
        self.assertFalse(daemon.is_on("heat"))
        self.inject(daemon, "none")
        until("a person clears it", lambda: daemon.command("ack")["status"] == "ok")
        self.assertEqual(daemon.stop(), 0)

    def test_a_fault_before_the_session_keeps_it_from_beginning(self):
        daemon = self.daemon(config=config_with_hot_side(), speed=SPEED)
        daemon.start()
        self.inject(daemon, "sensor_short")
        until("it is named", lambda: daemon.status()["trip"] == "sensor_short")
        self.assertEqual(daemon.command("start", value=HEAT_NOW)["status"], "ok")
        begun_ms = daemon.clock_ms()
        until("half a minute passes", lambda: daemon.clock_ms() > begun_ms + 30000)
        self.assertEqual(daemon.status()["blocked_by"], "trip")
        self.assertFalse(daemon.is_on("heat"))
        self.inject(daemon, "none")
        until("it begins by itself", lambda: daemon.is_on("heat"))
        self.assertEqual(daemon.stop(), 0)

    def test_a_name_that_is_no_fault_is_refused_with_the_list(self):
        daemon = self.daemon(speed=SPEED)
        daemon.start()
        refused = daemon.command("inject", value="nonsense")
        self.assertEqual((refused["status"], refused["reason"]), ("refused", "bad_value"))
        self.assertIn("sensor_open", refused["message"])
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
