"""Numbers behind the pictures: local days, clock changes, duration, voltage profile."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from planner.checks import year_figures as figures
from planner.checks.year import year_report


@pytest.fixture(scope="module")
def year(tiny_site, tiny_design, tiny_catalogue, tiny_outcome):
    return year_report(tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service).result


def test_a_week_starts_on_monday_and_holds_the_moment(year) -> None:
    week = figures.week(year, year.worst_step)
    assert week.first_day.weekday() == 0
    assert (len(week.hours), week.days) == (7 * 48, 7)
    assert week.kva[week.peak] == year.intake_kva[year.worst_step]
    assert week.existing_kw[week.peak] + week.charging_kw[week.peak] > 0


@pytest.mark.parametrize(("month_day", "hours"), [((3, 30), 23), ((10, 26), 25), ((6, 1), 24)])
def test_a_day_of_the_clock_change_has_its_own_length(year, month_day, hours) -> None:
    noon = (datetime(2025, *month_day, 12, tzinfo=UTC) - year.start).total_seconds() / 1800
    day = figures.day(year, int(noon))
    assert day.first_day == date(2025, *month_day)
    assert len(day.hours) == hours * 2


def test_the_map_holds_the_peak_where_it_was(year) -> None:
    grid = figures.hour_by_day(year, year.intake_kva)
    # The year in London begins and ends at midnight UTC, in winter time.
    assert grid.value.shape == (24, 365)
    assert grid.value[grid.peak_hour, grid.peak_day] == year.intake_kva.max()
    # On 30 March 2025 the hour from 01:00 does not exist.
    missing = np.argwhere(np.isnan(grid.value))
    assert missing.tolist() == [[1, 88]]


def test_duration_keeps_both_ends(year) -> None:
    curve = figures.duration(year.intake_kva)
    assert curve.value[0] == year.intake_kva.max()
    assert curve.value[-1] == year.intake_kva.min()
    assert (np.diff(curve.value) <= 0).all()
    assert not len(figures.duration(np.array([np.nan])).value)


def test_day_peaks_bound_the_mean(year) -> None:
    days = figures.day_peaks(year)
    assert len(days.highest) == 365
    assert (days.lowest <= days.mean).all()
    assert days.highest.max() == year.intake_kva.max()


def test_the_voltage_profile_follows_the_cables(year) -> None:
    legs = {leg.to_id: leg for leg in figures.voltage_profile(year)}
    assert list(legs) == ["P1", "C1", "C2", "C3"]
    assert legs["C1"].start_m == legs["P1"].end_m
    assert legs["C1"].end_pu < legs["C1"].start_pu < legs["P1"].start_pu
    assert {leg.feeder for leg in legs.values()} == {"P1"}


def test_unsolved_intervals_leave_holes_not_faults(year) -> None:
    kva = year.intake_kva.copy()
    kva[:48] = np.nan
    holed = replace(year, intake_kva=kva)
    assert np.isnan(figures.day_peaks(holed).highest[0])
    assert np.isnan(figures.hour_by_day(holed, kva).value[:, 0]).all()
    assert len(figures.day(holed, 0).kva) == 48
