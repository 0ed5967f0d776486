"""Trench pieces and circuit geometry from the routed edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shapely import LineString
from shapely.ops import linemerge

from grid.model import CircuitKind
from planner.layout.graph import Corridors
from planner.model.design import Trench
from planner.model.ids import CircuitId, TrenchId

Steps = dict[CircuitId, tuple[CircuitKind, str, str, list[tuple[int, int]]]]
"""Kind, board, target and (node, edge) steps of every circuit."""


@dataclass(frozen=True, slots=True)
class Path:
    """The way of one circuit from its board to a charger or board."""

    kind: CircuitKind
    from_id: str
    to_id: str
    line: LineString
    trenches: tuple[TrenchId, ...]
    length_m: float


def make_trenches(
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


def make_path(
    corridors: Corridors,
    circuit: tuple[CircuitKind, str, str, list[tuple[int, int]]],
    membership: Mapping[int, TrenchId],
    place: tuple[float, float],
) -> Path:
    """Draw one circuit from its board on; `place` is where its board stands."""
    kind, from_id, to_id, steps = circuit
    coords: list[tuple[float, ...]] = []
    for node, edge in steps:
        piece = corridors.edges[edge]
        part = list(piece.line.coords) if piece.a == node else list(piece.line.coords)[::-1]
        coords += part if not coords else part[1:]
    if not coords:
        # Board and charger share one place: a cable without a trench.
        coords = [place, place]
    trenches = tuple(dict.fromkeys(membership[e] for _, e in steps))
    length = sum(corridors.edges[e].length_m for _, e in steps)
    return Path(kind, from_id, to_id, LineString(coords), trenches, length)
