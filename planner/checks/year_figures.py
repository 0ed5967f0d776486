"""What the pictures of a year show, as plain numbers: window and documents paint from it.

Days and hours are local. In the night in which the clock goes back two hours
share one cell of the map (the higher value shows); where it goes forward a
cell stays NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from planner.model.year import MONDAY, YearResult

Reals = npt.NDArray[np.float64]
DAY_MIN = 1440


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A day or some days: hours from the first local midnight, and the loads by interval.

    `existing_kw` and `charging_kw` are loads, `kva` is the draw at the intake.
    """

    first_day: date
    hours: Reals
    existing_kw: Reals
    charging_kw: Reals
    kva: Reals
    limit_kva: float
    peak: int

    @property
    def days(self) -> int:
        """Number of days spanned."""
        return int(np.ceil((self.hours[-1] + 1e-9) / 24)) if len(self.hours) else 0


@dataclass(frozen=True, slots=True, eq=False)
class Duration:
    """Values from high to low over the share of time in per cent."""

    share_pct: Reals
    value: Reals


@dataclass(frozen=True, slots=True, eq=False)
class DayMap:
    """Values by local hour (rows, 0 first) and day (columns); NaN where nothing is known."""

    value: Reals
    first_day: date
    peak_hour: int
    peak_day: int


@dataclass(frozen=True, slots=True, eq=False)
class DayPeaks:
    """Highest, mean and lowest draw of each day of the year in kVA."""

    first_day: date
    highest: Reals
    mean: Reals
    lowest: Reals


@dataclass(frozen=True, slots=True)
class ProfileLeg:
    """One circuit of the voltage profile: from and to (metres from the main board, pu)."""

    from_id: str
    to_id: str
    name: str
    start_m: float
    start_pu: float
    end_m: float
    end_pu: float
    feeder: str
    """First node behind the main board on this path, so that lines of one feeder share a look."""


def local_date(local_min: int) -> date:
    """Return the local day of a minute of `YearResult.local_min`."""
    return (MONDAY + timedelta(minutes=local_min)).date()


def day(year: YearResult, step: int) -> Stretch:
    """Return the local day that holds an interval."""
    first = int(year.local_min[step]) // DAY_MIN * DAY_MIN
    return _stretch(year, first, first + DAY_MIN)


def week(year: YearResult, step: int) -> Stretch:
    """Return the local week, Monday to Sunday, that holds an interval."""
    first = int(year.local_min[step]) // (7 * DAY_MIN) * 7 * DAY_MIN
    return _stretch(year, first, first + 7 * DAY_MIN)


def _stretch(year: YearResult, first: int, end: int) -> Stretch:
    at = np.flatnonzero((year.local_min >= first) & (year.local_min < end))
    kva = year.intake_kva[at]
    peak = int(np.nanargmax(kva)) if np.isfinite(kva).any() else 0
    return Stretch(
        local_date(first), (year.local_min[at] - first) / 60, year.existing_kw[at],
        year.charging_kw[at], kva, year.agreed_kva, peak,
    )  # fmt: skip


def duration(values: Reals, points: int = 400) -> Duration:
    """Sort a series from high to low and thin it; both ends and every rank step are kept."""
    ordered = np.sort(values[np.isfinite(values)])[::-1]
    if not len(ordered):
        return Duration(np.empty(0), np.empty(0))
    at = np.unique(np.linspace(0, len(ordered) - 1, min(points, len(ordered))).astype(int))
    return Duration(100 * at / max(1, len(ordered) - 1), ordered[at])


def hour_by_day(year: YearResult, values: Reals) -> DayMap:
    """Arrange a series as the highest value of each local hour and day."""
    day0 = int(year.local_min[0]) // DAY_MIN
    days = int(year.local_min.max()) // DAY_MIN - day0 + 1
    cell = year.local_min // 60 % 24 * days + year.local_min // DAY_MIN - day0
    grid = np.full(24 * days, -np.inf)
    known = np.isfinite(values)
    np.maximum.at(grid, cell[known], values[known])
    grid[np.isinf(grid)] = np.nan
    peak = int(np.nanargmax(grid)) if known.any() else 0
    return DayMap(
        grid.reshape(24, days), local_date(day0 * DAY_MIN), peak // days, peak % days
    )  # fmt: skip


def day_peaks(year: YearResult) -> DayPeaks:
    """Return highest, mean and lowest draw of every local day."""
    day0 = int(year.local_min[0]) // DAY_MIN
    index = year.local_min // DAY_MIN - day0
    days, known = int(index.max()) + 1, np.isfinite(year.intake_kva)
    at, kva = index[known], year.intake_kva[known]
    highest, lowest = np.full(days, -np.inf), np.full(days, np.inf)
    np.maximum.at(highest, at, kva)
    np.minimum.at(lowest, at, kva)
    count = np.bincount(at, minlength=days)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(at, weights=kva, minlength=days) / count
    gone = count == 0
    highest[gone], lowest[gone] = np.nan, np.nan
    return DayPeaks(local_date(day0 * DAY_MIN), highest, mean, lowest)


def voltage_profile(year: YearResult, *, lowest: bool = False) -> tuple[ProfileLeg, ...]:
    """Return the circuits from the main board outwards, each after the one that feeds it.

    Voltages are those of the interval with the highest draw, or with `lowest`
    the lowest of the year at each node.
    """
    legs = []
    first: dict[str, str] = {}
    for node in year.nodes.values():
        if not node.feeder:
            continue
        start = year.nodes[node.feeder]
        first[node.id] = first.get(start.id, node.id)
        legs.append(
            ProfileLeg(
                start.id, node.id, node.name, start.distance_m,
                start.lowest_pu if lowest else start.worst_pu,
                node.distance_m, node.lowest_pu if lowest else node.worst_pu, first[node.id],
            )
        )  # fmt: skip
    return tuple(legs)
