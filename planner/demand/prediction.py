"""What a record of some weeks says about the weeks to come, with its uncertainty.

Cars of the learnt days are pooled by kind of day (working day, weekend) and drawn
whole, so that arrival, stay, energy and power keep their joint shape; how many come
is drawn from the counts of the same weekday. A day takes one car from each of as many
equal strata of mean power over the stay (Cochran, Sampling Techniques, 1977, 5): much
the same people come every day, so their needs vary less than lots would.
`planner.demand.level` says which days count and how the level moves. Every drawn month
first draws its own learnt days with replacement (bootstrap) and moves its level a little,
so the band holds the luck of the record, that of the month to come, and the drift between.

The quantile of daily peaks is the median over drawn months of **the month's own** 95 %
quantile: of 30 days it lies below that of all days, by 2 to 3 % at workplaces. It is told
for two ways to run a site. Unmanaged peaks depend on who happens to come at the same time:
of a few dozen cars a day they differ from month to month by 10 to 20 % with nothing changed.
Peaks with every car spread over its stay, the load management that needs least of the
connection, average that out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from planner.demand.curve import mean_kw
from planner.demand.fitting import jittered
from planner.demand.level import Level, find_level
from planner.model.demand import Sessions

STEP_MIN = 15
DRIFT = 0.08
"""Standard deviation of ln(level) from one month to the next: 3 to 12 % of cars per day
at Caltech and JPL from May to August 2019, taken as 8 % (own estimate)."""
MONTHS = 100
"""Drawn months: the middle of their 95 % quantiles then moves by about 1 %."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MonthModel:
    """Recorded sessions with the days learnt from; `cars` by day of the record."""

    sessions: Sessions
    level: Level
    cars: Floats


@dataclass(frozen=True, slots=True)
class Prediction:
    """What to expect of some days, each with the band that holds nine months in ten.

    `peak_p95_kw` is the 95 % quantile of daily peaks (15 min means) without load
    management, at the recorded plugs; `spread_p95_kw` the same with every car spread
    evenly over its stay.
    """

    peak_p95_kw: float
    peak_band_kw: tuple[float, float]
    spread_p95_kw: float
    spread_band_kw: tuple[float, float]
    cars_per_day: float
    cars_band: tuple[float, float]
    energy_kwh_per_day: float
    energy_band_kwh: tuple[float, float]
    level_factor: float


