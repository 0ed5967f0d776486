"""A year in one batch equals pandapower moment by moment, and says where it fails."""

import math
from dataclasses import replace

import numpy as np
import pytest

from grid.model import LoadCase, Network, Source, Supply
from grid.network import year
from grid.network.build import build
from grid.network.powerflow import solve
from grid.network.year import YearError, YearLoads, solve_year

NODES = ("MSB", "C1", "C2", "C3")


def random_year(steps: int, scale: float = 1.0) -> YearLoads:
    rng = np.random.default_rng(7)
    p = rng.random((steps, 4)) * [200.0, 44.0, 44.0, 7.0] * scale
    return YearLoads(NODES, p, 0.2 * p)


def at(loads: YearLoads, step: int) -> LoadCase:
    p, q = loads.p_kw[step].tolist(), loads.q_kvar[step].tolist()
    return LoadCase("x", dict(zip(NODES, p, strict=True)), dict(zip(NODES, q, strict=True)))


@pytest.mark.parametrize("transformer", [True, False])
def test_twenty_moments_equal_pandapower(network: Network, transformer: bool) -> None:
    if not transformer:
        intake = Supply(Source(0.4, 8.0, 5.0, 0.6), None, 100.0)
        network = replace(network, supply=intake)
    loads = random_year(20)
    flow = solve_year(network, loads, compare=0)
    for step, single in enumerate(solve(network, [at(loads, i) for i in range(20)])):
        volts = [single.voltage_pu[n] for n in flow.nodes]
        assert flow.voltage_pu[step] == pytest.approx(volts, abs=1e-8)
        amps = [single.circuits[c].current_a for c in flow.circuits]
        assert flow.circuit_a[step] == pytest.approx(amps, rel=1e-6)
        assert flow.intake_kva[step] == pytest.approx(single.intake_kva, rel=1e-6)
        assert flow.loss_kw[step] == pytest.approx(single.loss_kw, rel=1e-5)
        if single.transformer:
            assert flow.transformer_pct[step] == pytest.approx(
                single.transformer.loading_pct, rel=1e-6
            )


def test_a_whole_year_agrees_at_the_moments_compared(network: Network) -> None:
    flow = solve_year(network, random_year(17_520), compare=4)
    assert flow.converged.all()
    assert flow.compared_pu < 1e-8
    assert flow.voltage_pu.shape == (17_520, 5)


def test_larger_networks_are_solved_in_shorter_parts(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = random_year(300)
    whole = solve_year(network, loads, compare=0)
    monkeypatch.setattr(year, "CHUNK_VALUES", 600)
    parts = list(year.solve_parts(network, loads, compare=0))
    assert [len(p.converged) for p in parts] == [100, 100, 100]  # of six buses
    assert year.joined(parts).voltage_pu == pytest.approx(whole.voltage_pu, abs=1e-12)


def test_one_impossible_moment_is_marked_and_the_others_stand(network: Network) -> None:
    loads = random_year(10_000)
    p = loads.p_kw.copy()
    p[5_432, 1] = 60_000.0
    flow = solve_year(network, replace(loads, p_kw=p))
    assert np.flatnonzero(~flow.converged).tolist() == [5_432]
    assert math.isnan(flow.intake_kw[5_432])
    assert np.isfinite(np.delete(flow.voltage_pu, 5_432, axis=0)).all()


def test_near_collapse_both_methods_agree_on_what_exists(network: Network) -> None:
    p = np.zeros((12, 4))
    p[:, 1] = np.linspace(50, 1500, 12)
    loads = YearLoads(NODES, p, 0.0 * p)
    flow = solve_year(network, loads, compare=0)
    single = solve(network, [at(loads, i) for i in range(12)])
    both = [(bool(f), s.converged) for f, s in zip(flow.converged, single, strict=True)]
    # Newton may find a voltage below half of nominal that the batch does not accept.
    assert all(s for f, s in both if f)
    for f, s, step in zip(flow.converged, single, range(12), strict=True):
        if f:
            assert flow.voltage_pu[step].min() == pytest.approx(
                min(s.voltage_pu.values()), abs=1e-7
            )


def test_disagreement_is_refused(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year, "TOLERANCE_PU", 1e-3)
    with pytest.raises(YearError, match="differ from pandapower"):
        solve_year(network, random_year(50))


def test_what_the_batch_cannot_handle_is_refused(network: Network) -> None:
    import pandapower as pp

    built = build(network, balanced_equivalent=True)
    pp.create_sgen(built.net, 1, p_mw=0.01)
    with pytest.raises(YearError, match="generators"):
        year.matrices_of(built)


def test_load_at_an_unknown_node_is_named(network: Network) -> None:
    with pytest.raises(ValueError, match="'C9'"):
        solve_year(network, YearLoads(("C9",), np.ones((1, 1)), np.zeros((1, 1))))
