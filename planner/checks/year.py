"""Every interval of the profile's year: existing load and charging on the network.

The simulated weeks of charging repeat over the year at their local time, shared
among the chargers in proportion to their power; the existing load is the
profile as it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from grid.model import Network
from grid.network.year import YearError, YearFlow, YearLoads, solve_year
from planner.charging.headroom import local_minutes
from planner.checks.grid_findings import VOLTAGE_CLAUSE, VOLTAGE_HIGH_PU, VOLTAGE_LOW_PU
from planner.checks.load_cases import EXISTING_POWER_FACTOR, Rated, rated_inputs, tangent
from planner.checks.network import site_network
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.outcome import Service
from planner.model.site import LoadProfile, Site

Reals = npt.NDArray[np.float64]
MONDAY = datetime(1969, 12, 29)  # noqa: DTZ001 - local time of the site, whichever zone
MINUTES_PER_WEEK = 7 * 1440


@dataclass(frozen=True, slots=True, eq=False)
class YearReport:
    """A year on the network; `flow` holds every interval, None where nothing was computed.

    `local_min` is the local start of each interval in minutes since Monday
    29 December 1969 00:00; `charging_kw` the supply kW of all chargers.
    """

    flow: YearFlow | None
    interval_min: int
    local_min: npt.NDArray[np.int64]
    charging_kw: Reals
    findings: tuple[Finding, ...]

    def when(self, step: int) -> str:
        """Say when an interval starts, in local time."""
        return moment(int(self.local_min[step]))


def moment(local_min: int) -> str:
    """Write a local minute as "Thu 12 Dec 2024, 18:30"."""
    return f"{MONDAY + timedelta(minutes=local_min):%a %d %b %Y, %H:%M}"


def year_report(
    site: Site,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    service: Service,
) -> YearReport:
    """Compute the power flow of every interval of the load profile and check its limits.

    Without a profile the simulated weeks are computed alone. What does not
    converge or is out of its limits is a finding with its worst moment, how
    long and how much; a passed check is a finding of severity OK.
    """
    joined = site_network(site, design)
    minutes, interval, existing = _existing(site, service)
    charging = charging_at(service, minutes, interval)
    if joined.network is None:
        return YearReport(None, interval, minutes, charging, joined.findings)
    rated = rated_inputs(joined.network, design, catalogue)
    loads = year_loads(joined.network, rated, existing, charging)
    try:
        flow = solve_year(joined.network, loads)
    except YearError as error:
        found = _finding("GRID-YEAR", Severity.ERROR, site, f"The year is not computed: {error}.")
        return YearReport(None, interval, minutes, charging, (found,))
    report = YearReport(flow, interval, minutes, charging, ())
    found_all = _findings(site, joined.network, report)
    return YearReport(flow, interval, minutes, charging, found_all)


def _existing(site: Site, service: Service) -> tuple[npt.NDArray[np.int64], int, Reals]:
    """Local time, interval and existing kW of the profile, or of the simulated weeks."""
    profile: LoadProfile | None = site.profile
    if profile is not None and len(profile.kw):
        return local_minutes(profile), profile.interval_min, profile.kw
    steps = np.arange(len(service.load_kw), dtype=np.int64)
    return steps * service.step_min, service.step_min, np.zeros(len(steps))


def charging_at(service: Service, minutes: npt.NDArray[np.int64], interval_min: int) -> Reals:
    """Return the mean charging kW of each interval, the simulated weeks repeating.

    A horizon that is no whole number of weeks repeats after its last full week.
    """
    load, step = service.load_kw, service.step_min
    if not len(load):
        return np.zeros(len(minutes))
    whole = len(load) * step // MINUTES_PER_WEEK * MINUTES_PER_WEEK or len(load) * step
    fine = np.arange(0, interval_min, min(step, interval_min))
    at = (minutes[:, None] + fine) % whole // step
    return np.asarray(load[at].mean(axis=1))


def year_loads(
    network: Network, rated: Mapping[str, Rated], existing_kw: Reals, charging_kw: Reals
) -> YearLoads:
    """Put existing load at the main board and share charging by power."""
    whole = sum(r.kw for r in rated.values())
    columns = [existing_kw, *(charging_kw * (r.kw / whole) for r in rated.values())]
    factors = [EXISTING_POWER_FACTOR, *(r.power_factor for r in rated.values())]
    kw = np.column_stack(columns)
    kvar = kw * np.array([tangent(f) for f in factors])
    return YearLoads((network.origin, *rated), kw, kvar)


def _findings(site: Site, network: Network, report: YearReport) -> tuple[Finding, ...]:
    flow = report.flow
    assert flow is not None
    found = []
    lost = np.flatnonzero(~flow.converged)
    if len(lost):
        span = f"{len(lost)} interval{'s' * (len(lost) > 1)}"
        found.append(
            _finding(
                "GRID-YEAR-FLOW", Severity.ERROR, site,
                f"In {span} no voltage exists that carries the load, first on "
                f"{report.when(int(lost[0]))}.",
                fix="Lower the charging limit, use larger cables or a larger transformer.",
            )
        )  # fmt: skip
    if not flow.converged.any():
        return tuple(found)
    assert site.supply is not None
    agreed = _Bound(
        "GRID-YEAR-AGREED", "What the site draws", site.supply.agreed_kva, "kVA",
        "Connection agreement", "Lower the charging limit or ask for more capacity.",
    )  # fmt: skip
    found.append(_compare(site, report, agreed, flow.intake_kva))
    if flow.transformer_pct is not None:
        rated = _Bound(
            "GRID-YEAR-TX", "The transformer's loading", 100.0, "%", "Rating plate",
            "Lower the charging limit or choose a larger transformer.",
        )  # fmt: skip
        found.append(_compare(site, report, rated, flow.transformer_pct))
    found += _voltage(site, report)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit that a series of the year must keep."""

    code: str
    what: str
    limit: float
    unit: str
    clause: str
    fix: str


