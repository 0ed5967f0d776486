"""A year of intervals: worst moments by name, injected violations, repeating weeks."""

from dataclasses import replace

import numpy as np
import pytest

from grid.findings import Severity
from grid.network.year import YearLoads, solve_year
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year import year_flow, year_report
from planner.checks.year_load import charging_at, year_load, year_loads
from planner.model.outcome import Service
from planner.model.year import moment


def service_of(load: np.ndarray, step_min: int = 15) -> Service:
    return Service("least_laxity", 100, 100, 0, 0, 0, 0, None, step_min, load)


@pytest.fixture(scope="module")
def report(tiny_site, tiny_design, tiny_catalogue, tiny_outcome):
    return year_report(tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service)


def test_the_tiny_year_passes(report, tiny_site) -> None:
    assert {f.severity for f in report.findings} == {Severity.OK}
    assert report.result.unsolved == 0
    assert len(report.result.intake_kw) == len(tiny_site.profile.kw)
    assert report.result.compared_pu < 1e-6


def test_energy_of_the_year_is_profile_plus_charging_plus_losses(report, tiny_site) -> None:
    # 88 kW for 3 h on Mondays only: 2025 has 52 of them.
    year = report.result
    charging = year.charging_kw.sum() * year.hours
    assert charging == pytest.approx(88 * 3 * 52)
    total, losses = year.intake_kw.sum() * year.hours, year.loss_kw.sum() * year.hours
    assert total == pytest.approx(tiny_site.profile.total_kwh + charging + losses, rel=1e-9)


def test_the_summary_equals_the_full_arrays(
    report, tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    flow = year_flow(tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service)
    year = report.result
    assert np.array_equal(flow.intake_kva, year.intake_kva)
    for i, node in enumerate(flow.nodes):
        assert year.nodes[node].lowest_pu == flow.voltage_pu[:, i].min()
        assert year.nodes[node].highest_step == flow.voltage_pu[:, i].argmax()
    for i, circuit in enumerate(flow.circuits):
        assert year.branches[circuit].peak_a == flow.circuit_a[:, i].max()
    assert year.branches["MSB"].peak_a == flow.origin_a.max()


def test_weeks_repeat_at_local_time() -> None:
    load = np.arange(7 * 96, dtype=float)
    minutes = np.array([0, 30, 7 * 1440, 7 * 1440 + 30])
    assert charging_at(service_of(load), minutes, 30).tolist() == [0.5, 2.5, 0.5, 2.5]


def test_a_coarser_simulation_is_held_over_finer_intervals() -> None:
    load = np.arange(7 * 24, dtype=float)
    minutes = np.array([0, 15, 45, 60])
    assert charging_at(service_of(load, 60), minutes, 15).tolist() == [0, 0, 0, 1]


def test_moment_is_local() -> None:
    assert moment(0) == "Mon 29 Dec 1969, 00:00"


def test_without_profile_the_simulated_week_is_computed(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    site = replace(tiny_site, profile=None)
    report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
    assert len(report.result.intake_kw) == 7 * 96


def test_an_engine_with_its_own_model_agrees_on_the_hotel(hotel, proposal, pgm_year) -> None:
    joined = site_network(hotel.site, proposal.design)
    load = year_load(hotel.site, proposal.service)
    rated = rated_inputs(joined.network, proposal.design, hotel.catalogue)
    slice_of = slice(1_100, 1_600)  # a winter fortnight with the highest draw of the year
    loads = year_loads(joined.network, rated, load.existing_kw, load.charging_kw)
    p, q = loads.part(slice_of)
    ours = solve_year(joined.network, YearLoads(loads.nodes, p, q))
    theirs = pgm_year(joined.network, YearLoads(loads.nodes, p, q))
    assert theirs.nodes == ours.nodes
    assert len(ours.nodes) > 15
    # Its transformer is a pi circuit, ours pandapower's default t.
    assert np.abs(theirs.solve() - ours.voltage_pu).max() < 3e-6
