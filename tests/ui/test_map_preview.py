"""The preview of maps: evidence, corrections, one undoable edit."""

import json
from pathlib import Path

import pytest
from shapely import box

from planner.inputs.map_preview import preview_maps
from planner.inputs.maps.crs import search
from planner.inputs.merge import merged
from planner.inputs.site import SiteOptions
from ui.dialogs.map_preview import MapDialog
from ui.present import map_preview as present

M = 1 / 111_320  # degrees of latitude per metre


def written(path: Path, rings, tags=None) -> Path:
    features = [
        {"type": "Feature", "id": f"F{n}", "properties": tags or {},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for n, ring in enumerate(rings)
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def ring(east_m: float, north_m: float, wide_m: float = 2.5, deep_m: float = 5.0):
    lon, lat, k = -0.1, 51.5, M / 0.6225
    corners = box(east_m, north_m, east_m + wide_m, north_m + deep_m).exterior.coords
    return [[lon + x * k, lat + y * M] for x, y in corners]


@pytest.fixture
def bays(tmp_path: Path) -> Path:
    return written(tmp_path / "bays.geojson", [ring(3 * i, 0) for i in range(6)])


@pytest.fixture
def opened(window, qtbot):
    def show(*paths: Path) -> MapDialog:
        dialog = MapDialog(window.session, paths, window)
        dialog.open()
        qtbot.waitUntil(lambda: dialog.seen is not None)
        return dialog

    return show


def again(dialog: MapDialog, qtbot, change) -> None:
    dialog.seen = None
    change()
    qtbot.waitUntil(lambda: dialog.seen is not None)


def test_counts_layers_and_shapes_are_those_of_the_file(bays: Path) -> None:
    seen = preview_maps(None, (bays,), SiteOptions())
    (file,) = seen.files
    assert (file.read, file.imported, file.repaired, file.skipped) == (6, 6, 0, 0)
    assert seen.layers[0].roles == (("bay", 6),)
    assert len(seen.shapes) == 6
    assert seen.bays == 6
    assert present.take_words(seen) == "Import 6 objects"


def test_metres_without_a_system_are_shown_and_asked_about(tmp_path: Path) -> None:
    rings = [[[565_000 + x, 5_934_000 + y] for x, y in box(0, 0, 2.5, 5).exterior.coords]]
    seen = preview_maps(None, (written(tmp_path / "utm.geojson", rings),), SiteOptions())
    assert not seen.ready
    assert ("EPSG:25832", "ETRS89 / UTM zone 32N") in seen.systems
    assert seen.bounds == pytest.approx((565_000, 5_934_000, 565_002.5, 5_934_005))
    answered = present.with_map(SiteOptions(), crs="EPSG:25832")
    assert preview_maps(None, (tmp_path / "utm.geojson",), answered).bays == 1


def test_places_far_apart_are_offered_one_by_one(tmp_path: Path) -> None:
    rings = [ring(3 * i, 0) for i in range(4)] + [ring(90_000 + 3 * i, 0) for i in range(2)]
    path = written(tmp_path / "two.geojson", rings)
    seen = preview_maps(None, (path,), SiteOptions())
    assert seen.problem is not None
    assert [p.count for p in seen.places] == [4, 2]
    small = present.with_map(SiteOptions(), clip=seen.places[1].clip)
    assert preview_maps(None, (path,), small).bays == 2


def test_a_drawing_without_unit_and_place_is_shown_while_both_are_asked(
    tmp_path: Path, opened, qtbot
) -> None:
    import ezdxf

    drawing = ezdxf.new()
    drawing.header["$INSUNITS"] = 0
    for n in range(6):
        corners = box(2500 * n, 0, 2500 * n + 2500, 5000).exterior.coords
        drawing.modelspace().add_lwpolyline(corners, dxfattribs={"layer": "BAYS"})
    drawing.saveas(tmp_path / "plan.dxf")
    dialog = opened(tmp_path / "plan.dxf")
    assert dialog.unit.property("flag") == "ask"
    assert len(dialog.seen.shapes) == 6
    assert dialog.seen.notes == ()
    again(dialog, qtbot, lambda: dialog._take_unit(1))
    assert dialog.at.property("flag") == "ask"
    dialog.at.setText("-0.1, 51.5")
    again(dialog, qtbot, dialog.at.editingFinished.emit)
    assert dialog.seen.bays == 6
    bay = next(iter(dialog.seen.project.site.bays.values()))
    assert bay.polygon.area == pytest.approx(12.5, rel=0.01)
    dialog.reject()


def test_a_role_is_changed_and_taken_back() -> None:
    options = present.with_role(SiteOptions(), "layer 1", "building")
    assert options.map.roles["layer 1"] == "building"
    assert present.with_role(options, "layer 1", None) == SiteOptions()


def test_a_system_is_found_by_name_and_rated_by_the_numbers() -> None:
    near = search("british national grid", (530_000, 180_000, 531_000, 181_000))
    assert near[0][0] == "EPSG:27700"
    assert near[0][2]
    assert search("27700", None)[0][0] == "EPSG:27700"
    assert not search("no such place at all", None)


def test_assumptions_of_a_second_map_are_kept(tiny_project, bays: Path) -> None:
    made = preview_maps(None, (bays,), SiteOptions()).project
    joined = merged(tiny_project.site, made.site)
    texts = {a.text for a in joined.assumptions}
    assert {a.text for a in made.site.assumptions} <= texts
    assert len({a.id for a in joined.assumptions}) == len(joined.assumptions)
    assert merged(joined, made.site).assumptions == joined.assumptions


def test_ok_adds_to_the_open_project_as_one_step(open_tiny, opened, bays: Path, qtbot) -> None:
    document = open_tiny.session.document
    before = document.require()
    dialog = opened(bays)
    qtbot.waitUntil(lambda: dialog.seen is not None)
    if not dialog.seen.ready:  # the tiny site lies elsewhere: the map says how far
        pytest.fail(dialog.seen.problem.text)
    dialog.take_button.click()
    assert len(document.require().site.bays) == len(before.site.bays) + 6
    assert document.stack.undoText() == "Add map"
    document.stack.undo()
    assert document.require() is before


def test_ok_begins_a_project_where_none_is_open(window, opened, bays: Path) -> None:
    opened(bays).take_button.click()
    document = window.session.document
    assert len(document.require().site.bays) == 6
    assert not document.stack.isClean()


def test_a_role_in_the_table_is_read_again(opened, bays: Path, qtbot) -> None:
    dialog = opened(bays)
    box_ = dialog._roles[0]
    box_.setCurrentIndex(box_.findData("keep_out"))
    again(dialog, qtbot, lambda: box_.activated.emit(box_.currentIndex()))
    assert dialog.seen.layers[0].roles == (("keep_out", 6),)
    assert dialog.seen.bays == 0
    dialog.reject()


def test_without_repairs_a_crossing_outline_is_left_out(opened, tmp_path: Path, qtbot) -> None:
    bow = [ring(0, 0), [*ring(10, 0)[:1], ring(10, 0)[2], ring(10, 0)[1], *ring(10, 0)[3:]]]
    dialog = opened(written(tmp_path / "bow.geojson", bow))
    assert dialog.seen.files[0].repaired == 1
    again(dialog, qtbot, lambda: dialog.repair.setChecked(False))
    assert (dialog.seen.files[0].repaired, dialog.seen.files[0].skipped) == (0, 1)
    dialog.reject()


def test_a_file_that_is_no_map_cannot_be_taken(opened, tmp_path: Path) -> None:
    page = tmp_path / "plan.geojson"
    page.write_text("<html><body>log in</body></html>")
    dialog = opened(page)
    assert not dialog.take_button.isEnabled()
    assert dialog.take_button.toolTip() == "This map cannot be used."
    dialog.reject()
