"""Keeps the operation log of one window up to date without making it wait.

All file work happens in one thread, in order; the window only hands over
snapshots. What cannot be written is told once through `problem`, which is
called from that thread.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store.oplog import OperationLog
from planner.store.project_file import read_stamp

Task = Callable[[], None]


class Keeper:
    """The log of the project that is open, if any."""

    def __init__(self, problem: Callable[[str], None]) -> None:
        self._problem = problem
        self._log: OperationLog | None = None
        self._current: Project | None = None
        self._told = False
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="operation log", daemon=True)
        self._thread.start()

    def opened(self, project: Project, path: Path | None) -> None:
        """Begin the log of a project just opened or made."""
        self._tasks.put(lambda: self._begin(project, path))

    def record(self, before: Project, after: Project, text: str = "") -> None:
        """Log one edit; without an open log there is nothing to do."""
        self._tasks.put(lambda: self._append(before, after, text))

    def saved(self, project: Project, path: Path) -> None:
        """Begin anew from a saved snapshot; edits made meanwhile are carried over."""
        self._tasks.put(lambda: self._rebase(project, path))

    def ended(self) -> None:
        """Drop the log: the project is saved, or the user does not want its edits."""
        self._tasks.put(self._end)

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until everything handed over is on disk."""
        done = threading.Event()
        self._tasks.put(done.set)
        return done.wait(timeout_s)

    def stop(self) -> None:
        """End the thread; a log that is still open stays for the next start."""
        self._tasks.put(None)
        self._thread.join(5.0)
        if self._log is not None:
            self._log.close()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except (InputError, OSError) as error:
                if not self._told:
                    self._told = True
                    self._problem(f"Edits cannot be kept for recovery: {error}")

    def _begin(self, project: Project, path: Path | None) -> None:
        self._end()
        self._current = project
        self._log = OperationLog.start(project, path, read_stamp(path) if path else None)

    def _append(self, before: Project, after: Project, text: str) -> None:
        self._current = after
        if self._log is not None:
            self._log.append(before, after, text)

    def _rebase(self, project: Project, path: Path) -> None:
        now = self._current
        if self._log is None:
            self._begin(project, path)
        else:
            self._log = self._log.rebase(project, path, read_stamp(path))
        self._told = False
        if now is not None and now is not project:
            self._append(project, now, "Edits made while saving")

    def _end(self) -> None:
        self._current = None
        if self._log is not None:
            log, self._log = self._log, None
            log.discard()
