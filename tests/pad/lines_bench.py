#!/usr/bin/env python3
"""The GPIO lines on real chips of a real kernel: gpio-sim, the libgpiod that lines_probe is linked with, no fake.

    lines_bench.py PATH_OF_LINES_PROBE

Runs as root in a kernel with gpio-sim and configfs, such as the one of tests/kernel. Sets up chips of its own and takes
them away again. A line `ok ...` or `FAILED ...` for each check, the levels are read from the chip's side; the exit code
is 0 when nothing failed.
"""
import os
import subprocess
import sys
import time

CONFIG = "/sys/kernel/config/gpio-sim"
HEAT, COOL, FAN, HEARTBEAT, SENSE, BUTTON, LED = 17, 27, 22, 23, 25, 24, 16
LINES = [f"heat={HEAT}", f"cool=!{COOL}", f"fan=GPIO{FAN}", f"heartbeat={HEARTBEAT}", f"sense={SENSE}",
         f"button={BUTTON}", f"led={LED}"]
failures = 0


def check(what, seen, wanted=True):
    global failures
    if seen == wanted:
        print(f"ok {what}", flush=True)
    else:
        failures += 1
        print(f"FAILED {what}: {seen!r}, not {wanted!r}", flush=True)


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


class Chip:
    """A gpio-sim chip whose lines are named GPIO0, GPIO1, ..."""

    def __init__(self, label, count):
        self._config, self._count = f"{CONFIG}/lines-{label}", count
        os.makedirs(self._config + "/bank0")
        write(self._config + "/bank0/num_lines", str(count))
        write(self._config + "/bank0/label", label)
        for line in range(count):
            os.mkdir(f"{self._config}/bank0/line{line}")
            write(f"{self._config}/bank0/line{line}/name", f"GPIO{line}")
        write(self._config + "/live", "1")
        self.name = read(self._config + "/bank0/chip_name")
        self._sysfs = f"/sys/devices/platform/{read(self._config + '/dev_name')}/{self.name}"
        for _ in range(100):
            if os.path.exists("/dev/" + self.name):
                break
            time.sleep(0.02)

    def level(self, line):
        return int(read(f"{self._sysfs}/sim_gpio{line}/value"))

    def levels(self, *lines):
        return [self.level(line) for line in lines]

    def pull(self, line, level):
        write(f"{self._sysfs}/sim_gpio{line}/pull", "pull-up" if level else "pull-down")

    def remove(self):
        write(self._config + "/live", "0")
        for line in range(self._count):
            os.rmdir(f"{self._config}/bank0/line{line}")
        os.rmdir(self._config + "/bank0")
        os.rmdir(self._config)


class Probe:
    """lines_probe with its first answer read."""

    def __init__(self, label, *lines):
        self._process = subprocess.Popen([sys.argv[1], label, *lines], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True)
        self.opened = self._process.stdout.readline().strip()

    def ask(self, command):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def kill(self):
        self._process.kill()
        self._process.wait()

    def end(self):
        self._process.stdin.close()
        answer = self._process.stdout.readline().strip()
        self._process.wait()
        return answer


def opening(chip):
    chip.pull(COOL, 0)
    probe = Probe("pinctrl-", *LINES)
    print(f"# {probe.opened}", flush=True)
    check("opens", probe.opened.startswith("open 0 libgpiod "))
    check("all outputs are inactive, the active-low one is high",
          chip.levels(HEAT, COOL, FAN, HEARTBEAT, LED), [0, 1, 0, 0, 0])
    check("the button's line is pulled up, the sense line down", chip.levels(BUTTON, SENSE), [1, 0])
    check("what is read back is what there is", probe.ask("read"), "read 0 button")
    return probe


