"""Trenches and cable routes: one tree along the corridors, every metre counted once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from shapely import Point

from grid.findings import Finding, Severity
from grid.model import CircuitKind
from planner.layout.attach import attach
from planner.layout.boards import feeder_limit_a
from planner.layout.distribute import Feeds, distribute
from planner.layout.dual_ascent import dual_ascent
from planner.layout.graph import Corridors
from planner.layout.pieces import Path, Steps, make_path, make_trenches
from planner.layout.rates import cap_current_a, current_a, duct_overfull
from planner.layout.steiner import Graph, SteinerTree, solve
from planner.layout.tree import Rooted, rooted
from planner.model.charger import ChargerModel
from planner.model.design import Charger, DesignBoard, Trench
from planner.model.ids import BoardId, ChargerId, CircuitId, ModelId, TrenchId
from planner.model.outcome import Routing

CLOSED_FACTOR = 10.0
"""A duct that is too small is used only where there is no other way at all."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Trenches, circuit paths, the certificate of the tree, and what went short."""

    trenches: Mapping[TrenchId, Trench]
    paths: Mapping[CircuitId, Path]
    routing: Routing
    findings: tuple[Finding, ...] = ()


def route(  # noqa: PLR0913 - the options are by keyword
    corridors: Corridors,
    chargers: Mapping[ChargerId, Charger],
    boards: Mapping[BoardId, DesignBoard],
    origin_ways: int,
    catalogue: Mapping[ModelId, ChargerModel],
    *,
    managed_cap_kw: float | None = None,
    seed: int = 1,
    restarts: int = 12,
    go_on: Callable[[], bool] = lambda: True,
) -> Routes:
    """Lay the cheapest trench tree to all chargers and boards and run the circuits in it.

    Parameters
    ----------
    origin_ways
        Spare ways of the intake board.
    managed_cap_kw
        What load management keeps all chargers within [kW].
    seed, restarts
        Of the search for the tree (see `planner.layout.steiner.solve`).
    """
    points: dict[str, Point] = {k: c.point for k, c in chargers.items()}
    points |= {k: b.point for k, b in boards.items()}
    corridors, nodes, blocked = attach(corridors, points)
    nodes[corridors.origin] = corridors.origin_node
    reached, lost = _reachable(corridors, nodes)

    cap_a = None if managed_cap_kw is None else cap_current_a(managed_cap_kw)
    limit_a = feeder_limit_a(cap_a)

    def feed(walk: Rooted) -> Feeds:
        return distribute(
            {k: c for k, c in chargers.items() if k in reached},
            {k: b for k, b in boards.items() if k in reached},
            corridors.origin,
            origin_ways,
            catalogue,
            lambda a, b: walk.distance(nodes[a], nodes[b]),
            limit_a,
        )

    closed: set[str] = set()
    while True:
        graph = _graph(corridors, closed)
        tree = solve(graph, [nodes[k] for k in reached], seed, restarts, go_on)
        walk = rooted(corridors.adjacency, corridors.lengths, tree.edges, corridors.origin_node)
        feeds = feed(walk)
        steps = _circuit_steps(feeds, nodes, walk)
        amps_of = _loads(feeds, chargers, catalogue, cap_a)
        crowded = _overfull_ducts(corridors, steps, amps_of)
        if crowded <= closed:
            break
        closed |= crowded
    trenches, membership = make_trenches(corridors, steps)
    paths = {
        key: make_path(corridors, circuit, membership, _place(corridors, nodes[circuit[1]]))
        for key, circuit in steps.items()
    }
    findings = blocked + lost + feeds.findings
    return Routes(trenches, paths, _certify(corridors, graph, tree, nodes, reached), findings)


def _place(corridors: Corridors, node: int) -> tuple[float, float]:
    """Coordinates of a node."""
    x, y = corridors.nodes[node]
    return float(x), float(y)


def _graph(corridors: Corridors, closed: Set[str]) -> Graph:
    """Weigh the corridors for the search; closed ducts cost more than any trench."""
    dig = max(corridors.trench_cost_per_m.values(), default=1.0)
    weights = [
        CLOSED_FACTOR * dig * e.length_m if e.existing in closed else corridors.weight(i)
        for i, e in enumerate(corridors.edges)
    ]
    return Graph([(e.a, e.b) for e in corridors.edges], weights, corridors.adjacency)


