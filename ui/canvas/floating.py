"""Panels that float on the plan: tools, scale bar, north arrow, legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from planner.documents.palette import kw_class
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.site import AreaKind, Site
from ui.canvas import shapes
from ui.canvas.scene import pen
from ui.icons import icon
from ui.present.text import label_of, power
from ui.theme import font_of, theme
from ui.widgets.basic import bar, label
from ui.widgets.fields import choice


class ScaleBar(QWidget):
    """A scale bar whose length is a round number of metres."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._px_per_m = 1.0
        self.setFixedSize(158, 34)
        self.setAccessibleName("Scale bar")

    def set_zoom(self, px_per_m: float) -> None:
        """Take a new zoom."""
        self._px_per_m = px_per_m
        self.update()

    @property
    def length_m(self) -> float:
        """Return the round length shown."""
        steps = [float(f"{s}e{p}") for p in range(-1, 5) for s in (1, 2, 5)]
        fitting = [s for s in steps if s * self._px_per_m <= 128]
        return max(fitting, default=steps[0])

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        ground = QColor(tokens.surface)
        ground.setAlphaF(0.85)
        painter.fillRect(self.rect(), ground)
        width = self.length_m * self._px_per_m
        painter.setPen(QPen(QColor(tokens.text), 1.4))
        left, y = 12.0, 26.0
        painter.drawPolyline(
            [QPointF(left, y - 6), QPointF(left, y), QPointF(left + width, y),
             QPointF(left + width, y - 6)]
        )  # fmt: skip
        painter.drawLine(QPointF(left + width / 2, y - 4), QPointF(left + width / 2, y))
        painter.setFont(font_of(11))
        painter.drawText(QPointF(left - 3, 15), "0")
        half = QRectF(left + width / 2 - 30, 4, 60, 14)
        painter.drawText(half, int(Qt.AlignmentFlag.AlignHCenter), f"{self.length_m / 2:g}")
        text = f"{self.length_m:g} m"
        painter.drawText(
            QRectF(0, 4, min(left + width + 8, self.width() - 2), 14),
            int(Qt.AlignmentFlag.AlignRight), text,
        )  # fmt: skip
        painter.end()


class NorthArrow(QWidget):
    """Says where north is; the plan is never turned."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(36, 36)
        self.setAccessibleName("North is up")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawEllipse(QRectF(0.5, 0.5, 35, 35))
        painter.setPen(QPen(QColor(tokens.text), 1))
        path = QPainterPath()
        path.addPolygon(
            QPolygonF([QPointF(18, 6), QPointF(22, 20), QPointF(18, 17), QPointF(14, 20)])
        )
        path.closeSubpath()
        painter.fillPath(path, QColor(tokens.text))
        painter.setFont(font_of(9))
        painter.drawText(QRectF(0, 20, 36, 12), int(Qt.AlignmentFlag.AlignCenter), "N")
        painter.end()


DRAWN = (
    ("area", "Bay area (A)"), ("strip", "Row of bays (B)"), ("building", "Building"),
    ("surface", "Surface"), ("keep_out", "Keep-out area"), ("intake", "Intake"),
)  # fmt: skip


class ToolBar(QFrame):
    """The floating tool bar of the plan."""

    chosen = Signal(str)
    draw_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("floating")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for name, picture, tip in (
            ("select", "mouse-pointer-2", "Select (V)"),
            ("pan", "hand", "Pan (H)"),
            ("", "", ""),
            ("measure", "ruler", "Measure (M)"),
            ("fit", "maximize", "Fit the site (F)"),
            ("", "", ""),
            ("locate", "locate-fixed", "Centre the selected object"),
        ):
            if not name:
                row.addWidget(bar(20))
                continue
            button = QToolButton(self)
            button.setIcon(icon(picture, "text"))
            button.setIconSize(QSize(17, 17))
            button.setFixedSize(30, 28)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setCheckable(name in ("select", "pan", "measure"))
            button.setAutoExclusive(False)
            button.clicked.connect(lambda _checked, n=name: self.chosen.emit(n))
            self.buttons[name] = button
            row.addWidget(button)
        row.addWidget(bar(20))
        row.addWidget(self._draw_button())
        self.mark("select")

    def _draw_button(self) -> QToolButton:
        """Return the button with the menu of drawing tools."""
        button = QToolButton(self)
        button.setIcon(icon("pencil", "text"))
        button.setIconSize(QSize(17, 17))
        button.setFixedSize(30, 28)
        button.setToolTip("Draw on the plan")
        button.setAccessibleName("Draw on the plan")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name, words in DRAWN:
            menu.addAction(words).triggered.connect(
                lambda _checked=False, n=name: self.draw_chosen.emit(n)
            )
        button.setMenu(menu)
        self.buttons["draw"] = button
        return button

    def mark(self, name: str) -> None:
        """Show which tool is active."""
        for other in ("select", "pan", "measure"):
            self.buttons[other].setChecked(other == name)


class ColourBy(QFrame):
    """Chooses what the bays are coloured by; its values are kW, None for nothing."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, choices: Sequence[tuple[str, float | None]]) -> None:
        super().__init__(parent)
        self.setObjectName("floating")
        self._values = [value for _text, value in choices]
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.setSpacing(6)
        caption = label("Colour by", "label")
        self.box = choice("Colour bays by", [text for text, _v in choices], 0, self._chosen)
        self.box.setMinimumWidth(168)
        caption.setBuddy(self.box)
        row.addWidget(caption)
        row.addWidget(self.box)

    @property
    def value(self) -> float | None:
        """What is chosen."""
        return self._values[self.box.currentIndex()]

    def _chosen(self, index: int) -> None:
        self.chosen.emit(self._values[index])


