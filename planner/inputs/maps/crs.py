"""Where a map lies: the declared system is checked against the numbers, or asked for.

Axis order is settled here once: x is east or longitude, y north or latitude.
Nothing is fetched: PROJ's network access is switched off.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import pyproj
import pyproj.network
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

import data
from planner.inputs.maps.feature import MapOptions, RawMap
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]

WIDEST_M = 50_000.0
_SCALE_ERROR = 0.001  # a length may be 0.1 % wrong
_USUAL = ("WGS 84", "ETRS89", "NAD83", "OSGB36", "GDA2020")
_OBLIQUE, _SQUARE = 0.06, 0.03  # cosines of corners that are 3.4° and 1.7° off
_OTHER = "EPSG:CODE to name their system"
_CORNERS, _LOOKED_AT = 4, 200
_MARGIN_DEG = 6.0  # how far grids are used beyond their stated area
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Placing:
    """The system of a file and the metric one everything is carried into."""

    crs: CRS
    name: str
    epsg: int
    to_site: Transformer
    notes: tuple[Note, ...]


def place(raw: RawMap, options: MapOptions) -> Placing:
    """Decide the system of a map and of the site, or ask."""
    bounds = extent([f.geometry for f in raw.features if f.geometry is not None])
    notes: list[Note] = []
    if options.crs:
        crs, name = named(options.crs, raw.file), options.crs.upper()
        notes.append(Note(Action.ACCEPT, "MAP-CRS", "", f"taken as {name}, as told by --crs"))
    elif raw.crs:
        crs, name = named(raw.crs, raw.file), label(raw.crs)
    elif raw.implied:
        crs, name = named(raw.implied, raw.file), raw.implied
        _refuse_metres_as_degrees(raw, bounds, options)
        notes.append(
            Note(Action.ACCEPT, "MAP-CRS", "", f"{raw.format} without a system means {name}")
        )
    else:
        raise unknown(raw.file, bounds, options, "the map does not say its coordinate system")
    lonlat = _lonlat(raw, crs, name, bounds, options)
    epsg = options.epsg or choose_epsg(crs, lonlat, options.region)
    transformer = Transformer.from_crs(crs, epsg, always_xy=True)
    notes += _project_note(name, epsg)
    if lonlat[2] - lonlat[0] > 180:
        wide = width_m(lonlat) / 1000
        said = f"the map crosses 180° E; taken as one place of {wide:,.1f} km, not as a ring"
        notes.append(Note(Action.ASK, "MAP-180", "", said))
    return Placing(crs, name, epsg, transformer, tuple(notes))


def _project_note(name: str, epsg: int) -> list[Note]:
    if name == f"EPSG:{epsg}":
        return []
    return [Note(Action.ACCEPT, "MAP-PROJECT", "", f"carried from {name} into EPSG:{epsg}, metres")]


def named(text: str, file: str) -> CRS:
    """Return the system called `text`; an unknown one or one of no place is a question."""
    try:
        crs = CRS.from_user_input(int(text) if text.strip().isdigit() else text)
        Transformer.from_crs(crs, 4326)  # fails for local systems that lie nowhere on earth
        return crs
    except (ProjError, ValueError):
        raise InputError(
            file, "", f"'{label(text)}' is not a coordinate system that is known",
            "name the right one with --crs EPSG:CODE", question=True,
        ) from None  # fmt: skip


def label(text: str) -> str:
    """Return a short name of a system: its code where there is one."""
    if len(text) < 40:
        return text
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return text[:40]
    code = crs.to_epsg(min_confidence=70)
    name = "local metres" if crs.name == "unknown" else str(crs.name)
    return f"EPSG:{code}" if code else name


def extent(shapes: Sequence[BaseGeometry | None]) -> Box:
    """Return the bounds of all shapes, NaN where there are none."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    return float(west), float(south), float(east), float(north)


def _refuse_metres_as_degrees(raw: RawMap, bounds: Box, options: MapOptions) -> None:
    """Ask where the numbers cannot be degrees although the format implies them."""
    x, y = max(bounds[0], bounds[2], key=abs), max(bounds[1], bounds[3], key=abs)
    if abs(x) > 180 or abs(y) > 90:
        reason = f"{_number(x)} cannot be a longitude" if abs(x) > 180 else ""
        reason = reason or f"{_number(y)} cannot be a latitude"
        if abs(x) <= 90 and abs(y) <= 180:
            raise _exchanged(raw.file, (y, x), reason, _OTHER)
        raise unknown(raw.file, bounds, options, f"{reason} and no coordinate system is named")


def _exchanged(
    file: str, right: tuple[float, float], reason: str, else_: str = "EPSG:4326 to keep them"
) -> InputError:
    """Ask whether x and y are exchanged; `right` is the position if they are."""
    lon, lat = right
    where = ", on land" if on_land(lon, lat) else ""
    return InputError(
        file, "", f"{reason}; with the axes exchanged it is {lon:.4f} E, {lat:.4f} N{where}",
        f"say --crs swap to exchange them, or --crs {else_}", question=True,
    )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) < 1e12 else f"{value:.3g}"


