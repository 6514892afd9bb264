#!/usr/bin/env python3
"""The MQTT thread against a real Mosquitto, and against brokers that misbehave. MQTT_PROBE names the probe's binary."""

import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from mqtt_bench import MOSQUITTO, Blackhole, Broker, Client, FakeBroker, Probe, Told, packet, read_packet

BASE = "soothe/pad"
P999_LIMIT_MS = 20  # of the calls from the control loop; one of them may be the victim of a busy machine
LONGEST_LIMIT_MS = 5000  # but nothing here may wait for a broker: that would be for 10 s at least
FREE_LIMIT_MS = 10000  # mqtt_free is bounded to 2 s; without a bound it would last for ever
AT_ONCE_MS = 1000  # of an end: a broker that does not acknowledge is waited for so long
TIMED_CALLS = 20000  # enough that the few which a busy machine interrupts are not the 0.1 % longest


class Bench(unittest.TestCase):
    def broker(self, *arguments, **settings):
        return self.keep(Broker(*arguments, **settings))

    def probe(self, port, **settings):
        return self.keep(Probe(port, **settings))

    def client(self, port, **settings):
        return self.keep(Client(port, **settings))

    def keep(self, thing):
        self.addCleanup(thing.close)
        return thing

    def pair(self, **settings):
        """A broker, somebody who watches all of it, and a probe that is connected and has published its state."""
        broker = self.broker()
        client = self.client(broker.port)
        probe = self.probe(broker.port, **settings)
        client.wait(f"{BASE}/state")
        return broker, client, probe

    def assert_calls_are_short(self, probe):
        took = probe.ask(f"time {TIMED_CALLS}", "p999_ms", whole=True)
        self.assertLess(took["p999_ms"], P999_LIMIT_MS)
        self.assertLess(took["longest_ms"], LONGEST_LIMIT_MS)

    def assert_is_not_left_behind(self, probe):
        self.assertLess(probe.free(), FREE_LIMIT_MS)
        self.assertEqual([], probe.told.matching(lambda item: "left behind" in item.get("say", "")))

    def settle(self, client, probe):
        """What was sent before has been dealt with: commands are answered in order."""
        client.publish(f"{BASE}/cmd/stop", '{"id":"settle"}')
        client.told.wait(lambda m: m.topic == f"{BASE}/response" and b'"settle"' in m.payload)
        return probe.commands()[:-1]

    def responses(self, client):
        return [m.json() for m in client.on(f"{BASE}/response")]


class Presence(Bench):
    def test_online_info_and_state_are_published_retained_when_the_broker_is_there(self):
        broker, client, _ = self.pair()
        order = [m.topic.rsplit("/", 1)[1] for m in client.told.items]
        self.assertEqual(["availability", "info", "state"], order)
        late = self.client(broker.port, name="late")
        for topic in ("availability", "info", "state"):
            self.assertTrue(late.wait(f"{BASE}/{topic}")[0].retain, topic)
        self.assertEqual("first", late.on(f"{BASE}/info")[0].json()["instance"])

    def test_an_orderly_end_says_offline_and_takes_no_time(self):
        for _ in range(3):  # a busy machine may take that time, but not again and again
            _, client, probe = self.pair()
            took_ms = probe.free()
            client.wait(f"{BASE}/availability", payload=b"offline")
            if took_ms < AT_ONCE_MS:
                return
        self.fail(f"{took_ms} ms")

    def test_what_was_told_just_before_the_end_still_goes_out(self):
        _, client, probe = self.pair()
        probe.do("event 7")
        probe.do("pain 7")
        probe.free()
        client.wait(f"{BASE}/availability", payload=b"offline")
        self.assertEqual(7, client.on(f"{BASE}/event")[0].json()["pain"])
        self.assertEqual(7, client.on(f"{BASE}/state")[-1].json()["pain"])

    def test_a_killed_daemon_is_offline_by_its_will(self):
        broker, client, probe = self.pair()
        probe.kill()
        client.wait(f"{BASE}/availability", payload=b"offline")
        self.assertTrue(self.client(broker.port, name="late").wait(f"{BASE}/availability", payload=b"offline")[0].retain)

    def test_an_offline_that_somebody_else_said_is_put_right(self):
        _, client, _ = self.pair()
        client.publish(f"{BASE}/availability", "offline", retain=True)
        client.wait(f"{BASE}/availability", count=2, payload=b"online")

    def test_a_broker_that_comes_later_is_found(self):
        broker = self.broker()
        broker.stop()
        probe = self.probe(broker.port)
        probe.said("Connection refused")
        broker.start()
        probe.connected()

    def test_a_reload_publishes_the_info_anew(self):
        _, client, probe = self.pair()
        probe.do("reload Knee pad")
        self.assertEqual("Knee pad", client.wait(f"{BASE}/info", 2)[1].json()["name"])

    def test_a_status_that_says_the_same_is_not_published_again(self):
        _, client, probe = self.pair()
        probe.do("tick")
        probe.do("pain 3")
        client.told.wait(lambda m: m.topic == f"{BASE}/state" and m.json()["pain"] == 3)
        self.assertEqual(2, len(client.on(f"{BASE}/state")))


