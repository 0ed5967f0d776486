"""Groups in order of importance; within a group the car with the least slack."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    rank, slack = room.rank, room.slack_min
    return sorted(room.cars, key=lambda car: (rank[car], slack[car]))


PRIORITY_GROUPS = Strategy(_order)
