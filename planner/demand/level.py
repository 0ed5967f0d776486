"""How busy a site is now: closed days, a sudden change, a trend.

Counts of cars per day are taken as overdispersed Poisson: variance = φ · mean.
Only what the counts prove is used; a month that merely wobbles keeps its mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CLOSED_SHARE = 0.3
"""A working day with fewer cars than this share of its weekday's median was a closed one,
where so few would come by chance on less than one day in a hundred."""
RARE = 0.01
LONGEST_CLOSURE = 10
"""Working days; a site as good as empty for less than two weeks at the end of a record was
closed, and one that stays empty longer has a new level (assumption)."""
BREAK_STATISTIC = 25.0
"""Deviance over φ from which a change of level counts as proved. The day of the change
is chosen among twenty, so the usual 3.84 of one comparison would see changes in noise;
25 keeps chance findings below one in 1,000 months."""
FEWEST_DAYS = 5
"""Working days needed before and after a change; a trend needs twice as many in all."""
TREND_STATISTIC = 4.0
"""(slope / standard error)² below which there is no trend; above, it is shrunk by this much
(positive-part James and Stein 1961)."""
MOST_CHANGE = 2.5
"""A trend is never carried further than this factor."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """What the counts of some days say.

    `days` are those that stand for today, `closed` those left out as closed,
    `changed` the first day of a new level (None: no change), `slope_per_day` the
    proved relative change per day and `middle` the day it is counted from.
    """

    days: tuple[int, ...]
    closed: tuple[int, ...]
    changed: int | None
    slope_per_day: float
    middle: float

    def factor(self, target: range) -> float:
        """Return expected cars on the target days over those of `days`."""
        ahead = (target.start + target.stop - 1) / 2 - self.middle
        return float(np.clip(np.exp(self.slope_per_day * ahead), 1 / MOST_CHANGE, MOST_CHANGE))


def find_level(days: range, cars: Floats) -> Level:
    """Find the level of a run of days with these cars each (day 0 is a Monday)."""
    all_days = np.arange(days.start, days.stop)
    changed = _break(all_days, cars)
    here = all_days >= (changed if changed is not None else days.start)
    kept, counts = all_days[here], cars[here]
    shut = _closed(kept, counts)
    slope, middle = _trend(kept[~shut], counts[~shut])
    return Level(tuple(kept[~shut].tolist()), tuple(kept[shut].tolist()), changed, slope, middle)


def _closed(days: npt.NDArray[np.int64], cars: Floats) -> npt.NDArray[np.bool_]:
    shut = np.zeros(len(days), bool)
    for weekday in range(5):
        same = days % 7 == weekday
        if same.any():
            usual = float(np.median(cars[same]))
            shut[same] = [
                n < CLOSED_SHARE * usual and _by_chance(n, usual) < RARE for n in cars[same]
            ]
    return shut


def _by_chance(cars: float, usual: float) -> float:
    """Return the chance that at most so many come where `usual` are expected (Poisson)."""
    chance, total = math.exp(-usual), 0.0
    for n in range(int(cars) + 1):
        total += chance
        chance *= usual / (n + 1)
    return total


def _break(days: npt.NDArray[np.int64], cars: Floats) -> int | None:
    """Return the working day on which the level changed, by likelihood ratio.

    A change must explain the counts better than a steady trend does.
    """
    work = days % 7 < 5
    counts, dates = cars[work], days[work]
    n = len(counts)
    if n < 2 * FEWEST_DAYS:
        return None
    found, at, least = None, 0, np.inf
    for k in range(FEWEST_DAYS, n - FEWEST_DAYS + 1):
        two = np.repeat((counts[:k].mean(), counts[k:].mean()), (k, n - k))
        rest = _deviance(counts, two)
        if rest < least:
            found, at, least = int(dates[k]), k, rest
    spread = max(1.0, least / (n - 2))
    whole = _deviance(counts, np.full(n, counts.mean()))
    usual = np.full(n, max(float(counts.mean()), 1e-9))
    steady = _deviance(counts, _trend_line(dates - dates.mean(), counts, usual)[0])
    emptied = counts[at:].mean() < CLOSED_SHARE * counts[:at].mean()
    if emptied and n - at < LONGEST_CLOSURE:
        return None
    proved = (whole - least) / spread > BREAK_STATISTIC
    return found if proved and (steady - least) / spread > TREND_STATISTIC else None


def _deviance(cars: Floats, mean: Floats) -> float:
    """Return the Poisson deviance 2 Σ (y ln(y/µ) − y + µ)."""
    safe = np.maximum(mean, 1e-9)
    log = np.where(cars > 0, cars * np.log(np.maximum(cars, 1e-9) / safe), 0.0)
    return float(2 * (log - cars + mean).sum())


def _trend_line(ahead: Floats, cars: Floats, usual: Floats) -> tuple[Floats, float, float]:
    """Fit ln µ = ln(usual) + a + b·ahead by Newton steps: (µ, b, var(b) for φ = 1)."""
    design = np.column_stack((np.ones(len(ahead)), ahead))
    beta = np.zeros(2)
    for _ in range(25):
        mean = np.maximum(usual * np.exp(np.clip(design @ beta, -5, 5)), 1e-9)
        bend = design.T @ (design * mean[:, None])
        beta += np.linalg.solve(bend, design.T @ (cars - mean))
    mean = np.maximum(usual * np.exp(np.clip(design @ beta, -5, 5)), 1e-9)
    bend = design.T @ (design * mean[:, None])
    return mean, float(beta[1]), float(np.linalg.inv(bend)[1, 1])


def _trend(days: npt.NDArray[np.int64], cars: Floats) -> tuple[float, float]:
    """Return the shrunk relative slope per day and the middle of the working days."""
    work = days % 7 < 5
    day, count = days[work].astype(float), cars[work]
    middle = float(day.mean()) if len(day) else float(days.mean()) if len(days) else 0.0
    if len(day) < 2 * FEWEST_DAYS or not count.any():
        return 0.0, middle
    usual = np.array([max(count[day % 7 == d % 7].mean(), 1e-9) for d in day])
    mean, slope, variance = _trend_line(day - middle, count, usual)
    spread = max(1.0, float(((count - mean) ** 2 / mean).sum()) / max(len(day) - 6, 1))
    proof = slope**2 / (spread * variance)
    if not np.isfinite(proof) or proof <= TREND_STATISTIC:
        return 0.0, middle
    return slope * (1 - TREND_STATISTIC / proof), middle
