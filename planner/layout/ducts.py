"""Existing ducts: what goes in, and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping

from grid.findings import Finding, Severity
from planner.layout.rates import DUCT_FILL
from planner.model.design import Circuit, Trench
from planner.model.ids import CircuitId, TrenchId
from planner.model.site import Duct, Site

FILL_LIMIT_PCT = 100 * DUCT_FILL
"""Share of a duct's cross-section that cables may fill."""


def duct_findings(
    site: Site, trenches: Mapping[TrenchId, Trench], circuits: Mapping[CircuitId, Circuit]
) -> list[Finding]:
    """Report the fill of every existing duct in use.

    Fill = Σ n · d_cable² / d_duct² over all cables pulled in [%]. The duct is
    taken as empty; what lies in it today is not on the plan.
    """
    out = []
    for duct in site.ducts:
        inside = [t for t in trenches.values() if t.existing_duct and _same(t, duct)]
        names = dict.fromkeys(c for t in inside for c in t.circuits if c in circuits)
        if not names:
            continue
        sizes = [(circuits[c].sized.parallel, circuits[c].sized.cable.od_mm) for c in names]
        fill = 100 * sum(n * od**2 for n, od in sizes) / duct.diameter_mm**2
        fits = fill <= FILL_LIMIT_PCT
        cables = sum(n for n, _ in sizes)
        out.append(
            Finding(
                "LAYOUT-DUCT",
                Severity.INFO if fits else Severity.WARNING,
                duct.id,
                f"Existing duct {duct.id}",
                f"{cables} cables fill {fill:.0f} % of the duct; it is taken as empty today.",
                "NEC chapter 9, table 1",
                fill,
                FILL_LIMIT_PCT,
                "%",
                "Have the duct inspected." if fits else "Lay a second duct, or route round it.",
            )
        )
    return out


def _same(trench: Trench, duct: Duct) -> bool:
    """Tell whether a piece of the design lies in a duct."""
    return bool(duct.line.buffer(0.05).covers(trench.line))
