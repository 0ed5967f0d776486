"""The notes of an import as a scrolling list: questions can be confirmed or answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.present.notes import NoteRow
from ui.widgets.basic import Body, Mark, clear, column, label, line, link


class NotesList(QScrollArea):
    """Rows of marks and words."""

    accepted = Signal(str)
    answer_asked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Body()
        self._rows = column(8, (0, 0, 8, 0))
        inside.setLayout(self._rows)
        self.setWidget(inside)

    def show_rows(self, rows: Sequence[NoteRow], empty: str) -> None:
        """List rows anew."""
        clear(self._rows)
        for row in rows:
            self._rows.addWidget(self._row(row))
        if not rows:
            self._rows.addWidget(label(empty, "hint"))
        self._rows.addStretch(1)
        self.verticalScrollBar().setValue(0)

    def _row(self, row: NoteRow) -> QWidget:
        holder = QWidget()
        words = column(0)
        words.addWidget(label(row.text, "", wrap=True))
        links = []
        if row.accept:
            links.append(self._link("Confirm", lambda: self.accepted.emit(row.accept)))
        target = next((a for a in row.answers if a != "accept"), "")
        if target:
            links.append(self._link(row.remedy, lambda: self.answer_asked.emit(target)))
        elif row.remedy and not row.accept:
            words.addWidget(label(row.remedy, "hint", wrap=True))
        if links:
            words.addLayout(line(*links, 1, spacing=16))
        across = line(spacing=8)
        across.addWidget(Mark(row.severity, 15), 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(words, 1)
        holder.setLayout(across)
        return holder

    @staticmethod
    def _link(text: str, run: Callable[[], object]) -> QWidget:
        return link(text, run)
