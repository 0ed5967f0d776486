"""Rows of bays: closed ends, head lines, and the places where a charger can stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Point, Polygon, STRtree

from planner.layout.ground import Ground, points_of
from planner.model.ids import BayId
from planner.model.site import Bay, Site

Vector = npt.NDArray[np.float64]

FACING_GAP_M = 2.0
"""Rows whose heads are closer than this share one line of posts between them."""

SETBACKS_M = (0.75, 0.4, 0.1, 0.0)
"""Tried distances of posts and trench behind the heads of a single row."""

REACH_M = 9.0
"""Centres of neighbouring bays are closer than this, also for wide bays."""

NEIGHBOUR_GAP_M = 2.0
"""Largest gap between neighbours of a row: an access strip or a small planter."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadedBay:
    """A bay with its closed end: `mid` of the head and `normal` pointing out of the bay."""

    id: BayId
    mid: Vector
    normal: Vector
    head: LineString
    depth_m: float
    width_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Bays side by side with one head line.

    `along` is the unit direction, `out` the unit normal away from the bays;
    `spans` the start and end of every bay along the row, from `start`.
    """

    bays: tuple[HeadedBay, ...]
    start: Vector
    along: Vector
    out: Vector
    spans: tuple[tuple[float, float], ...]
    depth_m: float

    @property
    def length_m(self) -> float:
        """Length of the head line."""
        return self.spans[-1][1]

    def at(self, along_m: float, out_m: float = 0.0) -> tuple[float, float]:
        """Point at a distance along the row and out of the bays."""
        p = self.start + along_m * self.along + out_m * self.out
        return float(p[0]), float(p[1])


def headed_bays(site: Site, ground: Ground) -> tuple[list[HeadedBay], int]:
    """Give every bay its closed end; also return how many had to be derived."""
    bays = list(site.bays.values())
    polygons = STRtree([b.polygon for b in bays])
    out: list[HeadedBay] = []
    derived = 0
    for bay in bays:
        head = bay.head
        if head is None or head.length == 0:
            head = _derive_head(bay, polygons, ground)
            derived += 1
        out.append(_headed(bay, head))
    return _agreed(out), derived


def _agreed(bays: Sequence[HeadedBay]) -> list[HeadedBay]:
    """Turn bays round that are headed against the majority of their row."""
    out = list(bays)
    if not out:
        return out
    centres = np.array([b.mid - b.normal * b.depth_m / 2 for b in bays]).reshape(-1, 2)
    near = STRtree(points_of(centres)).query(points_of(centres), "dwithin", REACH_M)
    beside: list[list[int]] = [[] for _ in bays]
    for i, j in near.T.tolist():
        step = centres[j] - centres[i]
        ahead = abs(float(np.dot(step, bays[i].normal)))
        parallel = abs(float(np.dot(bays[i].normal, bays[j].normal))) > 0.996
        gap = float(np.hypot(*step)) - (bays[i].width_m + bays[j].width_m) / 2
        if i != j and parallel and ahead < 0.5 and gap < NEIGHBOUR_GAP_M:
            beside[i].append(j)
    seen: set[int] = set()
    for start in range(len(bays)):
        group, stack = [], [start]
        while stack:
            bay = stack.pop()
            if bay not in seen:
                seen.add(bay)
                group.append(bay)
                stack += beside[bay]
        against = [i for i in group if float(np.dot(bays[i].normal, bays[start].normal)) < 0]
        wrong = against if 2 * len(against) <= len(group) else set(group) - set(against)
        for i in wrong:
            out[i] = _turned(bays[i])
    return out


def _turned(bay: HeadedBay) -> HeadedBay:
    """Head a bay on its other end."""
    shift = -bay.normal * bay.depth_m
    coords = shapely.get_coordinates(bay.head) + shift
    return replace(bay, mid=bay.mid + shift, normal=-bay.normal, head=LineString(coords))


def _headed(bay: Bay, head: LineString) -> HeadedBay:
    """Measure a bay from its head line."""
    a, b = np.array(head.coords[0]), np.array(head.coords[-1])
    centre = np.array(bay.polygon.centroid.coords[0])
    direction = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
    normal = np.array([direction[1], -direction[0]])
    mid = (a + b) / 2
    if float(np.dot(mid - centre, normal)) < 0:
        normal = -normal
    depth = 2 * float(np.dot(mid - centre, normal))
    return HeadedBay(bay.id, mid, normal, head, depth, float(np.hypot(*(b - a))))


def _derive_head(bay: Bay, others: STRtree, ground: Ground) -> LineString:
    """Guess the closed end: the short side with the least open ground before it.

    Bays end to end along a kerb (both short sides taken) are headed on a long side.
    """
    box = shapely.oriented_envelope(bay.polygon)
    corners = shapely.get_coordinates(box)[:4]
    sides = [LineString([corners[i], corners[(i + 1) % 4]]) for i in range(4)]
    sides.sort(key=lambda s: s.length)
    short, long = sides[:2], sides[2:]
    centre = bay.polygon.centroid
    taken_short = [_taken(s, centre, bay.polygon, others) for s in short]
    taken_long = [_taken(s, centre, bay.polygon, others) for s in long]
    candidates = long if any(taken_short) and not any(taken_long) else short
    if any(taken_short) and any(taken_long):
        candidates = short
    return min(candidates, key=lambda s: _openness(s, centre, others, ground))


def _probe(side: LineString, centre: Point, distance_m: float) -> Point:
    """Point beyond the middle of a side, seen from the centre of the bay."""
    mid = side.interpolate(0.5, normalized=True)
    dx, dy = mid.x - centre.x, mid.y - centre.y
    reach = math.hypot(dx, dy) or 1.0
    return Point(mid.x + dx / reach * distance_m, mid.y + dy / reach * distance_m)


def _taken(side: LineString, centre: Point, own: Polygon, others: STRtree) -> bool:
    """Tell whether another bay lies right behind a side."""
    found = others.query(_probe(side, centre, 0.4), predicate="intersects")
    return any(not others.geometries[i].equals(own) for i in found)


def _openness(
    side: LineString, centre: Point, others: STRtree, ground: Ground
) -> tuple[int, float]:
    """Count probes before a side that a car could drive on."""
    score = 0
    for distance in (0.5, 1.5, 3.0, 4.5):
        probe = _probe(side, centre, distance)
        if len(others.query(probe, predicate="intersects")) or not ground.is_clear(probe):
            continue
        kind = ground.surface_at(np.array([[probe.x, probe.y]]))[0]
        score += 0 if kind == "grass" else 2 if kind is not None else 1
    mid = side.interpolate(0.5, normalized=True)
    return score, -(mid.x + mid.y)


def find_rows(bays: Sequence[HeadedBay]) -> list[Row]:
    """Group bays that stand side by side into rows, each sorted along its head line."""
    if not bays:
        return []
    mids = np.array([b.mid for b in bays])
    parent = list(range(len(bays)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    points = points_of(mids)
    reach = 2 * max(b.width_m for b in bays) + NEIGHBOUR_GAP_M
    pairs = STRtree(points).query(points, predicate="dwithin", distance=reach)
    for i, j in pairs.T.tolist():
        if i < j and _side_by_side(bays[i], bays[j]):
            parent[root(j)] = root(i)
    groups: dict[int, list[HeadedBay]] = {}
    for index, bay in enumerate(bays):
        groups.setdefault(root(index), []).append(bay)
    return [_make_row(group) for group in groups.values()]


def _side_by_side(a: HeadedBay, b: HeadedBay) -> bool:
    """Tell whether two bays belong to one row, straight or angled."""
    if float(np.dot(a.normal, b.normal)) < 0.996:
        return False
    step = b.mid - a.mid
    ahead = abs(float(np.dot(step, a.normal)))
    aside = math.sqrt(max(float(np.dot(step, step)) - ahead**2, 0.0))
    width = (a.width_m + b.width_m) / 2
    if aside < 0.5 * width:
        return False
    gap = aside - width
    straight = ahead <= 0.35 and gap <= NEIGHBOUR_GAP_M
    return straight or (gap <= 0.3 and ahead <= 1.2 * width)


def _make_row(group: Sequence[HeadedBay]) -> Row:
    """Fit the head line through a group of bays and order them along it."""
    mids = np.array([b.mid for b in group])
    normal = np.mean([b.normal for b in group], axis=0)
    along = np.array([normal[1], -normal[0]])
    if len(group) > 1:
        _, _, axes = np.linalg.svd(mids - mids.mean(axis=0))
        along = axes[0] if float(np.dot(axes[0], along)) >= 0 else -axes[0]
    along = along / np.hypot(*along)
    if (along[0], along[1]) < (0.0, 0.0):
        along = -along
    out = np.array([along[1], -along[0]])
    if float(np.dot(out, normal)) < 0:
        out = -out
    ends = [shapely.get_coordinates(b.head) for b in group]
    reach = [sorted(float(np.dot(e, along)) for e in pair[[0, -1]]) for pair in ends]
    order = sorted(range(len(group)), key=lambda i: reach[i][0])
    base = reach[order[0]][0]
    front = max(float(np.dot(e, out)) for pair in ends for e in pair)
    spans = tuple((reach[i][0] - base, reach[i][1] - base) for i in order)
    depth = max(b.depth_m * abs(float(np.dot(b.normal, out))) for b in group)
    return Row(tuple(group[i] for i in order), base * along + front * out, along, out, spans, depth)


def facing_pairs(rows: Sequence[Row]) -> dict[int, int]:
    """Pair rows that stand back to back; both directions are in the result."""
    found: dict[int, int] = {}
    offers: list[tuple[float, int, int]] = []
    for i, a in enumerate(rows):
        for j in range(i + 1, len(rows)):
            b = rows[j]
            if float(np.dot(a.out, b.out)) > -0.996:
                continue
            gap = float(np.dot(b.start - a.start, a.out))
            if not -0.5 <= gap <= FACING_GAP_M:
                continue
            low = float(np.dot(b.start - a.start, a.along))
            high = low + b.length_m * float(np.dot(a.along, b.along))
            overlap = min(a.length_m, max(low, high)) - max(0.0, min(low, high))
            if overlap > 0.3 * min(a.length_m, b.length_m):
                offers.append((-overlap, i, j))
    for _, i, j in sorted(offers):
        if i not in found and j not in found:
            found[i], found[j] = j, i
    return found
