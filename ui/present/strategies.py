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
    """List what drivers get, what the site draws and what a year costs under each strategy."""
    phases = any(r.worst_line_a is not None for r in regimes)
    cost = next((r.cost for r in regimes if r.cost is not None), None)
    windows = next((r.windows for r in regimes if r.windows), ())
    lines = []
    for regime in regimes:
        s = regime.service
        used = regime.name == (in_use if managed else UNMANAGED)
        cells: list[str | float | None] = [
            name_of(regime.name), "In use" if used else "", s.energy_pct, s.p5_energy_pct,
            s.served_pct, s.waited_pct, s.turned_away_pct, regime.needs_kw,
            regime.coincidence_pct, regime.over_hours, regime.connection_kva,
        ]  # fmt: skip
        cells += [regime.worst_line_a] if phases else []
        cells += [w.kwh / 1000 for w in regime.windows]
        if cost is not None and regime.cost is not None:
            cells += [regime.cost.energy, regime.cost.capacity, regime.cost.total]
        lines.append(Line(tuple(cells), ("strategy", regime.name)))
    columns = [
        Column("Strategy", strong=True), Column("State"), Column("Energy %", 1),
        Column("P5 driver %", 1), Column("In full %", 1), Column("Wait > 10 min %", 1),
        Column("No outlet %", 1), Column("Peak kW", 0), Column("Coincidence %", 0),
        Column("Over h/week", 1), Column("Needs kVA", 0),
    ]  # fmt: skip
    columns += [Column("Worst line A", 0)] if phases else []
    columns += [Column(f"{w.name} MWh/year", 1) for w in windows]
    if cost is not None:
        symbol = SYMBOLS.get(cost.currency, cost.currency).strip()
        columns += [
            Column(f"{part} {symbol}/year", 0) for part in ("Energy", "Capacity", "Charges")
        ]
    return Table("Strategies", tuple(columns), tuple(lines))


def highest_day(regime: Regime) -> tuple[Reals, Reals]:
    """Return hours of the day and the highest charging load at each of them."""
    service = regime.service
    per_day = 1440 // service.step_min
    days = service.load_kw[: len(service.load_kw) // per_day * per_day].reshape(-1, per_day)
    return np.arange(per_day) * service.step_min / 60, days.max(axis=0)
