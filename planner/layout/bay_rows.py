"""Rows of bays along level aisles: how one bay lies, and where bays have room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import radians, sin

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

ANGLES = (0, 45, 60, 90)
SLACK_M = 0.01
_AISLE_M = {0: 3.6, 45: 3.6, 60: 4.2, 90: 6.0}
_TWO_WAY_M = 6.0
_ROUNDING = 1e-6


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
class Rows:
    """All bays of one stack of rows, as arrays, and the aisles between them.

    A bay stands in row `row` with its corner at (`x`, `edge_y`) on the aisle's edge,
    above (`way` 1) or below it (-1).
    """

    row: npt.NDArray[np.int64]
    x: npt.NDArray[np.float64]
    edge_y: npt.NDArray[np.float64]
    way: npt.NDArray[np.int64]
    lanes: tuple[BaseGeometry, ...] = ()

    def __len__(self) -> int:
        return len(self.x)

    def only(self, kept: npt.NDArray[np.bool_]) -> Rows:
        """Return the bays that are kept."""
        return Rows(self.row[kept], self.x[kept], self.edge_y[kept], self.way[kept], self.lanes)

    def outlines(self, one: Stall) -> npt.NDArray[np.object_]:
        """Return the outline of every bay."""
        return np.atleast_1d(np.asarray(shapely.polygons(self._laid(one.outline.exterior))))

    def heads(self, one: Stall) -> npt.NDArray[np.object_]:
        """Return the edge of every bay away from the aisle."""
        return np.atleast_1d(np.asarray(shapely.linestrings(self._laid(one.head))))

    def _laid(self, line: LineString) -> npt.NDArray[np.float64]:
        points = shapely.get_coordinates(line)
        x = self.x[:, None] + points[None, :, 0]
        y = self.edge_y[:, None] + self.way[:, None] * points[None, :, 1]
        return np.stack([x, y], axis=2)


def _together(rows: Sequence[Rows], lanes: Sequence[BaseGeometry]) -> Rows:
    return Rows(
        np.concatenate([NO_ROWS.row, *(one.row for one in rows)]),
        np.concatenate([NO_ROWS.x, *(one.x for one in rows)]),
        np.concatenate([NO_ROWS.edge_y, *(one.edge_y for one in rows)]),
        np.concatenate([NO_ROWS.way, *(one.way for one in rows)]),
        tuple(lanes),
    )


NO_ROWS = Rows(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))


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


def stacked(level: BaseGeometry, offset: float, options: FillOptions) -> Rows:
    """Stack row, aisle, row from below; `offset` shifts the stack by a share of its period."""
    one = stall(options)
    aisle = options.aisle_width_m
    period = 2 * one.reach_m + aisle
    west, south, east, north = level.bounds
    room = level.buffer(SLACK_M)
    found: list[Rows] = []
    lanes: list[BaseGeometry] = []
    y = south - offset * period
    row = 0
    while y < north:
        lane_y = y + one.reach_m
        below = _row(room, one, lane_y, -1, aisle, row)
        above = _row(room, one, lane_y + aisle, 1, aisle, row + 1)
        if len(below) or len(above):
            found += (below, above)
            lanes.append(level.intersection(box(west, lane_y, east, lane_y + aisle)))
        row += 2
        y += period
    return _together(found, lanes)


def _row(room: BaseGeometry, one: Stall, edge_y: float, way: int, aisle: float, row: int) -> Rows:
    """Place bays from west to east on one side of an aisle, `way` 1 above it, -1 below."""
    low, high = sorted((edge_y - way * aisle, edge_y + way * one.reach_m))
    west, _, east, _ = room.bounds
    blocked = box(west - 1, low, east + 1, high).difference(room)
    width = float(shapely.get_coordinates(one.outline)[:, 0].max())
    found: list[npt.NDArray[np.floating]] = [NO_ROWS.x]
    for start, end in _gaps(blocked):
        count = int((end - start - width) / one.pitch_m + _ROUNDING) + 1
        if end - start >= width - _ROUNDING:
            found.append(start + one.pitch_m * np.arange(count))
    x = np.concatenate(found)
    return Rows(np.full(len(x), row), x, np.full(len(x), edge_y), np.full(len(x), way))


def _gaps(blocked: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Yield the stretches of x that nothing blocks at any height of a band."""
    bounds = shapely.bounds(shapely.get_parts(blocked))
    end = -np.inf
    for west, _, east, _ in sorted(bounds.tolist()):
        if end > -np.inf and west - end > SLACK_M:
            yield end + SLACK_M / 2, west - SLACK_M / 2
        end = max(end, east)
