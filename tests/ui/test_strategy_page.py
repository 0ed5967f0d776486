"""The strategy comparison: same sessions, run in the worker, chosen as an edit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner import edits, pipeline
from planner.model.energy_price import EnergyPrice, PriceWindow
from ui.strategy_page import StrategyPage
from ui.widgets.line_plot import LinePlot


@pytest.fixture
def page(designed, qtbot) -> StrategyPage:
    designed.work.go_to(2)
    designed.work._open_drawer("Strategies")
    made = designed.work.plan.drawer.stack.currentWidget()
    assert isinstance(made, StrategyPage)
    made.document = designed.session.document
    return made


@pytest.fixture
def compared(page, qtbot) -> StrategyPage:
    page.start()
    qtbot.waitUntil(lambda: bool(page.regimes), timeout=20_000)
    return page


def test_the_same_cars_run_under_every_strategy(compared) -> None:
    cars = {r.service.groups and sum(g.cars for g in r.service.groups.values())
            for r in compared.regimes}  # fmt: skip
    assert len(cars) == 1
    assert len(compared.table.table.lines) == len(compared.regimes) == 10
    assert len(compared.findChildren(LinePlot)) == 1


def test_with_an_energy_price_the_cheapest_hours_join_in(page, qtbot) -> None:
    document = page.document
    tariff = EnergyPrice(0.24, (PriceWindow("Night", 0.12, 1380, 360),))
    document.edit(
        "Price", lambda p: edits.set_settings(p, replace(p.settings, energy_tariff=tariff))
    )
    qtbot.waitUntil(lambda: document.outcome is not None)
    page.start()
    qtbot.waitUntil(lambda: bool(page.regimes), timeout=20_000)
    titles = [c.title for c in page.table.table.columns]
    assert titles[2:7] == ["Energy %", "In full %", "Peak kW", "Needs kVA", "Charges £/year"]
    assert titles[-4:] == [
        "Night MWh/year", "Other times MWh/year", "Energy £/year", "Capacity £/year",
    ]  # fmt: skip
    assert all(len(line.cells) == len(titles) for line in page.table.table.lines)
    page.choose("cheapest_hours")
    energy = {line.subject[1]: line.cells[-2] for line in page.table.table.lines}
    assert energy["cheapest_hours"] < energy["uncontrolled"]


def test_stopping_leaves_the_page_as_it_was(page, qtbot) -> None:
    page.start()
    assert not page.stop.isHidden()
    page.cancel()
    qtbot.wait(30)
    assert page.regimes == ()
    assert page.words.text() == "Stopped."
    assert not page.run.isHidden()


def test_a_strategy_is_used_as_one_undoable_edit(compared, qtbot) -> None:
    document = compared.document
    if document.design.managed_cap_kw is None:
        compared._session.edit("Cap", lambda p: edits.set_managed_cap(p, 22.0))
        qtbot.waitUntil(lambda: document.outcome is not None)
    compared.choose("equal_share")
    assert compared.use.isEnabled()
    compared.use.click()
    assert document.project.scenario.strategy == "equal_share"
    assert not compared.use.isEnabled()
    qtbot.waitUntil(lambda: document.outcome is not None)
    assert "Compare again" not in compared.words.text(), "the sessions are the same"
    document.stack.undo()
    assert document.project.scenario.strategy == "least_laxity"


def test_without_a_design_the_page_leads_to_propose(open_tiny) -> None:
    open_tiny.work.go_to(2)
    open_tiny.work._open_drawer("Strategies")
    made = open_tiny.work.plan.drawer.stack.currentWidget()
    assert not made.run.isEnabled()
    made.go.click()
    assert open_tiny.work.step == 3


def test_without_load_management_nothing_can_be_chosen(compared) -> None:
    document = compared.document
    document.edit("No cap", lambda p: edits.set_managed_cap(p, None))
    compared.choose("equal_share")
    assert not compared.use.isEnabled()
    assert "Manage load" in compared.use.toolTip()


def test_the_strategy_chosen_runs_the_design(tiny_project, tiny_outcome) -> None:
    design = replace(tiny_project.scenario.design, managed_cap_kw=20.0)
    scenario = replace(tiny_project.scenario, design=design, strategy="round_robin")
    service = pipeline._simulate(tiny_project, scenario, design, tiny_outcome.demand)
    assert service.strategy == "round_robin"


def test_without_a_price_the_lowest_peak_is_planned_and_that_is_said(
    tiny_project, tiny_outcome
) -> None:
    design = replace(tiny_project.scenario.design, managed_cap_kw=20.0)
    scenario = replace(tiny_project.scenario, design=design, strategy="cheapest_hours")
    service = pipeline._simulate(tiny_project, scenario, design, tiny_outcome.demand)
    assert service.strategy == "shave_peak"
    assert [f.code for f in service.findings] == ["CHG-PRICE"]
    settings = replace(tiny_project.settings, energy_tariff=EnergyPrice(0.24))
    priced = replace(tiny_project, settings=settings)
    service = pipeline._simulate(priced, scenario, design, tiny_outcome.demand)
    assert (service.strategy, service.findings) == ("cheapest_hours", ())
