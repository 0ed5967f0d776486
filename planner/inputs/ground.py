"""What the ground is where the map says nothing, as visible assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from planner.model.ids import AreaId, BayId
from planner.model.site import SURFACES, Area, AreaKind, Assumption, Bay

ASSUMED = "assumed"
"""The source of areas that no map shows."""
_AROUND_M = 25.0
_AISLE_M = 6.0
_LEAST_M2 = 1.0
_COVERED = (*SURFACES, AreaKind.BUILDING)


@dataclass(frozen=True, slots=True)
class Ground:
    """Assumed surfaces with the assumptions that tell of them."""

    areas: Mapping[AreaId, Area]
    assumptions: tuple[Assumption, ...]


def complete(areas: Mapping[AreaId, Area], bays: Mapping[BayId, Bay], in_street: bool) -> Ground:
    """Add asphalt under parking, and grass or road around it, where no surface is drawn."""
    covered = shapely.union_all([a.polygon for a in areas.values() if a.kind in _COVERED])
    assumed: dict[AreaId, Area] = {}
    said: list[Assumption] = []
    parking = _parking(areas, bays, covered)
    hard = _parts(parking.difference(covered))
    if hard:
        _add(assumed, hard, AreaKind.ASPHALT, "asphalt")
        said.append(
            Assumption(
                "site-surface", "Surface of the parking",
                "The map does not say what the parking is made of",
                "asphalt", "own assumption: the usual surface, dearer to reinstate than grass",
            )
        )  # fmt: skip
    boundary = shapely.union_all([a.polygon for a in areas.values() if a.kind is AreaKind.BOUNDARY])
    site = boundary
    if boundary.is_empty:
        everything = [*(a.polygon for a in areas.values()), parking]
        site = shapely.union_all(everything).convex_hull.buffer(_AROUND_M, join_style="mitre")
    rest = _parts(site.difference(shapely.union_all([covered, parking])))
    if rest:
        kind = AreaKind.ROAD if in_street else AreaKind.GRASS
        _add(assumed, rest, kind, "around")
        said.append(
            Assumption(
                "site-surroundings", "Surroundings",
                f"The map does not say what lies around the parking "
                f"({sum(part.area for part in rest):,.0f} m²)",
                kind.value, "own assumption: "
                + ("kerb strips lie in streets" if in_street else "draw roads and paving"),
            )
        )  # fmt: skip
    return Ground(assumed, tuple(said))


def _parking(
    areas: Mapping[AreaId, Area], bays: Mapping[BayId, Bay], covered: BaseGeometry
) -> BaseGeometry:
    """Return all ground cars stand or drive on: car parks, or bays with room for an aisle."""
    outlines = [a.polygon for a in areas.values() if a.kind is AreaKind.PARKING]
    loose = shapely.union_all([bay.polygon for bay in bays.values()])
    parks = shapely.union_all(outlines)
    stray = loose.difference(shapely.union_all([parks, covered]).buffer(0.1))
    if stray.area > _LEAST_M2:
        parks = parks.union(stray.buffer(_AISLE_M, join_style="mitre"))
    return parks


def _parts(shape: BaseGeometry) -> list[Polygon]:
    return [p for p in shapely.get_parts(shape) if isinstance(p, Polygon) and p.area > _LEAST_M2]


def _add(assumed: dict[AreaId, Area], parts: list[Polygon], kind: AreaKind, name: str) -> None:
    for number, part in enumerate(parts, 1):
        key = AreaId(f"assumed-{name}-{number}")
        assumed[key] = Area(key, kind, part, "", ASSUMED)
