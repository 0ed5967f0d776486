"""Fixtures for all: a tiny hand-made site with a complete outcome, and the shared samples.

The site has twelve bays in one row in British National Grid; heads point north
to a lawn. The main board stands south-west beyond a strip of asphalt.

         lawn      C1   C2   P1        C3
    bays  1 2 3 4 5 6 7 8 9 10 11 12          y = 15 to 20
    asphalt                                    y = 0 to 20
    MSB (building, x < 0)
"""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from shapely import LineString, Point, box
from shapely.affinity import translate

from grid.findings import Finding, Severity
from grid.model import (
    Board,
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Device,
    Installation,
    Insulation,
    SizedCircuit,
    Source,
    Supply,
    Transformer,
)
from grid.trace import Trace, TraceInput
from planner.model.charger import ChargerModel, Current
from planner.model.demand import Demand, DemandInput, Sessions
from planner.model.design import Charger, Circuit, Design, DesignBoard, Trench
from planner.model.ids import (
    AreaId,
    BayId,
    BoardId,
    ChargerId,
    CircuitId,
    ModelId,
    TrenchId,
)
from planner.model.money import PriceBook, Terms
from planner.model.outcome import (
    BranchState,
    CaseState,
    GridReport,
    NodeState,
    Outcome,
    Routing,
    Service,
)
from planner.model.project import Client, Project
from planner.model.scenario import Objective, Scenario
from planner.model.site import (
    Area,
    AreaKind,
    Assumption,
    Bay,
    Entrance,
    LoadProfile,
    Site,
    SiteBoard,
    Tree,
)
from planner.money.pricebook import load_price_book
from planner.money.pricing import price
from planner.money.takeoff import take_off

# The same cases in every run: a failure points at the change, not at luck; the long
# random search is a command of its own. A shared machine may stall any example.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

if "coverage" in sys.modules:
    # A reader that is killed once it has answered never reports what it ran: let it end.
    _kill = BaseProcess.kill

    def _kill_late(process: Any) -> None:
        process.join(3)
        _kill(process)

    BaseProcess.kill = _kill_late  # type: ignore[method-assign]

EAST, NORTH = 530_000.0, 180_000.0


def _at(x: float, y: float) -> Point:
    return Point(EAST + x, NORTH + y)


def _line(*points: tuple[float, float]) -> LineString:
    return LineString([(EAST + x, NORTH + y) for x, y in points])


def _area(area_id: str, kind: AreaKind, bounds: tuple[float, float, float, float], name: str = ""):
    return AreaId(area_id), Area(
        AreaId(area_id), kind, translate(box(*bounds), EAST, NORTH), name, "hand-made"
    )


def _bay(number: int) -> Bay:
    x = 2.5 * (number - 1)
    return Bay(
        id=BayId(f"A{number}"),
        polygon=translate(box(x, 15, x + 2.5, 20), EAST, NORTH),
        row="A",
        number=number,
        accessible=number == 1,
        head=_line((x, 20), (x + 2.5, 20)),
        source="hand-made",
    )


def _supply() -> Supply:
    return Supply(
        source=Source(vn_kv=11.0, s_sc_max_mva=250.0, s_sc_min_mva=150.0),
        transformer=Transformer("TX1", 500.0, 11.0, 420.0, 4.5, 5.1, 0.68, 0.5),
        agreed_kva=300.0,
    )


def _profile() -> LoadProfile:
    hour = np.arange(48) / 2
    kw = np.tile(90 + 50 * np.sin((hour - 9) / 24 * 2 * np.pi) ** 2, 365)
    kw.flags.writeable = False
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return LoadProfile(start, 30, kw, "Europe/London", "hand-made")


