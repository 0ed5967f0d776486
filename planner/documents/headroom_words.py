"""The headroom of the bays as rows of words, for workbook and quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.documents.words import count, figure, money
from planner.model.headroom import BayRoom, HeadroomMap, Lift, SizeRoom

SIZES_HEAD = ("Charger kW", "Fits at", "Where it does not, first of all", "What lifts that", "Cost")


def title(made: HeadroomMap) -> str:
    """Say of how many bays it speaks."""
    return f"Room for one more charger, {count(len(made.bays), 'bay')}"


def size_rows(made: HeadroomMap) -> list[list[str]]:
    """Return one row per charger size: where it fits, what is in the way most often, the step."""
    return [_size_row(made, kw) for kw in made.sizes_kw]


def _size_row(made: HeadroomMap, size_kw: float) -> list[str]:
    asked = [s for room in made.bays.values() for s in room.sizes if s.size_kw == size_kw]
    short = [s for s in asked if not s.fits]
    fits = f"{len(asked) - len(short)} of {count(len(asked), 'bay')}"
    if not short:
        return [figure(size_kw), fits, "–", "–", "–"]
    most, number = Counter(_way(s) for s in short).most_common(1)[0]
    there = [s for s in short if _way(s) == most]
    words = f"{most} ({count(number, 'bay')}, {_room(there)} left)"
    lifts = Counter((s.lift.text, _cost(s.lift)) for s in there if s.lift is not None)
    if not lifts:
        return [figure(size_kw), fits, words, "no standard step", "–"]
    (text, cost), bays = lifts.most_common(1)[0]
    return [figure(size_kw), fits, words, text + ("" if bays == number else " and others"), cost]


def _way(size: SizeRoom) -> str:
    """Name what is in the way; circuits of the bays themselves count as one."""
    return "the charger's own circuit" if size.kind == "own circuit" else size.place


def _room(sizes: list[SizeRoom]) -> str:
    low, high = min(s.max_kw for s in sizes), max(s.max_kw for s in sizes)
    if figure(low) == figure(high):
        return f"{figure(low)} kW"
    return f"{figure(low)} to {figure(high)} kW"


def _cost(lift: Lift) -> str:
    return "no price" if lift.cost is None else money(lift.cost, lift.currency, 0)


def bay_sizes(made: HeadroomMap) -> Iterator[tuple[BayRoom, SizeRoom]]:
    """Yield every bay with every size asked for."""
    for room in made.bays.values():
        for size in room.sizes:
            yield room, size
