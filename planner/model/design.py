"""The decisions: chargers, boards, circuits and trenches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely import LineString, Point

from grid.model import Board, SizedCircuit
from planner.model.ids import BayId, BoardId, ChargerId, CircuitId, ModelId, TrenchId
from planner.model.site import AreaKind


@dataclass(frozen=True, slots=True)
class Charger:
    """A charger at a point, serving one or more bays.

    `terminals` names the order of lines at each outlet, "L2-L3-L1": a
    single-phase car charges on the first of them. Empty for DC chargers.
    """

    id: ChargerId
    model: ModelId
    point: Point
    bays: tuple[BayId, ...]
    pinned: bool = False
    terminals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DesignBoard:
    """A new board or feeder pillar."""

    id: BoardId
    point: Point
    board: Board
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Trench:
    """One straight or bent piece of trench with a single surface.

    `existing_duct` pieces cost pulling only; `circuits` are those laid in it.
    """

    id: TrenchId
    line: LineString
    surface: AreaKind
    circuits: tuple[CircuitId, ...]
    existing_duct: bool = False

    @property
    def length_m(self) -> float:
        """Length on the plan in metres."""
        return float(self.line.length)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A feeder or final circuit with its route and electrical design.

    `route_m` is the plan length, `cable_m` adds vertical parts and tails.
    """

    id: CircuitId
    route: LineString
    trenches: tuple[TrenchId, ...]
    route_m: float
    cable_m: float
    sized: SizedCircuit


@dataclass(frozen=True, slots=True)
class Design:
    """A complete layout; `managed_cap_kw` None means no load management."""

    chargers: Mapping[ChargerId, Charger] = field(default_factory=dict)
    boards: Mapping[BoardId, DesignBoard] = field(default_factory=dict)
    circuits: Mapping[CircuitId, Circuit] = field(default_factory=dict)
    trenches: Mapping[TrenchId, Trench] = field(default_factory=dict)
    managed_cap_kw: float | None = None
