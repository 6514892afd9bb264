#!/usr/bin/env python3
"""Checks that hardware/README.md, hardware/wiring.txt and config/soothe.jsonc tell the builder the same thing.

    tests/hardware/check_pins.py [CONFIG [README [WIRING]]]

Every line and every ADC channel of the sample config must be in the pin table with the right header pin, in the drawing
at that pin, and the other way round. Only the standard library is used. Exit 0 when nothing failed.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "hardware"))
import power  # noqa: E402

# GPIO line -> pin of the 40-pin header.
HEADER = {2: 3, 3: 5, 4: 7, 5: 29, 6: 31, 7: 26, 8: 24, 9: 21, 10: 19, 11: 23, 12: 32, 13: 33, 14: 8, 15: 10, 16: 36,
          17: 11, 18: 12, 19: 35, 20: 38, 21: 40, 22: 15, 23: 16, 24: 18, 25: 22, 26: 37, 27: 13}
PULLED_DOWN_AT_RESET = range(9, 28)
OUTPUTS = ("heat", "cool", "fan", "heartbeat", "led")
ADC_KEYS = ("iio", "channel", "supply_channel", "part", "series_ohm", "role")

passed, failed = 0, 0


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {what}")


def without_comments(text):
    """JSON with // and /* */ comments -> JSON; strings are left alone."""
    pattern = r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/'
    return re.sub(pattern, lambda hit: hit[0] if hit[0].startswith('"') else " ", text, flags=re.S)


def settings(config):
    """The settings that a builder must wire to: key path -> value."""
    found = {f"pad.{name}.line": line["line"] for name, line in config["pad"].items() if isinstance(line, dict)}
    for index, sensor in enumerate(config["sensors"]):
        found |= {f"sensors[{index}].{key}": sensor[key] for key in ADC_KEYS}
    return found


def table_rows(readme):
    """Rows | `key` | value | ... | of the pin table; anything else that mentions a key of this kind is a mistake."""
    rows = {}
    for line in readme.splitlines():
        hit = re.match(r"\| *`((?:pad|sensors)[\w.\[\]]*)` *\|([^|]*)\|([^|]*)\|", line)
        if hit:
            key, value, pin = (cell.strip().strip("`") for cell in hit.groups())
            check(key not in rows, f"README: {key} is in the table once")
            rows[key] = (value, pin)
    return rows


def check_table(wanted, rows):
    for key, value in wanted.items():
        check(key in rows, f"README: the pin table has a row for {key}")
        if key in rows:
            check(rows[key][0] == str(value), f"README: {key} is {rows[key][0]}, the config says {value}")
    for key in rows:
        check(key in wanted, f"README: {key} is in the sample config")


def check_lines(config, rows):
    lines = {name: line["line"] for name, line in config["pad"].items() if isinstance(line, dict)}
    check(len(set(lines.values())) == len(lines), f"config: no line is used twice: {lines}")
    for name, line in lines.items():
        pin = rows.get(f"pad.{name}.line", ("", ""))[1]
        check(pin == str(HEADER.get(line)), f"README: GPIO {line} ({name}) is header pin {HEADER.get(line)}, not {pin}")
        if name in OUTPUTS:
            check(line in PULLED_DOWN_AT_RESET, f"config: GPIO {line} ({name}) is pulled down at reset")
            check(not config["pad"][name].get("active_low", False), f"config: {name} is active high")
    check(config["pad"]["wired"] is False, "config: pad.wired is false in the sample")
    check(config["pad"]["heat"]["kind"] == "mosfet", "config: heat is the MOSFET of the drawing")
    check(config["pad"]["cool"]["kind"] == "relay", "config: cool is the relay of the drawing")


