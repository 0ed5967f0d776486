"""Steiner trees against brute force on small graphs and known optima on large ones."""

import csv
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.layout.dual_ascent import dual_ascent
from planner.layout.steiner import make_graph, solve, tree_lists


def is_tree_over(graph, edges, terminals):
    """Tell whether edges form one tree without loops that covers the terminals."""
    at = tree_lists(graph, edges)
    start = terminals[0]
    seen, stack = {start}, [start]
    while stack:
        for other in at.get(stack.pop(), {}).values():
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return set(terminals) <= seen and len(edges) == len(seen) - 1 and set(at) <= seen


def best_by_brute_force(graph, terminals):
    """Cheapest spanning tree over terminals and any set of other nodes."""
    others = [n for n in range(len(graph.near)) if n not in terminals]
    best = float("inf")
    for size in range(len(others) + 1):
        for extra in itertools.combinations(others, size):
            best = min(best, spanning_cost(graph, {*terminals, *extra}))
    return best


def spanning_cost(graph, nodes):
    parent = {n: n for n in nodes}

    def find(n):
        return n if parent[n] == n else find(parent[n])

    cost, joined = 0.0, 0
    for edge in sorted(range(len(graph.ends)), key=lambda e: graph.weights[e]):
        a, b = graph.ends[edge]
        if a in nodes and b in nodes and find(a) != find(b):
            parent[find(a)] = find(b)
            cost, joined = cost + graph.weights[edge], joined + 1
    return cost if joined == len(nodes) - 1 else float("inf")


@st.composite
def small_graphs(draw):
    count = draw(st.integers(3, 8))
    ends = [(draw(st.integers(0, n - 1)), n) for n in range(1, count)]
    for pair in itertools.combinations(range(count), 2):
        if pair not in ends and draw(st.integers(0, 2)) == 0:
            ends.append(pair)
    weights = [float(draw(st.integers(1, 9))) for _ in ends]
    terminals = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=5, unique=True))
    return make_graph(count, ends, weights), terminals


@given(small_graphs())
def test_tree_is_valid_and_bound_holds(case):
    graph, terminals = case
    best = best_by_brute_force(graph, terminals)
    found = solve(graph, terminals, seed=1, restarts=8)
    assert is_tree_over(graph, found.edges, terminals)
    assert found.cost == pytest.approx(sum(graph.weights[e] for e in found.edges))
    assert found.bound <= best + 1e-9
    assert best - 1e-9 <= found.cost <= best * 1.15 + 1e-9


def test_steiner_point_of_a_star_is_found():
    ends = [(0, 3), (1, 3), (2, 3), (0, 1), (1, 2), (0, 2)]
    graph = make_graph(4, ends, [1.0, 1.0, 1.0, 1.9, 1.9, 1.9])
    found = solve(graph, [0, 1, 2])
    assert found.edges == {0, 1, 2}
    assert found.cost == 3.0


def test_bound_of_a_path_is_exact():
    graph = make_graph(4, [(0, 1), (1, 2), (2, 3)], [2.0, 3.0, 4.0])
    assert dual_ascent(graph.ends, graph.weights, graph.near, [0, 3], 0).value == 9.0


def test_same_seed_gives_the_same_tree():
    graph, terminals = grid(12, 9), [0, 50, 107, 99, 11]
    assert solve(graph, terminals, seed=3) == solve(graph, terminals, seed=3)


def grid(width, height):
    ends = [(y * width + x, y * width + x + 1) for y in range(height) for x in range(width - 1)]
    ends += [(n, n + width) for n in range(width * (height - 1))]
    return make_graph(width * height, ends, [1.0 + (7 * i % 11) / 10 for i in range(len(ends))])


def test_one_terminal_needs_no_tree():
    assert solve(grid(3, 3), [4, 4]).cost == 0.0


def test_sample_instances_reach_their_gaps(shared):
    folder = shared / "samples" / "steiner"
    gaps, certified = [], []
    with (folder / "index.csv").open() as stream:
        rows = [
            r for r in csv.DictReader(stream) if int(r["edges"]) < 2200 and int(r["terminals"]) < 60
        ][:5]
    for row in rows:
        graph, terminals = read_instance(folder / row["file"])
        found = solve(graph, terminals, restarts=2)
        optimum = float(row["optimum"])
        assert is_tree_over(graph, found.edges, terminals)
        assert found.bound <= optimum <= found.cost
        gaps.append(found.cost / optimum - 1)
        certified.append(1 - found.bound / found.cost)
    assert sum(gaps) / len(gaps) <= 0.02
    assert sum(certified) / len(certified) <= 0.03


def read_instance(path):
    """Read a graph in the format of the PACE 2018 challenge."""
    ends, weights, terminals, count = [], [], [], 0
    for line in path.read_text().splitlines():
        match line.split():
            case ["Nodes", n]:
                count = int(n)
            case ["E", a, b, w]:
                ends.append((int(a) - 1, int(b) - 1))
                weights.append(float(w))
            case ["T", t]:
                terminals.append(int(t) - 1)
    return make_graph(count, ends, weights), terminals
