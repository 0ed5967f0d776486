"""Short trench trees: the Steiner tree problem in graphs, solved near-optimally.

A shortest-path heuristic grows one tree from a root (Takahashi and Matsuyama,
Math. Japonica 24, 1980); key-path exchange and vertex insertion improve it
(local search as in Uchoa and Werneck, ACM JEA 17, 2012); restarts perturb the
weights, recombine good trees, or look only at arcs that the dual ascent left
tight. Every step is deterministic for a seed; work is bounded by restarts.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.layout.dual_ascent import Bound, dual_ascent

Neighbours = Sequence[Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Graph:
    """An undirected graph: edge ends, non-negative weights, (node, edge) neighbour lists."""

    ends: Sequence[tuple[int, int]]
    weights: Sequence[float]
    near: Neighbours


@dataclass(frozen=True, slots=True)
class SteinerTree:
    """Edges of a tree, its cost, and a proved lower bound on any tree's cost."""

    edges: frozenset[int]
    cost: float
    bound: float


def make_graph(count: int, ends: Sequence[tuple[int, int]], weights: Sequence[float]) -> Graph:
    """Build a graph from edge ends and weights."""
    near: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for edge, (a, b) in enumerate(ends):
        near[a].append((b, edge))
        near[b].append((a, edge))
    return Graph(ends, weights, near)


def solve(
    graph: Graph,
    terminals: Sequence[int],
    seed: int = 1,
    restarts: int = 12,
    go_on: Callable[[], bool] = lambda: True,
) -> SteinerTree:
    """Return a short tree over terminals of one connected part, with a lower bound.

    Parameters
    ----------
    restarts
        Work budget: number of further descents after the first.
    go_on
        Asked between steps of a descent; False ends the search with the best so far.
    """
    ends = list(dict.fromkeys(terminals))
    if len(ends) < 2:
        return SteinerTree(frozenset(), 0.0, 0.0)
    rng = random.Random(seed)
    bound = dual_ascent(graph.ends, graph.weights, graph.near, ends, ends[0])
    elite: list[tuple[float, frozenset[int]]] = []

    def offer(weights: Sequence[float], root: int) -> None:
        start = grow(graph, weights, ends, root)
        _keep(elite, descend(graph, start, ends, go_on), graph)

    offer(graph.weights, ends[0])
    if restarts:
        offer(_tight_weights(graph, bound), ends[0])
    for turn in range(restarts):
        best = elite[0][0]
        if best <= bound.value * (1 + 1e-6) or not go_on():
            break
        root = rng.choice(ends)
        if turn % 4 == 3 and turn % 8 != 7:
            other = dual_ascent(graph.ends, graph.weights, graph.near, ends, root)
            bound = max(bound, other, key=lambda b: b.value)
            offer(_tight_weights(graph, other), root)
        elif turn % 4 == 2 and len(elite) > 1:
            mother, father = rng.sample(elite, 2)
            offer(_mixed_weights(graph, mother[1], father[1], rng), root)
        else:
            spread = rng.uniform(0.1, 0.4)
            offer([w * (1 + spread * rng.random()) for w in graph.weights], root)
    cost, edges = elite[0]
    return SteinerTree(edges, cost, min(bound.value, cost))


def _keep(elite: list[tuple[float, frozenset[int]]], edges: frozenset[int], graph: Graph) -> None:
    """Put a tree among the eight best different ones."""
    cost = sum(graph.weights[e] for e in edges)
    if all(edges != other for _, other in elite):
        elite.append((cost, edges))
        elite.sort(key=lambda t: (t[0], sorted(t[1])[:3]))
        del elite[8:]


def _tight_weights(graph: Graph, bound: Bound) -> list[float]:
    """Favour edges with an arc that the dual ascent left without slack."""
    return [
        w if min(bound.slack[2 * e], bound.slack[2 * e + 1]) <= 1e-9 else 8 * w + 1e-6
        for e, w in enumerate(graph.weights)
    ]


def _mixed_weights(
    graph: Graph, one: frozenset[int], two: frozenset[int], rng: random.Random
) -> list[float]:
    """Favour edges of both parents, then of one."""
    return [
        w * (0.5 if e in one and e in two else 0.8 if e in one or e in two else 1.5)
        * (1 + 0.1 * rng.random())
        for e, w in enumerate(graph.weights)
    ]  # fmt: skip


