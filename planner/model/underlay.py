"""A picture or drawing that lies under the plan; its bytes are an attachment of the project."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# x = a·column + b·row + c and y = d·column + e·row + f, as (a, b, c, d, e, f) in metres.
Transform = tuple[float, float, float, float, float, float]
Pair = tuple[tuple[float, float], tuple[float, float]]


class UnderlayKind(StrEnum):
    """What the underlay was before it came here."""

    PICTURE = "picture"
    GEOTIFF = "geotiff"
    PDF = "pdf"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class Underlay:
    """One underlay, lowest first in the site.

    `part` is the base name of its attachment: a PNG or JPEG picture or, for a
    drawing, paths as JSON. The origin is the top left corner of the picture,
    columns run right, rows run down, also in a drawing, whose pixels are its own
    units. `transform` leads from there to site metres. Not `calibrated`: it lies
    where it was dropped and its scale means nothing yet. `crs` is the coordinate
    system the file named, if any; `source` the file it came from, with its page
    where it has several. `attribution` is shown on the plan whenever it is.
    """

    id: str
    name: str
    kind: UnderlayKind
    part: str
    width_px: int
    height_px: int
    transform: Transform
    opacity_pct: float = 60.0
    visible: bool = True
    calibrated: bool = False
    source: str = ""
    sha256: str = ""
    crs: str = ""
    attribution: str = ""

    def to_site(self, column: float, row: float) -> tuple[float, float]:
        """Return the place on site of a point in the picture."""
        a, b, c, d, e, f = self.transform
        return a * column + b * row + c, d * column + e * row + f

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """Return the column and row of a place on site."""
        a, b, c, d, e, f = self.transform
        det = a * e - b * d
        return (e * (x - c) - b * (y - f)) / det, (a * (y - f) - d * (x - c)) / det

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Top left, top right, bottom right and bottom left in site metres."""
        w, h = self.width_px, self.height_px
        return tuple(self.to_site(*at) for at in ((0, 0), (w, 0), (w, h), (0, h)))
