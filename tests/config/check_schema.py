#!/usr/bin/env python3
"""check_schema.py SCHEMA SAMPLE: the schema is one, the sample fits it, and what soothe refuses does not."""

import copy
import json
import re
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def without_comments(text):
    token = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
    return token.sub(lambda m: m.group(0) if m.group(0).startswith('"') else " ", text)


def edited(document, path, value):
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


BAD = [
    (["version"], 2),
    (["device"], None),
    (["colour"], "red"),
    (["device", "id"], "Back pad"),
    (["plan", "phases"], []),
    (["plan", "phases", 0, "mode"], "heat"),
    (["plan", "phases", 0, "target_c"], 21),
    (["plan", "phases", 1, "target_c"], 29),
    (["plan", "phases", 1, "target_c"], None),
    (["plan", "phases", 0, "session_minutes"], [20, 46]),
    (["plan", "phases", 1, "quiet_hours"], ["23:00", "24:00"]),
    (["pad", "heat", "line"], 64),
    (["pad", "heat", "min_on_s"], 30),
    (["pad", "cool", "pwm_period_s"], 2),
    (["sensors", 0, "part"], "NTC"),
    (["sensors", 0, "part"], None),
    (["sensors", 0, "beta"], {"r25_ohm": 10000, "beta_k": 3977}),
    (["sensors", 0, "role"], "room"),
    (["sensors", 0, "supply_v"], 3.3),
    (["mqtt", "port"], 0),
    (["limits"], {"too_hot_trip_c": 44}),
]

GOOD = [
    (["plan", "phases", 1, "quiet_hours"], []),
    (["plan", "phases", 0, "mode"], "remind"),
    (["pad", "heat", "line"], "GPIO17"),
    (["limits"], {"too_hot_trip_c": 42.5}),
    (["mqtt"], None),
    (["mqtt", "tls"], {}),
]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        sample = json.loads(without_comments(file.read()))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    failures = [f"sample: {e.json_path}: {e.message}" for e in validator.iter_errors(sample)]
    failures += [f"accepted: {path} = {value}" for path, value in BAD if validator.is_valid(edited(sample, path, value))]
    failures += [f"refused: {path} = {value}" for path, value in GOOD if not validator.is_valid(edited(sample, path, value))]
    print("\n".join(failures) or f"the sample fits; {len(BAD)} mistakes are refused")
    return 1 if failures else 0


sys.exit(main())
