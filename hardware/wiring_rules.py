"""What a drawing in wiring.txt must keep: no loose pin, no short, no protective part bypassed, no overlap."""
from wiring import SMALL, SYMBOLS, UNIT, inside, labels_of, text_width

LOOSE = "is connected to nothing"
CARRIES = {"fuse", "switch", "contact", "thermostat", "thermalfuse", "pmos"}  # what can carry a load's current


def segments(sheet):
    for net, points in sheet.wires:
        for a, b in zip(points, points[1:]):
            yield net, a, b


def touches(point, a, b):
    return point in (a, b) or inside(point, a, b)


def nets_at(sheet, point):
    found = {net for net, a, b in segments(sheet) if touches(point, a, b)}
    return found | {net for net, at in sheet.ends if at == point}


def pin_nets(drawing):
    """(sheet name, "REF.PIN") -> net, and what is wrong with the pins."""
    nets, wrong = {}, []
    for sheet in drawing.sheets:
        for pin, point in sheet.pins.items():
            here = nets_at(sheet, point)
            if len(here) == 1:
                nets[sheet.name, pin] = next(iter(here))
            else:
                wrong.append(f"{sheet.name}: pin {pin} at {point} "
                             + (f"joins the nets {sorted(here)}" if here else LOOSE))
    return nets, wrong


def wire_problems(sheet, drawing):
    pins = set(sheet.pins.values())
    known = set(drawing.nets)
    lines = list(segments(sheet))
    for net, points in sheet.wires:
        if net not in known:
            yield f"{sheet.name}: wire of the unknown net {net}"
        for end in (points[0], points[-1]):
            others = [other for other, path in sheet.wires if path is not points
                      and any(touches(end, a, b) for a, b in zip(path, path[1:]))]
            if end not in pins and not others and end not in [at for _, at in sheet.ends]:
                yield f"{sheet.name}: wire {net} ends in the air at {end}"
    for net, at in sheet.ends:
        if net not in known:
            yield f"{sheet.name}: mark of the unknown net {net} at {at}"
        if at not in pins and not any(touches(at, a, b) for _, a, b in lines):
            yield f"{sheet.name}: mark {net} at {at} {LOOSE}"
        if len(nets_at(sheet, at)) > 1:
            yield f"{sheet.name}: nets {sorted(nets_at(sheet, at))} meet at {at}"
    for index, (net, a, b) in enumerate(lines):
        for other, c, d in lines[index + 1:]:
            if net != other and any(touches(p, a, b) for p in (c, d)) + any(touches(p, c, d) for p in (a, b)):
                yield f"{sheet.name}: wires of {net} and {other} touch near {c} {d}"


def reachable(start, edges, without):
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        for ref, a, b in edges:
            if ref in without or here not in (a, b):
                continue
            there = b if here == a else a
            if there not in seen:
                seen.add(there)
                queue.append(there)
    return seen


def series_problems(drawing, nets):
    """Taking any of the named parts away must cut the load off from the supply or from its return."""
    by_ref, edges = {}, []
    for sheet in drawing.sheets:
        for ref, part in sheet.parts.items():
            ends = ("1", "2") if part[0] in SYMBOLS else ("S", "D")
            by_ref[ref] = tuple(nets.get((sheet.name, f"{ref}.{end}")) for end in ends)
            if part[0] in CARRIES:
                edges.append((ref, *by_ref[ref]))
    for load, guards in drawing.series:
        for guard in ["", *guards]:
            if guard and guard not in by_ref:
                yield f"series {load}: no part {guard}"
                continue
            plus = reachable("SUPPLY", edges, {load, guard})
            minus = reachable("GND", edges, {load, guard})
            a, b = by_ref[load]
            live = (a in plus and b in minus) or (b in plus and a in minus)
            if plus & minus:
                yield f"series {load}: the supply is shorted"
            if live and guard:
                yield f"series {load}: it stays powered without {guard}"
            if not live and not guard:
                yield f"series {load}: it is not powered at all"


