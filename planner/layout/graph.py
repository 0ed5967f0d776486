"""The corridor graph: where a trench may run, at what cost, past which bays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely import LineString, Point

from grid.findings import Finding
from planner.layout.ground import Ground
from planner.model.ids import BayId, BoardId
from planner.model.site import AreaKind

Adjacency = tuple[tuple[tuple[int, int], ...], ...]
"""For every node its (neighbour, edge) pairs."""


AVOID_FACTOR = 6.0
"""A surface the user would rather not open is taken only if it saves this many times."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A stretch of corridor with one surface between nodes `a` and `b`.

    `cost` is the price of opening it once. Pieces with `existing` set need no
    digging: an existing duct, or a cable tray inside the building of a board.
    """

    a: int
    b: int
    line: LineString
    surface: AreaKind
    cost: float
    existing: str = ""

    @property
    def length_m(self) -> float:
        """Length on the plan in metres."""
        return float(self.line.length)


@dataclass(frozen=True, slots=True)
class Position:
    """A place for a charger at a bay head and the bays it serves from there.

    `room_m` is the free depth behind the heads; `row` counts head lines and
    `along_m` runs along the head line.
    """

    node: int
    bays: tuple[BayId, ...]
    row: int
    along_m: float
    room_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Corridors:
    """Nodes (n, 2) in metres, edges, charger and pillar positions, existing boards."""

    nodes: npt.NDArray[np.float64]
    edges: tuple[Edge, ...]
    adjacency: Adjacency
    positions: tuple[Position, ...]
    pillar_nodes: tuple[int, ...]
    board_nodes: Mapping[BoardId, int]
    origin: BoardId
    ground: Ground
    trench_cost_per_m: Mapping[AreaKind, float]
    duct_mm: Mapping[str, float]
    avoid: tuple[AreaKind, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def weight(self, edge: int) -> float:
        """Cost of an edge for the search: surfaces to avoid count several times."""
        piece = self.edges[edge]
        dear = piece.surface in self.avoid and not piece.existing
        return piece.cost * (AVOID_FACTOR if dear else 1.0)

    def point(self, node: int) -> Point:
        """Place of a node."""
        return Point(self.nodes[node])

    @property
    def lengths(self) -> list[float]:
        """Metres of every edge."""
        return [e.length_m for e in self.edges]

    @property
    def duct_edges(self) -> dict[int, float]:
        """Diameter in mm of the edges that are existing ducts."""
        return {
            i: self.duct_mm[e.existing]
            for i, e in enumerate(self.edges)
            if e.existing in self.duct_mm
        }

    @property
    def origin_node(self) -> int:
        """Node of the intake."""
        return self.board_nodes[self.origin]


def neighbours(edges: Sequence[Edge], count: int) -> Adjacency:
    """List the (neighbour, edge) pairs of every node."""
    out: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for index, edge in enumerate(edges):
        out[edge.a].append((edge.b, index))
        out[edge.b].append((edge.a, index))
    return tuple(tuple(row) for row in out)
