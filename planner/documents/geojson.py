"""The plan as one GeoJSON file in WGS 84, as RFC 7946 asks."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from planner.documents.features import Feature, features
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

DECIMALS = 8
"""1e-8° is about a millimetre."""


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return all layers in one collection; `layer` tells them apart."""
    found = wgs84(features(project, outcome), project.site.epsg)
    document = {
        "type": "FeatureCollection",
        "name": f"{project.name}, {scenario.name}",
        "site_epsg": project.site.epsg,
        "features": list(found),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def wgs84(found: Iterable[Feature], epsg: int) -> Iterable[dict[str, Any]]:
    """Yield GeoJSON features in degrees, east first, rings anticlockwise."""
    to_degrees = transformer(epsg)
    for feature in found:
        geometry = shapely.orient_polygons(to_degrees(feature.geometry), exterior_cw=False)
        yield {
            "type": "Feature",
            "properties": {"layer": feature.layer, **feature.attributes},
            "geometry": _rounded(shapely.geometry.mapping(geometry)),
        }


@functools.cache
def transformer(epsg: int) -> Callable[[BaseGeometry], BaseGeometry]:
    """Return a function from site coordinates to WGS 84 degrees, longitude first."""
    from pyproj import Transformer

    # always_xy settles the axis order once: east first on both sides.
    to_wgs84 = Transformer.from_crs(epsg, 4326, always_xy=True)

    def degrees(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(to_wgs84.transform(xy[:, 0], xy[:, 1]))

    def convert(geometry: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shapely.force_2d(geometry), degrees)

    return convert


def _rounded(node: Any) -> Any:
    if isinstance(node, float):
        return round(node, DECIMALS)
    if isinstance(node, dict):
        return {key: _rounded(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_rounded(value) for value in node]
    return node
