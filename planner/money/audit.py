"""An independent look at bill and quote: other methods, same drawing.

Shares no code with take-off and pricing: trench is measured as the area of thin
bands, money in whole cents with fractions. A difference is a fault of the program
and therefore an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor

import shapely

from grid.findings import Finding, Severity
from planner.model.design import Design
from planner.model.money import Bom, Quote

BAND_M = 0.02
"""Width of the bands; each bend or junction errs by at most this length."""


def audit(design: Design, bom: Bom, quote: Quote) -> tuple[Finding, ...]:
    """Compare bill with drawing and quote with bill; one finding per question, `OK` or error."""
    return tuple(
        Finding(
            f"MONEY-{code}", Severity.OK if abs(found - wanted) <= allowed else Severity.ERROR,
            "bom", place, f"{place}: bill {found:,.2f} {unit}, drawing {wanted:,.2f} {unit}.",
            value=found, limit=wanted, unit=unit,
            fix="Report this to the makers of Ampyard and do not use the price.",
        )
        for code, place, found, wanted, allowed, unit in _questions(design, bom, quote)
    )  # fmt: skip


def _questions(
    design: Design, bom: Bom, quote: Quote
) -> Iterator[tuple[str, str, float, float, float, str]]:
    trench = _net(bom, "TRENCH-")
    bends = sum(len(t.line.coords) for t in design.trenches.values())
    yield "TRENCH", "Trench", trench, _trench_m(design), 0.05 + BAND_M * bends, "m"
    cable = sum(c.cable_m * c.sized.parallel for c in design.circuits.values())
    yield "CABLE", "Cable before waste", _net(bom, "CABLE-"), cable, 0.01, "m"
    chargers = sum(float(x.net) for x in bom.lines if x.group == "Chargers")
    yield "CHARGERS", "Chargers", chargers, float(len(design.chargers)), 0, "pcs"
    yield "DEVICES", "Protective devices", _net(bom, "DEV-"), float(len(design.circuits)), 0, "pcs"
    lines = float(len(quote.lines) + len(quote.unpriced))
    yield "LINES", "Lines in the quote", lines, float(len(bom.lines)), 0, "lines"
    yield (
        "TOTAL",
        "Total to pay",
        float(quote.total),
        _total_cents(quote) / 100,
        0.001,
        (quote.currency),
    )


def _net(bom: Bom, start: str) -> float:
    return float(sum(line.net for line in bom.lines if line.code.startswith(start)))


def _trench_m(design: Design) -> float:
    """Measure the union of new trenches as area of a thin band over its width."""
    new = [t.line for t in design.trenches.values() if not t.existing_duct]
    old = [t.line for t in design.trenches.values() if t.existing_duct]

    def band(lines: list[shapely.LineString]) -> shapely.Geometry:
        return shapely.union_all(shapely.buffer(lines, BAND_M / 2, cap_style="flat"))

    return float(shapely.difference(band(new), band(old)).area) / BAND_M if new else 0.0


def _total_cents(quote: Quote) -> int:
    """Add the quote up again in whole cents."""
    terms = quote.terms

    def half_up(value: Fraction) -> int:
        return floor(value + Fraction(1, 2))

    def share(cents: int, pct: object) -> int:
        return half_up(Fraction(cents) * Fraction(str(pct)) / 100)

    lines = sum(
        half_up(
            Fraction(str(q.bom.quantity))
            * half_up(Fraction(str(q.unit_cost)) * (100 + Fraction(str(terms.margin_pct))))
        )
        for q in quote.lines
    )
    with_risk = lines + share(lines, terms.contingency_pct)
    net = with_risk - share(with_risk, terms.discount_pct)
    return net + share(net, terms.tax_pct)
