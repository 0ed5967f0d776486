"""Rows of a table that say where something is, whatever kind of table they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import shapely
from shapely.errors import GEOSException

from planner.inputs.maps.feature import Feature
from planner.inputs.maps.shapes import Shape, flat, point
from planner.inputs.maps.text import flat_tags
from planner.inputs.problem import InputError

_X = ("lon", "lng", "long", "longitude", "längengrad", "laengengrad", "x", "easting", "rechtswert",
      "ost", "east", "x_coord", "geo_lon")  # fmt: skip
_Y = ("lat", "latitude", "breitengrad", "y", "northing", "hochwert", "nord", "north", "y_coord",
      "geo_lat")  # fmt: skip
_SHAPE = ("wkt", "wkb", "geom", "geometry", "the_geom", "shape", "wkt_geom", "wkb_geometry")
_THOUSANDS = re.compile(r"-?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})")
_EWKT = re.compile(r"SRID=(\d{3,6});", re.IGNORECASE)
_HEX = re.compile("0[01][0-9A-Fa-f]{16}")
_WITH_SRID = 0x20000000  # PostGIS, extended WKB
_DEGREES = ("lon", "lng", "long", "longitude", "längengrad", "laengengrad", "geo_lon")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns with coordinates or a shape; blank where there is none."""

    x: str
    y: str
    shape: str

    @property
    def in_degrees(self) -> bool:
        """Whether the name of the column can only mean degrees of longitude."""
        return self.x.casefold().strip() in _DEGREES


def columns_of(header: Sequence[str], file: str) -> Columns:
    """Find the columns that say where things are."""
    low = {name.casefold().strip(): name for name in reversed(header)}
    x = next((low[name] for name in _X if name in low), "")
    y = next((low[name] for name in _Y if name in low), "")
    shape = next((low[name] for name in _SHAPE if name in low), "")
    if not shape and not (x and y):
        shown = ", ".join(header[:8])[:120]
        raise InputError(
            file, "header", f"no columns with coordinates are there (found: {shown})",
            "name them longitude and latitude, x and y, or wkt",
        )  # fmt: skip
    return Columns(x, y, shape)


def feature(
    place: str, cells: Sequence[str], header: Sequence[str], columns: Columns, layer: str
) -> Feature:
    """Make a feature of one row; `place` names the row in the user's words."""
    row = dict(zip(header, cells, strict=False))
    hidden = {columns.shape} if columns.shape else set()
    tags = flat_tags({k: v for k, v in row.items() if k not in hidden})
    low = {key.casefold(): value for key, value in tags.items()}
    name = low.get("id", "") or place.replace(" ", "-")
    shape: Shape
    if any(cell.strip() for cell in cells[len(header) :]):
        shape = (None, f"it has {len(cells)} cells where the header has {len(header)}", ())
    elif columns.shape:
        shape = _shape(row.get(columns.shape, ""))
    else:
        shape = _position(row.get(columns.x, ""), row.get(columns.y, ""))
    return Feature(name[:80], place, tags.get("layer", layer), tags, *shape)


def _position(x: str, y: str) -> Shape:
    try:
        return point((_decimal(x), _decimal(y)))
    except ValueError:
        return None, f"'{x[:20]}', '{y[:20]}' are not two numbers", ()


def _decimal(text: str) -> float:
    text = text.strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return float(text.replace(",", ".") if "." not in text else text)


def declared_system(cells: Sequence[str]) -> str:
    """Return the system that shapes name themselves (EWKT, EWKB), empty where they differ."""
    found = {_srid(cell.strip()) for cell in cells if cell.strip()}
    return f"EPSG:{found.pop()}" if len(found) == 1 and 0 not in found else ""


def _srid(text: str) -> int:
    if told := _EWKT.match(text):
        return int(told[1])
    if not _HEX.fullmatch(text[:18]):
        return 0
    order: Literal["little", "big"] = "little" if text[:2] == "01" else "big"
    kind, number = (int.from_bytes(bytes.fromhex(text[at : at + 8]), order) for at in (2, 10))
    return number if kind & _WITH_SRID else 0


def _shape(text: str) -> Shape:
    """Read WKT or WKB in hexadecimal digits."""
    text = text.strip()
    if not text:
        return None, "it has no geometry", ()
    try:
        if all(c in "0123456789abcdefABCDEF" for c in text):
            return flat(shapely.from_wkb(text))
        return flat(shapely.from_wkt(text.partition(";")[2] or text))
    except (GEOSException, ValueError):
        return None, "its geometry is neither WKT nor WKB", ()
