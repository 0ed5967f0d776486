"""Head lines with the places on them where a charger can stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point

from planner.layout.ground import Ground
from planner.layout.rows import SETBACKS_M, Row, facing_pairs
from planner.model.ids import BayId

ROOM_LIMIT_M = 3.0
"""Free depth behind a head is not measured beyond this."""

END_GAP_M = 0.6
"""How far past the last bay a head line goes on: room for a feeder pillar."""


LONG_ROW_M = 40.0
"""From this length on a pillar in the middle of a row is considered as well."""

PILLAR_OFFSET_M = 0.6
"""A pillar in a row stands this far from the joint of two bays, clear of the posts."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A place for a charger: its point and the bays it can serve."""

    point: tuple[float, float]
    bays: tuple[BayId, ...]
    row: int
    along_m: float
    room_m: float


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A straight line of stands, with both ends past the last bay."""

    line: LineString
    stands: tuple[Stand, ...]
    row: Row

    @property
    def pillar_spots(self) -> tuple[tuple[float, float], ...]:
        """Places for feeder pillars: both ends, and the middle of a long line."""
        length = self.line.length
        marks = [0.0, length]
        if length > LONG_ROW_M:
            pitch = self.row.spans[0][1] - self.row.spans[0][0]
            joint = END_GAP_M + round((length / 2 - END_GAP_M) / pitch) * pitch
            marks.insert(1, joint + PILLAR_OFFSET_M)
        points = [self.line.interpolate(m) for m in marks]
        return tuple((float(p.x), float(p.y)) for p in points)


def head_lines(rows: Sequence[Row], ground: Ground) -> list[HeadLine]:
    """Lay one head line behind every row, or one between two rows back to back."""
    pairs = facing_pairs(rows)
    out: list[HeadLine] = []
    for index, row in enumerate(rows):
        partner = pairs.get(index)
        if partner is None:
            out.append(_single(row, len(out), ground))
        elif index < partner:
            out.append(_double(row, rows[partner], len(out), ground))
    return out


def _single(row: Row, number: int, ground: Ground) -> HeadLine:
    """Head line behind one row, as far back as the ground allows."""
    line = LineString([row.at(0), row.at(row.length_m)])
    for setback in SETBACKS_M:
        line = LineString([row.at(-END_GAP_M, setback), row.at(row.length_m + END_GAP_M, setback)])
        if ground.clip(line).length > 0.95 * line.length:
            break
    stands = []
    for along, bays in _places(row):
        point = row.at(along, setback)
        room = _room(row, along, ground)
        stands.append(Stand(point, bays, number, along, room))
    return HeadLine(line, _clear(stands, ground), row)


def _double(row: Row, other: Row, number: int, ground: Ground) -> HeadLine:
    """Head line between two rows back to back, with a stand for every facing pair."""
    gap = float(np.dot(other.start - row.start, row.out))
    middle = gap / 2
    shift = float(np.dot(other.start - row.start, row.along))
    sense = float(np.dot(other.along, row.along))
    theirs = [(shift + sense * along, bays) for along, bays in _places(other)]
    low = min(0.0, shift, shift + sense * other.length_m)
    high = max(row.length_m, shift, shift + sense * other.length_m)
    line = LineString([row.at(low - END_GAP_M, middle), row.at(high + END_GAP_M, middle)])
    merged: list[tuple[float, tuple[BayId, ...]]] = []
    left = list(theirs)
    for along, bays in _places(row):
        match = next((t for t in left if abs(t[0] - along) < 0.6 and len(t[1]) == len(bays)), None)
        if match is None:
            merged.append((along, bays))
        else:
            left.remove(match)
            merged.append(((along + match[0]) / 2, bays + match[1]))
    merged.extend(left)
    stands = [
        Stand(row.at(along, middle), bays, number, along, max(gap, 0.0))
        for along, bays in sorted(merged)
    ]
    return HeadLine(line, _clear(stands, ground), row)


def _places(row: Row) -> list[tuple[float, tuple[BayId, ...]]]:
    """Middle of every head, and the joint of every two neighbours that touch."""
    out: list[tuple[float, tuple[BayId, ...]]] = []
    for index, (bay, (start, end)) in enumerate(zip(row.bays, row.spans, strict=True)):
        out.append(((start + end) / 2, (bay.id,)))
        if index + 1 < len(row.bays):
            following = row.spans[index + 1][0]
            if following - end < 1.6:
                out.append(((end + following) / 2, (bay.id, row.bays[index + 1].id)))
    return out


def _room(row: Row, along: float, ground: Ground) -> float:
    """Free depth behind the head, up to a wall, another bay or the plot's edge."""
    ray = LineString([row.at(along, 0.05), row.at(along, ROOM_LIMIT_M)])
    free = ground.clip(ray)
    if free.is_empty:
        return 0.0
    parts = getattr(free, "geoms", (free,))
    first = min(parts, key=lambda p: p.distance(Point(row.at(along))))
    return float(first.length) if first.distance(Point(row.at(along))) < 0.2 else 0.0


def _clear(stands: Sequence[Stand], ground: Ground) -> tuple[Stand, ...]:
    """Drop stands on obstacles or off the plot."""
    if not stands:
        return ()
    points = shapely.points([s.point for s in stands])
    bad = shapely.intersects(ground.blocked, points)
    if ground.allowed is not None:
        bad |= ~shapely.covers(ground.allowed, points)
    return tuple(s for s, is_bad in zip(stands, bad, strict=True) if not is_bad)
