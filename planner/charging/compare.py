"""The same sessions under several regimes: the proof that load management suffices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.charging.simulate import simulate
from planner.charging.station import Station
from planner.charging.strategies import LOWEST_PEAK, UNCONTROLLED
from planner.model.demand import Sessions
from planner.model.outcome import Service


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """One way to run the site.

    `needs_kw` is what the supply must offer at the worst moment; `over_hours` how
    long per week the load is above the headroom there is.
    """

    name: str
    service: Service
    needs_kw: float
    over_hours: float


def compare(
    sessions: Sessions,
    stations: Sequence[Station],
    headroom_kw: npt.NDArray[np.float64],
    cap_kw: float | None,
    step_min: int,
    *,
    strategies: Sequence[str] = ("first_come", "equal_share", "least_laxity"),
    priorities: Mapping[str, int] | None = None,
    most_cars_for_bound: int = 3000,
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

    Returns
    -------
    tuple of Regime
        Unmanaged first. Over-hours compare the mean of each step with the headroom.
    """
    steps = sessions.horizon_days * 1440 // step_min
    room = headroom_kw[np.arange(steps) * len(headroom_kw) // steps]
    limit = room if cap_kw is None else np.minimum(room, cap_kw)
    free = simulate(sessions, stations, None, UNCONTROLLED, step_min=step_min)
    regimes = [_regime(UNCONTROLLED, free, room)]
    bound = (LOWEST_PEAK,) if len(sessions) <= most_cars_for_bound else ()
    for name in (*strategies, *bound):
        service = simulate(
            sessions, stations, limit, name, step_min=step_min, priorities=priorities,
            unmanaged_peak_kw=free.peak_kw,
        )  # fmt: skip
        regimes.append(_regime(name, service, room))
    return tuple(regimes)


def _regime(name: str, service: Service, room_kw: npt.NDArray[np.float64]) -> Regime:
    over = service.load_kw > room_kw + 1e-6
    weeks = len(service.load_kw) * service.step_min / (7 * 1440)
    return Regime(
        name=name,
        service=service,
        needs_kw=service.peak_kw,
        over_hours=float(over.sum()) * service.step_min / 60 / max(weeks, 1e-9),
    )
