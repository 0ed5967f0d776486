"""Several maps, a supply sheet and a load profile become one site.

What the maps do not say becomes a visible assumption; what was repaired, left
out or taken with a proposed answer stands in the site's import notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from planner.inputs.maps.crs import WIDEST_M
from planner.inputs.parking import fill_parking
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
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
) -> Site:
    """Build a site from its files.

    Raises
    ------
    InputError
        Where a map cannot be used or the user has to decide.
    """
    options = options or SiteOptions()
    read = _read_all(maps, replace(options.map, region=options.map.region or region))
    epsg = read[0].epsg
    everything = tuple(feature for layers in read for feature in layers.features)
    clipped = clip(everything, options.map.clip, epsg, read[0].file)
    kept = {id(feature) for feature in clipped.features}
    notes = [f"{r.file}: {n.text}" for r in read for n in r.notes]
    notes += [f"{read[0].file}: {n.text}" for n in clipped.notes]
    assumptions = list(_as_assumptions([*clipped.notes, *(n for r in read for n in r.notes)]))
    bays: dict[BayId, Bay] = {}
    areas: dict[AreaId, Area] = {}
    for layers in read:
        own = [feature for feature in layers.features if id(feature) in kept]
        bays |= plan_items.bays(own, layers.file, bays)
        areas |= plan_items.areas(own, layers.file, areas)
    features = clipped.features
    filled = fill_parking(features, bays, areas, options.fill)
    bays |= filled.bays
    ground = complete(areas, bays, in_street=filled.in_street)
    areas |= ground.areas
    assumptions += [*filled.assumptions, *ground.assumptions]
    notes += filled.notes
    trees, about_trees = plan_items.trees(features)
    ducts, about_ducts = plan_items.ducts(features, read[0].file)
    station = intake.substation(features)
    place, why = intake.assumed_place(areas, bays, station)
    told = _told(options.intake, epsg)
    boards, about_boards, board_notes = intake.boards(features, supply, told, place, why)
    return Site(
        name=name,
        epsg=epsg,
        region=region,
        bays=_headed(bays, areas),
        areas=areas,
        trees=trees,
        ducts=ducts,
        entrances=plan_items.entrances(features),
        boards=boards,
        substation=station,
        supply=supply.supply if supply else None,
        profile=profile,
        assumptions=(
            *assumptions, *about_trees, *about_ducts, *about_boards,
            *(supply.assumptions if supply else ()),
        ),
        import_notes=(*notes, *board_notes, *(supply.notes if supply else ())),
    )  # fmt: skip


def _read_all(maps: Sequence[Path], options: MapOptions) -> list[MapLayers]:
    """Read all maps into the system of the first; one far from the others is a question."""
    if not maps:
        raise InputError("map", "", "no map was given", "name one with --map FILE")
    read = [read_map(maps[0], options)]
    for path in maps[1:]:
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


def _as_assumptions(notes: Sequence[Note]) -> list[Assumption]:
    """Turn questions that were answered as proposed into assumptions to confirm."""
    return [
        Assumption(
            f"map-{note.code.lower()}-{number}", note.place or "Map", note.message,
            "taken as proposed", f"own assumption; {note.remedy}",
        )
        for number, note in enumerate((n for n in notes if n.action is Action.ASK), 1)
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
