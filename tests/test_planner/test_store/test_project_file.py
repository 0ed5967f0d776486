"""The project file: equal round trips, verified writes, refusals in one sentence."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon

from planner import edits
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import atomic, backups, manifest, project_file, upgrades
from planner.store.folder import save_folder
from planner.store.project_file import load, open_project, save


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("AMPYARD_STATE", str(folder))
    return folder


def assert_equal(one: Project, two: Project) -> None:
    """Compare projects; a profile is compared by its contents."""
    first, second = one.site.profile, two.site.profile
    assert (first is None) == (second is None)
    if first and second:
        assert np.array_equal(first.kw, second.kw)
        same = replace(second, kw=first.kw)
        for name in first.__slots__:
            assert getattr(first, name) is getattr(same, name) or (
                getattr(first, name) == getattr(same, name)
            )
    bare = [replace(p, site=replace(p.site, profile=None)) for p in (one, two)]
    assert bare[0] == bare[1]
    assert list(one.site.bays) == list(two.site.bays)


def test_a_project_with_design_opens_as_it_was_saved(tiny_project: Project, tmp_path: Path) -> None:
    path = tmp_path / "tiny.ampyard"
    save(tiny_project, path)
    assert_equal(load(path), tiny_project)


def test_order_of_chargers_and_cents_survive(tiny_project: Project, tmp_path: Path) -> None:
    terms = replace(tiny_project.terms, margin_pct=Decimal("17.10"))
    project = edits.set_terms(tiny_project, terms)
    assert project.scenario.design
    turned = dict(reversed(project.scenario.design.chargers.items()))
    project = edits.accept_design(project, replace(project.scenario.design, chargers=turned))
    save(project, tmp_path / "p.ampyard")
    again = load(tmp_path / "p.ampyard")
    assert again.scenario.design
    assert list(again.scenario.design.chargers) == list(turned)
    assert str(again.terms.margin_pct) == "17.10"


def test_a_folder_opens_as_it_was_saved(tiny_project: Project, tmp_path: Path) -> None:
    save_folder(tiny_project, tmp_path / "folder")
    save_folder(edits.rename_project(tiny_project, "Two"), tmp_path / "folder")
    opened = open_project(tmp_path / "folder")
    assert_equal(opened.project, edits.rename_project(tiny_project, "Two"))
    assert opened.stamp.generation == 2
    manifest_files = json.loads((tmp_path / "folder" / "manifest.json").read_text())["files"]
    assert len(list((tmp_path / "folder" / "parts").iterdir())) == len(manifest_files)


def test_the_file_is_a_plain_zip_with_one_feature_per_line(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        lines = archive.read("layers/bays.geojson").decode().splitlines()
        layer = json.loads(archive.read("layers/bays.geojson"))
    assert len(layer["features"]) == len(lines) - 2 == 12


def test_the_same_project_gives_the_same_bytes(tiny_project: Project) -> None:
    assert project_file.pack(tiny_project, 3) == project_file.pack(tiny_project, 3)


def test_generations_count_and_old_files_become_backups(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    for name in ("One", "Two", "Three"):
        saved = save(edits.rename_project(tiny_project, name), path)
    assert saved.stamp.generation == 3
    assert [load(b.path).name for b in backups.list_backups(path)] == ["Two", "One"]


def test_a_file_changed_by_someone_else_is_not_overwritten(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    mine = save(tiny_project, path).stamp
    save(edits.rename_project(tiny_project, "Theirs"), path)
    with pytest.raises(InputError, match="changed by someone else") as caught:
        save(tiny_project, path, expected=mine)
    assert caught.value.question
    assert load(path).name == "Theirs"


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the parts of a project file and make its manifest fit again."""
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    about = json.loads(parts["manifest.json"])
    change(parts)
    about["files"] = {
        n: manifest.checksum(c) for n, c in parts.items() if n not in {"manifest.json", "mimetype"}
    }
    parts["manifest.json"] = json.dumps(about).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_what_a_newer_version_added_is_kept(tiny_project: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)

    def add(parts: dict[str, bytes]) -> None:
        parts["attachments/plan.pdf"] = b"%PDF"
        document = json.loads(parts["project.json"])
        document["settings"]["night_tariff"] = {"from_h": 22}
        parts["project.json"] = json.dumps(document).encode()
        layer = json.loads(parts["layers/bays.geojson"])
        layer["features"][2]["properties"]["painted"] = "green"
        parts["layers/bays.geojson"] = json.dumps(layer).encode()
        scenario = json.loads(parts["scenarios/001.json"])
        scenario["colour"] = "blue"
        parts["scenarios/001.json"] = json.dumps(scenario).encode()

    rewritten(path, add)
    moved = edits.rename_project(load(path), "Moved")
    save(moved, tmp_path / "again.ampyard")
    with zipfile.ZipFile(tmp_path / "again.ampyard") as archive:
        assert archive.read("attachments/plan.pdf") == b"%PDF"
        document = json.loads(archive.read("project.json"))
        assert document["settings"]["night_tariff"] == {"from_h": 22}
        layer = json.loads(archive.read("layers/bays.geojson"))
        assert layer["features"][2]["properties"]["painted"] == "green"
        assert json.loads(archive.read("scenarios/001.json"))["colour"] == "blue"
    assert load(tmp_path / "again.ampyard").extras == moved.extras


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("project.json", b"[" * 100_000, "no JSON"),
        ("project.json", b"{}", "has no 'site'"),
        ("layers/bays.geojson", b'{"features":[{"properties":{}}]}', "without id"),
        ("layers/bays.geojson", b'{"features":[{"id":"A","properties":{"row":"A","number":"x"},'
         b'"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}', "number"),
        ("layers/bays.geojson", b'{"features":[{"id":"A","properties":{"row":"A","number":1},'
         b'"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0]]]}}]}', "fewer than 4"),
        ("profiles/load.npy", b"\x80\x04K\x01.", "profiles/load.npy is damaged"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_refused(
    tiny_project: Project, tmp_path: Path, part: str, content: bytes, message: str
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    rewritten(path, lambda parts: parts.update({part: content}))
    with pytest.raises(InputError, match=message):
        load(path)


def test_a_newer_schema_is_refused_and_never_overwritten(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    about = {"format": "ampyard", "schema": 9999, "app_version": "77.0"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(about))
    before = path.read_bytes()
    for action in (lambda: load(path), lambda: save(tiny_project, path)):
        with pytest.raises(InputError, match=r"made by a newer version \(Ampyard 77.0"):
            action()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n", "this is a picture"),
        (b"", "this is an empty file"),
        (b"PK\x03\x04" + b"x" * 600, "open the latest backup"),
    ],
)
def test_what_is_no_project_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "p.ampyard"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load(path)


@pytest.mark.parametrize(
    "name", ["../up", "/etc/x", "C:\\x", "a/../../b", "CON", "aux.txt", "x" * 300, "a\x01b"]
)
def test_unsafe_names_are_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "p.ampyard"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr(name, "x")
    with pytest.raises(InputError, match="the entry"):
        load(path)


def test_a_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 30_000_000)
    with pytest.raises(InputError, match="from almost nothing"):
        load(path)