@pytest.fixture(scope="session")
def tiny_site() -> Site:
    """Twelve bays, a building with the main board, a lawn, a tree and a transformer."""
    msb = BoardId("MSB")
    return Site(
        name="Tiny <Court> & Co",
        epsg=27700,
        region="gb",
        bays={bay.id: bay for bay in map(_bay, range(1, 13))},
        areas=dict(
            [
                _area("S1", AreaKind.ASPHALT, (-2, 0, 32, 20), "Car park"),
                _area("S2", AreaKind.GRASS, (-10, 20, 40, 30), "Lawn"),
                _area("B1", AreaKind.BUILDING, (-10, 0, -2, 20), "Tiny Court"),
                _area("K1", AreaKind.KEEP_OUT, (33, 22, 37, 26), "Gas valve"),
            ]
        ),
        trees=(Tree("W1", _at(-5, 27), 2.0),),
        entrances=(Entrance("E1", _at(-2, 5), "door", "Lobby"),),
        boards={msb: SiteBoard(msb, _at(-2, 16), Board("MSB", "Main board", 630, 12, 3), True)},
        substation=_at(-8, 22),
        supply=_supply(),
        profile=_profile(),
        assumptions=(
            Assumption("soil", "Site", "Thermal resistivity of soil", "2.5 K·m/W", "IEC default"),
        ),
    )


@pytest.fixture(scope="session")
def tiny_catalogue() -> dict[ModelId, ChargerModel]:
    """One AC post with two sockets and one DC unit."""
    ac = ChargerModel(
        id=ModelId("AC22-2"), name="22 kW post, two sockets", current=Current.AC, power_kw=44.0,
        outlets=2, phases=3, max_input_a=64.0, efficiency=1.0, power_factor=0.99,
        voltage_min_v=360.0, supply_protection_a=80.0, rcd="Type A 30 mA + RDC-DD 6 mA",
        width_mm=400, depth_mm=300, height_mm=1500, mass_kg=40, lead_m=5.0,
        price_code="CHG-AC22-2", generic=True, source="hand-made",
    )  # fmt: skip
    dc = ChargerModel(
        id=ModelId("DC50"), name="50 kW DC charger", current=Current.DC, power_kw=50.0,
        outlets=2, phases=3, max_input_a=80.0, efficiency=0.95, power_factor=0.98,
        voltage_min_v=360.0, supply_protection_a=100.0, rcd="Type B 300 mA",
        width_mm=600, depth_mm=500, height_mm=1900, mass_kg=250, lead_m=4.0,
        price_code="CHG-DC50", generic=True, source="hand-made",
    )  # fmt: skip
    return {ac.id: ac, dc.id: dc}


_CABLES = {
    # size: (R at 20 °C, X, outside diameter), four-core Cu XLPE SWA.
    25.0: (0.727, 0.086, 29.2),
    35.0: (0.524, 0.083, 32.4),
    95.0: (0.193, 0.079, 48.0),
}


def _cable(size_mm2: float) -> Cable:
    r20, x, od = _CABLES[size_mm2]
    return Cable(
        f"cu-xlpe-swa-4x{size_mm2:g}", size_mm2, 4, Conductor.CU, Insulation.XLPE, r20, x, od, 0.0
    )


def _circuit(  # noqa: PLR0917 - one table row per call
    circuit_id: str, ends: tuple[str, str], trenches: str, route: LineString,
    ib_a: float, p_kw: float, size_mm2: float, in_a: float, iz_a: float, drop_pct: float,
) -> Circuit:  # fmt: skip
    kind = CircuitKind.FEEDER if ends[0] == "MSB" else CircuitKind.FINAL
    cable_m = round(route.length + 4.0, 1)
    demand = CircuitDemand(
        circuit_id, kind, ends[0], ends[1], cable_m, ib_a, 3, p_kw, 0.98, Installation()
    )
    device = Device(f"MCCB-{in_a:g}", "MCCB", "", in_a, 25.0)
    rcd = "" if kind is CircuitKind.FEEDER else "rcd-30-a"
    sized = SizedCircuit(demand, _cable(size_mm2), 1, device, rcd, iz_a, drop_pct, "ampacity")
    return Circuit(
        CircuitId(circuit_id), route, tuple(TrenchId(t) for t in trenches.split()),
        route.length, cable_m, sized,
    )  # fmt: skip


