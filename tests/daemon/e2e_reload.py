#!/usr/bin/env python3
"""SIGHUP: a changed schedule is applied without ending a session, a bad file changes nothing."""

import json
import signal
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from notify import NotifySocket  # noqa: E402
from rig import HEAT_NOW, DaemonTest, heat_config, sample_config, until  # noqa: E402


class Reload(DaemonTest):
    def in_session(self, **more):
        self.config = heat_config()
        daemon = self.daemon(config=self.config, **more)
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_state("running")
        return daemon

    def reload(self, daemon, config, says):
        daemon.write_config(config)
        count = daemon.text().count(says)
        daemon.process.send_signal(signal.SIGHUP)
        until(says, lambda: daemon.text().count(says) > count)

    def test_a_changed_schedule_does_not_end_the_session(self):
        daemon = self.in_session()
        before = daemon.status()
        self.config["plan"]["phases"][1].update(every_hours=[4, 5], target_c=38)
        self.config["language"] = "de"
        self.reload(daemon, self.config, "config_reloaded")
        after = until("the language changed",
                      lambda: next((s for s in [daemon.status()] if s["message"] != before["message"]), None))
        for field in ("state", "session_started", "session_ends", "target_c"):
            self.assertEqual(after[field], before[field], f"{field}: a running session keeps its values")
        self.assertEqual(after["config"], "ok")
        daemon.command("end")
        status = until("the session ended", lambda: next((s for s in [daemon.status()] if s["next_session"]), None))
        self.assertEqual(hours(status["session_started"] or before["session_started"], status["next_session"]), 4.0)
        self.assertEqual(daemon.stop(), 0)

    def test_a_bad_file_changes_nothing_and_says_why(self):
        daemon = self.in_session()
        before = daemon.status()
        broken = json.dumps(self.config, indent=1).replace('"target_c": 40', '"target_c": 42')
        self.reload(daemon, broken, "config_refused")
        after = until("the state says so", lambda: next((s for s in [daemon.status()] if s["config"] != "ok"), None))
        self.assertIn("target_c", after["config"])
        line = line_of(broken, '"target_c": 42')
        self.assertIn(f"line {line}", after["config"])
        daemon.until_log(f"{daemon.config}:{line}:")
        self.assertEqual(after["session_ends"], before["session_ends"])
        self.reload(daemon, "{", "config_refused")
        self.reload(daemon, self.config, "config_reloaded")
        until("it is well again", lambda: daemon.status()["config"] == "ok")
        self.assertEqual(daemon.status()["state"], "running")
        self.assertEqual(daemon.stop(), 0)

    def test_a_file_that_is_gone_changes_nothing(self):
        daemon = self.in_session()
        daemon.config.unlink()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.until_log("config_refused")
        until("the state says so", lambda: "No such file" in daemon.status()["config"])
        self.assertEqual(daemon.status()["state"], "running")
        self.assertEqual(daemon.stop(), 0)

    def test_what_needs_a_restart_is_said(self):
        for key, change in (("pad", {"chip": "other-"}), ("device", {"id": "other"})):
            daemon = self.daemon(key, config=sample_config())
            daemon.start()
            self.reload(daemon, {**sample_config(), key: {**sample_config()[key], **change}}, "config_reloaded")
            until("that is said", lambda daemon=daemon: "restart" in daemon.status()["config"])
            self.assertEqual(daemon.stop(), 0)

    def test_a_shorter_rest_does_not_shorten_the_one_that_runs(self):
        daemon = self.in_session(speed=100)
        daemon.until_powered("heat")
        daemon.command("end")
        status = until("the session ended", lambda: next((s for s in [daemon.status()] if s["next_session"]), None))
        self.config["plan"]["phases"][1].update(every_hours=[2.5, 4], session_minutes=[10, 15])
        self.reload(daemon, self.config, "config_reloaded")
        self.assertEqual(daemon.status()["next_session"], status["next_session"])
        self.assertEqual(daemon.command("now")["reason"], "rest")
        self.assertEqual(daemon.stop(), 0)

    def test_a_storm_of_reloads_ends_with_the_newest_file(self):
        daemon = self.in_session()
        for number in range(100):
            self.config["device"]["name"] = f"Pad {number}"
            self.config["language"] = "de" if number == 99 else "en"
            daemon.write_config(self.config)
            daemon.process.send_signal(signal.SIGHUP)
        until("the newest file is in effect", lambda: "Sitzung" in daemon.status()["message"] or
              "Anwendung" in daemon.status()["message"])
        self.assertEqual(daemon.status()["state"], "running")
        threads = len(list(Path(f"/proc/{daemon.process.pid}/task").iterdir()))
        files = len(list(Path(f"/proc/{daemon.process.pid}/fd").iterdir()))
        for _ in range(100):
            daemon.process.send_signal(signal.SIGHUP)
            daemon.status()
        until("no thread is left over", lambda: len(list(Path(f"/proc/{daemon.process.pid}/task").iterdir())) <= threads)
        until("no file is left open", lambda: len(list(Path(f"/proc/{daemon.process.pid}/fd").iterdir())) <= files)
        self.assertEqual(daemon.stop(), 0)

    def test_systemd_is_told_of_each_step(self):
        systemd = NotifySocket(self.directory / "notify")
        self.addCleanup(systemd.close)
        daemon = self.in_session(env={"NOTIFY_SOCKET": str(systemd.path)})
        systemd.wait_for("READY=1")
        systemd.read()
        daemon.process.send_signal(signal.SIGHUP)
        lines = systemd.wait_for("READY=1")
        self.assertIn("RELOADING=1", lines)
        self.assertTrue(any(line.startswith("MONOTONIC_USEC=") for line in lines))
        self.assertEqual(daemon.stop(), 0)


