"""The single-line diagram in the window: laid out by the worker, zoomed, panned, clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from planner.studies import study_diagram
from ui.diagram_view import DiagramView


@pytest.fixture
def view(designed, qtbot) -> DiagramView:
    designed.work.go_to(4)
    designed.work._open_drawer("Single-line")
    made = designed.work.plan.drawer.stack.currentWidget()
    assert isinstance(made, DiagramView)
    qtbot.waitUntil(lambda: made.diagram is not None)
    made.plan = designed.work.plan
    return made


def place(view: DiagramView, name: str) -> QPoint:
    box = next(box for target, box in view.diagram.targets if target == name)
    return view.on_view(box).center().toPoint()


def test_every_circuit_and_charger_can_be_clicked(tiny_project, tiny_outcome) -> None:
    design = tiny_outcome.design
    targets = {n for n, _b in study_diagram(tiny_project, tiny_outcome, False, None, None).targets}
    assert targets >= {str(i) for i in (*design.circuits, *design.chargers)}


def test_a_click_selects_on_the_plan_and_the_plan_marks_the_diagram(view, qtbot) -> None:
    circuit = next(iter(view._kinds))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, circuit))
    assert view.plan.view.key == ("circuit", circuit)
    view.plan.view.select(("charger", "C1"))
    assert view.chosen == "C1"


def test_zoom_keeps_the_place_under_the_pointer(view) -> None:
    at = QPointF(120, 60)
    before = view.on_sheet(at)
    view.zoom(2.0, at)
    after = view.on_sheet(at)
    assert (before - after).manhattanLength() < 1e-6


def test_a_drag_pans_and_selects_nothing(view) -> None:
    view.plan.view.select(None)
    before = view.on_sheet(QPointF(0, 0))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(view, QPoint(90, 70))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(90, 70))
    moved = before - view.on_sheet(QPointF(0, 0))
    assert moved.x() == pytest.approx(40 / view._scale)
    assert view.plan.view.key is None


def test_keys_zoom_and_fit(view) -> None:
    scale = view._scale
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view._scale > scale
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.on_view((0, 0, view.diagram.width, view.diagram.height)).height() <= (
        view.height() + 1
    )