def _loads(
    feeds: Feeds,
    chargers: Mapping[ChargerId, Charger],
    catalogue: Mapping[ModelId, ChargerModel],
    cap_a: float | None,
) -> dict[str, float]:
    """Design current of every charger and of every board's feeder."""
    amps: dict[str, float] = {
        key: current_a(catalogue[chargers[key].model]) for key in feeds.charger
    }
    boards = dict.fromkeys(map(str, feeds.board), 0.0)
    for key, source in feeds.charger.items():
        board: str | None = source
        while board in boards:
            boards[board] += amps[key]
            board = feeds.board.get(BoardId(board))
    return amps | {k: load if cap_a is None else min(load, cap_a) for k, load in boards.items()}


def _overfull_ducts(corridors: Corridors, steps: Steps, amps_of: Mapping[str, float]) -> set[str]:
    """Name existing ducts that are likely too small for the circuits routed through them."""
    loads: dict[str, list[float]] = {}
    for _, _, target, path in steps.values():
        for _, edge in path:
            name = corridors.edges[edge].existing
            if name in corridors.duct_mm:
                loads.setdefault(name, []).append(amps_of[target])
    return {n for n, inside in loads.items() if duct_overfull(inside, corridors.duct_mm[n])}


def _certify(
    corridors: Corridors,
    graph: Graph,
    tree: SteinerTree,
    nodes: Mapping[str, int],
    reached: Sequence[str],
) -> Routing:
    """Cost of digging and a bound on it, without what ducts and preferences weigh."""
    edges = corridors.edges
    cost = sum(edges[e].cost for e in tree.edges if not edges[e].existing)
    bound = tree.bound
    if corridors.avoid:
        plain = [e.cost if not e.existing else graph.weights[i] for i, e in enumerate(edges)]
        terminals = list(dict.fromkeys(nodes[k] for k in reached))
        bound = dual_ascent(graph.ends, plain, graph.near, terminals, terminals[0]).value
    bound -= sum(e.cost for e in edges if e.existing)
    bound -= sum(graph.weights[e] - edges[e].cost for e in tree.edges if edges[e].existing)
    return Routing(cost, min(cost, max(0.0, bound)))


def _reachable(
    corridors: Corridors, nodes: Mapping[str, int]
) -> tuple[list[str], tuple[Finding, ...]]:
    """Split the objects into those connected with the intake and those that are not."""
    seen = {corridors.origin_node}
    stack = [corridors.origin_node]
    while stack:
        for other, _ in corridors.adjacency[stack.pop()]:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    keys = sorted(nodes, key=lambda k: (k != corridors.origin, k))
    lost = tuple(
        Finding(
            "LAYOUT-UNREACHED",
            Severity.ERROR,
            key,
            key,
            "No trench can reach it from the intake.",
            fix="Move it, or open a way through the obstacle.",
        )
        for key in keys
        if nodes[key] not in seen
    )
    return [k for k in keys if nodes[k] in seen], lost


def _circuit_steps(feeds: Feeds, nodes: Mapping[str, int], walk: Rooted) -> Steps:
    """Path of every circuit through the tree: final circuits W, feeders F."""
    out: Steps = {}
    for board, upstream in feeds.board.items():
        key = circuit_id("F", board)
        path = walk.path(nodes[upstream], nodes[board])
        out[key] = (CircuitKind.FEEDER, upstream, board, path)
    for charger, source in sorted(feeds.charger.items(), key=lambda p: (len(p[0]), p[0])):
        path = walk.path(nodes[source], nodes[charger])
        out[circuit_id("W", charger)] = (CircuitKind.FINAL, source, charger, path)
    return out


def circuit_id(letter: str, target: str) -> CircuitId:
    """Id of the circuit that ends at a charger (C7 → W7) or board (P1 → F1)."""
    number = target[1:]
    plain = target[:1] in "CP" and number.isdigit()
    return CircuitId(f"{letter}{number if plain else '-' + target}")
