"""Where the supply comes in: existing boards on the plan, or the best stand-in."""

from __future__ import annotations

from shapely import MultiPoint, Point

from grid.findings import Finding, Severity
from grid.model import Board
from planner.model.ids import BoardId
from planner.model.site import Site, SiteBoard

ASSUMED_BOARD = Board("INTAKE", "Intake", 800.0, 0, 0)
"""Stands in for a board that nobody has described: no spare ways are claimed."""


def find_intake(site: Site) -> tuple[dict[BoardId, SiteBoard], tuple[Finding, ...]]:
    """Return the boards of the plan, the origin first, and what had to be assumed."""
    boards = sorted(site.boards.values(), key=lambda b: (not b.is_origin, b.id))
    if boards:
        found = {b.id: b for b in boards}
        if boards[0].is_origin:
            return found, ()
        return found, (
            Finding(
                "LAYOUT-ORIGIN",
                Severity.WARNING,
                boards[0].id,
                boards[0].board.name,
                "No board is marked as the intake; the first one was taken.",
                fix="Mark the board at which the supply comes in.",
            ),
        )
    place, told = _stand_in(site)
    board = SiteBoard(BoardId(ASSUMED_BOARD.id), place, ASSUMED_BOARD, is_origin=True)
    return {board.id: board}, (
        Finding(
            "LAYOUT-INTAKE",
            Severity.WARNING if site.substation else Severity.ERROR,
            board.id,
            "Site",
            f"No board is on the plan; the intake was placed {told}, without spare ways.",
            fix="Place the intake on the plan and enter its spare ways.",
        ),
    )


def _stand_in(site: Site) -> tuple[Point, str]:
    """Best guess of the intake: substation, site entrance, or beside the bays."""
    if site.substation is not None:
        return site.substation, "at the substation"
    if site.entrances:
        return site.entrances[0].point, "at the first entrance"
    bays = list(site.bays.values())
    if not bays:
        return Point(0.0, 0.0), "at the origin of the plan"
    middle = MultiPoint([b.polygon.centroid for b in bays]).centroid
    nearest = min(bays, key=lambda b: (b.polygon.centroid.distance(middle), b.id))
    edge = nearest.head if nearest.head is not None else nearest.polygon.exterior
    return edge.interpolate(0.5, normalized=True), f"at bay {nearest.id}, in the middle"
