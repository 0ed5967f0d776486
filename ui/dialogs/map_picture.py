"""A small picture of map features: roles in the colours of the plan, north up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from planner.inputs.picture import Shape
from ui.theme import font_of, theme

_MARGIN = 14.0


class MapPicture(QWidget):
    """Shapes fitted into the widget; what is left out is grey."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumHeight(200)
        self._shapes: Sequence[Shape] = ()
        self._more = 0
        self._layer = ""
        self._picture: QPixmap | None = None
        self.in_metres = True

    def show_shapes(self, shapes: Sequence[Shape], more: int, *, in_metres: bool) -> None:
        """Draw other shapes."""
        self._shapes, self._more, self.in_metres = shapes, more, in_metres
        self._picture = None
        self.update()

    def highlight(self, layer: str) -> None:
        """Show which shapes are of a layer."""
        if layer != self._layer:
            self._layer, self._picture = layer, None
            self.update()

    def resizeEvent(self, event: object) -> None:
        self._picture = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._draw(self._picture)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _draw(self, onto: QPixmap) -> None:
        tokens = theme.tokens
        onto.fill(QColor(tokens.plan.paper))
        painter = QPainter(onto)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._shapes:
            painter.setPen(QColor(tokens.text3))
            words = "Nothing can be drawn yet."
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), words)
            painter.end()
            return
        drawn = [s for s in self._shapes if s.kept] or list(self._shapes)
        points = np.concatenate([s.xy for s in drawn])
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.maximum(high - low, 1e-9)
        room = np.array([self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN])
        scale = float((room / span).min())
        middle = (low + high) / 2
        centre = np.array([self.width() / 2, self.height() / 2])
        order = {"building": 0, "parking": 0, "bay": 2}
        for shape in sorted(self._shapes, key=lambda s: (s.kept, order.get(s.role, 1))):
            xy = (shape.xy - middle) * np.array([scale, -scale]) + centre
            self._draw_shape(painter, shape, QPolygonF([QPointF(x, y) for x, y in xy.tolist()]))
        self._draw_words(painter, float(span.max()))
        painter.end()

    def _draw_shape(self, painter: QPainter, shape: Shape, line: QPolygonF) -> None:
        tokens, plan = theme.tokens, theme.tokens.plan
        fills = {
            "bay": plan.bay, "strip": plan.bay, "parking": plan.asphalt, "asphalt": plan.asphalt,
            "building": plan.building, "grass": plan.grass, "paving": plan.paving,
            "concrete": plan.paving, "road": plan.road, "tree": plan.tree,
        }  # fmt: skip
        lines = {"building": plan.building_edge, "keep_out": plan.keep_out, "duct": plan.duct}
        pen = QColor(lines.get(shape.role, plan.ink if shape.role == "bay" else plan.bay_line))
        fill = QColor(fills.get(shape.role, Qt.GlobalColor.transparent))
        if not shape.kept:
            pen, fill = QColor(tokens.border), QColor(Qt.GlobalColor.transparent)
        chosen = bool(self._layer) and shape.layer == self._layer
        if chosen and shape.kept:
            pen = QColor(tokens.accent)
        painter.setPen(QPen(pen, 1.6 if chosen else 1.0))
        painter.setBrush(fill if shape.kind == "outlines" else Qt.BrushStyle.NoBrush)
        if shape.kind == "outlines":
            painter.drawPolygon(line)
        elif shape.kind == "lines":
            painter.drawPolyline(line)
        else:
            painter.setBrush(pen)
            painter.drawEllipse(line.first(), 2.5, 2.5)

    def _draw_words(self, painter: QPainter, span: float) -> None:
        painter.setFont(font_of(11))
        painter.setPen(QColor(theme.tokens.text2))
        if self.in_metres:
            size = f"{span / 1000:,.1f} km across" if span > 3000 else f"{span:,.0f} m across"
        else:
            size = f"{span:,.6g} across, in the numbers of the file"
        if self._more:
            size += f", {self._more:,} more not drawn"
        painter.drawText(
            QRectF(0, self.height() - 20, self.width() - 8, 16),
            int(Qt.AlignmentFlag.AlignRight), size,
        )  # fmt: skip
