"""Correction factors at table points, between them, and beyond the tables."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.model import Installation, Insulation
from grid.wiring.derating import (
    depth_factor,
    factors,
    grouping_factor,
    harmonic_factor,
    product,
    soil_factor,
    temperature_factor,
)
from grid.wiring.problem import NotTabulated
from grid.wiring.voltage_drop import Loaded, drop_pct, unbalanced_pct

IEC, XLPE = "iec60364", Insulation.XLPE


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (temperature_factor(IEC, XLPE, "air", 40), 0.91),
        (temperature_factor(IEC, XLPE, "air", 42.5), 0.89),
        (temperature_factor(IEC, XLPE, "ground", 15), 1.04),
        (temperature_factor(IEC, XLPE, "ground", -5), 1.07),
        (soil_factor(IEC, "D1", 1.0), 1.18),
        (soil_factor(IEC, "D2", 0.2), 1.88),
        (grouping_factor(IEC, "D1", "touching", 4), 0.70),
        (grouping_factor(IEC, "D2", "0.25m", 10), 0.59),
        (grouping_factor(IEC, "E", "touching", 5), 0.60),
        (depth_factor(IEC, "D1", 95, 0.7), 1.0),
        (depth_factor(IEC, "D1", 95, 0.5), 1.04),
        (depth_factor(IEC, "D2", 240, 1.0), 0.97),
        (harmonic_factor(15), 1.0),
        (harmonic_factor(20), 0.86),
        (harmonic_factor(40), 0.86),
        (harmonic_factor(60), 1.0),
    ],
)
def test_factor(found, value):
    assert found.value == pytest.approx(value)
    assert found.source


@pytest.mark.parametrize(
    "ask",
    [
        lambda: temperature_factor(IEC, Insulation.PVC, "air", 61),
        lambda: soil_factor(IEC, "D1", 3.1),
        lambda: depth_factor(IEC, "D1", 95, 3.5),
        lambda: grouping_factor(IEC, "D1", "3m", 2),
        lambda: factors(IEC, XLPE, Installation(grouped=0), 95),
    ],
)
def test_beyond_the_tables_nothing_is_guessed(ask):
    with pytest.raises(NotTabulated):
        ask()


@given(st.integers(1, 60))
def test_more_circuits_never_help_and_extrapolation_is_flagged(n):
    one, more = (grouping_factor(IEC, "D1", "touching", k) for k in (n, n + 1))
    assert more.value <= one.value
    assert one.assumed is (n > 20)


def test_unconfirmed_factors_are_marked():
    laid = Installation(depth_m=1.5, third_harmonic_pct=20)
    assert {f.symbol for f in factors(IEC, XLPE, laid, 95) if f.assumed} == {"C_d", "C_h"}
    assert product(factors(IEC, XLPE, Installation(), 95)) == pytest.approx(1)
    air = replace(laid, method="E")
    assert [f.symbol for f in factors(IEC, XLPE, air, 95)] == ["C_a", "C_g", "C_h"]


def test_unbalanced_drop_equals_the_balanced_and_the_single_phase_formula():
    z = complex(0.09, 0.01)
    even = unbalanced_pct((20, 20, 20), 1.0, z, 4 * z, 230.94)
    three = Loaded(20, 1000, 0.09, 0.01, 1.0, 3, 400)
    assert even == pytest.approx((drop_pct(three),) * 3, rel=1e-3)
    alone = unbalanced_pct((20, 0, 0), 1.0, z, 4 * z, 230.94)
    single = Loaded(20, 1000, 0.09, 0.01, 1.0, 1, 400)
    assert alone[0] == pytest.approx(drop_pct(single), rel=1e-3)
    assert min(alone) < 0, "the neutral shift raises another phase"
