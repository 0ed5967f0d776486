"""Faults of a small radial network: by hand, by impedance sum and by pandapower."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.model import Network, Source, Supply
from grid.network import impedance
from grid.network.constants import C_MAX, C_MIN
from grid.network.faults import FaultError, faults, method
from grid.network.radial import nodes, path, unfed


def test_three_phase_fault_at_the_far_charger_by_hand(network: Network) -> None:
    # 11 kV 250 MVA, 500 kVA 4.5 % 420 V, 60 m of 95 mm², 45 m of 25 mm², all at 20 °C.
    x_q = 1.1 * 0.42**2 / 250 / math.hypot(1, 0.1)
    base = 0.42**2 / 0.5
    r_t, z_t = base * 5.1 / 500, base * 0.045
    x_t = math.sqrt(z_t**2 - r_t**2)
    k_t = 0.95 * 1.1 / (1 + 0.6 * x_t / base)
    r = 0.1 * x_q + k_t * r_t + 0.060 * 0.193 + 0.045 * 0.727
    x = x_q + k_t * x_t + 0.105 * 0.08
    by_hand_ka = 1.1 * 0.4 / (math.sqrt(3) * math.hypot(r, x))
    assert faults(network)["C1"].ik3_max_ka == pytest.approx(by_hand_ka, rel=0.005)


def test_loop_impedance_at_the_far_charger_by_hand(network: Network) -> None:
    # Zs = Z_Q·2/3 + Z_T + phase and return conductor at 90 °C; no earth size: same as the phase.
    x_q = 1.0 * 0.42**2 / 150 / math.hypot(1, 0.1)
    base = 0.42**2 / 0.5
    r_t = base * 5.1 / 500
    x_t = math.sqrt((base * 0.045) ** 2 - r_t**2)
    copper = (0.060 * 0.193 + 0.045 * 0.727) * (1 + 0.004 * 70)
    zs = math.hypot(0.1 * x_q * 2 / 3 + r_t + 2 * copper, x_q * 2 / 3 + x_t + 2 * 0.105 * 0.08)
    found = faults(network)["C1"]
    assert found.zs_ohm == pytest.approx(zs, rel=0.005)
    assert found.ik1_min_ka == pytest.approx(0.95 * 400 / math.sqrt(3) / zs / 1000, rel=0.005)


def test_pandapower_agrees_with_the_impedance_sum(network: Network) -> None:
    assert_agreement(network)


def test_agreement_without_transformer(network: Network) -> None:
    intake = Supply(Source(0.4, 8.0, 5.0, 0.6), None, 100.0, zs_origin_ohm=0.05)
    net = replace(network, supply=intake)
    assert_agreement(net)
    assert faults(net)["MSB"].zs_ohm == pytest.approx(0.05, rel=1e-4)


@settings(max_examples=8, deadline=None)
@given(
    length=st.floats(1, 400), kva=st.sampled_from([250, 500, 1000]), uk=st.floats(3.5, 6.5),
    minimum=st.floats(20, 249),
)  # fmt: skip
def test_agreement_over_the_range(
    network: Network, length: float, kva: float, uk: float, minimum: float
) -> None:
    unit = network.supply.transformer
    assert unit is not None
    first = network.circuits["F1"]
    longer = replace(first, demand=replace(first.demand, length_m=length))
    supply = replace(
        network.supply,
        transformer=replace(unit, rated_kva=kva, uk_pct=uk, load_loss_kw=0.011 * kva),
        source=Source(11.0, 250.0, minimum),
    )
    assert_agreement(replace(network, supply=supply, circuits={**network.circuits, "F1": longer}))


def assert_agreement(network: Network) -> None:
    found, own, u = faults(network), impedance.node_impedances(network), network.supply.nominal_v
    assert set(found) == set(own)
    for node, fault in found.items():
        z = own[node]
        three_max = impedance.three_phase_ka(z.z1_max, u, C_MAX)
        three_min = impedance.three_phase_ka(z.z1_min, u, C_MIN)
        one_min = impedance.earth_fault_ka(z.z1_min, z.z0_min, u, C_MIN)
        assert fault.ik3_max_ka == pytest.approx(three_max, rel=1e-3)
        assert fault.ik3_min_ka == pytest.approx(three_min, rel=1e-3)
        assert fault.ik1_min_ka == pytest.approx(one_min, rel=1e-3)
        assert fault.zs_ohm == pytest.approx(impedance.loop_ohm(z.z1_min, z.z0_min), rel=1e-3)


def test_faults_fall_along_the_feeder_and_minimum_stays_below_maximum(network: Network) -> None:
    found = faults(network)
    for values in found.values():
        assert values.ik3_min_ka < values.ik3_max_ka
        assert values.ik1_min_ka < values.ik1_max_ka
    assert found["MSB"].ik3_max_ka > found["P1"].ik3_max_ka > found["C1"].ik3_max_ka
    # At a Dyn busbar the earth fault is about as large as the three-phase one.
    assert found["MSB"].ik1_max_ka == pytest.approx(found["MSB"].ik3_max_ka, rel=0.2)


def test_a_smaller_earth_conductor_raises_the_loop(network: Network) -> None:
    second = network.circuits["L2"]
    full = replace(second, cable=replace(second.cable, earth_mm2=25.0))
    fuller = replace(network, circuits={**network.circuits, "L2": full})
    assert faults(network)["C2"].zs_ohm > faults(fuller)["C2"].zs_ohm


@pytest.mark.parametrize(
    ("minimum", "load_loss", "message"),
    [(0.0, 5.1, "must be above zero"), (300.0, 5.1, "not above"), (150.0, 40.0, "load loss 40 kW")],
)
def test_nonsense_is_refused(
    network: Network, minimum: float, load_loss: float, message: str
) -> None:
    unit = network.supply.transformer
    assert unit is not None
    supply = replace(
        network.supply,
        source=Source(11.0, 250.0, minimum), transformer=replace(unit, load_loss_kw=load_loss),
    )  # fmt: skip
    with pytest.raises(FaultError, match=message):
        faults(replace(network, supply=supply))


def test_circuits_that_nothing_feeds_are_left_out(network: Network, circuit) -> None:
    stray = circuit("X1", ("P7", "C7"), 10.0, 25.0, 96.0, 80.0)
    twice = circuit("X2", ("MSB", "C1"), 10.0, 25.0, 96.0, 80.0)
    net = replace(network, circuits={**network.circuits, "X1": stray, "X2": twice})
    assert unfed(net) == ("L1", "X1")
    assert set(nodes(net)) == {"MSB", "P1", "C1", "C2", "C3"}
    assert path(network, "C1") == ("F1", "L1")


def test_method_names_version_and_factors() -> None:
    assert "pandapower 3.5.6" in method()
    assert "c = 1.10" in method()
