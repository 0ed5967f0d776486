"""Load over local time: zoom with the wheel, pan by dragging, read at the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from grid.findings import Severity
from ui.present.text import number
from ui.theme import font_of, theme
from ui.widgets.plot_frame import inner, nice_ticks, paint_levels, paint_tag

Reals = npt.NDArray[np.float64]
_MARGINS = (48.0, 26.0, 14.0, 22.0)
DAY_H = 24.0
_LEAST_H = 3.0
_BY_DAY_H = 60 * DAY_H


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Values by interval; `look` is data, other or faint."""

    name: str
    values: Reals
    unit: str
    look: str = "data"


class TimePlot(QWidget):
    """Series over `hours` from a first moment, in a window that moves.

    The curve shows the highest value of each pixel column, so that no peak is
    lost; what lies above the limit is drawn in the colour of an error.
    """

    stretch_changed = Signal()

    def __init__(
        self, first: datetime, hours: Reals, series: tuple[Series, ...], limit: float,
        limit_name: str,
    ) -> None:  # fmt: skip
        super().__init__()
        self._first, self._hours, self._series = first, hours, series
        self._limit, self._limit_name = limit, limit_name
        highest = max((float(np.nanmax(s.values)) for s in series if len(s.values)), default=0.0)
        self._top = 1.14 * max(limit, highest, 1e-9)
        self._span = (0.0, float(hours[-1]) if len(hours) else DAY_H)
        self.stretch: tuple[float, float] = self._span
        self._cursor: float | None = None
        self._grabbed: tuple[float, float] | None = None
        self.setMinimumHeight(120)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Load over time; arrows move, plus and minus zoom, Home shows all")

    def show_stretch(self, start_h: float, end_h: float) -> None:
        """Show a stretch of time, kept within what there is."""
        low, high = self._span
        length = min(max(end_h - start_h, _LEAST_H), high - low)
        start = min(max(start_h, low), high - length)
        self.stretch = (start, start + length)
        self.update()
        self.stretch_changed.emit()

    def zoom(self, factor: float, around_h: float | None = None) -> None:
        """Make the window longer or shorter around a moment."""
        start, end = self.stretch
        centre = (start + end) / 2 if around_h is None else around_h
        self.show_stretch(centre - (centre - start) * factor, centre + (end - centre) * factor)

    def pan(self, share: float) -> None:
        """Move by a share of the window."""
        start, end = self.stretch
        self.show_stretch(start + share * (end - start), end + share * (end - start))

    @property
    def by_day(self) -> bool:
        """Whether the stretch is so long that the highest of each day is shown."""
        return self.stretch[1] - self.stretch[0] > _BY_DAY_H

    @property
    def _per_day(self) -> int:
        step = float(np.median(np.diff(self._hours[:100]))) if len(self._hours) > 1 else 1.0
        return max(1, round(DAY_H / max(step, 1e-6)))

    def moment(self, hour: float) -> datetime:
        """Return the local time of an hour."""
        return self._first + timedelta(hours=hour)

    @property
    def _box(self) -> QRectF:
        return inner(self, _MARGINS)

    def _x(self, hour: float) -> float:
        start, end = self.stretch
        return self._box.left() + (hour - start) / (end - start) * self._box.width()

    def _y(self, value: float) -> float:
        return self._box.bottom() - value / self._top * self._box.height()

    def hour_at(self, x: float) -> float:
        """Return the hour under a place on the widget."""
        start, end = self.stretch
        return start + (x - self._box.left()) / self._box.width() * (end - start)

    # what the user does --------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom(0.8**turns, self.hour_at(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed = (event.position().x(), self.stretch[0])
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.show_stretch(*self._span)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._grabbed is not None:
            from_x, from_h = self._grabbed
            length = self.stretch[1] - self.stretch[0]
            start = from_h - (x - from_x) / self._box.width() * length
            self.show_stretch(start, start + length)
        self._cursor = x if self._box.left() <= x <= self._box.right() else None
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self._cursor = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -0.25, Qt.Key.Key_Right: 0.25,
                 Qt.Key.Key_PageUp: -1.0, Qt.Key.Key_PageDown: 1.0}  # fmt: skip
        zooms = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0}
        key = Qt.Key(event.key())
        if key in moves:
            self.pan(moves[key])
        elif key in zooms:
            self.zoom(zooms[key])
        elif key == Qt.Key.Key_Home:
            self.show_stretch(*self._span)
        else:
            super().keyPressEvent(event)

    # painting ------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        painter.save()
        painter.setClipRect(self._box)
        for series in self._series:
            self._paint_series(painter, series)
        painter.restore()
        self._paint_limit(painter)
        self._paint_names(painter)
        if self._cursor is not None:
            self._paint_cursor(painter, self._cursor)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        tokens, box = theme.tokens, self._box
        levels = nice_ticks(0.0, self._top)
        paint_levels(painter, box, ((self._y(v), f"{v:,g}") for v in levels))
        for hour, text in time_ticks(self._first, *self.stretch, most=int(box.width() // 84)):
            x = self._x(hour)
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 4))
            painter.setPen(QColor(tokens.text3))
            if x < box.right() - 30:
                painter.drawText(QPointF(x + 3, box.bottom() + 15), text)

    def _colour(self, look: str) -> QColor:
        tokens = theme.tokens
        return QColor({"data": tokens.accent, "other": tokens.text2}.get(look, tokens.text3))

    def _paint_series(self, painter: QPainter, series: Series) -> None:
        points = self._outline(series.values)
        pen = QPen(self._colour(series.look), 2.0 if series.look == "data" else 1.3)
        if series.look == "other":
            pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        for part in points:
            painter.drawPolyline(part)
        if series.look != "data":
            return
        painter.save()
        above = QRectF(self._box)
        above.setBottom(self._y(self._limit))
        painter.setClipRect(above)
        painter.setPen(QPen(QColor(theme.tokens.severity[Severity.ERROR].mark), 2.4))
        for part in points:
            painter.drawPolyline(part)
        painter.restore()

    def _outline(self, values: Reals) -> list[QPolygonF]:
        """Return the highest value per pixel column or day, in parts where values are missing."""
        low, high = np.searchsorted(self._hours, self.stretch)
        low, high = max(0, int(low) - 1), min(len(values), int(high) + 1)
        hours, shown = self._hours[low:high], values[low:high]
        block = max(1, int(len(shown) // max(1.0, self._box.width())))
        if self.by_day:
            block = max(block, self._per_day)
        if block > 1:
            keep = len(shown) // block * block
            blocks = np.where(np.isfinite(shown[:keep]), shown[:keep], -np.inf)
            best = blocks.reshape(-1, block).argmax(axis=1) + np.arange(0, keep, block)
            hours, shown = hours[best], shown[best]
        parts, points = [], QPolygonF()
        for hour, value in zip(hours.tolist(), shown.tolist(), strict=True):
            if value != value:  # noqa: PLR0124 - NaN
                parts.append(points)
                points = QPolygonF()
                continue
            points.append(QPointF(self._x(hour), self._y(value)))
        return [p for p in (*parts, points) if p.count() > 0]

    def _paint_limit(self, painter: QPainter) -> None:
        y, box = self._y(self._limit), self._box
        painter.setPen(QPen(QColor(theme.tokens.severity[Severity.ERROR].mark), 1.5))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setFont(font_of(11, QFont.Weight.DemiBold))
        wide = painter.fontMetrics().horizontalAdvance(self._limit_name)
        painter.drawText(QPointF(box.right() - wide, y - 5), self._limit_name)

    def _paint_names(self, painter: QPainter) -> None:
        """Name the series in their own colour and dash, above the plot."""
        x = self._box.left()
        what = ", highest of each day" if self.by_day else ""
        painter.setFont(font_of(11, QFont.Weight.DemiBold))
        for series in self._series:
            pen = QPen(self._colour(series.look), 2.0 if series.look == "data" else 1.3)
            if series.look == "other":
                pen.setDashPattern([3.0, 2.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(x, 12), QPointF(x + 18, 12))
            words = f"{series.name}, {series.unit}{what}"
            painter.drawText(QPointF(x + 24, 16), words)
            x += 44 + painter.fontMetrics().horizontalAdvance(words)

    def _paint_cursor(self, painter: QPainter, x: float) -> None:
        if not len(self._hours):
            return
        hour = self.hour_at(x)
        at = int(np.clip(np.searchsorted(self._hours, hour, side="right") - 1, 0,
                         len(self._hours) - 1))  # fmt: skip
        painter.setPen(QPen(QColor(theme.tokens.control), 1))
        painter.drawLine(QPointF(x, self._box.top()), QPointF(x, self._box.bottom()))
        when = self.moment(float(self._hours[at]))
        parts = [f"{s.name} {number(float(s.values[at]))} {s.unit}" for s in self._series]
        text = f"{when:%a} {when.day} {when:%b %Y, %H:%M}:  {',  '.join(parts)}"
        paint_tag(painter, self._box, x, text)


def time_ticks(first: datetime, start_h: float, end_h: float, most: int) -> list[tuple[float, str]]:
    """Return hours and words of round moments: months, days, or hours."""
    span, most = end_h - start_h, max(2, most)
    begin = first + timedelta(hours=start_h)
    if span > 45 * DAY_H:
        return _month_ticks(first, begin, end_h)
    if span > 3 * DAY_H:
        days = max(1, -(-int(span / DAY_H) // most))
        midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
        moments = [midnight + timedelta(days=i * days) for i in range(most + 2)]
        return [
            (_hours(first, m), f"{m:%a} {m.day} {m:%b}")
            for m in moments
            if start_h <= _hours(first, m) <= end_h
        ]
    step = next(s for s in (0.5, 1, 2, 3, 6, 12, 24) if span / s <= most or s == 24)
    hour = np.ceil(start_h / step) * step
    return [
        (float(h), f"{first + timedelta(hours=float(h)):%H:%M}")
        for h in np.arange(hour, end_h + 1e-9, step)
    ]


def _month_ticks(first: datetime, begin: datetime, end_h: float) -> list[tuple[float, str]]:
    ticks = []
    month = begin.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while _hours(first, month) <= end_h:
        if month >= begin:
            ticks.append((_hours(first, month), f"{month:%b}"))
        month = (month + timedelta(days=32)).replace(day=1)
    return ticks


def _hours(first: datetime, moment: datetime) -> float:
    return (moment - first).total_seconds() / 3600
