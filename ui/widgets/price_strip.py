"""A day's price of energy as a strip of 24 hours for each group of equal days."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.present.energy_price import Strip, spoken
from ui.theme import font_of, theme
from ui.widgets.plot_frame import paint_marks, paint_title

_SIDE, _RIGHT, _TOP, _BOTTOM = 14.0, 20.0, 34.0, 24.0
_NAME, _ROW, _GAP = 118.0, 24.0, 4.0
_NAME_ABOVE, _ROW_BELOW = 15.0, 18.0
_NARROW = 400
"""Below this width in pixels the names of the rows stand above them."""
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class PriceStrip(QWidget):
    """One row per group of days; every stretch tells its price where it has room for it."""

    def __init__(self) -> None:
        super().__init__()
        self._strips: Sequence[Strip] = ()
        self._unit = ""
        self.setMinimumWidth(210)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Price over the day")

    def show_strips(self, strips: Sequence[Strip], unit: str) -> None:
        """Show other prices."""
        self._strips, self._unit = strips, unit
        self.setAccessibleDescription(spoken(strips))
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    @property
    def _narrow(self) -> bool:
        return self.width() < _NARROW

    @property
    def _left(self) -> float:
        return _SIDE if self._narrow else _NAME

    @property
    def _pitch(self) -> float:
        return (_NAME_ABOVE + _ROW_BELOW if self._narrow else _ROW) + _GAP

    def sizeHint(self) -> QSize:
        """Return room for all rows."""
        rows = max(1, len(self._strips))
        return QSize(460, round(_TOP + rows * self._pitch + _BOTTOM))

    def resizeEvent(self, _event: object) -> None:
        self.setMinimumHeight(self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_title(painter, self.width(), "Price over the day", self._unit)
        for number, strip in enumerate(self._strips):
            self._paint_strip(painter, _TOP + number * self._pitch, strip)
        bottom = _TOP + len(self._strips) * self._pitch
        hours = QRectF(self._left, _TOP, self._x(24) - self._left, bottom - _TOP - _GAP)
        marks = ((self._x(h), f"{h}" if h < 24 else "24 h") for h in range(0, 25, 6))
        if self._strips:
            paint_marks(painter, hours, marks)
        painter.end()

    def _x(self, hour: float) -> float:
        return self._left + hour / 24 * max(10.0, self.width() - self._left - _RIGHT)

    def _paint_strip(self, painter: QPainter, top: float, strip: Strip) -> None:
        painter.setFont(font_of(11))
        painter.setPen(QColor(theme.tokens.text2))
        above = self._narrow
        high = _ROW_BELOW if above else _ROW
        wide = self.width() - 2 * _SIDE if above else _NAME - _SIDE - 8
        name = QRectF(_SIDE, top, wide, _NAME_ABOVE if above else _ROW)
        top += _NAME_ABOVE if above else 0.0
        words = painter.fontMetrics().elidedText(
            strip.title, Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.drawText(name, _LEFT_MIDDLE, words)
        painter.setFont(font_of(11, QFont.Weight.Medium))
        for part in strip.stretches:
            left = self._x(part.from_h)
            box = QRectF(left, top, self._x(part.to_h) - left, high)
            painter.fillRect(box, QColor(part.fill))
            if box.width() > painter.fontMetrics().horizontalAdvance(part.words) + 1:
                painter.setPen(QColor(part.ink))
                painter.drawText(box, _CENTRE, part.words)
            if part.from_h:
                painter.setPen(QPen(QColor(theme.tokens.surface), 1))
                painter.drawLine(QPointF(left, top), QPointF(left, top + high))
