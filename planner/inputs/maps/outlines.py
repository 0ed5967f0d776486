"""Features that hold several outlines of the size of a bay are taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.feature import Feature
from planner.inputs.maps.role_sizes import BAY_M2
from planner.inputs.report import Action, Note


def singled(features: Sequence[Feature]) -> tuple[tuple[Feature, ...], tuple[Note, ...]]:
    """Return features with one outline each where all have the size of a bay; in metres.

    Programs collect the bays of a layer in one feature. As one it would be one bay,
    or, where they touch, one outline around them all.
    """
    done: list[Feature] = []
    notes = []
    for feature in features:
        parts = _bays(feature)
        if len(parts) < 2:
            done.append(feature)
            continue
        done += [
            replace(
                feature, id=f"{feature.id}-{n}", geometry=part, place=f"{feature.place}, part {n}"
            )
            for n, part in enumerate(parts, 1)
        ]
        said = f"its {len(parts)} outlines of the size of bays are taken one by one"
        notes.append(Note(Action.ACCEPT, "MAP-PARTS", feature.place, said))
    return tuple(done), tuple(notes)


def _bays(feature: Feature) -> list[BaseGeometry]:
    shape = feature.geometry
    if shape is None or shape.geom_type != "MultiPolygon":
        return []
    parts = list(shapely.get_parts(shape))
    return parts if all(BAY_M2[0] <= part.area <= BAY_M2[1] for part in parts) else []
