"""Severity marks and step marks, painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from grid.findings import Severity
from ui.canvas.shapes import regular
from ui.theme import font_of, theme


def severity_path(severity: Severity, radius: float) -> QPainterPath:
    """Return the shape that says the severity: octagon, triangle, square or disc."""
    if severity is Severity.ERROR:
        return regular(8, radius, 22.5)
    if severity is Severity.WARNING:
        path = QPainterPath()
        path.addPolygon(
            QPolygonF(
                [
                    QPointF(0, -radius), QPointF(radius * 1.08, radius * 0.86),
                    QPointF(-radius * 1.08, radius * 0.86),
                ]
            )
        )  # fmt: skip
        path.closeSubpath()
        return path
    path = QPainterPath()
    if severity is Severity.INFO:
        side = radius * 0.9
        path.addRoundedRect(QRectF(-side, -side, 2 * side, 2 * side), 2, 2)
    else:
        path.addEllipse(QPointF(0, 0), radius, radius)
    return path


def paint_severity(painter: QPainter, severity: Severity, box: QRectF) -> None:
    """Draw a severity mark: its shape says it without colour."""
    signal = theme.tokens.severity[severity]
    r = min(box.width(), box.height()) / 2 - 0.5
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center())
    path = severity_path(severity, r)
    painter.fillPath(path, QColor(signal.mark))
    stroke = QPen(QColor(signal.glyph), max(1.3, r * 0.22))
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(stroke)
    if severity is Severity.ERROR:
        d = r * 0.36
        painter.drawLine(QPointF(-d, -d), QPointF(d, d))
        painter.drawLine(QPointF(-d, d), QPointF(d, -d))
    elif severity is Severity.WARNING:
        painter.drawLine(QPointF(0, -r * 0.32), QPointF(0, r * 0.2))
        painter.drawPoint(QPointF(0, r * 0.56))
    elif severity is Severity.INFO:
        painter.drawLine(QPointF(0, -r * 0.02), QPointF(0, r * 0.46))
        painter.drawPoint(QPointF(0, -r * 0.48))
    else:
        painter.drawPolyline(
            [QPointF(-r * 0.42, r * 0.04), QPointF(-r * 0.1, r * 0.36), QPointF(r * 0.44, -r * 0.3)]
        )
    painter.restore()


def paint_step(
    painter: QPainter, number: int, here: bool, mark: Severity | None, box: QRectF
) -> None:
    """Draw a step's mark: filled number = here, severity mark, ring = not done."""
    tokens = theme.tokens
    if mark is not None and not here:
        paint_severity(painter, mark, box)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    disc = box.adjusted(0.7, 0.7, -0.7, -0.7)
    if here:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
    else:
        painter.setPen(QPen(QColor(tokens.control), 1.3))
    painter.drawEllipse(disc)
    painter.setPen(QColor(tokens.on_accent if here else tokens.text2))
    painter.setFont(font_of(11, QFont.Weight.DemiBold))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(number))
    painter.restore()
