"""The headroom of every bay: what binds there, what lifting it costs, and that it is true."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from grid.codes import registry
from grid.findings import Severity
from grid.model import CircuitDemand, CircuitKind, Installation, LoadCase, Source, Supply
from grid.network.powerflow import solve
from grid.wiring.sizing import size_circuit
from grid.wiring.thicker import thicker
from grid.wiring.transformers import catalogue as transformers
from grid.wiring.upstream import origin
from planner.checks.bay_circuits import asked_for
from planner.checks.headroom_map import headroom_of
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year_load import year_load, year_loads
from planner.headroom_report import headroom_json, headroom_lines
from planner.inputs.own_tables import COLUMNS, read_own_table
from planner.model.headroom import HeadroomMap
from planner.model.ids import BayId


@pytest.fixture(scope="module")
def found(tiny_project, tiny_design, tiny_outcome) -> HeadroomMap:
    return headroom_of(tiny_project, tiny_design, tiny_outcome.service)


def with_supply(project, **changes):
    supply = replace(project.site.supply, **changes)
    return replace(project, site=replace(project.site, supply=supply))


def test_every_bay_has_every_size(found, tiny_project) -> None:
    assert set(found.bays) == set(tiny_project.site.bays)
    for room in found.bays.values():
        assert [s.size_kw for s in room.sizes] == [22.0, 50.0, 75.0, 100.0, 150.0]
        assert all(s.lift is not None or s.fits or s.kind == "no cable" for s in room.sizes)


def test_a_bay_with_a_charger_is_bound_by_the_circuit_it_has(found) -> None:
    room = found.bays[BayId("A1")]
    size = room.next_size
    assert room.charger == "C1"
    assert (size.kind, size.element, size.limit, size.unit) == ("own circuit", "L1", 80.0, "A")
    assert "Circuit L1" in size.lift.text


def test_a_bay_may_bear_the_name_of_a_charger(tiny_project, tiny_design, tiny_outcome) -> None:
    """Bay C1 and charger C1 are two things: the rooms of one must not become the other's."""
    site = tiny_project.site
    bays = {BayId("C1") if k == "A12" else k: b for k, b in site.bays.items()}
    bays[BayId("C1")] = replace(bays[BayId("C1")], id=BayId("C1"))
    project = replace(tiny_project, site=replace(site, bays=bays))
    found = headroom_of(project, tiny_design, tiny_outcome.service)
    assert found.bays[BayId("A1")].next_size.element == "L1"
    assert found.bays[BayId("C1")].charger is None


def test_the_pillar_binds_far_bays_and_the_step_says_what_to_lay(found) -> None:
    """Feeder F1 is protected at 200 A; 150 kW more draw 240 A."""
    large = found.bays[BayId("A12")].sizes[-1]
    assert (large.kind, large.element) in {("circuit", "F1"), ("agreed capacity", "supply")}
    assert large.lift.cost > 0
    assert large.lift.confidence in "ABCM"


def test_small_agreed_capacity_binds_and_its_price_is_from_the_book(
    tiny_project, tiny_design, tiny_outcome
) -> None:
    project = with_supply(tiny_project, agreed_kva=245.0)
    size = headroom_of(project, tiny_design, tiny_outcome.service).bays[BayId("A12")].sizes[1]
    kva = float(size.lift.text.split()[2])
    price = project.price_book.prices["AGREED-KVA"].typical
    assert size.kind == "agreed capacity"
    assert size.lift.cost == pytest.approx((kva - 245.0) * float(price))
    assert kva % 10 == 0
    assert size.lift.lead_time == "not known"


def test_a_missing_price_stays_visible(tiny_project, tiny_design, tiny_outcome) -> None:
    book = tiny_project.price_book
    prices = {k: v for k, v in book.prices.items() if k != "AGREED-KVA"}
    project = replace(
        with_supply(tiny_project, agreed_kva=245.0), price_book=replace(book, prices=prices)
    )
    found = headroom_of(project, tiny_design, tiny_outcome.service)
    lift = found.bays[BayId("A12")].sizes[1].lift
    assert (lift.cost, lift.code) == (None, "AGREED-KVA")
    assert any("no price for AGREED-KVA" in line for line in headroom_lines(found))


def test_no_room_at_all_is_a_finding(tiny_project, tiny_design, tiny_outcome) -> None:
    project = with_supply(tiny_project, agreed_kva=150.0)
    found = headroom_of(project, tiny_design, tiny_outcome.service)
    (finding,) = (f for f in found.findings if f.code == "HEADROOM-ZERO")
    assert finding.severity is Severity.WARNING
    assert all(found.level(b) == 0 for b in found.bays)


def test_without_a_supply_the_map_is_empty_with_a_reason(
    tiny_project, tiny_design, tiny_outcome
) -> None:
    project = replace(tiny_project, site=replace(tiny_project.site, supply=None))
    found = headroom_of(project, tiny_design, tiny_outcome.service)
    assert not found.bays
    assert found.findings[0].code == "GRID-SUPPLY"


