"""What the ground is: where nobody may dig, and which surface lies where."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from planner.model.site import SURFACES, AreaKind, Site

DEFAULT_SURFACE = AreaKind.ASPHALT
"""Assumed where the map shows no surface: of the common ones the dearer to open."""

CLEARANCE_M = 0.1
"""Distance a trench keeps from walls and keep-outs, so that it never touches them."""

BAY_MASK_M = 0.3
"""Trenches follow the marking lines of a bay; its inside, less this strip, is avoided."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Obstacles and surfaces of a site, indexed.

    `blocked` is what no trench may touch, `bay_cores` the insides of bays that
    corridors avoid, `allowed` the plot if a boundary is drawn. `surfaces` are
    sorted from small to large: the smaller one lies on top.
    """

    blocked: BaseGeometry
    bay_cores: BaseGeometry
    allowed: BaseGeometry | None
    buildings: tuple[Polygon, ...]
    surfaces: tuple[Polygon, ...]
    kinds: tuple[AreaKind, ...]
    tree: STRtree = field(repr=False)

    def is_clear(self, line: BaseGeometry) -> bool:
        """Tell whether a line stays off every obstacle and inside the plot."""
        if self.blocked.intersects(line):
            return False
        return self.allowed is None or bool(self.allowed.covers(line))

    def clip(self, lines: BaseGeometry, *, through_bays: bool = False) -> BaseGeometry:
        """Cut obstacles, bay insides and everything outside the plot from lines."""
        kept = shapely.difference(lines, self.blocked)
        if not through_bays:
            kept = shapely.difference(kept, self.bay_cores)
        return kept if self.allowed is None else shapely.intersection(kept, self.allowed)

    def surface_at(self, points: npt.NDArray[np.float64]) -> list[AreaKind | None]:
        """Surface under every point of an (n, 2) array, None where none is mapped."""
        best = np.full(len(points), len(self.surfaces))
        found = self.tree.query(shapely.points(points), predicate="intersects")
        np.minimum.at(best, found[0], found[1])
        return [self.kinds[i] if i < len(self.kinds) else None for i in best]


def read_ground(site: Site) -> Ground:
    """Collect obstacles and surfaces of a site."""
    by_kind: dict[AreaKind, list[Polygon]] = {}
    for area in site.areas.values():
        by_kind.setdefault(area.kind, []).append(area.polygon)
    buildings = by_kind.get(AreaKind.BUILDING, [])
    obstacles = [p.buffer(CLEARANCE_M) for p in buildings + by_kind.get(AreaKind.KEEP_OUT, [])]
    obstacles += [t.point.buffer(t.root_radius_m) for t in site.trees if t.root_radius_m > 0]
    boundary = by_kind.get(AreaKind.BOUNDARY, [])
    kinds = (*SURFACES, AreaKind.PARKING)
    surfaces = sorted(
        ((p, _dug_as(kind)) for kind in kinds for p in by_kind.get(kind, [])),
        key=lambda pair: pair[0].area,
    )
    polygons = tuple(p for p, _ in surfaces)
    return Ground(
        _prepared(obstacles),
        _prepared([b.polygon.buffer(-BAY_MASK_M) for b in site.bays.values()]),
        _prepared(boundary) if boundary else None,
        tuple(buildings),
        polygons,
        tuple(kind for _, kind in surfaces),
        STRtree(polygons),
    )


def points_of(places: npt.ArrayLike) -> list[Point]:
    """Make points of (n, 2) coordinates."""
    array = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    return list(np.atleast_1d(np.asarray(shapely.points(array))))


def _dug_as(kind: AreaKind) -> AreaKind:
    """Surface of an area: an undivided car park is taken as asphalt."""
    return DEFAULT_SURFACE if kind is AreaKind.PARKING else kind


def _prepared(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Unite shapes and prepare the result for many queries."""
    union = shapely.union_all(list(shapes))
    shapely.prepare(union)
    return union


def split_by_surface(
    segments: Sequence[LineString], ground: Ground
) -> list[tuple[LineString, AreaKind | None]]:
    """Cut straight segments at surface borders and name the surface of each piece."""
    pieces: list[LineString] = []
    borders = [p.boundary for p in ground.surfaces]
    hits: dict[int, list[int]] = {}
    if borders:
        for seg, border in STRtree(borders).query(segments, predicate="intersects").T.tolist():
            hits.setdefault(seg, []).append(border)
    for index, segment in enumerate(segments):
        pieces.extend(_cut(segment, [borders[b] for b in hits.get(index, ())]))
    middles = np.array([p.interpolate(0.5, normalized=True).coords[0] for p in pieces])
    kinds = ground.surface_at(middles.reshape(-1, 2))
    return list(zip(pieces, kinds, strict=True))


def _cut(segment: LineString, borders: Sequence[BaseGeometry]) -> list[LineString]:
    """Cut one straight segment where it meets the borders."""
    length = segment.length
    stops = {0.0, length}
    for border in borders:
        met = shapely.get_coordinates(segment.intersection(border))
        stops.update(float(segment.project(Point(c))) for c in met)
    marks = sorted(stops)
    inner = [m for m in marks if 0.02 < m < length - 0.02]
    if not inner:
        return [segment]
    points = [segment.interpolate(m).coords[0] for m in inner]
    chain = [segment.coords[0], *points, segment.coords[-1]]
    return [LineString(pair) for pair in itertools.pairwise(chain) if pair[0] != pair[1]]


def cost_per_m(kind: AreaKind, trench_cost_per_m: Mapping[AreaKind, float]) -> float:
    """Price of a metre of trench; a surface without a price costs as the dearest one."""
    if kind in trench_cost_per_m:
        return float(trench_cost_per_m[kind])
    return max(map(float, trench_cost_per_m.values()), default=1.0)
