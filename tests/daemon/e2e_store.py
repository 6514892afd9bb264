#!/usr/bin/env python3
"""A store that cannot write: no record, no power; and what happened meanwhile is not lost."""

import os
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import END_S, HEAT_NOW, DaemonTest, heat_config, until  # noqa: E402


class Store(DaemonTest):
    def test_without_a_record_no_session_begins_and_it_recovers_by_itself(self):
        daemon = self.daemon(config=heat_config(), speed=20)
        daemon.start()
        daemon.command("inject", value="store_full")
        daemon.command("start", value=HEAT_NOW)
        status = until("it is blocked", lambda: next(
            (s for s in [daemon.status()] if s["blocked_by"] in ("storage", "arming_failed")), None))
        self.assertEqual((status["heating"], status["duty"]), ("OFF", 0))
        daemon.until_log("storage_failed")
        daemon.until_log("No space left on device")
        begun_ms = daemon.clock_ms()
        until("a minute passes", lambda: daemon.clock_ms() > begun_ms + 60000)
        self.assertFalse(daemon.is_on("heat"))
        self.assertFalse([row for row in daemon.trace() if row[1] == "heat"], "no line was driven")
        daemon.command("inject", value="none")
        daemon.until_log("storage_works")
        daemon.until_powered("heat", 60)
        self.assertEqual(daemon.stop(), 0)

    def test_what_ends_meanwhile_is_stored_later(self):
        daemon = self.daemon(config=heat_config(), speed=20)
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_powered("heat")
        daemon.command("inject", value="store_full")
        daemon.command("pain", value="6")
        daemon.command("end")
        self.assertFalse(daemon.is_on("heat"))
        daemon.until_log("storage_failed")
        self.assertEqual(daemon.history()["sessions"][-1]["end"], None)
        daemon.command("inject", value="none")
        row = until("its end is stored", lambda: next(
            (r for r in [daemon.history()["sessions"][-1]] if r["end"]), None))
        self.assertEqual(row["reason"], "user")
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertEqual(daemon.status()["pain"], 6)
        self.assertEqual(daemon.stop(), 0)

    def test_a_lockout_that_could_not_be_stored_outlives_kill_9(self):
        daemon = self.daemon(config=heat_config(), speed=20)
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_state("running")
        daemon.command("inject", value="store_full")
        daemon.command("inject", value="readback")
        daemon.until_state("locked")
        daemon.until_log("storage_failed")
        daemon.kill()
        daemon.start()
        status = daemon.status()
        self.assertEqual((status["state"], status["trip"]), ("locked", "readback"))
        daemon.until_log("could not be stored before the last end")
        self.assertEqual(daemon.command("ack")["status"], "ok")
        daemon.until_state("due", "resting", "waiting")
        daemon.kill()
        daemon.start()
        self.assertEqual(daemon.status()["trip"], "none")
        self.assertEqual(daemon.stop(), 0)

    def test_it_ends_in_time_and_says_what_was_not_stored(self):
        daemon = self.daemon(config=heat_config(), speed=20)
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_powered("heat")
        daemon.command("inject", value="store_full")
        self.assertEqual(daemon.stop(END_S), 0)
        self.assertIn("could not be stored before the end", daemon.text())
        self.assertFalse(daemon.is_on("heat"))
        daemon.start()
        until("the session was cut short", lambda: daemon.history()["sessions"][-1]["reason"] == "restart")
        self.assertNotEqual(daemon.command("now")["status"], "ok")
        self.assertEqual(daemon.stop(), 0)


def namespace():
    """A command that runs a program with a mount namespace of its own; None: not here."""
    for words in ([] if os.geteuid() == 0 else ["--map-root-user"],):
        wrap = ["unshare", "--mount", *words]
        if shutil.which("unshare") and subprocess.run([*wrap, "true"], capture_output=True, check=False).returncode == 0:
            return wrap
    return None


class FullDisk(DaemonTest):
    """A real one: a small tmpfs that only the daemon sees, filled through /proc/PID/root."""

    def setUp(self):
        super().setUp()
        self.wrap = namespace()
        if not self.wrap:
            self.skipTest("no mount namespace for this user")

    def small_disk(self, **more):
        daemon = self.daemon(config=heat_config(), **more)
        script = f'mount -t tmpfs -o size=2m none {daemon.state} && exec "$@"'
        daemon.wrap = [*self.wrap, "sh", "-c", script, "sh"]
        daemon.start()
        self.inside = Path(f"/proc/{daemon.process.pid}/root{daemon.state}")
        return daemon

    def fill(self):
        with (self.inside / "filler").open("wb", buffering=0) as filler:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    pass

    def test_full_before_a_session_none_begins_until_there_is_room(self):
        daemon = self.small_disk()
        self.fill()
        until("what room the database still had is used up", lambda: daemon.command("pain", value="1") and
              "the state cannot be stored" in daemon.text())
        daemon.command("start", value=HEAT_NOW)
        until("it is blocked", lambda: daemon.status()["blocked_by"] == "storage")
        time.sleep(2)
        status = daemon.status()
        self.assertEqual(status["blocked_by"], "storage", "and stays so")
        self.assertEqual((status["heating"], status["duty"]), ("OFF", 0))
        self.assertNotIn("session_started", daemon.text())
        (self.inside / "filler").unlink()
        daemon.until_log("storage_works")
        until("it runs", lambda: daemon.status()["heating"] == "ON")
        self.assertEqual(daemon.stop(), 0)

    def test_full_in_a_session_its_end_is_stored_when_there_is_room(self):
        daemon = self.small_disk()
        daemon.command("start", value=HEAT_NOW)
        until("it runs", lambda: daemon.status()["heating"] == "ON")
        self.fill()
        daemon.command("pain", value="7")
        daemon.command("end")
        until("it ended", lambda: daemon.status()["heating"] == "OFF")
        daemon.until_log("the state cannot be stored")
        (self.inside / "filler").unlink()
        daemon.until_log("storage_works")
        row = until("its end is stored", lambda: next(
            (r for r in [daemon.history()["sessions"][-1]] if r["end"]), None))
        self.assertEqual(row["reason"], "user")
        self.assertEqual(daemon.status()["pain"], 7)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