class Restarts(Bench):
    def test_after_a_restart_of_the_broker_there_is_one_snapshot_and_nothing_stale(self):
        broker, client, probe = self.pair()
        broker.stop()
        probe.said("is lost")
        for number in range(10):
            probe.do(f"event {number}")
            probe.do(f"pain {number}")
        probe.heard()
        broker.start()
        client = self.client(broker.port)
        client.wait(f"{BASE}/state")
        self.settle(client, probe)
        self.assertEqual([], client.on(f"{BASE}/event"))
        self.assertEqual([9], [m.json()["pain"] for m in client.on(f"{BASE}/state")])
        self.assertEqual(1, len(client.on(f"{BASE}/info")))
        self.assertEqual([b"online"], [m.payload for m in client.on(f"{BASE}/availability")])

    def test_a_stopped_broker_holds_nobody_up_and_gets_the_newest_state_when_it_goes_on(self):
        broker, client, probe = self.pair()
        broker.signal(signal.SIGSTOP)
        self.assert_calls_are_short(probe)
        probe.do("pain 10")
        self.assertEqual(1, probe.ask("connected", "connected"))
        broker.signal(signal.SIGCONT)
        client.told.wait(lambda m: m.topic == f"{BASE}/state" and m.json()["pain"] == 10)

    def test_an_end_is_bounded_with_a_stopped_broker(self):
        broker, _, probe = self.pair()
        broker.signal(signal.SIGSTOP)
        self.assertLess(probe.free(), FREE_LIMIT_MS)


