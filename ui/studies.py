"""What is computed beside the outcome: the year and the headroom of the design on screen."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from grid.findings import Severity
from planner.model.checked import with_year
from planner.model.headroom import HeadroomMap
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.studies import Uncontrolled, YearStudy
from ui.connection_study import ConnectionRun
from ui.document import Document
from ui.jobs import Jobs

_KEPT = 12
T = TypeVar("T")


class Study(Generic[T]):
    """One kind of study: what is on screen, what is known, and what is under way."""

    def __init__(self, task: str) -> None:
        self.task = task
        self.shown: T | None = None
        self.known: list[tuple[Outcome, T]] = []
        self.asked: Outcome | None = None

    def find(self, outcome: Outcome) -> T | None:
        """Return what is known about a design with its service."""
        for known, made in reversed(self.known):
            if same_design(known, outcome):
                return made
        return None

    def keep(self, outcome: Outcome, made: T) -> None:
        """Remember a result, so that undo finds it again."""
        self.known.append((outcome, made))
        del self.known[:-_KEPT]

    def forget(self) -> None:
        """Let go of everything."""
        self.shown = self.asked = None
        self.known.clear()


def same_design(one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes are of the same design with the same service."""
    return one.design is other.design and one.service is other.service


def _holds(outcome: Outcome, made: YearStudy) -> bool:
    """Tell whether a year is part of an outcome; one without result has findings that say why."""
    told = all(f in outcome.findings for f in made.findings if f.severity is not Severity.OK)
    return outcome.year is made.result and (made.result is not None or told)


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
        self._year: Study[YearStudy] = Study("year")
        self._headroom: Study[HeadroomMap] = Study("headroom")
        self._every: tuple[Study[Any], ...] = (self._year, self._headroom)
        self.connection = ConnectionRun(document, jobs, self)
        self.connection.changed.connect(self.changed)
        self.stretch: tuple[float, float] | None = None
        self.day: int | None = None
        self._headroom_wanted = False
        document.changed.connect(self._changed)
        document.results_changed.connect(self.ask)

    @property
    def year(self) -> YearStudy | None:
        """The last year computed."""
        return self._year.shown

    @property
    def year_is_old(self) -> bool:
        """Whether the year on screen belongs to an earlier state of the design."""
        return self._is_old(self._year)

    @property
    def headroom(self) -> HeadroomMap | None:
        """The last headroom computed."""
        return self._headroom.shown

    @property
    def headroom_is_old(self) -> bool:
        """Whether the headroom on screen belongs to an earlier state of the design."""
        return self._is_old(self._headroom)

    def _is_old(self, study: Study[Any]) -> bool:
        shown = self._document.shown
        return shown is None or study.find(shown) is not study.shown

    def want_headroom(self) -> None:
        """Compute the headroom from now on, after every edit."""
        self._headroom_wanted = True
        self.ask()

    def show_day(self, step: int) -> None:
        """Ask for the day of an interval, on a page that may not be there yet."""
        self.day = step
        self.day_asked.emit(step)

    def forget(self) -> None:
        """Let go of everything, as another project asks for."""
        for study in self._every:
            self._jobs.cancel(study.task)
            study.forget()
        self.connection.forget()
        self.stretch = self.day = None
        self._headroom_wanted = False
        self.changed.emit()

    def _changed(self, before: object, project: object) -> None:
        if before is None or project is None:
            self.forget()
        self.ask()

    def ask(self) -> None:
        """Ask for the studies of the design on screen that are not known or under way."""
        outcome, project = self._document.shown, self._document.project
        for study in self._every:
            if study.asked is not None and (
                outcome is None or not same_design(study.asked, outcome)
            ):
                self._jobs.cancel(study.task)
                study.asked = None
            if outcome is None or project is None or study.asked is not None:
                continue
            made = study.find(outcome)
            if made is not None:
                self._show(study, outcome, made)
            elif study is not self._headroom or self._headroom_wanted:
                study.asked = outcome
                self._submit(study, outcome, project)

    def _submit(self, study: Study[Any], outcome: Outcome, project: Project) -> None:
        arguments: tuple[object, ...] = (project, outcome.design, outcome.service)
        if study is self._year:
            demand = outcome.demand
            free = Uncontrolled(demand.unmanaged_kw, demand.step_min, demand.unmanaged_peak_kw)
            arguments = (*arguments, free)

        def done(made: object) -> None:
            study.asked = None
            study.keep(outcome, made)
            shown = self._document.shown
            if shown is not None and same_design(shown, outcome):
                self._show(study, shown, made)

        # After a failure the same design is not asked about again.
        self._jobs.submit(study.task, *arguments, done=done, failed=self.problem.emit)

    def _show(self, study: Study[Any], outcome: Outcome, made: object) -> None:
        """Put a result on screen; the findings of a year join those of the outcome."""
        is_new = made is not study.shown
        study.shown = made
        if isinstance(made, YearStudy) and not _holds(outcome, made):
            self._document.enrich(outcome, with_year(outcome, made.result, made.findings))
        elif is_new:  # views hear of what is added to an outcome by the document
            self.changed.emit()
