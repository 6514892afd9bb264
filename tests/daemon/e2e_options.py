#!/usr/bin/env python3
"""What soothed says to a wrong command line, a broken file, and a place where it cannot run."""

import json
import shutil
import socket
import sqlite3
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import HEAT_NOW, SAMPLE, DaemonTest, heat_config, sample_config, soothed, until  # noqa: E402

NO_CHIP = "no-such-chip-"  # no test may ever find a line that it could drive


class CommandLine(DaemonTest):
    def refused(self, *arguments, says):
        done = soothed(self.build, *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(says, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_what_is_no_option_is_refused_with_the_usage(self):
        self.refused("--no-such-option", says="usage: soothed")
        self.refused("--config", says="usage: soothed")
        self.refused("start", says="no arguments are taken besides the options")

    def test_speed_is_for_the_simulated_pad_only(self):
        self.refused("--speed", 10, says="--simulate")

    def test_speed_is_a_number_above_zero(self):
        for speed in ("0", "-1", "nan", "inf", "fast", "10x", "", "1000001"):
            self.refused("--simulate", "--speed", speed, says="--speed takes a number above 0, at most 1000000")

    def test_seed_is_a_whole_number(self):
        for seed in ("-1", "x", "", "1.5", "99999999999999999999999"):
            self.refused("--simulate", "--seed", seed, says="--seed takes a whole number, 0 or more")

    def test_help_and_version_go_to_stdout(self):
        for option, words in (("--help", "usage: soothed"), ("--version", "libgpiod")):
            done = soothed(self.build, option)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(words, done.stdout)


class Files(DaemonTest):
    def test_the_sample_passes_the_check(self):
        done = soothed(self.build, "--check", "--config", SAMPLE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_mistake_is_told_with_its_place(self):
        broken = self.directory / "broken.jsonc"
        broken.write_text('{\n  "version": 1,\n  "device": { "id": "Back Pad", "nmae": "x" },\n  "pad": 7\n}\n')
        done = soothed(self.build, "--check", "--config", broken)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{broken}:3:", done.stderr)
        self.assertIn(f"{broken}:4:", done.stderr)
        self.assertIn("device.id", done.stderr)
        self.assertIn("nmae", done.stderr)

    def test_a_broken_file_keeps_the_daemon_from_running(self):
        broken = self.directory / "broken.jsonc"
        broken.write_text("{")
        done = soothed(self.build, "--simulate", "--config", broken, "--state-dir", self.directory / "s")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{broken}:1:", done.stderr)

    def test_what_is_no_file_is_named(self):
        for path in (self.directory / "missing.jsonc", self.directory):
            done = soothed(self.build, "--check", "--config", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(str(path), done.stderr)

    def test_what_it_prints_passes_its_own_check(self):
        printed = soothed(self.build, "--print-config", "--config", SAMPLE)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        again = self.directory / "printed.jsonc"
        again.write_text(printed.stdout)
        self.assertEqual(soothed(self.build, "--check", "--config", again).returncode, 0)
        self.assertEqual(soothed(self.build, "--print-config", "--config", again).stdout, printed.stdout)


class Places(DaemonTest):
    """The state directory and the socket."""

    def fails(self, daemon, *says):
        done = soothed(self.build, *daemon.arguments())
        self.assertEqual(done.returncode, 1, done.stderr)
        for words in says:
            self.assertIn(words, done.stderr)

    def test_a_missing_state_directory_is_made(self):
        daemon = self.daemon()
        shutil.rmtree(daemon.state)
        daemon.start()
        self.assertTrue((daemon.state / "soothe.db").exists())
        self.assertEqual(daemon.stop(), 0)

    def test_a_state_directory_that_cannot_be_is_named(self):
        daemon = self.daemon()
        daemon.state = self.directory / "no" / "such" / "place"
        self.fails(daemon, str(daemon.state), "No such file or directory")
        daemon.state = self.directory / "file"
        daemon.state.write_text("")
        self.fails(daemon, str(daemon.state), "Not a directory")

    def test_a_state_directory_that_cannot_be_written_to_is_named(self):
        daemon = self.daemon()
        daemon.state = Path("/proc/sys/kernel")
        self.fails(daemon, "/proc/sys/kernel")

    def test_a_second_daemon_leaves_the_first_one_alone(self):
        first = self.daemon(config=heat_config())
        first.start()
        first.command("start", value=HEAT_NOW)
        first.until_state("running")
        same_state = self.daemon("second")
        same_state.state = first.state
        self.fails(same_state, "another soothed is using the state directory", str(first.state))
        same_socket = self.daemon("third")
        same_socket.socket = first.socket
        self.fails(same_socket, str(first.socket), "another soothed answers there")
        self.assertEqual(first.status()["state"], "running")
        self.assertEqual([row["end"] for row in first.history()["sessions"]], [None])
        self.assertEqual(first.stop(), 0)

    def test_a_stale_socket_is_replaced_and_a_file_is_not(self):
        daemon = self.daemon()
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(daemon.socket))
        daemon.start()
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(daemon.socket.exists())
        daemon.socket.write_text("precious")
        self.fails(daemon, str(daemon.socket), "no socket")
        self.assertEqual(daemon.socket.read_text(), "precious")

    def test_too_long_a_socket_path_is_refused_with_the_limit(self):
        daemon = self.daemon()
        daemon.socket = self.directory / ("x" * 120)
        self.fails(daemon, "at most 107 bytes")

    def test_closed_standard_streams_do_no_harm(self):
        daemon = self.daemon(config=heat_config())
        daemon.wrap = ["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh"]
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_state("running")
        self.assertEqual(daemon.stop(), 0)
        with sqlite3.connect(daemon.state / "soothe.db") as database:
            self.assertEqual(database.execute("pragma integrity_check").fetchone(), ("ok",))


class Damage(DaemonTest):
    def test_a_garbage_database_is_set_aside_and_locks_until_it_is_acknowledged(self):
        daemon = self.daemon(speed=2000)
        daemon.start()
        self.assertEqual(daemon.stop(), 0)
        garbage = b"garbage" * 10000
        for extra in ("-wal", "-shm"):
            (daemon.state / f"soothe.db{extra}").unlink(missing_ok=True)
        (daemon.state / "soothe.db").write_bytes(garbage)
        daemon.start()
        status = daemon.until_state("locked")
        self.assertEqual((status["trip"], status["blocked_by"]), ("store_lost", "lockout"))
        aside = [path for path in daemon.state.iterdir() if path.is_file() and path.read_bytes() == garbage]
        self.assertEqual(len(aside), 1, "the damaged file is kept")
        daemon.until_log(aside[0].name)
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertEqual(daemon.until_state("locked")["trip"], "store_lost", "a restart does not forget it")
        acknowledged_ms = daemon.clock_ms()
        self.assertEqual(daemon.command("ack")["status"], "ok")
        status = until("it is unlocked", lambda: next((s for s in [daemon.status()] if s["trip"] == "none"), None))
        self.assertIn("--injured-at", status["advice"])
        self.assertEqual(daemon.command("start", value="-10h")["status"], "ok")
        self.assertEqual(daemon.status()["blocked_by"], "rest", "a full rest is assumed")
        until("it is energised", lambda: daemon.is_on("cool"), 120)
        on_ms = next(t for t, line, level in daemon.trace() if line == "cool" and level)
        self.assertGreaterEqual(on_ms - acknowledged_ms, 3 * 3600 * 1000 - 60 * 1000)
        self.assertEqual(daemon.stop(), 0)

    def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(self):
        daemon = self.daemon()
        daemon.start()
        self.assertEqual(daemon.stop(), 0)
        with sqlite3.connect(daemon.state / "soothe.db") as database:
            version = database.execute("pragma user_version").fetchone()[0]
            database.execute(f"pragma user_version = {version + 1}")
        database.close()
        before = (daemon.state / "soothe.db").read_bytes()
        done = soothed(self.build, *daemon.arguments())
        self.assertEqual(done.returncode, 1)
        self.assertIn("newer", done.stderr)
        self.assertEqual((daemon.state / "soothe.db").read_bytes(), before)


class Hardware(DaemonTest):
    """A machine without any of it: what is missing is said, and nothing else suffers."""

    def config(self, wired):
        config = sample_config()
        config["pad"].update(wired=wired, chip=NO_CHIP)
        config["sensors"][0]["iio"] = "no-such-adc"
        return config

    def test_without_hardware_and_not_wired_it_runs_and_says_what_is_missing(self):
        daemon = self.daemon(config=self.config(False), simulate=False)
        daemon.start()
        daemon.until_log("no-such-adc")
        self.assertEqual(daemon.command("start")["status"], "ok")
        status = until("it is blocked", lambda: next((s for s in [daemon.status()] if s["phase"] == "ice"), None))
        self.assertEqual(status["blocked_by"], "not_wired")
        self.assertIsNone(status["pad_c"])
        self.assertEqual((status["heating"], status["cooling"]), ("OFF", "OFF"))
        self.assertEqual(daemon.stop(), 0)

    def test_wired_to_lines_that_are_missing_it_says_so_and_begins_no_session(self):
        daemon = self.daemon(config=self.config(True), simulate=False)
        daemon.start()
        self.assertIn("no line can be driven", daemon.until_log(NO_CHIP))
        self.assertEqual(daemon.command("start")["status"], "ok")
        until("the fault of the sensor is named", lambda: daemon.status()["trip"] != "none")
        self.assertNotEqual(daemon.status()["state"], "running")
        self.assertNotIn("session_started", daemon.text())
        self.assertEqual(daemon.stop(), 0)

    def test_outputs_off_without_the_chip_fails_with_its_name(self):
        config = self.directory / "soothe.jsonc"
        config.write_text(json.dumps(self.config(True)))
        done = soothed(self.build, "--outputs-off", "--config", config, "--socket", self.directory / "control.sock")
        self.assertEqual(done.returncode, 1)
        self.assertIn("outputs could not be switched off", done.stderr)
        self.assertIn(NO_CHIP, done.stderr)

    def test_outputs_off_has_nothing_to_do_where_nothing_is_wired(self):
        config = self.directory / "soothe.jsonc"
        config.write_text(json.dumps(self.config(False)))
        done = soothed(self.build, "--outputs-off", "--config", config, "--socket", self.directory / "control.sock")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_outputs_off_takes_the_list_that_the_daemon_left_when_the_file_is_broken(self):
        config = self.directory / "soothe.jsonc"
        config.write_text("broken")
        place = ("--config", config, "--socket", self.directory / "control.sock")
        done = soothed(self.build, "--outputs-off", *place)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing is known to be switched off", done.stderr)
        daemon = self.daemon(config=self.config(True), simulate=False)
        daemon.socket = self.directory / "control.sock"
        daemon.start()
        daemon.kill()
        done = soothed(self.build, "--outputs-off", *place)
        self.assertEqual(done.returncode, 1)
        self.assertIn(NO_CHIP, done.stderr)

    def test_outputs_off_falls_back_on_the_file_when_the_list_names_no_output(self):
        config = self.directory / "soothe.jsonc"
        config.write_text(json.dumps(self.config(True)))
        for text in ("", "chip x\n", "chip x\nline 99 1 0 \n", "\0\0\0\n"):
            (self.directory / "lines").write_text(text)
            done = soothed(self.build, "--outputs-off", "--config", config, "--socket", self.directory / "control.sock")
            self.assertEqual(done.returncode, 1)
            self.assertIn(NO_CHIP, done.stderr)


class Remind(DaemonTest):
    """A plan for people without a pad: sessions are announced, timed and recorded, nothing is driven."""

    def config(self):
        config = sample_config()
        for phase in config["plan"]["phases"]:
            phase.update(mode="remind", quiet_hours=[])
            phase.pop("target_c")
        config["pad"] = {"wired": False, "chip": NO_CHIP}
        config["sensors"] = []
        return config

    def test_without_any_hardware_a_session_begins(self):
        daemon = self.daemon(config=self.config(), simulate=False)
        daemon.start()
        daemon.command("start")
        status = daemon.until_state("running")
        self.assertEqual((status["phase"], status["blocked_by"], status["trip"]), ("ice", "none", "none"))
        self.assertEqual((status["heating"], status["cooling"], status["duty"]), ("OFF", "OFF", 0))
        self.assertIn("ice pack", status["advice"])
        self.assertEqual(daemon.stop(), 0)

    def test_its_sessions_follow_the_plan_and_are_recorded_without_power(self):
        daemon = self.daemon(config=self.config(), speed=2000)
        daemon.start()
        daemon.command("start")
        rows = until("two sessions are over", lambda: next(
            (r for r in [daemon.history()["sessions"]] if len(r) > 1 and r[1]["end"]), None), 60)
        self.assertEqual([(row["reason"], row["powered"]) for row in rows[:2]], [("done", False)] * 2)
        self.assertEqual(daemon.trace(), [])
        daemon.until_log("session_soon")
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
