"""Shapes from lists of numbers: rings are closed, faults are values."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain
from math import isfinite

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

_HEAD = struct.Struct("<BII")  # byte order, type 3 (polygon), number of rings
_COUNT = struct.Struct("<I")
XY = tuple[float, float]
Shape = tuple[BaseGeometry | None, str, tuple[str, ...]]
"""A geometry or None with the fault, and what was mended to get it."""

CLOSED = "ring closed"
FLATTENED = "heights left out"
_MOST_CROSSINGS = 50_000
_LOOKED_AT = 200


def untangled(shape: BaseGeometry) -> BaseGeometry:
    """Make an outline that crosses itself valid; raise `GEOSException` where that would not end.

    Its outer edge counts, so that ground it runs over twice is no hole. Work and
    memory grow with the crossings, which are estimated from some of its edges.
    """
    if _crossings(shape) > _MOST_CROSSINGS:
        raise GEOSException("the outline crosses itself too often")
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _crossings(shape: BaseGeometry) -> float:
    rings = shapely.get_rings(shapely.get_parts(shapely.get_parts(shape)))
    at, ring = shapely.get_coordinates(rings, return_index=True)
    edges = shapely.linestrings(np.stack([at[:-1], at[1:]], axis=1)[ring[1:] == ring[:-1]])
    if not len(edges):
        return 0.0
    some = edges[np.linspace(0, len(edges) - 1, min(_LOOKED_AT, len(edges))).astype(int)]
    meets = len(shapely.STRtree(edges).query(some, predicate="intersects")[0])
    return (meets / len(some) - 3) * len(edges) / 2  # each meets itself and both neighbours


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
    return _made(closed), "", tuple(dict.fromkeys(mended))


def _made(rings: Sequence[Sequence[XY]]) -> BaseGeometry:
    """Make a polygon by way of WKB, ten times as fast as by shapely's constructor."""
    parts = [_HEAD.pack(1, 3, len(rings))]
    for ring in rings:
        numbers = list(chain.from_iterable(ring))
        parts += (_COUNT.pack(len(ring)), struct.pack(f"<{len(numbers)}d", *numbers))
    return shapely.from_wkb(b"".join(parts))


def flat(shape: BaseGeometry) -> Shape:
    """Return a shape without heights and measures, said where they are not all zero."""
    if not (shape.has_z or shapely.has_m(shape)):
        return shape, "", ()
    heights = shapely.get_coordinates(shape, include_z=True, include_m=True)[:, 2:]
    said = (FLATTENED,) if np.any(heights[np.isfinite(heights)]) else ()
    return shapely.force_2d(shape), "", said


def _points(number: int) -> str:
    words = {0: "no points", 1: "one point", 2: "two points"}
    return words.get(number, f"{number} points")


def _unusable(positions: Sequence[XY]) -> str:
    if not positions:
        return "there are no coordinates"
    # A sum of finite numbers is finite, or so large that each is looked at.
    if not isfinite(sum(map(sum, positions))) and not all(
        isfinite(value) for position in positions for value in position
    ):
        return "a coordinate is not a finite number"
    return ""
