"""Layers of the plan from the ground up; each returns SVG text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from grid.model import CircuitKind
from planner.documents.palette import Palette, model_class
from planner.documents.plan import symbols
from planner.documents.plan.svg import group, tag, text
from planner.documents.plan.view import View
from planner.model.charger import ChargerModel
from planner.model.design import Design, Trench
from planner.model.ids import ModelId
from planner.model.site import SURFACES, AreaKind, Bay, Site

NUMBERS_FROM_PX = 11.0
"""Bays narrower than this on paper carry no number."""
TRENCH_PX = 6.0
TRENCH_DASH: Mapping[AreaKind, str] = {
    AreaKind.GRASS: "5 3",
    AreaKind.ASPHALT: "",
    AreaKind.PARKING: "",
    AreaKind.PAVING: "1.2 2",
    AreaKind.CONCRETE: "7 2 1.2 2",
    AreaKind.ROAD: "10 2",
}
"""Edge of the trench band by surface; solid where nothing stands."""


def ground(site: Site, view: View, palette: Palette) -> Iterator[str]:
    """Draw surfaces, existing ducts, trees and the site boundary."""
    order = (*SURFACES, AreaKind.PARKING)
    for area in sorted(site.areas.values(), key=lambda a: (a.kind not in order, a.id)):
        if area.kind in order:
            yield tag("path", d=view.path(area.polygon), fill=palette.area[area.kind])
        elif area.kind is AreaKind.BOUNDARY:
            edge = view.path(area.polygon.boundary)
            yield tag("path", d=edge, fill="none", stroke=palette.text3, stroke_width=1,
                      stroke_dasharray="8 3 1.5 3")  # fmt: skip
    for tree in site.trees:
        x, y = view.xy(tree.point)
        r = max(tree.root_radius_m * view.scale, 3.0)
        yield tag("circle", cx=x, cy=y, r=r, fill=palette.tree, opacity=0.8)
        yield tag("circle", cx=x, cy=y, r=1, fill=palette.text3)
    for duct in site.ducts:
        yield tag("path", d=view.path(duct.line), fill="none", stroke=palette.duct,
                  stroke_width=1.5, stroke_dasharray="2 3")  # fmt: skip


def buildings(site: Site, view: View, palette: Palette) -> Iterator[str]:
    """Draw buildings with their names, and keep-out zones."""
    for area in site.areas.values():
        if area.kind is AreaKind.BUILDING:
            yield tag("path", d=view.path(area.polygon), fill=palette.area[area.kind],
                      stroke=palette.building_edge, stroke_width=1.4)  # fmt: skip
            yield _name(area.polygon, area.name, view, palette.text, 11, 600)
        elif area.kind is AreaKind.KEEP_OUT:
            yield tag("path", d=view.path(area.polygon), fill=palette.keep_out, fill_opacity=0.06,
                      stroke=palette.keep_out, stroke_width=1, stroke_dasharray="4 3")  # fmt: skip
            yield _name(area.polygon, area.name, view, palette.keep_out, 7, 500)


def _name(shape: BaseGeometry, words: str, view: View, ink: str, size: float, weight: int) -> str:
    """Set a name in the widest visible part of a shape, if it fits there."""
    visible = shapely.intersection(shape, view.box())
    if visible.is_empty or not words:
        return ""
    chord = _widest_chord(visible)
    if 0.6 * size * len(words) > chord.length * view.scale:
        return ""
    x, y = view.xy(chord.interpolate(0.5, normalized=True))
    return text(words, x, y + size / 3, size, ink, anchor="middle", weight=weight)


def _widest_chord(shape: BaseGeometry) -> BaseGeometry:
    """Return the longest of some level lines through a shape."""
    west, south, east, north = shape.bounds
    heights = (south + (north - south) * share for share in (0.5, 0.35, 0.65, 0.2, 0.8))
    levels = [shapely.LineString([(west, y), (east, y)]) for y in heights]
    parts = shapely.get_parts(shapely.intersection(levels, shape))
    widest: BaseGeometry = max(parts, key=lambda part: part.length)
    return widest


def bays(site: Site, design: Design | None, view: View, palette: Palette) -> Iterator[str]:
    """Draw bays with numbers at the open end, and each row's letter."""
    served = {b for c in design.chargers.values() for b in c.bays} if design else set()
    for bay in site.bays.values():
        fill = palette.bay_served if bay.id in served else palette.bay
        yield tag("path", d=view.path(bay.polygon), fill=fill, stroke=palette.bay_line,
                  stroke_width=0.9)  # fmt: skip
        if bay.width_m * view.scale >= NUMBERS_FROM_PX:
            yield _bay_text(bay, view, palette)
    yield from _rows(site, view, palette)


def _open_end(bay: Bay) -> tuple[Point, Point]:
    """Return the bay's centre and the point where its number stands."""
    centre = bay.polygon.centroid
    if bay.head is None:
        return centre, centre
    head = bay.head.interpolate(0.5, normalized=True)
    shift = 0.55
    return centre, Point(
        centre.x - shift * (head.x - centre.x), centre.y - shift * (head.y - centre.y)
    )


