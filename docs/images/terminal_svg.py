#!/usr/bin/env python3
"""A terminal's screen as a picture: `tmux capture-pane -e -p` on stdin, SVG on stdout.

docs/images/watch.svg is made by scripts/screenshot with it."""

import re
import sys
from html import escape

CELL_W, CELL_H, PAD = 8.4, 18, 14
FRONT, BACK = "#d8dee9", "#1f2430"
COLOURS = ["#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9"]


class Pen:
    def __init__(self):
        self.reset()

    def reset(self):
        self.front, self.bold, self.dim, self.swap = None, False, False, False

    def take(self, codes):
        for code in codes or [0]:
            if code == 0:
                self.reset()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 7:
                self.swap = True
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.front = COLOURS[code % 10]
            elif code in (22, 27, 39):
                self.reset()

    def style(self):
        fill = self.front or FRONT
        return (BACK if self.swap else fill), (fill if self.swap else None), self.bold, self.dim


def runs(line):
    """(column, text, style) for each stretch of one style."""
    pen, column = Pen(), 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            pen.take([int(code) for code in part[2:-1].split(";") if code])
        elif part:
            yield column, part, pen.style()
            column += len(part)


def pieces(text):
    """(offset, words or single characters): fonts disagree about the width of braille, so each has its own place."""
    for match in re.finditer(r"[\x21-\x7e]+|[^\x00-\x20]", text):
        yield match.start(), match.group()


def draw(lines):
    columns = max((sum(len(text) for _, text, _ in runs(line)) for line in lines), default=0)
    width, height = columns * CELL_W + 2 * PAD, len(lines) * CELL_H + 2 * PAD
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
           f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">')
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/>'
    for row, line in enumerate(lines):
        for column, text, (fill, behind, bold, dim) in runs(line):
            x, y = PAD + column * CELL_W, PAD + (row + 0.75) * CELL_H
            if behind:
                yield (f'<rect x="{x:.1f}" y="{PAD + row * CELL_H:.1f}" width="{len(text) * CELL_W:.1f}" '
                       f'height="{CELL_H}" fill="{behind}"/>')
            more = (' font-weight="bold"' if bold else "") + (' opacity="0.6"' if dim else "")
            for offset, piece in pieces(text):
                yield f'<text x="{x + offset * CELL_W:.1f}" y="{y:.1f}" fill="{fill}"{more}>{escape(piece)}</text>'
    yield "</svg>"


def main():
    lines = sys.stdin.read().split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    print("\n".join(draw(lines)))


if __name__ == "__main__":
    main()
