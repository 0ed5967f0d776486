"""Labels, rules, buttons and rows in the roles of the style sheet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from grid.findings import Severity
from ui.icons import draw_icon, icon
from ui.widgets.pressable import Pressable


def label(text: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label in a role of the style sheet; text is never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        made.setMinimumWidth(1)
    if role:
        made.setProperty("role", role)
    return made


def number_label(text: str, role: str = "number") -> QLabel:
    """Return a label for a number: right-aligned."""
    made = label(text, role)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def rule() -> QFrame:
    """Return a horizontal line."""
    made = QFrame()
    made.setObjectName("rule")
    return made


def bar(height: int) -> QFrame:
    """Return a vertical line."""
    made = QFrame()
    made.setObjectName("bar")
    made.setFixedHeight(height)
    return made


def button(
    text: str, on_click: Callable[[], object], picture: str = "", *, primary: bool = False
) -> QPushButton:
    """Return a push button."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    made.setProperty("primary", primary)
    if picture:
        made.setText(f" {text}")  # Qt leaves too little room beside the icon
        made.setIcon(icon(picture, "on_accent" if primary else "text"))
        made.setIconSize(QSize(15, 15))
    made.clicked.connect(lambda _checked=False: on_click())
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def link(text: str, on_click: Callable[[], object]) -> QPushButton:
    """Return a button that looks like a link."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    made.setProperty("link", True)
    made.setFlat(True)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.clicked.connect(lambda _checked=False: on_click())
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and let the style sheet see it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def clear(layout: QLayout) -> None:
    """Empty a layout."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def column(spacing: int = 6, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Return a vertical layout."""
    made = QVBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(*margins)
    return made


def line(*parts: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Return a horizontal layout of widgets; an integer is a stretch."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        else:
            made.addWidget(part)
    return made


class Body(QWidget):
    """The inside of a scrolling column: it never asks for more width than there is."""

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of wrapped text at the width there is, not at the narrowest."""
        layout = self.layout()
        wraps = layout is not None and layout.hasHeightForWidth()
        return QSize(0, 0 if wraps else super().minimumSizeHint().height())


class Picture(QWidget):
    """An icon that stands alone; it follows the theme."""

    def __init__(self, name: str, role: str = "text2", side: int = 15) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_icon(painter, self._name, self._role, self.rect())
        painter.end()


class Mark(QWidget):
    """A severity mark: shape, colour and glyph."""

    def __init__(self, severity: Severity, side: int = 16, text: str = "") -> None:
        super().__init__()
        self.severity, self._text = severity, text
        self.setFixedSize(side, side)
        self.setAccessibleName(severity.value)

    def paintEvent(self, _event: QPaintEvent) -> None:
        from ui.widgets.marks import paint_severity

        painter = QPainter(self)
        paint_severity(painter, self.severity, QRectF(self.rect()))
        painter.end()


class Clickable(Pressable):
    """A frame that acts as one row: click, Enter, hover and selection."""

    def __init__(self, accessible: str = "") -> None:
        super().__init__()
        self.setProperty("row", True)
        self.setProperty("selected", False)
        self.setAccessibleName(accessible)

    def set_selected(self, selected: bool) -> None:
        """Show as selected."""
        restyle(self, "selected", selected)


def note(text: str, severity: Severity, action: QPushButton | None = None) -> QFrame:
    """Return a coloured note with its mark, and one action."""
    frame = QFrame()
    frame.setProperty("note", severity.value)
    row = QHBoxLayout(frame)
    row.setContentsMargins(10, 8, 10, 8)
    row.setSpacing(10)
    row.addWidget(Mark(severity, 15), 0, Qt.AlignmentFlag.AlignTop)
    words = column(2)
    body = label(text, "", wrap=True)
    words.addWidget(body)
    if action is not None:
        words.addWidget(action, 0, Qt.AlignmentFlag.AlignLeft)
    row.addLayout(words, 1)
    return frame
