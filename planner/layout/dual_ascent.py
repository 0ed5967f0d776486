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
    active = set(terminals)
    cuts = {t: _Cut({t}, _arcs_into(ends, near, t)) for t in terminals if t != root}
    queue = [(len(cut.arcs), t) for t, cut in cuts.items()]
    heapq.heapify(queue)
    while queue:
        score, terminal = heapq.heappop(queue)
        cut = cuts[terminal]
        if not _grow(ends, near, slack, cut, active):
            # Reached from the root, or from a terminal whose own cuts go on.
            active.discard(terminal)
            continue
        size = len(cut.arcs)
        if not size:
            active.discard(terminal)
            continue
        if size > score and queue and size > queue[0][0]:
            heapq.heappush(queue, (size, terminal))
            continue
        raise_by = min(slack[arc] for arc in cut.arcs)
        total += raise_by
        for arc in cut.arcs:
            left = slack[arc] - raise_by
            slack[arc] = left if left > 1e-9 else 0.0
        heapq.heappush(queue, (size, terminal))
    return Bound(total, slack)


@dataclass(slots=True)
class _Cut:
    """Nodes that reach a terminal over tight arcs, and the arcs that enter them."""

    part: set[int]
    arcs: list[int]


def _arcs_into(
    ends: Sequence[tuple[int, int]], near: Sequence[Sequence[tuple[int, int]]], node: int
) -> list[int]:
    """Arcs that end at a node."""
    return [2 * e if ends[e][1] == node else 2 * e + 1 for _, e in near[node]]


def _grow(
    ends: Sequence[tuple[int, int]],
    near: Sequence[Sequence[tuple[int, int]]],
    slack: Sequence[float],
    cut: _Cut,
    active: set[int],
) -> bool:
    """Take in nodes behind arcs that have become tight; False on meeting an active one.

    The part of a terminal only ever grows, because slack never does.
    """
    part = cut.part
    waiting = cut.arcs
    kept: list[int] = []
    while waiting:
        fresh: list[int] = []
        for arc in waiting:
            tail = ends[arc >> 1][arc & 1]
            if tail in part:
                continue
            if slack[arc] > 0.0:
                kept.append(arc)
                continue
            if tail in active:
                return False
            part.add(tail)
            fresh += _arcs_into(ends, near, tail)
        waiting = fresh
    cut.arcs = [a for a in kept if ends[a >> 1][a & 1] not in part]
    return True
