#!/usr/bin/env python3
"""Breaks copies of the drawing and the pin table, and expects each break to be noticed.

    tests/hardware/check_rules.py [CONFIG]

A check that never fails is worth nothing: each case below is one mistake that would reach a builder. Only the standard
library is used, and nothing in the tree is changed.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HARDWARE = ROOT / "hardware"
sys.path[:0] = [str(HARDWARE), str(ROOT / "tests/hardware")]
import check_pins  # noqa: E402
import wiring  # noqa: E402
import wiring_rules  # noqa: E402

DRAWING_MISTAKES = (
    ("the thermostat is bridged", "wire HEAT_A TH1.2 TF1.1",
     "wire HEAT_A TH1.2 TF1.1\nwire HEAT_A TH1.2 x=94 y=50 x=86 y=47", "touch"),
    ("the thermal fuse is not in the lead", "wire HEAT_B TF1.2 110,47 H1.1", "wire HEAT_A TF1.2 110,47 H1.1",
     "without TF1"),
    ("the heater's plus lead hangs on the supply", "wire HEATP Q1.D TH1.1", "wire PAD12 Q1.D TH1.1", "without Q1"),
    ("the freeze cut-out is bypassed", "wire COOL_B TH2.2 110,18 TEC.1", "wire COOL_A TH2.2 110,18 TEC.1",
     "without TH2"),
    ("the fuse is left out", "fuse F1 24,18", "resistor F1 24,18", "not powered"),
    ("a resistor has a loose leg", "wire GATE R1.2 y=57 x=66", "", "R1.2"),
    ("a wire ends in the air", "wire SENSE 63,30 63,25", "wire SENSE 63,30 63,24", "in the air"),
    ("two nets meet", "wire DRV2 U1.OUT2 K1C.2", "wire DRV2 U1.OUT2 K1C.2\nwire DRV2 60,72 y=68", "touch"),
    ("a tag leads nowhere", "flag GPIO23 PI.GPIO23 right", "flag GPIO16 PI.GPIO23 right", "GPIO23"),
    ("a label lies on a wire", 'text 48,20.8 middle "not built? bridge it"',
     'text 48,18.3 middle "not built? bridge it"', "on top of"),
    ("a label leaves the page", "text 2,45 start", "text 60,45 start", "leaves the page"),
    ("a part lies on a part", "resistor R2 66,60 down", "resistor R2 66,50 down", "R2"),
)

PIN_MISTAKES = (
    ("README", "| `pad.heat.line` | 17 | 11 |", "| `pad.heat.line` | 27 | 11 |"),
    ("README", "| `pad.heat.line` | 17 | 11 |", "| `pad.heat.line` | 17 | 13 |"),
    ("README", "| `pad.led.line` | 16 | 36 |", "| `pad.lamp.line` | 16 | 36 |"),
    ("README", "| `sensors[0].series_ohm` | 4700 |", "| `sensors[0].series_ohm` | 10000 |"),
    ("README", "| `sensors[0].part` | NTCLE100E3103 |", "| `sensors[0].part` | 103AT-2 |"),
    ("README", "dtparam=strict_gpiod\n", ""),
    ("README", '"role": "hot_side" }', '"role": "hot_side", "of": ["cool"] }'),
    ("README", '{ "iio": "1-0048", "channel": 2,', '{ "iio": "1-0048", "channel": 1,'),
    ("README", "dtparam=chd_enable,chd_gain=1", "dtparam=chd_enable,chd_gain=2"),
    ("README", "| 42 W | 48 W |", "| 42 W | 84 W |"),
    ("WIRING", '"pin 11 · GPIO17"', '"pin 13 · GPIO17"'),
    ("WIRING", 'flag GPIO17 PI.GPIO17 right "to sheet 1: heat"', 'flag GPIO17 PI.GPIO17 right "to sheet 1: cool"'),
    ("WIRING", "wire V3 ADC.A3 ", "wire V3 ADC.A2 "),
)

CONFIG_MISTAKES = (
    (("pad", "heat", "line"), 27),
    (("pad", "fan", "line"), 4),
    (("pad", "cool", "kind"), "mosfet"),
    (("pad", "cool", "active_low"), True),
    (("pad", "wired"), True),
    (("sensors", 0, "channel"), 1),
    (("sensors", 0, "supply_channel"), 2),
    (("sensors", 0, "part"), "NCP18XH103"),
)

passed, failed = 0, 0


def check(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAIL {what}")


def broken_once(text, old, new, what):
    check(text.count(old) == 1, f"{what}: the text to break is there once, not {text.count(old)} times: {old}")
    return text.replace(old, new)


def check_drawing_mistakes(folder):
    source = (HARDWARE / "wiring.txt").read_text(encoding="utf-8")
    check(not wiring_rules.problems(wiring.parse(HARDWARE / "wiring.txt")), "the drawing as it stands is clean")
    for what, old, new, sign in DRAWING_MISTAKES:
        path = folder / "wiring.txt"
        path.write_text(broken_once(source, old, new, what), encoding="utf-8")
        found = wiring_rules.problems(wiring.parse(path))
        check(any(sign in problem for problem in found), f"{what}: not noticed; found only {found}")


def pins_agree(paths):
    script = ROOT / "tests/hardware/check_pins.py"
    run = subprocess.run([sys.executable, str(script), *map(str, paths)], capture_output=True, text=True, check=False)
    return not (run.returncode == 1 and "FAIL" in run.stdout)


def check_pin_mistakes(folder, config):
    paths = {"CONFIG": config, "README": HARDWARE / "README.md", "WIRING": HARDWARE / "wiring.txt"}
    for which, old, new in PIN_MISTAKES:
        used = {**paths, which: folder / paths[which].name}
        text = paths[which].read_text(encoding="utf-8")
        used[which].write_text(broken_once(text, old, new, which), encoding="utf-8")
        check(not pins_agree(used.values()), f"{which}: '{new}' instead of '{old}' was not noticed")


def check_config_mistakes(folder, config):
    for keys, value in CONFIG_MISTAKES:
        broken = json.loads(check_pins.without_comments(config.read_text(encoding="utf-8")))
        place = broken
        for key in keys[:-1]:
            place = place[key]
        check(place.get(keys[-1]) != value, f"config: {keys} is not {value} already")
        place[keys[-1]] = value
        path = folder / "soothe.jsonc"
        path.write_text(json.dumps(broken), encoding="utf-8")
        check(not pins_agree([path]), f"config: {keys} = {value} was not noticed")


def main(arguments):
    config = Path(arguments[0]) if arguments else ROOT / "config/soothe.jsonc"
    check(pins_agree([config]), "the pin table as it stands is right")
    with tempfile.TemporaryDirectory() as folder:
        check_drawing_mistakes(Path(folder))
        check_pin_mistakes(Path(folder), config)
        check_config_mistakes(Path(folder), config)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
