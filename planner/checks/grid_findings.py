"""Findings of the grid check: what is the matter, where, by how much, and what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from grid.findings import Finding, Severity
from grid.model import Device, Earthing, Network, SizedCircuit
from grid.network.faults import NodeFault
from grid.network.powerflow import FlowResult
from planner.checks.load_cases import SiteCase, Weight
from planner.model.outcome import BranchState
from planner.model.site import Site

VOLTAGE_LOW_PU, VOLTAGE_HIGH_PU = 0.90, 1.10
VOLTAGE_CLAUSE = "EN 50160:2010, 4.2.2: nominal voltage ±10 %"
DROP_CLAUSE = "IEC 60364-5-52:2009, table G.52.1"
DISCONNECTION_CLAUSE = "IEC 60364-4-41:2005, 411.4.4"
BREAKING_CLAUSE = "IEC 60364-4-43:2008, 434.5.1"
OVERLOAD_CLAUSE = "IEC 60364-4-43:2008, 433.1"
# Upper edge of the instantaneous band in multiples of the rating, IEC 60898-1.
TRIP_MULTIPLE = {"B": 5.0, "C": 10.0, "D": 20.0}


class Solved(Protocol):
    """A case with its power flow."""

    @property
    def case(self) -> SiteCase: ...
    @property
    def flow(self) -> FlowResult: ...


def drop_pct(network: Network, flow: FlowResult, node: str) -> float:
    """Drop from the main board to a node in per cent of nominal voltage."""
    return 100 * (flow.voltage_pu[network.origin] - flow.voltage_pu[node])


def existing_load(site: Site) -> tuple[Finding, ...]:
    """Say so where nothing is known of the existing load."""
    if site.profile is not None and len(site.profile.kw):
        return ()
    return (
        Finding(
            "GRID-PROFILE", Severity.WARNING, "supply", site.name,
            "There is no load profile: the existing load is counted as zero.",
            fix="Import a year of half-hourly load in step Supply.",
        ),
    )  # fmt: skip


def cases(site: Site, solved: Sequence[Solved]) -> tuple[Finding, ...]:
    """Check agreed capacity and transformer, and that every case has a solution."""
    found: list[Finding] = []
    for s in solved:
        if not s.flow.converged:
            found.append(_unsolved(s))
    design = [s for s in solved if s.flow.converged and s.case.weight is Weight.DESIGN]
    if design and site.supply is not None:
        found.append(_agreed(max(design, key=lambda s: s.flow.intake_kva), site.supply.agreed_kva))
    with_unit = [s for s in design if s.flow.transformer is not None]
    if with_unit and site.supply is not None and site.supply.transformer is not None:
        worst = max(with_unit, key=_loading)
        found.append(_transformer(worst, site.supply.transformer.id))
    found += [_information(s, site) for s in solved if s.case.weight is Weight.INFORMATION]
    return tuple(found)


def _unsolved(s: Solved) -> Finding:
    gravest = s.case.weight is not Weight.INFORMATION
    return Finding(
        "GRID-FLOW", Severity.ERROR if gravest else Severity.INFO, "supply", s.case.name,
        f"The power flow has no solution: {s.flow.reason}.",
        fix="Lower the charging limit, use larger cables or a larger transformer.",
    )  # fmt: skip


def _loading(s: Solved) -> float:
    return s.flow.transformer.loading_pct if s.flow.transformer else 0.0


def _agreed(s: Solved, agreed_kva: float) -> Finding:
    kva = s.flow.intake_kva
    over = kva - agreed_kva
    if over <= 0:
        return Finding(
            "GRID-AGREED", Severity.OK, "supply", s.case.name,
            f"At most {kva:.0f} kVA of the agreed {agreed_kva:.0f} kVA are drawn.",
            "Connection agreement", kva, agreed_kva, "kVA",
        )  # fmt: skip
    fix = f"Lower the charging limit by {math.ceil(over)} kW or ask for {math.ceil(kva)} kVA."
    if s.case.total_charging_kw < over:
        fix = f"The existing load alone needs more: ask for {math.ceil(kva)} kVA."
    return Finding(
        "GRID-AGREED", Severity.ERROR, "supply", s.case.name,
        f"The site draws {kva:.0f} kVA but only {agreed_kva:.0f} kVA are agreed.",
        "Connection agreement", kva, agreed_kva, "kVA", fix,
    )  # fmt: skip


def _transformer(s: Solved, unit: str) -> Finding:
    pct = _loading(s)
    fits = pct <= 100
    return Finding(
        "GRID-TX", Severity.OK if fits else Severity.ERROR, unit, f"Transformer {unit}",
        f"{s.case.name}: the transformer is loaded to {pct:.0f} % of its rated current.",
        "Rating plate", pct, 100.0, "%",
        "" if fits else "Lower the charging limit or choose a larger transformer.",
    )  # fmt: skip


def _information(s: Solved, site: Site) -> Finding:
    if not s.flow.converged or site.supply is None:
        return _unsolved(s)
    kva, agreed = s.flow.intake_kva, site.supply.agreed_kva
    return Finding(
        "GRID-UNMANAGED", Severity.INFO, "supply", s.case.name,
        f"This would draw {kva:,.0f} kVA, {100 * kva / agreed:,.0f} % of what is agreed.",
        "For information", kva, agreed, "kVA",
    )  # fmt: skip


def voltages(
    network: Network, names: Mapping[str, str], solved: Sequence[Solved], limit_pct: float
) -> tuple[Finding, ...]:
    """Check the voltage band at every node, light load included, and the drop."""
    counted = [s for s in solved if s.flow.converged and s.case.weight is not Weight.INFORMATION]
    if not counted:
        return ()
    points = [(s.flow.voltage_pu[n], n, s) for s in counted for n in s.flow.voltage_pu]
    low = min(points, key=lambda p: p[0])
    high = max(points, key=lambda p: p[0])
    found = [_band(low, names, VOLTAGE_LOW_PU), _band(high, names, VOLTAGE_HIGH_PU)]
    design = [s for s in counted if s.case.weight is Weight.DESIGN]
    worst: dict[str, float] = {}
    for s in design:
        for node in s.flow.voltage_pu:
            worst[node] = max(worst.get(node, 0.0), drop_pct(network, s.flow, node))
    over = {n: d for n, d in worst.items() if d > limit_pct}
    if not over and worst:
        far = max(worst, key=lambda n: worst[n])
        return (*found, _drop(far, names, worst[far], limit_pct))
    return (*found, *(_drop(n, names, d, limit_pct) for n, d in over.items()))


def _band(point: tuple[float, str, Solved], names: Mapping[str, str], limit: float) -> Finding:
    pu, node, s = point
    low = limit < 1
    fits = pu >= limit if low else pu <= limit
    word = "lowest" if low else "highest"
    fix = "Use larger cables or a lower charging limit." if low else (
        "Ask for a lower transformer tap; the voltage is too high without load."
    )  # fmt: skip
    return Finding(
        "GRID-VOLTAGE", Severity.OK if fits else Severity.ERROR, node, names.get(node, node),
        f"{s.case.name}: the {word} voltage is {pu:.3f} of nominal.",
        VOLTAGE_CLAUSE, pu, limit, "pu", "" if fits else fix,
    )  # fmt: skip


def _drop(node: str, names: Mapping[str, str], drop: float, limit_pct: float) -> Finding:
    fits = drop <= limit_pct
    return Finding(
        "GRID-DROP", Severity.OK if fits else Severity.ERROR, node, names.get(node, node),
        f"The voltage drops by {drop:.1f} % from the main board to here.",
        DROP_CLAUSE, drop, limit_pct, "%",
        "" if fits else "Use a larger cable, or a pillar closer to this charger.",
    )  # fmt: skip


def circuits(
    network: Network, names: Mapping[str, str], branches: Mapping[str, BranchState]
) -> tuple[Finding, ...]:
    """Check every circuit's current against its device and cable."""
    rows = [b for i, b in branches.items() if i in network.circuits]
    over = [b for b in rows if b.current_a > b.limit_a]
    if rows and not over:
        over = [max(rows, key=lambda b: b.loading_pct)]
    return tuple(_circuit(network.circuits[b.id], names, b) for b in over)


