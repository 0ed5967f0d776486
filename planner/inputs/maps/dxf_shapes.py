"""Entities of a drawing as plain shapes in its own units; blocks are taken apart with limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.shapes import untangled
from planner.inputs.problem import InputError

MOST_ITEMS = 300_000
_DEEPEST = 30
_MOST_POINTS = 20_000  # of one curve
_CLOSED_SHARE = 1e-6
_FINE = 1000  # a curve is followed to a thousandth of its size
_CURVES = frozenset(
    {"LINE", "LWPOLYLINE", "POLYLINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE", "HELIX"}
)
_FACES = frozenset({"SOLID", "TRACE", "3DFACE"})
_AREAS = frozenset({"HATCH", "MPOLYGON"})


@dataclass(frozen=True, slots=True)
class Item:
    """One shape of a drawing with the layer it is seen on; `block` is what it was inserted as."""

    kind: str
    handle: str
    layer: str
    shape: BaseGeometry
    block: str = ""
    texts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All shapes of a drawing, what else is in it by kind, and the pictures it links to."""

    items: tuple[Item, ...]
    others: Mapping[str, int]
    pictures: tuple[str, ...]
    hidden: Mapping[str, int]
    faulty: int
    linked: tuple[str, ...] = ()


class _Blocks:
    """The shapes of every block, made once each."""

    def __init__(self, drawing: Any, symbol: Callable[[str, str], bool]) -> None:
        self._symbol = symbol
        self._blocks = drawing.blocks
        self._made: dict[str, tuple[Item, ...]] = {}
        self.others: Counter[str] = Counter()
        self.pictures: list[str] = []
        self.faulty = 0

    def of(self, name: str) -> tuple[Item, ...]:
        if name not in self._made:
            block = self._blocks.get(name)
            self._made[name] = tuple(self.items(block)) if block is not None else ()
        return self._made[name]

    def items(self, entities: Iterable[Any]) -> Iterator[Item]:
        for entity in entities:
            kind = entity.dxftype()
            try:
                if kind == "INSERT":
                    yield from self._inserted(entity)
                    continue
                shapes = list(_shapes(entity, kind))
            except InputError:
                raise
            except Exception:  # one entity that cannot be drawn is left out and counted
                self.faulty += 1
                continue
            if not shapes:
                self.others[kind] += 1
            texts = {"image": _picture(entity)} if kind == "IMAGE" else None
            self.pictures += texts.values() if texts else ()
            layer, handle = str(entity.dxf.get("layer", "0")), str(entity.dxf.handle or "?")
            yield from (Item(kind, handle, layer, shape, "", texts) for shape in shapes)

    def _inserted(self, insert: Any) -> Iterator[Item]:
        """Yield the shapes of a block where it is inserted; layer 0 takes the insert's layer."""
        name, layer = str(insert.dxf.name), str(insert.dxf.get("layer", "0"))
        texts = {str(a.dxf.tag): str(a.dxf.text) for a in insert.attribs if a.dxf.text}
        parts = self.of(name)
        if self._symbol(layer, name):
            parts = (Item("INSERT", "", "0", Point(0, 0)),)
        shapes = np.array([part.shape for part in parts], dtype=object)
        for single in insert.multi_insert() if insert.mcount > 1 else (insert,):
            matrix = _plane(single.matrix44())
            moved = shapely.transform(shapes, matrix) if len(shapes) else shapes
            for part, shape in zip(parts, moved, strict=True):
                seen = layer if part.layer == "0" else part.layer
                handle = str(insert.dxf.handle or "?")
                told = texts or part.texts
                yield replace(part, shape=shape, layer=seen, handle=handle, block=name, texts=told)


def content(
    drawing: Any, file: str, symbol: Callable[[str, str], bool] = lambda _layer, _block: False
) -> Content:
    """Return what is drawn in model space on layers that are switched on.

    A block for which `symbol`, asked with layer and block, says so is one point.
    """
    _check_blocks(drawing, file)
    blocks = _Blocks(drawing, symbol)
    off = {
        str(layer.dxf.name).casefold()
        for layer in drawing.layers
        if layer.is_off() or layer.is_frozen()
    }
    items, hidden = [], Counter[str]()
    for item in blocks.items(drawing.modelspace()):
        if item.layer.casefold() in off:
            hidden[item.layer] += 1
        else:
            items.append(item)
    linked = tuple(sorted({_linked(block) for block in drawing.blocks} - {""}))
    pictures = tuple(blocks.pictures)
    return Content(tuple(items), blocks.others, pictures, hidden, blocks.faulty, linked)


def _linked(block: Any) -> str:
    """Return the name of the file a block stands for, nothing for a block with a content."""
    path = str(block.block.dxf.get("xref_path", "")) if block.block is not None else ""
    return path.replace("\\", "/").rpartition("/")[2][:80]


