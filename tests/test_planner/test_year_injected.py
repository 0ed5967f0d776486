"""A violation put into one hour of a year is found there, named, and dated twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from grid.findings import Severity
from grid.model import Transformer
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year import assess, year_report
from planner.checks.year_load import year_load, year_loads
from planner.model.site import LoadProfile

HOUR = 5_432
LONDON = ZoneInfo("Europe/London")
CALENDARS = {
    "half-hourly": (2025, 30), "quarter-hourly": (2025, 15), "leap year": (2024, 15),
    "hourly leap year": (2024, 60),
}  # fmt: skip
WEAK = Transformer("TX8", 500.0, 11.0, 400.0, 8.0, 5.1, 0.68, 0.5)
BIG = Transformer("TX9", 3000.0, 11.0, 420.0, 4.5, 20.0, 2.0, 0.5)


def spiked(year: int, interval: int, kw: float, hour: float = HOUR) -> LoadProfile:
    days = 366 if year % 4 == 0 else 365
    series = np.full(days * 1440 // interval, 90.0)
    series[int(hour * 60) // interval] = kw
    return LoadProfile(
        datetime(year, 1, 1, tzinfo=UTC), interval, series, "Europe/London", "hand-made"
    )


def moment_of(year: int, hour: float = HOUR) -> tuple[str, str]:
    utc = datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    return f"{utc.astimezone(LONDON):%a %d %b %Y, %H:%M}", f"{utc:%Y-%m-%d %H:%M} UTC"


def errors(report) -> dict[str, str]:
    return {f.code: f.message for f in report.findings if f.severity is Severity.ERROR}


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize(
    ("code", "kw", "supply"),
    [
        ("GRID-YEAR-AGREED", 420.0, {}),
        ("GRID-YEAR-TX", 560.0, {"agreed_kva": 9999.0}),
        ("GRID-YEAR-BOARD", 520.0, {"agreed_kva": 9999.0, "transformer": BIG}),
        ("GRID-YEAR-VOLTAGE", 1600.0, {"agreed_kva": 9999.0, "transformer": WEAK}),
    ],
)  # fmt: skip
def test_it_is_named_at_its_hour(
    calendar, code, kw, supply, tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    year, interval = CALENDARS[calendar]
    profile = spiked(year, interval, kw)
    site = replace(tiny_site, profile=profile, supply=replace(tiny_site.supply, **supply))
    report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
    local, utc = moment_of(year)
    assert f"on {local} ({utc})" in errors(report)[code]
    assert report.result.worst_step == HOUR * 60 // interval
    assert report.result.worst_hours[0].utc == utc
    assert "existing load" in errors(report)[code].split("Cause: ")[1]


@pytest.mark.parametrize("calendar", ["half-hourly", "leap year"])
def test_a_feeder_and_its_circuits_are_named(
    calendar, tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    year, interval = CALENDARS[calendar]
    site = replace(tiny_site, profile=spiked(year, interval, 90.0))
    load = year_load(site, tiny_outcome.service)
    charging = load.charging_kw.copy()
    charging[HOUR * 60 // interval] = 180.0
    joined = site_network(site, tiny_design)
    rated = rated_inputs(joined.network, tiny_design, tiny_catalogue)
    loads = year_loads(joined.network, rated, load.existing_kw, charging)
    report = assess(site, joined.network, joined.names, replace(load, charging_kw=charging), loads)
    found = {f.subject: f for f in report.findings if f.severity is Severity.ERROR}
    local, utc = moment_of(year)
    assert f"on {local} ({utc})" in found["F1"].message
    assert found["F1"].place == "Circuit F1, Main board to Pillar P1"
    assert found["F1"].limit == 200
    assert "Cause: charging, 180 of 270 kW" in found["F1"].message


def test_the_hour_that_comes_twice_is_told_apart_by_utc(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    first = (datetime(2025, 10, 26, 0, 30, tzinfo=UTC) - datetime(2025, 1, 1, tzinfo=UTC)) // (
        timedelta(minutes=30)
    )
    said = []
    for half_hour in (first, first + 2):
        site = replace(tiny_site, profile=spiked(2025, 30, 420.0, half_hour / 2))
        report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
        said.append(errors(report)["GRID-YEAR-AGREED"])
    assert all("Sun 26 Oct 2025, 01:30" in words for words in said)
    assert ["00:30 UTC" in said[0], "01:30 UTC" in said[1]] == [True, True]


def test_collapse_at_some_hours_is_a_finding_with_reason_and_hours(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    kw = spiked(2025, 30, 90.0).kw.copy()
    kw[2 * HOUR : 2 * HOUR + 6] = 90_000.0
    profile = replace(spiked(2025, 30, 90.0), kw=kw)
    report = year_report(
        replace(tiny_site, profile=profile), tiny_design, tiny_catalogue, tiny_outcome.service
    )
    found = next(f for f in report.findings if f.code == "GRID-YEAR-FLOW")
    local, utc = moment_of(2025)
    assert "In 6 intervals no voltage exists" in found.message
    assert f"first on {local} ({utc}): {local} for 3 h" in found.message
    assert "90,000 kW (existing load" in found.message
    assert report.result.unsolved == 6


def test_a_year_that_cannot_be_carried_at_all_is_a_finding(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    profile = replace(spiked(2025, 30, 90.0), kw=np.full(17_520, 90_000.0))
    report = year_report(
        replace(tiny_site, profile=profile), tiny_design, tiny_catalogue, tiny_outcome.service
    )
    assert report.result is None
    assert [f.code for f in report.findings] == ["GRID-YEAR-FLOW"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_said_and_the_rest_is_checked(
    value, tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    site = replace(tiny_site, profile=spiked(2025, 30, value))
    report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
    gap = next(f for f in report.findings if f.code == "GRID-YEAR-GAP")
    local, utc = moment_of(2025)
    assert gap.severity is Severity.ERROR
    assert f"1 interval is not a number, first on {local} ({utc})" in gap.message
    assert report.result.unsolved == 1
    assert np.isfinite(report.result.intake_kva).sum() == 17_519


def test_a_day_of_minutes_is_a_year_too(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    kw = np.full(1_440, 90.0)
    kw[1_201] = 420.0
    profile = LoadProfile(datetime(2025, 6, 2, tzinfo=UTC), 1, kw, "Europe/London", "hand-made")
    report = year_report(
        replace(tiny_site, profile=profile), tiny_design, tiny_catalogue, tiny_outcome.service
    )
    assert "Mon 02 Jun 2025, 21:01 (2025-06-02 20:01 UTC)" in errors(report)["GRID-YEAR-AGREED"]
    assert len(report.result.intake_kva) == 1_440


def test_a_solar_surplus_is_solved_too(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    site = replace(tiny_site, profile=spiked(2025, 30, -900.0))
    report = year_report(site, tiny_design, tiny_catalogue, tiny_outcome.service)
    local, _ = moment_of(2025)
    assert local in errors(report)["GRID-YEAR-AGREED"]
    assert report.result.unsolved == 0


@pytest.mark.parametrize(
    ("kw", "ambient_c", "severity"), [(90.0, 20.0, "ok"), (450.0, 30.0, "warning"),
                                      (700.0, 30.0, "error")],
)  # fmt: skip
def test_ageing_is_followed_where_asked_for(
    kw, ambient_c, severity, tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    profile = replace(spiked(2025, 60, 90.0), kw=np.full(8_760, kw))
    site = replace(tiny_site, profile=profile)
    service = replace(tiny_outcome.service, load_kw=np.zeros(7 * 96))
    arguments = (site, tiny_design, tiny_catalogue, service)
    found = [
        f for f in year_report(*arguments, ageing_ambient_c=ambient_c).findings
        if f.code == "GRID-YEAR-AGEING"
    ]  # fmt: skip
    assert [str(f.severity) for f in found] == [severity]
    assert "IEC 60076-7" in found[0].clause
    assert not [f for f in year_report(*arguments).findings if f.code == "GRID-YEAR-AGEING"]


def test_losses_are_priced_where_a_price_is_given(
    tiny_site, tiny_design, tiny_catalogue, tiny_outcome
) -> None:
    report = year_report(
        tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service, energy_price=0.25
    )
    said = next(f for f in report.findings if f.code == "GRID-YEAR-LOSS")
    kwh = report.result.loss_kw.sum() * report.result.hours
    assert said.value == pytest.approx(kwh)
    assert f"worth {0.25 * kwh:,.0f} at 0.25 per kWh" in said.message
