"""The operation log: at most one edit is lost, whatever happens to file or log."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from shapely import Point

from planner import edits
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import lock, oplog
from planner.store.patch import Patch, apply, difference, plain_tree, project_of
from planner.store.project_file import load, save


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def edited(project: Project) -> list[Project]:
    """Return a project after each of several kinds of edit."""
    assert project.scenario.design
    charger = next(iter(project.scenario.design.chargers))
    model = next(iter(project.catalogue))
    states = [project]
    for edit in (
        lambda p: edits.rename_project(p, "Renamed"),
        lambda p: edits.move_charger(p, charger, Point(530_001.25, 180_020 + 1 / 3)),
        lambda p: edits.add_charger(p, model, Point(530_010, 180_020)),
        lambda p: edits.remove_charger(p, charger),
        lambda p: edits.duplicate_scenario(p, 0),
        lambda p: edits.remove_bays(p, [next(iter(p.site.bays))]),
        lambda p: edits.set_profile(p, replace(p.site.profile, kw=p.site.profile.kw * 2)),
        lambda p: edits.set_profile(p, None),
        lambda p: edits.confirm_assumption(p, p.site.assumptions[0]),
    ):
        states.append(edit(states[-1]))
    return states


def crashed(project: Project, path: Path | None) -> oplog.Recovery:
    """Edit, and leave the log as a dead program would."""
    stamp = save(project, path).stamp if path else None
    log = oplog.OperationLog.start(project, path, stamp)
    states = edited(project)
    for before, after in itertools.pairwise(states):
        log.append(before, after, "edit")
    log.close()
    found = oplog.read_log(log.path)
    assert found
    return found


def test_patches_lead_from_each_state_to_the_next(tiny_project: Project) -> None:
    states = edited(tiny_project)
    for before, after in itertools.pairwise(states):
        for one, two in ((before, after), (after, before)):
            tree = plain_tree(one)
            written = msgspec.json.encode(difference(one, two))
            apply(tree, msgspec.json.decode(written, type=Patch))
            assert tree == plain_tree(two)
            if two.site.profile is None:
                assert project_of(tree, lambda _digest: None) == two


def test_a_small_edit_makes_a_small_patch(tiny_project: Project) -> None:
    moved = edits.rename_project(tiny_project, "X")
    assert difference(tiny_project, moved).set == ((["name"], "X"),)
    assert not difference(tiny_project, tiny_project)


def test_a_crash_loses_nothing_that_was_logged(tiny_project: Project, tmp_path: Path) -> None:
    recovery = crashed(tiny_project, tmp_path / "p.ampyard")
    recovered = oplog.recover(recovery)
    assert recovered.project == edited(tiny_project)[-1]
    assert (recovered.replayed, recovered.copy) == (9, False)


def test_a_project_that_was_never_saved_is_recovered(tiny_project: Project) -> None:
    recovered = oplog.recover(crashed(tiny_project, None))
    assert recovered.project == edited(tiny_project)[-1]
    assert recovered.path is None


@pytest.mark.parametrize("cut", [2, 40, 90])
def test_a_torn_last_line_costs_one_edit(tiny_project: Project, tmp_path: Path, cut: int) -> None:
    log = crashed(tiny_project, tmp_path / "p.ampyard").log
    log.write_bytes(log.read_bytes()[:-cut])
    found = oplog.read_log(log)
    assert found
    recovered = oplog.recover(found)
    assert recovered.replayed == 8
    assert recovered.project == edited(tiny_project)[8]


def test_a_damaged_middle_line_stops_there_and_says_so(
    tiny_project: Project, tmp_path: Path
) -> None:
    log = crashed(tiny_project, tmp_path / "p.ampyard").log
    lines = log.read_bytes().split(b"\n")
    lines[4] = lines[4][:-3] + b"xxx"
    log.write_bytes(b"\n".join(lines))
    found = oplog.read_log(log)
    assert found
    assert oplog.recover(found).said.endswith("the log ends in the middle of one")
    assert oplog.recover(found).replayed == 3


def test_a_changed_file_is_recovered_into_a_copy_from_its_backup(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    recovery = crashed(tiny_project, path)
    save(edits.rename_project(tiny_project, "Theirs"), path)
    recovered = oplog.recover(recovery)
    assert recovered.copy
    assert recovered.path == tmp_path / "p (recovered).ampyard"
    assert recovered.project == edited(tiny_project)[-1]
    assert load(path).name == "Theirs"


def test_edits_that_do_not_fit_keep_the_ones_before(tiny_project: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    recovery = crashed(tiny_project, path)
    odd = replace(recovery.lines[4], patch=oplog.Patch(((["site", "nowhere", "x"], 1),), ()))
    lines = (*recovery.lines[:4], odd, *recovery.lines[5:])
    recovered = oplog.recover(replace(recovery, lines=lines))
    assert (recovered.replayed, recovered.said) == (4, "4 of 9 edits recovered")


def test_only_logs_of_dead_programs_are_offered(tiny_project: Project, tmp_path: Path) -> None:
    recovery = crashed(tiny_project, tmp_path / "p.ampyard")
    assert oplog.left_behind() == []  # this program runs
    other = replace(recovery.header, host="elsewhere")
    text = recovery.log.read_bytes().split(b"\n", 1)
    log = oplog.OperationLog(recovery.log, os.open(recovery.log, os.O_WRONLY | os.O_TRUNC))
    log._write(other)
    log.close()
    with recovery.log.open("ab") as stream:
        stream.write(text[1])
    (offered,) = oplog.left_behind()
    assert offered.edits == 9
    oplog.discard(offered)
    assert oplog.left_behind() == []


def test_a_save_makes_the_log_needless(tiny_project: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    log = oplog.OperationLog.start(tiny_project, None, None)
    old = log.path
    fresh = log.rebase(tiny_project, path, save(tiny_project, path).stamp)
    assert not old.exists()
    assert not old.with_suffix(".ampyard").exists()
    assert fresh.path.exists()
    fresh.discard()


def test_a_full_disk_is_said_when_an_edit_cannot_be_logged(
    tiny_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = oplog.OperationLog.start(tiny_project, None, None)

    def full(*_args: object) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(oplog.os, "write", full)
        with pytest.raises(InputError, match="the disk is full"):
            log.append(tiny_project, edits.rename_project(tiny_project, "X"), "Rename")
    log.discard()


def test_a_second_window_is_told_who_has_the_project(tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    mine = lock.acquire(path, "Ada")
    with pytest.raises(lock.LockedError, match="Ada has had the project open on"):
        lock.acquire(path)
    taken = lock.acquire(path, "Bob", take_over=True)
    lock.release(mine)  # no longer ours: stays
    assert lock.lock_path(path).exists()
    lock.release(taken)
    assert not lock.lock_path(path).exists()


def test_the_lock_of_a_dead_program_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    script = (
        "from pathlib import Path; from planner.store import lock\n"
        f"lock.acquire(Path({str(path)!r}))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])
    assert lock.lock_path(path).exists()
    lock.release(lock.acquire(path))


def test_a_lock_that_cannot_be_read_does_not_block(tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    lock.lock_path(path).write_bytes(b"\x00")
    assert lock.acquire(path).path
