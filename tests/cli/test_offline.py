"""`soothe` without a daemon: plan, thermistor, help, and what is no usage."""

import datetime
import json
import os
import subprocess
import tempfile
import time
import unittest

from rig import SAMPLE, SOOTHE, answering, environment, Server, soothe

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)


def changed_sample(**replacements):
    """A copy of the sample with lines replaced; the caller removes it."""
    with open(SAMPLE, encoding="utf-8") as file:
        text = file.read()
    for old, new in replacements.values():
        assert old in text, old
        text = text.replace(old, new, 1)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonc", delete=False, encoding="utf-8") as copy:
        copy.write(text)
    return copy.name


class Plan(unittest.TestCase):
    START = "2026-11-22T08:00:00Z"

    def rows(self, *more, config=SAMPLE, env=None):
        result = soothe("plan", "--config", config, "--start", self.START, *more, "--json", env=env)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)["sessions"]

    def test_ice_for_72_hours_then_heat_by_the_rules(self):
        rows = self.rows("--days", "4")
        self.assertGreater(len(rows), 24)
        injured = moment(self.START)
        self.assertEqual(moment(rows[0]["start"]), injured)
        for row in rows:
            start, end_by = moment(row["start"]), moment(row["end_by"])
            self.assertTrue(20 * MINUTE <= end_by - start <= 30 * MINUTE, row)
            self.assertEqual(row["phase"], "ice" if start - injured < 72 * HOUR else "heat", row)
            self.assertEqual((row["mode"], row["target_c"]), ("cool", 10) if row["phase"] == "ice" else ("heat", 40), row)
            self.assertLess(start - injured, 96 * HOUR)
            if row["phase"] == "heat":
                self.assertTrue(7 <= start.hour < 23, row)
        for before, after in zip(rows, rows[1:]):
            apart = moment(after["start"]) - moment(before["start"])
            deferred = after["phase"] == "heat" and moment(after["start"]).strftime("%H:%M") == "07:00"
            self.assertTrue(3 * HOUR <= apart <= 4 * HOUR or (deferred and apart > 4 * HOUR), (before, after))

    def test_without_days_it_is_the_whole_plan(self):
        rows = self.rows()
        length = moment(rows[-1]["start"]) - moment(self.START)
        self.assertTrue(9 * 24 * HOUR < length < 10 * 24 * HOUR, length)

    def test_quiet_hours_are_of_the_configured_time_zone(self):
        config = changed_sample(zone=('// "timezone": "Europe/Berlin",', '"timezone": "America/New_York",'))
        try:
            heat = [moment(r["start"]) for r in self.rows("--days", "6", config=config) if r["phase"] == "heat"]
        finally:
            os.unlink(config)
        self.assertTrue(heat)
        for start in heat:
            self.assertTrue(7 <= (start - 5 * HOUR).hour < 23, start)

    def test_the_table_for_people_has_every_session(self):
        result = soothe("plan", "--config", SAMPLE, "--start", self.START, "--days", "4")
        self.assertEqual(result.returncode, 0)
        self.assertIn(f"{len(self.rows('--days', '4'))} sessions", result.stdout)
        self.assertIn("Sun 22 Nov", result.stdout)
        self.assertIn("none from 23:00 to 07:00", result.stdout)

    def test_a_broken_configuration_is_refused_with_its_errors(self):
        config = changed_sample(minutes=('"target_c": 40', '"target_c": 48'), days=('"days": 3', '"days": -3'))
        try:
            result = soothe("plan", "--config", config)
        finally:
            os.unlink(config)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("plan.phases[1].target_c", result.stderr)
        self.assertIn("plan.phases[0].days", result.stderr)
        self.assertRegex(result.stderr, r":\d+:\d+: plan")
        missing = soothe("plan", "--config", "/nowhere/soothe.jsonc")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("/nowhere/soothe.jsonc", missing.stderr)

    def test_bounds_of_its_options(self):
        for words, code in ((("--days", "0"), 2), (("--days", "1"), 0), (("--days", "366"), 0), (("--days", "367"), 2),
                            (("--days", "x"), 2), (("--start", "yesterday"), 2), (("--start", "-36h"), 0),
                            (("--start", "2026-11-22 08:00"), 0), (("--start", "2026-02-30 08:00"), 2)):
            self.assertEqual(soothe("plan", "--config", SAMPLE, *words).returncode, code, words)


