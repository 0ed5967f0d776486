"""How many boards a design needs, with how many ways and what rating."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def feeder_limit_a(cap_a: float | None) -> float | None:
    """Load that one new board may carry [A]; None where a managed cap is below it."""
    return None if cap_a is not None and cap_a <= FEEDER_A else FEEDER_A


def rating_for(amps: float) -> float:
    """Smallest standard rating for a load; the largest where none suffices."""
    return next((r for r in RATINGS_A if r >= amps - 1e-6), RATINGS_A[-1])


def board_counts(
    amps: Sequence[float], origin_ways: int, spare_share: float, limit_a: float | None
) -> range:
    """Numbers of new boards worth trying for chargers of some design currents.

    None where the spare ways of the intake suffice; otherwise from the fewest
    that offer everyone a way, within the load a board may carry, to two more,
    which may shorten cables.
    """
    if len(amps) <= origin_ways:
        return range(2)
    per_board = max(1, int(WAYS_LIMIT / (1 + spare_share)))
    most = len(amps) + 1
    by_load = (n for n in range(1, most) if _fits(n, amps, origin_ways, per_board, limit_a))
    by_ways = (n for n in range(1, most) if _fits(n, amps, origin_ways, per_board, None))
    fewest = next(by_load, next(by_ways, most))
    return range(fewest, fewest + 3)


def _fits(
    boards: int, amps: Sequence[float], origin_ways: int, per_board: int, limit_a: float | None
) -> bool:
    """Tell whether a number of boards can feed all units, the largest ones direct."""
    via_hub = boards > origin_ways
    direct = max(0, origin_ways - 1) if via_hub else origin_ways - boards
    free = [per_board] * boards
    free[0] -= boards - 1 if via_hub else 0
    load = [0.0] * boards
    for a in sorted(amps, reverse=True)[direct:]:
        open_boards = [
            i for i in range(boards) if free[i] > 0 and (limit_a is None or load[i] + a <= limit_a)
        ]
        if not open_boards:
            return False
        first = open_boards[0]
        free[first] -= 1
        load[first] += a
    return limit_a is None or not via_hub or sum(load) <= limit_a


def make_board(
    key: str, ways: int, used: int, load_a: float, cap_a: float | None, beside_intake: bool
) -> Board:
    """Board with a standard rating for what it feeds, limited by the managed cap."""
    amps = load_a if cap_a is None else min(load_a, cap_a)
    name = "Distribution board" if beside_intake else "Feeder pillar"
    return Board(key, f"{name} {key}", rating_for(amps), max(ways, used), max(0, ways - used))
