"""Several maps, a supply sheet and a load profile become one site.

What the maps do not say becomes a visible assumption; what was repaired, left
out or taken with a proposed answer stands in the site's import notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely import Point

from planner.inputs import intake, plan_items
from planner.inputs.clip import clip
from planner.inputs.ground import complete
from planner.inputs.heads import with_heads
from planner.inputs.maps import MapLayers, MapOptions, read_map
from planner.inputs.maps.crs import WIDEST_M, better_epsg, extent
from planner.inputs.maps.feature import Feature
from planner.inputs.parking import fill_parking
from planner.inputs.problem import InputError
from planner.inputs.report import MOST_KEPT, Action, Note
from planner.inputs.workbooks.supply import SupplySheet
from planner.layout.bay_fill import FillOptions
from planner.model.ids import AreaId, BayId
from planner.model.site import Area, AreaKind, Assumption, Bay, LoadProfile, Site

_DRIVABLE = (AreaKind.ASPHALT, AreaKind.CONCRETE, AreaKind.ROAD, AreaKind.PARKING)
_CLOSED = (AreaKind.BUILDING,)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Answers and choices of the user; `intake` is "X,Y" in the site's or in degrees."""

    map: MapOptions = field(default_factory=MapOptions)
    fill: FillOptions = field(default_factory=FillOptions)
    intake: str = ""


def build_site(
    name: str,
    maps: Sequence[Path],
    supply: SupplySheet | None = None,
    profile: LoadProfile | None = None,
    region: str = "gb",
    options: SiteOptions | None = None,
    told: Callable[[Path], None] = lambda _path: None,
) -> Site:
    """Build a site from its files; `told` hears which map is read next.

    Raises
    ------
    InputError
        Where a map cannot be used or the user has to decide.
    """
    options = options or SiteOptions()
    read = gather(maps, replace(options.map, region=options.map.region or region), told)
    return site_of(read, name, supply, profile, region, options)


