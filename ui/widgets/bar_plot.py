"""A plot of bars over a number axis: hours of a day, or a distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.present.text import number
from ui.theme import font_of, theme
from ui.widgets.plot_frame import (
    axis_marks,
    inner,
    left_margin,
    nice_ticks,
    paint_levels,
    paint_marks,
    paint_tag,
    paint_title,
)

_MARGINS = (44.0, 34.0, 12.0, 22.0)


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Values between edges; n values stand between n + 1 edges."""

    name: str
    edges: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]


class BarPlot(QWidget):
    """Bars from zero; a second series is a dashed outline, named where it is highest.

    With `named` False a legend stands elsewhere.
    """

    def __init__(
        self, title: str, note: str, x_unit: str, bars: Bars, other: Bars | None = None, *,
        named: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self._named = named
        self._title, self._note, self._x_unit = title, note, x_unit
        self._bars, self._other = bars, other
        every = [bars.values] + ([other.values] if other else [])
        self._top = 1.15 * max(float(v.max(initial=0.0)) for v in every) or 1.0
        self._levels = nice_ticks(0.0, self._top, 4)
        left = left_margin((f"{v:,g}" for v in self._levels), _MARGINS[0])
        self._margins = (left, *_MARGINS[1:])
        self._cursor: int | None = None
        self.setMinimumSize(170, 140)
        self.setMouseTracking(True)
        self.setAccessibleName(f"{title}; {note}")

    @property
    def _box(self) -> QRectF:
        return inner(self, self._margins)

    def _at(self, x: float, y: float) -> QPointF:
        box, edges = self._box, self._bars.edges
        share = (x - edges[0]) / max(float(edges[-1] - edges[0]), 1e-9)
        return QPointF(
            box.left() + share * box.width(), box.bottom() - y / self._top * box.height()
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box = self._box
        share = (event.position().x() - box.left()) / box.width()
        count = len(self._bars.values)
        self._cursor = int(share * count) if 0 <= share < 1 else None
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self._cursor = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_bars(painter)
        if self._other is not None:
            self._paint_outline(painter, self._other)
        if self._cursor is not None:
            self._paint_readout(painter, self._cursor)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        box = self._box
        paint_title(painter, self.width(), self._title, self._note)
        paint_levels(painter, box, ((self._at(0, v).y(), f"{v:,g}") for v in self._levels))
        edges = self._bars.edges
        unit = f"{edges[-1]:g} {self._x_unit}"
        taken = box.right() + 8 - painter.fontMetrics().horizontalAdvance(unit)
        low, right = box.bottom() + 5, int(Qt.AlignmentFlag.AlignRight)
        painter.drawText(QRectF(box.right() - 92, low, 100, 14), right, unit)
        marks = axis_marks(float(edges[0]), float(edges[-1]), self._x_unit)
        places = [(self._at(v, 0).x(), f"{v:g}") for v in marks]
        paint_marks(painter, box, (mark for mark in places if mark[0] + 16 < taken))

    def _paint_bars(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        accent, hover = QColor(theme.tokens.accent), QColor(theme.tokens.accent_hover)
        edges, values = self._bars.edges, self._bars.values
        for index, value in enumerate(values.tolist()):
            low, high = self._at(float(edges[index]), value), self._at(float(edges[index + 1]), 0)
            wide = max(1.0, high.x() - low.x() - 2)
            colour = hover if index == self._cursor else accent
            painter.fillRect(QRectF(low.x() + 1, low.y(), wide, high.y() - low.y()), colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._other is not None and self._named:
            self._name(painter, self._bars, self._other, accent)

    def _paint_outline(self, painter: QPainter, bars: Bars) -> None:
        pen = QPen(QColor(theme.tokens.text2), 1.5)
        pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        points = []
        for index, value in enumerate(bars.values.tolist()):
            points += [
                self._at(float(bars.edges[index]), value),
                self._at(float(bars.edges[index + 1]), value),
            ]
        painter.drawPolyline(QPolygonF(points))
        if self._named:
            self._name(painter, bars, self._bars, QColor(theme.tokens.text2))

    def _name(self, painter: QPainter, bars: Bars, other: Bars, colour: QColor) -> None:
        """Name a series where it stands highest above the other, or at its own peak."""
        above = bars.values - other.values
        peak = int((above if above.max() > 0 else bars.values).argmax())
        place = self._at(float(bars.edges[peak]), float(bars.values[peak]))
        painter.setFont(font_of(11, QFont.Weight.DemiBold))
        wide = painter.fontMetrics().horizontalAdvance(bars.name)
        left = min(max(self._box.left(), place.x() - wide / 2), self._box.right() - wide)
        foot = max(self._box.top() + 2, place.y() - 4)
        if above.max() <= 0:  # the other's bars stand behind the name
            ground = QColor(theme.tokens.surface)
            painter.fillRect(QRectF(left - 3, foot - 11, wide + 6, 14), ground)
        painter.setPen(colour)
        painter.drawText(QPointF(left, foot), bars.name)

    def _paint_readout(self, painter: QPainter, index: int) -> None:
        edges = self._bars.edges
        span = f"{edges[index]:g} to {edges[index + 1]:g} {self._x_unit}"
        parts = [f"{self._bars.name} {number(float(self._bars.values[index]), 1)}"]
        if self._other is not None:
            parts.append(f"{self._other.name} {number(float(self._other.values[index]), 1)}")
        x = self._at(float(edges[index]), 0).x()
        paint_tag(painter, self._box, x, f"{span}:  {',  '.join(parts)}")
