"""Shapes from lists of numbers: rings are closed, faults are values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

XY = tuple[float, float]
Shape = tuple[BaseGeometry | None, str, tuple[str, ...]]
"""A geometry or None with the fault, and what was mended to get it."""

CLOSED = "ring closed"
FLATTENED = "heights left out"


def point(position: XY) -> Shape:
    """Make a point."""
    if not all(map(isfinite, position)):
        return None, "a coordinate is not a finite number", ()
    return Point(position), "", ()


def line(positions: Sequence[XY]) -> Shape:
    """Make a line of at least two different points."""
    fault = _unusable(positions)
    if fault:
        return None, fault, ()
    if len(set(positions)) < 2:
        return None, "the line has fewer than two points", ()
    return LineString(positions), "", ()


def polygon(rings: Sequence[Sequence[XY]]) -> Shape:
    """Make a polygon of an outer ring and holes; open rings are closed."""
    if not rings:
        return None, "the polygon has no ring", ()
    closed, mended = [], []
    for number, ring in enumerate(rings):
        fault = _unusable(ring)
        if not fault and len(set(ring)) < 3:
            fault = f"the ring has {_points(len(set(ring)))}"
        if fault and number == 0:
            return None, fault, ()
        if fault:
            mended.append("unusable hole left out")
            continue
        if ring[0] != ring[-1]:
            mended.append(CLOSED)
            ring = [*ring, ring[0]]  # noqa: PLW2901 - the closed ring takes its place
        closed.append(ring)
    return Polygon(closed[0], closed[1:]), "", tuple(dict.fromkeys(mended))


def _points(number: int) -> str:
    words = {0: "no points", 1: "one point", 2: "two points"}
    return words.get(number, f"{number} points")


def _unusable(positions: Sequence[XY]) -> str:
    if not positions:
        return "there are no coordinates"
    if not all(isfinite(value) for position in positions for value in position):
        return "a coordinate is not a finite number"
    return ""
