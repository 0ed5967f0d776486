"""All labels of the plan, drawn in one pass and only where they can be read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QStaticText, QTransform
from shapely import LineString, Point, Polygon, STRtree

from planner.model.site import SURFACES, Area, AreaKind, Bay, Site
from ui.canvas.shapes import Frame, upright_deg
from ui.theme import font_of, theme

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a scene point; shown while `span_m` is at least `min_px` on screen."""

    text: str
    at: QPointF
    angle: float = 0.0
    size_px: int = 9
    weight: QFont.Weight = QFont.Weight.Normal
    role: str = "text2"
    span_m: float = 2.5
    min_px: float = 13.0
    ring: bool = False
    layer: str = ""
    icon: str = ""


def site_labels(site: Site, frame: Frame, inks: Mapping[str, str] | None = None) -> list[Label]:
    """Return the labels of a site: bays (in `inks` by id), rows, buildings, areas, boards."""
    labels = [
        replace(label, role=ink) if (ink := (inks or {}).get(str(b.id), "")) else label
        for b in site.bays.values()
        for label in _bay_labels(b, frame)
    ]
    labels += _row_labels(site, frame)
    bays = STRtree([bay.polygon for bay in site.bays.values()])
    for area in site.areas.values():
        for label in _area_label(area, frame):
            if area.kind not in SURFACES or not len(
                bays.query(frame.back(label.at), predicate="dwithin", distance=2.0)
            ):
                labels.append(label)
    for entrance in site.entrances:
        if entrance.name:
            at = frame.point(entrance.point) + QPointF(0, 1.6)
            labels.append(
                Label(entrance.name, at, size_px=11, role="text", span_m=8, min_px=24,
                      layer="entrance")
            )  # fmt: skip
    return labels


def _bay_labels(bay: Bay, frame: Frame) -> list[Label]:
    centre, across, out = bay_axes(bay, frame)
    angle = upright_deg(across.x(), across.y())
    layer = "accessible" if bay.accessible else "bay"
    number = Label(
        str(bay.number), centre + out * (bay.depth_m * 0.34), angle, 9, span_m=bay.width_m,
        layer=layer,
    )  # fmt: skip
    if not bay.accessible:
        return [number]
    sign = Label(
        "", centre - out * (bay.depth_m * 0.12), angle, 11, span_m=bay.width_m, layer=layer,
        icon="accessibility", role="text",
    )  # fmt: skip
    return [number, sign]


def bay_axes(bay: Bay, frame: Frame) -> tuple[QPointF, QPointF, QPointF]:
    """Return centre, unit vector along the head, and unit vector to the open end."""
    centre = frame.point(bay.polygon.centroid)
    if bay.head is not None and bay.head.length > 0:
        a, b = (frame.xy(*bay.head.coords[i][:2]) for i in (0, -1))
        head_middle = (a + b) / 2
        out = _unit(centre - head_middle)
        return centre, _unit(b - a), out
    ring = [frame.xy(*c[:2]) for c in bay.polygon.exterior.coords[:-1]]
    edges = [ring[(i + 1) % len(ring)] - ring[i] for i in range(len(ring))]
    long_edge = max(edges, key=lambda e: math.hypot(e.x(), e.y()))
    out = _unit(long_edge)
    return centre, QPointF(-out.y(), out.x()), out


def _unit(v: QPointF) -> QPointF:
    length = math.hypot(v.x(), v.y())
    return v / length if length else QPointF(0, 0)


def _row_labels(site: Site, frame: Frame) -> list[Label]:
    rows: dict[str, list[Bay]] = {}
    for bay in site.bays.values():
        if bay.row:
            rows.setdefault(bay.row, []).append(bay)
    labels = []
    for row, bays in rows.items():
        bays.sort(key=lambda b: b.number)
        first = frame.point(bays[0].polygon.centroid)
        last = frame.point(bays[-1].polygon.centroid)
        back = _unit(first - last) if len(bays) > 1 else QPointF(-1, 0)
        at = first + back * (bays[0].width_m / 2 + 1.5)
        labels.append(
            Label(row, at, 0, 10, QFont.Weight.DemiBold, "text", 2.5, 9, True, layer="bay")
        )
    return labels


def _area_label(area: Area, frame: Frame) -> list[Label]:
    if not area.name or area.kind in (AreaKind.BOUNDARY, AreaKind.PARKING, AreaKind.ASPHALT):
        return []
    box = area.polygon.minimum_rotated_rectangle
    ring = [frame.xy(*c[:2]) for c in getattr(box, "exterior", area.polygon.exterior).coords]
    edges = [ring[i + 1] - ring[i] for i in range(min(2, len(ring) - 1))]
    along = max(edges, key=lambda e: math.hypot(e.x(), e.y()))
    span = math.hypot(along.x(), along.y())
    at = frame.point(_roomiest(area.polygon))
    angle = upright_deg(along.x(), along.y())
    if area.kind is AreaKind.BUILDING:
        weight = QFont.Weight.DemiBold
        size = 13 if area.polygon.area > 200 else 11
        return [
            Label(area.name, at, 0, size, weight, "text", span, 8.0 * len(area.name),
                  layer="building")
        ]  # fmt: skip
    if area.kind is AreaKind.KEEP_OUT:
        return [
            Label(area.name, frame.point(area.polygon.centroid), angle, 10, QFont.Weight.Medium,
                  "keep_out", span, 6.0 * len(area.name), layer="keep_out")
        ]  # fmt: skip
    turn = angle if area.kind is AreaKind.ROAD else 0.0
    return [
        Label(area.name, at, turn, 11, span_m=span, min_px=7.0 * len(area.name), layer="surface")
    ]


