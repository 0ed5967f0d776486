"""The demand step: groups edited in the panel, plots that follow."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QToolTip

from planner.demand.estimate import estimate
from planner.model.demand import RECORDED, ROTA, DemandInput, Visit
from ui.present import demand as present
from ui.widgets.bar_plot import BarPlot
from ui.widgets.fields import NumberField
from ui.widgets.line_plot import LinePlot


@pytest.fixture
def at_demand(open_tiny, qtbot):
    open_tiny.work.go_to(2)
    qtbot.waitUntil(lambda: open_tiny.session.demand is not None)
    return open_tiny


def field(window, ending: str) -> NumberField:
    found = window.work.demand_panel.findChildren(NumberField)
    return next(f for f in found if f.isVisible() and ending in f.accessibleName())


def enter(entry: NumberField, text: str) -> None:
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)
    QTest.keyClick(entry, Qt.Key.Key_Return)


def test_arrivals_add_up_to_the_cars(at_demand) -> None:
    demand = at_demand.session.demand
    busy, free = present.arrivals(demand)
    days = demand.sessions.horizon_days
    assert busy.sum() * days * 5 / 7 + free.sum() * days * 2 / 7 == pytest.approx(
        len(demand.sessions)
    )


def test_a_number_edited_redraws_the_plots_and_undoes(at_demand, qtbot) -> None:
    before = at_demand.session.demand
    enter(field(at_demand, "drivers a day"), "200")
    qtbot.waitUntil(lambda: at_demand.session.demand is not before)
    assert at_demand.session.demand.cars_per_day > 2 * before.cars_per_day
    plots = at_demand.work.plan.drawer.stack.currentWidget().findChildren(BarPlot)
    assert len(plots) == 3
    at_demand.session.document.stack.undo()
    qtbot.waitUntil(lambda: at_demand.session.demand.cars_per_day == before.cars_per_day)


def test_growth_shows_in_a_later_year(at_demand, qtbot) -> None:
    enter(field(at_demand, "growth"), "20")
    assert at_demand.session.document.project.scenario.demand[0].growth_pct_per_year == 20
    qtbot.wait(20)
    today = at_demand.session.demand
    panel = at_demand.work.demand_panel
    later = next(b for b in panel.years.findChildren(QPushButton) if "5" in b.text())
    qtbot.mouseClick(later, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_demand.session.demand is not today)
    assert at_demand.session.demand.cars_per_day > 1.5 * today.cars_per_day


def test_the_band_has_the_managed_load_once_there_is_a_design(designed, qtbot) -> None:
    designed.work.go_to(2)
    qtbot.waitUntil(lambda: designed.session.demand is not None)
    designed.work.plan.drawer.open_page("Site load")
    plot = designed.work.plan.drawer.stack.currentWidget()
    assert isinstance(plot, LinePlot)
    assert "managed, highest" in plot.accessibleName()


def test_without_groups_nothing_is_drawn(at_demand, qtbot) -> None:
    at_demand.session.set_demand(())
    qtbot.wait(20)
    titles = [page.title for page in at_demand.work.plan.drawer._pages]
    assert "Arrivals" not in titles


@pytest.mark.parametrize("name", ["workplace", "hotel", "public_fast"])
def test_distributions_hold_all_cars(name: str) -> None:
    demand = estimate((DemandInput(name, 40.0),), 1)
    for made in (present.stays(demand), present.energies(demand)):
        assert made.share_pct.sum() == pytest.approx(100)
        assert np.diff(made.edges) == pytest.approx(made.edges[1])
        assert made.edges[0] <= made.median <= made.p90 <= made.edges[-1]


def test_the_focus_stays_in_the_row_that_is_edited(at_demand, qtbot) -> None:
    entry = field(at_demand, "drivers a day")
    enter(entry, "30")
    assert field(at_demand, "drivers a day") is entry
    assert entry.hasFocus()
    QTest.keyClick(entry, Qt.Key.Key_Tab)
    assert field(at_demand, "growth").hasFocus()


def test_plots_follow_while_a_number_is_typed_and_one_undo_takes_it_back(at_demand, qtbot) -> None:
    document, before = at_demand.session.document, at_demand.session.demand
    drivers = document.project.scenario.demand[0].drivers_per_day
    entry = field(at_demand, "drivers a day")
    entry.setFocus()
    entry.selectAll()
    for typed, drawn in (("9", 9), ("0", 90)):
        QTest.keyClicks(entry, typed)
        qtbot.waitUntil(lambda drawn=drawn: drivers_of(at_demand) == drawn)
    assert entry.isModified(), "it is not entered yet"
    qtbot.waitUntil(lambda: at_demand.session.demand is not before)
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert "drivers a day" in document.stack.undoText()
    document.stack.undo()
    assert drivers_of(at_demand) == drivers
    assert entry.text() == f"{drivers:g}"


def drivers_of(window) -> float:
    return window.session.document.project.scenario.demand[0].drivers_per_day


@pytest.mark.parametrize(
    ("ending", "text", "shown"), [("drivers", "100000", "100,000"), ("growth", "-50", "−50.0")]
)
def test_extreme_numbers_are_shown_in_full(at_demand, ending, text, shown) -> None:
    entry = field(at_demand, ending)
    enter(entry, text)
    assert entry.text() == shown
    room = entry.width() - 12 - entry.textMargins().right()
    assert entry.fontMetrics().horizontalAdvance(shown) <= room


def test_a_refused_number_says_why_and_what_may_be_entered(at_demand) -> None:
    entry = field(at_demand, "drivers a day")
    enter(entry, "0")
    assert entry.accessibleDescription() == "Enter a number from 1 to 100,000."
    assert QToolTip.text() == entry.accessibleDescription()
    enter(entry, "12")
    assert entry.accessibleDescription() == entry.toolTip() == ""


def test_removing_a_group_keeps_the_focus_in_the_list(at_demand) -> None:
    panel = at_demand.work.demand_panel
    panel.add.click()
    assert panel._shown_rows[-1].kind.hasFocus()
    panel._shown_rows[0].remove.click()
    assert panel._shown_rows[0].remove.hasFocus()
    assert at_demand.session.document.stack.undoText().startswith("Remove ")


def test_what_is_taken_for_granted_stands_among_the_assumptions(at_demand) -> None:
    notes = at_demand.session.demand.notes
    at_demand.work.demand_panel.notes_asked.emit()
    lines = at_demand.work.plan.drawer.current_table().table.lines
    assert [line.cells[1] for line in lines if line.cells[0] == "Demand"] == list(notes)


def test_the_panel_scrolls_only_where_there_is_more_to_see(at_demand) -> None:
    area = at_demand.work.demand_panel.findChild(QScrollArea)
    inside = area.widget()
    needs = inside.heightForWidth(area.viewport().width())
    assert inside.height() == max(needs, area.viewport().height())


def test_without_groups_no_empty_sections_are_ruled_off(at_demand) -> None:
    panel = at_demand.work.demand_panel
    assert panel._when.isVisible()
    at_demand.session.set_demand(())
    assert not panel._when.isVisible()
    assert not any(ruled.isVisible() for ruled in panel.findChildren(QFrame, "rule"))


def test_propose_leads_to_what_is_missing(at_demand) -> None:
    at_demand.session.set_demand(())
    at_demand.work.go_to(3)
    panel = at_demand.work.propose_panel
    assert not panel.go.isEnabled()
    assert panel._lead.text() == "Go to Demand"
    panel._lead.click()
    assert at_demand.work.step == 2


def test_recorded_sessions_do_not_lead_to_the_empty_fleet_table(at_demand) -> None:
    visits = (Visit(480.0, 300.0, 12.0, 11.0, 0.0, "a"),)
    panel, asked = at_demand.work.demand_panel, []
    panel.fleet_asked.connect(lambda: asked.append(1))
    for kind in (ROTA, RECORDED):
        at_demand.session.set_demand((DemandInput(kind, 1.0, 0.0, visits),))
        panel._shown_rows[0].title.click()
    assert asked == [1], "the fleet alone is edited there"
    assert "another file" in panel._shown_rows[0].title.toolTip()
