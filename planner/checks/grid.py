"""The grid check of a design: power flow at the deciding hours and faults everywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grid.findings import Finding
from grid.model import Network
from grid.network import impedance
from grid.network.constants import C_MAX, C_MIN
from grid.network.faults import FaultError, NodeFault, faults, method
from grid.network.powerflow import FlowResult, solve
from planner.checks import grid_findings as findings
from planner.checks.held import held_a
from planner.checks.load_cases import (
    EXISTING_POWER_FACTOR,
    SiteCase,
    Weight,
    load_case,
    rated_inputs,
    site_cases,
)
from planner.checks.network import SiteNetwork, site_network
from planner.model.charger import ChargerModel
from planner.model.demand import Demand
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.outcome import BranchState, CaseState, GridReport, NodeState, Service
from planner.model.site import Assumption, Site

CROSS_CHECK_PCT = 0.5
"""Largest difference allowed between pandapower and the own impedance sum."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A case and its power flow."""

    case: SiteCase
    flow: FlowResult


def grid_report(
    site: Site,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    service: Service,
    demand: Demand,
    *,
    drop_limit_pct: float = 5.0,
) -> GridReport:
    """Check a design against everything the grid side limits.

    Parameters
    ----------
    site, design, catalogue
        What is there, what is planned, and the charger models.
    service
        Simulated charging; its load by time decides the busiest hour.
    demand
        Its unmanaged peak is shown where the simulation has none.
    drop_limit_pct
        Drop from the main board to a charger in per cent of nominal voltage;
        5 % for other uses than lighting (IEC 60364-5-52:2009, table G.52.1).

    Returns
    -------
    GridReport
        Cases, worst voltage and faults by node, worst loading by branch, and
        findings; passed checks are findings of severity OK. What cannot be
        computed is a finding with its reason.
    """
    joined = site_network(site, design)
    if joined.network is None:
        return GridReport((), {}, {}, "not computed", joined.findings)
    network = joined.network
    rated = rated_inputs(network, design, catalogue)
    cases = site_cases(site, design, network, rated, service)
    flows = solve(network, [load_case(c, network, rated) for c in cases])
    solved = [Solved(c, f) for c, f in zip(cases, flows, strict=True)]
    short, fault_findings = _faults(joined, network)
    nodes = _node_states(joined, network, solved, short)
    branches = _branch_states(network, solved)
    found = (
        *joined.findings,
        *findings.existing_load(site),
        *findings.cases(site, solved),
        *findings.voltages(network, joined.names, solved, drop_limit_pct),
        *findings.circuits(network, joined.names, branches),
        *fault_findings,
        *findings.protection(network, joined.names, short),
    )
    return GridReport(
        tuple(_case_state(site, s) for s in solved), nodes, branches, _method(short), found
    )


def grid_assumptions(site: Site, design: Design) -> tuple[Assumption, ...]:
    """List what the network calculation takes for granted on this site."""
    if site.supply is None:
        return ()
    found = [
        Assumption(
            "grid-source-voltage", "Grid check", "Voltage that the upstream network holds",
            "1.00 of nominal", "assumption; the operator knows the range",
        ),
        Assumption(
            "grid-fault-temperature", "Grid check",
            "Conductor temperature in minimum faults: highest in operation, as the device clears "
            "before it rises", "70 °C PVC, 90 °C XLPE", "IEC 60364-5-52:2009, table 52.1",
        ),
    ]  # fmt: skip
    if site.supply.transformer is not None:
        found.append(
            Assumption(
                "grid-zero-sequence", "Grid check",
                "Zero-sequence impedance of the Dyn transformer",
                "equal to its short-circuit impedance",
                "assumption; 0.95 to 1 times for Dyn (IEC TR 60909-2)",
            )
        )  # fmt: skip
    if site.profile is not None:
        found.append(
            Assumption(
                "grid-power-factor", "Grid check", "Power factor of the existing load",
                f"{EXISTING_POWER_FACTOR:g}", "assumption; the profile holds no reactive power",
            )
        )  # fmt: skip
    if any(c.sized.demand.phases == 1 for c in design.circuits.values()):
        found.append(
            Assumption(
                "grid-single-phase", "Grid check", "Single-phase circuits over the three phases",
                "spread evenly", "assumption of the balanced power flow",
            )
        )  # fmt: skip
    return tuple(found)


