"""The strategies of load management side by side, on the same sessions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from planner.charging.compare import Regime
from planner.charging.strategies.names import name_of
from ui.present.tables import Column, Line, Table
from ui.present.text import SYMBOLS

Reals = npt.NDArray[np.float64]
UNMANAGED = "uncontrolled"
Figure = tuple[Column, Callable[[Regime], float | None]]
"""A column of numbers and how a regime fills it."""


def strategies_table(regimes: tuple[Regime, ...], in_use: str, managed: bool) -> Table:
    """List what drivers get, what the site draws and what a year costs under each strategy."""
    figures = _figures(regimes)
    lines = []
    for regime in regimes:
        used = regime.name == (in_use if managed else UNMANAGED)
        cells = (name_of(regime.name), "In use" if used else "", *(f(regime) for _, f in figures))
        lines.append(Line(cells, ("strategy", regime.name)))
    columns = (Column("Strategy", strong=True), Column("State"), *(column for column, _ in figures))
    return Table("Strategies", columns, tuple(lines))


def _figures(regimes: tuple[Regime, ...]) -> list[Figure]:
    """Return the columns of numbers, those that decide first."""
    cost = next((r.cost for r in regimes if r.cost is not None), None)
    windows = next((r.windows for r in regimes if r.windows), ())
    per_year = "" if cost is None else f"{SYMBOLS.get(cost.currency, cost.currency).strip()}/year"
    figures: list[Figure] = [
        (Column("Energy %", 1), lambda r: r.service.energy_pct),
        (Column("In full %", 1), lambda r: r.service.served_pct),
        (Column("Peak kW", 0), lambda r: r.needs_kw),
        (Column("Needs kVA", 0), lambda r: r.connection_kva),
    ]
    if cost is not None:
        figures.append(
            (Column(f"Charges {per_year}", 0), lambda r: None if r.cost is None else r.cost.total)
        )
    figures += [
        (Column("P5 driver %", 1), lambda r: r.service.p5_energy_pct),
        (Column("Wait > 10 min %", 1), lambda r: r.service.waited_pct),
        (Column("No outlet %", 1), lambda r: r.service.turned_away_pct),
        (Column("Over h/week", 1), lambda r: r.over_hours),
        (Column("Coincidence %", 0), lambda r: r.coincidence_pct),
    ]
    if any(r.worst_line_a is not None for r in regimes):
        figures.append((Column("Worst line A", 0), lambda r: r.worst_line_a))
    for number, window in enumerate(windows):
        title = Column(f"{window.name} MWh/year", 1)
        figures.append((title, partial(_window_mwh, number)))
    if cost is not None:
        figures += [
            (Column(f"Energy {per_year}", 0), lambda r: None if r.cost is None else r.cost.energy),
            (
                Column(f"Capacity {per_year}", 0),
                lambda r: None if r.cost is None else r.cost.capacity,
            ),
        ]
    return figures


def _window_mwh(number: int, regime: Regime) -> float:
    return regime.windows[number].kwh / 1000


def highest_day(regime: Regime) -> tuple[Reals, Reals]:
    """Return hours of the day and the highest charging load at each of them."""
    service = regime.service
    per_day = 1440 // service.step_min
    days = service.load_kw[: len(service.load_kw) // per_day * per_day].reshape(-1, per_day)
    return np.arange(per_day) * service.step_min / 60, days.max(axis=0)