class Watchdog(DaemonTest):
    def test_it_is_ready_says_its_state_and_feeds_the_watchdog(self):
        for abstract in (False, True):
            systemd = NotifySocket(self.directory / "notify", abstract)
            self.addCleanup(systemd.close)
            daemon = self.daemon(f"abstract-{abstract}", config=heat_config(), env={"NOTIFY_SOCKET": str(systemd.path)})
            daemon.start()
            lines = systemd.wait_for("STATUS=") + systemd.wait_for("WATCHDOG=1")
            self.assertIn("READY=1", lines)
            self.assertIn("STATUS=waiting, phase none, blocked by no_plan, fault none", lines)
            daemon.command("start", value=HEAT_NOW)
            systemd.wait_for("STATUS=running, phase heat")
            self.assertEqual(daemon.stop(), 0)
            self.assertIn("STOPPING=1", systemd.read())

    def test_a_daemon_that_is_stopped_feeds_nothing(self):
        systemd = NotifySocket(self.directory / "notify")
        self.addCleanup(systemd.close)
        daemon = self.daemon(env={"NOTIFY_SOCKET": str(systemd.path)})
        daemon.start()
        systemd.wait_for("WATCHDOG=1")
        daemon.process.send_signal(signal.SIGSTOP)
        until("it is stopped", daemon.is_stopped)
        systemd.read()
        threading.Event().wait(2.5)
        self.assertEqual(systemd.read(), [])
        daemon.process.send_signal(signal.SIGCONT)
        systemd.wait_for("WATCHDOG=1")
        self.assertEqual(daemon.stop(), 0)

    def test_a_manager_that_does_not_listen_holds_nothing_up(self):
        systemd = NotifySocket(self.directory / "notify")
        self.addCleanup(systemd.close)
        daemon = self.daemon(env={"NOTIFY_SOCKET": str(systemd.path)})
        daemon.start()
        for _ in range(600):  # more messages than any queue of a socket holds
            daemon.process.send_signal(signal.SIGHUP)
            daemon.ask({"cmd": "status"})
        before = daemon.status()["ts"]
        until("it goes on ticking", lambda: daemon.status()["ts"] > before)
        systemd.read()
        systemd.wait_for("READY=1")
        systemd.wait_for("WATCHDOG=1")
        self.assertEqual(daemon.stop(), 0)

    def test_no_manager_or_a_wrong_one_is_no_matter(self):
        for number, name in enumerate(("", "nonsense", "/no/such/socket", "/" + "x" * 300)):
            daemon = self.daemon(f"d{number}", env={"NOTIFY_SOCKET": name})
            daemon.start()
            self.assertEqual(daemon.stop(), 0)


def hours(start, end):
    from datetime import datetime
    parse = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00"))  # noqa: E731
    return (parse(end) - parse(start)).total_seconds() / 3600


def line_of(text, words):
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


if __name__ == "__main__":
    unittest.main(verbosity=2)
