"""Prices, bill of materials and quote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grid.findings import Finding


@dataclass(frozen=True, slots=True)
class Price:
    """One row of a price book, per unit and before tax."""

    code: str
    group: str
    description: str
    unit: str
    low: Decimal
    typical: Decimal
    high: Decimal
    source: str
    dated: str
    confidence: str


@dataclass(frozen=True, slots=True)
class PriceBook:
    """A versioned list of prices in one currency."""

    id: str
    version: str
    currency: str
    prices: Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class Terms:
    """Commercial terms; percentages are of the rounded sum they apply to.

    `margin_pct` is a mark-up on cost contained in each unit price.
    """

    margin_pct: Decimal = Decimal(18)
    discount_pct: Decimal = Decimal(0)
    contingency_pct: Decimal = Decimal(5)
    tax_pct: Decimal = Decimal(20)
    tax_name: str = "VAT"
    valid_days: int = 30
    quote_date: date | None = None


@dataclass(frozen=True, slots=True)
class BomLine:
    """One quantity taken off the design.

    `basis` names the objects it was taken from ("trench T3"), `net` is the drawn
    quantity, `quantity` what is ordered after waste and packs.
    """

    id: str
    group: str
    code: str
    description: str
    net: Decimal
    quantity: Decimal
    unit: str
    basis: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Bom:
    """All lines in order of the quote."""

    lines: tuple[BomLine, ...]


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A priced line; `amount` = ROUND(quantity × unit_price, 2), half up.

    `low` and `high` are the amounts at the ends of the book's price range.
    """

    bom: BomLine
    unit_cost: Decimal
    unit_price: Decimal
    amount: Decimal
    source: str
    confidence: str
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Quote:
    """The offer: rounded lines, their sum, contingency, discount, tax, total.

    `low` and `high` are `net` with every price at the low or the high end at once.
    `unpriced` lines have no price in the book and are in no sum; `findings` says so.
    """

    currency: str
    lines: tuple[QuoteLine, ...]
    sum_lines: Decimal
    contingency: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    low: Decimal
    high: Decimal
    price_book: str
    terms: Terms
    unpriced: tuple[BomLine, ...] = ()
    findings: tuple[Finding, ...] = ()
