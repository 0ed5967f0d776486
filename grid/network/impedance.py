"""Fault currents of a radial network by adding impedances: the hand method.

Independent of pandapower and always computed beside it, so that neither a
wrong table nor a changed library goes unnoticed. IEC 60909-0:2016 with the
equivalent voltage source at the fault; complex ohm at the nominal voltage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from grid.model import Network, SizedCircuit, Supply, Transformer
from grid.network.constants import (
    C_MAX,
    C_MIN,
    FAULT_ALPHA_PER_K,
    return_ratio,
    source_zero_ratio,
)
from grid.network.radial import feed_order
from grid.wiring.cables import OPERATING_C


@dataclass(frozen=True, slots=True)
class NodeImpedance:
    """Sequence impedances up to a node in ohm.

    `z1_max` and `z0_max` are for the maximum fault (20 °C, with K_T), `z1_min`
    and `z0_min` for the minimum fault (operating temperature, without K_T).
    """

    z1_max: complex
    z1_min: complex
    z0_min: complex
    z0_max: complex


def node_impedances(network: Network) -> Mapping[str, NodeImpedance]:
    """Add source, transformer and circuits up to every fed node."""
    found = {network.origin: origin_impedance(network.supply)}
    for circuit_id in feed_order(network):
        circuit = network.circuits[circuit_id]
        start, own = found[circuit.demand.from_id], circuit_impedance(circuit)
        found[circuit.demand.to_id] = NodeImpedance(
            start.z1_max + own.z1_max,
            start.z1_min + own.z1_min,
            start.z0_min + own.z0_min,
            start.z0_max + own.z0_max,
        )
    return found


def origin_impedance(supply: Supply) -> NodeImpedance:
    """Impedances at the main board.

    Z_Q = c·U²/S_k (IEC 60909-0, 6.2), referred through the transformer's rated
    ratio; the transformer shuts the upstream zero sequence out (Dyn).
    """
    source, unit = supply.source, supply.transformer
    # pandapower takes c of the source from its own level: 1.1 and 1.0 above 1 kV.
    high = source.vn_kv > 1.0
    q_max = (1.1 if high else C_MAX) * source.vn_kv**2 / source.s_sc_max_mva
    q_min = (1.0 if high else C_MIN) * source.vn_kv**2 / source.s_sc_min_mva
    angle = complex(source.rx_ratio, 1.0) / math.hypot(source.rx_ratio, 1.0)
    if unit is None:
        ratio = source_zero_ratio(supply)
        return NodeImpedance(
            q_max * angle, q_min * angle, ratio * q_min * angle, ratio * q_max * angle
        )
    down = (unit.lv_no_load_v / 1000 / unit.hv_kv) ** 2
    z_t = transformer_impedance(unit)
    k_t = correction_factor(unit)
    return NodeImpedance(
        down * q_max * angle + k_t * z_t, down * q_min * angle + z_t, z_t, k_t * z_t
    )


def transformer_impedance(unit: Transformer) -> complex:
    """Z_T = (u_k/100)·U_rT²/S_rT with R_T from the load loss, ohm at LV (IEC 60909-0, 6.3.1)."""
    base_ohm = unit.lv_no_load_v**2 / (unit.rated_kva * 1000)
    r = unit.load_loss_kw / unit.rated_kva
    return base_ohm * complex(r, math.sqrt((unit.uk_pct / 100) ** 2 - r**2))


def correction_factor(unit: Transformer) -> float:
    """K_T = 0.95·c_max/(1 + 0.6·x_T), maximum faults only (IEC 60909-0:2016, 6.3.3)."""
    r = unit.load_loss_kw / unit.rated_kva
    return 0.95 * C_MAX / (1 + 0.6 * math.sqrt((unit.uk_pct / 100) ** 2 - r**2))


def circuit_impedance(circuit: SizedCircuit) -> NodeImpedance:
    """Impedance of one circuit, parallel cables together."""
    cable = circuit.cable
    km = max(circuit.demand.length_m, 0.01) / 1000 / circuit.parallel
    warm = 1 + FAULT_ALPHA_PER_K * (OPERATING_C[cable.insulation] - 20)
    cold_ohm = km * complex(cable.r20_ohm_per_km, cable.x_ohm_per_km)
    warm_ohm = km * complex(cable.r20_ohm_per_km * warm, cable.x_ohm_per_km)
    back = km * complex(cable.r20_ohm_per_km * return_ratio(cable), cable.x_ohm_per_km)
    back_warm = complex(back.real * warm, back.imag)
    return NodeImpedance(cold_ohm, warm_ohm, warm_ohm + 3 * back_warm, cold_ohm + 3 * back)


def three_phase_ka(z1: complex, nominal_v: float, c: float) -> float:
    """Ik3 = c·U_n/(√3·|Z1|) in kA (IEC 60909-0, 8.1)."""
    return c * nominal_v / (math.sqrt(3) * abs(z1)) / 1000


def earth_fault_ka(z1: complex, z0: complex, nominal_v: float, c: float) -> float:
    """Ik1 = √3·c·U_n/|2·Z1 + Z0| in kA (IEC 60909-0, 8.4)."""
    return math.sqrt(3) * c * nominal_v / abs(2 * z1 + z0) / 1000


def two_phase_ka(z1: complex, nominal_v: float, c: float) -> float:
    """Ik2 = c·U_n/(2·|Z1|) in kA, Z2 = Z1 far from machines (IEC 60909-0, 8.2)."""
    return c * nominal_v / (2 * abs(z1)) / 1000


def loop_ohm(z1: complex, z0: complex) -> float:
    """Earth-fault loop impedance Zs = |2·Z1 + Z0|/3 in ohm."""
    return abs(2 * z1 + z0) / 3
