"""Samples of days on which mixes are compared: whole draws of a demand, or windows of them.

A window starts with the cars that are still there from the days before, so that its first
night is as full as any other; these are simulated and not counted (deletion of the initial
transient; Law, Simulation Modeling and Analysis, 2015, 9.5.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.model.demand import Demand, Sessions, pick
from planner.model.scenario import Limits
from planner.model.storage import Battery

Floats = npt.NDArray[np.float64]
DAY_MIN = 1440
LEAD_DAYS = 2
WEEK_PARTS = ((0, 3), (3, 2), (5, 2))
"""First day and number of days in which three draws share a week."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Sessions of whole days with the limit of the same days.

    `limit_kw` per step or None; `managed` False means that the chargers must
    fit the limit with all of them at full power. `batteries` stretch that limit
    where charging is managed. Cars of the first `lead_days` are not counted.
    """

    sessions: Sessions
    limit_kw: Floats | None
    step_min: int
    managed: bool
    batteries: tuple[Battery, ...] = ()
    lead_days: int = 0

    @property
    def most_kw(self) -> float:
        """Return what supply and batteries give together at best, infinite where unknown."""
        if self.limit_kw is None:
            return float("inf")
        return max(float(self.limit_kw.max()), 0.0) + sum(b.discharge_kw for b in self.batteries)


def whole_draws(
    demands: Sequence[Demand],
    limits: Limits,
    headroom_kw: Floats,
    batteries: tuple[Battery, ...],
    growth: float,
    seed: int,
) -> tuple[Sample, ...]:
    """Return all days of each draw, with `growth` times the cars and the limit of the same days.

    `headroom_kw` belongs to the horizon of the first draw and repeats for longer ones.
    """
    room = _room_kw(demands[0], limits, headroom_kw)
    found = []
    for number, demand in enumerate(demands):
        sessions = demand.sessions
        if growth != 1.0:
            sessions = grow(sessions, growth, seed + number)
        steps = sessions.horizon_days * DAY_MIN // demand.step_min
        found.append(
            Sample(
                sessions, None if room is None else np.resize(room, steps), demand.step_min,
                limits.managed, batteries if limits.managed else (),
            )
        )  # fmt: skip
    return tuple(found)


def _room_kw(demand: Demand, limits: Limits, headroom_kw: Floats) -> Floats | None:
    """Return the headroom per step of the demand, never below zero; None where nothing limits."""
    if not limits.within_agreed_kva or not len(headroom_kw) or np.isinf(headroom_kw).all():
        return None
    steps = demand.sessions.horizon_days * DAY_MIN // demand.step_min
    stretched = headroom_kw[np.arange(steps) * len(headroom_kw) // steps]
    return np.asarray(np.maximum(stretched, 0.0))


def windows(draws: Sequence[Sample], most_cars: int, fewest_days: int) -> tuple[Sample, ...]:
    """Cut the draws down to at most about `most_cars` sessions together.

    Small demands are taken whole. Larger ones give every draw the same number of weeks, or one
    week together, each draw its part, because every day of the week has a load of its own.
    Where there is room for less than a week, it is the busiest run of days.
    """
    horizon = sum(d.sessions.horizon_days for d in draws)
    per_day = max(sum(len(d.sessions) for d in draws) / horizon, 1e-9)
    days = max(float(fewest_days), most_cars / per_day)
    if days >= horizon:
        return tuple(draws)
    if days < 7:
        run = max(1, int(days))
        return (_cut(draws[0], _busiest_day(draws[0].sessions, run), run),)
    if days < 14:
        parts = WEEK_PARTS[: len(draws)] if len(draws) >= len(WEEK_PARTS) else ((0, 7),)
        return tuple(_cut(d, 7 + first, n) for d, (first, n) in zip(draws, parts, strict=False))
    count = min(len(draws), int(days // 7))
    each = 7 * int(days / count // 7)
    return tuple(_cut(d, 7, each) for d in draws[:count])


def _busiest_day(s: Sessions, days: int) -> int:
    """Return the first day of the busiest run within the first weeks."""
    per_day = np.bincount((s.arrive_min // DAY_MIN).astype(np.int64), minlength=s.horizon_days)
    return int(np.argmax(np.convolve(per_day, np.ones(days), "valid")[:7]))


def _cut(sample: Sample, first: int, days: int) -> Sample:
    """Return the days from `first` on, led in by the cars that are there from before."""
    s, per = sample.sessions, DAY_MIN // sample.step_min
    days = min(days, s.horizon_days)
    first = min(first, s.horizon_days - days)
    lead = min(LEAD_DAYS, first)
    start, end, begin = first * DAY_MIN, (first + days) * DAY_MIN, (first - lead) * DAY_MIN
    counted = (s.arrive_min >= start) & (s.arrive_min < end)
    earlier = (s.arrive_min >= begin) & (s.arrive_min < start) & (s.depart_min > start)
    if s.leaves_full is not None:
        earlier &= ~s.leaves_full  # most have left long before the end of their patience
    limit = sample.limit_kw
    if limit is not None:
        limit = np.resize(np.roll(limit, -(first - lead) * per), (days + lead) * per)
    index = np.flatnonzero(counted | earlier)
    cut = take(s, index, shift_min=-float(begin), days=days + lead)
    return replace(sample, sessions=cut, limit_kw=limit, lead_days=lead)


def grow(sessions: Sessions, factor: float, seed: int) -> Sessions:
    """Return `factor` times the cars: copies shifted by up to half an hour.

    Bootstrap of the sessions at hand, so stays, energy and vehicles keep their joint
    distribution; a factor below 1 thins them.
    """
    rng = np.random.default_rng((seed, 77))
    n = len(sessions)
    copies = np.floor(factor + rng.random(n)).astype(np.int64)
    index = np.repeat(np.arange(n), copies)
    first = np.concatenate(([True], np.diff(index) > 0)) if len(index) else np.zeros(0, bool)
    shift = np.where(first, 0.0, rng.uniform(-30, 30, len(index)))
    return take(sessions, index, shift_min=shift, days=sessions.horizon_days)


def take(
    s: Sessions,
    index: npt.NDArray[np.int64],
    *,
    shift_min: npt.NDArray[np.float64] | float,
    days: int,
) -> Sessions:
    """Pick sessions by index, shift them in time and sort them by arrival."""
    arrive = np.clip(s.arrive_min[index] + shift_min, 0.0, days * DAY_MIN - 1e-6)
    stay = (s.depart_min - s.arrive_min)[index]
    order = np.argsort(arrive, kind="stable")
    return replace(
        pick(s, index[order]), arrive_min=arrive[order], depart_min=(arrive + stay)[order],
        horizon_days=days,
    )  # fmt: skip


def cars_present(draws: Sequence[Sample]) -> float:
    """Return the most cars on site at once if every car stays as long as it wants."""
    return max(_present(d.sessions) for d in draws)


def _present(s: Sessions) -> float:
    times = np.concatenate((s.arrive_min, s.depart_min))
    change = np.concatenate((np.ones(len(s)), -np.ones(len(s))))
    return float(np.cumsum(change[np.argsort(times, kind="stable")]).max(initial=0.0))
