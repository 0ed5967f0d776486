"""Car parks and kerb strips without drawn bays are divided into bays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import shapely
from shapely import Polygon

from planner.inputs.maps.feature import Feature, Role
from planner.layout.bay_accessible import with_accessible
from planner.layout.bay_fill import FillOptions, fill, row_number
from planner.layout.bay_strip import divide
from planner.model.ids import AreaId, BayId
from planner.model.site import Area, AreaKind, Assumption, Bay

_ACCESSIBLE_SHARE = 0.05
_NEAR_M = 100.0  # as far as a building says which side of a strip is the kerb
_SOLID = (AreaKind.BUILDING, AreaKind.KEEP_OUT)


@dataclass(frozen=True, slots=True)
class Filled:
    """Bays that were drawn by the program, and what to say about them."""

    bays: Mapping[BayId, Bay]
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...]
    in_street: bool = False


def fill_parking(
    features: Sequence[Feature],
    drawn: Mapping[BayId, Bay],
    areas: Mapping[AreaId, Area],
    options: FillOptions,
) -> Filled:
    """Divide every car park and strip that holds no drawn bay."""
    solid = [a.polygon for a in areas.values() if a.kind in _SOLID]
    solid_near = shapely.STRtree(solid)
    drawn_near = shapely.STRtree([bay.polygon for bay in drawn.values()])
    rows = 1 + max((row_number(bay.row) for bay in drawn.values()), default=-1)
    bays: dict[BayId, Bay] = {}
    notes: list[str] = []
    divided = strips = 0
    for feature in features:
        if feature.role not in {Role.PARKING, Role.STRIP}:
            continue
        for outline in shapely.get_parts(feature.geometry):
            if not isinstance(outline, Polygon) or len(drawn_near.query(outline, "intersects")):
                continue
            near = [solid[i] for i in solid_near.query(outline, "dwithin", distance=_NEAR_M)]
            found, as_strip = _divided(feature, outline, options, near, rows)
            bays |= {bay.id: bay for bay in found}
            rows += len({bay.row for bay in found})
            divided += bool(found) and not as_strip
            strips += bool(found) and as_strip
            notes += _compared(feature, len(found))
    said = _assumptions(divided, strips, len(bays), options)
    return Filled(bays, said, tuple(notes), in_street=strips > divided)


def _divided(
    feature: Feature, outline: Polygon, options: FillOptions, solid: list[Polygon], rows: int
) -> tuple[tuple[Bay, ...], bool]:
    """Fill a car park, or divide it as a strip where no aisle has room inside."""
    source = f"divided from {feature.place}"
    if feature.role is Role.PARKING:
        found = fill(outline, replace(options, accessible=0), solid, rows, source)
        if found:
            return with_accessible(found, _accessible(feature, len(found), options)), False
    bays: list[Bay] = []
    for part in shapely.get_parts(outline.difference(shapely.union_all(solid))):
        if isinstance(part, Polygon):
            bays += divide(part, options, solid, rows + len({bay.row for bay in bays}), source)
    return tuple(bays), True


def _accessible(feature: Feature, bays: int, options: FillOptions) -> int:
    """Return how many bays shall be accessible: as tagged, as told, or one in twenty."""
    tag = feature.tags.get("capacity:disabled", "")
    if tag.isdigit():
        return int(tag)
    return options.accessible or ceil(bays * _ACCESSIBLE_SHARE)


def _compared(feature: Feature, found: int) -> list[str]:
    """Compare the bays found with the capacity that the map states."""
    stated = feature.tags.get("capacity", "")
    if not found:
        return [f"{feature.place}: no bay has room in this outline"]
    if stated.isdigit() and int(stated) != found:
        return [f"{feature.place}: {found} bays have room, the map states {stated}"]
    return []


def _assumptions(
    divided: int, strips: int, count: int, options: FillOptions
) -> tuple[Assumption, ...]:
    if not count:
        return ()
    what = [_counted(divided, "car park"), _counted(strips, "kerb strip")]
    size = f"{options.width_m:g} m × {options.depth_m:g} m at {options.angle_deg}°"
    return (
        Assumption(
            "site-bays", "Bays", f"The map shows no single bays; {count} were drawn into "
            f"{' and '.join(w for w in what if w)}", size,
            "own assumption: usual bay size, one bay in twenty of a car park accessible unless "
            "the map tells how many; correct them on the plan",
        ),
    )  # fmt: skip


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""
