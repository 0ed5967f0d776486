"""A dense table of the drawer: sorted, filtered, copied; its rows stand for objects."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from ui.present.tables import Key, Table
from ui.theme import font_of, theme
from ui.widgets.basic import label
from ui.widgets.column_widths import fitted
from ui.widgets.filled_cells import FilledCells

Index = QModelIndex | QPersistentModelIndex
_PAD_PX = 24
_MEASURED, _LONGEST = 400, 5
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


def _wanted_px(table: Table) -> list[int]:
    """Return how wide each column would be with all its texts in full."""
    head = QFontMetrics(font_of(12, QFont.Weight.DemiBold))
    body = QFontMetrics(font_of(12, QFont.Weight.Medium))
    wanted = []
    for at, column in enumerate(table.columns):
        texts = {column.text(li.cells[at]) for li in table.lines[:_MEASURED] if at < len(li.cells)}
        longest = sorted(texts, key=len)[-_LONGEST:]
        widths = [body.horizontalAdvance(text) for text in longest]
        wanted.append(_PAD_PX + max([head.horizontalAdvance(column.title), *widths]))
    return wanted


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
        self.setItemDelegate(FilledCells(self))
        self._wanted_px = _wanted_px(table)
        self._fitted_to = -1
        self._fit_columns()
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
        self._wanted_px, self._fitted_to = _wanted_px(table), -1
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Share the width among the columns; widths dragged by hand last until it changes."""
        room = self.viewport().width()
        if room == self._fitted_to:
            return
        self._fitted_to = room
        are_words = [c.decimals is None for c in self.table.columns]
        for section, width in enumerate(fitted(self._wanted_px, are_words, room)):
            self.setColumnWidth(section, width)

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
