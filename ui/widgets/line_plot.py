"""A plot of lines: horizontal grid, no frame, each line named at the line, a crosshair."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from grid.findings import Severity
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

_MARGINS = (48.0, 30.0, 12.0, 22.0)
_MOST_POINTS = 900


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A named line; `look` is data, other, faint or limit.

    `name_at` is the share of x where its name would best stand. With `low` it is
    the area between `low` and `y`.
    """

    name: str
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    look: str = "data"
    name_at: float = 0.05
    low: npt.NDArray[np.float64] | None = None


def thinned(curve: Curve, most: int = _MOST_POINTS) -> Curve:
    """Return a curve with fewer points that keeps the highest of each stretch."""
    n = len(curve.x)
    if n <= most or curve.low is not None:
        return curve
    stretch = math.ceil(n / most)
    keep = n // stretch * stretch
    tops = curve.y[:keep].reshape(-1, stretch).argmax(axis=1) + np.arange(0, keep, stretch)
    return Curve(curve.name, curve.x[tops], curve.y[tops], curve.look, curve.name_at)


Places = npt.NDArray[np.float64]
"""Points on the widget, shape (n, 2)."""


def best_place(
    lines: list[Places], index: int, wide: float, wanted: float, box: QRectF, taken: list[QRectF]
) -> QRectF:
    """Return room for a name above or below its line, crossing as little as can be."""
    own, every = lines[index], np.concatenate(lines)
    shares = np.linspace(0, 1, 25)
    at = own[np.minimum(len(own) - 1, (shares * len(own)).astype(int)), 0]
    left = np.clip(at, box.left(), max(box.left(), box.right() - wide))[:, None]
    near = (own[:, 0] >= left - 4) & (own[:, 0] <= left + wide + 4)
    lone = np.flatnonzero(~near.any(axis=1))
    near[lone, np.abs(own[:, 0] - left[lone]).argmin(axis=1)] = True
    above = np.where(near, own[:, 1], np.inf).min(axis=1) - 17
    below = np.where(near, own[:, 1], -np.inf).max(axis=1) + 3
    top = np.clip(np.column_stack([above, below]), box.top() - 4, box.bottom() - 15)
    across = (every[:, 0] >= left) & (every[:, 0] <= left + wide)
    level = (every[:, 1] >= top[..., None]) & (every[:, 1] <= top[..., None] + 14)
    score = (across[:, None] & level).sum(axis=2) + 8 * np.abs(shares - wanted)[:, None]
    for other in taken:
        beside = (left < other.right()) & (left + wide > other.left())
        score += 20 * (beside & (top < other.bottom()) & (top + 14 > other.top()))
    best, side = np.unravel_index(score.argmin(), score.shape)
    return QRectF(float(left[best, 0]), float(top[best, side]), wide, 14)


