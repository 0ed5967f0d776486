"""One registry of actions: menus, tooltips, shortcuts and the command field read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from ui.icons import icon


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """An action: its id, words, keys, icon and menu."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    menu: str = ""


ACTIONS = (
    ActionSpec("new", "New project…", ("Ctrl+N",), "file-plus", "File"),
    ActionSpec("open", "Open…", ("Ctrl+O",), "folder-open", "File"),
    ActionSpec("save", "Save", ("Ctrl+S",), "save", "File"),
    ActionSpec("save_as", "Save as…", ("Ctrl+Shift+S",), "", "File"),
    ActionSpec("add_map", "Add map…", (), "map", "File"),
    ActionSpec("restore", "Restore…", (), "history", "File"),
    ActionSpec("read_sessions", "Read charging sessions…", (), "car-front", "File"),
    ActionSpec("blank", "New plan without a map…", (), "file-plus", "File"),
    ActionSpec("add_underlay", "Add underlay…", (), "image", "File"),
    ActionSpec("solar_yield", "Read solar yield…", (), "", "File"),
    ActionSpec("templates", "Save templates…", (), "", "File"),
    ActionSpec("close", "Close project", ("Ctrl+W",), "", "File"),
    ActionSpec("quit", "Quit", ("Ctrl+Q",), "", "File"),
    ActionSpec("undo", "Undo", ("Ctrl+Z",), "undo-2", "Edit"),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z",), "redo-2", "Edit"),
    ActionSpec("duplicate", "Duplicate scenario", ("Ctrl+D",), "copy", "Edit"),
    ActionSpec("rename", "Rename scenario…", (), "pencil", "Edit"),
    ActionSpec("pin", "Pin or unpin the selected charger", ("P",), "pin", "Edit"),
    ActionSpec("delete", "Remove what is selected", ("Delete",), "trash-2", "Edit"),
    ActionSpec("draw_area", "Draw a bay area", ("A",), "circle-parking", "Draw"),
    ActionSpec("draw_strip", "Draw a row of bays", ("B",), "spline", "Draw"),
    ActionSpec("draw_building", "Draw a building", (), "building-2", "Draw"),
    ActionSpec("draw_surface", "Draw a surface", (), "layers", "Draw"),
    ActionSpec("draw_keep_out", "Draw a keep-out area", (), "pentagon", "Draw"),
    ActionSpec("draw_intake", "Place the intake", (), "zap", "Draw"),
    ActionSpec("step1", "Site", ("Ctrl+1",), "map", "Go"),
    ActionSpec("step2", "Supply", ("Ctrl+2",), "zap", "Go"),
    ActionSpec("step3", "Demand", ("Ctrl+3",), "car-front", "Go"),
    ActionSpec("step4", "Propose", ("Ctrl+4",), "drafting-compass", "Go"),
    ActionSpec("step5", "Check", ("Ctrl+5",), "shield-check", "Go"),
    ActionSpec("step6", "Deliver", ("Ctrl+6",), "file-check", "Go"),
    ActionSpec("command", "Search or run a command", ("Ctrl+K", "Ctrl+F"), "search", "Go"),
    ActionSpec("next_finding", "Next finding", ("F8",), "", "Go"),
    ActionSpec("previous_finding", "Previous finding", ("Shift+F8",), "", "Go"),
    ActionSpec("next_panel", "Next panel", ("F6",), "", "Go"),
    ActionSpec("propose", "Propose designs", ("Ctrl+Return",), "play", "Run"),
    ActionSpec("cancel", "Stop the running calculation", (), "circle-stop", "Run"),
    ActionSpec("select_tool", "Select", ("V",), "mouse-pointer-2", "View"),
    ActionSpec("pan_tool", "Pan", ("H",), "hand", "View"),
    ActionSpec("measure_tool", "Measure", ("M",), "ruler", "View"),
    ActionSpec("fit", "Fit the site", ("F",), "maximize", "View"),
    ActionSpec("drawer", "Show or hide the drawer", ("Ctrl+J",), "panel-bottom", "View"),
    ActionSpec("theme_system", "Theme: as the system", (), "monitor", "View"),
    ActionSpec("theme_light", "Theme: light", (), "sun", "View"),
    ActionSpec("theme_dark", "Theme: dark", (), "moon", "View"),
    ActionSpec("keys", "Keyboard shortcuts", ("?",), "keyboard", "Help"),
)

MENUS = ("File", "Edit", "Draw", "Go", "Run", "View", "Help")


def build_actions(
    window: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make one QAction per spec; a spec without a handler is a mistake."""
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, window)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.setToolTip(tooltip(spec))
        handler = handlers[spec.id]
        action.triggered.connect(lambda _checked=False, run=handler: run())
        window.addAction(action)
        made[spec.id] = action
    return made


def tooltip(spec: ActionSpec) -> str:
    """Return the words with the first key."""
    return f"{spec.text} ({spec.keys[0]})" if spec.keys else spec.text


def fill_menu(menu: QMenu, actions: Mapping[str, QAction]) -> None:
    """Fill the main menu with one submenu per group."""
    for title in MENUS:
        part = menu.addMenu(title)
        for spec in ACTIONS:
            if spec.menu == title:
                part.addAction(actions[spec.id])
