"""Plots of the drawer: the year as a heat map, load by hour, load duration."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from grid.findings import Severity
from planner.model.outcome import Outcome
from planner.model.site import LoadProfile, Site
from ui.present.supply import YearMap, load_duration, mean_day, year_map
from ui.present.text import number
from ui.present.tokens import SEQUENTIAL
from ui.theme import font_of, theme
from ui.widgets.basic import bar
from ui.widgets.line_plot import Curve, LinePlot
from ui.widgets.plot_frame import paint_tag

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def colour_table() -> list[tuple[int, int, int]]:
    """Return 256 colours of the sequential ramp, interpolated."""
    stops = [tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in SEQUENTIAL]
    at = np.linspace(0, len(stops) - 1, 256)
    channels = [np.interp(at, range(len(stops)), [s[k] for s in stops]) for k in range(3)]
    return [(int(r), int(g), int(b)) for r, g, b in zip(*channels, strict=True)]


class HeatMap(QWidget):
    """A year as 24 hours by days: one image, scaled without smoothing."""

    cell_picked = Signal(int, int)

    def __init__(self, title: str, made: YearMap, unit: str = "kW") -> None:
        super().__init__()
        self._title, self._map, self._unit = title, made, unit
        self._image = heat_image(made.kw)
        self._cell: tuple[int, int] | None = None
        self.setMinimumHeight(130)
        self.setMouseTracking(True)
        self.setAccessibleName(f"{title}; peak {made.peak_text}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font_of(12, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QPointF(16, 20), self._title)
        box = self._box
        painter.drawImage(box, self._image)
        painter.setFont(font_of(11))
        painter.setPen(QColor(tokens.text3))
        for hour in (0, 6, 12, 18, 24):
            y = box.bottom() - box.height() * hour / 24
            text = "24 h" if hour == 24 else str(hour)
            painter.drawText(
                QRectF(4, y - 8, 40, 16),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text,
            )  # fmt: skip
        days = self._map.kw.shape[1]
        first = int(self._map.first_day[5:7]) - 1
        if days >= 300:
            for i in range(12):
                painter.drawText(
                    QPointF(box.left() + box.width() * i / 12, self.height() - 8),
                    _MONTHS[(first + i) % 12],
                )
        self._paint_peak(painter, box, days)
        self._paint_scale(painter)
        if self._cell is not None:
            self._paint_cell(painter, *self._cell)
        painter.end()

    @property
    def _box(self) -> QRectF:
        return QRectF(52, 32, max(1, self.width() - 68), max(1, self.height() - 56))

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return day and hour under a place."""
        box, days = self._box, self._map.kw.shape[1]
        if not box.contains(at):
            return None
        day = int((at.x() - box.left()) / box.width() * days)
        hour = int((box.bottom() - at.y()) / box.height() * 24)
        return min(days - 1, day), min(23, hour)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cell = self._cell_at(event.position())
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self._cell = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None:
            self.cell_picked.emit(*cell)

    def _paint_cell(self, painter: QPainter, day: int, hour: int) -> None:
        when = date.fromisoformat(self._map.first_day) + timedelta(days=day)
        value = number(float(self._map.kw[hour, day]))
        text = f"{when:%a} {when.day} {when:%b}, {hour:02d}:00  {value} {self._unit}"
        x = self._box.left() + self._box.width() * (day + 0.5) / self._map.kw.shape[1]
        paint_tag(painter, self._box, x, text)

    def _paint_peak(self, painter: QPainter, box: QRectF, days: int) -> None:
        tokens = theme.tokens
        day, hour = self._map.peak_at
        at = QPointF(
            box.left() + box.width() * (day + 0.5) / days,
            box.bottom() - box.height() * (hour + 0.5) / 24,
        )
        painter.setPen(QPen(QColor(tokens.severity[Severity.ERROR].mark), 1.6))
        painter.drawEllipse(at, 4, 4)
        wide = painter.fontMetrics().horizontalAdvance(self._map.peak_text) + 14
        left = at.x() + 10 if at.x() + 10 + wide < box.right() else at.x() - 10 - wide
        tag = QRectF(left, max(box.top() + 2, at.y() - 10), wide, 20)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(tag, 3, 3)
        painter.setPen(QColor(tokens.text))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), self._map.peak_text)

    def _paint_scale(self, painter: QPainter) -> None:
        low, high = np.nanmin(self._map.kw), np.nanmax(self._map.kw)
        right = self.width() - 16
        painter.setPen(QColor(theme.tokens.text2))
        text = f"{high:,.0f} {self._unit}"
        wide = painter.fontMetrics().horizontalAdvance(text)
        painter.drawText(QPointF(right - wide, 20), text)
        ramp = QImage(256, 1, QImage.Format.Format_RGB888)
        for x, (r, g, b) in enumerate(colour_table()):
            ramp.setPixelColor(x, 0, QColor(r, g, b))
        painter.drawImage(QRectF(right - wide - 98, 12, 90, 8), ramp)
        text = f"{low:,.0f}"
        painter.drawText(
            QPointF(right - wide - 104 - painter.fontMetrics().horizontalAdvance(text), 20), text
        )


