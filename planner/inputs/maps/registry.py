"""All map formats, one module each, behind one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.inputs.maps import (
    dxf,
    flatgeobuf,
    geojson,
    geopackage,
    kml,
    osm_pbf,
    osm_xml,
    points_csv,
    points_xlsx,
    shapefile,
)
from planner.inputs.maps.feature import RawMap, Source
from planner.inputs.maps.sniff import content_kind, not_a
from planner.inputs.problem import InputError


@dataclass(frozen=True, slots=True)
class Format:
    """A map format: its name, extensions, kinds of content it may have, and its reader."""

    name: str
    extensions: tuple[str, ...]
    contents: tuple[str, ...]
    read: Callable[[Source], RawMap]


def table(formats: Iterable[Format]) -> Mapping[str, Format]:
    """Return formats by extension; claiming an extension twice is an error."""
    found: dict[str, Format] = {}
    for form in formats:
        for extension in form.extensions:
            if extension in found:
                raise ValueError(f"{extension} belongs to {found[extension].name} already")
            found[extension] = form
    return found


FORMATS = table(
    Format(module.NAME, module.EXTENSIONS, module.CONTENTS, module.read)
    for module in (
        geojson,
        geopackage,
        shapefile,
        kml,
        osm_xml,
        osm_pbf,
        dxf,
        flatgeobuf,
        points_csv,
        points_xlsx,
    )
)


def format_of(path: Path) -> Format:
    """Return the format of a file; name and content must agree."""
    kind, words = content_kind(path)
    extension = path.suffix.lower()
    form = FORMATS.get(extension)
    if form is None:
        names = ", ".join(sorted({f.name for f in FORMATS.values()}))
        if kind in {"dwg", "vrt", "html", "pickle"}:
            raise not_a("a map that can be opened", path.name, kind, words)
        raise InputError(
            path.name, "", f"maps with the ending '{extension[:20]}' cannot be opened",
            f"export it as one of: {names}",
        )  # fmt: skip
    if kind not in form.contents:
        raise not_a(form.name, path.name, kind, words)
    return form
