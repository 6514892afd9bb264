#!/usr/bin/env python3
"""One thread of the daemon hangs, the others go on: the pad has no power, or nothing happens to it.

A single thread is stopped with ptrace(2), as a driver that never returns would stop it. In real time, for it is the real
threads that are tested."""

import ctypes
import os
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import HEAT_NOW, DaemonTest, Lateness, heat_config, until  # noqa: E402
from notify import NotifySocket  # noqa: E402

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000  # waitpid: for threads too
GUARD_DEADLINE_MS = 600
MQTT_FREE_MS = 2000  # how long the end waits for the MQTT thread
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def ptrace(request, thread):
    if libc.ptrace(request, thread, None, None) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def boot_ms():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000


class Stopped:
    """A thread of a process that is stopped until it is let go."""

    def __init__(self, daemon, name):
        first = daemon.process.pid
        tasks = {int(task.name): (task / "comm").read_text().strip() for task in Path(f"/proc/{first}/task").iterdir()}
        self.thread, = [first] if name == "loop" else [t for t, comm in tasks.items() if comm == name]
        ptrace(PTRACE_SEIZE, self.thread)
        ptrace(PTRACE_INTERRUPT, self.thread)
        os.waitpid(self.thread, WALL)

    def go_on(self):
        if self.thread:
            ptrace(PTRACE_DETACH, self.thread)
            self.thread = None

    def reap(self):
        """The thread has died with its process; until this is seen, nobody is told that the process has ended."""
        self.thread = None if self.thread and os.waitpid(self.thread, os.WNOHANG | WALL)[0] else self.thread
        return not self.thread

    def end(self):
        """However the test ended."""
        try:
            self.go_on()
        except OSError:
            until("the thread is gone", self.reap)


class Threads(DaemonTest):
    def setUp(self):
        super().setUp()
        self.late = Lateness()
        self.addCleanup(self.late.over.set)

    def allowed_ms(self, limit_ms):
        """With what the machine adds to it, at least 250 ms."""
        return limit_ms + 250 + self.late.worst_ms

    def heating(self, **more):
        daemon = self.daemon(config=heat_config(), **more)
        daemon.start()
        self.assertEqual(daemon.command("start", value=HEAT_NOW)["status"], "ok")
        daemon.until_powered("heat")
        return daemon

    def stop(self, daemon, name):
        try:
            stopped = Stopped(daemon, name)
        except OSError as error:
            self.skipTest(f"ptrace is not allowed here: {error}")
        self.addCleanup(stopped.end)
        return stopped

    def test_a_control_loop_that_hangs_loses_power_by_the_deadline_of_the_guard(self):
        daemon = self.heating()
        stopped = self.stop(daemon, "loop")
        hung_ms = boot_ms()
        until("the heater is off", lambda: not daemon.is_on("heat"))
        off_ms = [t for t, line, level in daemon.trace() if line == "heat"][-1]
        time.sleep(1.5)
        self.assertFalse(daemon.is_on("heat"), "and stays off")
        stopped.go_on()
        # The guard steps every 20 ms.
        self.assertLessEqual(off_ms - hung_ms, self.allowed_ms(GUARD_DEADLINE_MS + 20))
        daemon.until_powered("heat")
        daemon.until_log("the guard cut a drive off")
        self.assertEqual(daemon.stop(), 0)

    def test_at_rest_the_fan_runs_on_without_a_gap(self):
        config = heat_config()
        config["pad"]["cool"]["min_off_s"] = 10
        daemon = self.daemon(config=config)
        daemon.start()
        self.assertEqual(daemon.command("start")["status"], "ok")
        daemon.until_powered("cool", 60)
        self.assertEqual(daemon.command("end")["status"], "ok")
        ended_ms = boot_ms()
        until("four ticks of rest are over", lambda: boot_ms() > ended_ms + 4000)
        self.assertTrue(daemon.is_on("fan"))
        gaps = [t for t, line, level in daemon.trace() if line == "fan" and not level]
        if self.late.worst_ms < GUARD_DEADLINE_MS / 2:
            self.assertEqual(gaps, [])
        self.assertEqual(daemon.stop(), 0)

    def test_a_guard_that_hangs_stops_the_food_of_the_watchdog(self):
        systemd = NotifySocket(self.directory / "notify")
        self.addCleanup(systemd.close)
        daemon = self.heating(env={"NOTIFY_SOCKET": str(systemd.path)})
        systemd.wait_for("WATCHDOG=1")
        stopped = self.stop(daemon, "guard")
        daemon.until_log("the guard thread hangs")
        systemd.read()
        time.sleep(2.5)
        self.assertNotIn("WATCHDOG=1", systemd.read(), "systemd ends it, and then switches the outputs off")
        stopped.go_on()
        daemon.until_log("the guard thread is back")
        systemd.wait_for("WATCHDOG=1")
        daemon.until_powered("heat")
        self.assertEqual(daemon.status()["trip"], "none")
        self.assertEqual(daemon.stop(), 0)

    def test_a_bus_that_hangs_is_a_stale_sensor(self):
        daemon = self.heating()
        stopped = self.stop(daemon, "sampler")
        hung_ms = boot_ms()
        until("the heater is off", lambda: not daemon.is_on("heat"))
        off_ms = [t for t, line, level in daemon.trace() if line == "heat"][-1]
        self.assertLessEqual(off_ms - hung_ms, self.allowed_ms(600 + 200 + 20))
        until("it is named", lambda: daemon.status()["trip"] == "sensor_stale")
        stopped.go_on()
        until("it clears", lambda: daemon.status()["trip"] == "none")
        self.assertEqual(daemon.stop(), 0)

    def test_a_disk_that_hangs_lets_no_session_begin(self):
        daemon = self.daemon(config=heat_config())
        daemon.start()
        stopped = self.stop(daemon, "store")
        self.assertEqual(daemon.command("start", value=HEAT_NOW)["status"], "ok")
        until("it fails to arm", lambda: "arming_failed" in daemon.text())
        self.assertFalse(daemon.is_on("heat"))
        self.assertEqual(daemon.status()["blocked_by"], "arming_failed")
        stopped.go_on()
        self.assertEqual(daemon.stop(), 0)

    def test_an_mqtt_thread_that_hangs_is_not_noticed_by_the_pad(self):
        # The leak check at the end would wait for the thread that we hold.
        daemon = self.daemon(config=heat_config(self.broker().port), env={"ASAN_OPTIONS": "detect_leaks=0"})
        daemon.start()
        daemon.until_log("connected to")
        stopped = self.stop(daemon, "mqtt")
        self.assertEqual(daemon.command("start", value=HEAT_NOW)["status"], "ok")
        daemon.until_powered("heat")
        for minutes in range(200):  # many more events and answers than any queue holds
            self.assertEqual(daemon.command("pain", value=str(minutes % 11))["status"], "ok")
        self.assertTrue(daemon.is_on("heat"))
        asked_ms = boot_ms()
        daemon.process.terminate()
        until("the process is gone, for it does not wait for that thread for ever", stopped.reap)
        gone_ms = boot_ms()
        daemon.process.wait(60)
        off_ms = [t for t, line, level in daemon.trace() if line == "heat" and not level][-1]
        self.assertLessEqual(off_ms - asked_ms, self.allowed_ms(750))
        self.assertGreaterEqual(gone_ms - off_ms, MQTT_FREE_MS - 250, "off before it waits for that thread")
        self.assertFalse(daemon.is_on("heat"))
        self.assertEqual(daemon.process.returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
