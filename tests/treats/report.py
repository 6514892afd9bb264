"""The figures of many plans: as a table of text, as a page, as a picture."""

import collections
from html import escape

HEADS = [
    ("plant", "plant"),
    ("plans", "plans"),
    ("due", "due"),
    ("held", "held"),
    ("percent", "%"),
    ("done", "20 min in band"),
    ("lockouts", "lockouts"),
    ("ice_reach", "ice: to band"),
    ("ice_band", "ice: in band"),
    ("heat_reach", "heat: to band"),
    ("heat_band", "heat: in band"),
    ("skin", "skin °C"),
    ("dose", "CEM43 session, day"),
    ("skin_dose", "CEM43 of the skin"),
]


def total(plans, key):
    counter = collections.Counter()
    for plan in plans:
        counter.update(plan[key])
    return dict(counter.most_common())


def one_phase(plans, name):
    held, reached, reach_s, band_s = (sum(plan[name][key] for plan in plans) for key in ("held", "reached", "reach_s", "in_band_s"))
    return {
        "held": held,
        "reached": reached,
        "reach_min": reach_s / reached / 60 if reached else None,
        "band_min": band_s / held / 60 if held else None,
    }


def figure_of(plans, plant, words):
    ends = total(plans, "ends")
    return {
        "plant": plant,
        "words": words,
        "plans": len(plans),
        "due": sum(plan["due"] for plan in plans),
        "held": sum(plan["held"] for plan in plans),
        "person": sum(plan["person"] for plan in plans),
        "missed": sum(plan["missed"] for plan in plans),
        "remind": sum(plan["remind"] for plan in plans),
        "done": sum(plan["done"] for plan in plans),
        "ends": ends,
        "trips": total(plans, "trips"),
        "rest_trips": total(plans, "rest_trips"),
        "lockouts": total(plans, "lockouts"),
        "arming_failed": total(plans, "arming_failed"),
        "ice": one_phase(plans, "ice"),
        "heat": one_phase(plans, "heat"),
        "skin_max": max(plan["skin_max_c"] for plan in plans),
        "skin_min": min(plan["skin_min_c"] for plan in plans),
        "dose_session": max(plan["dose_session"] for plan in plans),
        "dose_day": max(plan["dose_day"] for plan in plans),
        "skin_dose": max(plan["skin_dose_session"] for plan in plans),
    }


def figures(plans, words):
    by_plant = collections.defaultdict(list)
    for plan in plans:
        by_plant[plan["plant"]].append(plan)
    return [figure_of(by_plant[plant], plant, words[plant]) for plant in words if by_plant[plant]]


def minutes(value):
    return "-" if value is None else f"{value:.1f} min"


def names(counts):
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def cells(figure):
    return {
        "plant": figure["words"],
        "plans": str(figure["plans"]),
        "due": str(figure["due"]),
        "held": str(figure["held"]),
        "percent": f"{100 * figure['held'] / max(figure['due'], 1):.1f}",
        "done": str(figure["done"]),
        "lockouts": names(figure["lockouts"]),
        "ice_reach": minutes(figure["ice"]["reach_min"]),
        "ice_band": minutes(figure["ice"]["band_min"]),
        "heat_reach": minutes(figure["heat"]["reach_min"]),
        "heat_band": minutes(figure["heat"]["band_min"]),
        "skin": f"{figure['skin_min']:.1f} to {figure['skin_max']:.1f}",
        "dose": f"{figure['dose_session']:.2f}, {figure['dose_day']:.2f}",
        "skin_dose": f"{figure['skin_dose']:.2f}",
    }


def grid(rows):
    """Columns side by side, for a terminal: one line a figure, one column a plant."""
    wide = max(len(row[0]) for row in rows)
    columns = [max(len(row[i]) for row in rows) for i in range(1, len(rows[0]))]
    return "\n".join(
        "  " + row[0].ljust(wide) + "".join("  " + cell.rjust(width) for cell, width in zip(row[1:], columns)) for row in rows
    )


def faults(figures_, key):
    kept = sorted({name for figure in figures_ for name in figure[key]})
    return [[name, *(str(figure[key].get(name, 0)) for figure in figures_)] for name in kept]


