"""Where a drawing lies: its GEODATA, else what the user says, else a question.

GEODATA ties a point of the drawing to a point of a coordinate system, with the
direction of north and the size of a unit (DXF reference, GEODATA object).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import atan2, cos, isfinite, pi, radians, sin
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.inputs.maps.crs import named, unknown
from planner.inputs.maps.feature import MapOptions
from planner.inputs.maps.units import UNITS_M
from planner.inputs.maps.xml import local, parse, text_of
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

Plane = tuple[float, float, float, float, float, float]
_GRID_FROM_M = 20_000.0
_HERE = (
    "say where its middle lies with --at LON,LAT, or LON,LAT,DEGREES if its top does not point "
    "north; if its coordinates are those of a grid, name it with --crs EPSG:CODE"
)


@dataclass(frozen=True, slots=True)
class Georeference:
    """The plane transform from drawing units to the units of a system (a, b, c, d, e, f)."""

    plane: Plane
    crs: str
    notes: tuple[Note, ...]


def georeference(
    drawing: Any, unit: str, bounds: tuple[float, float, float, float],
    options: MapOptions, file: str,
) -> Georeference:  # fmt: skip
    """Place a drawing whose unit is known; `bounds` are in drawing units."""
    if options.at and options.crs:
        raise InputError(
            file, "", "both --at and --crs say where the drawing lies", "leave one of them out"
        )
    if options.at:
        return _at(options.at, unit, bounds, file)
    found = _geodata(drawing, unit, options, file)
    if found is not None:
        return found
    metres = UNITS_M[unit]
    real = tuple(value * metres for value in bounds)
    if options.crs and options.crs.casefold() != "swap":
        scale = metres / _unit_m(named(options.crs, file))
        return Georeference((scale, 0, 0, 0, scale, 0), options.crs, ())
    reason = "the drawing has no georeference"
    if max(map(abs, real)) >= _GRID_FROM_M:
        asked = unknown(file, (real[0], real[1], real[2], real[3]), options, reason)
        remedy = f"{asked.remedy}, or say where its middle lies with --at LON,LAT"
        raise InputError(file, "", reason, remedy, question=True)
    raise InputError(file, "", reason, _HERE, question=True)


def _at(choice: str, unit: str, bounds: tuple[float, ...], file: str) -> Georeference:
    """Lay the middle of a drawing at a position, turned clockwise by so many degrees."""
    try:
        lon, lat, *rest = (float(part) for part in choice.split(","))
        turned = rest[0] if rest else 0.0
        if len(rest) > 1 or not (abs(lon) <= 180 and abs(lat) < 85 and isfinite(turned)):
            raise ValueError
    except ValueError:
        raise InputError(
            "--at", "", f"'{choice[:40]}' is no position", "write LON,LAT or LON,LAT,DEGREES"
        ) from None
    middle = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    plane = _similar(middle, (0.0, 0.0), UNITS_M[unit], -radians(turned))
    said = f"its middle laid at {lon:g} E, {lat:g} N, as told by --at"
    return Georeference(plane, _local_crs(lon, lat), (Note(Action.ACCEPT, "DXF-PLACE", "", said),))


def _geodata(drawing: Any, unit: str, options: MapOptions, file: str) -> Georeference | None:
    data = drawing.modelspace().get_geodata()
    if data is None:
        return None
    there, here = data.dxf.reference_point, data.dxf.design_point
    north = data.dxf.north_direction
    turn = pi / 2 - atan2(north.y, north.x)
    scale = float(data.dxf.horizontal_unit_scale) or 1.0
    x, y = float(there.x), float(there.y)
    told = options.crs if options.crs.casefold() != "swap" else ""
    if told and abs(x) <= 180 and abs(y) <= 90:
        return None  # it is tied to degrees or to nothing: the user knows better
    crs, first_north = _system(data, told, file)
    if not all(map(isfinite, (x, y, scale, turn, here.x, here.y))):
        raise InputError(
            file, "GEODATA", "its georeference holds no finite numbers", _HERE, question=True
        )
    if not crs or CRS(crs).is_geographic:
        return _on_the_globe((x, y), (here.x, here.y), turn, UNITS_M[unit], crs, file)
    notes = []
    if first_north and not _within(crs, x, y) and _within(crs, y, x):
        x, y = y, x
        notes.append(Note(Action.REPAIR, "DXF-AXES", "GEODATA", "northing first; axes exchanged"))
    notes.append(Note(Action.ACCEPT, "DXF-PLACE", "", f"placed by its GEODATA in {crs}"))
    return Georeference(_similar((here.x, here.y), (x, y), scale, turn), crs, tuple(notes))


def _on_the_globe(
    there: tuple[float, float], here: tuple[float, float], turn: float, metres: float,
    crs: str, file: str,
) -> Georeference:  # fmt: skip
    """Place a drawing that is tied to longitude and latitude."""
    lon, lat = there
    if not (abs(lon) <= 180 and abs(lat) < 85) or (lon, lat) == (0.0, 0.0):
        reason = "its georeference names no coordinate system that is known"
        raise InputError(file, "GEODATA", reason, _HERE, question=True)
    note = Note(
        Action.ACCEPT, "DXF-PLACE", "", f"placed by its GEODATA at {lon:.5f} E, {lat:.5f} N"
        + (f" ({crs})" if crs else ""),
    )  # fmt: skip
    plane = _similar(here, (0.0, 0.0), metres, turn)
    return Georeference(plane, _local_crs(lon, lat), (note,))


def _system(data: Any, told: str, file: str) -> tuple[str, bool]:
    """Return the code that the definition names, and whether its first axis is north."""
    if told:
        named(told, file)
        return told.upper(), False
    definition = str(data.coordinate_system_definition or "").strip()
    if not definition.startswith("<"):
        return "", False
    # It is text by now, whatever encoding its first line claims.
    root = parse(re.sub(r"^<\?xml[^>]*\?>", "", definition).encode(), file)
    code, first_north = "", False
    for element in root.iter():
        if local(element) == "Alias" and element.get("type") == "CoordinateSystem":
            if text_of(element, "Namespace") == "EPSG Code":
                code = str(element.get("id", ""))
        elif local(element) == "CoordinateSystemAxis" and text_of(element, "AxisOrder") == "1":
            first_north = text_of(element, "AxisAbbreviation").upper() in {"N", "S"}
    if not code:
        return "", first_north
    named(f"EPSG:{code}", file)
    return f"EPSG:{code}", first_north


def _within(code: str, x: float, y: float) -> bool:
    """Tell whether a position lies in the area of use of a system."""
    from pyproj import Transformer

    use = CRS(code).area_of_use
    lon, lat = Transformer.from_crs(code, 4326, always_xy=True).transform(x, y)
    return use is None or (use.west <= lon <= use.east and use.south <= lat <= use.north)


def _unit_m(crs: CRS) -> float:
    """Return how long the unit of a projected system is."""
    return float(crs.axis_info[0].unit_conversion_factor) if crs.is_projected else 1.0


def _similar(
    here: tuple[float, float], there: tuple[float, float], scale: float, turn: float
) -> Plane:
    a, b = scale * cos(turn), -scale * sin(turn)
    c = there[0] - a * here[0] - b * here[1]
    f = there[1] + b * here[0] - a * here[1]
    return a, b, c, -b, a, f


def _local_crs(lon: float, lat: float) -> str:
    """Return a plane system in metres with its origin at a position."""
    try:
        text = f"+proj=tmerc +lat_0={lat!r} +lon_0={lon!r} +ellps=WGS84 +units=m +type=crs"
        CRS.from_user_input(text)
    except CRSError as broken:  # pragma: no cover - the position was checked before
        raise ValueError(text) from broken
    return text


__all__ = ["Georeference", "georeference"]
