"""Where a picture lies: from its own system to site metres, with the error that this leaves.

Within a site, the way from one map projection to another is a shift, turn and
scale to within centimetres; so the pixels stay as they are and a plane transform
is fitted to a grid of points. How far it is off is measured and said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod, Transformer
from shapely import MultiPoint

from planner.inputs.maps.crs import choose_epsg, label, named, unknown
from planner.inputs.maps.feature import MapOptions
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.underlays.laid import Box, UnderlayOptions
from planner.model.underlay import Transform

FAR_M = 50_000.0
TWO_POINTS = (
    "choose two points on it and say where they are on the plan (two-point calibration), "
    "or lay its world file beside it"
)
_NEW_WIDTH_M = 100.0
_GRID = 5
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """The transform from pixels to site metres; `off_m` is the most it is wrong by."""

    transform: Transform
    crs: str
    epsg: int | None
    calibrated: bool
    off_m: float
    notes: tuple[Note, ...]


def place(
    to_crs: Transform, size: tuple[int, int], crs_text: str, options: UnderlayOptions, file: str
) -> Placed:
    """Place a picture whose `to_crs` leads from its pixels to a named system."""
    crs = named(crs_text, file)
    pixels = _grid(size)
    there = _carried(pixels, to_crs)
    lonlat = _transformed(crs, CRS(4326), there)
    if not np.isfinite(lonlat).all() or abs(lonlat[:, 1]).max() > 90:
        raise _outside(there, crs_text, file)
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    own = choose_epsg(crs, (west, south, east, north), options.region)
    epsg = options.epsg or own
    here = _transformed(crs, CRS(epsg), there)
    far = _distance_m(here, options.around)
    if far > FAR_M or not np.isfinite(here).all():
        home = _transformed(crs, CRS(own), there)
        if not np.isfinite(home).all():
            raise _outside(there, crs_text, file)
        return _elsewhere(pixels, home, crs_text, _geodesic_km(lonlat, options), options)
    transform, off = _fitted(pixels, here)
    notes = [Note(Action.ACCEPT, "UND-PLACE", "", _said(crs_text, epsg, off))]
    if far > 0:
        said = f"the picture does not cover the site, it lies {far:,.0f} m away"
        notes.append(Note(Action.ACCEPT, "UND-AWAY", "", said, "check that it is the right one"))
    return Placed(transform, label(crs_text), epsg, True, off, tuple(notes))


def _outside(there: Points, crs_text: str, file: str) -> InputError:
    return InputError(
        file, "", f"its coordinates (about {there[:, 0].mean():,.0f}, "
        f"{there[:, 1].mean():,.0f}) lie outside the area of {label(crs_text)}",
        "name the right system with --crs EPSG:CODE", question=True,
    )  # fmt: skip


def system_by_numbers(
    to_crs: Transform, size: tuple[int, int], options: UnderlayOptions, file: str
) -> str:
    """Return the site's own system where the numbers lie on the site, else ask."""
    there = _carried(_grid(size), to_crs)
    if options.epsg and options.around and _distance_m(there, options.around) <= FAR_M:
        return f"EPSG:{options.epsg}"
    (west, south), (east, north) = there.min(axis=0).tolist(), there.max(axis=0).tolist()
    reason = "the picture has coordinates but does not say in which system"
    raise unknown(file, (west, south, east, north), MapOptions(region=options.region), reason)


def unplaced(
    size: tuple[int, int], options: UnderlayOptions, metres_per_pixel: float = 0
) -> Placed:
    """Lay a picture that says nothing of its place onto the middle of the site, and ask."""
    width, height = size
    west, south, east, north = options.around or (0.0, 0.0, _NEW_WIDTH_M, _NEW_WIDTH_M)
    scale = metres_per_pixel or max(east - west, north - south, 1.0) / max(width, height)
    x, y = (west + east) / 2 - scale * width / 2, (south + north) / 2 + scale * height / 2
    known = "its place" if metres_per_pixel else "its place and scale"
    note = Note(
        Action.ASK, "UND-PLACE", "", f"the picture says nothing of {known} on the site", TWO_POINTS
    )
    return Placed((scale, 0.0, x, 0.0, -scale, y), "", None, False, 0.0, (note,))


