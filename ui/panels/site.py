"""Step 1, Site: layers with their counts, maps to add, what reading them found."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from grid.findings import Severity
from planner.inputs.drawn import is_drawn_parking
from planner.model.site import Area, Site
from ui.canvas.floating import paint_swatch
from ui.icons import icon
from ui.panels.panel import Panel
from ui.panels.underlay_row import UnderlayRow
from ui.present.layers import Layer, layers
from ui.present.text import count
from ui.session import Session
from ui.theme import font_of, theme
from ui.widgets.basic import button, clear, column, label, line, link, note, rule


class LayerRow(QWidget):
    """One layer: eye, swatch, name, count."""

    toggled = Signal(str, bool)
    chosen = Signal(str)

    def __init__(self, layer: Layer, *, visible: bool) -> None:
        super().__init__()
        self._layer, self._visible = layer, visible
        self._selected = self._hover = False
        self.setFixedHeight(26)
        self.setMouseTracking(True)
        self._eye = QToolButton(self)
        self._eye.setGeometry(12, 1, 24, 24)
        self._eye.setIconSize(QSize(15, 15))
        self._eye.clicked.connect(lambda _c=False: self.set_visible(not self._visible))
        self._paint_eye()

    def set_visible(self, visible: bool) -> None:
        """Show or hide the layer on the plan."""
        self._visible = visible
        self._paint_eye()
        self.update()
        self.toggled.emit(self._layer.key, visible)

    def _paint_eye(self) -> None:
        self._eye.setIcon(icon("eye" if self._visible else "eye-off"))
        verb = "Hide" if self._visible else "Show"
        self._eye.setToolTip(f"{verb} {self._layer.title.lower()}")
        self._eye.setAccessibleName(f"{verb} {self._layer.title.lower()}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self._layer.key)

    def enterEvent(self, event: object) -> None:
        self._hover = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hover = False
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 0, -8, 0), 3, 3)
        paint_swatch(painter, self._layer.swatch, QRectF(38, 5, 16, 16))
        painter.setFont(font_of(13, QFont.Weight.Normal))
        painter.setPen(QColor(tokens.text if self._visible else tokens.text3))
        painter.drawText(
            QRectF(60, 0, self.width() - 60 - 56, 26),
            int(Qt.AlignmentFlag.AlignVCenter), self._layer.title,
        )  # fmt: skip
        painter.setPen(QColor(tokens.text3))
        painter.drawText(
            QRectF(self.width() - 66, 0, 50, 26),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            f"{self._layer.count:,}",
        )  # fmt: skip
        painter.end()


class SitePanel(Panel):
    """Layers of the plan."""

    add_map = Signal()
    layer_toggled = Signal(str, bool)
    report_asked = Signal()
    table_asked = Signal(str)
    add_underlay = Signal()
    online_asked = Signal()
    bays_asked = Signal(str)
    calibrate_asked = Signal(str)
    move_asked = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Layers")
        self._hidden: set[str] = set()
        self._shown: tuple[object, ...] = ()
        top = column(8, (16, 4, 16, 4))
        top.addLayout(
            line(
                button("Add map", self.add_map.emit, "plus"),
                _named(button("Underlay", self.add_underlay.emit, "plus"), "Add underlay"), 1,
            )
        )  # fmt: skip
        top.addWidget(link("Online map…", self.online_asked.emit), 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(top)
        self._list = column(0)
        self.body.addLayout(self._list)
        self._more = column(0)
        self.body.addLayout(self._more)
        self._foot = column(0)
        self.foot.addLayout(self._foot)

    def refresh(self) -> None:
        """List the layers with their counts."""
        document = self.session.document
        site = document.require().site
        clear(self._list)
        group = ""
        for layer in layers(site, document.design):
            if layer.group != group:
                if group:
                    self._list.addSpacing(8)
                    self._list.addWidget(rule())
                heading = label(layer.group, "group")
                heading.setContentsMargins(16, 8, 0, 4)
                self._list.addWidget(heading)
                group = layer.group
            row = LayerRow(layer, visible=layer.key not in self._hidden)
            row.toggled.connect(self._toggle)
            row.chosen.connect(self._table)
            self._list.addWidget(row)
        self._show_more(site)
        clear(self._foot)
        if site.import_notes:
            text = f"Reading the maps left {count(len(site.import_notes), 'note')}."
            self._foot.addWidget(
                note(text, Severity.INFO, link("Show the report", self.report_asked.emit))
            )
        if not site.bays:
            self._foot.addWidget(
                note("Drop map files here, or draw the first bays (A).", Severity.INFO)
            )

    def _show_more(self, site: Site) -> None:
        """List underlays and drawn bay areas; an underlay whose slider moves stays."""
        areas = tuple(a for a in site.areas.values() if is_drawn_parking(a))
        shown = (tuple((u.id, u.name, u.calibrated) for u in site.underlays), areas)
        if shown == self._shown:
            for row in self.findChildren(UnderlayRow):
                row.show_state(site)
            return
        self._shown = shown
        clear(self._more)
        if site.underlays:
            self._heading("Underlays")
        for underlay in reversed(site.underlays):
            row = UnderlayRow(self.session, underlay)
            row.calibrate_asked.connect(self.calibrate_asked)
            row.move_asked.connect(self.move_asked)
            self._more.addWidget(row)
        if areas:
            self._heading("Drawn bay areas")
        for area in areas:
            self._more.addWidget(self._drawn_row(area))

    def _heading(self, text: str) -> None:
        self._more.addSpacing(8)
        self._more.addWidget(rule())
        heading = label(text, "group")
        heading.setContentsMargins(16, 8, 0, 4)
        self._more.addWidget(heading)

    def _drawn_row(self, area: Area) -> QWidget:
        holder = QWidget()
        key = str(area.id)
        words = label(key)
        words.setToolTip(f"{area.polygon.area:,.0f} m²")
        remove = link("Remove", lambda: self.session.remove_filled(key))
        across = line(
            words, 1,
            link("Edit bays", lambda: self.bays_asked.emit(key)), remove,
        )  # fmt: skip
        across.setContentsMargins(16, 2, 16, 2)
        holder.setLayout(across)
        return holder

    def _toggle(self, layer: str, visible: bool) -> None:
        (self._hidden.discard if visible else self._hidden.add)(layer)
        self.layer_toggled.emit(layer, visible)

    def _table(self, layer: str) -> None:
        tables = {"bay": "Bays", "accessible": "Bays", "trench": "Trenches",
                  "circuit": "Circuits", "charger": "Chargers"}  # fmt: skip
        self.table_asked.emit(tables.get(layer, "Areas"))


def _named(made: QPushButton, name: str) -> QPushButton:
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made