def _method(short: Mapping[str, NodeFault]) -> str:
    flow = (
        "Balanced power flow by Newton's method, conductors at operating temperature, upstream "
        f"network at nominal voltage, existing load at cos φ {EXISTING_POWER_FACTOR:g}"
    )
    return f"{flow}. {method()}." if short else f"{flow}."


def _faults(
    joined: SiteNetwork, network: Network
) -> tuple[Mapping[str, NodeFault], tuple[Finding, ...]]:
    """Compute faults by pandapower and compare them with the own sum of impedances."""
    try:
        short = faults(network)
    except FaultError as error:
        return {}, (findings.no_faults(network.origin, str(error)),)
    own = impedance.node_impedances(network)
    volts = network.supply.nominal_v
    gap, node = max(
        (max(
            _gap_pct(f.ik3_max_ka, impedance.three_phase_ka(own[n].z1_max, volts, C_MAX)),
            _gap_pct(f.ik1_min_ka,
                     impedance.earth_fault_ka(own[n].z1_min, own[n].z0_min, volts, C_MIN)),
        ), n)
        for n, f in short.items()
    )  # fmt: skip
    return short, (findings.cross_check(node, joined.names.get(node, node), gap, CROSS_CHECK_PCT),)


def _gap_pct(value: float, other: float) -> float:
    return 100 * abs(value - other) / other if math.isfinite(value) else math.inf


def decisive(solved: Sequence[Solved]) -> list[Solved]:
    """Cases that a design must carry and that have a solution."""
    return [s for s in solved if s.case.weight is Weight.DESIGN and s.flow.converged]


def _node_states(
    joined: SiteNetwork, network: Network, solved: Sequence[Solved], short: Mapping[str, NodeFault]
) -> dict[str, NodeState]:
    """Lowest voltage and largest drop over the decisive cases, with faults."""
    found = {}
    flows = [s.flow for s in decisive(solved)]
    nowhere = NodeFault(*[math.nan] * 5)
    for node in impedance.node_impedances(network):
        lowest = min((f.voltage_pu[node] for f in flows), default=math.nan)
        drop = max((findings.drop_pct(network, f, node) for f in flows), default=math.nan)
        fault = short.get(node, nowhere)
        found[node] = NodeState(
            node, joined.names.get(node, node), lowest, drop, fault.ik3_max_ka, fault.ik1_min_ka,
            fault.zs_ohm,
        )  # fmt: skip
    return found


def _branch_states(network: Network, solved: Sequence[Solved]) -> dict[str, BranchState]:
    """Worst loading of the transformer and of every circuit over the decisive cases."""
    flows = [s.flow for s in decisive(solved)]
    found = {}
    unit = network.supply.transformer
    rows = [f.transformer for f in flows if f.transformer is not None]
    if unit is not None and rows:
        limit_a = unit.rated_kva * 1000 / math.sqrt(3) / unit.lv_no_load_v
        worst = max(rows, key=lambda row: row.loading_pct)
        found[unit.id] = BranchState(
            unit.id, worst.current_a, limit_a, worst.loading_pct, worst.loss_kw
        )
    for circuit_id in flows[0].circuits if flows else ():
        circuit = network.circuits[circuit_id]
        # A current above the device's rating ends in a trip, well within I_z or not.
        limit_a = min(circuit.iz_a, circuit.device.in_a)
        worst = max((f.circuits[circuit_id] for f in flows), key=lambda row: row.current_a)
        amps = min(worst.current_a, held_a(circuit))
        found[circuit_id] = BranchState(
            circuit_id, amps, limit_a, 100 * amps / limit_a, worst.loss_kw
        )
    return found


def _case_state(site: Site, solved: Solved) -> CaseState:
    case, flow = solved.case, solved.flow
    agreed = site.supply.agreed_kva if site.supply else math.nan
    kw = case.existing_kw + case.device_kw + case.total_charging_kw
    if not flow.converged:
        nan = math.nan
        return CaseState(case.name, kw, case.total_charging_kw, nan, nan, nan, nan, False)
    return CaseState(
        name=case.name,
        site_kw=kw,
        charging_kw=case.total_charging_kw,
        apparent_kva=flow.intake_kva,
        transformer_pct=flow.transformer.loading_pct if flow.transformer else None,
        agreed_pct=100 * flow.intake_kva / agreed,
        lowest_pu=min(flow.voltage_pu.values()),
        converged=True,
    )