def _bay_text(bay: Bay, view: View, palette: Palette) -> str:
    centre, place = _open_end(bay)
    size = min(8.0, bay.width_m * view.scale * 0.5)
    x, y = view.xy(place)
    words = text(str(bay.number), x, y + size * 0.36, size, palette.text2, anchor="middle")
    if not bay.accessible:
        return words
    cx, cy = view.xy(centre)
    return words + symbols.wheelchair(cx, cy, min(11.0, bay.width_m * view.scale * 0.7), palette)


def _rows(site: Site, view: View, palette: Palette) -> Iterator[str]:
    rows: dict[str, list[Bay]] = defaultdict(list)
    for bay in site.bays.values():
        rows[bay.row].append(bay)
    for letter, members in rows.items():
        if not letter or len(members) < 2:
            continue
        members.sort(key=lambda b: b.number)
        first, second = (b.polygon.centroid for b in members[:2])
        step = first.distance(second)
        if not step or step * view.scale < NUMBERS_FROM_PX:
            continue
        reach = (members[0].width_m / 2 * view.scale + 11) / view.scale
        x, y = view.xy(Point(
            first.x + (first.x - second.x) / step * reach,
            first.y + (first.y - second.y) / step * reach,
        ))  # fmt: skip
        if 8 < x < view.width - 8 and 8 < y < view.height - 8:
            yield symbols.row_ring(x, y, letter, palette)


def trenches(design: Design, view: View, palette: Palette) -> Iterator[str]:
    """Draw trench as a band whose edge tells the surface."""
    by_surface: dict[AreaKind, list[Trench]] = defaultdict(list)
    for trench in design.trenches.values():
        if trench.existing_duct:
            continue
        by_surface[trench.surface].append(trench)
    for surface, pieces in by_surface.items():
        band = shapely.union_all([t.line for t in pieces]).buffer(
            TRENCH_PX / 2 / view.scale, cap_style="flat", join_style="mitre"
        )
        yield tag("path", d=view.path(band), fill=palette.trench, fill_opacity=0.28,
                  stroke=palette.trench, stroke_width=1,
                  stroke_dasharray=TRENCH_DASH.get(surface, "") or "none")  # fmt: skip


def cables(design: Design, view: View, palette: Palette) -> Iterator[str]:
    """Draw feeders under circuit cables."""
    ordered = sorted(
        design.circuits.values(), key=lambda c: c.sized.demand.kind is not CircuitKind.FEEDER
    )
    for circuit in ordered:
        feeder = circuit.sized.demand.kind is CircuitKind.FEEDER
        yield tag("path", d=view.path(circuit.route), fill="none", stroke_linejoin="round",
                  stroke=palette.feeder if feeder else palette.cable,
                  stroke_width=2.2 if feeder else 1.2)  # fmt: skip


def equipment(
    site: Site, design: Design | None, catalogue: Mapping[ModelId, ChargerModel],
    view: View, palette: Palette,
) -> Iterator[str]:  # fmt: skip
    """Draw intake, boards, pillars and chargers with their names."""
    if site.substation:
        x, y = view.xy(site.substation)
        yield symbols.transformer(x, y, palette)
    for existing in site.boards.values():
        x, y = view.xy(existing.point)
        yield symbols.board(x, y, palette)
        yield text(existing.board.name, x, y - 9, 8, palette.text, anchor="middle", weight=500,
                   halo=palette.paper)  # fmt: skip
    if design is None:
        return
    for charger in design.chargers.values():
        x, y = view.xy(charger.point)
        model = catalogue.get(charger.model)
        sockets = model.outlets if model else 1
        yield symbols.charger(x, y, model_class(model), sockets, palette)
    yield from _charger_names(site, design, view, palette)
    for new in design.boards.values():
        x, y = view.xy(new.point)
        yield symbols.pillar(x, y, palette)
        yield text(new.id, x + 8, y - 4, 8, palette.text, weight=600, halo=palette.paper)


def _charger_names(site: Site, design: Design, view: View, palette: Palette) -> Iterator[str]:
    """Name chargers where bays are wide enough on paper for it to stay readable."""
    widths = [bay.width_m for bay in site.bays.values()]
    if not widths or min(widths) * view.scale < 2 * NUMBERS_FROM_PX:
        return
    for charger in design.chargers.values():
        x, y = view.xy(charger.point)
        yield text(charger.id, x, y - 8.5, 7.5, palette.text, anchor="middle", weight=500,
                   halo=palette.paper)  # fmt: skip


def all_layers(
    site: Site, design: Design | None, catalogue: Mapping[ModelId, ChargerModel],
    view: View, palette: Palette,
) -> str:  # fmt: skip
    """Draw everything of the plan, ground first."""
    parts = [
        tag("rect", x=0, y=0, width=view.width, height=view.height, fill=palette.paper),
        group(ground(site, view, palette), id="ground"),
        group(buildings(site, view, palette), id="buildings"),
        group(bays(site, design, view, palette), id="bays"),
    ]
    if design is not None:
        parts.append(group(trenches(design, view, palette), id="trenches"))
        parts.append(group(cables(design, view, palette), id="cables"))
    parts.append(group(equipment(site, design, catalogue, view, palette), id="equipment"))
    return "".join(parts)
