"""Whether the cars of a demand find a bay at all."""

from __future__ import annotations

import numpy as np

from grid.findings import Finding, Severity
from planner.demand.describe import own_power_kw
from planner.model.demand import Sessions


def most_at_once(sessions: Sessions) -> int:
    """Return the most cars on site at once where every car finds a bay on arrival.

    Cars that leave when charged stay for their charge at their own power.
    """
    leave = sessions.depart_min
    if sessions.leaves_full is not None:
        charge_min = 60 * sessions.energy_kwh / np.maximum(own_power_kw(sessions), 1e-9)
        charged = np.minimum(leave, sessions.arrive_min + charge_min)
        leave = np.where(sessions.leaves_full, charged, leave)
    gone = np.searchsorted(np.sort(leave), sessions.arrive_min, side="right")
    return int((np.arange(1, len(sessions) + 1) - gone).max(initial=0))


def bay_findings(sessions: Sessions, bays: int) -> tuple[Finding, ...]:
    """Find more cars at once than bays."""
    cars = most_at_once(sessions)
    if cars <= bays:
        return ()
    return (
        Finding(
            "DEM-BAYS", Severity.WARNING, "demand", "Demand",
            f"At the busiest moment {cars:,} cars want to park here at once, and there are "
            f"{bays:,} bays.",
            value=cars, limit=bays, unit="cars",
            fix="Enter fewer cars, or add bays.",
        ),
    )  # fmt: skip
