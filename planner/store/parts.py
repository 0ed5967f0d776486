"""The tree of a project cut into the entries of the file, and put together again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from planner.model.project import Project
from planner.store.codec import CodecError, Tree, encode_project

# Version 1 of the format, little-endian float64, one dimension: what `_npy` writes.
_NPY = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '<f8', 'fortran_order': False, "
    rb"'shape': \((\d{1,9}),\), \} *\n",
    re.DOTALL,
)

PROJECT = "project.json"
PROFILE = "profiles/load"
ATTACHMENTS = "attachments/"
MAX_DEPTH = 100
# Layer file, key in the site, name of the geometry field; None: a mapping by id.
_LAYERS = (
    ("layers/bays.geojson", "bays", "polygon", True),
    ("layers/areas.geojson", "areas", "polygon", True),
    ("layers/boards.geojson", "boards", "point", True),
    ("layers/trees.geojson", "trees", "point", False),
    ("layers/ducts.geojson", "ducts", "line", False),
    ("layers/entrances.geojson", "entrances", "point", False),
)
# Mappings by id inside other entries are written as lists, which keep their order.
_DESIGN_MAPS = ("chargers", "boards", "circuits", "trenches")


def split(project: Project) -> dict[str, bytes]:
    """Return all entries of the file but the manifest."""
    tree = encode_project(project)
    site = tree["site"]
    entries = {
        name: _collection(name, _items(site.pop(key), by_id), field)
        for name, key, field, by_id in _LAYERS
    }
    profile = site.pop("profile")
    if profile is not None:
        entries[f"{PROFILE}.npy"] = _npy(profile.pop("kw"))
        entries[f"{PROFILE}.json"] = _json({**profile, "unit": "kW", "stamps": "start"})
    for number, scenario in enumerate(tree.pop("scenarios"), 1):
        if scenario.get("design"):
            for key in _DESIGN_MAPS:
                scenario["design"][key] = list(scenario["design"][key].values())
        entries[f"scenarios/{number:03d}.json"] = _json(scenario)
    tree["catalogue"] = list(tree["catalogue"].values())
    tree["price_book"]["prices"] = list(tree["price_book"]["prices"].values())
    for name, content in tree.pop("attachments").items():
        entries[f"{ATTACHMENTS}{name}"] = content
    entries[PROJECT] = _json(tree)
    for place, content in project.extras.items():
        if place.startswith("entry/"):
            entries.setdefault(place.removeprefix("entry/"), content)
    return entries


def join(entries: Mapping[str, bytes]) -> tuple[Tree, dict[str, bytes]]:
    """Return the tree of a file's entries and the entries nobody knows."""
    left = dict(entries)
    tree = _read(PROJECT, left.pop(PROJECT, b""))
    site = _need(tree, "site", dict, PROJECT)
    for name, key, field, by_id in _LAYERS:
        items = [_item(f, field, name) for f in _features(name, left.pop(name, b""))]
        site[key] = _by_id(items, "id", name) if by_id else items
    site["profile"] = _profile(left)
    names = sorted(n for n in left if n.startswith("scenarios/") and n.endswith(".json"))
    tree["scenarios"] = [_scenario(n, left.pop(n)) for n in names]
    tree["catalogue"] = _by_id(_need(tree, "catalogue", list, PROJECT), "id", PROJECT)
    book = _need(tree, "price_book", dict, PROJECT)
    book["prices"] = _by_id(_need(book, "prices", list, PROJECT), "code", PROJECT)
    files = [n for n in left if n.startswith(ATTACHMENTS) and "/" not in n[len(ATTACHMENTS) :]]
    tree["attachments"] = {n.removeprefix(ATTACHMENTS): left.pop(n) for n in files}
    return tree, left


def _items(value: Any, by_id: bool) -> Iterable[dict[str, Any]]:
    items: Iterable[dict[str, Any]] = value.values() if by_id else value
    return items


def _json(value: Any) -> bytes:
    """Write JSON with sorted keys, one value per line."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)


def _collection(name: str, items: Iterable[dict[str, Any]], field: str) -> bytes:
    """Write a GeoJSON layer, one feature per line."""
    layer = name.rsplit("/", 1)[-1].removesuffix(".geojson")
    lines = []
    for item in items:
        geometry, identity = item.pop(field), item.pop("id")
        feature = {"type": "Feature", "id": identity, "geometry": geometry, "properties": item}
        lines.append(msgspec.json.encode(feature, order="sorted"))
    head = b'{"type":"FeatureCollection","name":"' + layer.encode() + b'","features":[\n'
    return head + b",\n".join(lines) + b"\n]}\n"


def _npy(content: bytes) -> bytes:
    stream = io.BytesIO()
    array = np.frombuffer(content, dtype="<f8")
    np.lib.format.write_array(stream, array, allow_pickle=False)
    return stream.getvalue()


def _read(name: str, content: bytes) -> dict[str, Any]:
    """Read a JSON object of limited depth."""
    if not content:
        raise CodecError(f"part {name} is missing")
    try:
        _check_depth(content)
        value = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise CodecError(f"part {name} is no JSON ({str(error)[:80]})") from error
    if not isinstance(value, dict):
        raise CodecError(f"part {name} holds no object")
    return value


def _check_depth(content: bytes) -> None:
    """Refuse deep nesting before a parser recurses into it."""
    depth = 0
    for mark in content.translate(None, delete=_NO_BRACKETS):
        depth += 1 if mark in b"[{" else -1
        if depth > MAX_DEPTH * 10:  # brackets inside texts count too
            raise ValueError("nested too deeply")


_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def _features(name: str, content: bytes) -> list[Any]:
    return list(_need(_read(name, content), "features", list, name)) if content else []


def _item(feature: Any, field: str, name: str) -> dict[str, Any]:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise CodecError(f"part {name} holds no features")
    return {**feature["properties"], "id": feature.get("id"), field: feature.get("geometry")}


def _by_id(items: list[Any], key: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        identity = item.get(key) if isinstance(item, dict) else None
        if not isinstance(identity, str) or identity in found:
            raise CodecError(f"part {name} holds '{str(identity)[:40]}' twice or without id")
        found[identity] = item
    return found


def _need(value: Mapping[str, Any], key: str, kind: type, name: str) -> Any:
    found = value.get(key)
    if not isinstance(found, kind):
        raise CodecError(f"part {name} has no '{key}'")
    return found


def _profile(left: dict[str, bytes]) -> dict[str, Any] | None:
    """Read the load profile."""
    content = left.pop(f"{PROFILE}.npy", None)
    if content is None:
        return None
    about = _read(f"{PROFILE}.json", left.pop(f"{PROFILE}.json", b""))
    for key in ("unit", "stamps"):
        about.pop(key, None)
    return {**about, "kw": _numbers(content)}


def _numbers(content: bytes) -> bytes:
    """Return the numbers of a part as it was written; no other kind of array is looked at."""
    head = _NPY.match(content)
    numbers = content[10 + int.from_bytes(content[8:10], "little") :]
    if head is None or not numbers or len(numbers) != 8 * int(head[1]):
        raise CodecError(f"part {PROFILE}.npy is damaged")
    return numbers


def _scenario(name: str, content: bytes) -> dict[str, Any]:
    scenario = _read(name, content)
    design = scenario.get("design")
    if isinstance(design, dict):
        for key in _DESIGN_MAPS:
            design[key] = _by_id(design.get(key) or [], "id", name)
    return scenario