def grow(
    graph: Graph, weights: Sequence[float], terminals: Sequence[int], root: int
) -> frozenset[int]:
    """Grow one tree from the root, always by the path to the nearest missing terminal."""
    missing = set(terminals) - {root}
    distance: dict[int, float] = {root: 0.0}
    came: dict[int, tuple[int, int]] = {}
    inside = {root}
    heap = [(0.0, root)]
    edges: set[int] = set()
    while missing and heap:
        d, node = heapq.heappop(heap)
        if d > distance[node]:
            continue
        if node in missing:
            walk = node
            while walk not in inside:
                inside.add(walk)
                missing.discard(walk)
                distance[walk] = 0.0
                heapq.heappush(heap, (0.0, walk))
                walk, edge = came[walk]
                edges.add(edge)
            continue
        for other, edge in graph.near[node]:
            reach = d + weights[edge]
            if other not in inside and reach < distance.get(other, float("inf")):
                distance[other] = reach
                came[other] = (node, edge)
                heapq.heappush(heap, (reach, other))
    return tidy(graph, edges, terminals)


def tidy(
    graph: Graph, edges: set[int] | frozenset[int], terminals: Sequence[int]
) -> frozenset[int]:
    """Return the cheapest tree over the nodes in use, without useless leaves."""
    nodes = {n for e in edges for n in graph.ends[e]}
    inner = {e for n in nodes for other, e in graph.near[n] if other in nodes}
    parent = {n: n for n in nodes}

    def find(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    tree: set[int] = set()
    for edge in sorted(inner, key=lambda e: (graph.weights[e], e)):
        a, b = (find(n) for n in graph.ends[edge])
        if a != b:
            parent[a] = b
            tree.add(edge)
    return frozenset(_prune(graph, tree, set(terminals)))


def _prune(graph: Graph, tree: set[int], terminals: set[int]) -> set[int]:
    """Take off leaves that are no terminals."""
    at = tree_lists(graph, tree)
    stack = [n for n, own in at.items() if len(own) == 1 and n not in terminals]
    while stack:
        node = stack.pop()
        if len(at[node]) != 1 or node in terminals:
            continue
        ((edge, other),) = at[node].items()
        tree.discard(edge)
        at[node].clear()
        del at[other][edge]
        if len(at[other]) == 1:
            stack.append(other)
    return tree


def tree_lists(graph: Graph, tree: set[int] | frozenset[int]) -> dict[int, dict[int, int]]:
    """For every node of a tree its edges and the nodes behind them."""
    at: dict[int, dict[int, int]] = {}
    for edge in sorted(tree):
        a, b = graph.ends[edge]
        at.setdefault(a, {})[edge] = b
        at.setdefault(b, {})[edge] = a
    return at


def descend(
    graph: Graph, edges: frozenset[int], terminals: Sequence[int], go_on: Callable[[], bool]
) -> frozenset[int]:
    """Exchange key paths and insert vertices until neither shortens the tree."""
    tree = edges
    while tree and go_on():
        before = sum(graph.weights[e] for e in tree)
        tree = tidy(graph, exchange_key_paths(graph, tree, terminals, go_on), terminals)
        if go_on():
            tree = tidy(graph, _insert_vertices(graph, tree), terminals)
        if sum(graph.weights[e] for e in tree) >= before - 1e-9 * max(1.0, before):
            break
    return tree


def exchange_key_paths(
    graph: Graph, edges: frozenset[int], terminals: Sequence[int], go_on: Callable[[], bool]
) -> set[int]:
    """Replace paths between key nodes (terminals, branchings) by shorter ones."""
    tree = set(edges)
    fixed = set(terminals)
    at = tree_lists(graph, tree)
    queue = _key_paths(graph, at, fixed)
    while queue and go_on():
        path, length = queue.pop()
        if any(e not in tree for e in path) or not _is_key_path(graph, at, fixed, path):
            continue
        a, b = _ends_of(graph, path)
        _remove(graph, tree, at, path, (a, b))
        smaller, larger = _two_sides(at, a, b)
        found = _reconnect(graph, smaller, larger, length)
        for edge in path if found is None else found:
            tree.add(edge)
            _link(graph, at, edge)
    return tree


def _key_paths(
    graph: Graph, at: dict[int, dict[int, int]], fixed: set[int]
) -> list[tuple[list[int], float]]:
    """All paths between key nodes, shortest first, so that pop takes the longest."""
    found = []
    keys = [n for n, own in at.items() if n in fixed or len(own) != 2]
    for key in keys:
        for edge, other in at[key].items():
            path, node, last = [edge], other, edge
            while node not in fixed and len(at[node]) == 2:
                last = next(e for e in at[node] if e != last)
                path.append(last)
                node = at[node][last]
            if key <= node:
                found.append((path, sum(graph.weights[e] for e in path)))
    found.sort(key=lambda p: (p[1], p[0]))
    return found


def _is_key_path(
    graph: Graph, at: dict[int, dict[int, int]], fixed: set[int], path: list[int]
) -> bool:
    """Tell whether the inner nodes of a path are still free of branches."""
    for one, two in itertools.pairwise(path):
        (node,) = set(graph.ends[one]) & set(graph.ends[two])
        if node in fixed or len(at[node]) != 2:
            return False
    return True


def _ends_of(graph: Graph, path: list[int]) -> tuple[int, int]:
    """Two outer nodes of a path."""
    if len(path) == 1:
        return graph.ends[path[0]]
    first, second = set(graph.ends[path[0]]), set(graph.ends[path[1]])
    last, previous = set(graph.ends[path[-1]]), set(graph.ends[path[-2]])
    return (first - second).pop(), (last - previous).pop()


def _remove(
    graph: Graph,
    tree: set[int],
    at: dict[int, dict[int, int]],
    path: list[int],
    ends: tuple[int, int],
) -> None:
    """Take a path out of the tree; its inner nodes leave the tree too."""
    for edge in path:
        tree.discard(edge)
        _unlink(graph, at, edge)
    for edge in path:
        for node in graph.ends[edge]:
            if node not in ends:
                at.pop(node, None)


def _two_sides(at: dict[int, dict[int, int]], a: int, b: int) -> tuple[set[int], set[int]]:
    """Nodes of the two parts of a broken tree, the smaller first, in lock step."""
    sides = ({a}, {b})
    stacks = ([a], [b])
    done = [False, False]
    while not all(done):
        for i in (0, 1):
            if not stacks[i]:
                done[i] = True
                continue
            for node in at[stacks[i].pop()].values():
                if node not in sides[i]:
                    sides[i].add(node)
                    stacks[i].append(node)
    return sides if len(sides[0]) <= len(sides[1]) else (sides[1], sides[0])


def _reconnect(graph: Graph, inside: set[int], target: set[int], limit: float) -> list[int] | None:
    """Shortest path between two node sets if shorter than the limit."""
    distance = dict.fromkeys(inside, 0.0)
    came: dict[int, tuple[int, int]] = {}
    heap = [(0.0, n) for n in sorted(inside)]
    cutoff = limit * (1 - 1e-9)
    weights, near = graph.weights, graph.near
    while heap:
        d, node = heapq.heappop(heap)
        if d > distance[node]:
            continue
        if node in target:
            path = []
            while node not in inside:
                node, edge = came[node]
                path.append(edge)
            return path
        for other, edge in near[node]:
            reach = d + weights[edge]
            if reach < cutoff and reach < distance.get(other, cutoff):
                distance[other] = reach
                came[other] = (node, edge)
                heapq.heappush(heap, (reach, other))
    return None


def _insert_vertices(graph: Graph, edges: frozenset[int]) -> set[int]:
    """Take in outside nodes that shorten the tree by joining two or more of its nodes."""
    tree = set(edges)
    at = tree_lists(graph, tree)
    outside = sorted({n for node in at for n, _ in graph.near[node] if n not in at})
    for node in outside:
        links = sorted((graph.weights[e], e, other) for other, e in graph.near[node] if other in at)
        if len(links) < 2 or node in at:
            continue
        swaps: list[tuple[int, int | None]] = [(links[0][1], None)]
        gain = -links[0][0]
        _link(graph, at, links[0][1])
        for weight, edge, other in links[1:]:
            worst = _worst_on_path(graph, at, node, other)
            if worst is not None and graph.weights[worst] > weight:
                gain += graph.weights[worst] - weight
                swaps.append((edge, worst))
                _unlink(graph, at, worst)
                _link(graph, at, edge)
        if gain > 1e-9:
            for added, dropped in swaps:
                tree.add(added)
                tree.discard(dropped if dropped is not None else -1)
        else:
            for added, dropped in reversed(swaps):
                _unlink(graph, at, added)
                if dropped is not None:
                    _link(graph, at, dropped)
            at.pop(node, None)
    return tree


def _link(graph: Graph, at: dict[int, dict[int, int]], edge: int) -> None:
    a, b = graph.ends[edge]
    at.setdefault(a, {})[edge] = b
    at.setdefault(b, {})[edge] = a


def _unlink(graph: Graph, at: dict[int, dict[int, int]], edge: int) -> None:
    for node in graph.ends[edge]:
        del at[node][edge]


def _worst_on_path(
    graph: Graph, at: dict[int, dict[int, int]], start: int, goal: int
) -> int | None:
    """Dearest edge on the tree path between two nodes."""
    came: dict[int, tuple[int, int]] = {start: (-1, -1)}
    stack = [start]
    while stack:
        node = stack.pop()
        if node == goal:
            break
        for edge, other in at[node].items():
            if other not in came:
                came[other] = (node, edge)
                stack.append(other)
    if goal not in came:
        return None
    worst = -1
    node = goal
    while node != start:
        node, edge = came[node]
        if worst < 0 or graph.weights[edge] > graph.weights[worst]:
            worst = edge
    return worst
