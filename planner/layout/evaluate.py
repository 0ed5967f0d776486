"""What a placement costs: trench tree, cables, pillars, and soft preferences.

The weights here steer the search only. Quantities and prices of the offer come
from the finished drawing and the price book.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.layout.choices import Pool, Unit
from planner.layout.distribute import assign, run_costs
from planner.layout.graph import Corridors
from planner.layout.rates import (
    PILLAR_BASE,
    PILLAR_PER_A,
    PILLAR_PER_WAY,
    cable_per_m,
    current_a,
    duct_overfull,
)
from planner.layout.steiner import Graph, grow
from planner.layout.tree import Rooted, rooted
from planner.model.charger import ChargerModel, Current
from planner.model.ids import ModelId

ROOM_NEEDED_M = 1.2
"""Free depth behind a head for a DC cabinet (deepest catalogue cabinet and its plinth)."""

ROOM_PENALTY = 4000.0
"""A DC cabinet without room behind the head stands in the bay: avoid."""

ACCESSIBLE_PENALTY = 2500.0
"""An accessible bay used beyond the number asked for is lost to other drivers."""

WAY_SHORT_PENALTY = 20_000.0
"""A circuit without a way makes a design worthless unless nothing else can be found."""

HALF_USED_PENALTY = 1500.0
"""A two-outlet unit that reaches one bay only wastes an outlet."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Everything a search needs to know about a site, prepared once."""

    corridors: Corridors
    graph: Graph
    metres: Sequence[float]
    ducts: Mapping[int, float]
    dig_per_m: float
    catalogue: Mapping[ModelId, ChargerModel]
    origin_ways: int
    walk_m: npt.NDArray[np.float64]
    walk_weight: float
    quota: int
    spare_share: float
    cap_a: float | None
    fixed_boards: int = 0
    limit_a: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Parts of the cost of a placement and the tree it was found with."""

    total: float
    trench: float
    tree: frozenset[int]
    walk: Rooted


def evaluate(search: Search, units: Sequence[Unit], boards: Sequence[tuple[int, int]]) -> Cost:
    """Cost a placement with boards given as (node, ways)."""
    corridors = search.corridors
    root = corridors.origin_node
    nodes = [root, *(u.choice.node for u in units), *(n for n, _ in boards)]
    terminals = list(dict.fromkeys(nodes))
    tree = grow(search.graph, search.graph.weights, terminals, root)
    trench = sum(search.graph.weights[e] for e in tree)
    walk = rooted(corridors.adjacency, search.metres, tree, root)
    cables = _cables(search, units, boards, walk)
    return Cost(trench + cables + soft_cost(search, units), trench, tree, walk)


def soft_cost(search: Search, units: Sequence[Unit]) -> float:
    """Cost of what nobody pays for in money: walks, lost bays, lack of room."""
    total = sum(unit_soft_cost(search, u) for u in units if not u.pinned)
    accessible = sum(u.choice.accessible for u in units)
    return total + ACCESSIBLE_PENALTY * max(0, accessible - search.quota)


def unit_soft_cost(search: Search, unit: Unit) -> float:
    """Soft cost of one unit at its place."""
    model = search.catalogue[unit.model]
    cost = 0.0
    if model.current is Current.DC and unit.choice.room_m < ROOM_NEEDED_M:
        cost += ROOM_PENALTY
    if model.current is Current.AC:
        cost += search.walk_weight * float(search.walk_m[unit.choice.node])
    if len(unit.choice.bays) < min(2, model.outlets):
        cost += HALF_USED_PENALTY
    return cost


def soft_costs(search: Search, model: ChargerModel, pool: Pool) -> npt.NDArray[np.float64]:
    """Soft cost of a model at every choice of a pool; equals `unit_soft_cost`."""
    cost = np.zeros(len(pool.choices))
    if model.current is Current.DC:
        cost += ROOM_PENALTY * (pool.room_m < ROOM_NEEDED_M)
    if model.current is Current.AC:
        cost += search.walk_weight * search.walk_m[pool.nodes]
    if pool.bays < min(2, model.outlets):
        cost += HALF_USED_PENALTY
    return cost


def _cables(
    search: Search, units: Sequence[Unit], boards: Sequence[tuple[int, int]], walk: Rooted
) -> float:
    """Cost cables, pillars and feeders, with the derating of shared trenches."""
    places, chosen, free = feed(search, units, boards, walk)
    amps = [current_a(search.catalogue[u.model]) for u in units]
    loads = [0.0] * len(places)
    used = [0] * len(places)
    for a, place in zip(amps, chosen, strict=True):
        loads[place] += a
        used[place] += 1
    if len(boards) > search.origin_ways and boards:
        hub = min(range(1, len(places)), key=lambda i: walk.metres[places[i]])
        loads[hub] += sum(loads[i] for i in range(1, len(places)) if i != hub)
        used[hub] += len(boards) - 1
    cap = search.cap_a
    rated = [load if cap is None else min(load, cap) for load in loads]
    runs = [
        (a, [e for _, e in walk.path(places[p], u.choice.node)])
        for a, p, u in zip(amps, chosen, units, strict=True)
    ]
    runs += [
        (rated[i], [e for _, e in walk.path(walk.root, places[i])])
        for i in range(1, len(places))
        if used[i]
    ]
    total = sum(
        PILLAR_BASE + PILLAR_PER_A * rated[i] + PILLAR_PER_WAY * used[i]
        for i in range(1, len(places))
    )
    total += sum(WAY_SHORT_PENALTY * -left for left in free if left < 0)
    return total + _laid(search, runs, min(amps, default=1.0))


def _laid(search: Search, runs: Sequence[tuple[float, list[int]]], least_a: float) -> float:
    """Cost of all cables; those in a crowded trench must be thicker."""
    crowd: dict[int, int] = {}
    for _, path in runs:
        for edge in path:
            crowd[edge] = crowd.get(edge, 0) + 1
    # Under a cap only so many circuits can be fully loaded at once.
    most = len(runs) if search.cap_a is None else math.ceil(search.cap_a / least_a) + 1
    metres = search.metres
    total = _duct_digging(search, runs)
    for amps, path in runs:
        if path:
            together = min(most, max(crowd[e] for e in path))
            total += cable_per_m(amps, together) * sum(metres[e] for e in path)
    return total


def _duct_digging(search: Search, runs: Sequence[tuple[float, list[int]]]) -> float:
    """Cost of digging beside existing ducts that cannot take all cables."""
    inside: dict[int, list[float]] = {}
    for amps, path in runs:
        for edge in path:
            if edge in search.ducts:
                inside.setdefault(edge, []).append(amps)
    return sum(
        search.metres[e] * search.dig_per_m
        for e, loads in inside.items()
        if duct_overfull(loads, search.ducts[e])
    )


def feed(
    search: Search, units: Sequence[Unit], boards: Sequence[tuple[int, int]], walk: Rooted
) -> tuple[list[int], list[int], list[int]]:
    """Give every unit a place with a way: nodes of places, choice, ways left.

    Place 0 is the intake; a board that finds no way there hangs on the nearest one.
    """
    places = [walk.root, *(node for node, _ in boards)]
    free = [search.origin_ways, *(ways for _, ways in boards)]
    feeder = [walk.distance(walk.root, p) for p in places]
    if boards:
        hub = min(range(1, len(places)), key=lambda i: feeder[i])
        via_hub = len(boards) > search.origin_ways
        free[0] -= 1 if via_hub else len(boards)
        free[hub] -= len(boards) - 1 if via_hub else 0
    amps = [current_a(search.catalogue[u.model]) for u in units]
    runs = [[walk.distance(p, u.choice.node) for p in places] for u in units]
    chosen = assign(
        run_costs(amps, runs, feeder, managed=search.limit_a is None), free, amps, search.limit_a
    )
    for place in chosen:
        free[place] -= 1
    return places, chosen, free