class Thermistor(unittest.TestCase):
    def test_temperatures_and_faults(self):
        for ohms, text in (("10000", "25.00"), ("5330", "40.00"), ("32555", "-0.01"), ("0", "sensor_short"),
                           ("1", "sensor_short"), ("inf", "sensor_open"), ("1e9", "sensor_open")):
            result = soothe("thermistor", ohms, "--config", SAMPLE)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            if text[0] in "0123456789-":
                self.assertAlmostEqual(float(result.stdout), float(text), delta=0.05)
                self.assertRegex(result.stdout, r"^-?\d+\.\d\d\n$")
            else:
                self.assertEqual(result.stdout, text + "\n")

    def test_a_part_needs_no_configuration(self):
        result = soothe("thermistor", "10000", "--part", "103AT-2", "--config", "/nowhere")
        self.assertEqual((result.returncode, result.stdout), (0, "25.00\n"))

    def test_an_unknown_part_lists_the_parts(self):
        result = soothe("thermistor", "10000", "--part", "NTC")
        self.assertEqual(result.returncode, 2)
        for part in ("NTCLE100E3103", "B57861S0103", "NCP18XH103", "103AT-2"):
            self.assertIn(part, result.stderr)

    def test_what_is_no_resistance(self):
        for text in ("", "ten", "10k", "nan", "10 000", "--", "-5"):
            self.assertEqual(soothe("thermistor", "--config", SAMPLE, "--", text).returncode, 2, text)
        self.assertEqual(soothe("thermistor", "--config", SAMPLE).returncode, 2)

    def test_a_curve_of_ones_own(self):
        config = changed_sample(part=('"part": "NTCLE100E3103",', '"beta": { "r25_ohm": 5000, "beta_k": 3977 },'))
        try:
            self.assertEqual(soothe("thermistor", "5000", "--config", config).stdout, "25.00\n")
        finally:
            os.unlink(config)


