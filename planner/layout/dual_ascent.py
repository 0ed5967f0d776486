"""A lower bound on every Steiner tree: Wong's dual ascent.

Wong, "A dual ascent approach for Steiner tree problems on a directed graph",
Mathematical Programming 28 (1984), doi 10.1007/BF02612335. Cuts round terminals
that the root does not reach yet are raised, smallest cut first; the sum of all
raises is a feasible dual value and therefore a bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """The bound and what is left of every arc: 2e is a → b, 2e + 1 is b → a."""

    value: float
    slack: Sequence[float]


def dual_ascent(
    ends: Sequence[tuple[int, int]],
    weights: Sequence[float],
    near: Sequence[Sequence[tuple[int, int]]],
    terminals: Sequence[int],
    root: int,
) -> Bound:
    """Raise cuts until every terminal is reached from the root over tight arcs."""
    slack = [w for w in weights for _ in (0, 1)]
    total = 0.0
    queue = [(len(near[t]), t) for t in terminals if t != root]
    heapq.heapify(queue)
    active = set(terminals)
    while queue:
        score, terminal = heapq.heappop(queue)
        cut = _entering(ends, near, slack, terminal, active)
        if not cut:
            # Reached from the root, or from a terminal whose own cuts go on.
            active.discard(terminal)
            continue
        if len(cut) > score and queue and len(cut) > queue[0][0]:
            heapq.heappush(queue, (len(cut), terminal))
            continue
        raise_by = min(slack[arc] for arc in cut)
        total += raise_by
        for arc in cut:
            left = slack[arc] - raise_by
            slack[arc] = left if left > 1e-9 else 0.0
        heapq.heappush(queue, (len(cut), terminal))
    return Bound(total, slack)


def _entering(
    ends: Sequence[tuple[int, int]],
    near: Sequence[Sequence[tuple[int, int]]],
    slack: Sequence[float],
    terminal: int,
    active: set[int],
) -> list[int]:
    """Arcs into the nodes that reach a terminal over tight arcs.

    Empty where the root or another active terminal is among those nodes.
    """
    part = {terminal}
    stack = [terminal]
    arcs: list[int] = []
    while stack:
        node = stack.pop()
        for other, edge in near[node]:
            if other in part:
                continue
            arc = 2 * edge if ends[edge][0] == other else 2 * edge + 1
            if slack[arc] == 0.0:
                if other in active:
                    return []
                part.add(other)
                stack.append(other)
            else:
                arcs.append(arc)
    return [a for a in arcs if ends[a >> 1][a & 1] not in part]