def _compare(site: Site, report: YearReport, bound: _Bound, values: Reals) -> Finding:
    """Compare a series with its limit: worst moment, hours above and what is too much."""
    worst = int(np.nanargmax(values))
    over = np.nan_to_num(values - bound.limit, nan=0.0).clip(min=0)
    hours = float((over > 0).sum()) * report.interval_min / 60
    peak, unit = float(values[worst]), bound.unit
    text = f"{bound.what} is at most {peak:.0f} {unit} in the year, on {report.when(worst)}"
    severity, fix = Severity.OK, ""
    if hours:
        above = float(over.sum()) * report.interval_min / 60
        text += f"; the limit is exceeded in {hours:,.1f} h by {above:,.0f} {unit}·h"
        severity, fix = Severity.ERROR, bound.fix
    return _finding(
        bound.code, severity, site, f"{text}.", bound.clause, peak, bound.limit, unit, fix
    )


def _voltage(site: Site, report: YearReport) -> list[Finding]:
    flow = report.flow
    assert flow is not None
    found = []
    for volts, pick, limit, word, fix in (
        (np.nanmin(flow.voltage_pu, axis=0), np.argmin, VOLTAGE_LOW_PU, "lowest",
         "Use larger cables or a lower charging limit."),
        (np.nanmax(flow.voltage_pu, axis=0), np.argmax, VOLTAGE_HIGH_PU, "highest",
         "Ask for a lower transformer tap."),
    ):  # fmt: skip
        node = int(pick(volts))
        series = np.where(flow.converged, flow.voltage_pu[:, node], 1.0)
        step, pu = int(pick(series)), float(volts[node])
        fits = VOLTAGE_LOW_PU <= pu <= VOLTAGE_HIGH_PU
        found.append(
            _finding(
                "GRID-YEAR-VOLTAGE", Severity.OK if fits else Severity.ERROR, site,
                f"The year's {word} voltage is {pu:.3f} of nominal at {flow.nodes[node]} on "
                f"{report.when(step)}.",
                VOLTAGE_CLAUSE, pu, limit, "pu", "" if fits else fix,
            )
        )  # fmt: skip
    return found


def _finding(  # noqa: PLR0913, PLR0917 - the fields of a finding
    code: str, severity: Severity, site: Site, message: str, clause: str = "",
    value: float | None = None, limit: float | None = None, unit: str = "", fix: str = "",
) -> Finding:  # fmt: skip
    return Finding(code, severity, "supply", site.name, message, clause, value, limit, unit, fix)
