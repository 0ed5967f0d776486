"""Power flow of a small radial network against arithmetic done by hand."""

import math
from dataclasses import replace

import pytest

from grid.model import LoadCase, Network
from grid.network.powerflow import solve

FAR = {"C1": 40.0}
FAR_Q = {"C1": 40.0 * math.tan(math.acos(0.98))}


def test_voltage_drop_at_the_far_charger_by_hand(network: Network) -> None:
    # √3·I·L·(R·cos φ + X·sin φ) with conductors at 90 °C; 95 mm² 60 m, then 25 mm² 45 m.
    (flow,) = solve(network, [LoadCase("far", FAR, FAR_Q)])
    warm = 1 + 0.00393 * 70
    r = 0.060 * 0.193 * warm + 0.045 * 0.727 * warm
    x = 0.060 * 0.08 + 0.045 * 0.08
    volts = flow.voltage_pu["C1"] * 400
    current = 40_000 / (math.sqrt(3) * volts * 0.98)
    drop_v = math.sqrt(3) * current * (r * 0.98 + x * math.sqrt(1 - 0.98**2))
    assert (flow.voltage_pu["MSB"] - flow.voltage_pu["C1"]) * 400 == pytest.approx(
        drop_v, rel=0.005
    )
    assert flow.circuits["L1"].current_a == pytest.approx(current, rel=1e-4)
    assert flow.circuits["L1"].loss_kw == pytest.approx(
        3 * current**2 * 0.045 * 0.727 * warm / 1000, rel=1e-3
    )
    assert flow.circuits["L1"].loading_pct == pytest.approx(100 * current / 96.0, rel=1e-4)


def test_transformer_regulation_by_hand(network: Network) -> None:
    # Kapp: u = n·(u_r·cos φ + u_x·sin φ) + n²·(u_x·cos φ − u_r·sin φ)²/200, at the LV terminals.
    load = LoadCase("half", {"MSB": 240.0}, {"MSB": 70.0})
    (flow,) = solve(network, [load])
    u_r, n = 100 * 5.1 / 500, 250 / 500
    u_x = math.sqrt(4.5**2 - u_r**2)
    cosine, sine = 0.96, 0.28
    u_pct = n * (u_r * cosine + u_x * sine) + (n * (u_x * cosine - u_r * sine)) ** 2 / 200
    # n is the share of rated current, which is a little less than the share of power at 1.035 pu.
    assert 1.05 - flow.voltage_pu["MSB"] == pytest.approx(1.05 * u_pct / 100, rel=0.03)
    assert flow.transformer is not None
    copper = 5.1 * (flow.transformer.loading_pct / 100) ** 2
    assert flow.transformer.loss_kw == pytest.approx(copper + 0.68, rel=0.01)


def test_no_load_gives_the_no_load_voltage(network: Network) -> None:
    (flow,) = solve(network, [LoadCase("night", {}, {})])
    assert flow.voltage_pu["C1"] == pytest.approx(420 / 400, abs=2e-4)
    assert flow.intake_kw == pytest.approx(0.68, abs=0.01)


def test_single_phase_circuit_has_its_true_current_drop_and_loss(network: Network) -> None:
    # 7 kW single-phase at pf 1 on 30 m of 10 mm²: 2·I·R of U0, I²·2R.
    (flow,) = solve(network, [LoadCase("one", {"C3": 7.0}, {})])
    u0 = flow.voltage_pu["C3"] * 400 / math.sqrt(3)
    current, r = 7000 / u0, 0.030 * 1.83 * (1 + 0.00393 * 70)
    got = flow.circuits["L3"]
    assert got.current_a == pytest.approx(current, rel=1e-3)
    assert got.loss_kw == pytest.approx(2 * current**2 * r / 1000, rel=1e-3)
    drop_pu = flow.voltage_pu["P1"] - flow.voltage_pu["C3"]
    assert drop_pu == pytest.approx(2 * current * r / (400 / math.sqrt(3)), rel=1e-2)


def test_energy_is_conserved(network: Network) -> None:
    case = LoadCase("all", {"MSB": 90.0, "C1": 40.0, "C2": 40.0, "C3": 7.0}, {"MSB": 30.0})
    (flow,) = solve(network, [case])
    assert flow.intake_kw == pytest.approx(177.0 + flow.loss_kw, abs=1e-6)


def test_parallel_cables_share_the_current(network: Network) -> None:
    doubled = replace(network.circuits["F1"], parallel=2, iz_a=446.0)
    net = replace(network, circuits={**network.circuits, "F1": doubled})
    one, two = (solve(n, [LoadCase("far", FAR, FAR_Q)])[0] for n in (network, net))
    drops = [f.voltage_pu["MSB"] - f.voltage_pu["P1"] for f in (one, two)]
    assert drops[1] == pytest.approx(drops[0] / 2, rel=0.01)
    assert two.circuits["F1"].loading_pct == pytest.approx(one.circuits["F1"].loading_pct / 2, 0.01)


def test_collapse_is_a_result_with_a_reason_and_does_not_spoil_the_next(network: Network) -> None:
    cases = [LoadCase("huge", {"C1": 60_000.0}, {}), LoadCase("far", FAR, FAR_Q)]
    huge, far = solve(network, cases)
    assert not huge.converged
    assert "60,000 kW" in huge.reason
    assert huge.voltage_pu == {}
    assert far == solve(network, cases[1:])[0]


def test_load_at_an_unfed_node_is_named(network: Network) -> None:
    (flow,) = solve(network, [LoadCase("stray", {"C9": 1.0}, {})])
    assert (flow.converged, flow.reason) == (False, "load at 'C9', which nothing feeds")
