"""What the MQTT tests stand on: a real Mosquitto, the probe, a client that shows every flag, and a broker that lies.

Nothing here sleeps to wait for something: every wait is on a condition, with a limit.
"""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

LIMIT_S = 60.0  # of one wait; generous, because the machine may be busy and sanitizers are slow
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port():
    """Below the range that the kernel takes for connections, which could have it while a broker is down."""
    while True:
        port = random.randrange(12000, 30000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Told:
    """A growing list that can be waited on."""

    def __init__(self):
        self.items = []
        self.changed = threading.Condition()

    def add(self, item):
        with self.changed:
            self.items.append(item)
            self.changed.notify_all()

    def matching(self, wanted):
        with self.changed:
            return [item for item in self.items if wanted(item)]

    def wait(self, wanted, count=1, limit_s=LIMIT_S):
        """The first `count` items that match; an AssertionError that shows the rest if they do not come."""
        end = time.monotonic() + limit_s
        with self.changed:
            while True:
                found = [item for item in self.items if wanted(item)]
                if len(found) >= count:
                    return found[:count]
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{len(found)} of {count} came; all that did: {self.items[-20:]}")
                self.changed.wait(left)


class Probe:
    """tests/link/mqtt_probe.c; `told` holds its lines as dictionaries."""

    def __init__(self, port, environment=None, **settings):
        arguments = [os.environ["MQTT_PROBE"], f"port={port}"] + [f"{k}={v}" for k, v in settings.items()]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(environment or {})})
        self.told = Told()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.told.add(json.loads(line))

    def do(self, line):
        """Tell it; see the top of mqtt_probe.c."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def said(self, part, count=1, limit_s=LIMIT_S):
        return self.told.wait(lambda item: part in item.get("say", ""), count, limit_s)

    def ask(self, line, key, whole=False):
        """The value of `key` in the answer, or all of it."""
        have = len(self.told.matching(lambda item: key in item))
        self.do(line)
        answer = self.told.wait(lambda item: key in item, have + 1)[-1]
        return answer if whole else answer[key]

    def heard(self):
        """What it told before now is in `told`: its answer to a client may be here before its line in the pipe."""
        self.ask("connected", "connected")

    def commands(self):
        self.heard()
        return [item["command"] for item in self.told.matching(lambda item: "command" in item)]

    def connected(self):
        return self.said("connected to")

    def free(self):
        """mqtt_free; returns how long it took in ms."""
        took = self.ask("free", "freed_ms")
        self.process.wait(LIMIT_S)
        return took

    def kill(self):
        self.process.kill()
        self.process.wait(LIMIT_S)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LIMIT_S)
        self.reader.join(LIMIT_S)
        self.process.stdin.close()
        self.process.stdout.close()


class Broker:
    """A real Mosquitto on a free loopback port; what it keeps is lost when it ends, unless `keep`."""

    def __init__(self, extra="", keep=False):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="soothe-broker-"))
        self.port = free_port()
        self.extra = extra
        self.keep = keep
        self.process = None
        self.start()

    def start(self):
        lines = [f"listener {self.port} 127.0.0.1", "sys_interval 0", "max_queued_messages 0"]
        if os.geteuid() == 0:
            lines.append("user root")
        if self.keep:
            lines += ["persistence true", f"persistence_location {self.directory}/"]
        if "allow_anonymous" not in self.extra:
            lines.append("allow_anonymous true")
        path = self.directory / "mosquitto.conf"
        path.write_text("\n".join(lines) + "\n" + self.extra.format(directory=self.directory) + "\n")
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen([MOSQUITTO, "-c", str(path)], stdout=log, stderr=log)
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError("mosquitto ended: " + (self.directory / "log").read_text())
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)  # between two looks at a condition
        raise AssertionError("mosquitto does not listen")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(LIMIT_S)

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def encode_length(length):
    out = bytearray()
    while True:
        length, digit = divmod(length, 128)
        out.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(out)


def packet(kind, body):
    return bytes([kind]) + encode_length(len(body)) + body


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(raw)) + raw


def receive(connection, count):
    data = bytearray()
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise ConnectionError("closed")
        data += chunk
    return bytes(data)


def read_packet(connection):
    """(first byte, body)."""
    kind = receive(connection, 1)[0]
    length = shift = 0
    while True:
        digit = receive(connection, 1)[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return kind, receive(connection, length)


class Message:
    def __init__(self, topic, payload, retain):
        self.topic, self.payload, self.retain = topic, payload, retain

    def json(self):
        return json.loads(self.payload)

    def __repr__(self):
        return f"{self.topic}{' (retained)' if self.retain else ''}: {self.payload[:120]!r}"


class Client:
    """MQTT 3.1.1 by hand: `told` holds every message with its retain flag."""

    def __init__(self, port, name="watcher", subscribe="#", user=None, password=None):
        self.told = Told()
        self.acks = Told()
        self.sent = 0
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT_S)
        self.lock = threading.Lock()
        flags, login = (0xC2, text(user) + text(password)) if user else (0x02, b"")
        self.socket.sendall(packet(0x10, text("MQTT") + bytes([4, flags]) + struct.pack(">H", 0) + text(name) + login))
        kind, body = read_packet(self.socket)
        assert kind == 0x20 and body[1] == 0, body
        self.socket.settimeout(None)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        if subscribe:
            self._send(0x82, struct.pack(">H", 1) + text(subscribe) + b"\x01")
            self.acks.wait(lambda mid: mid == ("sub", 1))

    def _send(self, kind, body):
        with self.lock:
            self.socket.sendall(packet(kind, body))

    def _read(self):
        try:
            while True:
                kind, body = read_packet(self.socket)
                if kind & 0xF0 == 0x30:
                    self._take(kind, body)
                elif kind & 0xF0 in (0x40, 0x90):
                    self.acks.add(("pub" if kind & 0xF0 == 0x40 else "sub", struct.unpack(">H", body[:2])[0]))
        except (OSError, ConnectionError):
            self.acks.add("closed")

    def _take(self, kind, body):
        length = struct.unpack(">H", body[:2])[0]
        rest = body[2 + length:]
        if kind & 0x06:
            self._send(0x40, rest[:2])
            rest = rest[2:]
        self.told.add(Message(body[2:2 + length].decode(), rest, bool(kind & 1)))

    def publish(self, topic, payload=b"", retain=False, wait=True):
        """QoS 1, so that it is known to have reached the broker."""
        payload = payload.encode() if isinstance(payload, str) else payload
        self.sent += 1
        mid = self.sent % 65535 + 1
        before = len(self.acks.matching(lambda ack: ack == ("pub", mid))) if wait else 0
        self._send(0x32 | retain, text(topic) + struct.pack(">H", mid) + payload)
        if wait:
            self.acks.wait(lambda ack: ack == ("pub", mid), before + 1)

    def flood(self, topic, payload, count):
        """QoS 0, as fast as the broker takes it."""
        one = packet(0x30, text(topic) + payload)
        for _ in range(0, count, 100):
            with self.lock:
                self.socket.sendall(one * 100)

    def on(self, topic):
        return self.told.matching(lambda message: message.topic == topic)

    def wait(self, topic, count=1, payload=None, limit_s=LIMIT_S):
        return self.told.wait(lambda m: m.topic == topic and (payload is None or m.payload == payload), count, limit_s)

    def close(self):
        with contextlib.suppress(OSError):  # the broker may be gone
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(LIMIT_S)
        self.socket.close()


class FakeBroker:
    """Takes connections and does with each what `behave(connection)` does."""

    def __init__(self, behave):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.behave = behave
        self.connections = Told()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.add(connection)
            threading.Thread(target=self._behave, args=(connection,), daemon=True).start()

    def _behave(self, connection):
        try:
            self.behave(connection)
        except (OSError, ConnectionError):
            pass

    def close(self):
        self.listener.close()
        for connection in self.connections.items:
            connection.close()


class Blackhole:
    """A listener whose backlog is full: the kernel answers no SYN any more."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(filler)

    def close(self):
        for filler in self.fillers:
            filler.close()
        self.listener.close()
