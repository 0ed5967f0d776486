"""Groups in order of importance; within a group the car with the least slack."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    leave, remaining, limit, rank = room.leave_min, room.remaining_kwh, room.limit_kw, room.rank
    key = {c: (rank[c], leave[c] - 60.0 * remaining[c] / limit[c]) for c in room.cars}
    return sorted(room.cars, key=key.__getitem__)


PRIORITY_GROUPS = Strategy(_order)
