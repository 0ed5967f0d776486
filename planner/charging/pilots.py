"""Charging current in steps: the pilot signal of AC outlets (IEC 61851-1, table A.8).

A car may be told 0 A or 6 A and more, newer hardware in steps of 1 A, older in four;
below 6 A it does not charge at all, so 6 A is also the least power of a car. What is
told is reserved within every limit even where the car draws less of it.
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.charging.divide import Draws
from planner.charging.phases import PhaseTree
from planner.charging.station import Station
from planner.model.charger import Current

STEPS_1_A = tuple(float(a) for a in range(6, 33))
STEPS_8_A = (8.0, 16.0, 24.0, 32.0)
TURN_STEPS = 32
"""Equal steps in which a car without pilot steps (DC) rises where all rise in turn."""
ROUNDING_KW = 1e-9


def with_pilots(
    stations: Iterable[Station], pilots_a: tuple[float, ...] = STEPS_1_A
) -> tuple[Station, ...]:
    """Return the stations with AC outlets that tell these currents; DC needs none."""
    return tuple(replace(s, pilots_a=pilots_a) if s.current is Current.AC else s for s in stations)


def levels_kw(pilots_a: Sequence[float], connection: str, neutral_v: float) -> tuple[float, ...]:
    """Return the power in kW of each current for a connection such as "A", "AB" or "ABC"."""
    factor = {1: 1.0, 2: math.sqrt(3), 3: 3.0}[len(connection)]
    return tuple(a * neutral_v * factor / 1000 for a in pilots_a)


@functools.lru_cache(maxsize=4096)
def allowed_kw(levels: tuple[float, ...], limit_kw: float) -> tuple[float, ...]:
    """Return what a car may be given, ascending: a pilot above what it takes gives it that."""
    found = tuple(kw for kw in levels if kw <= limit_kw + ROUNDING_KW)
    if len(found) < len(levels) and (not found or found[-1] < limit_kw):
        return (*found, limit_kw)
    return found


@dataclass(slots=True)
class Budget:
    """What is left of the cap, of each shared cabinet and on each line.

    `cabinet_kw` holds what shared cabinets have left; a car's cabinet is in `cabinet`.
    """

    left_kw: float
    tree: PhaseTree | None
    draws: Sequence[Draws]
    cabinet: Sequence[int]
    cabinet_kw: dict[int, float]

    def room_kw(self, car: int) -> float:
        """Return the most kW a car can get more."""
        room = max(min(self.left_kw, self.cabinet_kw.get(self.cabinet[car], math.inf)), 0.0)
        return room if self.tree is None else self.tree.room_kw(self.draws[car], room)

    def take(self, car: int, kw: float) -> None:
        """Reserve power for a car."""
        self.left_kw -= kw
        if self.cabinet[car] in self.cabinet_kw:
            self.cabinet_kw[self.cabinet[car]] -= kw
        if self.tree is not None:
            self.tree.add(self.draws[car], kw)


def serve_in_order(
    order: Sequence[int], need_kw: Sequence[float], allowed: Sequence[Sequence[float] | float],
    budget: Budget,
) -> list[float]:  # fmt: skip
    """Give each car in order the smallest step that suffices, or the largest that fits.

    `need_kw` and `allowed` go along with `order`; a number in `allowed` is a ceiling
    without steps. Returns what is reserved for each.
    """
    given = [0.0] * len(order)
    for place, (car, need, steps) in enumerate(zip(order, need_kw, allowed, strict=True)):
        if isinstance(steps, float):
            kw = max(min(need, steps, budget.room_kw(car)), 0.0)
        elif budget.left_kw + ROUNDING_KW < steps[0]:
            continue
        else:
            # The step that suffices, or the largest below what there is room for.
            fitting = bisect_right(steps, budget.room_kw(car) + ROUNDING_KW)
            at = min(bisect_left(steps, need) + 1, fitting)
            kw = steps[at - 1] if at else 0.0
        if kw:
            budget.take(car, kw)
            given[place] = kw
    return given


def serve_in_turn(
    order: Sequence[int], need_kw: Sequence[float], allowed: Sequence[Sequence[float] | float],
    budget: Budget,
) -> list[float]:  # fmt: skip
    """Raise all cars in turn by one step until nobody can rise further."""
    steps = [
        [a * (k + 1) / TURN_STEPS for k in range(TURN_STEPS)] if isinstance(a, float) else a
        for a in allowed
    ]
    given, at = [0.0] * len(order), [0] * len(order)
    turn = deque(range(len(order)))
    while turn:
        n = turn.popleft()
        if at[n] >= len(steps[n]) or given[n] >= need_kw[n]:
            continue
        more = steps[n][at[n]] - given[n]
        if more > budget.room_kw(order[n]) + ROUNDING_KW:
            continue
        budget.take(order[n], more)
        given[n] = steps[n][at[n]]
        at[n] += 1
        turn.append(n)
    return given
