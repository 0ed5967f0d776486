"""What the preview dialogs share: reading in the worker, notes, one primary button."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from grid.findings import Severity
from ui.dialogs.notes import NotesList
from ui.session import Session
from ui.widgets.basic import Body, button, column, label, line, note, rule

_SETTLE_MS = 120


def answer_box(
    name: str, answers: Iterable[tuple[object, str]], *, editable: bool = False
) -> QComboBox:
    """Return a list of answers after "As found"; an editable one is searched by typing."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    box.addItem("As found", None)
    for answer, words in answers:
        box.addItem(words, answer)
    if editable:
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = box.completer() or QCompleter(box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return box


class ReadingDialog(QDialog):
    """A dialog that has something read in the worker; leaving it ends the reading."""

    task = ""

    def __init__(self, session: Session, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._busy = self._over = False

    def done(self, result: int) -> None:
        """Stop reading; what was read for a dialog that is gone is dropped."""
        self._leave()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)

    def _leave(self) -> None:
        if not self._over:
            self._over = True
            if self._busy:
                self.session.reader.cancel(self.task)


class ImportDialog(ReadingDialog):
    """A look at a file before it is used: answers at the left, evidence at the right.

    A change of an answer reads the file again in the worker; answers given
    meanwhile are read once the running reading ends.
    """

    form_px = 372

    def __init__(self, session: Session, title: str, file: str, parent: QWidget | None) -> None:
        super().__init__(session, title, parent)
        self.file = file
        self.resize(1180, 760)
        self._again = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self._build(title)

    def _build(self, title: str) -> None:
        outer = column(0)
        head = column(2, (20, 16, 20, 12))
        head.addWidget(label(title, "section"))
        self.told = label("", "label", wrap=True)
        head.addWidget(self.told)
        outer.addLayout(head)
        outer.addWidget(rule())
        across = line(spacing=0)
        self.form = column(6, (20, 12, 16, 16))
        inside = Body()
        inside.setLayout(self.form)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(self.form_px)
        across.addWidget(scroll)
        self.evidence = column(10, (4, 12, 20, 12))
        across.addLayout(self.evidence, 1)
        outer.addLayout(across, 1)
        outer.addWidget(rule())
        outer.addLayout(self._footer())
        self.setLayout(outer)
        self.notes = NotesList("What was understood, repaired and asked")

    def _footer(self) -> Any:
        self.state = label("", "label")
        self.state.setAccessibleName("State")
        self.take_button = button("Use", self._take_now, primary=True)
        self.take_button.setDefault(True)
        self.take_button.setMinimumWidth(170)
        self.take_button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.cancel_button = button("Cancel", self.reject)
        self.cancel_button.setMinimumHeight(34)
        self.cancel_button.setAutoDefault(False)
        foot = line(self.state, 1, self.cancel_button, self.take_button)
        foot.setContentsMargins(20, 10, 20, 12)
        return foot

    # reading -----------------------------------------------------------------

    def ask(self) -> None:
        """Read the file anew, once the answers have settled."""
        self.set_ready("", f"Reading {self.file}")
        if self._busy:
            self._again = True
        else:
            self._settle.start()

    def _read(self) -> None:
        self._busy, self._again = True, False
        self.session.reader.submit(
            self.task, *self.arguments(), done=self._done, failed=self._failed,
            progress=self._progress,
        )  # fmt: skip

    def _progress(self, share: float, text: str) -> None:
        if not self._over and share > 0:
            self.state.setText(f"{text}, {share:.0%}")

    def _done(self, seen: Any) -> None:
        self._busy = False
        if self._over:
            return
        if self._again:
            self._settle.start()
            return
        self.show_seen(seen)

    def _failed(self, text: str) -> None:
        self._busy = False
        if not self._over:
            self.set_ready("", text)

    def set_ready(self, words: str, why_not: str) -> None:
        """Let the import be taken, or say why not."""
        if words:
            self.take_button.setText(words)
            self.take_button.setAccessibleName(words)
        self.take_button.setEnabled(not why_not)
        self.take_button.setToolTip(why_not)
        self.state.setText(why_not)

    def refusal(self, text: str) -> QFrame:
        """Return a note that the file cannot be used."""
        return note(text, Severity.ERROR)

    def _take_now(self) -> None:
        if self.take_button.isEnabled():
            self.take()
            self.accept()

    def _leave(self) -> None:
        self._settle.stop()
        super()._leave()

    # what each dialog says ---------------------------------------------------

    def arguments(self) -> tuple[object, ...]:
        """Return what the worker's task takes."""
        raise NotImplementedError

    def show_seen(self, seen: Any) -> None:
        """Show what was read."""
        raise NotImplementedError

    def take(self) -> None:
        """Apply one undoable edit."""
        raise NotImplementedError
