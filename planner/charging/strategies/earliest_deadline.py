"""Earliest departure first (Liu and Layland 1973, deadline driven)."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    return sorted(room.cars, key=room.leave_min.__getitem__)


EARLIEST_DEADLINE = Strategy(_order, lasting=True)
