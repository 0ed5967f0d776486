"""Tie points that lie beside the corridors to the graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from shapely import LineString, Point, STRtree
from shapely.ops import substring

from grid.findings import Finding, Severity
from planner.layout.graph import Corridors, Edge, neighbours
from planner.layout.ground import DEFAULT_SURFACE, cost_per_m, split_by_surface

ON_NODE_M = 0.02
"""A point this close to a node is that node."""

TRIES = 12
"""Nearest corridors that are tried for a clear straight link."""

Key = TypeVar("Key", bound=str)


def attach(
    corridors: Corridors, points: Mapping[Key, Point]
) -> tuple[Corridors, dict[Key, int], tuple[Finding, ...]]:
    """Return a graph in which every point is a node, with short straight links.

    A point that sees no corridor is linked all the same, and reported.
    """
    nodes: dict[Key, int] = {}
    findings: list[Finding] = []
    tree = STRtree([Point(p) for p in corridors.nodes])
    for key, point in points.items():
        near = tree.query_nearest(point, max_distance=ON_NODE_M, all_matches=False)
        if len(near):
            nodes[key] = int(near[0])
            continue
        corridors, nodes[key], clear = _link(corridors, point)
        if not clear:
            findings.append(
                Finding(
                    "LAYOUT-BLOCKED",
                    Severity.ERROR,
                    key,
                    f"{key} and its surroundings",
                    "No clear way leads from here to a trench corridor.",
                    fix="Move it away from the obstacle.",
                )
            )
    return corridors, nodes, tuple(findings)


def _link(corridors: Corridors, point: Point) -> tuple[Corridors, int, bool]:
    """Split the nearest visible corridor opposite a point and join the two."""
    diggable = [i for i, e in enumerate(corridors.edges) if not e.existing]
    if not diggable:
        nodes = np.vstack([corridors.nodes.reshape(-1, 2), [[point.x, point.y]]])
        grown = neighbours(corridors.edges, len(nodes))
        return dataclasses.replace(corridors, nodes=nodes, adjacency=grown), len(nodes) - 1, False
    order = sorted(diggable, key=lambda i: (corridors.edges[i].line.distance(point), i))[:TRIES]
    ground = corridors.ground
    for index in order:
        line = corridors.edges[index].line
        foot = line.interpolate(line.project(point))
        link = LineString([point, foot])
        if link.length < 1e-9 or ground.is_clear(link):
            return (*_split_and_join(corridors, index, point), True)
    return (*_split_and_join(corridors, order[0], point), False)


def _split_and_join(corridors: Corridors, index: int, point: Point) -> tuple[Corridors, int]:
    """Put a node on an edge opposite a point and add the link from it to the point."""
    nodes = [(float(x), float(y)) for x, y in corridors.nodes]
    edges = list(corridors.edges)
    edge = edges[index]
    at = edge.line.project(point)
    if at < ON_NODE_M or at > edge.length_m - ON_NODE_M:
        foot = edge.a if at < ON_NODE_M else edge.b
    else:
        foot = len(nodes)
        middle = edge.line.interpolate(at)
        nodes.append((middle.x, middle.y))
        rate = edge.cost / edge.length_m
        first = LineString(substring(edge.line, 0, at).coords)
        second = LineString(substring(edge.line, at, edge.length_m).coords)
        edges[index] = dataclasses.replace(edge, b=foot, line=first, cost=rate * first.length)
        edges.append(dataclasses.replace(edge, a=foot, line=second, cost=rate * second.length))
    here = _append_link(corridors, nodes, edges, foot, point)
    grown = tuple(edges)
    return (
        dataclasses.replace(
            corridors,
            nodes=np.array(nodes),
            edges=grown,
            adjacency=neighbours(grown, len(nodes)),
        ),
        here,
    )


def _append_link(
    corridors: Corridors,
    nodes: list[tuple[float, float]],
    edges: list[Edge],
    foot: int,
    point: Point,
) -> int:
    """Append the pieces of a straight link, one per surface; return the node at its end."""
    x, y = nodes[foot]
    link = LineString([(x, y), (point.x, point.y)])
    if link.length < ON_NODE_M:
        return foot
    here = foot
    for piece, kind in split_by_surface([link], corridors.ground):
        surface = kind or DEFAULT_SURFACE
        end = piece.coords[-1]
        nodes.append((float(end[0]), float(end[1])))
        rate = cost_per_m(surface, corridors.trench_cost_per_m)
        edges.append(Edge(here, len(nodes) - 1, piece, surface, rate * piece.length))
        here = len(nodes) - 1
    return here
