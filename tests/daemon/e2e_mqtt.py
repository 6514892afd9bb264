#!/usr/bin/env python3
"""What a dashboard sees and may do: the daemon and a real broker."""

import json
import re
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import HEAT_NOW, ROOT, DaemonTest, heat_config, until  # noqa: E402

BASE = "soothe/back-pad"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
SWITCHES = {"ON", "OFF"}


def closed_list(name):
    """A closed list as include/soothe/names.h has it."""
    text = (ROOT / "include/soothe/names.h").read_text()
    table = re.search(rf"#define SOOTHE_{name}\(X\)(.*?)\n\n", text, re.S).group(1)
    return set(re.findall(r'X\(\w+, "(\w+)"\)', table))


FIELDS = {
    "state": closed_list("STATES"), "phase": {"ice", "heat", "none"}, "blocked_by": closed_list("BLOCKS"),
    "trip": closed_list("FAULTS"), "clock": {"trusted", "untrusted"},
    "heating": SWITCHES, "cooling": SWITCHES, "in_band": SWITCHES, "problem": SWITCHES,
    "phase_ends": TIME, "session_started": TIME, "session_ends": TIME, "next_session": TIME, "next_session_by": TIME,
    "ts": TIME, "pad_c": (float, int), "hot_side_c": (float, int), "target_c": (float, int), "duty": int,
    "in_band_s": int, "in_band_today_s": int, "sessions_done": int, "sessions_today": int, "dose_cem43": (float, int),
    "pain": int, "message": str, "advice": str, "config": str, "units": {"C", "F"},
    "timezone": r"[A-Z]\w*(/[\w+-]+)*",
}
NEVER_NULL = {"state", "phase", "blocked_by", "trip", "clock", "heating", "cooling", "in_band", "problem", "ts", "config",
              "units", "duty", "message", "advice", "sessions_done", "sessions_today"}


def wrong_fields(document):
    """What the state document has that the design does not allow."""
    wrong = [f"missing or unknown: {sorted(set(FIELDS) ^ set(document))}"] if set(FIELDS) != set(document) else []
    for name, allowed in FIELDS.items():
        value = document.get(name)
        fits = (name not in NEVER_NULL if value is None else
                value in allowed if isinstance(allowed, set) else
                bool(re.fullmatch(allowed, value)) if isinstance(allowed, str) else isinstance(value, allowed))
        if not fits:
            wrong.append(f"{name} = {value!r}")
    wrong += [f"{name} is too long" for name in ("message", "advice") if len(document.get(name) or "") > 200]
    return wrong


class Listener(threading.Thread):
    """mosquitto_sub: every message as (topic, retained, payload)."""

    def __init__(self, port, topic=f"{BASE}/#"):
        super().__init__(daemon=True)
        self.process = subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", topic, "-F", "%t %r %p"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.messages = []
        self.start()

    def run(self):
        for line in self.process.stdout:
            topic, retained, payload = line.rstrip("\n").split(" ", 2)
            self.messages.append((topic, retained == "1", payload))

    def of(self, name):
        return [payload for topic, _, payload in list(self.messages) if topic == f"{BASE}/{name}"]

    def documents(self, name):
        return [json.loads(payload) for payload in self.of(name)]

    def events(self, kind):
        return [event for event in self.documents("event") if event["event_type"] == kind]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.join()
        self.process.stdout.close()


