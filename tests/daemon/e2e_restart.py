#!/usr/bin/env python3
"""The end of the daemon, orderly or not, and what the next one makes of it."""

import datetime
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import END_S, HEAT_NOW, DaemonTest, heat_config, until  # noqa: E402

HOUR_MS = 3600 * 1000
SLOW, FAST = 200, 3000  # a session lasts for 6 s at least: there is time to look at it, on a busy machine too; a rest 4 s


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def cool_on(daemon, since=0):
    """When the cooler got power, from that row of the trace on."""
    return [t for t, line, level in daemon.trace()[since:] if line == "cool" and level]


class Orderly(DaemonTest):
    def in_session(self, speed):
        daemon = self.daemon(speed=speed)
        daemon.start()
        daemon.command("start")
        until("the cooler is on", lambda: daemon.is_on("cool"))
        return daemon

    def ended(self, daemon, number):
        daemon.process.send_signal(number)
        self.assertEqual(daemon.process.wait(END_S), 0)
        self.assertFalse(daemon.is_on("cool"))
        self.assertFalse(daemon.is_on("fan"))
        self.assertFalse(daemon.socket.exists())
        daemon.start()
        row = daemon.history()["sessions"][0]
        self.assertEqual((row["reason"], row["powered"]), ("restart", True))
        self.assertEqual(daemon.status()["blocked_by"], "rest")
        self.assertEqual(daemon.stop(), 0)

    def test_sigterm_in_a_session_is_off_recorded_and_quick(self):
        self.ended(self.in_session(100), signal.SIGTERM)

    def test_sigint_is_the_same(self):
        self.ended(self.in_session(100), signal.SIGINT)

    def test_sigterm_in_real_time_is_the_same(self):
        daemon = self.daemon(config=heat_config())
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_powered("heat")
        self.assertEqual(daemon.stop(END_S), 0)
        self.assertFalse(daemon.is_on("heat"))
        self.assertIn("ticks began late by", daemon.text())

    def test_an_idle_daemon_goes_on_with_its_plan(self):
        daemon = self.daemon(speed=SLOW)
        daemon.start()
        daemon.command("start")
        until("the first session is over", lambda: daemon.status()["sessions_done"] == 1)
        before = daemon.status()
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        after = daemon.status()
        for field in ("phase", "phase_ends", "next_session", "next_session_by", "sessions_done", "sessions_today"):
            self.assertEqual(after[field], before[field], field)
        self.assertEqual(daemon.stop(), 0)

    def test_stopped_and_paused_outlive_a_restart(self):
        daemon = self.daemon(speed=100)
        daemon.start()
        daemon.command("start")
        until("the cooler is on", lambda: daemon.is_on("cool"))
        daemon.command("stop")
        self.assertFalse(daemon.is_on("cool"))
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertEqual(daemon.status()["state"], "stopped")
        self.assertEqual(daemon.stop(), 0)


class Killed(DaemonTest):
    """kill -9 in a session: nothing begins before the rest is over, whatever happened to the files meanwhile."""

    def killed(self, meanwhile=lambda daemon: None, speed=FAST):
        """A daemon that was killed in a session and started again, with that speed."""
        daemon = self.daemon(speed=SLOW)
        daemon.start()
        daemon.command("start")
        until("the cooler is on", lambda: daemon.is_on("cool"))
        daemon.kill()
        self.assertGreater(cool_on(daemon)[0], 0)
        self.killed_ms = daemon.clock_ms()
        self.rows = len(daemon.trace())
        meanwhile(daemon)
        daemon.speed = speed
        daemon.start()
        self.first = until("the end of the session is stored", lambda: next(
            (row for row in daemon.history()["sessions"] if row["reason"] == "restart"), None))
        return daemon

    def faster(self, daemon):
        daemon.kill()
        daemon.speed = FAST
        daemon.start()

    def again_ms(self, daemon):
        until("it is energised again", lambda: cool_on(daemon, self.rows))
        self.second = daemon.history()["sessions"][1]
        self.assertEqual(daemon.stop(), 0)
        return cool_on(daemon, self.rows)[0]

    def rested(self, daemon):
        again_ms = self.again_ms(daemon)
        rest_ms = 1000 * (seconds(self.second["start"]) - seconds(self.first["start"]))
        self.assertGreaterEqual(rest_ms, 3 * HOUR_MS)
        self.assertLessEqual(rest_ms, 4 * HOUR_MS)
        self.assertGreaterEqual(again_ms - self.killed_ms, 2 * HOUR_MS)

    def test_the_rest_runs_from_the_power_on(self):
        self.rested(self.killed())

    def lost_clock(self, write):
        """A simulated clock that lost its time is a machine that was off for nobody knows how long."""
        daemon = self.killed(lambda daemon: write(daemon.state / "simulated-clock"), SLOW)
        daemon.until_log("a rest that was running starts anew")
        begun_ms = daemon.clock_ms()
        self.faster(daemon)
        again_ms = self.again_ms(daemon)
        self.assertGreaterEqual(again_ms - begun_ms, 3 * HOUR_MS - 60000 * 10)

    def test_a_clock_file_of_zeros_does_not_shorten_it(self):
        self.lost_clock(lambda path: path.write_bytes(bytes(8)))

    def test_a_clock_file_that_is_gone_does_not_shorten_it(self):
        self.lost_clock(lambda path: path.unlink())

    def test_a_clock_file_of_garbage_does_not_shorten_it(self):
        self.lost_clock(lambda path: path.write_bytes(b"\x7f" * 8))

    def test_a_clock_that_was_set_back_does_not_shorten_it(self):
        self.lost_clock(lambda path: path.write_bytes((1_000_000_000_000).to_bytes(8, "little")))

    def test_killed_again_and_again_it_still_rests(self):
        daemon = self.killed(speed=SLOW)
        for _ in range(4):
            daemon.kill()
            daemon.start()
        self.faster(daemon)
        self.rested(daemon)


if __name__ == "__main__":
    unittest.main(verbosity=2)
