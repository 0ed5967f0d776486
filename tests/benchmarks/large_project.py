"""A large made-up project for the benchmarks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from shapely import LineString, Point, box

from grid.model import (
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Device,
    Installation,
    Insulation,
    SizedCircuit,
)
from planner import underlay_edits
from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger, Circuit, Design, Trench
from planner.model.ids import BayId, ChargerId, CircuitId, ModelId, TrenchId
from planner.model.money import Price, PriceBook
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import AreaKind, Bay, LoadProfile, Site
from planner.model.underlay import Underlay, UnderlayKind

EAST, NORTH = 530_000.123, 180_000.456


def large_project(
    bays: int = 2_000, scenarios: int = 10, chargers: int = 200, quarters: int = 35_040
) -> Project:
    """Make a project with bays in rows, a year of load and scenarios with designs."""
    rng = np.random.default_rng(3)
    kw = rng.uniform(20, 200, quarters)
    kw.flags.writeable = False
    site = Site(
        name="Large",
        epsg=27700,
        bays={b.id: b for b in (_bay(n) for n in range(bays))},
        profile=LoadProfile(datetime(2025, 1, 1, tzinfo=UTC), 15, kw, "Europe/London", "made up"),
    )
    model = ChargerModel(
        ModelId("AC22"), "AC 22 kW", Current.AC, 22.0, 2, 3, 32.0, 1.0, 0.99, 360.0, 40.0, "A",
        300, 200, 1400, 30, 5.0, "AC22", True, "made up",
    )  # fmt: skip
    price = Price("AC22", "chargers", "AC 22 kW", "pc", Decimal(900), Decimal(1000), Decimal(1200),
                  "made up", "2026-01", "low")  # fmt: skip
    design = _design(chargers)
    return Project(
        "Large",
        site,
        tuple(replace(Scenario(f"S{n}"), design=design, seed=n) for n in range(scenarios)),
        {model.id: model},
        PriceBook("gb", "1", "GBP", {price.code: price}),
    )


def with_underlay(project: Project, kilobytes: int = 200) -> Project:
    """Lay a picture under the plan; random bytes stand for what no compression shrinks."""
    picture = b"\x89PNG" + np.random.default_rng(5).bytes(1_000 * kilobytes)
    plan = Underlay(
        "", "Plan", UnderlayKind.PICTURE, "plan.png", 800, 600, (0.25, 0, EAST, 0, -0.25, NORTH)
    )
    return underlay_edits.add_underlay(project, plan, picture)


def _bay(number: int) -> Bay:
    x, y = EAST + 2.5 * (number % 100), NORTH + 11.0 * (number // 100)
    head = LineString([(x, y + 5), (x + 2.5, y + 5)])
    return Bay(
        BayId(f"B{number}"), box(x, y, x + 2.5, y + 5), f"R{number // 100}", number, head=head
    )


def _design(count: int) -> Design:
    chargers, circuits, trenches = {}, {}, {}
    cable = Cable("NYY 5x16", 16.0, 5, Conductor.CU, Insulation.PVC, 1.15, 0.08, 24.0, 16.0)
    device = Device("MCB C40", "MCB", "C", 40.0, 10.0)
    for n in range(count):
        x = EAST + 2.5 * n
        line = LineString([(x, NORTH), (x + 1, NORTH + 3), (x + 2.5, NORTH + 9)])
        chargers[ChargerId(f"C{n}")] = Charger(
            ChargerId(f"C{n}"), ModelId("AC22"), Point(x, NORTH), (BayId(f"B{n}"),)
        )
        demand = CircuitDemand(
            f"K{n}", CircuitKind.FINAL, "MSB", f"C{n}", 40.0, 32.0, 3, 22.0, 0.99, Installation()
        )
        sized = SizedCircuit(demand, cable, 1, device, "A", 60.0, 1.2, "ampacity")
        circuits[CircuitId(f"K{n}")] = Circuit(
            CircuitId(f"K{n}"), line, (TrenchId(f"T{n}"),), line.length, line.length + 4, sized
        )
        trenches[TrenchId(f"T{n}")] = Trench(
            TrenchId(f"T{n}"), line, AreaKind.ASPHALT, (CircuitId(f"K{n}"),)
        )
    return Design(chargers, {}, circuits, trenches)
