"""Build a placement by marginal cost, from several starting points."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.layout.boards import WAYS_LIMIT
from planner.layout.choices import Choice, Occupied, Pools, Unit, bays_wanted
from planner.layout.evaluate import (
    ACCESSIBLE_PENALTY,
    Cost,
    Search,
    evaluate,
    soft_costs,
)
from planner.layout.rates import cable_per_m, current_a
from planner.model.charger import Current
from planner.model.ids import ModelId

ROWS_TRIED = 8
"""Starting rows for the posts, nearest first."""

MANY_UNITS = 60
"""Above this number of units fewer starting points are tried, to stay quick."""

BARE_KEPT = 4
"""Drafts without boards that get boards: those with the least trench and cable."""

SPOTS_TRIED = 6
"""Pillar spots tried for each further board."""

Boards = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A placement with its cost; `short` lists models that found no stand."""

    units: tuple[Unit, ...]
    boards: tuple[tuple[int, int], ...]
    cost: Cost
    short: tuple[ModelId, ...]

    @property
    def rank(self) -> tuple[int, float]:
        """Complete designs first, then cheap ones."""
        return len(self.short), self.cost.total


class Reach:
    """Distances from a growing tree: weight of the trench still to dig, metres to the intake."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.trench = [float("inf")] * len(search.graph.near)
        self.metres = [float("inf")] * len(search.graph.near)
        self.came: dict[int, tuple[int, int]] = {}
        root = search.corridors.origin_node
        self.metres[root] = 0.0
        self._spread([root])

    def join_tree(self, metres: Mapping[int, float]) -> None:
        """Take all nodes of a dug tree, given with their metres to the intake."""
        for node, run in metres.items():
            self.metres[node] = run
        self._spread(list(metres))

    def _spread(self, sources: Sequence[int]) -> None:
        for node in sources:
            self.trench[node] = 0.0
        heap = [(0.0, n) for n in sources]
        weights, near = self.search.graph.weights, self.search.graph.near
        lengths = self.search.metres
        while heap:
            d, node = heapq.heappop(heap)
            if d > self.trench[node]:
                continue
            for other, edge in near[node]:
                reach = d + weights[edge]
                if reach < self.trench[other] - 1e-12:
                    self.trench[other] = reach
                    self.metres[other] = self.metres[node] + lengths[edge]
                    self.came[other] = (node, edge)
                    heapq.heappush(heap, (reach, other))

    def trench_at(self, nodes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Cost of the trench still to dig to some nodes."""
        return np.array(self.trench)[nodes]

    def metres_at(self, nodes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Metres from some nodes to the intake, infinite where none leads there."""
        return np.array(self.metres)[nodes]

    def join(self, node: int) -> None:
        """Dig to a node: its path belongs to the tree from now on."""
        path = []
        while self.trench[node] > 0:
            path.append(node)
            node = self.came[node][0]
        self._spread(path)


def build_drafts(
    search: Search,
    pools: Pools,
    models: Sequence[ModelId],
    pinned: Sequence[Unit],
    board_counts: Sequence[int],
    fixed_boards: Sequence[tuple[int, int]],
) -> list[Draft]:
    """Return drafts, best first, one per starting row, order and number of boards."""
    bare: dict[frozenset[Unit], Draft] = {}
    rows = _rows_by_distance(search, pools)
    rows = rows if len(models) <= MANY_UNITS else rows[:2]
    for first_row in (None, *rows):
        for quota_first in (True, False) if search.quota else (True,):
            units, short = _fill(search, pools, models, pinned, first_row, quota_first)
            if frozenset(units) not in bare:
                cost = evaluate(search, units, fixed_boards)
                draft = Draft(tuple(units), tuple(fixed_boards), cost, tuple(short))
                bare[frozenset(units)] = draft
    shortlist = sorted(bare.values(), key=lambda d: d.rank)[
        : BARE_KEPT if len(models) <= MANY_UNITS else 1
    ]
    drafts = [d for bare_one in shortlist for d in _with_boards(search, bare_one, board_counts)]
    return sorted(drafts, key=lambda d: d.rank)


def _with_boards(search: Search, draft: Draft, board_counts: Sequence[int]) -> list[Draft]:
    """Add boards one by one and keep the drafts with a wanted number of them."""
    out = [draft]
    boards: Boards = list(draft.boards)
    while len(boards) < max(board_counts):
        boards = [*boards, _next_board(search, draft.units, boards)]
        if len(boards) in board_counts:
            cost = evaluate(search, draft.units, boards)
            out.append(Draft(draft.units, tuple(boards), cost, draft.short))
    return out


def _rows_by_distance(search: Search, pools: Pools) -> list[int]:
    """Head lines in order of the trench needed to reach them."""
    reach = Reach(search)
    best: dict[int, float] = {}
    for choice in (*pools[1].choices, *pools[2].choices):
        distance = reach.trench[choice.node]
        best[choice.row] = min(distance, best.get(choice.row, float("inf")))
    return sorted(best, key=lambda r: (best[r], r))[:ROWS_TRIED]


def _fill(
    search: Search,
    pools: Pools,
    models: Sequence[ModelId],
    pinned: Sequence[Unit],
    first_row: int | None,
    quota_first: bool,
) -> tuple[list[Unit], list[ModelId]]:
    """Place all units in order; the first post goes to the given row."""
    reach = Reach(search)
    units = list(pinned)
    occupied = Occupied(pinned)
    for unit in pinned:
        reach.join(unit.choice.node)
    short: list[ModelId] = []
    quota = max(0, search.quota - sum(u.choice.accessible for u in pinned))
    ordered = _with_quota(search, models, quota, quota_first)
    open_row = first_row
    for model, accessible in ordered:
        is_post = search.catalogue[model].current is Current.AC
        row = open_row if is_post and not accessible else None
        choice = _best(search, pools, model, occupied, reach, accessible, row)
        if choice is None:
            short.append(model)
            continue
        if row is not None:
            open_row = None
        units.append(Unit(model, choice))
        occupied.take(choice)
        reach.join(choice.node)
    return units, short


def _with_quota(
    search: Search, models: Sequence[ModelId], quota: int, quota_first: bool
) -> list[tuple[ModelId, bool]]:
    """Mark the units that go to accessible bays: posts with most outlets come first."""
    posts = [i for i, m in enumerate(models) if search.catalogue[m].current is Current.AC]
    others = [i for i in range(len(models)) if i not in posts]
    marked = set((posts + others)[:quota])
    first = [(m, True) for i, m in enumerate(models) if i in marked]
    rest = [(m, False) for i, m in enumerate(models) if i not in marked]
    return first + rest if quota_first else rest + first


def _best(
    search: Search,
    pools: Pools,
    model: ModelId,
    occupied: Occupied,
    reach: Reach,
    accessible: bool,
    row: int | None,
) -> Choice | None:
    """Cheapest free choice for one unit, given the trenches so far."""
    kind = search.catalogue[model]
    rate = cable_per_m(current_a(kind))
    # A post hangs on a pillar near by, so its own cable hardly counts.
    share = 1.0 if kind.current is Current.DC else 0.3

    for bays in range(bays_wanted(kind), 0, -1):
        pool = pools[bays]
        cost = reach.trench_at(pool.nodes) + share * rate * reach.metres_at(pool.nodes)
        cost += soft_costs(search, kind, pool)
        cost[pool.accessible] += 0.0 if accessible else ACCESSIBLE_PENALTY
        order = np.argsort(cost, kind="stable")
        order = order[cost[order] < np.inf]
        free = [int(i) for i in order if occupied.admits(pool.choices[i])]
        fitting = [i for i in free if pool.accessible[i]] if accessible else []
        fitting = fitting or ([i for i in free if pool.rows[i] == row] if row is not None else [])
        if fitting or free:
            return pool.choices[(fitting or free)[0]]
    return None


def _next_board(search: Search, units: Sequence[Unit], boards: Boards) -> tuple[int, int]:
    """Choose the spot of one more board: among the posts or beside the intake."""
    root = search.corridors.origin_node
    taken = {b for b, _ in boards}
    spots = [n for n in search.corridors.pillar_nodes if n != root and n not in taken] or [root]
    options = [
        (evaluate(search, units, [*boards, (n, WAYS_LIMIT)]).total, n)
        for n in _shortlist(search, units, spots)
    ]
    return min(options)[1], WAYS_LIMIT


def _shortlist(search: Search, units: Sequence[Unit], spots: Sequence[int]) -> list[int]:
    """Spots with the least total distance to the units, and those next to the intake."""
    nodes = search.corridors.nodes
    stands = nodes[[u.choice.node for u in units]] if units else nodes[[spots[0]]]
    root = nodes[search.corridors.origin_node]
    total = {n: float(np.hypot(*(stands - nodes[n]).T).sum()) for n in spots}
    home = {n: float(np.hypot(*(nodes[n] - root))) for n in spots}
    tried = SPOTS_TRIED if len(units) <= MANY_UNITS else SPOTS_TRIED // 2
    central = sorted(spots, key=lambda n: (total[n], n))[:tried]
    return list(dict.fromkeys(central + sorted(spots, key=lambda n: (home[n], n))[:2]))
