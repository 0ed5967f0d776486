"""The chain from corridors to circuits on the tiny site."""

import pytest
import shapely

from planner.catalogue import load_catalogue
from planner.layout.corridors import build_corridors
from planner.layout.loads import _charger_load
from planner.layout.placement import place, spare_ways
from planner.layout.rates import cap_current_a, voltage_ratio
from planner.layout.redesign import redesign
from planner.layout.routing import route
from planner.model.ids import ModelId
from planner.model.project import Settings
from planner.model.scenario import Limits, Objective
from planner.model.site import AreaKind

COST = {AreaKind.GRASS: 65.0, AreaKind.ASPHALT: 150.0}
CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def corridors(tiny_site):
    return build_corridors(tiny_site, Limits(), COST)


@pytest.fixture(scope="module")
def placement(tiny_site, corridors):
    counts = {"ac22-2": 3, "dc75": 1}
    return place(tiny_site, counts, corridors, Limits(), Objective.COST, CATALOGUE)


def test_every_bay_has_a_position_behind_its_head(tiny_site, corridors):
    assert {b for p in corridors.positions for b in p.bays} == set(tiny_site.bays)
    for position in corridors.positions:
        assert corridors.point(position.node).y > 180_020


def test_edges_have_one_surface_and_avoid_obstacles(tiny_site, corridors):
    walls = [a.polygon for a in tiny_site.areas.values() if a.kind == AreaKind.BUILDING]
    for edge in corridors.edges:
        if edge.existing != "indoor":
            assert not any(w.buffer(-0.01).intersects(edge.line) for w in walls)
            assert edge.cost == pytest.approx(COST[edge.surface] * edge.length_m)


def test_bays_are_used_once_and_outlets_have_a_bay_each(placement):
    bays = [b for c in placement.chargers.values() for b in c.bays]
    assert len(bays) == len(set(bays)) == 7
    assert all(placement.reasons[c] for c in placement.chargers)


def test_every_metre_of_trench_is_counted_once(tiny_site, corridors, placement):
    ways = spare_ways(tiny_site, corridors)
    routes = route(corridors, placement.chargers, placement.boards, ways, CATALOGUE)
    lines = [t.line for t in routes.trenches.values()]
    assert sum(t.length for t in lines) == pytest.approx(shapely.union_all(lines).length)
    assert 0 <= routes.routing.lower_bound <= routes.routing.trench_cost


def test_circuits_are_sized_from_the_intake_out(tiny_site, corridors, placement):
    again = redesign(
        tiny_site, placement.chargers, placement.boards, corridors, CATALOGUE, Settings()
    )
    assert {c.sized.demand.to_id for c in again.design.circuits.values()} == {
        *placement.chargers,
        *placement.boards,
    }
    for circuit in again.design.circuits.values():
        assert circuit.cable_m == pytest.approx(circuit.route_m + 4)
        assert circuit.route_m == pytest.approx(circuit.route.length, abs=0.01)
        assert circuit.sized.demand.ib_a <= circuit.sized.device.in_a <= circuit.sized.iz_a


def test_the_current_of_a_charger_follows_the_supply_voltage(tiny_catalogue) -> None:
    """50 kW at 480 and 208 V: 50/(0.95·0.98·√3·0.9·U); the data sheet holds about 400 V alone."""
    dc = tiny_catalogue[ModelId("DC50")]
    at_400 = _charger_load(dc, voltage_ratio(400.0)).ib_a
    assert at_400 == pytest.approx(80.0 / 0.9)
    for volts in (480.0, 208.0):
        found = _charger_load(dc, voltage_ratio(volts)).ib_a
        assert found == pytest.approx(50_000 / (0.95 * 0.98 * 3**0.5 * 0.9 * volts))
        cap = 100_000 / (3**0.5 * 0.9 * volts * 0.98)
        assert cap_current_a(100.0, volts) == pytest.approx(cap)
    assert _charger_load(dc, voltage_ratio(415.0)).ib_a == at_400
