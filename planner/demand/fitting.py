"""Fit a demand model to recorded sessions and draw new months from it.

A model keeps recorded days and draws whole days of the same weekday, with jitter
on every car. So arrival, stay and energy keep their joint shape, and busy and
quiet days occur as often as they did; single families of distributions fit
workplaces badly (largest deviation 0.14 to 0.20).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.demand.describe import describe
from planner.model.demand import Sessions, pick

JITTER_MIN, JITTER_STAY, JITTER_KWH = 10.0, 0.05, 0.05
ENOUGH_DAYS = 3
"""Recorded days of a weekday below which all working days (or weekends) stand in."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """Recorded sessions to draw from; `days[w]` are the recorded days for weekday w."""

    sessions: Sessions
    days: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How close draws of a model come to a record.

    Differences are in % of the record: cars and energy per day and the 95 %
    quantile of daily unmanaged peaks. `ks_*` are the largest distances between
    cumulative curves (Kolmogorov and Smirnov) of arrival hour, stay and energy.
    """

    cars_pct: float
    energy_pct: float
    peak_p95_pct: float
    ks_arrival: float
    ks_stay: float
    ks_energy: float


def fit(sessions: Sessions, days: range | None = None) -> FittedModel:
    """Fit a model to recorded sessions.

    Parameters
    ----------
    sessions
        The record; minute 0 is a Monday 00:00.
    days
        Days to learn from, counted from that Monday; all recorded ones by
        default. Days on which nobody came count, too.
    """
    day = (sessions.arrive_min // 1440).astype(np.int64)
    if days is None:
        days = range(int(day.min()), int(day.max()) + 1) if len(day) else range(0)
    found = []
    for weekday in range(7):
        same = tuple(d for d in days if d % 7 == weekday)
        if len(same) < ENOUGH_DAYS:
            same = tuple(d for d in days if (d % 7 >= 5) == (weekday >= 5))
        found.append(same)
    return FittedModel(sessions, tuple(found))


def draw_days(model: FittedModel, days: int, seed: int) -> Sessions:
    """Draw sessions of `days` days that start on a Monday."""
    rng = np.random.default_rng(seed)
    recorded = (model.sessions.arrive_min // 1440).astype(np.int64)
    time = model.sessions.arrive_min % 1440
    index, arrive = [np.zeros(0, np.int64)], [np.zeros(0)]
    for day in range(days):
        choice = model.days[day % 7]
        if not choice:
            continue
        source = choice[int(rng.integers(len(choice)))]
        cars = np.arange(*np.searchsorted(recorded, (source, source + 1)))
        index.append(cars)
        arrive.append(1440.0 * day + time[cars])
    return jittered(model.sessions, np.concatenate(index), np.concatenate(arrive), days, rng)


def compare(model: FittedModel, recorded: Sessions, days: range, seed: int = 1) -> Fit:
    """Compare a year drawn from a model with the recorded sessions of some days."""
    day = (recorded.arrive_min // 1440).astype(np.int64)
    here = np.flatnonzero((day >= days.start) & (day < days.stop))
    drawn = draw_days(model, 364, seed)
    seen = pick(recorded, here)
    return Fit(
        cars_pct=_pct(len(drawn) / 364, len(seen) / len(days)),
        energy_pct=_pct(drawn.energy_kwh.sum() / 364, seen.energy_kwh.sum() / len(days)),
        peak_p95_pct=_pct(peak_p95_kw(drawn, range(364)), peak_p95_kw(recorded, days)),
        ks_arrival=ks_distance(drawn.arrive_min % 1440, seen.arrive_min % 1440),
        ks_stay=ks_distance(drawn.depart_min - drawn.arrive_min, seen.depart_min - seen.arrive_min),
        ks_energy=ks_distance(drawn.energy_kwh, seen.energy_kwh),
    )


def peak_p95_kw(sessions: Sessions, days: range) -> float:
    """Return the 95 % quantile of the daily unmanaged peaks in kW."""
    demand = describe(sessions)
    per_day = 1440 // demand.step_min
    whole = len(demand.unmanaged_kw) // per_day * per_day
    peaks = demand.unmanaged_kw[:whole].reshape(-1, per_day).max(axis=1)
    return float(np.quantile(peaks[days.start : days.stop], 0.95))


def jittered(
    s: Sessions, chosen: npt.NDArray[np.int64], arrive: Array, days: int, rng: np.random.Generator
) -> Sessions:
    """Return the chosen cars at their times, each a little different from its model."""
    n = len(chosen)
    arrive = np.clip(
        arrive + rng.uniform(-JITTER_MIN, JITTER_MIN, n), 0.0, max(1440.0 * days - 1, 0.0)
    )
    order = np.argsort(arrive, kind="stable")
    cars = pick(s, chosen[order])
    arrive = arrive[order]
    stay = (cars.depart_min - cars.arrive_min) * (1 + JITTER_STAY * rng.uniform(-1, 1, n))
    kwh = cars.energy_kwh * (1 + JITTER_KWH * rng.uniform(-1, 1, n))
    reachable = np.maximum(cars.ac_kw, cars.dc_kw) * stay / 60
    return replace(
        cars, arrive_min=arrive, depart_min=arrive + stay, horizon_days=days,
        energy_kwh=np.minimum(kwh, np.maximum(reachable, 0.0)),
    )  # fmt: skip


def _pct(found: float, recorded: float) -> float:
    return 100 * (found / recorded - 1) if recorded else 0.0


def ks_distance(a: Array, b: Array) -> float:
    """Return the largest distance of two cumulative curves (Kolmogorov and Smirnov)."""
    if not len(a) or not len(b):
        return 1.0
    grid = np.concatenate((a, b))
    low = np.searchsorted(np.sort(a), grid, side="right") / len(a)
    return float(np.abs(low - np.searchsorted(np.sort(b), grid, side="right") / len(b)).max())
