"""What each feature is on the plan, by attribute, by name, then by size, and why.

A role told by the user comes first, then attributes (``data/maps/roles.csv``),
then words in layer or file name (``data/maps/layer_words.csv``). Polygons that
nothing describes are judged by their area, which is said.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist

import shapely
from shapely.geometry.base import BaseGeometry

import data
from planner.inputs.maps.feature import Feature, MapOptions, Role
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

BAY_M2 = (6.0, 60.0)
PARKING_M2 = (50.0, 1e6)
_STRIP_WIDTH_M = (1.6, 12.0)
_LARGE_BAY_M2 = 25.0
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
    given = tuple(_with_role(feature, told, tagged) for feature in features)
    return _by_size(given, file, options)


def _with_role(feature: Feature, told: Mapping[str, Role], tagged: bool) -> Feature:
    assert feature.geometry is not None
    role, why = Role.OTHER, ""
    if feature.layer.casefold() in told:
        role, why = told[feature.layer.casefold()], "told by --role"
    if not why:
        role, why = _by_tags(feature.tags)
    if not why and tagged:
        why = "no known tag"
    if not why:
        role, why = role_by_name(feature.layer, _shape_kind(feature.geometry))
    if role in _AREAL and _shape_kind(feature.geometry) != "polygon":
        role, why = Role.OTHER, f"{role} would need an outline"
    if role is Role.STRIP and feature.geometry.area < BAY_M2[0]:
        role = Role.OTHER
    return replace(feature, role=role, why=why)


def _by_tags(tags: Mapping[str, str]) -> tuple[Role, str]:
    low = {k: value.lower() for key, value in tags.items() if (k := key.lower()) in _keys()}
    if not low:
        return Role.OTHER, ""
    for key, value, role in _rules():
        found = low.get(key)
        if found and (found == value or (value == "*" and found != "no")):
            return role, f"{key}={found}"
    return Role.OTHER, ""


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
    for pattern, geometry, role in _words():
        found = pattern.search(layer.lower())
        if found and geometry in {kind, "any"}:
            return role, f"the name '{layer[:60]}'"
    return Role.OTHER, ""


def _shape_kind(geometry: BaseGeometry) -> str:
    name = geometry.geom_type
    if "Polygon" in name:
        return "polygon"
    return "line" if "Line" in name else "point"


def _by_size(
    features: Sequence[Feature], file: str, options: MapOptions
) -> tuple[tuple[Feature, ...], tuple[Note, ...]]:
    """Check named bays and car parks by area, and judge unnamed polygons by it."""
    notes: list[Note] = []
    sized = list(features)
    for position, feature in enumerate(features):
        assert feature.geometry is not None
        area = feature.geometry.area
        if feature.role is Role.BAY and not BAY_M2[0] <= area <= BAY_M2[1]:
            sized[position] = _not_a_bay(feature, file)
        elif feature.role is Role.PARKING and not PARKING_M2[0] <= area <= PARKING_M2[1]:
            raise _ask_area(feature, file, "car park", "50 m² to 1 km²")
        elif not feature.why and _shape_kind(feature.geometry) == "polygon":
            sized[position] = _guessed(feature, file)
    sized = _as_their_layer(sized)
    notes += _unused_note(sized)
    notes += _strip_note(features, sized)
    notes += _guess_note(features, sized)
    return tuple(sized), tuple(notes)


def _not_a_bay(feature: Feature, file: str) -> Feature:
    """Take an outline that is too large for a bay as a kerb strip if it is narrow, else ask."""
    assert feature.geometry is not None
    length, width = strip_size_m(feature.geometry)
    named_only = feature.why.startswith("the name")
    narrow = _STRIP_WIDTH_M[0] <= width <= _STRIP_WIDTH_M[1]
    if feature.geometry.area > BAY_M2[1] and narrow and (named_only or length > 2.5 * width):
        return replace(feature, role=Role.STRIP)
    if named_only and BAY_M2[0] < feature.geometry.area < BAY_M2[1]:
        return feature
    raise _ask_area(feature, file, "bay", "6 to 60 m²")


def _as_their_layer(features: Sequence[Feature]) -> list[Feature]:
    """Take the smallest outlines of a layer of strips as strips too."""
    strips = Counter(f.layer for f in features if f.role is Role.STRIP)
    bays = Counter(f.layer for f in features if f.role is Role.BAY)

    def like_the_rest(feature: Feature) -> Feature:
        few = strips[feature.layer] > bays[feature.layer]
        large = feature.geometry is not None and feature.geometry.area > _LARGE_BAY_M2
        if feature.role is Role.BAY and few and large:
            return replace(feature, role=Role.STRIP)
        return feature

    return [like_the_rest(feature) for feature in features]


def _ask_area(feature: Feature, file: str, what: str, range_text: str) -> InputError:
    assert feature.geometry is not None
    area = feature.geometry.area
    size = f"{area / 1e6:,.1f} km²" if area > 1e5 else f"{area:,.1f} m²"
    other = "parking" if what == "bay" else "bay"
    return InputError(
        file, feature.place, f"this {what} has {size}, outside {range_text}",
        f"say what the layer is with --role {feature.layer or 'LAYER'}={other}, "
        "or name the right unit with --crs EPSG:CODE", question=True,
    )  # fmt: skip


def strip_size_m(geometry: BaseGeometry) -> tuple[float, float]:
    """Return length and mean width of an outline: its longest extent and area over it."""
    corners = shapely.get_coordinates(geometry.minimum_rotated_rectangle)[:3].tolist()
    length = max(dist(a, b) for a, b in pairwise(corners))
    return length, geometry.area / length if length else 0.0


def _guessed(feature: Feature, file: str) -> Feature:
    assert feature.geometry is not None
    area = feature.geometry.area
    rectangular = area > 0.8 * feature.geometry.minimum_rotated_rectangle.area
    if BAY_M2[0] <= area <= (BAY_M2[1] if rectangular else PARKING_M2[0]):
        return replace(feature, role=Role.BAY, why="its size")
    if PARKING_M2[0] <= area <= PARKING_M2[1]:
        return replace(feature, role=Role.PARKING, why="its size")
    if area < BAY_M2[0]:
        return replace(feature, role=Role.OTHER, why="too small for a bay")
    raise _ask_area(feature, file, "outline", "6 m² to 1 km²")


def _unused_note(features: Sequence[Feature]) -> list[Note]:
    """Say which features have no place on a plan, so that none vanishes silently."""
    unused = Counter(f.why or _kind_words(f) for f in features if f.role is Role.OTHER)
    if not unused:
        return []
    shown = ", ".join(f"{count} {what}" for what, count in unused.most_common(5))
    more = f" and {len(unused) - 5} other kinds" if len(unused) > 5 else ""
    return [
        Note(
            Action.ACCEPT, "MAP-UNUSED", "",
            f"{unused.total()} features are not used on the plan: {shown}{more}",
            "give their layer a role with --role LAYER=ROLE if they matter",
        )
    ]  # fmt: skip


def _kind_words(feature: Feature) -> str:
    assert feature.geometry is not None
    return {"point": "points", "line": "lines", "polygon": "outlines"}[
        _shape_kind(feature.geometry)
    ]


def _strip_note(before: Sequence[Feature], after: Sequence[Feature]) -> list[Note]:
    pairs = zip(before, after, strict=True)
    changed = [a for b, a in pairs if b.role is Role.BAY and a.role is Role.STRIP]
    if not changed:
        return []
    areas = [f.geometry.area for f in changed if f.geometry is not None]
    return [
        Note(
            Action.ASK, "MAP-BAY-AREA", f"layer {changed[0].layer}",
            f"{len(changed)} outlines named as bays have {min(areas):.0f} to {max(areas):.0f} m², "
            "larger than single bays; they are taken as kerb strips and divided into bays",
            f"say --role {changed[0].layer}=parking or =other if that is wrong",
        )
    ]  # fmt: skip


def _guess_note(before: Sequence[Feature], after: Sequence[Feature]) -> list[Note]:
    notes = []
    for role in (Role.BAY, Role.PARKING):
        pairs = zip(before, after, strict=True)
        guessed = [a for b, a in pairs if not b.why and a.why and a.role is role]
        if guessed:
            what = "bays" if role is Role.BAY else "car parks"
            notes.append(
                Note(
                    Action.ACCEPT, "MAP-ROLE", f"layer {guessed[0].layer}",
                    f"nothing says what {len(guessed)} outlines are; by size taken as {what}",
                    f"say --role {guessed[0].layer}=ROLE if that is wrong",
                )
            )  # fmt: skip
    return notes
