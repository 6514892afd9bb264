"""The rig inside the bench's kernel: lines, ADC, pad, broker, daemon and the trace of all of them.

Nothing here knows how the daemon works inside. It writes what a pad would do into the ADC's inputs, reads the levels
from gpio-sim's side of the chip, and listens on the broker as any other client does.
"""
import bisect
import collections
import fcntl
import json
import math
import os
import signal
import socket
import struct
import subprocess
import threading
import time

OUT = "/run/out"
HEAT_LINE, COOL_LINE, FAN_LINE, HEARTBEAT_LINE, BUTTON_LINE, SENSE_LINE, LED_LINE = 17, 27, 22, 23, 24, 25, 16
LINE_COUNT = 54
DEAD_MAN_MS = 1500  # its charge pump holds so long after the last edge (hardware/deadman.cir, the slow case)
DEAD_MAN = "dead man"
NOISE_UV = 150      # half width; a real ADC of 16 bits at this gain has one or two codes of it
SUPPLY_UV = 3_300_000
SERIES_OHM = 4700.0
QUICK = (0.9, 1.6, 0.002)  # Pad.pace for a short bench
ADAPTER = "/sys/bus/i2c/devices/i2c-1"
DRIVER = "/sys/bus/i2c/drivers/ads1015"
CHIP = "1-0048"

# Vishay NTCLE100E3103, degrees Celsius and ohms, as printed in its datasheet (document 29049).
NTC = [(-10, 55046), (-5, 42157), (0, 32554), (5, 25339), (10, 19872), (15, 15698), (20, 12488), (25, 10000),
       (30, 8059), (35, 6535), (40, 5330), (45, 4372), (50, 3606), (55, 2989), (60, 2490)]


def now_ms():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def ntc_ohm(celsius):
    """Between two rows ln R is as good as straight over 1/T."""
    index = min(max(bisect.bisect_right(NTC, (celsius, math.inf)), 1), len(NTC) - 1)
    (below, r_below), (above, r_above) = NTC[index - 1], NTC[index]
    x, x0, x1 = (1 / (273.15 + value) for value in (celsius, below, above))
    return math.exp(math.log(r_below) + (x - x0) / (x1 - x0) * math.log(r_above / r_below))


class Trace:
    """Everything that happened, one line each: milliseconds, what, value. Thread-safe."""

    def __init__(self, path):
        self._file = open(path, "w", buffering=1, encoding="utf-8")
        self._lock = threading.Lock()

    def add(self, what, value):
        with self._lock:
            self._file.write(f"{now_ms()}\t{what}\t{value}\n")


