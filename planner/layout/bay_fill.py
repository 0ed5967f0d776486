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
import numpy.typing as npt
import shapely
from shapely import LineString, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from planner.model.ids import BayId
from planner.model.site import Bay

ANGLES = (0, 45, 60, 90)
_AISLE_M = {0: 3.6, 45: 3.6, 60: 4.2, 90: 6.0}
_TWO_WAY_M = 6.0
_SLACK_M = 0.01
_STEP_M = 0.5
_OFFSETS = 8
_TURNS = 4
_SAME_TURN_DEG = 0.2
_TRANSFER_M = 1.2


@dataclass(frozen=True, slots=True)
class FillOptions:
    """How a car park is divided; lengths in metres.

    `angle_deg` is measured between bay and aisle: 90 square to it, 0 parallel.
    `aisle_m` None takes 6.0 m two-way and 3.6 (0°, 45°) to 4.2 m (60°) one-way:
    own assumption after usual British practice. `accessible` bays get a transfer
    strip of 1.2 m and come first in the row with most bays.
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
    """A bay found in the turned outline: its row, its place along it, up or down."""

    row: int
    x: float
    outline: Polygon
    head: LineString
    accessible: bool = False


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
    best: tuple[int, float, list[Placed]] = (0, 0.0, [])
    for turn in _turns(polygon):
        level = affinity.rotate(free, -turn, (0, 0))
        for offset in np.linspace(0, 1, _OFFSETS, endpoint=False):
            placed = _stacked(level, float(offset), options)
            if len(placed) > best[0]:
                best = (len(placed), turn, placed)
    _, turn, placed = best
    return tuple(_named(placed, turn, options, first_row, source))


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


def _stacked(level: BaseGeometry, offset: float, options: FillOptions) -> list[Placed]:
    """Stack row, aisle, row from below; `offset` shifts the stack by a share of its period."""
    one = stall(options)
    aisle = options.aisle_width_m
    period = 2 * one.reach_m + aisle
    west, south, east, north = level.bounds
    room = level.buffer(_SLACK_M)
    shapely.prepare(room)
    found: list[Placed] = []
    lanes: list[BaseGeometry] = []
    y = south - offset * period
    row = 0
    while y < north:
        lane_y = y + one.reach_m
        lane = level.intersection(box(west, lane_y, east, lane_y + aisle))
        below = _row(room, one, lane_y, -1, aisle, (west, east), row, options)
        above = _row(room, one, lane_y + aisle, 1, aisle, (west, east), row + 1, options)
        if below or above:
            found += below + above
            lanes.append(lane)
        row += 2
        y += period
    return _reachable(found, lanes, level, aisle)


def _row(
    room: BaseGeometry,
    one: Stall,
    edge_y: float,
    way: int,
    aisle: float,
    span: tuple[float, float],
    row: int,
    options: FillOptions,
) -> list[Placed]:
    """Place bays from west to east on one side of an aisle, `way` 1 above it, -1 below."""
    outline, head = (one.outline, one.head) if way > 0 else _flipped(one)
    places = np.arange(span[0], span[1] - one.pitch_m + _STEP_M, _STEP_M / 2)
    if not len(places):
        return []
    shapes = _copies(outline, places, edge_y)
    low, high = sorted((edge_y - way * aisle, edge_y))
    fronts = _copies(box(0, 0, one.pitch_m, high - low), places, low)
    fits = shapely.contains_properly(room, shapes) & shapely.contains(room, fronts)
    found: list[Placed] = []
    end = -np.inf
    for x, shape in zip(places[fits].tolist(), shapes[fits], strict=True):
        if x >= end - 1e-9:
            found.append(Placed(row, x, shape, affinity.translate(head, x, edge_y)))
            end = x + one.pitch_m
    return found


def _flipped(one: Stall) -> tuple[Polygon, LineString]:
    """Mirror a stall below its aisle."""
    down = (1, 0, 0, -1, 0, 0)
    return affinity.affine_transform(one.outline, down), affinity.affine_transform(one.head, down)


def _copies(outline: Polygon, places: npt.NDArray[np.float64], y: float) -> npt.NDArray[np.object_]:
    ring = shapely.get_coordinates(outline)
    rings = np.repeat(ring[None, :, :], len(places), axis=0)
    rings[:, :, 0] += places[:, None]
    rings[:, :, 1] += y
    return np.asarray(shapely.polygons(rings))


def _reachable(
    placed: list[Placed], lanes: list[BaseGeometry], level: BaseGeometry, aisle: float
) -> list[Placed]:
    """Join several aisles by one cross lane and drop the bays in it or without access."""
    if len(lanes) < 2:
        return placed
    shapes = np.array([p.outline for p in placed], dtype=object)
    west, south, east, north = level.bounds
    best: list[Placed] = []
    for share in (0.0, 0.5, 1.0):
        x = west + share * (east - west - aisle)
        cross = level.intersection(box(x, south, x + aisle, north))
        drivable = _largest(shapely.union_all([*lanes, cross]).buffer(_SLACK_M))
        clear = ~shapely.intersects(shapes, cross.buffer(-_SLACK_M))
        entered = shapely.intersects(shapes, drivable.buffer(2 * _SLACK_M))
        kept = [p for p, ok in zip(placed, clear & entered, strict=True) if ok]
        if len(kept) > len(best):
            best = kept
    return best


def _largest(shape: BaseGeometry) -> BaseGeometry:
    parts: list[BaseGeometry] = list(shapely.get_parts(shape))
    return max(parts, key=lambda part: part.area, default=shape)


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
                accessible=p.accessible,
                head=affinity.rotate(p.head, turn, (0, 0)),
                width_m=options.width_m,
                depth_m=options.depth_m,
                source=source,
            )
