"""From sessions and stations to what drivers get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from planner.charging.optimise import LOWEST_PEAK as LOWEST_PEAK_TARIFF
from planner.charging.optimise import Tariff, optimise
from planner.charging.phases import PhaseLimit
from planner.charging.replan import Told, replan
from planner.charging.run import Record, run
from planner.charging.station import Station, installed_kw
from planner.charging.storage import Bank
from planner.charging.strategies import (
    FILL_VALLEYS,
    LOWEST_COST,
    LOWEST_PEAK,
    PLANNED,
    PRICED,
    STRATEGIES,
    UNCONTROLLED,
)
from planner.charging.strategies.priority_groups import usual_priorities
from planner.charging.valley import fill_valleys
from planner.model.demand import Sessions
from planner.model.outcome import GroupService, Service
from planner.model.storage import Battery

SERVED_SHARE = 0.99
"""Share of the wish from which a driver counts as served."""
LONG_WAIT_MIN = 10.0


def simulate(  # noqa: PLR0913 - each is a choice of the caller
    sessions: Sessions,
    stations: Sequence[Station],
    limit_kw: npt.NDArray[np.float64] | float | None,
    strategy: str = "least_laxity",
    *,
    step_min: int = 15,
    patience_min: float = 15.0,
    priorities: Mapping[str, int] | None = None,
    unmanaged_peak_kw: float | None = None,
    phase_limits: Sequence[PhaseLimit] = (),
    tariff: Tariff | None = None,
    batteries: Sequence[Battery] = (),
    supply_kw: npt.NDArray[np.float64] | float | None = None,
    told: Told | None = None,
) -> Service:
    """Simulate all sessions on the stations under a limit.

    Parameters
    ----------
    sessions, stations
        The cars in order of arrival, and the chargers.
    limit_kw
        Highest supply kW of all chargers together: one number, one per step
        (repeated after its end), or None.
    strategy
        A name of `STRATEGIES`; "uncontrolled", which ignores the limit;
        "fill_valleys", planned on arrival; "shave_peak" and "cheapest_hours", planned
        anew at every arrival; or "lowest_peak" and "lowest_cost", planned with
        hindsight. Both of cost follow `tariff`.
    step_min
        Length of a step of the limit and of the returned load.
    patience_min
        How long a fast-charging driver waits for an outlet (assumption: 15 min);
        other cars wait until they leave.
    priorities
        Rank by group name for "priority_groups"; unnamed groups come last. By
        default fleets go first, then guests, then staff and residents.
    unmanaged_peak_kw
        Pass a known value to save the second run that finds it.
    phase_limits
        Amperes per line of transformers, boards and cables, held at any moment.
    batteries, supply_kw
        Batteries at the main board and what the supply leaves per step for
        charging; they carry what the chargers draw above it (within `limit_kw`)
        and refill from what it has to spare. For live strategies.
    told
        Hears the share done of what is planned anew at every arrival; may raise to stop.

    Returns
    -------
    Service
        Shares are in % of all cars; `load_kw` is the mean supply kW per step.
        Whatever cannot be served is a finding, never an exception.
    """
    known = (UNCONTROLLED, *STRATEGIES, *PLANNED)
    if strategy not in known:
        raise ValueError(f"no strategy '{strategy}'; one of {', '.join(known)}")
    limits = _limits(limit_kw)
    rule = STRATEGIES.get(strategy)
    if strategy in PLANNED:
        record = _plan_of(strategy, tariff, told)(
            sessions, stations, limits, step_min=step_min, patience_min=patience_min,
            phase_limits=phase_limits,
        )  # fmt: skip
    else:
        record = run(
            sessions, stations, limits, rule, step_min, patience_min=patience_min,
            rank=_ranks(sessions, priorities), phase_limits=phase_limits,
            bank=Bank(batteries, _limits(supply_kw)) if batteries else None,
        )  # fmt: skip
    if unmanaged_peak_kw is None:
        unmanaged_peak_kw = peak_unmanaged_kw(sessions, stations, step_min, patience_min)
    cap = None if limits is None or strategy == UNCONTROLLED else max(limits)
    service = summarise(sessions, record, strategy, step_min, cap, unmanaged_peak_kw)
    if record.bank is not None:
        bank = record.bank
        service = replace(service, net_kw=bank.net_kw, stored_kwh=bank.stored_kwh)
    return replace(service, installed_kw=installed_kw(stations))


def peak_unmanaged_kw(
    sessions: Sessions, stations: Sequence[Station], step_min: int = 15, patience_min: float = 15.0
) -> float:
    """Return the highest mean kW of a step if every car charged as it arrives."""
    free = run(sessions, stations, None, None, step_min, patience_min=patience_min)
    return float(free.load_kw.max(initial=0.0))


def _plan_of(strategy: str, tariff: Tariff | None, told: Told | None) -> Callable[..., Record]:
    """Return what plans by a strategy, with the arguments of `fill_valleys`."""
    if strategy == FILL_VALLEYS:
        return fill_valleys
    prices = tariff if strategy in PRICED else LOWEST_PEAK_TARIFF
    if prices is None:
        raise ValueError(f"the strategy '{strategy}' needs a tariff")
    if strategy in {LOWEST_PEAK, LOWEST_COST}:
        return partial(optimise, tariff=prices)
    return partial(replan, tariff=prices, told=told)


def summarise(
    sessions: Sessions,
    record: Record,
    strategy: str,
    step_min: int,
    cap_kw: float | None,
    unmanaged_peak_kw: float,
) -> Service:
    """Turn a record into the figures of a `Service`."""
    n = len(sessions)
    wish = sessions.energy_kwh
    share = np.where(wish > 0, record.energy_kwh / np.maximum(wish, 1e-12), 1.0)
    here = ~np.isnan(record.plugged_min)
    wait = np.where(here, record.plugged_min - sessions.arrive_min, np.inf)
    load = record.load_kw
    load.flags.writeable = False
    return Service(
        strategy=strategy,
        served_pct=_pct(share >= SERVED_SHARE) if n else 100.0,
        energy_pct=100 * float(record.energy_kwh.sum() / wish.sum()) if wish.sum() > 0 else 100.0,
        waited_pct=_pct(here & (wait > LONG_WAIT_MIN)),
        turned_away_pct=_pct(~here),
        peak_kw=float(load.max(initial=0.0)),
        unmanaged_peak_kw=unmanaged_peak_kw,
        cap_kw=cap_kw,
        step_min=step_min,
        load_kw=load,
        findings=_findings(sessions, record),
        phase_peak_a=record.phase_a,
        groups=_groups(sessions, share >= SERVED_SHARE, wait, record),
        p5_energy_pct=100 * float(np.quantile(share, 0.05)) if n else 100.0,
    )


def _groups(
    sessions: Sessions,
    ok: npt.NDArray[np.bool_],
    wait_min: npt.NDArray[np.float64],
    record: Record,
) -> dict[str, GroupService]:
    found = {}
    for number, name in enumerate(sessions.groups):
        here = np.asarray(sessions.group == number)
        wish = float(sessions.energy_kwh[here].sum())
        label = name if name not in found else f"{name} {number + 1}"
        found[label] = GroupService(
            cars=int(here.sum()),
            served_pct=_pct(ok[here]) if here.any() else 100.0,
            energy_pct=100 * float(record.energy_kwh[here].sum()) / wish if wish else 100.0,
            waited_pct=_pct(np.isfinite(wait_min[here]) & (wait_min[here] > LONG_WAIT_MIN)),
            turned_away_pct=_pct(np.isinf(wait_min[here])),
        )
    return found


def served(sessions: Sessions, record: Record) -> npt.NDArray[np.bool_]:
    """Tell for each car whether it got at least 99 % of its wish."""
    return np.asarray(record.energy_kwh >= SERVED_SHARE * sessions.energy_kwh)


def _pct(flags: npt.NDArray[np.bool_]) -> float:
    return 100.0 * float(flags.mean()) if len(flags) else 0.0


def _limits(limit_kw: npt.NDArray[np.float64] | float | None) -> list[float] | None:
    if limit_kw is None:
        return None
    return [max(0.0, float(v)) for v in np.atleast_1d(np.asarray(limit_kw, float))]


def _ranks(sessions: Sessions, priorities: Mapping[str, int] | None) -> list[int] | None:
    if priorities is None:
        priorities = usual_priorities(sessions.groups)
    if not priorities:
        return None
    last = max(priorities.values()) + 1
    by_group = [priorities.get(name, last) for name in sessions.groups]
    return [by_group[g] for g in sessions.group.tolist()]


def _findings(sessions: Sessions, record: Record) -> tuple[Finding, ...]:
    n = len(sessions)
    if not n:
        return (
            Finding("CHG-EMPTY", Severity.INFO, "demand", "Demand",
                    "There are no sessions to charge.", fix="Enter drivers in step Demand."),
        )  # fmt: skip
    found = []
    here = ~np.isnan(record.plugged_min)
    away = int((~here).sum())
    if away:
        found.append(
            Finding(
                "CHG-AWAY", Severity.WARNING if 100 * away > n else Severity.INFO,
                "demand", "Charging",
                f"{away:,} of {n:,} cars find no outlet in time.",
                value=round(100 * away / n, 1), limit=0, unit="%",
                fix="Add chargers or outlets, or accept that cars are turned away.",
            )
        )  # fmt: skip
    if record.over_kw > 0:
        found.append(
            Finding(
                "CHG-LIMIT", Severity.ERROR, "supply", "Charging without load management",
                "Without load management the chargers exceed the limit.",
                value=round(record.highest_kw, 1),
                limit=round(record.highest_kw - record.over_kw, 1),
                unit="kW", fix="Switch load management on or raise the limit.",
            )
        )  # fmt: skip
    return tuple(found)
