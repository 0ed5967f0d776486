"""Connection options as they run and as they were found; they outlive the page that shows them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.studies import ConnectionStudy
from ui.document import Document
from ui.jobs import Jobs

TASK = "connection"


def basis_of(project: Project, outcome: Outcome) -> tuple[object, ...]:
    """Return the objects that the options depend on."""
    s = project.scenario
    return (
        outcome.design, outcome.service, project.site, project.catalogue, project.price_book,
        project.settings, s.demand, s.seed, s.batteries, s.solar,
    )  # fmt: skip


class ConnectionRun(QObject):
    """Asks the worker for the options on demand and tells whether they are outdated."""

    changed = Signal()
    progressed = Signal(float, str)

    def __init__(self, document: Document, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._jobs = document, jobs
        self.made: ConnectionStudy | None = None
        self.running = False
        self.said = ""
        self._of: tuple[object, ...] = ()
        self._asked: tuple[object, ...] = ()
        document.changed.connect(self._stop_if_changed)

    @property
    def is_old(self) -> bool:
        """Whether the options belong to an earlier state of the project."""
        if self.made is None:
            return False
        return not self._holds(self._of)

    def _holds(self, basis: tuple[object, ...]) -> bool:
        """Tell whether what is on screen has this very basis."""
        project, outcome = self._document.project, self._document.shown
        if project is None or outcome is None:
            return False
        now = basis_of(project, outcome)
        return all(a is b for a, b in zip(now, basis, strict=True))

    def _stop_if_changed(self) -> None:
        """Let an edit's recalculation go first; the options would be outdated anyway."""
        if not self.running:
            self.said = ""  # how the last run ended is no news after a change
        elif not self._holds(self._asked):
            self._jobs.cancel(TASK)
            self._end("Stopped, as the project has changed.")

    def start(self) -> None:
        """Work the options out for the design on screen."""
        project, outcome = self._document.project, self._document.shown
        if project is None or outcome is None or self.running:
            return

        asked = self._asked = basis_of(project, outcome)

        def done(made: ConnectionStudy) -> None:
            self.made, self._of = made, asked
            self._end("")

        self.running, self.said = True, ""
        self._jobs.submit(
            TASK, project, outcome.design, outcome.service, outcome.demand,
            done=done, failed=self._end, progress=self.progressed.emit,
        )  # fmt: skip
        self.changed.emit()

    def stop(self) -> None:
        """Stop; what was found before stays."""
        self._jobs.cancel(TASK)
        self._end("Stopped.")

    def forget(self) -> None:
        """Let go of everything, as another project asks for."""
        self._jobs.cancel(TASK)
        self.made, self.running, self.said, self._of = None, False, "", ()

    def _end(self, said: str) -> None:
        self.running, self.said = False, said
        self.changed.emit()
