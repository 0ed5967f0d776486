"""Fill a car-park outline with bays and aisles.

The outline is turned so that one of its own edges lies level; rows of bays
and aisles are stacked upwards, and the turn and offset that give most bays
win. A bay counts only if the aisle in front of it is free and all aisles can
be reached from each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, radians, sin

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from planner.layout.bay_accessible import with_accessible
from planner.layout.bay_rows import NO_ROWS, SLACK_M, FillOptions, Rows, stacked, stall
from planner.model.ids import BayId
from planner.model.site import Bay

_OFFSETS = 8
_TURNS = 4
_SAME_TURN_DEG = 0.2
_CAR_M = 2.4
_WORTH_BAYS = 3
_NEXT_M = 0.1
_REACH_M = 10.0
_MOST_POINTS = 2_000
_ROUGH_M = 0.1


@dataclass(frozen=True, slots=True)
class Stack:
    """Bays of one stack of rows, turned level, and the ground their cars drive on."""

    rows: Rows
    drivable: BaseGeometry
    turn_deg: float = 0.0


_NOTHING = Stack(NO_ROWS, Polygon())


def fill(
    polygon: Polygon,
    options: FillOptions | None = None,
    obstacles: Sequence[BaseGeometry] = (),
    first_row: int = 0,
    source: str = "",
) -> tuple[Bay, ...]:
    """Fill a polygon (metres) with bays; rows are named from `first_row` (0 = A).

    The work grows with the number of bays: 1 km² takes some seconds.

    Returns
    -------
    Bays inside the polygon and off the obstacles, none overlapping, each with
    its head; empty where not even one row with its aisle has room.
    """
    options = options or FillOptions()
    outline = _simple(polygon.buffer(0), -1)
    free = outline.difference(shapely.union_all([_simple(o, 1) for o in obstacles]))
    bays: list[Bay] = []
    drivable: BaseGeometry = Polygon()
    rest, failed = [free] if free.area > _least_m2(options) else [], list[BaseGeometry]()
    while rest:
        part = rest.pop()
        near = shapely.clip_by_rect(drivable, *_around(part))
        stack = _best(part, near, options)
        if len(stack.rows) < (_WORTH_BAYS if bays else 1):
            failed.append(part)
            continue
        named = list(_named(stack, options, first_row, source))
        first_row += len({bay.row for bay in named})
        bays += named
        drivable = drivable.union(stack.drivable)
        used = shapely.union_all([*(bay.polygon for bay in named), stack.drivable])
        left = shapely.get_parts(part.difference(used.buffer(SLACK_M)))
        # A part that could not be reached may be, from the new aisles.
        again = [p for p in failed if p.distance(stack.drivable) < _NEXT_M]
        failed = [p for p in failed if p.distance(stack.drivable) >= _NEXT_M]
        rest += [p for p in (*left, *again) if p.area > _least_m2(options)]
    return with_accessible(bays, options.accessible)


def _simple(shape: BaseGeometry, way: int) -> BaseGeometry:
    """Return a shape of very many points with few, within (-1) or around (1) it."""
    if shapely.get_num_coordinates(shape) < _MOST_POINTS:
        return shape
    return shape.simplify(_ROUGH_M).buffer(way * _ROUGH_M, join_style="mitre")


def _around(part: BaseGeometry) -> tuple[float, float, float, float]:
    """Return the bounds within which ground driven on matters to a part."""
    west, south, east, north = part.bounds
    return west - _REACH_M, south - _REACH_M, east + _REACH_M, north + _REACH_M


def _least_m2(options: FillOptions) -> float:
    """Return the ground that one bay and the aisle in front of it need."""
    return options.width_m * options.depth_m + options.aisle_width_m * options.width_m


def _best(part: BaseGeometry, drivable: BaseGeometry, options: FillOptions) -> Stack:
    """Try the turns and offsets of one part of the ground; return those with most bays."""
    best = _NOTHING
    for turn in _turns(part):
        level = affinity.rotate(part, -turn, (0, 0))
        joined = affinity.rotate(drivable, -turn, (0, 0))
        for offset in np.linspace(0, 1, _OFFSETS, endpoint=False):
            rows = stacked(level, float(offset), options)
            if len(rows) <= len(best.rows):
                continue
            found = _reachable(rows, level, options, joined)
            if len(found.rows) > len(best.rows):
                ground = affinity.rotate(found.drivable, turn, (0, 0))
                best = Stack(found.rows, ground, turn)
    return best


def _turns(part: BaseGeometry) -> list[float]:
    """Return the directions of the longest edges in degrees, 0 to 180, most telling first."""
    polygon = max(shapely.get_parts(part), key=lambda one: float(one.area))
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


def _reachable(
    rows: Rows, level: BaseGeometry, options: FillOptions, joined: BaseGeometry
) -> Stack:
    """Join the aisles by a cross lane where needed; drop bays in it or without access.

    `joined` is ground already driven on, which the aisles then have to reach.
    """
    best = _NOTHING
    aisle = options.aisle_width_m
    shapes = rows.outlines(stall(options))
    west, south, east, north = level.bounds
    crossings: list[BaseGeometry] = [Polygon()]
    crossings += [
        level.intersection(box(x, south, x + aisle, north))
        for share in (0.0, 0.5, 1.0)
        for x in [west + share * (east - west - aisle)]
    ]
    for cross in crossings:
        drivable = _main_part(shapely.union_all([*rows.lanes, cross]), joined)
        clear = ~_touching(cross.buffer(-SLACK_M), shapes)
        kept = clear & _touching(drivable.buffer(2 * SLACK_M), shapes)
        if np.count_nonzero(kept) > len(best.rows):
            best = Stack(rows.only(kept), drivable)
    return best


def _touching(ground: BaseGeometry, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    shapely.prepare(ground)
    return np.asarray(shapely.intersects(ground, shapes), dtype=np.bool_)


def _main_part(lanes: BaseGeometry, joined: BaseGeometry) -> BaseGeometry:
    """Return the lanes a car can reach: from those there are, or else the largest part.

    Ground narrower than a car's path connects nothing.
    """
    narrow = _CAR_M / 2
    # GEOS divides by the sine of nearly parallel edges and discards the result; the
    # floating-point flag it leaves would surface as a warning.
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = list(shapely.get_parts(shapely.union(lanes, joined).buffer(-narrow)))
        if joined.is_empty:
            main: BaseGeometry = max(parts, key=lambda part: float(part.area), default=Polygon())
        else:
            main = shapely.union_all([part for part in parts if part.intersects(joined)])
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


def _named(stack: Stack, options: FillOptions, first_row: int, source: str) -> Iterator[Bay]:
    """Turn bays back and number them along their rows, the topmost row first."""
    rows, one = stack.rows, stall(options)
    outlines, heads = (
        shapely.transform(shapes, turned(stack.turn_deg))
        for shapes in (rows.outlines(one), rows.heads(one))
    )
    letter, last, number = "", -1, 0
    for at in np.lexsort((rows.x, -rows.row)):
        if rows.row[at] != last:
            letter, last, number = row_name(first_row), int(rows.row[at]), 0
            first_row += 1
        number += 1
        yield Bay(
            id=BayId(f"{letter}{number}"),
            polygon=outlines[at],
            row=letter,
            number=number,
            head=heads[at],
            width_m=options.width_m,
            depth_m=options.depth_m,
            source=source,
        )


def turned(degrees_left: float) -> Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Return the turn about the origin that takes coordinates to coordinates."""
    c, s = cos(radians(degrees_left)), sin(radians(degrees_left))
    matrix = np.array([[c, s], [-s, c]])
    return lambda xy: xy @ matrix


__all__ = ["FillOptions", "fill", "row_name", "row_number"]
