"""A daemon on the simulated pad, and a broker, for the tests that run the real programs.

Nothing here sleeps for a fixed time to let something happen: `until` looks again and again, up to a limit."""

import contextlib
import ctypes
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "config" / "soothe.jsonc"


def until(what, look, seconds=60.0):
    """The first true value of look(); AssertionError when there is none in time."""
    limit = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > limit:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def free_port():
    """Below the range that the kernel takes for connections, which could have it while a broker is down."""
    while True:
        port = random.randrange(12000, 30000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Lateness(threading.Thread):
    """How late this machine lets a thread go on that sleeps for 20 ms: what it may add to a limit in real time."""

    def __init__(self):
        super().__init__(daemon=True)
        self.worst_ms = 0
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.is_set():
            due = time.monotonic() + 0.02
            self.over.wait(0.02)
            self.worst_ms = max(self.worst_ms, 1000 * (time.monotonic() - due))


def sample_config(port=None, host="127.0.0.1"):
    """The sample as a dict; without a port, without MQTT."""
    text = SAMPLE.read_text(encoding="utf-8")
    text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda m: m.group(1) or "", text)
    config = json.loads(text)
    if port is None:
        del config["mqtt"]
    else:
        config["mqtt"].update(host=host, port=port)
    return config


def heat_config(port=None, host="127.0.0.1"):
    """The sample without quiet hours. A plan that is started with HEAT_NOW begins with a session of heat at once, where
    one of ice waits for the relay of the cooler."""
    config = sample_config(port, host)
    config["plan"]["phases"][1]["quiet_hours"] = []
    return config


HEAT_NOW = "-80h"
END_S = 10.0  # the service manager kills a daemon that takes longer


