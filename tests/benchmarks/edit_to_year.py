"""How long after an edit the year of the 120-bay sample is on screen, and what it blocks.

Run `python tests/benchmarks/edit_to_year.py [--edits N] [--json]`. The real worker
process computes. A block is the longest turn of the window's event loop: as wall
time, which other programs on the machine lengthen, and as processor time of the
window's thread. Offscreen unless a display is given.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.main_window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    made = measure(options.edits)
    if options.json:
        print(json.dumps(made, indent=2))
        return
    for key, value in made.items():
        print(f"{key:28} {value}")


class Watch:
    """Turns the event loop of the window and notes its longest turn."""

    def __init__(self) -> None:
        self.wall_ms = self.cpu_ms = 0.0

    def until(self, ready: Callable[[], bool]) -> None:
        """Turn the loop until something is so."""
        from PySide6.QtCore import QCoreApplication

        end = time.monotonic() + 120
        while not ready():
            if time.monotonic() > end:
                raise SystemExit("nothing came back from the worker")
            wall, cpu = time.perf_counter(), time.thread_time()
            QCoreApplication.processEvents()
            self.wall_ms = max(self.wall_ms, 1000 * (time.perf_counter() - wall))
            self.cpu_ms = max(self.cpu_ms, 1000 * (time.thread_time() - cpu))
            time.sleep(0.0005)


def open_window(folder: str) -> MainWindow:
    """Show the hotel with its balanced design at the Check step."""
    from PySide6.QtCore import QSettings

    from planner import edits as verbs
    from planner import pipeline
    from planner.inputs.samples import load_sample
    from planner.model.scenario import Objective
    from ui.app import make_application
    from ui.main_window import MainWindow

    project = load_sample("hotel")
    proposal = pipeline.propose(project, project.scenario, Objective.BALANCED)
    project = verbs.accept_design(project, proposal.design, proposal.objective)
    make_application()
    window = MainWindow(QSettings(f"{folder}/s.ini", QSettings.Format.IniFormat))
    window.show()
    window.complete()
    window.session.document.open(project, None)
    window.session.opened.emit()
    window.work.go_to(4)
    return window


def measure(edits: int) -> dict[str, object]:
    """Move a charger again and again, each time until the year is on screen."""
    from PySide6.QtWidgets import QApplication

    with tempfile.TemporaryDirectory() as folder:
        app = QApplication(sys.argv[:1])
        window = open_window(folder)
        session, studies = window.session, window.session.studies
        Watch().until(lambda: studies.year is not None)
        waits, walls, cpus = [], [], []
        for turn in range(edits):
            charger = min(session.document.require().scenario.design.chargers)
            before, watch, start = studies.year, Watch(), time.monotonic()
            session.nudge(charger, 0.1 if turn % 2 else -0.1, 0.0)
            watch.until(lambda old=before: studies.year is not old and not studies.year_is_old)
            waits.append(time.monotonic() - start)
            walls.append(watch.wall_ms)
            cpus.append(watch.cpu_ms)
        project = session.document.require()
        session.document.stack.setClean()
        window.close()
        app.processEvents()
    return {
        "bays": len(project.site.bays),
        "chargers": len(project.scenario.design.chargers),
        "steps_of_the_year": len(project.site.profile.kw),
        "edits": edits,
        "edit_to_year_s_median": round(statistics.median(waits), 2),
        "edit_to_year_s_worst": round(max(waits), 2),
        "longest_turn_wall_ms_median": round(statistics.median(walls), 1),
        "longest_turn_wall_ms_worst": round(max(walls), 1),
        "longest_turn_cpu_ms_median": round(statistics.median(cpus), 1),
        "longest_turn_cpu_ms_worst": round(max(cpus), 1),
        "load_average": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
