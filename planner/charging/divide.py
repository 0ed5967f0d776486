"""Divide power among charging cars within every limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.charging.phases import Draw, PhaseTree

Draws = tuple[tuple[int, Draw], ...]


def greedy(
    order: Iterable[int], remaining_kwh: list[float], ceiling_kw: list[float],
    want_kw: list[float], cap_kw: float, hours: float,
) -> list[int]:  # fmt: skip
    """Give each car in order what it can take until the cap is used up.

    Fills `want_kw` and returns the cars that get power.
    """
    left = cap_kw
    served = []
    for car in order:
        needed, most = remaining_kwh[car] / hours, ceiling_kw[car]
        kw = needed if needed < most else most
        if kw >= left:
            if left > 0:
                want_kw[car] = left
                served.append(car)
            break
        want_kw[car] = kw
        left -= kw
        served.append(car)
    return served


def fill_equally(want_kw: list[float], cars: Iterable[int], limit_kw: float) -> None:
    """Share a limit so that nobody can get more without a poorer car losing (max-min)."""
    order = sorted(cars, key=want_kw.__getitem__)
    left, count = limit_kw, len(order)
    for car in order:
        share = left / count
        want_kw[car] = min(want_kw[car], share)
        left -= want_kw[car]
        count -= 1


def greedy_phases(
    order: Iterable[int], want_kw: list[float], cap_kw: float,
    tree: PhaseTree, draws: Sequence[Draws],
) -> None:  # fmt: skip
    """Lower `want_kw` in order so that the cap and every phase limit hold."""
    tree.clear()
    left = cap_kw
    for car in order:
        kw = min(want_kw[car], left)
        if kw > 0:
            kw = tree.room_kw(draws[car], kw)
            tree.add(draws[car], kw)
            left -= kw
        want_kw[car] = max(kw, 0.0)


def fill_phases(
    cars: Sequence[int], want_kw: list[float], cap_kw: float,
    tree: PhaseTree, draws: Sequence[Draws],
) -> None:  # fmt: skip
    """Fill all cars to the highest equal level that holds every limit, then again the rest.

    The level is found by bisection (currents only rise with any load); cars that
    cannot rise any further are left where they are and the others go on.
    """
    wish = {car: want_kw[car] for car in cars}
    fill_equally(want_kw, cars, cap_kw)
    _load({car: want_kw[car] for car in cars}, tree, draws)
    if tree.fits():
        return
    for car, kw in wish.items():
        want_kw[car] = kw
    given = dict.fromkeys(cars, 0.0)
    free = [car for car in cars if want_kw[car] > 0]
    while free:
        low, high = 0.0, max(want_kw[car] - given[car] for car in free)
        level = high
        while high - low > 1e-6:
            if _holds(given, free, want_kw, cap_kw, tree, draws, level):
                low = level
            else:
                high = level
            level = (low + high) / 2
        for car in free:
            given[car] = min(want_kw[car], given[car] + low)
        left = cap_kw - sum(given.values())
        _load(given, tree, draws)
        free = [
            car
            for car in free
            if want_kw[car] - given[car] > 1e-5
            and left > 1e-5
            and tree.room_kw(draws[car], 1.0) > 1e-5
        ]
        if low < 1e-6:
            break
    for car in cars:
        want_kw[car] = given[car]


def _holds(
    given: dict[int, float], free: Sequence[int], want_kw: list[float], cap_kw: float,
    tree: PhaseTree, draws: Sequence[Draws], level_kw: float,
) -> bool:  # fmt: skip
    trial = dict(given)
    for car in free:
        trial[car] = min(want_kw[car], given[car] + level_kw)
    if sum(trial.values()) > cap_kw:
        return False
    _load(trial, tree, draws)
    return tree.fits()


def _load(given: dict[int, float], tree: PhaseTree, draws: Sequence[Draws]) -> None:
    tree.clear()
    for car, kw in given.items():
        tree.add(draws[car], kw)
