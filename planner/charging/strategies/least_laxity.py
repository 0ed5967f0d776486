"""Least slack first (Mok 1983).

Laxity = (leave − now) − 60 · remaining / limit in minutes: how long a car can
wait and still get all it wants. `now` is the same for all and left out.
"""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    leave, remaining, limit = room.leave_min, room.remaining_kwh, room.limit_kw
    slack = {car: leave[car] - 60.0 * remaining[car] / limit[car] for car in room.cars}
    return sorted(room.cars, key=slack.__getitem__)


LEAST_LAXITY = Strategy(_order)
