"""Building blocks of the sample sites, in local metres (x right, y up)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely import LineString, Point, Polygon, affinity, set_precision
from shapely.geometry.base import BaseGeometry

Properties = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One object of the map: its layer, its attributes and its shape."""

    layer: str
    properties: Properties
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class SampleSite:
    """A site in local metres with everything that is written beside the map.

    `origin_m` is the national-grid position of local (0, 0), `turn_deg` the
    rotation of the site anticlockwise. `load_kw` names the daily load shape.
    """

    name: str
    title: str
    origin_m: tuple[float, float]
    turn_deg: float
    objects: tuple[Drawn, ...]
    supply: Properties
    demand: tuple[tuple[str, float], ...]
    story: str
    boards: tuple[Properties, ...] = ()
    load: Properties = field(default_factory=dict)
    accessible_chargers: int = 1


def placed(site: SampleSite, shape: BaseGeometry) -> BaseGeometry:
    """Turn and shift a local shape to the national grid, to the millimetre."""
    turned = affinity.rotate(shape, site.turn_deg, origin=(0, 0))
    moved = affinity.translate(turned, *site.origin_m)
    return set_precision(moved, 0.001, mode="pointwise")


def bay(name: str, row: str, number: int, outline: Polygon, accessible: bool = False) -> Drawn:
    """Draw one bay; its first edge is the width."""
    (x0, y0), (x1, y1), (x2, y2) = list(outline.exterior.coords)[:3]
    width = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    depth = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    about = {
        "id": name,
        "row": row,
        "number": number,
        "accessible": accessible,
        "width_m": round(width, 3),
        "depth_m": round(depth, 3),
    }
    return Drawn("bays", about, outline)


def row_of_bays(
    row: str, start: tuple[float, float], count: int, width_m: float, depth_m: float, first: int = 1
) -> list[Drawn]:
    """Draw bays side by side to the right of `start`, the lower left corner."""
    x, y = start
    return [
        bay(
            f"{row}{first + i}",
            row,
            first + i,
            rectangle(x + i * width_m, y, x + (i + 1) * width_m, y + depth_m),
        )
        for i in range(count)
    ]


def accessible_row(row: str, start: tuple[float, float], count: int, depth_m: float) -> list[Drawn]:
    """Draw accessible bays of 2.4 m, each with a hatched transfer strip of 1.2 m to its right."""
    x, y = start
    drawn = []
    for i in range(count):
        left = x + i * 3.6
        outline = rectangle(left, y, left + 2.4, y + depth_m)
        strip = rectangle(left + 2.4, y, left + 3.6, y + depth_m)
        drawn.append(bay(f"{row}{i + 1}", row, i + 1, outline, accessible=True))
        drawn.append(area("asphalt", f"X{i + 1}", f"Transfer strip {row}{i + 1}", strip))
    return drawn


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """Draw a rectangle that starts at its lower left corner and runs anticlockwise."""
    return Polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def area(kind: str, name: str, label: str, shape: BaseGeometry) -> Drawn:
    """Draw a building, surface, keep-out zone or boundary."""
    layer = {"building": "buildings", "keep_out": "keep_out", "boundary": "boundary"}
    return Drawn(layer.get(kind, "surfaces"), {"id": name, "kind": kind, "name": label}, shape)


def tree(name: str, x: float, y: float, root_radius_m: float) -> Drawn:
    """Draw a tree with the radius of its root zone."""
    return Drawn("trees", {"id": name, "root_radius_m": root_radius_m}, Point(x, y))


def duct(name: str, diameter_mm: float, *points: tuple[float, float]) -> Drawn:
    """Draw an existing duct."""
    return Drawn("ducts", {"id": name, "diameter_mm": diameter_mm}, LineString(points))


def entrance(name: str, kind: str, label: str, x: float, y: float) -> Drawn:
    """Draw where people (door) or cars (vehicle) enter."""
    return Drawn("entrances", {"id": name, "kind": kind, "name": label}, Point(x, y))


def supply_point(kind: str, name: str, label: str, x: float, y: float) -> Drawn:
    """Draw a substation or an existing board; its electrical data is in the supply sheet."""
    return Drawn("supply", {"id": name, "kind": kind, "name": label}, Point(x, y))
