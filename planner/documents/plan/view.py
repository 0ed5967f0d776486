"""From site metres to picture units, y downwards."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.documents.plan.svg import number
from planner.model.design import Design
from planner.model.site import Site

MARGIN_M = 4.0
LEAST_M = 20.0
"""A plan never shows less than this across, whatever is drawn."""


@dataclass(frozen=True, slots=True)
class View:
    """A window on the site: `west`, `north` at the top left, `scale` in px per metre."""

    west: float
    north: float
    scale: float
    width: float
    height: float

    def xy(self, point: Point) -> tuple[float, float]:
        """Return the picture position of a point."""
        return (point.x - self.west) * self.scale, (self.north - point.y) * self.scale

    def box(self) -> BaseGeometry:
        """Return the visible part of the site."""
        south = self.north - self.height / self.scale
        return shapely.box(self.west, south, self.west + self.width / self.scale, self.north)

    def path(self, geometry: BaseGeometry) -> str:
        """Return the SVG path data of lines and polygons."""
        return "".join(self._part(part) for part in shapely.get_parts(geometry))

    def _part(self, part: BaseGeometry) -> str:
        if isinstance(part, Polygon):
            rings = [part.exterior, *part.interiors]
            return "".join(self._points(ring) + "Z" for ring in rings)
        return self._points(part) if part.geom_type in {"LineString", "LinearRing"} else ""

    def _points(self, line: BaseGeometry) -> str:
        xy = [
            f"{number((x - self.west) * self.scale)} {number((self.north - y) * self.scale)}"
            for x, y, *_ in line.coords
        ]
        return f"M{'L'.join(xy)}"


def fit(site: Site, design: Design | None, width: float, height: float) -> View:
    """Show bays, boards, intake and design, centred, with a margin.

    Areas may reach far beyond the car park, so they frame the picture only where
    there is nothing else.
    """
    things: list[BaseGeometry] = [bay.polygon for bay in site.bays.values()]
    things += [board.point for board in site.boards.values()]
    things += [site.substation] if site.substation else []
    if design:
        things += [trench.line for trench in design.trenches.values()]
        things += [charger.point for charger in design.chargers.values()]
        things += [board.point for board in design.boards.values()]
    things = things or [area.polygon for area in site.areas.values()] or [Point(0, 0)]
    west, south, east, north = shapely.total_bounds(shapely.GeometryCollection(things))
    across = max(east - west + 2 * MARGIN_M, LEAST_M)
    up = max(north - south + 2 * MARGIN_M, LEAST_M * height / width)
    scale = min(width / across, height / up)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return View(middle_x - width / scale / 2, middle_y + height / scale / 2, scale, width, height)
