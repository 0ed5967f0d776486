"""Features with roles become the nouns of the site: bays, areas, trees, ducts, entrances."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import pi

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.inputs.heads import edges
from planner.inputs.maps.feature import SURFACE_ROLES, Feature, Role
from planner.model.ids import AreaId, BayId
from planner.model.site import Area, AreaKind, Assumption, Bay, Duct, Entrance, Tree

_NUMBERED = re.compile(r"^([A-Za-z]{0,3})[-_ ]?0*(\d{1,4})$")
_ROAD_WIDTH_M = 6.0
_WALL_M = 0.3
_ROOT_M = 2.5
_DUCT_MM = 100.0


def bays(
    features: Sequence[Feature], source: str, taken: Collection[BayId] = ()
) -> dict[BayId, Bay]:
    """Return all drawn bays, numbered as the map numbers them, under ids not yet taken."""
    found: dict[BayId, Bay] = {}
    for feature in features:
        if feature.role is Role.BAY:
            bay = _bay(feature, len(found) + 1, source)
            key = BayId(free_id(bay.id, {*found, *taken}))
            found[key] = replace(bay, id=key)
    return found


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return an id, or the same with the first free number behind it."""
    name, extra = wanted, 2
    while name in taken:
        name, extra = f"{wanted}-{extra}", extra + 1
    return name


def _bay(feature: Feature, position: int, source: str) -> Bay:
    outline = largest(feature.geometry)
    sides = edges(outline)
    named = _NUMBERED.match(feature.tags.get("name", "")) or _NUMBERED.match(feature.id)
    row = feature.tags.get("row", named.group(1).upper() if named else "")
    number = _number(feature.tags, "number")
    if number is None:
        number = float(named.group(2)) if named else float(position)
    return Bay(
        id=BayId(feature.id[:40]),
        polygon=outline,
        row=row,
        number=int(number),
        accessible=_accessible(feature.tags),
        width_m=_number(feature.tags, "width_m") or round(sides[0].length, 3),
        depth_m=_number(feature.tags, "depth_m") or round(sides[2].length, 3),
        source=f"{source}, layer {feature.layer}",
    )


def _accessible(tags: Mapping[str, str]) -> bool:
    if "accessible" in tags:
        return tags["accessible"].lower() in {"yes", "true", "1"}
    words = (tags.get("parking_space", ""), tags.get("access", ""), tags.get("wheelchair", ""))
    return "disabled" in words or tags.get("wheelchair") == "designated"


def _number(tags: Mapping[str, str], key: str) -> float | None:
    try:
        return float(tags[key].replace(",", "."))
    except (KeyError, ValueError):
        return None


def largest(shape: BaseGeometry | None) -> Polygon:
    """Return the polygon itself or the largest of several."""
    parts = [p for p in shapely.get_parts(shape) if isinstance(p, Polygon)]
    return max(parts, key=lambda part: part.area)


def areas(
    features: Sequence[Feature], source: str, taken: Collection[AreaId] = ()
) -> dict[AreaId, Area]:
    """Return buildings, surfaces, keep-out zones, boundaries and car parks."""
    found: dict[AreaId, Area] = {}
    for feature in features:
        kind = _area_kind(feature.role)
        if kind is None or feature.geometry is None:
            continue
        for shape in shapely.get_parts(_widened(feature)):
            if isinstance(shape, Polygon):
                key = AreaId(free_id(feature.id[:40], {*found, *taken}))
                name = feature.tags.get("name", "")
                found[key] = Area(key, kind, shape, name, f"{source}, layer {feature.layer}")
    return found


def _area_kind(role: Role) -> AreaKind | None:
    if role is Role.STRIP:
        return AreaKind.PARKING
    plain = (Role.BUILDING, Role.KEEP_OUT, Role.BOUNDARY, Role.PARKING, *SURFACE_ROLES)
    return AreaKind(role.value) if role in plain else None


def _widened(feature: Feature) -> BaseGeometry:
    """Give lines their width: roads as tagged or 6 m, walls 0.3 m; points are left out."""
    assert feature.geometry is not None
    if "Line" not in feature.geometry.geom_type:
        return feature.geometry
    width = _number(feature.tags, "width") or _ROAD_WIDTH_M
    if feature.role is Role.PAVING:
        width = _number(feature.tags, "width") or _ROAD_WIDTH_M / 3
    if feature.role is Role.KEEP_OUT:
        width = _WALL_M
    return feature.geometry.buffer(width / 2, cap_style="flat")


def trees(features: Sequence[Feature]) -> tuple[tuple[Tree, ...], tuple[Assumption, ...]]:
    """Return trees with their root zones.

    Notes
    -----
    Root protection area by BS 5837:2012, 4.6.1: a circle of radius 12 times
    the stem diameter, at most 15 m. Without a stem the radius is assumed.
    """
    found, assumed = [], 0
    for feature in features:
        if feature.role is not Role.TREE or not isinstance(feature.geometry, Point):
            continue
        radius = _number(feature.tags, "root_radius_m")
        circumference = _number(feature.tags, "circumference")
        if radius is None and circumference is not None:
            radius = min(12 * circumference / pi, 15.0)
        if radius is None:
            radius, assumed = _ROOT_M, assumed + 1
        found.append(Tree(feature.id, feature.geometry, radius))
    if not assumed:
        return tuple(found), ()
    said = Assumption(
        "site-roots", "Trees", f"The map gives no stem or root zone for {assumed} trees",
        f"{_ROOT_M:g} m radius", "own assumption; BS 5837:2012, 4.6.1 asks 12 stem diameters",
    )  # fmt: skip
    return tuple(found), (said,)


def ducts(
    features: Sequence[Feature], source: str
) -> tuple[tuple[Duct, ...], tuple[Assumption, ...]]:
    """Return existing ducts; an unknown diameter is assumed."""
    found, assumed = [], 0
    for feature in features:
        if feature.role is not Role.DUCT:
            continue
        diameter = _number(feature.tags, "diameter_mm")
        assumed += diameter is None
        for part in shapely.get_parts(feature.geometry):
            if isinstance(part, LineString):
                found.append(
                    Duct(feature.id, part, diameter or _DUCT_MM, f"{source}, layer {feature.layer}")
                )
    if not assumed:
        return tuple(found), ()
    said = Assumption(
        "site-ducts", "Existing ducts", f"The map gives no diameter for {assumed} ducts",
        f"{_DUCT_MM:g} mm", "own assumption: usual size for low-voltage cables",
    )  # fmt: skip
    return tuple(found), (said,)


def entrances(features: Sequence[Feature]) -> tuple[Entrance, ...]:
    """Return doors and vehicle entrances."""
    return tuple(
        Entrance(f.id, f.geometry, f.tags.get("kind", "door"), f.tags.get("name", ""))
        for f in features
        if f.role is Role.ENTRANCE and isinstance(f.geometry, Point)
    )