class LinePlot(QWidget):
    """Draws curves that share both axes; y begins at zero."""

    def __init__(self, title: str, unit: str, x_unit: str, curves: tuple[Curve, ...]) -> None:
        super().__init__()
        self._title, self._unit, self._x_unit = title, unit, x_unit
        self._curves = tuple(thinned(c) for c in curves if len(c.x))
        self._top = 1.12 * max((float(c.y.max()) for c in curves), default=1.0) or 1.0
        self._x_low = min((float(c.x.min()) for c in curves), default=0.0)
        self._x_high = max((float(c.x.max()) for c in curves), default=1.0)
        self._levels = nice_ticks(0.0, self._top)
        self._marks = axis_marks(self._x_low, self._x_high, x_unit)
        self._x_high = max(self._x_high, self._marks[-1] if self._marks else self._x_high)
        left = left_margin((f"{v:,g}" for v in self._levels), _MARGINS[0])
        self._margins = (left, *_MARGINS[1:])
        self._cursor: float | None = None
        self._named: tuple[QSize, list[QRectF]] | None = None
        self.setMinimumHeight(140)
        self.setMouseTracking(True)
        names = "; ".join(f"{c.name} up to {number(float(c.y.max()))} {unit}" for c in curves)
        self.setAccessibleName(f"{title}: {names}")

    @property
    def _box(self) -> QRectF:
        return inner(self, self._margins)

    def _at(self, x: float, y: float) -> QPointF:
        box = self._box
        share = (x - self._x_low) / max(self._x_high - self._x_low, 1e-9)
        return QPointF(
            box.left() + share * box.width(), box.bottom() - y / self._top * box.height()
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        share = (event.position().x() - self._box.left()) / self._box.width()
        inside = 0.0 <= share <= 1.0
        self._cursor = self._x_low + share * (self._x_high - self._x_low) if inside else None
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._cursor = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        for curve in self._curves:
            self._paint_curve(painter, curve)
        self._paint_names(painter)
        if self._cursor is not None:
            self._paint_cursor(painter, self._cursor)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        box = self._box
        paint_title(painter, self.width(), self._title, f"{self._unit}, {self._x_unit}")
        paint_levels(
            painter, box, ((self._at(self._x_low, v).y(), f"{v:,g}") for v in self._levels)
        )
        paint_marks(painter, box, ((self._at(v, 0).x(), f"{v:,g}") for v in self._marks))

    def _colour(self, look: str) -> QColor:
        tokens = theme.tokens
        mark = tokens.severity[Severity.ERROR].mark
        known = {"data": tokens.accent, "limit": mark, "faint": tokens.text3}
        return QColor(known.get(look, tokens.text2))

    def _paint_curve(self, painter: QPainter, curve: Curve) -> None:
        if curve.low is not None:
            fill = QColor(theme.tokens.text2)
            fill.setAlphaF(0.18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            edge = self._points(curve.x, curve.y)
            painter.drawPolygon(QPolygonF([*edge, *self._points(curve.x, curve.low)[::-1]]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            return
        pen = QPen(self._colour(curve.look), 2.0 if curve.look == "data" else 1.5)
        if curve.look == "other":
            pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(self._points(curve.x, curve.y)))

    def _places(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Places:
        """Return where points lie, all at once: this is what painting spends its time on."""
        zero, one = self._at(0.0, 0.0), self._at(1.0, 1.0)
        across = zero.x() + (one.x() - zero.x()) * x
        return np.column_stack([across, zero.y() + (one.y() - zero.y()) * y])

    def _points(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[QPointF]:
        return [QPointF(a, b) for a, b in self._places(x, y).tolist()]

    def _paint_names(self, painter: QPainter) -> None:
        """Name each line where it passes, out of the way of the others."""
        painter.setFont(font_of(11, QFont.Weight.DemiBold))
        for curve, place in zip(self._curves, self._rooms(painter.fontMetrics()), strict=True):
            ground = QColor(theme.tokens.surface)
            ground.setAlphaF(0.75)
            painter.fillRect(place, ground)
            painter.setPen(self._colour(curve.look))
            painter.drawText(QPointF(place.left(), place.bottom() - 3), curve.name)

    def _rooms(self, metrics: QFontMetrics) -> list[QRectF]:
        """Return where the names stand; worked out anew only for another size."""
        if self._named is not None and self._named[0] == self.size():
            return self._named[1]
        lines = [self._coarse(curve) for curve in self._curves]
        taken: list[QRectF] = []
        for index, curve in enumerate(self._curves):
            wide = float(metrics.horizontalAdvance(curve.name))
            taken.append(best_place(lines, index, wide, curve.name_at, self._box, taken))
        self._named = (self.size(), taken)
        return taken

    def _coarse(self, curve: Curve) -> Places:
        few = thinned(replace(curve, low=None), 120)
        return self._places(few.x, few.y)

    def _paint_cursor(self, painter: QPainter, x: float) -> None:
        box = self._box
        at = self._at(x, 0).x()
        painter.setPen(QPen(QColor(theme.tokens.control), 1))
        painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))
        values = [
            f"{curve.name} {number(float(np.interp(x, curve.x, curve.y)))}"
            for curve in self._curves
            if curve.x[0] != curve.x[-1]  # an upright line has no value to read
        ]
        text = f"{x:,.4g} {self._x_unit.split(' ', 1)[0]}:  " + ",  ".join(values)
        paint_tag(painter, box, at, text)
