"""What a strategy sees and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Room:
    """The cars that charge now. Indices in `cars` are in order of plugging in.

    The other lists are by car index, at the supply side: `remaining_kwh` still
    missing, `limit_kw` its highest power, `leave_min` when it goes, `rank` its
    priority (0 goes first), `turn_min` when it last got power and `slack_min`
    when it must start at full power at the latest to get all it wants.
    """

    cars: list[int]
    remaining_kwh: list[float]
    limit_kw: list[float]
    leave_min: list[float]
    rank: list[int]
    turn_min: list[float]
    slack_min: list[float]


@dataclass(frozen=True, slots=True)
class Strategy:
    """How to divide too little power.

    `order` lists the cars that want power, the first to serve first; each gets
    all it wants until a limit is reached. Without an order all are filled to the
    same level. `rotates` asks the simulation to keep `turn_min`; `paced` holds
    every car to the power that just suffices by its departure. `lasting` says that
    the division stays the same until a car comes, goes or is full; `by_slack` asks the
    simulation to keep `slack_min`.
    """

    order: Callable[[Room], list[int]] | None
    rotates: bool = False
    paced: bool = False
    lasting: bool = False
    by_slack: bool = False
