"""The main window: start page and workspace, and the actions that join them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QInputDialog,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from planner import edits
from ui.actions import ACTIONS, build_actions
from ui.canvas.view import Tool
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
from ui.recovery import Guard
from ui.session import Session
from ui.start_page import StartPage, remember_file
from ui.status import StatusBar
from ui.theme import Choice, theme

MAP_ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".kml", ".kmz", ".zip", ".osm", ".dxf")
MAP_FILTER = "Maps (*" + " *".join(MAP_ENDINGS) + ")"
PROJECT_FILTER = "Ampyard projects (*.ampyard)"
NARROW_BELOW_PX = 1281


class MainWindow(QMainWindow):
    """One window, one project."""

    def __init__(self, settings: QSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or QSettings()
        self.session = Session(self)
        self.setWindowTitle("Ampyard")
        self.resize(1440, 900)
        self.setMinimumSize(1000, 640)
        self.setAcceptDrops(True)
        self.actions_by_id = build_actions(self, self._handlers())
        self.step = 0
        self._build()
        self._connect()
        self._restore()
        self.go_to(0)

    # building ----------------------------------------------------------------

    def _build(self) -> None:
        self.start = StartPage(self.settings)
        self.header = Header(self.actions_by_id, self._compare)
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
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(self._workspace())
        self.setCentralWidget(self.pages)

    def _workspace(self) -> QWidget:
        workspace = QWidget()
        workspace.setObjectName("workspace")
        outer = QVBoxLayout(workspace)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.setHandleWidth(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.body)
        middle.setStretchFactor(1, 1)
        middle.setChildrenCollapsible(False)
        outer.addWidget(middle, 1)
        outer.addWidget(self.status)
        return workspace

    def _connect(self) -> None:
        document, session = self.session.document, self.session
        document.changed.connect(lambda _b, _a: self.refresh())
        document.results_changed.connect(self.refresh)
        document.title_changed.connect(self._show_title)
        document.stack.canUndoChanged.connect(lambda _on: self._enable_actions())
        document.stack.canRedoChanged.connect(lambda _on: self._enable_actions())
        session.problem.connect(self.show_problem)
        session.said.connect(self.status.say)
        session.working.connect(self.status.show_work)
        session.opened.connect(self._project_opened)
        session.exported.connect(self._exported)
        self.start.new_asked.connect(self.new_project)
        self.start.open_asked.connect(self.open_project)
        self.start.file_chosen.connect(session.open_path)
        self.start.sample_chosen.connect(session.open_sample)
        self.header.scenario_chosen.connect(session.choose_scenario)
        self.header.add_scenario.connect(session.duplicate_scenario)
        self.header.command.run.connect(self._run_command)
        self.rail.step_chosen.connect(self.go_to)
        self.site_panel.add_map.connect(self.add_map)
        self.site_panel.layer_toggled.connect(self._toggle_layer)
        self.site_panel.report_asked.connect(lambda: self._open_drawer("Import report"))
        self.site_panel.table_asked.connect(self._open_drawer)
        self.supply_panel.supply_file_asked.connect(self.read_supply)
        self.supply_panel.profile_file_asked.connect(self.read_profile)
        self.supply_panel.profile_asked.connect(lambda: self._open_drawer("Load"))
        self.check_panel.finding_chosen.connect(self._show_finding)
        self.deliver_panel.export_asked.connect(self._export)
        self.plan.view.finding_clicked.connect(self.check_panel.choose)
        self.plan.view.pointed.connect(self.status.show_point)
        self.plan.view.zoomed.connect(self.status.show_zoom)
        theme.changed.connect(self._retheme)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        session = self.session
        undo = session.document.stack
        handlers: dict[str, Callable[[], object]] = {
            "new": self.new_project, "open": self.open_project, "save": self.save,
            "save_as": self.save_as, "add_map": self.add_map, "close": self.close_project,
            "quit": self.close, "undo": undo.undo, "redo": undo.redo,
            "duplicate": self._if_open(session.duplicate_scenario),
            "rename": self._if_open(self._rename_scenario),
            "pin": lambda: self._on_charger(session.pin),
            "delete": lambda: self._on_charger(session.remove),
            "command": lambda: self.header.command.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "next_finding": lambda: self._step_finding(1),
            "previous_finding": lambda: self._step_finding(-1),
            "next_panel": self._next_panel,
            "propose": self._if_open(self._propose),
            "cancel": self._cancel,
            "select_tool": lambda: self.plan.view.set_tool(Tool.SELECT),
            "pan_tool": lambda: self.plan.view.set_tool(Tool.PAN),
            "measure_tool": lambda: self.plan.view.set_tool(Tool.MEASURE),
            "fit": lambda: self.plan.choose_tool("fit"),
            "drawer": lambda: self.plan.drawer.set_open(not self.plan.drawer.is_open),
            "theme_system": lambda: self._choose_theme(Choice.SYSTEM),
            "theme_light": lambda: self._choose_theme(Choice.LIGHT),
            "theme_dark": lambda: self._choose_theme(Choice.DARK),
            "keys": self._show_keys,
        }  # fmt: skip
        for index in range(6):
            handlers[f"step{index + 1}"] = functools.partial(self.go_to, index)
        return handlers

    def _if_open(self, run: Callable[[], object]) -> Callable[[], object]:
        return lambda: run() if self.session.document.project is not None else None

    # what is shown -----------------------------------------------------------

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
        self._enable_actions()
        (self.deliver.quote if step == 5 else self.plan.view).setFocus()

    def refresh(self) -> None:
        """Show the document in header, rail, drawer and status bar."""
        project = self.session.document.project
        self.pages.setCurrentIndex(0 if project is None else 1)
        if project is None:
            self.start.refresh()
            return
        self.header.show_scenarios([s.name for s in project.scenarios], project.active)
        self._show_title()
        self._show_rail()
        self._show_drawer()
        self.plan.set_results(self.step)
        self.status.show_site(project.site.epsg)
        self.status.show_findings(self.session.document.outcome)
        self._enable_actions()
        self._offer_commands()

    def _show_rail(self) -> None:
        document = self.session.document
        if document.project is not None:
            states = step_states(document.project, document.outcome, document.proposals)
            self.rail.show_states(states, self.step)

    def _show_drawer(self) -> None:
        if self.session.document.project is not None and self.step != 5:
            self.plan.drawer.set_pages(drawer_pages(self.session.document, self.step), self.step)
            key = self.plan.view.key
            self.plan.drawer.show_subject(key)

    def _show_title(self) -> None:
        document = self.session.document
        if document.project is None:
            self.setWindowTitle("Ampyard")
            return
        clean = document.stack.isClean() and document.path is not None
        words = f"Saved {document.saved_at}".rstrip() if clean else "Not saved"
        self.header.show_project(document.project.name, words)
        self.setWindowTitle(f"{document.project.name} – Ampyard")

    def _enable_actions(self) -> None:
        document = self.session.document
        has = document.project is not None
        for name in ("save", "save_as", "add_map", "close", "duplicate", "rename", "propose"):
            self.actions_by_id[name].setEnabled(has)
        for name, can, text in (
            ("undo", document.stack.canUndo(), document.stack.undoText()),
            ("redo", document.stack.canRedo(), document.stack.redoText()),
        ):
            action = self.actions_by_id[name]
            action.setEnabled(can)
            keys = "Ctrl+Z" if name == "undo" else "Ctrl+Shift+Z"
            action.setToolTip(f"{name.capitalize()} {text.lower()} ({keys})" if text else
                              f"Nothing to {name} ({keys})")  # fmt: skip
        ready = has and sum(s.design is not None for s in document.require().scenarios) > 1
        self.header.compare.setEnabled(False)
        self.header.compare.setToolTip(
            "Comparing scenarios side by side is not in this version."
            if ready else "Comparing needs two scenarios with a design."
        )  # fmt: skip

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

    def _retheme(self) -> None:
        self.plan.retheme()
        for panel in self.panels:
            panel.mark_stale()
        self._show_drawer()

    def show_problem(self, text: str) -> None:
        """Say in the status bar and in a box what is wrong and what to do."""
        self.status.say(text)
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Ampyard", text, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # verbs -------------------------------------------------------------------

    def new_project(self) -> None:
        """Ask for maps and begin a project with them."""
        names, _ = QFileDialog.getOpenFileNames(self, "Maps of the site", "", MAP_FILTER)
        if names:
            self.session.new_from_maps([Path(n) for n in names])

    def open_project(self) -> None:
        """Ask for a project file and open it."""
        name, _ = QFileDialog.getOpenFileName(self, "Open a project", "", PROJECT_FILTER)
        if name and self._may_leave():
            self.session.open_path(Path(name))

    def save(self) -> None:
        """Save to the project's file, or ask for one."""
        path = self.session.document.path
        if path is None:
            self.save_as()
        elif (kept := self.findChild(Guard)) is None or kept.may_overwrite(path):
            self.session.save(path, lambda: remember_file(self.settings, path))

    def save_as(self) -> None:
        """Ask where to save."""
        project = self.session.document.project
        if project is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the project", f"{project.name}.ampyard", PROJECT_FILTER
        )
        if name:
            path = Path(name)
            path = path if path.suffix == ".ampyard" else path.with_name(f"{path.name}.ampyard")
            self.session.save(path, lambda: remember_file(self.settings, path))

    def add_map(self) -> None:
        """Ask for maps and add them to the site."""
        names, _ = QFileDialog.getOpenFileNames(self, "Add maps", "", MAP_FILTER)
        if names:
            self.session.add_maps([Path(n) for n in names])

    def show_demo(self, sample: str) -> None:
        """Open a sample and propose at once."""

        def propose() -> None:
            self.session.opened.disconnect(propose)
            self._propose()

        self.session.opened.connect(propose)
        self.session.open_sample(sample)

    def read_supply(self) -> None:
        """Ask for a supply workbook and read it."""
        name, _ = QFileDialog.getOpenFileName(self, "Supply sheet", "", "Workbooks (*.xlsx)")
        if name:
            self.session.read_supply(Path(name))

    def read_profile(self) -> None:
        """Ask for a load profile and read it."""
        name, _ = QFileDialog.getOpenFileName(
            self, "Load profile", "", "Load profiles (*.csv *.txt *.xlsx)"
        )
        if name:
            self.session.read_profile(Path(name))

    def close_project(self) -> None:
        """Go back to the start page."""
        if self._may_leave():
            self.session.document.close()

    def _may_leave(self) -> bool:
        """Ask only where unsaved work would be lost."""
        document = self.session.document
        if document.project is None or document.stack.isClean():
            return True
        ask = QMessageBox(self)
        ask.setWindowTitle("Ampyard")
        ask.setText(f"{document.project.name} has changes that are not saved.")
        save = ask.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        leave = ask.addButton("Leave without saving", QMessageBox.ButtonRole.DestructiveRole)
        ask.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        ask.exec()
        if ask.clickedButton() is save:
            self.save()
        return ask.clickedButton() is leave

    def _export(self, formats: tuple[str, ...]) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for the documents")
        if folder:
            self.session.export(Path(folder), formats)

    def _exported(self, files: tuple[Path, ...]) -> None:
        if files:
            self.status.say(f"Wrote {len(files)} files to {files[0].parent}")

    def _propose(self) -> None:
        self.go_to(3)
        self.propose_panel.start()

    def _cancel(self) -> None:
        self.propose_panel.cancel()

    def _compare(self) -> None:
        """Stand for the Compare view; its button says why it is off."""

    def _rename_scenario(self) -> None:
        project = self.session.document.require()
        name, ok = QInputDialog.getText(self, "Rename scenario", "Name", text=project.scenario.name)
        if ok and name.strip():
            self.session.edit(
                "Rename scenario", lambda p: edits.rename_scenario(p, p.active, name.strip())
            )

    def _on_charger(self, run: Callable[[str], object]) -> None:
        key = self.plan.view.key
        if key is not None and key[0] == "charger":
            run(key[1])

    def _step_finding(self, by: int) -> None:
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

    def _open_drawer(self, title: str) -> None:
        self.plan.drawer.set_open(True)
        self.plan.drawer.open_page(title)

    def _next_panel(self) -> None:
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

    def _choose_theme(self, choice: Choice) -> None:
        self.settings.setValue("theme", choice.value)
        theme.follow(choice)

    def _show_keys(self) -> None:
        lines = [
            f"{', '.join(spec.keys)}\t{spec.text.rstrip('…')}" for spec in ACTIONS if spec.keys
        ]
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Keyboard shortcuts", "\n".join(lines),
                          parent=self)  # fmt: skip
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _project_opened(self) -> None:
        path = self.session.document.path
        if path is not None:
            remember_file(self.settings, path)
        self.go_to(0)
        self.plan.open_project()

    # Qt events ---------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept project files and maps."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped project, or read dropped maps."""
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        self.take_files(paths)

    def take_files(self, paths: list[Path]) -> None:
        """Open a project file, or add maps to the project, or begin one with them."""
        projects = [p for p in paths if p.suffix.lower() == ".ampyard"]
        maps = [p for p in paths if p.suffix.lower() in MAP_ENDINGS]
        if projects:
            if self._may_leave():
                self.session.open_path(projects[0])
        elif maps and self.session.document.project is None:
            self.session.new_from_maps(maps)
        elif maps:
            self.session.add_maps(maps)
        elif paths:
            self.show_problem(
                f"{paths[0].name} is neither a project nor a map. "
                f"Drop {', '.join(MAP_ENDINGS[:4])} or .ampyard."
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW_PX)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_leave():
            event.ignore()
            return
        self.settings.setValue("window-1", self.saveGeometry())
        self.session.close()
        event.accept()

    def _restore(self) -> None:
        stored = self.settings.value("window-1")
        if isinstance(stored, QByteArray):
            self.restoreGeometry(stored)


def _first_focusable(inside: QWidget) -> QWidget:
    """Return the first visible child that Tab reaches, else the widget itself."""
    reachable = (
        w
        for w in inside.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
    )
    return next(reachable, inside)