def site_of(
    maps_read: Gathered,
    name: str,
    supply: SupplySheet | None,
    profile: LoadProfile | None,
    region: str,
    options: SiteOptions,
) -> Site:
    """Build a site from maps that have been read."""
    plan = _drawn(maps_read, options.fill)
    features, file = maps_read.features, maps_read.layers[0].file
    trees, about_trees = plan_items.trees(features)
    ducts, about_ducts = plan_items.ducts(features, file)
    station = intake.substation(features)
    place, why = intake.assumed_place(plan.areas, plan.bays, station)
    place_told = _told(options.intake, maps_read.epsg)
    boards, about_boards, board_notes = intake.boards(features, supply, place_told, place, why)
    return Site(
        name=name,
        epsg=maps_read.epsg,
        region=region,
        bays=_headed(plan.bays, plan.areas),
        areas=plan.areas,
        trees=trees,
        ducts=ducts,
        entrances=plan_items.entrances(features),
        boards=boards,
        substation=station,
        supply=supply.supply if supply else None,
        profile=profile,
        assumptions=(
            *_as_assumptions(maps_read), *plan.assumptions, *about_trees, *about_ducts,
            *about_boards, *(supply.assumptions if supply else ()),
        ),
        import_notes=(
            *_lines(maps_read), *plan.notes, *board_notes, *(supply.notes if supply else ()),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gathered:
    """All maps in one system, and what is kept of them."""

    layers: tuple[MapLayers, ...]
    features: tuple[Feature, ...]
    clip_notes: tuple[Note, ...]
    epsg: int

    def of(self, layers: MapLayers) -> list[Feature]:
        """Return the kept features of one map."""
        kept = {id(feature) for feature in self.features}
        return [feature for feature in layers.features if id(feature) in kept]


def gather(maps: Sequence[Path], options: MapOptions, told: Callable[[Path], None]) -> Gathered:
    """Read and clip all maps, again in a better system where the kept place asks for one.

    A map of many places has its system chosen for its middle, which may be far
    from the place that is kept.
    """
    layers = _read_all(maps, options, told)
    epsg = layers[0].epsg
    everything = tuple(feature for one in layers for feature in one.features)
    clipped = clip(everything, options.clip, epsg, layers[0].file)
    found = Gathered(tuple(layers), clipped.features, clipped.notes, epsg)
    if options.epsg is None and len(clipped.features) < len(everything):
        better = better_epsg(epsg, extent([f.geometry for f in clipped.features]), options.region)
        if better != epsg:
            return gather(maps, replace(options, epsg=better), told)
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """Bays and areas of the site, drawn or assumed."""

    bays: Mapping[BayId, Bay]
    areas: Mapping[AreaId, Area]
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...]


def _drawn(gathered: Gathered, options: FillOptions) -> _Plan:
    """Collect bays and areas of all maps, divide car parks, and complete the ground."""
    bays: dict[BayId, Bay] = {}
    areas: dict[AreaId, Area] = {}
    for layers in gathered.layers:
        own = gathered.of(layers)
        bays |= plan_items.bays(own, layers.file, bays)
        areas |= plan_items.areas(own, layers.file, areas)
    filled = fill_parking(gathered.features, bays, areas, options)
    bays |= filled.bays
    ground = complete(areas, bays, in_street=filled.in_street)
    areas |= ground.areas
    return _Plan(bays, areas, (*filled.assumptions, *ground.assumptions), filled.notes)


def _lines(gathered: Gathered) -> list[str]:
    """Return the notes as lines; a very long list of one kind ends with how many more."""
    lines = [f"{gathered.layers[0].file}: {note.text}" for note in gathered.clip_notes]
    for layers in gathered.layers:
        kinds = Counter(note.code for note in layers.notes)
        seen: Counter[str] = Counter()
        for note in layers.notes:
            seen[note.code] += 1
            if seen[note.code] <= MOST_KEPT:
                lines.append(f"{layers.file}: {note.text}")
        lines += [
            f"{layers.file}: and {count - MOST_KEPT:,} more of the kind {code}"
            for code, count in kinds.items()
            if count > MOST_KEPT
        ]
    return lines


def _read_all(
    maps: Sequence[Path], options: MapOptions, told: Callable[[Path], None]
) -> list[MapLayers]:
    """Read all maps into the system of the first; one far from the others is a question."""
    if not maps:
        raise InputError("map", "", "no map was given", "name one with --map FILE")
    told(maps[0])
    read = [read_map(maps[0], options)]
    for path in maps[1:]:
        told(path)
        layers = read_map(path, replace(options, epsg=read[0].epsg))
        far = _middle(layers).distance(_middle(read[0]))
        if far > WIDEST_M:
            raise InputError(
                layers.file, "", f"it lies {far / 1000:,.0f} km from {read[0].file}",
                "name its system with --crs EPSG:CODE, or leave one of the maps out",
                question=True,
            )  # fmt: skip
        read.append(layers)
    return read


def _middle(layers: MapLayers) -> Point:
    shapes = np.array([f.geometry for f in layers.features], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    return Point((west + east) / 2, (south + north) / 2)


def _as_assumptions(gathered: Gathered) -> list[Assumption]:
    """Turn questions that were answered as proposed into assumptions to confirm."""
    notes = [*gathered.clip_notes, *(note for one in gathered.layers for note in one.notes)]
    asked = [note for note in notes if note.action is Action.ASK]
    return [
        Assumption(
            f"map-{note.code.lower()}-{number}", note.place or "Map", note.message,
            "taken as proposed", f"own assumption; {note.remedy}",
        )
        for number, note in enumerate(asked, 1)
    ]  # fmt: skip


def _told(choice: str, epsg: int) -> Point | None:
    """Return the intake the user named, in degrees where the numbers can be degrees."""
    if not choice:
        return None
    try:
        x, y = (float(part) for part in choice.split(","))
    except ValueError:
        raise InputError(
            "map", "", f"--intake '{choice[:40]}' is not understood",
            "use --intake LON,LAT or --intake EAST,NORTH",
        ) from None  # fmt: skip
    if abs(x) <= 180 and abs(y) <= 90:
        x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(x, y)
    return Point(x, y)


def _headed(bays: Mapping[BayId, Bay], areas: Mapping[AreaId, Area]) -> dict[BayId, Bay]:
    ground = [a.polygon for a in areas.values() if a.kind in _DRIVABLE]
    if not ground:
        ground = [a.polygon for a in areas.values() if a.kind is AreaKind.PAVING]
    closed = [a.polygon for a in areas.values() if a.kind in _CLOSED]
    return with_heads(bays, ground, closed)
