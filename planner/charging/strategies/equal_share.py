"""The same power for everyone."""

from __future__ import annotations

from planner.charging.strategies.room import Room, fill_equally


def equal_share(room: Room, limit_kw: float, _now_min: float) -> None:
    """Fill all cars to the same level; who wants less leaves the rest to others."""
    fill_equally(room.want_kw, room.cars, limit_kw)
