"""Earlier versions of a project: look at one, bring it back; nothing is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QWidget

from planner.model.project import Project
from planner.store.backups import Backup, list_backups
from ui.present import restore as present
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import button, clear, column, label, line, number_label, rule
from ui.widgets.small_table import cell, small_table


class RestoreDialog(QDialog):
    """Lists backups. Of the open project one comes back as an undoable step, else as a copy."""

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.path = session, path
        self.backups: list[Backup] = list_backups(path)
        self.chosen: Project | None = None
        self._asked = 0
        self.is_open = session.document.path == path and session.document.project is not None
        self.setWindowTitle("Restore")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(820, 480)
        self._build()
        if self.backups:
            self.table.setCurrentCell(0, 0)

    def _build(self) -> None:
        outer = column(0)
        head = column(2, (20, 16, 20, 12))
        head.addWidget(label(f"Earlier versions of {self.path.name}", "section"))
        way = "It comes back as one step that can be undone; the file stays until you save."
        if not self.is_open:
            way = "It is opened as a copy; the file and its backups stay as they are."
        head.addWidget(label(way, "label", wrap=True))
        outer.addLayout(head)
        outer.addWidget(rule())
        across = line(spacing=20)
        across.setContentsMargins(20, 12, 20, 12)
        self.table = small_table("Earlier versions", 300)
        self.table.setMinimumHeight(180)
        self.table.setMaximumHeight(16_777_215)
        self.table.setColumnCount(5)
        self.table.setHorizontalHeaderLabels(["Saved", "", "Generation", "Size", ""])
        self._fill()
        self.table.currentCellChanged.connect(lambda row, *_rest: self._look(row))
        self.table.itemDoubleClicked.connect(lambda _item: self.take())
        across.addWidget(self.table, 3)
        self.contents = column(6)
        across.addLayout(self.contents, 2)
        outer.addLayout(across, 1)
        outer.addWidget(rule())
        self.state = label("", "label")
        words = "Bring this version back" if self.is_open else "Open as a copy"
        self.take_button = button(words, self.take, primary=True)
        self.take_button.setDefault(True)
        self.take_button.setEnabled(False)
        cancel = button("Cancel", self.reject)
        cancel.setMinimumHeight(34)
        cancel.setAutoDefault(False)
        foot = line(self.state, 1, cancel, self.take_button)
        foot.setContentsMargins(20, 10, 20, 12)
        outer.addLayout(foot)
        self.setLayout(outer)
        if not self.backups:
            self.state.setText("There are no earlier versions yet; each save keeps one.")

    def _fill(self) -> None:
        rows = present.backup_rows(self.backups, datetime.now(UTC))
        self.table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for place, text in enumerate((row.when, row.ago, row.generation, row.size)):
                item = cell(text, right=place in {2, 3})
                if row.newer:
                    item.setForeground(QColor(theme.tokens.text3))
                    item.setToolTip("Written by a newer version of Ampyard.")
                self.table.setItem(at, place, item)

    def _look(self, row: int) -> None:
        """Read the version with the cursor, to say what it holds."""
        if not 0 <= row < len(self.backups):
            return
        self.chosen = None
        self.take_button.setEnabled(False)
        self.state.setText("Reading this version")
        self._asked += 1
        asked = self._asked
        self.session.reader.cancel("look")
        self.session.reader.submit(
            "look", self.backups[row].path,
            done=lambda project: self._show(asked, project),
            failed=lambda text: self._refuse(asked, text),
        )  # fmt: skip

    def _show(self, asked: int, project: Any) -> None:
        if asked != self._asked:
            return
        self.chosen = project
        clear(self.contents)
        for name, value in present.contents(project):
            holder = QWidget()
            holder.setLayout(line(label(name, "label"), 1, number_label(value)))
            self.contents.addWidget(holder)
        self.contents.addStretch(1)
        self.state.setText("")
        self.take_button.setEnabled(True)

    def _refuse(self, asked: int, text: str) -> None:
        if asked == self._asked:
            clear(self.contents)
            self.state.setText(text)

    def take(self) -> None:
        """Bring the chosen version back."""
        if self.chosen is None:
            return
        if self.is_open:
            self.session.bring_back(self.chosen)
        else:
            self.session.open_copy(self.chosen)
        self.accept()

    def done(self, result: int) -> None:
        """Stop reading; what was read for a dialog that is gone is dropped."""
        self._asked = -1
        self.session.reader.cancel("look")
        super().done(result)
