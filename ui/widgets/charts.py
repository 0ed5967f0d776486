"""Small painted charts: a value against its limit, a dot on a range."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from grid.findings import Severity
from ui.present.text import number
from ui.theme import font_of, theme


class BoundBar(QWidget):
    """A bar for a value with a tick at its limit and both written out."""

    def __init__(
        self,
        value: float,
        limit: float,
        unit: str,
        severity: Severity | None,
        limit_unit: str = "",
        decimals: int = 1,
    ) -> None:
        super().__init__()
        self._limit_unit, self._decimals = limit_unit or unit, decimals
        self._value, self._limit, self._unit, self._severity = value, limit, unit, severity
        self.setFixedHeight(42)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{number(value, 1)} of {number(limit, 1)} {unit}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        width = float(self.width())
        top = max(self._value, self._limit, 1e-9) * 1.18
        signal = tokens.severity[self._severity] if self._severity else None
        painter.fillRect(QRectF(0, 18, width, 5), QColor(tokens.border))
        reach = width * max(0.0, self._value) / top
        painter.fillRect(QRectF(0, 18, reach, 5), QColor(signal.mark if signal else tokens.accent))
        tick = width * max(0.0, self._limit) / top
        painter.fillRect(QRectF(tick - 1, 13, 2, 15), QColor(tokens.text))
        painter.setFont(font_of(11, QFont.Weight.DemiBold))
        painter.setPen(QColor(signal.text if signal else tokens.accent))
        self._write(painter, reach, 0, f"{number(self._value, self._decimals)} {self._unit}")
        painter.setFont(font_of(11))
        painter.setPen(QColor(tokens.text2))
        self._write(
            painter, tick, 28, f"limit {number(self._limit, self._decimals)} {self._limit_unit}"
        )
        painter.end()

    def _write(self, painter: QPainter, x: float, y: float, text: str) -> None:
        wide = painter.fontMetrics().horizontalAdvance(text) + 2
        left = min(max(0.0, x - wide / 2), max(0.0, self.width() - wide))
        painter.drawText(QRectF(left, y, wide, 14), int(Qt.AlignmentFlag.AlignLeft), text)


class DotStrip(QWidget):
    """A dot on a range with a tick at the limit; the range is in the tooltip."""

    def __init__(self, value: float, low: float, high: float, tick: float | None) -> None:
        super().__init__()
        self._value, self._low, self._high, self._tick = value, low, high, tick
        self.setFixedHeight(16)
        self.setMinimumWidth(56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"Shown from {number(low)} to {number(high)}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = self.height() / 2
        painter.setPen(QPen(QColor(tokens.control), 1.4))
        painter.drawLine(QPointF(4, y), QPointF(self.width() - 4, y))
        if self._tick is not None:
            x = self._x(self._tick)
            painter.setPen(QPen(QColor(tokens.text), 1.6))
            painter.drawLine(QPointF(x, y - 5), QPointF(x, y + 5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(QPointF(self._x(self._value), y), 3.8, 3.8)
        painter.end()

    def _x(self, value: float) -> float:
        span = (self._high - self._low) or 1.0
        share = min(1.0, max(0.0, (value - self._low) / span))
        return 5 + share * (self.width() - 10)
