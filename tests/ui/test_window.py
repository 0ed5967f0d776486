"""What a user does in the window, by the controls the user would use."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from planner.model.project import Project
from ui.canvas.scene import SYMBOLS
from ui.panels.check import FindingItem
from ui.panels.propose import DesignCard
from ui.widgets.basic import Clickable


def press(window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
    window.activateWindow()
    QTest.keyClick(window, key, modifier)


def drag(view, start: QPoint, end: QPoint) -> None:
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.7, 1.0):
        at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        QTest.mouseMove(port, at.toPoint())
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)


def visible_cards(window) -> list[DesignCard]:
    return [c for c in window.work.plan.cards.findChildren(DesignCard) if c.isVisible()]


def at(view, key) -> QPoint:
    return view.mapFromScene(view.plan.place_of(key))


def test_start_page_shows_without_a_project(window) -> None:
    assert window.pages.currentWidget() is window.start


def test_a_click_on_a_sample_opens_it(window, qtbot) -> None:
    qtbot.mouseClick(window.start.tiles[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.document.project is not None, timeout=20_000)
    assert len(window.session.document.project.site.bays) == 120
    assert window.work.header.name.text() == window.session.document.project.name


@pytest.mark.parametrize("step", range(6))
def test_each_step_opens_from_the_rail(open_tiny, qtbot, step: int) -> None:
    qtbot.mouseClick(open_tiny.work.rail.buttons[step], Qt.MouseButton.LeftButton)
    assert open_tiny.work.step == step
    assert open_tiny.work.panels[step].isVisible()


def test_every_bay_is_one_item_with_its_id(open_tiny) -> None:
    project: Project = open_tiny.session.document.project
    on_plan = {k[1] for k in open_tiny.work.plan.scene.items_by_key if k[0] == "bay"}
    assert on_plan == set(project.site.bays)


def test_propose_shows_three_cards_and_one_on_the_plan(open_tiny, qtbot) -> None:
    open_tiny.work.go_to(3)
    qtbot.mouseClick(open_tiny.work.propose_panel.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(visible_cards(open_tiny)) == 3)
    assert open_tiny.session.document.preview.objective == "balanced"
    assert ("charger", "C1") in open_tiny.work.plan.scene.items_by_key


def test_a_click_on_a_card_shows_that_design(open_tiny, qtbot) -> None:
    open_tiny.work.go_to(3)
    open_tiny.work.propose_panel.start()
    qtbot.waitUntil(lambda: len(visible_cards(open_tiny)) == 3)
    qtbot.mouseClick(visible_cards(open_tiny)[0], Qt.MouseButton.LeftButton)
    assert open_tiny.session.document.preview.objective == "cost"


def test_accepting_is_one_step_that_undo_takes_back(open_tiny, qtbot) -> None:
    open_tiny.work.go_to(3)
    open_tiny.work.propose_panel.start()
    qtbot.waitUntil(lambda: len(open_tiny.session.document.proposals) == 3)
    qtbot.mouseClick(open_tiny.work.propose_panel.take, Qt.MouseButton.LeftButton)
    document = open_tiny.session.document
    assert document.project.scenario.design is not None
    assert document.outcome is not None, "the proposal is the result; nothing is recalculated"
    document.stack.undo()
    assert document.project.scenario.design is None


def test_stopping_a_proposal_leaves_the_window_usable(open_tiny, qtbot) -> None:
    open_tiny.work.go_to(3)
    open_tiny.work.propose_panel.start()
    qtbot.mouseClick(open_tiny.work.propose_panel.stop, Qt.MouseButton.LeftButton)
    qtbot.wait(50)
    assert open_tiny.session.document.proposals == ()
    assert open_tiny.work.propose_panel.go.isEnabled()


def test_dragging_a_charger_snaps_pins_and_undoes(designed, qtbot) -> None:
    view, document = designed.work.plan.view, designed.session.document
    before = document.project.scenario.design.chargers["C1"]
    start, end = at(view, ("charger", "C1")), at(view, ("bay", "A9"))
    head = designed.work.plan.scene.frame.point(
        document.project.site.bays["A9"].head.interpolate(0.5, normalized=True)
    )
    drag(view, start, view.mapFromScene(head))
    after = document.project.scenario.design.chargers["C1"]
    assert after.point.distance(document.project.site.bays["A9"].head) < 0.05
    assert after.pinned
    assert end != start
    press(designed, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.project.scenario.design.chargers["C1"].point.equals(before.point)


def test_escape_leaves_a_drag(designed) -> None:
    view, document = designed.work.plan.view, designed.session.document
    start = at(view, ("charger", "C1"))
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), start + QPoint(40, 30))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(40, 30))
    assert not document.stack.canUndo()


def test_choosing_a_finding_selects_its_object(designed, qtbot) -> None:
    designed.work.go_to(4)
    item = designed.work.check_panel.findChildren(FindingItem)[0]
    qtbot.mouseClick(item, Qt.MouseButton.LeftButton)
    assert designed.work.plan.view.key == ("board", "MSB")
    assert designed.work.plan.view.callout is not None
    middle = designed.work.plan.view.viewport().rect().center()
    off = (
        designed.work.plan.view.mapFromScene(designed.work.plan.scene.place_of(("board", "MSB")))
        - middle
    )
    assert off.manhattanLength() <= 4


def test_f8_goes_to_the_first_finding(designed) -> None:
    press(designed, Qt.Key.Key_F8)
    assert designed.work.step == 4
    assert designed.work.check_panel.current == 1


def test_hiding_a_layer_hides_its_items(open_tiny) -> None:
    open_tiny.work.site_panel.layer_toggled.emit("tree", False)
    assert not open_tiny.work.plan.scene.items_by_key["tree", "W1"].isVisible()


def test_a_row_of_the_drawer_selects_the_bay(open_tiny) -> None:
    table = open_tiny.work.plan.drawer.current_table()
    table.selectRow(3)
    assert open_tiny.work.plan.view.key == ("bay", "A4")


def test_a_wrong_number_is_refused_in_place(open_tiny, qtbot) -> None:
    open_tiny.work.go_to(5)
    field = open_tiny.work.deliver_panel.terms["margin_pct"]
    field.selectAll()
    qtbot.keyClicks(field, "two")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("flag") == "error"
    assert not open_tiny.session.document.stack.canUndo()


def test_an_edited_term_is_an_undo_step(open_tiny, qtbot) -> None:
    open_tiny.work.go_to(5)
    field = open_tiny.work.deliver_panel.terms["margin_pct"]
    field.selectAll()
    qtbot.keyClicks(field, "21.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert str(open_tiny.session.document.project.terms.margin_pct) == "21.5"
    assert open_tiny.session.document.stack.undoText() == "Change terms"


def test_confirming_an_assumption_counts_down(designed) -> None:
    document = designed.session.document
    assumption = next(a for a in document.project.site.assumptions if not a.confirmed)
    before = designed.work.deliver_panel.session.document.project
    designed.session.confirm(assumption)
    assert document.project is not before
    assert all(a.confirmed for a in document.project.site.assumptions if a.id == assumption.id)


def test_duplicate_scenario_adds_a_tab(open_tiny) -> None:
    press(open_tiny, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert open_tiny.work.header.tabs.count() == 2


def test_dark_theme_repaints_the_plan(designed, qtbot) -> None:
    designed.actions_by_id["theme_dark"].trigger()
    image = designed.work.plan.view.grab().toImage()
    corner = image.pixelColor(2, image.height() // 2)
    designed.actions_by_id["theme_light"].trigger()
    assert corner.lightness() < 60


def test_every_control_has_a_name(designed) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit

    nameless = [
        widget
        for kind in (QAbstractButton, QLineEdit, Clickable)
        for widget in designed.findChildren(kind)
        if not widget.accessibleName()
        and not getattr(widget, "text", str)()
        and not widget.objectName().startswith("qt_")
        and "QTabBar" not in type(widget.parent()).__name__
        and not isinstance(widget.parent(), QLineEdit)
    ]
    assert nameless == []


def test_symbols_keep_their_size_on_screen(designed) -> None:
    view = designed.work.plan.view
    item = designed.work.plan.scene.items_by_key["charger", "C1"]
    sizes = []
    for zoom in (1.0, 3.0):
        view.zoom_by(zoom)
        sizes.append(item.scale() * view.px_per_m)
    assert item.data(0) in SYMBOLS
    assert sizes[0] == pytest.approx(sizes[1], rel=0.3)


def test_dropping_an_unknown_file_says_what_to_drop(window, tmp_path: Path, qtbot) -> None:
    (tmp_path / "notes.txt").write_text("one\ntwo\nthree\n")
    window.take_files([tmp_path / "notes.txt"])
    qtbot.waitUntil(lambda: "neither a project nor a map" in window.work.status._state.text())


def test_a_dropped_map_begins_a_project_once_it_was_looked_at(window, qtbot) -> None:
    import data
    from ui.dialogs.map_preview import MapDialog

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(data.sample_path("depot/map.geojson")))])
    drop = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: window.findChild(MapDialog) is not None)
    dialog = window.findChild(MapDialog)
    qtbot.waitUntil(lambda: dialog.seen is not None and dialog.seen.ready, timeout=20_000)
    dialog.take_button.click()
    assert window.session.document.project.site.bays


def test_arrow_keys_nudge_and_are_one_step(designed) -> None:
    view, document = designed.work.plan.view, designed.session.document
    view.select(("charger", "C1"))
    before = document.project.scenario.design.chargers["C1"].point
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    after = document.project.scenario.design.chargers["C1"].point
    assert (after.x - before.x, after.y - before.y) == pytest.approx((0.3, 1.0))
    assert document.stack.count() == 1


def test_a_charger_is_added_at_a_bay_from_the_inspector(designed, qtbot) -> None:
    design = designed.session.document.project.scenario.design
    served = {b for c in design.chargers.values() for b in c.bays}
    free = next(b for b in designed.session.document.project.site.bays if b not in served)
    designed.work.plan.view.select(("bay", free))
    add = next(b for b in designed.work.plan.inspector.findChildren(QPushButton)
               if b.accessibleName() == f"Add charger at bay {free}")  # fmt: skip
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    after = designed.session.document.project.scenario.design
    (new,) = set(after.chargers) - set(design.chargers)
    assert after.chargers[new].bays == (free,)


def test_another_model_is_chosen_in_the_inspector(designed) -> None:
    designed.work.plan.view.select(("charger", "C1"))
    old = designed.session.document.project.scenario.design.chargers["C1"].model
    box = designed.work.plan.inspector.findChild(QComboBox)
    other = next(i for i in range(box.count()) if i != box.currentIndex())
    box.setCurrentIndex(other)
    box.activated.emit(other)
    assert designed.session.document.project.scenario.design.chargers["C1"].model != old


def test_routes_fade_until_they_are_calculated_again(designed, qtbot) -> None:
    document, scene = designed.session.document, designed.work.plan.scene
    trench = next(k for k in scene.items_by_key if k[0] == "trench")
    designed.session.pin("C1")
    assert scene.items_by_key[trench].opacity() < 1
    qtbot.waitUntil(lambda: document.outcome is not None)
    assert scene.items_by_key[trench].opacity() == 1


def test_a_table_of_the_site_is_not_made_again_after_an_edit_of_the_design(designed) -> None:
    drawer = designed.work.plan.drawer
    before = drawer.current_table()
    designed.session.pin("C1")
    assert drawer.current_table() is before


@pytest.mark.parametrize(("answer", "closed"), [("stay", False), ("leave", True)])
def test_closing_with_changes_asks(designed, monkeypatch, qtbot, answer: str, closed: bool) -> None:
    designed.session.pin("C1")
    asked = []
    monkeypatch.setattr(designed, "ask_to_leave", lambda name: asked.append(name) or answer)
    designed.close()
    qtbot.waitUntil(lambda: bool(asked))
    assert designed.isVisible() is not closed


def test_save_and_leave_writes_the_file_first(designed, monkeypatch, tmp_path: Path, qtbot) -> None:
    designed.session.document.path = tmp_path / "kept.ampyard"
    designed.session.pin("C1")
    monkeypatch.setattr(designed, "ask_to_leave", lambda _name: "save")
    designed.close()
    qtbot.waitUntil(lambda: not designed.isVisible(), timeout=10_000)
    assert (tmp_path / "kept.ampyard").is_file()


def test_a_dropped_demand_workbook_is_taken_as_one_step(open_tiny, tmp_path: Path, qtbot) -> None:
    from planner.inputs.workbooks.demand import write_template
    from planner.model.demand import DemandInput

    groups = (DemandInput("workplace", 12.5),)
    before = open_tiny.session.document.require().scenario.demand
    open_tiny.take_files([write_template(tmp_path / "demand.xlsx", groups)])
    scenario = lambda: open_tiny.session.document.require().scenario  # noqa: E731
    qtbot.waitUntil(lambda: scenario().demand == groups)
    open_tiny.session.document.stack.undo()
    assert scenario().demand == before
