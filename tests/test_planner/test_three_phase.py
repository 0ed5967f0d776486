"""The worst day line by line: which outlet loads which line, unbalance, neutral."""

from dataclasses import replace

import pytest

from grid.findings import Severity
from planner.checks.three_phase import line_kw, three_phase_findings, worst_day_steps
from planner.checks.year import year_report


@pytest.fixture(scope="module")
def year(tiny_site, tiny_design, tiny_catalogue, tiny_outcome):
    return year_report(tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service).result


def test_the_worst_day_has_one_interval_an_hour(year) -> None:
    steps = worst_day_steps(year)
    assert len(steps) == 24
    assert year.worst_step in steps


@pytest.mark.parametrize(
    ("terminals", "kw", "lines"),
    [((), 10, (10, 0, 0)), (("L1-L2-L3", "L2-L3-L1"), 10, (5, 5, 0)),
     (("L3-L1-L2", "L3-L1-L2"), 10, (0, 0, 10)), ((), 20.72, (16.72, 2, 2))],
)  # fmt: skip
def test_cars_charge_on_the_first_terminal_of_their_outlet(
    terminals, kw, lines, tiny_design, tiny_catalogue
) -> None:
    charger = replace(tiny_design.chargers["C1"], terminals=terminals)
    assert line_kw(charger, tiny_catalogue[charger.model], kw) == pytest.approx(lines)


def test_a_direct_current_charger_is_balanced(tiny_design, tiny_catalogue) -> None:
    charger = tiny_design.chargers["C3"]
    assert line_kw(charger, tiny_catalogue[charger.model], 30) == pytest.approx((10, 10, 10))


def test_turned_terminals_halve_unbalance_and_neutral(
    year, tiny_site, tiny_design, tiny_catalogue
) -> None:
    def study(design):
        found = three_phase_findings(tiny_site, design, tiny_catalogue, year)
        return {f.code: f for f in found}

    same = study(tiny_design)
    turned = {
        key: replace(c, terminals=("L2-L3-L1", "L3-L1-L2") if key == "C2" else ("L1-L2-L3",) * 2)
        for key, c in tiny_design.chargers.items()
    }
    mixed = study(replace(tiny_design, chargers=turned))
    code = "GRID-3PH-UNBALANCE"
    assert same[code].value > 1.5 * mixed[code].value > 0
    assert "EN 50160" in same[code].clause
    assert same["GRID-3PH-NEUTRAL"].severity is Severity.OK
    assert "UTC" in same[code].message


def test_a_weak_supply_breaks_the_two_per_cent(
    year, tiny_site, tiny_design, tiny_catalogue
) -> None:
    weak = replace(tiny_site.supply.transformer, rated_kva=50.0, load_loss_kw=0.9)
    site = replace(tiny_site, supply=replace(tiny_site.supply, transformer=weak))
    calm = replace(year, existing_kw=0 * year.existing_kw, charging_kw=0.6 * year.charging_kw)
    found = {f.code: f for f in three_phase_findings(site, tiny_design, tiny_catalogue, calm)}
    assert found["GRID-3PH-UNBALANCE"].severity is Severity.ERROR
