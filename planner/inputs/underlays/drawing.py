"""A drawing as lines under the plan: paths as JSON, in its own units, rows down.

The attachment holds ``{"width", "height", "paths": [{"layer", "closed", "points"}]}``.
Nothing of it becomes part of the site; a map import does that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely

from planner.inputs.maps.dxf import drawing_unit
from planner.inputs.maps.dxf_file import load
from planner.inputs.maps.dxf_georef import georeference
from planner.inputs.maps.dxf_shapes import Item, content
from planner.inputs.maps.feature import MapOptions, Source
from planner.inputs.maps.units import UNITS_M
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.inputs.underlays.placing import Placed, place, unplaced
from planner.model.underlay import Transform, Underlay, UnderlayKind

NAME = "DXF drawing"
EXTENSIONS = (".dxf",)
CONTENTS = ("text", "dxf")
_MOST_POINTS = 1_000_000
_FINEST = 20_000.0  # a drawing is this many steps wide; finer detail cannot be seen


def read(path: Path, options: UnderlayOptions) -> Laid:
    """Read the lines of a drawing; without unit or place it is laid and asks."""
    drawing, notes = load(Source(path, _asked(options)))
    try:
        items = content(drawing, path.name).items
    except InputError:
        raise
    except Exception:  # damaged tables surface only when they are used
        raise InputError(
            path.name, "", "the drawing is damaged", "open it in its program and save it again"
        ) from None
    if not items:
        raise InputError(path.name, "", "the drawing has no lines", "choose the plan itself")
    shapes = np.array([item.shape for item in items], dtype=object)
    west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
    if not np.isfinite([west, south, east, north]).all() or max(east - west, north - south) <= 0:
        raise InputError(path.name, "", "the drawing has no extent", "choose the plan itself")
    step = max(east - west, north - south) / _FINEST
    size = (max(1, ceil((east - west) / step)), max(1, ceil((north - south) / step)))
    frame = _Frame((west, south, east, north), step, size)
    placed, unit_notes = _placed(drawing, items, frame, path.name, options)
    paths = list(_paths(items, west, north, step))
    if sum(len(p["points"]) for p in paths) > _MOST_POINTS:
        raise InputError(
            path.name, "", f"the drawing has more than {_MOST_POINTS:,} points",
            "save only the layers that are needed",
        )  # fmt: skip
    body = msgspec.json.encode({"width": size[0], "height": size[1], "paths": paths})
    underlay = Underlay(
        "", path.stem, UnderlayKind.DRAWING, f"{path.stem}.json", *size, placed.transform,
        opacity_pct=100.0, calibrated=placed.calibrated, source=path.name, crs=placed.crs,
    )  # fmt: skip
    return Laid(underlay, body, (*notes, *unit_notes, *placed.notes), placed.epsg)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The drawing's bounds in its units, the length of a step in them, and its size in steps."""

    bounds: tuple[float, float, float, float]
    step: float
    size: tuple[int, int]


def _asked(options: UnderlayOptions) -> MapOptions:
    return MapOptions(crs=options.crs, epsg=options.epsg, unit=options.unit, region=options.region)


def _placed(
    drawing: Any, items: Sequence[Item], frame: _Frame, file: str, options: UnderlayOptions
) -> tuple[Placed, tuple[Note, ...]]:
    """Place a drawing as far as its unit and georeference are known."""
    asked = _asked(options)
    try:
        unit, notes = drawing_unit(drawing, items, asked, file)
    except InputError as open_question:
        return unplaced(frame.size, options), (_as_note(open_question),)
    step = frame.step
    try:
        found = georeference(drawing, unit, frame.bounds, asked, file)
    except InputError:
        return unplaced(frame.size, options, UNITS_M[unit] * step), notes
    a, b, c, d, e, f = found.plane
    west, north = frame.bounds[0], frame.bounds[3]
    to_crs: Transform = (
        a * step, -b * step, a * west + b * north + c,
        d * step, -e * step, d * west + e * north + f,
    )  # fmt: skip
    return place(to_crs, frame.size, found.crs, options, file), (*notes, *found.notes)


def _as_note(question: InputError) -> Note:
    return Note(Action.ASK, "DXF-UNIT", question.place, question.reason, question.remedy)


def _paths(
    items: Sequence[Item], west: float, north: float, step: float
) -> Iterator[Mapping[str, Any]]:
    """Yield all lines in steps from the top left corner, layer by layer."""
    by_layer: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_layer[item.layer].append(item)
    for layer, own in by_layer.items():
        for part in shapely.get_parts([item.shape for item in own]):
            closed = part.geom_type == "Polygon"
            for ring in [part.exterior, *part.interiors] if closed else [part]:
                if ring.geom_type == "Point":
                    continue
                xy = np.asarray(ring.coords)[:, :2]
                points = np.column_stack([(xy[:, 0] - west) / step, (north - xy[:, 1]) / step])
                yield {"layer": layer[:80], "closed": closed, "points": points.round(2).tolist()}
