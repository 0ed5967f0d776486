"""What lies over the plan for a moment: selection, hover, snap, findings, measure."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsPolygonItem

from grid.findings import Severity
from ui.canvas.scene import SYMBOLS
from ui.theme import font_of, theme
from ui.widgets.marks import paint_severity, severity_path

_MARKS_ABREAST = 3


@dataclass(frozen=True, slots=True)
class FindingMark:
    """A finding on the plan with its list number."""

    at: QPointF
    severity: Severity
    number: int
    stack: int = 0

    def device(self, view: QTransform) -> QPointF:
        """Return the middle of the mark on screen, beside the object it is about."""
        up, across = divmod(self.stack, _MARKS_ABREAST)
        return view.map(self.at) + QPointF(13 + 17 * across, -13 - 19 * up)


def paint_mark(
    painter: QPainter, at: QPointF, severity: Severity, text: str, radius: float = 8.5
) -> None:
    """Draw a finding mark with its number and a rim in the surface colour."""
    signal = theme.tokens.severity[severity]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    path = severity_path(severity, radius)
    rim = QPen(QColor(theme.tokens.surface), 4)
    rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, rim)
    painter.fillPath(path, QColor(signal.mark))
    painter.setFont(font_of(10, QFont.Weight.Bold))
    painter.setPen(QColor(signal.glyph))
    drop = 2.0 if severity is Severity.WARNING else 0.0
    painter.drawText(QRectF(-12, -10 + drop, 24, 20), int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


def outline_on_screen(item: QGraphicsItem, view: QTransform) -> QPainterPath:
    """Return an item's outline in device pixels; a ring for symbols."""
    if item.data(0) in SYMBOLS:
        path = QPainterPath()
        path.addEllipse(view.map(item.pos()), 11.0, 11.0)
        return path
    if isinstance(item, QGraphicsPathItem):
        return view.map(item.sceneTransform().map(item.path()))
    path = QPainterPath()
    if isinstance(item, QGraphicsPolygonItem):
        path.addPolygon(view.map(item.polygon()))
        path.closeSubpath()
    else:
        path.addEllipse(view.mapRect(item.sceneBoundingRect()))
    return path


def paint_selected(painter: QPainter, item: QGraphicsItem, view: QTransform) -> None:
    """Draw the accent outline of a selected object with a 12 % fill."""
    accent = QColor(theme.tokens.accent)
    path = outline_on_screen(item, view)
    if item.data(0) in ("circuit", "duct"):
        painter.strokePath(path, QPen(accent, 4))
        return
    fill = QColor(accent)
    fill.setAlphaF(0.12)
    painter.fillPath(path, fill)
    painter.strokePath(path, QPen(accent, 2))
    if item.data(0) in ("bay", "area"):
        _paint_handles(painter, path)


def _paint_handles(painter: QPainter, path: QPainterPath) -> None:
    corners = path.toFillPolygon()
    if corners.count() > 12:
        return
    painter.setPen(QPen(QColor(theme.tokens.accent), 1.4))
    painter.setBrush(QColor(theme.tokens.surface))
    for i in range(max(0, corners.count() - 1)):
        at = corners.at(i)
        painter.drawRect(QRectF(at.x() - 3.5, at.y() - 3.5, 7, 7))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_hover(painter: QPainter, item: QGraphicsItem, view: QTransform) -> None:
    """Draw the thin accent outline under the pointer."""
    painter.strokePath(outline_on_screen(item, view), QPen(QColor(theme.tokens.accent), 1))


def paint_tag(painter: QPainter, at: QPointF, text: str, colour: str = "") -> None:
    """Draw one label in an accent box above a point."""
    font = font_of(12, QFont.Weight.DemiBold)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(text) + 14
    box = QRectF(at.x() - width / 2, at.y() - 36, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour or theme.tokens.accent))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(theme.tokens.on_accent))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_snap(painter: QPainter, at: QPointF, word: str) -> None:
    """Draw the snap cross and the word for what was hit."""
    painter.setPen(QPen(QColor(theme.tokens.plan.snapped), 1.6))
    painter.drawLine(at - QPointF(4.5, 0), at + QPointF(4.5, 0))
    painter.drawLine(at - QPointF(0, 4.5), at + QPointF(0, 4.5))
    painter.setFont(font_of(11, QFont.Weight.Medium))
    painter.drawText(at + QPointF(12, 20), word)


def paint_callout(painter: QPainter, at: QPointF, text: str, severity: Severity) -> None:
    """Draw one line about the selected finding, with a stem to its place."""
    tokens = theme.tokens
    painter.setFont(font_of(12, QFont.Weight.Medium))
    width = painter.fontMetrics().horizontalAdvance(text) + 38
    box = QRectF(at.x() - 60, at.y() + 34, width, 26)
    mark = QColor(tokens.severity[severity].mark)
    painter.setPen(QPen(mark, 1.5))
    painter.drawLine(at + QPointF(0, 11), QPointF(at.x(), box.top()))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(box, 4, 4)
    paint_severity(painter, severity, QRectF(box.left() + 7, box.center().y() - 7.5, 15, 15))
    painter.setPen(QColor(tokens.text))
    painter.drawText(
        box.adjusted(28, 0, -6, 0), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
        text,
    )  # fmt: skip
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_measure(painter: QPainter, start: QPointF, end: QPointF, metres: float) -> None:
    """Draw a measured distance."""
    painter.setPen(QPen(QColor(theme.tokens.accent), 1.5))
    painter.drawLine(start, end)
    for at in (start, end):
        painter.drawEllipse(at, 3, 3)
    paint_tag(painter, (start + end) / 2 + QPointF(0, 16), f"{metres:,.2f} m")
