"""A window on the tiny site; jobs run in this process unless a test asks for the worker."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")

pytest.importorskip("PySide6")
pytest.importorskip("pytestqt")

from PySide6.QtCore import QObject, QSettings, QTimer, QtMsgType, Signal, qInstallMessageHandler

from planner import worker
from planner.model.scenario import Objective
from planner.progress import silent
from planner.studies import Uncontrolled, study_year
from ui.app import make_application
from ui.jobs import Job
from ui.main_window import MainWindow
from ui.theme import Choice, theme


class Never:
    def is_set(self) -> bool:
        return False


class InlineJobs(QObject):
    """Runs the worker's own tasks in this process, one turn of the event loop later."""

    idle_changed = Signal(bool)
    reported = Signal(str, float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live: list[Job] = []

    def submit(
        self, task, *arguments, done, failed=lambda _t: None, partial=lambda _p: None,
        progress=lambda _s, _t: None,
    ) -> int:  # fmt: skip
        job = Job(len(self._live), task, done, failed, partial, progress)
        self._live.append(job)
        QTimer.singleShot(0, self, lambda: self._run(job, arguments))
        return job.id

    def _run(self, job: Job, arguments: tuple[object, ...]) -> None:
        if job.dropped:
            return

        def send(message: tuple[int, str, object]) -> None:
            if message[1] == "partial":
                job.partial(message[2])
            else:
                job.progress(*message[2])

        kind, payload = worker.run_task(job.id, job.task, arguments, send, Never())
        if not job.dropped:
            (job.done if kind == "done" else job.failed)(payload)

    def cancel(self, task: str) -> None:
        for job in self._live:
            job.dropped = job.dropped or job.task == task

    def close(self) -> None:
        self._live.clear()


@pytest.fixture(scope="session")
def qapp_cls():
    """Let pytest-qt use the application as the program makes it."""
    from PySide6.QtWidgets import QApplication

    return QApplication


@pytest.fixture
def qt_messages():
    """Collect what Qt complains about."""
    heard: list[str] = []

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        harmless = "propagateSizeHints" in text or "does not support raise" in text
        if kind is not QtMsgType.QtDebugMsg and not harmless:
            heard.append(text)

    previous = qInstallMessageHandler(hear)
    yield heard
    qInstallMessageHandler(previous)


@pytest.fixture(scope="session")
def tiny_year(tiny_project, tiny_outcome):
    """The year of the tiny outcome, computed once."""
    demand = tiny_outcome.demand
    free = Uncontrolled(demand.unmanaged_kw, demand.step_min, demand.unmanaged_peak_kw)
    return study_year(tiny_project, tiny_outcome.design, tiny_outcome.service, free, silent, silent)


@pytest.fixture
def stub_pipeline(monkeypatch, tiny_outcome, tiny_year):
    """Put quick results in the place of the engines, from the tiny outcome."""

    def propose(_project, _progress, partial):
        made = tuple(replace(tiny_outcome, objective=o) for o in Objective)
        partial(made[:1])
        return made

    def recalculate(project, _progress, _partial):
        return replace(tiny_outcome, design=replace(project.scenario.design))

    stubs = {
        "propose": propose, "recalculate": recalculate, "warm": lambda *_report: None,
        "year": lambda *_asked: replace(tiny_year),
    }  # fmt: skip
    tasks = dict(worker.TASKS) | stubs
    monkeypatch.setattr(worker, "TASKS", tasks)


@pytest.fixture(scope="session")
def styled(qapp) -> None:
    """Style the application once, in light."""
    make_application()
    theme.follow(Choice.LIGHT)


@pytest.fixture
def window(qtbot, styled, qt_messages, monkeypatch, tmp_path: Path, stub_pipeline):
    """An empty window, its own settings, jobs in this process."""
    monkeypatch.setattr("ui.session.Jobs", InlineJobs)
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made = MainWindow(settings)
    made.complete()
    qtbot.addWidget(made, before_close_func=_leave)
    made.show()
    yield made
    made.session.document.stack.setClean()
    assert qt_messages == []


def _leave(window: MainWindow) -> None:
    window.session.document.stack.setClean()


@pytest.fixture
def open_tiny(window, tiny_project):
    """Open the tiny project, without a design, in the window."""
    bare = replace(tiny_project, scenarios=(replace(tiny_project.scenario, design=None),))
    window.session.document.open(bare, None)
    window.session.opened.emit()
    return window


@pytest.fixture
def designed(window, tiny_project, qtbot):
    """Open the tiny project with its accepted design, recalculated."""
    window.session.document.open(tiny_project, None)
    window.session.opened.emit()
    qtbot.waitUntil(lambda: window.session.document.outcome is not None)
    return window
