"""Load management on one page: the same cars unmanaged, managed, and at the optimum.

For the network operator and for whoever signs. Every figure comes from one
simulation of the sessions the design was sized for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.findings import Severity
from planner.charging.compare import Regime, compare, with_cost
from planner.charging.cost import NetworkTariff, network_tariff
from planner.charging.headroom import (
    POWER_FACTOR,
    PROFILE_MARGIN,
    headroom_kw,
    weekly_highest_kw,
)
from planner.charging.limits import design_limits
from planner.charging.pilots import with_pilots
from planner.charging.station import installed_kw, stations_of_chargers
from planner.charging.strategies.names import name_of
from planner.documents.palette import LIGHT
from planner.documents.quote.data import colours
from planner.documents.quote.load_curve import DayLine, busiest_day_kw, day_figure
from planner.documents.typeset import typeset
from planner.documents.words import figure
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import Site

HEAD = (
    "Regime", "Peak, kW", "Above headroom, h/week", "Energy, %", "Served in full, %",
    "19 of 20 get at least, %", "Wait over 10 min, %", "No outlet, %", "Connection, kVA",
    "Charges a year",
)  # fmt: skip
LIVE = ("first_come", "equal_share", "least_laxity")


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the PDF of one design."""
    return typeset("proof", assemble(project, scenario, outcome))


def assemble(project: Project, scenario: Scenario, outcome: Outcome) -> dict[str, Any]:
    """Simulate the regimes and word the page."""
    stations = stations_of_chargers(outcome.design.chargers.values(), project.catalogue)
    sessions = outcome.demand.sessions
    step = outcome.service.step_min
    room = headroom_kw(project.site, sessions.horizon_days, step, solar=scenario.solar)
    cap = outcome.design.managed_cap_kw
    regimes = compare(
        sessions, with_pilots(stations), room, cap, step, strategies=LIVE,
        phase_limits=design_limits(outcome.design, stations), batteries=scenario.batteries,
    )  # fmt: skip
    smooth = compare(
        sessions, stations, room, cap, step, strategies=("least_laxity",),
        most_cars_for_bound=0, phase_limits=design_limits(outcome.design, stations),
        batteries=scenario.batteries,
    )[1]  # fmt: skip
    tariff = network_tariff(project.site.region)
    if project.site.supply is not None:
        building = _building_kw(project.site, len(regimes[0].service.load_kw), step)
        regimes = with_cost(regimes, building, step, tariff, POWER_FACTOR)
    return {
        "colours": colours(),
        "site": project.name,
        "scenario": scenario.name,
        "facts": [
            [figure(len(outcome.design.chargers)), "chargers"],
            [f"{figure(installed_kw(stations))} kW", "installed"],
            [f"{figure(cap)} kW" if cap is not None else "none", "managed cap"],
            [f"{figure(regimes[0].needs_kw)} kW", "peak without management"],
        ],
        "claim": _claim(project, regimes, cap),
        "figure": _figure(regimes, room, step),
        "figure_note": _figure_note(project),
        "head": list(HEAD),
        "rows": [_row(r) for r in regimes],
        "method": _method(outcome, cap, bound=regimes[-1].name == "lowest_peak")
        + _steps(smooth)
        + _batteries(regimes, scenario)
        + _charges(regimes, tariff),
        "notes": list(outcome.demand.notes),
    }


def _row(regime: Regime) -> list[str]:
    s = regime.service
    return [
        name_of(regime.name), figure(regime.needs_kw, 1),
        figure(regime.over_hours, 1), figure(s.energy_pct, 2), figure(s.served_pct, 1),
        figure(s.p5_energy_pct, 1), figure(s.waited_pct, 1), figure(s.turned_away_pct, 1),
        "–" if regime.connection_kva is None else figure(regime.connection_kva),
        "–" if regime.cost is None else f"{figure(regime.cost.total)} {regime.cost.currency}",
    ]  # fmt: skip


def _building_kw(site: Site, steps: int, step_min: int) -> npt.NDArray[np.float64]:
    """Return the existing load with its margin, the highest at each time of the week."""
    if site.profile is None or not len(site.profile.kw):
        return np.zeros(steps)
    return PROFILE_MARGIN * np.resize(weekly_highest_kw(site.profile, step_min), steps)