def _elsewhere(
    pixels: Points, own: Points, crs_text: str, far_km: float, options: UnderlayOptions
) -> Placed:
    """Lay a picture of another part of the world onto the site, true to its own scale."""
    transform, off = _fitted(pixels, own)
    west, south, east, north = options.around or (0.0, 0.0, _NEW_WIDTH_M, _NEW_WIDTH_M)
    middle = MultiPoint(own).envelope.centroid
    a, b, c, d, e, f = transform
    dx, dy = (west + east) / 2 - middle.x, (south + north) / 2 - middle.y
    note = Note(
        Action.ASK, "UND-FAR", "",
        f"the picture is in {label(crs_text)} and lies {far_km:,.0f} km from the site, "
        "outside its zone; it is laid onto the middle of the site at its own scale",
        "check that it is the right picture, then move it or place it by two points",
    )  # fmt: skip
    moved = (a, b, c + dx, d, e, f + dy)
    return Placed(moved, label(crs_text), options.epsg, False, off, (note,))


def _geodesic_km(lonlat: Points, options: UnderlayOptions) -> float:
    """Return the way over the ground from the middle of the site to that of the picture."""
    west, south, east, north = options.around or (0.0, 0.0, 0.0, 0.0)
    site = Transformer.from_crs(options.epsg or 4326, 4326, always_xy=True).transform(
        (west + east) / 2, (south + north) / 2
    )
    lon, lat = lonlat.mean(axis=0).tolist()
    return float(Geod(ellps="WGS84").inv(*site, lon, lat)[2]) / 1000


def _said(crs_text: str, epsg: int, off_m: float) -> str:
    name = label(crs_text)
    if name == f"EPSG:{epsg}":
        return f"placed by its own coordinates in {name}"
    return f"carried from {name} into EPSG:{epsg}, at most {off_m:.2f} m off"


def _grid(size: tuple[int, int]) -> Points:
    columns, rows = (np.linspace(0, extent, _GRID) for extent in size)
    return np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)


def _carried(points: Points, transform: Transform) -> Points:
    a, b, c, d, e, f = transform
    x, y = points[:, 0], points[:, 1]
    return np.column_stack([a * x + b * y + c, d * x + e * y + f])


def _transformed(source: CRS, target: CRS, points: Points) -> Points:
    if source == target:
        return points
    change = Transformer.from_crs(source, target, always_xy=True)
    return np.column_stack(change.transform(points[:, 0], points[:, 1]))


def _fitted(pixels: Points, places: Points) -> tuple[Transform, float]:
    """Fit a plane transform by least squares; return it with its largest error in metres."""
    known = np.column_stack([pixels, np.ones(len(pixels))])
    middle = places.mean(axis=0)  # large coordinates would cost digits
    found = np.linalg.lstsq(known, places - middle, rcond=None)[0]
    off = float(np.hypot(*(known @ found - (places - middle)).T).max())
    (a, d), (b, e), (c, f) = found.tolist()
    return (a, b, c + float(middle[0]), d, e, f + float(middle[1])), off


def _distance_m(points: Points, around: Box | None) -> float:
    """Return how far a picture lies from the site, 0 where they meet or there is no site."""
    if around is None:
        return 0.0
    if not np.isfinite(points).all():
        return float("inf")
    low, high = points.min(axis=0), points.max(axis=0)
    gap_x = max(around[0] - high[0], low[0] - around[2], 0.0)
    gap_y = max(around[1] - high[1], low[1] - around[3], 0.0)
    return float(hypot(gap_x, gap_y))
