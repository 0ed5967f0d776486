"""One trial of a mix: simulate it on a fixed sample of sessions.

All trials of a search share the same draws of the demand (common random numbers), so the
difference between two mixes is not blurred by luck.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.charging.limits import supply_limit
from planner.charging.pilots import with_pilots
from planner.charging.run import Record, run
from planner.charging.simulate import served
from planner.charging.station import Station, installed_kw, stations_of_counts
from planner.charging.storage import Bank
from planner.charging.strategies import STRATEGIES
from planner.demand.prediction import DRIFT
from planner.layout.mix_sample import DAY_MIN, Sample, grow
from planner.model.charger import ChargerModel
from planner.model.ids import ModelId

STRATEGY = "least_laxity"
SPREAD = math.exp(1.645 * DRIFT)
"""Factor on the cars of a month that nineteen months in twenty stay below: 1.14."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a set of chargers gives on its draws of the demand.

    `ci_pct` and `energy_ci_pct` are half the 95 % interval, from day to day over all draws;
    `peak_band_kw` the peaks of a middling and of the highest day; `draws_pct` and
    `peak_draws_kw` the lowest and highest of the draws in drivers served and in peak.
    """

    served_pct: float
    ci_pct: float
    energy_pct: float
    peak_kw: float
    energy_ci_pct: float = 0.0
    peak_band_kw: tuple[float, float] = (0.0, 0.0)
    draws: int = 1
    draws_pct: tuple[float, float] = (0.0, 0.0)
    peak_draws_kw: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Band:
    """Least and most over scenarios of demand: drivers served, energy and peak."""

    served_pct: tuple[float, float]
    energy_pct: tuple[float, float]
    peak_kw: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """What one draw gave, per day: cars and served cars, kWh wished and got, peak kW."""

    cars: Floats
    good: Floats
    wish_kwh: Floats
    got_kwh: Floats
    peak_kw: Floats


def try_mix(
    draws: Sequence[Sample],
    counts: Mapping[ModelId, int],
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None = None,
    *,
    exact: bool = False,
) -> Trial:
    """Simulate a mix; without load management one that does not fit serves nobody.

    With `exact` every line carries at most a third of the limit, as single-phase cars
    need it, and AC outlets tell cars whole amperes from 6 A; that takes several times as
    long and gives, but for luck, no more.
    """
    stations = stations_of_counts(counts, catalogue)
    found = []
    for sample in draws:
        limit = sample.limit_kw
        if not sample.managed:
            if limit is not None and installed_kw(stations) > float(limit.min()) + 1e-6:
                return Trial(0.0, 0.0, 0.0, 0.0, draws=len(draws))
            sample = replace(sample, limit_kw=None)  # noqa: PLW2901 - it holds by itself
        record = _simulate_freely(sample, stations) if exact and cap_kw is None else None
        found.append(_days(sample, record or _simulate(sample, stations, cap_kw, exact=exact)))
    return _pool(found)


def _simulate_freely(sample: Sample, stations: tuple[Station, ...]) -> Record | None:
    """Return the run without any limit if no line reaches its third of the supply, else None.

    Nothing is then divided, so lines and whole amperes change nothing; and it is quick.
    """
    if sample.limit_kw is None or sample.batteries or not stations:
        return None
    limit = supply_limit(stations)
    free = run(sample.sessions, stations, None, None, sample.step_min, phase_limits=(limit,))
    least_a = float(sample.limit_kw.min()) * 1000 / (3 * limit.neutral_v)
    return free if max(free.phase_a[0]) <= least_a else None


def _simulate(
    sample: Sample, stations: tuple[Station, ...], cap_kw: float | None, *, exact: bool
) -> Record:
    limit, bank = sample.limit_kw, None
    if sample.batteries and limit is not None and not np.isinf(limit).any():
        bank, limit = Bank(sample.batteries, limit.tolist()), None
    if cap_kw is not None:
        limit = np.array([cap_kw]) if limit is None else np.minimum(limit, cap_kw)
    limits = None if limit is None or np.isinf(limit).all() else limit.tolist()
    exact = exact and bool(stations) and (limits is not None or bank is not None)
    return run(
        sample.sessions, with_pilots(stations) if exact else stations, limits,
        STRATEGIES[STRATEGY], sample.step_min,
        phase_limits=(supply_limit(stations),) if exact else (), bank=bank,
    )  # fmt: skip


def _days(sample: Sample, record: Record) -> _Days:
    s, lead, per_day = sample.sessions, sample.lead_days, DAY_MIN // sample.step_min
    day = (s.arrive_min // DAY_MIN).astype(np.int64)
    cars, good, wish, got = [
        np.bincount(day, weights, minlength=s.horizon_days)[lead:].astype(float)
        for weights in (None, served(s, record), s.energy_kwh, record.energy_kwh)
    ]
    load = record.load_kw[: len(record.load_kw) // per_day * per_day].reshape(-1, per_day)
    return _Days(cars, good, wish, got, load.max(axis=1, initial=0.0)[lead:])


def _pool(found: Sequence[_Days]) -> Trial:
    """Sum up the days of all draws."""
    cars, good, wish, got, peak = (
        np.concatenate([getattr(f, name) for f in found])
        for name in ("cars", "good", "wish_kwh", "got_kwh", "peak_kw")
    )
    each = [100 * f.good.sum() / f.cars.sum() for f in found if f.cars.sum()] or [100.0]
    peaks = [float(f.peak_kw.max(initial=0.0)) for f in found]
    return Trial(
        served_pct=100 * float(good.sum() / cars.sum()) if cars.sum() else 100.0,
        ci_pct=_half_interval_pct(good, cars) or _rule_of_three_pct(float(cars.sum())),
        energy_pct=100 * float(got.sum() / wish.sum()) if wish.sum() > 0 else 100.0,
        peak_kw=max(peaks),
        energy_ci_pct=_half_interval_pct(got, wish),
        peak_band_kw=(float(np.median(peak)), float(peak.max())) if len(peak) else (0.0, 0.0),
        draws=len(found),
        draws_pct=(float(min(each)), float(max(each))),
        peak_draws_kw=(min(peaks), max(peaks)),
    )


def scenario_band(
    draws: Sequence[Sample],
    counts: Mapping[ModelId, int],
    catalogue: Mapping[ModelId, ChargerModel],
    cap_kw: float | None,
    today: Trial,
    seed: int,
) -> Band:
    """Simulate a mix where fewer and more cars come, each drawn with a seed of its own.

    Fewer and more are `SPREAD`: nine months in ten lie within, by how the level of public
    records drifts from month to month (`planner.demand.prediction.DRIFT`). Plain trials
    tell the difference to today's cars, whose exact figures `today` holds (control variate;
    Law, Simulation Modeling and Analysis, 2015, 11.4).
    """
    plain = try_mix(draws, counts, catalogue, cap_kw)
    trials = []
    for number, factor in enumerate((1 / SPREAD, SPREAD)):
        other = [replace(d, sessions=grow(d.sessions, factor, seed + number)) for d in draws]
        trials.append(try_mix(other, counts, catalogue, cap_kw))
    served, energy = (
        [float(np.clip(now + getattr(t, name) - before, 0, 100)) for t in trials]
        for name, now, before in (
            ("served_pct", today.served_pct, plain.served_pct),
            ("energy_pct", today.energy_pct, plain.energy_pct),
        )
    )
    peak = [t.peak_kw for t in trials]
    return Band((min(served), max(served)), (min(energy), max(energy)), (min(peak), max(peak)))


def _rule_of_three_pct(cars: float) -> float:
    """Return the 95 % bound on what was never seen among `cars` (Hanley and Lippman-Hand 1983)."""
    return 100 * min(1.0, 3 / cars) if cars else 0.0


def _half_interval_pct(good: Floats, whole: Floats) -> float:
    """Return 1.96 standard errors of Σ good / Σ whole in %, with days as batches.

    Ratio estimator over days (Cochran, Sampling Techniques, 1977, 6.3), because
    the cars of one day compete and are not independent of each other.
    """
    present = whole > 0
    days = int(present.sum())
    if days < 2:
        return 0.0
    share = good.sum() / whole.sum()
    spread = ((good - share * whole)[present] ** 2).sum() / (days - 1)
    return float(196 * np.sqrt(spread * days) / whole.sum())