@pytest.fixture(scope="session")
def tiny_design() -> Design:
    """Three chargers behind one pillar; five trenches of 40.5 m, one in asphalt."""
    m1, p1 = (-2.0, 16.0), (15.0, 21.0)
    routes = {
        "T1": (AreaKind.ASPHALT, _line(m1, (-1, 16), (-1, 20)), "F1"),
        "T2": (AreaKind.GRASS, _line((-1, 20), (-1, 21.5), (15, 21.5), p1), "F1"),
        "T3": (AreaKind.GRASS, _line(p1, (7.5, 21)), "L1 L2"),
        "T4": (AreaKind.GRASS, _line((7.5, 21), (2.5, 21)), "L1"),
        "T5": (AreaKind.GRASS, _line(p1, (20, 21)), "L3"),
    }
    trenches = {
        TrenchId(t): Trench(TrenchId(t), line, kind, tuple(map(CircuitId, on.split())))
        for t, (kind, line, on) in routes.items()
    }
    circuits = (
        _circuit("F1", ("MSB", "P1"), "T1 T2", _line(
            m1, (-1, 16), (-1, 20), (-1, 21.5), (15, 21.5), p1), 150.0, 100.0, 95, 200, 223, 0.43),
        _circuit("L1", ("P1", "C1"), "T3 T4", _line(p1, (2.5, 21)), 70.5, 44.0, 25, 80, 96, 0.50),
        _circuit("L2", ("P1", "C2"), "T3", _line(p1, (7.5, 21)), 70.5, 44.0, 25, 80, 96, 0.35),
        _circuit("L3", ("P1", "C3"), "T5", _line(p1, (20, 21)), 86.0, 53.7, 35, 100, 115, 0.25),
    )  # fmt: skip
    chargers = (
        Charger(ChargerId("C1"), ModelId("AC22-2"), _at(2.5, 20.6), (BayId("A1"), BayId("A2"))),
        Charger(ChargerId("C2"), ModelId("AC22-2"), _at(7.5, 20.6), (BayId("A3"), BayId("A4"))),
        Charger(ChargerId("C3"), ModelId("DC50"), _at(20, 20.6), (BayId("A8"), BayId("A9"))),
    )
    pillar = DesignBoard(BoardId("P1"), _at(*p1), Board("P1", "Pillar P1", 250, 6, 3))
    return Design(
        {c.id: c for c in chargers},
        {pillar.id: pillar},
        {c.id: c for c in circuits},
        trenches,
        managed_cap_kw=100.0,
    )


def _demand() -> Demand:
    n = 14
    sessions = Sessions(
        arrive_min=480.0 + 10 * np.arange(n), depart_min=900.0 + 10 * np.arange(n),
        energy_kwh=np.full(n, 18.0), ac_kw=np.full(n, 11.0), dc_kw=np.full(n, 50.0),
        group=np.zeros(n, dtype=np.int64), groups=("workplace",), horizon_days=7,
    )  # fmt: skip
    kw = np.zeros(7 * 96)
    kw[32:44] = 88.0
    return Demand(sessions, 15, kw, 2.0, 36.0, 88.0, tuple([0.0] * 8 + [2.0] + [0.0] * 15), 7.0)


