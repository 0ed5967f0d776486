"""First come, first served."""

from __future__ import annotations

from planner.charging.strategies.room import Room, greedy


def first_come(room: Room, limit_kw: float, _now_min: float) -> None:
    """Serve cars in order of plugging in."""
    greedy(room, limit_kw, room.cars)
