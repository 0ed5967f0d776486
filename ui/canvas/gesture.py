"""What a drawing tool does between its first click and its end, by mouse or keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from planner.model.site import Site
from ui.canvas.overlay import paint_snap, paint_tag
from ui.canvas.shapes import Frame
from ui.theme import theme

_REACH_PX = 10.0


class Corners:
    """The corners of what is on the plan, to catch the pointer."""

    def __init__(self, site: Site | None, frame: Frame) -> None:
        shapes = []
        if site is not None:
            shapes = [b.polygon for b in site.bays.values()]
            shapes += [a.polygon for a in site.areas.values()]
        xy = shapely.get_coordinates(shapes) if shapes else np.zeros((0, 2))
        self._xy = np.column_stack([xy[:, 0] - frame.east, frame.north - xy[:, 1]])

    def near(self, at: QPointF, reach_m: float) -> QPointF | None:
        """Return the nearest corner within reach."""
        if not len(self._xy):
            return None
        away = np.hypot(self._xy[:, 0] - at.x(), self._xy[:, 1] - at.y())
        best = int(away.argmin())
        return QPointF(*self._xy[best].tolist()) if away[best] <= reach_m else None


class Gesture:
    """Points set one after the other; Space sets one, Enter ends, Backspace takes one back."""

    hint = ""

    def __init__(self, corners: Corners, done: Callable[[Sequence[QPointF]], object]) -> None:
        self._corners, self._done = corners, done
        self.points: list[QPointF] = []
        self.at = QPointF()
        self.snapped = False
        self.by_keys = False

    def follow(self, at: QPointF, px_per_m: float) -> None:
        """Take the place of the pointer, caught by a corner nearby."""
        caught = self._corners.near(at, _REACH_PX / px_per_m)
        self.snapped = caught is not None
        self.at = caught or at

    def press(self) -> None:
        """Set a point where the pointer is."""
        if not self.points or _apart(self.points[-1], self.at) > 0.01:
            self.points.append(QPointF(self.at))
        if self.complete:
            self.end()

    @property
    def complete(self) -> bool:
        """Whether the last point ends the gesture by itself."""
        return False

    @property
    def enough(self) -> bool:
        """Whether it may end now."""
        return bool(self.points)

    def take_back(self) -> None:
        """Forget the last point."""
        if self.points:
            self.points.pop()

    def end(self) -> None:
        """Hand over the points."""
        if self.enough:
            points, self.points = tuple(self.points), []
            self._done(points)

    def drag(self, _to: QPointF) -> None:
        """Follow the pointer with the button held; most gestures do not."""

    def release(self) -> None:
        """Hear that the button was let go."""

    def paint(self, painter: QPainter, view: QTransform) -> None:
        """Draw what is set so far in device pixels."""
        accent = QColor(theme.tokens.accent)
        if self.snapped:
            paint_snap(painter, view.map(self.at), "corner")
        elif self.by_keys:
            here = view.map(self.at)
            painter.setPen(QPen(accent, 1.5))
            painter.drawLine(here - QPointF(8, 0), here + QPointF(8, 0))
            painter.drawLine(here - QPointF(0, 8), here + QPointF(0, 8))
        painter.setPen(QPen(accent, 2))
        painter.setBrush(QColor(theme.tokens.surface))
        for point in self.points:
            at = view.map(point)
            painter.drawRect(QRectF(at.x() - 3.5, at.y() - 3.5, 7, 7))
        painter.setBrush(Qt.BrushStyle.NoBrush)


class PolygonGesture(Gesture):
    """Draws an outline; a click on its first corner closes it."""

    hint = "Click the corners; the first one again, or Enter, closes the outline."

    @property
    def complete(self) -> bool:
        closes = len(self.points) > 3 and _apart(self.points[0], self.points[-1]) < 0.3
        if closes:
            self.points.pop()
        return closes

    @property
    def enough(self) -> bool:
        return len(self.points) >= 3

    def follow(self, at: QPointF, px_per_m: float) -> None:
        super().follow(at, px_per_m)
        if self.points and _apart(self.points[0], at) * px_per_m <= _REACH_PX:
            self.at, self.snapped = QPointF(self.points[0]), True

    def paint(self, painter: QPainter, view: QTransform) -> None:
        accent = QColor(theme.tokens.accent)
        fill = QColor(accent)
        fill.setAlphaF(0.12)
        outline = QPolygonF([view.map(p) for p in (*self.points, self.at)])
        painter.setPen(QPen(accent, 2))
        painter.setBrush(fill)
        if self.points:
            painter.drawPolygon(outline)
            _paint_length(painter, view, self.points[-1], self.at)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        super().paint(painter, view)


class LineGesture(Gesture):
    """Draws a line of several points."""

    hint = "Click along the line; Enter ends it."
    most = 0

    @property
    def complete(self) -> bool:
        return bool(self.most) and len(self.points) >= self.most

    @property
    def enough(self) -> bool:
        return len(self.points) >= 2

    def paint(self, painter: QPainter, view: QTransform) -> None:
        painter.setPen(QPen(QColor(theme.tokens.accent), 2))
        shown = [*self.points] if self.complete else [*self.points, self.at]
        if self.points:
            painter.drawPolyline(QPolygonF([view.map(p) for p in shown]))
            _paint_length(painter, view, shown[-2] if len(shown) > 1 else shown[-1], shown[-1])
        super().paint(painter, view)


class TwoPoints(LineGesture):
    """Sets two points."""

    hint = "Click two points that are far apart and whose distance or place you know."
    most = 2

    def press(self) -> None:
        if not self.complete:
            super().press()

    def end(self) -> None:
        """Hand over the points; they stay in sight until the tool is left."""
        if self.complete:
            self._done(tuple(self.points))


class OnePoint(Gesture):
    """Sets one point."""

    hint = "Click the place."

    @property
    def complete(self) -> bool:
        return bool(self.points)


class MoveGesture(Gesture):
    """Drags something; the arrow keys move it by 0.1 m, with Shift by 1 m."""

    hint = "Drag the picture; arrow keys move it by 0.1 m, with Shift by 1 m. Esc ends."

    def __init__(
        self,
        moved: Callable[[float, float], object],
        shown: Callable[[float, float], object],
        corners: Corners,
    ) -> None:
        super().__init__(corners, lambda _points: None)
        self._moved, self._shown = moved, shown
        self._from: QPointF | None = None
        self._to = QPointF()

    def follow(self, at: QPointF, px_per_m: float) -> None:
        self.at = at

    def press(self) -> None:
        self._from = QPointF(self.at)
        self._to = QPointF(self.at)

    def drag(self, to: QPointF) -> None:
        if self._from is not None:
            self._to = to
            self._shown(to.x() - self._from.x(), self._from.y() - to.y())

    def release(self) -> None:
        if self._from is not None:
            by, self._from = self._to - self._from, None
            if by.x() or by.y():
                self._moved(by.x(), -by.y())

    def nudge(self, east_m: float, north_m: float) -> None:
        """Move by keys."""
        self._moved(east_m, north_m)


def _apart(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


def _paint_length(painter: QPainter, view: QTransform, start: QPointF, end: QPointF) -> None:
    metres = _apart(start, end)
    if metres > 0.05:
        paint_tag(painter, (view.map(start) + view.map(end)) / 2 + QPointF(0, 16),
                  f"{metres:,.2f} m")  # fmt: skip
