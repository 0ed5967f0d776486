"""Lists of places as text tables: coordinates in two columns, or shapes as WKT or WKB."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

import shapely
from shapely.errors import GEOSException

from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.shapes import Shape, point
from planner.inputs.maps.text import decode, flat_tags
from planner.inputs.problem import InputError

NAME = "CSV"
EXTENSIONS = (".csv", ".tsv", ".wkt")
CONTENTS = ("text",)
_FIELD_MB = 1_000_000
_X = ("lon", "lng", "long", "longitude", "längengrad", "laengengrad", "x", "easting", "rechtswert",
      "ost", "east", "x_coord", "geo_lon")  # fmt: skip
_Y = ("lat", "latitude", "breitengrad", "y", "northing", "hochwert", "nord", "north", "y_coord",
      "geo_lat")  # fmt: skip
_SHAPE = ("wkt", "wkb", "geom", "geometry", "the_geom", "shape", "wkt_geom", "wkb_geometry")
_DEGREES = ("lon", "lng", "long", "longitude", "längengrad", "laengengrad", "geo_lon")


@dataclass(frozen=True, slots=True)
class _Columns:
    x: str
    y: str
    shape: str


def read(source: Source) -> RawMap:
    """Read a text table with one place per line."""
    content = source.path.read_bytes()
    text, notes = decode(content, source.name, source.options.encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            source.name, f"line {line}", "there is a NUL byte, so this is no text table",
            "export the table as CSV again",
        )  # fmt: skip
    header, rows = _table(text, source.name)
    columns = _columns(header, source.name)
    features = tuple(_feature(number, cells, header, columns, source) for number, cells in rows)
    degrees = columns.x.casefold().strip() in _DEGREES
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        implied="EPSG:4326" if degrees else "",
        notes=tuple(notes),
    )


def _table(text: str, file: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Split the text into header and numbered rows; blank lines are passed over."""
    text = text.removeprefix("\ufeff")
    start = 1
    separator = _separator(text)
    if text.lower().startswith("sep="):
        separator, text, start = text[4:5], text.partition("\n")[2], 2
    csv.field_size_limit(_FIELD_MB)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num + start - 1, cells))
    except csv.Error:
        raise InputError(
            file, f"line {reader.line_num + start}",
            "a cell is longer than a million characters or the quoting is broken",
            "export the table again",
        ) from None  # fmt: skip
    if not rows:
        raise InputError(file, "", "the table has no rows", "export it again")
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)


def _columns(header: Sequence[str], file: str) -> _Columns:
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
    return _Columns(x, y, shape)


def _feature(
    number: int, cells: Sequence[str], header: Sequence[str], columns: _Columns, source: Source
) -> Feature:
    place = f"line {number}"
    row = dict(zip(header, cells, strict=False))
    hidden = {columns.shape} if columns.shape else set()
    tags = flat_tags({k: v for k, v in row.items() if k not in hidden})
    low = {key.casefold(): value for key, value in tags.items()}
    name = low.get("id", "") or f"line-{number}"
    shape: Shape
    if any(cell.strip() for cell in cells[len(header) :]):
        shape = (None, f"it has {len(cells)} cells where the header has {len(header)}", ())
    elif columns.shape:
        shape = _shape(row.get(columns.shape, ""))
    else:
        shape = _position(row.get(columns.x, ""), row.get(columns.y, ""))
    return Feature(name[:80], place, tags.get("layer", source.path.stem), tags, *shape)


def _position(x: str, y: str) -> Shape:
    try:
        return point((_decimal(x), _decimal(y)))
    except ValueError:
        return None, f"'{x[:20]}', '{y[:20]}' are not two numbers", ()


def _decimal(text: str) -> float:
    text = text.strip()
    return float(text.replace(",", ".") if "." not in text else text)


def _shape(text: str) -> Shape:
    """Read WKT or WKB in hexadecimal digits."""
    text = text.strip()
    if not text:
        return None, "it has no geometry", ()
    try:
        if all(c in "0123456789abcdefABCDEF" for c in text):
            return shapely.force_2d(shapely.from_wkb(text)), "", ()
        return shapely.force_2d(shapely.from_wkt(text.partition(";")[2] or text)), "", ()
    except (GEOSException, ValueError):
        return None, "its geometry is neither WKT nor WKB", ()
