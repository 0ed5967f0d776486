"""Trenches and cable routes: one tree along the corridors, every metre counted once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shapely import LineString, Point
from shapely.ops import linemerge

from grid.findings import Finding, Severity
from grid.model import CircuitKind
from planner.layout.attach import attach
from planner.layout.distribute import Feeds, distribute
from planner.layout.dual_ascent import dual_ascent
from planner.layout.graph import Corridors
from planner.layout.steiner import Graph, solve
from planner.layout.tree import Rooted, rooted
from planner.model.charger import ChargerModel
from planner.model.design import Charger, DesignBoard, Trench
from planner.model.ids import BoardId, ChargerId, CircuitId, ModelId, TrenchId
from planner.model.outcome import Routing


@dataclass(frozen=True, slots=True)
class Path:
    """The way of one circuit from its board to a charger or board."""

    kind: CircuitKind
    from_id: str
    to_id: str
    line: LineString
    trenches: tuple[TrenchId, ...]
    length_m: float


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
    managed: bool = False,
    seed: int = 1,
    restarts: int = 12,
    go_on: Callable[[], bool] = lambda: True,
) -> Routes:
    """Lay the cheapest trench tree to all chargers and boards and run the circuits in it.

    Parameters
    ----------
    origin_ways
        Spare ways of the intake board.
    managed
        True where load management limits all feeders together.
    seed, restarts
        Of the search for the tree (see `planner.layout.steiner.solve`).
    """
    points: dict[str, Point] = {k: c.point for k, c in chargers.items()}
    points |= {k: b.point for k, b in boards.items()}
    corridors, nodes, blocked = attach(corridors, points)
    nodes[corridors.origin] = corridors.origin_node
    weights = [corridors.weight(e) for e in range(len(corridors.edges))]
    graph = Graph([(e.a, e.b) for e in corridors.edges], weights, corridors.adjacency)
    reached, lost = _reachable(corridors, nodes)
    tree = solve(graph, [nodes[k] for k in reached], seed, restarts, go_on)
    lengths = [e.length_m for e in corridors.edges]
    walk = rooted(corridors.adjacency, lengths, tree.edges, corridors.origin_node)
    feeds = distribute(
        {k: c for k, c in chargers.items() if k in reached},
        {k: b for k, b in boards.items() if k in reached},
        corridors.origin,
        origin_ways,
        catalogue,
        lambda a, b: walk.distance(nodes[a], nodes[b]),
        managed=managed,
    )
    steps = _circuit_steps(feeds, nodes, walk)
    trenches, membership = _trenches(corridors, steps)
    paths = {
        key: _path(corridors, key, kind, a, b, path, membership)
        for key, (kind, a, b, path) in steps.items()
    }
    cost = sum(corridors.edges[e].cost for e in tree.edges if not corridors.edges[e].existing)
    bound = min(cost, _bound(corridors, graph, tree.bound, [nodes[k] for k in reached]))
    return Routes(trenches, paths, Routing(cost, bound), blocked + lost + feeds.findings)


def _bound(corridors: Corridors, graph: Graph, searched: float, terminals: Sequence[int]) -> float:
    """Return a lower bound on digging alone, from the bound on the search's weights."""
    if corridors.avoid:
        plain = [e.cost for e in corridors.edges]
        searched = dual_ascent(
            graph.ends, plain, graph.near, list(dict.fromkeys(terminals)), terminals[0]
        ).value
    tie_breakers = sum(e.cost for e in corridors.edges if e.existing)
    return max(0.0, searched - tie_breakers)


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


Steps = dict[CircuitId, tuple[CircuitKind, str, str, list[tuple[int, int]]]]


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
    return CircuitId(f"{letter}{number if number.isdigit() else '-' + target}")


def _trenches(
    corridors: Corridors, steps: Steps
) -> tuple[dict[TrenchId, Trench], dict[int, TrenchId]]:
    """Merge edges with the same surface and circuits into maximal pieces."""
    users: dict[int, list[CircuitId]] = {}
    for key, (_, _, _, path) in steps.items():
        for _, edge in path:
            users.setdefault(edge, []).append(key)
    groups: dict[tuple[str, str, tuple[CircuitId, ...]], list[int]] = {}
    for edge, circuits in users.items():
        piece = corridors.edges[edge]
        groups.setdefault((piece.surface, piece.existing, tuple(circuits)), []).append(edge)
    pieces: list[tuple[int, LineString, list[int]]] = []
    first_use = {edge: i for i, edge in enumerate(users)}
    for edges in groups.values():
        for line, members in _merged(corridors, edges):
            pieces.append((min(first_use[e] for e in members), line, members))
    trenches: dict[TrenchId, Trench] = {}
    membership: dict[int, TrenchId] = {}
    for number, (_, line, members) in enumerate(sorted(pieces, key=lambda p: p[0]), 1):
        name = TrenchId(f"T{number}")
        first = corridors.edges[members[0]]
        inside = tuple(users[members[0]])
        trenches[name] = Trench(name, line, first.surface, inside, bool(first.existing))
        membership |= dict.fromkeys(members, name)
    return trenches, membership


def _merged(corridors: Corridors, edges: list[int]) -> list[tuple[LineString, list[int]]]:
    """Chains of edges as single lines, each with the edges it is made of."""
    at: dict[int, list[int]] = {}
    for edge in edges:
        for node in (corridors.edges[edge].a, corridors.edges[edge].b):
            at.setdefault(node, []).append(edge)
    left = set(edges)
    out = []
    for edge in edges:
        if edge not in left:
            continue
        chain, stack = [], [edge]
        left.discard(edge)
        while stack:
            current = stack.pop()
            chain.append(current)
            for node in (corridors.edges[current].a, corridors.edges[current].b):
                if len(at[node]) == 2:
                    stack += [e for e in at[node] if e in left]
                    left.difference_update(at[node])
        merged = linemerge([corridors.edges[e].line for e in chain])
        if isinstance(merged, LineString):
            out.append((merged, chain))
        else:
            # A ring touches itself: its edges stay apart.
            out += [(corridors.edges[e].line, [e]) for e in chain]
    return out


def _path(
    corridors: Corridors,
    key: CircuitId,
    kind: CircuitKind,
    from_id: str,
    to_id: str,
    steps: list[tuple[int, int]],
    membership: Mapping[int, TrenchId],
) -> Path:
    """Geometry of one circuit, from its board on."""
    coords: list[tuple[float, ...]] = []
    for node, edge in steps:
        piece = corridors.edges[edge]
        part = list(piece.line.coords) if piece.a == node else list(piece.line.coords)[::-1]
        coords += part if not coords else part[1:]
    if not coords:
        # Board and charger share one place: a cable without a trench.
        place = corridors.point(corridors.origin_node)
        coords = [(place.x, place.y), (place.x, place.y)]
    trenches = tuple(dict.fromkeys(membership[e] for _, e in steps))
    length = sum(corridors.edges[e].length_m for _, e in steps)
    return Path(kind, from_id, to_id, LineString(coords), trenches, length)
