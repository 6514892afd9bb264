#!/usr/bin/env python3
"""Draws the wiring diagrams (wiring-*.svg) from wiring.txt, and checks them.

    hardware/wiring.py           check the source, then write the drawings
    hardware/wiring.py --check   check the source, and that the drawings are up to date; write nothing

wiring.txt explains its own language. One unit of its grid is 10 pixels. Only the standard library is used.
"""
import shlex
import sys
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
UNIT = 10
FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK = "#1c2733"
SMALL, NORMAL, TITLE = 12.5, 14, 20
TURN = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}

# Two-pin symbols, drawn from pin 1 at x = -30 to pin 2 at x = +30: body as SVG, half height of the body in pixels.
LEADS = '<path d="M-30 0H-17M17 0H30"/>'
SYMBOLS = {
    "resistor": (LEADS + '<rect x="-17" y="-6" width="34" height="12" fill="#fff"/>', 7),
    "ntc": (LEADS + '<rect x="-17" y="-6" width="34" height="12" fill="#fff"/><path d="M-20 12h7L13 -13"/>', 14),
    "fuse": (LEADS + '<rect x="-17" y="-6" width="34" height="12" fill="#fff"/><path d="M-17 0H17"/>', 7),
    "thermalfuse": (LEADS + '<rect x="-17" y="-7" width="34" height="14" fill="#fff"/>'
                    '<path d="M-17 0h7q4 -9 8 0t8 0h11"/>', 8),
    "capacitor": ('<path d="M-30 0H-4M4 0H30"/><path d="M-4 -11V11M4 -11V11" stroke-width="2.6"/>', 12),
    "diode": ('<path d="M-30 0H30"/><path d="M-9 -9V9L9 0Z" fill="{ink}"/><path d="M9 -9V9" stroke-width="2.6"/>', 10),
    "led": ('<path d="M-30 0H30"/><path d="M-9 -9V9L9 0Z" fill="#fff"/><path d="M9 -9V9" stroke-width="2.6"/>'
            '<path d="M0 -12l7 -8m-5 1l5 -1l-1 5M8 -12l7 -8m-5 1l5 -1l-1 5" stroke-width="1.3"/>', 20),
    "switch": ('<path d="M-30 0H-14M14 0H30M-12 -1L13 -12"/><circle cx="-14" cy="0" r="2.6" fill="#fff"/>'
               '<circle cx="14" cy="0" r="2.6" fill="#fff"/>', 13),
    "contact": ('<path d="M-30 0H-14M14 0H30M-12 -1L13 -12"/><circle cx="-14" cy="0" r="2.6" fill="#fff"/>'
                '<circle cx="14" cy="0" r="2.6" fill="#fff"/><path d="M0 -7V-17" stroke-dasharray="3 2"/>', 17),
    "button": ('<path d="M-30 0H-14M14 0H30M-14 3H14"/><circle cx="-14" cy="0" r="2.6" fill="#fff"/>'
               '<circle cx="14" cy="0" r="2.6" fill="#fff"/><path d="M0 3V-13M-8 -13H8"/>', 14),
    "thermostat": ('<path d="M-30 0H-14M14 0H30M-13 2L14 -3"/><circle cx="-14" cy="0" r="2.6" fill="#fff"/>'
                   '<circle cx="14" cy="0" r="2.6" fill="#fff"/>'
                   '<rect x="-6" y="-15" width="12" height="9" fill="#fff"/>'
                   '<path d="M0 -6V0" stroke-dasharray="2 2"/>', 16),
    "heater": (LEADS + '<rect x="-17" y="-11" width="34" height="22" fill="#fde3d3"/>'
               '<path d="M-13 0l4 -7l6 14l6 -14l6 14l4 -7"/>', 12),
    "peltier": (LEADS + '<rect x="-17" y="-11" width="34" height="22" fill="#d9ebfa"/>'
                '<path d="M0 -7V7M-7 0H7M-5 -5L5 5M-5 5L5 -5" stroke-width="1.4"/>', 12),
    "coil": (LEADS + '<rect x="-17" y="-10" width="34" height="20" fill="#fff"/><path d="M-6 10L6 -10"/>', 11),
    "fan": ('<path d="M-30 0H-14M14 0H30"/><circle r="14" fill="#fff"/>'
            '<path d="M0 0q-9 -3 -5 -10q8 0 5 10q9 3 5 10q-8 0 -5 -10" fill="{ink}" stroke-width="1"/>', 15),
}
TRANSISTORS = {
    # Pins on a line: 1 at the left, 2 at the right, gate below. P: source left. N: drain left (drawn upright: turn it).
    "pmos": ('<path d="M-30 0H-16V10M30 0H16V10M-20 14H-8M-6 14H6M8 14H20M-18 20H18M0 20V40M0 13V0H-16"/>'
             '<path d="M-4 4h8l-4 7Z" fill="{ink}" transform="rotate(180 0 7)"/>'
             '<path d="M-16 0H16" stroke="none"/>', ("S", "D", "G")),
    "nmos": ('<path d="M-30 0H-16V10M30 0H16V10M-20 14H-8M-6 14H6M8 14H20M-18 20H18M0 20V40M0 13V0H16"/>'
             '<path d="M-4 4h8l-4 7Z" fill="{ink}"/>', ("D", "S", "G")),
}


