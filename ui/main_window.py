"""The main window: the start page first, then the workspace, and the file actions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QInputDialog,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
)

from ui.actions import ACTIONS, build_actions
from ui.start_page import StartPage, remember_file
from ui.theme import Choice, theme

if TYPE_CHECKING:
    from ui.session import Session, Sorted
    from ui.workspace import Workspace

MAP_ENDINGS = (
    ".geojson", ".json", ".gpkg", ".shp", ".kml", ".kmz", ".zip", ".osm", ".dxf", ".pbf", ".fgb",
    ".csv", ".xlsx", ".ods", ".xls",
)  # fmt: skip
MAP_FILTER = "Maps (*" + " *".join(MAP_ENDINGS) + ")"
PROFILE_ENDINGS = (".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".xml", ".json")
SESSION_FILTER = "Charging sessions (*.csv *.txt *.tsv *.gz *.xlsx *.ods *.xls *.json *.jsonl)"
PROFILE_FILTER = "Load profiles (*" + " *".join(PROFILE_ENDINGS) + ")"
UNDERLAY_FILTER = "Pictures and drawings (*.png *.jpg *.jpeg *.tif *.tiff *.pdf *.dxf)"
WORKBOOK_FILTER = "Workbooks (*.xlsx *.xlsm *.ods *.xls)"
PROJECT_FILTER = "Ampyard projects (*.ampyard)"


class MainWindow(QMainWindow):
    """One window, one project.

    The start page comes up alone, so that the window is there at once; `complete`
    adds the workspace in the next turn of the event loop.
    """

    session: Session
    work: Workspace

    def __init__(self, settings: QSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or QSettings()
        self.setWindowTitle("Ampyard")
        self.resize(1440, 900)
        self.setMinimumSize(1000, 640)
        self.setAcceptDrops(True)
        self.actions_by_id = build_actions(self, self._handlers())
        self.start = StartPage(self.settings)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.setCentralWidget(self.pages)
        self.start.setFocus()
        self._complete = self._leaving = False
        self.may_overwrite: Callable[[Path], bool] = lambda _path: True
        stored = self.settings.value("window-1")
        if isinstance(stored, QByteArray):
            self.restoreGeometry(stored)

    def complete(self) -> None:
        """Build the workspace; its modules are loaded only now."""
        from ui.session import Session
        from ui.workspace import Workspace

        self.session = Session(self)
        self.work = Workspace(self.session, self.actions_by_id)
        self.pages.addWidget(self.work)
        self._connect()
        self._complete = True
        self.work.set_width(self.width())

    def _connect(self) -> None:
        session, work = self.session, self.work
        session.document.changed.connect(lambda _b, _a: self._show_page())
        session.document.title_changed.connect(self._show_title)
        session.problem.connect(self.show_problem)
        session.opened.connect(self._project_opened)
        session.exported.connect(self._exported)
        self.start.new_asked.connect(self.new_project)
        self.start.open_asked.connect(self.open_project)
        self.start.file_chosen.connect(session.open_path)
        self.start.sample_chosen.connect(session.open_sample)
        work.site_panel.add_map.connect(self.add_map)
        work.site_panel.add_underlay.connect(self.add_underlay)
        work.site_panel.online_asked.connect(self.online_map)
        work.supply_panel.supply_file_asked.connect(self.read_supply)
        work.supply_panel.typing_asked.connect(self.type_supply)
        work.supply_panel.template_asked.connect(self.save_templates)
        work.supply_panel.profile_file_asked.connect(self.read_profile)
        work.supply_panel.yield_file_asked.connect(self.read_yield)
        work.deliver_panel.export_asked.connect(self._export)
        theme.changed.connect(self._retheme)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        handlers: dict[str, Callable[[], object]] = {
            "new": self.new_project, "open": self.open_project, "save": self.save,
            "save_as": self.save_as, "add_map": self.add_map, "templates": self.save_templates,
            "restore": self.restore, "solar_yield": self.read_yield,
            "close": self.close_project, "quit": self.close,
            "undo": self._if_open(lambda w: w.session.document.stack.undo()),
            "redo": self._if_open(lambda w: w.session.document.stack.redo()),
            "duplicate": self._if_open(lambda w: w.session.duplicate_scenario()),
            "rename": self._if_open(lambda _w: self._rename_scenario()),
            "blank": self.new_blank, "add_underlay": self.add_underlay,
            "read_sessions": self._if_open(lambda _w: self.read_sessions()),
            "pin": self._if_open(lambda w: self._on_charger(w.session.pin)),
            "delete": self._if_open(lambda _w: self._remove_selected()),
            "command": self._if_open(lambda _w: self._to_command()),
            "next_finding": self._if_open(lambda w: w.step_finding(1)),
            "previous_finding": self._if_open(lambda w: w.step_finding(-1)),
            "next_panel": self._if_open(lambda w: w.next_panel()),
            "propose": self._if_open(lambda w: w.propose()),
            "cancel": self._if_open(lambda w: w.propose_panel.cancel()),
            "select_tool": self._if_open(lambda w: w.plan.choose_tool("select")),
            "pan_tool": self._if_open(lambda w: w.plan.choose_tool("pan")),
            "measure_tool": self._if_open(lambda w: w.plan.choose_tool("measure")),
            "fit": self._if_open(lambda w: w.plan.choose_tool("fit")),
            "drawer": self._if_open(lambda w: w.plan.toggle_drawer()),
            "theme_system": lambda: self._choose_theme(Choice.SYSTEM),
            "theme_light": lambda: self._choose_theme(Choice.LIGHT),
            "theme_dark": lambda: self._choose_theme(Choice.DARK),
            "keys": self._show_keys,
        }  # fmt: skip
        for what in ("area", "strip", "building", "surface", "keep_out", "intake"):
            handlers[f"draw_{what}"] = self._if_open(functools.partial(_draw, what=what))
        for index in range(6):
            handlers[f"step{index + 1}"] = self._if_open(functools.partial(_go_to, step=index))
        return handlers

    def _if_open(self, run: Callable[[Workspace], object]) -> Callable[[], object]:
        """Return a handler that does nothing while no project is open."""
        return lambda: run(self.work) if self._project_is_open() else None

    def _project_is_open(self) -> bool:
        return self._complete and self.session.document.project is not None

    def _to_command(self) -> None:
        self.work.header.command.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_page(self) -> None:
        is_open = self._project_is_open()
        self.pages.setCurrentIndex(1 if is_open else 0)
        if not is_open:
            self.start.refresh()
            self._show_title()

    def _show_title(self) -> None:
        project = self.session.document.project
        self.setWindowTitle(f"{project.name} – Ampyard" if project else "Ampyard")

    def _retheme(self) -> None:
        self.work.retheme()

    def show_problem(self, text: str) -> None:
        """Say in the status bar and in a box what is wrong and what to do."""
        if self._complete:
            self.work.status.say(text)
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Ampyard", text, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # verbs -------------------------------------------------------------------

    def new_project(self) -> None:
        """Ask for maps and begin a project with them."""
        names, _ = QFileDialog.getOpenFileNames(self, "Maps of the site", "", MAP_FILTER)
        if names:
            maps = [Path(n) for n in names]
            self.leave_then(lambda: self.preview_maps(maps, fresh=True))

    def preview_maps(self, maps: list[Path], *, fresh: bool = False) -> None:
        """Show what maps were understood to be before they are used."""
        from ui.dialogs.map_preview import MapDialog

        MapDialog(self.session, maps, self, fresh=fresh).open()

    def open_project(self) -> None:
        """Ask for a project file and open it."""
        name, _ = QFileDialog.getOpenFileName(self, "Open a project", "", PROJECT_FILTER)
        if name:
            self.leave_then(lambda: self.session.open_path(Path(name)))

    def save(self, then: Callable[[], object] = lambda: None) -> None:
        """Save to the project's file, or ask for one; go on once it is written."""
        path = self.session.document.path
        if path is None:
            self.save_as(then)
        elif self.may_overwrite(path):
            self._write(path, then)

    def _write(self, path: Path, then: Callable[[], object]) -> None:
        def written() -> None:
            remember_file(self.settings, path)
            then()

        self.session.save(path, written)

    def save_as(self, then: Callable[[], object] = lambda: None) -> None:
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
            self._write(path, then)

    def restore(self) -> None:
        """Show earlier versions of the open project, or of a file the user names."""
        path = self.session.document.path
        if path is None:
            name, _ = QFileDialog.getOpenFileName(
                self, "Project whose earlier versions are wanted", "", PROJECT_FILTER
            )
            path = Path(name) if name else None
        if path is not None:
            chosen = path
            if self.session.document.path == chosen:
                self.restore_from(chosen)
            else:
                self.leave_then(lambda: self.restore_from(chosen))

    def restore_from(self, path: Path) -> None:
        """Show the earlier versions of a project file."""
        from ui.dialogs.restore import RestoreDialog

        RestoreDialog(self.session, path, self).open()

    def new_blank(self) -> None:
        """Ask where the site is and begin a plan that is drawn by hand."""
        place, ok = QInputDialog.getText(
            self, "New plan without a map",
            "Latitude and longitude of the site, blank if not known",
        )  # fmt: skip
        if ok:
            self.leave_then(lambda: self.session.new_blank("New site", place))

    def add_underlay(self) -> None:
        """Ask for a picture, plan or drawing to lie under the plan."""
        if not self._project_is_open():
            return
        name, _ = QFileDialog.getOpenFileName(self, "Underlay", "", UNDERLAY_FILTER)
        if name:
            self.preview_underlay(Path(name))

    def preview_underlay(self, path: Path) -> None:
        """Show a picture or drawing before it lies under the plan."""
        from ui.dialogs.underlay import UnderlayDialog

        UnderlayDialog(self.session, path, self).open()

    def online_map(self) -> None:
        """Ask which online map may be asked for the view on screen."""
        from ui.dialogs.online_map import OnlineMapDialog

        view = self.work.plan.view
        OnlineMapDialog(self.session, view.seen(), view.viewport().width(), self).open()

    def add_map(self) -> None:
        """Ask for maps and add them to the site."""
        names, _ = QFileDialog.getOpenFileNames(self, "Add maps", "", MAP_FILTER)
        if names:
            self.preview_maps([Path(n) for n in names])

    def show_demo(self, sample: str) -> None:
        """Open a sample and propose at once."""

        def propose() -> None:
            self.session.opened.disconnect(propose)
            self.work.propose()

        self.session.opened.connect(propose)
        self.session.open_sample(sample)

    def read_supply(self) -> None:
        """Ask for a supply workbook and read it."""
        name, _ = QFileDialog.getOpenFileName(self, "Supply sheet", "", WORKBOOK_FILTER)
        if name:
            self.type_supply(Path(name))

    def type_supply(self, workbook: Path | None = None) -> None:
        """Show all fields of the supply, blank, as they are, or from a workbook."""
        from ui.dialogs.supply import SupplyDialog

        SupplyDialog(self.session, workbook, self).open()

    def save_templates(self) -> None:
        """Ask where to write the blank workbooks."""
        folder = QFileDialog.getExistingDirectory(self, "Folder for supply.xlsx and demand.xlsx")
        if folder:
            self.session.write_templates(Path(folder))

    def read_profile(self) -> None:
        """Ask for a load profile and read it."""
        name, _ = QFileDialog.getOpenFileName(self, "Load profile", "", PROFILE_FILTER)
        if name:
            self.preview_profile(Path(name))

    def read_yield(self) -> None:
        """Ask for a solar yield by time and show what it was understood to be."""
        from ui.dialogs.yield_preview import YieldPreview

        if not self._project_is_open():
            return
        name, _ = QFileDialog.getOpenFileName(self, "Solar yield by time", "", PROFILE_FILTER)
        if name:
            YieldPreview(self.session, Path(name), self).open()

    def preview_profile(self, path: Path) -> None:
        """Show what a load profile was understood to be before it is used."""
        from ui.dialogs.profile_preview import ProfilePreview

        ProfilePreview(self.session, path, self).open()

    def read_sessions(self) -> None:
        """Ask for a table of charging sessions and read it."""
        name, _ = QFileDialog.getOpenFileName(self, "Charging sessions", "", SESSION_FILTER)
        if name:
            self.preview_sessions(Path(name))

    def preview_sessions(self, path: Path) -> None:
        """Show what a table of charging sessions says and resembles before it is used."""
        from ui.dialogs.session_preview import SessionsPreview

        SessionsPreview(self.session, path, self).open()

    def close_project(self) -> None:
        """Go back to the start page."""
        self.leave_then(self.session.document.close)

    def leave_then(self, go: Callable[[], object]) -> None:
        """Go on at once, or after asking where unsaved work would be lost."""
        if not self._has_changes():
            go()
            return
        answer = self.ask_to_leave(self.session.document.require().name)
        if answer == "save":
            self.save(go)
        elif answer == "leave":
            go()

    def _has_changes(self) -> bool:
        return self._project_is_open() and not self.session.document.stack.isClean()

    def ask_to_leave(self, name: str) -> str:
        """Ask what becomes of unsaved changes: save, leave or stay."""
        ask = QMessageBox(self)
        ask.setWindowTitle("Ampyard")
        ask.setText(f"{name} has changes that are not saved.")
        roles = QMessageBox.ButtonRole
        save = ask.addButton("Save", roles.AcceptRole)
        leave = ask.addButton("Leave without saving", roles.DestructiveRole)
        ask.addButton("Stay", roles.RejectRole)
        ask.exec()
        clicked = ask.clickedButton()
        return "save" if clicked is save else "leave" if clicked is leave else "stay"

    def _export(self, formats: tuple[str, ...]) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for the documents")
        if folder:
            self.session.export(Path(folder), formats)

    def _exported(self, files: tuple[Path, ...]) -> None:
        if files:
            self.work.status.say(f"Wrote {len(files)} files to {files[0].parent}")

    def _rename_scenario(self) -> None:
        project = self.session.document.require()
        name, ok = QInputDialog.getText(self, "Rename scenario", "Name", text=project.scenario.name)
        if ok and name.strip():
            from planner import edits

            self.session.edit(
                "Rename scenario", lambda p: edits.rename_scenario(p, p.active, name.strip())
            )

    def _on_charger(self, run: Callable[[str], object]) -> None:
        key = self.work.plan.view.key
        if key is not None and key[0] == "charger":
            run(key[1])

    def _remove_selected(self) -> None:
        """Remove the selected charger, bay or area."""
        key = self.work.plan.view.key
        if key is not None and key[0] == "charger":
            self.session.remove(key[1])
        elif key is not None and key[0] in {"bay", "area"}:
            self.session.remove_drawn(*key)

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
        self.work.go_to(0)
        self.work.plan.open_project()

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
        """Open a project file, or show what the other files are for."""
        projects = [p for p in paths if p.suffix.lower() == ".ampyard"]
        if projects:
            self.leave_then(lambda: self.session.open_path(projects[0]))
        elif paths:
            self.session.sort_files(paths, self._take_sorted)

    def _take_sorted(self, found: Sorted) -> None:
        """Show the preview of the first kind that can be used."""
        by_kind: dict[str, list[Path]] = {}
        for path, kind, _why in found:
            by_kind.setdefault(kind, []).append(path)
        is_open = self._project_is_open()
        if "map" in by_kind:
            self.preview_maps(by_kind["map"])
        elif is_open and "underlay" in by_kind:
            self.preview_underlay(by_kind["underlay"][0])
        elif is_open and "profile" in by_kind:
            self.preview_profile(by_kind["profile"][0])
        elif is_open and "supply" in by_kind:
            self.type_supply(by_kind["supply"][0])
        elif is_open and "demand" in by_kind:
            self.session.read_demand(by_kind["demand"][0])
        elif is_open and "sessions" in by_kind:
            self.preview_sessions(by_kind["sessions"][0])
        else:
            path, kind, why = found[0]
            known = kind in {"profile", "supply", "demand", "sessions", "underlay"}
            needs = "Open a project or a map first, or begin a plan without a map." if known else ""
            self.show_problem(why or needs or _unknown(path))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._complete:
            self.work.set_width(self.width())

    def _close_now(self) -> None:
        self._leaving = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._has_changes() and not self._leaving:
            event.ignore()  # Qt does not close from within closing: ask in the next turn
            QTimer.singleShot(0, self, lambda: self.leave_then(self._close_now))
            return
        self.settings.setValue("window-1", self.saveGeometry())
        if self._complete:
            self.session.close()
        event.accept()


def _draw(work: Workspace, what: str) -> None:
    work.plan.drawing.draw(what)


def _go_to(work: Workspace, step: int) -> None:
    work.go_to(step)


def _unknown(path: Path) -> str:
    return (
        f"{path.name} is neither a project nor a map nor a load profile. "
        f"Drop {', '.join(MAP_ENDINGS[:4])}, a meter export or .ampyard."
    )