class Swatch(QWidget):
    """A small picture of a plan symbol."""

    def __init__(self, symbol: str, side: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, self._symbol, QRectF(self.rect()))
        painter.end()


def paint_swatch(painter: QPainter, symbol: str, box: QRectF) -> None:
    """Draw a symbol by its name: 'kw-150-1', 'trench-grass', 'feeder', 'bay' ..."""
    plan, tokens = theme.tokens.plan, theme.tokens
    painter.save()
    painter.translate(box.center())
    kind, _, rest = symbol.partition("-")
    if kind == "kw":
        reached, outlets = (float(x) for x in rest.split("-"))
        painter.setPen(pen(plan.ink, 1.3))
        painter.setBrush(QColor(tokens.surface if reached >= 150 else tokens.kw[reached]))
        painter.drawPath(shapes.charger_path(reached, int(outlets)))
        if reached >= 150:
            painter.fillPath(shapes.square(3.6), QColor(tokens.kw[reached]))
    elif kind in ("trench", "feeder", "cable", "duct", "dash"):
        _paint_line_swatch(painter, kind, rest, box.width() / 2)
    else:
        _paint_area_swatch(painter, kind, rest)
    painter.restore()


def _paint_line_swatch(painter: QPainter, kind: str, rest: str, half: float) -> None:
    plan, tokens = theme.tokens.plan, theme.tokens
    if kind == "trench":
        dash = {"grass": [4.0, 2.5], "paving": [1.5, 2.0], "concrete": [7.0, 2.0]}.get(rest)
        fill = QColor(plan.trench)
        fill.setAlphaF(0.28)
        painter.fillRect(QRectF(-half, -2.5, 2 * half, 5), fill)
        painter.setPen(pen(plan.trench, 1.2, dash))
        painter.drawLine(QPointF(-half, -2.5), QPointF(half, -2.5))
        painter.drawLine(QPointF(-half, 2.5), QPointF(half, 2.5))
        return
    pens = {
        "feeder": pen(plan.feeder, 2.2), "cable": pen(plan.cable, 1.5),
        "duct": pen(plan.duct, 1.6, [2, 3]), "dash": pen(tokens.text, 1.6, [4, 2]),
    }  # fmt: skip
    painter.setPen(pens[kind])
    painter.drawLine(QPointF(-half, 0), QPointF(half, 0))


