"""A project without a map: its place is told or assumed, and the plan is drawn by hand."""

from __future__ import annotations

import re

from planner.catalogue import load_catalogue
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import Assumption, Site
from planner.money.pricebook import load_price_book

PLACE = "site-place"
_MIDDLE_OF_BRITAIN = (27700, 430_000.0, 330_000.0)
_HALF_M = (60.0, 40.0)


def blank_project(name: str, place: str, region: str = "gb") -> Project:
    """Return a project with an empty plan around `place`, "LAT, LON" or blank.

    Raises
    ------
    InputError
        Where `place` is no latitude and longitude.
    """
    epsg, x, y = _MIDDLE_OF_BRITAIN
    text = "The place of the site is not known; the plan is drawn in the middle of Britain"
    if place.strip():
        from pyproj import CRS, Transformer

        from planner.inputs.maps.crs import choose_epsg

        lat, lon = _degrees(place)
        epsg = choose_epsg(CRS(4326), (lon, lat, lon, lat), region)
        x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
        text = f"The plan is drawn around {place.strip()}"
    told = Assumption(
        PLACE, "Site", text, f"{x:.1f}, {y:.1f}",
        "as entered" if place.strip() else "own assumption; add a map to place it",
        confirmed=bool(place.strip()),
    )  # fmt: skip
    site = Site(name, epsg, region, assumptions=(told,))
    return Project(name, site, (Scenario("A Today"),), load_catalogue(), load_price_book(region))


def _degrees(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*", text)
    if found is not None:
        lat, lon = float(found[1]), float(found[2])
        if abs(lat) <= 84 and abs(lon) <= 180:
            return lat, lon
    raise InputError(
        "new plan",
        "",
        f"'{text[:40]}' is no latitude and longitude",
        "write it as 51.5072, -0.1276",
    )


def extent(site: Site) -> tuple[float, float, float, float]:
    """Return west, south, east and north of what is on the plan, or of the empty sheet."""
    shapes = [a.polygon for a in site.areas.values()] + [b.polygon for b in site.bays.values()]
    if shapes:
        from shapely import total_bounds

        west, south, east, north = (float(v) for v in total_bounds(shapes))
        return west, south, east, north
    corners = [at for underlay in site.underlays for at in underlay.corners]
    if corners:
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    x, y = _place(site)
    return x - _HALF_M[0], y - _HALF_M[1], x + _HALF_M[0], y + _HALF_M[1]


def _place(site: Site) -> tuple[float, float]:
    told = next((a.value for a in site.assumptions if a.id == PLACE), "")
    parts = re.fullmatch(r"(-?[\d.]+), (-?[\d.]+)", told)
    if parts is not None:
        return float(parts[1]), float(parts[2])
    board = next((b.point for b in site.boards.values()), site.substation)
    return (board.x, board.y) if board is not None else (0.0, 0.0)
