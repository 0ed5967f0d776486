"""How many boards a design needs, with how many ways and what rating."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from grid.model import Board
from planner.layout.choices import Unit
from planner.layout.evaluate import current_a
from planner.model.charger import ChargerModel, Current
from planner.model.ids import ModelId

WAYS_LIMIT = 14
"""Ways of the largest feeder pillar."""

WAYS = (4, 6, 8, 10, 12, 14)
"""Pillar sizes offered."""

RATINGS_A = (125.0, 250.0, 400.0, 630.0, 800.0, 1250.0, 1600.0)
"""Ratings of pillars in the price books."""


def ways_for(circuits: int, spare_share: float) -> int:
    """Smallest pillar for a number of circuits with a share of spare ways."""
    needed = math.ceil(circuits * (1 + spare_share))
    fitting = [w for w in WAYS if w >= needed]
    return fitting[0] if fitting else max(WAYS_LIMIT, circuits)


def rating_for(amps: float) -> float:
    """Smallest standard rating for a load; the largest where none suffices."""
    return next((r for r in RATINGS_A if r >= amps - 1e-6), RATINGS_A[-1])


def plan_boards(
    units: Sequence[ModelId],
    catalogue: Mapping[ModelId, ChargerModel],
    origin_ways: int,
    spare_share: float,
    cap_a: float | None,
) -> tuple[list[int], list[int]]:
    """Ways of the boards near the intake, and of the pillars out among the posts.

    Nothing is built where the spare ways of the intake suffice. Otherwise posts
    go on pillars, large units directly on what ways are left, and on boards near
    the intake where none are left.
    """
    if len(units) <= origin_ways:
        return [], []
    large = [u for u in units if catalogue[u].current is Current.DC]
    posts = len(units) - len(large)
    per_pillar = max(1, int(WAYS_LIMIT / (1 + spare_share)))
    pillars = math.ceil(posts / per_pillar) if posts else 0
    direct = max(0, origin_ways - pillars)
    if len(large) <= direct and origin_ways >= pillars:
        return [], _shares(posts, pillars, spare_share)
    hub_load = sum(current_a(catalogue[u]) for u in large)
    hub_load = min(hub_load, cap_a) if cap_a is not None else hub_load
    hubs = max(1, math.ceil(hub_load / RATINGS_A[-2]))
    if hubs + pillars > origin_ways:
        left = max(0, origin_ways - 1)
        fed = max(0, len(large) - left) + pillars + hubs - 1
    else:
        left = origin_ways - hubs - pillars
        fed = max(0, len(large) - left)
    hubs = max(hubs, math.ceil(fed / WAYS_LIMIT))
    return _shares(fed, hubs, spare_share), _shares(posts, pillars, spare_share)


def _shares(circuits: int, boards: int, spare_share: float) -> list[int]:
    """Ways of a number of boards that share circuits evenly."""
    if not boards:
        return []
    base, extra = divmod(circuits, boards)
    return [ways_for(base + (i < extra), spare_share) for i in range(boards)]


def make_board(
    key: str, ways: int, used: int, load_a: float, cap_a: float | None, hub: bool
) -> Board:
    """Board with a standard rating for what it feeds, limited by the managed cap."""
    amps = load_a if cap_a is None else min(load_a, cap_a)
    name = "Distribution board" if hub else "Feeder pillar"
    return Board(key, f"{name} {key}", rating_for(amps), max(ways, used), max(0, ways - used))


def load_of(units: Sequence[Unit], catalogue: Mapping[ModelId, ChargerModel]) -> float:
    """Sum of design currents [A]: diversity 1 without load management."""
    return sum(current_a(catalogue[u.model]) for u in units)
