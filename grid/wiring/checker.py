"""Independent check of finished circuits: other code, same tables.

Nothing of the sizing is used: tables are read row by row, impedances are added
as plain resistances and reactances, k is the published value. What the design
states (capacity, drop, loop) is recomputed and compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from data import open_table
from grid.codes.own import folder_of
from grid.findings import Finding, Severity
from grid.model import CircuitKind, Earthing, Insulation, Network, SizedCircuit, Supply
from grid.wiring import checker_nec
from grid.wiring.checker_tables import capacity_a, limits

# Published k of IEC 60364-4-43 table 43A and IEC 60364-5-54 tables A.54.2, A.54.4.
_K_CORE = {("Cu", "PVC"): 115, ("Cu", "XLPE"): 143, ("Al", "PVC"): 76, ("Al", "XLPE"): 94}
_K_SEPARATE = {"PVC": 143, "XLPE": 176}
_HOT_C = {Insulation.PVC: 70, Insulation.XLPE: 90}
_ALPHA = {"Cu": 0.00393, "Al": 0.00403}
_SLACK = 1.01
_AGREE = 0.005


@dataclass(frozen=True, slots=True)
class _Loop:
    """Phase (R, X) and earth path (R, X) from the source [ohm], cold and hot; drop [%]."""

    cold: tuple[float, float]
    hot: tuple[float, float]
    earth_cold: tuple[float, float]
    earth_hot: tuple[float, float]
    drop_pct: float = 0.0

    def plus(self, cold: float, hot: float, x: float, earth: tuple[float, float, float]) -> _Loop:
        """Return the loop behind another piece of cable."""
        e_cold, e_hot, e_x = earth
        return _Loop(
            (self.cold[0] + cold, self.cold[1] + x),
            (self.hot[0] + hot, self.hot[1] + x),
            (self.earth_cold[0] + e_cold, self.earth_cold[1] + e_x),
            (self.earth_hot[0] + e_hot, self.earth_hot[1] + e_x),
        )


def check_network(
    network: Network, code_id: str = "iec60364", drop_limit_pct: float = 5.0
) -> tuple[Finding, ...]:
    """Check every circuit of a radial network; empty if all is well.

    Parameters
    ----------
    network
        Supply, boards and sized circuits.
    code_id
        Code of practice.
    drop_limit_pct
        Limit of the drop from the origin to a final load [%]; the code's own
        limit holds where it is lower.
    """
    found: list[Finding] = []
    limit = min(drop_limit_pct, limits(code_id)["drop_limit"])
    waiting = dict(network.circuits)
    reached = {network.origin: _source(network.supply)}
    while waiting:
        ready = [k for k, c in waiting.items() if c.demand.from_id in reached]
        if not ready:
            break
        for key in ready:
            circuit = waiting.pop(key)
            ahead = reached[circuit.demand.from_id]
            end = _end(circuit, ahead, network.supply.nominal_v)
            reached[circuit.demand.to_id] = end
            found += check_circuit(circuit, ahead, end, network.supply, code_id, limit)
    found += [
        _finding(c, "CHK-UNFED", "starts at a node that nothing feeds") for c in waiting.values()
    ]
    return tuple(found)


def check_circuit(
    circuit: SizedCircuit,
    ahead: _Loop,
    end: _Loop,
    supply: Supply,
    code_id: str,
    drop_limit_pct: float,
) -> Iterator[Finding]:
    """Yield what is wrong with one circuit."""
    u0 = supply.nominal_v / math.sqrt(3)
    if code_id == "nec":
        yield from (_finding(circuit, c, w) for c, w in checker_nec.overload(circuit))
    else:
        yield from _overload(circuit, folder_of(code_id))
    if end.drop_pct > drop_limit_pct * _SLACK:
        yield _finding(circuit, "CHK-DROP", f"drops {end.drop_pct:.2f} % from the origin")
    if abs(end.drop_pct - ahead.drop_pct - circuit.drop_pct) > _AGREE * max(circuit.drop_pct, 0.1):
        yield _finding(circuit, "CHK-DROP-STATED", "states another drop than it has")
    fault_a = 1.1 * u0 / math.hypot(*ahead.cold)
    if circuit.device.breaking_ka * 1000 * _SLACK < fault_a:
        yield _finding(circuit, "CHK-BREAKING", f"must break {fault_a / 1000:.1f} kA")
    yield from _withstand(circuit, ahead, u0, code_id)
    yield from _disconnection(circuit, end, supply, u0)
    if circuit.demand.kind is CircuitKind.FINAL and not circuit.rcd:
        yield _finding(circuit, "CHK-RCD", "has no residual current protection")


def _overload(circuit: SizedCircuit, folder: str) -> Iterator[Finding]:
    """Ib ≤ In ≤ Iz and I2 ≤ 1.45 Iz, and the capacity stated."""
    device, demand = circuit.device, circuit.demand
    try:
        iz = circuit.parallel * capacity_a(circuit, folder)
    except LookupError as missing:
        yield _finding(circuit, "CHK-TABLE", f"is not covered by the tables: {missing}")
        return
    if abs(iz - circuit.iz_a) > _AGREE * iz:
        yield _finding(circuit, "CHK-IZ-STATED", f"states {circuit.iz_a:.1f} A, carries {iz:.1f} A")
    if demand.ib_a > device.in_a * (1 + 1e-6):
        yield _finding(circuit, "CHK-IB", f"draws {demand.ib_a:.1f} A behind {device.in_a:g} A")
    if device.in_a > iz * (1 + 1e-6):
        yield _finding(circuit, "CHK-IN", f"has {device.in_a:g} A before {iz:.1f} A")
    third = demand.installation.third_harmonic_pct
    if third > 33 and demand.phases == 3 and 0.03 * third * demand.ib_a > iz * (1 + 1e-6):
        yield _finding(circuit, "CHK-NEUTRAL", "overloads its neutral by third harmonics")
    if (device.i2_a or 1.45 * device.in_a) > 1.45 * iz * (1 + 1e-6):
        yield _finding(circuit, "CHK-I2", "lets the conventional current overload the cable")


def _withstand(circuit: SizedCircuit, ahead: _Loop, u0: float, code_id: str) -> Iterator[Finding]:
    """k²S² of phase and earth conductor against the energy of a fault at the start."""
    cable, device = circuit.cable, circuit.device
    k = _K_CORE[cable.conductor.value, cable.insulation.value]
    phase_a = 1.1 * u0 / math.hypot(*ahead.cold)
    if _energy(circuit, phase_a) > (k * cable.size_mm2 * _SLACK) ** 2:
        yield _finding(circuit, "CHK-WITHSTAND", "is too small for the fault at its start")
    if code_id == "nec":
        least = checker_nec.least_earth_mm2(device.in_a)
        if cable.earth_mm2 < least - 0.01:
            yield _finding(circuit, "CHK-EARTH", f"needs an earth of {least:g} mm²")
        return
    r = ahead.cold[0] + ahead.earth_cold[0]
    x = ahead.cold[1] + ahead.earth_cold[1]
    separate = _K_SEPARATE[cable.insulation.value]
    k_earth = separate if cable.earth_separate else k
    if _energy(circuit, 1.1 * u0 / math.hypot(r, x)) > (k_earth * cable.earth_mm2 * _SLACK) ** 2:
        yield _finding(circuit, "CHK-EARTH", "has an earth too small for the fault at its start")


def _energy(circuit: SizedCircuit, fault_a: float) -> float:
    energy = fault_a * fault_a * circuit.device.clearing_s
    cap = circuit.device.let_through_a2s
    return energy if cap is None or cap > energy else cap


def _disconnection(
    circuit: SizedCircuit, end: _Loop, supply: Supply, u0: float
) -> Iterator[Finding]:
    zs = math.hypot(end.hot[0] + end.earth_hot[0], end.hot[1] + end.earth_hot[1])
    if circuit.zs_ohm is not None and abs(zs - circuit.zs_ohm) > _AGREE * zs:
        yield _finding(circuit, "CHK-ZS-STATED", f"states {circuit.zs_ohm:.4f}, has {zs:.4f} ohm")
    if supply.earthing is Earthing.TT:
        residual_ma = 300 if "300 mA" in circuit.rcd else 30
        if zs * residual_ma / 1000 > 50:
            yield _finding(circuit, "CHK-TT", "is not disconnected at 50 V touch voltage")
        return
    fault_a = 0.95 * u0 / zs
    if fault_a * _SLACK < (circuit.device.trip_a or math.inf):
        yield _finding(circuit, "CHK-TRIP", f"has {fault_a:.0f} A at its end, too little to trip")


def _end(circuit: SizedCircuit, ahead: _Loop, nominal_v: float) -> _Loop:
    """Add one circuit to the loop ahead of it, with its own drop."""
    cable, demand = circuit.cable, circuit.demand
    km = demand.length_m / 1000 / circuit.parallel
    rise = 0.004 * (_HOT_C[cable.insulation] - 20)
    r, x = cable.r20_ohm_per_km * km, cable.x_ohm_per_km * km
    r_earth = _earth_r20(circuit) * km
    end = ahead.plus(r, r * (1 + rise), x, (r_earth, r_earth * (1 + rise), x))
    hot = r * (1 + _ALPHA[cable.conductor.value] * (_HOT_C[cable.insulation] - 20))
    phi = math.acos(demand.power_factor)
    along = demand.ib_a * (hot * math.cos(phi) + x * math.sin(phi))
    pct = 100 * math.sqrt(3) * along / nominal_v * (1 if demand.phases == 3 else 2)
    return _Loop(end.cold, end.hot, end.earth_cold, end.earth_hot, ahead.drop_pct + pct)


def _earth_r20(circuit: SizedCircuit) -> float:
    """R20 of the earth conductor [ohm/km] from the tables."""
    cable = circuit.cable
    metal = "Cu" if cable.earth_separate else cable.conductor.value
    if cable.earth_mm2 in (0.0, cable.size_mm2) and metal == cable.conductor.value:
        return cable.r20_ohm_per_km
    for table in ("cables/resistance", "cables/conduit_awg"):
        for row in open_table(table):
            if row.text("conductor") == metal and row.number("size_mm2") == cable.earth_mm2:
                return row.number("r20_ohm_per_km")
    return math.inf


def _source(supply: Supply) -> _Loop:
    """Phase and earth path at the origin: R and X of network and transformer."""
    src, unit = supply.source, supply.transformer
    tilt = math.hypot(src.rx_ratio, 1)
    high = src.vn_kv > 1

    def network(mva: float, c: float, scale: float) -> tuple[float, float]:
        z = c * src.vn_kv**2 / mva * scale
        return z * src.rx_ratio / tilt, z / tilt

    if unit is None:
        strong = network(src.s_sc_max_mva, 1.1, 1.0)
        weak = network(src.s_sc_min_mva, 1.0 if high else 0.95, 1.0)
        size = math.hypot(*weak)
        loop = 2 * size if supply.zs_origin_ohm is None else supply.zs_origin_ohm
        share = max(loop - size, -0.33 * size) / size
        return _Loop(strong, weak, (0.0, 0.0), (weak[0] * share, weak[1] * share))
    base = unit.lv_no_load_v**2 / unit.rated_kva / 1000
    r = unit.load_loss_kw / unit.rated_kva
    x = math.sqrt((unit.uk_pct / 100) ** 2 - r * r)
    k_t = 0.95 * 1.1 / (1 + 0.6 * x)
    scale = (unit.lv_no_load_v / unit.hv_kv / 1000) ** 2
    q_max = network(src.s_sc_max_mva, 1.1, scale)
    q_min = network(src.s_sc_min_mva, 1.0, scale)
    # Dyn: the network ahead counts with two thirds in an earth fault.
    return _Loop(
        (q_max[0] + k_t * r * base, q_max[1] + k_t * x * base),
        (q_min[0] + r * base, q_min[1] + x * base),
        (-q_max[0] / 3, -q_max[1] / 3),
        (-q_min[0] / 3, -q_min[1] / 3),
    )


def _finding(circuit: SizedCircuit, code: str, what: str) -> Finding:
    demand = circuit.demand
    return Finding(
        code=code,
        severity=Severity.ERROR,
        subject=demand.id,
        place=f"Circuit {demand.from_id} to {demand.to_id}",
        message=f"Circuit {demand.id} {what}.",
        fix="Size the circuit again.",
    )
