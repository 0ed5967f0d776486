"""The three-phase solver against the balanced one and a hand sum; failures are said."""

import math
from dataclasses import replace

import pytest

from grid.model import LoadCase, Network, Source
from grid.network import unbalance
from grid.network.powerflow import solve
from grid.network.unbalance import solve_unbalanced


@pytest.fixture
def stiff(network: Network) -> Network:
    """The three-phase solver has the source's impedance inside, the balanced one has not."""
    return replace(network, supply=replace(network.supply, source=Source(11.0, 1e6, 1e6)))


def test_even_loads_give_the_balanced_result(stiff: Network) -> None:
    p, q = {"MSB": 90.0, "C1": 40.0, "C2": 30.0}, {"MSB": 20.0, "C1": 8.0, "C2": 6.0}
    (single,) = solve(stiff, [LoadCase("x", p, q)])
    three = solve_unbalanced(stiff, {n: ((p[n] + 1j * q[n]) / 3,) * 3 for n in p})
    assert three.converged
    for node, volts in three.voltage_pu.items():
        assert volts == pytest.approx([single.voltage_pu[node]] * 3, abs=2e-6)
    assert max(three.unbalance_pct.values()) < 1e-6
    assert three.circuits["L1"].neutral_a == pytest.approx(0, abs=1e-6)


def test_one_loaded_line_returns_through_the_neutral(stiff: Network) -> None:
    found = solve_unbalanced(stiff, {"C1": (7.4, 0, 0)})
    amps = 7400 / (found.voltage_pu["C1"][0] * 400 / math.sqrt(3))
    assert found.circuits["L1"].phase_a == pytest.approx((amps, 0, 0), rel=1e-4, abs=1e-3)
    assert found.circuits["L1"].neutral_a == pytest.approx(amps, rel=1e-4)


def test_what_cannot_be_carried_or_is_no_number_is_a_reason(stiff: Network, monkeypatch) -> None:
    assert solve_unbalanced(stiff, {"C1": (9_000.0, 0, 0)}).reason
    real = unbalance._results
    monkeypatch.setattr(
        unbalance, "_results", lambda b: replace(real(b), voltage_pu={"C1": (math.nan, 1, 1)})
    )
    found = solve_unbalanced(stiff, {"C1": (7.4, 0, 0)})
    assert (found.converged, found.reason) == (False, "the voltage at 'C1' is not a number")