class SourceError(Exception):
    """What is wrong in wiring.txt, with its line number."""


class Sheet:
    def __init__(self, name, width, height, title):
        self.name, self.width, self.height, self.title = name, width, height, title
        self.parts, self.boxes, self.wires, self.flags, self.texts, self.frames = {}, {}, [], [], [], []
        self.pins = {}   # "REF.PIN" -> (x, y)
        self.ends = []   # (net, point) of flags, grounds and supply arrows


class Drawing:
    def __init__(self):
        self.nets, self.sheets, self.series, self.unused = {}, [], [], set()


def number(word):
    value = float(word)
    return int(value) if value == int(value) else value


def pair(word, mark=","):
    first, second = word.split(mark)
    return number(first), number(second)


def rotate(point, direction):
    dx, dy = TURN[direction]
    x, y = point
    return x * dx - y * dy, x * dy + y * dx


def add_part(sheet, words):
    kind, ref, at, direction, *labels = words
    x, y = pair(at)
    side = labels.pop(0)[1:] if labels and labels[0].startswith("@") else ("above" if direction in ("left", "right")
                                                                          else "right")
    names = TRANSISTORS[kind][1] if kind in TRANSISTORS else ("1", "2")
    places = ((-3, 0), (3, 0), (0, 4))
    for name, place in zip(names, places):
        dx, dy = rotate(place, direction)
        sheet.pins[f"{ref}.{name}"] = (x + dx, y + dy)
    sheet.parts[ref] = (kind, x, y, direction, side, labels)


def add_box(sheet, words):
    ref, at, size, *labels = words
    sheet.boxes[ref] = (*pair(at), *pair(size, "x"), labels, [])


def add_pin(sheet, words):
    box, name, side, offset, label = words
    x, y, width, height, _, pins = sheet.boxes[box]
    along = number(offset)
    edge = {"left": (x, y + along), "right": (x + width, y + along),
            "top": (x + along, y), "bottom": (x + along, y + height)}[side]
    dx, dy = {"left": (-2, 0), "right": (2, 0), "top": (0, -2), "bottom": (0, 2)}[side]
    sheet.pins[f"{box}.{name}"] = (edge[0] + dx, edge[1] + dy)
    pins.append((edge, side, label))


def add_wire(sheet, words):
    net, *steps = words
    points = []
    for step in steps:
        if step.startswith("x="):
            points.append((number(step[2:]), points[-1][1]))
        elif step.startswith("y="):
            points.append((points[-1][0], number(step[2:])))
        elif step in sheet.pins:
            points.append(sheet.pins[step])
        else:
            points.append(pair(step))
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if ax != bx and ay != by:
            raise SourceError(f"wire {net}: {ax},{ay} to {bx},{by} is neither level nor upright")
    sheet.wires.append((net, points))


def point_of(sheet, word):
    return sheet.pins[word] if word in sheet.pins else pair(word)


def add_end(sheet, kind, words):
    """flag NET AT DIR "text", supply NET AT "text", gnd AT"""
    if kind == "gnd":
        net, at, extra = "GND", words[0], ()
    else:
        net, at, *extra = words
    point = point_of(sheet, at)
    sheet.flags.append((kind, net, point, tuple(extra)))
    sheet.ends.append((net, point))


