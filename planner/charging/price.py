"""The price of a kWh at every step of a horizon, and the seasons of a year.

A horizon begins on a Monday 00:00 local time and has no date, so it stands for one
season: months in which the same windows hold. A year is all seasons, each with its days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from planner.model.energy_price import EnergyPrice, PriceWindow

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
BASE_NAME = "Other times"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Season:
    """Months (1 to 12) in which the same windows hold, and how many days they have."""

    months: tuple[int, ...]
    days: int

    @property
    def words(self) -> str:
        """Name the months: "Mar–Oct", or a list where they lie apart."""
        before = [m for m in self.months if (m - 2) % 12 + 1 not in self.months]
        first = before[0] if before else 1
        run = [(first - 1 + n) % 12 for n in range(len(self.months))]
        if {m - 1 for m in self.months} != set(run):
            return ", ".join(MONTHS[m - 1] for m in self.months)
        return "–".join(dict.fromkeys((MONTHS[run[0]], MONTHS[run[-1]])))


@dataclass(frozen=True, slots=True)
class WindowCost:
    """Energy of a year within a window, and what it costs."""

    name: str
    kwh: float
    cost: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """A window that loses hours to `earlier` ones, all of them where `wholly`."""

    window: int
    earlier: tuple[int, ...]
    wholly: bool


def holds_in(window: PriceWindow, month: int) -> bool:
    """Tell whether a window holds in a month, 1 to 12."""
    if window.from_month <= window.to_month:
        return window.from_month <= month <= window.to_month
    return month >= window.from_month or month <= window.to_month


def seasons(price: EnergyPrice) -> tuple[Season, ...]:
    """Return the seasons of a price, the one with the most days first.

    A simulated horizon stands for the first; the year is the sum of all.
    """
    months: dict[tuple[bool, ...], list[int]] = {}
    for month in range(1, 13):
        months.setdefault(tuple(holds_in(w, month) for w in price.windows), []).append(month)
    found = [Season(tuple(m), sum(DAYS_OF_MONTH[n - 1] for n in m)) for m in months.values()]
    return tuple(sorted(found, key=lambda s: (-s.days, s.months)))


def price_per_step(
    price: EnergyPrice, horizon_days: int, step_min: int, month: int | None = None
) -> Floats:
    """Return the price of a kWh at each step from a Monday 00:00 local time.

    Parameters
    ----------
    price
        Base price and windows.
    horizon_days, step_min
        Days and minutes per step; the shape is (days · 1440 / step,).
    month
        1 to 12; by default one of the season with the most days.

    Returns
    -------
    ndarray
        Mean price over the minutes of each step, in the currency per kWh.
    """
    chosen = seasons(price)[0].months[0] if month is None else month
    prices = np.array([*(w.per_kwh for w in price.windows), price.base_per_kwh])
    owner = _owner(price, chosen).reshape(-1, step_min)
    whole = (owner == owner[:, :1]).all(axis=1)
    # A mean of equal prices need not be that price to the last digit.
    week = np.where(whole, prices[owner[:, 0]], prices[owner].mean(axis=1))
    return np.resize(week, horizon_days * DAY_MIN // step_min)


@lru_cache(maxsize=64)
def window_shares(price: EnergyPrice, month: int, step_min: int) -> Floats:
    """Return which part of each step of a week lies in each window, the base last.

    The shape is (windows + 1, 10,080 / step); each column sums to 1. Read-only.
    """
    owner = _owner(price, month).reshape(-1, step_min)
    shares = np.array(
        [(owner == n).mean(axis=1) for n in range(len(price.windows) + 1)], np.float64
    )
    shares.flags.writeable = False
    return shares


def _owner(price: EnergyPrice, month: int) -> npt.NDArray[np.int64]:
    """Return which window every minute of the week is priced by, the last number for none."""
    base = len(price.windows)
    owner = np.full(WEEK_MIN, base)
    for number in reversed(range(base)):  # the first window is laid last and covers the others
        window = price.windows[number]
        if holds_in(window, month):
            owner[_minutes(window)] = number
    return owner


def _minutes(window: PriceWindow) -> npt.NDArray[np.int64]:
    """Return the minutes of the week within a window."""
    lasts = window.to_min - window.from_min
    lasts += DAY_MIN if lasts <= 0 else 0
    begin = np.array(window.days, np.int64) * DAY_MIN + window.from_min
    return np.asarray((begin[:, None] + np.arange(lasts)).ravel() % WEEK_MIN)


def overlaps(price: EnergyPrice) -> tuple[Overlap, ...]:
    """Return the windows that lose hours to earlier ones, in their order."""
    masks = [np.zeros(WEEK_MIN, np.bool_) for _ in price.windows]
    for mask, window in zip(masks, price.windows, strict=True):
        mask[_minutes(window)] = True
    meets: dict[int, set[int]] = {}
    kept = set[int]()
    for season in seasons(price):
        here = [n for n, w in enumerate(price.windows) if holds_in(w, season.months[0])]
        taken = np.zeros(WEEK_MIN, np.bool_)
        for number in here:
            earlier = {n for n in here if n < number and bool((masks[n] & masks[number]).any())}
            if earlier:
                meets.setdefault(number, set()).update(earlier)
            if not bool((masks[number] <= taken).all()):
                kept.add(number)
            taken |= masks[number]
    return tuple(
        Overlap(number, tuple(sorted(meets[number])), wholly=number not in kept)
        for number in sorted(meets)
    )


def year_energy_cost(
    price: EnergyPrice, load_kw: Sequence[Floats], step_min: int
) -> tuple[WindowCost, ...]:
    """Return energy and cost of a year by window, the base price last.

    Parameters
    ----------
    price
        Base price and windows.
    load_kw
        Mean kW per step from a Monday 00:00: one load for each of `seasons`, or one that
        repeats through the year.
    step_min
        Minutes per step.

    Returns
    -------
    tuple of WindowCost
        Each season's load scaled to its days and summed up; currency as the price.
    """
    total = np.zeros(len(price.windows) + 1)
    found = seasons(price)
    for number, season in enumerate(found):
        load = load_kw[number if len(load_kw) > 1 else 0]
        shares = window_shares(price, season.months[0], step_min)
        of_step = shares[:, np.arange(len(load)) % shares.shape[1]]
        days = max(len(load) * step_min / DAY_MIN, 1e-9)
        total += of_step @ load * (step_min / 60 * season.days / days)
    names = [*(w.name for w in price.windows), BASE_NAME if price.windows else "All energy"]
    prices = [*(w.per_kwh for w in price.windows), price.base_per_kwh]
    return tuple(
        WindowCost(name, float(kwh), float(kwh) * each)
        for name, kwh, each in zip(names, total, prices, strict=True)
    )
