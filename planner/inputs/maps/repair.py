"""Geometry repair: what is broken is mended or left out, each case listed, counts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryCollection, MultiPolygon
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.feature import Feature, MapOptions, Role
from planner.inputs.maps.shapes import untangled
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

_LEAST_M2 = 0.01
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7  # shapely's type ids
_SAME_M = 0.01
_COLLECTED = "only the outlines of a mixed collection kept"
_OVERLAP_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Repaired:
    """Usable features and what happened to the others."""

    features: tuple[Feature, ...]
    notes: tuple[Note, ...]
    repaired: int
    skipped: int


def repair(features: Sequence[Feature], options: MapOptions) -> Repaired:
    """Mend or leave out each feature; geometry must be in metres."""
    kept: list[Feature] = []
    notes: list[Note] = []
    repaired = 0
    for feature, sound in zip(features, _sound(features), strict=True):
        mended = feature
        if not sound:
            mended = _mended(feature)
        if mended.mended and not options.repair:
            mended = replace(feature, geometry=None, fault=", ".join(mended.mended))
        if mended.geometry is None:
            notes.append(_skip(feature.place, mended.fault))
            continue
        kept.append(mended)
        if mended.mended:
            repaired += 1
            action = Action.ASK if _COLLECTED in mended.mended else Action.REPAIR
            said = " and ".join(mended.mended)
            notes.append(Note(action, "MAP-GEOMETRY", feature.place, said))
    return Repaired(tuple(kept), tuple(notes), repaired, len(features) - len(kept))


def _skip(place: str, fault: str) -> Note:
    return Note(
        Action.SKIP, "MAP-FEATURE", place, f"left out, {fault}", "draw it again if it is needed"
    )


def _sound(features: Sequence[Feature]) -> npt.NDArray[np.bool_]:
    """Tell in one go which features need no closer look."""
    shapes = np.array([f.geometry for f in features], dtype=object)
    kinds = shapely.get_type_id(shapes)
    areal = (kinds == _POLYGON) | (kinds == _MULTIPOLYGON)
    usable = np.isfinite(shapely.bounds(shapes)).all(axis=1) & shapely.is_valid(shapes)
    plain = usable & (kinds != _COLLECTION) & (~areal | (shapely.area(shapes) >= _LEAST_M2))
    return np.asarray(plain, dtype=np.bool_)


def _mended(feature: Feature) -> Feature:
    """Return the feature with a valid, plain geometry, or without one and the fault."""
    try:
        return _valid(feature)
    except GEOSException:  # thousands of crossings, or more memory than there is
        return replace(feature, geometry=None, fault="its outline cannot be mended")


def _valid(feature: Feature) -> Feature:
    shape = feature.geometry
    if shape is None:
        return feature
    if shape.is_empty or not np.isfinite(shape.bounds).all():
        return replace(feature, geometry=None, fault="it has no usable coordinates")
    done = list(feature.mended)
    if "Polygon" in shape.geom_type and shape.area < _LEAST_M2 and not _crossed(shape):
        return replace(feature, geometry=None, fault="it is degenerate, its area is zero")
    if not shape.is_valid:
        before = shape.area
        shape = _polygons(untangled(shape), shape)
        if shape is None or shape.area < _LEAST_M2:
            return replace(feature, geometry=None, fault="it is degenerate, its area is zero")
        done.append(
            f"outline that crosses itself mended ({before:.2f} m² before, "
            f"{shape.area:.2f} m² after)"
        )
    if isinstance(shape, GeometryCollection):
        parts = _polygons(shape, shape)
        if parts is None:
            return replace(feature, geometry=None, fault="it is a collection without an outline")
        shape = parts
        done.append(_COLLECTED)
    return replace(feature, geometry=shape, mended=tuple(done))


def _crossed(shape: BaseGeometry) -> bool:
    """Tell a bow-tie, whose signed halves cancel, from a line drawn as a polygon."""
    fixed = _polygons(untangled(shape), shape)
    return fixed is not None and fixed.area >= _LEAST_M2


def _polygons(shape: BaseGeometry, original: BaseGeometry) -> BaseGeometry | None:
    """Keep only the polygons of a repaired outline."""
    if "Polygon" not in original.geom_type and not isinstance(original, GeometryCollection):
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    nested = [p for p in shapely.get_parts(shape) if p.geom_type == "MultiPolygon"]
    parts += [q for p in nested for q in shapely.get_parts(p)]
    parts = [p for p in parts if p.area >= _LEAST_M2]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def unique_ids(features: Sequence[Feature]) -> tuple[tuple[Feature, ...], tuple[Note, ...]]:
    """Make ids unique within a layer; the file's own is kept as attribute ``original_id``."""
    taken: set[tuple[str, str]] = {(f.layer, f.id) for f in features}
    seen: set[tuple[str, str]] = set()
    result, notes = [], []
    for feature in features:
        layer, name = feature.layer, feature.id
        if (layer, name) in seen:
            number = 2
            while (layer, f"{name}-{number}") in taken:
                number += 1
            fresh = f"{name}-{number}"
            taken.add((layer, fresh))
            notes.append(
                Note(
                    Action.REPAIR, "MAP-ID", feature.place,
                    f"the id '{name}' is used twice; this one is now '{fresh}'",
                )
            )  # fmt: skip
            tags = {**feature.tags, "original_id": name}
            feature = replace(feature, id=fresh, tags=tags)  # noqa: PLW2901
        seen.add((layer, feature.id))
        result.append(feature)
    return tuple(result), tuple(notes)


