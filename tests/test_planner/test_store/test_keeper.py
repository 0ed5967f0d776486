"""The keeper: edits reach the disk in order, in the background, across saves."""

import itertools
import os
from pathlib import Path

import pytest

from planner import edits
from planner.model.project import Project
from planner.store import oplog
from planner.store.keeper import Keeper
from planner.store.project_file import save


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    return []


def names(count: int, project: Project) -> list[Project]:
    return [project, *(edits.rename_project(project, f"N{i}") for i in range(1, count))]


def logs(tmp_path: Path) -> list[oplog.Recovery]:
    found = sorted((tmp_path / "state" / "log").glob("*.jsonl"))
    return [r for path in found if (r := oplog.read_log(path))]


def test_edits_are_on_disk_after_a_flush(
    tiny_project: Project, tmp_path: Path, problems: list[str]
) -> None:
    keeper = Keeper(problems.append)
    states = names(4, tiny_project)
    keeper.record(states[0], states[1])  # nothing open yet
    keeper.opened(states[0], None)
    for before, after in itertools.pairwise(states):
        keeper.record(before, after, "Rename")
    assert keeper.flush()
    (log,) = logs(tmp_path)
    assert oplog.recover(log).project.name == "N3"
    keeper.ended()
    keeper.stop()
    assert logs(tmp_path) == []
    assert problems == []


def test_edits_made_while_saving_are_carried_over(
    tiny_project: Project, tmp_path: Path, problems: list[str]
) -> None:
    keeper = Keeper(problems.append)
    states = names(3, tiny_project)
    keeper.opened(states[0], None)
    keeper.record(states[0], states[1])
    path = tmp_path / "p.ampyard"
    save(states[1], path)
    keeper.record(states[1], states[2])
    keeper.saved(states[1], path)
    keeper.stop()
    (log,) = logs(tmp_path)
    recovered = oplog.recover(log)
    assert (recovered.project.name, recovered.path, recovered.replayed) == ("N2", path, 1)


def test_a_full_disk_is_told_once_and_stops_nothing(
    tiny_project: Project, problems: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(problems.append)
    states = names(3, tiny_project)
    keeper.opened(states[0], None)
    keeper.flush()

    def full(*_args: object) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(oplog.os, "write", full)
        keeper.record(states[0], states[1])
        keeper.record(states[1], states[2])
        keeper.flush()
    keeper.ended()
    keeper.stop()
    assert len(problems) == 1
    assert "the disk is full" in problems[0]
