"""Groups in order of importance; within a group the car with the least slack."""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    rank, slack = room.rank, room.slack_min
    # Two stable sorts are quicker than one by pairs.
    by_slack = sorted(room.cars, key=slack.__getitem__)
    by_slack.sort(key=rank.__getitem__)
    return by_slack


PRIORITY_GROUPS = Strategy(_order, by_slack=True)
