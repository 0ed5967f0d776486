"""Table look-ups of the independent checker, row by row."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from data import Row, open_table
from grid.model import SizedCircuit


def limits(code_id: str) -> dict[str, float]:
    """Return limits of a code, those of IEC 60364 where it has none."""
    code_id = code_id.partition("@")[0]
    found = {r.text("rule"): r.number("value") for r in open_table("codes/iec60364/rules")}
    found.update({r.text("rule"): r.number("value") for r in open_table(f"codes/{code_id}/rules")})
    return found


@functools.cache
def _rows(table: str, folder: str = "iec60364", **where: str) -> tuple[Row, ...]:
    rows = open_table(f"codes/{folder}/{table}")
    return tuple(r for r in rows if all(r.text(c) == v for c, v in where.items()))


def _at(rows: Sequence[Row], column: str, x: float) -> float:
    """Interpolate a factor; beyond the last row there is none."""
    below = [r for r in rows if r.number(column) <= x]
    above = [r for r in rows if r.number(column) >= x]
    if not above:
        raise LookupError(f"{column} {x:g} is beyond the table")
    high = min(above, key=lambda r: r.number(column))
    if not below:
        return high.number("factor")
    low = max(below, key=lambda r: r.number(column))
    span = high.number(column) - low.number(column)
    if span == 0:
        return low.number("factor")
    part = (x - low.number(column)) / span
    return (1 - part) * low.number("factor") + part * high.number("factor")


def _group(method: str, spacing: str, circuits: int) -> float:
    buried = method in ("D1", "D2")
    rows = _rows("grouping", arrangement=method if buried else "bunched")
    table = {
        int(r.number("circuits")): r.number("factor")
        for r in rows
        if not buried or r.text("spacing") == spacing
    }
    enough = [n for n in table if n >= circuits]
    if enough:
        return table[min(enough)]
    last = max(table)
    middle = min(n for n in table if n >= last / 2)
    exponent = math.log(table[last] / table[middle]) / math.log(last / middle)
    return float(table[last] * (circuits / last) ** exponent)


def capacity_a(circuit: SizedCircuit, folder: str = "iec60364") -> float:
    """Return the capacity of one cable of a circuit as laid [A], by the tables of a folder."""
    cable, demand = circuit.cable, circuit.demand
    laid = demand.installation
    row = next(
        (
            r
            for r in _rows(
                "ampacity",
                folder,
                insulation=cable.insulation.value,
                conductor=cable.conductor.value,
                method=laid.method,
                loaded="2" if demand.phases == 1 else "3",
            )
            if r.number("size_mm2") == cable.size_mm2
        ),
        None,
    )
    if row is None:
        raise LookupError(f"{cable.size_mm2:g} mm², method {laid.method}")
    buried = laid.method in ("D1", "D2")
    medium, degrees = ("ground", laid.soil_c) if buried else ("air", laid.ambient_c)
    temperature = _rows("temperature", medium=medium, insulation=cable.insulation.value)
    factor = _at(temperature, "temperature_c", degrees)
    factor *= _group(laid.method, laid.spacing, laid.grouped + circuit.parallel - 1)
    if buried:
        factor *= _at(_rows("soil", method=laid.method), "soil_k_m_w", laid.soil_k_m_w)
        if laid.depth_m > 0.8:
            depth = [
                r
                for r in _rows("depth", method=laid.method)
                if r.number("size_over_mm2") < cable.size_mm2 <= r.number("size_up_to_mm2")
            ]
            factor *= _at(depth, "depth_m", laid.depth_m)
    if 15 < laid.third_harmonic_pct <= 45:
        factor *= 0.86
    return row.number("it_a") * factor
