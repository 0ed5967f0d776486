"""Nothing is lost: the window's operation log, its lock, and files changed by others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import lock, oplog
from planner.store.keeper import Keeper
from planner.store.project_file import read_stamp
from planner.store.verified import Stamp

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class Guard(QObject):
    """Logs every step of a window's document; lives as long as the window."""

    problem = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lock: lock.Lock | None = None
        self._stamp: tuple[Path, Stamp] | None = None
        self._session = window.session
        self._document = window.session.document
        self._pending: list[tuple[Project, Project]] = []
        self._logged = False
        # The keeper calls from its own thread: the signal brings it to this one.
        self.problem.connect(window.session.problem)
        self.keeper = Keeper(self.problem.emit)
        self._document.changed.connect(self._changed)
        self._document.saved.connect(self._saved)
        self._session.opened.connect(self._opened)
        window.may_overwrite = self.may_overwrite

    def _changed(self, before: Project | None, after: Project | None) -> None:
        if after is None:
            self._pending.clear()
            self.keeper.ended()
            self._hold(None)
        elif before is not None:
            self._pending.append((before, after))
            # Opening another project changes the document too and says so right after:
            # only what is still here in the next turn of the loop was an edit.
            QTimer.singleShot(0, self, self._record)

    def _record(self) -> None:
        if self._document.stack.isClean() and not self._logged:
            return  # derived results alone are no edit; they go along with the first one
        self._hand_over()

    def _hand_over(self) -> None:
        pending, self._pending = self._pending, []
        for before, after in pending:
            self._logged = True
            self.keeper.record(before, after, self._document.stack.undoText())

    def _opened(self) -> None:
        self._pending.clear()
        self._logged = False
        path = self._document.path
        self.keeper.opened(self._document.require(), path)
        self._hold(path)

    def _saved(self, project: Project, path: Path) -> None:
        self._hand_over()
        self._logged = False
        self.keeper.saved(project, path)
        self._hold(path)

    def restored(self, recovered: oplog.Recovered) -> bool:
        """Log recovered edits anew on their base; tell whether they are on disk."""
        self.keeper.opened(recovered.base, None if recovered.copy else recovered.path)
        self.keeper.record(recovered.base, recovered.project, "Recovered edits")
        self._logged = True
        self._hold(self._document.path)
        return self.keeper.flush()

    def _hold(self, path: Path | None) -> None:
        """Lock the open file and remember its state; say who else has it open."""
        if self._lock is not None and (path is None or self._lock.path != lock.lock_path(path)):
            lock.release(self._lock)
            self._lock = None
        self._stamp = None
        if path is None:
            return
        try:
            if self._lock is None:
                self._lock = lock.acquire(path)
        except lock.LockedError as error:
            self.problem.emit(f"{path.name}: {error.reason}; save under another name.")
        try:
            self._stamp = (path, read_stamp(path))
        except InputError:
            return  # the file is gone again: there is nothing to overwrite

    def may_overwrite(self, path: Path) -> bool:
        """Ask before writing over a file that somebody else has changed meanwhile."""
        if self._stamp is None or self._stamp[0] != path:
            return True
        try:
            if read_stamp(path).sha256 == self._stamp[1].sha256:
                return True
        except InputError as error:
            if not path.exists():
                return True
            self.problem.emit(str(error))
        return ask_overwrite(self._window, path)

    def finish(self) -> None:
        """Drop the log: the user has left the window, and with it what is not saved."""
        self._record()
        self.keeper.ended()
        self.keeper.stop()
        self._hold(None)


def guard(window: MainWindow) -> Guard:
    """Keep the window's edits on disk while the program runs."""
    made = Guard(window)
    application = QApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(made.finish)
    return made


def offer(window: MainWindow) -> bool:
    """Ask about each log that was left behind; tell whether one was restored.

    Nothing is deleted unasked.
    """
    for recovery in oplog.left_behind():
        answer = ask(window, recovery)
        if answer == QMessageBox.StandardButton.Discard:
            oplog.discard(recovery)
        elif answer == QMessageBox.StandardButton.Yes:
            return restore(window, recovery)
    return False


def ask_overwrite(window: MainWindow, path: Path) -> bool:
    """Ask whether to replace a file that has been changed; the other one becomes a backup."""
    box = QMessageBox(window)
    box.setWindowTitle("Changed on disk")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText(f"{path.name} has been changed by someone else since you opened it.")
    box.setInformativeText(
        "Overwriting keeps the other version among the backups. "
        "To keep both files, save under another name."
    )
    overwrite = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is overwrite


def ask(window: MainWindow, recovery: oplog.Recovery) -> QMessageBox.StandardButton:
    """Show what was left behind: project, time and number of edits."""
    header, last = recovery.header, recovery.lines[-1]
    box = QMessageBox(window)
    box.setWindowTitle("Recover edits")
    box.setIcon(QMessageBox.Icon.Question)
    count = "One edit" if recovery.edits == 1 else f"{recovery.edits} edits"
    box.setText(f"Ampyard ended without saving “{header.project}”.")
    box.setInformativeText(
        f"{count} can be recovered; the last, {last.text or 'an edit'}, was made at "
        f"{last.at.replace('T', ' ')[:16]} UTC."
    )
    buttons = QMessageBox.StandardButton
    recover = box.addButton(buttons.Yes)
    recover.setText("Recover")
    box.addButton(buttons.Discard)
    box.addButton(buttons.Ignore).setText("Later")
    box.setDefaultButton(recover)
    return QMessageBox.StandardButton(box.exec())


def restore(window: MainWindow, recovery: oplog.Recovery) -> bool:
    """Open the replayed project as modified; the old log goes once a new one holds it."""
    try:
        recovered = oplog.recover(recovery)
    except InputError as error:
        window.session.problem.emit(str(error))
        return False
    document = window.session.document
    document.open(recovered.project, None)
    window.session.opened.emit()
    document.path = None if recovered.copy else recovered.path
    document.stack.resetClean()  # modified: it is not in any file yet
    document.title_changed.emit()
    window.session.said.emit(recovered.said)
    kept = window.findChild(Guard)
    if kept is not None and kept.restored(recovered):
        oplog.discard(recovery)
    return True
