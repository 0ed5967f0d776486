"""What is computed beside the outcome: the year, asked for when a design is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from planner.model.checked import with_year
from planner.model.outcome import Outcome
from planner.studies import Uncontrolled, YearStudy
from ui.document import Document
from ui.jobs import Jobs

_KEPT = 12


class Studies(QObject):
    """Asks the worker for studies of the design on screen and keeps the last ones.

    What was computed before stays on screen, marked as old, until the new
    result is there. A study belongs to a design and its service, so that a
    change of price alone asks for nothing.
    """

    changed = Signal()
    problem = Signal(str)
    day_asked = Signal(int)

    def __init__(self, document: Document, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._jobs = document, jobs
        self.year: YearStudy | None = None
        self.stretch: tuple[float, float] | None = None
        self.day: int | None = None
        self._known: list[tuple[Outcome, YearStudy]] = []
        self._asked: Outcome | None = None
        document.changed.connect(self._changed)
        document.results_changed.connect(self.ask)

    @property
    def year_is_old(self) -> bool:
        """Whether the year on screen belongs to an earlier state of the design."""
        shown = self._document.shown
        return shown is None or self._find(shown) is not self.year

    def forget(self) -> None:
        """Let go of everything, as another project asks for."""
        self._jobs.cancel("year")
        self.year = self._asked = self.stretch = self.day = None
        self._known.clear()
        self.changed.emit()

    def show_day(self, step: int) -> None:
        """Ask for the day of an interval, on a page that may not be there yet."""
        self.day = step
        self.day_asked.emit(step)

    def _changed(self, before: object, project: object) -> None:
        if before is None or project is None:
            self.forget()
        self.ask()

    def _find(self, outcome: Outcome) -> YearStudy | None:
        for known, study in reversed(self._known):
            if _same(known, outcome):
                return study
        return None

    def ask(self) -> None:
        """Ask for the year of the design on screen, unless it is known or under way."""
        outcome, project = self._document.shown, self._document.project
        if self._asked is not None and (outcome is None or not _same(self._asked, outcome)):
            self._jobs.cancel("year")
            self._asked = None
        if outcome is None or project is None or self._asked is not None:
            return
        study = self._find(outcome)
        if study is not None:
            self._show(outcome, study)
            return
        self._asked = outcome
        demand = outcome.demand
        free = Uncontrolled(demand.unmanaged_kw, demand.step_min, demand.unmanaged_peak_kw)
        self._jobs.submit(
            "year", project, outcome.design, outcome.service, free,
            done=lambda made: self._done(outcome, made), failed=self._failed,
        )  # fmt: skip

    def _done(self, outcome: Outcome, study: YearStudy) -> None:
        self._asked = None
        self._known.append((outcome, study))
        del self._known[:-_KEPT]
        shown = self._document.shown
        if shown is not None and _same(shown, outcome):
            self._show(shown, study)

    def _failed(self, text: str) -> None:
        self.problem.emit(text)  # not asked again until the design changes

    def _show(self, outcome: Outcome, study: YearStudy) -> None:
        """Put a year on screen and its findings among those of the outcome."""
        is_new = study is not self.year
        self.year = study
        if outcome.year is not study.result:
            self._document.enrich(outcome, with_year(outcome, study.result, study.findings))
        if is_new:
            self.changed.emit()


def _same(one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes are of the same design with the same service."""
    return one.design is other.design and one.service is other.service
