"""Numbers, money and dates in British English, for every document."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def figure(value: float | Decimal | None, decimals: int = 0) -> str:
    """Write a number with thousands separators and a true minus; "–" for nothing."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{decimals}f}".replace("-", "−")


def significant(value: float) -> str:
    """Write a number with four significant digits, never as a power of ten."""
    if abs(value) >= 1000:
        return figure(value)
    if value and abs(value) < 0.001:
        return f"{value:.6f}".rstrip("0").replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def quantity(value: Decimal) -> str:
    """Write a quantity with the decimals it needs, at least none, at most three."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def money(value: Decimal | float, currency: str, decimals: int = 2) -> str:
    """Write money with its symbol, or its code where there is no short one."""
    symbol = SYMBOLS.get(currency)
    words = figure(value, decimals)
    return f"{symbol}{words}" if symbol else f"{currency} {words}"


def short_money(value: float, currency: str) -> str:
    """Write money in thousands: "£293k"."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{figure(value / 1000)}k" if value >= 10_000 else money(value, currency, 0)


def long_date(day: date | None) -> str:
    """Write a date in words; "not dated" for none."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "not dated"


def count(number: int, one: str, many: str = "") -> str:
    """Write "1 charger", "2 chargers"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
