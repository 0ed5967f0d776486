"""Each car at the lowest steady power that suffices by its departure."""

from __future__ import annotations

from planner.charging.strategies.room import Strategy

SPREAD = Strategy(None, paced=True)
