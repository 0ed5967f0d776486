"""Improve a draft by moving one unit or board at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from planner.layout.build import Draft, Reach
from planner.layout.choices import Choice, Occupied, Pools, Unit, bays_wanted
from planner.layout.evaluate import Cost, Search, evaluate, soft_costs
from planner.layout.rates import cable_per_m, current_a
from planner.layout.tree import Rooted

NEIGHBOURS = 6
"""Places tried for each unit in one round, the most promising first."""


def improve(
    search: Search,
    pools: Pools,
    draft: Draft,
    budget: int,
    go_on: Callable[[], bool] = lambda: True,
) -> Draft:
    """Move units and boards while that lowers the total; `budget` counts evaluations."""
    units, boards, cost = list(draft.units), list(draft.boards), draft.cost
    left = budget
    improved = True
    while improved and left > 0 and go_on():
        improved = False
        for index in _by_stake(search, units):
            if left <= 0 or not go_on():
                break
            rest = units[:index] + units[index + 1 :]
            for choice in promising(search, pools, units[index], rest, cost.walk)[:NEIGHBOURS]:
                trial = [*units]
                trial[index] = Unit(units[index].model, choice)
                left -= 1
                found = evaluate(search, trial, boards)
                if found.total < cost.total - 1e-6:
                    units, cost, improved = trial, found, True
                    break
        boards, cost, moved, used = _move_boards(search, units, boards, cost, draft)
        left -= used
        improved = improved or moved
    return Draft(tuple(units), tuple(boards), cost, draft.short)


def _by_stake(search: Search, units: Sequence[Unit]) -> list[int]:
    """Movable units, last placed first: they were placed with the least choice."""
    return [i for i in reversed(range(len(units))) if not units[i].pinned]


def promising(
    search: Search,
    pools: Pools,
    unit: Unit,
    rest: Sequence[Unit],
    walk: Rooted,
) -> list[Choice]:
    """Free choices for one unit in order of marginal cost beside the others."""
    reach = Reach(search)
    reach.join_tree(_tree_of(search, rest, walk))
    model = search.catalogue[unit.model]
    rate = 0.3 * cable_per_m(current_a(model))
    quota_open = search.quota > sum(u.choice.accessible for u in rest)
    pool = pools[min(len(unit.choice.bays), bays_wanted(model))]
    cost = reach.trench_at(pool.nodes) + rate * reach.metres_at(pool.nodes)
    cost += soft_costs(search, model, pool)
    if not quota_open:
        cost[pool.accessible] = np.inf
    elif unit.choice.accessible:
        cost[~pool.accessible] = np.inf
    occupied = Occupied(rest)
    out: list[Choice] = []
    for number in np.argsort(cost, kind="stable"):
        choice = pool.choices[number]
        if len(out) >= NEIGHBOURS or not cost[number] < np.inf:
            break
        if choice != unit.choice and occupied.admits(choice):
            out.append(choice)
    return out


def _drop_boards(
    search: Search, units: Sequence[Unit], boards: Sequence[tuple[int, int]], cost: Cost
) -> tuple[list[tuple[int, int]], Cost, bool, int]:
    """Leave out boards that are not worth their price."""
    best, moved, used = list(boards), False, 0
    for board in list(boards[search.fixed_boards :]):
        trial = [b for b in best if b != board]
        found = evaluate(search, units, trial)
        used += 1
        if found.total < cost.total - 1e-6:
            best, cost, moved = trial, found, True
    return best, cost, moved, used


def _tree_of(search: Search, units: Sequence[Unit], walk: Rooted) -> dict[int, float]:
    """Nodes of a tree that units need, with metres to the intake."""
    found = {walk.root: 0.0}
    for unit in units:
        node = unit.choice.node
        while node not in found and node in walk.parent:
            found[node] = walk.metres[node]
            node = walk.parent[node][0]
    return found


def _move_boards(
    search: Search,
    units: Sequence[Unit],
    boards: Sequence[tuple[int, int]],
    cost: Cost,
    draft: Draft,
) -> tuple[list[tuple[int, int]], Cost, bool, int]:
    """Try every pillar spot near the present ones for each board that may move."""
    best, cost, moved, used = _drop_boards(search, units, boards, cost)
    boards = list(best)
    nodes = search.corridors.nodes
    fixed = search.fixed_boards
    for index, (node, ways) in enumerate(boards):
        if index < fixed:
            continue
        spots = sorted(
            search.corridors.pillar_nodes,
            key=lambda n: (float(((nodes[n] - nodes[node]) ** 2).sum()), n),
        )
        for spot in spots[1:7]:
            if spot in {n for n, _ in best}:
                continue
            trial = list(best)
            trial[index] = (spot, ways)
            found = evaluate(search, units, trial)
            used += 1
            if found.total < cost.total - 1e-6:
                best, cost, moved = trial, found, True
    return best, cost, moved, used