def parse(path):
    drawing, sheet = Drawing(), None
    for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = shlex.split(line, comments=True)
        if not words:
            continue
        try:
            sheet = parse_line(drawing, sheet, words)
        except (SourceError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise SystemExit(f"{path.name}:{line_number}: {error!r} in: {line}") from error
    return drawing


def parse_line(drawing, sheet, words):
    kind, rest = words[0], words[1:]
    if kind == "net":
        drawing.nets[rest[0]] = (rest[1], rest[2])
    elif kind == "series":
        drawing.series.append((rest[0], rest[1:]))
    elif kind == "sheet":
        sheet = Sheet(rest[0], *pair(rest[1], "x"), rest[2])
        drawing.sheets.append(sheet)
    elif kind == "box":
        add_box(sheet, rest)
    elif kind == "pin":
        add_pin(sheet, rest)
    elif kind == "wire":
        add_wire(sheet, rest)
    elif kind in ("flag", "supply", "gnd"):
        add_end(sheet, kind, rest)
    elif kind == "text":
        sheet.texts.append((*pair(rest[0]), rest[1], rest[2]))
    elif kind == "frame":
        sheet.frames.append((*pair(rest[0]), *pair(rest[1], "x"), rest[2]))
    elif kind in SYMBOLS or kind in TRANSISTORS:
        add_part(sheet, words)
    else:
        raise SourceError(f"unknown word {kind}; allowed: net series sheet box pin wire flag supply gnd text frame "
                          + " ".join([*SYMBOLS, *TRANSISTORS]))
    return sheet


# ---- labels: one list of placed texts, used for drawing and for the overlap check ----

def part_labels(part):
    kind, x, y, direction, side, labels = part
    level = direction in ("left", "right")
    half = SYMBOLS[kind][1] if kind in SYMBOLS else 22
    x, y = x * UNIT, y * UNIT
    for row, label in enumerate(labels):
        bold = row == 0
        if side == "above":
            place = (x, y - half - 7 - 16 * (len(labels) - 1 - row), "middle")
        elif side == "below":
            place = (x, y + half + 16 + 16 * row, "middle")
        else:
            reach = (half if not level else 30) + 8
            top = y + 5 - 8 * (len(labels) - 1) + 16 * row
            place = (x + reach, top, "start") if side == "right" else (x - reach, top, "end")
        yield (*place, NORMAL if bold else SMALL, bold, label, INK)


def box_labels(box):
    x, y, width, _, labels, pins = box
    for row, label in enumerate(labels):
        yield ((x + width / 2) * UNIT, y * UNIT + 20 + 16 * row, "middle", NORMAL if row == 0 else SMALL, row == 0,
               label, INK)
    for (ex, ey), side, label in pins:
        dx, dy, anchor = {"left": (7, 4.5, "start"), "right": (-7, 4.5, "end"),
                          "top": (0, 18, "middle"), "bottom": (0, -8, "middle")}[side]
        yield (ex * UNIT + dx, ey * UNIT + dy, anchor, SMALL, False, label, INK)


def flag_labels(flag, nets):
    kind, net, (x, y), extra = flag
    x, y, colour = x * UNIT, y * UNIT, nets[net][0]
    if kind == "supply":
        yield (x, y - 19, "middle", SMALL, True, extra[0], colour)
    elif kind == "flag":
        direction, label = extra
        shift, anchor = (14, "start") if direction == "right" else (-14, "end")
        yield (x + shift, y + 4.5, anchor, SMALL, True, label, colour)


def labels_of(sheet, nets):
    yield (20, 32, "start", TITLE, True, sheet.title, INK)
    for part in sheet.parts.values():
        yield from part_labels(part)
    for box in sheet.boxes.values():
        yield from box_labels(box)
    for flag in sheet.flags:
        yield from flag_labels(flag, nets)
    for x, y, _, _, label in sheet.frames:
        yield (x * UNIT + 10, y * UNIT + 19, "start", SMALL, True, label, "#5b6b7a")
    for x, y, anchor, text in sheet.texts:
        for row, line in enumerate(text.split("|")):
            yield (x * UNIT, y * UNIT + 17 * row, anchor, SMALL, False, line, INK)


def junctions(sheet):
    """Points where three or more ends or passing wires of one net meet."""
    arms = {}
    for net, points in sheet.wires:
        for a, b in zip(points, points[1:]):
            for point in (a, b):
                arms.setdefault((net, point), set()).add((sign(b, a) if point == a else sign(a, b)))
    for net, point in list(arms):
        for other, points in sheet.wires:
            for a, b in zip(points, points[1:]):
                if other == net and inside(point, a, b):
                    arms[net, point] |= {sign(a, b), sign(b, a)}
    pins = set(sheet.pins.values())
    return sorted({point for (net, point), around in arms.items() if len(around) + (point in pins) >= 3
                   and len(around) >= 2})


def sign(a, b):
    return (a[0] > b[0]) - (a[0] < b[0]), (a[1] > b[1]) - (a[1] < b[1])


def inside(point, a, b):
    """Strictly between the ends of a level or upright segment."""
    x, y = point
    if a[0] == b[0] == x:
        return min(a[1], b[1]) < y < max(a[1], b[1])
    return a[1] == b[1] == y and min(a[0], b[0]) < x < max(a[0], b[0])


# ---- drawing ----

def text_width(text, size, bold=False):
    """Generous: wide fonts must still fit."""
    size = size * 1.12 if bold else size
    narrow = sum(character in "il.,:;|'()! ftrj" for character in text)
    return size * (0.62 * (len(text) - narrow) + 0.36 * narrow)


def draw_text(place):
    x, y, anchor, size, bold, text, colour = place
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"{weight} fill="{colour}">' \
           f'{escape(text)}</text>'


def draw_part(part):
    kind, x, y, direction, _, _ = part
    body = (SYMBOLS[kind][0] if kind in SYMBOLS else TRANSISTORS[kind][0]).replace("{ink}", INK)
    angle = {"right": 0, "down": 90, "left": 180, "up": 270}[direction]
    turn = f" rotate({angle})" if angle else ""
    return f'<g transform="translate({x * UNIT:g} {y * UNIT:g}){turn}">{body}</g>'


def draw_box(box):
    x, y, width, height, _, pins = box
    out = [f'<rect x="{x * UNIT:g}" y="{y * UNIT:g}" width="{width * UNIT:g}" height="{height * UNIT:g}" rx="5" '
           'fill="#f3f6f9"/>']
    for (ex, ey), side, _ in pins:
        dx, dy = {"left": (-20, 0), "right": (20, 0), "top": (0, -20), "bottom": (0, 20)}[side]
        out.append(f'<path d="M{ex * UNIT:g} {ey * UNIT:g}l{dx} {dy}"/>')
    return "".join(out)


def draw_flag(flag, nets):
    kind, net, (x, y), extra = flag
    x, y, colour = x * UNIT, y * UNIT, nets[net][0]
    if kind == "gnd":
        return f'<path d="M{x:g} {y:g}v8m-11 0h22m-17 5h12m-8 5h4" stroke="{nets["GND"][0]}"/>'
    if kind == "supply":
        return f'<path d="M{x:g} {y:g}v-14m-6 7l6 -7l6 7" stroke="{colour}" fill="none"/>'
    direction, label = extra
    long = text_width(label, SMALL, bold=True) + 24
    way = 1 if direction == "right" else -1
    return f'<path d="M{x:g} {y:g}l{10 * way} -10h{(long - 10) * way:g}v20h{-(long - 10) * way:g}Z" ' \
           f'stroke="{colour}" fill="#fff" stroke-width="1.5"/>'


def render(sheet, drawing):
    nets = drawing.nets
    width, height = sheet.width * UNIT, sheet.height * UNIT
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           f'font-family="{FONT}" role="img" aria-label="{escape(sheet.title)}">',
           '<!-- Made by wiring.py from wiring.txt: change that, not this. -->',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for x, y, wide, high, _ in sheet.frames:
        out.append(f'<rect x="{x * UNIT:g}" y="{y * UNIT:g}" width="{wide * UNIT:g}" height="{high * UNIT:g}" rx="9" '
                   'fill="#fbfaf5" stroke="#9aa7b3" stroke-dasharray="7 5"/>')
    out.append('<g fill="none" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round">')
    for net, points in sheet.wires:
        path = "L".join(f"{x * UNIT:g} {y * UNIT:g}" for x, y in points)
        out.append(f'<path d="M{path}" stroke="{nets[net][0]}"/>')
    out.append(f'</g><g fill="none" stroke="{INK}" stroke-width="2">')
    out += [draw_box(box) for box in sheet.boxes.values()]
    out += [draw_part(part) for part in sheet.parts.values()]
    out += [draw_flag(flag, nets) for flag in sheet.flags]
    out.append("</g>")
    out += [f'<circle cx="{x * UNIT:g}" cy="{y * UNIT:g}" r="4" fill="{INK}"/>' for x, y in junctions(sheet)]
    out += [draw_text(place) for place in labels_of(sheet, nets)]
    return "\n".join(out + ["</svg>", ""])


def main(arguments):
    from wiring_rules import problems
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    drawing = parse(HERE / "wiring.txt")
    found = problems(drawing)
    for problem in found:
        print(f"FAIL {problem}")
    passed = 0
    for sheet in drawing.sheets:
        path, fresh = HERE / f"{sheet.name}.svg", render(sheet, drawing)
        if not arguments:
            path.write_text(fresh, encoding="utf-8")
        if path.is_file() and path.read_text(encoding="utf-8") == fresh:
            passed += 1
        else:
            found.append(sheet.name)
            print(f"FAIL {path.name} is not what wiring.txt says: run hardware/wiring.py")
    passed += sum(not any(problem.startswith(f"series {load}:") for problem in found) for load, _ in drawing.series)
    print(f"{passed} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    sys.exit(main(sys.argv[1:]))
