"""Candidate corridor lines: heads, fronts, crossings, kerbs, walls, board axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.layout.ground import Ground
from planner.layout.stands import END_GAP_M, HeadLine
from planner.model.ids import BoardId
from planner.model.site import AreaKind, Site, SiteBoard

CROSSING_EVERY_BAYS = 5
"""Aisles may be crossed at row ends and at every fifth marking between bays."""

CROSS_REACH_M = 26.0
"""A crossing spans at most two bay depths, an aisle and some verge."""

EXTEND_M = 26.0
"""How far a head line goes on past its row to meet the next corridor."""

FRONT_M = 0.4
"""Distance of the aisle line from the fronts of the bays."""

KERB_M = 0.6
"""Distance of kerb lines inside the edge of a surface."""

WALL_M = 1.0
"""Distance of wall lines from a building."""

CABINET_STAND_M = 1.5
"""Distance of a new cabinet from the board beside which it is set up."""

INDOOR_EXTRA_M = 3.0
"""A board inside a building may be left on a way this much longer than the nearest."""


@dataclass(frozen=True, slots=True)
class BoardLink:
    """Way of a board into the corridors: `indoor` leads out of its building."""

    board: BoardId
    indoor: LineString | None
    outdoor: LineString


def corridor_lines(site: Site, heads: Sequence[HeadLine], ground: Ground) -> BaseGeometry:
    """Collect all open-air candidate lines, cut at obstacles and bay insides."""
    lines = [line for head in heads for line in _row_lines(head)]
    lines += _wall_lines(ground)
    kerbs = ground.clip(MultiLineString(_parts(shapely.union_all(_kerb_lines(site, ground)))))
    return shapely.union_all([ground.clip(MultiLineString(lines)), kerbs])


def _row_lines(head: HeadLine) -> list[LineString]:
    """Head line extended both ways, aisle line, and crossings of one row."""
    row = head.row
    (x0, y0), (x1, y1) = head.line.coords[0], head.line.coords[-1]
    ux, uy = row.along
    lines = [
        head.line,
        LineString([(x0 - EXTEND_M * ux, y0 - EXTEND_M * uy), (x0, y0)]),
        LineString([(x1, y1), (x1 + EXTEND_M * ux, y1 + EXTEND_M * uy)]),
    ]
    base = np.array(row.start)
    length = head.line.length
    first = float(np.dot(np.array([x0, y0]) - base, row.along))
    out_m = float(np.dot(np.array([x0, y0]) - base, row.out))
    for along in (first, first + length):
        lines.append(LineString([row.at(along, CROSS_REACH_M), row.at(along, -CROSS_REACH_M)]))
    joints = [(a[1] + b[0]) / 2 for a, b in zip(row.spans[:-1], row.spans[1:], strict=True)]
    for along in joints[CROSSING_EVERY_BAYS - 1 :: CROSSING_EVERY_BAYS]:
        lines.append(LineString([row.at(along, out_m), row.at(along, -CROSS_REACH_M)]))
        lines.append(LineString([row.at(along, out_m), row.at(along, CROSS_REACH_M)]))
    front = -row.depth_m - FRONT_M
    lines.append(LineString([row.at(-END_GAP_M, front), row.at(row.length_m + END_GAP_M, front)]))
    return lines


def _kerb_lines(site: Site, ground: Ground) -> list[BaseGeometry]:
    """Lines just inside the edges of surfaces, grass first, without near doubles."""
    order = {AreaKind.GRASS: 0, AreaKind.PAVING: 1, AreaKind.PARKING: 2}
    shapes = sorted(
        zip(ground.surfaces, ground.kinds, strict=True), key=lambda s: order.get(s[1], 3)
    )
    plots = [a.polygon for a in site.areas.values() if a.kind is AreaKind.BOUNDARY]
    out: list[BaseGeometry] = []
    taken = shapely.union_all([])
    for polygon in [p for p, _ in shapes] + plots:
        edge = polygon.buffer(-KERB_M, join_style="mitre").simplify(0.05).boundary
        fresh = shapely.difference(edge, taken)
        fresh = MultiLineString([p for p in _parts(fresh) if p.length > 2.0])
        out.append(fresh)
        taken = shapely.union(taken, fresh.buffer(2.2 * KERB_M, quad_segs=2))
    return out


def _wall_lines(ground: Ground) -> list[LineString]:
    """Lines round every building."""
    out: list[LineString] = []
    for building in ground.buildings:
        ring = building.buffer(WALL_M, join_style="mitre", mitre_limit=2).simplify(0.05)
        out.extend(_parts(ring.boundary))
    return out


def board_links(
    boards: Mapping[BoardId, SiteBoard],
    lines: BaseGeometry,
    heads: Sequence[HeadLine],
    ground: Ground,
) -> list[BoardLink]:
    """Lead every board straight out along the axes of the site, and to the nearest line."""
    axes = _axes(heads)
    west, south, east, north = lines.bounds if not lines.is_empty else (0, 0, 0, 0)
    reach = math.hypot(east - west, north - south) + 50.0
    out: list[BoardLink] = []
    for board in boards.values():
        house = next((b for b in ground.buildings if b.covers(board.point)), None)
        for start, indoor, directions in _exits(board.point, house, axes):
            for dx, dy in directions:
                ray = LineString([start, (start[0] + dx * reach, start[1] + dy * reach)])
                free = _first_part(ground, ray, start)
                if free is not None:
                    out.append(BoardLink(board.id, indoor, free))
    return out


def _axes(heads: Sequence[HeadLine]) -> list[tuple[float, float]]:
    """Four directions along and across the longest rows."""
    longest = max(heads, key=lambda h: h.line.length, default=None)
    ux, uy = (1.0, 0.0) if longest is None else map(float, longest.row.along)
    return [(ux, uy), (-ux, -uy), (-uy, ux), (uy, -ux)]


def _exits(
    point: Point, house: Polygon | None, axes: Sequence[tuple[float, float]]
) -> list[tuple[tuple[float, float], LineString | None, list[tuple[float, float]]]]:
    """Start points in the open with the indoor way to them and the directions to go on."""
    if house is None:
        return [((point.x, point.y), None, list(axes))]
    ways = []
    for dx, dy in axes:
        ray = LineString([(point.x, point.y), (point.x + 500 * dx, point.y + 500 * dy)])
        inside = ray.intersection(house)
        first = min(_parts(inside), key=lambda p: p.distance(point), default=None)
        at_once = first is None or first.distance(point) > 0.05
        ways.append((0.0 if at_once or first is None else first.length, dx, dy))
    shortest = min((w[0] for w in ways), default=0.0)
    out: list[tuple[tuple[float, float], LineString | None, list[tuple[float, float]]]] = []
    for length, dx, dy in ways:
        if length <= shortest + INDOOR_EXTRA_M:
            # The trench starts at the wall line, clear of the foundation.
            span = length + 0.2
            end = (point.x + span * dx, point.y + span * dy)
            sides = [(dx, dy)]
            out.append((end, LineString([(point.x, point.y), end]), sides))
    return out


def _first_part(ground: Ground, ray: LineString, start: tuple[float, float]) -> LineString | None:
    """Longest clear stretch of a ray from its start; bays are crossed on their edges only."""
    free = ground.clip(ray)
    origin = Point(start)
    for part in _parts(free):
        if part.distance(origin) < 0.15 and part.length > 0.3:
            # A vertex near the start makes a node where a new cabinet can stand.
            stand = part.interpolate(min(CABINET_STAND_M, part.length / 2))
            return LineString([start, (stand.x, stand.y), part.coords[-1]])
    return None


def _parts(geometry: BaseGeometry) -> list[LineString]:
    """Line strings of any geometry."""
    return [
        g
        for g in shapely.get_parts(geometry, return_index=False).tolist()
        if isinstance(g, LineString) and g.length > 0
    ]