def _roomiest(polygon: Polygon) -> Point:
    """Return where a line of text has most room inside a polygon."""
    if not polygon.is_valid or polygon.area < 1:
        return polygon.representative_point()
    west, south, east, north = polygon.bounds
    best, at = 0.0, polygon.representative_point()
    for step in range(1, 16):
        y = south + (north - south) * step / 16
        cut = polygon.intersection(LineString([(west - 1, y), (east + 1, y)]))
        for part in getattr(cut, "geoms", [cut]):
            middle = part.interpolate(0.5, normalized=True) if part.length else None
            if middle is not None:
                room = min(part.length, 6 * middle.distance(polygon.exterior))
                if room > best:
                    best, at = room, middle
    return at


def _colour(role: str) -> str:
    """Return the colour of a role; a colour stands for itself."""
    return role if role.startswith("#") else str(getattr(theme.tokens, role))


class LabelPass:
    """Draws labels in device pixels; positions are kept as arrays for quick culling.

    Painted a second time in the same place they are kept as a picture, so that a
    change beside them, or the pointer over the plan, does not draw them anew.
    """

    def __init__(self) -> None:
        self._labels: tuple[Label, ...] = ()
        self._x: npt.NDArray[np.float64] = np.empty(0)
        self._y: npt.NDArray[np.float64] = np.empty(0)
        self._min_scale: npt.NDArray[np.float64] = np.empty(0)
        self._texts: dict[tuple[str, int, int], tuple[QStaticText, QFont]] = {}
        self._place: tuple[object, ...] = ()
        self._picture: QPixmap | None = None

    def show(self, labels: Sequence[Label]) -> None:
        """Replace all labels."""
        if tuple(labels) == self._labels:
            return
        self._labels = tuple(labels)
        self._x = np.array([label.at.x() for label in labels])
        self._y = np.array([label.at.y() for label in labels])
        self._min_scale = np.array([label.min_px / max(label.span_m, 0.1) for label in labels])
        self._place, self._picture = (), None

    def paint(
        self, painter: QPainter, view: QTransform, seen: QRectF, scale: float, hidden: set[str]
    ) -> None:
        """Draw what is in sight and large enough; the painter stands in device pixels."""
        if not self._labels:
            return
        room, ratio = painter.viewport().size(), painter.device().devicePixelRatio()
        place = (
            view.m11(), view.m12(), view.m22(), view.dx(), view.dy(), room.width(),
            room.height(), ratio, frozenset(hidden), theme.tokens,
        )  # fmt: skip
        if place != self._place:
            self._place, self._picture = place, None
            self._paint_all(painter, view, seen, scale, hidden)
            return
        if self._picture is None:
            self._picture = QPixmap(room * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            inside = QPainter(self._picture)
            inside.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_all(inside, view, seen, scale, hidden)
            inside.end()
        painter.drawPixmap(0, 0, self._picture)

    def _paint_all(
        self, painter: QPainter, view: QTransform, seen: QRectF, scale: float, hidden: set[str]
    ) -> None:
        inside = (
            (self._x > seen.left()) & (self._x < seen.right())
            & (self._y > seen.top()) & (self._y < seen.bottom())
            & (self._min_scale <= scale)
        )  # fmt: skip
        for index in np.flatnonzero(inside):
            label = self._labels[index]
            if label.layer not in hidden:
                self._paint_one(painter, label, view.map(label.at))

    def _paint_one(self, painter: QPainter, label: Label, at: QPointF) -> None:
        tokens = theme.tokens
        colour = tokens.plan.keep_out if label.role == "keep_out" else _colour(label.role)
        painter.save()
        painter.translate(at)
        if label.angle:
            painter.rotate(label.angle)
        if label.icon:
            from PySide6.QtCore import QRect

            from ui.icons import draw_icon

            half = label.size_px // 2 + 1
            draw_icon(painter, label.icon, label.role, QRect(-half, -half, 2 * half, 2 * half))
        if label.ring:
            painter.setPen(QPen(QColor(tokens.control), 1))
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(QPointF(0, 0), 8, 8)
        if label.text:
            static, font = self._static(label)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            size = static.size()
            painter.drawStaticText(QPointF(-size.width() / 2, -size.height() / 2), static)
        painter.restore()

    def _static(self, label: Label) -> tuple[QStaticText, QFont]:
        key = (label.text, label.size_px, int(label.weight))
        if key not in self._texts:
            font = font_of(label.size_px, label.weight)
            # In grey, as in a picture: colour fringes would come and go.
            font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
            static = QStaticText(label.text)
            static.prepare(QTransform(), font)
            self._texts[key] = (static, font)
        return self._texts[key]