@pytest.mark.parametrize("bay", ["A1", "A6", "A12"])
def test_the_answer_holds_in_a_single_power_flow(
    found, tiny_project, tiny_design, tiny_outcome, bay
):
    """Put the 50 kW answer into the net by hand, at the hour named, with pandapower's runpp."""
    site = tiny_project.site
    network = site_network(site, tiny_design).network
    load = year_load(site, tiny_outcome.service)
    rated = rated_inputs(network, tiny_design, tiny_project.catalogue)
    loads = year_loads(network, rated, load.existing_kw, load.charging_kw)
    size, room = found.bays[BayId(bay)].sizes[1], found.bays[BayId(bay)]
    asked = asked_for(50.0, tiny_project.catalogue)
    at = int((load.existing_kw + load.charging_kw).argmax())
    node = room.charger or room.board
    kw, kvar = loads.part(slice(at, at + 1))
    passed = []
    for factor in (1.0, 1.03):
        p = dict(zip(loads.nodes, kw[0].tolist(), strict=True))
        q = dict(zip(loads.nodes, kvar[0].tolist(), strict=True))
        if room.charger:
            p[node] = q[node] = 0.0
        more = factor * size.max_kw / asked.efficiency
        p[node] = p.get(node, 0.0) + more
        q[node] = q.get(node, 0.0) + more * math.tan(math.acos(asked.power_factor))
        (flow,) = solve(network, [LoadCase("x", p, q)])
        limits = [flow.intake_kva / site.supply.agreed_kva]
        limits += [
            f.current_a / min(network.circuits[c].iz_a, network.circuits[c].device.in_a)
            for c, f in flow.circuits.items()
        ]
        passed.append(max(limits) <= 1.0)
    own_new = size.kind == "own circuit" and not room.charger
    assert passed[0]
    assert own_new or not passed[1]


def test_json_names_units_and_levels(found) -> None:
    document = headroom_json(found)
    assert document["sizes_kw"] == [22.0, 50.0, 75.0, 100.0, 150.0]
    assert {b["bay"] for b in document["bays"]} == set(found.bays)
    assert all(b["level"] == found.level(b["bay"]) for b in document["bays"])


def with_own(project, tmp_path, kind, rows):
    path = tmp_path / f"{kind}.csv"
    lines = [",".join(COLUMNS[kind]), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table, _ = read_own_table(path)
    return replace(project, tables={kind: table})


def test_own_cables_and_devices_size_the_new_circuits(
    tiny_project, tiny_design, tiny_outcome, tmp_path
) -> None:
    """A cable of a maker for every new circuit, and no device above 63 A."""
    cables = [("own-5x95", "Cu", "XLPE", 5, 95, 0.193, 0.08, 50, 6000, "maker X"),
              ("own-4x95", "Cu", "XLPE", 4, 95, 0.193, 0.08, 45, 5000, "maker X")]  # fmt: skip
    project = with_own(tiny_project, tmp_path, "cables", cables)
    bay = headroom_of(project, tiny_design, tiny_outcome.service).bays[BayId("A12")]
    assert {s.cable for s in bay.sizes} <= {"own-5x95", "own-4x95", ""}
    assert bay.sizes[0].cable.startswith("own-")
    devices = [("own-40", "MCB", "C", 40, 25, 5, 10, 10, 1.45, 0.01, 132000, "maker"),
               ("own-63", "MCB", "C", 63, 25, 5, 10, 10, 1.45, 0.01, 132000, "maker")]  # fmt: skip
    project = with_own(tiny_project, tmp_path, "devices", devices)
    small, large = (
        headroom_of(project, tiny_design, tiny_outcome.service).bays[BayId("A12")].sizes[n]
        for n in (0, 4)
    )
    assert small.fits
    assert (large.kind, large.fits) == ("no cable", False)


def test_the_next_thicker_cable_is_that_of_the_code() -> None:
    """NEC conductors come in AWG and kcmil; the drop falls with the section."""
    ahead = origin(
        Supply(Source(13.2, 250, 150), transformers(13.2, 480)[500], 400, nominal_v=480), "MSB"
    )
    demand = CircuitDemand(
        "L1", CircuitKind.FINAL, "MSB", "C1", 120, 100, 3, 75, 0.98, Installation(), dc_charger=True
    )
    for code in ("nec", "iec60364"):
        now = size_circuit(demand, ahead, code, 5.0).sized
        thick = thicker(now, ahead, code)
        known = {c for f in registry.get(code).families(demand) for c in f.cables}
        assert thick.cable in known
        assert thick.cable.size_mm2 > now.cable.size_mm2
        assert thick.drop_pct < now.drop_pct
        assert thick.iz_a > now.iz_a
