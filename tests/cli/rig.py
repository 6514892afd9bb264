"""What the tests of `soothe` share: the programs, a simulated daemon, and a server that misbehaves."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

SOOTHE = os.environ["SOOTHE"]
SOOTHED = os.environ.get("SOOTHED", "")
SAMPLE = os.environ["SAMPLE"]
PATIENCE = 60  # seconds until something counts as never


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if k not in ("TZ", "NO_COLOR")}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", **more}


def soothe(*words, stdin=subprocess.DEVNULL, env=None):
    """Run it to its end; the result has returncode, stdout, stderr."""
    return subprocess.run([SOOTHE, *words], stdin=stdin, capture_output=True, text=True, timeout=PATIENCE,
                          env=env or environment())


def wait_until(holds, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"never came: {what}")


class Daemon:
    """soothed with a simulated pad in a directory of its own, without a broker."""

    def __init__(self, speed=20, change=None):
        self.directory = tempfile.mkdtemp(prefix="soothe-cli-")
        self.socket = os.path.join(self.directory, "s")
        self.config = os.path.join(self.directory, "soothe.json")
        printed = subprocess.run([SOOTHED, "--print-config", "--config", SAMPLE], capture_output=True, text=True,
                                 check=True, timeout=PATIENCE)
        config = json.loads(printed.stdout)
        config.pop("mqtt", None)
        if change:
            change(config)
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(config, file)
        self.log = open(os.path.join(self.directory, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [SOOTHED, "--simulate", "--speed", str(speed), "--config", self.config, "--state-dir", self.directory,
             "--socket", self.socket], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=environment())
        wait_until(lambda: self("status").returncode == 0 or self.process.poll() is not None, "the daemon's first word")

    def __call__(self, *words, **more):
        return soothe("--socket", self.socket, *words, **more)

    def state(self):
        return json.loads(self("status", "--json").stdout)

    def wait(self, **fields):
        return wait_until(lambda: all(self.state()[k] == v for k, v in fields.items()), f"{fields} in {self.state()}")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.log.close()
            shutil.rmtree(self.directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Server:
    """Listens like the daemon, and hands each connection to `talk`."""

    def __init__(self, talk):
        self.directory = tempfile.mkdtemp(prefix="soothe-cli-")
        self.path = os.path.join(self.directory, "s")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, args=(talk,), daemon=True)
        self.thread.start()

    def serve(self, talk):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            with connection:
                if self.over.is_set():
                    return
                connection.settimeout(PATIENCE)
                try:
                    talk(self, connection)
                except OSError:
                    pass

    def close(self):
        self.over.set()
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(self.path)
        self.thread.join(PATIENCE)
        self.listener.close()
        shutil.rmtree(self.directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def answering(line):
    """A talk that answers each request with these bytes, and closes."""
    def talk(_, connection):
        connection.recv(4096)
        connection.sendall(line)
    return talk
