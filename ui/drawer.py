"""The drawer: tables and plots below the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.diagram_view import DiagramView
from ui.icons import icon
from ui.present.tables import Key, Table
from ui.table_view import TableView, table_widget

CLOSED_PX = 35
OPEN_PX = 256


@dataclass(frozen=True, slots=True)
class Page:
    """A drawer tab: a table, or a widget made when it is first looked at."""

    title: str
    count: str
    make: Callable[[], QWidget]
    source: tuple[object, ...] = ()


class Drawer(QFrame):
    """Tabs above tables and plots; closed it is one line."""

    row_chosen = Signal(object)
    toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("drawer")
        self.is_open = True
        self._pages: list[Page] = []
        self._made: dict[str, tuple[tuple[object, ...], QWidget]] = {}
        self._fronts: dict[int, str] = {}
        self._context = 0
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Drawer")
        self.tabs.setMinimumWidth(120)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter")
        self.filter.setAccessibleName("Filter the table")
        self.filter.setFixedWidth(132)
        self.filter.addAction(icon("funnel"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.textChanged.connect(self._filter)
        self.chevron = QToolButton()
        self.chevron.setIconSize(QSize(15, 15))
        self.chevron.setAccessibleName("Show or hide the drawer")
        self.chevron.setToolTip("Show or hide the drawer (Ctrl+J)")
        self.chevron.clicked.connect(lambda _c=False: self.set_open(not self.is_open))
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 8, 0)
        head.setSpacing(8)
        head.addWidget(self.tabs, 1)
        head.addWidget(self.filter)
        head.addWidget(self.chevron)
        holder = QWidget()
        holder.setFixedHeight(CLOSED_PX - 1)
        holder.setLayout(head)
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(holder)
        column.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._show_page)
        self.tabs.tabBarClicked.connect(self._chosen)
        self.set_open(True)

    def _chosen(self, index: int) -> None:
        """Note which tab the user wants in front at this step, and open."""
        if 0 <= index < len(self._pages):
            self._fronts[self._context] = self._pages[index].title
            self.set_open(True)

    def set_open(self, is_open: bool) -> None:
        """Open or close the drawer."""
        self.is_open = is_open
        self.stack.setVisible(is_open)
        self.chevron.setIcon(icon("chevron-down" if is_open else "chevron-up", "text"))
        self.setMaximumHeight(16777215 if is_open else CLOSED_PX)
        self.setMinimumHeight(120 if is_open else CLOSED_PX)
        self._show_page(self.tabs.currentIndex())
        self.toggled.emit(is_open)

    def set_pages(self, pages: Sequence[Page], context: int = 0) -> None:
        """Replace the tabs; each context keeps its own tab in front."""
        self._context = context
        front = self._fronts.get(context)
        self.tabs.blockSignals(True)
        self._pages = list(pages)
        self._drop_stale()
        titles = [page.title for page in self._pages]
        while self.tabs.count() > len(titles):
            self.tabs.removeTab(self.tabs.count() - 1)
        while self.tabs.count() < len(titles):
            self.tabs.addTab("")
        for index, page in enumerate(self._pages):
            text = f"{page.title}  {page.count}" if page.count else page.title
            if self.tabs.tabText(index) != text:
                self.tabs.setTabText(index, text)
                self.tabs.setTabData(index, page.title)
        if titles:
            self.tabs.setCurrentIndex(titles.index(front) if front in titles else 0)
        self.tabs.blockSignals(False)
        self._show_page(self.tabs.currentIndex())

    def _drop_stale(self) -> None:
        """Let go of pages whose objects changed; the others need not be made again."""
        sources = {page.title: page.source for page in self._pages}
        for title, (source, made) in list(self._made.items()):
            now = sources.get(title)
            if now is None and title not in sources:
                continue
            if (
                now is None
                or len(now) != len(source)
                or not now
                or any(a is not b for a, b in zip(now, source, strict=True))
            ):
                self.stack.removeWidget(made)
                made.deleteLater()
                del self._made[title]

    def forget(self) -> None:
        """Let go of every page, as a new theme asks for."""
        for _source, made in self._made.values():
            self.stack.removeWidget(made)
            made.deleteLater()
        self._made.clear()

    def open_page(self, title: str) -> None:
        """Bring a tab to the front."""
        for index, page in enumerate(self._pages):
            if page.title == title:
                self._fronts[self._context] = title
                self.tabs.setCurrentIndex(index)

    def current_table(self) -> TableView | None:
        """Return the table in front, if the tab is a table."""
        index = self.tabs.currentIndex()
        title = self._pages[index].title if 0 <= index < len(self._pages) else ""
        made = self._made.get(title)
        return made[1].findChild(TableView) if made is not None else None

    def show_subject(self, subject: Key | None) -> None:
        """Select the line of an object in the table in front."""
        table = self.current_table()
        if table is not None:
            table.show_subject(subject)
        shown = self.stack.currentWidget()
        if isinstance(shown, DiagramView):
            shown.show_subject(subject)

    def _show_page(self, index: int) -> None:
        if not self.is_open or not 0 <= index < len(self._pages):
            self.filter.setVisible(False)
            return
        page = self._pages[index]
        if page.title not in self._made:
            made = page.make()
            for part in (made, *made.findChildren(QWidget)):
                chosen = getattr(part, "row_chosen", None)
                if isinstance(chosen, SignalInstance):
                    chosen.connect(self.row_chosen)
            self._made[page.title] = (page.source, made)
            self.stack.addWidget(made)
        self.stack.setCurrentWidget(self._made[page.title][1])
        self.filter.setVisible(self.current_table() is not None)
        self._filter(self.filter.text())

    def _filter(self, words: str) -> None:
        table = self.current_table()
        if table is not None:
            table.filter(words)


def table_page(title: str, count: str, make: Callable[..., Table], *source: object) -> Page:
    """Return a page for a table that is made from `source` when it is looked at."""
    return Page(title, count, lambda: table_widget(make(*source)), source)
