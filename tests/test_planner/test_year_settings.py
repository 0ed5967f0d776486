"""Price of losses and ageing are settings: they reach year, quote and window alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.documents.quote.data import assemble
from planner.documents.year.words import notes
from planner.edits import set_settings
from planner.pipeline import check_year


@pytest.fixture(scope="module")
def checked(tiny_project, tiny_outcome):
    settings = replace(tiny_project.settings, energy_price=0.2, ageing_ambient_c=30.0)
    project = set_settings(tiny_project, settings)
    return project, check_year(project, tiny_outcome)[0]


def test_the_settings_hold_where_the_command_says_nothing(
    checked, tiny_project, tiny_outcome
) -> None:
    year = checked[1].year
    said = {f.code: f for f in year.findings}
    loss = said["GRID-YEAR-LOSS"]
    assert f"worth {loss.value * 0.2:,.0f} at 0.2 per kWh" in loss.message
    assert "In air of 30 °C" in said["GRID-YEAR-AGEING"].message
    other = check_year(checked[0], tiny_outcome, ageing_ambient_c=-5.0)[0].year
    assert any("In air of -5 °C" in f.message for f in other.findings)
    bare = {f.code for f in check_year(tiny_project, tiny_outcome)[0].year.findings}
    assert "GRID-YEAR-AGEING" not in bare


def test_the_quote_says_losses_ageing_and_the_voltage_band(checked) -> None:
    project, outcome = checked
    words = assemble(project, project.scenario, outcome)["year"]["notes"]
    assert words == notes(outcome.year)
    assert [w.split()[0] for w in words] == ["In", "Cables", "In"]
    assert "within ±10 % of nominal" in words[0]
    assert "0.2 per kWh" in words[1]
    assert "the hot spot reaches" in words[2]


def test_the_window_lists_every_check_of_the_year(checked) -> None:
    present = pytest.importorskip("ui.present.year")
    year = checked[1].year
    table = present.checks_table(year.findings)
    assert len(table.lines) == len(year.findings)
    cells = [line.cells for line in table.lines]
    assert any("hot spot" in str(c[5]) for c in cells)
    assert any("EN 50160" in str(c[6]) for c in cells)
