"""What a reader of underlays takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.inputs.report import Action, Note, gravest
from planner.model.underlay import Underlay

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class UnderlayOptions:
    """Answers the user gives beforehand.

    `epsg` and `around` are the site's system and extent, unknown before there is
    a site. `crs` names the system of a picture that does not say it, `page` the
    page of a document from 1, `scale` the denominator printed on it (500 for
    1:500), `unit` the unit of a drawing.
    """

    epsg: int | None = None
    around: Box | None = None
    crs: str = ""
    region: str = ""
    page: int = 1
    scale: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """An underlay as read: still without id, with its bytes and what was said.

    `epsg` is the site system its transform leads to, None where it has no place.
    `pages` counts the pages of a document.
    """

    underlay: Underlay
    content: bytes
    notes: tuple[Note, ...]
    epsg: int | None = None
    pages: int = 1

    @property
    def action(self) -> Action:
        """The gravest thing that was done or is asked."""
        return gravest(self.notes)

    @property
    def summary(self) -> Mapping[str, Any]:
        """What the picture is, as plain data."""
        plan = self.underlay
        xs, ys = zip(*plan.corners, strict=True)
        bounds = [round(v, 3) for v in (min(xs), min(ys), max(xs), max(ys))]
        return {
            "format": plan.kind.value, "crs": plan.crs or None, "epsg": self.epsg,
            "width_px": plan.width_px, "height_px": plan.height_px, "pages": self.pages,
            "calibrated": plan.calibrated, "bounds_m": bounds if self.epsg else None,
            "stored_bytes": len(self.content),
        }  # fmt: skip
