"""Power flow of a network with unequal phases, by `runpp_3ph` of pandapower.

Conductors are at operating temperature and loads draw constant power between
line and neutral. The neutral of a cable is taken like its phase conductors, so
that a single-phase load sees phase and neutral in series (Z0 = Z1 + 3·Z_N).
There is no node for the neutral: its current is a result, its voltage to
earth is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grid.model import Network, SizedCircuit
from grid.network.build import Built, build
from grid.wiring.cables import ALPHA, OPERATING_C

PhaseLoad = tuple[complex, complex, complex]
"""Load of L1, L2 and L3 as kW + j·kvar."""

_LINES = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class PhaseFlow:
    """Currents of one circuit in A: the three phases and the neutral."""

    phase_a: tuple[float, float, float]
    neutral_a: float


@dataclass(frozen=True, slots=True)
class UnbalancedFlow:
    """One unbalanced power flow; all mappings are empty where it did not converge.

    `voltage_pu` is from each line to neutral, `unbalance_pct` the negative over
    the positive sequence voltage of each node.
    """

    converged: bool
    reason: str = ""
    voltage_pu: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    unbalance_pct: Mapping[str, float] = field(default_factory=dict)
    circuits: Mapping[str, PhaseFlow] = field(default_factory=dict)
    transformer_pct: float | None = None


def solve_unbalanced(
    network: Network,
    loads: Mapping[str, PhaseLoad],
    *,
    zero_ohm_per_km: Mapping[str, complex] | None = None,
) -> UnbalancedFlow:
    """Solve one case of unequal phase loads.

    Parameters
    ----------
    network
        Radial network; circuits that nothing feeds are left out.
    loads
        Load per phase [kW + j·kvar] by node id.
    zero_ohm_per_km
        Zero-sequence impedance [ohm/km, warm] of circuits whose maker states it;
        4·Z1 elsewhere.
    """
    import pandapower as pp

    built = build(network, balanced_equivalent=False)
    stray = sorted(loads.keys() - built.buses.keys())
    if stray:
        return UnbalancedFlow(False, f"load at '{stray[0]}', which nothing feeds")
    _warm(built, network, zero_ohm_per_km or {})
    for node, load in loads.items():
        if any(load):
            _add_load(built.net, built.buses[node], load)
    try:
        pp.runpp_3ph(built.net, numba=False, tolerance_mva=1e-9)
    except (pp.LoadflowNotConverged, FloatingPointError, ZeroDivisionError):
        kw = sum(sum(load).real for load in loads.values())
        return UnbalancedFlow(False, f"no voltage exists at which {kw:,.0f} kW can be carried")
    found = _results(built)
    # pandapower has been seen to call a net converged whose voltages are not numbers.
    lost = [n for n, v in found.voltage_pu.items() if not all(map(math.isfinite, v))]
    if lost:
        return UnbalancedFlow(False, f"the voltage at '{lost[0]}' is not a number")
    return found


def _warm(built: Built, network: Network, zero: Mapping[str, complex]) -> None:
    """Put conductors at operating temperature and give each line its neutral."""
    table = built.net.line
    for circuit_id, row in built.lines.items():
        r, x = warm_ohm_per_km(network.circuits[circuit_id])
        z0 = zero.get(circuit_id, complex(4 * r, 4 * x))
        table.loc[row, ["r_ohm_per_km", "x_ohm_per_km"]] = r, x
        table.loc[row, ["r0_ohm_per_km", "x0_ohm_per_km"]] = z0.real, z0.imag


def warm_ohm_per_km(circuit: SizedCircuit) -> tuple[float, float]:
    """Return R and X [ohm/km] of one cable of a circuit at operating temperature."""
    cable = circuit.cable
    rise = ALPHA[cable.conductor] * (OPERATING_C[cable.insulation] - 20)
    return cable.r20_ohm_per_km * (1 + rise), cable.x_ohm_per_km


def _add_load(net: Any, bus: int, load: PhaseLoad) -> None:
    import pandapower as pp

    p = {f"p_{k}_mw": s.real / 1000 for k, s in zip(_LINES, load, strict=True)}
    q = {f"q_{k}_mvar": s.imag / 1000 for k, s in zip(_LINES, load, strict=True)}
    pp.create_asymmetric_load(net, bus, **p, **q, type="wye")


def _results(built: Built) -> UnbalancedFlow:
    net = built.net
    bus, line = net.res_bus_3ph, net.res_line_3ph
    volts = bus[["vm_a_pu", "vm_b_pu", "vm_c_pu"]].to_numpy()
    amps = 1000 * line[["i_a_ka", "i_b_ka", "i_c_ka", "i_n_ka"]].to_numpy()
    at = {row: i for i, row in enumerate(bus.index)}
    along = {row: i for i, row in enumerate(line.index)}

    def three(values: Any) -> tuple[float, float, float]:
        return float(values[0]), float(values[1]), float(values[2])

    return UnbalancedFlow(
        True,
        voltage_pu={node: three(volts[at[row]]) for node, row in built.buses.items()},
        unbalance_pct={
            node: float(bus.unbalance_percent.iloc[at[row]]) for node, row in built.buses.items()
        },
        circuits={
            c: PhaseFlow(three(amps[along[row]]), float(amps[along[row]][3]))
            for c, row in built.lines.items()
        },
        transformer_pct=float(net.res_trafo_3ph.loading_percent.iloc[0])
        if len(net.trafo)
        else None,
    )
