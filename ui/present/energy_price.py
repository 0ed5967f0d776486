"""The energy price by time of use: rows to type in, what they say, and the hours they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from planner import edits
from planner.charging.price import DAY_MIN, price_per_step, seasons
from planner.inputs.price_cells import (
    COLUMNS,
    cells_of,
    days_text,
    read_window,
    remarks,
)
from planner.model.energy_price import EnergyPrice, PriceWindow
from planner.model.project import Project
from ui.present.text import SYMBOLS, count, significant
from ui.present.tokens import SEQUENTIAL

TITLES = ("Window", "Months", "Days", "From", "To", "Price")
HINTS = ("Evening peak", "All, or Nov-Feb", "All, Mon-Fri, or Sat, Sun", "16:00", "19:00", "0.42")
PRICE = COLUMNS.index("price")
_DARK, _WHITE = "#12161A", "#FFFFFF"
RAMP = tuple((SEQUENTIAL[n], _DARK if n < 5 else _WHITE) for n in (0, 1, 2, 3, 4, 6, 7))
"""Fills from cheap to dear with the ink of their text, contrast at least 4.5."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of a day with one price."""

    from_h: float
    to_h: float
    per_kwh: float
    words: str
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The price over a day that some days of some months have in common."""

    title: str
    stretches: tuple[Stretch, ...]


def tariff_of(project: Project | None) -> EnergyPrice | None:
    """Return the energy price of a project, if one is entered."""
    return project.settings.energy_tariff if project else None


def with_tariff(project: Project, tariff: EnergyPrice | None) -> Project:
    """Put an energy price into a project, or take it out."""
    if project.settings.energy_tariff == tariff:
        return project
    return edits.set_settings(project, replace(project.settings, energy_tariff=tariff))


def with_base(tariff: EnergyPrice | None, per_kwh: float) -> EnergyPrice:
    """Return the price with another base price; the windows stay."""
    return EnergyPrice(per_kwh, tariff.windows if tariff else ())


def with_row(tariff: EnergyPrice, row: int, texts: Sequence[str]) -> EnergyPrice:
    """Return the price with a window as typed; a cell that is wrong is a `CellError`."""
    window = read_window(dict(zip(COLUMNS, texts, strict=True)))
    windows = list(tariff.windows)
    windows[row] = window
    return replace(tariff, windows=tuple(windows))


def with_new_row(tariff: EnergyPrice) -> EnergyPrice:
    """Return the price with one more window, at the base price until another is typed."""
    name = f"Window {len(tariff.windows) + 1}"
    made = PriceWindow(name, tariff.base_per_kwh, 16 * 60, 19 * 60, (0, 1, 2, 3, 4))
    return replace(tariff, windows=(*tariff.windows, made))


def without_row(tariff: EnergyPrice, row: int) -> EnergyPrice:
    """Return the price without a window."""
    return replace(tariff, windows=(*tariff.windows[:row], *tariff.windows[row + 1 :]))


def raised_row(tariff: EnergyPrice, row: int) -> EnergyPrice:
    """Return the price with a window before the one above it, over which it then counts."""
    windows = list(tariff.windows)
    if 0 < row < len(windows):
        windows[row - 1 : row + 1] = windows[row], windows[row - 1]
    return replace(tariff, windows=tuple(windows))


def rows_of(tariff: EnergyPrice | None) -> tuple[tuple[str, ...], ...]:
    """Return the windows as they are typed."""
    return tuple(cells_of(w) for w in tariff.windows) if tariff else ()


def unit(currency: str) -> str:
    """Return the unit of a price: "£/kWh"."""
    return f"{SYMBOLS.get(currency, currency).strip()}/kWh"


def summary(tariff: EnergyPrice | None, currency: str) -> str:
    """Say in a line what a kWh costs."""
    if tariff is None:
        return "No energy price is entered, so costs of energy are left out."
    base = f"Energy at {significant(tariff.base_per_kwh)} {unit(currency)}"
    if not tariff.windows:
        return f"{base} at any time"
    return f"{base}, {count(len(tariff.windows), 'window')} at other prices"


def said_about(tariff: EnergyPrice | None) -> str:
    """Say which windows overlap, and that the upper one counts."""
    return " ".join(remarks(tariff)) if tariff else ""


def strips(tariff: EnergyPrice) -> tuple[Strip, ...]:
    """Return the price of a day for every group of equal days, season by season."""
    prices = sorted({w.per_kwh for w in tariff.windows} | {tariff.base_per_kwh})
    found, all_seasons = [], seasons(tariff)
    for season in all_seasons:
        week = price_per_step(tariff, 7, 1, season.months[0]).reshape(7, DAY_MIN)
        for days in _alike(week):
            named = [season.words] if len(all_seasons) > 1 else []
            named += [days_text(days) if len(days) < 7 else "every day"]
            found.append(Strip(", ".join(named), _stretches(week[days[0]], prices)))
    return tuple(found)


def _alike(week: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[tuple[int, ...]]:
    """Return groups of days whose prices are the same at all hours."""
    groups: dict[bytes, list[int]] = {}
    for day in range(7):
        groups.setdefault(week[day].tobytes(), []).append(day)
    return [tuple(days) for days in groups.values()]


def _stretches(
    day: np.ndarray[tuple[int, ...], np.dtype[np.float64]], prices: Sequence[float]
) -> tuple[Stretch, ...]:
    edges = [0, *(np.flatnonzero(np.diff(day)) + 1).tolist(), DAY_MIN]
    found = []
    for begin, end in pairwise(edges):
        price = float(day[begin])
        rank = prices.index(price) / max(len(prices) - 1, 1)
        fill, ink = RAMP[round(rank * (len(RAMP) - 1))]
        found.append(Stretch(begin / 60, end / 60, price, significant(price, 3), fill, ink))
    return tuple(found)


def spoken(made: Sequence[Strip]) -> str:
    """Say all strips in words, for those who do not see them."""
    return "; ".join(
        f"{strip.title}: "
        + ", ".join(f"{s.from_h:g} to {s.to_h:g} h {s.words}" for s in strip.stretches)
        for strip in made
    )
