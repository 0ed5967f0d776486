"""A year of intervals: worst moments by name, injected violations, repeating weeks."""

from dataclasses import replace

import numpy as np
import pytest

from grid.findings import Severity
from planner.checks.year import charging_at, moment, year_report
from planner.model.outcome import Service


def service_of(load: np.ndarray, step_min: int = 15) -> Service:
    return Service("least_laxity", 100, 100, 0, 0, 0, 0, None, step_min, load)


@pytest.fixture(scope="module")
def report(tiny_site, tiny_design, tiny_catalogue, tiny_outcome):
    return year_report(tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service)


def test_the_tiny_year_passes(report, tiny_site) -> None:
    assert {f.severity for f in report.findings} == {Severity.OK}
    assert report.flow.converged.all()
    assert len(report.flow.intake_kw) == len(tiny_site.profile.kw)
    assert report.flow.compared_pu < 1e-6


def test_energy_of_the_year_is_profile_plus_charging_plus_losses(report, tiny_site) -> None:
    # 88 kW for 3 h on Mondays only: 2025 has 52 of them.
    hours = report.interval_min / 60
    charging = report.charging_kw.sum() * hours
    assert charging == pytest.approx(88 * 3 * 52)
    total = report.flow.intake_kw.sum() * hours
    losses = report.flow.loss_kw.sum() * hours
    assert total == pytest.approx(tiny_site.profile.total_kwh + charging + losses, rel=1e-9)


def test_a_violation_in_one_interval_is_found_and_dated(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    kw = tiny_site.profile.kw.copy()
    kw[5432] = 420.0  # 113 days and 4 h after 1 January 2025 00:00 UTC, in British summer time
    site = replace(tiny_site, profile=replace(tiny_site.profile, kw=kw))
    report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
    found = next(f for f in report.findings if f.code == "GRID-YEAR-AGREED")
    assert found.severity is Severity.ERROR
    assert "Thu 24 Apr 2025, 05:00" in found.message
    assert "exceeded in 0.5 h" in found.message
    assert int(np.argmax(report.flow.intake_kva)) == 5432


def test_an_impossible_interval_is_a_finding(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    kw = tiny_site.profile.kw.copy()
    kw[100] = 90_000.0
    site = replace(tiny_site, profile=replace(tiny_site.profile, kw=kw))
    report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
    found = next(f for f in report.findings if f.code == "GRID-YEAR-FLOW")
    assert "In 1 interval " in found.message
    assert "Fri 03 Jan 2025, 02:00" in found.message


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
    assert len(report.flow.intake_kw) == 7 * 96
