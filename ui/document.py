"""The open project: every change is one undoable step between two snapshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from planner.kept_parts import with_kept_parts
from planner.model.design import Design
from planner.model.outcome import Outcome
from planner.model.project import Project

Change = Callable[[Project], Project]

_KEPT_OUTCOMES = 24


class Step(QUndoCommand):
    """The one undo command: the project before and after."""

    def __init__(self, document: Document, text: str, after: Project, merge: str) -> None:
        super().__init__(text)
        self._document, self._merge = document, merge
        self.before, self.after = document.require(), after

    def redo(self) -> None:
        self._document.show(self.after)

    def undo(self) -> None:
        self._document.show(self.before)

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join a later step of the same gesture, such as a drag or repeated arrow keys."""
        if not isinstance(other, Step) or other._merge != self._merge:
            return False
        self.after = other.after
        return True


def inputs_of(project: Project) -> tuple[object, ...]:
    """Return the objects that a recalculation of the scenario on screen depends on."""
    s = project.scenario
    return (
        s.design, project.site, s.demand, s.limits, s.objective, s.seed, s.strategy,
        s.batteries, s.solar,
        project.catalogue, project.price_book, project.terms, project.settings,
    )  # fmt: skip


def same_inputs(one: Project, other: Project) -> bool:
    """Tell whether two snapshots have the very same inputs, by identity."""
    return all(a is b for a, b in zip(inputs_of(one), inputs_of(other), strict=True))


class Document(QObject):
    """Project, undo stack, results. Views listen and compare by identity."""

    changed = Signal(object, object)
    results_changed = Signal()
    title_changed = Signal()
    saved = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.path: Path | None = None
        self.saved_at = ""
        self.stack = QUndoStack(self)
        self.proposals: tuple[Outcome, ...] = ()
        self.preview: Outcome | None = None
        self._known: list[tuple[tuple[object, ...], Outcome]] = []
        self._steps: list[Step] = []
        self._telling = False
        self.stack.cleanChanged.connect(self._clean_changed)

    def _clean_changed(self, _clean: bool) -> None:
        self.title_changed.emit()

    def require(self) -> Project:
        """Return the open project; asking without one is a mistake of the caller."""
        if self.project is None:
            raise RuntimeError("no project is open")
        return self.project

    def open(self, project: Project, path: Path | None) -> None:
        """Take a project as the document, with an empty history."""
        self.stack.clear()
        self._known.clear()
        self._steps.clear()
        self.proposals, self.preview = (), None
        self.path, self.saved_at = path, ""
        self.show(project)
        self.title_changed.emit()

    def close(self) -> None:
        """Leave the project."""
        before, self.project, self.path = self.project, None, None
        self.stack.clear()
        self._known.clear()
        self._steps.clear()
        self.proposals, self.preview = (), None
        self._tell(before, None)

    def edit(self, text: str, change: Change, merge: str = "") -> None:
        """Apply a pure change as one undo step; a change to nothing leaves no step."""
        after = change(self.require())
        if after is not self.project:
            step = Step(self, text, after, merge)
            self._steps.append(step)
            self.stack.push(step)

    def show(self, project: Project) -> None:
        """Put a snapshot on screen; only steps and `open` call this."""
        before, self.project = self.project, project
        if before is not None and project.active != before.active:
            self.proposals, self.preview = (), None
        self._tell(before, project)

    def save_done(self, path: Path, at: str) -> None:
        """Note that the snapshot on screen is now in a file."""
        self.path, self.saved_at = path, at
        self.stack.setClean()
        self.saved.emit(self.project, path)
        self.title_changed.emit()

    @property
    def outcome(self) -> Outcome | None:
        """The result that belongs to exactly what is on screen, or None."""
        if self.project is None or self.project.scenario.design is None:
            return None
        inputs = inputs_of(self.project)
        for known, outcome in reversed(self._known):
            if all(a is b for a, b in zip(known, inputs, strict=True)):
                return outcome
        return None

    @property
    def shown(self) -> Outcome | None:
        """The previewed proposal, else the result of the accepted design."""
        return self.preview or self.outcome

    @property
    def design(self) -> Design | None:
        """The design on the plan: the previewed proposal, else the accepted one."""
        if self.preview is not None:
            return self.preview.design
        return self.project.scenario.design if self.project else None

    def absorb(self, asked: Project, outcome: Outcome) -> bool:
        """Take a recalculation of `asked`; stale results are dropped.

        Trenches and circuits of the design are derived, so the snapshot on
        screen (and the step that made it) takes the derived design.
        """
        if self.project is None or not same_inputs(self.project, asked):
            return False
        before = self.project
        if self._known:
            outcome = with_kept_parts(outcome, self._known[-1][1])
        scenario = replace(before.scenario, design=outcome.design)
        project = with_scenario(before, scenario)
        for step in self._steps:
            step.before = project if step.before is before else step.before
            step.after = project if step.after is before else step.after
        self.remember(project, outcome)
        self.project = project
        self._tell(before, project)
        return True

    def _tell(self, before: Project | None, after: Project | None) -> None:
        """Tell everybody once that another snapshot is there, views of results as well."""
        self._telling = True
        try:
            self.changed.emit(before, after)
        finally:
            self._telling = False

    def remember(self, project: Project, outcome: Outcome) -> None:
        """Keep an outcome for the inputs of a snapshot, so that undo finds it again."""
        self._known.append((inputs_of(project), outcome))
        del self._known[:-_KEPT_OUTCOMES]

    def enrich(self, old: Outcome, new: Outcome) -> None:
        """Put an outcome with a study added in the place of the one without."""
        self._known = [(known, new if o is old else o) for known, o in self._known]
        self.proposals = tuple(new if o is old else o for o in self.proposals)
        self.preview = new if self.preview is old else self.preview
        if not self._telling:  # the studies hear of a change before the views do
            self.results_changed.emit()

    def propose_done(self, outcomes: tuple[Outcome, ...]) -> None:
        """Show proposals; the one of the scenario's objective lies on the plan."""
        self.proposals = outcomes
        wanted = self.require().scenario.objective
        self.preview = next((o for o in outcomes if o.objective is wanted), None)
        self.results_changed.emit()

    def show_proposal(self, outcome: Outcome | None) -> None:
        """Lay a proposal on the plan, or None for the accepted design."""
        self.preview = outcome
        self.results_changed.emit()


def with_scenario(project: Project, scenario: object) -> Project:
    """Return the project with the scenario on screen replaced."""
    scenarios = list(project.scenarios)
    scenarios[project.active] = scenario  # type: ignore[call-overload]
    return replace(project, scenarios=tuple(scenarios))
