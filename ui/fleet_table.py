"""The fleet table of the demand step: trips typed, pasted, imported; each edit is undoable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from grid.findings import Severity
from planner.inputs.workbooks.rota_rows import Rows
from planner.model.project import Project
from ui.present import fleet
from ui.present.text import clipped
from ui.session import Session
from ui.theme import font_of, theme
from ui.widgets.basic import Mark, button, label, line, link
from ui.widgets.filled_cells import FilledCells
from ui.widgets.typing_keys import keeps_key

Index = QModelIndex | QPersistentModelIndex
_ROWS_AT_ONCE = 75
_FILTER = "Workbooks (*.xlsx)"
_SHOWN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)


def _side(column: int) -> int:
    """Align numbers with their header at the right, words at the left."""
    right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
    return int((right if fleet.IS_NUMBER[column] else left) | Qt.AlignmentFlag.AlignVCenter)


class FleetModel(QAbstractTableModel):
    """Rows as typed and one blank row below them; edits are told, not kept."""

    def __init__(self, edited: Callable[[Rows], None]) -> None:
        super().__init__()
        self._edited = edited
        self.rows: Rows = ()
        self.problems: dict[tuple[int, int], str] = {}

    def show_rows(self, rows: Rows) -> None:
        """Show rows; the cell that is edited stays, as rows come and go below the blank one."""
        if rows is self.rows:
            return
        more = len(rows) - len(self.rows)
        if more > 0:
            self.beginInsertRows(QModelIndex(), len(self.rows) + 1, len(rows))
        elif more < 0:
            self.beginRemoveRows(QModelIndex(), len(rows) + 1, len(self.rows))
        self.rows, self.problems = rows, fleet.problems_of(rows)
        if more > 0:
            self.endInsertRows()
        elif more < 0:
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows), fleet.WIDTH - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(rows))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else fleet.WIDTH

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def text(self, row: int, column: int) -> str:
        """Return a cell as typed, blank in the row below the last."""
        return self.rows[row][column] if row < len(self.rows) else ""

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        place = (index.row(), index.column())
        if role in _SHOWN:
            text = self.text(*place)
            if not text and role == Qt.ItemDataRole.DisplayRole and place == (len(self.rows), 0):
                return "Add a vehicle"
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        signal = theme.tokens.severity[Severity.ERROR]
        if role == Qt.ItemDataRole.BackgroundRole and place in self.problems:
            return QColor(signal.fill)
        if role == Qt.ItemDataRole.ForegroundRole:
            if place in self.problems:
                return QColor(signal.text)
            return QColor(theme.tokens.text3) if index.row() == len(self.rows) else None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self.problems.get(place) or f"Such as {fleet.HINTS[index.column()]}"
        return None

    def headerData(
        self, section: int, side: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            if side is Qt.Orientation.Horizontal:
                return fleet.TITLES[section]
            return str(section + 1) if section < len(self.rows) else "+"
        if role == Qt.ItemDataRole.TextAlignmentRole and side is Qt.Orientation.Horizontal:
            return _side(section)
        return None

    def setData(
        self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        text = str(value).strip()
        if text != self.text(index.row(), index.column()):
            self._edited(fleet.with_cells(self.rows, index.row(), index.column(), ((text,),)))
        return True


class FleetView(QTableView):
    """Cells to type in; copy, paste and Delete work on blocks of cells."""

    def __init__(self, model: FleetModel, edited: Callable[[Rows], None]) -> None:
        super().__init__()
        self._rows, self._edited = model, edited
        self.setModel(model)
        self.setAccessibleName("Fleet table")
        self.setItemDelegate(FilledCells(self))
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.EditKeyPressed
        )
        self.verticalHeader().setDefaultSectionSize(25)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        metrics = QFontMetrics(font_of(12, QFont.Weight.DemiBold))
        for column, title in enumerate(fleet.TITLES):
            self.setColumnWidth(column, max(72, metrics.horizontalAdvance(title) + 24))
        self.setColumnWidth(0, 104)

    def event(self, event: QEvent) -> bool:
        """Keep letters, Delete and the clipboard keys for the cells, not for the plan."""
        keys = QKeySequence.StandardKey
        return keeps_key(event, keys.Copy, keys.Paste, keys.Delete) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = QKeySequence.StandardKey
        if event.matches(keys.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.matches(keys.Copy):
            self.copy()
        elif event.matches(keys.Delete):
            self.clear_cells()
        else:
            super().keyPressEvent(event)

    def paste(self, text: str) -> None:
        """Write a block from a spreadsheet at the current cell."""
        cells = fleet.pasted(text)
        if cells:
            index = self.currentIndex()
            row = index.row() if index.isValid() else len(self._rows.rows)
            column = index.column() if index.isValid() else 0
            self._edited(fleet.with_cells(self._rows.rows, row, column, cells))

    def copy(self) -> None:
        """Copy the selected cells as tab-separated text."""
        chosen = sorted((i.row(), i.column()) for i in self.selectedIndexes())
        rows: dict[int, list[str]] = {}
        for row, column in chosen:
            rows.setdefault(row, []).append(self._rows.text(row, column))
        QGuiApplication.clipboard().setText("\n".join("\t".join(r) for r in rows.values()))

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        rows = [list(row) for row in self._rows.rows]
        for index in self.selectedIndexes():
            if index.row() < len(rows):
                rows[index.row()][index.column()] = ""
        self._edited(tuple(map(tuple, rows)))

    def chosen_rows(self) -> set[int]:
        """Return the rows in which something is selected."""
        return {i.row() for i in self.selectedIndexes()}


class FleetEditor(QWidget):
    """The table with its buttons and what has to be corrected."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = FleetModel(self._edit)
        self.view = FleetView(self.model, self._edit)
        self.remove = button("Remove rows", self._remove, "trash-2")
        self._words = label("", "label")
        self._words.setMinimumWidth(1)
        self._problem = link("", self._to_problem)
        head = line(
            button("Add row", self._add, "plus"), self.remove,
            button("Paste", lambda: self.view.paste(QGuiApplication.clipboard().text()), "copy"),
            button("Import", self._import, "upload"), button("Export", self._export, "download"),
            self._words, 1,
        )  # fmt: skip
        head.setContentsMargins(12, 6, 12, 6)
        self._wrong = QWidget()
        wrong = line(Mark(Severity.ERROR, 15), self._problem, 1)
        wrong.setContentsMargins(12, 0, 12, 6)
        self._wrong.setLayout(wrong)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._wrong)
        box.addWidget(self.view, 1)
        self.view.selectionModel().currentChanged.connect(lambda _now, _old: self._show_problem())
        session.document.changed.connect(lambda _before, project: self.show_project(project))
        self.show_project(session.document.project)

    def show_project(self, project: Project | None) -> None:
        """Show the fleet of the scenario on screen."""
        self.model.show_rows(fleet.rows_of(project))
        rows, problems = self.model.rows, self.model.problems
        group = fleet.fleet_group(project)
        text = fleet.summary(rows, problems)
        if group is not None and not rows:
            text = "This fleet was read without its trips. Import the rota to edit it."
        self._words.setText(text)
        self._show_problem()
        self.remove.setEnabled(bool(rows))
        self.remove.setToolTip("" if rows else "There is no row to remove")

    def _show_problem(self) -> None:
        """Name the cell to correct next: the first one below the current cell."""
        problems = self.model.problems
        following = fleet.next_problem(problems, self._place())
        self._wrong.setVisible(following is not None)
        if following is not None:
            words = fleet.problem_text(following, problems)
            self._problem.setText(clipped(words, 120))
            self._problem.setAccessibleName(words)
            self._problem.setToolTip(words)

    def _place(self) -> tuple[int, int] | None:
        """Return the cell before the current one, so that a wrong current cell is the next."""
        index = self.view.currentIndex()
        return (index.row(), index.column() - 1) if index.isValid() else None

    def _edit(self, rows: Rows, read: int = 0) -> None:
        """Take rows; many are read in turns of the event loop, so that the window stays alive."""
        if read < len(rows) - _ROWS_AT_ONCE:
            fleet.problems_of(rows[read : read + _ROWS_AT_ONCE])
            QTimer.singleShot(0, self, lambda: self._edit(rows, read + _ROWS_AT_ONCE))
            return
        self._session.edit("Change fleet", lambda p: fleet.with_rows(p, rows))

    def _add(self) -> None:
        index = self.model.index(len(self.model.rows), 0)
        self.view.setFocus()
        self.view.setCurrentIndex(index)
        self.view.edit(index)

    def _remove(self) -> None:
        gone = self.view.chosen_rows()
        kept = tuple(r for at, r in enumerate(self.model.rows) if at not in gone)
        if len(kept) != len(self.model.rows):
            self._edit(kept)

    def _to_problem(self) -> None:
        """Go to the wrong cell that is named; from there, to the next one."""
        at = self.view.currentIndex()
        here = (at.row(), at.column()) if at.isValid() else None
        following = fleet.next_problem(
            self.model.problems, here if here in self.model.problems else self._place()
        )
        if following is not None:
            self.view.setFocus()
            self.view.setCurrentIndex(self.model.index(following.row, following.column))

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Fleet rota", "", _FILTER)
        if name:
            self._session.read_rota(Path(name))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the fleet rota", "rota.xlsx", _FILTER)
        if name:
            self._session.write_rota(self.model.rows, Path(name))
