"""File > Restore: earlier versions are looked at and come back; nothing is overwritten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from planner import edits
from planner.store.backups import list_backups
from planner.store.project_file import load, save
from ui.dialogs.restore import RestoreDialog
from ui.present.restore import ago_words, backup_rows, contents


@pytest.fixture
def saved_thrice(tmp_path: Path, monkeypatch, tiny_project) -> Path:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    path = tmp_path / "p.ampyard"
    for name in ("One", "Two", "Three"):
        save(edits.rename_project(tiny_project, name), path)
    return path


def shown(window, path: Path, qtbot) -> RestoreDialog:
    dialog = RestoreDialog(window.session, path, window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.chosen is not None)
    return dialog


def test_versions_are_listed_newest_first_with_age_and_size(saved_thrice: Path) -> None:
    backups = list_backups(saved_thrice)
    rows = backup_rows(backups, datetime.now(UTC) + timedelta(hours=3))
    assert [r.generation for r in rows] == ["2", "1"]
    assert {r.ago for r in rows} == {"3 hours ago"}
    assert rows[0].size.endswith("kB")
    assert ago_words(20) == "just now"
    assert ago_words(3 * 86_400) == "3 days ago"


def test_a_newer_schema_is_marked(saved_thrice: Path) -> None:
    newer = [replace(b, schema=999) for b in list_backups(saved_thrice)]
    assert all(r.newer for r in backup_rows(newer, datetime.now(UTC)))


def test_the_open_project_comes_back_as_an_undoable_step(saved_thrice: Path, window, qtbot) -> None:
    document = window.session.document
    document.open(load(saved_thrice), saved_thrice)
    dialog = shown(window, saved_thrice, qtbot)
    assert ("Project", "Two") in contents(dialog.chosen)
    dialog.take()
    assert document.require().name == "Two"
    assert document.path == saved_thrice
    assert load(saved_thrice).name == "Three"
    document.stack.undo()
    assert document.require().name == "Three"


def test_of_another_file_a_copy_is_opened(saved_thrice: Path, window, qtbot) -> None:
    dialog = shown(window, saved_thrice, qtbot)
    dialog.table.setCurrentCell(1, 0)
    qtbot.waitUntil(lambda: dialog.chosen is not None and dialog.chosen.name == "One")
    dialog.take()
    document = window.session.document
    assert document.require().name == "One"
    assert document.path is None
    assert not document.stack.isClean()
    assert load(saved_thrice).name == "Three"


def test_a_damaged_version_says_so_and_cannot_be_taken(saved_thrice: Path, window, qtbot) -> None:
    newest = list_backups(saved_thrice)[0].path
    newest.write_bytes(newest.read_bytes()[:200])
    dialog = RestoreDialog(window.session, saved_thrice, window)
    dialog.open()
    qtbot.waitUntil(lambda: newest.name in dialog.state.text())
    assert not dialog.take_button.isEnabled()
    dialog.reject()


def test_without_versions_the_dialog_says_when_there_are_some(window, tmp_path: Path) -> None:
    dialog = RestoreDialog(window.session, tmp_path / "none.ampyard", window)
    assert "each save keeps one" in dialog.state.text()
    assert not dialog.take_button.isEnabled()
    dialog.reject()
