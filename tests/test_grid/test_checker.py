"""The independent checker agrees with the sizing, and finds what is made wrong."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.codes import registry
from grid.model import (
    Board,
    CircuitDemand,
    CircuitKind,
    Earthing,
    Installation,
    Network,
    Source,
    Supply,
    Transformer,
)
from grid.wiring.checker import check_network
from grid.wiring.sizing import size_circuit
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin

CODES = tuple(registry.codes())
BOARDS = {name: Board(name, name, 1600, 40, 2) for name in ("MSB", "P1")}
SUPPLY = Supply(
    Source(11, 250, 150), Transformer("TX1", 500, 11, 420, 4.5, 5.1, 0.68, 0.5), agreed_kva=300
)
BURIED = st.builds(
    Installation,
    method=st.sampled_from(["D1", "D2"]),
    soil_c=st.floats(5, 30),
    soil_k_m_w=st.floats(0.7, 3.0),
    depth_m=st.floats(0.4, 1.5),
    grouped=st.integers(1, 30),
    spacing=st.sampled_from(["touching", "0.25m"]),
)
IN_AIR = st.builds(
    Installation,
    method=st.sampled_from(["B2", "C", "E"]),
    ambient_c=st.floats(10, 50),
    grouped=st.integers(1, 12),
)


@st.composite
def sites(draw):
    """A feeder and finals behind it, on a transformer or a low-voltage intake."""
    kva = draw(st.sampled_from([250, 500, 1000, 2000]))
    source = Source(11, draw(st.floats(100, 500)), draw(st.floats(40, 100)))
    supply = Supply(source, catalogue()[kva], kva)
    if draw(st.booleans()):
        supply = Supply(Source(0.4, 15, 8), None, 200, zs_origin_ohm=draw(st.floats(0.02, 0.06)))
    feeder = CircuitDemand(
        "FEED", CircuitKind.FEEDER, "MSB", "P1", draw(st.floats(5, 200)), draw(st.floats(60, 900)),
        3, 100, draw(st.floats(0.9, 1)), draw(BURIED | IN_AIR),
    )  # fmt: skip
    finals = [
        CircuitDemand(
            f"F{i}", CircuitKind.FINAL, draw(st.sampled_from(["MSB", "P1"])), f"C{i}",
            draw(st.floats(3, 120)), draw(st.floats(10, 250)), draw(st.sampled_from([1, 3])), 22,
            draw(st.floats(0.9, 1)), draw(BURIED | IN_AIR), dc_charger=draw(st.booleans()),
        )
        for i in range(3)
    ]  # fmt: skip
    return supply, feeder, finals


def design(supply, feeder, finals, code_id):
    ahead = {"MSB": origin(supply, "MSB")}
    circuits = {}
    for demand in (feeder, *finals):
        if demand.from_id in ahead:
            result = size_circuit(demand, ahead[demand.from_id], code_id)
            if result.sized is not None:
                circuits[demand.id] = result.sized
                ahead[demand.to_id] = result.downstream
    return Network(supply, "MSB", BOARDS, circuits)


@pytest.mark.parametrize("code_id", CODES)
@settings(max_examples=40, deadline=None)
@given(site=sites())
def test_every_sized_circuit_passes_the_checker(code_id, site):
    assert check_network(design(*site, code_id), code_id) == ()


def one(**changes):
    demand = CircuitDemand(
        "F1", CircuitKind.FINAL, "MSB", "C1", 60, 60, 3, 40, 0.98, Installation(grouped=3)
    )
    sized = size_circuit(demand, origin(SUPPLY, "MSB")).sized
    network = Network(SUPPLY, "MSB", BOARDS, {"F1": replace(sized, **changes)})
    return sized, {f.code for f in check_network(network)}


def test_a_good_circuit_has_no_findings():
    assert one()[1] == set()


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (lambda s: {"iz_a": 1.1 * s.iz_a}, "CHK-IZ-STATED"),
        (lambda s: {"drop_pct": s.drop_pct / 2}, "CHK-DROP-STATED"),
        (lambda s: {"zs_ohm": s.zs_ohm / 2}, "CHK-ZS-STATED"),
        (lambda s: {"rcd": ""}, "CHK-RCD"),
        (lambda s: {"device": replace(s.device, in_a=32)}, "CHK-IB"),
        (lambda s: {"device": replace(s.device, in_a=160)}, "CHK-IN"),
        (lambda s: {"device": replace(s.device, i2_a=400)}, "CHK-I2"),
        (lambda s: {"device": replace(s.device, breaking_ka=6)}, "CHK-BREAKING"),
        (lambda s: {"device": replace(s.device, trip_a=5000)}, "CHK-TRIP"),
        (lambda s: {"device": replace(s.device, clearing_s=5, let_through_a2s=None)}, "CHK-EARTH"),
        (lambda s: {"cable": replace(s.cable, earth_mm2=1.5)}, "CHK-EARTH"),
        (lambda s: {"cable": replace(s.cable, size_mm2=26)}, "CHK-TABLE"),
        (lambda s: {"demand": replace(s.demand, length_m=500)}, "CHK-DROP"),
        (lambda s: {"demand": replace(s.demand, from_id="X")}, "CHK-UNFED"),
    ],
)
def test_each_spoiled_circuit_is_found(what, code):
    sized, _ = one()
    assert code in one(**what(sized))[1]


def test_tt_supply_is_checked_at_50_v():
    supply = Supply(Source(0.4, 10, 5), None, 60, earthing=Earthing.TT, zs_origin_ohm=2000.0)
    sized, _ = one()
    found = check_network(Network(supply, "MSB", BOARDS, {"F1": sized}))
    assert "CHK-TT" in {f.code for f in found}
