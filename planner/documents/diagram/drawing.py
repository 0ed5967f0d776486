"""The diagram's shapes as plain geometry, for formats that are not SVG.

Reads the few elements our own symbols are made of. What the picture hides
behind a patch of paper is cut out of the lines under it, so that a breaker is
open in a drawing without fills as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from defusedxml import ElementTree
from shapely import LineString, box

from planner.documents.diagram.items import Item, Label

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points; `filled` where the closed line is a solid patch."""

    points: Points
    ink: str
    closed: bool = False
    filled: bool = False
    dashed: bool = False
    thick: float = 1.0


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle, or an upright ellipse where the radii differ."""

    x: float
    y: float
    rx: float
    ry: float
    ink: str


Piece = Stroke | Ring | Label


def pieces(items: Iterable[Item], paper: str) -> tuple[Piece, ...]:
    """Turn the items of a sheet into strokes, rings and texts, in their order."""
    found: list[Piece] = []
    for item in items:
        if isinstance(item, Label):
            found.append(item)
            continue
        for shape in _shapes(item.svg):
            if _patch(shape, paper):
                found = [part for piece in found for part in _cut(piece, shape)]
            else:
                found += _drawn(shape, paper)
    return tuple(found)


Shape = dict[str, str]


def _shapes(svg: str) -> Iterator[Shape]:
    for element in ElementTree.fromstring(svg).iter():
        if element.tag != "g":
            yield {"tag": element.tag, **element.attrib}


def _number(shape: Shape, key: str) -> float:
    return float(shape.get(key, "0"))


def _patch(shape: Shape, paper: str) -> bool:
    return shape["tag"] == "rect" and shape.get("fill") == paper and "stroke" not in shape


def _bounds(shape: Shape) -> tuple[float, float, float, float]:
    x, y = _number(shape, "x"), _number(shape, "y")
    return x, y, x + _number(shape, "width"), y + _number(shape, "height")


def _cut(piece: Piece, patch: Shape) -> Iterator[Piece]:
    """Yield what is left of an open line outside a patch of paper."""
    if not isinstance(piece, Stroke) or piece.closed:
        yield piece
        return
    line, hole = LineString(piece.points), box(*_bounds(patch))
    if not line.intersects(hole):
        yield piece
        return
    left = line.difference(hole)
    for part in getattr(left, "geoms", (left,)):
        if part.length > 0:
            yield replace(piece, points=tuple((x, y) for x, y in part.coords))


def _drawn(shape: Shape, paper: str) -> Iterator[Piece]:
    ink = shape.get("stroke", shape.get("fill", "#000000"))
    filled = "stroke" not in shape and shape.get("fill") not in ("none", paper)
    dashed = shape.get("stroke-dasharray", "none") != "none"
    thick = _number(shape, "stroke-width") or 1.0
    match shape["tag"]:
        case "rect":
            x1, y1, x2, y2 = _bounds(shape)
            corners = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
            yield Stroke(corners, ink, True, filled, dashed, thick)
        case "line":
            ends = tuple((_number(shape, f"x{n}"), _number(shape, f"y{n}")) for n in (1, 2))
            yield Stroke(ends, ink, dashed=dashed, thick=thick)
        case "polyline" | "polygon":
            pairs = (pair.split(",") for pair in shape["points"].split())
            points = tuple((float(x), float(y)) for x, y in pairs)
            closed = shape["tag"] == "polygon"
            yield Stroke(points, ink, closed, closed and filled, dashed, thick)
        case "circle" | "ellipse":
            r = _number(shape, "r")
            rx, ry = r or _number(shape, "rx"), r or _number(shape, "ry")
            yield Ring(_number(shape, "cx"), _number(shape, "cy"), rx, ry, ink)