def learn(sessions: Sessions, days: range) -> MonthModel:
    """Learn from some days of a record (minute 0 is a Monday 00:00)."""
    day = (sessions.arrive_min // 1440).astype(np.int64)
    cars = np.bincount(day, minlength=days.stop).astype(np.float64)
    return MonthModel(sessions, find_level(days, cars[days.start : days.stop]), cars)


def predict(
    model: MonthModel,
    target: range,
    *,
    closed: Collection[int] = (),
    seed: int = 1,
    months: int = MONTHS,
) -> Prediction:
    """Predict the days of `target`, counted as in the record.

    Parameters
    ----------
    model
        What `learn` returned.
    target
        Days to come; their weekdays matter, and how far ahead they are.
    closed
        Those of them that will be like a Sunday (public holidays, shutdowns).
    seed, months
        Same seed, same figures; number of drawn months.
    """
    days = len(target)
    found = np.zeros((months, 4))
    for row, s in enumerate(draw_months(model, target, closed=closed, seed=seed, months=months)):
        peaks, spread = daily_peaks_kw(s, days), daily_peaks_kw(s, days, spread=True)
        found[row] = (
            np.quantile(peaks, 0.95), np.quantile(spread, 0.95), len(s) / days,
            s.energy_kwh.sum() / days,
        )  # fmt: skip
    middle = np.median(found, axis=0)
    low, high = np.quantile(found, 0.05, axis=0), np.quantile(found, 0.95, axis=0)
    bands = [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    return Prediction(
        float(middle[0]), bands[0], float(middle[1]), bands[1], float(middle[2]), bands[2],
        float(middle[3]), bands[3], model.level.factor(target),
    )  # fmt: skip


def draw_months(
    model: MonthModel,
    target: range,
    *,
    closed: Collection[int] = (),
    seed: int = 1,
    months: int = 1,
) -> Iterator[Sessions]:
    """Draw the target days again and again; minute 0 is the start of the first of them."""
    rng = np.random.default_rng(seed)
    order = np.argsort(model.sessions.arrive_min // 1440, kind="stable")
    day_of = (model.sessions.arrive_min[order] // 1440).astype(np.int64)
    learnt = np.array(model.level.days, np.int64)
    kinds = [6 if day in closed else day % 7 for day in target]
    factor = model.level.factor(target)
    # Quantiles in lots instead of draws: the mean of the months then does not drift.
    normal = NormalDist()
    drift = [np.exp(DRIFT * normal.inv_cdf((n + 0.5) / months)) for n in range(months)]
    for n in rng.permutation(months):
        days = _resampled(learnt, rng)
        yield _month(model, order, day_of, days, kinds, factor * float(drift[n]), rng)


def daily_peaks_kw(s: Sessions, days: int, *, spread: bool = False) -> Floats:
    """Return the highest 15 min mean of each day if every car charged on arrival.

    With `spread` every car charges evenly until it leaves.
    """
    power = np.maximum(np.where(s.ac_kw > 0, s.ac_kw, s.dc_kw), 1e-9)
    if spread:
        stay_h = np.maximum(s.depart_min - s.arrive_min, 1e-6) / 60
        power = np.minimum(power, s.energy_kwh / stay_h)
    stop = np.minimum(s.arrive_min + 60 * s.energy_kwh / np.maximum(power, 1e-9), s.depart_min)
    load = mean_kw(s.arrive_min, stop, power, STEP_MIN, days * 1440 // STEP_MIN)
    return np.asarray(load.reshape(days, -1).max(axis=1))


def _resampled(learnt: Ints, rng: np.random.Generator) -> Ints:
    """Draw the days of each weekday with replacement, as many as there are."""
    parts = [learnt[learnt % 7 == weekday] for weekday in range(7)]
    return np.concatenate([p[rng.integers(len(p), size=len(p))] for p in parts if len(p)] or parts)


def _month(
    model: MonthModel, order: Ints, day_of: Ints, days: Ints, kinds: list[int], factor: float,
    rng: np.random.Generator,
) -> Sessions:  # fmt: skip
    weekend = days % 7 >= 5
    recorded, leave = model.sessions.arrive_min, model.sessions.depart_min
    mean_need = model.sessions.energy_kwh / np.maximum(leave - recorded, 1e-6)
    pools = [_cars_of(order, day_of, days[weekend == flag]) for flag in (False, True)]
    pools = [pool[np.argsort(mean_need[pool], kind="stable")] for pool in pools]
    chosen, arrive = [np.zeros(0, np.int64)], [np.zeros(0)]
    for place, weekday in enumerate(kinds):
        pool = pools[weekday >= 5]
        same = days[days % 7 == weekday]
        if not len(same):
            same = days[weekend == (weekday >= 5)]
        if not len(same) or not len(pool):
            continue
        count = int(factor * model.cars[same[rng.integers(len(same))]] + rng.random())
        strata = (np.arange(count) + rng.random(count)) / max(count, 1)
        index = pool[(strata * len(pool)).astype(np.int64)]
        chosen.append(index)
        arrive.append(1440.0 * place + recorded[index] % 1440)
    return jittered(model.sessions, np.concatenate(chosen), np.concatenate(arrive), len(kinds), rng)


def _cars_of(order: Ints, day_of: Ints, days: Ints) -> Ints:
    spans = zip(np.searchsorted(day_of, days), np.searchsorted(day_of, days + 1), strict=True)
    return np.concatenate([np.zeros(0, np.int64), *(order[a:b] for a, b in spans)])