def flag_problems(drawing):
    """A tag that leads to another sheet must be met there by one of the same net."""
    places = {}
    for sheet in drawing.sheets:
        for kind, net, _, _ in sheet.flags:
            if kind == "flag":
                places.setdefault(net, set()).add(sheet.name)
    for net, sheets in places.items():
        if len(sheets) < 2:
            yield f"the tag {net} is on {sorted(sheets)} only"


# ---- nothing on top of anything ----

def text_area(place):
    x, y, anchor, size, bold, text, _ = place
    wide = text_width(text, size, bold)
    left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
    return left, y - size * 0.78, left + wide, y + size * 0.22


def part_area(part):
    kind, x, y, direction, _, _ = part
    half = SYMBOLS[kind][1] if kind in SYMBOLS else 22
    across, along = (17, half) if direction in ("left", "right") else (half, 17)
    x, y = x * UNIT, y * UNIT
    return x - across, y - along, x + across, y + along


def meet(a, b, gap=0.0):
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + gap and b[1] < a[3] + gap


def line_area(a, b):
    (ax, ay), (bx, by) = a, b
    return min(ax, bx) * UNIT - 1.5, min(ay, by) * UNIT - 1.5, max(ax, bx) * UNIT + 1.5, max(ay, by) * UNIT + 1.5


def flag_area(flag):
    kind, _, (x, y), extra = flag
    x, y = x * UNIT, y * UNIT
    if kind == "gnd":
        return x - 11, y, x + 11, y + 18
    if kind == "supply":
        return x - 7, y - 15, x + 7, y
    long = text_width(extra[1], SMALL, bold=True) + 24
    return (x, y - 10, x + long, y + 10) if extra[0] == "right" else (x - long, y - 10, x, y + 10)


def borders(sheet):
    for x, y, wide, high in [box[:4] for box in sheet.boxes.values()] + [frame[:4] for frame in sheet.frames]:
        for a, b in (((x, y), (x + wide, y)), ((x, y + high), (x + wide, y + high)),
                     ((x, y), (x, y + high)), ((x + wide, y), (x + wide, y + high))):
            yield line_area(a, b)


def overlap_problems(sheet, drawing):
    texts = [(place[5], text_area(place)) for place in labels_of(sheet, drawing.nets)]
    wires = [(net, line_area(a, b)) for net, a, b in segments(sheet)]
    parts = [(ref, part_area(part)) for ref, part in sheet.parts.items()]
    flags = [(flag[1], flag_area(flag)) for flag in sheet.flags]
    page = sheet.width * UNIT - 8, sheet.height * UNIT - 8
    for index, (text, area) in enumerate(texts):
        if area[0] < 8 or area[1] < 8 or area[2] > page[0] or area[3] > page[1]:
            yield f"{sheet.name}: '{text}' leaves the page"
        for name, other in texts[index + 1:] + wires + parts:
            if meet(area, other, 1):
                yield f"{sheet.name}: '{text}' is on top of '{name}'"
        for other in borders(sheet):
            if meet(area, other):
                yield f"{sheet.name}: '{text}' is on top of a border"
        for name, other in flags:
            if meet(area, other) and not (other[0] <= area[0] and area[2] <= other[2]):
                yield f"{sheet.name}: '{text}' is on top of the mark {name}"
    for index, (ref, area) in enumerate(parts):
        for name, other in wires + parts[index + 1:] + flags:
            if meet(area, other, -1):
                yield f"{sheet.name}: {name} runs through {ref}"
    for index, (net, area) in enumerate(flags):
        for name, other in flags[index + 1:]:
            if meet(area, other, 2):
                yield f"{sheet.name}: the marks {net} and {name} overlap"
        for name, other in wires:
            if name != net and meet(area, other, 1):
                yield f"{sheet.name}: wire {name} runs through the mark {net}"


def problems(drawing):
    nets, found = pin_nets(drawing)
    found += series_problems(drawing, nets)
    found += flag_problems(drawing)
    for sheet in drawing.sheets:
        found += wire_problems(sheet, drawing)
        found += overlap_problems(sheet, drawing)
    return found
