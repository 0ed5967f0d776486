"""The energy price by time of use: base price and windows, typed or imported, with a preview."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from grid.findings import Severity
from planner.inputs.price_cells import COLUMNS, HIGHEST, LOWEST, CellError
from planner.model.energy_price import EnergyPrice
from planner.model.project import Project
from ui.present import energy_price as present
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import Mark, button, label, line, link
from ui.widgets.fields import NumberField
from ui.widgets.price_strip import PriceStrip
from ui.widgets.small_table import cell, small_table
from ui.widgets.typing_keys import keeps_key

_FILTER = "Tables of prices (*.csv *.xlsx *.xlsm *.ods *.xls *.json)"
_WIDTHS = (92, 84, 78, 64, 64, 56)


class PriceEditor(QWidget):
    """Base price, windows and the hours they mean; every change is one undoable step."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: EnergyPrice | None = None
        self._filling = False
        self.wrong: dict[int, tuple[tuple[str, ...], CellError]] = {}
        self.base = NumberField("Base price per kWh", "", 4, LOWEST, HIGHEST)
        self.base.optional = True
        self.base.setFixedWidth(86)
        self.base.committed.connect(self._set_base)
        self.base.cleared.connect(lambda: self._edit("Remove energy price", None))
        self.unit = label("", "hint")
        self.add = button("Add window", self._add, "plus")
        self.remove = button("Remove", self._remove, "trash-2")
        self.up = button("Move up", self._move_up, "chevron-up")
        caption = label("Base price", "label")
        caption.setBuddy(self.base)
        head = line(
            caption, self.base, self.unit, self.add, self.remove, self.up,
            button("Import", self._import, "upload"), 1,
        )  # fmt: skip
        head.setContentsMargins(12, 6, 12, 6)
        self.table = self._made_table()
        self.table.itemChanged.connect(lambda item: self._typed(item.row()))
        self.table.itemSelectionChanged.connect(self._offer)
        self._build_words()
        self.strip = PriceStrip()
        held = QScrollArea()
        held.setWidgetResizable(True)
        held.setWidget(self.strip)
        parts = QSplitter()
        parts.setHandleWidth(1)
        parts.addWidget(self.table)
        parts.addWidget(held)
        parts.setSizes([442, 222])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._said)
        box.addWidget(parts, 1)
        session.opened.connect(self._forget_wrong)
        session.document.changed.connect(self._changed)
        self.show_project(session.document.project)

    def _made_table(self) -> QTableWidget:
        table = small_table("Price windows", 100)
        table.setMinimumHeight(60)
        table.setMaximumHeight(10_000)
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(
            triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.EditKeyPressed
        )
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        table.setColumnCount(len(present.TITLES))
        table.setHorizontalHeaderLabels(list(present.TITLES))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.installEventFilter(self)
        return table

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let letters go to the cells, not to the tools of the plan."""
        return keeps_key(event) or super().eventFilter(watched, event)

    def _build_words(self) -> None:
        """Make the line that names a wrong cell, or what is to be known of the windows."""
        self._said = QWidget()
        self._mark, self._info = Mark(Severity.ERROR, 15), Mark(Severity.INFO, 15)
        self.problem = link("", self._to_problem)
        self.told = label("", "label")
        self.told.setMinimumWidth(1)
        row = line(self._mark, self._info, self.problem, self.told)
        row.setStretch(3, 1)
        row.setContentsMargins(12, 0, 12, 6)
        self._said.setLayout(row)

    # showing -----------------------------------------------------------------

    def _changed(self, before: Project | None, after: Project | None) -> None:
        kept = (
            before is not None
            and after is not None
            and before.settings is after.settings
            and before.price_book is after.price_book
        )
        if not kept:
            self.show_project(after)

    def show_project(self, project: Project | None) -> None:
        """Show the energy price of a project."""
        tariff = present.tariff_of(project)
        currency = project.price_book.currency if project else ""
        self._keep_wrong(tariff)
        self._shown = tariff
        self.unit.setText(present.unit(currency))
        self.base.show_value(tariff.base_per_kwh if tariff else None)
        self._fill()
        self.strip.setVisible(tariff is not None)
        self.strip.show_strips(present.strips(tariff) if tariff else (), present.unit(currency))
        self._say()
        self._offer()

    def _forget_wrong(self) -> None:
        self.wrong.clear()

    def _keep_wrong(self, tariff: EnergyPrice | None) -> None:
        """Forget what was typed wrong where another window has come in its place."""
        before = self._shown.windows if self._shown else ()
        after = tariff.windows if tariff else ()
        same = len(before) == len(after)
        self.wrong = {
            row: typed for row, typed in self.wrong.items() if same and before[row] == after[row]
        }

    def _fill(self) -> None:
        """Write the rows, those that are wrong as they were typed."""
        rows = present.rows_of(self._shown)
        self._filling = True
        if self.table.rowCount() != len(rows):
            self.table.setRowCount(len(rows))
        signal = theme.tokens.severity[Severity.ERROR]
        for row, texts in enumerate(rows):
            typed, problem = self.wrong.get(row, (texts, None))
            for column, text in enumerate(typed):
                made = cell(text, right=column >= COLUMNS.index("from"))
                made.setToolTip(f"Such as {present.HINTS[column]}")
                if problem is not None and COLUMNS[column] == problem.column:
                    made.setBackground(QBrush(QColor(signal.fill)))
                    made.setForeground(QBrush(QColor(signal.text)))
                    made.setToolTip(str(problem))
                self.table.setItem(row, column, made)
        self._filling = False

    def _say(self) -> None:
        first = min(self.wrong, default=None)
        self._mark.setVisible(first is not None)
        self.problem.setVisible(first is not None)
        told = "" if first is not None else present.said_about(self._shown)
        if self._shown is None:
            told = "No price is entered. Costs of energy are left out until there is a base price."
        self._info.setVisible(bool(told))
        self.told.setText(told)
        if first is not None:
            problem = self.wrong[first][1]
            title = present.TITLES[COLUMNS.index(problem.column)]
            words = f"Row {first + 1}, {title}: {problem.reason}; {problem.remedy}."
            self.problem.setText(words)
            self.problem.setAccessibleName(words)
        self._said.setVisible(first is not None or bool(told))

    def _offer(self) -> None:
        row = self.table.currentRow()
        chosen = 0 <= row < self.table.rowCount()
        for action, on, why in (
            (self.add, self._shown is not None, "Enter the base price first"),
            (self.remove, chosen, "Choose a window in the table"),
            (self.up, chosen and row > 0, "Choose a window below another; the upper one counts"),
        ):
            action.setEnabled(on)
            action.setToolTip("" if on else why)

    # typing ------------------------------------------------------------------

    def _edit(self, text: str, tariff: EnergyPrice | None) -> None:
        self._session.edit(text, lambda p: present.with_tariff(p, tariff))

    def _set_base(self, per_kwh: float) -> None:
        self._edit("Change base price", present.with_base(self._shown, per_kwh))

    def _typed(self, row: int) -> None:
        """Take a row as typed; what cannot be read stays, marked, until it is corrected."""
        if self._filling or self._shown is None:
            return
        items = [self.table.item(row, column) for column in range(len(COLUMNS))]
        texts = tuple(item.text() if item else "" for item in items)
        try:
            made = present.with_row(self._shown, row, texts)
        except CellError as problem:
            self.wrong[row] = (texts, problem)
            self.show_project(self._session.document.project)
            return
        self.wrong.pop(row, None)
        self._edit("Change price window", made)
        self.show_project(self._session.document.project)

    def _add(self) -> None:
        if self._shown is None:
            return
        self._edit("Add price window", present.with_new_row(self._shown))
        self.table.setFocus()
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)

    def _remove(self) -> None:
        row = self.table.currentRow()
        if self._shown is not None and 0 <= row < len(self._shown.windows):
            self._edit("Remove price window", present.without_row(self._shown, row))

    def _move_up(self) -> None:
        row = self.table.currentRow()
        if self._shown is not None and 0 < row < len(self._shown.windows):
            self.wrong.clear()
            self._edit("Move price window", present.raised_row(self._shown, row))
            self.table.setCurrentCell(row - 1, self.table.currentColumn())

    def _to_problem(self) -> None:
        row = min(self.wrong)
        self.table.setFocus()
        self.table.setCurrentCell(row, COLUMNS.index(self.wrong[row][1].column))

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Energy prices", "", _FILTER)
        if name:
            self.wrong.clear()
            self._session.read_prices(Path(name))
