"""Most missing energy first."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    return sorted(room.cars, key=room.remaining_kwh.__getitem__, reverse=True)


LARGEST_REMAINING = Strategy(_order)
