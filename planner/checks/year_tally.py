"""Running extremes of a year, so that no array of all moments and places is ever held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
WEEK_MIN = 7 * 1440


@dataclass(slots=True, eq=False)
class Tally:
    """Highest value by column, when, and how often and how much above a limit.

    A lower limit is tallied with values and limit negated.
    """

    limit: Reals
    peak: Reals
    at: Counts
    over: Counts
    first: Counts
    excess: Reals

    def add(self, values: Reals, step: int) -> None:
        """Take in moments from `step` on, shape (moments, columns); NaN counts as nothing."""
        if not values.size:
            return
        known = np.where(np.isnan(values), -np.inf, values)
        where = known.argmax(axis=0)
        highest = known[where, np.arange(known.shape[1])]
        better = highest > self.peak
        self.peak[better], self.at[better] = highest[better], step + where[better]
        above = known > self.limit
        count = above.sum(axis=0)
        fresh = (self.first < 0) & (count > 0)
        self.first[fresh] = step + above.argmax(axis=0)[fresh]
        self.over += count
        self.excess += np.where(above, known - self.limit, 0.0).sum(axis=0)


def tally(limit: Reals) -> Tally:
    """Start a tally of as many columns as there are limits."""
    n = len(limit)
    none = np.full(n, -1, dtype=np.int64)
    return Tally(
        limit, np.full(n, -np.inf), none.copy(), np.zeros(n, dtype=np.int64), none,
        np.zeros(n),
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class Weeks:
    """Moments outside a band by calendar week (local, from Monday) and column."""

    low: float
    high: float
    first_week: int
    outside: Counts
    moments: Counts

    def add(self, values: Reals, local_min: Counts) -> None:
        """Take in moments of shape (moments, columns) with their local times."""
        known = np.isfinite(values).all(axis=1)
        week = (local_min // WEEK_MIN - self.first_week)[known]
        wrong = (values[known] < self.low) | (values[known] > self.high)
        np.add.at(self.outside, week, wrong)
        np.add.at(self.moments, week, 1)

    def worst(self) -> tuple[float, int, int]:
        """Return the lowest share within the band in %, its week's first minute and column."""
        share = 100 * (1 - self.outside / np.maximum(self.moments, 1)[:, None])
        week, column = divmod(int(share.argmin()), share.shape[1])
        return float(share[week, column]), (self.first_week + week) * WEEK_MIN, column


def weeks(low: float, high: float, local_min: Counts, columns: int) -> Weeks:
    """Start counting the weeks that a series of local times touches."""
    first = int(local_min.min()) // WEEK_MIN
    count = int(local_min.max()) // WEEK_MIN - first + 1
    return Weeks(
        low, high, first, np.zeros((count, columns), dtype=np.int64),
        np.zeros(count, dtype=np.int64),
    )  # fmt: skip
