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

from planner.layout.choices import Unit
from planner.layout.graph import Corridors
from planner.layout.steiner import Graph, grow
from planner.layout.tree import Rooted, rooted
from planner.model.charger import ChargerModel, Current
from planner.model.ids import ModelId

CABLE_BASE_PER_M = 6.0
"""Cost of a metre of cable: a fixed part for pulling and duct ..."""

CABLE_PER_A_M = 0.22
"""... and a part that grows with the design current (fits copper from 32 to 400 A)."""

PILLAR_BASE, PILLAR_PER_A, PILLAR_PER_WAY = 1000.0, 9.0, 95.0
"""Cost of a feeder pillar by rating and ways."""

ROOM_NEEDED_M = 1.2
"""Free depth behind a head for a DC cabinet (deepest catalogue cabinet and its plinth)."""

ROOM_PENALTY = 4000.0
"""A DC cabinet without room behind the head stands in the bay: avoid."""

ACCESSIBLE_PENALTY = 2500.0
"""An accessible bay used beyond the number asked for is lost to other drivers."""

HALF_USED_PENALTY = 1500.0
"""A two-outlet unit that reaches one bay only wastes an outlet."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Everything a search needs to know about a site, prepared once."""

    corridors: Corridors
    graph: Graph
    catalogue: Mapping[ModelId, ChargerModel]
    origin_ways: int
    walk_m: npt.NDArray[np.float64]
    walk_weight: float
    quota: int
    spare_share: float
    cap_a: float | None
    fixed_boards: int = 0


def current_a(model: ChargerModel) -> float:
    """Design current per phase [A], for ranking; the exact one is found in cabling."""
    if model.max_input_a is not None:
        return model.max_input_a
    volts = model.voltage_min_v * (math.sqrt(3) if model.phases == 3 else 1 / math.sqrt(3))
    return model.power_kw * 1000 / (volts * model.efficiency * model.power_factor)


def cable_per_m(amps: float) -> float:
    """Cost of a metre of cable for a design current."""
    return CABLE_BASE_PER_M + CABLE_PER_A_M * amps


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
    walk = rooted(corridors, tree, root)
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


def _cables(
    search: Search, units: Sequence[Unit], boards: Sequence[tuple[int, int]], walk: Rooted
) -> float:
    """Cables and boards: DC direct while ways last, every other unit on the nearest way."""
    root = walk.root
    free = [ways for _, ways in boards]
    direct = max(0, search.origin_ways - len(boards)) if boards else len(units)
    load = [0.0] * len(boards)
    total = 0.0
    for unit in sorted(units, key=lambda u: -search.catalogue[u.model].power_kw):
        model = search.catalogue[unit.model]
        amps = current_a(model)
        node = unit.choice.node
        open_boards = [i for i, ways in enumerate(free) if ways > 0]
        if not open_boards or (model.current is Current.DC and direct > 0):
            direct -= 1
            total += cable_per_m(amps) * walk.metres[node]
            continue
        nearest = min(open_boards, key=lambda i: walk.distance(boards[i][0], node))
        free[nearest] -= 1
        load[nearest] += amps
        total += cable_per_m(amps) * walk.distance(boards[nearest][0], node)
    for (node, ways), amps in zip(boards, load, strict=True):
        rated = min(amps, search.cap_a) if search.cap_a is not None else amps
        total += PILLAR_BASE + PILLAR_PER_A * rated + PILLAR_PER_WAY * ways
        total += cable_per_m(rated) * walk.distance(root, node)
    return total
