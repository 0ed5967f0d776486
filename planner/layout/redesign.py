"""Derive trenches and circuits again after chargers or boards were moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grid.findings import Finding
from grid.trace import Trace
from planner.layout.cabling import design_circuits
from planner.layout.graph import Corridors
from planner.layout.placement import spare_ways
from planner.layout.routing import route
from planner.model.charger import ChargerModel
from planner.model.design import Charger, Design, DesignBoard
from planner.model.ids import BoardId, ChargerId, CircuitId, ModelId
from planner.model.outcome import Routing
from planner.model.project import Settings
from planner.model.site import Site


@dataclass(frozen=True, slots=True)
class Redesign:
    """A design with fresh trenches and circuits, and how it came about."""

    design: Design
    routing: Routing
    traces: Mapping[CircuitId, tuple[Trace, ...]]
    findings: tuple[Finding, ...]
    passed: int


def redesign(  # noqa: PLR0913 - the options are by keyword
    site: Site,
    chargers: Mapping[ChargerId, Charger],
    boards: Mapping[BoardId, DesignBoard],
    corridors: Corridors,
    catalogue: Mapping[ModelId, ChargerModel],
    settings: Settings,
    managed_cap_kw: float | None = None,
    *,
    seed: int = 1,
    restarts: int = 4,
    go_on: Callable[[], bool] = lambda: True,
) -> Redesign:
    """Keep chargers and boards where they are; route and size everything else anew."""
    ways = spare_ways(site, corridors)
    routes = route(
        corridors,
        chargers,
        boards,
        ways,
        catalogue,
        managed_cap_kw=managed_cap_kw,
        seed=seed,
        restarts=restarts,
        go_on=go_on,
    )
    cabling = design_circuits(site, chargers, boards, routes, catalogue, settings, managed_cap_kw)
    design = Design(chargers, boards, cabling.circuits, cabling.trenches, managed_cap_kw)
    return Redesign(
        design,
        routes.routing,
        cabling.traces,
        routes.findings + cabling.findings,
        cabling.passed,
    )
