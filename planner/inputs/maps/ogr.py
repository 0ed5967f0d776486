"""Layers that GDAL reads: Shapefile and FlatGeobuf, after their kind has been made sure of."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from planner.inputs.maps.feature import Feature, Source
from planner.inputs.maps.gdal import pyogrio
from planner.inputs.maps.shapes import Shape, flat
from planner.inputs.maps.text import flat_tags
from planner.inputs.problem import InputError


def read_layer(
    path: Path, source: Source, encoding: str | None, settings: Mapping[str, str]
) -> tuple[tuple[Feature, ...], str]:
    """Read the one layer of a file as features, with its system as WKT or code."""
    library = pyogrio()
    with _configured(library, settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters is checked on the features themselves
        try:
            meta, _, blobs, columns = library.raw.read(path, encoding=encoding)
        except UnicodeDecodeError:
            raise InputError(
                source.name, "", "the names in its table are not in the encoding that is declared",
                "name the encoding with --encoding cp1252 or another", question=True,
            ) from None  # fmt: skip
        except Exception as broken:  # a damaged file can end anywhere inside the library
            said = str(broken).split(";")[0].replace(str(path.parent), "").strip("./ ")
            raise InputError(
                source.name, "", f"the file is damaged or a part is missing ({said[:100]})",
                "export it again with all its parts",
            ) from None  # fmt: skip
    rows = _rows(meta["fields"], columns, len(blobs))
    features = tuple(
        _feature(number, blob, row, source)
        for number, (blob, row) in enumerate(zip(blobs, rows, strict=True), 1)
    )
    return features, str(meta["crs"] or "")


@contextlib.contextmanager
def _configured(library: Any, settings: Mapping[str, str]) -> Iterator[None]:
    library.set_gdal_config_options(dict(settings))
    try:
        yield
    finally:
        library.set_gdal_config_options(dict.fromkeys(settings))


def _rows(names: Any, columns: Any, count: int) -> list[dict[str, Any]]:
    return [
        {str(n): _value(c[i]) for n, c in zip(names, columns, strict=True)} for i in range(count)
    ]


def _value(cell: Any) -> Any:
    if isinstance(cell, np.datetime64):
        return None if np.isnat(cell) else str(cell)
    return cell.item() if isinstance(cell, np.generic) else cell


def _feature(number: int, blob: bytes | None, row: Mapping[str, Any], source: Source) -> Feature:
    tags = flat_tags(row)
    low = {key.lower(): value for key, value in tags.items()}
    name = low.get("id", low.get("osm_id", str(number)))
    place = f"feature {name}" if name == str(number) else f"feature {number} ({name[:40]})"
    shape: Shape = (None, "it has no geometry", ())
    if blob is not None:
        try:
            shape = flat(shapely.from_wkb(blob))
        except GEOSException:
            shape = (None, "its geometry cannot be read", ())
    return Feature(name, place, tags.get("layer", source.path.stem), tags, *shape)
