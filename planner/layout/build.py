"""Build a placement by marginal cost, from several starting points."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.layout.choices import Choice, Unit, bays_wanted, fits
from planner.layout.evaluate import (
    ACCESSIBLE_PENALTY,
    Cost,
    Search,
    cable_per_m,
    current_a,
    evaluate,
    unit_soft_cost,
)
from planner.model.charger import Current
from planner.model.ids import ModelId

ROWS_TRIED = 8
"""Starting rows for the posts, nearest first."""

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

    def _spread(self, sources: Sequence[int]) -> None:
        for node in sources:
            self.trench[node] = 0.0
        heap = [(0.0, n) for n in sources]
        weights, near, edges = (
            self.search.graph.weights,
            self.search.graph.near,
            self.search.corridors.edges,
        )
        while heap:
            d, node = heapq.heappop(heap)
            if d > self.trench[node]:
                continue
            for other, edge in near[node]:
                reach = d + weights[edge]
                if reach < self.trench[other] - 1e-12:
                    self.trench[other] = reach
                    self.metres[other] = self.metres[node] + edges[edge].length_m
                    self.came[other] = (node, edge)
                    heapq.heappush(heap, (reach, other))

    def join(self, node: int) -> None:
        """Dig to a node: its path belongs to the tree from now on."""
        path = []
        while self.trench[node] > 0:
            path.append(node)
            node = self.came[node][0]
        self._spread(path)


def build_drafts(
    search: Search,
    choices: Mapping[int, Sequence[Choice]],
    models: Sequence[ModelId],
    pinned: Sequence[Unit],
    ways: tuple[list[int], list[int]],
    fixed_boards: Sequence[tuple[int, int]],
) -> list[Draft]:
    """Return complete drafts, best first, one per starting row and order."""
    drafts = []
    for first_row in (None, *_rows_by_distance(search, choices)):
        for quota_first in (True, False) if search.quota else (True,):
            units, short = _fill(search, choices, models, pinned, first_row, quota_first)
            boards = place_boards(search, units, ways, fixed_boards)
            cost = evaluate(search, units, boards)
            drafts.append(Draft(tuple(units), tuple(boards), cost, tuple(short)))
    return sorted(drafts, key=lambda d: d.rank)


def _rows_by_distance(search: Search, choices: Mapping[int, Sequence[Choice]]) -> list[int]:
    """Head lines in order of the trench needed to reach them."""
    reach = Reach(search)
    best: dict[int, float] = {}
    for choice in (*choices[1], *choices[2]):
        distance = reach.trench[choice.node]
        best[choice.row] = min(distance, best.get(choice.row, float("inf")))
    return sorted(best, key=lambda r: (best[r], r))[:ROWS_TRIED]


def _fill(
    search: Search,
    choices: Mapping[int, Sequence[Choice]],
    models: Sequence[ModelId],
    pinned: Sequence[Unit],
    first_row: int | None,
    quota_first: bool,
) -> tuple[list[Unit], list[ModelId]]:
    """Place all units in order; the first post goes to the given row."""
    reach = Reach(search)
    units = list(pinned)
    for unit in pinned:
        reach.join(unit.choice.node)
    short: list[ModelId] = []
    quota = max(0, search.quota - sum(u.choice.accessible for u in pinned))
    ordered = _with_quota(search, models, quota, quota_first)
    open_row = first_row
    for model, accessible in ordered:
        is_post = search.catalogue[model].current is Current.AC
        row = open_row if is_post and not accessible else None
        choice = _best(search, choices, model, units, reach, accessible, row)
        if choice is None:
            short.append(model)
            continue
        if row is not None:
            open_row = None
        units.append(Unit(model, choice))
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
    choices: Mapping[int, Sequence[Choice]],
    model: ModelId,
    units: Sequence[Unit],
    reach: Reach,
    accessible: bool,
    row: int | None,
) -> Choice | None:
    """Cheapest free choice for one unit, given the trenches so far."""
    kind = search.catalogue[model]
    rate = cable_per_m(current_a(kind))
    # A post hangs on a pillar near by, so its own cable hardly counts.
    share = 1.0 if kind.current is Current.DC else 0.3

    def cost(choice: Choice) -> float:
        total = reach.trench[choice.node] + share * rate * reach.metres[choice.node]
        total += unit_soft_cost(search, Unit(model, choice))
        if choice.accessible != accessible:
            total += ACCESSIBLE_PENALTY if choice.accessible else 1e7
        return total

    wanted = bays_wanted(kind)
    for bays in range(wanted, 0, -1):
        pool = choices[bays]
        if accessible and any(c.accessible and fits(c, units) for c in pool):
            pool = [c for c in pool if c.accessible]
        if row is not None and any(c.row == row and fits(c, units) for c in pool):
            pool = [c for c in pool if c.row == row]
        for choice in sorted(pool, key=cost):
            if reach.trench[choice.node] < float("inf") and fits(choice, units):
                return choice
    return None


def place_boards(
    search: Search,
    units: Sequence[Unit],
    ways: tuple[list[int], list[int]],
    fixed: Sequence[tuple[int, int]],
) -> Boards:
    """Hubs beside the intake, pillars where they shorten feeder and cables most."""
    near_intake, out_there = ways
    boards: Boards = list(fixed)
    root = search.corridors.origin_node
    spots = [n for n in search.corridors.pillar_nodes if n != root]
    if not spots:
        spots = [root]
    reach = Reach(search)
    close = sorted(spots, key=lambda n: (reach.metres[n], n))
    for index, count in enumerate(near_intake):
        boards.append((close[min(index, len(close) - 1)], count))
    for count in out_there:
        open_spots = [n for n in spots if n not in {b for b, _ in boards}] or spots
        shortlist = _near_posts(search, units, open_spots)
        options = [(evaluate(search, units, [*boards, (n, count)]).total, n) for n in shortlist]
        boards.append((min(options)[1], count))
    return boards


def _near_posts(search: Search, units: Sequence[Unit], spots: Sequence[int]) -> list[int]:
    """Spots closest to the posts, by the mean distance as the crow flies."""
    nodes = search.corridors.nodes
    posts = [u.choice.node for u in units if search.catalogue[u.model].current is Current.AC] or [
        u.choice.node for u in units
    ]
    centre = nodes[posts].mean(axis=0)
    gaps = {n: float(((nodes[n] - centre) ** 2).sum()) for n in spots}
    return sorted(spots, key=lambda n: (gaps[n], n))[:8]
