"""Divide a drawn area, or the ground along a line, into bays; the result is seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from PySide6.QtWidgets import QCheckBox, QWidget
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from planner.inputs.drawn import Drawn, drawn_in, strip_outline, with_filled
from planner.inputs.picture import Shape
from planner.layout.bay_rows import ANGLES, FillOptions
from planner.model.site import Area, Bay
from ui.dialogs.importing import ImportDialog
from ui.dialogs.map_picture import MapPicture
from ui.present.text import count
from ui.session import Session
from ui.widgets.basic import label
from ui.widgets.fields import NumberField, choice, field_row

_FIELD_PX = 96
_ANGLES = tuple(reversed(ANGLES))
_ANGLE_WORDS = {90: "90°, square", 60: "60°", 45: "45°", 0: "0°, parallel"}


class BayFillDialog(ImportDialog):
    """Options of the filling at the left, the bays at the right; OK is one step."""

    task = "fill_bays"
    form_px = 300

    def __init__(
        self,
        session: Session,
        area: Area,
        parent: QWidget | None = None,
        *,
        strip: bool = False,
        line: LineString | None = None,
    ) -> None:
        self.area, self.strip, self._line = area, strip, line
        self.options = FillOptions()
        self.bays: tuple[Bay, ...] | None = None
        super().__init__(session, "Bays", str(area.id), parent)
        self.resize(900, 560)
        what = "Row along the line" if strip else "Area"
        self.told.setText(f"{what} {area.id}, {area.polygon.area:,.0f} m²")
        self._build_form()
        self.picture = MapPicture("Bays as they would be")
        self.evidence.addWidget(self.picture, 1)
        self.outcome = label("", "strong")
        self.evidence.addWidget(self.outcome)
        self.ask()

    def _build_form(self) -> None:
        self.form.addWidget(label("Stalls", "group"))
        self._number("Width", 2.5, "m", 2, 1.5, 6.0, lambda v: self._use(width_m=v))
        self._number("Depth", 5.0, "m", 2, 3.0, 25.0, lambda v: self._use(depth_m=v))
        if self.strip:
            self.form.addWidget(
                label("Bays lie to the left of the line, in the direction it was drawn.", "hint",
                      wrap=True)
            )  # fmt: skip
            self.form.addStretch(1)
            return
        self.angle = choice(
            "Angle", [_ANGLE_WORDS[a] for a in _ANGLES], 0,
            lambda i: self._use(angle_deg=_ANGLES[i]),
        )  # fmt: skip
        self.form.addWidget(field_row("Angle", self.angle, 120))
        self._number("Accessible bays", 0, "", 0, 0, 500, lambda v: self._use(accessible=int(v)))
        heading = label("Aisles", "group")
        heading.setContentsMargins(0, 10, 0, 2)
        self.form.addWidget(heading)
        self.one_way = QCheckBox("One way")
        self.one_way.toggled.connect(lambda on: self._use(one_way=on))
        self.form.addWidget(self.one_way)
        self.aisle = self._number("Width", None, "m", 2, 2.5, 12, lambda v: self._use(aisle_m=v))
        self.aisle.optional = True
        self.aisle.setAccessibleName("Aisle width, m")
        self.aisle.cleared.connect(lambda: self._use(aisle_m=None))
        self._show_aisle()
        self.form.addStretch(1)

    def _number(
        self, name: str, value: float | None, unit: str, decimals: int, low: float, high: float,
        change: Any,
    ) -> NumberField:  # fmt: skip
        field = NumberField(name, unit, decimals, low, high)
        field.show_value(value)
        field.committed.connect(change)
        self.form.addWidget(field_row(name, field, _FIELD_PX))
        return field

    def _use(self, **changed: Any) -> None:
        self.options = replace(self.options, **changed)
        if not self.strip:
            self._show_aisle()
        self.ask()

    def _show_aisle(self) -> None:
        usual = replace(self.options, aisle_m=None).aisle_width_m
        self.aisle.setPlaceholderText(f"{usual:.2f}")

    def wanted(self) -> Drawn:
        """Return what is to be filled with the options chosen."""
        if self._line is not None:
            outline = strip_outline(self._line, self.options.depth_m)
            self.area = replace(self.area, polygon=outline)
        site = self.session.document.require().site
        return drawn_in(site, self.area.polygon, self.options, str(self.area.id), strip=self.strip)

    def arguments(self) -> tuple[object, ...]:
        return (self.wanted(),)

    def show_seen(self, seen: Sequence[Bay]) -> None:
        """Show the bays that fit."""
        self.bays = tuple(seen)
        wanted = self.wanted()
        shapes = [_shape("parking", self.area.polygon)]
        shapes += [_shape("building", o) for o in wanted.obstacles if "Polygon" in o.geom_type]
        shapes += [_shape("bay", bay.polygon) for bay in self.bays]
        self.picture.show_shapes(shapes, 0, in_metres=True)
        rows = len({bay.row for bay in self.bays})
        accessible = sum(bay.accessible for bay in self.bays)
        also = f", {count(accessible, 'of them accessible', 'of them accessible')}"
        self.outcome.setText(
            f"{count(len(self.bays), 'bay')} in {count(rows, 'row')}{also if accessible else ''}"
            if self.bays else "No bay and its aisle fit; draw a larger area or make stalls smaller."
        )  # fmt: skip
        words = f"Draw {count(len(self.bays), 'bay')}" if self.bays else "Draw the area alone"
        self.set_ready(words, "")

    def take(self) -> None:
        """Put the area and its bays on the plan as one step."""
        area, bays = self.area, self.bays or ()
        self.session.edit("Draw bays", lambda p: with_filled(p, area, bays))


def _shape(role: str, geometry: BaseGeometry) -> Shape:
    hull = geometry if isinstance(geometry, Polygon) else geometry.convex_hull
    return Shape(role, "", "outlines", np.asarray(shapely.get_coordinates(hull)))
