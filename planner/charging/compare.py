"""The same sessions under several regimes: the proof that load management suffices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.cost import NetworkTariff, YearCost, year_cost
from planner.charging.phases import PhaseLimit
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import LOWEST_PEAK, UNCONTROLLED
from planner.model.demand import Sessions
from planner.model.outcome import Service
from planner.model.storage import Battery


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """One way to run the site.

    `needs_kw` is what the supply must offer at the worst moment, after any battery;
    `over_hours` how long per week the load is above the headroom there is.
    `connection_kva` is the capacity building and charging need together and `cost` the
    network charges of a year for them less those of the building alone; None where
    site or tariff are unknown.
    """

    name: str
    service: Service
    needs_kw: float
    over_hours: float
    connection_kva: float | None = None
    cost: YearCost | None = None


def with_cost(
    regimes: Sequence[Regime],
    building_kw: npt.NDArray[np.float64],
    step_min: int,
    tariff: NetworkTariff | None,
    power_factor: float,
    per_kwh: Sequence[float] | None = None,
) -> tuple[Regime, ...]:
    """Add to each regime the connection it needs and what charging adds to the charges.

    `building_kw` is the existing load per step over the same horizon. A regime of
    chargers larger than the connection is thereby the price of a bigger one.
    """
    found = []
    for regime in regimes:
        load = regime.service.load_kw if regime.service.net_kw is None else regime.service.net_kw
        both = load + building_kw[: len(load)]
        kva = float(both.max(initial=0.0)) / power_factor
        cost = None
        if tariff is not None:
            cost = year_cost(tariff, both, step_min, power_factor=power_factor, per_kwh=per_kwh)
            before = year_cost(
                tariff, building_kw, step_min, power_factor=power_factor, per_kwh=per_kwh
            )
            energy = None
            if cost.energy is not None and before.energy is not None:
                energy = cost.energy - before.energy
            cost = replace(cost, capacity=cost.capacity - before.capacity, energy=energy)
        found.append(replace(regime, connection_kva=kva, cost=cost))
    return tuple(found)


def compare(  # noqa: PLR0913 - each is a choice of the caller
    sessions: Sessions,
    stations: Sequence[Station],
    headroom_kw: npt.NDArray[np.float64],
    cap_kw: float | None,
    step_min: int,
    *,
    strategies: Sequence[str] = ("first_come", "equal_share", "least_laxity"),
    priorities: Mapping[str, int] | None = None,
    most_cars_for_bound: int = 3000,
    phase_limits: Sequence[PhaseLimit] = (),
    batteries: Sequence[Battery] = (),
) -> tuple[Regime, ...]:
    """Simulate the same cars unmanaged, managed by each strategy, and at the optimum.

    Parameters
    ----------
    sessions, stations, step_min
        Cars and chargers of a design.
    headroom_kw
        Supply kW left for charging per step.
    cap_kw
        The managed cap, None for the headroom alone.
    strategies
        Live strategies to compare; "lowest_peak" with hindsight comes last as bound.
    most_cars_for_bound
        With more sessions the bound is left out, because it takes too long.
    phase_limits
        Held by the live strategies; the bound may pass them and stays a bound.
    batteries
        They stretch the headroom of the live strategies, within the cap; a headroom
        that is not known needs none. The bound does without and is left out.

    Returns
    -------
    tuple of Regime
        Unmanaged first. Over-hours compare the mean of each step with the headroom.
    """
    steps = sessions.horizon_days * 1440 // step_min
    room = headroom_kw[np.arange(steps) * len(headroom_kw) // steps]
    limit = room if cap_kw is None else np.minimum(room, cap_kw)
    free = simulate(sessions, stations, None, UNCONTROLLED, step_min=step_min)
    regimes = [regime_of(UNCONTROLLED, free, room)]
    helped = bool(batteries) and bool(np.isfinite(room).all())
    bound = (LOWEST_PEAK,) if len(sessions) <= most_cars_for_bound and not helped else ()
    for name in (*strategies, *bound):
        service = simulate(
            sessions, stations, cap_kw if helped else limit, name, step_min=step_min,
            priorities=priorities, unmanaged_peak_kw=free.peak_kw,
            batteries=batteries if helped else (), supply_kw=room if helped else None,
            phase_limits=() if name in bound else phase_limits,
        )  # fmt: skip
        regimes.append(regime_of(name, service, room))
    return tuple(regimes)


def regime_of(name: str, service: Service, room_kw: npt.NDArray[np.float64]) -> Regime:
    """Sum up a simulation against the headroom of each step."""
    drawn = service.load_kw if service.net_kw is None else service.net_kw
    over = drawn > room_kw + 1e-6
    weeks = len(service.load_kw) * service.step_min / (7 * 1440)
    return Regime(
        name=name,
        service=service,
        needs_kw=service.peak_kw if service.net_kw is None else float(drawn.max(initial=0.0)),
        over_hours=float(over.sum()) * service.step_min / 60 / max(weeks, 1e-9),
    )
