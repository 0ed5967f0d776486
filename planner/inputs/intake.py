"""Where the supply enters: drawn, told, or assumed at the edge of the parking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from planner.inputs.ground import ASSUMED
from planner.inputs.maps.feature import Feature, Role
from planner.inputs.workbooks.supply import SupplySheet
from planner.model.ids import AreaId, BayId, BoardId
from planner.model.site import Area, AreaKind, Assumption, Bay, SiteBoard

Boards = tuple[dict[BoardId, SiteBoard], tuple[Assumption, ...], tuple[str, ...]]


def substation(features: Sequence[Feature]) -> Point | None:
    """Return the middle of the first substation on the map."""
    found = (f.geometry for f in features if f.role is Role.SUBSTATION and f.geometry is not None)
    return next((shape.representative_point() for shape in found), None)


def boards(
    features: Sequence[Feature],
    sheet: SupplySheet | None,
    told: Point | None,
    fallback: Point | None,
    reason: str,
) -> Boards:
    """Give each board of the supply sheet its place on the map, by name.

    The board at the intake stands where the user told, where the map draws it,
    or at `fallback`, which is then an assumption for the given reason.
    """
    drawn = {
        name.casefold(): f.geometry.representative_point()
        for f in features
        if f.role is Role.BOARD and f.geometry is not None
        for name in (f.id, f.tags.get("name", ""))
        if name
    }
    if sheet is None:
        note = ("boards on the map have no data until a supply sheet is given",) if drawn else ()
        return {}, (), note
    found: dict[BoardId, SiteBoard] = {}
    assumed: list[Assumption] = []
    origin_point: Point | None = None
    for board in sorted(sheet.boards, key=lambda b: b.id != sheet.origin):
        is_origin = board.id == sheet.origin
        point = told if is_origin and told is not None else drawn.get(board.name.casefold())
        point = point or drawn.get(board.id.casefold())
        if point is None and is_origin and drawn and len(sheet.boards) == 1:
            point = next(iter(drawn.values()))
        if point is None:
            point = fallback if is_origin else origin_point
            why = reason if is_origin else "beside the board at the intake"
            if point is None:
                continue
            assumed.append(_assumed(board.id, board.name, point, why))
        if is_origin:
            origin_point = point
        key = BoardId(board.id)
        found[key] = SiteBoard(key, point, board, is_origin)
    return found, tuple(assumed), ()


def _assumed(key: str, name: str, point: Point, why: str) -> Assumption:
    return Assumption(
        f"site-board-{key}", name, f"The map does not show where '{name}' stands; placed {why}",
        f"{point.x:.1f}, {point.y:.1f}", "own assumption; move it on the plan or use --intake X,Y",
    )  # fmt: skip


def assumed_place(
    areas: Mapping[AreaId, Area], bays: Mapping[BayId, Bay], station: Point | None
) -> tuple[Point | None, str]:
    """Choose a place for the intake: the substation, else the edge of the parking.

    The edge point is the one nearest to a building, else to a drawn road, else
    to the middle of the parking, which keeps trenches short.
    """
    if station is not None:
        return station, "at the substation"
    parking = [a.polygon for a in areas.values() if a.kind is AreaKind.PARKING]
    ground: BaseGeometry = shapely.union_all(parking or [bay.polygon for bay in bays.values()])
    if ground.is_empty:
        return None, ""
    edge = ground.boundary
    for kind, word in ((AreaKind.BUILDING, "building"), (AreaKind.ROAD, "road")):
        near = [a.polygon for a in areas.values() if a.kind is kind and a.source != ASSUMED]
        if near:
            here, _ = nearest_points(edge, shapely.union_all(near))
            return _beside(here, ground), f"at the edge of the parking nearest to a {word}"
    here, _ = nearest_points(edge, ground.centroid)
    return _beside(here, ground), "at the edge of the parking nearest to its middle"


def _beside(here: Point, ground: BaseGeometry) -> Point:
    """Step half a metre off the parking so that the board stands on no bay."""
    centre = nearest_points(here, ground.centroid)[1]
    away = max(here.distance(centre), 1e-9)
    step = 0.5 / away
    return Point(here.x + (here.x - centre.x) * step, here.y + (here.y - centre.y) * step)
