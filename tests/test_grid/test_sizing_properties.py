"""Sizing is monotone: longer, hotter, drier or more grouped never gives a smaller cable."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grid.codes import registry
from grid.model import CircuitDemand, CircuitKind, Installation, Network, Source, Supply
from grid.network.impedance import loop_ohm, node_impedances
from grid.wiring.cables import cost_rank
from grid.wiring.sizing import size_circuit
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin

SUPPLY = Supply(Source(11, 250, 150), catalogue()[500], agreed_kva=300)
START = origin(SUPPLY)
HARDER = {
    "longer": lambda d, x: replace(d, length_m=d.length_m * (1 + x)),
    "hotter": lambda d, x: _laid(d, soil_c=d.installation.soil_c + 25 * x, ambient_c=30 + 25 * x),
    "drier": lambda d, x: _laid(d, soil_k_m_w=min(3.0, d.installation.soil_k_m_w * (1 + x))),
    "more grouped": lambda d, x: _laid(d, grouped=d.installation.grouped + int(1 + 10 * x)),
    "deeper": lambda d, x: _laid(d, depth_m=0.8 + 2 * x),
    "more load": lambda d, x: replace(d, ib_a=d.ib_a * (1 + x)),
}


def _laid(demand, **changes):
    return replace(demand, installation=replace(demand.installation, **changes))


@st.composite
def demands(draw, kind):
    laid = Installation(
        method=draw(st.sampled_from(["D1", "D2", "C", "E"])),
        soil_k_m_w=draw(st.sampled_from([1.0, 1.5, 2.5])),
        grouped=draw(st.integers(1, 12)),
    )
    return CircuitDemand(
        "F1", kind, "MSB", "C1", draw(st.floats(5, 200)), draw(st.floats(6, 250)), 3, 22,
        draw(st.floats(0.85, 1)), laid,
    )  # fmt: skip


@pytest.mark.parametrize("code_id", registry.codes())
@pytest.mark.parametrize("what", HARDER)
@settings(max_examples=15, deadline=None)
@given(demand=demands(CircuitKind.FINAL), x=st.floats(0.01, 1))
def test_a_harder_final_circuit_is_never_smaller(code_id, what, demand, x):
    easy = size_circuit(demand, START, code_id).sized
    hard = size_circuit(HARDER[what](demand, x), START, code_id).sized
    assume(hard is not None)
    assert easy is not None, "the harder circuit fits and the easier one does not"
    assert (hard.parallel, hard.cable.size_mm2) >= (easy.parallel, easy.cable.size_mm2)


@pytest.mark.parametrize("code_id", registry.codes())
@pytest.mark.parametrize("what", HARDER)
@settings(max_examples=10, deadline=None)
@given(demand=demands(CircuitKind.FEEDER), x=st.floats(0.01, 1))
def test_a_harder_feeder_is_never_cheaper(code_id, what, demand, x):
    easy = size_circuit(demand, START, code_id).sized
    hard = size_circuit(HARDER[what](demand, x), START, code_id).sized
    assume(hard is not None)
    ranks = [cost_rank(s.cable, s.parallel, demand.length_m) for s in (easy, hard)]
    assert ranks[1] >= ranks[0] - 1e-9


@settings(max_examples=40, deadline=None)
@given(demand=demands(CircuitKind.FEEDER))
def test_loop_agrees_with_the_impedance_sum_of_the_network(demand):
    result = size_circuit(demand, origin(SUPPLY, "MSB"))
    assume(result.sized is not None)
    network = Network(SUPPLY, "MSB", {}, {"F1": result.sized})
    z = node_impedances(network)["C1"]
    assert result.downstream.zs_ohm == pytest.approx(loop_ohm(z.z1_min, z.z0_min), rel=1e-3)
    assert abs(result.downstream.z1_max) == pytest.approx(abs(z.z1_max), rel=1e-3)


@given(demand=demands(CircuitKind.FINAL))
def test_the_chosen_circuit_keeps_its_promises(demand):
    sized = size_circuit(demand, START).sized
    assume(sized is not None)
    assert demand.ib_a <= sized.device.in_a * (1 + 1e-9)  # rounding of the drawn current
    assert sized.device.in_a <= sized.iz_a
    assert sized.device.i2_a <= 1.45 * sized.iz_a
    assert sized.drop_total_pct <= 5
    assert sized.device.breaking_ka * 1000 >= START.ik3_max_a
    assert 0.95 * START.u0_v / sized.zs_ohm >= sized.device.trip_a
