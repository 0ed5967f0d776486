"""Simplify a graph: drop blind ends, merge chains of one surface."""

from __future__ import annotations

from collections.abc import Mapping, Set

from shapely import LineString

from planner.model.site import AreaKind

Piece = tuple[LineString, AreaKind, str]
Link = tuple[int, int, LineString, AreaKind, str]


def contract(
    pieces: Mapping[tuple[int, int], Piece], keep: Set[int], reached: Set[int], count: int
) -> tuple[list[Link], list[int]]:
    """Return merged links between kept nodes and junctions, and the nodes left.

    `keep` nodes stay whatever their degree; nothing outside `reached` survives.
    """
    links: dict[int, Link] = {}
    at: list[set[int]] = [set() for _ in range(count)]
    for index, ((a, b), (line, kind, existing)) in enumerate(pieces.items()):
        if a in reached:
            links[index] = (a, b, line, kind, existing)
            at[a].add(index)
            at[b].add(index)
    _prune(links, at, keep)
    _merge(links, at, keep)
    nodes = sorted({n for link in links.values() for n in link[:2]} | (set(keep) & reached))
    return [links[i] for i in sorted(links)], nodes


def _prune(links: dict[int, Link], at: list[set[int]], keep: Set[int]) -> None:
    """Remove blind ends until every end is a node to keep."""
    stack = [n for n, own in enumerate(at) if len(own) == 1 and n not in keep]
    while stack:
        node = stack.pop()
        if len(at[node]) != 1 or node in keep:
            continue
        index = at[node].pop()
        a, b, *_ = links.pop(index)
        other = b if node == a else a
        at[other].discard(index)
        if len(at[other]) == 1:
            stack.append(other)


def _merge(links: dict[int, Link], at: list[set[int]], keep: Set[int]) -> None:
    """Merge the two links at a node of degree two where surface and kind agree."""
    for node, own in enumerate(at):
        if len(own) != 2 or node in keep:
            continue
        first, second = sorted(own)
        one, two = links[first], links[second]
        a = one[1] if one[0] == node else one[0]
        b = two[1] if two[0] == node else two[0]
        if one[3:] != two[3:] or a == b or at[a] & at[b] or one[4].startswith("duct"):
            continue
        head = list(one[2].coords) if one[1] == node else list(one[2].coords)[::-1]
        tail = list(two[2].coords) if two[0] == node else list(two[2].coords)[::-1]
        line = LineString(LineString(head + tail[1:]).simplify(0.002).coords)
        links[first] = (a, b, line, one[3], one[4])
        del links[second]
        at[b].discard(second)
        at[b].add(first)
        own.clear()