class Mqtt(DaemonTest):
    def connected(self, remote_start=False, **more):
        self.mosquitto = self.broker()
        config = heat_config(self.mosquitto.port)
        config["mqtt"]["remote_start"] = remote_start
        self.listener = Listener(self.mosquitto.port)
        self.addCleanup(self.listener.close)
        daemon = self.daemon(config=config, **more)
        daemon.start()
        until("it is online", lambda: "online" in self.listener.of("availability"))
        until("it has a state", lambda: self.listener.of("state"))
        return daemon

    def publish(self, name, payload="", *flags):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.mosquitto.port), "-q", "1", "-t", f"{BASE}/cmd/{name}",
                        "-m", payload, *flags], check=True, timeout=60)

    def answer(self, name, payload, *flags):
        """Send one command with an id; its answer."""
        identity = f"id-{time.monotonic_ns()}"
        self.publish(name, json.dumps({"id": identity, **payload}), *flags)
        return until(f"an answer to {name}", lambda: next(
            (a for a in self.listener.documents("response") if a["id"] == identity), None))

    def test_every_state_document_of_a_session_is_complete_and_in_its_lists(self):
        daemon = self.connected()
        daemon.command("start", value=HEAT_NOW)
        until("it runs", lambda: any(s["state"] == "running" for s in self.listener.documents("state")))
        daemon.command("pause", value="5")
        daemon.command("pain", value="3")
        until("it is paused", lambda: any(s["state"] == "paused" for s in self.listener.documents("state")))
        daemon.command("inject", value="sensor_open")
        until("it trips", lambda: any(s["trip"] == "sensor_open" for s in self.listener.documents("state")))
        daemon.command("inject", value="none")
        self.assertEqual(daemon.stop(), 0)
        until("it is offline", lambda: self.listener.of("availability")[-1] == "offline")
        documents = self.listener.documents("state")
        wrong = {line for document in documents for line in wrong_fields(document)}
        self.assertEqual(wrong, set())
        self.assertEqual(documents[-1]["heating"], "OFF")
        info = self.listener.documents("info")[-1]
        self.assertEqual(info["api"], 1)
        self.assertIn("version", info)

    def test_the_events_of_a_session_are_told_once_and_are_not_kept(self):
        daemon = self.connected(speed=100)
        daemon.command("start", value=HEAT_NOW)
        until("it ends", lambda: self.listener.events("session_ended"))
        kinds = [event["event_type"] for event in self.listener.documents("event")]
        for kind in ("plan_started", "session_started", "band_reached", "session_ended"):
            self.assertEqual(kinds.count(kind), 1, kinds)
        ended = self.listener.events("session_ended")[0]
        self.assertEqual(ended["reason"], "done")
        late = Listener(self.mosquitto.port)
        self.addCleanup(late.close)
        until("it gets what is retained", lambda: late.of("state"))
        self.assertEqual(late.of("event"), [])
        self.assertEqual(daemon.stop(), 0)

    def test_nobody_energises_the_pad_from_afar(self):
        daemon = self.connected()
        for name in ("start", "now"):
            answer = self.answer(name, {"ts": time.time()})
            self.assertEqual((answer["status"], answer["reason"]), ("refused", "remote_start_off"))
        for name in ("ack", "clock", "finish", "inject"):
            time.sleep(0.3)  # of a flood not each refusal is answered
            self.assertEqual(self.answer(name, {})["status"], "refused", name)
        self.assertEqual(daemon.status()["state"], "waiting")
        self.assertFalse(daemon.is_on("heat"))
        self.assertEqual(daemon.stop(), 0)

    def test_a_remote_start_that_is_allowed_needs_a_fresh_time(self):
        daemon = self.connected(remote_start=True)
        self.assertEqual(self.answer("start", {})["reason"], "no_timestamp")
        self.assertEqual(self.answer("start", {"ts": time.time() - 60})["reason"], "too_old")
        self.assertEqual(self.answer("start", {"ts": time.time() + 60})["reason"], "too_old")
        self.assertEqual(self.answer("start", {"ts": time.time(), "value": HEAT_NOW})["status"], "ok")
        daemon.until_powered("heat")
        self.assertEqual(daemon.stop(), 0)

    def test_a_live_stop_is_obeyed_whatever_comes_with_it(self):
        daemon = self.connected()
        for payload in ("", "nonsense", '{"ts": 0}', "x" * 5000, "null"):
            daemon.command("start", value=HEAT_NOW) if daemon.status()["state"] == "waiting" else daemon.command("resume")
            until("the heater is on", lambda: daemon.is_on("heat") or daemon.status()["blocked_by"] == "rest")
            self.publish("stop", payload)
            until("it has stopped", lambda: daemon.status()["state"] == "stopped")
            until("the heater is off", lambda: not daemon.is_on("heat"))
        self.assertEqual(daemon.stop(), 0)

    def test_a_retained_command_is_refused_even_a_stop(self):
        daemon = self.connected()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_powered("heat")
        self.publish("stop", "x", "-r")
        until("it has stopped: it was live", lambda: daemon.status()["state"] == "stopped")
        daemon.command("resume")
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        until("it is refused", lambda: "retained" in daemon.text())
        self.assertNotEqual(daemon.status()["state"], "stopped")
        self.assertEqual(daemon.stop(), 0)

    def test_a_repeated_command_gets_the_first_answer(self):
        daemon = self.connected()
        for count in range(1, 4):
            self.publish("pain", '{"id":"once","value":4}')
            until("an answer", lambda count=count: len(
                [a for a in self.listener.documents("response") if a["id"] == "once"]) == count)
        self.assertEqual(len(self.listener.events("pain")), 1)
        self.assertEqual(daemon.stop(), 0)

    def test_a_daemon_that_is_killed_is_offline_by_its_will(self):
        daemon = self.connected()
        daemon.kill()
        until("it is offline", lambda: self.listener.of("availability")[-1] == "offline")

    def test_garbage_of_any_size_harms_nothing(self):
        daemon = self.connected()
        for number in range(60):
            self.publish(("stop/x", "nonsense", "pause", "pain", "x" * 200)[number % 5], ("\\", "{" * 900, "-1", "é", "9" * 4000)
                         [number % 4])
        self.assertEqual(daemon.command("pain", value="2")["status"], "ok")
        self.assertEqual(daemon.status()["pain"], 2)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
