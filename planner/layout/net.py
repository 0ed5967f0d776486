"""A corridor graph under construction, and links between parts that lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, STRtree

from planner.layout.ground import DEFAULT_SURFACE, Ground, points_of, split_by_surface
from planner.model.site import AreaKind

Key = tuple[float, float]
Piece = tuple[LineString, AreaKind, str]


@dataclass(slots=True)
class Net:
    """A graph under construction; nodes are found by their rounded place."""

    ground: Ground
    at: dict[Key, int] = field(default_factory=dict)
    points: list[Key] = field(default_factory=list)
    pieces: dict[tuple[int, int], Piece] = field(default_factory=dict)
    unmapped_m: float = 0.0

    def node(self, x: float, y: float) -> int:
        """Return the node at a place, making it where there is none."""
        key = (round(x, 2), round(y, 2))
        if key not in self.at:
            self.at[key] = len(self.points)
            self.points.append(key)
        return self.at[key]

    def dig(self, segments: Sequence[LineString]) -> None:
        """Add straight trench segments, cut at surface borders."""
        if not segments:
            return
        for line, kind in split_by_surface(segments, self.ground):
            self.unmapped_m += line.length if kind is None else 0.0
            self.join(line, kind or DEFAULT_SURFACE, "")

    def join(self, line: LineString, kind: AreaKind, existing: str) -> None:
        """Add one piece; the first of two between the same nodes stays."""
        a, b = self.node(*line.coords[0]), self.node(*line.coords[-1])
        if a == b:
            return
        ends = [self.points[a], *line.coords[1:-1], self.points[b]]
        ends = ends if a < b else ends[::-1]
        self.pieces.setdefault((min(a, b), max(a, b)), (LineString(ends), kind, existing))


def connect(net: Net, origin: int, wanted: Sequence[int]) -> None:
    """Join every part that holds a stand or board to the part of the origin."""
    for _ in range(200):
        home = component(net, origin)
        apart = [n for n in wanted if n not in home]
        if not apart:
            return
        linked = False
        tried: set[int] = set()
        for node in apart:
            if node in tried:
                continue
            part = component(net, node)
            tried |= part
            if _bridge(net, sorted(part), sorted(home)):
                linked = True
                break
        if not linked:
            return


def _bridge(net: Net, part: Sequence[int], home: Sequence[int]) -> bool:
    """Dig the shortest clear straight link between two parts, bays last."""
    places = points_of([net.points[i] for i in home])
    tree = STRtree(places)
    own = points_of([net.points[i] for i in part])
    offers: list[tuple[float, int, int]] = []
    for reach in (10.0, 40.0, 160.0):
        pairs = tree.query(own, predicate="dwithin", distance=reach)
        gaps = shapely.distance(np.array(own)[pairs[0]], np.array(places)[pairs[1]])
        best = np.argsort(gaps, kind="stable")[:400]
        offers = [(float(gaps[i]), int(pairs[0][i]), int(pairs[1][i])) for i in best]
        for through_bays in (False, True):
            for _, a, b in offers:
                line = LineString([net.points[part[a]], net.points[home[b]]])
                if not net.ground.is_clear(line):
                    continue
                if through_bays or not net.ground.bay_cores.intersects(line):
                    net.dig([line])
                    return True
    return False


def component(net: Net, start: int) -> set[int]:
    """Nodes connected with a node."""
    near: dict[int, list[int]] = {}
    for a, b in net.pieces:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    seen, stack = {start}, [start]
    while stack:
        for node in near.get(stack.pop(), ()):
            if node not in seen:
                seen.add(node)
                stack.append(node)
    return seen