def _charges(regimes: Sequence[Regime], tariff: NetworkTariff | None) -> str:
    """Say what the two last columns are."""
    cost = regimes[0].cost
    if regimes[0].connection_kva is None:
        return ""
    said = (
        " Connection is what existing load and charging need together: the first row is the "
        "price of a bigger connection instead of load management."
    )
    if cost is None or tariff is None:
        return said + " No network charges are known for this region."
    left_out = "" if cost.energy is not None else " without energy, whose price must be entered"
    return (
        f"{said} Charges are what charging adds to the network charges of a year{left_out}: "
        f"{cost.band}, {tariff.year} ({tariff.bands[0].source})."
    )


def _steps(smooth: Regime) -> str:
    """Say what the steps of the pilot signal cost."""
    s = smooth.service
    return (
        " AC outlets tell cars whole amperes from 6 A (IEC 61851-1, table A.8). Without these "
        f"steps least time to spare first would give {figure(s.energy_pct, 2)} % of the energy "
        f"and serve {figure(s.served_pct, 1)} % in full."
    )


def _batteries(regimes: Sequence[Regime], scenario: Scenario) -> str:
    """Say how batteries are counted."""
    service = regimes[1].service
    if service.net_kw is None:
        return ""
    names = " and ".join(b.name for b in scenario.batteries)
    return (
        f" Peaks of the managed rows are those of the supply after {names}; the chargers alone "
        f"draw up to {figure(service.peak_kw, 1)} kW. The battery starts at its stated charge, "
        "gives what the chargers draw above the headroom and refills from what is spare."
    )


def _claim(project: Project, regimes: Sequence[Regime], cap: float | None) -> str:
    """Say in one sentence what management buys."""
    free, managed = regimes[0], next(r for r in regimes if r.name == "least_laxity")
    supply = project.site.supply
    if supply is None:
        return "The agreed capacity is not known, so nothing is proved about the connection."
    if cap is None:
        return (
            "This design has no load management; the regimes below show what it would do "
            "within the headroom."
        )
    after = "" if managed.service.net_kw is None else " after the battery"
    lost = free.service.energy_pct - managed.service.energy_pct
    less = f"{figure(lost, 2)} points less than" if lost >= 0.005 else "as much as"
    over = (
        f"passes the headroom for {figure(free.over_hours, 1)} hours a week"
        if free.over_hours
        else "stays within the headroom, too"
    )
    return (
        f"Managed, charging never draws more than {figure(managed.needs_kw, 1)} kW{after} and "
        f"drivers get {figure(managed.service.energy_pct, 2)} % of the energy they ask for, {less} "
        f"without any limit. Unmanaged it draws up to {figure(free.needs_kw, 1)} kW and {over}."
    )


def _figure(regimes: Sequence[Regime], room_kw: npt.NDArray[np.float64], step_min: int) -> str:
    """Draw the day of the highest unmanaged peak: both loads and the headroom."""
    free = regimes[0].service.load_kw
    service = next(r for r in regimes if r.name == "least_laxity").service
    managed = service.load_kw if service.net_kw is None else service.net_kw
    per_day = 1440 // step_min
    day = int(free.argmax()) // per_day if len(free) else 0
    here = slice(day * per_day, (day + 1) * per_day)
    lines = []
    if np.isfinite(room_kw).all():
        ink = LIGHT.mark[Severity.ERROR]
        lines.append(DayLine("Headroom", busiest_day_kw(room_kw[here], step_min), ink, 1.5))
    lines += [
        DayLine("Unmanaged", busiest_day_kw(free[here], step_min), LIGHT.text2, 1.4, "5 3"),
        DayLine("Managed", busiest_day_kw(managed[here], step_min), LIGHT.accent, 2.0),
    ]
    return day_figure(lines)


def _figure_note(project: Project) -> str:
    shown = "The day with the highest peak without load management."
    if project.site.supply is None:
        return shown
    return (
        f"{shown} Headroom is the agreed capacity at a power factor of {POWER_FACTOR:g} less "
        f"{PROFILE_MARGIN:.2f} times the highest existing load at that time of the week."
    )


def _method(outcome: Outcome, cap: float | None, *, bound: bool) -> str:
    sessions = outcome.demand.sessions
    within = "the headroom" if cap is None else f"the headroom and the cap of {figure(cap)} kW"
    last = (
        " The last row is planned with all arrivals known beforehand, single lines "
        "aside, and bounds what any management can reach."
    )
    return (
        f"{figure(len(sessions))} sessions of {sessions.horizon_days} days, simulated car by "
        f"car; the managed regimes stay within {within} at every moment and on "
        f"every line.{last if bound else ''} "
        "Served in full means at least 99 % of the energy asked for."
    )
