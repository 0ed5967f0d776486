"""Groups in order of importance."""

from __future__ import annotations

from planner.charging.strategies.room import Room, greedy


def priority_groups(room: Room, limit_kw: float, _now_min: float) -> None:
    """Serve lower ranks first, within a rank the car with the least slack."""
    leave, remaining, limit, rank = room.leave_min, room.remaining_kwh, room.limit_kw, room.rank
    slack = [(rank[c], leave[c] - 60.0 * remaining[c] / limit[c], c) for c in room.cars]
    slack.sort()
    greedy(room, limit_kw, [car for *_, car in slack])
