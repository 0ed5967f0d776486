"""Underlays: placed by two points, undoable, saved with their bytes, recovered after a crash."""

import itertools
from dataclasses import replace
from math import cos, hypot, radians, sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import underlay_edits as edits
from planner.edits import rename_project
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.model.underlay import Underlay, UnderlayKind
from planner.store import oplog
from planner.store.folder import load_folder, save_folder
from planner.store.patch import difference
from planner.store.project_file import load, save
from planner.worker_parts import Receiver, Sender

PICTURE = b"\x89PNG" + bytes(range(256)) * 8_000  # 2 MB that no compression shrinks much
PLAN = Underlay(
    "", "Plan", UnderlayKind.PICTURE, "site plan.png", 800, 600, (1, 0, 0, 0, -1, 0), source="a.png"
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def laid(tiny_project: Project) -> Project:
    return edits.add_underlay(tiny_project, PLAN, PICTURE)


def test_two_points_place_a_turned_picture_exactly() -> None:
    # By hand: 0.25 m per pixel, turned by 30° against the clock, rows run down.
    angle, scale = radians(30), 0.25

    def place(column: float, row: float) -> tuple[float, float]:
        east, north = column * scale, -row * scale
        return (
            530_000 + east * cos(angle) - north * sin(angle),
            180_000 + east * sin(angle) + north * cos(angle),
        )

    points = ((10.0, 20.0), (700.0, 500.0))
    made = edits.similarity(points, (place(*points[0]), place(*points[1])))
    plan = Underlay("U1", "", UnderlayKind.PICTURE, "", 800, 600, made)
    for corner in ((0, 0), (800, 0), (800, 600), (0, 600)):
        assert plan.to_site(*corner) == pytest.approx(place(*corner), abs=1e-9)
    assert edits.metres_per_pixel(plan) == pytest.approx(0.25)


COORDINATE = st.floats(-5_000, 5_000, allow_nan=False)
POINT = st.tuples(COORDINATE, COORDINATE)


@given(st.tuples(POINT, POINT), st.tuples(POINT, POINT))
def test_any_two_points_land_where_they_were_said_to_be(picture, places) -> None:
    if hypot(*(b - a for a, b in zip(*picture, strict=True))) < 1 or (
        hypot(*(b - a for a, b in zip(*places, strict=True))) < 1
    ):
        return
    plan = Underlay("U1", "", UnderlayKind.PDF, "", 9, 9, edits.similarity(picture, places))
    for point, place in zip(picture, places, strict=True):
        assert plan.to_site(*point) == pytest.approx(place, abs=1e-6)
        assert plan.to_picture(*place) == pytest.approx(point, abs=1e-3, rel=1e-6)


def test_a_distance_scales_and_keeps_the_direction(laid: Project) -> None:
    pair = ((0.0, 0.0), (100.0, 0.0))
    done = edits.calibrate_by_distance(laid, "U1", pair, 25.0, (530_000.0, 180_000.0))
    (plan,) = done.site.underlays
    assert plan.calibrated
    assert plan.to_site(100, 0) == pytest.approx((530_025, 180_000))
    assert plan.to_site(0, 100) == pytest.approx((530_000, 179_975))


@pytest.mark.parametrize("distance", [0.0, -3.0, float("nan"), float("inf")])
def test_no_length_is_refused(laid: Project, distance: float) -> None:
    with pytest.raises(InputError, match="length above 0 m"):
        edits.calibrate_by_distance(laid, "U1", ((0, 0), (9, 9)), distance)


def test_the_same_point_twice_is_refused(laid: Project) -> None:
    with pytest.raises(InputError, match="both points are the same"):
        edits.calibrate_underlay(laid, "U1", ((5, 5), (5, 5)), ((0, 0), (1, 1)))


def test_two_underlays_of_one_picture_share_its_bytes(laid: Project) -> None:
    twice = edits.add_underlay(laid, PLAN, bytes(PICTURE))
    assert [u.id for u in twice.site.underlays] == ["U1", "U2"]
    assert list(twice.attachments) == ["site_plan.png"]
    once = edits.remove_underlay(twice, "U1")
    assert list(once.attachments) == ["site_plan.png"]
    assert not edits.remove_underlay(once, "U2").attachments


@pytest.mark.parametrize("name", ["../../x.png", "C:\\a\\x.png", "/etc/x.png", "x.PNG"])
def test_a_part_has_a_plain_base_name(laid: Project, name: str) -> None:
    added = edits.add_underlay(laid, replace(PLAN, part=name), b"other")
    assert added.site.underlays[-1].part == "x.png"


def test_an_attachment_too_large_is_refused(tiny_project, monkeypatch) -> None:
    monkeypatch.setattr(edits, "MAX_ATTACHMENT_BYTES", 1_000_000)
    with pytest.raises(InputError, match="the picture takes 2 MB"):
        edits.add_underlay(tiny_project, PLAN, PICTURE)


def test_a_saved_underlay_comes_back(laid: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    save(laid, path)
    back = load(path)
    assert back.site.underlays == laid.site.underlays
    assert back.attachments == laid.attachments
    assert not back.extras
    save_folder(laid, tmp_path / "folder")
    assert load_folder(tmp_path / "folder").project.attachments == laid.attachments


def test_a_damaged_picture_is_named(laid: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    save(laid, path)
    content = bytearray(path.read_bytes())
    content[content.index(PICTURE[:64]) + 1_000] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"attachments/site_plan\.png"):
        load(path)


def verbs(project: Project) -> list[Project]:
    """Return the states of a session that adds, changes, removes and undoes."""
    states = [project, edits.add_underlay(project, PLAN, PICTURE)]
    for edit in (
        lambda p: edits.set_underlay_opacity(p, "U1", 35),
        lambda p: edits.show_underlay(p, "U1", False),
        lambda p: edits.calibrate_underlay(p, "U1", ((0, 0), (9, 0)), ((0, 0), (3, 4))),
        lambda p: edits.move_underlay(p, "U1", 5, -5),
        lambda p: edits.rename_underlay(p, "U1", "Ground floor"),
        lambda p: edits.add_underlay(p, PLAN, b"another"),
        lambda p: edits.remove_underlay(p, "U1"),
    ):
        states.append(edit(states[-1]))
    states.append(states[-2])  # undo of the removal
    return states


@pytest.mark.parametrize("saved", [True, False])
def test_a_crash_after_any_edit_recovers_it(tiny_project, tmp_path, saved) -> None:
    path = tmp_path / "p.ampyard" if saved else None
    states = verbs(tiny_project)
    stamp = save(tiny_project, path).stamp if path else None
    log = oplog.OperationLog.start(tiny_project, path, stamp)
    for before, after in itertools.pairwise(states):
        log.append(before, after, "edit")
        found = oplog.read_log(log.path)
        assert found
        recovered = oplog.recover(found).project
        assert recovered.site.underlays == after.site.underlays
        assert recovered.attachments == after.attachments
    assert log.path.stat().st_size < 8_000
    log.discard()
    assert not list((tmp_path / "state" / "log").iterdir())


def test_lost_bytes_cost_only_the_edits_that_need_them(tiny_project, tmp_path) -> None:
    path = tmp_path / "p.ampyard"
    log = oplog.OperationLog.start(tiny_project, path, save(tiny_project, path).stamp)
    renamed = rename_project(tiny_project, "X")
    log.append(tiny_project, renamed, "rename")
    log.append(renamed, edits.add_underlay(renamed, PLAN, PICTURE), "add")
    log.close()
    for part in log.path.with_suffix(".parts").iterdir():
        part.write_bytes(part.read_bytes()[:-1])
    found = oplog.read_log(log.path)
    assert found
    recovered = oplog.recover(found)
    assert (recovered.replayed, recovered.project.name) == (1, "X")


def test_a_picture_saved_with_the_base_needs_no_second_copy(laid: Project, tmp_path: Path) -> None:
    path = tmp_path / "p.ampyard"
    log = oplog.OperationLog.start(laid, path, save(laid, path).stamp)
    log.append(laid, edits.set_underlay_opacity(laid, "U1", 10), "opacity")
    assert not log.path.with_suffix(".parts").exists()
    log.discard()
    patch = difference(laid, edits.set_underlay_opacity(laid, "U1", 10))
    assert patch.set == ((["site", "underlays", 0, "opacity_pct"], 10),)


def test_the_worker_gets_a_picture_once(laid: Project) -> None:
    sender, receiver = Sender(), Receiver()
    assert receiver.unpack(sender.pack(laid)).attachments == laid.attachments
    later = sender.pack(edits.set_underlay_opacity(laid, "U1", 10))
    assert all(part is not laid.attachments for _, part in later.new)
    assert receiver.unpack(later).attachments == laid.attachments