def _circuit(circuit: SizedCircuit, names: Mapping[str, str], b: BranchState) -> Finding:
    fits = b.current_a <= b.limit_a
    return Finding(
        "GRID-CIRCUIT", Severity.OK if fits else Severity.ERROR, b.id, _place(circuit, names),
        f"The circuit carries {b.current_a:.0f} A; its device and cable allow {b.limit_a:.0f} A.",
        OVERLOAD_CLAUSE, b.current_a, b.limit_a, "A",
        "" if fits else "Lower the charging limit or use a larger device and cable.",
    )  # fmt: skip


def _place(circuit: SizedCircuit, names: Mapping[str, str]) -> str:
    d = circuit.demand
    return f"Circuit {d.id}, {names.get(d.from_id, d.from_id)} to {names.get(d.to_id, d.to_id)}"


def protection(
    network: Network, names: Mapping[str, str], short: Mapping[str, NodeFault]
) -> tuple[Finding, ...]:
    """Check breaking capacity at the start and disconnection at the end of every circuit."""
    found, passed = [], 0
    for circuit in network.circuits.values():
        start, end = short.get(circuit.demand.from_id), short.get(circuit.demand.to_id)
        if start is None or end is None:
            continue
        wrong = [f for f in (_breaking(circuit, names, start),
                             _disconnection(network, circuit, names, end)) if f]  # fmt: skip
        found += wrong
        passed += not wrong
    if passed:
        found.append(
            Finding(
                "GRID-PROTECTION", Severity.OK, "supply", "All circuits",
                f"{passed} circuits: every device breaks the largest fault at its place and trips "
                "on the smallest at the far end.", DISCONNECTION_CLAUSE,
            )
        )  # fmt: skip
    return tuple(found)


