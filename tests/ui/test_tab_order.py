"""Tab goes through the window as it is read: rail, panel from top to bottom, plan."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.widgets.fields import NumberField


def tabbed(window, start, presses: int) -> list:
    """Return what has the focus after each press of Tab."""
    window.activateWindow()
    start.setFocus()
    passed = []
    for _ in range(presses):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    return passed


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_panel_is_passed_from_top_to_bottom(designed, qtbot, step: int) -> None:
    designed.work.go_to(step)
    if step == 2:
        designed.work.demand_panel.add.click()
    qtbot.wait(20)
    panel = designed.work.panels[step]
    passed = [w for w in tabbed(designed, panel.area, 12) if panel.isAncestorOf(w)]
    places = [(w.mapTo(panel, QPoint(0, w.height() // 2)).y() // 12, w) for w in passed]
    assert len(places) > 3
    assert [y for y, _ in places] == sorted(y for y, _ in places)


def test_the_panel_comes_between_rail_and_plan(designed, qtbot) -> None:
    designed.work.go_to(2)
    work = designed.work
    panel = work.demand_panel
    passed = tabbed(designed, work.rail.buttons[-1], 40)
    inside = [at for at, w in enumerate(passed) if w is panel.area or panel.isAncestorOf(w)]
    plan = next(at for at, w in enumerate(passed) if work.plan.isAncestorOf(w))
    assert inside == list(range(inside[0], inside[-1] + 1)), "it is left only once"
    assert inside[-1] < plan
    assert work.demand_panel.add in passed


def test_a_setting_typed_in_supply_keeps_the_focus(designed, qtbot) -> None:
    designed.work.go_to(1)
    qtbot.wait(20)
    panel = designed.work.supply_panel
    fields = [f for f in panel.findChildren(NumberField) if f.isVisible()]
    price = next(f for f in fields if "Price of losses" in f.accessibleName())
    price.setFocus()
    QTest.keyClicks(price, "0.21")
    QTest.keyClick(price, Qt.Key.Key_Return)
    assert designed.session.document.project.settings.energy_price == 0.21
    assert price.isVisible()
    assert price.hasFocus()
    designed.session.document.stack.undo()
    qtbot.wait(20)
    fields = [f for f in panel.findChildren(NumberField) if f.isVisible()]
    assert next(f for f in fields if "Price of losses" in f.accessibleName()).text() == ""
