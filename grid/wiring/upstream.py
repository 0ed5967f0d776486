"""Impedances, drop and protection ahead of a circuit, from the origin outwards."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from grid.findings import Finding, Severity
from grid.model import Cable, Device, Earthing, Supply
from grid.wiring.cables import OPERATING_C, earth_conductor

# IEC 60909-0:2016 table 1: tolerance +10 % at low voltage, and high voltage.
C_MAX, C_MIN = 1.10, 0.95
C_MAX_HV, C_MIN_HV = 1.10, 1.00
PLACEHOLDER_Z0_RATIO = 4.0
# IEC 60909-0:2016 equation 32: one coefficient for all conductors [1/K].
FAULT_ALPHA = 0.004


@dataclass(frozen=True, slots=True)
class Upstream:
    """What a node offers to the circuits that leave it.

    Impedances are complex, per phase, in ohm at `nominal_v` (line to line):
    `max` with cold conductors (20 °C) and the strongest source, `min` with
    conductors at operating temperature and the weakest source. `drop_pct` is the
    drop from the origin to here, `in_a` and `device` those of the circuit ahead.
    """

    node_id: str
    nominal_v: float
    z1_max: complex
    z0_max: complex
    z1_min: complex
    z0_min: complex
    earthing: Earthing
    drop_pct: float = 0.0
    in_a: float | None = None
    device: Device | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def u0_v(self) -> float:
        """Voltage to earth [V]."""
        return self.nominal_v / math.sqrt(3)

    @property
    def ik3_max_a(self) -> float:
        """Largest three-phase fault [A]: c_max·U/(√3·|Z1|)."""
        return C_MAX * self.u0_v / abs(self.z1_max)

    @property
    def ik1_max_a(self) -> float:
        """Largest earth fault [A]: √3·c_max·U/|2Z1 + Z0|."""
        return C_MAX * self.u0_v / abs((2 * self.z1_max + self.z0_max) / 3)

    @property
    def ik1_min_a(self) -> float:
        """Smallest earth fault [A]: c_min·U0/Zs."""
        return C_MIN * self.u0_v / self.zs_ohm

    @property
    def zs_ohm(self) -> float:
        """Earth-fault loop impedance Zs = |2Z1 + Z0|/3 [ohm], hot conductors."""
        return abs((2 * self.z1_min + self.z0_min) / 3)


def _polar(z_ohm: float, rx: float) -> complex:
    x = z_ohm / math.sqrt(1 + rx**2)
    return complex(rx * x, x)


def source_ohm(s_sc_mva: float, rx: float, vn_kv: float, c: float) -> complex:
    """Return Z_Q = c·U²/S_k [ohm] at the voltage of the source (IEC 60909-0:2016, 6.2)."""
    return _polar(c * vn_kv**2 / s_sc_mva, rx)


def transformer_ohm(kva: float, uk_pct: float, load_loss_kw: float, lv_v: float) -> complex:
    """Return Z_T [ohm] at the low-voltage side (IEC 60909-0:2016, 6.3.1).

    Z_T = uk/100·U²/S, R_T = P_k·U²/S², X_T from the two.
    """
    s_va = kva * 1000
    z = uk_pct / 100 * lv_v**2 / s_va
    r = load_loss_kw * 1000 * lv_v**2 / s_va**2
    return complex(r, math.sqrt(max(z**2 - r**2, 0.0)))


def correction_kt(kva: float, uk_pct: float, load_loss_kw: float, c_max: float = C_MAX) -> float:
    """Return K_T = 0.95·c_max/(1 + 0.6·x_T), maximum faults only (IEC 60909-0:2016, 6.3.3)."""
    r = load_loss_kw / kva
    x = math.sqrt(max((uk_pct / 100) ** 2 - r**2, 0.0))
    return 0.95 * c_max / (1 + 0.6 * x)


def origin(supply: Supply, node_id: str = "origin") -> Upstream:
    """Return the impedances at the origin of a site.

    With a transformer on site (always Dyn) its zero-sequence impedance is taken
    equal to the positive one (assumption, IEC 60909-2 gives 0.95 to 1 for Dyn).
    Without one, `zs_origin_ohm` fixes the earth-fault loop; where that is not
    known Z0 = 4·Z1 stands in, with a finding. Data without physical meaning give
    a finding of severity error, and nothing is sized from such a node.

    Parameters
    ----------
    supply
        Intake data: source [MVA, kV], transformer, earthing, loop impedance [ohm].
    node_id
        Id of the board at the origin.
    """
    wrong = _nonsense(supply)
    if wrong:
        found = (_supply_unusable(node_id, wrong),)
        return Upstream(node_id, 400.0, 1j, 1j, 1j, 1j, supply.earthing, findings=found)
    if supply.transformer is not None:
        return _behind_transformer(supply, node_id)
    src = supply.source
    z1_max = source_ohm(src.s_sc_max_mva, src.rx_ratio, src.vn_kv, C_MAX)
    z1_min = source_ohm(src.s_sc_min_mva, src.rx_ratio, src.vn_kv, C_MIN)
    unknown: tuple[Finding, ...] = ()
    if supply.zs_origin_ohm is None:
        z0_max, z0_min = z1_max, PLACEHOLDER_Z0_RATIO * z1_min
        unknown = (_loop_unknown(node_id, abs(2 * z1_min + z0_min) / 3),)
    else:
        z0 = 3 * supply.zs_origin_ohm - 2 * abs(z1_min)
        z0_max = z1_max
        z0_min = max(z0, 0.01 * abs(z1_min)) * z1_min / abs(z1_min)
    return Upstream(
        node_id, supply.nominal_v, z1_max, z0_max, z1_min, z0_min, supply.earthing, findings=unknown
    )


def _nonsense(supply: Supply) -> str:
    """Name the first value of a supply that has no physical meaning, or nothing."""
    src, tx = supply.source, supply.transformer
    positive = {
        "nominal voltage": supply.nominal_v,
        "source voltage": src.vn_kv,
        "largest fault level": src.s_sc_max_mva,
        "smallest fault level": src.s_sc_min_mva,
    }
    if tx is not None:
        positive |= {
            "rated power of the transformer": tx.rated_kva,
            "high voltage of the transformer": tx.hv_kv,
            "low voltage of the transformer": tx.lv_no_load_v,
            "short-circuit voltage of the transformer": tx.uk_pct,
        }
    if supply.zs_origin_ohm is not None:
        positive["loop impedance at the origin"] = supply.zs_origin_ohm
    for name, value in positive.items():
        if not (math.isfinite(value) and value > 0):
            return f"{name} is {value:g}"
    if not (math.isfinite(src.rx_ratio) and src.rx_ratio >= 0):
        return f"R/X of the source is {src.rx_ratio:g}"
    if src.s_sc_min_mva > src.s_sc_max_mva:
        return "smallest fault level is above the largest"
    if tx is not None and not 0 <= tx.load_loss_kw / tx.rated_kva < tx.uk_pct / 100:
        return f"load loss of {tx.load_loss_kw:g} kW does not fit the short-circuit voltage"
    return ""


def _supply_unusable(node_id: str, wrong: str) -> Finding:
    return Finding(
        code="WIRE-SUPPLY",
        severity=Severity.ERROR,
        subject=node_id,
        place="Origin of the installation",
        message=f"Circuits cannot be sized: the {wrong}.",
        fix="Correct the value in step Supply.",
    )


def _behind_transformer(supply: Supply, node_id: str) -> Upstream:
    src, tx = supply.source, supply.transformer
    assert tx is not None
    ratio2 = (tx.lv_no_load_v / 1000 / tx.hv_kv) ** 2
    hv_max = source_ohm(src.s_sc_max_mva, src.rx_ratio, src.vn_kv, C_MAX_HV)
    hv_min = source_ohm(src.s_sc_min_mva, src.rx_ratio, src.vn_kv, C_MIN_HV)
    z_t = transformer_ohm(tx.rated_kva, tx.uk_pct, tx.load_loss_kw, tx.lv_no_load_v)
    k_t = correction_kt(tx.rated_kva, tx.uk_pct, tx.load_loss_kw)
    return Upstream(
        node_id,
        supply.nominal_v,
        z1_max=hv_max * ratio2 + k_t * z_t,
        z0_max=k_t * z_t,
        z1_min=hv_min * ratio2 + z_t,
        z0_min=z_t,
        earthing=supply.earthing,
    )


def _loop_unknown(node_id: str, zs_ohm: float) -> Finding:
    return Finding(
        code="WIRE-ZS-ASSUMED",
        severity=Severity.WARNING,
        subject=node_id,
        place="Origin of the installation",
        message="The earth-fault loop impedance at the origin is not known; "
        "Z0 = 4·Z1 of the supply is assumed.",
        clause="IEC 60364-4-41:2005 411.4.4",
        value=zs_ohm,
        unit="ohm",
        fix="Ask the network operator for the loop impedance, or have it measured.",
    )


def cable_ohm(cable: Cable, length_m: float, parallel: int, temperature_c: float) -> complex:
    """Return the impedance of a phase conductor [ohm] at a temperature [°C]."""
    r = cable.r20_ohm_per_km * (1 + FAULT_ALPHA * (temperature_c - 20))
    return complex(r, cable.x_ohm_per_km) * length_m / 1000 / parallel


def earth_ohm(cable: Cable, length_m: float, parallel: int, temperature_c: float) -> complex:
    """Return the impedance of the earth conductor [ohm] at a temperature [°C]."""
    _, cold = earth_conductor(cable)
    r = cold * (1 + FAULT_ALPHA * (temperature_c - 20))
    return complex(r, cable.x_ohm_per_km) * length_m / 1000 / parallel


def downstream(
    ahead: Upstream, node_id: str, cable: Cable, parallel: int, length_m: float
) -> Upstream:
    """Return the impedances at the far end of a cable.

    Z1 grows by the phase conductor, Z0 by phase + 3·earth conductor, so that
    Zs = (2Z1 + Z0)/3 grows by phase + earth. Armour and soil in parallel with
    the earth conductor are not counted (safe).
    """
    hot = OPERATING_C[cable.insulation]
    cold_phase = cable_ohm(cable, length_m, parallel, 20)
    hot_phase = cable_ohm(cable, length_m, parallel, hot)
    return replace(
        ahead,
        node_id=node_id,
        z1_max=ahead.z1_max + cold_phase,
        z0_max=ahead.z0_max + cold_phase + 3 * earth_ohm(cable, length_m, parallel, 20),
        z1_min=ahead.z1_min + hot_phase,
        z0_min=ahead.z0_min + hot_phase + 3 * earth_ohm(cable, length_m, parallel, hot),
        findings=(),
    )
