"""Turn corridor lines into one connected graph with stands, boards and ducts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry

from grid.findings import Finding, Severity
from planner.layout.contract import contract
from planner.layout.graph import Corridors, Edge, Position, neighbours
from planner.layout.ground import DEFAULT_SURFACE, Ground, cost_per_m, points_of
from planner.layout.lines import BoardLink
from planner.layout.net import Key, Net, component, connect
from planner.layout.stands import HeadLine, Stand
from planner.model.ids import BoardId
from planner.model.scenario import Limits
from planner.model.site import AreaKind, Site, SiteBoard

GRID_M = 0.01
"""All nodes lie on a one-centimetre grid, so that equal points are equal."""

EXISTING_COST_PER_M = 0.01
"""Weight of a metre in an existing duct or indoors: no trench, only a tie-breaker."""

CABINET_M = 1.0
"""Least distance of a new board from the intake board."""

DUCT_ACCESS_M = 6.0
"""An end of a duct is opened if a corridor or board is no farther away."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Everything drawn before it becomes a graph."""

    ground: Ground
    heads: Sequence[HeadLine]
    lines: BaseGeometry
    links: Sequence[BoardLink]
    boards: Mapping[BoardId, SiteBoard]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


def assemble(
    site: Site, limits: Limits, trench_cost_per_m: Mapping[AreaKind, float], sketch: Sketch
) -> Corridors:
    """Node the lines, add boards and ducts, connect what is apart, and contract."""
    ground, heads, links, boards = sketch.ground, sketch.heads, sketch.links, sketch.boards
    net = Net(ground)
    stands = [s for head in heads for s in head.stands]
    everything = [sketch.lines, *(link.outdoor for link in links)]
    spots = [p for head in heads for p in head.pillar_spots]
    lines = shapely.union_all(everything, grid_size=GRID_M)
    net.dig(_segments(lines, [s.point for s in stands] + spots))
    board_nodes = {b.id: net.node(b.point.x, b.point.y) for b in boards.values()}
    for link in links:
        if link.indoor is not None:
            net.join(link.indoor, AreaKind.BUILDING, "indoor")
    _add_ducts(net, site, board_nodes)
    origin = next(iter(board_nodes))
    stand_nodes = {i: net.node(*s.point) for i, s in enumerate(stands)}
    wanted = [*board_nodes.values(), *stand_nodes.values()]
    connect(net, board_nodes[origin], wanted)
    pillars = _pillar_nodes(net, spots, links, origin)
    keep = {*wanted, *pillars}
    reached = component(net, board_nodes[origin])
    edges, points = contract(net.pieces, keep, reached, len(net.points))
    rank = {node: i for i, node in enumerate(points)}
    kept_free = set(limits.bays_kept_free)
    positions = tuple(
        Position(rank[node], tuple(b for b in s.bays), s.row, s.along_m, s.room_m)
        for i, s in enumerate(stands)
        if (node := stand_nodes[i]) in rank and not kept_free.intersection(s.bays)
    )
    lost = [s for i, s in enumerate(stands) if stand_nodes[i] not in rank]
    price = {kind: cost_per_m(kind, trench_cost_per_m) for kind in AreaKind}
    built = tuple(
        Edge(
            rank[a], rank[b], line, kind,
            line.length * (EXISTING_COST_PER_M if existing else price[kind]),
            existing,
        )
        for a, b, line, kind, existing in edges
    )  # fmt: skip
    return Corridors(
        nodes=np.array([net.points[i] for i in points]).reshape(-1, 2),
        edges=built,
        adjacency=neighbours(built, len(points)),
        positions=positions,
        pillar_nodes=tuple(sorted({rank[p] for p in pillars if p in rank})),
        board_nodes={b: rank[n] for b, n in board_nodes.items() if n in rank},
        origin=origin,
        ground=ground,
        trench_cost_per_m=dict(trench_cost_per_m),
        duct_mm={f"duct {d.id}": d.diameter_mm for d in site.ducts},
        avoid=() if limits.dig_asphalt else (AreaKind.ASPHALT, AreaKind.ROAD),
        notes=sketch.notes + _surface_notes(site, net),
        findings=sketch.findings + _unreached(lost, board_nodes, rank),
    )


