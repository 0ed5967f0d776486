"""From the bill to the offer, to the cent and always in the same order.

1. Unit price = ROUND(unit cost × (1 + margin), 2): margin is a mark-up on cost.
2. Amount = ROUND(quantity × unit price, 2) for each line; the lines are summed.
3. Contingency = ROUND(sum × rate, 2); discount = ROUND((sum + contingency) × rate, 2).
4. Net = sum + contingency − discount; tax = ROUND(net × rate, 2) on the rounded
   net as EN 16931, BR-CO-17, does; total = net + tax.

All rounding is half up, as `ROUND` does in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from grid.findings import Finding, Severity
from planner.model.money import Bom, BomLine, Price, PriceBook, Quote, QuoteLine, Terms
from planner.money.rounding import cents

BUDGET_SHARE_PCT = 50
"""Share of the price from classes C and M above which an offer is called budgetary."""


class Totals(NamedTuple):
    """The sums below the lines."""

    sum_lines: Decimal
    contingency: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def price(bom: Bom, book: PriceBook, terms: Terms) -> Quote:
    """Price every line that the book knows; the others become findings."""
    lines = tuple(
        _priced(line, book.prices[line.code], terms) for line in bom.lines if _has(book, line)
    )
    unpriced = tuple(line for line in bom.lines if not _has(book, line))
    sums = totals(sum((line.amount for line in lines), Decimal(0)), terms)
    return Quote(
        currency=book.currency,
        lines=lines,
        **sums._asdict(),
        low=totals(sum((line.low for line in lines), Decimal(0)), terms).net,
        high=totals(sum((line.high for line in lines), Decimal(0)), terms).net,
        price_book=book.version,
        terms=terms,
        unpriced=unpriced,
        findings=(*_unpriced(unpriced, book), *_units(lines, book), *_confidence(lines)),
    )


def unit_price(cost: Decimal, terms: Terms) -> Decimal:
    """Return cost with the margin, rounded to the cent."""
    return cents(cost * (1 + terms.margin_pct / 100))


def totals(sum_lines: Decimal, terms: Terms) -> Totals:
    """Apply contingency, discount and tax to a rounded sum of lines."""
    contingency = cents(sum_lines * terms.contingency_pct / 100)
    discount = cents((sum_lines + contingency) * terms.discount_pct / 100)
    net = sum_lines + contingency - discount
    tax = cents(net * terms.tax_pct / 100)
    return Totals(cents(sum_lines), contingency, discount, cents(net), tax, cents(net + tax))


def _has(book: PriceBook, line: BomLine) -> bool:
    return line.code in book.prices


def _priced(line: BomLine, row: Price, terms: Terms) -> QuoteLine:
    def amount(cost: Decimal) -> Decimal:
        return cents(line.quantity * unit_price(cost, terms))

    return QuoteLine(
        bom=line,
        unit_cost=row.typical,
        unit_price=unit_price(row.typical, terms),
        amount=amount(row.typical),
        source=f"{row.source} ({row.dated})" if row.dated else row.source,
        confidence=row.confidence,
        low=amount(row.low),
        high=amount(row.high),
    )


def _unpriced(lines: tuple[BomLine, ...], book: PriceBook) -> Iterator[Finding]:
    for line in lines:
        yield Finding(
            "MONEY-UNPRICED", Severity.ERROR, line.id, f"{line.group}, {line.description}",
            f"Price book {book.version} has no price for {line.code}; the line is in no total.",
            value=float(line.quantity), unit=line.unit,
            fix=f"Add {line.code} to the price book or choose another product.",
        )  # fmt: skip


def _units(lines: tuple[QuoteLine, ...], book: PriceBook) -> Iterator[Finding]:
    for line in lines:
        unit = book.prices[line.bom.code].unit
        if unit != line.bom.unit:
            yield Finding(
                "MONEY-UNIT", Severity.ERROR, line.bom.id,
                f"{line.bom.group}, {line.bom.description}",
                f"Taken off in {line.bom.unit}, but {line.bom.code} is priced per {unit}.",
                fix="Correct the unit in the price book.",
            )  # fmt: skip


def _confidence(lines: tuple[QuoteLine, ...]) -> Iterator[Finding]:
    whole = sum((line.amount for line in lines), Decimal(0))
    weak = sum((line.amount for line in lines if line.confidence in {"C", "M"}), Decimal(0))
    if whole and weak * 100 > whole * BUDGET_SHARE_PCT:
        yield Finding(
            "MONEY-CLASS", Severity.INFO, "quote", "Quote",
            f"{100 * weak / whole:.0f} % of the price rests on estimates or second-hand prices: "
            "a budget figure, not yet a firm offer.",
            value=float(100 * weak / whole), limit=float(BUDGET_SHARE_PCT), unit="%",
            fix="Replace the prices of classes C and M by your own.",
        )  # fmt: skip
