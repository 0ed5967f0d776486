"""Drawing on the plan by mouse and keyboard; underlays; each result is one undoable step."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from shapely import LineString, Polygon, box

from planner import underlay_edits
from planner.inputs.blank import blank_project, extent
from planner.inputs.drawn import (
    bays_of,
    drawn_in,
    free_area_id,
    strip_outline,
    with_filled,
    without_filled,
)
from planner.inputs.problem import InputError
from planner.layout.bay_rows import FillOptions
from planner.model.site import Area, AreaKind
from planner.model.underlay import Underlay, UnderlayKind
from ui.canvas.underlays import decoded, drawing_path, to_scene
from ui.dialogs.bay_fill import BayFillDialog
from ui.dialogs.underlay import UnderlayDialog
from ui.drawing import with_intake

DRAWN = (
    b'{"width": 10, "height": 9, "paths": [{"layer": "A", "closed": false, '
    b'"points": [[0, 0], [10, 0]]}, {"layer": "B", "closed": true, "points": [[5, 5], [5, 9]]}]}'
)
GROUND = Polygon([(0, 0), (60, 0), (60, 17), (0, 17)])


@pytest.fixture
def blank():
    return blank_project("New", "51.5, -0.12")


@pytest.fixture
def drawing(window, blank):
    window.session.document.open(blank, None)
    window.session.opened.emit()
    window.work.plan.view.fit()
    return window.work.plan.drawing


def clicked(drawing, *places: tuple[float, float]) -> None:
    view = drawing._view
    for east, south in places:
        view.gesture.follow(QPointF(east, south), view.px_per_m)
        view.gesture.press()


def test_a_blank_plan_lies_where_it_is_told_or_says_it_is_assumed(blank) -> None:
    (told,) = blank.site.assumptions
    assert told.confirmed
    west, south, east, north = extent(blank.site)
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((530_591, 179_571), abs=1)
    assert not blank_project("New", "").site.assumptions[0].confirmed
    with pytest.raises(InputError, match="latitude"):
        blank_project("New", "Hamburg")


def test_bays_of_a_drawn_area_keep_off_what_is_there(blank) -> None:
    options = FillOptions()
    first = bays_of(drawn_in(blank.site, GROUND, options, "P1", strip=False))
    assert len(first) >= 40
    house = Area("H1", AreaKind.BUILDING, box(0, 0, 20, 17))
    site = replace(blank.site, areas={"H1": house})
    beside = bays_of(drawn_in(site, GROUND, options, "P1", strip=False))
    assert 0 < len(beside) < len(first)
    assert not any(b.polygon.intersects(house.polygon.buffer(-0.01)) for b in beside)


def test_filling_again_replaces_the_bays_of_that_area_only(blank) -> None:
    area = Area("P1", AreaKind.PARKING, GROUND)
    other = Area("P2", AreaKind.PARKING, box(100, 0, 160, 17))
    made = blank
    for one in (area, other):
        bays = bays_of(drawn_in(made.site, one.polygon, FillOptions(), one.id, strip=False))
        made = with_filled(made, one, bays)
    before = len(made.site.bays)
    wide = drawn_in(made.site, GROUND, FillOptions(width_m=3.0), "P1", strip=False)
    again = with_filled(made, area, bays_of(wide))
    assert len(again.site.bays) < before
    assert len(set(again.site.bays)) == len(again.site.bays)
    left = without_filled(again, "P1").site
    assert {b.source for b in left.bays.values()} == {"drawn P2"}
    assert free_area_id(again.site.areas, "P") == "P3"


def test_a_row_lies_to_the_left_of_its_line(blank) -> None:
    line = LineString([(0, 0), (20, 0)])
    ground = strip_outline(line, 5.0)
    assert ground.bounds == pytest.approx((0, 0, 20, 5))
    bays = bays_of(drawn_in(blank.site, ground, FillOptions(), "P1", strip=True))
    assert len(bays) == 8


def test_an_outline_drawn_by_mouse_becomes_bays(drawing, window, qtbot) -> None:
    document = window.session.document
    before = document.require()
    drawing.draw("area")
    assert drawing.bar.isVisible()
    clicked(drawing, (-30, -9), (30, -9), (30, 9), (-30, 9), (-30, -9))
    dialog = window.findChild(BayFillDialog)
    qtbot.waitUntil(lambda: dialog.bays is not None)
    assert "bays in" in dialog.outcome.text()
    dialog.take_button.click()
    site = document.require().site
    assert len(site.bays) == len(dialog.bays) > 30
    assert site.areas["P1"].polygon.area == pytest.approx(60 * 18)
    document.stack.undo()
    assert document.require() is before


def test_a_building_is_drawn_by_keys_alone(drawing, window) -> None:
    view = window.work.plan.view
    window.actions_by_id["draw_building"].trigger()
    shift = Qt.KeyboardModifier.ShiftModifier
    keys = (
        (Qt.Key.Key_Space, None), (Qt.Key.Key_Right, shift), (Qt.Key.Key_Space, None),
        (Qt.Key.Key_Down, shift), (Qt.Key.Key_Space, None), (Qt.Key.Key_Return, None),
    )  # fmt: skip
    for key, modifier in keys:
        QTest.keyClick(view, key, modifier or Qt.KeyboardModifier.NoModifier)
    (area,) = window.session.document.require().site.areas.values()
    assert area.kind is AreaKind.BUILDING
    assert area.polygon.area == pytest.approx(50)
    assert view.gesture is None


def test_escape_leaves_and_backspace_takes_a_corner_back(drawing, window) -> None:
    view = window.work.plan.view
    drawing.draw("keep_out")
    clicked(drawing, (0, 0), (10, 0))
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert len(view.gesture.points) == 1
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.gesture is None
    assert not drawing.bar.isVisible()
    assert not window.session.document.require().site.areas


def test_an_outline_that_crosses_itself_is_refused(drawing, window) -> None:
    told: list[str] = []
    window.session.problem.connect(told.append)
    drawing.draw("building")
    clicked(drawing, (0, 0), (10, 10), (10, 0), (0, 10))
    window.work.plan.view.gesture.end()
    assert "crosses itself" in told[0]
    assert not window.session.document.require().site.areas


def test_the_pointer_is_caught_by_a_corner(open_tiny) -> None:
    plan = open_tiny.work.plan
    bay = next(iter(plan.scene.site.bays.values()))
    corner = plan.scene.frame.xy(*bay.polygon.exterior.coords[0])
    plan.drawing.draw("intake")
    gesture = plan.view.gesture
    gesture.follow(corner + QPointF(0.2, 0.1), 20.0)
    assert gesture.snapped
    assert (gesture.at - corner).manhattanLength() < 1e-6


def test_placing_the_intake_moves_the_board_and_drops_its_assumption(tiny_project) -> None:
    from shapely import Point

    origin = next(b for b in tiny_project.site.boards.values() if b.is_origin)
    moved = with_intake(tiny_project, Point(1, 2)).site
    assert moved.boards[origin.id].point.equals(Point(1, 2))
    assert not any(a.id == f"site-board-{origin.id}" for a in moved.assumptions)


# underlays ---------------------------------------------------------------------


@pytest.fixture
def picture(tmp_path: Path, qapp) -> Path:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#aabbcc"))
    assert image.save(str(tmp_path / "plan.png"))
    return tmp_path / "plan.png"


@pytest.fixture
def underlaid(drawing, window, picture, qtbot):
    dialog = UnderlayDialog(window.session, picture, window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.laid is not None)
    dialog.take_button.click()
    layer = window.work.plan.scene.underlays
    qtbot.waitUntil(lambda: layer.item_of("U1") is not None)
    return layer


def held(window) -> Underlay:
    return window.session.document.require().site.underlays[0]


def test_a_picture_is_laid_under_the_plan_where_its_pixels_are(underlaid, window) -> None:
    plan = window.work.plan.scene
    item, underlay = underlaid.item_of("U1"), held(window)
    assert underlay.kind is UnderlayKind.PICTURE
    corners = [plan.frame.xy(*at) for at in underlay.corners]
    box_ = item.sceneBoundingRect()
    assert box_.left() == pytest.approx(min(c.x() for c in corners), abs=0.1)
    assert box_.bottom() == pytest.approx(max(c.y() for c in corners), abs=0.1)
    assert item.opacity() == pytest.approx(underlay.opacity_pct / 100)
    assert item.zValue() < 10


def test_two_points_and_a_distance_give_the_scale(underlaid, window, drawing) -> None:
    before = underlay_edits.metres_per_pixel(held(window))
    drawing.calibrate("U1")
    clicked(drawing, (-20, 0), (20, 0))
    assert drawing.bar.distance is not None
    drawing.bar.distance.setText("80")
    drawing.bar.distance.setModified(True)
    drawing.bar.distance._commit()
    assert held(window).calibrated
    assert underlay_edits.metres_per_pixel(held(window)) == pytest.approx(2 * before)
    window.session.document.stack.undo()
    assert not held(window).calibrated


def test_two_points_of_the_plan_place_and_turn_it(underlaid, window, drawing) -> None:
    drawing.calibrate("U1")
    clicked(drawing, (-20, 0), (20, 0))
    old = held(window)
    frame = window.work.plan.scene.frame
    first = old.to_picture(*frame.back(QPointF(-20, 0)).coords[0])
    drawing.bar.plan_asked.emit()
    clicked(drawing, (0, 0), (0, -30))
    placed = frame.xy(*held(window).to_site(*first))
    assert (placed - QPointF(0, 0)).manhattanLength() < 1e-6
    assert window.work.plan.view.gesture is None


def test_it_is_moved_by_keys_as_one_step(underlaid, window, drawing) -> None:
    before = held(window).transform
    drawing.move_underlay("U1")
    view = window.work.plan.view
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert held(window).transform[2] == pytest.approx(before[2] + 0.3)
    window.session.document.stack.undo()
    assert held(window).transform == before


def test_slider_and_eye_change_only_how_it_looks(underlaid, window) -> None:
    from ui.panels.underlay_row import UnderlayRow

    (row,) = window.work.site_panel.findChildren(UnderlayRow)
    for value in (40, 30, 20):
        row.slider.setValue(value)
    assert underlaid.item_of("U1").opacity() == pytest.approx(0.2)
    row.eye.click()
    assert not underlaid.item_of("U1").isVisible()
    stack = window.session.document.stack
    stack.undo()
    stack.undo()
    assert held(window).opacity_pct == 60


def test_a_large_picture_is_decoded_smaller(tmp_path: Path, qapp) -> None:
    image = QImage(5000, 100, QImage.Format.Format_RGB32)
    image.save(str(tmp_path / "wide.png"))
    assert decoded((tmp_path / "wide.png").read_bytes()).width() == 4096


def test_a_drawing_lies_under_the_plan_as_lines(drawing, window, tmp_path: Path, qtbot) -> None:
    import ezdxf

    made = ezdxf.new()
    made.header["$INSUNITS"] = 6
    made.modelspace().add_line((0, 0), (30, 20))
    made.saveas(tmp_path / "plan.dxf")
    dialog = UnderlayDialog(window.session, tmp_path / "plan.dxf", window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.laid is not None)
    dialog.take_button.click()
    layer = window.work.plan.scene.underlays
    qtbot.waitUntil(lambda: layer.item_of("U1") is not None)
    box_ = layer.item_of("U1").sceneBoundingRect()
    assert (box_.width(), box_.height()) == pytest.approx((30, 20), abs=0.2)


def test_the_lines_of_a_drawing_and_the_way_to_the_scene() -> None:
    from ui.canvas.shapes import Frame

    path = drawing_path(DRAWN)
    assert path.boundingRect().height() == 9
    underlay = Underlay("U1", "n", UnderlayKind.PICTURE, "p.png", 10, 10,
                        (0.5, 0, 1000, 0, -0.5, 2000))  # fmt: skip
    assert to_scene(underlay, Frame(1000, 2000)).map(QPointF(4, 6)) == QPointF(2, 3)
