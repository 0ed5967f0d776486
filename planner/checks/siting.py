"""Where chargers stand: clear ground, lead reach, accessible bays.

Dimensions come from the drawing; the rules are those an installer checks on
site before the first plinth is set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shapely import LineString, Point
from shapely.ops import nearest_points

from grid.findings import Finding, Severity
from planner.model.charger import ChargerModel
from planner.model.design import Charger, Design
from planner.model.ids import ModelId
from planner.model.scenario import Limits
from planner.model.site import AreaKind, Bay, Site

INLET_HEIGHT_M = 1.0
"""Lead used up between socket height and the car's inlet (assumption)."""
INLET_DEPTH_M = 1.5
"""How far inside the bay the inlet is, the car parked either way round (assumption)."""
INTO_BAY_M = 0.8
"""A post deeper than this inside a bay shortens it noticeably (assumption)."""
_FORBIDDEN = {AreaKind.BUILDING: "a building", AreaKind.KEEP_OUT: "a keep-out area"}


def check_siting(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel], limits: Limits
) -> tuple[Finding, ...]:
    """Return siting findings of a design, one `OK` per check that passed."""
    found: list[Finding] = []
    for charger in design.chargers.values():
        found += _ground(site, charger)
        found += _reach(site, charger, catalogue[charger.model])
    found += _accessible(site, design, limits)
    found += _shared_bays(design)
    return tuple(found)


def _ground(site: Site, charger: Charger) -> Iterator[Finding]:
    blocked = _blocked_by(site, charger.point)
    inside = _depth_inside_bay(site, charger)
    if blocked:
        yield Finding(
            "SITE-GROUND", Severity.ERROR, charger.id, f"Charger {charger.id}",
            f"It stands in {blocked}.", fix="Drag it to free ground.",
        )  # fmt: skip
    elif inside > INTO_BAY_M:
        yield Finding(
            "SITE-BAY-DEPTH", Severity.WARNING, charger.id, f"Charger {charger.id}",
            f"It stands {inside:.1f} m inside a bay.", value=inside, limit=INTO_BAY_M, unit="m",
            fix="Drag it to the head of the bay.",
        )  # fmt: skip
    else:
        yield Finding("SITE-GROUND", Severity.OK, charger.id, charger.id, "Stands on free ground.")


def _blocked_by(site: Site, point: Point) -> str:
    for area in site.areas.values():
        if area.kind in _FORBIDDEN and area.polygon.contains(point):
            return area.name or _FORBIDDEN[area.kind]
    for tree in site.trees:
        if tree.point.distance(point) < tree.root_radius_m:
            return "the root zone of a tree"
    return ""


def _depth_inside_bay(site: Site, charger: Charger) -> float:
    """Distance of a post from the nearest edge of the bay it stands in, 0 outside bays."""
    return max(
        (
            bay.polygon.exterior.distance(charger.point)
            for bay in site.bays.values()
            if bay.polygon.contains(charger.point)
        ),
        default=0.0,
    )


def _reach(site: Site, charger: Charger, model: ChargerModel) -> Iterator[Finding]:
    for bay in (site.bays[key] for key in charger.bays if key in site.bays):
        needed = _inlet(bay, charger.point).distance(charger.point) + INLET_HEIGHT_M
        place = f"Charger {charger.id} to bay {bay.id}"
        if needed > model.lead_m:
            yield Finding(
                "SITE-REACH", Severity.WARNING, charger.id, place,
                f"The lead of {model.lead_m:.1f} m does not reach the car's inlet, "
                f"{needed:.1f} m away.", value=needed, limit=model.lead_m, unit="m",
                fix="Move the charger nearer, or choose a model with a longer lead.",
            )  # fmt: skip
        else:
            yield Finding(
                "SITE-REACH", Severity.OK, charger.id, place, "The lead reaches the bay.",
                value=needed, limit=model.lead_m, unit="m",
            )  # fmt: skip


def _inlet(bay: Bay, post: Point) -> Point:
    """Return a point on the centre line of the bay, `INLET_DEPTH_M` from its head."""
    centre = bay.polygon.centroid
    edge = bay.head.centroid if bay.head else nearest_points(bay.polygon.exterior, post)[0]
    line = LineString((edge, centre))
    return line.interpolate(min(INLET_DEPTH_M, line.length))


def _accessible(site: Site, design: Design, limits: Limits) -> Iterator[Finding]:
    marked = {key for key, bay in site.bays.items() if bay.accessible}
    serving = sum(not marked.isdisjoint(c.bays) for c in design.chargers.values())
    wanted = limits.accessible_chargers if design.chargers else 0
    if serving >= wanted:
        yield Finding(
            "SITE-ACCESSIBLE", Severity.OK, "site", "Accessible bays",
            f"{serving} chargers serve an accessible bay.", value=serving, limit=wanted,
            unit="chargers",
        )  # fmt: skip
        return
    remedy = (
        "Add a charger at an accessible bay."
        if marked
        else "Mark accessible bays on the plan, or set the number wanted to 0."
    )
    yield Finding(
        "SITE-ACCESSIBLE", Severity.WARNING, "site", "Accessible bays",
        f"{serving} of {wanted} chargers wanted there serve an accessible bay; "
        f"the plan has {len(marked)} such bays.",
        value=serving, limit=wanted, unit="chargers", fix=remedy,
    )  # fmt: skip


def _shared_bays(design: Design) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for charger in design.chargers.values():
        for bay in charger.bays:
            if bay in first:
                yield Finding(
                    "SITE-BAY-TWICE", Severity.WARNING, charger.id, f"Bay {bay}",
                    f"Chargers {first[bay]} and {charger.id} both serve it.",
                    fix="Take the bay from one of them.",
                )  # fmt: skip
            first.setdefault(bay, charger.id)
