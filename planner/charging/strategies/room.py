"""What a strategy sees, and the two ways of handing out power."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Room:
    """The cars that charge now. Indices in `cars` are in order of plugging in.

    The other lists are by car index: `want_kw` what it can take in this
    stretch of time, `remaining_kwh` still missing, `limit_kw` its highest
    power, `plugged_min` and `leave_min` its stay, `rank` its priority (0 goes
    first) and `turn_min` when a rotating strategy last served it.
    """

    cars: list[int]
    want_kw: list[float]
    remaining_kwh: list[float]
    limit_kw: list[float]
    plugged_min: list[float]
    leave_min: list[float]
    rank: list[int]
    turn_min: list[float] = field(default_factory=list)


Strategy = Callable[[Room, float, float], None]
"""Strategy(room, limit_kw, now_min) lowers ``room.want_kw`` until it fits the limit."""


def greedy(room: Room, limit_kw: float, order: Iterable[int]) -> None:
    """Give each car in order all it wants until the limit is used up."""
    left = limit_kw
    want = room.want_kw
    for car in order:
        if want[car] <= left:
            left -= want[car]
        else:
            want[car] = left
            left = 0.0


def fill_equally(want_kw: list[float], cars: Iterable[int], limit_kw: float) -> None:
    """Share a limit so that nobody can get more without a poorer car losing (max-min)."""
    order = sorted(cars, key=want_kw.__getitem__)
    left, count = limit_kw, len(order)
    for car in order:
        share = left / count
        want_kw[car] = min(want_kw[car], share)
        left -= want_kw[car]
        count -= 1
