"""One trial of a mix: simulate it on a fixed sample of sessions.

All trials of a search share the same sample (common random numbers), so the
difference between two mixes is not blurred by luck.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.limits import supply_limit
from planner.charging.run import run
from planner.charging.simulate import served
from planner.charging.station import installed_kw, stations_of_counts
from planner.charging.storage import Bank
from planner.charging.strategies import STRATEGIES
from planner.demand.prediction import DRIFT
from planner.model.charger import ChargerModel
from planner.model.demand import Sessions, pick
from planner.model.ids import ModelId
from planner.model.storage import Battery

STRATEGY = "least_laxity"
SPREAD = math.exp(1.645 * DRIFT)
"""Factor on the cars of a month that nineteen months in twenty stay below: 1.14."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Sessions of whole days with the limit of the same days.

    `limit_kw` per step or None; `managed` False means that the chargers must
    fit the limit with all of them at full power. `batteries` stretch that limit
    where charging is managed.
    """

    sessions: Sessions
    limit_kw: npt.NDArray[np.float64] | None
    step_min: int
    managed: bool
    batteries: tuple[Battery, ...] = ()

    @property
    def most_kw(self) -> float:
        """Return what supply and batteries give together at best, infinite where unknown."""
        if self.limit_kw is None:
            return float("inf")
        return float(self.limit_kw.max()) + sum(b.discharge_kw for b in self.batteries)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a set of chargers gives on a sample.

    `ci_pct` and `energy_ci_pct` are half the 95 % interval, from day to day;
    `peak_band_kw` the peaks of a middling and of the highest day.
    """

    served_pct: float
    ci_pct: float
    energy_pct: float
    peak_kw: float
    energy_ci_pct: float = 0.0
    peak_band_kw: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Band:
    """Least and most over scenarios of demand: drivers served, energy and peak."""

    served_pct: tuple[float, float]
    energy_pct: tuple[float, float]
    peak_kw: tuple[float, float]


def try_mix(
    sample: Sample,
    counts: Mapping[ModelId, int],
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None = None,
    *,
    by_line: bool = False,
) -> Trial:
    """Simulate a mix; without load management one that does not fit serves nobody.

    With `by_line` every line carries at most a third of the limit, as single-phase
    cars need it; that takes several times as long.
    """
    stations = stations_of_counts(counts, catalogue)
    limit = sample.limit_kw
    if not sample.managed:
        if limit is not None and installed_kw(stations) > float(limit.min()) + 1e-6:
            return Trial(0.0, 0.0, 0.0, 0.0)
        limit = None
    bank = None
    if sample.batteries and limit is not None and not np.isinf(limit).any():
        bank, limit = Bank(sample.batteries, limit.tolist()), None
    if cap_kw is not None:
        limit = np.array([cap_kw]) if limit is None else np.minimum(limit, cap_kw)
    limits = None if limit is None or np.isinf(limit).all() else limit.tolist()
    s = sample.sessions
    bound = limits is not None or bank is not None
    lines = (supply_limit(stations),) if by_line and bound and stations else ()
    record = run(
        s, stations, limits, STRATEGIES[STRATEGY], sample.step_min, phase_limits=lines, bank=bank
    )
    ok = served(s, record)
    wish = float(s.energy_kwh.sum())
    per_day = 1440 // sample.step_min
    peaks = record.load_kw[: len(record.load_kw) // per_day * per_day].reshape(-1, per_day)
    daily = peaks.max(axis=1, initial=0.0)
    return Trial(
        served_pct=100 * float(ok.mean()) if len(ok) else 100.0,
        ci_pct=_half_interval_pct(ok.astype(float), np.ones(len(s)), s.arrive_min),
        energy_pct=100 * float(record.energy_kwh.sum()) / wish if wish else 100.0,
        peak_kw=float(record.load_kw.max(initial=0.0)),
        energy_ci_pct=_half_interval_pct(record.energy_kwh, s.energy_kwh, s.arrive_min),
        peak_band_kw=(float(np.median(daily)), float(daily.max())) if len(daily) else (0.0, 0.0),
    )


def scenario_band(
    sample: Sample,
    counts: Mapping[ModelId, int],
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None,
    seed: int,
) -> Band:
    """Simulate a mix where fewer and more cars come, each drawn with a seed of its own.

    Fewer and more are `SPREAD`: nine months in ten lie within, by how the level of public
    records drifts from month to month (`planner.demand.prediction.DRIFT`).
    """
    trials = []
    for number, factor in enumerate((1 / SPREAD, SPREAD)):
        drawn = replace(sample, sessions=grow(sample.sessions, factor, seed + number))
        trials.append(try_mix(drawn, counts, catalogue, cap_kw, by_line=True))
    served, energy, peak = (
        [t.served_pct for t in trials], [t.energy_pct for t in trials], [t.peak_kw for t in trials],
    )  # fmt: skip
    return Band((min(served), max(served)), (min(energy), max(energy)), (min(peak), max(peak)))


def _half_interval_pct(got: Floats, wished: Floats, arrive_min: Floats) -> float:
    """Return 1.96 standard errors of Σ got / Σ wished in %, with days as batches.

    Ratio estimator over days (Cochran, Sampling Techniques, 1977, 6.3), because
    the cars of one day compete and are not independent of each other.
    """
    day = (arrive_min // 1440).astype(np.int64)
    whole, good = np.bincount(day, wished), np.bincount(day, got)
    present = whole > 0
    days = int(present.sum())
    if days < 2:
        return 0.0
    share = good.sum() / whole.sum()
    spread = ((good - share * whole)[present] ** 2).sum() / (days - 1)
    return float(196 * np.sqrt(spread * days) / whole.sum())


def window(sample: Sample, most_cars: int, fewest_days: int) -> Sample:
    """Cut the busiest run of whole days with at most about `most_cars` sessions."""
    s = sample.sessions
    per_day = np.bincount((s.arrive_min // 1440).astype(np.int64), minlength=s.horizon_days)
    mean = max(float(per_day.mean()), 1e-9)
    days = int(min(s.horizon_days, max(fewest_days, most_cars // mean)))
    days = days // 7 * 7 if days > 7 else days
    sums = np.convolve(per_day, np.ones(days), "valid")[:7]
    first = int(np.argmax(sums))
    keep = (s.arrive_min >= first * 1440) & (s.arrive_min < (first + days) * 1440)
    limit = sample.limit_kw
    per = 1440 // sample.step_min
    if limit is not None:
        limit = np.resize(np.roll(limit, -first * per), days * per)
    cut = take(s, np.flatnonzero(keep), shift_min=-1440.0 * first, days=days)
    return replace(sample, sessions=cut, limit_kw=limit)


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
    arrive = np.clip(s.arrive_min[index] + shift_min, 0.0, days * 1440 - 1e-6)
    stay = (s.depart_min - s.arrive_min)[index]
    order = np.argsort(arrive, kind="stable")
    return replace(
        pick(s, index[order]), arrive_min=arrive[order], depart_min=(arrive + stay)[order],
        horizon_days=days,
    )  # fmt: skip
