"""The strategies of load management side by side, on the same sessions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.charging.compare import Regime
from planner.charging.strategies.names import name_of
from ui.present.tables import Column, Line, Table
from ui.present.text import SYMBOLS

Reals = npt.NDArray[np.float64]
UNMANAGED = "uncontrolled"


def strategies_table(regimes: tuple[Regime, ...], in_use: str, managed: bool) -> Table:
    """List what drivers get and what the site draws under each strategy."""
    phases = any(r.service.phase_peak_a for r in regimes)
    cost = next((r.cost for r in regimes if r.cost is not None), None)
    lines = []
    for regime in regimes:
        s = regime.service
        used = regime.name == (in_use if managed else UNMANAGED)
        cells: list[str | float | None] = [
            name_of(regime.name), "In use" if used else "", s.energy_pct, s.p5_energy_pct,
            s.served_pct, s.waited_pct, s.turned_away_pct, s.peak_kw, regime.over_hours,
            regime.connection_kva,
        ]  # fmt: skip
        if phases:
            cells.append(max((max(p) for p in s.phase_peak_a), default=None))
        if cost is not None:
            cells.append(regime.cost.total if regime.cost else None)
        lines.append(Line(tuple(cells), ("strategy", regime.name)))
    columns = [
        Column("Strategy", strong=True), Column("State"), Column("Energy %", 1),
        Column("P5 driver %", 1), Column("In full %", 1), Column("Wait > 10 min %", 1),
        Column("No outlet %", 1), Column("Peak kW", 0), Column("Over h/week", 1),
        Column("Needs kVA", 0),
    ]  # fmt: skip
    if phases:
        columns.append(Column("Worst phase A", 0))
    if cost is not None:
        symbol = SYMBOLS.get(cost.currency, cost.currency).strip()
        columns.append(Column(f"Charges {symbol}/year", 0))
    return Table("Strategies", tuple(columns), tuple(lines))


def highest_day(regime: Regime) -> tuple[Reals, Reals]:
    """Return hours of the day and the highest charging load at each of them."""
    service = regime.service
    per_day = 1440 // service.step_min
    days = service.load_kw[: len(service.load_kw) // per_day * per_day].reshape(-1, per_day)
    return np.arange(per_day) * service.step_min / 60, days.max(axis=0)
