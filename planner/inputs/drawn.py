"""Bays in an area or along a line that the user has drawn; the same rules as for maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from planner.layout.bay_fill import fill, row_number
from planner.layout.bay_rows import FillOptions
from planner.layout.bay_strip import divide
from planner.model.ids import AreaId, BayId
from planner.model.project import Project
from planner.model.site import Area, AreaKind, Bay, Site

_SOLID = (AreaKind.BUILDING, AreaKind.KEEP_OUT)
MARK = "drawn "


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be filled: `outline` with rows and aisles, or one row if `strip`."""

    outline: Polygon
    options: FillOptions
    strip: bool
    obstacles: tuple[BaseGeometry, ...]
    first_row: int
    source: str
    taken: frozenset[str]


def drawn_in(
    site: Site, outline: Polygon, options: FillOptions, area_id: str, *, strip: bool
) -> Drawn:
    """Say what is to be filled: other bays, buildings and keep-out zones are left free."""
    source = f"{MARK}{area_id}"
    others = [b for b in site.bays.values() if b.source != source]
    near = [b.polygon for b in others if b.polygon.intersects(outline)]
    solid = [a.polygon for a in site.areas.values() if a.kind in _SOLID]
    solid = [shape for shape in solid if shape.intersects(outline)]
    first = 1 + max((row_number(b.row) for b in others), default=-1)
    taken = frozenset(str(b.id) for b in others)
    return Drawn(outline, options, strip, (*near, *solid), first, source, taken)


def bays_of(wanted: Drawn) -> tuple[Bay, ...]:
    """Return the bays that fit; their ids are free on the site."""
    if wanted.strip:
        free = wanted.outline.difference(shapely.union_all(list(wanted.obstacles)))
        parts = [p for p in shapely.get_parts(free) if isinstance(p, Polygon) and p.area > 5]
        bays: list[Bay] = []
        for row, part in enumerate(parts, wanted.first_row):
            bays += divide(part, wanted.options, (), row, wanted.source)
    else:
        bays = list(
            fill(wanted.outline, wanted.options, wanted.obstacles, wanted.first_row, wanted.source)
        )
    return tuple(_free(bay, wanted.taken) for bay in bays)


def _free(bay: Bay, taken: frozenset[str]) -> Bay:
    name, number = str(bay.id), 2
    while name in taken:
        name, number = f"{bay.id}-{number}", number + 1
    return bay if name == bay.id else replace(bay, id=BayId(name))


def strip_outline(line: LineString, depth_m: float) -> Polygon:
    """Return the ground of a row of bays to the left of a line."""
    side = line.buffer(depth_m, single_sided=True, join_style="mitre")
    parts = [p for p in shapely.get_parts(side) if isinstance(p, Polygon)]
    return max(parts, key=lambda p: p.area)


def with_filled(project: Project, area: Area, bays: tuple[Bay, ...]) -> Project:
    """Put an area and its bays on the plan in place of those it had before."""
    from planner import edits

    mine = f"{MARK}{area.id}"
    gone = [key for key, bay in project.site.bays.items() if bay.source == mine]
    made = edits.remove_bays(project, gone) if gone else project
    made = edits.add_areas(made, (area,))
    return edits.add_bays(made, bays)


def is_drawn_parking(area: Area) -> bool:
    """Tell whether an area of bays was drawn by hand."""
    return area.kind is AreaKind.PARKING and area.source.startswith(MARK)


def without_filled(project: Project, area_id: str) -> Project:
    """Take a drawn area and its bays off the plan."""
    from planner import edits

    gone = [k for k, bay in project.site.bays.items() if bay.source == f"{MARK}{area_id}"]
    made = edits.remove_bays(project, gone) if gone else project
    return edits.remove_areas(made, (AreaId(area_id),))


def free_area_id(areas: Iterable[str], letter: str) -> str:
    """Return the first unused id such as P1, P2 ..."""
    taken = set(areas)
    return next(f"{letter}{n}" for n in range(1, len(taken) + 2) if f"{letter}{n}" not in taken)
