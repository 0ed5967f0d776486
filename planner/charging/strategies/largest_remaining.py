"""Most missing energy first."""

from __future__ import annotations

from planner.charging.strategies.room import Room, greedy


def largest_remaining(room: Room, limit_kw: float, _now_min: float) -> None:
    """Serve the car that still misses most."""
    remaining = room.remaining_kwh
    greedy(room, limit_kw, sorted(room.cars, key=lambda car: -remaining[car]))
