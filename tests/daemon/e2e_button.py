#!/usr/bin/env python3
"""The button: for someone at the pad the quickest way to have it off, whoever else speaks to the daemon."""

import socket
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from rig import HEAT_NOW, DaemonTest, Lateness, heat_config, until  # noqa: E402

PRESS_S = 2.5  # how long the simulated pad's button is held


class Flood:
    """Clients that send commands as fast as they are answered: one waits in every tick, and there is room for more."""

    def __init__(self, daemon, clients=4):
        self.socket = str(daemon.socket)
        self.over = False
        self.answers = 0
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            client.connect(self.socket)
            while not self.over:
                client.sendall(b'{"cmd":"pain","value":3}\n' * 3)
                waiting = 3
                while waiting > 0:
                    waiting -= client.recv(65536).count(b"\n")
                self.answers += 3

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join(60)


class Button(DaemonTest):
    def heating(self):
        daemon = self.daemon(config=heat_config())
        daemon.start()
        daemon.command("start", value=HEAT_NOW)
        daemon.until_powered("heat")
        return daemon

    def test_a_press_is_off_at_once_and_the_next_one_goes_on(self):
        daemon = self.heating()
        late = Lateness()
        self.addCleanup(late.over.set)
        begun = time.monotonic()
        daemon.command("inject", value="button")
        pressed = time.monotonic()
        daemon.until_state("paused")
        until("the heater is off", lambda: not daemon.is_on("heat"))
        self.assertLess(time.monotonic() - begun, 2 + 3 * late.worst_ms / 1000)
        until("it was let go", lambda: time.monotonic() > pressed + PRESS_S + 1)
        self.assertEqual(daemon.status()["state"], "paused")
        daemon.command("inject", value="button")
        daemon.until_state("running")
        self.assertEqual(daemon.stop(), 0)

    def test_no_flood_of_commands_keeps_it_waiting(self):
        daemon = self.heating()
        flood = Flood(daemon)
        try:
            until("the flood runs", lambda: flood.answers > 100)
            until("the button is pressed", lambda: daemon.command("inject", value="button_long")["status"] == "ok")
            answers = flood.answers
            daemon.until_state("paused")
            until("the heater is off", lambda: not daemon.is_on("heat"))
            self.assertLess(flood.answers - answers, 2000, "it did not wait for the flood")
        finally:
            flood.end()
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