def writing(chip, probe):
    check("a write is accepted", probe.ask("write heat,cool,led"), "write 0")
    check("it is on the chip", chip.levels(HEAT, COOL, FAN, HEARTBEAT, LED), [1, 0, 0, 0, 1])
    chip.pull(BUTTON, 0)
    chip.pull(SENSE, 1)
    check("inputs follow what is wired to them", probe.ask("read"), "read 0 heat,cool,sense,led")
    check("another write switches them over", probe.ask("write fan,heartbeat"), "write 0")
    check("and that is on the chip", chip.levels(HEAT, COOL, FAN, HEARTBEAT, LED), [0, 1, 1, 1, 0])


def claiming(probe):
    second = Probe("pinctrl-", *LINES)
    check("who has the line is named", "(pad.heat) is in use by \"soothed\"" in second.opened)
    check("the error is EBUSY", second.opened.startswith("open -16 "))
    second.end()
    check("the first one keeps its lines", probe.ask("read"), "read 0 fan,heartbeat,sense")


def ending(chip, probe):
    check("a write before the end", probe.ask("write heat,cool"), "write 0")
    check("closes", probe.end(), "close")
    check("the lines are given back", chip.levels(HEAT, FAN), [0, 0])
    again = Probe("pinctrl-", *LINES)
    check("they can be had again", again.opened.startswith("open 0 "))
    check("a write before the kill", again.ask("write heat"), "write 0")
    again.kill()
    after = Probe("pinctrl-", *LINES)
    check("they can be had after a kill", after.opened.startswith("open 0 "))
    check("and are inactive then", chip.levels(HEAT, COOL, FAN, HEARTBEAT, LED), [0, 1, 0, 0, 0])
    after.end()


def refusals(chip):
    def refused(what, error, words, *arguments):
        probe = Probe(*arguments)
        check(f"{what} is refused", probe.opened.startswith(f"open {error} ") and words in probe.opened, True)
        if words not in probe.opened:
            print(f"# {probe.opened}", flush=True)
        probe.end()

    refused("a label that no chip has", -19, f"{chip.name} \"pinctrl-bcm2711\"", "nothing-", "heat=1")
    refused("a line behind the last", -2, "it has 0 to 53", "pinctrl-", "heat=54")
    refused("a name that no line has", -2, "\"GPIO99\"", "pinctrl-", "heat=GPIO99")
    refused("one line for two", -22, "pad.heat and pad.cool are both line 17", "pinctrl-", "heat=17", "cool=GPIO17")


def sharing(chip):
    """What lets go of a line here gives it back to its pull, so only the refusal can be seen, not the level after it."""
    other = Probe("pinctrl-", f"led={LED}")
    probe = Probe("pinctrl-", *LINES)
    check("one taken line keeps all of them", "(pad.led) is in use by \"soothed\"" in probe.opened)
    probe.end()
    check("its owner still has it", other.ask("write led"), "write 0")
    check("and drives it", chip.level(LED), 1)
    other.end()


def choosing(chip):
    """Several chips begin with the prefix: a Pi's header wins over another, two others are not to be told apart."""
    others = [Chip("pinctrl-a", 30), Chip("pinctrl-b", 30)]
    probe = Probe("pinctrl-", "heat=17")
    probe.ask("write heat")
    check("of several chips it is the header's", chip.level(HEAT), 1)
    probe.end()
    probe = Probe("pinctrl-a", "heat=17")
    probe.ask("write heat")
    check("a whole label says which", others[0].level(HEAT), 1)
    probe.end()
    chip.remove()
    probe = Probe("pinctrl-", "heat=17")
    check("two others are refused", probe.opened.startswith("open -76 ") and "\"pinctrl-a\", " in probe.opened)
    probe.end()
    for other in others:
        other.remove()


def main():
    extra = Chip("raspberrypi-exp-gpio", 8)
    chip = Chip("pinctrl-bcm2711", 54)
    probe = opening(chip)
    writing(chip, probe)
    claiming(probe)
    ending(chip, probe)
    refusals(chip)
    sharing(chip)
    choosing(chip)
    extra.remove()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
