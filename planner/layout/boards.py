"""How many boards a design needs, with how many ways and what rating."""

from __future__ import annotations

import math

from grid.model import Board

WAYS_LIMIT = 14
"""Ways of the largest feeder pillar."""

WAYS = (4, 6, 8, 10, 12, 14)
"""Pillar sizes offered."""

FEEDER_A = 630.0
"""Feeders above this current need so many parallel cables that more pillars are better."""

RATINGS_A = (125.0, 250.0, 400.0, 630.0, 800.0, 1250.0, 1600.0)
"""Ratings of pillars in the price books."""


def ways_for(circuits: int, spare_share: float) -> int:
    """Smallest pillar for a number of circuits with a share of spare ways."""
    needed = math.ceil(circuits * (1 + spare_share))
    fitting = [w for w in WAYS if w >= needed]
    return fitting[0] if fitting else max(WAYS_LIMIT, circuits)


def ways_limit(circuit_a: float, cap_a: float | None) -> int:
    """Ways a pillar can use before its feeder outgrows `FEEDER_A`.

    `circuit_a` is the current of a typical post [A]. Under a managed cap below
    the limit every pillar may use all its ways.
    """
    if cap_a is not None and cap_a <= FEEDER_A:
        return WAYS_LIMIT
    return max(WAYS[1], min(WAYS_LIMIT, int(FEEDER_A / max(circuit_a, 1.0))))


def rating_for(amps: float) -> float:
    """Smallest standard rating for a load; the largest where none suffices."""
    return next((r for r in RATINGS_A if r >= amps - 1e-6), RATINGS_A[-1])


def board_counts(
    circuits: int, origin_ways: int, spare_share: float, ways_limit: int = WAYS_LIMIT
) -> range:
    """Numbers of new boards worth trying for a number of chargers.

    None where the spare ways of the intake suffice; otherwise from the fewest
    that offer a way to everyone to two more, which may shorten cables.
    """
    if circuits <= origin_ways:
        return range(2)
    per_board = max(1, int(ways_limit / (1 + spare_share)))
    fewest = next(
        n for n in range(1, circuits + 2) if _offered(n, origin_ways, per_board) >= circuits
    )
    return range(fewest, fewest + 3)


def _offered(boards: int, origin_ways: int, per_board: int) -> int:
    """Ways for chargers with a number of new boards, fed from the intake or from a hub."""
    if boards <= origin_ways:
        return boards * per_board + origin_ways - boards
    return boards * per_board - (boards - 1) + max(0, origin_ways - 1)


def make_board(
    key: str, ways: int, used: int, load_a: float, cap_a: float | None, beside_intake: bool
) -> Board:
    """Board with a standard rating for what it feeds, limited by the managed cap."""
    amps = load_a if cap_a is None else min(load_a, cap_a)
    name = "Distribution board" if beside_intake else "Feeder pillar"
    return Board(key, f"{name} {key}", rating_for(amps), max(ways, used), max(0, ways - used))