class Lines:
    """gpio-sim as the Pi's chip: 54 lines with their names, and what is wired to them: the button, the dead man in
    series with both channels, and the sense line that sees the pad's lead. The powered lines and the heartbeat are
    watched. `welded` holds what conducts whatever it is told: a powered line, or DEAD_MAN."""

    def __init__(self, trace, period_s, label="pinctrl-bcm2835"):
        self._trace, self._period_s = trace, period_s
        self._condition = threading.Condition()
        config = "/sys/kernel/config/gpio-sim/pi"
        os.makedirs(config + "/bank0")
        write(config + "/bank0/num_lines", str(LINE_COUNT))
        write(config + "/bank0/label", label)
        for line in range(LINE_COUNT):
            os.mkdir(f"{config}/bank0/line{line}")
            write(f"{config}/bank0/line{line}/name", f"GPIO{line}")
        write(config + "/live", "1")
        with open(config + "/dev_name", encoding="ascii") as device, \
                open(config + "/bank0/chip_name", encoding="ascii") as chip:
            self.sysfs = f"/sys/devices/platform/{device.read().strip()}/{chip.read().strip()}"
        self._files = {line: os.open(f"{self.sysfs}/sim_gpio{line}/value", os.O_RDONLY) for line in range(LINE_COUNT)}
        self._edges = {line: [(now_ms(), self.level(line))] for line in (HEAT_LINE, COOL_LINE, HEARTBEAT_LINE)}
        self._pressed = False
        self.welded = set()
        threading.Thread(target=self._watch, daemon=True).start()

    def level(self, line):
        return int(os.pread(self._files[line], 2, 0))

    def lead(self, line):
        """Whether the pad has voltage through this line's switch: it and the dead man both conduct."""
        edges = self._edges[HEARTBEAT_LINE]
        beating = len(edges) > 1 and now_ms() - edges[-1][0] <= DEAD_MAN_MS
        return bool((self.level(line) or line in self.welded) and (beating or DEAD_MAN in self.welded))

    def press(self, pressed):
        """The button is a contact to ground that a press opens."""
        self._trace.add("button", "pressed" if pressed else "released")
        self._pressed = pressed
        self._wire_inputs()

    def _wire_inputs(self):
        """What is wired is stronger than the bias that the daemon asks for; gpio-sim lets the newest one win."""
        for line, high in ((BUTTON_LINE, self._pressed),
                           (SENSE_LINE, self.lead(HEAT_LINE) or self.lead(COOL_LINE))):
            if self.level(line) != high:
                write(f"{self.sysfs}/sim_gpio{line}/pull", "pull-up" if high else "pull-down")

    def beats(self, from_ms, to_ms=math.inf):
        """The heartbeat's edges in that time, in ms."""
        with self._condition:
            return [at for at, _ in self._edges[HEARTBEAT_LINE][1:] if from_ms <= at <= to_ms]

    def pulses(self, line, from_ms):
        """(when it rose, for how long) of each time that the line was high and is low again, in ms."""
        with self._condition:
            edges = [edge for edge in self._edges[line] if edge[0] >= from_ms]
        return [(up, down - up) for (up, high), (down, _) in zip(edges, edges[1:]) if high]

    def _watch(self):
        while True:
            for line, edges in self._edges.items():
                level = self.level(line)
                if level != edges[-1][1]:
                    with self._condition:
                        edges.append((now_ms(), level))
                        self._condition.notify_all()
                    if line != HEARTBEAT_LINE:
                        self._trace.add(f"line {line}", level)
            self._wire_inputs()
            time.sleep(self._period_s)

    def wait(self, line, level, timeout_s):
        """When the line took that level, in ms; None after the timeout."""
        deadline = time.monotonic() + timeout_s
        with self._condition:
            while self._edges[line][-1][1] != level:
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._condition.wait(left)
            return self._edges[line][-1][0]

    def wait_power(self, line, timeout_s):
        """When the line rose and stayed high for longer than the self-test's pulse, in ms; None after the timeout."""
        deadline = time.monotonic() + timeout_s
        rose = self.wait(line, 1, timeout_s)
        while rose is not None:
            time.sleep(0.3)
            if self.level(line) and self._edges[line][-1][0] == rose:
                return rose
            rose = self.wait(line, 1, deadline - time.monotonic())
        return None

    def last_fall(self, line):
        """When the line became low for the last time, in ms; None while it is high."""
        with self._condition:
            at, level = self._edges[line][-1]
        return None if level else at

    def stays_low(self, seconds):
        """Neither line is high for so long, counted from when an edge before now has certainly been seen."""
        since = now_ms() + 2000 * self._period_s
        time.sleep(seconds)
        with self._condition:
            newest = [self._edges[line][-1] for line in (HEAT_LINE, COOL_LINE)]
        return not any(level or at > since for at, level in newest)