def _check_blocks(drawing: Any, file: str) -> None:
    """Refuse blocks that insert themselves or grow beyond all bounds, by counting alone."""
    inserts: dict[str, Counter[str]] = {}
    own: dict[str, int] = {}
    for block in [*drawing.blocks, drawing.modelspace()]:
        name = block.name.casefold()
        inserts[name] = Counter()
        own[name] = 0
        for entity in block:
            if entity.dxftype() == "INSERT":
                inserts[name][str(entity.dxf.name).casefold()] += max(1, entity.mcount)
            else:
                own[name] += 1
    sizes: dict[str, int] = {}

    def size(name: str, above: tuple[str, ...]) -> int:
        if name in above:
            raise InputError(
                file, f"block {name[:60]}", "the block inserts itself", "repair it in the drawing"
            )
        if len(above) > _DEEPEST:
            raise InputError(
                file, f"block {name[:60]}", f"blocks are nested more than {_DEEPEST} levels deep",
                "explode them in the drawing program",
            )  # fmt: skip
        if name not in sizes:
            inner = inserts.get(name, Counter())
            sizes[name] = own.get(name, 0) + sum(
                number * size(child, (*above, name)) for child, number in inner.items()
            )
        return sizes[name]

    for name in inserts:
        size(name, ())
    total = sizes[drawing.modelspace().name.casefold()]
    if total > MOST_ITEMS:
        raise InputError(
            file, "", f"the drawing holds {total:,} objects once its blocks are taken apart, "
            f"more than {MOST_ITEMS:,}", "save only the layers that are needed",
        )  # fmt: skip


def _shapes(entity: Any, kind: str) -> Iterator[BaseGeometry]:
    from ezdxf import path

    if kind == "POINT":
        yield Point(entity.dxf.location.x, entity.dxf.location.y)
    elif kind == "IMAGE":
        yield Polygon([(v.x, v.y) for v in entity.boundary_path_wcs()])
    elif kind in _FACES:
        corners = [(v.x, v.y) for v in entity.wcs_vertices(close=False)]
        if len(set(corners)) > 2:
            yield Polygon(corners)
    elif kind in _AREAS:
        area: BaseGeometry = Polygon()
        for boundary in path.from_hatch(entity):
            ring = _points(boundary)
            if len(ring) > 3:
                area = area.symmetric_difference(untangled(Polygon(ring)))
        if not area.is_empty:
            yield area
    elif kind in _CURVES:
        if kind == "POLYLINE" and not (entity.is_2d_polyline or entity.is_3d_polyline):
            return
        yield from _curve(_points(path.make_path(entity)), _closed(entity, kind))


def _closed(entity: Any, kind: str) -> bool:
    if kind in {"LWPOLYLINE", "SPLINE"}:
        return bool(entity.closed)
    return bool(kind == "CIRCLE" or (kind == "POLYLINE" and entity.is_closed))


def _points(way: Any) -> list[tuple[float, float]]:
    """Return the points of a path, curves followed closely for their size."""
    corners = np.array([v.xyz for v in way.control_vertices()])
    if not np.isfinite(corners).all():
        raise ValueError("a coordinate is no finite number")
    if not way.has_curves:
        return [(float(x), float(y)) for x, y, _ in corners]
    size, largest = float(np.ptp(corners, axis=0).max()), float(np.abs(corners).max())
    # Below the resolution of its numbers a curve would be halved for ever.
    finest = max(size / _FINE, largest * 1e-12, 1e-9)
    return [(v.x, v.y) for v in islice(way.flattening(finest), _MOST_POINTS)]


def _curve(points: list[tuple[float, float]], closed: bool) -> Iterator[BaseGeometry]:
    """Yield an outline where the line returns to its start, else the line."""
    points = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    if len(points) < 2 or not np.isfinite(points).all():
        return
    extent = float(np.ptp(points, axis=0).max())
    gap = float(np.hypot(points[0][0] - points[-1][0], points[0][1] - points[-1][1]))
    if len(set(points)) > 2 and (closed or gap <= _CLOSED_SHARE * extent):
        yield Polygon(points)
    else:
        yield LineString(points)


def _plane(matrix: Any) -> Any:
    """Return a function that applies the plane part of a matrix to coordinates."""
    (ax, ay, _), (bx, by, _), (ox, oy, _) = (
        matrix.ux.xyz, matrix.uy.xyz, matrix.origin.xyz
    )  # fmt: skip

    def apply(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = xy[:, 0], xy[:, 1]
        return np.column_stack([ax * x + bx * y + ox, ay * x + by * y + oy])

    return apply


def _picture(entity: Any) -> str:
    named = str(entity.image_def.dxf.filename) if entity.image_def else "?"
    return named.replace("\\", "/").rpartition("/")[2][:80]
