"""All fields of the supply, typed or from a workbook; blanks become visible assumptions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from grid.findings import Severity
from planner.inputs.workbooks.items import Item
from planner.inputs.workbooks.supply_typed import (
    Checked,
    TypedBoard,
    TypedSupply,
    boards_removed,
    check,
    kept_from,
    typed_from,
)
from ui.dialogs.importing import ImportDialog
from ui.present import supply_form as present
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import button, clear, column, label, line, link, restyle
from ui.widgets.fields import field_row
from ui.widgets.small_table import cell, small_table

_FIELD_PX = 132
_FEWEST_ROWS = 3


class SupplyDialog(ImportDialog):
    """The template as a form; OK is one undoable edit."""

    task = "typed_supply"
    form_px = 430

    def __init__(
        self, session: Session, workbook: Path | None = None, parent: QWidget | None = None
    ) -> None:
        self.workbook = workbook
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        self.hints: dict[str, QVBoxLayout] = {}
        self.typed = TypedSupply()
        self.checked = Checked(None, {})
        file = workbook.name if workbook else "the supply"
        super().__init__(session, "Supply", file, parent)
        self.resize(1080, 720)
        self._check_soon = QTimer(self)
        self._check_soon.setSingleShot(True)
        self._check_soon.setInterval(150)
        self._check_soon.timeout.connect(self.check_now)
        self._build_form()
        self._build_evidence()
        if workbook is None:
            self.told.setText("Leave blank what is not known: it becomes a visible assumption.")
            self.show_seen(typed_from(session.document.require().site))
        else:
            self.told.setText(workbook.name)
            self.ask()

    # building ----------------------------------------------------------------

    def _build_form(self) -> None:
        for title, items in present.groups():
            heading = label(title, "group")
            heading.setContentsMargins(0, 10, 0, 2)
            self.form.addWidget(heading)
            for item in items:
                field = self._field(item)
                self.fields[item.key] = field
                unit = f" {item.unit}" if item.unit else ""
                self.form.addWidget(field_row(f"{item.label}{unit}", field, _FIELD_PX))
                hint = column(0)
                self.hints[item.key] = hint
                self.form.addLayout(hint)
        self.form.addStretch(1)

    def _field(self, item: Item) -> QLineEdit | QComboBox:
        unit = f", {item.unit}" if item.unit else ""
        if item.choices:
            box = QComboBox()
            box.addItem("Not known", "")
            for words in item.choices:
                box.addItem(words, words)
            box.setAccessibleName(item.label)
            box.activated.connect(lambda _i: self.check_now())
            return box
        field = QLineEdit()
        field.setAccessibleName(f"{item.label}{unit}")
        field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        field.textEdited.connect(lambda _text: self._check_soon.start())
        field.editingFinished.connect(self._check_edited)
        return field

    def _build_evidence(self) -> None:
        self.evidence.addWidget(label("Boards", "group"))
        self.boards = small_table("Boards of the site", 190)
        self.boards.setColumnCount(len(present.BOARD_HEADS))
        self.boards.setHorizontalHeaderLabels(list(present.BOARD_HEADS))
        self.boards.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.boards.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.boards.itemChanged.connect(lambda _item: self._check_soon.start())
        self.evidence.addWidget(self.boards)
        buttons = line(
            button("Add board", self.add_board, "plus"),
            link("Remove board", self.remove_board), 1, spacing=16,
        )  # fmt: skip
        self.evidence.addLayout(buttons)
        self.evidence.addWidget(label("To correct, and assumed", "group"))
        self.evidence.addWidget(self.notes, 1)
        self.notes.answer_asked.connect(self.focus_field)

    # typing ------------------------------------------------------------------

    def add_board(self) -> None:
        """Add an empty row and begin to type there."""
        at = self.boards.rowCount()
        self._set_row(at, TypedBoard({}))
        self.boards.setCurrentCell(at, 0)
        self.boards.setFocus(Qt.FocusReason.OtherFocusReason)
        self.check_now()

    def remove_board(self) -> None:
        """Remove the row with the cursor."""
        if self.boards.currentRow() >= 0:
            self.boards.removeRow(self.boards.currentRow())
            self.check_now()

    def focus_field(self, key: str) -> None:
        """Bring a field to the front."""
        at = present.cell_of_board(key)
        if at is not None or key == "boards":
            self.boards.setCurrentCell(*(at or (0, 0)))
            self.boards.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in self.fields:
            self.fields[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def _check_edited(self) -> None:
        if self._check_soon.isActive():
            self.check_now()

    def check_now(self) -> None:
        """Judge what was typed and show it at the fields."""
        self._check_soon.stop()
        self.typed = self._typed_now()
        self.checked = check(self.typed)
        states = present.field_states(self.checked)
        for key, state in states.items():
            self._show_state(key, state)
        self._show_boards_wrong()
        self.notes.show_rows(present.rows(self.typed, self.checked), "Nothing is assumed.")
        self.set_ready(present.take_words(self.checked), present.blocked(self.checked))

    def _typed_now(self) -> TypedSupply:
        values = {
            key: str(f.currentData() or "") if isinstance(f, QComboBox) else f.text()
            for key, f in self.fields.items()
        }
        boards = tuple(self._board(row) for row in range(self.boards.rowCount()))
        return TypedSupply(values, boards, self.typed.places, self.typed.notes)

    def _board(self, row: int) -> TypedBoard:
        items = [self.boards.item(row, at) for at in range(len(present.BOARD_KEYS))]
        cells = {
            key: item.text() if item else ""
            for key, item in zip(present.BOARD_KEYS, items, strict=True)
        }
        held = items[0].data(Qt.ItemDataRole.UserRole) if items[0] else ""
        return TypedBoard(cells, str(held or ""))

    # showing -----------------------------------------------------------------

    def arguments(self) -> tuple[object, ...]:
        return (self.workbook,)

    def show_seen(self, seen: TypedSupply) -> None:
        """Fill the fields with what was typed before, or stands in a workbook."""
        self.typed = seen
        for key, field in self.fields.items():
            text = seen.values.get(key, "")
            if isinstance(field, QComboBox):
                at = next(
                    (i for i in range(field.count())
                     if str(field.itemData(i)).casefold() == text.casefold().replace(" ", "")), -1,
                )  # fmt: skip
                if at < 0:  # a word the form does not know is shown, and judged
                    field.addItem(text, text)
                    at = field.count() - 1
                field.setCurrentIndex(at)
            else:
                field.setText(text)
        self.boards.setRowCount(0)
        missing = max(0, _FEWEST_ROWS - len(seen.boards))
        for at, board in enumerate((*seen.boards, *(TypedBoard({}),) * missing)):
            self._set_row(at, board)
        self.check_now()

    def _set_row(self, at: int, board: TypedBoard) -> None:
        self.boards.blockSignals(True)
        self.boards.setRowCount(max(self.boards.rowCount(), at + 1))
        for place, key in enumerate(present.BOARD_KEYS):
            item = cell(board.cells.get(key, ""), right=key in {"rating", "ways", "spare"})
            item.setData(Qt.ItemDataRole.UserRole, board.id)
            self.boards.setItem(at, place, item)
        self.boards.blockSignals(False)

    def _show_state(self, key: str, state: present.FieldState) -> None:
        field = self.fields[key]
        restyle(field, "flag", state.flag)
        field.setToolTip(state.hint)
        field.setAccessibleDescription(state.hint)
        if isinstance(field, QLineEdit):
            field.setPlaceholderText(state.placeholder)
        else:
            field.setItemText(0, state.placeholder or "Not known")
        clear(self.hints[key])
        if state.flag:
            self.hints[key].addWidget(label(state.hint, "hint", wrap=True))

    def _show_boards_wrong(self) -> None:
        wrong = present.board_wrong(self.checked.wrong)
        fill = QColor(theme.tokens.severity[Severity.ERROR].fill)
        self.boards.blockSignals(True)
        for row in range(self.boards.rowCount()):
            for place in range(self.boards.columnCount()):
                item = self.boards.item(row, place)
                if isinstance(item, QTableWidgetItem):
                    text = wrong.get((row, place), "")
                    item.setData(Qt.ItemDataRole.BackgroundRole, fill if text else None)
                    item.setToolTip(text)
        self.boards.blockSignals(False)

    def take(self) -> None:
        """Take supply, boards and assumptions as one step."""
        sheet = self.checked.sheet
        if sheet is not None:
            site = self.session.document.require().site
            self.session.take_supply(kept_from(site, sheet), boards_removed(site, sheet))