def check_drawing(config, drawing):
    drawn = dict(re.findall(r'^pin PI (GPIO\d+) right \d+ "pin (\d+) ', drawing, flags=re.M))
    lines = {name: line["line"] for name, line in config["pad"].items() if isinstance(line, dict)}
    for name, line in lines.items():
        check(drawn.get(f"GPIO{line}") == str(HEADER.get(line)), f"drawing: GPIO{line} ({name}) is at its header pin")
    for gpio in drawn:
        check(int(gpio[4:]) in lines.values(), f"drawing: {gpio} is in the sample config")
    tags = {"heat": "flag GPIO{}", "cool": "flag GPIO{}", "fan": "flag GPIO{}", "heartbeat": "flag GPIO{}"}
    for name, tag in tags.items():
        words = re.findall(rf'^{tag.format(lines[name])} .*"to sheet \d: (\w+)"$', drawing, flags=re.M)
        check(words == [name], f"drawing: GPIO{lines[name]} is marked {words}, the config says {name}")
    check(f"flag SENSE  PI.GPIO{lines['sense']} " in drawing, f"drawing: sense goes to GPIO{lines['sense']}")
    check(f"PI.GPIO{lines['button']} R12.1" in drawing, f"drawing: the button goes to GPIO{lines['button']}")
    check(f"PI.GPIO{lines['led']} R13.1" in drawing, f"drawing: the LED goes to GPIO{lines['led']}")
    for sensor in config["sensors"]:
        check(f"wire A{sensor['channel']} ADC.A{sensor['channel']} R" in drawing,
              f"drawing: a sensor is at A{sensor['channel']}")
        check(f"wire V3 ADC.A{sensor['supply_channel']} " in drawing,
              f"drawing: 3V3 is at A{sensor['supply_channel']}")
        ohm = f"{sensor['series_ohm'] / 1000:g} k"
        check(f'"{ohm}, 1 %"' in drawing, f"drawing: the divider's resistor is {ohm}")


def check_extra_sensors(config, readme, drawing):
    """The README's further `sensors` entries: on channels of their own, drawn, and otherwise wired like the first."""
    hit = re.search(r"```jsonc\n(.*?)```", readme, flags=re.S)
    extra = json.loads(f"[{hit[1]}]") if hit else []
    first = config["sensors"][0]
    channels = [sensor["channel"] for sensor in (first, *extra)]
    roles = {sensor["role"] for sensor in extra}
    check(roles == {"hot_side", "pad"}, f"README: a hot-side and a pad sensor are advised: {roles}")
    check(len({*channels, first["supply_channel"]}) == len(channels) + 1, f"README: no channel twice: {channels}")
    for sensor in extra:
        check(f"wire A{sensor['channel']} ADC.A{sensor['channel']} R" in drawing, f"drawing: A{sensor['channel']}")
        check(("of" in sensor) == (sensor["role"] == "pad"), f"README: only a pad sensor has `of`: {sensor['role']}")
        for key in ("iio", "supply_channel", "part", "series_ohm"):
            check(sensor[key] == first[key], f"README: {key} of channel {sensor['channel']} is {first[key]}")


def check_boot_lines(config, readme):
    hit = re.search(r"```ini\n(.*?)```", readme, flags=re.S)
    boot = hit[1].splitlines() if hit else []
    check(bool(boot), "README: has the config.txt lines")
    for line in ("dtparam=i2c_arm=on", "dtparam=strict_gpiod", "dtparam=watchdog=on", "dtoverlay=ads1115"):
        check(boot.count(line) == 1, f"README: config.txt has {line} once")
    used = {sensor[key] for sensor in config["sensors"] for key in ("channel", "supply_channel")}
    for channel in sorted(used | {1, 2}):
        letter = "abcd"[channel]
        line = f"dtparam=ch{letter}_enable,ch{letter}_gain=1"
        check(line in boot, f"README: config.txt enables channel {channel} at 4.096 V: {line}")
        check("dtoverlay=ads1115" in boot and line in boot[boot.index("dtoverlay=ads1115"):],
              f"README: {line} follows its overlay")


def main(arguments):
    paths = [ROOT / "config/soothe.jsonc", ROOT / "hardware/README.md", ROOT / "hardware/wiring.txt"]
    paths[:len(arguments)] = [Path(argument) for argument in arguments]
    text, readme, drawing = (path.read_text(encoding="utf-8") for path in paths)
    config = json.loads(without_comments(text))
    rows = table_rows(readme)
    check_table(settings(config), rows)
    check_lines(config, rows)
    check_drawing(config, drawing)
    check_extra_sensors(config, readme, drawing)
    check_boot_lines(config, readme)
    check(power.table() in readme, "README: the power table is what hardware/power.py prints")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