def die_with_parent():
    """Nothing that a test started outlives it, however it ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


class Broker:
    """A real Mosquitto on a loopback port of its own."""

    def __init__(self, directory):
        self.port = free_port()
        self.config = Path(directory) / "mosquitto.conf"
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            ["mosquitto", "-c", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent)
        until("the broker listens", self.listens)
        return self

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None


def soothed(build, *arguments, seconds=60, **more):
    """Run soothed to its end; stdout and stderr are text."""
    return subprocess.run([str(Path(build) / "src/daemon/soothed"), *map(str, arguments)], capture_output=True, text=True,
                          timeout=seconds, stdin=subprocess.DEVNULL, **more)


class Daemon:
    """One soothed --simulate with its own configuration, state and socket. `simulate` False: the hardware that the
    configuration names, so it must name none that this machine may have. `wrap`: a command that runs the daemon; `env`:
    variables beside those of this process."""

    def __init__(self, build, directory=None, config=None, speed=None, seed=1, wrap=(), simulate=True, env=None):
        self.build = Path(build)
        self.dir = Path(directory or tempfile.mkdtemp(prefix="soothe-test-"))
        self.dir.mkdir(exist_ok=True)
        self.state = self.dir / "state"
        self.state.mkdir(exist_ok=True)
        self.socket = self.dir / "control.sock"
        self.log = self.dir / "soothed.log"
        self.config = self.dir / "soothe.jsonc"
        self.config.write_text(json.dumps(config if config is not None else sample_config(), indent=1))
        self.speed = speed
        self.seed = seed
        self.wrap = list(wrap)
        self.simulate = simulate
        self.env = {**os.environ, **(env or {})}
        self.process = None

    def arguments(self):
        """What it is started with."""
        words = ["--config", self.config, "--state-dir", self.state, "--socket", self.socket]
        if self.simulate:
            words += ["--simulate", "--seed", self.seed]
        if self.speed:
            words += ["--speed", self.speed]
        return [str(word) for word in words]

    def start(self, seconds=60.0):
        command = [*self.wrap, str(self.build / "src/daemon/soothed"), *self.arguments()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env,
                                            preexec_fn=die_with_parent)
        until("soothed answers", self.answers, seconds)
        return self

    def write_config(self, config):
        self.config.write_text(config if isinstance(config, str) else json.dumps(config, indent=1))

    def text(self):
        """Its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def until_log(self, words, seconds=60.0):
        """Until the log has these words; the line that has them."""
        return until(f"{words!r} in the log", lambda: next((l for l in self.text().splitlines() if words in l), None),
                     seconds)

    def clock_ms(self):
        """The simulated clock of a daemon with a speed."""
        return int.from_bytes((self.state / "simulated-clock").read_bytes()[:8], "little")

    def is_on(self, line):
        """What the pin trace says of a line now."""
        levels = [level for _, name, level in self.trace() if name == line]
        return bool(levels and levels[-1])

    def until_powered(self, line, seconds=30.0):
        """A session runs and its line is on: the self-test's pulse of that line is over."""
        self.until_state("running", seconds=seconds)
        until(f"{line} is on", lambda: self.is_on(line), seconds)

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"soothed ended with {self.process.returncode}:\n{self.text()}")
        try:
            return self.ask({"cmd": "status"})
        except OSError:
            return None

    def ask(self, request, timeout=60.0):
        """One request to the control socket, one answer."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(timeout)
            client.connect(str(self.socket))
            client.sendall(json.dumps(request).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                part = client.recv(65536)
                if not part:
                    break
                answer += part
        return json.loads(answer)

    def command(self, name, **more):
        return self.ask({"cmd": name, **more})

    def status(self):
        return self.ask({"cmd": "status"})

    def until_state(self, *names, seconds=60.0):
        return until(f"state {names}", lambda: next((s for s in [self.status()] if s["state"] in names), None), seconds)

    def history(self, days=60):
        return json.loads(self.ask({"cmd": "history", "days": days, "format": "json"})["text"])

    def trace(self):
        """The pin trace as (time_ms, line, level)."""
        rows = (self.state / "pin-trace.csv").read_text().splitlines()[1:]
        return [(int(t), line, int(level)) for t, line, level in (row.split(",") for row in rows if row.count(",") == 2)]

    def is_stopped(self):
        """After a SIGSTOP: the signal takes its time."""
        return re.search(r"^State:\s+T", Path(f"/proc/{self.process.pid}/status").read_text(), re.M)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=60.0):
        """SIGTERM; returns the exit status, of a SIGKILL when it takes longer than that."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode if self.process else None


def ran_as_script():
    """The build directory for scripts that ctest runs: $SOOTHE_BUILD."""
    return os.environ.get("SOOTHE_BUILD", str(ROOT / "build" / "dev"))


class DaemonTest(unittest.TestCase):
    """Each test has a directory of its own; what it started is stopped, and its log shown where the test failed."""

    def setUp(self):
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="soothe-test-")))
        self.build = ran_as_script()
        self.daemons = []

    def enterContext(self, context):  # unittest has it from Python 3.11 on
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def daemon(self, name="d", **more):
        """A daemon that is not started yet."""
        daemon = Daemon(self.build, self.directory / name, **more)
        self.daemons.append(daemon)
        self.addCleanup(self.end, daemon)
        return daemon

    def end(self, daemon):
        if daemon.process and daemon.process.poll() is None:
            daemon.process.send_signal(signal.SIGCONT)
            daemon.kill()
        text = daemon.text() if daemon.log.exists() else ""
        if "Sanitizer" in text or "runtime error:" in text:
            raise AssertionError(f"a sanitizer complained:\n{text[-6000:]}")

    def broker(self):
        if not shutil.which("mosquitto"):
            self.skipTest("no mosquitto")
        broker = Broker(self.directory).start()
        self.addCleanup(broker.stop)
        return broker

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        self.daemons = []
        result = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            for text in self.last_words:
                print(text, file=sys.stderr)
        return result

    def tearDown(self):
        self.last_words = [f"--- {d.log}\n{d.text()[-4000:]}" for d in self.daemons if d.log.exists()]

    last_words = ()
