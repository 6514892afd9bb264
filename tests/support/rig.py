"""A daemon on the simulated pad, and a broker, for the tests that run the real programs.

Nothing here sleeps for a fixed time to let something happen: `until` looks again and again, up to a limit."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "config" / "soothe.jsonc"


def until(what, look, seconds=20.0):
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


class Broker:
    """A real Mosquitto on a loopback port of its own."""

    def __init__(self, directory):
        self.port = free_port()
        self.config = Path(directory) / "mosquitto.conf"
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            ["mosquitto", "-c", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


class Daemon:
    """One soothed --simulate with its own configuration, state and socket."""

    def __init__(self, build, directory=None, config=None, speed=None, seed=1, wrap=()):
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
        self.process = None

    def start(self):
        command = [*self.wrap, str(self.build / "src/daemon/soothed"), "--simulate", "--seed", str(self.seed),
                   "--config", str(self.config), "--state-dir", str(self.state), "--socket", str(self.socket)]
        if self.speed:
            command += ["--speed", str(self.speed)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until("soothed answers", self.answers)
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"soothed ended with {self.process.returncode}:\n{self.log.read_text()}")
        try:
            return self.ask({"cmd": "status"})
        except OSError:
            return None

    def ask(self, request, timeout=10.0):
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

    def until_state(self, *names, seconds=30.0):
        return until(f"state {names}", lambda: next((s for s in [self.status()] if s["state"] in names), None), seconds)

    def history(self, days=60):
        return json.loads(self.ask({"cmd": "history", "days": days, "format": "json"})["text"])

    def trace(self):
        """The pin trace as (time_ms, line, level)."""
        rows = (self.state / "pin-trace.csv").read_text().splitlines()[1:]
        return [(int(t), line, int(level)) for t, line, level in (row.split(",") for row in rows if row.count(",") == 2)]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM; returns the exit status."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode if self.process else None


def ran_as_script():
    """The build directory for scripts that ctest runs: $SOOTHE_BUILD."""
    return os.environ.get("SOOTHE_BUILD", str(ROOT / "build" / "dev"))