def lists(figures_):
    """(heading, key) of what is counted by name."""
    for heading, key in (
        ("sessions by how they ended", "ends"),
        ("trips in a session", "trips"),
        ("trips at rest", "rest_trips"),
        ("self-tests that failed", "arming_failed"),
        ("lockouts", "lockouts"),
    ):
        yield heading, faults(figures_, key)


def table(figures_):
    filled = [cells(figure) for figure in figures_]
    rows = [[head, *(row[key] for row in filled)] for key, head in HEADS]
    text = [grid(rows)]
    for heading, counted in lists(figures_):
        text.append(f"{heading}: none" if not counted else f"{heading}:\n{grid(counted)}")
    return "\n".join(text)


def markdown(figures_):
    filled = [cells(figure) for figure in figures_]
    lines = ["| | " + " | ".join(row["plant"] for row in filled) + " |", "|---|" + "---:|" * len(filled)]
    lines += [f"| {head} | " + " | ".join(row[key] for row in filled) + " |" for key, head in HEADS[1:]]
    for heading, counted in lists(figures_):
        lines += ["", f"**{heading[0].upper()}{heading[1:]}**" + ("" if counted else ": none"), ""]
        if counted:
            lines += ["| | " + " | ".join(row["plant"] for row in filled) + " |", "|---|" + "---:|" * len(filled)]
            lines += [f"| `{row[0]}` | " + " | ".join(row[1:]) + " |" for row in counted]
    return "\n".join(lines)


COLOURS = {"done": "#2b8a5a", "over time": "#8fc9a8", "not held": "#d9534f"}
WIDTH, LEFT, BAR, ROW = 900, 170, 430, 46


def bar(figure, y):
    due = max(figure["due"], 1)
    parts = {"done": figure["done"], "over time": figure["held"] - figure["done"], "not held": figure["due"] - figure["held"]}
    x = LEFT
    for name, count in parts.items():
        width = BAR * count / due
        yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="22" fill="{COLOURS[name]}"/>'
        x += width


def picture(figures_):
    height = 96 + ROW * len(figures_)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="26" font-size="16" fill="#222">Sessions that were due, and what became of them</text>',
        f'<text x="{LEFT + BAR + 20}" y="52" fill="#555">held</text>',
        f'<text x="{LEFT + BAR + 80}" y="52" fill="#555">lockouts</text>',
        f'<text x="{LEFT + BAR + 155}" y="52" fill="#555">skin, °C</text>',
    ]
    x = LEFT
    for name, colour in COLOURS.items():
        out.append(f'<rect x="{x}" y="42" width="12" height="12" fill="{colour}"/>')
        out.append(f'<text x="{x + 17}" y="52" fill="#555">{escape(name)}</text>')
        x += 110
    for i, figure in enumerate(figures_):
        y = 68 + ROW * i
        cell = cells(figure)
        out.append(f'<text x="16" y="{y + 10}" fill="#222">{escape(figure["words"])}</text>')
        out.append(f'<text x="16" y="{y + 26}" font-size="11" fill="#777">{figure["plans"]} plans, {figure["due"]} due</text>')
        out += bar(figure, y)
        out.append(f'<text x="{LEFT + BAR + 20}" y="{y + 16}" fill="#222">{cell["percent"]} %</text>')
        out.append(f'<text x="{LEFT + BAR + 80}" y="{y + 16}" fill="#222">{sum(figure["lockouts"].values())}</text>')
        out.append(f'<text x="{LEFT + BAR + 155}" y="{y + 16}" fill="#222">{cell["skin"]}</text>')
    line = LEFT + BAR * 0.95
    out.append(f'<line x1="{line:.1f}" x2="{line:.1f}" y1="60" y2="{height - 30}" stroke="#222" stroke-dasharray="3 3"/>')
    out.append(f'<text x="{line:.1f}" y="{height - 14}" text-anchor="middle" font-size="11" fill="#222">95 %</text>')
    return "\n".join([*out, "</svg>", ""])


BEGIN, END = "<!-- figures: written by tests/treats/run --docs -->", "<!-- end of the figures -->"


def write_docs(root, figures_, seed):
    page = root / "docs/treats.md"
    text = page.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    plans = sum(figure["plans"] for figure in figures_)
    page.write_text(f"{before}{BEGIN}\n\n{plans} plans, seeds from {seed}.\n\n{markdown(figures_)}\n\n{END}{after}")
    (root / "docs/images/treats.svg").write_text(picture(figures_))
