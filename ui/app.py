"""The application: style, theme, fonts, one window."""

from __future__ import annotations

import functools
import gc
import importlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from ui.theme import Choice, load_font, theme

if TYPE_CHECKING:
    from ui.main_window import MainWindow

_LOAD_AFTER_MS = 1_500


def make_application() -> QApplication:
    """Return the running application, styled; make it if there is none."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("a QCoreApplication without windows is running")
    app.setApplicationName("Ampyard")
    app.setOrganizationName("Ampyard")
    app.setStyle("Fusion")
    app.setFont(load_font())
    stored = str(QSettings().value("theme", Choice.SYSTEM.value))
    theme.follow(Choice(stored) if stored in set(Choice) else Choice.SYSTEM)
    theme.watch_system()
    return app


def report_fault(
    window: MainWindow, _kind: type[BaseException], fault: BaseException, _trace: object
) -> None:
    """Keep the details of a fault in a local file and say so; the window lives on."""
    from planner.fault_log import write_fault_log

    window.show_problem(
        f"Something went wrong inside: {fault.__class__.__name__}. "
        f"The project is unchanged. Details are in {write_fault_log(fault)}."
    )


def load_readers() -> None:
    """Load what previews of map and quote need beside the window's thread, before they do."""

    def load() -> None:
        for name in ("planner.inputs.map_preview", "pypdfium2"):
            importlib.import_module(name)
        gc.freeze()

    threading.Thread(target=load, name="load readers", daemon=True).start()


def spare_collections(window: MainWindow) -> None:
    """Leave what stays for good out of garbage collections, which hold the window up.

    A full collection of modules, workspace and project took 144 ms in one turn of the
    event loop. They hold no cycles that come and go: projects are frozen values.
    """
    gc.freeze()
    window.session.opened.connect(lambda: QTimer.singleShot(0, window, gc.freeze))


def run(path: Path | None, sample: str = "") -> int:
    """Open the window on a project, a sample with its proposal, or the start page."""
    app = make_application()
    from ui.main_window import MainWindow

    window = MainWindow()
    sys.excepthook = functools.partial(report_fault, window)
    window.show()

    def begin() -> None:
        from ui.recovery import guard, offer

        window.complete()
        spare_collections(window)
        guard(window)
        if offer(window):
            return  # a recovered project is open; it must not be replaced
        if sample:
            window.show_demo(sample)
        elif path is not None:
            window.session.open_path(path)

    QTimer.singleShot(0, window, begin)
    QTimer.singleShot(_LOAD_AFTER_MS, window, load_readers)
    return app.exec()
