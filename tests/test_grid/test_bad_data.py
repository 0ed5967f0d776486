"""Sizing never raises: what has no meaning is a finding that names it."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.codes import registry
from grid.findings import Severity
from grid.model import CircuitDemand, CircuitKind, Earthing, Installation, Source, Supply
from grid.wiring.sizing import size_circuit
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin

NUMBER = st.sampled_from([0.0, -1.0, math.nan, math.inf, -math.inf, 1e-12, 1e12]) | st.floats(
    0.01, 500
)
LAID = st.builds(
    Installation,
    method=st.sampled_from(["D1", "D2", "A1", "E", "F", "", "?"]),
    ambient_c=NUMBER, soil_c=NUMBER, soil_k_m_w=NUMBER, depth_m=NUMBER,
    grouped=st.integers(-2, 300), spacing=st.sampled_from(["touching", "0.25m", "x"]),
    third_harmonic_pct=NUMBER,
)  # fmt: skip
DEMAND = st.builds(
    CircuitDemand,
    id=st.just("F1"), kind=st.sampled_from(CircuitKind), from_id=st.just("A"), to_id=st.just("B"),
    length_m=NUMBER, ib_a=NUMBER, phases=st.integers(0, 4), p_kw=NUMBER, power_factor=NUMBER,
    installation=LAID, supply_protection_a=st.none() | NUMBER, dc_charger=st.booleans(),
)  # fmt: skip
SUPPLY = st.builds(
    Supply,
    source=st.builds(Source, NUMBER, NUMBER, NUMBER, NUMBER),
    transformer=st.sampled_from([None, catalogue()[500]]),
    agreed_kva=NUMBER, nominal_v=NUMBER | st.just(400.0), earthing=st.sampled_from(Earthing),
    zs_origin_ohm=st.none() | NUMBER,
)  # fmt: skip


@settings(max_examples=150)
@given(demand=DEMAND, supply=SUPPLY, code=st.sampled_from([*registry.codes(), "", "abc"]))
def test_any_input_gives_a_circuit_or_a_finding(demand, supply, code):
    found = size_circuit(demand, origin(supply), code)
    if found.sized is None:
        assert any(f.severity is Severity.ERROR and f.message and f.fix for f in found.findings)
    else:
        assert math.isfinite(found.sized.iz_a + found.sized.drop_pct + found.sized.zs_ohm)


@settings(max_examples=80)
@given(demand=DEMAND, code=st.sampled_from(list(registry.codes())))
def test_any_circuit_behind_a_good_supply(demand, code):
    good = origin(Supply(Source(11, 250, 150), catalogue()[500], 300))
    found = size_circuit(demand, good, code)
    assert (found.sized is None) == any(f.severity is Severity.ERROR for f in found.findings)


@pytest.mark.parametrize("volts", [0.0, -400.0, math.nan])
def test_a_supply_without_voltage_is_named(volts):
    found = origin(Supply(Source(11, 250, 150), catalogue()[500], 300, nominal_v=volts)).findings
    assert [f.code for f in found] == ["WIRE-SUPPLY"]
    assert "nominal voltage" in found[0].message
