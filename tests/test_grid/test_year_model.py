"""The year against an engine with a model of its own, and the gates of the fixed point."""

from dataclasses import replace

import numpy as np
import pytest

from grid.model import LoadCase, Network, Source, Supply
from grid.network import year
from grid.network.build import build
from grid.network.powerflow import solve
from grid.network.year import SharedLoads, YearError, YearLoads, solve_parts, solve_year

NODES = ("MSB", "C1", "C2", "C3")


def some_loads(steps: int, seed: int = 3) -> YearLoads:
    p = np.random.default_rng(seed).random((steps, 4)) * [200.0, 44.0, 44.0, 7.0]
    return YearLoads(NODES, p, 0.2 * p)


def test_an_engine_with_its_own_model_agrees(network: Network, pgm_year) -> None:
    # It has a pi transformer where ours is pandapower's default t: some 1e-6 pu.
    loads = some_loads(400)
    pgm = pgm_year(network, loads)
    flow = solve_year(network, loads)
    assert pgm.nodes == flow.nodes
    assert np.abs(pgm.solve() - flow.voltage_pu).max() < 3e-6


def test_without_transformer_both_models_are_the_same(network: Network, pgm_year) -> None:
    loads = some_loads(400)
    at_mains = replace(network, supply=Supply(Source(0.4, 8.0, 5.0, 0.6), None, 100.0))
    flow = solve_year(at_mains, loads)
    assert np.abs(pgm_year(at_mains, loads).solve() - flow.voltage_pu).max() < 1e-9


@pytest.mark.parametrize("change", ["longer cable", "other transformer tap", "less cable"])
def test_a_changed_network_is_solved_anew(network: Network, change: str, pgm_year) -> None:
    loads = some_loads(30)
    before = solve_year(network, loads)
    unit = network.supply.transformer
    assert unit is not None
    if change == "other transformer tap":
        tapped = replace(network.supply, transformer=replace(unit, lv_no_load_v=410.0))
        network = replace(network, supply=tapped)
    else:
        longer = replace(network.circuits["F1"].demand, length_m=180.0)
        feeder = replace(network.circuits["F1"], demand=longer)
        if change == "less cable":
            feeder = replace(network.circuits["F1"], parallel=2)
        network = replace(network, circuits={**network.circuits, "F1": feeder})
    after = solve_year(network, loads)
    assert np.abs(after.voltage_pu - before.voltage_pu).max() > 1e-4
    assert np.abs(pgm_year(network, loads).solve() - after.voltage_pu).max() < 3e-6


@pytest.mark.parametrize(
    ("add", "reason"),
    [
        (lambda pp, net: pp.create_sgen(net, 1, p_mw=0.01), "generators"),
        (lambda pp, net: pp.create_gen(net, 1, p_mw=0.01), "more than one source"),
        (lambda pp, net: pp.create_ext_grid(net, 1), "more than one source"),
        (lambda pp, net: pp.create_shunt(net, 1, q_mvar=0.01), "shunts"),
        (lambda pp, net: pp.create_storage(net, 1, p_mw=0.01, max_e_mwh=1), "generators"),
        (lambda pp, net: net.load.__setitem__("const_z_p_percent", 30.0), "depend on voltage"),
        (lambda pp, net: net.bus.__setitem__("in_service", [True] * 4 + [False, True]),
         "out of service"),
        (lambda pp, net: net.line.__setitem__("in_service", [True, True, True, False]),
         "out of service"),
        (lambda pp, net: net.load.__setitem__("scaling", 0.5), "scaled"),
        (lambda pp, net: pp.create_switch(net, 1, 0, et="l", closed=False), "out of service|open"),
        (lambda pp, net: pp.create_asymmetric_load(net, 1, p_a_mw=0.01), "single phases"),
        (lambda pp, net: pp.control.ConstControl(net, "load", "p_mw", 0), "controllers"),
    ],
)  # fmt: skip
def test_whatever_the_fixed_point_does_not_model_is_refused(network: Network, add, reason) -> None:
    import pandapower as pp

    built = build(network, balanced_equivalent=True)
    add(pp, built.net)
    with pytest.raises(YearError, match=reason):
        year.matrices_of(built)


