"""Turns at full power: who has waited longest for power comes first."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    return sorted(room.cars, key=room.turn_min.__getitem__)


ROUND_ROBIN = Strategy(_order, rotates=True)
