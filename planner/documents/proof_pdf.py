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
from planner.charging.bill import contract_of, live_tariffs
from planner.charging.compare import Regime, compare, with_cost
from planner.charging.headroom import POWER_FACTOR, PROFILE_MARGIN, headroom_kw
from planner.charging.limits import design_limits
from planner.charging.pilots import with_pilots
from planner.charging.station import installed_kw, stations_of_chargers
from planner.charging.strategies import CHEAPEST_HOURS, SHAVE_PEAK
from planner.charging.strategies.names import name_of
from planner.documents.palette import LIGHT
from planner.documents.proof_cost import cost_table
from planner.documents.quote.data import colours
from planner.documents.quote.load_curve import WIDTH, DayLine, busiest_day_kw, day_figure
from planner.documents.typeset import typeset
from planner.documents.words import figure
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

HEAD = (
    "Regime", "Peak, kW", "Coincidence, %", "Worst line, A", "Above headroom, h/week",
    "Energy, %", "Served in full, %", "19 of 20 get at least, %", "Wait over 10 min, %",
    "No outlet, %",
)  # fmt: skip
FIGURE_HEIGHT = 172.0
LIVE = ("first_come", "equal_share", "least_laxity", SHAVE_PEAK, CHEAPEST_HOURS)


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the PDF of one design."""
    return typeset("proof", assemble(project, scenario, outcome))


def assemble(project: Project, scenario: Scenario, outcome: Outcome) -> dict[str, Any]:
    """Simulate the regimes and word the page."""
    stations = stations_of_chargers(outcome.design.chargers.values(), project.catalogue)
    demand, sessions = outcome.demand, outcome.demand.sessions
    step = outcome.service.step_min
    room = headroom_kw(project.site, sessions.horizon_days, step, solar=scenario.solar)
    cap = outcome.design.managed_cap_kw
    contract = contract_of(
        project.site, project.settings.energy_tariff, project.price_book.currency,
        sessions.horizon_days, step,
    )  # fmt: skip
    regimes = compare(
        sessions, with_pilots(stations), room, cap, step, strategies=LIVE,
        phase_limits=design_limits(outcome.design, stations), batteries=scenario.batteries,
        tariffs=live_tariffs(contract, demand.unmanaged_kw, demand.step_min),
    )  # fmt: skip
    smooth = compare(
        sessions, stations, room, cap, step, strategies=("least_laxity",),
        most_cars_for_bound=0, phase_limits=design_limits(outcome.design, stations),
        batteries=scenario.batteries,
    )[1]  # fmt: skip
    supply = project.site.supply
    agreed_kva = None if supply is None else supply.agreed_kva
    if supply is not None:
        regimes = with_cost(regimes, contract)
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
        "figure_ratio": FIGURE_HEIGHT / WIDTH,
        "figure_note": _figure_note(project),
        "head": list(HEAD),
        "rows": [_row(r) for r in regimes],
        "method": _method(outcome, cap, bound=regimes[-1].name == "lowest_peak")
        + _steps(smooth)
        + _batteries(regimes, scenario),
        "cost": cost_table(regimes, contract, agreed_kva),
        "notes": list(outcome.demand.notes),
    }


def _row(regime: Regime) -> list[str]:
    s = regime.service
    return [
        name_of(regime.name), figure(regime.needs_kw, 1), figure(regime.coincidence_pct),
        figure(regime.worst_line_a),
        figure(regime.over_hours, 1), figure(s.energy_pct, 2), figure(s.served_pct, 1),
        figure(s.p5_energy_pct, 1), figure(s.waited_pct, 1), figure(s.turned_away_pct, 1),
    ]  # fmt: skip


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
    return day_figure(lines, FIGURE_HEIGHT)


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
        " The last row knows all arrivals beforehand, takes cars at their mean power and leaves "
        "single lines aside: a bound for any management."
    )
    return (
        f"{figure(len(sessions))} sessions of {sessions.horizon_days} days, simulated car by "
        f"car; the managed regimes stay within {within} at every moment and on "
        "every line. What is replanned knows the cars plugged in, not those to come."
        f"{last if bound else ''} "
        "Coincidence is the peak over the installed power. "
        "Served in full means at least 99 % of the energy asked for."
    )
