"""Turns at full power."""

from __future__ import annotations

from planner.charging.strategies.room import Room, greedy


def round_robin(room: Room, limit_kw: float, now_min: float) -> None:
    """Serve the cars that have waited longest for a turn, at full power."""
    turn = room.turn_min
    order = sorted(room.cars, key=turn.__getitem__)
    greedy(room, limit_kw, order)
    for car in order:
        if room.want_kw[car] > 0:
            turn[car] = now_min
