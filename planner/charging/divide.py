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
        kw = ceiling_kw[car]
        if remaining_kwh[car] < kw * hours:
            kw = remaining_kwh[car] / hours
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
    rest, left = list(cars), limit_kw
    while rest:
        share = left / len(rest)
        rich = [car for car in rest if want_kw[car] > share]
        if len(rich) == len(rest):
            for car in rest:
                want_kw[car] = share
            return
        for car in rest:
            if want_kw[car] <= share:
                left -= want_kw[car]
        rest = rich


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
    """Raise all cars together from nothing; who has all or meets a limit stays, the rest go on.

    Progressive filling (Bertsekas and Gallager, Data Networks, 1992, 6.5.2): the
    next rise ends where the poorest wish, the cap or a phase limit is reached.
    """
    tree.clear()
    rising = sorted((car for car in cars if want_kw[car] > 0), key=want_kw.__getitem__)
    wish = [want_kw[car] for car in rising]
    level, left, first = 0.0, cap_kw, 0
    for car in cars:
        want_kw[car] = 0.0
    tree.gather(draws[car] for car in rising)
    while first < len(rising):
        count = len(rising) - first
        most = min(wish[first] - level, left / count)
        rise = tree.rise_kw(most)
        level += rise
        left -= rise * count
        tree.raise_all(rise)
        full = tree.full_lines() if rise < most or rise <= 1e-12 else ()
        stays = []
        for at in range(first, len(rising)):
            car = rising[at]
            done = level >= wish[at] - 1e-9 or left <= 1e-9 * count
            if done or (full and tree.meets(draws[car], full)):
                want_kw[car] = min(level, wish[at])
                tree.drop(draws[car])
            else:
                stays.append(at)
        if len(stays) == count:  # a limit reached by rounding alone: nobody may rise
            for at in stays:
                want_kw[rising[at]] = min(level, wish[at])
            break
        rising, wish, first = [rising[n] for n in stays], [wish[n] for n in stays], 0
