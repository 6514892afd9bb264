"""`soothe` against the real soothed with its simulated pad: every command, its refusals and exit codes."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from rig import SOOTHE, Daemon, PATIENCE, environment, wait_until


class Commands(unittest.TestCase):
    def expect(self, daemon, code, part, *words):
        result = daemon(*words)
        self.assertEqual(result.returncode, code, (words, result.stdout, result.stderr))
        said = result.stderr if code else result.stdout
        self.assertIn(part, said, words)
        self.assertEqual(result.stdout if code else result.stderr, "", words)
        return result

    def test_before_a_plan(self):
        with Daemon() as daemon:
            self.expect(daemon, 0, "No plan is active.", "status")
            self.assertEqual(daemon.state()["state"], "waiting")
            for words in (("resume",), ("skip",), ("now",), ("end",), ("finish",), ("ack",)):
                self.expect(daemon, 1, "soothe: refused: ", *words)
            self.expect(daemon, 1, "in the future", "start", "--injured-at", "2099-01-01T00:00:00Z")
            self.expect(daemon, 1, "longer ago than the plan", "start", "--injured-at", "-300d")
            self.expect(daemon, 0, "Nothing is recorded", "history")

    def test_a_day_with_the_pad(self):
        with Daemon() as daemon:
            self.expect(daemon, 0, "The plan has begun.", "start")
            self.expect(daemon, 1, "a plan is active already", "start")
            daemon.wait(state="running")
            self.expect(daemon, 1, "a session is running", "now")
            status = self.expect(daemon, 0, "A session is running", "status").stdout
            self.assertRegex(status, r"Pad +\d+\.\d °C, cooling to 10\.0 °C with \d+ %")
            self.assertRegex(self.expect(daemon, 0, "Pad", "status", "--fahrenheit").stdout, r"to 50\.0 °F")
            self.expect(daemon, 0, "The pad is off; the plan's time runs on.", "pause", "5")
            self.assertEqual(daemon.state()["state"], "paused")
            self.assertEqual(daemon.state()["cooling"], "OFF")
            self.expect(daemon, 0, "The plan goes on.", "resume")
            self.expect(daemon, 1, "nothing is paused or stopped", "resume")
            self.expect(daemon, 0, "The pain score is noted.", "pain", "4")
            self.assertEqual(daemon.state()["pain"], 4)
            self.expect(daemon, 0, "The session has ended.", "end")
            self.expect(daemon, 1, "no session is running", "end")
            refused = self.expect(daemon, 1, "it lasts until", "now").stderr
            self.assertRegex(refused, r"until (\w{3} \d\d \w{3} )?\d\d:\d\d\n$")
            self.expect(daemon, 0, "left out", "skip")
            self.expect(daemon, 1, "left out already", "skip")
            self.expect(daemon, 0, "The pad is off", "stop")
            self.assertEqual(daemon.state()["state"], "stopped")
            self.expect(daemon, 0, "The plan goes on.", "resume")
            self.expect(daemon, 0, "ended for good", "finish")
            self.expect(daemon, 1, "no plan is active", "finish")

    def test_history_in_its_forms(self):
        with Daemon() as daemon:
            daemon("start")
            daemon.wait(state="running")
            daemon("pain", "7")
            daemon("end")
            wait_until(lambda: "user" in daemon("history").stdout, "the session's end")
            lines = daemon("history", "--csv").stdout.splitlines()
            self.assertTrue(lines[0].startswith("time,kind,session"), lines)
            self.assertEqual({line.split(",")[1] for line in lines[1:]}, {"session", "pain"})
            document = json.loads(daemon("history", "--json", "--days", "1").stdout)
            self.assertEqual(document["pain"][0]["score"], 7)
            self.assertEqual(document["sessions"][0]["reason"], "user")

    def test_faults_are_put_in_told_and_taken_out(self):
        with Daemon() as daemon:
            listed = self.expect(daemon, 1, "sensor_open", "inject", "nonsense").stderr
            self.assertIn("too_hot", listed)
            self.expect(daemon, 0, "has it now", "inject", "sensor_open")
            daemon.wait(trip="sensor_open", pad_c=None)
            text = daemon("status").stdout
            self.assertIn("sensor_open", text)
            self.assertIn("Check the plug and the cable", text)
            self.expect(daemon, 0, "well again", "inject", "none")
            daemon.wait(trip="none")

    def test_a_lockout_is_acknowledged_when_its_cause_is_gone(self):
        with Daemon() as daemon:
            daemon("start")
            daemon.wait(state="running")
            daemon("inject", "readback")
            daemon.wait(state="locked", trip="readback")
            self.expect(daemon, 1, "the cause is still there", "ack")
            daemon("inject", "none")
            wait_until(lambda: daemon("ack").returncode == 0, "the acknowledgement")
            self.assertNotEqual(daemon.state()["state"], "locked")

    def test_the_clock_is_shown_before_anybody_vouches_for_it(self):
        with Daemon() as daemon:
            self.expect(daemon, 2, "knows that it is so", "clock")
            self.expect(daemon, 0, "You vouched for the clock.", "clock", "--confirm")

    def test_a_daemon_that_hangs(self):
        with Daemon() as daemon:
            daemon.process.send_signal(signal.SIGSTOP)
            try:
                self.expect(daemon, 1, "10 seconds", "stop")
            finally:
                daemon.process.send_signal(signal.SIGCONT)


class Watch(unittest.TestCase):
    def test_without_a_terminal_it_prints_changes(self):
        with Daemon() as daemon:
            watch = subprocess.Popen([SOOTHE, "--socket", daemon.socket, "watch"], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True, env=environment())
            self.assertIn("waiting, phase none", watch.stdout.readline())
            daemon("start")
            daemon.wait(state="running")
            daemon("pause")
            seen = ""
            while "paused, phase ice" not in seen:
                line = watch.stdout.readline()
                self.assertNotEqual(line, "", seen)
                seen += line
            self.assertIn("plan_started: ice", seen)
            self.assertIn("session_started", seen)
            self.assertLess(len(seen.splitlines()), 20, seen)
            self.assertNotIn("\x1b", seen)
            daemon.process.terminate()
            out, err = watch.communicate(timeout=PATIENCE)
            self.assertEqual(watch.returncode, 1, out)
            self.assertIn("closed the connection", err)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *words, rows=24, columns=80, **more):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.text = ""
        self.process = subprocess.Popen([SOOTHE, *words], stdin=slave, stdout=slave, stderr=slave, close_fds=True,
                                        start_new_session=True, env=environment(TERM="xterm", **more),
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def read(self):
        while select.select([self.master], [], [], 0.05)[0]:
            self.text += os.read(self.master, 65536).decode("utf-8", "replace")
        return self.text

    def wait_for(self, part):
        wait_until(lambda: part in self.read(), f"{part!r} in {self.text[-3000:]!r}")

    def rows(self):
        """Of the newest page that is complete."""
        pages = self.read().split("\x1b[1;1H")
        self.text = "\x1b[1;1H".join(pages[-3:])
        return 1 + len(re.findall(r"\x1b\[\d+;1H", pages[-2])) if len(pages) > 2 else 0

    def type(self, keys):
        os.write(self.master, keys.encode())

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def end(self):
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read()
        self.read()
        return self.process.wait(1)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class FullScreen(unittest.TestCase):
    def check_left(self, terminal):
        self.assertTrue(terminal.text.rstrip("\r\n").endswith("\x1b[?1049l"), terminal.text[-200:])
        self.assertIn("\x1b[?25h", terminal.text[-30:])
        self.assertEqual(termios.tcgetattr(terminal.slave)[3], terminal.before[3])

    def test_the_terminal_comes_back_whatever_ends_the_view(self):
        with Daemon() as daemon:
            for ending in ("q", "\x03", signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                with Terminal("--socket", daemon.socket, "watch") as terminal:
                    terminal.wait_for("No plan is active.")
                    self.assertIn("\x1b[?1049h", terminal.text)
                    if isinstance(ending, str):
                        terminal.type(ending)
                    else:
                        terminal.process.send_signal(ending)
                    self.assertEqual(terminal.end(), 0, ending)
                    self.check_left(terminal)

    def test_it_shows_the_session_in_any_size(self):
        with Daemon(speed=30) as daemon:  # the session lasts for 40 s at least
            daemon("start")
            daemon.wait(state="running")
            with Terminal("--socket", daemon.socket, "watch") as terminal:
                terminal.wait_for("A session is running")
                terminal.wait_for("in the band")
                self.assertRegex(terminal.read(), "[\u2801-\u28ff]")
                for rows, columns in ((1, 1), (2, 500), (200, 3), (10, 40), (50, 200), (65535, 65535), (24, 80)):
                    terminal.resize(rows, columns)
                    wait_until(lambda: terminal.rows() == min(rows, 200), f"a page of {rows} rows")
                terminal.type("q")
                self.assertEqual(terminal.end(), 0)
            with Terminal("--socket", daemon.socket, "watch", "--ascii") as terminal:
                terminal.wait_for("A session is running")
                time.sleep(1)
                terminal.type("q")
                self.assertEqual(terminal.end(), 0)
                self.assertTrue(terminal.text.isascii(), terminal.text)

    def test_a_fault_is_shown_and_a_daemon_that_is_gone_too(self):
        with Daemon() as daemon:
            with Terminal("--socket", daemon.socket, "watch") as terminal:
                terminal.wait_for("No plan is active.")
                daemon("inject", "sensor_open")
                terminal.wait_for("sensor_open")
                daemon.process.send_signal(signal.SIGSTOP)
                terminal.wait_for("has been silent for")
                daemon.process.send_signal(signal.SIGCONT)
                daemon.process.terminate()
                terminal.wait_for("No daemon answers")
                terminal.type("q")
                self.assertEqual(terminal.end(), 0)
                self.check_left(terminal)


class Questions(unittest.TestCase):
    def test_start_tells_who_must_not_use_the_pad_and_asks(self):
        with Daemon() as daemon:
            for answer in ("n\n", "\n", "\x04", "sure\n"):
                with Terminal("--socket", daemon.socket, "start") as terminal:
                    terminal.wait_for("[y/N]")
                    for words in ("Raynaud", "diabetes", "asleep", "child", "circulation", "cold allergy", "pregnant"):
                        self.assertIn(words, terminal.text)
                    terminal.type(answer)
                    self.assertEqual(terminal.end(), 1, answer)
                    self.assertIn("nothing was done", terminal.text)
                self.assertEqual(daemon.state()["state"], "waiting")
            with Terminal("--socket", daemon.socket, "start") as terminal:
                terminal.wait_for("[y/N]")
                terminal.type("y\n")
                self.assertEqual(terminal.end(), 0)
                self.assertIn("The plan has begun.", terminal.text)
            with Terminal("--socket", daemon.socket, "finish") as terminal:
                terminal.wait_for("[y/N]")
                terminal.type("y\n")
                self.assertEqual(terminal.end(), 0)

    def test_yes_leaves_the_question_out(self):
        with Daemon() as daemon:
            with Terminal("--socket", daemon.socket, "start", "--yes") as terminal:
                self.assertEqual(terminal.end(), 0)
                self.assertNotIn("[y/N]", terminal.text)

    def test_a_stop_is_never_asked_about(self):
        with Daemon() as daemon:
            daemon("start")
            with Terminal("--socket", daemon.socket, "stop") as terminal:
                self.assertEqual(terminal.end(), 0)
            self.assertEqual(daemon.state()["state"], "stopped")


if __name__ == "__main__":
    unittest.main()
