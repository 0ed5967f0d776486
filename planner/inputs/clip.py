"""One site out of a map of many places: the chosen one is kept, the rest is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from shapely import Point
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.feature import Feature, Role
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

_GAP_M = 150.0
_AROUND_M = 100.0
_PARKED = (Role.BAY, Role.STRIP, Role.PARKING)


@dataclass(frozen=True, slots=True)
class Clipped:
    """Features of the chosen place and what was left out."""

    features: tuple[Feature, ...]
    notes: tuple[Note, ...]


def clip(features: Sequence[Feature], choice: str, epsg: int, file: str) -> Clipped:
    """Keep one place: the largest by parking area, a circle, or everything."""
    if choice == "all":
        return Clipped(tuple(features), ())
    if choice and choice != "largest":
        return _circle(features, _circle_of(choice, epsg, file), choice, file)
    return _largest(features, asked=bool(choice))


def _circle_of(choice: str, epsg: int, file: str) -> BaseGeometry:
    try:
        lon, lat, radius_m = (float(part) for part in choice.split(","))
    except ValueError:
        raise InputError(
            file, "", f"--clip '{choice[:40]}' is not understood",
            "use --clip all, --clip largest or --clip LON,LAT,RADIUS_M", question=True,
        ) from None  # fmt: skip
    to_site = Transformer.from_crs(4326, epsg, always_xy=True)
    return Point(*to_site.transform(lon, lat)).buffer(radius_m)


def _circle(features: Sequence[Feature], circle: BaseGeometry, choice: str, file: str) -> Clipped:
    kept = tuple(f for f in features if f.geometry is not None and f.geometry.intersects(circle))
    if not kept:
        raise InputError(file, "", f"nothing lies within --clip {choice}", "choose another place")
    left = len(features) - len(kept)
    note = Note(Action.ACCEPT, "MAP-CLIP", "", f"{left} features outside --clip {choice} left out")
    return Clipped(kept, (note,) if left else ())


def _largest(features: Sequence[Feature], asked: bool) -> Clipped:
    """Keep the place with the largest parking area, if there are several places."""
    parked, shapes, places = places_of(features)
    if len(places) < 2:
        return Clipped(tuple(features), ())
    areas = [_area_within(shapes, place) for place in places]
    best = int(np.argmax(areas))
    reach = places[best].buffer(_AROUND_M - _GAP_M / 2)
    kept = tuple(f for f in features if f.geometry is not None and f.geometry.intersects(reach))
    outside = ~shapely.intersects(shapes, places[best])
    others = [f.id for f, left in zip(parked, outside, strict=True) if left]
    shown = ", ".join(others[:10]) + (f" and {len(others) - 10} more" if len(others) > 10 else "")
    note = Note(
        Action.ACCEPT if asked else Action.ASK,
        "MAP-CLIP",
        "",
        f"the map holds {len(places)} places more than {_GAP_M:g} m apart; the one with most "
        f"parking area ({max(areas):,.0f} m²) is taken and {len(features) - len(kept)} features "
        f"are left out ({shown})",
        "" if asked else "choose another with --clip LON,LAT,RADIUS_M, or keep all with --clip all",
    )
    return Clipped(kept, (note,))


def places_of(
    features: Sequence[Feature],
) -> tuple[list[Feature], npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return what is parking, its shapes, and the outlines of places well apart."""
    parked = [f for f in features if f.role in _PARKED and f.geometry is not None]
    shapes = np.array([f.geometry for f in parked], dtype=object)
    if not parked:
        return parked, shapes, shapes
    return (
        parked, shapes, shapely.get_parts(shapely.union_all(shapely.buffer(shapes, _GAP_M / 2)))
    )  # fmt: skip


def _area_within(shapes: npt.NDArray[np.object_], place: BaseGeometry) -> float:
    return float(shapely.area(shapes[shapely.intersects(shapes, place)]).sum())
