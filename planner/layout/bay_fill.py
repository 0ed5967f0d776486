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
from math import atan2, degrees, radians, sin

import numpy as np
import shapely
from shapely import LineString, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from planner.layout.bay_accessible import with_accessible
from planner.model.ids import BayId
from planner.model.site import Bay

ANGLES = (0, 45, 60, 90)
_AISLE_M = {0: 3.6, 45: 3.6, 60: 4.2, 90: 6.0}
_TWO_WAY_M = 6.0
_SLACK_M = 0.01
_CAR_M = 2.4
_WORTH_BAYS = 3
_ROUNDING = 1e-6
_OFFSETS = 8
_TURNS = 4
_SAME_TURN_DEG = 0.2


@dataclass(frozen=True, slots=True)
class FillOptions:
    """How a car park is divided; lengths in metres.

    `angle_deg` is measured between bay and aisle: 90 square to it, 0 parallel.
    `aisle_m` None takes 6.0 m two-way and 3.6 (0°, 45°) to 4.2 m (60°) one-way:
    own assumption after usual British practice. `accessible` bays get a transfer
    strip of 1.2 m and come first in the longest row.
    """

    width_m: float = 2.5
    depth_m: float = 5.0
    angle_deg: int = 90
    one_way: bool = False
    aisle_m: float | None = None
    accessible: int = 0

    def __post_init__(self) -> None:
        if self.angle_deg not in ANGLES:
            raise ValueError(f"angle_deg must be one of {ANGLES}")
        if not (1.5 <= self.width_m <= 6 and 3 <= self.depth_m <= 25):
            raise ValueError("a bay is 1.5 to 6 m wide and 3 to 25 m deep")

    @property
    def aisle_width_m(self) -> float:
        """Clear width of the aisle."""
        if self.aisle_m is not None:
            return self.aisle_m
        return _AISLE_M[self.angle_deg] if self.one_way else _TWO_WAY_M


@dataclass(frozen=True, slots=True)
class Stall:
    """The outline of one bay above a level aisle edge at its lower left corner (0, 0)."""

    outline: Polygon
    head: LineString
    pitch_m: float
    reach_m: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A bay in the turned outline: row, corner on the aisle's edge, above (1) or below (-1)."""

    row: int
    x: float
    edge_y: float
    way: int
    outline: Polygon

    def head(self, one: Stall) -> LineString:
        """Return the edge away from the aisle."""
        return affinity.affine_transform(one.head, (1, 0, 0, self.way, self.x, self.edge_y))


@dataclass(frozen=True, slots=True)
class Rows:
    """All bays of one stack of rows and the aisles between them."""

    placed: list[Placed]
    lanes: list[BaseGeometry]


@dataclass(frozen=True, slots=True)
class Stack:
    """Bays of one stack of rows and the ground their cars drive on."""

    placed: list[Placed]
    drivable: BaseGeometry


def stall(options: FillOptions) -> Stall:
    """Return the outline of one bay at the chosen angle."""
    width, depth = options.width_m, options.depth_m
    if options.angle_deg == 0:
        width, depth = depth, width
    angle = radians(options.angle_deg or 90)
    flat = Polygon([(0, 0), (width, 0), (width, depth), (0, depth)])
    turned = affinity.rotate(flat, options.angle_deg - 90 if options.angle_deg else 0, (0, 0))
    west, south, _, north = turned.bounds
    moved = affinity.translate(turned, -west, -south)
    ring = list(moved.exterior.coords)
    return Stall(moved, LineString(ring[2:4]), width / sin(angle), north - south)


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
        free = free.difference(used.buffer(_SLACK_M))
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
            rows = _stacked(level, float(offset), options)
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


def _stacked(level: BaseGeometry, offset: float, options: FillOptions) -> Rows:
    """Stack row, aisle, row from below; `offset` shifts the stack by a share of its period."""
    one = stall(options)
    aisle = options.aisle_width_m
    period = 2 * one.reach_m + aisle
    west, south, east, north = level.bounds
    room = level.buffer(_SLACK_M)
    found: list[Placed] = []
    lanes: list[BaseGeometry] = []
    y = south - offset * period
    row = 0
    while y < north:
        lane_y = y + one.reach_m
        below = _row(room, one, lane_y, -1, aisle, row)
        above = _row(room, one, lane_y + aisle, 1, aisle, row + 1)
        if below or above:
            found += below + above
            lanes.append(level.intersection(box(west, lane_y, east, lane_y + aisle)))
        row += 2
        y += period
    return Rows(found, lanes)


def _row(
    room: BaseGeometry, one: Stall, edge_y: float, way: int, aisle: float, row: int
) -> list[Placed]:
    """Place bays from west to east on one side of an aisle, `way` 1 above it, -1 below."""
    low, high = sorted((edge_y - way * aisle, edge_y + way * one.reach_m))
    west, _, east, _ = room.bounds
    blocked = box(west - 1, low, east + 1, high).difference(room)
    ring = shapely.get_coordinates(one.outline)
    width = float(ring[:, 0].max())
    found: list[Placed] = []
    for start, end in _gaps(blocked):
        count = int((end - start - width) / one.pitch_m + _ROUNDING) + 1
        if end - start < width - _ROUNDING:
            continue
        xs = start + one.pitch_m * np.arange(count)
        rings = np.repeat(ring[None, :, :], count, axis=0)
        rings[:, :, 0] += xs[:, None]
        rings[:, :, 1] = edge_y + way * rings[:, :, 1]
        found += [
            Placed(row, float(x), edge_y, way, outline)
            for x, outline in zip(
                xs, np.atleast_1d(np.asarray(shapely.polygons(rings))), strict=True
            )
        ]
    return found


def _gaps(blocked: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Yield the stretches of x that nothing blocks at any height of a band."""
    bounds = shapely.bounds(shapely.get_parts(blocked))
    end = -np.inf
    for west, _, east, _ in sorted(bounds.tolist()):
        if end > -np.inf and west - end > _SLACK_M:
            yield end + _SLACK_M / 2, west - _SLACK_M / 2
        end = max(end, east)


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
        clear = ~shapely.intersects(shapes, cross.buffer(-_SLACK_M))
        entered = shapely.intersects(shapes, drivable.buffer(2 * _SLACK_M))
        kept = [p for p, ok in zip(rows.placed, clear & entered, strict=True) if ok]
        if len(kept) > len(best.placed):
            best = Stack(kept, drivable)
    return best


def _main_part(lanes: BaseGeometry, joined: BaseGeometry) -> BaseGeometry:
    """Return the lanes a car can reach: from those there are, or else the largest part.

    Ground narrower than a car's path connects nothing.
    """
    narrow = _CAR_M / 2
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
