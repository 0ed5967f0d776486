"""DXF drawings: closed lines are outlines, layers say what they are, unit and place are made sure.

Nothing in a drawing is followed: linked pictures and drawings are named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.dxf_file import load
from planner.inputs.maps.dxf_georef import Plane, georeference
from planner.inputs.maps.dxf_shapes import Content, Item, content
from planner.inputs.maps.feature import Feature, MapOptions, RawMap, Role, Source
from planner.inputs.maps.role_sizes import BAY_M2
from planner.inputs.maps.roles import role_by_name
from planner.inputs.maps.units import (
    INSUNITS,
    NAMES,
    UNITS_M,
    extent_of,
    is_bay,
    likely_unit,
    sizes_by_unit,
    typical_rectangle,
)
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = "DXF"
EXTENSIONS = (".dxf",)
CONTENTS = ("text", "dxf")
_OUTLINED = frozenset({Role.BAY, Role.PARKING, Role.BUILDING})
_UNUSED = 5
_GAPS_M = (0.001, 0.01, 0.05)


def read(source: Source) -> RawMap:
    """Read a drawing; where its unit or its place is not known, ask."""
    drawing, notes = load(source)
    try:
        found = content(drawing, source.name, _is_symbol)
    except InputError:
        raise
    except Exception as broken:  # damaged tables or blocks surface only when they are used
        raise InputError(
            source.name, "", f"the drawing is damaged ({type(broken).__name__} in its blocks)",
            "open it in the drawing program and save it again",
        ) from None  # fmt: skip
    notes = (*notes, *_said(found))
    if not found.items:
        raise _bare(drawing, found, source.name)
    unit, unit_notes = drawing_unit(drawing, found.items, source.options, source.name)
    shapes = np.array([item.shape for item in found.items], dtype=object)
    bounds = tuple(float(v) for v in shapely.total_bounds(shapes))
    place = georeference(
        drawing, unit, (bounds[0], bounds[1], bounds[2], bounds[3]), source.options, source.name
    )
    metres = UNITS_M[unit]
    moved = shapely.transform(shapes, _applied(place.plane))
    items = [replace(item, shape=shape) for item, shape in zip(found.items, moved, strict=True)]
    items, tidy_notes = _tidied(items, metres / _length(place.plane))
    return RawMap(
        file=source.name,
        format=NAME,
        features=tuple(_features(items)),
        crs=place.crs,
        notes=(*notes, *unit_notes, *place.notes, *tidy_notes),
    )


def drawing_unit(
    drawing: Any, items: Sequence[Item], options: MapOptions, file: str
) -> tuple[str, tuple[Note, ...]]:
    """Return the unit of a drawing: as told, as stated if that can be, else ask."""
    if options.unit:
        if options.unit not in UNITS_M:
            raise InputError(
                file, "", f"'{options.unit[:20]}' is no unit", f"choose from {', '.join(UNITS_M)}"
            )
        said = f"drawn in {NAMES[options.unit]}, as told by --unit"
        return options.unit, (Note(Action.ACCEPT, "DXF-UNIT", "", said),)
    outlines = [item.shape for item in items if isinstance(item.shape, Polygon)]
    extent = extent_of(item.shape for item in items)
    stated = INSUNITS.get(int(drawing.header.get("$INSUNITS", 0) or 0), "")
    bays = [i.shape for i in items if isinstance(i.shape, Polygon) and _is_bay_layer(i.layer)]
    rectangle = typical_rectangle(bays or outlines)
    likely = likely_unit(rectangle, extent)
    doubtful = bays and stated and rectangle and likely and not is_bay(rectangle, stated)
    if stated and not doubtful:
        said = f"drawn in {NAMES[stated]} ($INSUNITS)"
        return stated, (Note(Action.ACCEPT, "DXF-UNIT", "", said),)
    reason = (
        f"the drawing says {NAMES[stated]}, but then its bays have an odd size"
        if doubtful
        else "the drawing does not say its unit"
    )
    proposal = f", most likely --unit {likely}" if likely else ""
    raise InputError(
        file, "", f"{reason}; {sizes_by_unit(rectangle, extent)}",
        f"name it with --unit mm, cm, m, in or ft{proposal}", question=True,
    )  # fmt: skip


def _is_bay_layer(layer: str) -> bool:
    return role_by_name(layer, "polygon")[0] is Role.BAY


def _is_symbol(layer: str, block: str) -> bool:
    """Tell whether a block stands for one thing, such as a tree."""
    names = role_by_name(layer, "point")[0], role_by_name(block, "point")[0]
    return Role.TREE in names or Role.ENTRANCE in names


def _bare(drawing: Any, found: Content, file: str) -> InputError:
    """Say why nothing of a drawing can be shown."""
    if found.hidden:
        reason, remedy = "everything drawn is on layers that are off or frozen", "switch them on"
    elif found.linked:
        reason = f"it only refers to other drawings ({', '.join(found.linked[:_UNUSED])})"
        remedy = "choose those drawings, or bind them into this one"
    elif len(list(drawing.blocks)) > 10:
        reason = "nothing is drawn in model space, there are only definitions of blocks"
        remedy = "insert them in a drawing, or choose the plan that uses them"
    else:
        reason, remedy = "nothing is drawn in model space", "choose the drawing with the plan in it"
    return InputError(file, "", reason, remedy)


def _said(found: Content) -> list[Note]:
    """Say what is in the drawing but not on the plan."""
    notes = []
    if found.pictures:
        linked = sorted(set(found.pictures))
        shown = ", ".join(linked[:_UNUSED])
        more = f" and {len(linked) - _UNUSED} more" if len(linked) > _UNUSED else ""
        said = f"{len(found.pictures)} linked pictures are not in the file and were not looked for"
        remedy = "add them as underlays if they are needed"
        notes.append(Note(Action.ACCEPT, "DXF-PICTURE", "", f"{said} ({shown}{more})", remedy))
    if found.linked:
        shown = ", ".join(found.linked[:_UNUSED])
        said = f"{len(found.linked)} linked drawings are not in the file and were not looked for"
        remedy = "choose them as maps too, or bind them into the drawing"
        notes.append(Note(Action.ACCEPT, "DXF-XREF", "", f"{said} ({shown})", remedy))
    if found.hidden:
        names = ", ".join(sorted(found.hidden)[:_UNUSED])
        count = sum(found.hidden.values())
        said = f"{count:,} objects on layers that are off or frozen left out ({names})"
        notes.append(
            Note(Action.ACCEPT, "DXF-HIDDEN", "", said, "switch the layers on to use them")
        )
    others = Counter({kind: count for kind, count in found.others.items() if kind != "IMAGE"})
    if others:
        shown = ", ".join(f"{count} {kind}" for kind, count in others.most_common(_UNUSED))
        said = f"{others.total():,} objects that are no lines or areas are not used: {shown}"
        notes.append(Note(Action.ACCEPT, "DXF-OTHERS", "", said))
    if found.faulty:
        said = f"{found.faulty:,} objects could not be drawn and were left out"
        notes.append(Note(Action.SKIP, "DXF-FAULTY", "", said, "repair the drawing if they matter"))
    return notes


def _tidied(items: Sequence[Item], m_per_unit: float) -> tuple[list[Item], list[Note]]:
    """Drop fills of outlines that are there already, and make outlines of loose lines."""
    notes: list[Note] = []
    outlines = {_key(i.shape) for i in items if i.kind not in {"HATCH", "MPOLYGON"} and _areal(i)}
    kept = [
        i for i in items if i.kind not in {"HATCH", "MPOLYGON"} or _key(i.shape) not in outlines
    ]
    if len(kept) < len(items):
        said = f"{len(items) - len(kept):,} fills of outlines that are drawn themselves left out"
        notes.append(Note(Action.ACCEPT, "DXF-FILLS", "", said))
    by_layer: dict[str, list[Item]] = defaultdict(list)
    for item in kept:
        by_layer[item.layer].append(item)
    done: list[Item] = []
    for layer, own in by_layer.items():
        faces = _faces(layer, own, m_per_unit)
        if faces:
            lines = sum(1 for i in own if not _areal(i))
            said = f"{len(faces)} outlines formed by {lines} separate lines"
            notes.append(Note(Action.ACCEPT, "DXF-OUTLINES", f"layer {layer[:60]}", said))
            own = [*(i for i in own if i.shape.geom_type == "Point"), *faces]  # noqa: PLW2901
        done += own
    return done, notes


def _faces(layer: str, items: Sequence[Item], m_per_unit: float) -> list[Item]:
    """Return the outlines that the lines of a layer of outlines enclose, if it draws none."""
    role, _ = role_by_name(layer, "polygon")
    lines = [i.shape for i in items if "Line" in i.shape.geom_type]
    if role not in _OUTLINED or not lines or any(map(_areal, items)):
        return []
    low, high = (area / m_per_unit**2 for area in BAY_M2)
    fitting: list[BaseGeometry] = []
    for gap_m in _GAPS_M:  # lines that end on others rarely meet them to the last digit
        joined = shapely.union_all(lines, grid_size=gap_m / m_per_unit)
        faces = shapely.get_parts(shapely.polygonize([joined]))
        found = [f for f in faces if low <= f.area <= high or role is not Role.BAY]
        fitting = max(fitting, found, key=len)
    return [Item("LINE", f"{layer}-{n}", layer, face) for n, face in enumerate(fitting, 1)]


def _areal(item: Item) -> bool:
    return "Polygon" in item.shape.geom_type


def _key(shape: shapely.Geometry) -> bytes:
    rounded = shapely.set_precision(shape, 0.01, mode="pointwise")
    return bytes(shapely.to_wkb(shapely.normalize(rounded)))


def _features(items: Iterable[Item]) -> Iterable[Feature]:
    for item in items:
        kind = item.shape.geom_type
        shape = "polygon" if "Polygon" in kind else "line" if "Line" in kind else "point"
        layer, outline = item.layer, item.shape
        if item.kind == "CIRCLE" and role_by_name(layer, "point")[0] is Role.TREE:
            shape, outline = "point", outline.centroid
        if item.block and not role_by_name(layer, shape)[1] and role_by_name(item.block, shape)[1]:
            layer = item.block
        tags = {"block": item.block} if item.block else {}
        tags |= {key.casefold()[:80]: text[:200] for key, text in (item.texts or {}).items()}
        place = f"{item.kind} {item.handle} on layer {item.layer[:60]}"
        yield Feature(item.handle, place, layer, tags, outline)


def _applied(plane: Plane) -> Any:
    a, b, c, d, e, f = plane

    def apply(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = xy[:, 0], xy[:, 1]
        return np.column_stack([a * x + b * y + c, d * x + e * y + f])

    return apply


def _length(plane: Plane) -> float:
    return float(np.hypot(plane[0], plane[3]))