def test_the_order_of_system_calls_is_kept(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        calls.append("fsync folder" if folder else "fsync file")
        real_fsync(handle)

    def move(a: Path, b: Path) -> None:
        calls.append("replace")
        real_replace(a, b)

    monkeypatch.setattr(atomic.os, "fsync", fsync)
    monkeypatch.setattr(atomic.os, "replace", move)
    save(tiny_project, tmp_path / "p.ampyard")
    assert calls == ["fsync file", "replace", "fsync folder"]


@pytest.mark.parametrize("call", ["open", "write", "fsync", "close", "replace", "unlink", "link"])
def test_any_failing_system_call_leaves_a_whole_file(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "p.ampyard"
    save(edits.rename_project(tiny_project, "Old"), path)
    real = getattr(os, call)
    for n in range(1, 12):
        count = 0

        def failing(*args: object, **kwargs: object) -> object:
            nonlocal count
            count += 1
            if count == n:  # noqa: B023 - used within this round only
                if call == "close":
                    real(*args, **kwargs)
                raise OSError(28, os.strerror(28))
            return real(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(atomic.os, call, failing)
            try:
                save(edits.rename_project(tiny_project, "New"), path)
            except InputError as error:
                told = str(error)
                assert "the disk is full" in told or "did not confirm" in told
        assert load(path).name in {"Old", "New"}
        assert not list(tmp_path.glob(".~*")) or call == "unlink"
        if count < n:
            break


def test_bit_flips_and_truncations_are_never_silent(tiny_project: Project, tmp_path: Path) -> None:
    whole = project_file.pack(tiny_project, 1)
    path = tmp_path / "p.ampyard"
    rng = np.random.default_rng(7)
    for _ in range(150):
        content = bytearray(whole)
        if rng.random() < 0.2:
            content = content[: int(rng.integers(len(content)))]
        else:
            content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
        path.write_bytes(content)
        try:
            assert_equal(load(path), tiny_project)
        except InputError:
            continue


def test_backups_keep_twenty_and_one_a_day(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    made = [
        backups.Backup(tmp_path / str(g), g, 1, now - timedelta(hours=3 * (100 - g)), 1_000)
        for g in range(100, 0, -1)
    ]
    gone = backups.to_remove(made, now)
    kept = [b for b in made if b not in gone]
    assert [b.generation for b in kept[:20]] == list(range(100, 80, -1))
    assert len({b.made.date() for b in kept}) == 8
    newer = [replace(b, schema=upgrades.SCHEMA + 1) for b in made]
    assert backups.to_remove(newer, now) == []
    large = [replace(b, size=backups.MAX_BYTES // 2) for b in made]
    assert len(large) - len(backups.to_remove(large, now)) == 2


def test_saving_often_does_not_use_up_the_backups(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    made = [
        backups.Backup(tmp_path / str(g), g, 1, now - timedelta(seconds=20 * (60 - g)), 1_000)
        for g in range(60, 0, -1)
    ]
    gone = backups.to_remove(made, now)
    kept = [b for b in made if b not in gone]
    assert [b.generation for b in kept] == [60, *range(55, 0, -6)]
    back = [replace(b, made=now - timedelta(hours=b.generation)) for b in made]  # clock set back
    assert len(back) - len(backups.to_remove(back, now)) >= backups.KEPT


def test_stale_temporary_files_of_dead_processes_are_swept(tmp_path: Path) -> None:
    dead, mine = tmp_path / ".~p.ampyard.4194304-aa.tmp", tmp_path / f".~p.{os.getpid()}-b.tmp"
    for file in (dead, mine):
        file.write_bytes(b"x")
        os.utime(file, (1, 1))
    assert atomic.sweep(tmp_path) == [dead]
    assert mine.exists()


def test_upgrades_run_one_after_the_other() -> None:
    chain = {1: lambda t: {**t, "a": 1}, 2: lambda t: {**t, "b": t["a"] + 1}}
    assert upgrades.upgraded({}, 1, chain, 3) == {"a": 1, "b": 2}


def test_holes_in_polygons_survive(tiny_project: Project, tmp_path: Path) -> None:
    area = next(iter(tiny_project.site.areas.values()))
    ring = [(0.1, 0), (9, 0), (9, 9), (0, 9)]
    holed = replace(area, polygon=Polygon(ring, [[(1, 1), (2, 1), (2, 2 / 3)]]))
    save(edits.add_areas(tiny_project, [holed]), tmp_path / "p.ampyard")
    assert load(tmp_path / "p.ampyard").site.areas[area.id] == holed


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[]", "no Ampyard project or it is damaged"),
        (b'{"format": "zip"}', "no Ampyard project or it is damaged"),
        (b'{"format": "ampyard", "schema": true}', "no Ampyard project or it is damaged"),
        (b'{"format": "ampyard", "schema": 1}', "the list of parts is damaged"),
        (b'{"format": "ampyard", "schema": 1, "app_version": "1", "generation": 1, "crs": "",'
         b' "files": {"project.json": "00"}}', "part project.json: the part is missing"),
    ],
)  # fmt: skip
def test_manifests_that_do_not_fit_are_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "p.ampyard"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", content)
    with pytest.raises(InputError, match=message):
        load(path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=message):
        load(tmp_path / "folder")


def test_a_damaged_file_may_be_saved_over(tiny_project: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    path.write_bytes(b"rubbish")
    assert save(tiny_project, path).stamp.generation == 1
    assert load(path).name == tiny_project.name
    assert backups.list_backups(path)[0].path.read_bytes() == b"rubbish"


def test_a_backup_that_cannot_be_made_is_a_warning(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)

    def refuse(*_args: object) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(backups, "keep", refuse)
    (warning,) = save(tiny_project, path).warnings
    assert "the old version could not be kept (permission denied)" in warning


def test_an_older_schema_is_kept_beside_the_file(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    old = path.read_bytes()
    for module in (project_file, manifest):
        monkeypatch.setattr(module, "SCHEMA", 2)
    save(tiny_project, path)
    assert (tmp_path / "p.ampyard.v1.bak").read_bytes() == old


def test_values_that_are_no_numbers_are_not_read_as_load(
    tiny_project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "p.ampyard"
    save(tiny_project, path)
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([1.0, np.nan]))
    rewritten(path, lambda parts: parts.update({"profiles/load.npy": stream.getvalue()}))
    with pytest.raises(InputError, match="no finite number"):
        load(path)


def test_a_linked_file_stays_a_link(tiny_project: Project, tmp_path: Path) -> None:
    real, link = tmp_path / "real.ampyard", tmp_path / "link.ampyard"
    save(tiny_project, real)
    link.symlink_to(real)
    save(edits.rename_project(tiny_project, "Through"), link)
    assert link.is_symlink()
    assert load(real).name == "Through"
