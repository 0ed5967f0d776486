"""What the charging of a design costs in a year, managed as it is and without management."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner import stages
from planner.charging.bill import contract_of, live_tariffs
from planner.charging.compare import Regime, compare, with_cost
from planner.charging.limits import design_limits
from planner.charging.station import stations_of_chargers
from planner.charging.strategies import UNCONTROLLED
from planner.charging.strategies.names import name_of
from planner.documents.words import figure, money
from planner.model.outcome import Outcome, known
from planner.model.project import Project


def energy_regimes(project: Project, outcome: Outcome) -> tuple[Regime, ...]:
    """Return the regime without management and the design's own, with their charges."""
    design, demand, scenario = outcome.design, outcome.demand, project.scenario
    stations = stations_of_chargers(design.chargers.values(), project.catalogue)
    contract = contract_of(
        project.site, project.settings.energy_tariff, project.price_book.currency,
        demand.sessions.horizon_days, stages.STEP_MIN,
    )  # fmt: skip
    own = () if design.managed_cap_kw is None else (scenario.strategy,)
    regimes = compare(
        demand.sessions, stations, stages.headroom(project.site, scenario.solar),
        design.managed_cap_kw, stages.STEP_MIN, strategies=own, most_cars_for_bound=0,
        phase_limits=design_limits(design, stations), batteries=scenario.batteries,
        tariffs=live_tariffs(contract, demand.unmanaged_kw, demand.step_min),
    )  # fmt: skip
    return with_cost(regimes, contract)


def energy_lines(regimes: tuple[Regime, ...]) -> Iterator[str]:
    """Say what a year of charging costs, by window and component."""
    for regime in regimes:
        cost = regime.cost
        if cost is None:
            continue
        windows = ", ".join(
            f"{w.name} {figure(w.kwh)} kWh for {money(w.cost, cost.currency, 0)}"
            for w in regime.windows
        )
        capacity = (
            "capacity is not priced for this region"
            if cost.capacity is None
            else f"capacity {money(cost.capacity, cost.currency, 0)}"
        )
        yield f"{name_of(regime.name)}, a year of charging: {windows}; {capacity}."


def energy_json(regimes: tuple[Regime, ...]) -> list[dict[str, Any]]:
    """Return the charges of a year by regime, window and component."""
    return [
        {
            "strategy": r.name,
            "managed": r.name != UNCONTROLLED,
            "connection_kva": known(r.connection_kva, 1),
            "windows": [
                {"name": w.name, "energy_kwh": round(w.kwh, 1), "cost": round(w.cost, 2)}
                for w in r.windows
            ],
            "energy_cost": known(r.cost.energy, 2),
            "capacity_cost": known(r.cost.capacity, 2),
            "currency": r.cost.currency,
        }
        for r in regimes
        if r.cost is not None
    ]
