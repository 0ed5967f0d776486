"""What more capacity buys, offers side by side, and reinforcement until all checks pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grid.findings import Severity
from planner.charging.headroom import headroom_kw
from planner.charging.simulate import simulate
from planner.charging.station import stations_of_chargers
from planner.checks.connection import connection_options, yearly_cost
from planner.checks.grid import grid_report
from planner.checks.reinforce import reinforce
from planner.checks.year import year_report
from planner.connection_report import (
    connection_json,
    connection_lines,
    reinforcement_json,
    reinforcement_lines,
)
from planner.inputs.beside import battery_from_text, solar_from_text
from planner.inputs.problem import InputError
from planner.model.connection import ConnectionOptions
from planner.model.demand import Sessions


def with_supply(project, **changes):
    supply = replace(project.site.supply, **changes)
    return replace(project, site=replace(project.site, supply=supply))


@pytest.fixture(scope="module")
def cars() -> Sessions:
    """Twelve cars a day that want more than 170 kVA leave them."""
    n = 12 * 7
    arrive = np.sort(np.repeat(np.arange(7) * 1440.0, 12) + np.tile(600 + 20 * np.arange(12.0), 7))
    return Sessions(
        arrive, arrive + 240, np.full(n, 30.0), np.full(n, 22.0), np.full(n, 50.0),
        np.zeros(n, np.int64), ("workplace",), 7,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(tiny_project, tiny_design, cars) -> ConnectionOptions:
    return connection_options(with_supply(tiny_project, agreed_kva=180.0), tiny_design, cars)


def test_more_capacity_delivers_more_and_the_least_enough_is_named(found) -> None:
    energy = [p.energy_pct for p in found.curve]
    assert energy == sorted(energy)
    goal = found.ceiling_pct * found.target_pct / 100
    at = {p.agreed_kva: p.energy_pct for p in found.curve}
    assert at[found.recommended_kva] >= goal
    assert all(e < goal for k, e in at.items() if k < found.recommended_kva)
    assert any(0 < found.recommended_kva - k <= 10.0 for k in at)


def test_a_point_is_what_the_simulation_gives_by_itself(
    found, tiny_project, tiny_design, cars
) -> None:
    point = found.curve[2]
    site = with_supply(tiny_project, agreed_kva=point.agreed_kva).site
    stations = stations_of_chargers(tiny_design.chargers.values(), tiny_project.catalogue)
    service = simulate(cars, stations, headroom_kw(site, 7, 15), "least_laxity")
    assert point.energy_pct == pytest.approx(service.energy_pct)
    assert point.p5_energy_pct == pytest.approx(service.p5_energy_pct)


def test_costs_are_quantity_times_book(found, tiny_project) -> None:
    firm = next(o for o in found.offers if o.key == "firm")
    book = tiny_project.price_book.prices
    more = found.recommended_kva - 180.0
    assert firm.point.invest == pytest.approx(more * float(book["AGREED-KVA"].typical))
    assert firm.point.yearly_cost == pytest.approx(found.recommended_kva * 21.9)
    assert "lead time of agreed capacity" in firm.unknown


def test_offers_are_between_today_and_firm(found) -> None:
    by_key = {o.key: o for o in found.offers}
    today, firm, timed = (by_key[k].point.energy_pct for k in ("today", "firm", "timed"))
    assert today <= timed + 1e-9 <= firm + 1e-9
    assert by_key["battery"].point.energy_pct > today
    assert by_key["battery"].point.agreed_kva == 180.0
    assert "16:00 to 20:00" in by_key["timed"].restricted
    assert by_key["transformer"].lead_time == "16 to 24 weeks"


def test_agreed_below_the_existing_peak_is_an_error(tiny_project, tiny_design, cars) -> None:
    low = with_supply(tiny_project, agreed_kva=100.0)
    found = connection_options(low, tiny_design, cars)
    codes = {f.code: f for f in found.findings}
    assert codes["CONNECTION-EXISTING"].severity is Severity.ERROR
    assert codes["CONNECTION-EXISTING"].value == pytest.approx(140 / 0.95, rel=1e-3)
    assert not found.offers[0].possible
    offers = {f.subject for f in found.findings if f.code == "CONNECTION-OFFER"}
    assert "today" in offers


def test_without_supply_or_chargers_nothing_is_compared(tiny_project, tiny_design, cars) -> None:
    bare = replace(tiny_project, site=replace(tiny_project.site, supply=None))
    found = connection_options(bare, tiny_design, cars)
    assert (found.offers, found.findings[0].code) == ((), "CONNECTION-NOTHING")


def test_an_unknown_tariff_stays_unknown() -> None:
    assert yearly_cost("au", "AUD", 100.0, 90.0) is None
    assert yearly_cost("gb", "EUR", 100.0, 90.0) is None
    assert yearly_cost("de", "EUR", 100.0, 90.0) == pytest.approx(90 * 34.29)


def test_reinforcement_ends_with_all_checks_passed(tiny_project, tiny_design, tiny_outcome) -> None:
    """A supply of 150 kVA behind a 160 kVA transformer cannot carry 230 kVA."""
    unit = replace(tiny_project.site.supply.transformer, rated_kva=160.0, load_loss_kw=1.75)
    project = with_supply(tiny_project, agreed_kva=150.0, transformer=unit)
    service, demand = tiny_outcome.service, tiny_outcome.demand
    made, site, design = reinforce(project, tiny_design, service, demand)
    assert made.passes
    assert {s.lift.kind for s in made.steps} >= {"agreed capacity", "transformer"}
    assert made.cost == pytest.approx(sum(s.lift.cost for s in made.steps))
    assert all(s.why for s in made.steps)
    grid = grid_report(site, design, project.catalogue, service, demand)
    year = year_report(site, design, project.catalogue, service)
    errors = [f for f in (*grid.findings, *year.findings) if f.severity is Severity.ERROR]
    assert errors == []


def test_what_no_standard_size_lifts_is_left(tiny_project, tiny_design, tiny_outcome) -> None:
    unit = replace(tiny_project.site.supply.transformer, lv_no_load_v=460.0)
    project = with_supply(tiny_project, transformer=unit)
    made, _, _ = reinforce(project, tiny_design, tiny_outcome.service, tiny_outcome.demand)
    assert not made.passes
    assert any(f.code.endswith("VOLTAGE") and f.value > 1.1 for f in made.left)
    assert any("Cannot be lifted" in line for line in reinforcement_lines(made))


def test_reports_are_plain_json(found) -> None:
    document = connection_json(found)
    assert len(document["curve"]) == len(found.curve)
    assert any(line.startswith("Assumed:") for line in connection_lines(found))


@pytest.mark.parametrize("text", ["", "100", "a:b", "0:10", "10:-1", "1:2:3", "nan:5"])
def test_a_battery_that_is_none_is_refused(text) -> None:
    with pytest.raises(InputError):
        battery_from_text(text)


@pytest.mark.parametrize("text", ["", "x", "0", "10:91", "10:30:360", "1:2:3:4", "inf"])
def test_solar_that_is_none_is_refused(text, tiny_site) -> None:
    with pytest.raises(InputError):
        solar_from_text(text, tiny_site)


def test_sizes_in_words_are_read(tiny_site) -> None:
    assert battery_from_text("50:120").capacity_kwh == 120.0
    assert solar_from_text("40:20:90", tiny_site).azimuth_deg == 90.0


def test_reinforcement_as_json(tiny_project, tiny_design, tiny_outcome) -> None:
    made, _, _ = reinforce(tiny_project, tiny_design, tiny_outcome.service, tiny_outcome.demand)
    assert reinforcement_json(made)["passes"] is made.passes
