"""First come, first served."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    return room.cars


FIRST_COME = Strategy(_order, lasting=True)
