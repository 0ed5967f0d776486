"""Input fields: a number with its unit, a row with its label, a segmented choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QWidget,
)

from ui.present.text import number
from ui.theme import theme
from ui.widgets.basic import label, restyle

_TYPING_MS = 250
_SHOWN_MS = 6000


class NumberField(QLineEdit):
    """A right-aligned number with its unit; tells when a valid number was entered.

    A live field tells of a valid number already when typing rests; what follows
    until the number is entered belongs to the same `stretch` of typing.
    """

    committed = Signal(float)
    cleared = Signal()

    def __init__(
        self, name: str, unit: str = "", decimals: int = 0, low: float = 0.0, high: float = 1e9
    ) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}, {unit}" if unit else name)
        self._unit, self._decimals, self._low, self._high = unit, decimals, low, high
        self._value: float | None = None
        self.optional = False
        self.stretch = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_TYPING_MS)
        self._rest.timeout.connect(self._commit_typed)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        width = self.fontMetrics().horizontalAdvance(unit) + 4 if unit else 0
        self.setTextMargins(0, 0, width, 0)
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> float | None:
        """The number shown, None for an empty field."""
        return self._value

    def set_live(self) -> None:
        """Tell of numbers while they are typed."""
        self.textEdited.connect(lambda _text: self._rest.start())

    def event(self, event: QEvent) -> bool:
        """Leave undo to the project unless there is typing of one's own to undo."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.isModified()
            and any(event.matches(k) for k in (QKeySequence.StandardKey.Undo,
                                               QKeySequence.StandardKey.Redo))
        ):  # fmt: skip
            event.ignore()
            return False
        return super().event(event)

    def show_value(self, value: float | None) -> None:
        """Show a number without telling anybody; not while the user types."""
        if self.hasFocus() and self.isModified():
            return
        self._value = value
        self.setText("" if value is None else number(value, self._decimals))
        restyle(self, "flag", "")
        self.setToolTip("")

    def _typed(self) -> float | None:
        """Return the number in the field, None for words."""
        try:
            return float(self.text().replace(",", "").replace("−", "-").strip())
        except ValueError:
            return None

    def _commit_typed(self) -> None:
        value = self._typed()
        if self.isModified() and value is not None and self._low <= value <= self._high:
            self._accept(value)

    def _commit(self) -> None:
        self._rest.stop()
        if not self.isModified():
            return
        self.setModified(False)
        if not self.text().strip() and self.optional:
            self._value = None
            self.cleared.emit()
            return
        value = self._typed()
        if value is None:
            self._refuse("Enter a number.")
        elif not self._low <= value <= self._high:
            low, high = number(self._low, self._decimals), number(self._high, self._decimals)
            self._refuse(f"Enter a number from {low} to {high}.")
        else:
            self.setText(number(value, self._decimals))
            self._accept(value)
            self.stretch += 1

    def _accept(self, value: float) -> None:
        restyle(self, "flag", "")
        self.setToolTip("")
        self.setAccessibleDescription("")
        if value != self._value:
            self._value = value
            self.committed.emit(value)

    def _refuse(self, why: str) -> None:
        restyle(self, "flag", "error")
        self.setToolTip(why)
        self.setAccessibleDescription(why)
        if self.isVisible():
            below = self.mapToGlobal(QPoint(0, self.height() - 12))
            QToolTip.showText(below, why, self, self.rect(), _SHOWN_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setPen(QColor(theme.tokens.text3))
            painter.drawText(
                QRectF(self.rect()).adjusted(0, 0, -8, 0),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._unit,
            )  # fmt: skip
            painter.end()


def field_row(text: str, field: QWidget, width: int = 110) -> QWidget:
    """Return a label with its field at the right."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    caption = label(text, "label")
    if isinstance(field, QLineEdit | QComboBox):
        caption.setBuddy(field)
    row.addWidget(caption, 1)
    field.setFixedWidth(width)
    row.addWidget(field)
    return holder


class Segments(QWidget):
    """A choice of a few, side by side."""

    chosen = Signal(int)

    def __init__(self, name: str, texts: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for index, text in enumerate(texts):
            part = QPushButton(text)
            part.setCheckable(True)
            part.setProperty("segment", True)
            part.setAccessibleName(f"{name}: {text}")
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(part, index)
            row.addWidget(part)
        self._group.idClicked.connect(self.chosen)

    def show_choice(self, index: int) -> None:
        """Show a choice without telling anybody."""
        part = self._group.button(index)
        if part is not None:
            part.setChecked(True)


def choice(
    name: str, texts: Sequence[str], current: int, on_change: Callable[[int], object]
) -> QComboBox:
    """Return a drop-down list."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(6)
    made.addItems(list(texts))
    made.setCurrentIndex(current)
    made.activated.connect(on_change)
    return made