class Usage(unittest.TestCase):
    def test_table_of_slips(self):
        for words, part in (((), "which command?"), (("stat",), "`status`"), (("pauze",), "`pause`"),
                            (("strat",), "`start`"), (("xyzzy",), "--help"), (("",), "--help"),
                            (("stop", "now"), "usage: soothe stop"), (("pain",), "usage: soothe pain SCORE"),
                            (("pain", "1", "2"), "usage: soothe pain SCORE"), (("status", "--csv"), "takes no --csv"),
                            (("stop", "--json"), "takes no --json"), (("--bogus", "status"), "--bogus"),
                            (("status", "--socket"), "--socket"), (("pain", "11"), "0 to 10"),
                            (("pain", "four"), "0 to 10"), (("pause", "0"), "1 to 720"), (("pause", "721"), "1 to 720"),
                            (("start", "--injured-at", "yesterday"), "RFC 3339"), (("history", "--days", "0"), "--days"),
                            (("history", "--csv", "--json"), "not both"), (("watch", "--span", "14"), "--span"),
                            (("help", "stat"), "`status`"), (("inject",), "usage: soothe inject")):
            result = soothe("--socket", "/nowhere/s", *words)
            self.assertEqual((result.returncode, result.stdout), (2, ""), words)
            self.assertIn(part, result.stderr, words)

    def test_help_for_all_and_for_each(self):
        overview = soothe("--help")
        self.assertEqual((overview.returncode, overview.stderr), (0, ""))
        names = [line.split()[0] for line in overview.stdout.splitlines() if line.startswith("  ")]
        self.assertEqual(len(names), 17)
        for name in names:
            for words in (("help", name), (name, "--help")):
                result = soothe(*words)
                self.assertEqual(result.returncode, 0)
                self.assertIn(f"usage: soothe {name}", result.stdout)

    def test_version(self):
        self.assertRegex(soothe("--version").stdout, r"^soothe \d+\.\d+\.\d+\n$")

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([SOOTHE, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(result.returncode, 1)


class NoDaemon(unittest.TestCase):
    def test_every_command_says_so(self):
        with tempfile.TemporaryDirectory() as directory:
            plain = os.path.join(directory, "file")
            with open(plain, "w", encoding="utf-8"):
                pass
            for path in (os.path.join(directory, "none"), plain, "/nowhere/s", "x" * 200):
                for words in (("status",), ("watch",), ("start", "--yes"), ("stop",), ("pause",), ("resume",), ("skip",),
                              ("now",), ("end",), ("finish",), ("pain", "3"), ("ack",), ("clock",), ("clock", "--confirm"),
                              ("history",), ("inject", "none")):
                    result = soothe("--socket", path, *words)
                    self.assertEqual((result.returncode, result.stdout), (3, ""), (path, words))
                    self.assertTrue(result.stderr.startswith("soothe: "), result.stderr)


class Misbehaving(unittest.TestCase):
    COMMANDS = (("status",), ("stop",), ("history",), ("clock",))

    def test_answers_that_are_none(self):
        for line in (b"\n", b"no JSON\n", b"[]\n", b"{}\n", b"null\n", b"{\"state\":5}\n", b"\x00\x01\xff\n",
                     b"{\"status\":\"maybe\"}\n", b"{" * 100000 + b"\n"):
            with Server(answering(line)) as server:
                for words in self.COMMANDS:
                    result = soothe("--socket", server.path, *words)
                    self.assertEqual((result.returncode, result.stdout), (1, ""), (line[:20], words))
                    self.assertIn("soothe: ", result.stderr)

    def test_a_connection_that_closes(self):
        for line in (b"", b"{\"state\":\"resting\""):
            with Server(answering(line)) as server:
                for words in self.COMMANDS + (("watch",),):
                    result = soothe("--socket", server.path, *words)
                    self.assertEqual(result.returncode, 1, words)
                    self.assertIn("closed the connection", result.stderr)

    def test_a_daemon_that_stalls_is_given_up_after_10_seconds(self):
        def drip(server, connection):
            while not server.over.wait(1):
                connection.sendall(b"{")  # a line that never ends is no answer either
        with Server(drip) as server:
            began = time.monotonic()
            result = soothe("--socket", server.path, "stop")
            took = time.monotonic() - began
        self.assertEqual(result.returncode, 1)
        self.assertIn("10 seconds", result.stderr)
        self.assertTrue(9.5 < took < 15, took)

    def test_a_refusal_tells_why_and_until_when_in_local_time(self):
        line = (b'{"id":null,"cmd":"now","status":"refused","reason":"rest","message":"the rest is not over",'
                b'"until":"2020-06-01T12:00:00Z"}\n')
        with Server(answering(line)) as server:
            result = soothe("--socket", server.path, "now", env=environment(TZ="Europe/Berlin"))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "soothe: refused: the rest is not over; it lasts until Mon 01 Jun 14:00\n")

    def test_a_clock_that_nobody_vouches_for(self):
        line = b'{"state":"due","clock":"untrusted","blocked_by":"clock","ts":"2026-11-22T12:00:00Z"}\n'
        with Server(answering(line)) as server:
            clock = soothe("--socket", server.path, "clock", env=environment(TZ="Europe/Berlin"))
            status = soothe("--socket", server.path, "status")
        self.assertEqual(clock.returncode, 2)
        self.assertIn("Sun 22 Nov 13:00, and does not know whether that is so", clock.stderr)
        self.assertIn("clock --confirm", clock.stderr)
        self.assertEqual(status.returncode, 0)
        self.assertRegex(status.stdout, r"Held back by +clock")
        self.assertRegex(status.stdout, r"Clock +not certain")

    def test_words_of_the_daemon_do_not_steer_the_terminal(self):
        line = b'{"status":"refused","message":"\\u001b[2J\\u0007ha"}\n'
        with Server(answering(line)) as server:
            result = soothe("--socket", server.path, "stop")
        self.assertNotIn("\x1b", result.stderr)
        self.assertNotIn("\x07", result.stderr)


if __name__ == "__main__":
    unittest.main()
