"""Random radial sites: pandapower's faults against our own impedance sum.

Twenty sites in every run, two hundred with ``AMPYARD_FAULT_SITES=200``; building
them is what takes the time.
"""

import os
import random
import warnings

import pandapower as pp
import pandapower.shortcircuit as sc
import pytest

from grid.model import (
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Device,
    Installation,
    Insulation,
    Network,
    SizedCircuit,
    Source,
    Supply,
    Transformer,
)
from grid.network import impedance
from grid.network.build import add_to
from grid.network.constants import C_MAX, C_MIN
from grid.network.faults import faults
from grid.wiring.cables import resistances
from grid.wiring.upstream import downstream, origin

SITES = int(os.environ.get("AMPYARD_FAULT_SITES", "20"))
WITHIN = 1e-3
DEVICE = Device("d", "MCCB", "", 100, 36)


def transformer(rng: random.Random) -> Transformer:
    """Any Dyn unit; off-nominal ratios and taps are in the two voltages."""
    kva, uk = rng.choice([100, 250, 400, 630, 1000, 1600, 2500]), rng.uniform(3.5, 7)
    tap = 1 + rng.choice([-0.05, -0.025, 0, 0.025, 0.05])
    hv, lv = rng.choice([6.0, 10.0, 11.0, 20.0, 33.0]), rng.choice([400, 410, 420, 433])
    loss = kva * rng.uniform(0.005, 0.015)
    return Transformer("TX", kva, hv * tap, lv, uk, loss, 1, 1, rng.choice([1, 5, 11]))


def supply(rng: random.Random) -> Supply:
    low, high = sorted(rng.uniform(20, 500) for _ in range(2))
    nominal = rng.choice([380.0, 400.0, 415.0])
    if rng.random() < 0.3:
        weak = Source(nominal / 1000, high / 20, low / 20, rng.uniform(0.05, 1.5))
        known = rng.choice([None, rng.uniform(0.05, 0.4)])
        return Supply(weak, None, 100, nominal, zs_origin_ohm=known)
    unit = transformer(rng)
    return Supply(Source(unit.hv_kv, high, low, rng.uniform(0.05, 0.5)), unit, 500, nominal)


def cable(rng: random.Random) -> Cable:
    metal = rng.choice(list(Conductor))
    size = rng.choice([s for s in resistances(metal) if s >= 6])
    earth = rng.choice([0.0, size, *(s for s in resistances(Conductor.CU) if 6 <= s <= size)])
    separate = earth > 0 and rng.random() < 0.6
    earth = earth if separate else rng.choice([0.0, size])
    return Cable(
        "c", size, rng.choice([4, 5]), metal, rng.choice(list(Insulation)),
        resistances(metal)[size], rng.uniform(0.07, 0.1), 30, earth, separate,
    )  # fmt: skip


def site(seed: int) -> Network:
    """Up to four levels of boards, parallel cables, one and three phases."""
    rng = random.Random(seed)
    nodes, circuits = ["MSB"], {}
    for n in range(rng.randint(2, 6)):
        start, end = rng.choice(nodes[-4:]), f"N{n}"
        kind = rng.choice(list(CircuitKind))
        demand = CircuitDemand(
            f"C{n}", kind, start, end, rng.uniform(1, 250), 50, rng.choice([1, 3]), 22, 1,
            Installation(),
        )  # fmt: skip
        circuits[f"C{n}"] = SizedCircuit(
            demand, cable(rng), rng.choice([1, 1, 2, 3]), DEVICE, "", 100, 1, ""
        )
        nodes.append(end)
    return Network(supply(rng), "MSB", {}, circuits)


@pytest.fixture(scope="module")
def library() -> dict[tuple[int, str, str], dict[str, float]]:
    """Faults by site, kind and case, then by node [kA]; twenty sites side by side in a net."""
    found: dict[tuple[int, str, str], dict[str, float]] = {}
    for first in range(0, SITES, 20):
        net = pp.create_empty_network()
        seeds = range(first, first + 20)
        built = {seed: add_to(net, site(seed), balanced_equivalent=False) for seed in seeds}
        for case, tolerance in (("max", 10), ("min", 6)):
            for fault in ("3ph", "2ph", "1ph"):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    sc.calc_sc(
                        net, fault=fault, case=case, lv_tol_percent=tolerance,
                        branch_results=False, ip=False, ith=False,
                    )  # fmt: skip
                amps = net.res_bus_sc.ikss_ka
                for seed, one in built.items():
                    at = {n: float(amps.at[row]) for n, row in one.buses.items()}
                    found[seed, fault, case] = at
    return found


def own(network: Network) -> dict[tuple[str, str], dict[str, float]]:
    u, z = network.supply.nominal_v, impedance.node_impedances(network)
    cases = {"max": C_MAX, "min": C_MIN}
    found: dict[tuple[str, str], dict[str, float]] = {}
    for case, c in cases.items():
        z1 = {n: getattr(v, f"z1_{case}") for n, v in z.items()}
        z0 = {n: getattr(v, f"z0_{case}") for n, v in z.items()}
        found["3ph", case] = {n: impedance.three_phase_ka(z1[n], u, c) for n in z}
        found["2ph", case] = {n: impedance.two_phase_ka(z1[n], u, c) for n in z}
        found["1ph", case] = {n: impedance.earth_fault_ka(z1[n], z0[n], u, c) for n in z}
    return found


def test_calc_sc_agrees_with_the_own_sum(library) -> None:
    worst, compared = 0.0, 0
    for seed in range(SITES):
        for (fault, case), nodes in own(site(seed)).items():
            for node, ka in nodes.items():
                theirs = library[seed, fault, case][node]
                assert theirs == pytest.approx(ka, rel=WITHIN), (seed, fault, case, node)
                worst, compared = max(worst, abs(theirs / ka - 1)), compared + 1
    print(f"{SITES} sites, {compared} faults, worst difference {100 * worst:.6f} %")
    assert compared > 6 * 3 * SITES


@pytest.mark.parametrize("seed", [3, 7, 17])
def test_a_site_on_its_own_gives_the_same(seed: int, library) -> None:
    for node, fault in faults(site(seed)).items():
        assert fault.ik3_max_ka == pytest.approx(library[seed, "3ph", "max"][node], rel=1e-6)
        assert fault.ik1_min_ka == pytest.approx(library[seed, "1ph", "min"][node], rel=1e-6)


def test_sites_reach_what_they_should() -> None:
    sites = [site(seed) for seed in range(200)]
    units = [n.supply.transformer for n in sites]
    assert any(u and u.lv_no_load_v == 433 for u in units)
    assert any(u is None for u in units)
    assert any(c.parallel > 1 for n in sites for c in n.circuits.values())
    starts = {c.demand.from_id for n in sites for c in n.circuits.values()}
    assert {"MSB", "N0", "N1", "N2", "N3"} <= starts


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_sum_of_the_sizing_agrees_with_that_of_the_network(first: int) -> None:
    for seed in range(first, first + 50):
        network = site(seed)
        z, ahead = impedance.node_impedances(network), {"MSB": origin(network.supply, "MSB")}
        for c in network.circuits.values():
            end = downstream(
                ahead[c.demand.from_id], c.demand.to_id, c.cable, c.parallel, c.demand.length_m
            )
            ahead[c.demand.to_id] = end
            assert abs(end.z1_max) == pytest.approx(abs(z[end.node_id].z1_max), rel=WITHIN)
            zs = impedance.loop_ohm(z[end.node_id].z1_min, z[end.node_id].z0_min)
            assert end.zs_ohm == pytest.approx(zs, rel=WITHIN), seed