class Adc:
    """The register model's knobs and the driver's side of it."""

    def volts(self, channel, microvolts):
        write(f"{ADAPTER}/in{channel}_uv", str(int(microvolts)))

    def celsius(self, celsius):
        ohm = ntc_ohm(celsius)
        self.volts(0, SUPPLY_UV * ohm / (ohm + SERIES_OHM))

    def knob(self, name, value):
        write(f"{ADAPTER}/{name}", str(value))

    def bind(self, bound):
        write(f"{DRIVER}/{'bind' if bound else 'unbind'}", CHIP)

    def present(self, present):
        """Without it, as after `echo 0x48 >delete_device`."""
        self.knob("present", int(present))

    def mend(self):
        """Healthy again, whatever was done to it."""
        for knob in ("fail_errno", "delay_ms", "frozen"):
            self.knob(knob, 0)
        self.knob("fail_next", -1)
        self.present(True)
        if self.bound() and self.latched():
            self.bind(False)
        if not self.bound():
            self.bind(True)

    def autosuspend(self, milliseconds):
        """The driver lets the chip sleep after so long without a read; its own choice is two seconds."""
        write(f"{ADAPTER}/{CHIP}/power/autosuspend_delay_ms", str(milliseconds))

    def latch(self):
        """One transfer fails while the chip is woken or sent to sleep; whether the kernel keeps that error."""
        self.knob("fail_errno", 121)
        for _ in range(1000):
            time.sleep(0.001)
            if self.latched():
                break
        self.knob("fail_errno", 0)
        return self.latched()

    @staticmethod
    def latched():
        """The kernel's power management keeps an error and refuses every further read with EINVAL."""
        with open(f"{ADAPTER}/{CHIP}/power/runtime_status", encoding="ascii") as file:
            return file.read().strip() == "error"

    @staticmethod
    def bound():
        return os.path.exists(f"{DRIVER}/{CHIP}")

    @staticmethod
    def device():
        base = f"{ADAPTER}/{CHIP}"
        return next((f"{base}/{name}" for name in os.listdir(base) if name.startswith("iio:device")), None)

    def raw(self, channel):
        with open(f"{self.device()}/in_voltage{channel}_raw", encoding="ascii") as file:
            return int(file.read())

    def scale(self, channel):
        with open(f"{self.device()}/in_voltage{channel}_scale", encoding="ascii") as file:
            return float(file.read())


class Pad(threading.Thread):
    """The loop from the lines back to the thermistor: one thermal mass, quick enough for a short bench."""

    def __init__(self, trace, lines, adc, period_s, celsius=25.0):
        super().__init__(daemon=True)
        self._trace, self._lines, self._adc, self._period_s = trace, lines, adc, period_s
        self._lock = threading.Lock()
        self.room_c = 25.0
        self.pace(*QUICK)
        self.celsius = celsius
        self.frozen = False
        adc.knob("noise_uv", NOISE_UV)
        adc.volts(3, SUPPLY_UV)
        adc.celsius(celsius)

    def pace(self, heat_c_per_s, cool_c_per_s, loss_per_s):
        """How quick it is: degrees a second with power, and the part of the distance to the room lost in a second."""
        self.heat_c_per_s, self.cool_c_per_s, self.loss_per_s = heat_c_per_s, cool_c_per_s, loss_per_s

    def hold(self, celsius):
        """The pad has this temperature until release(), whatever the lines do. Returns when that began, in ms."""
        with self._lock:
            self.celsius, self.frozen = celsius, True
            self._adc.celsius(celsius)
            at = now_ms()
        self._trace.add("held at", celsius)
        return at

    def release(self, celsius=None):
        """The lines move the temperature again, from where it is or from `celsius`."""
        with self._lock:
            self.celsius = self.celsius if celsius is None else celsius
            self.frozen = False
        self._trace.add("held at", "released")

    def _step(self, elapsed_s):
        with self._lock:
            if not self.frozen:
                power = (self._lines.lead(HEAT_LINE) * self.heat_c_per_s
                         - self._lines.lead(COOL_LINE) * self.cool_c_per_s)
                self.celsius += elapsed_s * (power - self.loss_per_s * (self.celsius - self.room_c))
                self._adc.celsius(self.celsius)

    def run(self):
        last, told = time.monotonic(), 0.0
        while True:
            time.sleep(self._period_s)
            elapsed, last = time.monotonic() - last, time.monotonic()
            self._step(elapsed)
            if last - told >= 0.5:
                told = last
                self._trace.add("pad_c", f"{self.celsius:.2f}")


