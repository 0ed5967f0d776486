"""Units of drawings: how long one is, and which one a drawing seems to be in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import shapely
from shapely import Polygon

# Metres per unit. The inch is 25.4 mm exactly (international yard and pound agreement,
# 1959); the US survey foot is 1200/3937 m (Federal Register 24 FR 5348, 1959).
UNITS_M: Mapping[str, float] = MappingProxyType(
    {
        "mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1000.0,
        "in": 0.0254, "ft": 0.3048, "yd": 0.9144, "mi": 1609.344, "us-ft": 1200 / 3937,
    }
)  # fmt: skip
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "mm": "millimetres", "cm": "centimetres", "dm": "decimetres", "m": "metres",
        "km": "kilometres", "in": "inches", "ft": "feet", "yd": "yards", "mi": "miles",
        "us-ft": "US survey feet",
    }
)  # fmt: skip
# DXF reference (AutoCAD 2018), header variable $INSUNITS.
INSUNITS: Mapping[int, str] = MappingProxyType(
    {
        1: "in", 2: "ft", 3: "mi", 4: "mm", 5: "cm", 6: "m", 7: "km", 10: "yd", 14: "dm",
        21: "us-ft",
    }
)  # fmt: skip
ASKED = ("mm", "cm", "m", "in", "ft")
_BAY_WIDTH_M = (1.8, 4.5)
_BAY_DEPTH_M = (3.5, 8.0)
_SITE_M = (15.0, 3_000.0)


def typical_rectangle(outlines: Iterable[Polygon]) -> tuple[float, float] | None:
    """Return width and depth of the rectangle that occurs most often, in drawing units."""
    sizes: Counter[tuple[float, float]] = Counter()
    for outline in outlines:
        ring = np.asarray(outline.exterior.coords)
        if len(ring) != 5:
            continue
        sides = np.hypot(*np.diff(ring, axis=0).T)
        boxed = outline.minimum_rotated_rectangle.area
        if sides.min() > 0 and outline.area > 0.98 * boxed:
            low, high = sorted((float(sides[0]), float(sides[1])))
            sizes[float(f"{low:.3g}"), float(f"{high:.3g}")] += 1
    return max(sizes, key=lambda size: (sizes[size], -size[0])) if sizes else None


def likely_unit(rectangle: tuple[float, float] | None, extent: float) -> str:
    """Return the one unit in which a rectangle is a bay or the drawing a site, else nothing."""
    if rectangle:
        fits = [u for u in ASKED if is_bay(rectangle, u)]
    else:
        fits = [u for u in ASKED if _SITE_M[0] <= extent * UNITS_M[u] <= _SITE_M[1]]
    return fits[0] if len(fits) == 1 else ""


def is_bay(rectangle: tuple[float, float], unit: str) -> bool:
    """Tell whether a rectangle has the size of a parking bay in this unit."""
    low, high = (side * UNITS_M[unit] for side in rectangle)
    return _BAY_WIDTH_M[0] <= low <= _BAY_WIDTH_M[1] and _BAY_DEPTH_M[0] <= high <= _BAY_DEPTH_M[1]


def sizes_by_unit(rectangle: tuple[float, float] | None, extent: float) -> str:
    """Say how large the drawing would be in each unit."""
    if rectangle:
        each = [f"{_metres(rectangle[0], u)} × {_metres(rectangle[1], u)} m if {u}" for u in ASKED]
        return "a typical rectangle is " + ", ".join(each)
    each = [f"{_metres(extent, u)} m if {u}" for u in ASKED]
    return "the drawing is as wide as " + ", ".join(each)


def _metres(value: float, unit: str) -> str:
    metres = value * UNITS_M[unit]
    if metres >= 100:
        return f"{metres:,.0f}"
    return f"{metres:.1f}" if metres >= 1 else f"{metres:.3g}"


def extent_of(shapes: Iterable[shapely.Geometry]) -> float:
    """Return the longer side of the bounds of all shapes."""
    bounds = shapely.total_bounds(np.array(list(shapes), dtype=object))
    return float(max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
