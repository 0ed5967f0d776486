"""Divide a kerb strip, entered from the road along its whole length, into bays."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, degrees

import numpy as np
import shapely
from shapely import LineString, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from planner.layout.bay_fill import FillOptions, row_name
from planner.model.ids import BayId
from planner.model.site import Bay

_SLACK_M = 0.01
_STEP_M = 0.25
_MOST_HEIGHTS = 200
PARALLEL = (2.0, 6.0)
"""Width and length of a bay parallel to the kerb, own assumption after usual practice."""


def divide(
    polygon: Polygon,
    options: FillOptions | None = None,
    closed: Sequence[BaseGeometry] = (),
    row: int = 0,
    source: str = "",
) -> tuple[Bay, ...]:
    """Divide a strip (metres) into one row of bays, square to the kerb or parallel to it.

    The arrangement with more bays wins. The head lies on the side nearer to the
    nearest of the `closed` shapes (buildings), or on the left of the strip.
    """
    options = options or FillOptions()
    arrangements = ((options.width_m, options.depth_m), (PARALLEL[1], PARALLEL[0]))
    ring = shapely.get_coordinates(polygon.minimum_rotated_rectangle)
    sides = np.diff(ring[:3], axis=0)
    along = sides[int(np.argmax(np.hypot(sides[:, 0], sides[:, 1])))]
    turn = degrees(atan2(along[1], along[0])) % 180
    level = affinity.rotate(polygon, -turn, (0, 0))
    choices = [_best_row(level, *size) for size in arrangements]
    better = int(len(choices[1]) > len(choices[0]))
    size = sorted(arrangements[better])
    up = _kerb_is_up(level, turn, closed)
    bays = []
    for number, outline in enumerate(choices[better], 1):
        west, south, east, north = outline.bounds
        kerb = north if up else south
        head = LineString([(west, kerb), (east, kerb)])
        bays.append(
            Bay(
                id=BayId(f"{row_name(row)}{number}"),
                polygon=affinity.rotate(outline, turn, (0, 0)),
                row=row_name(row),
                number=number,
                head=affinity.rotate(head, turn, (0, 0)),
                width_m=size[0],
                depth_m=size[1],
                source=source,
            )
        )
    return tuple(bays)


def _best_row(level: Polygon, width: float, depth: float) -> list[Polygon]:
    """Find the height of the row that holds most bays, placed from west to east."""
    room = level.buffer(_SLACK_M)
    shapely.prepare(room)
    west, south, east, north = level.bounds
    xs = np.arange(west, east - width + _STEP_M, _STEP_M)
    best: list[Polygon] = []
    # A strip is a few metres wide; broader ground is tried at as many heights at most.
    rise = max(_STEP_M, (north - south) / _MOST_HEIGHTS)
    for y in np.arange(south, north - depth + rise, rise):
        shapes = shapely.box(xs, y, xs + width, y + depth)
        fits = shapely.contains_properly(room, shapes)
        row, end = [], -np.inf
        for x, shape in zip(xs[fits].tolist(), shapes[fits], strict=True):
            if x >= end - 1e-9:
                row.append(shape)
                end = x + width
        if len(row) > len(best):
            best = row
    return best


def _kerb_is_up(level: Polygon, turn: float, closed: Sequence[BaseGeometry]) -> bool:
    """Tell whether the nearest closed shape lies on the upper side of the turned strip."""
    if not closed:
        return True
    west, south, east, north = level.bounds
    upper = affinity.rotate(LineString([(west, north), (east, north)]), turn, (0, 0))
    lower = affinity.rotate(LineString([(west, south), (east, south)]), turn, (0, 0))
    solid = shapely.union_all(list(closed))
    return bool(solid.distance(upper.centroid) <= solid.distance(lower.centroid))
