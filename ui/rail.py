"""The rail with the six steps and their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout

from ui.icons import draw_icon, icon
from ui.present.steps import ICONS, StepState
from ui.theme import font_of, theme
from ui.widgets.marks import paint_severity, paint_step
from ui.widgets.pressable import Pressable

WIDE_PX = 176
NARROW_PX = 76


class StepButton(Pressable):
    """One step: mark, title and one line; or icon and title where it is narrow."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._state = StepState("", "", None)
        self._here = self._narrow = False
        self.setFixedHeight(52)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_state(self, state: StepState, *, here: bool, narrow: bool) -> None:
        """Take a new state."""
        if (state, here, narrow) == (self._state, self._here, self._narrow):
            return
        self._state, self._here, self._narrow = state, here, narrow
        self.setAccessibleName(f"Step {self._number}, {state.title}, {state.line}")
        self.setToolTip(f"{state.title}: {state.line} (Ctrl+{self._number})")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(8, 0, -8, 0)
        if self._here or self._hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if self._here else tokens.hover))
            painter.drawRoundedRect(box, 4, 4)
        if self._here:
            painter.setBrush(QColor(tokens.accent))
            painter.drawRect(QRectF(0, 8, 3, self.height() - 16))
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        if self._narrow:
            self._paint_narrow(painter)
        else:
            self._paint_wide(painter)
        painter.end()

    def _paint_wide(self, painter: QPainter) -> None:
        tokens = theme.tokens
        paint_step(painter, self._number, self._here, self._state.mark, QRectF(19, 9, 18, 18))
        painter.setFont(font_of(13, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QPointF(48, 23), self._state.title)
        painter.setFont(font_of(11))
        painter.setPen(QColor(tokens.text2 if self._here else tokens.text3))
        room = self.width() - 48 - 10
        words = painter.fontMetrics().elidedText(
            self._state.line, Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(QPointF(48, 40), words)

    def _paint_narrow(self, painter: QPainter) -> None:
        tokens = theme.tokens
        middle = self.width() // 2
        draw_icon(
            painter, ICONS[self._number - 1], "accent" if self._here else "text2",
            QRect(middle - 9, 8, 18, 18),
        )  # fmt: skip
        if self._state.mark is not None:
            paint_severity(painter, self._state.mark, QRectF(middle + 10, 4, 12, 12))
        painter.setFont(font_of(11, QFont.Weight.Medium))
        painter.setPen(QColor(tokens.text))
        painter.drawText(
            QRectF(0, 29, self.width(), 16), int(Qt.AlignmentFlag.AlignHCenter), self._state.title
        )


class Rail(QFrame):
    """Steps on the left; they are never locked."""

    step_chosen = Signal(int)

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.narrow = False
        self.current = 0
        self._states: Sequence[StepState] = ()
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(2)
        self.buttons = [StepButton(n) for n in range(1, 7)]
        for index, step in enumerate(self.buttons):
            step.clicked.connect(lambda i=index: self.step_chosen.emit(i))
            column.addWidget(step)
        column.addStretch(1)
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(12, 0, 12, 0)
        for picture, action, tip in (
            ("moon", "theme_dark", "Change between light and dark"),
            ("circle-question-mark", "keys", "Keyboard shortcuts (?)"),
        ):
            button = QToolButton()
            button.setIcon(icon(picture))
            button.setIconSize(QSize(17, 17))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            if action == "theme_dark":
                button.clicked.connect(
                    lambda _c=False: actions[
                        "theme_light" if theme.tokens.name == "dark" else "theme_dark"
                    ].trigger()
                )
            else:
                button.clicked.connect(lambda _c=False, a=action: actions[a].trigger())
            self._foot.addWidget(button)
        self._foot.addStretch(1)
        column.addLayout(self._foot)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons instead of text."""
        self.narrow = narrow
        self.setFixedWidth(NARROW_PX if narrow else WIDE_PX)
        self.show_states(self._states, self.current)

    def show_states(self, states: Sequence[StepState], current: int) -> None:
        """Show the state of every step."""
        self._states, self.current = states, current
        for index, (button, state) in enumerate(zip(self.buttons, states, strict=False)):
            button.show_state(state, here=index == current, narrow=self.narrow)
