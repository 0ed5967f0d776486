"""A plot of dots with whiskers: two values at the axes, a third as the size of the dot."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from grid.findings import Severity
from ui.present.mixes import Point
from ui.theme import font_of, theme
from ui.widgets.plot_frame import (
    inner,
    nice_ticks,
    paint_levels,
    paint_marks,
    paint_tag,
    paint_title,
)

_MARGINS = (44.0, 34.0, 16.0, 22.0)
_SMALL_PX, _LARGE_PX = 3.0, 8.0
_NEAR_PX = 14.0


class DotPlot(QWidget):
    """Dots from left to right by cost and upwards by drivers served; larger asks for more kVA."""

    pointed = Signal(str)

    def __init__(
        self, title: str, note: str, x_unit: str, points: tuple[Point, ...], limit: float
    ) -> None:
        super().__init__()
        self._title, self._note, self._x_unit = title, note, x_unit
        self._points, self._limit = points, limit
        costs, kva = [p.cost for p in points], [p.kva for p in points]
        room = 0.06 * (max(costs) - min(costs)) + 1
        self._left, self._right = max(0.0, min(costs) - room), max(costs) + room
        self._low = max(0.0, min(p.served_pct - p.ci_pct for p in points) - 2)
        self._largest = max(*kva, 1e-9)
        self.selected = ""
        self._under = ""
        self.setMinimumSize(220, 140)
        self.setMouseTracking(True)
        self.setAccessibleName(f"{title}; {note}")

    def select(self, key: str) -> None:
        """Ring a dot and tell what it is."""
        self.selected = key
        self.update()

    @property
    def _box(self) -> QRectF:
        return inner(self, _MARGINS)

    def at(self, cost: float, served_pct: float) -> QPointF:
        """Return where a pair of values stands in the widget."""
        box = self._box
        x = (cost - self._left) / max(self._right - self._left, 1e-9)
        y = (served_pct - self._low) / max(101.0 - self._low, 1e-9)
        return QPointF(box.left() + x * box.width(), box.bottom() - y * box.height())

    def _nearest(self, place: QPointF) -> str:
        def away(point: Point) -> float:
            return (self.at(point.cost, point.served_pct) - place).manhattanLength()

        nearest = min(self._points, key=away)
        return nearest.key if away(nearest) <= _NEAR_PX else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = self._nearest(event.position())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._nearest(event.position())
        if key:
            self.pointed.emit(key)

    def leaveEvent(self, _event: object) -> None:
        self._under = ""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        for point in sorted(self._points, key=lambda p: (p.chosen, -p.kva)):
            self._paint_dot(painter, point)
        told = self._under or self.selected
        for point in self._points:
            if point.key == told:
                place = self.at(point.cost, point.served_pct)
                paint_tag(painter, self._box, place.x(), point.text)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        box, tokens = self._box, theme.tokens
        paint_title(painter, self.width(), self._title, self._note)
        levels = nice_ticks(self._low, 100.0, 4)
        paint_levels(painter, box, ((self.at(0, v).y(), f"{v:g}") for v in levels))
        unit = painter.fontMetrics().horizontalAdvance(self._x_unit)
        painter.drawText(
            QRectF(box.right() - unit + 8, box.bottom() + 5, unit + 8, 14),
            int(Qt.AlignmentFlag.AlignLeft), self._x_unit,
        )  # fmt: skip
        marks = nice_ticks(self._left, self._right, 5)
        places = [(self.at(v, 0).x(), f"{v:,g}") for v in marks]
        paint_marks(painter, box, (m for m in places if m[0] + 24 < box.right() - unit))
        y = self.at(0, self._limit).y()
        painter.setPen(QPen(QColor(tokens.severity[Severity.ERROR].mark), 1.5))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        words = f"wanted {self._limit:g} %"
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(QPointF(box.right() - wide, y + 13), words)

    def _paint_dot(self, painter: QPainter, point: Point) -> None:
        tokens, place = theme.tokens, self.at(point.cost, point.served_pct)
        low = self.at(point.cost, max(self._low, point.served_pct - point.ci_pct)).y()
        high = self.at(point.cost, min(100.0, point.served_pct + point.ci_pct)).y()
        colour = QColor(tokens.accent if point.chosen else tokens.text2)
        painter.setPen(QPen(colour, 1))
        painter.drawLine(QPointF(place.x(), low), QPointF(place.x(), high))
        radius = _SMALL_PX + (_LARGE_PX - _SMALL_PX) * point.kva / self._largest
        painter.setBrush(colour if point.chosen else QColor(tokens.surface))
        painter.setPen(QPen(colour, 1.5))
        painter.drawEllipse(place, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if point.key in {self.selected, self._under} - {""}:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawEllipse(place, radius + 3, radius + 3)
        if point.chosen:
            painter.setPen(colour)
            painter.setFont(font_of(11, QFont.Weight.DemiBold))
            painter.drawText(QPointF(place.x() + radius + 4, place.y() - 5), "chosen")
