"""The mixes page: what was chosen, what no other mix beats, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from planner import stages, worker
from planner.catalogue import load_catalogue
from planner.layout.mix import choose_mix
from planner.layout.mix_front import mix_front
from planner.model.demand import DemandInput
from planner.model.ids import ModelId
from planner.model.scenario import Limits, Objective
from ui.mix_page import FRONT, INTRO, NONE_CHOSEN, MixPage
from ui.present.mixes import counts_text, mixes_table, options_of, points_of, reasons_table

CATALOGUE = load_catalogue()
COSTS = {ModelId("ac22-1"): 3900.0, ModelId("ac22-2"): 6500.0, ModelId("dc50"): 26_000.0}
INPUTS = (DemandInput("workplace", 10),)
ROOM = np.full(28 * 96, 60.0)
DEMANDS = (stages.demand(INPUTS, 1), *stages.redraws(INPUTS, 1)[:1])


@pytest.fixture(scope="module")
def mix():
    models = {m: CATALOGUE[m] for m in COSTS}
    return choose_mix(
        DEMANDS[0], Limits(), Objective.COST, models, COSTS, ROOM, 20, 1, redraws=DEMANDS[1:]
    )


@pytest.fixture(scope="module")
def front(mix):
    return mix_front(mix, DEMANDS, Limits(), CATALOGUE, COSTS, ROOM, 1)


@pytest.fixture
def page(designed, mix, front, monkeypatch) -> MixPage:
    """The page with the mixes of a proposal on the plan."""
    monkeypatch.setitem(worker.TASKS, "mixes", lambda *_asked: front)
    document = designed.session.document
    document.proposals = (replace(document.outcome, mix=mix, objective=Objective.COST),)
    designed.work.go_to(3)
    document.show_proposal(document.proposals[0])
    designed.work._open_drawer("Mixes")
    made = designed.work.plan.drawer.stack.currentWidget()
    assert isinstance(made, MixPage)
    made.document = document
    return made


def test_every_point_of_the_front_is_unbeaten_and_has_its_interval(front, mix) -> None:
    points = [(o.hardware_cost, -o.served_pct, o.charging_kva) for o in front]
    assert len(points) >= 3
    for point in points:
        assert not any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True))
            for other in points
        )
    assert {o.draws for o in front} == {mix.chosen.draws} == {2}
    assert all(o.served_ci_pct > 0 and o.peak_draws_kw[0] > 0 for o in front)


def test_a_lower_cap_asks_for_less_and_serves_no_more(front) -> None:
    for counts in {tuple(sorted(o.counts.items())) for o in front}:
        same = sorted(
            (o for o in front if tuple(sorted(o.counts.items())) == counts), key=lambda o: o.cap_kw
        )
        served = [o.served_pct for o in same]
        assert served == sorted(served)
        assert all(o.peak_kw <= o.cap_kw + 1e-9 for o in same)


def test_the_table_has_units_and_what_the_draws_differ(tiny_project, mix, front) -> None:
    table = mixes_table(tiny_project, mix, front)
    titles = [c.title for c in table.columns]
    assert {"Served %", "± points", "Cap kW", "Charging kVA", "Draws, kVA"} <= set(titles)
    first = dict(zip(titles, table.lines[0].cells, strict=True))
    assert first["Mix"] == "Chosen"
    assert " to " in first["Draws, % served"]
    points = points_of(tiny_project, mix, front)
    assert [p.chosen for p in points] == [True] + [False] * (len(points) - 1)
    assert len(table.lines) == len(points) == len(options_of(mix, front))


def test_chargers_are_worded_by_outlet(tiny_project) -> None:
    project = replace(tiny_project, catalogue=CATALOGUE)
    counts = {ModelId("ac22-2"): 13, ModelId("dc50"): 1}
    assert counts_text(project, counts) == "13 AC 2 × 22 kW + 1 DC 50 kW"


def test_the_front_comes_on_demand_and_stays(page, front, qtbot) -> None:
    assert page.words.text() == INTRO
    assert page.front == ()
    qtbot.keyClick(page.run, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.front == front)
    assert page.words.text() == FRONT
    document = page.document
    document.show_proposal(None)
    document.show_proposal(document.proposals[0])
    assert page.front == front


def test_rows_and_dots_follow_each_other(page, qtbot) -> None:
    page.start()
    qtbot.waitUntil(lambda: bool(page.front))
    page.table.selectRow(1)
    assert page.plot.selected == "1"
    point = page.plot._points[0]
    place = page.plot.at(point.cost, point.served_pct).toPoint()
    qtbot.mouseClick(page.plot, Qt.MouseButton.LeftButton, pos=place)
    assert page.plot.selected == point.key
    assert [i.row() for i in page.table.selectionModel().selectedRows()] == [0]


def test_a_design_of_ones_own_says_that_there_was_no_choice(page) -> None:
    document = page.document
    document.proposals = (replace(document.proposals[0], mix=None),)
    document.show_proposal(document.proposals[0])
    assert page.words.text() == NONE_CHOSEN
    assert not page.run.isEnabled()
    assert reasons_table(None).lines == ()


def test_why_a_mix_was_chosen_can_be_read(mix) -> None:
    table = reasons_table(mix)
    assert len(table.lines) == len(mix.reasons)
    assert any("2 draws of the demand" in line.cells[0] for line in table.lines)
