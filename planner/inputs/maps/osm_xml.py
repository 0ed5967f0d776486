"""OpenStreetMap XML: tagged nodes, ways as lines or outlines, multipolygon relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.errors import GEOSException

from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.osm import FORMAT, incomplete, lone_note, node_feature, way_feature
from planner.inputs.maps.shapes import XY
from planner.inputs.maps.text import flat_tags
from planner.inputs.maps.xml import children, local, parse
from planner.inputs.problem import InputError

NAME = FORMAT
EXTENSIONS = (".osm", ".xml")
CONTENTS = ("osm", "xml")


def read(source: Source) -> RawMap:
    """Read an extract in OSM XML."""
    root = parse(source.path.read_bytes(), source.name)
    gone = [e for e in root if e.get("action") == "delete" or e.get("visible") == "false"]
    for element in gone:
        root.remove(element)
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
        notes=tuple(lone_note(sum(1 for way in ways.values() if not _tags(way)))),
        tagged=True,
    )


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
    return node_feature(name, _tags(element), nodes.get(name), layer)


def _way(way: Element, nodes: Mapping[str, XY], layer: str) -> Feature:
    references = [nd.get("ref", "") for nd in children(way, "nd")]
    found = [nodes[r] for r in references if r in nodes]
    closed = len(references) > 3 and references[0] == references[-1]
    missing = len(references) - len(found)
    return way_feature(way.get("id", ""), _tags(way), closed, found, missing, layer)


def _relation(
    element: Element, ways: Mapping[str, Element], nodes: Mapping[str, XY], layer: str
) -> Feature | None:
    """Build a multipolygon; other relations only group what is there already."""
    tags = _tags(element)
    if tags.get("type") != "multipolygon":
        return None
    name = element.get("id", "")
    inner: list[LineString] = []
    outer: list[LineString] = []
    for member in children(element, "member"):
        way = ways.get(member.get("ref", ""))
        if member.get("type") != "way":
            continue
        references = [nd.get("ref", "") for nd in children(way, "nd")] if way is not None else []
        if len(references) < 2 or any(r not in nodes for r in references):
            return incomplete(name, tags, layer, "it is incomplete, ways are missing")
        target = inner if member.get("role") == "inner" else outer
        target.append(LineString([nodes[r] for r in references]))
    try:
        solid = _rings(outer)
        shape = shapely.union_all(solid).difference(shapely.union_all(_rings(inner)))
    except GEOSException:  # ways of no length and numbers beyond all bounds
        return incomplete(name, tags, layer, "its ways cannot be joined")
    if not solid:
        return incomplete(name, tags, layer, "its outer ways do not form a ring")
    parts = [p for p in shapely.get_parts(shape) if isinstance(p, Polygon)]
    whole = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    return Feature(name, f"relation {name}", layer, tags, whole)


def _rings(lines: Sequence[LineString]) -> list[Polygon]:
    if not lines:
        return []
    merged = shapely.line_merge(shapely.union_all(list(lines)))
    return list(shapely.get_parts(shapely.polygonize([*shapely.get_parts(merged)])))
