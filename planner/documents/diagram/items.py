"""What a diagram consists of: lines of text and shapes, each with the box it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from planner.documents.plan.svg import clean, tag, text

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in picture units."""

_NARROW = frozenset(" .,:;'|!()[]{}/\\ijltfI·")
_MIDDLE = frozenset("-–1r")
_WIDE = frozenset("MWmw@%&")


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text, left-aligned at `x` on the baseline `y`."""

    words: str
    x: float
    y: float
    size: float
    ink: str
    weight: int = 400

    @property
    def box(self) -> Box:
        """Room the words take, rather too much than too little."""
        top, bottom = self.y - 0.95 * self.size, self.y + 0.28 * self.size
        return self.x, top, self.x + width(self.words, self.size, self.weight), bottom

    @property
    def svg(self) -> str:
        """The element."""
        return text(self.words, self.x, self.y, self.size, self.ink, weight=self.weight)


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn symbol or line; a `frame` may have other things inside it."""

    svg: str
    box: Box
    frame: bool = False
    parts: tuple[Box, ...] = ()

    @property
    def pieces(self) -> tuple[Box, ...]:
        """Boxes of the pieces of a bent line, else the box."""
        return self.parts or (self.box,)


Item = Label | Shape


def width(words: str, size: float, weight: int = 400) -> float:
    """Return an upper bound of the width of words in Inter, in picture units."""
    ems = sum(_em(character) for character in words)
    return size * ems * (1.05 if weight > 500 else 1.0)


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _MIDDLE:
        return 0.5
    if character in _WIDE or ord(character) > 0x7E:
        return 1.05
    return 0.78 if character.isupper() else 0.66


def shortened(words: str, most: int) -> str:
    """Return one line of at most `most` characters; an ellipsis marks what is left out."""
    line = " ".join(clean(words).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def stroke(points: Iterable[tuple[float, float]], ink: str, thick: float, dash: str = "") -> Shape:
    """Return a line through points."""
    places = tuple(points)
    half = thick / 2
    parts = tuple(
        (min(x1, x2) - half, min(y1, y2) - half, max(x1, x2) + half, max(y1, y2) + half)
        for (x1, y1), (x2, y2) in pairwise(places)
    )
    attributes: dict[str, str | float] = {
        "points": " ".join(f"{x:.2f},{y:.2f}" for x, y in places),
        "fill": "none", "stroke": ink, "stroke_width": thick,
    }  # fmt: skip
    if dash:
        attributes["stroke_dasharray"] = dash
    lefts, tops, rights, bottoms = zip(*parts, strict=True)
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    return Shape(tag("polyline", **attributes), box, parts=parts)
