"""GeoTIFF and TIFF: only the part around the site is read, never more pixels than are shown."""

from __future__ import annotations

from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import ProjError

from planner.inputs.maps.crs import named
from planner.inputs.underlays import worldfile
from planner.inputs.underlays.gdal import opened
from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.inputs.underlays.placing import place, system_by_numbers, unplaced
from planner.inputs.underlays.raster import Window, check_size, encoded, pixels_of
from planner.model.underlay import Transform, Underlay, UnderlayKind

NAME = "GeoTIFF"
EXTENSIONS = (".tif", ".tiff")
CONTENTS = ("tiff",)
_AROUND_M = 50.0
_PLAIN = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def read(path: Path, options: UnderlayOptions) -> Laid:
    """Read a GeoTIFF, or a TIFF with or without world file."""
    with opened(path, "GTiff") as source:
        check_size(source, path.name)
        georeference = _georeference(source, path, options)
        whole = (0, 0, source.width, source.height)
        window = _around_site(*georeference, whole, options, path.name) if georeference else whole
        pixels, notes = pixels_of(source, window)
    content, ending, size = encoded(pixels)
    if georeference:
        to_crs = _of_part(georeference[0], window, size)
        placed = place(to_crs, size, georeference[1], options, path.name)
    else:
        placed = unplaced(size, options)
    underlay = Underlay(
        "", path.stem, UnderlayKind.GEOTIFF, f"{path.stem}{ending}", *size, placed.transform,
        calibrated=placed.calibrated, source=path.name, crs=placed.crs,
    )  # fmt: skip
    return Laid(underlay, content, (*placed.notes, *notes), placed.epsg)


def _georeference(
    source: Any, path: Path, options: UnderlayOptions
) -> tuple[Transform, str] | None:
    """Return transform and system as the file, its world file or the user says."""
    found = source.transform
    own = (found.a, found.b, found.c, found.d, found.e, found.f)
    if own == _PLAIN or found.determinant == 0 or not np.isfinite(own).all():
        beside = worldfile.read(path)
        if beside is None:
            return None
        own = beside
    text = options.crs or (source.crs.to_wkt() if source.crs else "")
    text = text or worldfile.system_beside(path)
    return own, text or system_by_numbers(own, (source.width, source.height), options, path.name)


def _around_site(
    to_crs: Transform, crs_text: str, whole: Window, options: UnderlayOptions, file: str
) -> Window:
    """Return the part of the picture around the site, the whole one where they do not meet."""
    if options.around is None or options.epsg is None:
        return whole
    west, south, east, north = options.around
    margin = max(_AROUND_M, (east - west) / 2, (north - south) / 2)
    try:
        change = Transformer.from_crs(options.epsg, named(crs_text, file), always_xy=True)
        box = change.transform_bounds(
            west - margin, south - margin, east + margin, north + margin, errcheck=True
        )
    except ProjError:
        return whole
    a, b, c, d, e, f = to_crs
    det = a * e - b * d
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    columns = [(e * (x - c) - b * (y - f)) / det for x, y in corners]
    rows = [(a * (y - f) - d * (x - c)) / det for x, y in corners]
    if not np.isfinite([*columns, *rows]).all():
        return whole
    left, top = max(floor(min(columns)), 0), max(floor(min(rows)), 0)
    right, bottom = min(ceil(max(columns)), whole[2]), min(ceil(max(rows)), whole[3])
    if right - left < 2 or bottom - top < 2:
        return whole
    return left, top, right - left, bottom - top


def _of_part(to_crs: Transform, window: Window, size: tuple[int, int]) -> Transform:
    """Return the transform of a part of a picture read at another size."""
    a, b, c, d, e, f = to_crs
    column, row, width, height = window
    across, down = width / size[0], height / size[1]
    return (
        a * across, b * down, a * column + b * row + c,
        d * across, e * down, d * column + e * row + f,
    )  # fmt: skip
