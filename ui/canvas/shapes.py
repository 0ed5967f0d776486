"""From shapely to Qt, and the symbols of the plan as painter paths in pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry


class Frame:
    """Local metres: x east and y down from an origin, so that floats stay small."""

    def __init__(self, east: float = 0.0, north: float = 0.0) -> None:
        self.east, self.north = east, north

    def xy(self, x: float, y: float) -> QPointF:
        """Return a map coordinate in the scene."""
        return QPointF(x - self.east, self.north - y)

    def point(self, point: Point) -> QPointF:
        """Return a map point in the scene."""
        return self.xy(point.x, point.y)

    def back(self, at: QPointF) -> Point:
        """Return a scene point on the map."""
        return Point(at.x() + self.east, self.north - at.y())

    def polygon(self, ring: Iterable[tuple[float, ...]]) -> QPolygonF:
        """Return a ring in the scene."""
        return QPolygonF([self.xy(c[0], c[1]) for c in ring])

    def area_path(self, geometry: BaseGeometry) -> QPainterPath:
        """Return a polygon with its holes, or several, as one path."""
        path = QPainterPath()
        for part in getattr(geometry, "geoms", [geometry]):
            if isinstance(part, Polygon) and not part.is_empty:
                path.addPolygon(self.polygon(part.exterior.coords))
                path.closeSubpath()
                for hole in part.interiors:
                    path.addPolygon(self.polygon(hole.coords))
                    path.closeSubpath()
        return path

    def line_path(self, line: LineString) -> QPainterPath:
        """Return a line as a path."""
        path = QPainterPath()
        path.addPolygon(self.polygon(line.coords))
        return path


def regular(sides: int, radius: float, turn_deg: float = 0.0) -> QPainterPath:
    """Return a regular polygon about the origin, one corner up plus a turn."""
    corners = [
        QPointF(
            radius * math.sin(math.radians(360 * i / sides + turn_deg)),
            -radius * math.cos(math.radians(360 * i / sides + turn_deg)),
        )
        for i in range(sides)
    ]
    path = QPainterPath()
    path.addPolygon(QPolygonF(corners))
    path.closeSubpath()
    return path


def square(half: float) -> QPainterPath:
    """Return a square about the origin."""
    path = QPainterPath()
    path.addRect(QRectF(-half, -half, 2 * half, 2 * half))
    return path


def charger_path(kw_class: float, outlets: int) -> QPainterPath:
    """Return the outline of a charger: its shape says the kW class."""
    if kw_class >= 150:
        return square(6.5)
    if kw_class >= 120:
        return regular(6, 7.4)
    if kw_class >= 100:
        return regular(5, 7.4)
    if kw_class >= 75:
        return regular(4, 8.0)
    if kw_class >= 50:
        return square(5.6)
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), 5.2, 5.2)
    if outlets > 1:
        path.moveTo(-5.2, 0)
        path.lineTo(5.2, 0)
    return path


def pillar_path() -> QPainterPath:
    """Return a feeder pillar: an upright box."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(-5, -7, 10, 14), 1, 1)
    return path


def pillar_lines() -> QPainterPath:
    """Return the two short lines on a feeder pillar."""
    path = QPainterPath()
    path.addRect(QRectF(-2.4, -4, 4.8, 2.2))
    path.addRect(QRectF(-2.4, 1.4, 4.8, 2.2))
    return path


def board_path() -> QPainterPath:
    """Return an existing board: a box with its diagonal."""
    path = QPainterPath()
    path.addRect(QRectF(-6.5, -5, 13, 10))
    path.moveTo(-6.5, 5)
    path.lineTo(6.5, -5)
    return path


def transformer_path() -> QPainterPath:
    """Return a transformer: two rings."""
    path = QPainterPath()
    path.addEllipse(QPointF(-3.6, 0), 6.2, 6.2)
    path.addEllipse(QPointF(3.6, 0), 6.2, 6.2)
    return path


def hatch_path(corners: QPolygonF, step_m: float = 0.55) -> QPainterPath:
    """Return slanting lines between the long sides of a four-cornered strip."""
    path = QPainterPath()
    a, b, c, d = (corners.at(i) for i in range(4))
    count = max(2, int(math.hypot(b.x() - a.x(), b.y() - a.y()) / step_m))
    for i in range(count):
        s, t = i / count, min(1.0, (i + 1.2) / count)
        path.moveTo(a + (b - a) * s)
        path.lineTo(d + (c - d) * t)
    return path


def upright_deg(dx: float, dy: float) -> float:
    """Return the direction of a scene vector as a text angle that is never upside down."""
    angle = math.degrees(math.atan2(dy, dx))
    while angle > 90:
        angle -= 180
    while angle <= -90:
        angle += 180
    return angle
