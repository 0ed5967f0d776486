"""Connection options in the Check step: on demand, stopped, outdated, taken over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grid.findings import Finding, Severity
from grid.model import TimedLimit
from planner import edits, worker
from planner.model.connection import (
    CapacityPoint,
    ConnectionOptions,
    Offer,
    Reinforcement,
    ReinforcementStep,
)
from planner.model.headroom import Lift
from planner.model.storage import Battery
from planner.progress import silent
from planner.studies import ConnectionStudy, study_connection
from ui.connection_page import ConnectionPage
from ui.present import connection as present
from ui.widgets.line_plot import LinePlot

STORE = Battery("Battery 200 kWh", 200.0, 100.0, 100.0, 85.0, 100.0)


def study(now_kva: float, firm_kva: float = 500.0) -> ConnectionStudy:
    """Two points, two offers, one reinforcement with a price and one without."""
    today = CapacityPoint(now_kva, 80.0, 70.0, 40.0, now_kva - 5, 0.0, 1000.0)
    more = CapacityPoint(firm_kva, 99.5, 98.0, 95.0, 455.0, 12_000.0, None)
    step = Lift("agreed capacity", "supply", "More capacity", cost=12_000.0, lead_time="8 weeks")
    offers = (
        Offer("today", "As agreed today", "No change.", today, (), "none"),
        Offer("firm", "Firm connection", "At all times.", more, (step,), "8 weeks", "",
              ("yearly price of capacity",)),
        Offer("battery", "With a battery", "With 200 kWh.",
              CapacityPoint(200.0, 99.2, 98.0, 95.0, 195.0, 9000.0, 1000.0, 112.0), (), "none",
              "", ("energy price for what the battery loses",), battery=STORE),
    )  # fmt: skip
    warned = Finding(
        "CONNECTION-TX", Severity.WARNING, "T1", "Transformer", "Too small.", fix="Swap."
    )
    options = ConnectionOptions(
        now_kva, 99.0, 100.0, firm_kva, "GBP", (more, today), offers, ("Assumed so.",), (warned,)
    )
    cable = Lift("circuit", "W1", "Cable 25 mm²", cost=300.0, cost_low=200.0, cost_high=400.0)
    steps = (
        ReinforcementStep(cable, "CIRCUIT", "Circuit W1", "Too hot."),
        ReinforcementStep(replace(cable, text="Board", cost=None), "BOARD", "Board B1", "Small."),
    )
    made = Reinforcement(steps, (), 300.0, 200.0, 400.0, "GBP", ("Board: no price",), 3)
    return ConnectionStudy(options, made)


@pytest.fixture
def page(designed, monkeypatch) -> ConnectionPage:
    def stub(project, _design, _service, _demand, progress, _partial):
        progress(0.5, "Offers side by side")
        return study(project.site.supply.agreed_kva)

    monkeypatch.setitem(worker.TASKS, "connection", stub)
    designed.work.go_to(4)
    designed.work._open_drawer("Connection")
    made = designed.work.plan.drawer.stack.currentWidget()
    assert isinstance(made, ConnectionPage)
    return made


@pytest.fixture
def compared(page, qtbot) -> ConnectionPage:
    page.start.click()
    qtbot.waitUntil(lambda: page._run.made is not None)
    return page


def tab_text(window) -> str:
    tabs = window.work.plan.drawer.tabs
    return next(t for i in range(tabs.count()) if (t := tabs.tabText(i)).startswith("Connection"))


def test_the_options_are_worked_out_on_demand(page, qtbot) -> None:
    assert "same cars" in page.words.text()
    assert page._run.made is None
    page.start.click()
    assert page.start.isHidden()
    assert not page.stop.isHidden()
    qtbot.waitUntil(lambda: page._run.made is not None)
    assert page.words.text().startswith("500 kVA deliver 99 %")
    assert [line.cells[0] for line in page.table.table.lines] == [
        "As agreed today", "Firm connection", "With a battery",
    ]  # fmt: skip
    (plot,) = page.findChildren(LinePlot)
    assert "energy delivered up to 100" in plot.accessibleName()
    for index, table in enumerate(page.tables.values()):
        page.show_part(index)
        assert page.table.table is table


def test_stopping_leaves_the_page_as_it_was(page, qtbot) -> None:
    page.start.click()
    page.stop.click()
    qtbot.wait(30)
    assert page._run.made is None
    assert page.words.text() == "Stopped."
    assert not page.start.isHidden()


def test_an_edit_stops_the_comparison_under_way(page, designed, qtbot) -> None:
    page.start.click()
    designed.session.nudge("C1", 0.1, 0.0)
    assert page.words.text() == "Stopped, as the project has changed."
    qtbot.waitUntil(lambda: designed.session.document.outcome is not None)
    assert page._run.made is None
    assert "same cars" in page.words.text()


def test_an_edit_marks_the_options_outdated_and_undo_takes_it_back(
    compared, designed, qtbot
) -> None:
    document = designed.session.document
    qtbot.waitUntil(lambda: tab_text(designed) == "Connection")
    designed.session.nudge("C1", 0.1, 0.0)
    assert compared.words.text().startswith("Outdated")
    assert "outdated" in tab_text(designed)
    assert not compared.use.isEnabled()
    document.stack.undo()
    qtbot.waitUntil(lambda: not compared._run.is_old)
    assert tab_text(designed) == "Connection"


def test_the_firm_capacity_is_taken_over_as_one_undoable_assumption(compared, designed) -> None:
    document = designed.session.document
    before = document.project.site
    compared.use.click()
    site = document.project.site
    assert site.supply.agreed_kva == 500.0
    (told,) = [a for a in site.assumptions if a.id == present.AGREED]
    assert told.value == "500 kVA"
    assert not told.confirmed
    kept = {a.id for a in before.assumptions} - {present.AGREED}
    assert kept <= {a.id for a in site.assumptions}
    document.stack.undo()
    assert document.project.site is before


def test_another_project_forgets_the_options(compared, designed, tiny_project) -> None:
    designed.session.document.close()
    assert designed.session.studies.connection.made is None


def test_every_offer_can_be_chosen_and_is_taken_over_whole(compared, designed) -> None:
    """The table's line decides; a battery brings itself and the limit it was tried with."""
    compared.table.row_chosen.emit(("offer", "today"))
    assert not compared.use.isEnabled()
    assert "agreed now" in compared.words.text()
    compared.table.row_chosen.emit(("offer", "battery"))
    assert compared.use.text().strip() == "Use with a battery"
    assert "energy price" in compared.words.text()
    assert "battery 200 kWh and charging up to 115 kW" in compared.words.text()
    compared.use.click()
    document = designed.session.document
    scenario = document.project.scenario
    assert scenario.batteries == (STORE,)
    assert scenario.design.managed_cap_kw == 115.0
    assert document.project.site.supply.agreed_kva == 200.0
    document.stack.undo()
    assert document.project.scenario.batteries == ()
    assert document.project.scenario.design.managed_cap_kw != 115.0


