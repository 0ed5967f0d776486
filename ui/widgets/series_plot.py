"""A small plot of a series over its days: gaps shaded, negative values below the line."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from grid.findings import Severity
from ui.theme import font_of, theme
from ui.widgets.plot_frame import RIGHT_MIDDLE, inner, nice_ticks, paint_levels

_MARGINS = (52.0, 30.0, 10.0, 20.0)


class SeriesPlot(QWidget):
    """The highest value of equal stretches of time; NaN stretches are gaps."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title, self._unit = title, "kW"
        self._y: npt.NDArray[np.float64] = np.zeros(0)
        self._start, self._days = datetime(2000, 1, 1), 0.0  # noqa: DTZ001 - wall clock of the site
        self.setMinimumHeight(150)
        self.setAccessibleName(title)

    def show_series(
        self, values: npt.NDArray[np.float64], start: datetime, days: float, unit: str
    ) -> None:
        """Draw a series that covers `days` from a moment on the wall clock."""
        self._y, self._start, self._days, self._unit = values, start, days, unit
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font_of(12, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QPointF(0, 18), self._title)
        known = self._y[~np.isnan(self._y)]
        if len(known):
            box = inner(self, _MARGINS)
            low, high = min(0.0, float(known.min())), max(0.0, float(known.max())) or 1.0
            self._frame(painter, box, low, high * 1.06)
            self._curve(painter, box, low, high * 1.06)
        painter.end()

    def _frame(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        tokens = theme.tokens
        painter.setFont(font_of(11))
        painter.setPen(QColor(tokens.text3))
        painter.drawText(QRectF(0, 4, self.width() - 10, 16), RIGHT_MIDDLE, self._unit)

        def height(value: float) -> float:
            return box.bottom() - (value - low) / (high - low) * box.height()

        paint_levels(painter, box, ((height(v), f"{v:,g}") for v in nice_ticks(low, high, 4)))
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.drawLine(QPointF(box.left(), height(0)), QPointF(box.right(), height(0)))
        painter.setPen(QColor(tokens.text3))
        count = max(1, min(8, int(box.width() // 80)))
        step = max(1, math.ceil(self._days / count))
        for day in range(0, math.ceil(self._days) + 1, step):
            x = box.left() + day / max(self._days, 1e-9) * box.width()
            if x <= box.right() - 20:
                at = self._start + timedelta(days=day)
                painter.drawText(QPointF(x, box.bottom() + 15), f"{at.day} {at:%b}")

    def _curve(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        tokens = theme.tokens
        wide = box.width() / len(self._y)
        gap = QColor(tokens.severity[Severity.WARNING].fill)
        part: list[QPointF] = []
        painter.setPen(Qt.PenStyle.NoPen)
        for index in np.flatnonzero(np.isnan(self._y)).tolist():
            painter.fillRect(
                QRectF(box.left() + index * wide, box.top(), wide + 1, box.height()), gap
            )
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        for index, value in enumerate(self._y.tolist()):
            if math.isnan(value):
                painter.drawPolyline(QPolygonF(part))
                part = []
                continue
            y = box.bottom() - (value - low) / (high - low) * box.height()
            part.append(QPointF(box.left() + (index + 0.5) * wide, y))
        painter.drawPolyline(QPolygonF(part))
