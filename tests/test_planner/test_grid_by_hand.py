"""The grid report of a design against arithmetic that shares nothing with the engine.

Resistances, reactances, lengths and powers are read off the design; everything
else (sweep of currents and voltages, sum of impedances, K_T) is written out here.
"""

import cmath
import math

import pytest

from grid.model import LoadCase
from grid.network.powerflow import solve
from planner.checks.grid import grid_report
from planner.checks.network import site_network
from planner.model.design import Design
from planner.model.outcome import GridReport, Outcome
from planner.model.project import Project
from planner.model.site import Site

WARM = {"Cu": 1 + 0.00393 * 70, "Al": 1 + 0.00403 * 70}  # XLPE at 90 °C


def way_to(design: Design, node: str) -> list[str]:
    """Circuits from the main board to a node."""
    into = {c.sized.demand.to_id: i for i, c in design.circuits.items()}
    found: list[str] = []
    while node in into:
        found.insert(0, into[node])
        node = design.circuits[into[node]].sized.demand.from_id
    return found


def ohm(design: Design, circuit: str, warm: bool) -> complex:
    s = design.circuits[circuit].sized
    r = s.cable.r20_ohm_per_km * (WARM[s.cable.conductor.value] if warm else 1)
    return s.demand.length_m / 1000 * complex(r, s.cable.x_ohm_per_km) / s.parallel


def drop_by_sweep(design: Design, origin_v: float, load_kva: dict[str, complex], at: str) -> float:
    """Drop in V line to line from the main board, by sweeping currents and voltages."""
    volts = {c: complex(origin_v) for c in load_kva}
    for _ in range(30):
        amps: dict[str, complex] = {}
        for charger, s in load_kva.items():
            i = (1000 * s / (math.sqrt(3) * volts[charger])).conjugate()
            for circuit in way_to(design, charger):
                amps[circuit] = amps.get(circuit, 0) + i
        volts = {
            c: origin_v
            - math.sqrt(3) * sum(amps[w] * ohm(design, w, warm=True) for w in way_to(design, c))
            for c in load_kva
        }
    return origin_v - abs(volts[at])


def three_phase_ka(site: Site, design: Design, at: str) -> float:
    """Largest three-phase fault at a charger, IEC 60909 with c = 1.1 and K_T."""
    supply = site.supply
    assert supply is not None
    unit = supply.transformer
    assert unit is not None
    down = unit.lv_no_load_v / 1000 / unit.hv_kv
    z_q = 1.1 * unit.hv_kv**2 / supply.source.s_sc_max_mva * down**2
    base = unit.lv_no_load_v**2 / unit.rated_kva / 1000
    r_pu, z_pu = unit.load_loss_kw / unit.rated_kva, unit.uk_pct / 100
    x_pu = math.sqrt(z_pu**2 - r_pu**2)
    k_t = 0.95 * 1.1 / (1 + 0.6 * x_pu)
    z = z_q * cmath.exp(1j * math.atan2(1, supply.source.rx_ratio))
    z += k_t * base * complex(r_pu, x_pu)
    z += sum(ohm(design, c, warm=False) for c in way_to(design, at))
    return 1.1 * supply.nominal_v / math.sqrt(3) / abs(z) / 1000


def furthest(report: GridReport, design: Design) -> str:
    return min(design.chargers, key=lambda c: report.nodes[c].ik3_max_ka)


def test_far_charger_of_the_tiny_site(tiny_site, tiny_design, tiny_catalogue, tiny_outcome) -> None:
    report = grid_report(
        tiny_site, tiny_design, tiny_catalogue, tiny_outcome.service, tiny_outcome.demand
    )
    far = furthest(report, tiny_design)
    fault = three_phase_ka(tiny_site, tiny_design, far)
    assert report.nodes[far].ik3_max_ka == pytest.approx(fault, rel=0.005)
    # Its worst hour spends the limit of 100 kW on the furthest chargers: C1 and C2 get 44 kW
    # each, C3 the rest. The main board is then at the report's lowest voltage or above.
    sine = {"C1": 0.99, "C2": 0.99, "C3": 0.98}
    kw = {"C1": 44.0, "C2": 44.0, "C3": 12.0}
    load = {c: complex(p, p * math.tan(math.acos(sine[c]))) for c, p in kw.items()}
    state = report.nodes[far]
    origin_v = (state.voltage_pu + state.drop_pct / 100) * 400
    drop = drop_by_sweep(tiny_design, origin_v, load, far)
    assert state.drop_pct * 4 == pytest.approx(drop, rel=0.005)


def test_far_charger_of_a_proposal(hotel: Project, proposal: Outcome) -> None:
    design, site = proposal.design, hotel.site
    far = furthest(proposal.grid, design)
    assert len(way_to(design, far)) >= 2
    assert proposal.grid.nodes[far].ik3_max_ka == pytest.approx(
        three_phase_ka(site, design, far), rel=0.005
    )
    load = {c: 0.3 * rated_kva(hotel, design, c) for c in design.chargers}
    case = LoadCase(
        "a third of full power", {c: s.real for c, s in load.items()},
        {c: s.imag for c, s in load.items()},
    )  # fmt: skip
    network = site_network(site, design).network
    assert network is not None
    (flow,) = solve(network, [case])
    origin_v = flow.voltage_pu[network.origin] * 400
    by_hand = drop_by_sweep(design, origin_v, load, far)
    assert by_hand > 0.5
    assert origin_v - 400 * flow.voltage_pu[far] == pytest.approx(by_hand, rel=0.005)


def rated_kva(project: Project, design: Design, charger: str) -> complex:
    model = project.catalogue[design.chargers[charger].model]
    kw = model.power_kw / model.efficiency
    return complex(kw, kw * math.tan(math.acos(model.power_factor)))
