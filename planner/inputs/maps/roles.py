"""What each feature is on the plan, by attribute, by name, then by size, and why.

A role told by the user comes first, then attributes (``data/maps/roles.csv``),
then words in layer or file name (``data/maps/layer_words.csv``). Polygons that
nothing describes are judged by their area, which is said.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

import data
from planner.inputs.maps.feature import Feature, MapOptions, Role
from planner.inputs.maps.role_sizes import BAY_M2, by_size, shape_kind
from planner.inputs.report import Note

_NAMED_SHARE = 0.6
# Attributes that tell the class of a feature in words, in exports of several countries.
_CLASS_KEYS = (
    "layer", "type", "typ", "art", "kind", "class", "klasse", "fclass", "category", "kategorie",
    "categorie", "nutzung", "usage", "use", "objektart", "soort", "nature", "featuretyp",
    "feature_type", "refname", "block",
)  # fmt: skip
_CLASSES = frozenset(_CLASS_KEYS)
# What a file is called names a street or a plot as often as what is in it.
_NOT_BY_FILE = frozenset(
    {Role.ROAD, Role.GRASS, Role.PAVING, Role.CONCRETE, Role.ASPHALT, Role.BOUNDARY, Role.OTHER}
)
_AREAL = frozenset(
    {
        Role.BAY, Role.STRIP, Role.PARKING, Role.BUILDING, Role.ASPHALT, Role.PAVING,
        Role.CONCRETE, Role.GRASS, Role.BOUNDARY,
    }
)  # fmt: skip


def assign(
    features: Sequence[Feature], options: MapOptions, file: str, tagged: bool = False
) -> tuple[tuple[Feature, ...], tuple[Note, ...]]:
    """Give every feature its role; geometry must be in metres.

    In a `tagged` map what has no known tag is nothing that matters here, whatever
    the file is called and whatever its size.
    """
    told = {name.casefold(): role for name, role in options.roles.items()}
    stem = PurePath(file).stem.casefold()
    given = tuple(_with_role(feature, told, tagged, stem) for feature in features)
    return by_size(given, file, options)


def _with_role(feature: Feature, told: Mapping[str, Role], tagged: bool, stem: str) -> Feature:
    assert feature.geometry is not None
    role, why = Role.OTHER, ""
    if feature.layer.casefold() in told:
        role, why = told[feature.layer.casefold()], "told by --role"
    if not why:
        role, why = _by_tags(feature.tags)
    kind = shape_kind(feature.geometry)
    if not why and tagged:
        why = "no known tag"
    if not why:
        role, why = _by_class(feature, kind)
    if not why:
        role, why = _by_layer(feature.layer, kind, stem)
    widened = role is Role.PAVING and kind == "line"  # a footway has its width added
    if role in _AREAL and kind != "polygon" and not widened:
        role, why = Role.OTHER, f"{role} would need an outline"
    if role is Role.STRIP and feature.geometry.area < BAY_M2[0]:
        role = Role.OTHER
    f = feature  # `dataclasses.replace` takes five times as long
    return Feature(f.id, f.place, f.layer, f.tags, f.geometry, f.fault, f.mended, role, why)


def _by_tags(tags: Mapping[str, str]) -> tuple[Role, str]:
    low = {k: value.lower() for key, value in tags.items() if (k := key.lower()) in _keys()}
    if not low:
        return Role.OTHER, ""
    for key, value, role in _rules():
        found = low.get(key)
        if found and (found == value or (value == "*" and found != "no")):
            return role, f"{key}={found}"
    return Role.OTHER, ""


def _by_class(feature: Feature, kind: str) -> tuple[Role, str]:
    """Read the words of an attribute that tells the class, other than the layer's own name."""
    low = {
        name: value
        for key, value in feature.tags.items()
        if (name := key.lower()) in _CLASSES and value != feature.layer
    }
    for key in _CLASS_KEYS:
        if value := low.get(key, ""):
            role, why = role_by_name(value, kind)
            if role is not Role.OTHER:
                return role, f"{key}={value[:40]}" if why else ""
    return Role.OTHER, ""


def _by_layer(layer: str, kind: str, stem: str) -> tuple[Role, str]:
    """Read the name of a layer; that of a file alone says less."""
    role, why = role_by_name(layer, kind)
    if layer.casefold() == stem and role in _NOT_BY_FILE and not _mostly(layer, role, kind):
        return Role.OTHER, ""
    return role, why


def _mostly(layer: str, role: Role, kind: str) -> bool:
    """Tell whether the words of a role are most of a name."""
    found = (
        pattern.search(layer.lower().replace("_", " "))
        for pattern, geometry, meant in _words()
        if meant is role and geometry in {kind, "any"}
    )
    return any(len(m.group()) >= _NAMED_SHARE * len(layer) for m in found if m)


@functools.cache
def _rules() -> tuple[tuple[str, str, Role], ...]:
    rows = data.open_table("maps/roles")
    return tuple((r.text("key"), r.text("value"), Role(r.text("role"))) for r in rows)


@functools.cache
def _keys() -> frozenset[str]:
    return frozenset(key for key, _, _ in _rules())


@functools.cache
def _words() -> tuple[tuple[re.Pattern[str], str, Role], ...]:
    rows = data.open_table("maps/layer_words")
    return tuple(
        (re.compile(r.text("pattern")), r.text("geometry"), Role(r.text("role"))) for r in rows
    )


@functools.lru_cache(maxsize=1_000)
def role_by_name(layer: str, kind: str) -> tuple[Role, str]:
    """Return the role that a layer's name gives to its points, lines or polygons, and why."""
    name = layer.lower().replace("_", " ")
    for pattern, geometry, role in _words():
        found = pattern.search(name)
        if found and geometry in {kind, "any"}:
            return role, f"the name '{layer[:60]}'"
    return Role.OTHER, ""
