"""The drawer: tables and plots below the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.diagram_view import DiagramView
from ui.icons import icon
from ui.present.tables import Key, Table
from ui.theme import font_of, theme
from ui.widgets.basic import label

CLOSED_PX = 35
OPEN_PX = 256
Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class TableModel(QAbstractTableModel):
    """A present-side table for a Qt view."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self._strong = font_of(12, QFont.Weight.DemiBold)
        self._name = font_of(12, QFont.Weight.Medium)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.table.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.table.columns)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        line = self.table.lines[index.row()]
        column = self.table.columns[index.column()]
        cell = line.cells[index.column()] if index.column() < len(line.cells) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(cell)
        if role == SORT_ROLE:
            return cell if cell is not None else float("-inf")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft
            if column.decimals is not None:
                side = Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            if line.group:
                return self._strong
            return self._name if column.strong else None
        if role == Qt.ItemDataRole.BackgroundRole and line.group:
            return QColor(theme.tokens.raised)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.text(cell)
        return None

    def headerData(
        self, section: int, side: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if side is not Qt.Orientation.Horizontal:
            return None
        column = self.table.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
            side_flag = left if column.decimals is None else right
            return int(side_flag | Qt.AlignmentFlag.AlignVCenter)
        return None


class TableView(QTableView):
    """A dense table whose rows stand for objects on the plan."""

    row_chosen = Signal(object)

    def __init__(self, table: Table, *, sortable: bool = True) -> None:
        super().__init__()
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._model = TableModel(table)
        self._proxy.setSourceModel(self._model)
        self.setModel(self._proxy)
        self.setAccessibleName(table.title)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(25)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.setSortingEnabled(sortable)
        if sortable:
            self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.resizeColumnsToContents()
        for section in range(len(table.columns)):
            self.setColumnWidth(section, min(320, max(56, self.columnWidth(section) + 4)))
        self.setColumnWidth(len(table.columns) - 1, 80)  # it stretches from here
        self._telling = False
        self.selectionModel().selectionChanged.connect(self._chosen)
        QShortcut(QKeySequence.StandardKey.Copy, self, self.copy_rows)

    @property
    def table(self) -> Table:
        """The table shown."""
        return self._model.table

    def show_table(self, table: Table) -> None:
        """Show other lines and titles in as many columns."""
        self._model.beginResetModel()
        self._model.table = table
        self._model.endResetModel()

    def filter(self, words: str) -> None:
        """Show only lines that contain the words."""
        self._proxy.setFilterFixedString(words)

    def show_subject(self, subject: Key | None) -> None:
        """Select the line of an object, without telling anybody."""
        self._telling = True
        self.clearSelection()
        for row, line in enumerate(self.table.lines):
            if subject is not None and line.subject in (subject, ("node", subject[1])):
                index = self._proxy.mapFromSource(self._model.index(row, 0))
                flags = QItemSelectionModel.SelectionFlag
                self.selectionModel().select(index, flags.Select | flags.Rows)
                self.scrollTo(index)
        self._telling = False

    def copy_rows(self) -> None:
        """Copy the selected lines as tab-separated text with headers."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        columns = self.table.columns
        text = ["\t".join(c.title for c in columns)]
        for row in rows:
            cells = [self._proxy.index(row, c).data() for c in range(len(columns))]
            text.append("\t".join(str(cell) for cell in cells))
        QGuiApplication.clipboard().setText("\n".join(text))

    def _chosen(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows and not self._telling:
            line = self.table.lines[self._proxy.mapToSource(rows[0]).row()]
            if line.subject is not None:
                self.row_chosen.emit(line.subject)


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


def table_widget(table: Table) -> QWidget:
    """Return a table, or one sentence where there is nothing to list."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    if table.lines:
        column.addWidget(TableView(table))
    else:
        words = label(table.empty, "label")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
    return holder
