"""The demand step: groups edited in the panel, plots that follow."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from planner.demand.estimate import estimate
from planner.model.demand import DemandInput
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
