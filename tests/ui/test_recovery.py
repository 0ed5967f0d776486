"""A crash of the window: the log is there, is offered, and brings the edits back."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from planner import edits
from planner.store import lock, oplog
from planner.store.project_file import load, save
from ui import recovery


@pytest.fixture
def state(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def guarded(state, window):
    made = recovery.Guard(window)
    yield made
    made.keeper.stop()


def recorded(guard: recovery.Guard, qtbot) -> list[oplog.Recovery]:
    qtbot.wait(10)
    assert guard.keeper.flush()
    found = sorted(oplog.log_folder().glob("*.jsonl"))
    return [r for p in found if (r := oplog.read_log(p)) and r.lines]


def crash(guard: recovery.Guard, monkeypatch) -> None:
    """Leave the log as a program does that is no longer there."""
    guard.keeper.stop()
    monkeypatch.setattr(oplog, "is_running", lambda _pid: False)


def test_edits_and_undos_are_logged_with_their_names(guarded, open_tiny, qtbot) -> None:
    session = open_tiny.session
    session.edit("Rename", lambda p: edits.rename_project(p, "Other"))
    qtbot.wait(10)
    session.document.stack.undo()
    (log,) = recorded(guarded, qtbot)
    assert log.lines[0].text == "Rename"
    assert oplog.recover(log).project.name == "Tiny Court"


def test_opening_and_saving_alone_leave_nothing_to_recover(
    guarded, open_tiny, qtbot, tmp_path: Path
) -> None:
    session = open_tiny.session
    session.edit("Rename", lambda p: edits.rename_project(p, "Other"))
    path = tmp_path / "p.ampyard"
    save(session.document.require(), path)
    session.document.save_done(path, "12:00")
    assert recorded(guarded, qtbot) == []
    session.document.open(load(path), path)
    session.opened.emit()
    assert recorded(guarded, qtbot) == []


def test_a_crash_is_offered_and_recovered_as_modified(
    guarded, open_tiny, qtbot, monkeypatch
) -> None:
    session = open_tiny.session
    session.edit("Rename", lambda p: edits.rename_project(p, "Unsaved"))
    assert recorded(guarded, qtbot)
    crash(guarded, monkeypatch)
    session.document.open(replace(session.document.require(), name="Fresh"), None)
    guarded.keeper = recovery.Keeper(guarded.problem.emit)
    asked: list[int] = []

    def yes(_window, found) -> QMessageBox.StandardButton:
        asked.append(found.edits)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(recovery, "ask", yes)
    recovery.offer(open_tiny)
    assert asked == [1]
    assert session.document.require().name == "Unsaved"
    assert not session.document.stack.isClean()
    # A second crash right away finds the recovered edits again, once.
    (log,) = recorded(guarded, qtbot)
    assert oplog.recover(log).project.name == "Unsaved"


@pytest.mark.parametrize(
    ("answer", "left"),
    [(QMessageBox.StandardButton.Discard, 0), (QMessageBox.StandardButton.Ignore, 1)],
)
def test_a_log_goes_only_when_the_user_says_so(
    guarded, open_tiny, qtbot, monkeypatch, answer, left
) -> None:
    open_tiny.session.edit("Rename", lambda p: edits.rename_project(p, "Unsaved"))
    recorded(guarded, qtbot)
    crash(guarded, monkeypatch)
    monkeypatch.setattr(recovery, "ask", lambda _window, _found: answer)
    recovery.offer(open_tiny)
    assert len(oplog.left_behind()) == left
    assert open_tiny.session.document.require().name == "Unsaved"


def test_the_question_names_project_and_number(guarded, open_tiny, qtbot, monkeypatch) -> None:
    open_tiny.session.edit("Rename", lambda p: edits.rename_project(p, "Unsaved"))
    (log,) = recorded(guarded, qtbot)
    texts: list[str] = []

    def show(box: QMessageBox) -> int:
        texts.extend((box.text(), box.informativeText()))
        return QMessageBox.StandardButton.Ignore.value

    monkeypatch.setattr(QMessageBox, "exec", show)
    assert recovery.ask(open_tiny, log) == QMessageBox.StandardButton.Ignore
    assert "Tiny Court" in texts[0]
    assert texts[1].startswith("One edit can be recovered; the last, Rename")


@pytest.fixture
def on_disk(guarded, window, tiny_project, tmp_path: Path) -> Path:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    window.session.document.open(load(path), path)
    window.session.opened.emit()
    return path


def test_an_open_file_is_locked_until_it_is_closed(on_disk: Path, window, guarded) -> None:
    assert lock.lock_path(on_disk).exists()
    with pytest.raises(lock.LockedError):
        lock.acquire(on_disk)
    window.session.document.close()
    assert not lock.lock_path(on_disk).exists()


def test_a_second_window_is_told_who_has_the_file(
    on_disk: Path, window, guarded, tiny_project
) -> None:
    window.session.document.close()
    other = lock.acquire(on_disk, "Ada")
    told: list[str] = []
    window.session.problem.connect(told.append)
    window.session.document.open(load(on_disk), on_disk)
    window.session.opened.emit()
    assert "Ada has had the project open" in told[0]
    lock.release(other)


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_changed_by_someone_else_is_asked_about(
    on_disk: Path, window, guarded, monkeypatch, qtbot, overwrite: bool
) -> None:
    session = window.session
    session.edit("Rename", lambda p: edits.rename_project(p, "Mine"))
    assert guarded.may_overwrite(on_disk)
    save(edits.rename_project(load(on_disk), "Theirs"), on_disk)
    asked: list[Path] = []
    monkeypatch.setattr(recovery, "ask_overwrite", lambda _w, p: asked.append(p) or overwrite)
    window.save()
    if overwrite:
        qtbot.waitUntil(session.document.stack.isClean)
    assert asked == [on_disk]
    assert load(on_disk).name == ("Mine" if overwrite else "Theirs")
    session.document.stack.setClean()


@pytest.mark.parametrize(("choice", "replaced"), [("Overwrite", True), ("Cancel", False)])
def test_the_question_about_a_changed_file_names_it_and_both_ways(
    open_tiny, monkeypatch, choice: str, replaced: bool
) -> None:
    told: list[str] = []

    def press(box: QMessageBox) -> int:
        told.extend((box.text(), box.informativeText()))
        next(b for b in box.buttons() if b.text().replace("&", "") == choice).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    assert recovery.ask_overwrite(open_tiny, Path("p.ampyard")) is replaced
    assert "p.ampyard has been changed" in told[0]
    assert "among the backups" in told[1]


def test_a_file_that_went_or_broke_meanwhile(on_disk: Path, window, guarded, monkeypatch) -> None:
    told: list[str] = []
    window.session.problem.connect(told.append)
    monkeypatch.setattr(recovery, "ask_overwrite", lambda _w, _p: False)
    assert guarded.may_overwrite(on_disk.with_name("other.ampyard"))
    on_disk.write_bytes(b"PK broken")
    assert not guarded.may_overwrite(on_disk)
    assert "damaged" in told[-1]
    on_disk.unlink()
    assert guarded.may_overwrite(on_disk)
    guarded._hold(on_disk)
    assert guarded._stamp is None


def test_leaving_the_window_drops_log_and_lock(on_disk: Path, window, guarded) -> None:
    window.session.edit("Rename", lambda p: edits.rename_project(p, "Mine"))
    guarded.finish()
    assert list(oplog.log_folder().glob("*.jsonl")) == []
    assert not lock.lock_path(on_disk).exists()
    window.session.document.stack.setClean()


def test_a_log_whose_base_is_gone_is_said(guarded, open_tiny, window, qtbot, monkeypatch) -> None:
    window.session.edit("Rename", lambda p: edits.rename_project(p, "Mine"))
    (left,) = recorded(guarded, qtbot)
    Path(left.header.path).unlink()
    told: list[str] = []
    window.session.problem.connect(told.append)
    assert not recovery.restore(window, left)
    assert "no such file" in told[-1]
    window.session.document.stack.setClean()
