"""The real worker process: results, cancel, refusal, and a worker that dies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.inputs.guarded import Limits
from planner.model.demand import DemandInput
from ui.jobs import Jobs

INPUTS = (DemandInput("workplace", 20.0),)
WAIT_MS = 60_000


@pytest.fixture
def jobs(qapp):
    made = Jobs()
    yield made
    made.close()


def test_the_worker_returns_a_result_and_bad_input_is_a_sentence(jobs, qtbot, tmp_path: Path):
    done, failed = [], []
    jobs.submit("estimate", INPUTS, 1, 0.0, 12, done=done.append)
    jobs.submit("load", tmp_path / "none.ampyard", done=done.append, failed=failed.append)
    qtbot.waitUntil(lambda: bool(done and failed), timeout=WAIT_MS)
    assert done[0].cars_per_day == pytest.approx(20, rel=0.5)
    assert "none.ampyard" in failed[0]
    assert "Traceback" not in failed[0]


def test_a_cancelled_job_reports_nothing_and_the_next_one_runs(jobs, qtbot):
    stopped, done = [], []
    jobs.submit("estimate", INPUTS, 1, 0.0, 12, done=stopped.append)
    jobs.cancel("estimate")
    jobs.submit("estimate", INPUTS, 2, 0.0, 12, done=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT_MS)
    assert stopped == []


def test_a_worker_that_dies_fails_its_job_and_is_replaced(jobs, qtbot):
    done, failed = [], []
    jobs.submit("estimate", INPUTS, 1, 0.0, 12, done=done.append, failed=failed.append)
    qtbot.waitUntil(lambda: jobs._process is not None)
    jobs._process.terminate()
    qtbot.waitUntil(lambda: bool(failed or done), timeout=WAIT_MS)
    assert failed
    jobs.submit("estimate", INPUTS, 1, 0.0, 12, done=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT_MS)


def test_a_real_recalculation_comes_back_for_the_same_snapshot(jobs, qtbot, tiny_project):
    done, failed, heard = [], [], []
    jobs.submit(
        "recalculate", tiny_project, done=done.append, failed=failed.append,
        progress=lambda share, text: heard.append((share, text)),
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(done or failed), timeout=2 * WAIT_MS)
    assert failed == []
    assert set(done[0].design.chargers) == set(tiny_project.scenario.design.chargers)
    assert done[0].quote.total > 0
    assert heard


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_a_file_that_takes_too_long_is_one_sentence(jobs, qtbot, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("ui.jobs.LIMITS", Limits(seconds=0.5))
    monkeypatch.setattr("ui.jobs._KILL_AFTER_MS", 10)
    os.mkfifo(tmp_path / "slow.ampyard")  # opening it waits for a writer that never comes
    failed, done = [], []
    jobs.submit("load", tmp_path / "slow.ampyard", done=done.append, failed=failed.append)
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert "slow.ampyard: reading it takes longer than" in failed[0]
    jobs.submit("estimate", INPUTS, 1, 0.0, 12, done=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT_MS)


def test_a_reader_that_crashes_names_its_file(jobs, qtbot, tmp_path: Path):
    failed = []
    jobs.submit("kinds", (tmp_path / "load.csv",), done=print, failed=failed.append)
    jobs._process.kill()
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert "load.csv" in failed[0]
