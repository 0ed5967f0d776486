"""Lint of capacity and factor tables, shipped or the user's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from grid.findings import Finding, Severity
from grid.model import Conductor, Insulation
from grid.wiring.ampacity import Capacity, Row52, effective_mm2, power_law

# Bounds checked against IEC 60364-5-52:2009: the largest regular error of the
# law is 4.77 % from 25 mm² up, the largest regular Al/Cu ratio 0.809.
LAW_LARGE_PCT, LAW_SMALL_PCT = 5.0, 4.0
RATIO_AL_CU = (0.73, 0.81)
_KNOWN_D2_BELOW_D1 = (Insulation.PVC, 2, Conductor.CU, 2.5)

Table = Mapping[Row52, Mapping[float, Capacity]]


def lint(table: Table) -> tuple[Finding, ...]:
    """Return what looks wrong in a capacity table; empty if nothing does."""
    return (*_monotone(table), *_law(table), *_metals(table), *_duct_and_soil(table))


def _monotone(table: Table) -> Iterator[Finding]:
    for row, cells in table.items():
        sizes = sorted(cells)
        for small, large in itertools.pairwise(sizes):
            if cells[large].it_a <= cells[small].it_a:
                yield _finding("AMP-RISE", row, large, "does not exceed the next smaller size")


def _law(table: Table) -> Iterator[Finding]:
    for row, cells in table.items():
        for large, limit in ((False, LAW_SMALL_PCT), (True, LAW_LARGE_PCT)):
            points = {s: c.it_a for s, c in cells.items() if (s >= 25) is large}
            if len(points) < 3:
                continue
            a, m = power_law(points)
            for size, amps in points.items():
                error = 100 * abs(a * effective_mm2(size) ** m / amps - 1)
                if error > limit:
                    yield _finding("AMP-LAW", row, size, f"is {error:.1f} % off the power law")


def _metals(table: Table) -> Iterator[Finding]:
    low, high = RATIO_AL_CU
    for row, cells in table.items():
        if row.conductor is not Conductor.AL:
            continue
        copper = table.get(Row52(row.insulation, row.loaded, Conductor.CU, row.method), {})
        for size in sorted(cells.keys() & copper.keys()):
            ratio = cells[size].it_a / copper[size].it_a
            if size >= 16 and not low <= ratio <= high:
                yield _finding("AMP-RATIO", row, size, f"is {ratio:.3f} of the copper value")


def _duct_and_soil(table: Table) -> Iterator[Finding]:
    for row, cells in table.items():
        if row.method != "D2":
            continue
        duct = table.get(Row52(row.insulation, row.loaded, row.conductor, "D1"), {})
        for size in sorted(cells.keys() & duct.keys()):
            known = (row.insulation, row.loaded, row.conductor, size) == _KNOWN_D2_BELOW_D1
            if cells[size].it_a < duct[size].it_a and not known:
                yield _finding("AMP-D2", row, size, "is below the value in duct (D1)")


def lint_factors(points: Mapping[float, float], reference: float) -> tuple[Finding, ...]:
    """Return what looks wrong in a factor table: outside (0, 2], or not 1 at the reference."""
    found = [
        _plain("AMP-FACTOR", f"Factor {value:g} at {x:g} is outside 0 to 2.")
        for x, value in points.items()
        if not 0 < value <= 2
    ]
    if points.get(reference) != 1.0:
        found.append(
            _plain("AMP-REFERENCE", f"The factor at the reference {reference:g} is not 1.")
        )
    return tuple(found)


def _plain(code: str, message: str) -> Finding:
    return Finding(code, Severity.WARNING, "table", "Table", message, fix="Check the cell.")


def _finding(code: str, row: Row52, size: float, what: str) -> Finding:
    place = f"{row.insulation.value}, {row.loaded} loaded, {row.conductor.value}, {row.method}"
    return Finding(
        code=code,
        severity=Severity.WARNING,
        subject=f"{row.insulation.value}/{row.loaded}/{row.conductor.value}/{row.method}/{size:g}",
        place=f"Capacity table: {place}",
        message=f"The value for {size:g} mm² {what}.",
        fix="Compare the cell with its source.",
    )
