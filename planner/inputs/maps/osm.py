"""What OpenStreetMap's nodes, ways and relations mean as shapes, whatever file they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.inputs.maps.feature import Feature
from planner.inputs.maps.shapes import XY, Shape, line, point, polygon
from planner.inputs.report import Action, Note

FORMAT = "OpenStreetMap"
_LINEAR = ("highway", "barrier", "waterway", "railway", "power")
_AREAL_POWER = ("substation", "plant", "generator", "transformer")


def node_feature(name: str, tags: Mapping[str, str], position: XY | None, layer: str) -> Feature:
    """Make a point of a tagged node."""
    shape: Shape = point(position) if position else (None, "it has no position", ())
    return Feature(name, f"node {name}", layer, tags, *shape)


def way_feature(
    name: str, tags: Mapping[str, str], closed: bool, positions: Sequence[XY], missing: int,
    layer: str,
) -> Feature:  # fmt: skip
    """Make a line or an outline of a way; with missing nodes it has no shape."""
    shape: Shape
    if missing:
        shape = (None, f"it is incomplete, {missing} of its nodes are missing", ())
    elif closed and len(positions) > 3 and is_area(tags):
        shape = polygon([positions])
    else:
        shape = line(positions)
    return Feature(name, f"way {name}", layer, tags, *shape)


def is_area(tags: Mapping[str, str]) -> bool:
    """Tell an outline from a line that returns to its start (OSM wiki, Area)."""
    if tags.get("area") in {"yes", "no"}:
        return tags["area"] == "yes"
    return not any(key in tags and tags[key] not in _AREAL_POWER for key in _LINEAR)


def incomplete(name: str, tags: Mapping[str, str], layer: str, why: str) -> Feature:
    """Return a relation that has no shape."""
    return Feature(name, f"relation {name}", layer, tags, None, why)


def lone_note(number: int) -> list[Note]:
    """Say how many ways are only parts of others."""
    if not number:
        return []
    return [Note(Action.ACCEPT, "MAP-OSM", "", f"{number} ways without a tag are parts of others")]
