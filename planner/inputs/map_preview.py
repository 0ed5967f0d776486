"""What maps were understood to be, for a look before they become the site.

Contract: `preview_maps` raises nothing for what a file holds. A question that
stops the reading stands in `problem`; the shapes are then shown in the file's own
coordinates. `project` is the project with the maps in it, ready to be taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from planner.inputs.clip import places_of
from planner.inputs.maps.crs import Box, extent, plausible
from planner.inputs.maps.feature import Feature, MapOptions, Source
from planner.inputs.maps.registry import format_of
from planner.inputs.merge import merged
from planner.inputs.picture import Shape
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.site import Gathered, SiteOptions, gather, site_of
from planner.model.project import Project
from planner.model.site import Site

MOST_SHAPES = 6_000
_MOST_PLACES = 40
_MOST_POINTS = 40
_SCREEN = 600
_APART_M = 150.0


@dataclass(frozen=True, slots=True)
class LayerSeen:
    """One layer of one file: its features by role, and why they were taken so."""

    file: str
    name: str
    count: int
    roles: tuple[tuple[str, int], ...]
    why: str
    shapes: str


@dataclass(frozen=True, slots=True)
class Place:
    """One of several places on a map: `clip` is the answer that keeps it."""

    clip: str
    lon: float
    lat: float
    count: int
    area_m2: float


@dataclass(frozen=True, slots=True)
class FileSeen:
    """The counts of one file; read = imported + repaired + skipped."""

    file: str
    format: str
    crs: str
    read: int
    imported: int
    repaired: int
    skipped: int


@dataclass(frozen=True, slots=True)
class MapPreview:
    """Maps as understood so far; `systems` are plausible answers to where they lie."""

    files: tuple[FileSeen, ...] = ()
    layers: tuple[LayerSeen, ...] = ()
    shapes: tuple[Shape, ...] = ()
    more_shapes: int = 0
    places: tuple[Place, ...] = ()
    systems: tuple[tuple[str, str], ...] = ()
    bounds: Box | None = None
    epsg: int | None = None
    kept: int = 0
    bays: int = 0
    assumed: int = 0
    notes: tuple[Note, ...] = ()
    problem: Note | None = None
    project: Project | None = None

    @property
    def ready(self) -> bool:
        """Whether the maps can be taken as they are."""
        return self.project is not None


def preview_maps(project: Project | None, maps: Sequence[Path], options: SiteOptions) -> MapPreview:
    """Read maps as far as possible; without a project they begin one."""
    site = project.site if project else None
    region = site.region if site else "gb"
    answers = replace(options.map, region=options.map.region or region)
    if site is not None and (site.bays or site.areas):
        answers = replace(answers, epsg=site.epsg)
    try:
        read = gather(maps, answers, lambda _path: None)
    except InputError as error:
        return _stopped(maps, answers, error)
    seen = _of_features(read, answers)
    try:
        made = site_of(read, site.name if site else maps[0].stem, None, None, region, options)
    except InputError as error:
        return replace(seen, problem=_problem(error))
    taken = _taken(project, made)
    old_bays, old_assumed = (len(site.bays), len(site.assumptions)) if site else (0, 0)
    return replace(
        seen, project=taken, bays=len(taken.site.bays) - old_bays,
        assumed=len(taken.site.assumptions) - old_assumed,
    )  # fmt: skip


def _taken(project: Project | None, made: Site) -> Project:
    """Put a site that was read into the project, or begin one with it."""
    if project is None:
        from planner.catalogue import load_catalogue
        from planner.model.scenario import Scenario
        from planner.money.pricebook import load_price_book

        book = load_price_book(made.region)
        return Project(made.name, made, (Scenario("A Today"),), load_catalogue(), book)
    return replace(project, site=merged(project.site, made))


def _problem(error: InputError) -> Note:
    action = Action.ASK if error.question else Action.REJECT
    where = ", ".join(part for part in (error.file, error.place) if part)
    return Note(action, "MAP-STOPPED", where, error.reason, error.remedy)


def _of_features(read: Gathered, answers: MapOptions) -> MapPreview:
    kept = {id(feature) for feature in read.features}
    everything = [f for layers in read.layers for f in layers.features]
    shapes, more = _shapes(everything, kept)
    return MapPreview(
        files=tuple(
            FileSeen(m.file, m.format, m.crs, m.read, m.imported, m.repaired, m.skipped)
            for m in read.layers
        ),
        layers=tuple(seen for m in read.layers for seen in _layers(m.file, m.features)),
        shapes=shapes,
        more_shapes=more,
        places=_places(everything, read.epsg),
        epsg=read.epsg,
        kept=len(read.features),
        notes=(*read.clip_notes, *(note for m in read.layers for note in m.notes)),
    )


def _stopped(maps: Sequence[Path], answers: MapOptions, error: InputError) -> MapPreview:
    """Show what a map holds although a question about it is open."""
    problem = _problem(error)
    if "--clip" in error.remedy and not answers.clip:
        try:
            read = gather(maps, replace(answers, clip="all"), lambda _path: None)
        except InputError:
            pass
        else:
            return replace(_of_features(read, answers), problem=problem, notes=())
    path = next((p for p in maps if p.name == error.file), maps[0])
    shown = answers  # a drawing whose unit or place is asked for is shown as it is drawn
    if "--unit" in error.remedy:
        shown = replace(shown, unit="m")
    if {"--unit", "--at"} & set(error.remedy.replace(",", " ").split()):
        shown = replace(shown, at=shown.at or "0,0")
    try:
        raw = format_of(path).read(Source(path, shown))
    except InputError:
        return MapPreview(problem=problem)
    features = [f for f in raw.features if f.geometry is not None]
    if shown is not answers:  # what follows from an invented answer is not said
        raw = replace(raw, crs="", implied="", notes=())
    if not features:
        return MapPreview(problem=problem, notes=raw.notes)
    shapes, more = _shapes(features, {id(f) for f in features})
    bounds = extent([f.geometry for f in features])
    return MapPreview(
        files=(FileSeen(raw.file, raw.format, raw.crs or raw.implied, len(raw.features), 0, 0, 0),),
        layers=tuple(_layers(raw.file, features)),
        shapes=shapes,
        more_shapes=more,
        systems=_systems(bounds, answers) if shown is answers else (),
        bounds=bounds if shown is answers else None,
        notes=raw.notes,
        problem=problem,
    )


def _systems(bounds: Box, answers: MapOptions) -> tuple[tuple[str, str], ...]:
    return tuple((f"EPSG:{epsg}", name) for epsg, name in plausible(bounds, answers.region))


def _layers(file: str, features: Iterable[Feature]) -> list[LayerSeen]:
    by_layer: dict[str, list[Feature]] = {}
    for feature in features:
        by_layer.setdefault(feature.layer, []).append(feature)
    made = []
    for name, inside in by_layer.items():
        roles = Counter(f.role.value for f in inside)
        why = Counter(f.why for f in inside if f.why).most_common(1)
        kinds = Counter(f.geometry.geom_type for f in inside if f.geometry is not None)
        shown = ", ".join(f"{n:,} {_words(kind)}" for kind, n in kinds.most_common(3))
        made.append(
            LayerSeen(file, name, len(inside), tuple(roles.most_common()),
                      why[0][0] if why else "", shown)
        )  # fmt: skip
    return made


def _words(kind: str) -> str:
    if "Polygon" in kind:
        return "outlines"
    return "lines" if "Line" in kind else "points" if "Point" in kind else "mixed"


def _places(features: Sequence[Feature], epsg: int) -> tuple[Place, ...]:
    """Return the places of a map, that with most parking first; none for a single one."""
    parked, shapes, places = places_of(features)
    if not parked:  # nothing says where people park: what lies together is one place
        shapes = np.array([f.geometry for f in features], dtype=object)
        places = shapely.get_parts(shapely.union_all(shapely.buffer(shapes, _APART_M / 2)))
    if len(places) < 2:
        return ()
    back = Transformer.from_crs(epsg, 4326, always_xy=True)
    made = []
    tree = shapely.STRtree(shapes)
    for place in places:
        inside = tree.query(place, predicate="intersects")
        middle = place.centroid
        radius = max(float(place.hausdorff_distance(middle)), 100.0) + 100.0
        lon, lat = back.transform(middle.x, middle.y)
        area = float(shapely.area(shapes[inside]).sum())
        made.append(Place(f"{lon:.6f},{lat:.6f},{radius:.0f}", lon, lat, len(inside), area))
    return tuple(sorted(made, key=lambda p: (-p.area_m2, -p.count))[:_MOST_PLACES])


def _shapes(features: Sequence[Feature], kept: set[int]) -> tuple[tuple[Shape, ...], int]:
    """Return shapes for a small picture: kept ones first, simplified to its pixels."""
    order = sorted(features, key=lambda f: id(f) not in kept)
    geometries = [f.geometry for f in order[:MOST_SHAPES]]
    west, south, east, north = extent(geometries)
    step = max(east - west, north - south) / _SCREEN
    made: list[Shape] = []
    for feature in order[:MOST_SHAPES]:
        if feature.geometry is not None:
            simple = feature.geometry.simplify(step / 2) if np.isfinite(step) else feature.geometry
            made += _drawn(feature, simple, id(feature) in kept)
    return tuple(made), max(0, len(order) - MOST_SHAPES)


def _drawn(feature: Feature, geometry: BaseGeometry, kept: bool) -> list[Shape]:
    made = []
    for part in shapely.get_parts(geometry)[:_MOST_POINTS]:
        kind = _words(part.geom_type)
        line = part.exterior if kind == "outlines" else part
        xy = shapely.get_coordinates(line)
        if len(xy) and np.isfinite(xy).all():
            made.append(Shape(feature.role.value, feature.layer, kind, xy, kept))
    return made
