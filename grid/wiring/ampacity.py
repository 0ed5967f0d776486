"""Current-carrying capacity from the tables of a code of practice."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data import Row, open_table
from grid.model import Conductor, Insulation
from grid.trace import Trace, TraceInput
from grid.wiring.problem import NotTabulated

FlaggedText = {
    "single-source": "value from one transcription only",
    "suspect-low": "value off the power law, the lower value kept",
    "below-d1": "value below that of method D1 in both transcriptions",
    "extrapolated": "power law beyond the largest tabulated size",
}


@dataclass(frozen=True, slots=True)
class Row52:
    """Which row of the capacity tables: 2 or 3 loaded conductors, laid by `method`."""

    insulation: Insulation
    loaded: int
    conductor: Conductor
    method: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """Tabulated capacity It of one cable [A] with what is doubtful about it."""

    it_a: float
    flag: str
    source: str


@functools.cache
def load(folder: str) -> Mapping[Row52, Mapping[float, Capacity]]:
    """Return the capacity table of a code, by row and size [mm²]."""
    return parse(open_table(f"codes/{folder}/ampacity"))


def parse(rows: tuple[Row, ...]) -> Mapping[Row52, Mapping[float, Capacity]]:
    """Index capacity rows, shipped or the user's own, by row and size [mm²]."""
    found: dict[Row52, dict[float, Capacity]] = {}
    for row in rows:
        key = Row52(
            Insulation(row.text("insulation")),
            int(row.number("loaded")),
            Conductor(row.text("conductor")),
            row.text("method"),
        )
        cell = Capacity(row.number("it_a"), row.text("flag"), row.text("source"))
        found.setdefault(key, {})[row.number("size_mm2")] = cell
    return MappingProxyType({key: MappingProxyType(cells) for key, cells in found.items()})


@functools.cache
def tabulated(folder: str, row: Row52, size_mm2: float) -> Capacity:
    """Return the tabulated capacity It of one cable.

    Parameters
    ----------
    folder
        Table folder below ``data/codes``, such as ``iec60364``.
    row
        Insulation, loaded conductors, metal and method of installation.
    size_mm2
        Nominal cross-section [mm²]. Above the largest tabulated size the power
        law through the sizes from 25 mm² up is used and flagged.

    Returns
    -------
    Capacity
        It [A] at the base conditions of the table (IEC 60364-5-52:2009 annex B:
        air 30 °C, ground 20 °C, soil 2.5 K·m/W).
    """
    cells = load(folder).get(row)
    if cells is None:
        raise NotTabulated(
            f"no capacity is tabulated for {row.insulation.value} {row.conductor.value}, "
            f"{row.loaded} loaded, method {row.method}",
            "choose another method or cable, or load a table of your own",
        )
    if size_mm2 in cells:
        return cells[size_mm2]
    largest = max(cells)
    if largest < size_mm2 <= 2 * largest:
        a, m = power_law({s: c.it_a for s, c in cells.items() if s >= 25})
        return Capacity(a * size_mm2**m, "extrapolated", cells[largest].source)
    raise NotTabulated(
        f"{size_mm2:g} mm² is not tabulated for method {row.method} "
        f"({min(cells):g} to {largest:g} mm²)",
        "choose a standard size",
    )


def effective_mm2(size_mm2: float) -> float:
    """Cross-section to use in the power law: 47.5 for the nominal 50 mm² size."""
    return 47.5 if size_mm2 == 50 else size_mm2


def power_law(points: Mapping[float, float]) -> tuple[float, float]:
    """Fit I = A·S^m by least squares of ln I on ln S (IEC 60364-5-52 annex D style).

    Parameters
    ----------
    points
        Capacity [A] by nominal size [mm²]; two points at least.

    Returns
    -------
    tuple
        A [A/mm²^m] and m.
    """
    xs = [math.log(effective_mm2(s)) for s in points]
    ys = [math.log(i) for i in points.values()]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    m = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mean_x) ** 2 for x in xs
    )
    return math.exp(mean_y - m * mean_x), m


def trace_capacity(capacity: Capacity, row: Row52, size_mm2: float) -> Trace:
    """Explain a tabulated capacity."""
    inputs = (
        TraceInput("S", size_mm2, "mm²", "cable table"),
        TraceInput("method", row.method, "", "installation"),
        TraceInput("insulation", row.insulation.value, "", "cable table"),
        TraceInput("loaded", row.loaded, "", "phases of the circuit"),
    )
    note = FlaggedText.get(capacity.flag, capacity.flag)
    return Trace("I_t", capacity.it_a, "A", capacity.source, "table value", "", inputs, note)
