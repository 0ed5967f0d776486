"""GeoJSON, read strictly: every number is looked at before it becomes a shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.shapes import FLATTENED, XY, Shape, line, point, polygon
from planner.inputs.maps.text import decode, flat_tags
from planner.inputs.problem import InputError

NAME = "GeoJSON"
EXTENSIONS = (".geojson", ".json", ".geojsonl", ".ndjson")
CONTENTS = ("json",)
WGS84 = "EPSG:4326"
_RECORD = "\x1e"  # begins each record of a text sequence (RFC 8142)
_PARTS = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}


class _TextCoordinateError(ValueError):
    """A coordinate is text; the file as a whole cannot be trusted."""


def read(source: Source) -> RawMap:
    """Read a GeoJSON file."""
    text, notes = decode(source.path.read_bytes(), source.name, source.options.encoding)
    document = _parse(text, source.name)
    items = _features(document, source.name)
    features = tuple(_feature(item, number, source) for number, item in enumerate(items, 1))
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        crs=_declared_crs(document, source.name),
        implied=WGS84,
        notes=tuple(notes),
    )


def _parse(text: str, file: str) -> dict[str, Any]:
    """Parse JSON; what is not JSON or not an object is refused with its place."""
    try:
        document = json.loads(text.lstrip(_RECORD), object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as broken:
        if broken.msg == "Extra data" and (lines := _sequence(text)):
            return {"type": "FeatureCollection", "features": lines}
        raise InputError(
            file, f"line {broken.lineno}, column {broken.colno}",
            f"the file is damaged or cut off here ({broken.msg.lower()})",
            "export or download it again",
        ) from None  # fmt: skip
    except RecursionError:
        raise InputError(
            file, "", "the content is nested more than 100 levels deep, which no map is",
            "export the map again",
        ) from None  # fmt: skip
    except _RepeatedKeyError as repeated:
        raise InputError(
            file, "", f"the key '{repeated}' stands twice in one object", "export the map again"
        ) from None
    if not isinstance(document, dict):
        raise InputError(file, "", "this is JSON, but not a map", "choose a GeoJSON file")
    return document


def _sequence(text: str) -> list[Any]:
    """Return the features of a file with one on each line, nothing if it is none such."""
    try:
        found = [
            json.loads(line.lstrip(_RECORD), object_pairs_hook=_no_repeats)
            for line in text.splitlines()
            if line.strip(_RECORD + " ")
        ]
    except ValueError:
        return []
    whole = all(isinstance(item, dict) and item.get("type") == "Feature" for item in found)
    return found if whole else []


class _RepeatedKeyError(ValueError):
    """An object names one key twice, so that its meaning is open."""


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs) and {"type", "geometry", "coordinates", "features"} & keys.keys():
        seen: set[str] = set()
        raise _RepeatedKeyError(next(k for k, _ in pairs if k in seen or seen.add(k)))  # type: ignore[func-returns-value]
    return keys


def _features(document: Mapping[str, Any], file: str) -> list[Any]:
    """Return the list of features; a lone feature or geometry counts as one."""
    match document:
        case {"type": "FeatureCollection", "features": list(features)}:
            items = features
        case {"type": "Feature"}:
            items = [document]
        case {"type": str(kind)} if "coordinates" in document or kind == "GeometryCollection":
            items = [{"type": "Feature", "properties": {}, "geometry": document}]
        case {"type": "Topology"}:
            raise InputError(file, "", "this is TopoJSON, not GeoJSON", "export it as GeoJSON")
        case {"geometryType": _} | {"spatialReference": _}:
            raise InputError(file, "", "this is Esri JSON, not GeoJSON", "export it as GeoJSON")
        case {"elements": list()}:
            raise InputError(
                file, "", "this is the answer of an Overpass query in its own JSON, not GeoJSON",
                "export it as GeoJSON or as raw OSM data",
            )  # fmt: skip
        case _:
            raise InputError(
                file, "", "this is JSON, but has no list of features", "choose a GeoJSON file"
            )
    if not items:
        raise InputError(
            file, "", "the map has no features", "choose a file or layer with features in it"
        )
    return items


def _declared_crs(document: Mapping[str, Any], file: str) -> str:
    """Return the system named by the old `crs` member, empty where there is none."""
    match document.get("crs"):
        case None:
            return ""
        case {"properties": {"name": str(name)}}:
            return _crs_name(name)
        case {"type": "EPSG", "properties": {"code": code}}:
            return f"EPSG:{code}"
        case _:
            raise InputError(
                file, "member crs", "the coordinate system is not named in a way that can be read",
                "name it with --crs EPSG:CODE", question=True,
            )  # fmt: skip


def _crs_name(name: str) -> str:
    """Turn "urn:ogc:def:crs:EPSG::3857" into "EPSG:3857"; CRS84 is WGS 84, longitude first."""
    if name.upper().endswith("CRS84"):
        return WGS84
    parts = [part for part in name.replace("/", ":").split(":") if part]
    return f"EPSG:{parts[-1]}" if "EPSG" in name.upper() else name


def _feature(item: Any, number: int, source: Source) -> Feature:
    """Turn one member of the feature list into a feature, with its fault if it has one."""
    if not isinstance(item, dict):
        place = f"feature {number}"
        return Feature(str(number), place, "", {}, None, fault="it is not an object")
    found = item.get("properties")
    properties = found if isinstance(found, dict) else {}
    name = item.get("id", properties.get("id", properties.get("osm_way_id")))
    given = isinstance(name, str | int) and str(name).strip() != ""
    key = str(name).strip()[:80] if given else str(number)
    place = f"feature {key}"
    tags = flat_tags(properties)
    layer = tags.get("layer", "") or source.path.stem
    try:
        geometry, fault, mended = _geometry(item.get("geometry"))
    except _TextCoordinateError as text:
        raise InputError(
            source.name, place, f"a coordinate is text ({text}), not a number",
            "export the map again with numbers as coordinates",
        ) from None  # fmt: skip
    return Feature(key, place, layer, tags, geometry, fault, mended)


def _geometry(item: Any) -> Shape:
    """Turn a geometry object into a shape."""
    if item is None:
        return None, "it has no geometry", ()
    if not isinstance(item, dict):
        return None, "its geometry is not an object", ()
    kind, coordinates = item.get("type"), item.get("coordinates")
    if kind == "GeometryCollection":
        return join([_geometry(part) for part in item.get("geometries") or ()])
    if not isinstance(coordinates, list):
        return None, "its geometry has no coordinates", ()
    if isinstance(kind, str) and kind in _PARTS:
        return join([_simple(_PARTS[kind], part) for part in coordinates])
    return _simple(str(kind), coordinates)


def _simple(kind: str, coordinates: Any) -> Shape:
    """Make a point, line or polygon."""
    flattened: set[str] = set()
    try:
        if kind == "Point":
            shape = point(_position(coordinates, flattened))
        elif kind == "LineString":
            shape = line(_positions(coordinates, flattened))
        elif kind == "Polygon":
            shape = polygon([_positions(ring, flattened) for ring in coordinates])
        else:
            return None, f"'{kind[:40]}' is not a kind of geometry", ()
    except (TypeError, OverflowError):
        return None, "its coordinates are not lists of numbers", ()
    except _TextCoordinateError:
        raise
    except ValueError as fault:
        return None, str(fault), ()
    geometry, fault_text, mended = shape
    return geometry, fault_text, (*mended, *sorted(flattened))


def join(shapes: Sequence[Shape]) -> Shape:
    """Join the usable parts of a multi-geometry."""
    parts = [geometry for geometry, _, _ in shapes if geometry is not None]
    faults = [fault for _, fault, _ in shapes if fault]
    mended = [m for _, _, done in shapes for m in done]
    if not parts:
        return None, faults[0] if faults else "there are no coordinates", ()
    if faults:
        mended.append("unusable parts left out")
    return _joined(parts), "", tuple(dict.fromkeys(mended))


def _joined(parts: list[BaseGeometry]) -> BaseGeometry:
    if len(parts) == 1:
        return parts[0]
    polygons = [p for p in parts if isinstance(p, Polygon)]
    lines = [p for p in parts if isinstance(p, LineString)]
    points = [p for p in parts if isinstance(p, Point)]
    if len(polygons) == len(parts):
        return MultiPolygon(polygons)
    if len(lines) == len(parts):
        return MultiLineString(lines)
    if len(points) == len(parts):
        return MultiPoint(points)
    return GeometryCollection(parts)


def _positions(items: Any, flattened: set[str]) -> list[XY]:
    if isinstance(items, str):
        raise _TextCoordinateError(items[:40])
    try:  # the usual case, five times as fast: pairs of plain numbers
        pairs = [(x, y) for x, y in items if type(x) is float and type(y) is float]
    except (TypeError, ValueError):
        pairs = []
    if pairs and len(pairs) == len(items):
        return pairs
    return [_position(item, flattened) for item in items]


def _position(item: Any, flattened: set[str]) -> XY:
    if not isinstance(item, list):
        raise TypeError
    for value in item:
        if isinstance(value, str):
            raise _TextCoordinateError(value[:40])
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError
    if len(item) < 2:
        raise ValueError("a position has only one number")
    if len(item) > 2:
        flattened.add(FLATTENED)
    return float(item[0]), float(item[1])
