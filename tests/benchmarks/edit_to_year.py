"""How long after an edit the year of the 120-bay sample is on screen, and what it blocks.

Run `python tests/benchmarks/edit_to_year.py [--edits N] [--json]`. The real worker
process computes. Three kinds of edit: a charger moves, always on to a new place; a
charger gets another model; the margin changes, which leaves the year as it is.
Processor time is that of window and worker together (Linux only). A block is the
longest turn of the window's event loop: as wall time, which other programs on the
machine lengthen, and as processor time of the window's thread. Offscreen unless a
display is given.
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
            time.sleep(0.002)


def open_window(folder: str) -> MainWindow:
    """Show the hotel with its balanced design at the Check step."""
    from PySide6.QtCore import QSettings

    from planner import edits as verbs
    from planner import pipeline
    from planner.inputs.samples import load_sample
    from planner.model.scenario import Objective
    from ui.app import make_application, spare_collections
    from ui.main_window import MainWindow

    project = load_sample("hotel")
    proposal = pipeline.propose(project, project.scenario, Objective.BALANCED)
    project = verbs.accept_design(project, proposal.design, proposal.objective)
    make_application()
    window = MainWindow(QSettings(f"{folder}/s.ini", QSettings.Format.IniFormat))
    window.show()
    window.complete()
    spare_collections(window)
    window.session.document.open(project, None)
    window.session.opened.emit()
    window.work.go_to(4)
    return window


def cpu_s(worker: int) -> float:
    """Processor seconds of the window's process, and of the worker."""
    stat = Path(f"/proc/{worker}/stat")
    if not stat.exists():
        return float("nan")
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK") + time.process_time()


def act(window: MainWindow, kind: str, turn: int) -> None:
    """Make one edit."""
    from dataclasses import replace
    from decimal import Decimal

    from planner import edits as verbs

    session = window.session
    project = session.document.require()
    chargers = project.scenario.design.chargers  # type: ignore[union-attr]
    first = chargers[min(chargers)]
    if kind == "move":
        session.nudge(first.id, 0.1, 0.0)
    elif kind == "model":
        alike = project.catalogue[first.model].current
        others = [m for m, c in project.catalogue.items() if c.current is alike]
        session.change_model(first.id, others[(others.index(first.model) + 1) % len(others)])
    else:
        terms = replace(project.terms, margin_pct=Decimal(10 + turn))
        session.edit("Change margin", lambda p: verbs.set_terms(p, terms))


def repeat(window: MainWindow, kind: str, edits: int) -> dict[str, float]:
    """Make edits of a kind, each once the year of the one before is on screen."""
    session, studies = window.session, window.session.studies
    worker = session.jobs._process.pid
    waits, walls, cpus, spent = [], [], [], []
    for turn in range(edits):
        watch, start, used = Watch(), time.monotonic(), cpu_s(worker)
        act(window, kind, turn)
        watch.until(lambda: session.document.outcome is not None and not studies.year_is_old)
        waits.append(time.monotonic() - start)
        spent.append(cpu_s(worker) - used)
        walls.append(watch.wall_ms)
        cpus.append(watch.cpu_ms)
    return {
        "cpu_s_median": round(statistics.median(spent), 2),
        "cpu_s_worst": round(max(spent), 2),
        "wall_s_median": round(statistics.median(waits), 2),
        "wall_s_worst": round(max(waits), 2),
        "longest_turn_cpu_ms_median": round(statistics.median(cpus), 1),
        "longest_turn_cpu_ms_worst": round(max(cpus), 1),
        "longest_turn_wall_ms_median": round(statistics.median(walls), 1),
        "longest_turn_wall_ms_worst": round(max(walls), 1),
    }


def measure(edits: int) -> dict[str, object]:
    """Make all kinds of edit in one window."""
    from PySide6.QtWidgets import QApplication

    with tempfile.TemporaryDirectory() as folder:
        app = QApplication(sys.argv[:1])
        window = open_window(folder)
        Watch().until(lambda: window.session.studies.year is not None)
        found = {kind: repeat(window, kind, edits) for kind in ("move", "model", "margin")}
        project = window.session.document.require()
        window.session.document.stack.setClean()
        window.close()
        app.processEvents()
    return {
        "bays": len(project.site.bays),
        "chargers": len(project.scenario.design.chargers),  # type: ignore[union-attr]
        "steps_of_the_year": len(project.site.profile.kw),  # type: ignore[union-attr]
        "edits_of_each_kind": edits,
        **found,
        "load_average": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
