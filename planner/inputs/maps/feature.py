"""What a map file holds: features as read, and what was said about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from planner.inputs.report import Action, Note, gravest


class Role(StrEnum):
    """What a feature is on the plan."""

    BAY = "bay"
    STRIP = "strip"
    PARKING = "parking"
    BUILDING = "building"
    ASPHALT = "asphalt"
    PAVING = "paving"
    CONCRETE = "concrete"
    GRASS = "grass"
    ROAD = "road"
    KEEP_OUT = "keep_out"
    BOUNDARY = "boundary"
    TREE = "tree"
    DUCT = "duct"
    ENTRANCE = "entrance"
    SUBSTATION = "substation"
    BOARD = "board"
    OTHER = "other"


SURFACE_ROLES = (Role.ASPHALT, Role.PAVING, Role.CONCRETE, Role.GRASS, Role.ROAD)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature; coordinates are x, y in the CRS of the file (longitude first).

    `geometry` is None where the file gives none that can be used, and `fault`
    then says why. `mended` lists what had to be done to read it.
    """

    id: str
    place: str
    layer: str
    tags: Mapping[str, str]
    geometry: BaseGeometry | None
    fault: str = ""
    mended: tuple[str, ...] = ()
    role: Role = Role.OTHER
    why: str = ""


@dataclass(frozen=True, slots=True)
class RawMap:
    """A file as read: features in its own coordinates and the CRS it declares.

    `crs` is an EPSG code ("EPSG:27700") or WKT, empty where the file says
    nothing; `implied` is what its format then means (GeoJSON: EPSG:4326).
    `tagged`: its tags alone say what a feature is, not its layer or size.
    """

    file: str
    format: str
    features: tuple[Feature, ...]
    crs: str = ""
    implied: str = ""
    notes: tuple[Note, ...] = ()
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class MapOptions:
    """Answers the user gives beforehand; each names the option that asks for it.

    `crs` overrides the declared system, `epsg` is the site's own (metres).
    `roles` gives layers a role by name. `accepted` holds codes of questions whose
    proposed answer is taken: areas, duplicates, overlaps, size. `clip` is "all",
    "largest" or "LON,LAT,RADIUS_M". For drawings, `unit` is the length of one unit
    ("mm", "ft" ..., see `maps.units`) and `at` is "LON,LAT" or "LON,LAT,DEGREES":
    where the middle of a drawing without georeference lies and how far it is turned
    clockwise.
    """

    crs: str = ""
    encoding: str = ""
    epsg: int | None = None
    region: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    clip: str = ""
    repair: bool = True
    unit: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class MapLayers:
    """A map ready for the site: features with roles in metres of `epsg`.

    The counts add up: `read` = imported unchanged + repaired + skipped.
    """

    file: str
    format: str
    crs: str
    epsg: int
    features: tuple[Feature, ...]
    notes: tuple[Note, ...]
    read: int
    repaired: int
    skipped: int

    @property
    def imported(self) -> int:
        """Features taken over without any change."""
        return self.read - self.repaired - self.skipped

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of features by role."""
        return dict(Counter(feature.role.value for feature in self.features))

    @property
    def action(self) -> Action:
        """The gravest thing that was done: ask, skip, repair or accept."""
        return gravest(self.notes)

    def of(self, *roles: Role) -> tuple[Feature, ...]:
        """Features that have one of the roles, in file order."""
        return tuple(f for f in self.features if f.role in roles)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, whose kind its name and content agree on."""

    path: Path
    options: MapOptions

    @property
    def name(self) -> str:
        """Base name, the only part of the path that messages show."""
        return self.path.name
