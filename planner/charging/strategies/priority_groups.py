"""Groups in order of importance; within a group the car with the least slack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.charging.strategies.room import Room, Strategy

FLEETS = frozenset({"rota", "depot_vans", "depot_buses"})
STAFF = frozenset({"workplace", "residential", "park_and_ride"})
"""Those who come every day; everybody who is neither fleet nor staff is a guest."""


def _order(room: Room) -> list[int]:
    rank, slack = room.rank, room.slack_min
    # Two stable sorts are quicker than one by pairs.
    by_slack = sorted(room.cars, key=slack.__getitem__)
    by_slack.sort(key=rank.__getitem__)
    return by_slack


PRIORITY_GROUPS = Strategy(_order, by_slack=True)


def usual_priorities(groups: Iterable[str]) -> Mapping[str, int]:
    """Return ranks by group name: fleets first, then guests, then staff and residents.

    A fleet must leave on time, a guest cannot come back later; the order is an own
    planning assumption, used where nobody has given another.
    """
    return {g: 0 if g in FLEETS else 2 if g in STAFF else 1 for g in groups}
