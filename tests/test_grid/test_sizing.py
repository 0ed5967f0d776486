"""One circuit end to end: the worked designs of the reference and their limits."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.findings import Severity
from grid.model import (
    CircuitDemand,
    CircuitKind,
    Earthing,
    Installation,
    Source,
    Supply,
    Transformer,
)
from grid.wiring.sizing import size_circuit
from grid.wiring.upstream import origin

SUPPLY = Supply(
    Source(vn_kv=11, s_sc_max_mva=250, s_sc_min_mva=150),
    Transformer("TX1", 500, 11, 420, 4.5, 5.1, 0.68, 0.5),
    agreed_kva=300,
)
TOUCHING = Installation(method="D1", grouped=4)


def demand(ib_a=32.0, length_m=50.0, laid=TOUCHING, **other):
    values = {"kind": CircuitKind.FINAL, "phases": 3, "power_factor": 1.0, **other}
    return CircuitDemand(
        id="F1", from_id="MSB", to_id="C1", length_m=length_m, ib_a=ib_a, p_kw=22.0,
        installation=laid, **values,
    )  # fmt: skip


def test_des_01_22_kw_with_four_touching_ducts_and_a_40_a_device():
    result = size_circuit(demand(supply_protection_a=40.0), origin(SUPPLY))
    sized = result.sized
    assert (sized.cable.size_mm2, sized.device.in_a, sized.parallel) == (10, 40, 1)
    assert sized.iz_a == pytest.approx(40.6)
    assert sized.drop_pct == pytest.approx(1.617, rel=2e-3)
    assert "ampacity" in sized.binding
    assert result.passed >= 8


def test_long_circuit_is_bound_by_voltage_drop():
    short, long = (size_circuit(demand(length_m=m), origin(SUPPLY)).sized for m in (20, 160))
    assert long.cable.size_mm2 > short.cable.size_mm2
    assert "voltage drop" in long.binding


def test_drop_ahead_counts_towards_the_limit():
    feeder = size_circuit(
        demand(ib_a=160, length_m=120, laid=Installation(), kind=CircuitKind.FEEDER), origin(SUPPLY)
    )
    final = size_circuit(demand(), feeder.downstream)
    assert final.sized.drop_total_pct == pytest.approx(feeder.sized.drop_pct + final.sized.drop_pct)
    assert final.sized.drop_total_pct <= 5.0


def test_big_feeder_gets_parallel_cables():
    sized = size_circuit(
        demand(ib_a=700, laid=Installation(), kind=CircuitKind.FEEDER), origin(SUPPLY)
    ).sized
    assert sized.parallel > 1
    assert sized.iz_a >= sized.device.in_a == 800


def test_tt_disconnects_by_residual_current():
    supply = Supply(Source(0.4, 10, 5), None, 60, earthing=Earthing.TT, zs_origin_ohm=50.0)
    sized = size_circuit(demand(), origin(supply)).sized
    assert sized.zs_ohm * 0.030 <= 50


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"length_m": 0.0}, "WIRE-INPUT"),
        ({"ib_a": -1.0}, "WIRE-INPUT"),
        ({"phases": 2}, "WIRE-INPUT"),
        ({"power_factor": 0.0}, "WIRE-INPUT"),
        ({"length_m": 5000.0}, "WIRE-NOFIT"),
        ({"ib_a": 9000.0}, "WIRE-DEVICE"),
        ({"laid": Installation(method="D1", soil_k_m_w=5.0)}, "WIRE-TABLE"),
        ({"laid": Installation(method="Z")}, "WIRE-TABLE"),
    ],
)
def test_what_cannot_be_is_a_finding(changes, code):
    result = size_circuit(demand(**changes), origin(SUPPLY))
    assert result.sized is None
    assert [f.code for f in result.findings] == [code]
    assert all(f.fix for f in result.findings)


def test_every_number_carries_its_rule():
    result = size_circuit(demand(), origin(SUPPLY))
    assert all(t.rule and t.quantity for t in result.traces)
    assert {"I_n", "I_z", "ΔU", "Z_s", "RCD"} <= {t.quantity for t in result.traces}


@pytest.mark.parametrize(
    "supply",
    [
        replace(SUPPLY, nominal_v=0.0),
        replace(SUPPLY, source=replace(SUPPLY.source, s_sc_max_mva=0.0)),
        replace(SUPPLY, source=replace(SUPPLY.source, s_sc_min_mva=900.0)),
        replace(SUPPLY, source=replace(SUPPLY.source, vn_kv=float("nan"))),
        replace(SUPPLY, source=replace(SUPPLY.source, rx_ratio=-1.0)),
        replace(SUPPLY, transformer=replace(SUPPLY.transformer, uk_pct=0.0)),
        replace(SUPPLY, transformer=replace(SUPPLY.transformer, load_loss_kw=90.0)),
        replace(SUPPLY, transformer=None, zs_origin_ohm=0.0),
    ],
)
def test_a_supply_without_meaning_is_a_finding(supply):
    result = size_circuit(demand(), origin(supply))
    assert result.sized is None
    assert [f.code for f in result.findings] == ["WIRE-SUPPLY"]


ANY = st.floats(allow_nan=True, allow_infinity=True)


@given(
    laid=st.builds(
        Installation,
        method=st.sampled_from(["D1", "D2", "C", "E", "B2", "F", ""]),
        ambient_c=ANY, soil_c=ANY, soil_k_m_w=ANY, depth_m=ANY,
        grouped=st.integers(-5, 10**6),
        spacing=st.sampled_from(["touching", "0.25m", "near"]),
        third_harmonic_pct=ANY,
    ),
    ib_a=ANY, length_m=ANY, power_factor=ANY,
)  # fmt: skip
def test_whatever_is_asked_there_is_an_answer_or_a_finding(laid, ib_a, length_m, power_factor):
    asked = demand(ib_a, length_m, laid, power_factor=power_factor)
    result = size_circuit(asked, origin(SUPPLY))
    assert (result.sized is None) is any(f.severity is Severity.ERROR for f in result.findings)
    if result.sized is not None:
        assert math.isfinite(laid.soil_k_m_w + laid.soil_c + laid.ambient_c + laid.depth_m)
