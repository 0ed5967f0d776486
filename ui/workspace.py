"""The workspace: header, rail, step panels, plan, drawer, inspector and status bar."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui.actions import ACTIONS
from ui.drawer_pages import drawer_pages
from ui.header import Header
from ui.panels.check import CheckPanel
from ui.panels.deliver import DeliverPanel
from ui.panels.demand import DemandPanel
from ui.panels.propose import ProposePanel
from ui.panels.site import SitePanel
from ui.panels.supply import SupplyPanel
from ui.plan_area import PlanArea
from ui.present.findings import FindingRow
from ui.present.steps import step_states
from ui.quote_view import DeliverView
from ui.rail import Rail
from ui.session import Session
from ui.status import StatusBar
from ui.widgets.tab_order import chain, reading_order

NARROW_BELOW_PX = 1281


class Workspace(QWidget):
    """What is seen of an open project; steps are never locked."""

    def __init__(self, session: Session, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.session, self.actions_by_id = session, actions
        self.step = 0
        self.setObjectName("workspace")
        self._build()
        self._connect()
        self.go_to(0)

    def _build(self) -> None:
        self.header = Header(self.actions_by_id)
        self.rail = Rail(self.actions_by_id)
        self.plan = PlanArea(self.session)
        self.deliver = DeliverView(self.session)
        self.site_panel = SitePanel(self.session)
        self.supply_panel = SupplyPanel(self.session)
        self.demand_panel = DemandPanel(self.session)
        self.propose_panel = ProposePanel(self.session)
        self.check_panel = CheckPanel(self.session)
        self.deliver_panel = DeliverPanel(self.session)
        self.panels = (
            self.site_panel, self.supply_panel, self.demand_panel,
            self.propose_panel, self.check_panel, self.deliver_panel,
        )  # fmt: skip
        self.panel_stack = QStackedWidget()
        for panel in self.panels:
            self.panel_stack.addWidget(panel)
        self.panel_stack.setMinimumWidth(232)
        self.centre = QStackedWidget()
        self.centre.addWidget(self.plan)
        self.centre.addWidget(self.deliver)
        self.body = QSplitter(Qt.Orientation.Horizontal)
        self.body.setChildrenCollapsible(False)
        self.body.setHandleWidth(1)
        self.body.addWidget(self.panel_stack)
        self.body.addWidget(self.centre)
        self.body.setStretchFactor(1, 1)
        self.status = StatusBar()
        self._lay_out()

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.body, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)
        *_rail, last = reading_order(self.rail.column)
        chain(last, [panel.area for panel in self.panels])

    def _connect(self) -> None:
        session, document = self.session, self.session.document
        document.changed.connect(lambda _b, _a: self.refresh())
        document.results_changed.connect(self.refresh)
        document.title_changed.connect(self._show_title)
        document.stack.canUndoChanged.connect(lambda _on: self.enable_actions())
        document.stack.canRedoChanged.connect(lambda _on: self.enable_actions())
        session.studies.changed.connect(self._show_drawer)
        session.studies.day_asked.connect(lambda _step: self._open_drawer("Load"))
        self.plan.drawer.row_chosen.connect(self._row_chosen)
        session.demand_ready.connect(lambda _demand: self._show_drawer())
        session.step_asked.connect(self.go_to)
        session.said.connect(self.status.say)
        session.working.connect(self.status.show_work)
        self.header.scenario_chosen.connect(session.choose_scenario)
        self.header.add_scenario.connect(session.duplicate_scenario)
        self.header.command.run.connect(self._run_command)
        self.rail.step_chosen.connect(self.go_to)
        self.site_panel.layer_toggled.connect(self._toggle_layer)
        self.site_panel.bays_asked.connect(self.plan.drawing.edit_bays)
        self.site_panel.calibrate_asked.connect(self.plan.drawing.calibrate)
        self.site_panel.move_asked.connect(self.plan.drawing.move_underlay)
        self.site_panel.report_asked.connect(lambda: self._open_drawer("Import report"))
        self.site_panel.table_asked.connect(self._open_drawer)
        self.supply_panel.profile_asked.connect(lambda: self._open_drawer("Existing load"))
        self.supply_panel.price_asked.connect(lambda: self._open_drawer("Energy price"))
        self.demand_panel.fleet_asked.connect(lambda: self._open_drawer("Fleet"))
        self.demand_panel.notes_asked.connect(lambda: self._open_drawer("Assumptions"))
        self.check_panel.finding_chosen.connect(self._show_finding)
        self.plan.view.finding_clicked.connect(self.check_panel.choose)
        self.plan.view.pointed.connect(self.status.show_point)
        self.plan.view.zoomed.connect(self.status.show_zoom)

    def go_to(self, step: int) -> None:
        """Bring a step to the front."""
        self.step = step
        panel = self.panels[step]
        self.panel_stack.setCurrentWidget(panel)
        self.centre.setCurrentIndex(1 if step == 5 else 0)
        self.body.setSizes([panel.width_px, max(400, self.body.width() - panel.width_px)])
        self.plan.set_step(step)
        self._show_rail()
        self._show_drawer()
        self.enable_actions()
        (self.deliver.quote if step == 5 else self.plan.view).setFocus()

    def refresh(self) -> None:
        """Show the document in header, rail, drawer and status bar."""
        project = self.session.document.project
        if project is None:
            return
        self.header.show_scenarios([s.name for s in project.scenarios], project.active)
        self._show_title()
        self._show_rail()
        self._show_drawer()
        self.plan.set_results(self.step)
        self.status.show_site(project.site.epsg)
        self.status.show_hosts({t.host for t in project.settings.tiles})
        self.status.show_findings(self.session.document.outcome)
        self.enable_actions()
        self._offer_commands()

    def _show_rail(self) -> None:
        document = self.session.document
        if document.project is not None:
            states = step_states(document.project, document.outcome, document.proposals)
            self.rail.show_states(states, self.step)

    def _show_drawer(self) -> None:
        if self.session.document.project is not None and self.step != 5:
            self.plan.drawer.set_pages(drawer_pages(self.session, self.step), self.step)
            key = self.plan.view.key
            self.plan.drawer.show_subject(key)

    def _show_title(self) -> None:
        document = self.session.document
        if document.project is not None:
            clean = document.stack.isClean() and document.path is not None
            words = f"Saved {document.saved_at}".rstrip() if clean else "Not saved"
            self.header.show_project(document.project.name, words)

    def enable_actions(self) -> None:
        """Offer what can be done now; what cannot says why."""
        document = self.session.document
        has = document.project is not None
        for name in ("save", "save_as", "add_map", "close", "duplicate", "rename", "propose"):
            self.actions_by_id[name].setEnabled(has)
        for name, keys, can, text in (
            ("undo", "Ctrl+Z", document.stack.canUndo(), document.stack.undoText()),
            ("redo", "Ctrl+Shift+Z", document.stack.canRedo(), document.stack.redoText()),
        ):
            action = self.actions_by_id[name]
            action.setEnabled(can)
            what = f"{name.capitalize()} {text.lower()}" if text else f"Nothing to {name}"
            action.setToolTip(f"{what} ({keys})")
        designs = sum(s.design is not None for s in document.require().scenarios) if has else 0
        self.header.compare.setEnabled(False)
        self.header.compare.setToolTip(
            "Comparing scenarios side by side is not in this version."
            if designs > 1
            else "Comparing needs two scenarios with a design."
        )

    def _offer_commands(self) -> None:
        names = [spec.text.rstrip("…") for spec in ACTIONS]
        objects = [f"{kind.capitalize()} {name}" for kind, name in self.plan.scene.items_by_key
                   if kind in ("charger", "pillar", "board", "bay", "circuit")]  # fmt: skip
        self.header.command.set_choices([*names, *objects])

    def _run_command(self, words: str) -> None:
        for spec in ACTIONS:
            if spec.text.rstrip("…") == words:
                self.actions_by_id[spec.id].trigger()
                return
        kind, _, name = words.partition(" ")
        self.plan.show_subject((kind.lower(), name))

    def retheme(self) -> None:
        """Paint everything anew in the theme."""
        self.plan.retheme()
        self.plan.drawer.forget()
        for panel in self.panels:
            panel.mark_stale()
        self._show_drawer()

    def propose(self) -> None:
        """Go to Propose and run it."""
        self.go_to(3)
        self.propose_panel.start()

    def step_finding(self, by: int) -> None:
        """Go to the next or previous finding."""
        if self.session.document.project is not None:
            if self.step != 4:
                self.go_to(4)
            self.check_panel.step(by)

    def _show_finding(self, row: FindingRow | None) -> None:
        if row is None:
            self.go_to(3)
            return
        if self.step != 4:
            self.go_to(4)
        self.plan.show_finding(row)

    def _toggle_layer(self, layer: str, visible: bool) -> None:
        self.plan.scene.set_layer_visible(layer, visible)
        self.plan.view.viewport().update()

    def _row_chosen(self, key: tuple[str, str]) -> None:
        """Go to the day of an hour; objects are selected by the plan."""
        if key[0] == "hour":
            self.session.studies.show_day(int(key[1]))

    def _open_drawer(self, title: str) -> None:
        self.plan.drawer.set_open(True)
        self.plan.drawer.open_page(title)

    def next_panel(self) -> None:
        """Move the focus to the next panel."""
        order: tuple[QWidget, ...] = (
            self.rail.buttons[self.step], self.panels[self.step], self.plan.view,
            self.plan.inspector, self.plan.drawer.tabs,
        )  # fmt: skip
        focus = self.focusWidget()
        here = next(
            (i for i, w in enumerate(order) if focus is not None and
             (w is focus or w.isAncestorOf(focus))), -1,
        )  # fmt: skip
        target = order[(here + 1) % len(order)]
        if target.focusPolicy() is Qt.FocusPolicy.NoFocus:
            target = _first_focusable(target)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def set_width(self, width: int) -> None:
        """Take a window width: the rail shows icons where it is narrow."""
        self.rail.set_narrow(width < NARROW_BELOW_PX)


def _first_focusable(inside: QWidget) -> QWidget:
    """Return the first visible child that Tab reaches, else the widget itself."""
    reachable = (
        w
        for w in inside.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
    )
    return next(reachable, inside)
