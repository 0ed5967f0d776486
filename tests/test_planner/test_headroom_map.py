"""The headroom of every bay: what binds there, what lifting it costs, and that it is true."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from grid.findings import Severity
from grid.model import LoadCase
from grid.network.powerflow import solve
from planner.checks.bay_circuits import asked_for
from planner.checks.headroom_map import headroom_of
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year import year_load, year_loads
from planner.headroom_report import headroom_json, headroom_lines
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
