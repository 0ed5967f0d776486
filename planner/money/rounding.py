"""Decimal rounding as invoices and spreadsheets do it: half away from zero."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(value: Decimal) -> Decimal:
    """Round money to the cent, half up, as `ROUND(x, 2)` does."""
    return value.quantize(CENT, ROUND_HALF_UP)


def up_to_pack(quantity: Decimal, pack: Decimal) -> Decimal:
    """Round a quantity up to whole packs."""
    return (quantity / pack).to_integral_value(ROUND_CEILING) * pack
