"""The start page: new, open, recent, samples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSettings, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

import data
from ui.header import Logo
from ui.theme import font_of, theme
from ui.widgets.basic import Clickable, Picture, button, clear, column, label, line
from ui.widgets.pressable import Pressable

SAMPLES = (
    ("hotel", "Hotel with office", "120 bays, 500 kVA transformer"),
    ("depot", "Van depot", "40 vans, overnight"),
    ("services", "Motorway services", "Rapid charging"),
)
_KEPT = 8


def recent_files(settings: QSettings) -> list[Path]:
    """Return recently opened projects that still exist."""
    stored = settings.value("recent", [])
    names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
    return [path for path in map(Path, names) if path.is_file()]


def remember_file(settings: QSettings, path: Path) -> None:
    """Put a project first among the recent ones."""
    others = [p for p in recent_files(settings) if p != path]
    settings.setValue("recent", [str(p) for p in (path, *others)][:_KEPT])


class SampleTile(Pressable):
    """A sample site drawn from its map."""

    def __init__(self, name: str, title: str, words: str) -> None:
        super().__init__()
        self._title, self._words = title, words
        self._shapes = sample_shapes(name)
        self.setFixedSize(224, 190)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Open sample {title}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, 0.5, self.width() - 1, 139)
        painter.setPen(QPen(QColor(tokens.accent if self._lit else tokens.border),
                            2 if self._lit else 1))  # fmt: skip
        painter.setBrush(QColor(tokens.plan.paper))
        painter.drawRoundedRect(box, 6, 6)
        painter.setClipRect(box.adjusted(1, 1, -1, -1))
        self._paint_map(painter, box)
        painter.setClipping(False)
        painter.setPen(QColor(tokens.text))
        painter.setFont(font_of(13, QFont.Weight.Medium))
        painter.drawText(QPointF(0, 161), self._title)
        painter.setPen(QColor(tokens.text2))
        painter.setFont(font_of(12))
        painter.drawText(QPointF(0, 179), self._words)
        painter.end()

    @property
    def _lit(self) -> bool:
        return self._hover or self.hasFocus()

    def _paint_map(self, painter: QPainter, box: QRectF) -> None:
        if not self._shapes:
            return
        plan = theme.tokens.plan
        fills = {"asphalt": plan.asphalt, "grass": plan.grass, "paving": plan.paving,
                 "road": plan.road, "building": plan.building, "bay": plan.bay}  # fmt: skip
        bays = [r for kind, r in self._shapes if kind in ("bay", "building")]
        xs = [p[0] for ring in bays for p in ring]
        ys = [p[1] for ring in bays for p in ring]
        wide, tall = max(xs) - min(xs), max(ys) - min(ys)
        scale = min((box.width() - 16) / wide, (box.height() - 16) / tall)
        east, north = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        painter.save()
        painter.translate(box.center())
        painter.scale(scale, scale)
        for kind, ring in self._shapes:
            edge = QPen(QColor(plan.bay_line if kind == "bay" else plan.building_edge), 0.8)
            edge.setCosmetic(True)
            painter.setPen(edge if kind in ("bay", "building") else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fills.get(kind, plan.paper)))
            painter.drawPolygon(QPolygonF([QPointF(x - east, north - y) for x, y in ring]))
        painter.restore()


def sample_shapes(name: str) -> list[tuple[str, list[tuple[float, float]]]]:
    """Return kind and ring of a sample's areas and bays, in roughly square degrees."""
    import math

    try:
        path = data.sample_path(f"{name}/map.geojson")
    except FileNotFoundError:
        return []
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    made: list[tuple[str, list[tuple[float, float]]]] = []
    for feature in features:
        kind = feature["properties"].get("kind") or feature["properties"].get("layer")
        if feature["geometry"]["type"] != "Polygon" or kind in ("boundary", "keep_out", "trees"):
            continue
        ring = feature["geometry"]["coordinates"][0]
        squash = math.cos(math.radians(ring[0][1]))
        made.append(("bay" if kind == "bays" else kind, [(x * squash, y) for x, y, *_ in ring]))
    order = ("grass", "road", "asphalt", "paving", "bay", "building")
    made.sort(key=lambda part: order.index(part[0]) if part[0] in order else 0)
    return made