class Commands(Bench):
    def test_a_retained_command_is_refused_stop_too(self):
        broker = self.broker()
        client = self.client(broker.port)
        for name in ("stop", "start", "resume"):
            client.publish(f"{BASE}/cmd/{name}", '{"id":"kept"}', retain=True)
        probe = self.probe(broker.port, remote_start=1)
        client.wait(f"{BASE}/response", 3)
        self.assertEqual([], self.settle(client, probe))
        self.assertEqual({("stop", "retained"), ("start", "retained"), ("resume", "retained")},
                         {(r["cmd"], r["reason"]) for r in self.responses(client)[:3]})
        client.wait(f"{BASE}/event", 3)

    def test_a_live_command_is_obeyed_though_its_sender_set_the_retain_flag(self):
        _, client, probe = self.pair()
        client.publish(f"{BASE}/cmd/stop", "", retain=True)
        client.wait(f"{BASE}/response")
        self.assertEqual(["stop"], probe.commands())

    def test_a_live_stop_is_obeyed_whatever_comes_with_it(self):
        _, client, probe = self.pair()
        payloads = [b"", b"{", b'{"ts":0}', b"\xff\xfe\x00", b"\x00" * 100, os.urandom(1000000), b"[[[[" * 5000,
                    b'{"id":"old","ts":1}']
        for payload in payloads:
            client.publish(f"{BASE}/cmd/stop", payload)
        client.wait(f"{BASE}/response", len(payloads))
        self.assertEqual(["stop"] * len(payloads), probe.commands())

    def test_what_is_no_command_or_no_value_is_refused_by_name(self):
        _, client, probe = self.pair()
        cases = [("pause", b"x" * 1000000, "too_large"), ("pause", b"x" * 1025, "too_large"),
                 ("pause", b"721", "bad_value"), ("pause", b"\xff\xfe", "bad_value"), ("pain", b"", "bad_value"),
                 ("pause", b'{"value":', "bad_value"), ("frobnicate", b"", "unknown_command"),
                 ("none", b"", "unknown_command"), ("pause/now", b"", "unknown_command"), ("", b"", "unknown_command"),
                 ("x" * 5000, b"", "unknown_command"), ("%s%n", b"", "unknown_command"), ("STOP", b"", "unknown_command"),
                 ("finish", b"", "local_only"), ("ack", b"", "local_only"), ("clock", b"", "local_only"),
                 ("inject", b"sensor_open", "local_only")]
        for name, payload, reason in cases:
            self.assertEqual(reason, self.refusal(client, probe, name, payload)["reason"], (name, payload[:20]))
        self.assertEqual([], probe.commands())

    def refusal(self, client, probe, name, payload):
        """The answer; asked again after that second when it fell under the limit of five a second."""
        before = len(client.on(f"{BASE}/response"))
        for _ in range(10):
            dealt_with = len(probe.told.matching(self.refused_or_counted))
            client.publish(f"{BASE}/cmd/{name}", payload)
            if "refused" in probe.told.wait(self.refused_or_counted, dealt_with + 1)[-1]:
                return client.wait(f"{BASE}/response", before + 1)[-1].json()
        raise AssertionError(f"no answer to {name}")

    @staticmethod
    def refused_or_counted(item):
        return "refused" in item or "were refused within a second" in item.get("say", "")

    def test_a_message_on_cmd_itself_is_refused(self):
        _, client, probe = self.pair()
        client.publish(f"{BASE}/cmd", "stop")
        self.assertEqual("unknown_command", client.wait(f"{BASE}/response")[0].json()["reason"])
        self.assertEqual([], probe.commands())

    def test_a_repeated_id_is_carried_out_once_and_gets_its_first_answer_again(self):
        _, client, probe = self.pair()
        for number, payload in enumerate(('{"id":"one","value":5}', '{"id":"one","value":9}', '{"id":"two"}')):
            client.publish(f"{BASE}/cmd/pause", payload)
            client.wait(f"{BASE}/response", number + 1)
        first, again, other = (m.payload for m in client.on(f"{BASE}/response"))
        self.assertEqual(first, again)
        self.assertEqual("two", json.loads(other)["id"])
        self.assertEqual(["pause", "pause"], probe.commands())

    def test_a_stop_with_an_id_that_was_there_before_is_obeyed(self):
        _, client, probe = self.pair()
        client.publish(f"{BASE}/cmd/finish", '{"id":"same"}')
        for _ in range(3):
            client.publish(f"{BASE}/cmd/stop", '{"id":"same"}')
        client.wait(f"{BASE}/response", 4)
        self.assertEqual(["stop"] * 3, probe.commands())

    def test_what_may_energise_needs_permission_a_fresh_timestamp_and_a_clock(self):
        cases = [({}, 0, "remote_start_off"), ({"remote_start": 1}, None, "no_timestamp"),
                 ({"remote_start": 1}, -60, "too_old"), ({"remote_start": 1}, 60, "too_old"),
                 ({"remote_start": 1, "trusted": 0}, 0, "clock_untrusted"), ({"remote_start": 1}, 0, "none")]
        for settings, age, reason in cases:
            with self.subTest(reason=reason, age=age):
                _, client, probe = self.pair(**settings)
                stamp = {} if age is None else {"ts": time.time() + age}
                for name in ("start", "now"):
                    client.publish(f"{BASE}/cmd/{name}", json.dumps({"id": name, **stamp}))
                client.wait(f"{BASE}/response", 2)
                self.assertEqual([reason] * 2, [r["reason"] for r in self.responses(client)])
                self.assertEqual(["start", "now"] if reason == "none" else [], probe.commands())

    def test_a_full_inbox_is_answered_as_busy_and_the_same_id_may_come_again(self):
        _, client, probe = self.pair(inbox=1)
        for name in ("a", "b", "b"):
            client.publish(f"{BASE}/cmd/pause", json.dumps({"id": name}))
        client.wait(f"{BASE}/response", 3)
        self.assertEqual(["busy", "busy", "none"], sorted(r["reason"] for r in self.responses(client)))
        self.assertEqual(["pause"], probe.commands())

    def test_a_flood_of_refusals_is_counted_not_answered_and_stop_gets_through(self):
        _, client, probe = self.pair()
        client.flood(f"{BASE}/cmd/frobnicate", b"x", 20000)
        self.assert_calls_are_short(probe)
        client.publish(f"{BASE}/cmd/stop", '{"id":"settle"}')
        client.told.wait(lambda m: m.topic == f"{BASE}/response" and b'"settle"' in m.payload)
        self.assertEqual(["stop"], probe.commands())
        probe.said("were refused within a second")
        self.assertLess(len(client.on(f"{BASE}/response")), 200)

    def test_a_flood_of_good_commands_is_busy_not_lost_in_silence(self):
        _, client, probe = self.pair(inbox=3)
        client.flood(f"{BASE}/cmd/pain", b"4", 5000)
        probe.said("were refused within a second")
        self.assertEqual(["pain"] * 3, probe.commands())
        self.assertEqual("busy", self.refusal(client, probe, "pain", b"4")["reason"])


