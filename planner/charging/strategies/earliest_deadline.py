"""Earliest departure first."""

from __future__ import annotations

from planner.charging.strategies.room import Room, greedy


def earliest_deadline(room: Room, limit_kw: float, _now_min: float) -> None:
    """Serve the car that leaves first (Liu and Layland 1973, deadline driven)."""
    greedy(room, limit_kw, sorted(room.cars, key=room.leave_min.__getitem__))