def _grid_report() -> GridReport:
    node = NodeState
    return GridReport(
        cases=(
            CaseState("Existing peak and managed cap", 240, 100, 246, 49.2, 82.0, 0.981, True),
            CaseState("Lowest voltage", 190, 100, 196, 39.2, 65.3, 0.978, True),
        ),
        nodes={
            "MSB": node("MSB", "Main board", 0.998, 0.2, 14.9, 12.1, 0.017),
            "P1": node("P1", "Pillar P1", 0.994, 0.63, 9.8, 3.9, 0.047),
            "C1": node("C1", "Charger C1", 0.989, 1.13, 5.6, 1.6, 0.101),
            "C2": node("C2", "Charger C2", 0.991, 0.98, 6.4, 1.9, 0.086),
            "C3": node("C3", "Charger C3", 0.992, 0.88, 7.3, 2.3, 0.072),
        },
        branches={
            "TX1": BranchState("TX1", 342.0, 688.0, 49.2, 1.9),
            "F1": BranchState("F1", 150.0, 223.0, 67.3, 0.36),
            "L1": BranchState("L1", 70.5, 96.0, 73.4, 0.21),
            "L2": BranchState("L2", 70.5, 96.0, 73.4, 0.14),
            "L3": BranchState("L3", 86.0, 115.0, 74.8, 0.12),
        },
        method="hand-made",
    )  # fmt: skip


def _service() -> Service:
    kw = np.zeros(7 * 96)
    kw[32:44] = 88.0
    return Service("least_laxity", 98.2, 99.4, 3.1, 0.0, 88.0, 138.0, 100.0, 15, kw)


@pytest.fixture(scope="session")
def tiny_project(tiny_site, tiny_catalogue, tiny_design, tiny_book) -> Project:
    """One scenario with the design accepted."""
    scenario = Scenario("Balanced 2027", (DemandInput("workplace", 14.0),), design=tiny_design)
    return Project(
        name="Tiny Court",
        site=tiny_site,
        scenarios=(scenario,),
        catalogue=tiny_catalogue,
        price_book=tiny_book,
        terms=Terms(quote_date=date(2026, 11, 22)),
        client=Client("Tiny Court Ltd", "1 Station Road", "Fairfield Electrical", "2026-114"),
    )


@pytest.fixture(scope="session")
def tiny_book() -> PriceBook:
    """The shipped book of Great Britain."""
    return load_price_book("gb")


@pytest.fixture(scope="session")
def tiny_outcome(tiny_project, tiny_site, tiny_design, tiny_catalogue, tiny_book) -> Outcome:
    """The result of every stage for the tiny design."""
    bom = take_off(tiny_site, tiny_design, tiny_catalogue, tiny_book)
    quote = price(bom, tiny_book, tiny_project.terms)
    trace = Trace(
        "Voltage drop", 0.5, "%", "IEC 60364-5-52:2009, Annex G", "u = b·(r·cosφ + x·sinφ)·L·I_b",
        "0.50 = 1·(0.727·1.28·0.98 + 0.086·0.2)·0.0165·70.5/2.3", (
            TraceInput("L", 16.5, "m", "plan"),
            TraceInput("I_b", 70.5, "A", "charger data sheet"),
        ),
    )  # fmt: skip
    finding = Finding(
        "GRID-AGREED", Severity.WARNING, "MSB", "Main board",
        "Agreed capacity is used to 82 % at the worst hour", "", 82.0, 100.0, "%",
        "Keep the managed cap at 100 kW",
    )  # fmt: skip
    return Outcome(
        objective=Objective.BALANCED,
        design=tiny_design,
        demand=_demand(),
        mix=None,
        routing=Routing(1885.05, 1870.0),
        reasons={ChargerId("C1"): ("Closest pair of bays to the accessible route",)},
        traces={CircuitId("L1"): (trace,)},
        grid=_grid_report(),
        service=_service(),
        bom=bom,
        quote=quote,
        findings=(finding, *quote.findings),
        passed_checks=12,
        assumptions=tiny_site.assumptions,
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of shared sample files beside the repository; the test skips without it."""
    root = Path(__file__).resolve().parents[1]
    for folder in (root.parent / "shared", root.parent.parent / "shared"):
        if folder.is_dir():
            return folder
    pytest.skip("the shared samples are not beside this repository")


@pytest.fixture(scope="session")
def pgm_year() -> type:
    """Return the builder of the same network in power-grid-model, an engine of its own."""
    path = Path(__file__).parent / "benchmarks" / "pgm_year.py"
    spec = importlib.util.spec_from_file_location("pgm_year", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PgmYear
