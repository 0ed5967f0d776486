"""What the window can do: the document, the worker, and every verb between them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from shapely import Point

from planner import edits
from planner.inputs.drawn import without_filled
from planner.model.connection import Offer
from planner.model.demand import Demand, DemandInput
from planner.model.energy_price import EnergyPrice
from planner.model.ids import AreaId, BayId, BoardId, ChargerId, ModelId
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Limits, Objective
from planner.model.site import Assumption, SiteBoard
from planner.progress import Progress
from ui.document import Document, same_inputs
from ui.jobs import Jobs
from ui.studies import Studies

if TYPE_CHECKING:
    from planner.inputs.underlays import Laid
    from planner.inputs.workbooks.supply import SupplySheet

_SETTLE_MS = 120
Sorted = tuple[tuple[Path, str, str], ...]


def with_supply(project: Project, sheet: SupplySheet, gone: Sequence[BoardId] = ()) -> Project:
    """Take a supply sheet: boards keep their place, new ones stand at the intake.

    Where there is no plan yet, boards wait at (0, 0) and are placed with the first map.
    """
    made = edits.set_supply(project, sheet.supply, sheet.assumptions)
    site = project.site
    if sheet.notes:
        made = edits.set_site(
            made, replace(made.site, import_notes=(*site.import_notes, *sheet.notes))
        )
    known = next((b.point for b in site.boards.values() if b.is_origin), None)
    bay = next(iter(site.bays.values()), None)
    area = next(iter(site.areas.values()), None)
    ground = bay or area
    place = known or site.substation or (ground.polygon.centroid if ground else Point(0, 0))
    for board in sheet.boards:
        old = site.boards.get(BoardId(board.id))
        at = old.point if old else place
        origin = board.id == sheet.origin
        made = edits.set_site_board(made, SiteBoard(BoardId(board.id), at, board, origin))
    for key in gone:
        made = edits.remove_site_board(made, key)
    return made


class Session(QObject):
    """One window's work; panels call its verbs and listen to its signals."""

    problem = Signal(str)
    said = Signal(str)
    working = Signal(str, float, str)
    quote_ready = Signal(object)
    demand_ready = Signal(object)
    exported = Signal(object)
    opened = Signal()
    step_asked = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document(self)
        self.jobs = Jobs(self)
        self.reader = Jobs(self)  # previews do not wait for a running calculation
        self.jobs.reported.connect(self.working)
        self.jobs.idle_changed.connect(lambda idle: self.working.emit("", 0.0, "") if idle else 0)
        self.document.changed.connect(self._changed)
        self.studies = Studies(self.document, self.jobs, self)
        self.studies.problem.connect(self.problem)
        self.demand: Demand | None = None
        self.years_ahead = 0
        self._demand_for: tuple[object, float, int] | None = None
        self._demand_of: tuple[object, float, int] | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._recalculate)
        self._drafts = tempfile.TemporaryDirectory(prefix="ampyard-")

    def close(self) -> None:
        """End the worker and leave no temporary files."""
        self._settle.stop()
        self.jobs.close()
        self.reader.close()
        self.document.stack.blockSignals(True)  # its destructor would call dead views
        self.document.stack.clear()
        self._drafts.cleanup()

    # files -------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Open a project file."""
        self._submit("load", path, done=lambda project: self._open(project, path))

    def open_sample(self, name: str) -> None:
        """Open a copy of a sample site."""
        self._submit("sample", name, done=lambda project: self._open(project, None))

    def new_project(self, request: object) -> None:
        """Make a project from maps, supply and profile."""
        self._submit("new_project", request, done=lambda project: self._open(project, None))

    def sort_files(self, paths: Sequence[Path], done: Callable[[Sorted], object]) -> None:
        """Find out what files are for, by their contents."""
        self.reader.submit("kinds", tuple(paths), done=done, failed=self.problem.emit)

    def take_maps(self, made: Project, names: Sequence[str], *, fresh: bool) -> None:
        """Take a project with maps in it: as one step, or as a project of its own."""
        if fresh or self.document.project is None:
            self.open_copy(made)
        else:
            self.edit("Add map", lambda p: edits.set_site(p, made.site))
        self.said.emit(f"Read {', '.join(names)}")

    def open_copy(self, project: Project) -> None:
        """Open a project that is in no file yet."""
        self._open(project, None)
        self.document.stack.resetClean()
        self.document.title_changed.emit()

    def bring_back(self, version: Project) -> None:
        """Take an earlier version of the open project as one step."""
        self.edit("Restore an earlier version", lambda _now: version)
        self.said.emit("The earlier version is on screen; undo returns to the later one")

    def add_underlay(self, laid: Laid) -> None:
        """Lay a picture or drawing under the plan."""
        from planner import underlay_edits
        from planner.inputs.problem import InputError

        try:
            self.edit(
                "Add underlay",
                lambda p: underlay_edits.add_underlay(p, laid.underlay, laid.content),
            )
        except InputError as error:
            self.problem.emit(str(error))
            return
        self.said.emit(f"Laid {laid.underlay.name} under the plan")

    def new_blank(self, name: str, place: str) -> None:
        """Begin a project without a map."""
        self.reader.submit("blank", name, place, done=self.open_copy, failed=self.problem.emit)

    def take_supply(self, sheet: SupplySheet, gone: Sequence[BoardId]) -> None:
        """Take intake, boards and assumptions as one step."""
        self.edit("Change supply", lambda p: with_supply(p, sheet, gone))

    def write_templates(self, folder: Path) -> None:
        """Write the blank workbooks of supply and demand."""

        def done(made: Sequence[Path]) -> None:
            self.said.emit(f"Wrote {' and '.join(m.name for m in made)} to {folder.name}")

        self.reader.submit("templates", folder, done=done, failed=self.problem.emit)

    def read_rota(self, path: Path) -> None:
        """Take the fleet from a rota workbook, in the place of the one there."""
        from ui.present.fleet import with_fleet

        def done(fleet: DemandInput) -> None:
            self.edit("Read rota", lambda p: with_fleet(p, fleet))
            self.said.emit(f"Read {path.name}")

        self._submit("read_rota", path, done=done)

    def read_demand(self, path: Path) -> None:
        """Take the groups of drivers, or the fleet, from a workbook in the place of those there."""
        from ui.present.fleet import with_groups

        def done(groups: tuple[DemandInput, ...]) -> None:
            self.edit("Read demand", lambda p: with_groups(p, groups))
            self.said.emit(f"Read {path.name}")

        self._submit("read_demand", path, done=done)

    def read_prices(self, path: Path) -> None:
        """Take the energy price from a table, in the place of the one there."""
        from ui.present.energy_price import with_tariff

        def done(tariff: EnergyPrice) -> None:
            self.edit("Read energy price", lambda p: with_tariff(p, tariff))
            self.said.emit(f"Read {path.name}")

        self._submit("read_prices", path, done=done)

    def write_rota(self, rows: tuple[tuple[str, ...], ...], path: Path) -> None:
        """Write the fleet table as a rota workbook; without rows it holds an example."""
        self._submit(
            "write_rota", rows, path, done=lambda made: self.said.emit(f"Wrote {made.name}")
        )

    def _open(self, project: Project, path: Path | None) -> None:
        for task in ("propose", "recalculate", "deliver_draft"):
            self.jobs.cancel(task)
        self.reader.cancel("estimate")
        self.demand, self.years_ahead = None, 0
        self._demand_for = self._demand_of = None
        self.document.open(project, path)
        self.opened.emit()
        self._submit("warm", done=lambda _none: None)

    def save(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Write the project; the snapshot saved is the one on screen now."""
        saved = self.document.require()

        def done(_path: object) -> None:
            if self.document.project is saved:
                self.document.save_done(path, f"{datetime.now().astimezone():%H:%M}")
            self.said.emit(f"Saved {path.name}")
            then()

        self._submit("save", saved, path, done=done)

    # edits -------------------------------------------------------------------

    def edit(self, text: str, change: Callable[[Project], Project], merge: str = "") -> None:
        """Apply a pure change as one undo step."""
        self.document.edit(text, change, merge)

    def move_charger(self, charger: str, point: Point) -> None:
        """Move a charger on the plan; a previewed design is accepted first."""
        self._own_design()
        self.edit(
            f"Move {charger}", lambda p: edits.move_charger(p, ChargerId(charger), point)
        )  # fmt: skip

    def pin(self, charger: str) -> None:
        """Pin a charger, or set it free."""
        self._own_design()
        design = self.document.require().scenario.design
        pinned = design is not None and design.chargers[ChargerId(charger)].pinned
        self.edit(
            f"{'Unpin' if pinned else 'Pin'} {charger}",
            lambda p: edits.pin_charger(p, ChargerId(charger), not pinned),
        )

    def take_offer(self, offer: Offer) -> None:
        """Plan with an offer of the network operator as one step."""
        from ui.present.connection import use_offer

        self._own_design()
        self.edit(f"Use {offer.name.lower()}", lambda p: use_offer(p, offer))

    def nudge(self, charger: str, east_m: float, north_m: float) -> None:
        """Move a charger a little; repeated keys are one undo step."""
        self._own_design()
        design = self.document.require().scenario.design
        if design is not None:
            old = design.chargers[ChargerId(charger)]
            to = Point(old.point.x + east_m, old.point.y + north_m)
            self.edit(
                f"Move {charger}",
                lambda p: edits.move_charger(p, old.id, to, old.bays),
                f"nudge {charger}",
            )

    def change_model(self, charger: str, model: str) -> None:
        """Put another model in the place of a charger."""
        self._own_design()
        self.edit(
            f"Change model of {charger}",
            lambda p: edits.change_model(p, ChargerId(charger), ModelId(model)),
        )

    def add_charger(self, bay: str, model: str) -> None:
        """Place a charger at the head of a bay."""
        self._own_design()
        place = self.document.require().site.bays[BayId(bay)]
        middle = place.head.interpolate(0.5, normalized=True) if place.head else None
        at = middle or place.polygon.centroid
        self.edit(
            f"Add charger at {bay}",
            lambda p: edits.add_charger(p, ModelId(model), at, (place.id,)),
        )

    def remove(self, charger: str) -> None:
        """Remove a charger."""
        self._own_design()
        self.edit(f"Remove {charger}", lambda p: edits.remove_charger(p, ChargerId(charger)))

    def remove_drawn(self, kind: str, key: str) -> None:
        """Remove a bay or an area of the plan."""
        if kind == "bay":
            self.edit(f"Remove bay {key}", lambda p: edits.remove_bays(p, (BayId(key),)))
        else:
            self.edit(f"Remove {key}", lambda p: edits.remove_areas(p, (AreaId(key),)))

    def remove_filled(self, area: str) -> None:
        """Remove a drawn area with its bays."""
        self.edit(f"Remove {area}", lambda p: without_filled(p, area))

    def set_limits(self, limits: Limits) -> None:
        """Bound what may be proposed."""
        self.edit("Change limits", lambda p: edits.set_limits(p, limits), "limits")

    def set_objective(self, objective: Objective) -> None:
        """Say what to aim for."""
        self.edit("Change aim", lambda p: edits.set_objective(p, objective))

    def set_demand(
        self, demand: tuple[DemandInput, ...], text: str = "Change demand", merge: str = ""
    ) -> None:
        """Say who parks here; steps with the same `merge` in a row are one."""
        self.edit(text, lambda p: edits.set_demand(p, demand), merge)

    def confirm(self, assumption: Assumption) -> None:
        """Confirm an assumption."""
        self.edit("Confirm assumption", lambda p: edits.confirm_assumption(p, assumption))

    def choose_scenario(self, index: int) -> None:
        """Show another scenario."""
        if index != self.document.require().active:
            self.edit("Show scenario", lambda p: edits.activate_scenario(p, index))

    def duplicate_scenario(self) -> None:
        """Copy the scenario on screen."""
        self.edit("Duplicate scenario", lambda p: edits.duplicate_scenario(p, p.active))

    def _own_design(self) -> None:
        """Accept the previewed design so that it can be edited."""
        if self.document.preview is not None:
            self.accept(self.document.preview)

    # proposals ---------------------------------------------------------------

    def propose(
        self, progress: Progress, failed: Callable[[str], object], ended: Callable[[], object]
    ) -> None:
        """Make the three designs; they appear as they are ready."""
        asked = self.document.require()

        def show(outcomes: tuple[Outcome, ...]) -> None:
            now = self.document.project
            if now is None or now.scenario.demand is not asked.scenario.demand:
                return
            if now.site is asked.site and now.scenario.limits is asked.scenario.limits:
                self.document.propose_done(tuple(outcomes))

        def done(outcomes: tuple[Outcome, ...]) -> None:
            show(outcomes)
            ended()

        def fail(text: str) -> None:
            failed(text)
            self.problem.emit(text)

        self.jobs.cancel("recalculate")
        self.jobs.cancel("propose")
        self.jobs.submit("propose", asked, done=done, partial=show, progress=progress, failed=fail)

    def cancel_propose(self) -> None:
        """Stop proposing; designs already shown stay."""
        self.jobs.cancel("propose")
        self.said.emit("Stopped; designs already shown stay")

    def accept(self, outcome: Outcome) -> None:
        """Take a proposal into the scenario."""

        def change(project: Project) -> Project:
            terms = project.terms
            if terms.quote_date is None:  # a quote is dated when its design is accepted
                terms = replace(terms, quote_date=datetime.now().astimezone().date())
            accepted = edits.accept_design(project, outcome.design, outcome.objective)
            accepted = edits.set_terms(accepted, terms)
            dated = replace(outcome, quote=replace(outcome.quote, terms=terms))
            self.document.remember(accepted, dated)
            self.document.proposals = tuple(
                dated if known is outcome else known for known in self.document.proposals
            )
            return accepted

        self.document.preview = None
        self.edit(f"Accept {outcome.objective.value} design", change)

    # results -----------------------------------------------------------------

    def look_ahead(self, years: int) -> None:
        """Show the demand after some years of growth."""
        self.years_ahead = years
        self.estimate_demand()

    @property
    def demand_is_old(self) -> bool:
        """Whether the estimate on screen is of an earlier state, and another is under way."""
        return self._demand_of is not self._demand_for

    def estimate_demand(self) -> None:
        """Estimate arrivals and energy of the scenario on screen in the year shown.

        What was estimated before stays on screen until the new estimate is there.
        """
        project = self.document.require()
        scenario, bays = project.scenario, len(project.site.bays)
        inputs, years = scenario.demand, float(self.years_ahead)
        wanted = (inputs, years, bays)
        known = self._demand_for
        if known is not None and known[0] is inputs and known[1:] == wanted[1:]:
            return
        self._demand_for = wanted
        self.reader.cancel("estimate")

        def done(demand: Demand) -> None:
            if self._demand_for is wanted:
                self.demand, self._demand_of = demand, wanted
                self.demand_ready.emit(demand)

        # It does not wait for a recalculation or a comparison that runs.
        self.reader.submit(
            "estimate", inputs, scenario.seed, years, bays, done=done,
            failed=self.problem.emit,
        )  # fmt: skip

    def draw_quote(self) -> None:
        """Write the quote PDF of what is on screen and show it."""
        project, outcome = self.document.project, self.document.outcome
        if project is None or outcome is None:
            return
        folder = Path(self._drafts.name)

        def done(files: Sequence[Path]) -> None:
            if files:
                self.quote_ready.emit(files[0])

        self.jobs.cancel("deliver_draft")
        self.jobs.submit(
            "deliver_draft", project, outcome, folder, ("pdf",), done=done,
            failed=self.problem.emit,
        )  # fmt: skip

    def export(self, folder: Path, formats: tuple[str, ...]) -> None:
        """Write the documents chosen."""
        outcome = self.document.outcome
        if outcome is None:
            return
        self._submit(
            "deliver", self.document.require(), outcome, folder, formats, done=self.exported.emit
        )

    def _submit(self, task: str, *arguments: object, done: Callable[[Any], object]) -> None:
        self.jobs.submit(task, *arguments, done=done, failed=self.problem.emit)

    def _changed(self, _before: object, project: Project | None) -> None:
        if project is None:
            self._settle.stop()
            self.jobs.cancel("recalculate")
            return
        if project.scenario.design is not None and self.document.outcome is None:
            self.jobs.cancel("recalculate")
            self._settle.start()

    def _recalculate(self) -> None:
        project = self.document.project
        if project is None or project.scenario.design is None:
            return
        if self.document.outcome is not None:
            return

        def done(outcome: Outcome) -> None:
            if not self.document.absorb(project, outcome):
                now = self.document.project
                if now is not None and not same_inputs(now, project):
                    self._settle.start()

        self._submit("recalculate", project, done=done)