def merge_duplicates(features: Sequence[Feature], options: MapOptions, file: str) -> Repaired:
    """Ask about outlines drawn more than once, or count each once where that was accepted.

    Only outlines of the same role are the same thing; those without one do not matter.
    """
    shapes = np.array([f.geometry for f in features], dtype=object)
    used = np.array([f.role is not Role.OTHER for f in features], dtype=np.bool_)
    areal = used & np.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON))
    rounded = shapely.set_precision(shapes[areal], _SAME_M, mode="pointwise")
    groups: dict[tuple[Role, bytes], list[int]] = {}
    for position, key in zip(
        np.flatnonzero(areal).tolist(), shapely.to_wkb(shapely.normalize(rounded)), strict=True
    ):
        groups.setdefault((features[position].role, key), []).append(position)
    repeated = [group for group in groups.values() if len(group) > 1]
    if not repeated:
        return Repaired(tuple(features), (), 0, 0)
    extra = {position for group in repeated for position in group[1:]}
    first = features[repeated[0][0]]
    if "duplicates" not in options.accepted:
        raise InputError(
            file, first.place, f"{len(repeated)} of {len(groups)} outlines are drawn more than "
            f"once ({len(extra) + len(groups)} in all)",
            f"say --accept duplicates to count each once ({len(groups)} remain)", question=True,
        )  # fmt: skip
    notes = [_skip(features[i].place, "it is drawn a second time") for i in sorted(extra)]
    kept = tuple(f for i, f in enumerate(features) if i not in extra)
    return Repaired(kept, tuple(notes), 0, len(extra))


def separate_overlaps(features: Sequence[Feature], options: MapOptions, file: str) -> Repaired:
    """Ask about bays that overlap by more than 5 %, or keep the first of each pair."""
    bays = [i for i, f in enumerate(features) if f.role is Role.BAY]
    shapes = np.array([features[i].geometry for i in bays], dtype=object)
    if len(shapes) < 2:
        return Repaired(tuple(features), (), 0, 0)
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    share = shapely.area(shapely.intersection(shapes[one], shapes[two])) / np.minimum(
        shapely.area(shapes[one]), shapely.area(shapes[two])
    )
    pairs = [
        (bays[a], bays[b])
        for a, b, s in zip(one, two, share, strict=True)
        if s > _OVERLAP_SHARE
    ]  # fmt: skip
    if not pairs:
        return Repaired(tuple(features), (), 0, 0)
    if "overlaps" not in options.accepted:
        named = ", ".join(f"{features[a].id} and {features[b].id}" for a, b in sorted(pairs)[:5])
        raise InputError(
            file, features[min(pairs)[0]].place,
            f"{len(pairs)} pairs of bays overlap by more than 5 % ({named})",
            "correct them, or say --accept overlaps to keep the first of each pair", question=True,
        )  # fmt: skip
    dropped: set[int] = set()
    notes = []
    for a, b in sorted(pairs):
        if a not in dropped and b not in dropped:
            dropped.add(b)
            notes.append(_skip(features[b].place, f"it overlaps bay {features[a].id}"))
    kept = tuple(f for i, f in enumerate(features) if i not in dropped)
    return Repaired(kept, tuple(notes), 0, len(dropped))
