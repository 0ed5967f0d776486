"""GeoPackage, read as plain SQLite: no triggers, no views, no extensions."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import GEOSException

from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.shapes import Shape, flat
from planner.inputs.maps.text import flat_tags
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = "GeoPackage"
EXTENSIONS = (".gpkg",)
CONTENTS = ("sqlite",)
_TABLES = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_UNDEFINED = ("undefined", 'local_cs["undefined', 'engcrs["undefined')
"""What writers put where a layer has no system."""


@dataclass(frozen=True, slots=True)
class _Layer:
    table: str
    column: str
    srs_id: int


def read(source: Source) -> RawMap:
    """Read all feature layers of a GeoPackage."""
    try:
        with closing(_connect(source.path)) as database:
            return _read(database, source)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as broken:
        said = str(broken)[:80] if isinstance(broken, sqlite3.Error) else "unreadable names"
        raise InputError(
            source.name, "", f"the GeoPackage is damaged ({said})",
            "export or download it again",
        ) from None  # fmt: skip


def _connect(path: Path) -> sqlite3.Connection:
    address = path.resolve().as_uri() + "?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True)
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA cell_size_check=ON")
    database.text_factory = lambda content: content.decode("utf-8", "replace")
    return database


def _read(database: sqlite3.Connection, source: Source) -> RawMap:
    found = _names(database)
    missing = [name for name in _TABLES if name not in found]
    if missing:
        raise InputError(
            source.name, "", f"this SQLite file has no table {missing[0]}, so it is no GeoPackage",
            "export the map as GeoPackage again",
        )  # fmt: skip
    layers = _layers(database, found)
    systems = {layer.srs_id for layer in layers}
    if not layers:
        raise InputError(
            source.name, "", "the GeoPackage has no layer of features", "choose another file"
        )
    if len(systems) > 1:
        raise InputError(
            source.name, "", "its layers use different coordinate systems",
            "export them in one system, or name it with --crs EPSG:CODE", question=True,
        )  # fmt: skip
    features: list[Feature] = []
    notes = []
    for layer in layers:
        rows = list(_features(database, layer))
        features += rows
        if not rows:
            notes.append(
                Note(Action.ACCEPT, "MAP-EMPTY", f"layer {layer.table}", "it has no features")
            )
    return RawMap(
        file=source.name,
        format=NAME,
        features=tuple(features),
        crs=_system(database, systems.pop()),
        notes=tuple(notes),
    )


def _names(database: sqlite3.Connection) -> set[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def _layers(database: sqlite3.Connection, tables: set[str]) -> list[_Layer]:
    rows = database.execute(
        "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns AS g "
        "JOIN gpkg_contents AS c ON c.table_name = g.table_name "
        "WHERE c.data_type = 'features' ORDER BY g.rowid"
    )
    return [_Layer(*row) for row in rows if row[0] in tables]


def _system(database: sqlite3.Connection, srs_id: int) -> str:
    """Return the system as EPSG code, WKT, or empty where it is undefined."""
    if srs_id in {-1, 0}:
        return ""
    row = database.execute(
        "SELECT organization, organization_coordsys_id, definition "
        "FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (srs_id,),
    ).fetchone()
    if row is None:
        return f"EPSG:{srs_id}"
    organization, code, definition = row
    if str(definition).lower().startswith(_UNDEFINED):
        return ""
    return f"EPSG:{code}" if str(organization).upper() == "EPSG" else str(definition)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _features(database: sqlite3.Connection, layer: _Layer) -> Iterator[Feature]:
    cursor = database.execute(f"SELECT * FROM {_quoted(layer.table)}")
    columns = [entry[0] for entry in cursor.description]
    for number, row in enumerate(cursor, 1):
        cells = dict(zip(columns, row, strict=True))
        yield _feature(cells, layer, number)


def _feature(cells: Mapping[str, Any], layer: _Layer, number: int) -> Feature:
    blob = cells.get(layer.column)
    properties = {k: v for k, v in cells.items() if k != layer.column and not isinstance(v, bytes)}
    tags = flat_tags(properties)
    fid = tags.pop("fid", str(number))
    name = tags.get("id", f"{layer.table}-{fid}")
    tags.setdefault("layer", layer.table)
    place = f"layer {layer.table}, feature {name}"
    shape: Shape
    try:
        geometry = _geometry(blob) if isinstance(blob, bytes) else None
        shape = flat(geometry) if geometry is not None else (None, "it has no geometry", ())
    except (struct.error, GEOSException, ValueError, IndexError, KeyError):
        shape = None, "its geometry cannot be read", ()
    return Feature(name, place, layer.table, tags, *shape)


def _geometry(blob: bytes) -> shapely.geometry.base.BaseGeometry | None:
    """Decode a GeoPackage geometry (OGC 12-128r18, 2.1.3): header, envelope, WKB."""
    if blob[:2] != b"GP":
        raise ValueError("no GeoPackage geometry")
    flags = blob[3]
    if flags & 0b0001_0000:
        return None
    start = 8 + _ENVELOPE_BYTES[(flags >> 1) & 0b111]
    return shapely.from_wkb(blob[start:])
