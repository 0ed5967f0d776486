"""A floating bar above the plan: what the drawing tool waits for, and its questions."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.widgets.basic import button, clear, label, link
from ui.widgets.fields import NumberField, choice


class HintBar(QFrame):
    """Says what to click; asks for a distance or a surface where the tool needs it."""

    left = Signal()
    distance_given = Signal(float)
    plan_asked = Signal()
    surface_chosen = Signal(int)
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("floating")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self._row.setSpacing(10)
        self.distance: NumberField | None = None
        self.hide()

    def show_hint(self, text: str) -> None:
        """Say what to do; nothing hides the bar."""
        self._begin(text)
        if text:
            self._finish()
        else:
            self.hide()

    def show_surfaces(self, text: str, surfaces: list[str]) -> None:
        """Say what to do, and ask which surface it is."""
        self._begin(text)
        self._row.addWidget(choice("Surface", surfaces, 0, self.surface_chosen.emit))
        self._finish()

    def ask_distance(self) -> None:
        """Ask for the distance between two points, or for their place on the plan."""
        self._begin("Distance between the two points")
        self.distance = NumberField("Distance between the two points", "m", 2, 0.1, 100_000)
        self.distance.setFixedWidth(104)
        self.distance.committed.connect(self.distance_given)
        self._row.addWidget(self.distance)
        self._row.addWidget(button("Click them on the plan instead", self.plan_asked.emit))
        field = self.distance
        self._finish()
        field.setFocus()

    def _begin(self, text: str) -> None:
        clear(self._row)
        self.distance = None
        self.hide()  # children of a visible parent would be laid out only later
        self._row.addWidget(label(text))

    def _finish(self) -> None:
        self._row.addWidget(link("Leave (Esc)", self.left.emit))
        self.show()
        self.adjustSize()
        self.raise_()
        self.resized.emit()
