"""The checks inside the bench's kernel: bench.py BUILD_DIRECTORY [SCENARIO...]"""
import math
import subprocess
import sys
import time
import traceback

import rig

SCENARIOS = {}


def scenario(name, what):
    def add(function):
        SCENARIOS[name] = (what, function)
        return function
    return add


class Bench:
    """What the scenarios share, and the tally."""

    def __init__(self, build):
        self.build = build
        self.failed = 0
        self.trace = rig.Trace(rig.OUT + "/trace.tsv")
        rig.feed_random()
        rig.loopback_up()
        self.lines = rig.Lines(self.trace)
        self.adc = rig.Adc()
        self.pad = rig.Pad(self.trace, self.lines, self.adc)
        self.pad.start()
        self.broker = rig.Broker(self.trace)

    def check(self, name, good, detail=""):
        verdict = "ok " if good else "FAILED"
        self.failed += not good
        line = f"{verdict} {name}" + (f"  [{detail}]" if detail != "" else "")
        self.trace.add("check", line)
        print(line, flush=True)
        return bool(good)


@scenario("bench", "the bench itself, without the daemon")
def bench_itself(bench):
    found = subprocess.run(["gpiodetect"], capture_output=True, text=True, check=False).stdout
    bench.check("the chip is called pinctrl-bcm2835 and has 54 lines", "[pinctrl-bcm2835] (54 lines)" in found,
                found.strip())
    owner = subprocess.Popen(["gpioset", "--mode=signal", "gpiochip0", f"{rig.HEAT_LINE}=1"])
    seen = bench.lines.wait(rig.HEAT_LINE, 1, 3)
    bench.check("a line that a program drives is seen from the other side", seen is not None)
    owner.kill()
    owner.wait()
    bench.check("a line is low again after its owner was killed", bench.lines.wait(rig.HEAT_LINE, 0, 3) is not None)
    bench.pad.hold(25)
    for channel in range(4):
        bench.adc.volts(channel, 400_000 * (channel + 1))
    volts = [bench.adc.raw(channel) * bench.adc.scale(channel) / 1000 for channel in range(4)]
    bench.check("the ADC driver reads four different channels",
                all(abs(value - 0.4 * (index + 1)) < 0.0003 for index, value in enumerate(volts)),
                " ".join(f"{value:.4f} V" for value in volts))
    bench.adc.volts(3, rig.SUPPLY_UV)
    time.sleep(0.01)  # more than one conversion, which the driver does not wait for on the same channel
    bench.check("3.3 V does not clip", abs(bench.adc.raw(3) * bench.adc.scale(3) - 3300) < 0.3)
    bench.adc.knob("fail_errno", 121)
    try:
        bench.adc.raw(0)
        seen_errno = 0
    except OSError as error:
        seen_errno = error.errno
    bench.adc.knob("fail_errno", 0)
    bench.check("an injected bus error reaches the reader", seen_errno == 121, f"errno {seen_errno}")
    bench.check("the broker answers", bench.broker.publish("soothe/bench/event", '{"event_type":"bench"}') == 0
                and bench.broker.event(3, "bench"))


def main(build, names):
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        print(f"no such scenario: {' '.join(unknown)}; there are: {' '.join(SCENARIOS)}")
        return
    bench = Bench(build)
    for name in names or SCENARIOS:
        what, run = SCENARIOS[name]
        print(f"-- {name}: {what}", flush=True)
        try:
            run(bench)
        except Exception:  # a scenario that breaks is a failed check, and the next one still runs
            traceback.print_exc(file=sys.stdout)
            bench.check(f"{name} ran to its end", False)
    print("bench complete", flush=True)


main(sys.argv[1], sys.argv[2:])