class StartPage(QWidget):
    """Where work begins."""

    new_asked = Signal()
    open_asked = Signal()
    file_chosen = Signal(object)
    sample_chosen = Signal(str)

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._side())
        outer.addWidget(self._main(), 1)

    def _side(self) -> QFrame:
        side = QFrame()
        side.setObjectName("rail")
        side.setFixedWidth(372)
        box = QVBoxLayout(side)
        box.setContentsMargins(40, 56, 40, 24)
        box.setSpacing(8)
        name = line(Logo(28), label("Ampyard", "page"), 1, spacing=12)
        box.addLayout(name)
        box.addWidget(label("Plan charging sites from map to quote.", "label"))
        box.addSpacing(16)
        new = button("New project", self.new_asked.emit, "file-plus", primary=True)
        new.setToolTip("New project (Ctrl+N)")
        opening = button("Open", self.open_asked.emit, "folder-open")
        opening.setToolTip("Open a project (Ctrl+O)")
        opening.setMinimumHeight(34)
        box.addWidget(new)
        box.addWidget(opening)
        box.addSpacing(20)
        box.addWidget(label("Recent", "group"))
        self._recent = column(0)
        box.addLayout(self._recent)
        box.addStretch(1)
        foot = line(1, label("Works offline", "hint"))
        box.addLayout(foot)
        self.refresh()
        return side

    def _main(self) -> QFrame:
        main = QFrame()
        main.setObjectName("panel")
        main.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        box = QVBoxLayout(main)
        box.setContentsMargins(56, 56, 40, 24)
        box.setSpacing(8)
        box.addWidget(label("Begin with a site", "page"))
        box.addWidget(
            label("Drop a map anywhere in this window, or open a sample and try the six steps.",
                  "label")
        )  # fmt: skip
        box.addSpacing(12)
        box.addWidget(self._steps())
        box.addSpacing(28)
        box.addLayout(
            line(label("Samples", "section"), 1, label("Copies open; originals stay.", "small"))
        )
        box.addSpacing(6)
        tiles = QHBoxLayout()
        tiles.setSpacing(20)
        self.tiles: list[SampleTile] = []
        for name, title, words in SAMPLES:
            tile = SampleTile(name, title, words)
            tile.clicked.connect(lambda n=name: self.sample_chosen.emit(n))
            self.tiles.append(tile)
            tiles.addWidget(tile)
        tiles.addStretch(1)
        box.addLayout(tiles)
        box.addStretch(1)
        return main

    def _steps(self) -> QWidget:
        holder = QFrame()
        holder.setProperty("card", True)
        grid = QGridLayout(holder)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        words = (
            ("map", "Site", "Bays, buildings, surfaces"), ("zap", "Supply", "Capacity and load"),
            ("car-front", "Demand", "Who parks, how long"),
            ("drafting-compass", "Propose", "Three complete designs"),
            ("shield-check", "Check", "Grid and wiring rules"),
            ("file-check", "Deliver", "Quote, BOM and plan"),
        )  # fmt: skip
        for index, (picture, title, text) in enumerate(words):
            grid.addWidget(Picture(picture, "accent", 20), 0, index, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(title, "strong"), 1, index)
            about = label(text, "small", wrap=True)
            about.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(about, 2, index)
            grid.setColumnStretch(index, 1)
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return holder

    def refresh(self) -> None:
        """List recent projects."""
        clear(self._recent)
        files: Sequence[Path] = recent_files(self._settings)
        for path in files:
            row = Clickable(f"Open {path.stem}")
            box = QHBoxLayout(row)
            box.setContentsMargins(10, 6, 10, 6)
            words = column(0)
            words.addWidget(label(path.stem, "name"))
            words.addWidget(label(str(path.parent), "tiny"))
            box.addLayout(words, 1)
            when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            box.addWidget(label(f"{when.day} {when:%b}", "small"), 0, Qt.AlignmentFlag.AlignTop)
            row.clicked.connect(lambda p=path: self.file_chosen.emit(p))
            self._recent.addWidget(row)
        if not files:
            self._recent.addWidget(label("Nothing opened yet.", "hint"))
