"""The plan on screen: pan, zoom, select, drag a charger, measure."""

from __future__ import annotations

import math
from enum import Enum

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsView, QWidget

from grid.findings import Severity
from ui.canvas import overlay
from ui.canvas.drag import ChargerDrag
from ui.canvas.gesture import Gesture, MoveGesture
from ui.canvas.labels import LabelPass
from ui.canvas.overlay import FindingMark
from ui.canvas.scene import Key, PlanScene
from ui.theme import theme

_AA_FROM_PX_PER_M = 3.0
_SYMBOL_FROM_PX_PER_M = 5.0
_DRAG_FROM_PX = 4
_PICK_ORDER = (
    "charger", "pillar", "board", "substation", "circuit", "trench", "duct", "tree", "bay", "area",
)  # fmt: skip


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip


class Tool(Enum):
    """What the pointer does."""

    SELECT = "select"
    PAN = "pan"
    MEASURE = "measure"


class PlanView(QGraphicsView):
    """Shows a `PlanScene`; selection and drags leave as signals with ids."""

    selected = Signal(object)
    charger_moved = Signal(str, object)
    nudged = Signal(str, float, float)
    finding_clicked = Signal(int)
    pointed = Signal(object)
    zoomed = Signal(float)
    tool_changed = Signal(object)
    gesture_changed = Signal(str)

    def __init__(self, scene: PlanScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.plan = scene
        self.tool = Tool.SELECT
        self.key: Key | None = None
        self.tag = ""
        self.marks: list[FindingMark] = []
        self.callout: tuple[QPointF, str, Severity] | None = None
        self.label_pass, self.design_label_pass = LabelPass(), LabelPass()
        self._hover: QGraphicsItem | None = None
        self._drag: ChargerDrag | None = None
        self._pressed: QPoint | None = None
        self._panning: QPoint | None = None
        self._measure: tuple[QPointF, QPointF] | None = None
        self.gesture: Gesture | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Plan")
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retheme()

    def retheme(self) -> None:
        """Take the ground colour of the theme."""
        self.setBackgroundBrush(QColor(theme.tokens.plan.paper))

    @property
    def px_per_m(self) -> float:
        """Zoom in pixels per metre."""
        return self.transform().m11()

    def seen(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of what is on screen, in site metres."""
        rect = self.mapToScene(self.viewport().rect()).boundingRect()
        low, high = (self.plan.frame.back(at) for at in (rect.bottomLeft(), rect.topRight()))
        return low.x, low.y, high.x, high.y

    def refresh(self) -> None:
        """Redraw after the scene was re-made."""
        self.label_pass.show(self.plan.labels)
        self.design_label_pass.show(self.plan.design_labels)
        self._hover = None
        self._zoom_changed()
        self.viewport().update()

    def fit(self, rect: QRectF | None = None) -> None:
        """Show a rectangle of the scene, the whole site by default."""
        target = rect or self.plan.site_bounds
        if target.isEmpty():
            return
        margin = 0.015 * max(target.width(), target.height())
        self.fitInView(
            target.adjusted(-margin, -margin, margin, margin), Qt.AspectRatioMode.KeepAspectRatio
        )
        self._zoom_changed()

    def zoom_to(self, key: Key, px_per_m: float = 9.0) -> bool:
        """Centre an object at a readable zoom and select it."""
        at = self.plan.place_of(key)
        if at is None:
            return False
        self.zoom_to_point(at, px_per_m)
        self.select(key)
        return True

    def zoom_to_point(self, at: QPointF, px_per_m: float = 9.0) -> None:
        """Centre a place; never zooms out."""
        if self.px_per_m < px_per_m:
            factor = px_per_m / self.px_per_m
            self.scale(factor, factor)
        self.centerOn(at)
        self._zoom_changed()

    def zoom_by(self, factor: float) -> None:
        """Zoom about the pointer within sensible bounds."""
        if 0.2 <= self.px_per_m * factor <= 200:
            self.scale(factor, factor)
            self._zoom_changed()

    def select(self, key: Key | None) -> None:
        """Select an object by kind and id, or nothing."""
        if key is not None and key not in self.plan.items_by_key:
            key = None
        if key != self.key:
            self.key, self.tag = key, ""
            self.selected.emit(key)
        self.viewport().update()

    def begin(self, gesture: Gesture) -> None:
        """Let a drawing tool have the pointer until it ends or Esc is pressed."""
        self.set_tool(Tool.SELECT)
        self.gesture = gesture
        gesture.at = self.mapToScene(self.viewport().rect().center())
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus()
        self.gesture_changed.emit(gesture.hint)
        self.viewport().update()

    def end_gesture(self) -> None:
        """Give the pointer back."""
        if self.gesture is not None:
            self.gesture = None
            self.set_tool(self.tool)
            self.gesture_changed.emit("")

    def set_tool(self, tool: Tool) -> None:
        """Change what the pointer does."""
        if self.gesture is not None:
            self.gesture = None
            self.gesture_changed.emit("")
        self.tool = tool
        self._measure = None
        shapes = {Tool.PAN: Qt.CursorShape.OpenHandCursor, Tool.MEASURE: Qt.CursorShape.CrossCursor}
        self.viewport().setCursor(shapes.get(tool, Qt.CursorShape.ArrowCursor))
        self.tool_changed.emit(tool)
        self.viewport().update()

    def item_at(self, at: QPoint) -> QGraphicsItem | None:
        """Return the most particular visible object within reach of a screen point."""
        reach = QRectF(at.x() - 4, at.y() - 4, 8, 8).toRect()
        best: tuple[int, QGraphicsItem] | None = None
        for found in self.items(reach):
            item = found.topLevelItem()
            kind = item.data(0)
            if kind not in _PICK_ORDER or item.data(2) in ("boundary", "surface"):
                continue
            rank = _PICK_ORDER.index(kind)
            if best is None or rank < best[0]:
                best = (rank, item)
        return best[1] if best else None

    # Qt events ---------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self.zoom_by(1.0015 ** event.angleDelta().y())
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._zoom_changed()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        middle = event.button() is Qt.MouseButton.MiddleButton
        if middle or (self.tool is Tool.PAN and event.button() is Qt.MouseButton.LeftButton):
            self._panning = at
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.gesture is not None:
            self.gesture.by_keys = False
            self.gesture.follow(self.mapToScene(at), self.px_per_m)
            self.gesture.press()
            self.viewport().update()
            return
        if self.tool is Tool.MEASURE:
            here = self.mapToScene(at)
            self._measure = (here, here)
            return
        number = self._finding_at(event.position())
        if number:
            self.finding_clicked.emit(number)
            return
        item = self.item_at(at)
        self.select((item.data(0), item.data(1)) if item else None)
        self._pressed = at if item is not None and item.data(0) == "charger" else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        here = self.mapToScene(at)
        self.pointed.emit(self.plan.frame.back(here))
        if self._panning is not None:
            step = at - self._panning
            self._panning = at
            self._scroll_by(step)
            return
        if self.gesture is not None:
            self._lead(self.gesture, here, held=bool(event.buttons()))
            return
        if self._measure is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._measure = (self._measure[0], here)
        elif self._pressed is not None:
            moved = (at - self._pressed).manhattanLength()
            if self._drag is None and moved >= _DRAG_FROM_PX and self.key is not None:
                self._drag = ChargerDrag.start(self.plan, self.key)
            if self._drag is not None:
                self._drag.move(here)
        else:
            self._hover = self.item_at(at) if self.tool is Tool.SELECT else None
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panning is not None:
            self._panning = None
            self.set_tool(self.tool)
            return
        if self.gesture is not None:
            self.gesture.release()
            return
        drag, self._drag, self._pressed = self._drag, None, None
        if drag is not None:
            if drag.changed:
                self.charger_moved.emit(drag.charger, self.plan.frame.back(drag.at))
            self.viewport().update()

    def _lead(self, gesture: Gesture, here: QPointF, *, held: bool) -> None:
        gesture.by_keys = False
        gesture.follow(here, self.px_per_m)
        if held:
            gesture.drag(here)
        self.viewport().update()

    def _gesture_key(self, gesture: Gesture, event: QKeyEvent) -> bool:
        """Lead a drawing tool by keys; tell whether the key was one of its own."""
        key = Qt.Key(event.key())
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = _ARROWS.get(key)
        if step is not None and isinstance(gesture, MoveGesture):
            by = 1.0 if far else 0.1
            gesture.nudge(by * step[0], by * step[1])
        elif step is not None:
            by = 10.0 if far else 0.5
            gesture.by_keys = True
            gesture.follow(gesture.at + QPointF(by * step[0], -by * step[1]), 1e9)
            self.ensureVisible(QRectF(gesture.at, gesture.at), 40, 40)
        elif key == Qt.Key.Key_Space:
            gesture.press()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            gesture.end()
        elif key == Qt.Key.Key_Backspace:
            gesture.take_back()
        elif key == Qt.Key.Key_Escape:
            self.end_gesture()
        else:
            return False
        self.viewport().update()
        return True

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            self.gesture.end()
            self.viewport().update()
            return
        super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.gesture is not None and self._gesture_key(self.gesture, event):
            return
        if event.key() == Qt.Key.Key_Escape:
            if self._drag is not None:
                self._drag.cancel()
                self._drag = self._pressed = None
            elif self.tool is not Tool.SELECT:
                self.set_tool(Tool.SELECT)
            else:
                self.select(None)
            self.viewport().update()
            return
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is not None and self.key is not None and self.key[0] == "charger":
            by = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.1
            self.nudged.emit(self.key[1], by * step[0], by * step[1])
            return
        super().keyPressEvent(event)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw labels, marks and selection in one pass in device pixels."""
        view = self.viewportTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        for labels in (self.label_pass, self.design_label_pass):
            labels.paint(painter, view, seen, self.px_per_m, self.plan.hidden)
        if self._hover is not None and self._hover.scene() is self.plan:
            overlay.paint_hover(painter, self._hover, view)
        self._paint_selection(painter)
        for mark in self.marks:
            overlay.paint_mark(painter, mark.device(view), mark.severity, str(mark.number))
        if self.callout is not None:
            at, text, severity = self.callout
            overlay.paint_callout(painter, view.map(at), text, severity)
        if self.gesture is not None:
            self.gesture.paint(painter, view)
        if self._measure is not None:
            a, b = self._measure
            overlay.paint_measure(
                painter, view.map(a), view.map(b), math.hypot(b.x() - a.x(), b.y() - a.y())
            )
        painter.restore()

    def _paint_selection(self, painter: QPainter) -> None:
        view = self.viewportTransform()
        item = self.plan.items_by_key.get(self.key) if self.key else None
        if item is not None:
            overlay.paint_selected(painter, item, view)
            place = self.plan.place_of(self.key) if self.key else None
            if self.tag and place is not None and self.callout is None:
                overlay.paint_tag(painter, view.map(place), self.tag)
        if self._drag is not None and self._drag.snapped:
            overlay.paint_snap(painter, view.map(self._drag.at), self._drag.snapped)

    def _finding_at(self, at: QPointF) -> int:
        view = self.viewportTransform()
        for mark in self.marks:
            offset = mark.device(view) - at
            if math.hypot(offset.x(), offset.y()) <= 10:
                return mark.number
        return 0

    def _scroll_by(self, step: QPoint) -> None:
        for bar, delta in (
            (self.horizontalScrollBar(), step.x()), (self.verticalScrollBar(), step.y())
        ):  # fmt: skip
            bar.setValue(bar.value() - delta)

    def _zoom_changed(self) -> None:
        scale = self.px_per_m
        self.setRenderHint(QPainter.RenderHint.Antialiasing, scale >= _AA_FROM_PX_PER_M)
        small = min(1.0, max(0.72, scale / _SYMBOL_FROM_PX_PER_M))
        self.plan.set_symbol_scale(small / scale)
        self.zoomed.emit(scale)
