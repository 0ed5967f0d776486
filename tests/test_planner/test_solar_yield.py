"""A yield by time in the place of a typical year, the export limit, and the unmanaged year."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from grid.findings import Severity
from planner import commands
from planner.charging.solar import measured_kw, solar_kw
from planner.checks.year import beside, year_report
from planner.checks.year_devices import device_assumptions, yield_gaps
from planner.inputs.beside import export_from_number, solar_of
from planner.inputs.problem import InputError
from planner.inputs.workbooks.supply import SupplySheet, read_supply
from planner.inputs.workbooks.supply_template import write_template
from planner.inputs.workbooks.supply_typed import TypedSupply, check, typed_from
from planner.model.site import LoadProfile
from planner.model.storage import Solar
from planner.store.project_file import load, save
from planner.unmanaged_report import unmanaged_lines, unmanaged_year

PLACE = (51.5, -0.1)


def profile(kw, start=datetime(2025, 1, 1, tzinfo=UTC), interval_min=60) -> LoadProfile:
    return LoadProfile(start, interval_min, np.asarray(kw, float), "UTC", "pv.csv")


def modules(measured, kw=80.0) -> Solar:
    return Solar("S", kw, kw, 30.0, 180.0, (0.0,) * 12, 0.0, measured)


def test_a_yield_counts_at_its_own_time() -> None:
    """Two hours at 10 and 30 kW, asked for by half-hours from the second one."""
    given = profile([10.0, 30.0, 0.0])
    asked = measured_kw(given, datetime(2025, 1, 1, 0, 30, tzinfo=UTC), 30, 4)
    assert asked.tolist() == [10.0, 30.0, 30.0, 0.0]
    assert measured_kw(given, given.start, 120, 1).tolist() == [20.0]


def test_another_year_takes_the_same_day_and_time() -> None:
    year = profile(np.arange(8760.0))
    asked = measured_kw(year, datetime(2027, 3, 1, tzinfo=UTC), 60, 3)
    at = (31 + 28) * 24
    assert asked.tolist() == [at, at + 1, at + 2]
    later = profile(np.arange(8760.0), start=datetime(2024, 7, 1, tzinfo=UTC))
    assert measured_kw(later, datetime(2031, 7, 1, tzinfo=UTC), 60, 2).tolist() == [0.0, 1.0]
    # January 2031 is January 2025 of a year that began in July 2024.
    half = (31 + 31 + 30 + 31 + 30 + 31) * 24
    assert measured_kw(later, datetime(2031, 1, 1, tzinfo=UTC), 60, 1).tolist() == [half]


def test_what_a_yield_leaves_out_is_said_and_counts_as_dark() -> None:
    week = modules(profile(np.full(168, 50.0)), kw=40.0)
    start = week.measured.start
    kw = solar_kw((week,), start, 60, 8760, PLACE)
    assert kw[:168].tolist() == [40.0] * 168  # no more than the inverter gives
    assert not kw[168:].any()
    (gap,) = yield_gaps((week,), start, 60, 8760)
    assert (gap.code, gap.value, gap.severity) == ("SOLAR-YIELD", 8592.0, Severity.WARNING)
    assert yield_gaps((modules(profile(np.zeros(8760))),), start, 60, 8760) == ()


def test_a_generator_from_a_yield_has_its_energy_and_refuses_a_wrong_unit() -> None:
    made = solar_of(profile(np.tile([0.0, 12.0], 4380)), None, "pv.csv")
    assert made.peak_kw == 12.0
    assert sum(made.monthly_kwh) == pytest.approx(12.0 * 4380)
    assert made.monthly_kwh[1] == pytest.approx(12.0 * 14 * 24)
    with pytest.raises(InputError, match="far above 5 kW of modules"):
        solar_of(made.measured, modules(None, 5.0), "pv.csv")
    with pytest.raises(InputError, match="never above zero"):
        solar_of(profile(np.zeros(48)), None, "pv.csv")


def test_the_file_is_read_by_the_command_and_kept(tiny_project, tmp_path) -> None:
    day = [max(0.0, 11.75 - (n - 24) ** 2 / 8) for n in range(48)]
    rows = [f"2025-01-{1 + n // 48:02d} {n % 48 // 2:02d}:{n % 2 * 30:02d},{day[n % 48]:.2f}"
            for n in range(7 * 48)]  # fmt: skip
    (tmp_path / "pv.csv").write_text("time,yield_kwh\n" + "\n".join(rows) + "\n")
    options = Namespace(battery="100:200", solar="", solar_yield=tmp_path / "pv.csv", unit=None,
                        zone="UTC", export_limit=15.0, tariff=None)  # fmt: skip
    project = commands._beside(tiny_project, options)
    (solar,) = project.scenario.solar
    assert solar.measured.peak_kw == pytest.approx(23.5)  # 11.75 kWh in half an hour
    assert solar.name == "Solar 23.5 kW, pv.csv"
    save(project, tmp_path / "p.ampyard")
    (again,) = load(tmp_path / "p.ampyard").scenario.solar
    assert np.array_equal(again.measured.kw, solar.measured.kw)
    assert again.measured.start == solar.measured.start
    assert beside(project).export_kw == 15.0
    with pytest.raises(InputError, match="is no limit"):
        export_from_number(-1.0)


def test_the_supply_knows_the_export_limit_and_the_scenario_goes_before(
    tiny_project, tmp_path
) -> None:
    supply = replace(tiny_project.site.supply, export_kw=30.0)
    boards = tuple(b.board for b in tiny_project.site.boards.values())
    path = write_template(tmp_path / "s.xlsx", SupplySheet(supply, boards, "MSB"))
    assert read_supply(path).supply.export_kw == 30.0
    site = replace(tiny_project.site, supply=supply)
    assert typed_from(site).values["export"] == "30"
    assert check(typed_from(site)).sheet.supply.export_kw == 30.0
    assert check(TypedSupply({"agreed": "300"})).sheet.supply.export_kw is None
    project = replace(tiny_project, site=site)
    assert beside(project).export_kw == 30.0
    limits = replace(project.scenario.limits, export_kw=5.0)
    scenario = replace(project.scenario, limits=limits)
    assert beside(replace(project, scenarios=(scenario,))).export_kw == 5.0


def test_what_nobody_has_said_of_the_sun_is_a_visible_assumption(tiny_project) -> None:
    site = tiny_project.site
    typical = replace(tiny_project.scenario, solar=(modules(None),))
    assert {a.id for a in device_assumptions(site, typical)} == {"solar-0", "solar-export"}
    known = replace(
        typical, solar=(modules(profile([1.0])),),
        limits=replace(typical.limits, export_kw=0.0),
    )  # fmt: skip
    assert device_assumptions(site, known) == ()
    assert device_assumptions(site, tiny_project.scenario) == ()


def test_the_unmanaged_year_stands_beside_the_managed_one(tiny_project, tiny_outcome) -> None:
    """The cars of the fixture draw 88 kW either way, but twice that if nobody manages."""
    demand = replace(tiny_outcome.demand, unmanaged_kw=2 * tiny_outcome.demand.unmanaged_kw)
    outcome = replace(tiny_outcome, demand=demand)
    managed = year_report(
        tiny_project.site, outcome.design, tiny_project.catalogue, outcome.service
    )
    free = unmanaged_year(tiny_project, outcome)
    assert np.nansum(free.result.charging_kw) == 2 * np.nansum(managed.result.charging_kw)
    lines = list(unmanaged_lines(managed, free))
    assert lines[0].startswith("Managed year: ")
    assert lines[1].startswith("Unmanaged year: ")
    assert any("Without load management: " in line for line in lines[2:])


def test_the_unmanaged_year_keeps_the_settings_of_the_managed_one(
    tiny_project, tiny_outcome
) -> None:
    """The price of losses in the settings holds for both."""
    priced = replace(tiny_project, settings=replace(tiny_project.settings, energy_price=0.25))
    said = " ".join(f.message for f in unmanaged_year(priced, tiny_outcome).findings)
    assert "at 0.25 per kWh" in said
