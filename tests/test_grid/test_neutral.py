"""Neutral loaded by third harmonics, glands, and chargers in heat and height."""

from dataclasses import replace

import pytest

from grid.codes import registry
from grid.model import CircuitDemand, CircuitKind, Installation, Network, Source, Supply
from grid.wiring.cables import catalogue as cables
from grid.wiring.cables import gland
from grid.wiring.checker import check_network
from grid.wiring.derating import neutral_current_a
from grid.wiring.maker import altitude_pct, output_pct
from grid.wiring.sizing import size_circuit
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin

SUPPLY = Supply(Source(11, 250, 150), catalogue()[500], agreed_kva=300)


def sized(third_pct, code="iec60364", phases=3):
    laid = Installation(third_harmonic_pct=third_pct)
    demand = CircuitDemand("F1", CircuitKind.FINAL, "MSB", "C1", 10, 60, phases, 40, 1, laid)
    return size_circuit(demand, origin(SUPPLY, "MSB"), code)


def test_the_neutral_decides_above_33_per_cent():
    # 60 A with 50 %: 90 A in the neutral, no factor; with 40 %: 72 A, factor 0.86.
    assert neutral_current_a(60, 50) == pytest.approx(90)
    assert neutral_current_a(60, 33) is None
    heavy, light = sized(50).sized, sized(0).sized
    assert heavy.cable.size_mm2 > light.cable.size_mm2
    assert heavy.iz_a >= 90
    assert "neutral" in heavy.binding
    assert sized(40).sized.iz_a >= 72


@pytest.mark.parametrize("code", registry.codes())
@pytest.mark.parametrize("third_pct", [0, 10, 20, 33, 40, 60])
def test_the_checker_agrees_on_the_neutral(code, third_pct):
    found = sized(third_pct, code)
    if found.sized is None:
        assert (code, [f.code for f in found.findings]) == ("nec", ["WIRE-TABLE"])
        assert third_pct > 33
        return
    network = Network(SUPPLY, "MSB", {}, {"F1": found.sized})
    assert check_network(network, code) == ()
    weaker = replace(found.sized, iz_a=found.sized.iz_a)
    laid = replace(weaker.demand.installation, third_harmonic_pct=90)
    spoiled = replace(weaker, demand=replace(weaker.demand, installation=laid))
    if code != "nec":
        wrong = {f.code for f in check_network(Network(SUPPLY, "MSB", {}, {"F1": spoiled}), code)}
        assert "CHK-NEUTRAL" in wrong or third_pct == 60


def test_single_phase_circuits_have_no_sum_of_thirds():
    assert sized(60, phases=1).sized.cable.size_mm2 == sized(0, phases=1).sized.cable.size_mm2


def test_glands_grow_with_the_cable():
    assert gland(cables()["cu-xlpe-swa-4x25"]) == "25"
    assert gland(cables()["cu-xlpe-swa-3x300"]) == "63"
    assert gland(replace(cables()["cu-xlpe-swa-4x25"], key="conduit")) == ""


def test_chargers_lose_output_in_heat_and_height():
    assert output_pct("kempower-200", 45) == pytest.approx(92.5)
    assert altitude_pct("kempower-200", 2500) == pytest.approx(93)
    assert altitude_pct("kempower-200", 100) == 100
    assert altitude_pct("dc150", 3000) is None
