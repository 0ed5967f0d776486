"""A net that is built once and solved again and again answers as a fresh one does."""

from dataclasses import replace

import numpy as np
import pytest

from grid.model import LoadCase, Network
from grid.network import build as building
from grid.network.faults import faults
from grid.network.powerflow import FlowResult, solve
from grid.network.year import YearLoads, solve_year

LIGHT = LoadCase("light", {"C1": 20.0}, {"C1": 4.0})
HEAVY = LoadCase("heavy", {"C1": 44.0, "C2": 44.0, "C3": 7.0}, {})
TOO_MUCH = LoadCase("too much", {"C1": 90_000.0}, {})


def fresh(network: Network, case: LoadCase) -> FlowResult:
    return solve(network, [case], building.build(network, balanced_equivalent=True))[0]


@pytest.mark.parametrize("single_phase", [True, False])
def test_what_ran_before_leaves_no_trace(network: Network, single_phase: bool) -> None:
    if not single_phase:  # then power flow and faults have the very same net
        kept = {k: c for k, c in network.circuits.items() if c.demand.phases == 3}
        network = replace(network, circuits=kept)
        heavy = replace(HEAVY, p_kw={"C1": 44.0, "C2": 44.0})
    else:
        heavy = HEAVY
    building._SHARED.clear()
    alone = faults(network)
    assert not solve(network, [TOO_MUCH])[0].converged
    assert faults(network) == alone
    assert solve(network, [LIGHT])[0] == fresh(network, LIGHT)
    assert solve(network, [heavy])[0] == fresh(network, heavy)
    building._SHARED.clear()
    assert faults(network) == alone


def test_a_year_after_a_heavy_case_begins_without_its_load(network: Network) -> None:
    loads = YearLoads(("C1",), np.array([[20.0]]), np.array([[4.0]]))
    building._SHARED.clear()
    alone = solve_year(network, loads)
    solve(network, [HEAVY, TOO_MUCH])
    after = solve_year(network, loads)
    assert after.voltage_pu.tolist() == alone.voltage_pu.tolist()


def test_equal_networks_share_a_net_and_changed_ones_do_not(network: Network) -> None:
    first = building.shared(network, balanced_equivalent=True)
    copy = replace(network, circuits=dict(network.circuits))
    assert building.shared(copy, balanced_equivalent=True) is first
    key, old = next(iter(network.circuits.items()))
    longer = replace(old, demand=replace(old.demand, length_m=old.demand.length_m + 0.1))
    changed = replace(network, circuits={**network.circuits, key: longer})
    assert building.shared(changed, balanced_equivalent=True) is not first
    assert building.shared(network, balanced_equivalent=False) is not first  # C3 is single-phase
