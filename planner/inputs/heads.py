"""Which edge of a bay is its closed end, where a charger can stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import dist

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from planner.model.ids import BayId
from planner.model.site import Bay

_PROBES_M = (0.8, 2.5)


def with_heads(
    bays: Mapping[BayId, Bay], drivable: Sequence[BaseGeometry], closed: Sequence[BaseGeometry]
) -> dict[BayId, Bay]:
    """Find the head of each bay that has none yet.

    A bay is entered over an edge beyond which there is drivable ground and no
    other bay; the head lies opposite. Short edges are tried before long ones.
    `closed` are buildings and keep-out zones. Where no surfaces are known, any
    ground free of bays counts as drivable.
    """
    others = shapely.STRtree([bay.polygon for bay in bays.values()])
    ground, solid = shapely.union_all(list(drivable)), shapely.union_all(list(closed))
    shapely.prepare(ground)
    shapely.prepare(solid)

    def is_aisle(points: Sequence[tuple[float, float]]) -> bool:
        probes = shapely.points(points)
        if len(others.query(probes, predicate="intersects")[0]):
            return False
        if bool(shapely.intersects(solid, probes).any()):
            return False
        return ground.is_empty or bool(shapely.intersects(ground, probes).all())

    found = {}
    for key, bay in bays.items():
        head = bay.head or _head(bay.polygon, is_aisle)
        found[key] = bay if bay.head is not None else replace(bay, head=head)
    return found


def edges(polygon: Polygon) -> list[LineString]:
    """Return the four edges of the rectangle around a bay, the two short ones first."""
    ring = shapely.get_coordinates(polygon.minimum_rotated_rectangle)[:5].tolist()
    sides = [LineString([ring[i], ring[i + 1]]) for i in range(4)]
    return sorted(sides, key=lambda side: round(side.length, 3))


def _head(polygon: Polygon, is_aisle: object) -> LineString | None:
    assert callable(is_aisle)
    sides = edges(polygon)
    for entry, opposite in ((0, 1), (1, 0), (2, 3), (3, 2)):
        # The sort is stable: sides of one length stay opposite pairs.
        if is_aisle(_outside(sides[entry], polygon)):
            return sides[opposite]
    return None


def _outside(edge: LineString, polygon: Polygon) -> list[tuple[float, float]]:
    """Return points at the probing distances beyond the middle of an edge."""
    middle = np.array(edge.interpolate(0.5, normalized=True).coords[0])
    centre = np.array(polygon.centroid.coords[0])
    way = (middle - centre) / max(dist(middle, centre), 1e-9)
    return [tuple(map(float, middle + way * reach)) for reach in _PROBES_M]  # type: ignore[misc]
