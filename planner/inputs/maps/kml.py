"""KML and KMZ: placemarks with their folders as layers; links are named, never followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from planner.inputs.archive import open_zip, read_entry, real_names
from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.geojson import join
from planner.inputs.maps.shapes import FLATTENED, XY, Shape, line, point, polygon
from planner.inputs.maps.text import flat_tags
from planner.inputs.maps.xml import children, local, parse, text_of
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = "KML"
EXTENSIONS = (".kml", ".kmz")
CONTENTS = ("kml", "zip", "xml")
_LOOSE = re.compile(r"\s*,\s+|\s+,")  # written by hand: blanks around the commas
_LINKS = ("NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay")


def read(source: Source) -> RawMap:
    """Read a KML file, or the first one in a KMZ."""
    root = parse(_content(source), source.name)
    if local(root) != "kml":
        raise InputError(
            source.name, "", f"this is XML of the kind '{local(root)[:40]}', not KML",
            "export the map as KML or GeoJSON",
        )  # fmt: skip
    features = tuple(
        _feature(element, layer, number, source)
        for number, (element, layer) in enumerate(_placemarks(root, source.path.stem), 1)
    )
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        crs="EPSG:4326",
        notes=tuple(_links(root)),
    )


def _content(source: Source) -> bytes:
    if source.path.suffix.lower() != ".kmz":
        return source.path.read_bytes()
    with open_zip(source.path) as archive:
        found = [name for name in real_names(archive) if name.lower().endswith(".kml")]
        if not found:
            raise InputError(source.name, "", "there is no KML in the archive", "export it again")
        return read_entry(archive, found[0], source.name)


def _placemarks(element: Element, layer: str) -> Iterator[tuple[Element, str]]:
    """Yield placemarks with the name of their innermost folder."""
    for child in element:
        kind = local(child)
        if kind == "Placemark":
            yield child, layer
        elif kind in {"Document", "Folder"}:
            inner = (text_of(child, "name") if kind == "Folder" else "") or layer
            yield from _placemarks(child, inner)


def _links(root: Element) -> Iterator[Note]:
    for element in root.iter():
        if local(element) in _LINKS:
            yield Note(
                Action.ACCEPT, "MAP-LINK", text_of(element, "name"),
                "a link to another file or host was not followed",
                "open that file itself if it is needed",
            )  # fmt: skip


def _feature(element: Element, layer: str, number: int, source: Source) -> Feature:
    tags = _tags(element)
    name = element.get("id") or tags.get("osm_way_id") or tags.get("id") or str(number)
    place = f"placemark {name[:60]}"
    shapes = [
        _shape(child)
        for child in children(element, "Point", "LineString", "LinearRing", "Polygon",
                              "MultiGeometry")
    ]  # fmt: skip
    geometry, fault, mended = join(shapes) if shapes else (None, "it has no geometry", ())
    return Feature(name[:80], place, tags.get("layer", layer), tags, geometry, fault, mended)


def _tags(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("name", "description"):
        found[name] = text_of(element, name)
    for extended in children(element, "ExtendedData"):
        for data in extended.iter():
            if local(data) == "SimpleData":
                found[data.get("name", "")] = data.text or ""
            elif local(data) == "Data":
                found[data.get("name", "")] = text_of(data, "value")
    return flat_tags(found)


def _shape(element: Element) -> Shape:
    kind = local(element)
    if kind == "MultiGeometry":
        return join([_shape(child) for child in element])
    try:
        if kind == "Polygon":
            boundaries = children(element, "outerBoundaryIs", "innerBoundaryIs")
            rings = [r for b in boundaries for r in children(b, "LinearRing")]
            found = [_positions(ring) for ring in rings]
            shape = polygon([xy for xy, _ in found])
            high = any(z for _, z in found)
        else:
            xy, high = _positions(element)
            if kind == "Point":
                shape = point(xy[0]) if xy else (None, "there are no coordinates", ())
            else:
                shape = line(xy)
    except ValueError:
        return None, "its coordinates are not numbers", ()
    geometry, fault, mended = shape
    return geometry, fault, (*mended, FLATTENED) if high else mended


def _positions(element: Element) -> tuple[list[XY], bool]:
    """Return positions and whether any has a height other than zero."""
    positions, high = [], False
    for part in _LOOSE.sub(",", text_of(element, "coordinates")).split():
        numbers = [float(number) for number in part.split(",") if number]
        if len(numbers) < 2:
            raise ValueError(part)
        positions.append((numbers[0], numbers[1]))
        high = high or (len(numbers) > 2 and numbers[2] != 0)
    return positions, high