def test_a_timed_offer_sets_the_hours_and_drops_another_ones_battery(tiny_project) -> None:
    timed = TimedLimit(200.0, 16, 20)
    firm = study(200.0).options.offers[1]
    project = edits.set_batteries(tiny_project, (STORE,))
    made = present.use_offer(project, replace(firm, key="timed", timed=timed))
    assert (made.site.supply.agreed_kva, made.site.supply.timed) == (500.0, timed)
    assert made.scenario.batteries == ()
    (told,) = [a for a in made.site.assumptions if a.id == present.AGREED]
    assert told.value == "500 kVA, 200 kVA from 16:00 to 20:00"
    site = present.use_offer(made, firm).site
    assert site.supply.timed is None


def test_the_offers_fit_beside_the_curve(compared) -> None:
    """Eight columns of figures; what an offer is stands above them."""
    table = compared.table
    # The last column stretches over what is left.
    wide = sum(table.columnWidth(n) for n in range(len(table.table.columns) - 1))
    assert wide <= 640
    assert compared.words.wordWrap()


def test_a_capacity_beyond_the_transformer_is_not_taken_over() -> None:
    offer = study(200.0).options.offers[1]
    assert present.cannot_use(offer) == ""
    larger = Lift("transformer", "T1", "Transformer 800 kVA")
    assert "transformer" in present.cannot_use(replace(offer, steps=(*offer.steps, larger)))
    assert "existing load" in present.cannot_use(replace(offer, possible=False))


def test_tables_say_what_is_not_known_and_how_it_ends() -> None:
    made = study(200.0)
    kva, energy = present.curve_points(made.options)
    assert (kva, energy) == ([200.0, 500.0], [80.0, 99.5])
    firm = present.offers_table(made.options).lines[1].cells
    assert firm[1:7] == (500.0, 99.5, 95.0, 455.0, None, 12_000.0)
    assert "Not known: yearly price of capacity." in present.offer_words(made.options.offers[1])
    refused = replace(made.options, offers=(replace(made.options.offers[0], possible=False),))
    assert "not possible" in str(present.offers_table(refused).lines[0].cells[0])
    end = present.reinforcement_table(made.reinforcement).lines[-1]
    assert end.group
    assert end.cells[:4] == ("All grid checks pass", "After 2 steps", "Board: no price", 300.0)
    left = replace(made.reinforcement, left=made.options.findings)
    assert present.reinforcement_table(left).lines[-1].cells[0] == "1 check still fails"


def test_the_task_runs_the_engines(tiny_project, tiny_outcome) -> None:
    supply = replace(tiny_project.site.supply, agreed_kva=180.0)
    project = edits.set_supply(tiny_project, supply)
    o = tiny_outcome
    made = study_connection(project, o.design, o.service, o.demand, silent, silent)
    assert made.options.now_kva == 180.0
    assert {offer.key for offer in made.options.offers} >= {"today", "timed", "battery"}
    assert made.reinforcement.rounds >= 1
    assert set(present.part_tables(made)) >= {"Offers", "Reinforcement", "Assumptions"}