def _breaking(circuit: SizedCircuit, names: Mapping[str, str], at: NodeFault) -> Finding | None:
    ka, device = max(at.ik3_max_ka, at.ik1_max_ka), circuit.device
    if ka <= device.breaking_ka:
        return None
    return Finding(
        "GRID-BREAKING", Severity.ERROR, circuit.demand.id, _place(circuit, names),
        f"A fault of {ka:.1f} kA is possible here; {device.key} breaks {device.breaking_ka:g} kA.",
        BREAKING_CLAUSE, ka, device.breaking_ka, "kA",
        "Choose a device with a higher breaking capacity or put a current-limiting fuse ahead.",
    )  # fmt: skip


def trip_current_a(device: Device) -> float | None:
    """Return the current that certainly trips a device at once, None where unknown."""
    if device.trip_a is not None:
        return device.trip_a
    multiple = TRIP_MULTIPLE.get(device.curve)
    return multiple * device.in_a if multiple else None


def _disconnection(
    network: Network, circuit: SizedCircuit, names: Mapping[str, str], end: NodeFault
) -> Finding | None:
    """In TN the device must trip on an earth fault; in TT a residual current device does."""
    trip_a = trip_current_a(circuit.device)
    if network.supply.earthing is Earthing.TT or trip_a is None:
        return None
    ik_a = end.ik1_min_ka * 1000
    if ik_a >= trip_a:
        return None
    by_rcd = bool(circuit.rcd)
    return Finding(
        "GRID-DISCONNECT", Severity.WARNING if by_rcd else Severity.ERROR, circuit.demand.id,
        _place(circuit, names),
        f"An earth fault at the far end may carry only {ik_a:.0f} A; {circuit.device.key} trips at "
        f"once from {trip_a:.0f} A" + (", so disconnection rests on the RCD." if by_rcd else "."),
        DISCONNECTION_CLAUSE, ik_a, trip_a, "A",
        "Use a larger cable or earth conductor, or a lower magnetic setting.",
    )  # fmt: skip


def no_faults(origin: str, reason: str) -> Finding:
    """Say why no fault currents could be computed."""
    return Finding(
        "GRID-FAULT-DATA", Severity.ERROR, origin, "Supply",
        f"Fault currents cannot be computed: {reason}.",
        fix="Correct the supply data in step Supply.",
    )  # fmt: skip


def cross_check(node: str, place: str, gap_pct: float, limit_pct: float) -> Finding:
    """Compare pandapower with the own sum of impedances, at the node that differs most."""
    fits = gap_pct <= limit_pct
    return Finding(
        "GRID-CROSS", Severity.OK if fits else Severity.ERROR, node, place,
        f"Fault currents of two independent methods differ by at most {gap_pct:.2f} %.",
        "IEC 60909-0:2016", gap_pct, limit_pct, "%",
        "" if fits else "Do not rely on the fault currents; report this network.",
    )  # fmt: skip
