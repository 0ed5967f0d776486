"""A rooted tree of corridor edges: distances and paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.layout.graph import Adjacency


@dataclass(frozen=True, slots=True)
class Rooted:
    """For every node of a tree its parent, the edge to it, depth, and metres from the root."""

    root: int
    parent: dict[int, tuple[int, int]]
    depth: dict[int, int]
    metres: dict[int, float]

    def path(self, start: int, goal: int) -> list[tuple[int, int]]:
        """Edges from start to goal with the node each one is entered from."""
        up: list[tuple[int, int]] = []
        down: list[tuple[int, int]] = []
        while start != goal:
            if self.depth[start] >= self.depth[goal]:
                above, edge = self.parent[start]
                up.append((start, edge))
                start = above
            else:
                above, edge = self.parent[goal]
                down.append((above, edge))
                goal = above
        return up + down[::-1]

    def distance(self, start: int, goal: int) -> float:
        """Metres between two nodes along the tree."""
        a, b = start, goal
        while a != b:
            if self.depth[a] >= self.depth[b]:
                a = self.parent[a][0]
            else:
                b = self.parent[b][0]
        return self.metres[start] + self.metres[goal] - 2 * self.metres[a]


def rooted(near: Adjacency, length_m: Sequence[float], edges: Iterable[int], root: int) -> Rooted:
    """Walk a tree from its root."""
    inside = set(edges)
    parent: dict[int, tuple[int, int]] = {}
    depth = {root: 0}
    metres = {root: 0.0}
    stack = [root]
    while stack:
        node = stack.pop()
        for other, edge in near[node]:
            if edge in inside and other not in depth:
                parent[other] = (node, edge)
                depth[other] = depth[node] + 1
                metres[other] = metres[node] + length_m[edge]
                stack.append(other)
    return Rooted(root, parent, depth, metres)
