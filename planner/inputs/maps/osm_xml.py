"""OpenStreetMap XML: tagged nodes, ways as lines or outlines, multipolygon relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.errors import GEOSException

from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.shapes import XY, Shape, line, point, polygon
from planner.inputs.maps.text import flat_tags
from planner.inputs.maps.xml import children, local, parse
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = "OpenStreetMap"
EXTENSIONS = (".osm", ".xml")
CONTENTS = ("osm", "xml")
_LINEAR = ("highway", "barrier", "waterway", "railway", "power")


def read(source: Source) -> RawMap:
    """Read an extract in OSM XML."""
    root = parse(source.path.read_bytes(), source.name)
    if local(root) != "osm":
        raise InputError(
            source.name, "", f"this is XML of the kind '{local(root)[:40]}', not OSM",
            "export the area from OpenStreetMap again",
        )  # fmt: skip
    nodes = _nodes(root)
    ways = {way.get("id", ""): way for way in children(root, "way")}
    layer = source.path.stem
    features = [_node(element, nodes, layer) for element in children(root, "node") if len(element)]
    features += [_way(way, nodes, layer) for way in ways.values() if _tags(way)]
    features += [
        found
        for element in children(root, "relation")
        if (found := _relation(element, ways, nodes, layer)) is not None
    ]
    return RawMap(
        file=source.name,
        format=NAME,
        features=tuple(f for f in features if f.tags),
        crs="EPSG:4326",
        notes=tuple(_lone(root)),
    )


def _lone(root: Element) -> list[Note]:
    number = sum(1 for way in children(root, "way") if not _tags(way))
    if not number:
        return []
    return [Note(Action.ACCEPT, "MAP-OSM", "", f"{number} ways without a tag are parts of others")]


def _nodes(root: Element) -> dict[str, XY]:
    found = {}
    for element in children(root, "node"):
        try:
            position = float(element.get("lon", "")), float(element.get("lat", ""))
        except ValueError:
            continue
        found[element.get("id", "")] = position
    return found


def _tags(element: Element) -> dict[str, str]:
    return flat_tags({t.get("k", ""): t.get("v", "") for t in children(element, "tag")})


def _node(element: Element, nodes: Mapping[str, XY], layer: str) -> Feature:
    name = element.get("id", "")
    shape: Shape = point(nodes[name]) if name in nodes else (None, "it has no position", ())
    return Feature(name, f"node {name}", layer, _tags(element), *shape)


def _way(way: Element, nodes: Mapping[str, XY], layer: str) -> Feature:
    name, tags = way.get("id", ""), _tags(way)
    references = [nd.get("ref", "") for nd in children(way, "nd")]
    missing = [r for r in references if r not in nodes]
    shape: Shape
    if missing:
        shape = (None, f"it is incomplete, {len(missing)} of its nodes are missing", ())
    else:
        positions = [nodes[r] for r in references]
        shape = polygon([positions]) if _is_area(references, tags) else line(positions)
    return Feature(name, f"way {name}", layer, tags, *shape)


def _is_area(references: Sequence[str], tags: Mapping[str, str]) -> bool:
    """Tell an outline from a line that returns to its start (OSM wiki, Area)."""
    if len(references) < 4 or references[0] != references[-1]:
        return False
    if tags.get("area") in {"yes", "no"}:
        return tags["area"] == "yes"
    return not any(key in tags and tags[key] != "substation" for key in _LINEAR)


def _relation(
    element: Element, ways: Mapping[str, Element], nodes: Mapping[str, XY], layer: str
) -> Feature | None:
    """Build a multipolygon; other relations only group what is there already."""
    tags = _tags(element)
    if tags.get("type") != "multipolygon":
        return None
    name = element.get("id", "")
    place = f"relation {name}"
    inner: list[LineString] = []
    outer: list[LineString] = []
    for member in children(element, "member"):
        way = ways.get(member.get("ref", ""))
        if member.get("type") != "way":
            continue
        references = [nd.get("ref", "") for nd in children(way, "nd")] if way is not None else []
        if len(references) < 2 or any(r not in nodes for r in references):
            return Feature(name, place, layer, tags, None, "it is incomplete, ways are missing")
        target = inner if member.get("role") == "inner" else outer
        target.append(LineString([nodes[r] for r in references]))
    try:
        solid = _rings(outer)
        shape = shapely.union_all(solid).difference(shapely.union_all(_rings(inner)))
    except GEOSException:  # ways of no length and numbers beyond all bounds
        return Feature(name, place, layer, tags, None, "its ways cannot be joined")
    if not solid:
        return Feature(name, place, layer, tags, None, "its outer ways do not form a ring")
    parts = [p for p in shapely.get_parts(shape) if isinstance(p, Polygon)]
    return Feature(name, place, layer, tags, parts[0] if len(parts) == 1 else MultiPolygon(parts))


def _rings(lines: Sequence[LineString]) -> list[Polygon]:
    if not lines:
        return []
    merged = shapely.line_merge(shapely.union_all(list(lines)))
    return list(shapely.get_parts(shapely.polygonize([*shapely.get_parts(merged)])))
