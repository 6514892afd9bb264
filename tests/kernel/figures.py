#!/usr/bin/env python3
"""The distribution of the times from an ADC's fault to the heater's line.

  figures.py [--docs DIRECTORY] reaction.tsv...

Prints it as text; with --docs also writes kernel-reaction.txt and kernel-reaction.svg there. The tables are what
guest/reaction.py wrote: kernel, fault, words, limit, ms until the line was low, ms until MQTT had the name, the name.
"""
import argparse
import collections
import math
import os
import statistics
from xml.sax.saxutils import escape

Row = collections.namedtuple("Row", "kernel fault what limit off named name")
BARS = " ▁▂▃▄▅▆▇█"
BINS = 41
SHORT_MS = 820  # the axis of the faults that are off in time by a sample's age; the others have one of their own


def number(text):
    return None if text == "None" else int(text)


def read(paths):
    """{(kernel, fault): its rows}, in the order of the files."""
    groups = collections.OrderedDict()
    for path in paths:
        with open(path, encoding="ascii") as file:
            for line in file:
                kernel, fault, what, limit, off, named, name = line.rstrip("\n").split("\t")
                row = Row(kernel, fault, what, int(limit), number(off), number(named), name)
                groups.setdefault((kernel, fault), []).append(row)
    return groups


def percentile(values, share):
    return values[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def axis(rows):
    """(first, last) ms of the histogram: from 0, or the last tenth of what takes seconds."""
    limit = rows[0].limit
    return (0, limit) if limit <= SHORT_MS else (limit - SHORT_MS * 2, limit)


def counts(rows):
    first, last = axis(rows)
    bins = [0] * BINS
    for row in rows:
        if row.off is not None:
            bins[max(0, min(BINS - 1, (row.off - first) * BINS // (last - first)))] += 1
    return bins


def summary(rows):
    """min, median, 95th percentile, max of the times to off; None where a run was never off."""
    off = sorted(row.off for row in rows if row.off is not None)
    if len(off) < len(rows):
        return None
    return off[0], round(statistics.median(off)), percentile(off, 0.95), off[-1]


def names(rows):
    return ", ".join(sorted({row.name for row in rows}))


def text_of(groups):
    lines = ["From an ADC's fault to the heater's line, in milliseconds: the real daemon and ti-ads1015 driver on a Linux",
             "kernel. The histogram ends at the limit and begins at 0, or where an axis says so.", ""]
    head = f"{'':39}{'runs':>5}{'min':>7}{'median':>7}{'95 %':>7}{'max':>7}{'limit':>7}{'named':>7}"
    told = None
    for (kernel, _), rows in groups.items():
        if kernel != told:
            told = kernel
            lines += [{"virtual": "virtual time: the sum of all waits", "real": "real time, on this host"}[kernel], head]
        peak = max(counts(rows))
        bars = "".join(BARS[math.ceil(count * 8 / peak)] if peak else " " for count in counts(rows))
        figures = summary(rows) or ("never",) * 4
        named = max((row.named or 0 for row in rows), default=0)
        begins = f" from {axis(rows)[0]}" if axis(rows)[0] else ""
        lines.append(f"{rows[0].what:39}{len(rows):5}" + "".join(f"{value:>7}" for value in figures)
                     + f"{rows[0].limit:7}{named:7}  |{bars}| {names(rows)}{begins}")
    total = sum(len(rows) for rows in groups.values())
    late = sum(row.off is None or (row.kernel == "virtual" and row.off > row.limit)
               for rows in groups.values() for row in rows)
    return "\n".join(lines + ["", f"{total} runs, {total - late} off in time; `named`: until MQTT had the name, at most"]) + "\n"


WIDTH, LEFT, RIGHT, TOP, ROW = 760, 250, 24, 46, 46


def svg_row(rows, top):
    """One fault: its words, its histogram over its axis, the limit in red."""
    bins, (first, last) = counts(rows), axis(rows)
    step, base, peak = (WIDTH - LEFT - RIGHT) / BINS, top + ROW - 14, max(counts(rows))
    figures = summary(rows)
    said = "never off" if figures is None else "{} / {} / {} / {} ms".format(*figures)
    parts = [f'<text x="8" y="{base - 14}">{escape(rows[0].what)}</text>',
             f'<text x="8" y="{base}" class="dim">{escape(said)}: {escape(names(rows))}</text>']
    for index, count in enumerate(bins):
        if count:
            height = max(2, 26 * count / peak)
            parts.append(f'<rect x="{LEFT + index * step:.1f}" y="{base - height:.1f}" width="{step - 1:.1f}" '
                         f'height="{height:.1f}" class="bar"/>')
    parts.append(f'<path d="M{LEFT} {base + .5}H{WIDTH - RIGHT}" class="axis"/>')
    parts.append(f'<path d="M{WIDTH - RIGHT} {base - 30}V{base + 4}" class="limit"/>')
    for at in range(-(-first // 200) * 200, last + 1, 200 if last - first <= SHORT_MS else 400):
        x = LEFT + (at - first) / (last - first) * (WIDTH - LEFT - RIGHT)
        parts.append(f'<text x="{x:.0f}" y="{base + 11}" class="tick">{at}</text>')
    return parts


def svg_of(groups):
    shown = [rows for (kernel, _), rows in groups.items() if kernel == "virtual"] or list(groups.values())
    height = TOP + ROW * len(shown) + 8
    runs = sum(len(rows) for rows in shown)
    style = ("text{font:12px sans-serif;fill:#222}.dim{fill:#666;font-size:10px}.tick{fill:#666;font-size:9px;"
             "text-anchor:middle}.bar{fill:#3674b5}.axis{stroke:#999;fill:none}.limit{stroke:#c22;stroke-width:2}")
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
             f"<style>{style}</style>", f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
             f'<text x="8" y="18">From an ADC’s fault to the heater’s line, {runs} runs on a real Linux kernel</text>',
             '<text x="8" y="34" class="dim">milliseconds: least / median / 95 % / most, and the name on MQTT; '
             'red: the limit</text>']
    for index, rows in enumerate(shown):
        parts += svg_row(rows, TOP + index * ROW)
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(usage="figures.py [--docs DIRECTORY] reaction.tsv...")
    parser.add_argument("--docs")
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    groups = read(given.tables)
    print(text_of(groups), end="")
    if given.docs:
        for name, content in (("kernel-reaction.txt", text_of(groups)), ("kernel-reaction.svg", svg_of(groups))):
            with open(os.path.join(given.docs, name), "w", encoding="utf-8") as file:
                file.write(content)


main()
