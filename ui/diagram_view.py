"""The single-line diagram in the window: zoom, pan, and a click that selects."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from planner.model.outcome import Outcome
from planner.studies import Diagram
from ui.session import Session
from ui.theme import theme

_NEAR = 12.0
_LOWEST, _HIGHEST = 0.1, 6.0


class DiagramView(QWidget):
    """Draws the diagram of the design on screen; the worker lays it out."""

    row_chosen = Signal(object)

    def __init__(self, session: Session, outcome: Outcome) -> None:
        super().__init__()
        self._kinds = {str(i): "circuit" for i in outcome.design.circuits}
        self.diagram: Diagram | None = None
        self._picture: QSvgRenderer | None = None
        self._scale, self._offset = 1.0, QPointF(0, 0)
        self._grabbed: QPointF | None = None
        self._moved = False
        self.chosen = ""
        self._words = "Drawing the single-line diagram."
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(120)
        self.setAccessibleName("Single-line diagram; arrows move, plus and minus zoom, 0 fits")
        session.jobs.submit(
            "diagram", session.document.require(), replace(outcome, year=None),
            theme.tokens.name == "dark", done=self.show_diagram, failed=self._failed,
        )  # fmt: skip

    def _failed(self, text: str) -> None:
        self._words = text
        self.update()

    def show_diagram(self, made: Diagram) -> None:
        """Show a diagram, as wide as the view."""
        self.diagram = made
        # Qt reads one family where the file names several.
        svg = made.svg.replace("Inter, sans-serif", self.font().family())
        self._picture = QSvgRenderer(QByteArray(svg.encode()))
        self.fit_width()

    def fit_width(self) -> None:
        """Show the whole width, from the top."""
        if self.diagram is not None:
            self._scale = min(1.6, max(_LOWEST, self.width() / self.diagram.width))
            spare = self.width() - self.diagram.width * self._scale
            self._offset = QPointF(max(0.0, spare / 2), 0)
            self.update()

    def fit(self) -> None:
        """Show the whole sheet."""
        if self.diagram is not None:
            d = self.diagram
            self._scale = min(self.width() / d.width, self.height() / d.height)
            self._offset = QPointF((self.width() - d.width * self._scale) / 2, 0)
            self.update()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Zoom around a place of the view."""
        wanted = min(_HIGHEST, max(_LOWEST, self._scale * factor))
        self._offset = at - (at - self._offset) * (wanted / self._scale)
        self._scale = wanted
        self.update()

    def on_sheet(self, at: QPointF) -> QPointF:
        """Return the place on the sheet under a place of the view."""
        return (at - self._offset) / self._scale

    def on_view(self, box: tuple[float, float, float, float]) -> QRectF:
        """Return where a box of the sheet is on the view."""
        left, top, right, bottom = box
        corner = QPointF(left, top) * self._scale + self._offset
        return QRectF(corner.x(), corner.y(), (right - left) * self._scale,
                      (bottom - top) * self._scale)  # fmt: skip

    def target_at(self, at: QPointF) -> str:
        """Return the id of the object whose words stand near a place, empty for none."""
        place = self.on_sheet(at)
        for name, (left, top, right, bottom) in self.diagram.targets if self.diagram else ():
            room = QRectF(left, top, right - left, bottom - top)
            if room.adjusted(-60, -_NEAR / 2, _NEAR, _NEAR * 1.6).contains(place):
                return name
        return ""

    def show_subject(self, subject: tuple[str, str] | None) -> None:
        """Mark an object that is selected elsewhere, and bring it into view."""
        name = subject[1] if subject is not None else ""
        if name != self.chosen:
            self.chosen = name
            self._bring_into_view()
        self.update()

    def _bring_into_view(self) -> None:
        boxes = (
            [box for name, box in self.diagram.targets if name == self.chosen]
            if (self.diagram)
            else []
        )
        if boxes and not any(self.rect().contains(self.on_view(b).toRect()) for b in boxes):
            away = QPointF(self.rect().center()) - self.on_view(boxes[0]).center()
            self._offset += away

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom(1.2**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed, self._moved = event.position() - self._offset, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            wanted = event.position() - self._grabbed
            self._moved = self._moved or (wanted - self._offset).manhattanLength() > 3
            if self._moved:
                self._offset = wanted
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        name = "" if self._moved else self.target_at(event.position())
        if name:
            self.chosen = name
            self.update()
            self.row_chosen.emit((self._kinds.get(name, "node"), name))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: (60, 0), Qt.Key.Key_Right: (-60, 0), Qt.Key.Key_Up: (0, 60),
                 Qt.Key.Key_Down: (0, -60)}  # fmt: skip
        zooms = {Qt.Key.Key_Plus: 1.25, Qt.Key.Key_Equal: 1.25, Qt.Key.Key_Minus: 0.8}
        key = Qt.Key(event.key())
        if key in moves:
            self._offset += QPointF(*moves[key])
            self.update()
        elif key in zooms:
            self.zoom(zooms[key], QPointF(self.rect().center()))
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        if self.diagram is None or self._picture is None:
            painter.setPen(QColor(tokens.text2))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._words)
            painter.end()
            return
        self._picture.render(painter, self.on_view((0, 0, self.diagram.width, self.diagram.height)))
        painter.setPen(QPen(QColor(tokens.accent), 2))
        fill = QColor(tokens.accent)
        fill.setAlphaF(0.12)
        painter.setBrush(fill)
        for name, box in self.diagram.targets:
            if name == self.chosen:
                painter.drawRoundedRect(self.on_view(box).adjusted(-3, -2, 3, 2), 3, 3)
        painter.end()