class Logins(Bench):
    def secured(self):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="soothe-test-"))
        self.addCleanup(shutil.rmtree, directory, True)
        subprocess.run(["mosquitto_passwd", "-b", "-c", str(directory / "users"), "pad", "right"], check=True,
                       stderr=subprocess.DEVNULL)
        (directory / "users").chmod(0o600)
        return directory, self.broker(f"allow_anonymous false\npassword_file {directory}/users")

    def test_a_wrong_password_is_named_and_a_corrected_one_is_used_without_a_restart(self):
        directory, broker = self.secured()
        secret = directory / "secret"
        probe = self.probe(broker.port, user="pad", password_file=secret)
        probe.said("secret cannot be read: No such file or directory")
        secret.write_text("wrong\n")
        probe.said("not authorised")
        secret.write_text("right\n")
        probe.connected()
        self.assertEqual(1, len(probe.told.matching(lambda i: "not authorised" in i.get("say", ""))))

    def test_the_systemd_credential_is_the_password_where_no_file_is_configured(self):
        directory, broker = self.secured()
        (directory / "mqtt-password").write_text("right")
        self.keep(Probe(broker.port, {"CREDENTIALS_DIRECTORY": str(directory)}, user="pad")).connected()

    def test_the_access_rules_of_the_documentation_are_enough_for_the_daemon(self):
        directory, _ = self.secured()
        page = (pathlib.Path(__file__).parents[2] / "docs" / "mqtt.md").read_text()
        rules = re.findall(r"^ {4}.* ((?:pattern \w+ +|user +|topic \w+ +)\S+)$", page, re.MULTILINE)
        self.assertEqual(5, len(rules))
        subprocess.run(["mosquitto_passwd", "-b", str(directory / "users"), "dashboard", "seen"], check=True,
                       stderr=subprocess.DEVNULL)
        (directory / "acl").write_text("\n".join(rules) + "\n")
        (directory / "acl").chmod(0o600)
        (directory / "secret").write_text("right")
        broker = self.broker(f"allow_anonymous false\npassword_file {directory}/users\nacl_file {directory}/acl")
        watcher = self.client(broker.port, user="dashboard", password="seen")
        probe = self.probe(broker.port, user="pad", password_file=directory / "secret")
        watcher.wait(f"{BASE}/state")
        rude = self.client(broker.port, name="rude", user="dashboard", password="seen")
        rude.publish(f"{BASE}/availability", "offline", retain=True, wait=False)  # not allowed
        rude.acks.wait(lambda ack: ack in (("pub", 2), "closed"))  # Mosquitto 2.0.11 throws such a client out
        watcher.publish(f"{BASE}/cmd/stop", "")
        watcher.wait(f"{BASE}/response")
        self.assertEqual(["stop"], probe.commands())
        self.assertEqual([b"online"], [m.payload for m in watcher.on(f"{BASE}/availability")])

    def test_no_password_at_all_is_refused_by_the_broker_and_tried_again(self):
        _, broker = self.secured()
        probe = self.probe(broker.port)
        probe.said("not authorised")


