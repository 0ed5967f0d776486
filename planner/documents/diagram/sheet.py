"""The whole sheet: title, source, main board, key and notes around the branches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from grid.findings import Severity
from planner.documents.diagram import symbols
from planner.documents.diagram.items import Item, Label, shortened, stroke, width
from planner.documents.diagram.labels import Words, notes, source_words, transformer_words
from planner.documents.diagram.layout import (
    GAP,
    SIZE,
    Comb,
    Pen,
    comb,
    draw_comb,
    every,
    pen_for,
)
from planner.documents.diagram.tree import Tree, tree
from planner.documents.palette import KW_CLASSES, Palette
from planner.documents.words import figure
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

MARGIN = 28.0
BUS_X = MARGIN + 16
LEAST_WIDTH = 760.0
MOST_COLUMNS = 10
SHEET_RATIO = math.sqrt(2)
KEY = ("circuit breaker", "residual current device", "charger, shape by kW as on the plan")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished sheet in picture units."""

    width: float
    height: float
    items: tuple[Item, ...]


def sheet(project: Project, scenario: Scenario, outcome: Outcome, palette: Palette) -> Sheet:
    """Lay out the diagram of a design; the sheet grows with it."""
    found = tree(project.site, outcome.design)
    wrong = frozenset(f.subject for f in outcome.findings if f.severity is Severity.ERROR)
    words = Words(project.site, project.catalogue, outcome.grid.nodes, wrong)
    branches = found.main.branches if found.main else ()
    pen = pen_for(words, palette, every((*branches, *found.loose)))
    teeth = _best(found, pen)
    loose = comb(found.loose, pen, max(1, len(teeth.columns)))
    heads = tuple(_head(project, scenario, found, pen))
    low = max(item.box[3] for item in heads)
    bus = low + 14
    body: list[Item] = [*heads, *_rise(bus, heads, palette)]
    body += draw_comb(teeth, pen, BUS_X, bus)
    low = bus + teeth.height + 12
    if found.loose:
        body.append(Label("Not connected to the main board", MARGIN, low + 16, 11, palette.text,
                          600))  # fmt: skip
        body += draw_comb(loose, pen, BUS_X, low + 26)
        low += 26 + loose.height + 12
    wide = max(LEAST_WIDTH, max(item.box[2] for item in body) + MARGIN)
    feet = tuple(_foot(project, scenario, outcome, low + 10, wide, palette))
    return Sheet(wide, max(item.box[3] for item in feet) + MARGIN, (*body, *feet))


def _best(found: Tree, pen: Pen) -> Comb:
    """Choose the number of columns that brings the sheet nearest to the shape of paper."""
    branches = found.main.branches if found.main else ()
    made = (comb(branches, pen, n) for n in range(1, MOST_COLUMNS + 1))

    def distance(teeth: Comb) -> float:
        wide = max(LEAST_WIDTH, teeth.width + 2 * MARGIN)
        return abs(math.log(wide / (teeth.height + 330) / SHEET_RATIO))

    return min(made, key=distance)


def _head(project: Project, scenario: Scenario, found: Tree, pen: Pen) -> Iterator[Item]:
    """Title, upstream network, transformer and the data of the main board."""
    ink, supply = pen.palette, project.site.supply
    title = shortened(project.name, 60)
    under = (
        f"Single-line diagram · {shortened(scenario.name, 40)} · {shortened(project.site.name, 60)}"
    )
    yield Label(title, MARGIN, MARGIN + 14, 18, ink.text, 600)
    yield Label(under, MARGIN, MARGIN + 32, 11, ink.text2)
    y, text_x = MARGIN + 66, BUS_X + 26
    yield symbols.network(BUS_X, y, ink)
    yield from _pair(source_words(supply), text_x, y, pen)
    if supply is not None and supply.transformer is not None:
        y += 50
        yield symbols.transformer(BUS_X, y, ink)
        yield from _pair(transformer_words(supply), text_x, y, pen)
    y += 44
    if found.main is None:
        yield from _pair(("No main board on the plan", ""), text_x, y, pen)
        return
    lines = (pen.words.board(found.main), pen.words.point(found.main.id, 0.0))
    yield from _pair(lines, text_x, y, pen)
    profile = project.site.profile
    load = f"Existing load up to {figure(profile.peak_kw, 1)} kW" if profile else ""
    yield Label(load or "Existing load not known", text_x, y + 23, SIZE, ink.text2)


def _pair(lines: tuple[str, str], x: float, y: float, pen: Pen) -> Iterator[Label]:
    for words, at, weight in ((lines[0], y - 2, 600), (lines[1], y + 10.5, 400)):
        if words:
            colour = pen.palette.text if weight > 500 else pen.palette.text2
            yield Label(words, x, at, SIZE, colour, weight)


def _rise(bus: float, heads: tuple[Item, ...], palette: Palette) -> Iterator[Item]:
    """Join network, transformer and busbar; the busbar of a single board is short and level."""
    marks = sorted(i.box for i in heads if not isinstance(i, Label))
    stops = sorted((top, bottom) for _, top, _, bottom in marks)
    ends = [*stops[1:], (bus, bus)]
    for (_, bottom), (top, _) in zip(stops, ends, strict=True):
        yield stroke(((BUS_X, bottom), (BUS_X, top)), palette.text, 2.2)
    yield symbols.busbar(BUS_X - 12, bus, BUS_X + 60, bus, palette)


def _foot(
    project: Project, scenario: Scenario, outcome: Outcome, top: float, wide: float,
    palette: Palette,
) -> Iterator[Item]:  # fmt: skip
    """Key of symbols and the notes, wrapped to the width of the sheet."""
    yield stroke(((MARGIN, top), (wide - MARGIN, top)), palette.border, 1)
    x, y = MARGIN + 6, top + 22
    marks = (symbols.breaker, symbols.residual, _key_charger)
    for mark, words in zip(marks, KEY, strict=True):
        yield mark(x, y, palette)
        label = Label(words, x + 26, y + 3, SIZE, palette.text2)
        yield label
        x = label.box[2] + GAP
    y += 24
    for note in notes(project, scenario, outcome):
        for line in wrapped(note, wide - 2 * MARGIN):
            yield Label(line, MARGIN, y, SIZE, palette.text2)
            y += 13


def _key_charger(x: float, y: float, palette: Palette) -> Item:
    return symbols.charger(x + 10, y, KW_CLASSES[0], 2, palette)


def wrapped(words: str, most: float) -> Iterator[str]:
    """Break a sentence into lines that fit."""
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and width(longer, SIZE) > most:
            yield line
            longer = word
        line = longer
    if line:
        yield line
