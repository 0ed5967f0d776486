"""Least slack first (Mok 1983).

Laxity = (leave − now) − 60 · remaining / limit in minutes: how long a car can
wait and still get all it wants. `Room.slack_min` is laxity + now, and `now` is
the same for all.
"""

from __future__ import annotations

from planner.charging.strategies.room import Room, Strategy


def _order(room: Room) -> list[int]:
    return sorted(room.cars, key=room.slack_min.__getitem__)


LEAST_LAXITY = Strategy(_order, by_slack=True)
