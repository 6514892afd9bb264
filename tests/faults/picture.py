"""The fault matrix as a table and as a picture."""

from rows import COLUMNS, ROWS

CELL_W, CELL_H, LEFT, TOP = 106, 34, 150, 96


def seconds(ms):
    return "off" if ms == 0 else f"{ms / 1000:.1f} s" if ms < 100000 else f"{ms // 1000} s"


def by_place(cells):
    return {(cell.row.name, cell.column): cell for cell in cells}


def table(cells):
    found = by_place(cells)
    lines = ["| injected | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for row in ROWS:
        words = []
        for column in COLUMNS:
            cell = found.get((row.name, column))
            if not cell:
                words.append("-")
            elif cell.name == "none":
                words.append("off, nothing to see")
            else:
                words.append(f"{seconds(cell.off_ms)}, `{cell.name}`, {cell.cleared}")
        if any((row.name, column) in found for column in COLUMNS):
            lines.append(f"| `{row.name}` | " + " | ".join(words) + " |")
    return "\n".join(lines)


def page(text, count):
    return f"""# The fault matrix

Every named fault in every state of the daemon, through the whole program on the simulated pad with a real broker:
{count} cells, made by `tests/faults/run --docs` and checked by `scripts/test --faults` in every run.

![Time until off for each fault in each state](images/fault-matrix.svg)

Each cell says how long after the injection a pin of heater or cooler was high for the last time, by the simulated pad's
own pin trace ("off": none was high any more), the name that the dashboard got, and what cleared it when the fault had gone: so
many seconds by itself, or `ack`, an acknowledgement by a person on the spot. A `-` is a state in which the fault cannot
be made, or shows only later in the self-test before the next session. Faults that need time to come have it in their
figure: a sensor that is carried to 44.5 °C passes 43 °C only after some seconds. The rows of `*_when_off` in a powered
state end the session 2 s after the injection: what is welded shows when it is off.

{text}
"""


def colour(cell):
    share = cell.off_ms / cell.spec.off_ms if cell.spec.off_ms else 0
    return "#d8f0dc" if cell.name != "none" and share <= 0.5 else "#eef6d0" if cell.name != "none" else "#eef1f5"


def svg(cells):
    found = by_place(cells)
    rows = [row for row in ROWS if any((row.name, column) in found for column in COLUMNS)]
    width, height = LEFT + CELL_W * len(COLUMNS) + 12, TOP + CELL_H * len(rows) + 40
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
           '<text x="12" y="26" font-size="16" font-weight="bold">Time until off, and the name of the fault</text>',
           '<text x="12" y="46" fill="#555555">rows: what was injected; columns: what the daemon was doing</text>']
    for i, column in enumerate(COLUMNS):
        first, _, second = column.partition(", ")
        x = LEFT + CELL_W * i + CELL_W / 2
        out.append(f'<text x="{x}" y="{TOP - 22}" text-anchor="middle" font-weight="bold">{first}</text>')
        out.append(f'<text x="{x}" y="{TOP - 8}" text-anchor="middle">{second}</text>')
    for j, row in enumerate(rows):
        y = TOP + CELL_H * j
        out.append(f'<text x="{LEFT - 8}" y="{y + 21}" text-anchor="end" font-family="monospace">{row.name}</text>')
        for i, column in enumerate(COLUMNS):
            cell, x = found.get((row.name, column)), LEFT + CELL_W * i
            fill = colour(cell) if cell else "#fafafa"
            out.append(f'<rect x="{x + 1}" y="{y + 1}" width="{CELL_W - 2}" height="{CELL_H - 2}" rx="3" fill="{fill}"/>')
            if cell:
                middle = x + CELL_W / 2
                out.append(f'<text x="{middle}" y="{y + 15}" text-anchor="middle">{seconds(cell.off_ms)}</text>')
                out.append(f'<text x="{middle}" y="{y + 28}" text-anchor="middle" font-size="9" font-family="monospace" '
                           f'fill="#333333">{cell.name if cell.name != "none" else ""}</text>')
    out.append(f'<text x="12" y="{height - 14}" fill="#555555">off: no pin was high any more when the fault came. '
               'Empty: cannot be made there, or shows in the next self-test. Dark green: in at most half of the time that is '
               'allowed.</text>')
    return "\n".join(out) + "\n</svg>\n"
