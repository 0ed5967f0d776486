"""Symbols of the diagram after IEC 60617, drawn on a horizontal conductor at (x, y)."""

from __future__ import annotations

from planner.documents.diagram.items import Shape
from planner.documents.palette import Palette
from planner.documents.plan import symbols as plan
from planner.documents.plan.svg import group, tag

_THIN = 1.2


def _line(x1: float, y1: float, x2: float, y2: float, ink: str, thick: float = _THIN) -> str:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=ink, stroke_width=thick)


def breaker(x: float, y: float, palette: Palette) -> Shape:
    """Draw a circuit breaker: an open contact, a cross at its fixed end; 18 wide."""
    ink = palette.text
    gap = tag("rect", x=x, y=y - 3, width=18, height=6, fill=palette.surface)
    cross = _line(x - 3, y - 3, x + 3, y + 3, ink) + _line(x - 3, y + 3, x + 3, y - 3, ink)
    return Shape(
        group([gap, cross, _line(x + 18, y, x + 3, y - 8, ink, 1.6)]),
        (x - 3.6, y - 8.6, x + 18, y + 3.6),
    )


def residual(x: float, y: float, palette: Palette) -> Shape:
    """Draw residual current detection: a ring around the conductor; 8 wide."""
    ring = tag("ellipse", cx=x + 4, cy=y, rx=4, ry=7.5, fill="none", stroke=palette.text,
               stroke_width=_THIN)  # fmt: skip
    return Shape(ring, (x - 0.6, y - 8.1, x + 8.6, y + 8.1))


def charger(x: float, y: float, kw: int, sockets: int, palette: Palette) -> Shape:
    """Draw a charger as on the plan; the shape says its power class."""
    return Shape(plan.charger(x, y, kw, sockets, palette), (x - 7, y - 7, x + 7, y + 7))


def open_end(x: float, y: float, palette: Palette) -> Shape:
    """Draw the end of a conductor at which nothing stands."""
    ring = tag("circle", cx=x, cy=y, r=3, fill=palette.surface, stroke=palette.text,
               stroke_width=_THIN)  # fmt: skip
    return Shape(ring, (x - 3.6, y - 3.6, x + 3.6, y + 3.6))


def network(x: float, y: float, palette: Palette) -> Shape:
    """Draw the upstream network: a hatched box, 24 square, centred."""
    box = tag("rect", x=x - 12, y=y - 12, width=24, height=24, fill=palette.surface,
              stroke=palette.text, stroke_width=1.4)  # fmt: skip
    hatch = [
        _line(x - 12, y + d, x + d, y - 12, palette.text, 0.8) for d in (-4, 4, 12)
    ] + [_line(x + d, y + 12, x + 12, y + d, palette.text, 0.8) for d in (-4, 4)]  # fmt: skip
    return Shape(group([box, *hatch]), (x - 12.7, y - 12.7, x + 12.7, y + 12.7))


def transformer(x: float, y: float, palette: Palette) -> Shape:
    """Draw a transformer: two rings above each other, 34 high, centred."""
    rings = [
        tag("circle", cx=x, cy=y + d, r=10.5, fill="none", stroke=palette.text, stroke_width=1.6)
        for d in (-6.5, 6.5)
    ]
    ground = tag("rect", x=x - 2, y=y - 17, width=4, height=34, fill=palette.surface)
    return Shape(group([ground, *rings]), (x - 11.3, y - 17.8, x + 11.3, y + 17.8))


def busbar(x1: float, y1: float, x2: float, y2: float, palette: Palette) -> Shape:
    """Draw a busbar, upright or level."""
    left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
    bar = tag("rect", x=left - 2.5, y=top - 2.5, width=right - left + 5, height=bottom - top + 5,
              fill=palette.text)  # fmt: skip
    return Shape(bar, (left - 2.5, top - 2.5, right + 2.5, bottom + 2.5))
