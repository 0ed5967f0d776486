"""Which edge of a bay is its closed end, where a charger can stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import dist

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from planner.model.ids import BayId
from planner.model.site import Bay

_PROBES_M = (0.8, 2.5)
_PAIRS = ((0, 1), (2, 3))  # opposite edges as `edges` sorts them, short ones first
Direction = npt.NDArray[np.float64]


class _Ground:
    """Answers whether a car can stand beyond an edge."""

    def __init__(
        self, bays: Sequence[Bay], drivable: Sequence[BaseGeometry], closed: Sequence[BaseGeometry]
    ) -> None:
        self._bays = shapely.STRtree([bay.polygon for bay in bays])
        self._drivable = shapely.union_all(list(drivable))
        self._closed = shapely.union_all(list(closed))
        shapely.prepare(self._drivable)
        shapely.prepare(self._closed)

    def is_aisle(self, edge: LineString, polygon: Polygon) -> bool:
        """Tell whether the ground beyond an edge is drivable and free of bays."""
        middle = np.array(edge.interpolate(0.5, normalized=True).coords[0])
        centre = np.array(polygon.centroid.coords[0])
        way = (middle - centre) / max(dist(middle, centre), 1e-9)
        probes = shapely.points([middle + way * reach for reach in _PROBES_M])
        if len(self._bays.query(probes, predicate="intersects")[0]):
            return False
        if bool(shapely.intersects(self._closed, probes).any()):
            return False
        return self._drivable.is_empty or bool(shapely.intersects(self._drivable, probes).all())

    def margin(self, edge: LineString) -> float:
        """Return how far an edge lies from the end of the drivable ground or a building."""
        middle = edge.interpolate(0.5, normalized=True)
        shapes = [s for s in (self._drivable.boundary, self._closed) if not s.is_empty]
        return min((float(shape.distance(middle)) for shape in shapes), default=0.0)


def with_heads(
    bays: Mapping[BayId, Bay], drivable: Sequence[BaseGeometry], closed: Sequence[BaseGeometry]
) -> dict[BayId, Bay]:
    """Find the head of each bay that has none yet.

    A bay is entered over an edge beyond which there is drivable ground and no
    other bay; the head lies opposite. Short edges are tried before long ones.
    Bays open at both ends face as the others of their row do, or else with
    their heads to the nearer end of the drivable ground. `closed` are
    buildings; where no surfaces are known, any ground free of bays is drivable.
    """
    ground = _Ground(list(bays.values()), drivable, closed)
    heads = {key: bay.head for key, bay in bays.items()}
    rows: dict[str, list[BayId]] = defaultdict(list)
    for key, bay in bays.items():
        if bay.head is None:
            rows[bay.row].append(key)
    for keys in rows.values():
        heads |= _row_heads({key: bays[key].polygon for key in keys}, ground)
    return {key: replace(bay, head=heads[key]) for key, bay in bays.items()}


def _row_heads(
    polygons: Mapping[BayId, Polygon], ground: _Ground
) -> dict[BayId, LineString | None]:
    """Find the heads of one row: certain ones first, then those open at both ends."""
    heads: dict[BayId, LineString | None] = dict.fromkeys(polygons)
    open_ended: dict[BayId, tuple[LineString, LineString]] = {}
    seen: list[Direction] = []
    for key, polygon in polygons.items():
        sides = edges(polygon)
        for one, other in _PAIRS:
            entered = [ground.is_aisle(sides[i], polygon) for i in (one, other)]
            if entered == [True, True]:
                open_ended[key] = (sides[one], sides[other])
            elif any(entered):
                heads[key] = sides[other] if entered[0] else sides[one]
                seen.append(_direction(polygon, heads[key]))
            if any(entered):
                break
    for key, pair in open_ended.items():
        polygon = polygons[key]
        if not seen:
            seen.append(_direction(polygon, min(pair, key=ground.margin)))
        mean = np.sum(seen, axis=0)
        heads[key] = max(pair, key=lambda e: float(_direction(polygon, e) @ mean))
    return heads


def _direction(polygon: Polygon, edge: LineString | None) -> Direction:
    assert edge is not None
    towards = np.array(edge.centroid.coords[0]) - np.array(polygon.centroid.coords[0])
    unit: Direction = towards / max(float(np.hypot(*towards)), 1e-9)
    return unit


def edges(polygon: Polygon) -> list[LineString]:
    """Return the edges of the rectangle around a bay: the two short ones, then the long ones."""
    ring = shapely.get_coordinates(polygon.minimum_rotated_rectangle)[:5].tolist()
    sides = [LineString([ring[i], ring[i + 1]]) for i in range(4)]
    one, two = (sides[0], sides[2]), (sides[1], sides[3])
    short, long = (one, two) if one[0].length <= two[0].length else (two, one)
    return [*short, *long]
