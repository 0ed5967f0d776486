"""The place: bays, areas, obstacles, ducts, intake, supply and existing load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
from shapely import LineString, Point, Polygon

from grid.model import Board, Supply
from planner.model.ids import AreaId, BayId, BoardId
from planner.model.kinds import SURFACES as SURFACES  # noqa: PLC0414 - part of the site's nouns
from planner.model.kinds import AreaKind as AreaKind  # noqa: PLC0414 - part of the site's nouns
from planner.model.underlay import Underlay


@dataclass(frozen=True, slots=True)
class Bay:
    """One parking bay.

    `head` is the closed end, the edge away from the aisle, where a charger can
    stand; None where it is not known yet. `source` names file and layer.
    """

    id: BayId
    polygon: Polygon
    row: str
    number: int
    accessible: bool = False
    head: LineString | None = None
    width_m: float = 2.5
    depth_m: float = 5.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A building, surface, keep-out zone, boundary or undivided car park."""

    id: AreaId
    kind: AreaKind
    polygon: Polygon
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree with the radius of its root zone, in which nobody digs."""

    id: str
    point: Point
    root_radius_m: float


@dataclass(frozen=True, slots=True)
class Duct:
    """An existing duct that cables may use without digging."""

    id: str
    line: LineString
    diameter_mm: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where people enter a building or cars enter the site."""

    id: str
    point: Point
    kind: str = "door"
    name: str = ""


@dataclass(frozen=True, slots=True)
class SiteBoard:
    """An existing board on the plan with its electrical data."""

    id: BoardId
    point: Point
    board: Board
    is_origin: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LoadProfile:
    """Existing load as one regular series.

    `kw` holds mean kW per interval from `start` (UTC, interval start), read-only
    float64. `filled` counts values that were not measured. Compared by identity.
    """

    start: datetime
    interval_min: int
    kw: npt.NDArray[np.float64]
    zone: str
    source: str
    filled: int = 0
    notes: tuple[str, ...] = ()

    @property
    def total_kwh(self) -> float:
        """Energy of the whole series in kWh."""
        return float(self.kw.sum()) * self.interval_min / 60

    @property
    def peak_kw(self) -> float:
        """Highest interval mean in kW."""
        return float(self.kw.max())


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value nobody has measured; visible until confirmed."""

    id: str
    subject: str
    text: str
    value: str
    source: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is there before the first charger.

    `epsg` is the projected CRS of all geometry. `supply` and `profile` are None
    until the user has given them.
    """

    name: str
    epsg: int
    region: str = "gb"
    bays: Mapping[BayId, Bay] = field(default_factory=dict)
    areas: Mapping[AreaId, Area] = field(default_factory=dict)
    trees: tuple[Tree, ...] = ()
    ducts: tuple[Duct, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    boards: Mapping[BoardId, SiteBoard] = field(default_factory=dict)
    substation: Point | None = None
    supply: Supply | None = None
    profile: LoadProfile | None = None
    assumptions: tuple[Assumption, ...] = ()
    import_notes: tuple[str, ...] = ()
    underlays: tuple[Underlay, ...] = ()
