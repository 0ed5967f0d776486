"""What every plot shows around its curves: title, note, levels, marks below and the readout."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import font_of, theme

RIGHT_MIDDLE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignHCenter)
Margins = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""


def inner(widget: QWidget, margins: Margins) -> QRectF:
    """Return the part of a widget in which curves are drawn."""
    left, top, right, bottom = margins
    return QRectF(
        left, top, max(10.0, widget.width() - left - right),
        max(10.0, widget.height() - top - bottom),
    )  # fmt: skip


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values between two bounds, about `most` of them."""
    span = max(high - low, 1e-9)
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw - 1e-12)
    first = math.ceil(low / step - 1e-9)
    return [step * i for i in range(first, math.floor(high / step + 1e-9) + 1)]


def axis_marks(low: float, high: float, unit: str) -> list[float]:
    """Return round values along an axis below: whole parts of a day for hours of one."""
    if unit.startswith("h") and low == 0 and 23 <= high <= 24:
        return [0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 21.0, 24.0]
    return nice_ticks(low, high, 6)


def left_margin(texts: Iterable[str], least: float) -> float:
    """Return room for the values at the left of a plot."""
    metrics = QFontMetricsF(font_of(11))
    return max(least, 12 + max((metrics.horizontalAdvance(t) for t in texts), default=0.0))


def paint_title(painter: QPainter, width: float, title: str, note: str) -> None:
    """Write the title at the left and the note, cut where room ends, at the right."""
    painter.setFont(font_of(12, QFont.Weight.DemiBold))
    painter.setPen(QColor(theme.tokens.text))
    painter.drawText(QPointF(14, 20), title)
    used = 24 + painter.fontMetrics().horizontalAdvance(title)
    painter.setFont(font_of(11))
    painter.setPen(QColor(theme.tokens.text3))
    free = QRectF(used, 8, max(0.0, width - used - 12), 16)
    words = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, int(free.width()))
    painter.drawText(free, RIGHT_MIDDLE, words)


def paint_levels(painter: QPainter, box: QRectF, levels: Iterable[tuple[float, str]]) -> None:
    """Draw level lines across the box, each with its value at the left."""
    painter.setFont(font_of(11))
    for y, text in levels:
        painter.setPen(QPen(QColor(theme.tokens.border), 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(QColor(theme.tokens.text3))
        painter.drawText(QRectF(0, y - 8, box.left() - 8, 16), RIGHT_MIDDLE, text)


def paint_marks(painter: QPainter, box: QRectF, marks: Iterable[tuple[float, str]]) -> None:
    """Write values below the box, centred at their place."""
    painter.setFont(font_of(11))
    painter.setPen(QColor(theme.tokens.text3))
    for x, text in marks:
        painter.drawText(QRectF(x - 30, box.bottom() + 5, 60, 14), _CENTRE, text)


def paint_tag(painter: QPainter, box: QRectF, x: float, text: str) -> None:
    """Write what the cursor reads into a small frame at the top of a plot."""
    tokens = theme.tokens
    painter.setFont(font_of(11))
    wide = painter.fontMetrics().horizontalAdvance(text) + 12
    left = min(max(box.left(), x + 6), max(box.left(), box.right() - wide))
    tag = QRectF(left, box.top(), wide, 18)
    painter.setPen(QPen(QColor(tokens.border), 1))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(tag, 3, 3)
    painter.setPen(QColor(tokens.text))
    painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), text)
