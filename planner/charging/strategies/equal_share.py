"""The same power for everyone; who wants less leaves the rest to others."""

from __future__ import annotations

from planner.charging.strategies.room import Strategy

EQUAL_SHARE = Strategy(None, lasting=True)
