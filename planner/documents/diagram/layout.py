"""Where everything stands: rows on busbars, busbars in columns, pillars in frames.

Every conductor is a row of its own with two lines of text, so that nothing is
ever turned or squeezed. A busbar is a comb: one level bar with an upright bar
in each column. Rows of all boards share two text widths, measured beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from grid.findings import Severity
from planner.documents.diagram import symbols
from planner.documents.diagram.columns import divide
from planner.documents.diagram.items import Item, Label, Shape, stroke, width
from planner.documents.diagram.labels import Words
from planner.documents.diagram.tree import Branch, Node
from planner.documents.palette import Palette, model_class
from planner.documents.plan.svg import tag
from planner.model.charger import Current

SIZE = 9.0
ROW = 36.0
TAP = 58.0
"""From busbar to text: room for breaker and residual current device."""
END = 26.0
HEAD = 40.0
PAD = 12.0
GAP = 28.0
PILLAR_ROWS = 30
"""A pillar with more rows than this is drawn in several columns."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What all parts of a drawing share; the widths are those of the text columns."""

    words: Words
    palette: Palette
    cable_width: float
    end_width: float


@dataclass(frozen=True, slots=True)
class Comb:
    """Branches of one board by column, with the room they take."""

    columns: tuple[tuple[Branch, ...], ...]
    widths: tuple[float, ...]
    height: float

    @property
    def width(self) -> float:
        """Room from the first busbar to the right-hand edge."""
        return sum(self.widths) + GAP * max(0, len(self.widths) - 1)


def pen_for(words: Words, palette: Palette, branches: Iterator[Branch]) -> Pen:
    """Measure the texts of all branches that end in a row."""
    rows = [b for b in branches if b.board is None]
    cable = max((_wide(words.device(b), words.cable(b)) for b in rows), default=0.0)
    end = max((_wide(words.end(b), words.branch_point(b)) for b in rows), default=0.0)
    return Pen(words, palette, cable, end)


def _wide(first: str, second: str) -> float:
    return max(width(first, SIZE, 600), width(second, SIZE))


def every(branches: tuple[Branch, ...]) -> Iterator[Branch]:
    """Yield branches and those behind them."""
    for branch in branches:
        yield branch
        if branch.board is not None:
            yield from every(branch.board.branches)


def comb(branches: tuple[Branch, ...], pen: Pen, columns: int) -> Comb:
    """Divide branches among columns and measure them."""
    sizes = [_size(branch, pen) for branch in branches]
    shares = divide([height for _, height in sizes], columns)
    return Comb(
        tuple(tuple(branches[i] for i in share) for share in shares),
        tuple(max(sizes[i][0] for i in share) for share in shares),
        max((sum(sizes[i][1] for i in share) for share in shares), default=0.0),
    )


def _inner(node: Node, pen: Pen) -> Comb:
    rows = sum(1 for _ in every(node.branches))
    return comb(node.branches, pen, max(1, math.ceil(rows / PILLAR_ROWS)))


def _size(branch: Branch, pen: Pen) -> tuple[float, float]:
    """Width from the busbar and height of a branch with all behind it."""
    if branch.board is None:
        return TAP + pen.cable_width + END + pen.end_width, ROW
    words = pen.words
    inner = _inner(branch.board, pen)
    head = _wide(words.end(branch), words.branch_point(branch))
    feed = _wide(words.device(branch), words.cable(branch))
    wide = max(inner.width, head + PAD, feed + PAD)
    return TAP + wide + PAD, ROW + HEAD + inner.height + PAD


def draw_comb(teeth: Comb, pen: Pen, x: float, y: float) -> Iterator[Item]:
    """Draw busbar and branches; the level bar is at `y`, the first upright bar at `x`."""
    starts = [x]
    for wide in teeth.widths[:-1]:
        starts.append(starts[-1] + wide + GAP)
    if len(starts) > 1:
        yield symbols.busbar(x, y, starts[-1], y, pen.palette)
    for start, branches in zip(starts, teeth.columns, strict=False):
        top, last = y, y
        for branch in branches:
            height = _size(branch, pen)[1]
            last = top + ROW / 2 + 2
            yield from _branch(branch, pen, start, last)
            top += height
        yield symbols.busbar(start, y, start, last, pen.palette)


def _branch(branch: Branch, pen: Pen, x: float, y: float) -> Iterator[Item]:
    """Draw a branch whose conductor leaves the busbar at (x, y)."""
    far = x + TAP + pen.cable_width + 8
    if branch.board is None:
        yield _conductor(branch, pen, ((x, y), (far, y)))
        yield from _final_end(branch, pen, far, y)
    else:
        yield from _board(branch, branch.board, pen, x, y)
    if branch.sized is not None:
        yield symbols.breaker(x + 14, y, pen.palette)
        if branch.sized.rcd:
            yield symbols.residual(x + 38, y, pen.palette)
    ink = pen.palette.severity_text[Severity.ERROR] if pen.words.faulty(branch) else ""
    yield from _two(pen, x + TAP, y, pen.words.device(branch), pen.words.cable(branch), ink)


def _conductor(branch: Branch, pen: Pen, points: tuple[tuple[float, float], ...]) -> Shape:
    feeder = branch.board is not None
    ink = pen.palette.feeder if feeder else pen.palette.cable
    return stroke(points, ink, 2.2 if feeder else 1.5, "" if branch.circuit else "4 3")


def _two(pen: Pen, x: float, y: float, first: str, second: str, ink: str = "") -> Iterator[Label]:
    """Write a line above and a line below a conductor."""
    if first:
        yield Label(first, x, y - 4.5, SIZE, ink or pen.palette.text, 600)
    if second:
        yield Label(second, x, y + 11.5, SIZE, pen.palette.text2)


def _final_end(branch: Branch, pen: Pen, x: float, y: float) -> Iterator[Item]:
    charger = branch.charger
    if charger is None:
        yield symbols.open_end(x + 6, y, pen.palette)
    else:
        model = pen.words.catalogue.get(charger.model)
        dc = model is not None and model.current is Current.DC
        sockets = 1 if dc or model is None else min(model.outlets, 2)
        yield symbols.charger(x + 6, y, model_class(model), sockets, pen.palette)
    yield from _two(pen, x + END - 8, y, pen.words.end(branch), pen.words.branch_point(branch))


def _board(branch: Branch, node: Node, pen: Pen, x: float, y: float) -> Iterator[Item]:
    """Draw a feeder down into the frame of its board, and what leaves that board."""
    wide, high = _size(branch, pen)
    bus, top = x + TAP - 8, y + ROW / 2 - 2
    dash = "5 3" if node.existing else "none"
    left, right, bottom = bus - 12, x + wide, y - ROW / 2 - 2 + high - 4
    frame = tag(
        "rect", x=left, y=top, width=right - left, height=bottom - top, rx=4,
        fill=pen.palette.raised, stroke=pen.palette.text3, stroke_width=1, stroke_dasharray=dash,
    )  # fmt: skip
    yield Shape(frame, (left, top, right, bottom), frame=True)
    bar = top + 10
    yield _conductor(branch, pen, ((x, y), (bus, y), (bus, bar)))
    yield from _two(pen, bus + 10, top + 18, pen.words.end(branch), pen.words.branch_point(branch))
    level = top + HEAD - 4
    yield symbols.busbar(bus, bar, bus, level, pen.palette)
    yield from draw_comb(_inner(node, pen), pen, bus, level)
