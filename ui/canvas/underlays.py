"""Underlays on the plan: pictures are decoded beside the window's thread, never in it."""

from __future__ import annotations

import json

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QObject,
    QPointF,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageReader,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsPixmapItem, QGraphicsScene

from planner.model.project import Project
from planner.model.underlay import Underlay, UnderlayKind
from ui.canvas.shapes import Frame
from ui.theme import theme

MOST_PX = 4096
_Z = 5.0  # over surfaces, under bays and everything that is built


def to_scene(underlay: Underlay, frame: Frame) -> QTransform:
    """Return the way from pixels of the picture to the scene."""
    a, b, c, d, e, f = underlay.transform
    return QTransform(a, -d, b, -e, c - frame.east, frame.north - f)


def decoded(content: bytes, most_px: int = MOST_PX) -> QImage:
    """Return a picture ready to draw, at most so many pixels wide and high."""
    held = QByteArray(content)
    buffer = QBuffer(held)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    QImageReader.setAllocationLimit(512)
    size = reader.size()
    largest = max(size.width(), size.height(), 1)
    if largest > most_px:
        reader.setScaledSize(
            QSize(size.width() * most_px // largest, size.height() * most_px // largest)
        )
    image = reader.read()
    formats = QImage.Format  # without transparency it is drawn faster
    clear = image.hasAlphaChannel()
    return image.convertToFormat(
        formats.Format_ARGB32_Premultiplied if clear else formats.Format_RGB32
    )


def drawing_path(content: bytes) -> QPainterPath:
    """Return the lines of a drawing, in its own units."""
    path = QPainterPath()
    for line in json.loads(content)["paths"]:
        polygon = QPolygonF([QPointF(x, y) for x, y in line["points"]])
        path.addPolygon(polygon)
        if line["closed"]:
            path.closeSubpath()
    return path


class _Decode(QRunnable):
    """Decodes one picture or drawing in a thread of Qt's pool."""

    def __init__(self, underlay: Underlay, content: bytes, told: _Told) -> None:
        super().__init__()
        self._underlay, self._content, self._told = underlay, content, told

    def run(self) -> None:
        if self._underlay.kind is UnderlayKind.DRAWING:
            self._told.ready.emit(self._underlay.part, drawing_path(self._content))
        else:
            self._told.ready.emit(self._underlay.part, decoded(self._content))


class _Told(QObject):
    """Brings what was decoded back to the window's thread."""

    ready = Signal(str, object)


class UnderlayLayer(QObject):
    """The underlays of one scene; an item is made anew only where its picture changes."""

    shown = Signal()

    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._items: dict[str, tuple[Underlay, QGraphicsItem]] = {}
        self._pictures: dict[str, QPixmap | QPainterPath] = {}
        self._asked: dict[str, bytes] = {}
        self._frame = Frame()
        self._project: Project | None = None
        self._told = _Told()
        self._told.ready.connect(self._decoded)

    def forget_items(self) -> None:
        """Know that the scene has deleted all items."""
        self._items.clear()

    def show_project(self, project: Project | None, frame: Frame) -> None:
        """Show the underlays of a project, the first one lowest."""
        self._project, self._frame = project, frame
        underlays = project.site.underlays if project else ()
        wanted = {u.id: u for u in underlays}
        for key in [k for k in self._items if k not in wanted]:
            self._scene.removeItem(self._items.pop(key)[1])
        parts = {u.part for u in underlays}
        self._pictures = {k: v for k, v in self._pictures.items() if k in parts}
        for rank, underlay in enumerate(underlays):
            self._show(underlay, rank)

    def _show(self, underlay: Underlay, rank: int) -> None:
        held = self._items.get(underlay.id)
        if held is not None and held[0].part != underlay.part:
            self._scene.removeItem(self._items.pop(underlay.id)[1])
            held = None
        item = held[1] if held else self._made(underlay)
        if item is None:
            return
        if held is None:
            item.setData(0, "underlay")
            item.setData(1, underlay.id)
            item.setData(2, "underlay")
            self._scene.addItem(item)
        item.setZValue(_Z + rank / 100)
        item.setTransform(self._scaling(underlay, item) * to_scene(underlay, self._frame))
        item.setOpacity(underlay.opacity_pct / 100)
        item.setVisible(underlay.visible)
        self._items[underlay.id] = (underlay, item)

    def _scaling(self, underlay: Underlay, item: QGraphicsItem) -> QTransform:
        """Return the way from a picture decoded smaller to its own pixels."""
        if not isinstance(item, QGraphicsPixmapItem):
            return QTransform()
        size = item.pixmap().size()
        return QTransform.fromScale(
            underlay.width_px / max(size.width(), 1), underlay.height_px / max(size.height(), 1)
        )

    def _made(self, underlay: Underlay) -> QGraphicsItem | None:
        content = self._project.attachments.get(underlay.part) if self._project else None
        if content is None:
            return None
        picture = self._pictures.get(underlay.part)
        if picture is None:
            self._ask(underlay, content)
            return None
        if isinstance(picture, QPainterPath):
            lines = QGraphicsPathItem(picture)
            line_pen = QPen(QColor(theme.tokens.text2), 1.0)
            line_pen.setCosmetic(True)
            lines.setPen(line_pen)
            return lines
        item = QGraphicsPixmapItem(picture)
        item.setTransformationMode(Qt.TransformationMode.FastTransformation)
        item.setShapeMode(QGraphicsPixmapItem.ShapeMode.BoundingRectShape)
        return item

    def _ask(self, underlay: Underlay, content: bytes) -> None:
        if self._asked.get(underlay.part) is not content:
            self._asked[underlay.part] = content
            QThreadPool.globalInstance().start(_Decode(underlay, content, self._told))

    def _decoded(self, part: str, made: object) -> None:
        self._asked.pop(part, None)
        if isinstance(made, QImage) and not made.isNull():
            self._pictures[part] = QPixmap.fromImage(made)
        elif isinstance(made, QPainterPath):
            self._pictures[part] = made
        else:
            return
        self.show_project(self._project, self._frame)
        self.shown.emit()

    def item_of(self, key: str) -> QGraphicsItem | None:
        """Return the item of an underlay, None while it is decoded."""
        held = self._items.get(key)
        return held[1] if held else None

    def shift(self, key: str, east_m: float, north_m: float) -> None:
        """Show an underlay beside its place while it is dragged."""
        item = self.item_of(key)
        if item is not None:
            item.setPos(east_m, -north_m)
