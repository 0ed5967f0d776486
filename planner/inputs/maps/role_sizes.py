"""What the size of an outline says about its role, and what is said of odd sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist

import shapely
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.feature import Feature, MapOptions, Role
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

BAY_M2 = (6.0, 60.0)
PARKING_M2 = (50.0, 1e6)
_STRIP_WIDTH_M = (1.6, 12.0)
_LARGE_BAY_M2 = 25.0
_FEW = 0.5  # a smaller share of odd sizes is said, a larger one asks
_ODD = "its odd size"
_BAY_SIZED = "its size, though named as parking"


def shape_kind(geometry: BaseGeometry) -> str:
    """Return polygon, line or point."""
    name = geometry.geom_type
    if "Polygon" in name:
        return "polygon"
    return "line" if "Line" in name else "point"


def by_size(
    features: Sequence[Feature], file: str, options: MapOptions
) -> tuple[tuple[Feature, ...], tuple[Note, ...]]:
    """Check named bays and car parks by area, and judge outlines by it where nothing is named.

    A few of odd size are taken as what they look like, and said; where most are
    odd, the unit or the layer is wrong and the user is asked.
    """
    nothing_named = not any(f.role is not Role.OTHER for f in features)
    sized = [_sized(feature, nothing_named) for feature in features]
    notes: list[Note] = []
    for role, what, range_text in (
        (Role.BAY, "bay", "6 to 60 m²"),
        (Role.PARKING, "car park", "50 m² to 1 km²"),
    ):
        pairs = zip(features, sized, strict=True)
        alike = [(b, a) for b, a in pairs if b.role is role]
        odd = [b for b, a in alike if a.why == _ODD]
        if odd and len(odd) >= _FEW * len(alike) and "areas" not in options.accepted:
            raise _ask_area(odd[0], file, what, range_text)
        if odd:
            notes.append(_odd_note(odd, what, range_text))
    huge = [f for f, s in zip(features, sized, strict=True) if not f.why and s.why == _ODD]
    if huge and all(s.role is Role.OTHER for s in sized) and "areas" not in options.accepted:
        raise _ask_area(huge[0], file, "outline", "6 m² to 1 km²")
    sized = _as_their_layer(sized)
    notes += _unused_note(sized)
    notes += _strip_note(features, sized)
    notes += _named_note(features, sized)
    notes += _guess_note(features, sized)
    return tuple(sized), tuple(notes)


def _sized(feature: Feature, guess: bool) -> Feature:
    """Return a feature as what its size says it is, `_ODD` where that fits nothing."""
    assert feature.geometry is not None
    area = feature.geometry.area
    if feature.role is Role.BAY and not BAY_M2[0] <= area <= BAY_M2[1]:
        return _not_a_bay(feature)
    if feature.role is Role.PARKING and not PARKING_M2[0] <= area <= PARKING_M2[1]:
        if feature.why.startswith("the name") and BAY_M2[0] <= area and _rectangular(feature):
            return replace(feature, role=Role.BAY, why=_BAY_SIZED)
        # A car park of a few bays is one; a giant one is none.
        small = BAY_M2[0] <= area < PARKING_M2[0]
        return replace(feature, role=Role.PARKING if small else Role.OTHER, why=_ODD)
    if (
        feature.role is Role.PARKING
        and feature.why.startswith("the name")
        and area <= BAY_M2[1]
        and _rectangular(feature)
    ):
        return replace(feature, role=Role.BAY, why=_BAY_SIZED)
    if guess and not feature.why and shape_kind(feature.geometry) == "polygon":
        return _guessed(feature)
    return feature


def _rectangular(feature: Feature) -> bool:
    shape = feature.geometry
    assert shape is not None
    return bool(shape.area > 0.8 * shape.minimum_rotated_rectangle.area)


def _not_a_bay(feature: Feature) -> Feature:
    """Take an outline that is too large for a bay as a kerb strip if it is narrow."""
    assert feature.geometry is not None
    length, width = strip_size_m(feature.geometry)
    named_only = feature.why.startswith("the name")
    narrow = _STRIP_WIDTH_M[0] <= width <= _STRIP_WIDTH_M[1]
    if feature.geometry.area > BAY_M2[1] and narrow and (named_only or length > 2.5 * width):
        return replace(feature, role=Role.STRIP)
    park = BAY_M2[1] < feature.geometry.area <= PARKING_M2[1]
    return replace(feature, role=Role.PARKING if park else Role.OTHER, why=_ODD)


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
        "name the right unit with --crs EPSG:CODE, or take them as they are with --accept areas",
        question=True,
    )  # fmt: skip


def strip_size_m(geometry: BaseGeometry) -> tuple[float, float]:
    """Return length and mean width of an outline: its longest extent and area over it."""
    corners = shapely.get_coordinates(geometry.minimum_rotated_rectangle)[:3].tolist()
    length = max(dist(a, b) for a, b in pairwise(corners))
    return length, geometry.area / length if length else 0.0


def _guessed(feature: Feature) -> Feature:
    assert feature.geometry is not None
    area = feature.geometry.area
    rectangular = _rectangular(feature)
    if BAY_M2[0] <= area <= (BAY_M2[1] if rectangular else PARKING_M2[0]):
        return replace(feature, role=Role.BAY, why="its size")
    if PARKING_M2[0] <= area <= PARKING_M2[1]:
        return replace(feature, role=Role.PARKING, why="its size")
    if area < BAY_M2[0]:
        return replace(feature, role=Role.OTHER, why="too small for a bay")
    return replace(feature, role=Role.OTHER, why=_ODD)


def _odd_note(odd: Sequence[Feature], what: str, range_text: str) -> Note:
    areas = [f.geometry.area for f in odd if f.geometry is not None]
    least, most = min(areas), max(areas)
    return Note(
        Action.ASK, "MAP-AREA", odd[0].place,
        f"{len(odd)} outlines named as {what}s have {least:,.1f} to {most:,.0f} m², outside "
        f"{range_text}; those of a few bays or a car park are taken as such, others left out",
        f"say --role {odd[0].layer or 'LAYER'}=ROLE if that is wrong",
    )  # fmt: skip


def _named_note(before: Sequence[Feature], after: Sequence[Feature]) -> list[Note]:
    pairs = zip(before, after, strict=True)
    changed = [a for b, a in pairs if b.role is Role.PARKING and a.why == _BAY_SIZED]
    if not changed:
        return []
    said = f"{len(changed)} outlines named as parking have the size of bays and are taken as bays"
    remedy = f"say --role {changed[0].layer}=parking if that is wrong"
    return [Note(Action.ACCEPT, "MAP-ROLE", f"layer {changed[0].layer}", said, remedy)]


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
    return {"point": "points", "line": "lines", "polygon": "outlines"}[shape_kind(feature.geometry)]


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
