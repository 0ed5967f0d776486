"""OpenStreetMap extracts (PBF): tagged nodes and ways, areas put together by osmium.

Only what has a tag comes to Python; the positions of all nodes are held in a
table of 16 bytes each, so a file has a size limit. An extract larger than one
site is cut to a circle while it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians
from typing import Any

import shapely

from planner.inputs.maps.crs import WIDEST_M, width_m
from planner.inputs.maps.feature import Feature, MapOptions, RawMap, Source
from planner.inputs.maps.osm import (
    FORMAT,
    incomplete,
    is_area,
    lone_note,
    node_feature,
    way_feature,
)
from planner.inputs.maps.pbf_strings import check_names
from planner.inputs.maps.shapes import XY
from planner.inputs.maps.text import flat_tags
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = FORMAT
EXTENSIONS = (".pbf",)
CONTENTS = ("pbf",)
_LARGEST_MB = 150
_MOST = 500_000
_M_PER_DEG = 111_320.0
_SLACK = 1.2
Box = tuple[float, float, float, float]


def read(source: Source) -> RawMap:
    """Read an extract, or the circle of it that the user has named."""
    size_mb = source.path.stat().st_size / 1e6
    if size_mb > _LARGEST_MB:
        raise InputError(
            source.name, "", f"the extract has {size_mb:,.0f} MB, more than {_LARGEST_MB}",
            "cut it to the town first (osmium extract, or choose a smaller area)",
        )  # fmt: skip
    check_names(source.path)
    import osmium

    within = _within(source.options)
    reading = _Reading(source, within)
    try:
        _check_extent(osmium, source, within)
        objects = osmium.FileProcessor(source.path).with_locations().with_areas()
        features = list(reading.features(objects.with_filter(osmium.filter.EmptyTagFilter())))
    except InputError:
        raise
    except Exception as broken:  # osmium fails with plain RuntimeError
        said = " ".join(str(broken).replace(str(source.path), "").split())[:100]
        raise InputError(
            source.name, "", f"the extract is damaged or cut off ({said})", "download it again"
        ) from None
    return RawMap(
        file=source.name,
        format=NAME,
        features=tuple(features),
        crs="EPSG:4326",
        notes=tuple(reading.notes()),
        tagged=True,
    )


def _check_extent(osmium: Any, source: Source, within: Box | None) -> None:
    """Ask about the extract of a whole region before it is read."""
    reader = osmium.io.Reader(source.path)
    try:
        box = reader.header().box()
    finally:
        reader.close()
    if within is not None or source.options.clip or not box.valid():
        return
    low, high = box.bottom_left, box.top_right
    wide_m = width_m((low.lon, low.lat, high.lon, high.lat))
    if wide_m > WIDEST_M:
        raise InputError(
            source.name, "", f"the extract spans {wide_m / 1000:,.0f} km, more than one site",
            "choose one place with --clip LON,LAT,RADIUS_M", question=True,
        )  # fmt: skip


def _within(options: MapOptions) -> Box | None:
    """Return the box around the circle the user has named; the site cuts it exactly later."""
    try:
        lon, lat, radius_m = (float(part) for part in options.clip.split(","))
    except ValueError:
        return None
    high = radius_m * _SLACK / _M_PER_DEG
    wide = high / max(cos(radians(lat)), 0.01)
    return lon - wide, lat - high, lon + wide, lat + high


class _Reading:
    """One pass over the tagged objects of an extract, and what is left to say after it."""

    def __init__(self, source: Source, within: Box | None) -> None:
        self._file = source.name
        self._layer = source.path.stem.removesuffix(".osm")
        self._within = within
        self._outside = 0
        self._relations: dict[int, dict[str, str]] = {}
        self._done: set[int] = set()

    def features(self, objects: Any) -> Iterator[Feature]:
        """Yield nodes, ways and areas as features, then the relations that gave none."""
        import osmium

        made = osmium.geom.WKBFactory()
        count = 0
        for item in objects:
            feature = None
            if item.is_node():
                feature = self._node(item)
            elif item.is_way():
                feature = self._way(item)
            elif item.is_area():
                feature = self._area(item, made)
            elif item.tags.get("type") == "multipolygon":
                self._relations[item.id] = _tags(item)
            if feature is None:
                continue
            count += 1
            if count > _MOST:
                raise InputError(
                    self._file, "", f"it holds more than {_MOST:,} features with tags",
                    "choose one place with --clip LON,LAT,RADIUS_M", question=True,
                )  # fmt: skip
            yield feature
        if self._within is None:
            for name in self._relations.keys() - self._done:
                tags = self._relations[name]
                why = "its ways are missing or do not form a ring"
                yield incomplete(str(name), tags, self._layer, why)

    def notes(self) -> list[Note]:
        """Say what was cut away."""
        if not self._outside:
            return lone_note(0)
        said = f"{self._outside:,} features outside the circle of --clip left out"
        return [Note(Action.ACCEPT, "MAP-CLIP", "", said)]

    def _here(self, positions: list[XY]) -> bool:
        """Tell whether any position lies in the box; count what does not."""
        if self._within is None:
            return True
        west, south, east, north = self._within
        inside = any(west <= x <= east and south <= y <= north for x, y in positions)
        self._outside += not inside
        return inside

    def _node(self, item: Any) -> Feature | None:
        at = (item.location.lon, item.location.lat) if item.location.valid() else None
        if self._within is not None and (at is None or not self._here([at])):
            return None
        return node_feature(str(item.id), _tags(item), at, self._layer)

    def _way(self, item: Any) -> Feature | None:
        nodes = list(item.nodes)
        positions = [(n.lon, n.lat) for n in nodes if n.location.valid()]
        if not self._here(positions):
            return None
        missing = len(nodes) - len(positions)
        closed = len(nodes) > 3 and nodes[0].ref == nodes[-1].ref
        return way_feature(str(item.id), _tags(item), closed, positions, missing, self._layer)

    def _area(self, item: Any, made: Any) -> Feature | None:
        """Make the outline of a relation; those of single ways are there already."""
        tags = _tags(item)
        if item.from_way() or "boundary" in tags:
            return None
        self._done.add(item.orig_id())
        shape = shapely.from_wkb(made.create_multipolygon(item))
        if not is_area(tags) or not self._here(shapely.get_coordinates(shape).tolist()):
            return None
        parts = shapely.get_parts(shape)
        name = str(item.orig_id())
        whole = parts[0] if len(parts) == 1 else shape
        return Feature(name, f"relation {name}", self._layer, tags, whole)


def _tags(item: Any) -> dict[str, str]:
    return flat_tags({tag.k: tag.v for tag in item.tags})
