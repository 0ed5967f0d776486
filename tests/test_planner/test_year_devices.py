"""Batteries and solar power in the year: energy closes, limits hold, and what fails is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.findings import Severity
from grid.model import Source, Supply
from grid.network.year import YearLoads
from planner import edits
from planner.charging.solar_yield import typical_monthly_kwh, typical_solar
from planner.checks.year import Beside, year_report
from planner.checks.year_devices import device_year, hold_kw
from planner.model.storage import Battery
from planner.money.takeoff import take_off
from planner.store.project_file import load, save

STORE = Battery("Store", 200.0, 60.0, 60.0, 85.0, 100.0)


def books(site, kw, battery, agreed_kva=100.0):
    supply = Supply(Source(0.4, 20.0, 10.0), None, agreed_kva)
    loads = YearLoads(("M",), np.array(kw, float)[:, None], np.zeros((len(kw), 1)))
    site = replace(site, supply=supply)
    return device_year(site, loads, None, 30, batteries=(battery,), solar=())


@settings(max_examples=40)
@given(
    st.lists(st.floats(0, 180), min_size=2, max_size=60), st.floats(1, 400), st.floats(1, 90),
    st.floats(60, 100), st.floats(0, 100),
)  # fmt: skip
def test_energy_closes_and_no_limit_is_passed(tiny_site, kw, kwh, power, round_trip, start) -> None:
    battery = Battery("B", kwh, power, power, round_trip, start)
    year = books(tiny_site, kw, battery)
    drawn, given_ = np.maximum(year.battery_kw, 0), np.maximum(-year.battery_kw, 0)
    way = (round_trip / 100) ** 0.5
    end = year.start_kwh + (drawn.sum() * way - given_.sum() / way) * 0.5
    assert year.stored_kwh[-1] == pytest.approx(end, abs=1e-9 * max(1.0, kwh))
    assert -1e-9 <= year.stored_kwh.min() <= year.stored_kwh.max() <= kwh * (1 + 1e-12)
    assert max(drawn.max(), given_.max()) <= power + 1e-9
    net = np.array(kw) + year.battery_kw
    assert net.max() <= max(98.0, year.short_kw + 98.0) + 1e-9
    lost = (net.sum() - sum(kw)) * 0.5 - (year.stored_kwh[-1] - year.start_kwh)
    assert lost == pytest.approx(year.loss_kwh, abs=1e-9 * max(1.0, kwh, sum(kw)))
    assert year.loss_kwh >= -1e-9


def test_by_hand_half_an_hour_above_the_limit(tiny_site) -> None:
    """98 kW may be drawn of 100 kVA: 138 kW for half an hour take 20 kWh out, 20/0.922 off."""
    year = books(tiny_site, [50, 138, 50], STORE)
    way = 0.85**0.5
    assert year.battery_kw[1] == pytest.approx(-40.0)
    assert year.stored_kwh[1] == pytest.approx(200 - 20 / way)
    assert year.battery_kw[2] == pytest.approx(min(48.0, (20 / way) / way / 0.5))
    assert year.short_kw == 0.0


def test_reactive_power_and_a_small_transformer_lower_what_may_be_drawn(tiny_site) -> None:
    held = hold_kw(tiny_site.supply, np.array([0.0, 180.0]))
    assert held == pytest.approx([0.98 * 300, 0.98 * 240])
    small = replace(tiny_site.supply.transformer, rated_kva=200.0)
    assert hold_kw(replace(tiny_site.supply, transformer=small), np.zeros(1))[0] == 196.0


def report(project, outcome, beside, agreed_kva):
    supply = replace(project.site.supply, agreed_kva=agreed_kva)
    site = replace(project.site, supply=supply)
    return year_report(site, outcome.design, project.catalogue, outcome.service, beside=beside)


def codes(found):
    return {f.code: f.severity for f in found}


def test_a_battery_lets_a_smaller_connection_do(tiny_project, tiny_outcome) -> None:
    """Charging 88 kW for three hours beside 115 kW passes 185 kVA; a battery keeps it."""
    bare = report(tiny_project, tiny_outcome, Beside(), 185.0)
    with_it = report(tiny_project, tiny_outcome, Beside((STORE,)), 185.0)
    assert codes(bare.findings)["GRID-YEAR-AGREED"] is Severity.ERROR
    assert codes(with_it.findings)["GRID-YEAR-AGREED"] is Severity.OK
    assert codes(with_it.findings)["BATTERY-YEAR"] is Severity.OK
    assert with_it.result.intake_kva.max() <= 185.0 < bare.result.intake_kva.max()
    more = with_it.result.intake_kw.sum() - bare.result.intake_kw.sum()
    devices = with_it.result.devices
    stored = devices.stored_kwh[-1] - devices.start_kwh
    losses = (with_it.result.loss_kw - bare.result.loss_kw).sum() / 2
    assert more / 2 == pytest.approx(devices.loss_kwh + stored + losses, abs=1e-6)


def test_too_small_and_idle_batteries_are_found(tiny_project, tiny_outcome) -> None:
    tiny = replace(STORE, capacity_kwh=5.0)
    small = report(tiny_project, tiny_outcome, Beside((tiny,)), 185.0)
    idle = report(tiny_project, tiny_outcome, Beside((STORE,)), 300.0)
    assert codes(small.findings)["BATTERY-SMALL"] is Severity.ERROR
    assert codes(idle.findings)["BATTERY-IDLE"] is Severity.WARNING


def test_solar_power_is_used_and_its_export_held_against_the_limit(
    tiny_project, tiny_outcome
) -> None:
    large, small = typical_solar(600.0, 51.5), typical_solar(40.0, 51.5)
    found = [
        codes(report(tiny_project, tiny_outcome, beside, 300.0).findings)["SOLAR-EXPORT"]
        for beside in (
            Beside(solar=(small,)), Beside(solar=(large,)), Beside(solar=(large,), export_kw=100.0)
        )
    ]  # fmt: skip
    assert found == [Severity.OK, Severity.WARNING, Severity.ERROR]


def test_a_typical_year_in_london_is_near_a_thousand_hours() -> None:
    """PVGIS-like figures for southern England: 950 to 1,050 kWh per kW at 35 degrees south."""
    monthly = typical_monthly_kwh(1.0, 35.0, 180.0, 51.5)
    assert 850 < sum(monthly) < 1150
    assert max(monthly) == max(monthly[4:8])
    assert sum(monthly) > sum(typical_monthly_kwh(1.0, 35.0, 0.0, 51.5))
    assert sum(typical_monthly_kwh(1.0, 0.0, 180.0, 0.0)) > sum(monthly)
    assert monthly[0] == pytest.approx(typical_monthly_kwh(1.0, 35.0, 180.0, 51.5)[0])


def test_the_southern_half_mirrors_the_northern() -> None:
    """The same tilt towards the equator, half a year later: within the sun's distance."""
    north = typical_monthly_kwh(1.0, 30.0, 180.0, 40.0)
    south = typical_monthly_kwh(1.0, 30.0, 0.0, -40.0)
    assert south[0] == pytest.approx(north[6], rel=0.08)


def test_devices_are_edited_stored_and_priced(tiny_project, tmp_path) -> None:
    solar = typical_solar(50.0, 51.5)
    project = edits.set_solar(edits.set_batteries(tiny_project, (STORE,)), (solar,))
    path = tmp_path / "with.ampyard"
    save(project, path)
    assert load(path).scenario == project.scenario
    scenario = project.scenario
    bom = take_off(
        project.site, scenario.design, project.catalogue, project.price_book, "open",
        (scenario.batteries, scenario.solar),
    )  # fmt: skip
    lines = {x.code: float(x.quantity) for x in bom.lines if x.group == "Storage and solar"}
    assert lines == {"BATTERY-KWH": 200.0, "BATTERY-KW": 60.0, "PV-KW": 50.0}
    assert edits.set_batteries(project, ()).scenario.batteries == ()