class Secrets(Bench):
    """TLS: always checked, never insecure."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("openssl"):
            raise unittest.SkipTest("openssl is not installed")
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="soothe-tls-"))
        (cls.directory / "config").write_text("[req]\ndistinguished_name=names\nx509_extensions=authority\n[names]\n"
                                              "[authority]\nbasicConstraints=critical,CA:TRUE\n")
        for name in ("ca", "stranger"):
            cls.openssl("req", "-x509", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj",
                        f"/CN={name}")
        for name, names in (("right", "IP:127.0.0.1"), ("wrong", "DNS:elsewhere.example"), ("pad", "DNS:pad")):
            cls.openssl("req", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
            (cls.directory / "names").write_text(f"subjectAltName={names}\n")
            cls.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                        "-extfile", "names", "-out", f"{name}.crt")

    @classmethod
    def openssl(cls, what, *arguments):
        key = ["-config", "config", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if what == "req" else []
        days = [] if what == "req" and "-x509" not in arguments else ["-days", "2"]
        subprocess.run(["openssl", what, *key, *arguments, *days], cwd=cls.directory, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.directory, ignore_errors=True)

    def tls_broker(self, certificate, extra=""):
        files = "\n".join(f"{key} {self.directory}/{name}" for key, name in (
            ("cafile", "ca.crt"), ("certfile", f"{certificate}.crt"), ("keyfile", f"{certificate}.key")))
        return self.broker(files + "\n" + extra)

    def test_a_broker_with_the_right_certificate_is_spoken_to_and_heard(self):
        broker = self.tls_broker("right")
        probe = self.probe(broker.port, tls=1, ca=self.directory / "ca.crt")
        probe.connected()
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.port), "--cafile",
                        str(self.directory / "ca.crt"), "-t", f"{BASE}/cmd/stop", "-s"], input=os.urandom(300000), check=True)
        probe.told.wait(lambda item: item.get("command") == "stop")
        self.assert_is_not_left_behind(probe)

    def test_a_certificate_for_another_name_is_refused(self):
        broker = self.tls_broker("wrong")
        probe = self.probe(broker.port, tls=1, ca=self.directory / "ca.crt")
        probe.said("TLS: ")
        self.assertEqual([], probe.told.matching(lambda item: "connected to" in item.get("say", "")))

    def test_a_certificate_of_an_unknown_authority_is_refused(self):
        broker = self.tls_broker("right")
        for settings in ({"ca": self.directory / "stranger.crt"}, {}):
            probe = self.probe(broker.port, tls=1, **settings)
            self.assertIn("certificate verify failed", probe.said("TLS: ")[0]["say"])

    def test_a_client_certificate_is_shown(self):
        broker = self.tls_broker("right", "require_certificate true")
        without = self.probe(broker.port, tls=1, ca=self.directory / "ca.crt", id="other")
        without.said("no connection to")
        self.probe(broker.port, tls=1, ca=self.directory / "ca.crt", cert=self.directory / "pad.crt",
                   key=self.directory / "pad.key").connected()

    def test_a_missing_ca_file_is_named_and_used_when_it_is_there(self):
        broker = self.tls_broker("right")
        late = self.directory / "late.crt"
        probe = self.probe(broker.port, tls=1, ca=late)
        probe.said("late.crt")
        shutil.copy(self.directory / "ca.crt", late)
        probe.connected()

    def test_a_broker_without_tls_is_not_spoken_to(self):
        broker = self.broker()
        probe = self.probe(broker.port, tls=1, ca=self.directory / "ca.crt")
        probe.said("no connection to")
        self.assertEqual([], probe.told.matching(lambda item: "connected to" in item.get("say", "")))

    def test_a_tls_broker_that_was_absent_at_first_is_found(self):
        broker = self.tls_broker("right")
        broker.stop()
        probe = self.probe(broker.port, tls=1, ca=self.directory / "ca.crt")
        probe.said("refused or closed")
        broker.start()
        probe.connected()

    def test_a_restarted_tls_broker_is_found_again(self):
        broker = self.tls_broker("right")
        probe = self.probe(broker.port, tls=1, ca=self.directory / "ca.crt")
        probe.connected()
        broker.stop()
        probe.said("is lost")
        broker.start()
        probe.said("connected to", 2)


def accept(connection, code=0):
    read_packet(connection)
    connection.sendall(packet(0x20, bytes([0, code])))


class Misbehaviour(Bench):
    def fake(self, behave):
        return self.keep(FakeBroker(behave))

    def test_every_refusal_of_a_broker_is_named_and_tried_again(self):
        words = {1: "MQTT 3.1.1", 2: "client id", 3: "not available", 4: "user name or password", 5: "not authorised",
                 6: "does not say why", 255: "does not say why"}
        for code, part in words.items():
            with self.subTest(code=code):
                broker = self.fake(lambda connection, code=code: accept(connection, code))
                self.probe(broker.port).said(part)
                broker.connections.wait(lambda connection: True, 2)

    def test_a_broker_that_takes_the_connection_and_never_answers_is_given_up(self):
        broker = self.fake(lambda connection: read_packet(connection))
        silent = self.fake(lambda connection: accept(connection))
        probes = [self.probe(broker.port), self.probe(silent.port, id="other")]
        for probe in probes:
            self.assert_calls_are_short(probe)
            probe.said("does not answer")

    def test_a_broker_that_closes_at_once_is_tried_less_and_less_often(self):
        broker = self.fake(lambda connection: (read_packet(connection), connection.close()))
        probe = self.probe(broker.port)
        probe.said("no connection to")
        broker.connections.wait(lambda connection: True, 3)
        self.assertEqual(1, len(probe.told.matching(lambda item: "say" in item)))

    def test_garbage_from_a_broker_ends_the_connection_not_the_daemon(self):
        for answer in (b"\xff" * 100, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00", b"\x20\x00", b"\x30\x7f",
                       b"\x20\xff\xff\xff\x7f", b"\x00" * 10):
            with self.subTest(answer=answer[:10]):
                broker = self.fake(lambda connection, answer=answer: (read_packet(connection), connection.sendall(answer),
                                                                      connection.close()))
                probe = self.probe(broker.port)
                probe.said("no connection to")
                self.assert_is_not_left_behind(probe)

    def test_refused_subscriptions_are_named_and_the_rest_goes_on(self):
        published, parted = [], Told()

        def behave(connection):
            accept(connection)
            while True:
                kind, body = read_packet(connection)
                if kind == 0x82:
                    connection.sendall(packet(0x90, body[:2] + b"\x80"))
                elif kind & 0xF0 == 0x30:
                    size = struct.unpack(">H", body[:2])[0]
                    published.append(body[2:2 + size].decode())
                    connection.sendall(packet(0x40, body[2 + size:4 + size]))
                elif kind == 0xE0:  # only after all was acknowledged
                    parted.add(True)

        probe = self.probe(self.fake(behave).port)
        probe.said("refuses the subscription", 3)
        probe.connected()
        self.assert_is_not_left_behind(probe)
        parted.wait(bool)
        self.assertEqual([f"{BASE}/{t}" for t in ("availability", "info", "state", "availability")], published)

    def test_unacknowledged_publishes_are_few_and_an_end_is_bounded(self):
        published = []

        def behave(connection):
            accept(connection)
            while True:
                kind, body = read_packet(connection)
                if kind == 0x82:
                    connection.sendall(packet(0x90, body[:2] + b"\x01"))
                elif kind & 0xF0 == 0x30:
                    published.append(kind)

        probe = self.probe(self.fake(behave).port)
        probe.connected()
        self.assert_calls_are_short(probe)
        probe.said("too slow")
        self.assertLess(probe.free(), FREE_LIMIT_MS)
        self.assertLessEqual(len(published), 20)

    def test_a_blackhole_holds_nobody_up(self):
        hole = self.keep(Blackhole())
        probe = self.probe(hole.port)
        self.assert_calls_are_short(probe)
        self.assertLess(probe.free(), FREE_LIMIT_MS)

    def test_a_blackhole_is_named(self):
        hole = self.keep(Blackhole())
        self.probe(hole.port).said("does not answer")


class Twins(Bench):
    def test_of_two_with_one_id_the_newer_stays_and_the_older_comes_back_when_it_ends(self):
        broker, client, older = self.pair()
        newer = self.probe(broker.port, instance="second")
        newer.connected()
        older.said("listening whether it is alive")
        older.said("has the same device.id", limit_s=120)
        self.assertEqual("second", client.on(f"{BASE}/info")[-1].json()["instance"])
        client.publish(f"{BASE}/cmd/stop", '{"id":"who"}')
        client.told.wait(lambda m: m.topic == f"{BASE}/response" and b'"who"' in m.payload)
        self.assertEqual(([], ["stop"]), (older.commands(), newer.commands()))
        newer.free()
        older.said("coming back")
        older.said("connected to", 2)
        client.told.wait(lambda m: m.topic == f"{BASE}/info" and m.json()["instance"] == "first", 2)
        self.assertEqual(b"online", client.on(f"{BASE}/availability")[-1].payload)

    def test_an_info_that_an_earlier_boot_left_is_no_twin(self):
        broker = self.broker()
        client = self.client(broker.port)
        client.publish(f"{BASE}/info", '{"instance":"an earlier boot"}', retain=True)
        self.probe(broker.port).connected()
        client.told.wait(lambda m: m.topic == f"{BASE}/info" and m.json()["instance"] == "first")


if __name__ == "__main__":
    if not os.path.exists(MOSQUITTO):
        sys.exit("mosquitto is not installed: apt-get install mosquitto mosquitto-clients")
    unittest.main(verbosity=2)
