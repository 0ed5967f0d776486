"""Voltage along the feeders: distance from the main board against per cent of nominal."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from grid.findings import Severity
from planner.checks.year_figures import ProfileLeg
from ui.present.text import number
from ui.theme import font_of, theme
from ui.widgets.plot_frame import (
    inner,
    nice_ticks,
    paint_levels,
    paint_marks,
    paint_tag,
    paint_title,
)

_MARGINS = (56.0, 34.0, 20.0, 24.0)
_NEAR_PX = 14.0


class VoltagePlot(QWidget):
    """Legs of the network from the main board outwards; a click chooses what ends a leg."""

    row_chosen = Signal(object)

    def __init__(
        self, title: str, legs: tuple[ProfileLeg, ...], limits_pu: tuple[float, float]
    ) -> None:
        super().__init__()
        self._title, self._legs, self._limits = title, legs, limits_pu
        volts = [v for leg in legs for v in (leg.start_pu, leg.end_pu) if np.isfinite(v)] or [1.0]
        low, high = min(volts), max(volts)
        room = max(0.15 * (high - low), 0.002)
        self._low, self._high = low - room, high + room
        for limit in limits_pu:  # a limit that is near stands in the picture
            if low - 4 * room <= limit <= high + 4 * room:
                self._low = min(self._low, limit - room / 2)
                self._high = max(self._high, limit + room / 2)
        self._far = max((leg.end_m for leg in legs), default=1.0) * 1.03 or 1.0
        self._hover: ProfileLeg | None = None
        self.chosen = ""
        self.setMinimumHeight(130)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{title}; arrows walk along the nodes")

    @property
    def _box(self) -> QRectF:
        return inner(self, _MARGINS)

    def place(self, metres: float, pu: float) -> QPointF:
        """Return where a node is drawn."""
        box = self._box
        share = (pu - self._low) / (self._high - self._low)
        return QPointF(
            box.left() + metres / self._far * box.width(), box.bottom() - share * box.height()
        )

    def show_subject(self, node: str) -> None:
        """Mark a node."""
        self.chosen = node
        self.update()

    def _nearest(self, at: QPointF) -> ProfileLeg | None:
        def away(leg: ProfileLeg) -> float:
            offset = self.place(leg.end_m, leg.end_pu) - at
            return float(np.hypot(offset.x(), offset.y()))

        near = min(self._legs, key=away, default=None)
        return near if near is not None and away(near) <= _NEAR_PX else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._nearest(event.position())
        pointing = Qt.CursorShape.PointingHandCursor
        self.setCursor(pointing if self._hover else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        leg = self._nearest(event.position())
        if leg is not None:
            self._choose(leg)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._legs:
            super().keyPressEvent(event)
            return
        ids = [leg.to_id for leg in self._legs]
        here = ids.index(self.chosen) if self.chosen in ids else -1 if step > 0 else 0
        self._choose(self._legs[(here + step) % len(ids)])

    def _choose(self, leg: ProfileLeg) -> None:
        self.show_subject(leg.to_id)
        self.row_chosen.emit(("node", leg.to_id))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_legs(painter)
        if self._hover is not None:
            leg = self._hover
            at = self.place(leg.end_m, leg.end_pu)
            text = f"{leg.name}: {number(100 * leg.end_pu, 2)} % at {number(leg.end_m, 1)} m"
            paint_tag(painter, self._box, at.x(), text)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        box = self._box
        low, high = (number(100 * limit) for limit in self._limits)
        note = f"% of nominal, m of cable; limits {low} and {high} %"
        paint_title(painter, self.width(), self._title, note)
        levels = nice_ticks(100 * self._low, 100 * self._high, 4)
        paint_levels(painter, box, ((self.place(0, v / 100).y(), f"{v:.4g}") for v in levels))
        marks = nice_ticks(0, self._far, 8)
        paint_marks(painter, box, ((self.place(v, self._low).x(), f"{v:,g}") for v in marks))
        painter.setPen(QPen(QColor(theme.tokens.severity[Severity.ERROR].mark), 1.5))
        for limit in self._limits:
            if self._low <= limit <= self._high:
                y = self.place(0, limit).y()
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    def _paint_legs(self, painter: QPainter) -> None:
        tokens = theme.tokens
        feeders = {leg.from_id for leg in self._legs}
        for leg in self._legs:
            is_feeder = leg.to_id in feeders
            colour = tokens.plan.feeder if is_feeder else tokens.plan.cable
            painter.setPen(QPen(QColor(colour), 2.2 if is_feeder else 1.3))
            painter.drawLine(
                self.place(leg.start_m, leg.start_pu), self.place(leg.end_m, leg.end_pu)
            )
        for leg in self._legs:
            at = self.place(leg.end_m, leg.end_pu)
            wrong = not self._limits[0] <= leg.end_pu <= self._limits[1]
            colour = tokens.severity[Severity.ERROR].mark if wrong else tokens.plan.ink
            chosen = leg.to_id == self.chosen
            painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.surface), 2))
            painter.setBrush(QColor(tokens.accent if chosen else colour))
            radius = 5.5 if leg.to_id in feeders or chosen else 3.6
            painter.drawEllipse(at, radius, radius)
            if leg.to_id in feeders or chosen:
                painter.setFont(font_of(11, QFont.Weight.DemiBold))
                painter.setPen(QColor(tokens.accent if chosen else tokens.text))
                painter.drawText(QPointF(at.x() + 7, at.y() - 7), leg.to_id)
