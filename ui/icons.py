"""Icons: Lucide SVGs drawn in a colour role of the theme on screen."""

from __future__ import annotations

import functools

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import data
from ui.theme import theme


@functools.cache
def _source(name: str) -> str:
    return data.asset_path(f"icons/{name}.svg").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=1024)
def _rendered(name: str, colour: str, width: int, height: int) -> QPixmap:
    """Render once per icon, colour and size in device pixels; stroke about 1.6 px."""
    points = min(width, height)
    stroke = f'stroke-width="{24 / max(points, 1) * 1.35:.2f}"' if points < 24 else ""
    text = _source(name).replace("currentColor", colour)
    if stroke:
        text = text.replace('stroke-width="2"', stroke)
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(text.encode()).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return pixmap


def colour_of(role: str, mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
    """Return the colour of a role now; disabled icons take the hint colour."""
    tokens = theme.tokens
    if mode is QIcon.Mode.Disabled:
        return tokens.control
    return role if role.startswith("#") else str(getattr(tokens, role))


class ThemeIconEngine(QIconEngine):
    """Draws an SVG with `currentColor` taken from the theme at paint time."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        return _engine(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device else 1.0
        side = min(rect.width(), rect.height())
        pixmap = _rendered(
            self._name, colour_of(self._role, mode), round(side * ratio), round(side * ratio)
        )
        box = QRect(QPoint(0, 0), QSize(side, side))
        box.moveCenter(rect.center())
        painter.drawPixmap(box, pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        return _rendered(self._name, colour_of(self._role, mode), size.width(), size.height())


_engines: list[QIconEngine] = []


def _engine(name: str, role: str) -> QIconEngine:
    """Make an engine and keep it: Qt does not hold the Python half alive."""
    engine = ThemeIconEngine(name, role)
    _engines.append(engine)
    return engine


@functools.cache
def icon(name: str, role: str = "text2") -> QIcon:
    """Return an icon in a colour role; it repaints itself in a new theme."""
    return QIcon(_engine(name, role))


def draw_icon(painter: QPainter, name: str, role: str, rect: QRect) -> None:
    """Paint an icon into a rectangle."""
    icon(name, role).paint(painter, rect)