def unknown(file: str, bounds: Box, options: MapOptions, reason: str) -> InputError:
    """Ask for the system, proposing those that put the map into their own area."""
    found = [f"EPSG:{epsg} ({name})" for epsg, name in plausible(bounds, options.region)]
    proposal = f", for instance {found[0]}" if found else ""
    if len(found) > 1:
        proposal += f" or {found[1]}"
    return InputError(
        file, "", reason, f"name the system with --crs EPSG:CODE{proposal}", question=True
    )


def plausible(bounds: Box, region: str) -> Iterator[tuple[int, str]]:
    """Yield grids in whose own area the numbers would lie, the region's own first."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if max(abs(bounds[0]), abs(bounds[2])) <= 180 and max(abs(bounds[1]), abs(bounds[3])) <= 90:
        yield 4326, "WGS 84 degrees"
    for grid in sorted(_grids(), key=lambda g: g.region != region):
        lon, lat = Transformer.from_crs(grid.epsg, 4326, always_xy=True).transform(x, y)
        if grid.holds(lon, lat):
            yield grid.epsg, grid.name


def search(text: str, bounds: Box | None, most: int = 30) -> tuple[tuple[str, str, bool], ...]:
    """Return systems whose code, name or area holds all words: code, words, plausible or not.

    Plausible ones, in whose own area the numbers would lie, come first.
    """
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    words = text.casefold().replace("epsg:", "").split()
    kinds = [PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS]
    found = []
    for info in query_crs_info(auth_name="EPSG", pj_types=kinds):
        area = info.area_of_use
        said = f"{info.code} {info.name} {area.name if area else ''}".casefold()
        if words and all(word in said for word in words):
            rank = (
                info.code != words[0], words[0] not in info.name.casefold(),
                not info.name.startswith(_USUAL), len(info.name),
            )  # fmt: skip
            found.append((rank, int(info.code), info.name, area.name if area else ""))
    best = sorted(found)[: 2 * most]
    rated = [
        (f"EPSG:{code}", f"{name}, {area}".rstrip(", "), _lies_within(code, bounds))
        for _, code, name, area in best
    ]
    return tuple(sorted(rated, key=lambda r: not r[2])[:most])


def _lies_within(epsg: int, bounds: Box | None) -> bool:
    """Tell whether the middle of some bounds lies in the area a system is made for."""
    if bounds is None:
        return True
    crs = CRS(epsg)
    use = crs.area_of_use
    if use is None:
        return False
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)
    return bool(use.west <= lon <= use.east and use.south <= lat <= use.north)


@dataclass(frozen=True, slots=True)
class _Grid:
    epsg: int
    name: str
    region: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@functools.cache
def _grids() -> tuple[_Grid, ...]:
    edges = ("west_deg", "south_deg", "east_deg", "north_deg")
    return tuple(
        _Grid(
            int(row.number("epsg")),
            row.text("name"),
            row.text("region"),
            *(row.number(edge) for edge in edges),
        )
        for row in data.open_table("maps/national_grids")
    )


def _lonlat(raw: RawMap, crs: CRS, name: str, bounds: Box, options: MapOptions) -> Box:
    """Return the bounds in degrees after all checks of the numbers."""
    file = raw.file
    if crs.is_geographic:
        shapes = [f.geometry for f in raw.features if f.geometry is not None]
        _check_degrees(file, bounds, options, shapes)
        lonlat = bounds
    else:
        lonlat = _unprojected(file, crs, name, bounds)
    if options.clip:
        return lonlat
    width = width_m(lonlat)
    if width > WIDEST_M:
        raise InputError(
            file, "", f"the map spans {width / 1000:,.0f} km, which is more than one site",
            "choose one place with --clip largest or --clip LON,LAT,RADIUS_M", question=True,
        )  # fmt: skip
    return lonlat


def _unprojected(file: str, crs: CRS, name: str, bounds: Box) -> Box:
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    found = to_degrees.transform_bounds(*bounds, densify_pts=3)
    west, south, east, north = (float(v) for v in found)
    usable = bool(np.isfinite([west, south, east, north]).all())
    use = crs.area_of_use
    if usable and use is not None and use.west <= use.east:
        usable = (
            use.west - _MARGIN_DEG <= west <= east <= use.east + _MARGIN_DEG
            and use.south - _MARGIN_DEG <= south <= north <= use.north + _MARGIN_DEG
        )
    if not usable:
        x, y = (_number((bounds[i] + bounds[i + 2]) / 2) for i in (0, 1))
        raise InputError(
            file, "", f"the coordinates (about {x}, {y}) lie outside the area of {name}",
            "name the right system with --crs EPSG:CODE, or export the map again",
        )  # fmt: skip
    return west, south, east, north


def _check_degrees(
    file: str, bounds: Box, options: MapOptions, shapes: Sequence[BaseGeometry]
) -> None:
    """Ask where degrees are none, lie at (0, 0), or seem to be exchanged."""
    west, south, east, north = bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        x, y = max(west, east, key=abs), max(south, north, key=abs)
        what = f"{_number(x)} cannot be a longitude"
        if abs(x) <= 180:
            what = f"{_number(y)} cannot be a latitude"
        if abs(x) <= 90 and abs(y) <= 180 and not options.crs:
            raise _exchanged(file, (y, x), what, _OTHER)
        raise unknown(file, bounds, options, what)
    if max(abs(b) for b in bounds) < 1e-3:
        raise InputError(
            file, "", "all coordinates lie within 0.001 degrees of (0, 0), in the Gulf of Guinea",
            "name the real system with --crs EPSG:CODE; local drawing units cannot be placed",
            question=True,
        )  # fmt: skip
    lon, lat = (west + east) / 2, (south + north) / 2
    if options.crs:
        return
    here = f"{lon:.4f} E, {lat:.4f} N"
    if abs(lon) > 90:
        return
    if not on_land(lon, lat) and on_land(lat, lon):
        raise _exchanged(file, (lat, lon), f"{here} lies in the sea")
    if _in_region(lat, lon, options) and not _in_region(lon, lat, options):
        raise _exchanged(file, (lat, lon), f"{here} is far from the region of the project")
    if oblique(shapes, lat) > _OBLIQUE and oblique(shapes, lon, swapped=True) < _SQUARE:
        raise _exchanged(file, (lat, lon), f"at {here} its rectangles would have oblique corners")


def _in_region(lon: float, lat: float, options: MapOptions) -> bool:
    return any(g.region == options.region and g.holds(lon, lat) for g in _grids())


def oblique(shapes: Sequence[BaseGeometry], lat: float, *, swapped: bool = False) -> float:
    """Return the cosine by which corners of quadrilaterals in degrees usually miss 90°.

    NaN where there are none. A rectangle on the ground has oblique corners in a map
    whose axes are exchanged, unless its sides run along them.
    """
    rings = [
        shapely.get_coordinates(s.exterior)
        for s in shapes
        if isinstance(s, Polygon) and len(s.exterior.coords) == _CORNERS + 1
    ][:_LOOKED_AT]
    if not rings:
        return float("nan")
    sides = np.diff(np.array(rings), axis=1)[:, :, :: -1 if swapped else 1]
    sides = sides * np.array([cos(radians(lat)), 1.0])
    lengths = np.hypot(sides[:, :, 0], sides[:, :, 1])
    turns = (sides * np.roll(sides, 1, axis=1)).sum(axis=2)
    with np.errstate(all="ignore"):
        cosines = np.abs(turns / (lengths * np.roll(lengths, 1, axis=1)))
    return float(np.nanmedian(cosines)) if np.isfinite(cosines).any() else float("nan")


def on_land(lon: float, lat: float) -> bool:
    """Tell whether a position lies in one of the coarse boxes of inhabited land."""
    return any(
        row.number("west_deg") <= lon <= row.number("east_deg")
        and row.number("south_deg") <= lat <= row.number("north_deg")
        for row in data.open_table("maps/land")
    )


def width_m(lonlat: Box) -> float:
    """Return the diagonal of bounds in degrees in metres on the ellipsoid."""
    west, south, east, north = lonlat
    if east - west > 180:  # crosses the antimeridian
        west, east = east, west + 360
    geod = pyproj.Geod(ellps="WGS84")
    rising = geod.inv(west, south, east, north)[2]
    falling = geod.inv(west, north, east, south)[2]
    return float(max(rising, falling))


def choose_epsg(crs: CRS, lonlat: Box, region: str = "") -> int:
    """Choose the metric system of a site: the map's own if true to 0.1 %, a grid, or UTM."""
    west, south, east, north = lonlat
    if east - west > 180:
        west, east = east, west + 360
    lon, lat = (west + east) / 2, (south + north) / 2
    lon = (lon + 180) % 360 - 180
    own = crs.to_epsg(min_confidence=70)
    if own and true_to_scale(crs, lon, lat):
        return int(own)
    grids = sorted(_grids(), key=lambda g: g.region != region)
    fitting = (g.epsg for g in grids if g.holds(lon, lat) and true_to_scale(CRS(g.epsg), lon, lat))
    zone = min(int((lon + 180) // 6) + 1, 60)
    return next(fitting, (32600 if lat >= 0 else 32700) + zone)


def better_epsg(epsg: int, bounds: Box, region: str) -> int:
    """Return the same metric system if lengths within `bounds` are true in it, else a better."""
    to_degrees = Transformer.from_crs(epsg, 4326, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*bounds)
    if true_to_scale(CRS(epsg), (west + east) / 2, (south + north) / 2):
        return epsg
    return choose_epsg(CRS(4326), (west, south, east, north), region)


def true_to_scale(crs: CRS, lon: float, lat: float) -> bool:
    """Tell whether a system is in metres and lengths in it are true to 0.1 % at a position."""
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        return False
    factors = pyproj.Proj(crs).get_factors(lon, lat)
    scales = (factors.meridional_scale, factors.parallel_scale)
    return all(abs(scale - 1) <= _SCALE_ERROR for scale in scales)