class Broker:
    """A real Mosquitto on loopback and a subscriber to everything below soothe/."""

    CONFIG = "listener 1883 127.0.0.1\nallow_anonymous true\nuser root\npersistence false\nlog_dest stderr\n"

    def __init__(self, trace):
        self._trace = trace
        self._condition = threading.Condition()
        self.state, self.retained = {}, {}
        self.events = collections.deque()
        write("/run/mosquitto.conf", self.CONFIG)
        self._log = open(f"{OUT}/mosquitto.log", "ab")
        self._server = subprocess.Popen(["mosquitto", "-c", "/run/mosquitto.conf"], stdout=self._log,
                                        stderr=self._log, stdin=subprocess.DEVNULL)
        self._wait_for_port()
        self._client = subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-q", "1", "-F", "%j", "-t", "soothe/#"],
                                        stdout=subprocess.PIPE, stderr=self._log, stdin=subprocess.DEVNULL)
        threading.Thread(target=self._listen, daemon=True).start()

    @staticmethod
    def _wait_for_port():
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", 1883), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("Mosquitto does not answer on 127.0.0.1:1883")

    def _listen(self):
        for line in self._client.stdout:
            message = json.loads(line)
            topic, payload = message["topic"], message["payload"]
            self._trace.add("mqtt " + topic, payload)
            with self._condition:
                self._take(topic.split("/")[-1], payload)
                self._condition.notify_all()

    def _take(self, leaf, payload):
        self.retained[leaf] = payload
        if leaf == "state" and payload:
            self.state = json.loads(payload)
        elif leaf == "event":
            self.events.append((now_ms(), json.loads(payload)))

    def forget(self):
        with self._condition:
            self.state = {}
            self.retained.clear()
            self.events.clear()

    def wait(self, holds, timeout_s):
        """Wait until holds(broker) is true; its value, or what it was at the end."""
        with self._condition:
            return self._condition.wait_for(lambda: holds(self), timeout_s)

    def wait_state(self, timeout_s, **fields):
        """A field's value, or a function that says whether it is the right one."""
        def right(broker):
            return all(want(broker.state.get(k)) if callable(want) else broker.state.get(k) == want
                       for k, want in fields.items())
        return self.wait(right, timeout_s)

    def event(self, timeout_s, event_type, **fields):
        """The first event of that kind, or None."""
        def find(broker):
            return next((event for _, event in broker.events if event.get("event_type") == event_type
                         and all(event.get(k) == v for k, v in fields.items())), None)
        return self.wait(find, timeout_s)

    def publish(self, topic, payload):
        return subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-q", "1", "-t", topic, "-m", payload],
                              check=False, timeout=10).returncode


class Daemon:
    """The real soothed on real drivers, with a state directory of its own, and the soothe client."""

    SOCKET = "/run/soothe/control.sock"

    def __init__(self, trace, build, name, config):
        self._trace, self._build, self.name = trace, build, name
        self._log = open(f"{OUT}/soothed-{name}.log", "ab")
        self._config = f"/run/{name}.jsonc"
        self._state = f"/run/state/{name}"
        os.makedirs(self._state, exist_ok=True)
        write(self._config, json.dumps(config, indent=1))
        self.process = None

    def start(self):
        self._trace.add("daemon", "start " + self.name)
        self.process = subprocess.Popen(
            [f"{self._build}/src/daemon/soothed", "--config", self._config, "--state-dir", self._state,
             "--socket", self.SOCKET],
            stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL)

    def client(self, *arguments, timeout_s=15):
        done = subprocess.run([f"{self._build}/src/cli/soothe", "--socket", self.SOCKET, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=False)
        self._trace.add("soothe " + " ".join(arguments), f"{done.returncode} {(done.stdout + done.stderr).strip()!r}")
        return done

    def wait_ready(self, timeout_s=15):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.client("status", "--json").returncode == 0:
                time.sleep(0.3)  # its bias presses the button until _wire_inputs has seen it, however busy the host is
                return True
            time.sleep(0.2)
        return False

    def log(self):
        with open(self._log.name, encoding="utf-8", errors="replace") as log:
            return log.read()

    def end(self, number=signal.SIGTERM, timeout_s=10):
        """Send the signal; when it was sent in ms, and how the daemon ended."""
        at = now_ms()
        self._trace.add("daemon", f"signal {int(number)}")
        self.process.send_signal(number)
        try:
            return at, self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return at, None


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(control, 0x8913, request))[1]
        fcntl.ioctl(control, 0x8914, struct.pack("16sh", b"lo", flags | 1))


def feed_random():
    """This kernel has no source of randomness, and TLS libraries wait for one. Nothing in here is secret."""
    seed = b"soothe kernel bench".ljust(64, b".")
    with open("/dev/random", "wb") as device:
        fcntl.ioctl(device, 0x40085203, struct.pack("ii64s", 8 * len(seed), len(seed), seed))