def test_a_false_settling_is_caught_by_the_comparison(network: Network, monkeypatch) -> None:
    """Voltages that look settled but are not a solution never leave the engine."""
    real = year.fixed_point

    def liar(s, m):
        v, settled = real(s, m)
        return v * 1.001, settled | True

    monkeypatch.setattr(year, "fixed_point", liar)
    with pytest.raises(YearError, match="differ from pandapower"):
        solve_year(network, some_loads(40))


def test_unsettled_rows_never_carry_numbers(network: Network) -> None:
    p = some_loads(60).p_kw.copy()
    p[7, 1], p[30, 2] = 5_000.0, 9_000.0
    flow = solve_year(network, YearLoads(NODES, p, 0.2 * p))
    assert np.flatnonzero(~flow.converged).tolist() == [7, 30]
    for name in year._NUMBERS:
        values = getattr(flow, name)
        assert np.isnan(values[[7, 30]]).all()
        assert np.isfinite(np.delete(values, [7, 30], axis=0)).all()


def test_what_the_batch_gives_up_pandapower_finishes(network: Network, monkeypatch) -> None:
    whole = solve_year(network, some_loads(12), compare=0)
    monkeypatch.setattr(year, "MOST_ITERATIONS", 1)
    monkeypatch.setattr(year, "MOST_RETRIES", 12)
    retried = solve_year(network, some_loads(12), compare=0)
    assert retried.converged.all()
    for name in year._NUMBERS:
        assert getattr(retried, name) == pytest.approx(getattr(whole, name), rel=1e-5), name


def test_a_load_that_is_no_number_is_told_apart(network: Network) -> None:
    p = some_loads(20).p_kw.copy()
    p[11, 0] = np.nan
    flow = solve_year(network, YearLoads(NODES, p, 0.2 * p))
    assert np.flatnonzero(~flow.known).tolist() == [11]
    assert np.flatnonzero(~flow.converged).tolist() == [11]
    assert flow.compared_pu < 1e-8


def test_twenty_moments_spread_over_the_load_equal_newton(network: Network) -> None:
    flow = solve_year(network, some_loads(9_000), compare=20)
    assert 0 < flow.compared_pu < 1e-8


def test_parts_are_the_whole(network: Network) -> None:
    loads = some_loads(700)
    whole = solve_year(network, loads)
    parts = list(solve_parts(network, loads, chunk=64))
    assert len(parts) == 11
    volts = np.concatenate([p.voltage_pu for p in parts])
    assert np.abs(volts - whole.voltage_pu).max() < 1e-9


def test_shared_loads_equal_loads_by_node(network: Network) -> None:
    series = np.random.default_rng(5).random((50, 2)) * [150.0, 80.0]
    share = np.array([[1.0, 0, 0, 0], [0, 0.5, 0.3, 0.2]])
    shared = SharedLoads(NODES, series, share, np.array([0.3, 0.1, 0.1, 0.0]))
    p, q = shared.part(slice(None))
    assert shared.total_kw == pytest.approx(p.sum(axis=1))
    one, other = solve_year(network, shared), solve_year(network, YearLoads(NODES, p, q))
    assert np.array_equal(one.voltage_pu, other.voltage_pu)


def test_the_current_into_the_main_board_is_that_of_newton(network: Network) -> None:
    for supply in (network.supply, Supply(Source(0.4, 8.0, 5.0, 0.6), None, 100.0)):
        here = replace(network, supply=supply)
        loads = some_loads(1)
        flow = solve_year(here, loads)
        p, q = loads.p_kw[0].tolist(), loads.q_kvar[0].tolist()
        case = LoadCase("x", dict(zip(NODES, p, strict=True)), dict(zip(NODES, q, strict=True)))
        single = solve(here, [case])[0]
        amps = (
            single.transformer.current_a
            if single.transformer
            else 1000 * single.intake_kva / (np.sqrt(3) * 400 * single.voltage_pu["MSB"])
        )
        assert flow.origin_a[0] == pytest.approx(amps, rel=1e-6)