def _segments(lines: BaseGeometry, stops: Sequence[Key]) -> list[LineString]:
    """Explode noded lines into straight segments with a node at every stop."""
    segments: list[LineString] = []
    for part in shapely.get_parts(lines).tolist():
        coords = part.coords if isinstance(part, LineString) else ()
        segments += [LineString(p) for p in itertools.pairwise(coords)]
    if not segments or not stops:
        return segments
    points = points_of(stops)
    near = STRtree(segments).query_nearest(points, max_distance=0.05, all_matches=False)
    cuts: dict[int, set[Key]] = {}
    for stand, segment in near.T.tolist():
        x, y = stops[stand]
        cuts.setdefault(segment, set()).add((round(x, 2), round(y, 2)))
    out = [s for i, s in enumerate(segments) if i not in cuts]
    for index, places in cuts.items():
        segment = segments[index]
        chain = sorted(places, key=lambda p: segment.project(Point(p)))
        marks = [segment.coords[0], *chain, segment.coords[-1]]
        out += [LineString(p) for p in itertools.pairwise(marks) if p[0] != p[1]]
    return out


def _add_ducts(net: Net, site: Site, board_nodes: Mapping[BoardId, int]) -> None:
    """Add existing ducts end to end and open both ends to the nearest corridor."""
    if not site.ducts:
        return
    places = points_of(net.points)
    tree = STRtree(places)
    count = len(places)
    for duct in site.ducts:
        net.join(duct.line, DEFAULT_SURFACE, f"duct {duct.id}")
        for end in (Point(duct.line.coords[0]), Point(duct.line.coords[-1])):
            near = tree.query(end, predicate="dwithin", distance=DUCT_ACCESS_M)
            order = sorted(
                (int(i) for i in near if i < count), key=lambda i: end.distance(places[i])
            )
            for target in order[:8]:
                link = LineString([end, places[target]])
                if link.length < 2 * GRID_M:
                    break
                if net.ground.is_clear(link):
                    net.dig([link])
                    break
                house = next((h for h in net.ground.buildings if h.covers(link)), None)
                if house is not None and target in board_nodes.values():
                    net.join(link, AreaKind.BUILDING, "indoor")
                    break


def _pillar_nodes(
    net: Net, spots: Sequence[Key], links: Sequence[BoardLink], origin: BoardId
) -> set[int]:
    """Nodes for feeder pillars: in and beside the rows, and next to the intake."""
    found = {net.at[k] for p in spots if (k := (round(p[0], 2), round(p[1], 2))) in net.at}
    for link in links:
        if link.board == origin:
            found |= _beside(net, link)
    return found


def _beside(net: Net, link: BoardLink) -> set[int]:
    """First node of a board's link that leaves room for a cabinet beside the board."""
    start = Point(link.outdoor.coords[0])
    near = STRtree(points_of(net.points)).query(link.outdoor.buffer(GRID_M), predicate="intersects")
    away = sorted((start.distance(Point(net.points[i])), int(i)) for i in near)
    return {i for d, i in [next((a for a in away if a[0] >= CABINET_M), (0.0, -1))] if i >= 0}


def _surface_notes(site: Site, net: Net) -> tuple[str, ...]:
    """Say what was assumed about unmapped ground."""
    if not net.ground.surfaces:
        return ("The map shows no surfaces: all digging is taken as asphalt.",)
    if net.unmapped_m > 1.0:
        return ("Ground between the mapped surfaces is taken as asphalt.",)
    return ()


def _unreached(
    lost: Sequence[Stand], boards: Mapping[BoardId, int], rank: Mapping[int, int]
) -> tuple[Finding, ...]:
    """Name bays and boards that no corridor reaches."""
    out = []
    bays = sorted({b for s in lost for b in s.bays})
    if bays:
        out.append(
            Finding(
                "LAYOUT-UNREACHED",
                Severity.WARNING,
                bays[0],
                f"{len(bays)} bays, {', '.join(bays[:6])}" + (" ..." if len(bays) > 6 else ""),
                "No trench can reach these bays from the intake.",
                value=float(len(bays)),
                limit=0.0,
                unit="bays",
                fix="Look for a keep-out zone, root zone or boundary that shuts them off.",
            )
        )
    out += [
        Finding(
            "LAYOUT-UNREACHED",
            Severity.WARNING,
            board,
            f"Board {board}",
            "No trench can reach this board from the intake.",
            fix="Check the obstacles round the board.",
        )
        for board, node in boards.items()
        if node not in rank
    ]
    return tuple(out)
