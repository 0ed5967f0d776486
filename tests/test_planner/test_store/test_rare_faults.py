"""Faults of drives, folders and files that are rare and must still end in one sentence."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from shapely import LineString, Point, Polygon

from planner import edits
from planner.inputs import archive
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import (
    atomic,
    backups,
    codec,
    folder,
    lock,
    manifest,
    oplog,
    parts,
    patch,
    project_file,
    state,
    verified,
)
from planner.store.project_file import save
from planner.store.verified import Stamp


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))


def refusing(number: int) -> Callable[..., object]:
    def refuse(*_arguments: object, **_named: object) -> object:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(), "no such file"),
        (PermissionError(), "may not be read"),
        (IsADirectoryError(), "this is a folder"),
        (OSError(errno.EIO, "Input/output error"), "cannot be read (input/output error)"),
    ],
)
def test_what_cannot_be_read_is_said(error: OSError, words: str) -> None:
    assert words in str(archive.unreadable(Path("a/b.zip"), error))


def test_a_missing_archive_and_one_of_many_entries(tmp_path: Path) -> None:
    import zipfile

    with pytest.raises(InputError, match="no such file"), archive.open_zip(tmp_path / "none.zip"):
        pass
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as made:
        for number in range(archive.MAX_ENTRIES + 1):
            made.writestr(str(number), "")
    with (
        pytest.raises(InputError, match="2,001 entries"),
        archive.open_zip(tmp_path / "many.zip"),
    ):
        pass


def test_an_entry_that_unpacks_to_more_than_it_declares(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", "x" * 1_000)
    with zipfile.ZipFile(path) as opened:
        opened.getinfo("a").file_size = 2_000
        assert archive.read_entry(opened, "a", "a.zip")
        opened.getinfo("a").CRC = 1
        with pytest.raises(InputError, match="damaged"):
            archive.read_entry(opened, "a", "a.zip")


def test_a_drive_that_takes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "p.ampyard"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "write", lambda _handle, _view: 0)
    with pytest.raises(InputError, match="the drive reports an error"):
        atomic.write_atomically(target, b"new", lambda _p: None)
    assert [p.read_bytes() for p in tmp_path.iterdir() if p.is_file()] == [b"old"]


def test_on_windows_a_held_file_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    replace = os.replace

    def held(one: Path, other: Path) -> None:
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "held")
        replace(one, other)

    monkeypatch.setattr(atomic.sys, "platform", "win32")
    monkeypatch.setattr(atomic.time, "sleep", tries.append)
    monkeypatch.setattr(os, "replace", held)
    atomic.write_atomically(tmp_path / "p.ampyard", b"new", lambda _p: None)
    assert (tmp_path / "p.ampyard").read_bytes() == b"new"
    assert tries == sorted(tries)
    assert len(tries) == 3


def test_a_process_of_somebody_else_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert atomic.is_running(1)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, Point),
        ({"type": "Point", "coordinates": [0]}, Point),
        ({"type": "Point", "coordinates": [0, float("nan")]}, Point),
        ({"type": "Point", "coordinates": [0, True]}, Point),
        ({"type": "LineString", "coordinates": [[0, 0]]}, LineString),
        ({"type": "Polygon", "coordinates": []}, Polygon),
        (b"1234567", np.ndarray),
        ("no base64", np.ndarray),
        (np.array([np.inf]).tobytes(), np.ndarray),
        ({}, complex),
    ],
)
def test_trees_that_are_no_model_are_refused(value: object, kind: type) -> None:
    with pytest.raises((codec.CodecError, NotImplementedError)):
        codec.decode(value, kind)


def test_what_has_no_form_in_the_file_is_a_mistake_of_the_program() -> None:
    with pytest.raises(NotImplementedError):
        codec.encode(object())


def test_a_project_folder_with_faults(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder"
    folder.save_folder(tiny_project, target)
    assert codec.encode(folder.load_folder(target).project) == codec.encode(tiny_project)
    part = next((target / "parts").iterdir())
    content = part.read_bytes()
    part.write_bytes(content + b" ")
    with pytest.raises(InputError, match="damaged"):
        folder.load_folder(target)
    part.unlink()
    with pytest.raises(InputError, match="missing"):
        folder.load_folder(target)
    part.write_bytes(content)
    with monkeypatch.context() as patch:
        patch.setattr(folder, "MAX_TOTAL_BYTES", 10)
        with pytest.raises(InputError, match="too large"):
            folder.load_folder(target)
    (target / "manifest.json").unlink()
    with pytest.raises(InputError, match="no manifest"):
        folder.load_folder(target)
    monkeypatch.setattr(Path, "mkdir", refusing(errno.EROFS))
    with pytest.raises(InputError, match="read-only"):
        folder.save_folder(tiny_project, tmp_path / "other")


def test_a_lock_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", refusing(errno.EROFS))
    held = lock.acquire(tmp_path / "p.ampyard")
    assert held.path is None
    lock.release(held)


def test_an_unreadable_lock_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    lock.lock_path(path).write_bytes(b"\xff")
    held = lock.acquire(path)
    assert held.path is not None
    assert lock.read_owner(held.path) == held.owner


def test_a_log_without_its_base_and_one_that_cannot_begin(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.ampyard"
    stamp = save(tiny_project, path).stamp
    log = oplog.OperationLog.start(tiny_project, path, stamp)
    log.append(tiny_project, edits.rename_project(tiny_project, "New"), "Rename")
    log.close()
    found = oplog.read_log(log.path)
    assert found is not None
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        oplog.recover(found)
    assert oplog.read_log(tmp_path / "none.jsonl") is None
    monkeypatch.setattr(os, "open", refusing(errno.ENOSPC))
    with pytest.raises(InputError, match="the disk is full"):
        oplog.OperationLog.start(tiny_project, path, stamp)


def test_a_log_whose_edits_fit_nothing(tiny_project: Project, tmp_path: Path) -> None:
    log = oplog.OperationLog.start(tiny_project, None, None)
    patch = oplog.Patch(((["name"], 7),), ())
    log._write(oplog.Line(1, "2026-11-23T01:00:00", "Rename", patch))
    log.close()
    found = oplog.read_log(log.path)
    assert found is not None
    recovered = oplog.recover(found)
    assert (recovered.replayed, recovered.project.name) == (0, tiny_project.name)


@pytest.mark.parametrize(
    ("platform", "variable", "ending"),
    [("win32", "LOCALAPPDATA", "Ampyard"), ("darwin", "HOME", "Ampyard"),
     ("linux", "XDG_STATE_HOME", "ampyard")],
)  # fmt: skip
def test_state_lies_where_the_system_keeps_it(
    platform: str, variable: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AMPYARD_STATE")
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(state.sys, "platform", platform)
    assert state.state_folder().name == ending
    assert tmp_path in state.state_folder().parents


def test_a_folder_whose_drive_returns_other_bytes(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="other bytes"):
        folder._same(b"meant", _with(tmp_path / "part", b"other"))
    target = tmp_path / "folder"
    folder.save_folder(tiny_project, target)
    part = next((target / "parts").iterdir())
    part.unlink()
    part.mkdir()
    with pytest.raises(InputError, match="this is a folder"):
        folder.load_folder(target)


def _with(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_lock_that_comes_back_each_time_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", refusing(errno.EEXIST))
    held = lock.acquire(tmp_path / "p.ampyard", take_over=True)
    assert held.path is None


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_folder_that_cannot_be_synced(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # EINVAL: a network folder that knows no sync; EIO: a drive at fault, which is said.
    monkeypatch.setattr(os, "fsync", refusing(number))
    if number == errno.EINVAL:
        atomic._sync_folder(tmp_path)
    else:
        with pytest.raises(OSError, match="Input/output"):
            atomic._sync_folder(tmp_path)


def test_on_windows_a_file_held_for_good_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic.sys, "platform", "win32")
    monkeypatch.setattr(atomic.time, "sleep", lambda _s: None)
    monkeypatch.setattr(os, "replace", refusing(errno.EACCES))
    with pytest.raises(InputError, match="may not be written"):
        atomic.write_atomically(tmp_path / "p.ampyard", b"new", lambda _p: None)
    assert list(tmp_path.glob("*.tmp")) == []


def test_a_file_without_manifest_has_no_state(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "p.ampyard"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a", "b")
    with pytest.raises(InputError, match="no Ampyard project"):
        project_file.read_stamp(path)


def test_a_drive_that_returns_other_bytes_saves_nothing(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    before = path.read_bytes()
    write = atomic._write
    monkeypatch.setattr(atomic, "_write", lambda p, content, mode: write(p, content[:-1], mode))
    with pytest.raises(InputError, match="the drive reports an error"):
        save(edits.rename_project(tiny_project, "New"), path)
    assert path.read_bytes() == before


def test_logs_of_a_newer_program_and_of_nothing_are_left_alone(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oplog.left_behind() == []
    monkeypatch.setattr(oplog, "is_running", lambda _pid: False)
    monkeypatch.setattr(oplog, "SCHEMA", oplog.SCHEMA + 1)
    log = oplog.OperationLog.start(tiny_project, tmp_path / "p", save_stamp())
    log.append(tiny_project, edits.rename_project(tiny_project, "New"), "Rename")
    log.close()
    assert [r.log for r in oplog.left_behind()] == [log.path]
    monkeypatch.undo()
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(oplog, "is_running", lambda _pid: False)
    assert oplog.left_behind() == []
    assert log.path.exists()


def save_stamp() -> Stamp:
    return Stamp("0" * 64, 1, 1, "0")


@pytest.mark.parametrize(("handle", "running"), [(0, False), (7, True)])
def test_on_windows_a_process_is_asked_for_by_its_handle(
    monkeypatch: pytest.MonkeyPatch, handle: int, running: bool
) -> None:
    import ctypes
    from types import SimpleNamespace

    closed: list[int] = []
    kernel = SimpleNamespace(OpenProcess=lambda *_: handle, CloseHandle=closed.append)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(atomic.sys, "platform", "win32")
    assert atomic.is_running(4711) is running
    assert closed == [handle] * running


def test_a_temporary_file_that_vanishes_during_the_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".~p.ampyard.4711-x.tmp").write_bytes(b"")
    monkeypatch.setattr(Path, "stat", refusing(errno.ENOENT))
    assert atomic.sweep(tmp_path) == []


def test_files_that_are_no_backups_are_neither_listed_nor_removed(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    save(edits.rename_project(tiny_project, "Later"), path)
    mine = backups.folder_of(path) / "keep me.ampyard"
    mine.write_bytes(b"mine")
    assert [b.generation for b in backups.list_backups(path)] == [1]
    assert mine.exists()


def test_a_backup_too_many_goes(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    save(edits.rename_project(tiny_project, "One"), path)
    (old,) = backups.list_backups(path)
    monkeypatch.setattr(backups, "to_remove", lambda _found, _now: [old])
    later = datetime.now(UTC) + timedelta(days=2)
    backups.keep(path, 2, 1, later)
    assert old.path not in {b.path for b in backups.list_backups(path)}


def test_a_project_without_a_scenario_says_so(tiny_project: Project, tmp_path: Path) -> None:
    entries = parts.split(replace(tiny_project, active=7))
    about = manifest.Manifest(
        "ampyard", 1, "1", 1, f"EPSG:{tiny_project.site.epsg}",
        {n: manifest.checksum(c) for n, c in entries.items()},
    )  # fmt: skip
    with pytest.raises(InputError, match="the project has no scenario to show; open the latest"):
        verified.assembled(entries, about, "p.ampyard")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scenarios/001.json", b"[]", "part scenarios/001.json holds no object"),
        ("layers/bays.geojson", b'{"features": [7]}', "part layers/bays.geojson holds no features"),
    ],
)
def test_parts_of_another_shape_are_named(
    tiny_project: Project, name: str, content: bytes, words: str
) -> None:
    entries = {**parts.split(tiny_project), name: content}
    with pytest.raises(codec.CodecError, match=words):
        parts.join(entries)


def test_unknown_parts_and_keys_of_a_newer_version_survive(tiny_project: Project) -> None:
    extras = {
        "entry/notes/a.txt": b"kept",
        "key/site/future": b"1",
        "key/gone/deeper/x": b"2",
        "key/name/of a text": b"3",
    }
    entries = parts.split(replace(tiny_project, extras=extras))
    assert entries["notes/a.txt"] == b"kept"
    tree = codec.encode_project(replace(tiny_project, extras=extras))
    assert tree["site"]["future"] == 1
    assert "gone" not in tree


def test_a_log_that_names_lost_attachments_keeps_what_came_before(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    stamp = save(tiny_project, path).stamp
    log = oplog.OperationLog.start(tiny_project, path, stamp)
    named = edits.rename_project(tiny_project, "Named")
    laid = replace(named, attachments={"plan.png": b"bytes"})
    log.append(tiny_project, named, "Rename")
    log.append(named, laid, "Lay")
    log.close()
    found = oplog.read_log(log.path)
    assert found is not None
    assert oplog.recover(found).project.attachments == {"plan.png": b"bytes"}
    for file in log.path.with_suffix(".parts").iterdir():
        file.unlink()
    recovered = oplog.recover(found)
    assert (recovered.said, recovered.project.name) == ("1 of 2 edits recovered", "Named")


def test_attachments_of_a_deleted_log_are_swept(tmp_path: Path) -> None:
    left = oplog.log_folder() / "x-1-2.parts"
    left.mkdir(parents=True)
    (left / "aa").write_bytes(b"x")
    assert oplog.left_behind() == []
    assert not left.exists()


@pytest.mark.parametrize("files", [[], {"plan.png": 7}])
def test_attachments_in_a_log_are_checksums(files: object) -> None:
    with pytest.raises(codec.CodecError, match="no list of checksums"):
        patch.project_of({"attachments": files}, lambda _digest: None)
