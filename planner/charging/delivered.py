"""Energy delivered under one cap with an outlet for everyone: recorded, and to be expected."""

from __future__ import annotations

import numpy as np

from planner.charging.run import run
from planner.charging.station import Station
from planner.charging.strategies import STRATEGIES
from planner.demand.prediction import MonthModel, draw_months
from planner.demand.room import most_at_once
from planner.model.charger import Current
from planner.model.demand import Sessions

STEP_MIN = 15
MONTHS = 12
"""Drawn months: their mean share then moves by a few tenths of a point."""


def delivered_pct(sessions: Sessions, cap_kw: float, strategy: str = "least_laxity") -> float:
    """Return the energy delivered in % of the wish under a cap in kW; 100 without cars."""
    wish = float(sessions.energy_kwh.sum())
    if not wish:
        return 100.0
    stations = [
        Station(f"{current} {n}", current, kw, 1, kw)
        for current, powers in ((Current.AC, sessions.ac_kw), (Current.DC, sessions.dc_kw))
        if (kw := float(powers.max(initial=0.0))) > 0
        for n in range(most_at_once(sessions))
    ]
    record = run(sessions, stations, [cap_kw], STRATEGIES[strategy], STEP_MIN)
    return 100 * float(record.energy_kwh.sum()) / wish


def predict_delivered_pct(
    model: MonthModel, target: range, cap_kw: float, strategy: str = "least_laxity", *,
    months: int = MONTHS, seed: int = 2,
) -> tuple[float, tuple[float, float]]:  # fmt: skip
    """Return the share of energy to expect on the days to come, and its least and most.

    Least and most are those of the drawn months; same seed, same figures.
    """
    drawn = draw_months(model, target, seed=seed, months=months)
    shares = [delivered_pct(month, cap_kw, strategy) for month in drawn]
    return float(np.mean(shares)), (min(shares), max(shares))
