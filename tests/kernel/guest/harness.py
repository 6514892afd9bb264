"""What every scenario has: the rig, the daemon's configuration, the tally and the list of scenarios."""
import json

import rig

CUT_MS = 600     # from the ADC's input to the line: one sample, one tick, one step of the guard, and room for the host
STALE_MS = 1200  # the age at which a reading is stale (600 ms), and the same way again
PHASES = [
    {"name": "ice", "mode": "cool", "days": 3, "session_minutes": [20, 30], "every_hours": [3, 4], "target_c": 10},
    {"name": "heat", "mode": "heat", "days": 7, "session_minutes": [20, 30], "every_hours": [3, 4], "target_c": 40}]
CONFIG = {
    "version": 1,
    "device": {"id": "bench", "name": "Kernel bench"},
    "plan": {"notice_minutes": 5, "phases": PHASES},
    "pad": {"wired": True, "chip": "pinctrl-",
            "heat": {"line": rig.HEAT_LINE, "kind": "mosfet", "pwm_period_s": 2},
            "cool": {"line": rig.COOL_LINE, "kind": "relay", "min_on_s": 30, "min_off_s": 10},
            "fan": {"line": rig.FAN_LINE}, "heartbeat": {"line": rig.HEARTBEAT_LINE},
            "sense": {"line": rig.SENSE_LINE}, "button": {"line": rig.BUTTON_LINE}, "led": {"line": rig.LED_LINE}},
    "sensors": [{"iio": rig.CHIP, "channel": 0, "supply_channel": 3, "part": "NTCLE100E3103", "series_ohm": 4700,
                 "role": "pad", "of": ["heat", "cool"]}],
    "mqtt": {"host": "127.0.0.1", "port": 1883, "remote_start": False, "discovery": "off"}}
IN_HEAT, IN_ICE = "-80h", "-1h"
SCENARIOS = {}


def scenario(name, kernel, what):
    """`kernel` says in which one it runs: `run` reads that from here."""
    def add(function):
        assert kernel in ("real", "virtual", "cut", "again")
        SCENARIOS[kernel, name] = (what, function)
        return function
    return add


class Bench:
    """What the scenarios share, and the tally."""

    def __init__(self, build, virtual):
        self.build = build
        self.trace = rig.Trace(f"{rig.OUT}/trace.tsv")
        rig.feed_random()
        rig.loopback_up()
        rig.write("/run/systemd/timesync/synchronized", "")
        self.lines = rig.Lines(self.trace, 0.05 if virtual else 0.005)
        self.adc = rig.Adc()
        self.pad = rig.Pad(self.trace, self.lines, self.adc, 0.1 if virtual else 0.02)
        self.pad.start()
        self.broker = rig.Broker(self.trace)
        self._daemon = None

    def check(self, name, good, detail=""):
        line = f"{'ok' if good else 'FAILED'} {name}" + (f"  [{detail}]" if detail != "" else "")
        self.trace.add("check", line)
        print(line, flush=True)
        return bool(good)

    def check_cut(self, name, line, from_ms, limit_ms):
        """The line was high at `from_ms`, became low within the limit and has not been high since."""
        self.lines.wait(line, 0, limit_ms / 1000 + 1)
        fell_ms = self.lines.last_fall(line)
        took = None if fell_ms is None else fell_ms - from_ms
        self.check(name, took is not None and 0 <= took <= limit_ms,
                   f"still high after {limit_ms + 1000} ms" if took is None else f"{took} ms, limit {limit_ms} ms")

    def daemon(self, name, config=None):
        self.broker.forget()
        self._daemon = rig.Daemon(self.trace, self.build, name, config or CONFIG)
        self._daemon.start()
        return self._daemon

    def tidy(self):
        """The next scenario finds no daemon and a healthy ADC, however this one ended. A process whose transfer hangs
        does not die before that is over, so the ADC comes first."""
        self.adc.mend()
        if self._daemon and self._daemon.process.poll() is None:
            self._daemon.end(rig.signal.SIGKILL)
        self._daemon = None
        for line in (rig.HEAT_LINE, rig.COOL_LINE):
            self.lines.wait(line, 0, 2)
        self.lines.press(False)
        self.pad.pace(*rig.QUICK)
        self.lines.welded.clear()

    def powered(self, name, line, celsius, injured_at, config=None):
        """A fresh daemon with a session that has power, the line high."""
        self.pad.release(celsius)
        daemon = self.daemon(name, config)
        self.check("the daemon is up", daemon.wait_ready())
        started = daemon.client("start", "--injured-at", injured_at)
        self.check("the plan starts", started.returncode == 0, started.stderr.strip())
        self.check(f"GPIO{line} goes high", self.lines.wait_power(line, 20) is not None)
        return daemon

    def check_trip(self, fault):
        self.check(f"MQTT says {fault}", self.broker.wait_state(3, trip=fault),
                   f"state {self.broker.state.get('state')}, trip {self.broker.state.get('trip')}")
        event = self.broker.event(3, "trip")
        self.check(f"the event trip names {fault}", event and fault in event.values(), json.dumps(event))

    def check_rests(self, daemon, end):
        """The daemon that was just started does not go on with the session that had power when its forerunner died."""
        self.check("the daemon is up again", daemon.wait_ready())
        self.check("no session begins before the rest is over", self.lines.stays_low(12))
        status = json.loads(daemon.client("status", "--json").stdout or "{}")
        self.check("it says that it rests", status.get("blocked_by") == "rest",
                   f"state {status.get('state')}, blocked_by {status.get('blocked_by')}")
        history = daemon.client("history", "--json").stdout
        self.check(f"the history says that the session ended by {end}", f'"{end}"' in history)
