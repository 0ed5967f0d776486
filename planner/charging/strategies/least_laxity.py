"""Least slack first."""

from __future__ import annotations

from planner.charging.strategies.room import Room, greedy


def least_laxity(room: Room, limit_kw: float, _now_min: float) -> None:
    """Serve the car with the least slack: time left − time needed at full power.

    Laxity = (leave − now) − 60 · remaining / limit in minutes (Mok 1983); `now`
    is the same for all and left out of the order.
    """
    leave, remaining, limit = room.leave_min, room.remaining_kwh, room.limit_kw
    slack = [(leave[car] - 60.0 * remaining[car] / limit[car], car) for car in room.cars]
    slack.sort()
    greedy(room, limit_kw, [car for _, car in slack])
