"""Fill a car-park outline with bays and aisles.

The outline is turned so that one of its own edges lies level; rows of bays
and aisles are stacked upwards, and the turn and offset that give most bays
win. A bay counts only if the aisle in front of it is free and all aisles can
be reached from each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, degrees

import numpy as np
import shapely
from shapely import Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from planner.layout.bay_accessible import with_accessible
from planner.layout.bay_rows import SLACK_M, FillOptions, Placed, Rows, stacked, stall
from planner.model.ids import BayId
from planner.model.site import Bay

_OFFSETS = 8
_TURNS = 4
_SAME_TURN_DEG = 0.2
_CAR_M = 2.4
_WORTH_BAYS = 3


@dataclass(frozen=True, slots=True)
class Stack:
    """Bays of one stack of rows and the ground their cars drive on."""

    placed: list[Placed]
    drivable: BaseGeometry


def fill(
    polygon: Polygon,
    options: FillOptions | None = None,
    obstacles: Sequence[BaseGeometry] = (),
    first_row: int = 0,
    source: str = "",
) -> tuple[Bay, ...]:
    """Fill a polygon (metres) with bays; rows are named from `first_row` (0 = A).

    Returns
    -------
    Bays inside the polygon and off the obstacles, none overlapping, each with
    its head; empty where not even one row with its aisle has room.
    """
    options = options or FillOptions()
    free = polygon.buffer(0).difference(shapely.union_all(list(obstacles)))
    bays: list[Bay] = []
    drivable: BaseGeometry = Polygon()
    rest = [polygon]
    while rest:
        turn, stack = _best(rest.pop(), free, drivable, options)
        if len(stack.placed) < (_WORTH_BAYS if bays else 1):
            continue
        rows = len({bay.row for bay in bays})
        bays += _named(stack.placed, turn, options, first_row + rows, source)
        used = shapely.union_all([*(bay.polygon for bay in bays), drivable, stack.drivable])
        drivable = drivable.union(stack.drivable)
        free = free.difference(used.buffer(SLACK_M))
        rest = [p for p in shapely.get_parts(free) if p.area > _least_m2(options)]
    return with_accessible(bays, options.accessible)


def _least_m2(options: FillOptions) -> float:
    """Return the ground that one bay and the aisle in front of it need."""
    return options.width_m * options.depth_m + options.aisle_width_m * options.width_m


def _best(
    part: Polygon, free: BaseGeometry, drivable: BaseGeometry, options: FillOptions
) -> tuple[float, Stack]:
    """Try the turns and offsets of one part of the ground; return those with most bays."""
    best = 0.0, Stack([], Polygon())
    for turn in _turns(part):
        level = affinity.rotate(free.intersection(part), -turn, (0, 0))
        joined = affinity.rotate(drivable, -turn, (0, 0))
        for offset in np.linspace(0, 1, _OFFSETS, endpoint=False):
            rows = stacked(level, float(offset), options)
            if len(rows.placed) <= len(best[1].placed):
                continue
            stack = _reachable(rows, level, options.aisle_width_m, joined)
            if len(stack.placed) > len(best[1].placed):
                best = turn, Stack(stack.placed, affinity.rotate(stack.drivable, turn, (0, 0)))
    return best


def _turns(polygon: Polygon) -> list[float]:
    """Return the directions of the longest edges in degrees, 0 to 180, most telling first."""
    ring = shapely.get_coordinates(polygon.exterior)
    weight: dict[float, float] = {}
    for (x0, y0), (x1, y1) in pairwise(ring.tolist()):
        direction = round(degrees(atan2(y1 - y0, x1 - x0)) % 180, 0) % 180
        weight[direction] = weight.get(direction, 0.0) + float(np.hypot(x1 - x0, y1 - y0))
    box_ring = shapely.get_coordinates(polygon.minimum_rotated_rectangle)
    exact = degrees(atan2(*(box_ring[1] - box_ring[0])[::-1])) % 180
    longest = sorted(weight, key=lambda d: -weight[d])[: _TURNS - 2]
    found: list[float] = []
    for turn in (exact, (exact + 90) % 180, *(_exact(polygon, d) for d in longest)):
        if all(abs((turn - other + 90) % 180 - 90) > _SAME_TURN_DEG for other in found):
            found.append(turn)
    return found


def _exact(polygon: Polygon, about: float) -> float:
    """Return the direction of the longest edge within half a degree of `about`."""
    ring = shapely.get_coordinates(polygon.exterior)
    delta = np.diff(ring, axis=0)
    direction = np.degrees(np.arctan2(delta[:, 1], delta[:, 0])) % 180
    near = np.abs((direction - about + 90) % 180 - 90) <= 0.5 + 1e-9
    lengths = np.where(near, np.hypot(delta[:, 0], delta[:, 1]), -1)
    return float(direction[int(np.argmax(lengths))])


def _reachable(rows: Rows, level: BaseGeometry, aisle: float, joined: BaseGeometry) -> Stack:
    """Join the aisles by a cross lane where needed; drop bays in it or without access.

    `joined` is ground already driven on, which the aisles then have to reach.
    """
    best = Stack([], Polygon())
    shapes = np.array([p.outline for p in rows.placed], dtype=object)
    west, south, east, north = level.bounds
    crossings: list[BaseGeometry] = [Polygon()]
    crossings += [
        level.intersection(box(x, south, x + aisle, north))
        for share in (0.0, 0.5, 1.0)
        for x in [west + share * (east - west - aisle)]
    ]
    for cross in crossings:
        drivable = _main_part(shapely.union_all([*rows.lanes, cross]), joined)
        clear = ~shapely.intersects(shapes, cross.buffer(-SLACK_M))
        entered = shapely.intersects(shapes, drivable.buffer(2 * SLACK_M))
        kept = [p for p, ok in zip(rows.placed, clear & entered, strict=True) if ok]
        if len(kept) > len(best.placed):
            best = Stack(kept, drivable)
    return best


def _main_part(lanes: BaseGeometry, joined: BaseGeometry) -> BaseGeometry:
    """Return the lanes a car can reach: from those there are, or else the largest part.

    Ground narrower than a car's path connects nothing.
    """
    narrow = _CAR_M / 2
    # GEOS divides by the sine of nearly parallel edges and discards the result; the
    # floating-point flag it leaves would surface as a warning.
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = list(shapely.get_parts(shapely.union(lanes, joined).buffer(-narrow)))
        if not joined.is_empty:
            parts = [part for part in parts if part.intersects(joined)]
        main = max(parts, key=lambda part: float(part.area), default=Polygon())
        return main.buffer(narrow, join_style="mitre")


def row_name(number: int) -> str:
    """Return A to Z, then AA, AB ..."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def row_number(name: str) -> int:
    """Return the number of a row named by letters, -1 for any other name."""
    number = 0
    for letter in name.upper():
        if not "A" <= letter <= "Z" or len(name) > 3:
            return -1
        number = number * 26 + ord(letter) - 64
    return number - 1


def _named(
    placed: Sequence[Placed], turn: float, options: FillOptions, first_row: int, source: str
) -> Iterator[Bay]:
    """Turn bays back and number them along their rows, the topmost row first."""
    one = stall(options)
    rows = sorted({p.row for p in placed}, reverse=True)
    for position, row in enumerate(rows):
        letter = row_name(first_row + position)
        mine = sorted((p for p in placed if p.row == row), key=lambda p: p.x)
        for number, p in enumerate(mine, 1):
            yield Bay(
                id=BayId(f"{letter}{number}"),
                polygon=affinity.rotate(p.outline, turn, (0, 0)),
                row=letter,
                number=number,
                head=affinity.rotate(p.head(one), turn, (0, 0)),
                width_m=options.width_m,
                depth_m=options.depth_m,
                source=source,
            )


__all__ = ["FillOptions", "fill", "row_name", "row_number"]
