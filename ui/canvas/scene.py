"""The plan as a scene: one C++ item per object, coloured from the tokens.

Items carry their kind and id; nothing here paints in Python. Symbols keep their
size in pixels by an item scale that the view sets when it zooms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import (
    QGraphicsEllipseItem,
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsPolygonItem,
    QGraphicsScene,
)
from shapely import LineString, Point, total_bounds

from planner.documents.palette import kw_class
from planner.inputs.blank import extent
from planner.model.charger import ChargerModel
from planner.model.design import Charger, Circuit, Design, DesignBoard, Trench
from planner.model.ids import ModelId
from planner.model.site import Area, AreaKind, Bay, Site
from ui.canvas import shapes
from ui.canvas.labels import Label, bay_axes, site_labels
from ui.canvas.shapes import Frame
from ui.canvas.underlays import UnderlayLayer
from ui.present.headroom import BayColour
from ui.present.layers import layer_of_area
from ui.present.text import class_kw, power
from ui.theme import theme

Key = tuple[str, str]

_TRENCH_HALF_M = 0.45
_FRAME_KEPT_M = 2_000.0
_Z = {
    "surface": 0.0, "boundary": 12.0, "bay": 14.0, "accessible": 14.0, "tree": 16.0,
    "entrance": 18.0, "building": 20.0, "keep_out": 22.0, "duct": 24.0, "trench": 30.0,
    "circuit": 32.0, "substation": 40.0, "board": 40.0, "pillar": 42.0, "charger": 44.0,
}  # fmt: skip
SYMBOLS = ("charger", "pillar", "board", "substation")
_TRENCH_EDGE = {
    AreaKind.GRASS: [5.0, 3.0],
    AreaKind.PAVING: [1.5, 2.5],
    AreaKind.CONCRETE: [8.0, 2.0],
}


def pen(colour: str, width: float, dash: list[float] | None = None) -> QPen:
    """Return a pen of constant width on screen; dashes are in pixels."""
    made = QPen(QColor(colour), width)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dash:
        made.setDashPattern([length / width for length in dash])
    return made


NO_PEN = QPen(Qt.PenStyle.NoPen)


def _same_plan(one: Site | None, other: Site | None) -> bool:
    """Tell whether two sites have the very same objects on the plan."""
    if one is None or other is None:
        return one is other
    names = ("bays", "areas", "trees", "ducts", "entrances", "boards", "substation")
    if not one.bays and not one.areas and extent(one) != extent(other):
        return False
    return all(getattr(one, name) is getattr(other, name) for name in names)


class PlanScene(QGraphicsScene):
    """Site and design as items, re-made only where the objects changed."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = Frame()
        self.site: Site | None = None
        self.design: Design | None = None
        self.catalogue: Mapping[ModelId, ChargerModel] = {}
        self.items_by_key: dict[Key, QGraphicsItem] = {}
        self.labels: list[Label] = []
        self.design_labels: list[Label] = []
        self.hidden: set[str] = set()
        self.site_bounds = QRectF()
        self._made_from: dict[Key, object] = {}
        self.underlays = UnderlayLayer(self)
        self._symbol_scale = 0.15
        self._bay_pen, self._bay_brush = QPen(), QBrush()
        self._bay_colours: Mapping[str, BayColour] = {}

    def colour_bays(self, colours: Mapping[str, BayColour]) -> None:
        """Fill bays by id, with ink for what stands in them; an empty mapping undoes it."""
        if colours == self._bay_colours:
            return
        self._bay_colours = colours
        for (kind, name), item in self.items_by_key.items():
            if kind == "bay" and isinstance(item, QGraphicsPolygonItem):
                item.setBrush(self._bay_fill(name))
        if self.site is not None:
            self.labels = self._site_labels(self.site)

    def _bay_fill(self, bay: str) -> QBrush:
        colour = self._bay_colours.get(bay)
        if colour is None:
            return self._bay_brush
        if colour.fill:
            return QBrush(QColor(colour.fill))
        return QBrush(QColor(theme.tokens.plan.bay_line), Qt.BrushStyle.BDiagPattern)

    def show_plan(
        self,
        site: Site | None,
        design: Design | None,
        catalogue: Mapping[ModelId, ChargerModel],
        *,
        repaint: bool = False,
    ) -> None:
        """Show a site with a design; objects that are the same stay untouched."""
        if repaint or not _same_plan(site, self.site):
            self._clear()
            if site is not None:
                self._show_site(site)
        self.site = site
        self.catalogue, self.design = catalogue, design
        wanted: dict[Key, object] = {}
        if design is not None:
            wanted |= {("trench", str(k)): v for k, v in design.trenches.items()}
            wanted |= {("circuit", str(k)): v for k, v in design.circuits.items()}
            wanted |= {("pillar", str(k)): v for k, v in design.boards.items()}
            wanted |= {("charger", str(k)): v for k, v in design.chargers.items()}
        for key in [k for k, made in self._made_from.items() if wanted.get(k) is not made]:
            self.removeItem(self.items_by_key.pop(key))
            del self._made_from[key]
        for key, thing in wanted.items():
            if key not in self._made_from:
                self._made_from[key] = thing
                self._add(key, self._design_item(thing))

        self.design_labels = self._labels_of(design)

    def _labels_of(self, design: Design | None) -> list[Label]:
        """Name pillars, write the kW beside chargers, and mark what is pinned."""
        if design is None:
            return []
        bold = QFont.Weight.DemiBold
        labels = []
        for board in design.boards.values():
            at = self.frame.point(board.point) + QPointF(2.2, -1.7)
            labels.append(Label(str(board.id), at, 0, 11, bold, "text", 2.5, 9, layer="pillar"))
        for charger in design.chargers.values():
            model, at = self.catalogue.get(charger.model), self.frame.point(charger.point)
            if model is not None:
                text = power(class_kw(model))
                labels.append(
                    Label(text, at + QPointF(0.85, -0.85), 0, 10, bold, "text", 2.5, 24,
                          layer="charger")
                )  # fmt: skip
            if charger.pinned:
                labels.append(
                    Label("", at + QPointF(0.9, 0.9), 0, 8, role="text2", min_px=13,
                          layer="charger", icon="pin")
                )  # fmt: skip
        return labels

    def set_symbol_scale(self, scale: float) -> None:
        """Keep symbols at their size in pixels: metres per pixel."""
        self._symbol_scale = scale
        for (kind, _), item in self.items_by_key.items():
            if kind in SYMBOLS:
                item.setScale(scale)

    def set_stale(self, stale: bool) -> None:
        """Fade trenches and cables that no longer fit their chargers."""
        for (kind, _), item in self.items_by_key.items():
            if kind in ("trench", "circuit"):
                item.setOpacity(0.35 if stale else 1.0)

    def set_layer_visible(self, layer: str, visible: bool) -> None:
        """Show or hide a layer."""
        (self.hidden.discard if visible else self.hidden.add)(layer)
        for key, item in self.items_by_key.items():
            if self._layer_of(key, item) == layer:
                item.setVisible(visible)
        self.update()

    def place_of(self, key: Key) -> QPointF | None:
        """Return the middle of an object in the scene."""
        item = self.items_by_key.get(key)
        if item is None:
            return None
        if key[0] in SYMBOLS:
            return item.pos()
        if key[0] in ("trench", "circuit", "duct") and isinstance(item, QGraphicsPathItem):
            return item.path().pointAtPercent(0.5)
        return item.sceneBoundingRect().center()

    def _layer_of(self, key: Key, item: QGraphicsItem) -> str:
        return str(item.data(2) or key[0])

    def _clear(self) -> None:
        self.clear()
        self.underlays.forget_items()
        self.items_by_key.clear()
        self._made_from.clear()
        self.labels = []

    def _add(self, key: Key, item: QGraphicsItem, layer: str = "") -> None:
        layer = layer or key[0]
        item.setData(0, key[0])
        item.setData(1, key[1])
        item.setData(2, layer)
        item.setZValue(item.zValue() + _Z.get(layer, 10.0))
        if key[0] in SYMBOLS:
            item.setScale(self._symbol_scale)
        item.setVisible(layer not in self.hidden)
        self.addItem(item)
        self.items_by_key[key] = item

    def _show_site(self, site: Site) -> None:
        west, south, east, north = extent(site)
        middle = ((west + east) / 2, (south + north) / 2)
        if math.dist(middle, (self.frame.east, self.frame.north)) > _FRAME_KEPT_M:
            self.frame = Frame(*middle)  # else what is in view stays where it is
        plan = theme.tokens.plan
        self._bay_pen, self._bay_brush = pen(plan.bay_line, 0.9), QBrush(QColor(plan.bay))
        areas = sorted(site.areas.values(), key=lambda a: -a.polygon.area)
        for rank, area in enumerate(areas):
            item = self._area_item(area)
            item.setZValue(rank / (len(areas) + 1))
            self._add(("area", str(area.id)), item, layer_of_area(area.kind))
        for bay in site.bays.values():
            self._add(
                ("bay", str(bay.id)), self._bay_item(bay), "accessible" if bay.accessible else "bay"
            )
        for tree in site.trees:
            self._add(("tree", tree.id), self._tree_item(tree.point, tree.root_radius_m))
        for duct in site.ducts:
            self._add(("duct", duct.id), self._line_item(duct.line, pen(plan.duct, 1.6, [2, 3])))
        for board in site.boards.values():
            self._add(("board", str(board.id)), self._symbol(board.point, shapes.board_path()))
        if site.substation is not None:
            ring = self._symbol(site.substation, shapes.transformer_path(), filled=False)
            self._add(("substation", "substation"), ring)
        self.labels = self._site_labels(site)
        bounds = self._bounds(site)
        self.site_bounds = bounds
        margin = max(bounds.width(), bounds.height(), 20.0)
        self.setSceneRect(bounds.adjusted(-margin, -margin, margin, margin))

    def _site_labels(self, site: Site) -> list[Label]:
        inks = {bay: colour.ink for bay, colour in self._bay_colours.items()}
        labels = site_labels(site, self.frame, inks)
        if site.substation is not None:
            labels.append(
                Label("Substation", self.frame.point(site.substation) + QPointF(0, -3.4), 0, 11,
                      QFont.Weight.Medium, "text", 6.0, 30, layer="substation")
            )  # fmt: skip
        return labels

    def _bounds(self, site: Site) -> QRectF:
        """Return what 'fit' shows: the boundary, else everything but far surfaces."""
        limits = [a.polygon for a in site.areas.values() if a.kind is AreaKind.BOUNDARY]
        if not limits:
            limits = [b.polygon for b in site.bays.values()] or [
                a.polygon for a in site.areas.values()
            ]
        west, south, east, north = extent(site)
        if limits:
            west, south, east, north = (float(v) for v in total_bounds(limits))
        return QRectF(self.frame.xy(west, north), self.frame.xy(east, south))

    def _area_item(self, area: Area) -> QGraphicsItem:
        tokens = theme.tokens
        plan = tokens.plan
        item = QGraphicsPathItem(self.frame.area_path(area.polygon))
        fills = {
            AreaKind.ASPHALT: plan.asphalt, AreaKind.PAVING: plan.paving,
            AreaKind.CONCRETE: plan.paving, AreaKind.GRASS: plan.grass,
            AreaKind.ROAD: plan.road, AreaKind.PARKING: plan.asphalt,
        }  # fmt: skip
        if area.kind in fills:
            item.setPen(NO_PEN)
            item.setBrush(QColor(fills[area.kind]))
        elif area.kind is AreaKind.BUILDING:
            item.setPen(pen(plan.building_edge, 1.4))
            item.setBrush(QColor(plan.building))
        elif area.kind is AreaKind.KEEP_OUT:
            soft = QColor(tokens.surface)
            soft.setAlphaF(0.55)
            item.setPen(pen(plan.keep_out, 1.3, [4, 3]))
            item.setBrush(soft)
        else:
            item.setPen(pen(tokens.text2, 1.2, [9, 3, 2, 3]))
            item.setBrush(QBrush(Qt.BrushStyle.NoBrush))
        return item

    def _bay_item(self, bay: Bay) -> QGraphicsItem:
        plan = theme.tokens.plan
        item = QGraphicsPolygonItem(self.frame.polygon(bay.polygon.exterior.coords[:-1]))
        item.setPen(self._bay_pen)
        item.setBrush(self._bay_fill(str(bay.id)))
        if bay.accessible:
            centre, across, out = bay_axes(bay, self.frame)
            strip = min(1.2, 0.3 * bay.width_m)
            half, deep = bay.width_m / 2, bay.depth_m / 2
            corners = [
                centre + across * (half - strip) - out * deep,
                centre + across * (half - strip) + out * deep,
                centre + across * half + out * deep,
                centre + across * half - out * deep,
            ]
            hatch = QGraphicsPathItem(shapes.hatch_path(QPolygonF(corners)), item)
            hatch.setPen(pen(plan.bay_line, 0.9))
        return item

    def _tree_item(self, point: Point, radius_m: float) -> QGraphicsItem:
        plan = theme.tokens.plan
        at = self.frame.point(point)
        item = QGraphicsEllipseItem(
            at.x() - radius_m, at.y() - radius_m, 2 * radius_m, 2 * radius_m
        )
        item.setPen(pen(plan.tree_edge, 1.0))
        fill = QColor(plan.tree)
        fill.setAlphaF(0.75)
        item.setBrush(fill)
        dot = QGraphicsEllipseItem(at.x() - 0.2, at.y() - 0.2, 0.4, 0.4, item)
        dot.setPen(NO_PEN)
        dot.setBrush(QColor(plan.tree_edge))
        return item

    def _line_item(self, line: LineString, line_pen: QPen) -> QGraphicsPathItem:
        item = QGraphicsPathItem(self.frame.line_path(line))
        line_pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        item.setPen(line_pen)
        return item

    def _symbol(
        self, point: Point, path: QPainterPath, fill: str = "", *, filled: bool = True
    ) -> QGraphicsPathItem:
        tokens = theme.tokens
        item = QGraphicsPathItem(path)
        item.setPos(self.frame.point(point))
        item.setPen(pen(tokens.plan.ink, 1.4))
        item.setBrush(QColor(fill or tokens.surface) if filled else QBrush(Qt.BrushStyle.NoBrush))
        return item

    def _design_item(self, thing: object) -> QGraphicsItem:
        if isinstance(thing, Charger):
            return self._charger_item(thing)
        if isinstance(thing, DesignBoard):
            return self._pillar_item(thing)
        if isinstance(thing, Trench):
            return self._trench_item(thing)
        if isinstance(thing, Circuit):
            return self._circuit_item(thing)
        raise TypeError(type(thing).__name__)

    def _charger_item(self, charger: Charger) -> QGraphicsItem:
        tokens = theme.tokens
        model = self.catalogue.get(charger.model)
        reached = kw_class(class_kw(model) if model else 22.0)
        path = shapes.charger_path(reached, model.outlets if model else 1)
        if reached < 150:
            return self._symbol(charger.point, path, tokens.kw[reached])
        item = self._symbol(charger.point, path)
        core = QGraphicsPathItem(shapes.square(3.6), item)
        core.setPen(NO_PEN)
        core.setBrush(QColor(tokens.kw[reached]))
        return item

    def _pillar_item(self, board: DesignBoard) -> QGraphicsItem:
        tokens = theme.tokens
        item = self._symbol(board.point, shapes.pillar_path(), tokens.plan.ink)
        marks = QGraphicsPathItem(shapes.pillar_lines(), item)
        marks.setPen(NO_PEN)
        marks.setBrush(QColor(tokens.surface))
        return item

    def _trench_item(self, trench: Trench) -> QGraphicsItem:
        plan = theme.tokens.plan
        if trench.existing_duct:
            return self._line_item(trench.line, pen(plan.duct, 2.2, [2, 3]))
        band = trench.line.buffer(_TRENCH_HALF_M, cap_style="flat", join_style="mitre")
        item = QGraphicsPathItem(self.frame.area_path(band))
        fill = QColor(plan.trench)
        fill.setAlphaF(0.28)
        item.setBrush(fill)
        item.setPen(pen(plan.trench, 1.1, _TRENCH_EDGE.get(trench.surface)))
        return item

    def _circuit_item(self, circuit: Circuit) -> QGraphicsItem:
        plan = theme.tokens.plan
        feeder = circuit.sized.demand.kind == "feeder"
        item = self._line_item(
            circuit.route, pen(plan.feeder, 2.2) if feeder else pen(plan.cable, 1.5)
        )
        item.setZValue(0.5 if feeder else 0.0)
        return item
