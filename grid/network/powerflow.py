"""Balanced power flow of load cases, by Newton's method of pandapower.

Conductors are at operating temperature, loads draw constant power and the
upstream network holds its nominal voltage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grid.model import LoadCase, Network, SizedCircuit
from grid.network.build import Built, shared


@dataclass(frozen=True, slots=True)
class BranchFlow:
    """A circuit or transformer in one load case.

    `current_a` is the current of one phase at the low-voltage side, all
    parallel cables together; `loading_pct` is of the capacity I_z for a
    circuit and of the rated current for a transformer.
    """

    current_a: float
    loading_pct: float
    loss_kw: float


@dataclass(frozen=True, slots=True)
class FlowResult:
    """One power flow; all mappings are empty where it did not converge."""

    case: str
    converged: bool
    reason: str = ""
    voltage_pu: Mapping[str, float] = field(default_factory=dict)
    circuits: Mapping[str, BranchFlow] = field(default_factory=dict)
    transformer: BranchFlow | None = None
    intake_kw: float = 0.0
    intake_kvar: float = 0.0
    loss_kw: float = 0.0

    @property
    def intake_kva(self) -> float:
        """Apparent power drawn at the supply, above the transformer."""
        return math.hypot(self.intake_kw, self.intake_kvar)


def solve(
    network: Network, cases: Sequence[LoadCase], built: Built | None = None
) -> tuple[FlowResult, ...]:
    """Solve every case on one net; a case that fails is a result with a reason.

    Parameters
    ----------
    network
        Radial network; circuits that nothing feeds are left out.
    cases
        Loads in kW and kvar by node id.
    built
        The balanced net of this very network, where the caller has one.
    """
    built = built or shared(network, balanced_equivalent=True)
    results: list[FlowResult] = []
    for case in cases:
        # After a failure the remembered matrices and voltages are not to be trusted.
        warm = bool(results) and results[-1].converged
        results.append(_solve_one(network, built, case, warm))
    return tuple(results)


def _solve_one(network: Network, built: Built, case: LoadCase, warm: bool) -> FlowResult:
    import pandapower as pp

    stray = sorted((case.p_kw.keys() | case.q_kvar.keys()) - built.loads.keys())
    if stray:
        return FlowResult(case.name, False, f"load at '{stray[0]}', which nothing feeds")
    built.net.load["p_mw"] = [case.p_kw.get(node, 0.0) / 1000 for node in built.loads]
    built.net.load["q_mvar"] = [case.q_kvar.get(node, 0.0) / 1000 for node in built.loads]
    try:
        pp.runpp(
            built.net, algorithm="nr", numba=False, calculate_voltage_angles=True,
            consider_line_temperature=True, lightsim2grid=False, tolerance_mva=1e-10,
            init="results" if warm else "dc",
            recycle={"bus_pq": True, "trafo": False, "gen": False} if warm else None,
        )  # fmt: skip
    except pp.LoadflowNotConverged:
        kw = sum(case.p_kw.values())
        return FlowResult(
            case.name, False, f"no voltage exists at which {kw:,.0f} kW can be carried"
        )
    return _read(network, built, case)


def _read(network: Network, built: Built, case: LoadCase) -> FlowResult:
    """Read a solved net; a voltage that is not a number counts as not converged."""
    net = built.net
    # Our buses, lines and loads are created first and in order, so rows are positions.
    voltage = dict(zip(built.buses, net.res_bus.vm_pu.tolist(), strict=False))
    bad = [node for node, pu in voltage.items() if not math.isfinite(pu)]
    if bad:
        return FlowResult(case.name, False, f"the voltage at '{bad[0]}' is not a number")
    source = net.res_ext_grid.iloc[0]
    losses = float(net.res_line.pl_mw.sum() + net.res_trafo.pl_mw.sum()) * 1000
    amps, lost = net.res_line.i_ka.tolist(), net.res_line.pl_mw.tolist()
    circuits = {
        c: _circuit_flow(network.circuits[c], 1000 * ka, 1000 * mw)
        for c, ka, mw in zip(built.lines, amps, lost, strict=True)
    }
    return FlowResult(
        case.name, True, "", voltage, circuits, _transformer_flow(net),
        float(source.p_mw) * 1000, float(source.q_mvar) * 1000, losses,
    )  # fmt: skip


def _circuit_flow(circuit: SizedCircuit, line_a: float, loss_kw: float) -> BranchFlow:
    # The balanced equivalent of a single-phase circuit carries a third of its current.
    current_a = line_a * (3.0 if circuit.demand.phases == 1 else 1.0)
    return BranchFlow(current_a, 100 * current_a / circuit.iz_a, loss_kw)


def _transformer_flow(net: Any) -> BranchFlow | None:
    if not len(net.trafo):
        return None
    row = net.res_trafo.iloc[0]
    return BranchFlow(
        float(row.i_lv_ka) * 1000, float(row.loading_percent), float(row.pl_mw) * 1000
    )