def heat_image(kw: npt.NDArray[np.float64]) -> QImage:
    """Return hours by days as an indexed image, hour 0 at the bottom."""
    low, high = np.nanmin(kw), np.nanmax(kw)
    share = (np.nan_to_num(kw, nan=low) - low) / max(high - low, 1e-9)
    index = np.ascontiguousarray(np.flipud((share * 255).astype(np.uint8)))
    rgb = np.array(colour_table(), dtype=np.uint8)[index]
    height, width, _ = rgb.shape
    return QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def load_page(profile: LoadProfile, site: Site) -> QWidget:
    """Return the year of the existing load, and its mean and highest day."""
    mean, top = mean_day(profile)
    hours = np.arange(24, dtype=float)
    curves = [Curve("highest", hours, top, "other", 0.3), Curve("mean", hours, mean, "data", 0.02)]
    if site.supply is not None:
        agreed = np.full(24, site.supply.agreed_kva)
        curves.append(Curve(f"agreed {agreed[0]:,.0f} kVA", hours, agreed, "limit", 0.62))
    return side_by_side(
        HeatMap("Existing load by hour and day", year_map(profile)),
        LinePlot("Load by hour of day", "kW", "hour", tuple(curves)),
    )


def charging_page(outcome: Outcome) -> QWidget:
    """Return the charging load over the horizon and its duration curve."""
    service = outcome.service
    hours = np.arange(len(service.load_kw)) * service.step_min / 60
    curves = [Curve(f"managed, peak {service.peak_kw:,.0f} kW", hours, service.load_kw)]
    if service.cap_kw is not None:
        cap = np.full(len(hours), service.cap_kw)
        curves.append(Curve(f"cap {service.cap_kw:,.0f} kW", hours, cap, "limit", 0.7))
    durations = []
    for kw, name, look, at in (
        (outcome.demand.unmanaged_kw, "unmanaged", "other", 0.02),
        (service.load_kw, "managed", "data", 0.3),
    ):
        ordered = load_duration(kw)
        share = np.linspace(0, 100, len(ordered))
        durations.append(Curve(name, share, ordered, look, at))
    return side_by_side(
        LinePlot("Charging load as designed", "kW", "h from Monday 00:00", tuple(curves)),
        LinePlot("Load duration", "kW", "% of time", tuple(durations)),
    )


def side_by_side(left: QWidget, right: QWidget) -> QWidget:
    """Return two plots with a line between them."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(left, 3)
    divider = bar(10)
    divider.setMaximumHeight(16777215)
    row.addWidget(divider)
    row.addWidget(right, 2)
    return holder
