"""What the independent checker asks of a circuit under the NEC."""

from __future__ import annotations

from collections.abc import Iterator

from data import open_table
from grid.model import SizedCircuit

# 240.4(D), written down a second time: largest device [A] by metal and size [mm²].
_LARGEST_DEVICE = {"Cu 2.08": 15, "Cu 3.31": 20, "Cu 5.26": 30, "Al 3.31": 15, "Al 5.26": 25}


def _ampacity(circuit: SizedCircuit, column_c: int) -> float:
    for row in open_table("codes/nec/ampacity"):
        if (
            row.text("conductor") == circuit.cable.conductor.value
            and row.number("size_mm2") == circuit.cable.size_mm2
            and row.number("column_c") == column_c
        ):
            return row.number("it_a")
    return 0.0


def _factor(table: str, column: str, x: float, **where: float) -> float:
    for row in open_table(f"codes/nec/{table}"):
        if all(row.number(c) == v for c, v in where.items()) and x <= row.number(column):
            return row.number("factor")
    return 0.0


def overload(circuit: SizedCircuit) -> Iterator[tuple[str, str]]:
    """Yield code and text of each breach of 210.19, 240.4 and 310.15."""
    demand, n = circuit.demand, circuit.parallel
    laid, device_a = demand.installation, circuit.device.in_a
    buried = laid.method in ("D1", "D2")
    ambient = _factor(
        "temperature", "up_to_c", laid.soil_c if buried else laid.ambient_c, column_c=90
    )
    each = 2 if demand.phases == 1 else 3 + (laid.third_harmonic_pct > 15)
    together = each * (1 if buried else laid.grouped + n - 1)
    bundle = _factor("grouping", "up_to_conductors", together)
    terminal = n * _ampacity(circuit, 75)
    iz = min(terminal, n * _ampacity(circuit, 90) * ambient * bundle)
    if 1.25 * demand.ib_a > terminal * (1 + 1e-6):
        yield "CHK-IB", "is not rated for 125 % of its load"
    if 1.25 * demand.ib_a > device_a * (1 + 1e-6):
        yield "CHK-IB", "has a device below 125 % of its load"
    if demand.ib_a > iz * (1 + 1e-6):
        yield "CHK-IZ", f"carries {iz:.1f} A only"
    ratings = sorted({r.number("in_a") for r in open_table("protection/breakers_ul")})
    rounded = next((r for r in ratings if r >= iz - 1e-6), iz) if iz <= 800 else iz
    if device_a > rounded * (1 + 1e-6):
        yield "CHK-IN", f"has {device_a:g} A before {iz:.1f} A"
    metal_size = f"{circuit.cable.conductor.value} {circuit.cable.size_mm2:g}"
    if device_a > _LARGEST_DEVICE.get(metal_size, device_a):
        yield "CHK-IN", f"has {device_a:g} A before a small conductor"
    if n > 1 and circuit.cable.size_mm2 < 53.4:
        yield "CHK-PARALLEL", "has parallel conductors below 1/0 AWG"
    if abs(circuit.iz_a - iz) > 0.005 * iz:
        yield "CHK-IZ-STATED", f"states {circuit.iz_a:.1f} A, carries {iz:.1f} A"


def least_earth_mm2(device_a: float) -> float:
    """Return the least copper earth [mm²] of table 250.122 for a device."""
    return next(
        r.number("copper_mm2")
        for r in open_table("codes/nec/earth")
        if device_a <= r.number("device_up_to_a")
    )
