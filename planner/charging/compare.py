"""The same sessions under several regimes: the proof that load management suffices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.bill import Contract, added_cost
from planner.charging.cost import YearCost
from planner.charging.optimise import Tariff
from planner.charging.phases import PhaseLimit
from planner.charging.price import WindowCost
from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import LOWEST_PEAK, PRICED, STRATEGIES, UNCONTROLLED
from planner.model.demand import Sessions
from planner.model.outcome import Service
from planner.model.storage import Battery
from planner.progress import Progress, silent

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """One way to run the site.

    `needs_kw` is what the supply must offer at the worst moment, after any battery;
    `over_hours` how long per week the load is above the headroom there is.
    `connection_kva` is the capacity building and charging need together and `cost` the
    charges of a year for them less those of the building alone; None where
    site or tariff are unknown. `windows` is the energy of charging by time of use.
    A strategy that follows the price has another load in every season: `service` is that
    of the longest, `season_loads_kw` those of all.
    """

    name: str
    service: Service
    needs_kw: float
    over_hours: float
    connection_kva: float | None = None
    cost: YearCost | None = None
    windows: tuple[WindowCost, ...] = ()
    season_loads_kw: tuple[Floats, ...] = ()

    @property
    def loads_kw(self) -> tuple[Floats, ...]:
        """Return what the supply gives for charging, per season where that differs."""
        s = self.service
        return self.season_loads_kw or (s.load_kw if s.net_kw is None else s.net_kw,)

    @property
    def worst_line_a(self) -> float | None:
        """Return the highest amperes of any line, None where lines are not watched."""
        return max((max(amps) for amps in self.service.phase_peak_a), default=None)

    @property
    def coincidence_pct(self) -> float | None:
        """Return the highest charging load over the installed power, None without chargers."""
        s = self.service
        return 100 * s.peak_kw / s.installed_kw if s.installed_kw else None


def with_cost(regimes: Sequence[Regime], contract: Contract) -> tuple[Regime, ...]:
    """Add to each regime the connection it needs and what charging adds to the charges.

    A regime of chargers larger than the connection is thereby the price of a bigger one.
    """
    found = []
    for regime in regimes:
        highest = max(
            float((kw + contract.building_kw[: len(kw)]).max(initial=0.0)) for kw in regime.loads_kw
        )
        cost, windows = added_cost(contract, regime.loads_kw)
        kva = highest / contract.power_factor
        found.append(replace(regime, connection_kva=kva, cost=cost, windows=windows))
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
    tariffs: Sequence[Tariff] = (),
    progress: Progress = silent,
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
    tariffs
        What strategies that follow the price go by, one per season; without, they
        are left out.
    progress
        Told before and during each strategy; it may raise to stop the comparison.

    Returns
    -------
    tuple of Regime
        Unmanaged first. Over-hours compare the mean of each step with the headroom.
    """
    steps = sessions.horizon_days * 1440 // step_min
    room = headroom_kw[np.arange(steps) * len(headroom_kw) // steps]
    limit = room if cap_kw is None else np.minimum(room, cap_kw)
    free = simulate(
        sessions, stations, None, UNCONTROLLED, step_min=step_min, phase_limits=phase_limits
    )
    regimes = [regime_of(UNCONTROLLED, free, room)]
    helped = bool(batteries) and bool(np.isfinite(room).all())
    bound = (LOWEST_PEAK,) if len(sessions) <= most_cars_for_bound and not helped else ()
    names = [n for n in (*strategies, *bound) if tariffs or n not in PRICED]
    for number, name in enumerate(names, 1):
        words = f"Strategy {number + 1} of {len(names) + 1}"
        progress(number / (len(names) + 1), words)

        def told(share: float, number: int = number, words: str = words) -> None:
            progress((number + share) / (len(names) + 1), words)

        stretched = helped and name in STRATEGIES
        services = [
            simulate(
                sessions, stations, cap_kw if stretched else limit, name, step_min=step_min,
                priorities=priorities, unmanaged_peak_kw=free.peak_kw, tariff=tariff,
                batteries=batteries if stretched else (), supply_kw=room if stretched else None,
                phase_limits=() if name in bound else phase_limits, told=told,
            )
            for tariff in (tariffs if name in PRICED else (None,))
        ]  # fmt: skip
        regimes.append(regime_of(name, services[0], room, services[1:]))
    return tuple(regimes)


def regime_of(
    name: str, service: Service, room_kw: Floats, other_seasons: Sequence[Service] = ()
) -> Regime:
    """Sum up a simulation against the headroom of each step."""
    drawn = service.load_kw if service.net_kw is None else service.net_kw
    over = drawn > room_kw + 1e-6
    loads = (drawn, *(s.load_kw for s in other_seasons)) if other_seasons else ()
    peaks = [service.peak_kw, *(s.peak_kw for s in other_seasons)]
    weeks = len(service.load_kw) * service.step_min / (7 * 1440)
    return Regime(
        name=name,
        service=service,
        needs_kw=max(peaks) if service.net_kw is None else float(drawn.max(initial=0.0)),
        over_hours=float(over.sum()) * service.step_min / 60 / max(weeks, 1e-9),
        season_loads_kw=loads,
    )
