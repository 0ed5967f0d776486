"""A project as a tree of plain values and back, exactly.

The tree has the shape of the dataclasses: mappings by id stay mappings,
geometry is GeoJSON in site metres, decimals and dates are text, a profile's
values are little-endian float64 bytes. Keys that this version does not know
are kept in `Project.extras` and put back when the tree is made again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from math import isfinite
from typing import Any, get_origin

import msgspec
import numpy as np
from shapely import Geometry, LineString, Point, Polygon

from planner.model.project import Project

Tree = dict[str, Any]
_KEY = "key"


class CodecError(ValueError):
    """A tree is no project; the message names the place in the tree."""


def encode(value: object) -> Any:
    """Turn any model object into plain values."""
    return msgspec.to_builtins(value, enc_hook=_encode, builtin_types=(bytes,), str_keys=True)


def decode(tree: Any, kind: type) -> Any:
    """Turn plain values into a model object; wrong types are a `CodecError`."""
    try:
        return msgspec.convert(tree, kind, dec_hook=_decode, strict=True)
    except (msgspec.ValidationError, ValueError, TypeError, RecursionError) as error:
        raise CodecError(str(error)) from error


def encode_project(project: Project) -> Tree:
    """Turn a project into a tree, with what newer versions had added put back."""
    tree = encode(project)
    extras = tree.pop("extras", {})
    for place, content in extras.items():
        if place.startswith(f"{_KEY}/"):
            _put_back(tree, place, content)
    return dict(tree)


def decode_project(tree: Tree, entries: Mapping[str, bytes] | None = None) -> Project:
    """Turn a tree into a project; `entries` are unknown parts of the file to be kept."""
    known = decode(tree, Project)
    extras = {f"entry/{name}": content for name, content in (entries or {}).items()}
    _unknown(tree, known, (_KEY,), extras)
    return replace(known, extras=extras) if extras else known  # type: ignore[no-any-return]


def _encode(value: object) -> Any:
    """Turn geometry and arrays into plain values."""
    match value:
        case Point():
            return {"type": "Point", "coordinates": list(value.coords[0])}
        case LineString():
            return {"type": "LineString", "coordinates": [list(c) for c in value.coords]}
        case Polygon():
            rings = (value.exterior, *value.interiors)
            return {
                "type": "Polygon",
                "coordinates": [[list(c) for c in ring.coords] for ring in rings],
            }
        case np.ndarray():
            return np.ascontiguousarray(value, dtype="<f8").tobytes()
    raise NotImplementedError(f"{type(value).__name__} cannot be stored")


def _decode(kind: type, value: Any) -> Any:
    """Turn plain values into geometry and arrays."""
    origin = get_origin(kind) or kind
    if origin is np.ndarray:
        return _array(value)
    if not (isinstance(origin, type) and issubclass(origin, Geometry)):
        raise NotImplementedError(f"{kind} cannot be read")
    if not isinstance(value, dict) or value.get("type") != origin.__name__:
        raise ValueError(f"no {origin.__name__}")
    coordinates = value.get("coordinates")
    if origin is Point:
        return Point(_position(coordinates))
    if origin is LineString:
        return LineString(_positions(coordinates, 2))
    if not isinstance(coordinates, list) or not coordinates:
        raise ValueError("a polygon without rings")
    rings = [_positions(ring, 4) for ring in coordinates]
    return Polygon(rings[0], rings[1:])


def _array(value: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    content = base64.b64decode(value, validate=True) if isinstance(value, str) else value
    if not isinstance(content, bytes) or len(content) % 8:
        raise ValueError("no array of numbers")
    array = np.frombuffer(content, dtype="<f8").astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        raise ValueError("an array holds a value that is no finite number")
    array.flags.writeable = False
    return array


def _positions(value: Any, fewest: int) -> list[list[float]]:
    if not isinstance(value, list) or len(value) < fewest:
        raise ValueError(f"fewer than {fewest} points")
    return [_position(v) for v in value]


def _position(value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) not in {2, 3}:
        raise ValueError("a position without two numbers")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not isfinite(number):
            raise ValueError("a coordinate that is no finite number")
    return value


def _unknown(raw: Any, known: Any, path: tuple[str, ...], found: dict[str, bytes]) -> None:
    """Collect what stands in `raw` but has no field in the object it became, by place."""
    if isinstance(known, Mapping):
        for key, value in raw.items():
            if type(value) is dict:
                _unknown(value, known[key], (*path, key), found)
        return
    names = _field_names(type(known))  # type: ignore[arg-type]
    if not names or type(raw) is not dict:
        return
    for key in raw.keys() - names:
        place = "/".join((*path[:1], *map(_escaped, (*path[1:], key))))
        found[place] = json.dumps(raw[key]).encode()
    for key, value in raw.items():
        if type(value) is dict and key in names:
            _unknown(value, getattr(known, key), (*path, key), found)
    if path == (_KEY,):
        for old, new in zip(raw["scenarios"], known.scenarios, strict=True):
            _unknown(old, new, (_KEY, "scenarios", new.name), found)


@cache
def _field_names(kind: type) -> frozenset[str]:
    """Return the fields of a model class, nothing for any other."""
    return frozenset(f.name for f in fields(kind)) if is_dataclass(kind) else frozenset()


def _put_back(tree: Tree, place: str, content: bytes) -> None:
    """Add an unknown key where its object still exists; scenarios go by name."""
    *path, last = (_unescaped(part) for part in place.split("/")[1:])
    at: Any = tree
    for part in path:
        if isinstance(at, (list, tuple)):
            at = next((item for item in at if item.get("name") == part), None)
        else:
            at = at.get(part) if isinstance(at, dict) else None
        if at is None:
            return
    if isinstance(at, dict):
        at.setdefault(last, json.loads(content))


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
