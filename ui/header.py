"""The header: menu, project, saved state, scenarios, undo, command field, Compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QTabBar,
    QToolButton,
    QWidget,
)

from ui.actions import fill_menu
from ui.icons import icon
from ui.theme import theme
from ui.widgets.basic import bar, label

HEADER_PX = 44


class Logo(QWidget):
    """The sign of Ampyard: a bay with a car in it."""

    def __init__(self, side: int = 20) -> None:
        super().__init__()
        self.setFixedSize(side, side)
        self.setAccessibleName("Ampyard")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        u = self.width() / 20
        frame = QPen(QColor(tokens.text), 2.6 * u)
        frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        frame.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(frame)
        painter.drawPolyline(
            [_at(2, 19, u), _at(2, 2, u), _at(18, 2, u), _at(18, 19, u)]
        )  # fmt: skip
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(QRectF(8 * u, 5.4 * u, 4 * u, 4 * u))
        painter.drawRect(QRectF(6 * u, 11 * u, 8 * u, 2.6 * u))
        painter.drawRect(QRectF(6 * u, 11 * u, 2.6 * u, 8 * u))
        painter.drawRect(QRectF(11.4 * u, 11 * u, 2.6 * u, 8 * u))
        painter.end()


def _at(x: float, y: float, unit: float) -> QPointF:
    return QPointF(x * unit, y * unit)


class CommandField(QLineEdit):
    """Finds objects and runs actions by name."""

    run = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Search or run a command")
        self.setAccessibleName("Search or run a command")
        self.setFixedSize(250, 28)
        self.setTextMargins(22, 0, 46, 0)
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        completer.activated.connect(self._activated)
        self.setCompleter(completer)
        self.returnPressed.connect(self._take_first)

    def set_choices(self, choices: Sequence[str]) -> None:
        """Offer these words."""
        self._model.setStringList(list(choices))

    def _activated(self, words: str) -> None:
        QTimer.singleShot(0, self, lambda: self._run(words))  # after the completer wrote it

    def _take_first(self) -> None:
        words = self.text().strip().lower()
        for choice in self._model.stringList():
            if words and words in choice.lower():
                self._run(choice)
                return

    def _run(self, choice: str) -> None:
        self.run.emit(choice)
        self.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icon("search").paint(painter, 8, 6, 15, 15)
        if not self.text():
            box = QRectF(self.width() - 50, 6, 42, 16)
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.drawRoundedRect(box, 3, 3)
            font = self.font()
            font.setPixelSize(11)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text3))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "Ctrl K")
        painter.end()


class Header(QFrame):
    """Top bar of the workspace."""

    scenario_chosen = Signal(int)
    add_scenario = Signal()

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(HEADER_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self._menu_button(actions))
        row.addSpacing(4)
        row.addWidget(Logo())
        row.addSpacing(4)
        self.name = label("", "strong")
        self.saved = label("", "small")
        row.addWidget(self.name)
        row.addSpacing(4)
        row.addWidget(self.saved)
        row.addSpacing(10)
        row.addWidget(bar(20))
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName("Scenarios")
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.currentChanged.connect(self._tab_changed)
        row.addWidget(self.tabs)
        plus = self._tool("plus", "Duplicate this scenario (Ctrl+D)", self.add_scenario.emit)
        row.addWidget(plus)
        row.addStretch(1)
        for name in ("undo", "redo"):
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setIconSize(QSize(17, 17))
            button.setAccessibleName(actions[name].text())
            row.addWidget(button)
        row.addSpacing(10)
        self.command = CommandField()
        row.addWidget(self.command)
        row.addSpacing(4)
        self.compare = QPushButton(" Compare")
        self.compare.setIcon(icon("columns-2", "text"))
        self.compare.setFixedHeight(28)
        row.addWidget(self.compare)
        self._filling = False

    def _menu_button(self, actions: Mapping[str, QAction]) -> QToolButton:
        button = self._tool("menu", "Menu", lambda: None)
        menu = QMenu(button)
        fill_menu(menu, actions)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _tool(self, picture: str, tip: str, run: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "text"))
        button.setIconSize(QSize(17, 17))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def show_project(self, name: str, saved: str) -> None:
        """Show the project's name and whether it is saved."""
        self.name.setText(name)
        self.saved.setText(saved)

    def show_scenarios(self, names: Sequence[str], active: int) -> None:
        """Show one tab per scenario."""
        self._filling = True
        while self.tabs.count() > len(names):
            self.tabs.removeTab(self.tabs.count() - 1)
        for index, name in enumerate(names):
            if index >= self.tabs.count():
                self.tabs.addTab(name)
            elif self.tabs.tabText(index) != name:
                self.tabs.setTabText(index, name)
        self.tabs.setCurrentIndex(active)
        self._filling = False

    def _tab_changed(self, index: int) -> None:
        if not self._filling and index >= 0:
            self.scenario_chosen.emit(index)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()