def _paint_area_swatch(painter: QPainter, kind: str, colour: str = "") -> None:
    plan, tokens = theme.tokens.plan, theme.tokens
    square = QRectF(-5.5, -5.5, 11, 11)
    if kind == "fill":
        painter.setPen(QPen(QColor(plan.bay_line), 1))
        painter.setBrush(QColor(colour))
        painter.drawRect(square)
        return
    fills = {"building": plan.building, "surface": plan.asphalt, "bay": plan.bay,
             "board": plan.ink, "charger": tokens.kw[75.0]}  # fmt: skip
    edge = {"keep_out": plan.keep_out, "building": plan.building_edge, "board": plan.ink}
    painter.setPen(QPen(QColor(edge.get(kind, tokens.control)), 1.2))
    painter.setBrush(QColor(fills[kind]) if kind in fills else Qt.BrushStyle.NoBrush)
    if kind == "pillar":
        painter.setBrush(QColor(plan.ink))
        painter.drawPath(shapes.pillar_path())
        painter.fillPath(shapes.pillar_lines(), QColor(tokens.surface))
    elif kind in ("tree", "ring"):
        painter.setBrush(QColor(plan.tree) if kind == "tree" else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(plan.tree_edge if kind == "tree" else plan.ink), 1.2))
        painter.drawEllipse(QPointF(0, 0), 5, 5)
    else:
        painter.drawRoundedRect(square, 2, 2)
        if kind == "hatch":
            for x in (-5, -1, 3):
                painter.drawLine(QPointF(x, 5), QPointF(min(x + 8, 5), 5 - min(8, 5 - x)))


class Legend(QFrame):
    """Lists only what is on the plan; closable."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("floating")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(10, 8, 26, 8)
        self._rows.setSpacing(2)
        self._entries: tuple[tuple[str, str], ...] = ()
        self.closed = False
        self._close = QToolButton(self)
        self._close.setIcon(icon("x"))
        self._close.setIconSize(QSize(12, 12))
        self._close.setToolTip("Close the legend")
        self._close.setAccessibleName("Close the legend")
        self._close.setFixedSize(20, 20)
        self._close.clicked.connect(lambda _c=False: self.close_it())

    def close_it(self) -> None:
        """Close the legend until the program is opened again."""
        self.closed = True
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._close.move(self.width() - 23, 3)
        self._close.raise_()

    def set_entries(self, entries: tuple[tuple[str, str], ...]) -> None:
        """Show these symbols; an empty legend hides."""
        if entries != self._entries:
            self._entries = entries
            while self._rows.count():
                item = self._rows.takeAt(0)
                widget = item.widget() if item else None
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            for symbol, text in entries:
                row = self._row(symbol, text)
                self._rows.addWidget(row)
                row.show()  # the legend may be on screen already
        self.setVisible(bool(entries) and not self.closed)
        self.adjustSize()

    def _row(self, symbol: str, text: str) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if symbol != "title":
            row.addWidget(Swatch(symbol, 20, holder))
        row.addWidget(label(text, "strong" if symbol == "title" else "small"))
        row.addStretch(1)
        return holder


def legend_entries(
    site: Site | None, design: Design | None, models: Mapping[ModelId, tuple[float, int]]
) -> tuple[tuple[str, str], ...]:
    """Return what the plan shows: symbol name and text, most powerful last."""
    if site is None or design is None:
        return ()
    kinds = sorted({models[c.model] for c in design.chargers.values() if c.model in models})
    entries = []
    for kw, outlets in kinds:
        sockets = ", two sockets" if outlets > 1 else ""
        entries.append((f"kw-{kw_class(kw):g}-{outlets}", f"{power(kw)} kW{sockets}"))
    if design.boards:
        entries.append(("pillar", "Feeder pillar"))
    surfaces = {t.surface for t in design.trenches.values() if not t.existing_duct}
    entries += [
        (f"trench-{s.value}", f"Trench in {label_of(s).lower()}") for s in AreaKind if s in surfaces
    ]
    circuits = {c.sized.demand.kind for c in design.circuits.values()}
    if "feeder" in circuits:
        entries.append(("feeder", "Feeder cable"))
    if "final" in circuits:
        entries.append(("cable", "Circuit cable"))
    if site.ducts:
        entries.append(("duct", "Existing duct"))
    return tuple(entries)
