"""The worst day of the year with a load of its own on each line.

Taken as the worst: every AC outlet serves a single-phase car on the first of
its terminals (L1 where none are named) with up to 32 A; what the outlet gives
beyond that, the existing load and DC chargers are counted as balanced.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grid.findings import Finding, Severity
from grid.model import Network
from grid.network.unbalance import PhaseLoad, UnbalancedFlow, solve_unbalanced
from grid.wiring.phases import PHASES
from planner.checks.load_cases import EXISTING_POWER_FACTOR, rated_inputs, tangent
from planner.checks.network import site_network
from planner.checks.year_findings import at, circuit_place
from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger, Design
from planner.model.ids import ModelId
from planner.model.site import Site
from planner.model.year import YearResult

SINGLE_PHASE_KW = 7.36
"""Most a car draws on one line: 32 A at 230 V (IEC 61851-1, mode 3 on a 32 A outlet)."""
UNBALANCE_PCT = 2.0
UNBALANCE_CLAUSE = "EN 50160:2010, 4.2.4: negative sequence at most 2 % of positive, 95 % of a week"
NEUTRAL_CLAUSE = "IEC 60364-5-52:2009, 524.2: the neutral carries no more than its capacity"
BALANCE_FIX = "Turn the terminals of some outlets, or choose three-phase chargers."


def three_phase_findings(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel], year: YearResult
) -> tuple[Finding, ...]:
    """Check voltage unbalance and neutral currents at each hour of the worst day."""
    joined = site_network(site, design)
    if joined.network is None:
        return ()
    network = joined.network
    steps = worst_day_steps(year)
    flows = [
        solve_unbalanced(network, phase_loads(network, design, catalogue, year, step))
        for step in steps
    ]
    solved = [(s, f) for s, f in zip(steps, flows, strict=True) if f.converged]
    lost = [(s, f) for s, f in zip(steps, flows, strict=True) if not f.converged]
    found = []
    if lost:
        step, flow = lost[0]
        found.append(
            Finding(
                "GRID-3PH-FLOW", Severity.ERROR, "supply", site.name,
                f"With single-phase cars {len(lost)} hours of the worst day have no solution, "
                f"first on {at(year, step)}: {flow.reason}.", fix=BALANCE_FIX,
            )
        )  # fmt: skip
    if solved:
        found.append(_unbalance(joined.names, year, solved))
        found += _neutral(network, joined.names, year, solved)
    return tuple(found)


def worst_day_steps(year: YearResult) -> list[int]:
    """Return the interval with the highest draw of each clock hour of the worst local day."""
    day = int(year.local_min[year.worst_step]) // 1440
    here = np.flatnonzero((year.local_min // 1440 == day) & np.isfinite(year.intake_kva))
    # Hours counted from the first interval: the hour that a clock change repeats is two.
    hour = (here - here[0]) * year.interval_min // 60
    return [
        int(part[np.argmax(year.intake_kva[part])])
        for part in (here[hour == h] for h in np.unique(hour))
    ]


def phase_loads(
    network: Network,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    year: YearResult,
    step: int,
) -> dict[str, PhaseLoad]:
    """Put the loads of one interval on the lines, in kW + j·kvar."""
    rated = rated_inputs(network, design, catalogue)
    whole = sum(r.kw for r in rated.values())
    existing = float(year.existing_kw[step]) * (1 + 1j * tangent(EXISTING_POWER_FACTOR))
    loads: dict[str, PhaseLoad] = {network.origin: (existing / 3, existing / 3, existing / 3)}
    for key, charger in design.chargers.items():
        if key not in rated or not whole:
            continue
        kw = float(year.charging_kw[step]) * rated[key].kw / whole
        per_kw = 1 + 1j * tangent(rated[key].power_factor)
        a, b, c = line_kw(charger, catalogue.get(charger.model), kw)
        loads[key] = (a * per_kw, b * per_kw, c * per_kw)
    return loads


def line_kw(charger: Charger, model: ChargerModel | None, kw: float) -> tuple[float, float, float]:
    """Return what a charger draws on L1, L2 and L3, each outlet giving the same."""
    if model is None or model.current is Current.DC:
        return kw / 3, kw / 3, kw / 3
    outlets = max(1, min(model.outlets, len(charger.bays) or model.outlets))
    one_line = kw / outlets if model.phases == 1 else min(kw / outlets, SINGLE_PHASE_KW)
    lines = [(kw - outlets * one_line) / 3] * 3
    for n in range(outlets):
        label = charger.terminals[n] if n < len(charger.terminals) else PHASES[0]
        lines[PHASES.index(label[:2]) if label[:2] in PHASES else 0] += one_line
    return lines[0], lines[1], lines[2]


def _unbalance(
    names: Mapping[str, str], year: YearResult, solved: list[tuple[int, UnbalancedFlow]]
) -> Finding:
    pct, step, node = max((v, s, n) for s, f in solved for n, v in f.unbalance_pct.items())
    flow = dict(solved)[step]
    volts = ", ".join(f"{p} {v:.3f}" for p, v in zip(PHASES, flow.voltage_pu[node], strict=True))
    fits = pct <= UNBALANCE_PCT
    return Finding(
        "GRID-3PH-UNBALANCE", Severity.OK if fits else Severity.ERROR, node, names.get(node, node),
        f"With a single-phase car at every AC outlet the voltage unbalance is at most {pct:.2f} % "
        f"on the worst day, on {at(year, step)} ({volts} of nominal).",
        UNBALANCE_CLAUSE, pct, UNBALANCE_PCT, "%", "" if fits else BALANCE_FIX,
    )  # fmt: skip


def _neutral(
    network: Network,
    names: Mapping[str, str],
    year: YearResult,
    solved: list[tuple[int, UnbalancedFlow]],
) -> list[Finding]:
    """Report neutrals above the smaller of device and capacity, else the most loaded one."""
    worst: dict[str, tuple[float, int]] = {}
    for step, flow in solved:
        for circuit, lines in flow.circuits.items():
            worst[circuit] = max(worst.get(circuit, (0.0, step)), (lines.neutral_a, step))
    limits = {c: min(network.circuits[c].iz_a, network.circuits[c].device.in_a) for c in worst}
    over = [c for c in worst if worst[c][0] > limits[c]]
    if worst and not over:
        over = [max(worst, key=lambda c: worst[c][0] / limits[c])]
    found = []
    for circuit in over:
        amps, step = worst[circuit]
        fits = amps <= limits[circuit]
        found.append(
            Finding(
                "GRID-3PH-NEUTRAL", Severity.OK if fits else Severity.ERROR, circuit,
                circuit_place(network, names, circuit),
                f"The neutral carries up to {amps:.0f} A with single-phase cars, on "
                f"{at(year, step)}; line conductors are allowed {limits[circuit]:.0f} A.",
                NEUTRAL_CLAUSE, amps, limits[circuit], "A", "" if fits else BALANCE_FIX,
            )
        )  # fmt: skip
    return found
